"""A kept answer in words: what it says, or why it no longer fits; and nothing that it can raise."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import JsonValue

from tests.test_questions import JSON, TEXT
from workshop_kit.answer_words import PROBLEM_AT_MOST, REWRITE, Told, find_question, in_words, tell
from workshop_kit.answers import (
    Chosen,
    Commitment,
    Committed,
    Ordered,
    Rated,
    Rewritten,
    Seen,
    SignalsSeen,
)
from workshop_kit.content import load_curriculum
from workshop_kit.curriculum import (
    Activity,
    ChoiceQuestion,
    CommitmentsQuestion,
    Option,
    OrderQuestion,
    PeopleQuestion,
    ScaleQuestion,
    SignalsQuestion,
)

DAY = datetime.date(2027, 3, 18)
CURRICULUM = load_curriculum()
SLUGS = sorted(activity.slug for activity in CURRICULUM.activities)
KEYS = [
    question.id
    for activity in CURRICULUM.activities
    for form in activity.forms
    for question in form.questions
]
LADDER = "ladder-rewriting"
MAPPING = "stage-mapping"
STATEMENT = {
    "statement": "Writes code that passes review.",
    "level": "Engineer",
    "heading": "Craft",
    "label": "validation",
    "text": "Says how a change was checked.",
}


@pytest.fixture(params=SLUGS)
def activity(request: pytest.FixtureRequest) -> Activity:
    return CURRICULUM.activity(request.param)


def told(slug: str, key: str, value: JsonValue) -> Told:
    return tell(CURRICULUM, slug, key, value)


def options(*texts: str) -> tuple[Option, ...]:
    return tuple(Option(id=text.lower(), text=text) for text in texts)


# ---- the answers of the real curriculum --------------------------------------------------------


def test_every_example_is_told_without_a_problem(activity: Activity) -> None:
    for form in activity.forms:
        for question in form.questions:
            if isinstance(question, PeopleQuestion):
                person = question.example_person(DAY).items()
                fields = {name: answer.model_dump(mode="json") for name, answer in person}
                said = told(activity.slug, f"{question.id}/P1", {"fields": fields})
                assert said.item == "P1"
            else:
                answer = question.example_answer(DAY).model_dump(mode="json")
                said = told(activity.slug, question.id, answer)
            assert (said.kind, said.prompt, said.problem) == (question.kind, question.prompt, "")
            assert said.words


def test_a_person_is_told_field_by_field_with_what_was_asked() -> None:
    fields: JsonValue = {
        "counter": {"text": "P1 was on call."},
        "explanation": {"text": ""},
        "evidence": {"chosen": ["mixed"]},
    }
    lines = told(MAPPING, "people/P1", {"fields": fields}).words.splitlines()
    assert lines == [
        "What speaks against it? P1 was on call.",
        "Taken together, how much is there to go on? "
        "Mixed: it differs with the work or with the day",
    ]


def test_an_answer_that_was_taken_back_says_nothing_and_is_no_problem() -> None:
    said = told(MAPPING, "own-work", None)
    assert (said.kind, said.words, said.problem) == ("text", "", "")


def test_a_question_that_is_gone_is_a_problem() -> None:
    said = told(MAPPING, "mood", {"text": "low"})
    assert said.problem == "there is no such question any more"


def test_an_activity_that_is_gone_is_a_problem() -> None:
    assert told("stage-ranking", "mood", {"text": "low"}).problem == "there is no such activity"


def test_what_was_taken_back_of_a_question_that_is_gone_is_no_problem() -> None:
    assert told(MAPPING, "mood", None).problem == ""


@pytest.mark.parametrize("key", ["own-work/P1", "own-work/", "people"])
def test_only_a_table_of_people_has_an_answer_for_each_of_several(key: str) -> None:
    said = told(MAPPING, key, {"text": "low"})
    assert said.problem == "there is no such question any more"


def test_an_option_that_is_gone_is_named_as_the_problem() -> None:
    said = told(MAPPING, "paper", {"chosen": ["in-the-cloud"]})
    assert (said.problem, said.words) == ("there is no in-the-cloud any more", "")
    assert said.prompt


def test_a_problem_is_one_short_line_whatever_was_sent() -> None:
    sent = "\x1b[2J\n" + "x" * 90
    said = told(MAPPING, "own-signals", {"seen": [{"signal": sent + str(n)} for n in range(9)]})
    assert len(said.problem) == PROBLEM_AT_MOST
    assert said.problem.isprintable()


@given(
    st.sampled_from([*SLUGS, "gone"]) | TEXT,
    st.sampled_from([*KEYS, REWRITE, "gone"]) | TEXT,
    st.sampled_from(["", "/", "/P1", "/P1/P2"]) | TEXT,
    JSON,
)
@example(LADDER, REWRITE, "/abc", {"statement": ""})
@example(MAPPING, "people", "/P1", {"fields": {"\ud800\x1b": {}}})
def test_telling_raises_nothing(slug: str, name: str, item: str, value: JsonValue) -> None:
    said = told(slug, name + item, value)
    assert said.problem.isprintable()
    if said.problem:
        assert value is not None


# ---- rewritten statements ----------------------------------------------------------------------


def test_a_rewritten_statement_is_told_with_what_it_was() -> None:
    said = told(LADDER, "rewrite/0123456789ab", {**STATEMENT})
    assert (said.kind, said.item, said.problem) == ("rewrites", "0123456789ab", "")
    assert said.words == (
        "Engineer: Writes code that passes review.; pays for validation; "
        "rewritten: Says how a change was checked."
    )


def test_a_dimension_that_is_gone_is_a_problem_and_the_words_are_still_told() -> None:
    said = told(LADDER, "rewrite/0123456789ab", {**STATEMENT, "label": "craft"})
    assert said.problem == "there is no dimension craft any more"
    assert "Says how a change was checked." in said.words


def test_something_else_under_the_key_of_a_statement_is_a_problem() -> None:
    assert told(LADDER, "rewrite/0123456789ab", ["Writes code."]).problem


def test_statements_are_rewritten_in_one_activity_only() -> None:
    assert told(MAPPING, "rewrite/0123456789ab", {**STATEMENT}).problem


def test_the_example_of_a_rewritten_statement_is_one() -> None:
    assert Rewritten.model_validate(STATEMENT).text == STATEMENT["text"]


# ---- each kind of answer -----------------------------------------------------------------------


def test_a_choice_is_told_in_the_words_of_its_options_with_ones_own_after_them() -> None:
    question = ChoiceQuestion(
        kind="choice",
        id="where",
        prompt="?",
        options=options("Demo", "Chat"),
        many=True,
        other="Another place",
        example=("demo",),
    )
    answer = Chosen(chosen=("chat", "demo"), other="At lunch")
    assert in_words(question, answer, {}) == "Chat; Demo; At lunch"


def test_a_point_is_told_with_both_ends_of_its_scale() -> None:
    question = ScaleQuestion(
        kind="scale", id="s", prompt="?", low="never", high="daily", points=5, example=3
    )
    assert in_words(question, Rated(point=2), {}) == "2 of 5, from “never” to “daily”"
    assert in_words(question, Rated(), {}) == ""


def test_a_signal_is_told_with_its_day_or_that_there_is_none() -> None:
    question = SignalsQuestion.model_validate(
        {"kind": "signals", "id": "s", "prompt": "?", "example": [{"signal": "a"}]}
    )
    answer = SignalsSeen(seen=(Seen(signal="a", when=DAY), Seen(signal="b")))
    said = in_words(question, answer, {"a": "Asked first", "b": "Left"})
    assert said == "Asked first (2027-03-18); Left (no date)"


def test_an_order_is_told_with_numbers() -> None:
    question = OrderQuestion(
        kind="order",
        id="o",
        prompt="?",
        items=options("Demo", "Chat", "Review"),
        example=("demo", "chat", "review"),
    )
    answer = Ordered(order=("review", "demo", "chat"))
    assert in_words(question, answer, {}) == "1. Review; 2. Demo; 3. Chat"


def test_commitments_are_told_with_whom_and_by_when_and_empty_ones_are_not() -> None:
    question = CommitmentsQuestion.model_validate(
        {"kind": "commitments", "id": "c", "prompt": "?", "example": [{"what": "Ask"}]}
    )
    rows = (Commitment(what="Ask HR", who="P1", about="the ladder", by=DAY), Commitment(by=DAY))
    said = in_words(question, Committed(commitments=(*rows, Commitment(what="Tell them"))), {})
    assert said == "Ask HR, the ladder, P1, by 2027-03-18; Tell them"


def test_an_answer_of_another_kind_is_a_mistake_of_the_programmer() -> None:
    question = CURRICULUM.activity(MAPPING).form("closing").questions[0]
    with pytest.raises(AssertionError, match="text was answered with Rated"):
        in_words(question, Rated(point=1), {})  # type: ignore[arg-type]


# ---- finding a question ------------------------------------------------------------------------


def test_a_question_is_found_in_whichever_form_it_stands(activity: Activity) -> None:
    for form in activity.forms:
        for question in form.questions:
            assert find_question(activity, question.id) is question


def test_a_question_that_is_not_there_is_not_found(activity: Activity) -> None:
    assert find_question(activity, "no-such-question") is None
