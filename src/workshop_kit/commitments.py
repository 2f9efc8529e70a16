"""What leaders have said that they will do, read from the answers, and what became of it.

    promises(curriculum, store.latest())     what was said on the day
    standing(curriculum, event, latest)      the same and what was added since, as it stands now

What became of a commitment is kept under the look back at which it was said, by the key of the
commitment. It holds for the words it was said of: a commitment that was reworded is asked for again.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from pydantic import JsonValue, ValidationError

from workshop_kit.answer_words import KEPT
from workshop_kit.answers import Commitment, Committed
from workshop_kit.curriculum import (
    Curriculum,
    Days,
    Followed,
    Form,
    look_back_days,
    read_answer,
)
from workshop_kit.event import Event
from workshop_kit.store import Revision


@dataclass(frozen=True)
class Promise:
    """One commitment of one participant, with the question that it answers.

    `position` is its place in that answer, the first is 1.
    """

    team: str
    participant: str
    activity: str
    question: str
    commitment: Commitment
    position: int = 0

    @property
    def key(self) -> str:
        """Under which key it is kept what became of it; no slash, which is for codes of people."""
        return f"{KEPT}.{self.activity}.{self.question}.{self.position}"


@dataclass(frozen=True)
class Standing:
    """A commitment as it stands. `by` is its day, also where it was moved; `outcome` the id of what
    became of it at the look back after `said_after` days: empty and 0 where nothing was said."""

    promise: Promise
    by: datetime.date | None
    outcome: str = ""
    said_after: int = 0

    @property
    def is_open(self) -> bool:
        """Whether there is still something to do: nothing was said, or it was moved to a look back."""
        return not self.outcome


def promises(curriculum: Curriculum, latest: Iterable[Revision]) -> tuple[Promise, ...]:
    """Every commitment that says what is to be done, in the order of the activities' questions.

    `latest` are revisions as `Store.latest` gives them; an answer that no longer fits is left out.
    What was added after the event is not among them.
    """
    return _promises([(a.slug, a.forms) for a in curriculum.activities], curriculum, latest)


def standing(
    curriculum: Curriculum, event: Event, latest: Sequence[Revision], before: Days | None = None
) -> tuple[Standing, ...]:
    """Every commitment of the day and of the look backs since, with what was said of it last.

    With `before` as it stood when the look back after so many days began.
    """
    days = look_back_days(event.date, event.expires)
    look_backs = [
        one for one in curriculum.afterwards.look_backs if before is None or one.days < before
    ]
    asking = [(activity.slug, activity.forms) for activity in curriculum.activities]
    asking += [(look_back.slug, look_back.forms) for look_back in look_backs]
    answers = {(r.team, r.participant, r.activity, r.question): r.value for r in latest}
    found = []
    for promise in _promises(asking, curriculum, latest):
        now = Standing(promise, promise.commitment.by)
        for look_back in look_backs:
            whose = (promise.team, promise.participant, look_back.slug, promise.key)
            said = said_of(promise, answers.get(whose))
            outcome = (
                curriculum.afterwards.outcome(said.chosen[0]) if said and said.chosen else None
            )
            if outcome is None:
                continue
            settled = "" if outcome.to else outcome.id
            by = days.get(outcome.to, now.by) if outcome.to else now.by
            now = Standing(promise, by, settled, look_back.days)
        found.append(now)
    return tuple(found)


def said_of(promise: Promise, value: JsonValue) -> Followed | None:
    """What a kept value says of this commitment; None where there is none, or it is of other words."""
    try:
        said = Followed.model_validate(value)
    except ValidationError:
        return None
    return said if in_short(said.what) == in_short(promise.commitment.what) else None


def in_short(words: str) -> str:
    """The words on one line, by which it is told whether they are the same."""
    return " ".join(words.split())


def _promises(
    asking: Sequence[tuple[str, Sequence[Form]]],
    curriculum: Curriculum,
    latest: Iterable[Revision],
) -> tuple[Promise, ...]:
    by_question = {
        (slug, question.id): (number, question)
        for number, (slug, question) in enumerate(
            (slug, question)
            for slug, forms in asking
            for form in forms
            for question in form.questions
            if question.kind == "commitments"
        )
    }

    def found() -> Iterator[tuple[int, Promise]]:
        for revision in latest:
            place = by_question.get((revision.activity, revision.question))
            if place is None or revision.value is None:
                continue
            try:
                answer = read_answer(place[1], revision.value, curriculum.signal_ids)
            except ValueError:
                continue
            assert isinstance(answer, Committed)
            for position, commitment in enumerate(answer.commitments, 1):
                if commitment.what.strip():
                    whose = (revision.team, revision.participant)
                    said = (revision.activity, revision.question)
                    yield place[0], Promise(*whose, *said, commitment, position)

    return tuple(promise for _, promise in sorted(found(), key=lambda pair: pair[0]))
