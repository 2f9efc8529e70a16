"""What leaders have said that they will do, read from the answers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from workshop_kit.answers import Commitment, Committed
from workshop_kit.curriculum import Curriculum, read_answer
from workshop_kit.store import Revision


@dataclass(frozen=True)
class Promise:
    """One commitment of one participant, with the question that it answers."""

    team: str
    participant: str
    activity: str
    question: str
    commitment: Commitment


def promises(curriculum: Curriculum, latest: Iterable[Revision]) -> tuple[Promise, ...]:
    """Every commitment that says what is to be done, in the order of the activities' questions.

    `latest` are revisions as `Store.latest` gives them; an answer that no longer fits is left out.
    """
    by_question = {
        (activity.slug, question.id): (number, question)
        for number, (activity, question) in enumerate(
            (activity, question)
            for activity in curriculum.activities
            for form in activity.forms
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
            for commitment in answer.commitments:
                if commitment.what.strip():
                    whose = (revision.team, revision.participant)
                    said = (revision.activity, revision.question)
                    yield place[0], Promise(*whose, *said, commitment)

    return tuple(promise for _, promise in sorted(found(), key=lambda pair: pair[0]))
