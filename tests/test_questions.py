"""Questions and answers: what is kept reads back, and what does not fit is refused in words."""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import JsonValue, ValidationError

from workshop_kit.answers import (
    TEXT_AT_MOST,
    Answer,
    Chosen,
    Commitment,
    Committed,
    Ordered,
    Rated,
    Rewritten,
    Seen,
    SignalsSeen,
    Written,
)
from workshop_kit.content import load_curriculum
from workshop_kit.curriculum import (
    Activity,
    ChoiceQuestion,
    CommitmentsQuestion,
    OrderQuestion,
    PeopleQuestion,
    ScaleQuestion,
    SignalsQuestion,
    SimpleQuestion,
    TextQuestion,
    read_answer,
    read_person,
)

DAY = datetime.date(2027, 3, 18)
CURRICULUM = load_curriculum()
SLUGS = sorted(activity.slug for activity in CURRICULUM.activities)
SIGNALS = CURRICULUM.signal_ids

# What people paste, half of a surrogate pair and NUL included.
TEXT = st.text(st.characters() | st.sampled_from("\ud800\udfff\0\t\n'=;"), max_size=30)
NAMES = (
    "text", "chosen", "other", "point", "seen", "signal", "when", "order", "commitments", "what",
    "who", "by", "about", "fields", "statement", "level", "heading", "label",
)  # fmt: skip
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | TEXT,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(TEXT | st.sampled_from(NAMES), inner, max_size=4)
    ),
    max_leaves=10,
)


def simple_questions(activity: Activity) -> Iterator[SimpleQuestion]:
    """Every question of the activity, and every field of its tables of people."""
    for form in activity.forms:
        for question in form.questions:
            if isinstance(question, PeopleQuestion):
                yield from question.fields
            else:
                yield question


def tables(activity: Activity) -> Iterator[PeopleQuestion]:
    for form in activity.forms:
        yield from (q for q in form.questions if isinstance(q, PeopleQuestion))


QUESTIONS = [q for activity in CURRICULUM.activities for q in simple_questions(activity)]
TABLES = [q for activity in CURRICULUM.activities for q in tables(activity)]
FIELDS = sorted({field.id for question in TABLES for field in question.fields})


def answer_or_reason(question: SimpleQuestion, value: JsonValue) -> Answer | str:
    try:
        return read_answer(question, value, SIGNALS)
    except ValueError as error:
        return str(error)


def person_or_reason(question: PeopleQuestion, value: JsonValue) -> dict[str, Answer] | str:
    try:
        return read_person(question, value, SIGNALS)
    except ValueError as error:
        return str(error)


@pytest.fixture(params=SLUGS)
def activity(request: pytest.FixtureRequest) -> Activity:
    return CURRICULUM.activity(request.param)


def option(*ids: str) -> list[dict[str, str]]:
    return [{"id": ident, "text": ident.capitalize()} for ident in ids]


def choice(**changes: Any) -> ChoiceQuestion:
    asked = {"kind": "choice", "id": "q", "prompt": "?", "options": option("a", "b", "c")}
    return ChoiceQuestion.model_validate({**asked, "example": ["a"], **changes})


def scale(**changes: Any) -> ScaleQuestion:
    asked = {"kind": "scale", "id": "q", "prompt": "?", "low": "never", "high": "often"}
    return ScaleQuestion.model_validate({**asked, "points": 5, "example": 3, **changes})


def order(**changes: Any) -> OrderQuestion:
    asked = {"kind": "order", "id": "q", "prompt": "?", "items": option("a", "b", "c")}
    return OrderQuestion.model_validate({**asked, "example": ["c", "a", "b"], **changes})


def commitments(**changes: Any) -> CommitmentsQuestion:
    asked = {"kind": "commitments", "id": "q", "prompt": "?", "example": [{"what": "Ask HR"}]}
    return CommitmentsQuestion.model_validate({**asked, **changes})


def signals(**changes: Any) -> SignalsQuestion:
    asked = {"kind": "signals", "id": "q", "prompt": "?", "signals": option("a", "b")}
    return SignalsQuestion.model_validate({**asked, "example": [{"signal": "a"}], **changes})


def text(**changes: Any) -> TextQuestion:
    return TextQuestion.model_validate(
        {"kind": "text", "id": "q", "prompt": "?", "example": "Something.", **changes}
    )


# ---- answers are kept as JSON ------------------------------------------------------------------

