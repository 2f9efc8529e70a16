"""Forms on paper: what was answered, in its own words, or room to answer it."""

from __future__ import annotations

import json
import unicodedata
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import JsonValue

from tests.form_page import DAY, EVERY_KIND, HOSTILE, PEOPLE, STAGES, make_form
from workshop_kit.content import load_curriculum
from workshop_kit.curriculum import Activity, Form, PeopleQuestion
from workshop_kit.forms import printed_examples, printed_form, printed_result
from workshop_kit.forms.printed import paragraphs
from workshop_kit.markup import READERS, pandoc, plain_text

ACTIVITIES = load_curriculum().activities
FORMS = [form for activity in ACTIVITIES for form in activity.forms]


def blocks_of(markdown: str) -> list[Any]:
    out, _ = pandoc(["--from", READERS["twin"], "--to", "json"], markdown)
    found: list[Any] = json.loads(out)["blocks"]
    return found


def read(markdown: str) -> str:
    """The words on the page, with one space between any two."""
    out, _ = pandoc(["--from", READERS["twin"], "--to", "plain", "--wrap=none"], markdown)
    return " ".join(out.split())


def page(question: dict[str, Any], value: JsonValue = None) -> str:
    answers = {} if value is None else {question.get("id", "q-1"): value}
    return printed_form(make_form(question), answers, DAY, STAGES).markdown


def example_answers(form: Form) -> dict[str, JsonValue]:
    """Every question answered with its example."""
    answers: dict[str, JsonValue] = {}
    for question in form.questions:
        if isinstance(question, PeopleQuestion):
            person = question.example_person(DAY)
            fields = {name: answer.model_dump(mode="json") for name, answer in person.items()}
            answers[f"{question.id}/P1"] = {"fields": fields}
        else:
            answers[question.id] = question.example_answer(DAY).model_dump(mode="json")
    return answers


# ---- room to answer ----------------------------------------------------------------------------


def test_a_text_without_an_answer_is_lines_to_write_on() -> None:
    markdown = page({"kind": "text", "rows": 5, "starter": "I say that", "help": "Briefly."})
    assert '{.lines n="5" label="I say that …"}' in markdown
    assert "Briefly." in read(markdown)


def test_options_and_signals_are_boxes_to_tick() -> None:
    assert read(page({"kind": "choice"})).count("☐") == 3
    assert read(page({"kind": "scale"})).endswith("guessing ☐ ☐ ☐ ☐ ☐ seen it")
    assert read(page({"kind": "signals"})).count("☐") == sum(len(s.signals) for s in STAGES)


def test_signals_to_tick_stand_mixed_and_name_no_stage() -> None:
    words = read(page({"kind": "signals"}))
    places = [words.index(s.text.split()[0]) for s in STAGES[0].signals]
    assert places != sorted(places)
    assert not any(stage.name in words for stage in STAGES)


def test_an_order_a_table_and_people_are_sheets_to_fill_in() -> None:
    assert 'rows="Red|Green|Blue"' in page({"kind": "order"})
    assert 'rows="1|2|3"' in page({"kind": "commitments"})
    assert 'rows="17 April 2027|17 May 2027"' in page({"kind": "commitments", "days": [30, 60]})
    sheet = printed_form(make_form(PEOPLE | {"most": 9}), {}, DAY, STAGES, people=4).markdown
    assert 'rows="P1|P2|P3|P4"' in sheet
    assert "Not enough evidence · Some evidence" in read(sheet)


def test_an_empty_answer_is_room_to_answer() -> None:
    assert "{.lines" in page({"kind": "text"}, {"text": " "})
    assert "[ ]" in page({"kind": "choice"}, {"chosen": [], "other": ""})
    assert "{.worksheet" in page({"kind": "commitments"}, {"commitments": [{"by": "2027-04-17"}]})


# ---- what was answered -------------------------------------------------------------------------


def test_a_text_keeps_its_paragraphs_and_lines() -> None:
    said = "\n\nOne\\.\n\nTwo\\,\\\nand three\\.\n:::"
    assert said in page({"kind": "text"}, {"text": "One.\n\nTwo,\nand three."})


