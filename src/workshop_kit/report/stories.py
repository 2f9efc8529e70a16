"""Win stories that their leaders have released for the sponsor, and no others."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from pydantic import JsonValue
from text_unidecode import unidecode

from workshop_kit.answer_words import find_question
from workshop_kit.answers import Chosen, Written
from workshop_kit.content import load_curriculum
from workshop_kit.curriculum import read_answer
from workshop_kit.event import Team
from workshop_kit.store import Revision

ACTIVITY, LEADER, YES = "orchestration-wins", "leader", "for-the-sponsor"
STORIES = ("first", "quiet")
PARTS = ("outcome", "specification", "validation", "judgment")
_CODE = re.compile(r"people(?:-in-it)?/(\w+)")  # the key of an entry about a person
_GAP = r"[\W_]*"
# The printed sheets have P1 to P12, and who works on paper enters none; p95 is something else.
_LIKE_A_CODE = rf"(?i:(?<![a-z\d])p{_GAP}[1-4]?\d(?!\d))"
_TEAM = "(?:teams?|squad|group|people|engineers?|leads?)"


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
    whatever was agreed. An engineer's name is nowhere in the kit, and can't be found like that.
    """
    teams = tuple(teams)
    names = [n for t in teams for n in (t.name, t.slug, t.leader, *_parts_of(t.leader))]
    slugs = {team.slug for team in teams}
    kept: dict[str, dict[tuple[str, str], JsonValue]] = {}
    for revision in latest:
        # Others who take part, an engineer among them, release nothing: the report says “by its leader”.
        if revision.team in slugs and revision.participant == LEADER and revision.value is not None:
            own = kept.setdefault(revision.team, {})
            own[revision.activity, revision.question] = revision.value
    stories, held = [], 0
    for values in kept.values():
        codes = [code[1] for _, key in values if (code := _CODE.fullmatch(key))]
        for story in _released(
            {q: v for (activity, q), v in values.items() if activity == ACTIVITY}
        ):
            if _names(story.text, names, codes):
                held += 1
            else:
                stories.append(story)
    stories.sort(key=lambda story: hashlib.sha256(story.text.encode(errors="replace")).digest())
    return tuple(stories), held


def _parts_of(name: str) -> list[str]:
    """A person's given name and family names, each by itself."""
    return [part for part in re.findall(r"[^\W\d_]{2,}", name) if not part.islower()]


def _names(text: str, names: Iterable[str], codes: Iterable[str]) -> bool:
    """Whether one of the names or codes stands in the text, in whatever spelling."""
    plain = f"{_plain(text)}\n{text}"  # as it is, too: of a name in pictures nothing plain is left
    looked_for = [_LIKE_A_CODE, *map(_as_name, names), *map(_in_any_spelling, codes)]
    return any(re.search(pattern, plain) for pattern in looked_for)


def _plain(text: str) -> str:
    """The text in plain letters and digits, without signs that nobody sees."""
    seen = (s for s in unicodedata.normalize("NFKC", text) if unicodedata.category(s) != "Cf")
    return str(unidecode("".join(seen)))


def _in_any_spelling(name: str) -> str:
    """A pattern: large or small letters, in one word or several, of one or of somebody."""
    parts = re.findall(r"[A-Za-z]+|\d+", _plain(name)) or [re.escape(name)]
    several = "'?e?s" if len(parts) > 1 or len(parts[0]) > 3 else "'s"  # "Thi" is not in "this"
    return rf"(?i:(?<![a-z\d]){_GAP.join(parts)}(?:{several})?(?![a-z\d]))"


def _as_name(name: str) -> str:
    """The same; but a word that is an ordinary one, too, only as it is written or beside "team"."""
    plain = _plain(name).strip()
    if plain.lower() not in _ordinary_words():
        return _in_any_spelling(name)
    if len(plain) < 3:
        return rf"\b(?i:{_TEAM})\s+{plain}\b"
    spelt, beside = _in_any_spelling(name), rf"(?i:\b{_TEAM}\b)"
    as_written = rf"\b{plain}\b|" if plain != plain.lower() else ""
    return rf"{as_written}{spelt}\W+{beside}|{beside}\W+{spelt}"


@cache
def _ordinary_words() -> frozenset[str]:
    """Words in small letters on the kit's own pages, such as "data", "platform", "a"."""
    return frozenset(re.findall(r"\b[a-z]+\b", load_curriculum().model_dump_json()))


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