words = st.text(max_size=40)
idents = st.text(min_size=1, max_size=20).filter(str.strip)
days = st.none() | st.dates()
ANSWERS = st.one_of(
    st.builds(Written, text=words),
    st.builds(Chosen, chosen=st.lists(idents, max_size=5).map(tuple), other=words),
    st.builds(Rated, point=st.none() | st.integers(1, 7)),
    st.builds(
        SignalsSeen,
        seen=st.lists(st.builds(Seen, signal=idents, when=days), max_size=5).map(tuple),
    ),
    st.builds(Ordered, order=st.lists(idents, max_size=5).map(tuple)),
    st.builds(
        Committed,
        commitments=st.lists(
            st.builds(Commitment, what=words, who=words, by=days, about=words), max_size=5
        ).map(tuple),
    ),
    st.builds(
        Rewritten, statement=words, level=words, heading=words, label=words, text=words
    ),
)  # fmt: skip


@given(ANSWERS)
def test_every_answer_reads_back_from_its_json(answer: Any) -> None:
    kept = json.loads(json.dumps(answer.model_dump(mode="json")))
    assert type(answer).model_validate(kept) == answer


def test_white_space_around_an_answer_is_not_kept() -> None:
    assert Written(text="  Asked.\n").text == "Asked."


def test_a_text_beyond_forty_pages_is_refused() -> None:
    assert Written(text="x" * TEXT_AT_MOST).text
    with pytest.raises(ValidationError, match="at most 20000"):
        Written(text="x" * (TEXT_AT_MOST + 1))


# ---- reading an answer against its question ----------------------------------------------------


@given(JSON)
@example({"text": "half \ud800 a pair"})
@example({"point": 10**400})
@example({"seen": [{"signal": "\ud800", "when": "2027-02-30"}]})
@example({"order": ["a"] * 1000})
def test_whatever_was_kept_gives_an_answer_or_a_value_error(value: JsonValue) -> None:
    for question in QUESTIONS:
        answer = answer_or_reason(question, value)
        assert answer
        if not isinstance(answer, str):
            assert read_answer(question, answer.model_dump(mode="json"), SIGNALS) == answer


@given(JSON, st.dictionaries(st.sampled_from(FIELDS), JSON))
def test_whatever_was_kept_gives_a_person_or_a_value_error(
    value: JsonValue, fields: dict[str, JsonValue]
) -> None:
    for question in TABLES:
        for kept in (value, {"fields": fields}):
            person = person_or_reason(question, kept)
            assert isinstance(person, dict) or person
            if not isinstance(person, str):
                assert set(person) <= {field.id for field in question.fields}


def test_every_example_answers_its_own_question(activity: Activity) -> None:
    for question in simple_questions(activity):
        answer = question.example_answer(DAY)
        kept = json.loads(json.dumps(answer.model_dump(mode="json")))
        assert read_answer(question, kept, SIGNALS) == answer


def test_every_example_person_fits_the_table(activity: Activity) -> None:
    for question in tables(activity):
        person = question.example_person(DAY)
        kept = {name: answer.model_dump(mode="json") for name, answer in person.items()}
        assert read_person(question, {"fields": kept}, SIGNALS) == person


def test_the_days_of_an_example_are_counted_from_the_event() -> None:
    seen = signals(example=[{"signal": "a", "days_before": 9}]).example_answer(DAY)
    assert seen.seen == (Seen(signal="a", when=datetime.date(2027, 3, 9)),)
    due = commitments(example=[{"what": "Ask HR", "days_after": 14}]).example_answer(DAY)
    assert due.commitments[0].by == datetime.date(2027, 4, 1)


def test_an_option_that_is_gone_is_named() -> None:
    with pytest.raises(ValueError, match="there is no d, e any more"):
        read_answer(choice(many=True), {"chosen": ["e", "a", "d"]}, SIGNALS)


def test_a_signal_that_is_gone_is_named() -> None:
    with pytest.raises(ValueError, match="there is no c any more"):
        read_answer(signals(), {"seen": [{"signal": "c"}]}, SIGNALS)


def test_a_question_with_signals_of_its_own_does_not_take_those_of_the_stages() -> None:
    known = next(iter(SIGNALS))
    with pytest.raises(ValueError, match="any more"):
        read_answer(signals(), {"seen": [{"signal": known}]}, SIGNALS)


def test_a_question_without_signals_of_its_own_takes_those_of_the_stages() -> None:
    known = min(SIGNALS)
    answer = read_answer(signals(signals=[]), {"seen": [{"signal": known}]}, SIGNALS)
    assert answer == SignalsSeen(seen=(Seen(signal=known),))