def test_an_answer_stands_under_what_was_asked() -> None:
    words = read(
        page({"kind": "text", "help": "Briefly.", "starter": "I say"}, {"text": "Half a page."})
    )
    assert words == "A form What did you write? I say … Half a page."


def test_choices_are_told_in_words() -> None:
    value: JsonValue = {"chosen": ["red", "blue"], "other": "Mauve"}
    markdown = page({"kind": "choice", "many": True, "other": "Another one:"}, value)
    assert read(markdown).endswith("- Red - Blue - Another one: Mauve")
    assert read(page({"kind": "choice"}, {"chosen": ["red"]})).endswith("Which one? Red")


def test_a_scale_is_told_in_words_and_boxes() -> None:
    words = read(page({"kind": "scale"}, {"point": 2}))
    assert words.endswith("guessing ☐ ☒ ☐ ☐ ☐ seen it 2 of 5, between “guessing” and “seen it”")


def test_days_are_written_out() -> None:
    seen: JsonValue = {
        "seen": [{"signal": "toy-remark", "when": "2027-03-04"}, {"signal": "old-trial"}]
    }
    words = read(page({"kind": "signals"}, seen))
    assert "(4 March 2027)" in words
    assert "(no day noted)" in words
    will: JsonValue = {"commitments": [{"what": "Ask.", "by": "2027-04-17"}, {"by": "2027-05-17"}]}
    words = read(page({"kind": "commitments"}, will))
    assert "17 April 2027" in words
    assert "17 May 2027" not in words


def test_an_order_is_numbered() -> None:
    assert read(page({"kind": "order"}, {"order": ["blue", "red", "green"]})).endswith(
        "1. Blue 2. Red 3. Green"
    )


def test_people_stand_under_their_codes_in_order_and_those_removed_do_not() -> None:
    answers: dict[str, JsonValue] = {
        "people/P10": {"fields": {"else": {"text": "Ten."}}},
        "people/P2": {"fields": {"else": {"text": "Two."}}},
        "people/P3": None,
        "people/P4": {"fields": {}},
    }
    words = read(printed_form(make_form(PEOPLE), answers, DAY, STAGES).markdown)
    assert (
        words.index("P2")
        < words.index("Two.")
        < words.index("P4")
        < words.index("P10")
        < words.index("Ten.")
    )
    assert "P3" not in words
    assert "Nothing written down yet." in words


@pytest.mark.parametrize(
    ("question", "value", "why"),
    [
        ({"kind": "choice"}, {"chosen": ["pink"]}, "there is no pink any more. It said: pink"),
        (
            {"kind": "order"},
            {"order": ["red", "blue"]},
            "the list has other items now. It said: red, blue",
        ),
        ({"kind": "text"}, {"words": "Old words."}, "It said: Old words."),
        ({"kind": "text"}, "Old words.", "It said: Old words."),
    ],
)
def test_an_answer_that_no_longer_fits_is_printed_beside_the_room_for_a_new_one(
    question: dict[str, Any], value: JsonValue, why: str
) -> None:
    markdown = page(question, value)
    assert "An earlier answer no longer fits the question:" in read(markdown)
    assert why in read(markdown)
    assert any(sign in markdown for sign in ("☐", "[ ]", "{.lines", "{.worksheet"))


def test_a_person_who_no_longer_fits_is_printed_too() -> None:
    answers: dict[str, JsonValue] = {"people/P1": {"fields": {"gone": {"text": "Old words."}}}}
    assert "Old words." in read(printed_form(make_form(PEOPLE), answers, DAY, STAGES).markdown)


def test_a_long_answer_may_run_over_the_page() -> None:
    assert "{.together}" in page({"kind": "text"}, {"text": "Short."})
    assert "{.together}" not in page({"kind": "text"}, {"text": "Long. " * 1000})


# ---- whose words they are ----------------------------------------------------------------------

# Controls and halves of characters are no text; a form's page has none to give.
WORDS = st.text(st.characters(exclude_categories=["Cc", "Cs", "Cn"]), max_size=80).filter(str.split)


def same_words(text: str) -> list[str]:
    return unicodedata.normalize("NFC", text).split()


