"""The questions of an activity's forms, and how an answer is read against its question.

    forms:
      - id: yourself
        title: Yourself first
        example_context: The leader of a fictional data team, in March.
        questions:
          - kind: text
            id: own-specification
            prompt: What did you last write down so that somebody else could build it?
            words: [20, 60]
            example: On 3 March I wrote half a page on the retry rules. …

Every question has an example answer, and it has to fit its own question. Days in examples are
counted from the event's date, so that they make sense in any year.
"""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterable
from typing import Annotated, Any, Literal

from pydantic import Field, JsonValue, ValidationError, model_validator

from workshop_kit.answers import (
    Answer,
    Chosen,
    Commitment,
    Committed,
    Ordered,
    Rated,
    Seen,
    SignalsSeen,
    Written,
)
from workshop_kit.curriculum.slugs import Slug, Text
from workshop_kit.model import Model


class Option(Model):
    """One thing to choose or to put in order."""

    id: Slug
    text: Text


class ExampleSignal(Model):
    """One ticked signal of an example, seen some days before the event."""

    signal: Slug
    days_before: Annotated[int, Field(ge=0, le=60)] | None = None


class ExampleCommitment(Model):
    """One commitment of an example, due some days after the event."""

    what: Text
    who: str = ""
    days_after: Annotated[int, Field(ge=0, le=120)] | None = None
    about: str = ""


class _Question(Model):
    """What all questions have. `result` is the heading of the answer on the result page; none: not there."""

    id: Slug
    prompt: Text
    help: str = ""
    result: str = ""


class TextQuestion(_Question):
    """Words of one's own. `words` is guidance (from, to), never a limit; `rows` lines on paper.

    `starter` is how the sentence begins; it is shown beside the field and is no part of the answer.
    `hints` names the rules of `own_words.yaml` that the words are read by while they are written.
    """

    kind: Literal["text"]
    words: tuple[int, int] | None = None
    rows: Annotated[int, Field(ge=1, le=14)] = 3
    starter: str = ""
    hints: Literal["", "announcement", "conversation"] = ""
    example: Text

    def example_answer(self, _day: datetime.date) -> Written:
        return Written(text=self.example)


class ChoiceQuestion(_Question):
    """One option of several, or with `many` any number. `other` asks for words of one's own as well."""

    kind: Literal["choice"]
    options: Annotated[tuple[Option, ...], Field(min_length=2, max_length=12)]
    many: bool = False
    other: str = ""
    default: Slug | None = None
    example: Annotated[tuple[Slug, ...], Field(min_length=1)]
    example_other: str = ""

    def example_answer(self, _day: datetime.date) -> Chosen:
        return Chosen(chosen=self.example, other=self.example_other)

    @model_validator(mode="after")
    def _fits_itself(self) -> ChoiceQuestion:
        refuse_twice([option.id for option in self.options], "options")
        _known([*self.example, *([self.default] if self.default else [])], self.options)
        if self.example_other and not self.other:
            raise ValueError(
                "the example has words of its own, which this question does not ask for"
            )
        if len(self.example) > 1 and not self.many:
            raise ValueError("the example chooses several; add `many: true` or choose one")
        return self


class ScaleQuestion(_Question):
    """A point between two anchors in words. Never a score: nothing is added up or compared."""

    kind: Literal["scale"]
    low: Text
    high: Text
    points: Annotated[int, Field(ge=3, le=7)] = 5
    example: Annotated[int, Field(ge=1, le=7)]

    def example_answer(self, _day: datetime.date) -> Rated:
        return Rated(point=self.example)

    @model_validator(mode="after")
    def _fits_itself(self) -> ScaleQuestion:
        if self.example > self.points:
            raise ValueError(f"the example is {self.example}, the scale ends at {self.points}")
        return self


class SignalsQuestion(_Question):
    """A checklist of what was seen, each with its day. Without `signals`: those of all five stages."""

    kind: Literal["signals"]
    signals: tuple[Option, ...] = ()
    example: Annotated[tuple[ExampleSignal, ...], Field(min_length=1)]

    def example_answer(self, day: datetime.date) -> SignalsSeen:
        return SignalsSeen(
            seen=tuple(
                Seen(
                    signal=s.signal,
                    when=None if s.days_before is None else day - _days(s.days_before),
                )
                for s in self.example
            )
        )

    @model_validator(mode="after")
    def _fits_itself(self) -> SignalsQuestion:
        refuse_twice([signal.id for signal in self.signals], "signals")
        if self.signals:
            _known([s.signal for s in self.example], self.signals)
        return self


class OrderQuestion(_Question):
    """Items to put in order, the one that comes first on top."""

    kind: Literal["order"]
    items: Annotated[tuple[Option, ...], Field(min_length=3, max_length=12)]
    example: Annotated[tuple[Slug, ...], Field(min_length=3)]

    def example_answer(self, _day: datetime.date) -> Ordered:
        return Ordered(order=self.example)

    @model_validator(mode="after")
    def _fits_itself(self) -> OrderQuestion:
        refuse_twice([item.id for item in self.items], "items")
        if sorted(self.example) != sorted(item.id for item in self.items):
            raise ValueError("the example must have every item once")
        return self


