"""Win stories that their leaders have released for the sponsor, and no others."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from pydantic import JsonValue

from workshop_kit.answer_words import find_question
from workshop_kit.answers import Chosen, Written
from workshop_kit.content import load_curriculum
from workshop_kit.curriculum import read_answer
from workshop_kit.event import Team
from workshop_kit.store import Revision

ACTIVITY, YES = "orchestration-wins", "for-the-sponsor"
STORIES = ("first", "quiet")
PARTS = ("outcome", "specification", "validation", "judgment")
_CODE = re.compile(r"people(?:-in-it)?/(\w+)")  # the key of an entry about a person


@dataclass(frozen=True)
class Story:
    """A win in its leader's words, by part; a part that was left empty is not in it."""

    parts: Mapping[str, str]

    @property
    def text(self) -> str:
        """All of its words."""
        return "\n".join(self.parts.values())


def released_stories(
    latest: Iterable[Revision], teams: Iterable[Team]
) -> tuple[tuple[Story, ...], int]:
    """The released stories in an order that tells nothing of their team, and how many are kept back.

    One that names a team or a leader of the event, or one of its people by a code, is kept back,
    whatever was agreed.
    """
    teams = tuple(teams)
    names = [name for team in teams for name in (team.name, team.leader)]
    slugs = {team.slug for team in teams}
    kept: dict[tuple[str, str], dict[tuple[str, str], JsonValue]] = {}
    for revision in latest:
        if revision.team in slugs and revision.value is not None:
            own = kept.setdefault((revision.team, revision.participant), {})
            own[revision.activity, revision.question] = revision.value
    stories, held = [], 0
    for values in kept.values():
        codes = [code[1] for _, key in values if (code := _CODE.fullmatch(key))]
        for story in _released(
            {q: v for (activity, q), v in values.items() if activity == ACTIVITY}
        ):
            if _names(story.text, [*names, *codes]):
                held += 1
            else:
                stories.append(story)
    stories.sort(key=lambda story: hashlib.sha256(story.text.encode(errors="replace")).digest())
    return tuple(stories), held


def _names(text: str, names: Iterable[str]) -> bool:
    """Whether one of the names stands in the text, as a word or as words of its own."""
    folded = " ".join(text.split())
    return any(re.search(rf"(?<!\w){re.escape(name)}(?!\w)", folded) for name in names)


def _released(values: Mapping[str, JsonValue]) -> Iterator[Story]:
    for story in STORIES:
        answer = _answer(f"release-{story}", values)
        if not isinstance(answer, Chosen) or answer.chosen != (YES,):
            continue
        told = {part: _answer(f"{story}-{part}", values) for part in PARTS}
        parts = {
            part: answer.text.strip()
            for part, answer in told.items()
            if isinstance(answer, Written) and answer.text.strip()
        }
        if parts:
            yield Story(parts)


def _answer(ident: str, values: Mapping[str, JsonValue]) -> object:
    """What was answered, read against its question; None for nothing, or what no longer fits."""
    curriculum = load_curriculum()
    question = find_question(curriculum.activity(ACTIVITY), ident)
    if question is None or question.kind == "people" or values.get(ident) is None:
        return None
    try:
        return read_answer(question, values[ident], curriculum.signal_ids)
    except ValueError:
        return None