def test_a_point_beyond_the_scale_is_refused() -> None:
    assert read_answer(scale(), {"point": 5}, SIGNALS) == Rated(point=5)
    with pytest.raises(ValueError, match="the scale ends at 5 now"):
        read_answer(scale(), {"point": 6}, SIGNALS)


def test_no_point_is_an_answer_too() -> None:
    assert read_answer(scale(), {"point": None}, SIGNALS) == Rated()


@pytest.mark.parametrize("given_order", [["a", "b"], ["a", "b", "d"], ["a", "a", "b", "c"]])
def test_an_order_of_other_items_is_refused(given_order: list[JsonValue]) -> None:
    with pytest.raises(ValueError, match="other items now"):
        read_answer(order(), {"order": given_order}, SIGNALS)


def test_an_answer_to_another_kind_of_question_is_refused() -> None:
    with pytest.raises(ValueError, match="another kind of question"):
        read_answer(text(), {"chosen": ["a"]}, SIGNALS)


# ---- people ------------------------------------------------------------------------------------


def table(*fields: SimpleQuestion) -> PeopleQuestion:
    asked = [field.model_dump() for field in fields]
    return PeopleQuestion.model_validate(
        {"kind": "people", "id": "people", "prompt": "?", "fields": asked}
    )


def test_what_was_not_answered_of_a_person_is_left_out() -> None:
    asked = table(text(id="counter"), choice(id="evidence"), scale(id="sure"))
    kept: JsonValue = {"fields": {"counter": {"text": "On call."}, "evidence": None}}
    assert read_person(asked, kept, SIGNALS) == {"counter": Written(text="On call.")}


def test_a_field_that_is_gone_is_named() -> None:
    with pytest.raises(ValueError, match="there is no mood any more"):
        read_person(table(text()), {"fields": {"mood": {"text": "low"}}}, SIGNALS)


@pytest.mark.parametrize("kept", [None, [], "P1", {}, {"fields": None}, {"fields": ["a"]}])
def test_a_person_without_fields_is_refused(kept: JsonValue) -> None:
    with pytest.raises(ValueError, match="no fields are there"):
        read_person(table(text()), kept, SIGNALS)


# ---- a question that does not fit itself -------------------------------------------------------


def test_an_example_that_chooses_something_else_is_refused() -> None:
    with pytest.raises(ValidationError, match="there is no z"):
        choice(example=["z"])


def test_an_option_chosen_beforehand_has_to_be_there() -> None:
    with pytest.raises(ValidationError, match="there is no z"):
        choice(default="z")


def test_an_example_that_chooses_several_needs_a_question_for_many() -> None:
    assert choice(example=["a", "b"], many=True).many
    with pytest.raises(ValidationError, match="choose one"):
        choice(example=["a", "b"])


def test_an_example_beyond_its_scale_is_refused() -> None:
    with pytest.raises(ValidationError, match="the scale ends at 3"):
        scale(points=3, example=4)


def test_an_example_with_a_signal_of_nobody_is_refused() -> None:
    with pytest.raises(ValidationError, match="there is no z"):
        signals(example=[{"signal": "z"}])


def test_an_example_order_has_every_item_once() -> None:
    with pytest.raises(ValidationError, match="every item once"):
        order(example=["a", "b", "b"])


def test_an_example_has_no_more_commitments_than_there_is_room_for() -> None:
    with pytest.raises(ValidationError, match="most: 1"):
        commitments(most=1, example=[{"what": "Ask HR"}, {"what": "Ask again"}])


def test_an_example_fills_in_only_the_columns_that_are_there() -> None:
    about = [{"what": "Ask HR", "about": "the ladder"}]
    assert commitments(about="For whom", example=about).about
    with pytest.raises(ValidationError, match="does not ask for"):
        commitments(example=about)


def test_a_question_needs_an_example() -> None:
    with pytest.raises(ValidationError, match="example"):
        TextQuestion.model_validate({"kind": "text", "id": "q", "prompt": "?"})


def test_hints_are_of_a_kind_that_has_rules() -> None:
    assert text(hints="announcement").hints == "announcement"
    with pytest.raises(ValidationError, match="hints"):
        text(hints="email")


def test_a_field_of_people_can_not_have_hints() -> None:
    with pytest.raises(ValidationError, match="not for a field of people"):
        table(text(hints="conversation"))
