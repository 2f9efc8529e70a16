"""The kernel's side of a form: what it hears, what it answers, and what it never does."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from pydantic import JsonValue

from tests.form_page import DAY, EVERY_KIND, PEOPLE, STAGES, WHOSE, AwayStore, make_form
from workshop_kit.content import load_curriculum
from workshop_kit.errors import StoreError
from workshop_kit.forms import (
    Keeping,
    Questions,
    Twin,
    is_answered,
    questions_of,
    rewrite_key,
    rewrites_question,
)
from workshop_kit.forms.answer_form import AnswerForm
from workshop_kit.ladder import Ladder, Statement
from workshop_kit.own_words import hints_of_form
from workshop_kit.tagging import Tag
from workshop_kit.variables import RENDERING

TEXT = questions_of(make_form({"kind": "text"}), DAY, STAGES)
Say = Callable[..., dict[str, Any]]


@pytest.fixture(autouse=True)
def _live(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(RENDERING, raising=False)


@pytest.fixture
def store(tmp_path: Path) -> AwayStore:
    return AwayStore(tmp_path)


@pytest.fixture
def keeping(store: AwayStore) -> Keeping:
    return Keeping(store, WHOSE["participant"], WHOSE["team"], WHOSE["activity"])


def say(form: AnswerForm, **message: Any) -> dict[str, Any]:
    """What the form answers to a message of the page."""
    said: list[dict[str, Any]] = []
    form.send = lambda content, _buffers=None: said.append(content)  # type: ignore[method-assign]
    form._handle_custom_msg({"n": 7, **message}, [])
    (answer,) = said
    assert answer["n"] == 7
    return answer


def save(form: AnswerForm, key: str, value: Any, **more: Any) -> dict[str, Any]:
    return say(form, type="save", key=key, value=value, device="here", seen=None, **more)


def write(store: AwayStore, key: str, value: JsonValue, device: str = "other") -> int:
    """Another device saves this; the revision's number."""
    return store.kept.save(
        **WHOSE, question=key, value=value, device=device, seen=10**9
    ).revision.id


# ---- saving ------------------------------------------------------------------------------------


def test_a_save_is_kept_and_answered_with_its_time(keeping: Keeping, store: AwayStore) -> None:
    answer = save(AnswerForm(keeping, TEXT), "q-1", {"text": "Half a page."})
    assert answer["type"] == "saved"
    assert answer["key"] == "q-1"
    assert answer["overtook"] is None
    assert len(answer["at"].split(":")) == 3
    (revision,) = store.kept.latest(**WHOSE)
    assert revision.value == {"text": "Half a page."}
    assert (revision.id, revision.device) == (answer["revision"], "here")


def test_an_answer_is_taken_back_by_saving_none(keeping: Keeping) -> None:
    form = AnswerForm(keeping, TEXT)
    save(form, "q-1", {"text": "Half a page."})
    assert save(form, "q-1", None)["type"] == "saved"
    assert keeping.values == {"q-1": None}


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("q-1", {"text": 7}),
        ("q-1", {"text": "x" * 20_001}),
        ("q-1", {"text": "x", "more": "y"}),
        ("q-1", "words"),
        ("q-1", ["words"]),
        ("q-2", {"chosen": ["pink"]}),
        ("q-4", {"point": 6}),
        ("q-4", {"point": "six"}),
        ("q-5", {"seen": [{"signal": "nothing-known"}]}),
        ("q-5", {"seen": [{"signal": "toy-remark", "when": "2026-02-31"}]}),
        ("q-6", {"order": ["red", "blue"]}),
        ("q-7", {"commitments": [{"by": "soon"}]}),
        ("people/P1", {"fields": {"name": {"text": "Ada"}}}),
        ("people/P1", {"signs": []}),
        ("people/Ada", {"fields": {}}),
        ("people/P0", {"fields": {}}),
        ("people", {"fields": {}}),
        ("another", {"text": "x"}),
        ("../q-1", {"text": "x"}),
    ],
)
def test_what_does_not_fit_is_refused_in_words_and_not_kept(
    keeping: Keeping, store: AwayStore, key: str, value: Any
) -> None:
    answer = save(AnswerForm(keeping, questions_of(EVERY_KIND, DAY, STAGES)), key, value)
    assert answer["type"] == "refused"
    assert answer["why"]
    assert store.kept.latest(**WHOSE) == ()