class CommitmentsQuestion(_Question):
    """Things to do, each with a day and an owner. `suggest` offers ready ones: the stages' moves."""

    kind: Literal["commitments"]
    most: Annotated[int, Field(ge=1, le=6)] = 3
    what: str = "What I will do"
    who: str = "Who"
    about: str = ""  # the label of a fourth column; empty: there is none
    suggest: Literal["", "stage-moves"] = ""
    days: tuple[Annotated[int, Field(ge=1, le=120)], ...] = ()  # days filled in, after the event
    example: Annotated[tuple[ExampleCommitment, ...], Field(min_length=1)]

    def example_answer(self, day: datetime.date) -> Committed:
        return Committed(
            commitments=tuple(
                Commitment(
                    what=c.what,
                    who=c.who,
                    about=c.about,
                    by=None if c.days_after is None else day + _days(c.days_after),
                )
                for c in self.example
            )
        )

    @model_validator(mode="after")
    def _fits_itself(self) -> CommitmentsQuestion:
        if len(self.example) > self.most:
            raise ValueError(f"the example has more than `most: {self.most}` commitments")
        if any(c.about for c in self.example) and not self.about:
            raise ValueError("the example fills in `about`, which this question does not ask for")
        return self


FieldQuestion = Annotated[
    TextQuestion | ChoiceQuestion | ScaleQuestion | SignalsQuestion, Field(discriminator="kind")
]


class PeopleQuestion(_Question):
    """A table of people under codes, one at a time; the same `fields` for each.

    Each person is kept as an answer of its own, under `<id>/P1`, `<id>/P2` and so on.
    """

    kind: Literal["people"]
    fields: Annotated[tuple[FieldQuestion, ...], Field(min_length=1, max_length=8)]
    most: Annotated[int, Field(ge=1, le=200)] = 12

    @model_validator(mode="after")
    def _asks_each_thing_once(self) -> PeopleQuestion:
        refuse_twice([field.id for field in self.fields], "fields")
        if any(isinstance(field, TextQuestion) and field.hints for field in self.fields):
            raise ValueError("hints are for a question of its own, not for a field of people")
        return self

    def example_person(self, day: datetime.date) -> dict[str, Answer]:
        """One person, made of the examples of all fields."""
        return {field.id: field.example_answer(day) for field in self.fields}


Question = Annotated[
    TextQuestion
    | ChoiceQuestion
    | ScaleQuestion
    | SignalsQuestion
    | OrderQuestion
    | CommitmentsQuestion
    | PeopleQuestion,
    Field(discriminator="kind"),
]
SimpleQuestion = (
    TextQuestion
    | ChoiceQuestion
    | ScaleQuestion
    | SignalsQuestion
    | OrderQuestion
    | CommitmentsQuestion
)


class Form(Model):
    """Questions that stand together on the page, under one heading.

    `after` is the form that has to have an answer before this one opens. `example_context` says in
    a sentence whose worked example is shown.
    """

    id: Slug
    title: Text
    intro: str = ""
    after: Slug | None = None
    example_context: Text
    questions: Annotated[tuple[Question, ...], Field(min_length=1)]


_MODELS: dict[str, type[Any]] = {
    "text": Written,
    "choice": Chosen,
    "scale": Rated,
    "signals": SignalsSeen,
    "order": Ordered,
    "commitments": Committed,
}


def read_answer(question: SimpleQuestion, value: JsonValue, signals: frozenset[str]) -> Answer:
    """The answer that a kept value gives to the question; `signals` are the ids of the five stages'.

    Raises ValueError that says in words why it no longer fits.
    """
    try:
        answer: Answer = _MODELS[question.kind].model_validate(value)
    except ValidationError as error:
        first = error.errors()[0]
        if first["type"] in ("missing", "extra_forbidden", "model_type"):
            raise ValueError("it was given to another kind of question") from error
        where = ".".join(str(part) for part in first["loc"])
        raise ValueError(f"{where}: {first['msg']}" if where else str(first["msg"])) from error
    if isinstance(answer, Chosen) and isinstance(question, ChoiceQuestion):
        _known(answer.chosen, question.options)
    elif isinstance(answer, SignalsSeen) and isinstance(question, SignalsQuestion):
        ids = frozenset(option.id for option in question.signals) or signals
        _refuse({seen.signal for seen in answer.seen} - ids)
    elif isinstance(answer, Ordered) and isinstance(question, OrderQuestion):
        if sorted(answer.order) != sorted(item.id for item in question.items):
            raise ValueError("the list has other items now")
    elif (
        isinstance(answer, Rated)
        and isinstance(question, ScaleQuestion)
        and (answer.point or 0) > question.points
    ):
        raise ValueError(f"the scale ends at {question.points} now")
    return answer


def read_person(
    question: PeopleQuestion, value: JsonValue, signals: frozenset[str]
) -> dict[str, Answer]:
    """A person's answers, by field; what was not answered is not in it. Raises ValueError."""
    given = value.get("fields") if isinstance(value, dict) else None
    if not isinstance(given, dict):
        raise ValueError("no fields are there")
    fields = {field.id: field for field in question.fields}
    _refuse(set(given) - set(fields))
    return {
        name: read_answer(fields[name], given[name], signals)
        for name in fields
        if given.get(name) is not None
    }


def _known(chosen: tuple[str, ...] | list[str], options: tuple[Option, ...]) -> None:
    _refuse(set(chosen) - {option.id for option in options})


def refuse_twice(ids: Iterable[str], what: str) -> None:
    """Raises ValueError where an id stands more than once."""
    twice = sorted(ident for ident, times in Counter(ids).items() if times > 1)
    if twice:
        raise ValueError(f"several {what} have the id {', '.join(twice)}")


def _refuse(unknown: set[str]) -> None:
    if unknown:
        raise ValueError(f"there is no {', '.join(sorted(unknown))} any more")


def _days(count: int) -> datetime.timedelta:
    return datetime.timedelta(days=count)