@settings(max_examples=100, deadline=None)
@given(st.lists(WORDS, min_size=1, max_size=4))
def test_any_text_prints_as_exactly_its_words(lines: list[str]) -> None:
    written = "\n\n".join(lines[:2]) + "".join(f"\n{line}" for line in lines[2:])
    blocks = blocks_of(paragraphs(f"x{written}"))
    assert {block["t"] for block in blocks} == {"Para"}
    said = " ".join(plain_text(block) for block in blocks)
    assert "".join(same_words(said)) == "".join(same_words(f"x{written}"))


@settings(max_examples=40, deadline=None)
@given(WORDS, WORDS)
def test_any_words_stay_in_their_place_in_every_kind_of_answer(one: str, other: str) -> None:
    answers: dict[str, JsonValue] = {
        "q-1": {"text": f"x{one}\n{other}"},
        "q-2": {"chosen": ["red"], "other": f"x{other}"},
        "q-7": {"commitments": [{"what": f"x{one}", "who": other, "about": one}]},
        "people/P1": {"fields": {"else": {"text": f"x{one}\n\n{other}"}}},
    }
    before = [
        b["t"]
        for b in blocks_of(printed_form(EVERY_KIND, {**answers, **PLAIN}, DAY, STAGES).markdown)
    ]
    blocks = blocks_of(printed_form(EVERY_KIND, answers, DAY, STAGES).markdown)
    assert [block["t"] for block in blocks] == before
    assert not {"RawBlock", "RawInline", "Link", "Image", "Math", "Code"} & kinds(blocks)


PLAIN: dict[str, JsonValue] = {
    "q-1": {"text": "x\ny"},
    "q-2": {"chosen": ["red"], "other": "x"},
    "q-7": {"commitments": [{"what": "x", "who": "y", "about": "z"}]},
    "people/P1": {"fields": {"else": {"text": "x\n\ny"}}},
}


def kinds(node: Any) -> set[str]:
    if isinstance(node, list):
        return set().union(*map(kinds, node))
    if isinstance(node, dict):
        return {node["t"]} | kinds(node.get("c", [])) if "t" in node else kinds(list(node.values()))
    return set()


def test_hostile_words_are_only_words_on_paper_and_on_the_screen() -> None:
    twin = printed_form(
        make_form({"kind": "text", "prompt": HOSTILE}), {"q-1": {"text": HOSTILE}}, DAY, STAGES
    )
    assert read(twin.markdown).count(HOSTILE) == 2
    assert "<img" not in twin.html()
    assert "<script" not in twin.html()


# ---- examples and results ----------------------------------------------------------------------


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.id)
def test_every_form_of_the_curriculum_prints_blank_answered_and_with_its_examples(
    form: Form,
) -> None:
    blank = read(printed_form(form, {}, DAY, STAGES).markdown)
    answered = read(printed_form(form, example_answers(form), DAY, STAGES).markdown)
    examples = read(printed_examples(form, DAY, STAGES).markdown)
    for question in form.questions:
        assert " ".join(question.prompt.split()) in blank
        if question.kind == "text":
            words = " ".join(question.example.split())
            assert words not in blank
            assert words in answered
            assert words in examples
    assert "no longer fits" not in answered
    assert " ".join(form.example_context.split()) in examples


@pytest.mark.parametrize("activity", [a for a in ACTIVITIES if a.forms], ids=lambda a: a.slug)
def test_the_result_has_a_heading_for_each_answer_that_belongs_there(activity: Activity) -> None:
    answers = {k: v for form in activity.forms for k, v in example_answers(form).items()}
    markdown = printed_result(activity, answers, DAY, STAGES).markdown
    blank = printed_result(activity, {}, DAY, STAGES).markdown
    for form in activity.forms:
        for question in form.questions:
            assert ("### " in markdown) or not question.result
            if question.result:
                assert " ".join(question.result.split()) in read(blank)
            else:
                assert f"**{question.prompt}**" not in markdown
    assert blank.count("{.lines") == sum(
        bool(q.result) for f in activity.forms for q in f.questions
    )
    assert "{.lines" not in markdown