def test_each_person_is_an_answer_of_its_own(keeping: Keeping) -> None:
    form = AnswerForm(keeping, questions_of(make_form(PEOPLE), DAY, STAGES))
    value = {"fields": {"signs": {"seen": [{"signal": "asks", "when": "2027-03-01"}]}}}
    assert save(form, "people/P12", value)["type"] == "saved"
    assert keeping.values == {"people/P12": value}


def test_a_store_that_refuses_says_why_and_works_again(keeping: Keeping, store: AwayStore) -> None:
    form = AnswerForm(keeping, TEXT)
    store.away = "The disk is full. Make room, then go on."
    failed = save(form, "q-1", {"text": "Kept."})
    assert (failed["type"], failed["why"]) == ("failed", "The disk is full. Make room, then go on.")
    store.away = ""
    assert save(form, "q-1", {"text": "Kept."})["type"] == "saved"


def test_what_the_store_will_never_take_is_not_tried_again(
    keeping: Keeping, store: AwayStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(**_: Any) -> Any:
        raise StoreError("The answer is too long. It was not saved.", "value")

    monkeypatch.setattr(store, "save", refuse)
    answer = save(AnswerForm(keeping, TEXT), "q-1", {"text": "x"})
    assert (answer["type"], answer["why"]) == (
        "refused",
        "The answer is too long. It was not saved.",
    )


def test_the_overtaken_answer_of_another_device_comes_back(
    keeping: Keeping, store: AwayStore
) -> None:
    form = AnswerForm(keeping, TEXT)
    write(store, "q-1", {"text": "Theirs."})
    answer = save(form, "q-1", {"text": "Mine."})
    assert answer["overtook"]["value"] == {"text": "Theirs."}
    assert keeping.values == {"q-1": {"text": "Mine."}}


def test_the_same_answer_from_another_device_is_no_conflict(
    keeping: Keeping, store: AwayStore
) -> None:
    form = AnswerForm(keeping, TEXT)
    write(store, "q-1", {"text": "Same."})
    assert save(form, "q-1", {"text": "Same."})["overtook"] is None


@pytest.mark.parametrize(
    "content",
    [
        None,
        "save",
        [],
        {"type": "save"},
        {"type": "save", "n": 1, "key": 3},
        {"type": "else", "n": 1},
    ],
)
def test_nonsense_is_not_answered(keeping: Keeping, content: Any) -> None:
    form = AnswerForm(keeping, TEXT)
    form.send = lambda *_: pytest.fail("answered")  # type: ignore[method-assign]
    form._handle_custom_msg(content, [])


# ---- what changes elsewhere --------------------------------------------------------------------


def test_a_ping_brings_what_the_page_does_not_know(keeping: Keeping, store: AwayStore) -> None:
    form = AnswerForm(keeping, TEXT)
    assert say(form, type="ping", seen={})["changes"] == {}
    number = write(store, "q-1", {"text": "Theirs."})
    write(store, "of-another-form", {"text": "Not here."})
    changes = say(form, type="ping", seen={})["changes"]
    assert list(changes) == ["q-1"]
    assert (changes["q-1"]["value"], changes["q-1"]["revision"]) == ({"text": "Theirs."}, number)
    assert list(say(form, type="ping", seen={"q-1": number - 1})["changes"]) == ["q-1"]
    assert say(form, type="ping", seen={"q-1": number})["changes"] == {}


def test_two_forms_of_one_page_both_hear_of_a_change(keeping: Keeping, store: AwayStore) -> None:
    one, two = AnswerForm(keeping, TEXT), AnswerForm(keeping, TEXT)
    write(store, "q-1", {"text": "Theirs."})
    assert [list(say(form, type="ping", seen={})["changes"]) for form in (one, two)] == [
        ["q-1"]
    ] * 2


def test_a_ping_tells_that_the_store_is_away(keeping: Keeping, store: AwayStore) -> None:
    form = AnswerForm(keeping, TEXT)
    store.away = "The database does not answer."
    assert say(form, type="ping", seen={})["trouble"] == "The database does not answer."
    store.away = ""
    assert say(form, type="ping", seen={})["trouble"] == ""


def test_a_form_opens_empty_when_the_store_can_not_be_read(store: AwayStore) -> None:
    write(store, "q-1", {"text": "From before."})
    store.away = "The database does not answer."
    keeping = Keeping(store, WHOSE["participant"], WHOSE["team"], WHOSE["activity"])
    form = AnswerForm(keeping, TEXT)
    assert form.form["answers"] == {}
    assert keeping.trouble == "The database does not answer."
    store.away = ""
    assert say(form, type="ping", seen={})["changes"]["q-1"]["value"] == {"text": "From before."}


def test_listeners_hear_which_answers_changed_until_they_stop(
    keeping: Keeping, store: AwayStore
) -> None:
    heard: list[frozenset[str]] = []
    stop = keeping.listen(heard.append)
    keeping.save("q-1", {"text": "One."}, None, "here")
    write(store, "q-2", {"text": "Two."})
    keeping.refresh()
    keeping.refresh()
    stop()
    keeping.save("q-3", {"text": "Three."}, None, "here")
    assert heard == [frozenset({"q-1"}), frozenset({"q-2"})]


# ---- what stands around the questions ----------------------------------------------------------


def test_an_answer_from_before_is_there_when_the_form_opens(keeping: Keeping) -> None:
    save(AnswerForm(keeping, TEXT), "q-1", {"text": "From before."})
    assert AnswerForm(keeping, TEXT).form["answers"]["q-1"]["value"] == {"text": "From before."}


def test_an_answer_that_no_longer_fits_is_told_and_kept(store: AwayStore) -> None:
    number = write(store, "q-1", {"chosen": ["pink"]})
    keeping = Keeping(store, WHOSE["participant"], WHOSE["team"], WHOSE["activity"])
    form = AnswerForm(
        keeping, questions_of(make_form({"kind": "choice"}), DAY, STAGES), notices=["Else."]
    )
    assert form.form["answers"]["q-1"] | {"at": ""} == {"value": None, "revision": number, "at": ""}
    assert form.notices[0] == "Else."
    assert "“Which one?” no longer fits the question: there is no pink any more" in form.notices[1]
    save(form, "q-1", {"chosen": ["red"]})
    assert form.notices == ["Else."]
    assert len(store.kept.history(**WHOSE)) == 2


def test_a_form_waits_for_an_answer_that_says_something(keeping: Keeping) -> None:
    form = AnswerForm(keeping, TEXT, after=["first", "people"], waits="Map yourself first.")
    assert form.waits == "Map yourself first."
    keeping.save("first", {"text": ""}, None, "here")
    assert form.waits == "Map yourself first."
    keeping.save("people/P1", {"fields": {"else": {"text": "A bad week."}}}, None, "here")
    assert form.waits == ""


def test_a_form_can_wait_for_anything(keeping: Keeping) -> None:
    form = AnswerForm(keeping, TEXT, after=lambda kept: len(kept) > 1, waits="Two first.")
    keeping.save("a", {"text": "x"}, None, "here")
    assert form.waits == "Two first."
    keeping.save("b", {"text": "x"}, None, "here")
    assert form.waits == ""


def test_examples_leave_the_kernel_only_after_an_answer(keeping: Keeping) -> None:
    form = AnswerForm(keeping, TEXT, examples=lambda: "<p>An example.</p>")
    assert "An example." not in str(form.get_state())
    save(form, "q-1", {"text": ""})
    assert form.examples == ""
    save(form, "q-1", {"text": "Mine."})
    assert form.examples == "<p>An example.</p>"


def test_questions_never_carry_their_example_answers() -> None:
    for activity in load_curriculum().activities:
        for form in activity.forms:
            shown = str(questions_of(form, DAY, STAGES).shown)
            for question in form.questions:
                if question.kind == "text":
                    assert question.example not in shown


def test_a_summary_is_drawn_anew_after_each_save(keeping: Keeping) -> None:
    elsewhere = AnswerForm(keeping, summary=lambda: f"<p>{len(keeping.kept)}</p>")
    assert elsewhere.summary == "<p>0</p>"
    save(AnswerForm(keeping, TEXT), "q-1", {"text": "One."})
    assert elsewhere.summary == "<p>1</p>"


def test_a_summary_that_may_come_later_is_drawn_once_the_page_is_alive(keeping: Keeping) -> None:
    form = AnswerForm(keeping, summary=lambda: "<p>The chart</p>", later=True)
    assert "The chart" not in form.summary
    say(form, type="ping", seen={})
    assert form.summary == "<p>The chart</p>"


def test_a_summary_that_fails_does_not_stop_the_saving(keeping: Keeping) -> None:
    def fail() -> str:
        raise ZeroDivisionError("<b>no</b>")

    form = AnswerForm(keeping, TEXT, summary=fail)
    assert "&lt;b&gt;no" in form.summary
    assert save(form, "q-1", {"text": "One."})["type"] == "saved"


def test_a_summary_that_nobody_looks_at_is_not_drawn(keeping: Keeping) -> None:
    drawn: list[int] = []
    form = AnswerForm(keeping, TEXT, summary=lambda: str(drawn.append(1)))
    form._heard_at -= 1000
    keeping.save("q-1", {"text": "One."}, None, "here")
    assert len(drawn) == 1
    say(form, type="ping", seen={})
    assert len(drawn) == 2


def test_a_form_that_is_closed_no_longer_follows(keeping: Keeping) -> None:
    drawn: list[int] = []
    form = AnswerForm(keeping, TEXT, summary=lambda: str(drawn.append(1)))
    form.close()
    keeping.save("q-1", {"text": "One."}, None, "here")
    assert len(drawn) == 1


# ---- hints -------------------------------------------------------------------------------------

HINTED = make_form({"kind": "text", "hints": "conversation"}, {"kind": "text"})
WORRY = {"text": "Don't worry, it works."}


def hinted(keeping: Keeping) -> AnswerForm:
    questions = questions_of(HINTED, DAY, STAGES)
    return AnswerForm(keeping, questions, hints=partial(hints_of_form, HINTED))


def test_hints_come_with_a_save_and_go_with_their_words(keeping: Keeping) -> None:
    form = hinted(keeping)
    ((hint,),) = save(form, "q-1", WORRY)["hints"].values()
    assert (hint["rule"], hint["quote"]) == ("reassurance", "Don't worry")
    assert save(form, "q-1", {"text": "It works, I think."})["hints"] == {}


def test_hints_are_there_when_a_page_is_opened_and_when_another_device_has_written(
    keeping: Keeping, store: AwayStore
) -> None:
    form = hinted(keeping)
    assert say(form, type="ping", seen={})["hints"] == {}
    write(store, "q-1", WORRY)
    assert list(say(form, type="ping", seen={})["hints"]) == ["q-1"]
    assert list(say(hinted(keeping), type="ping", seen={})["hints"]) == ["q-1"]


def test_hints_are_advice_and_kept_nowhere(keeping: Keeping, store: AwayStore) -> None:
    form = hinted(keeping)
    save(form, "q-1", WORRY)
    assert [revision.value for revision in store.kept.history(**WHOSE)] == [WORRY]
    assert keeping.values == {"q-1": WORRY}
    assert "another look" not in str(form.get_state()["summary"])
    assert "look at again" not in form.twin.markdown


def test_a_form_without_hints_says_nothing_of_them(keeping: Keeping) -> None:
    form = AnswerForm(keeping, TEXT)
    assert "hints" not in save(form, "q-1", WORRY)
    assert "hints" not in say(form, type="ping", seen={})
    assert "hints" not in str(form.get_state()["form"])


def test_hints_that_fail_do_not_stop_the_saving(keeping: Keeping) -> None:
    def fail(_answers: object) -> dict[str, list[dict[str, str]]]:
        raise ZeroDivisionError

    answer = save(AnswerForm(keeping, TEXT, hints=fail), "q-1", WORRY)
    assert (answer["type"], answer["hints"]) == ("saved", {})


def test_hints_cost_no_more_than_a_few_milliseconds_of_a_save() -> None:
    form = load_curriculum().activity("naming-the-transition").form("announcement")
    answers: dict[str, JsonValue] = {
        q.id: {"text": q.example} for q in form.questions if q.kind == "text"
    }
    hints_of_form(form, answers)  # the first one reads the rules
    took = []
    for number in range(20):
        answers["what-i-see"] = {"text": f"I saw {number} of them. Nobody will lose their job, no."}
        started = time.perf_counter()
        assert hints_of_form(form, answers)
        took.append(time.perf_counter() - started)
    assert min(took) < 0.005


# ---- two faces ---------------------------------------------------------------------------------


def test_a_form_is_a_widget_with_its_twin_for_paper_and_for_a_notebook_without_a_kernel(
    keeping: Keeping,
) -> None:
    answered = AnswerForm(keeping, TEXT, lambda: Twin(f"{len(keeping.kept)} answers."))
    save(answered, "q-1", {"text": "One."})
    data, _ = answered._repr_mimebundle_()
    assert data["application/vnd.jupyter.widget-view+json"]["model_id"] == answered.model_id
    assert data["text/markdown"] == data["text/plain"] == "1 answers."
    assert data["text/html"] == "<p>1 answers.</p>\n"


def test_a_print_run_builds_the_twin_and_nothing_else(
    keeping: Keeping, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(RENDERING, "1")
    form = AnswerForm(keeping, TEXT, Twin("On paper."), summary=lambda: pytest.fail("drawn"))
    assert form.comm is None
    assert form.form == {}
    bundle = form._repr_mimebundle_()
    assert set(bundle) == {"text/markdown", "text/html", "text/plain"}
    form.close()


def test_a_form_needs_nothing_from_anywhere() -> None:
    for text in (AnswerForm._esm, AnswerForm._css):
        assert "http" not in str(text)
        assert "import(" not in str(text)
    assert "fetch(" not in str(AnswerForm._esm)


# ---- the statements of a ladder ----------------------------------------------------------------

LADDER = Ladder(
    name="Ladder",
    statements=(
        Statement(level="Junior", text="Writes code."),
        Statement(level="Senior", heading="Craft", text="Writes code."),
        Statement(level="Senior", heading="Craft", text="Writes code."),
    ),
)


@pytest.fixture
def ladder() -> Questions:
    tags = [Tag(dimension="implementation")] * 3
    return rewrites_question(LADDER, tags, {}, load_curriculum().dimensions)


def test_statements_stand_by_level_senior_first_each_once(ladder: Questions) -> None:
    levels = ladder.shown[0]["levels"]
    assert [level["name"] for level in levels] == ["Senior", "Junior"]
    assert [len(level["statements"]) for level in levels] == [1, 1]


def test_a_rewriting_is_kept_with_the_ladders_own_words(
    ladder: Questions, keeping: Keeping
) -> None:
    form, key = AnswerForm(keeping, ladder), rewrite_key(LADDER.statements[1])
    given = {"statement": "Something else", "label": "judgment", "text": "Says what is not built."}
    assert save(form, key, given)["type"] == "saved"
    assert keeping.values[key] == {
        "statement": "Writes code.", "level": "Senior", "heading": "Craft",
        "label": "judgment", "text": "Says what is not built.",
    }  # fmt: skip


def test_a_label_has_to_be_a_dimension(ladder: Questions, keeping: Keeping) -> None:
    key = rewrite_key(LADDER.statements[0])
    assert save(AnswerForm(keeping, ladder), key, {"label": "loyalty"})["type"] == "refused"


@pytest.mark.parametrize(
    ("value", "says_something"),
    [
        (None, False), ({"text": ""}, False), ({"text": "x"}, True), ({"chosen": [], "other": ""}, False),
        ({"chosen": ["a"]}, True), ({"point": None}, False), ({"point": 1}, True), ({"seen": []}, False),
        ({"order": ["a"]}, True), ({"fields": {}}, False), ({"fields": {"x": {"text": ""}}}, False),
        ({"fields": {"x": {"text": "y"}}}, True), ({"fields": []}, False),
        ({"commitments": [{"what": "", "by": "2027-04-17"}]}, False), ({"commitments": [{"who": "Me"}]}, True),
        ({"statement": "x", "level": "y", "label": "", "text": ""}, False), ({"statement": "x", "label": "z"}, True),
        ("words", False), ([], False),
    ],
)  # fmt: skip
def test_an_empty_field_is_no_answer(value: JsonValue, says_something: bool) -> None:
    assert is_answered(value) is says_something
