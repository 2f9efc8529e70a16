"""Forms in a real browser: every kind by keyboard, and nothing typed is lost."""

from __future__ import annotations

import os
import re
import signal
from collections.abc import Iterator
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any

import nbformat
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import (
    PATIENCE,
    axe,
    chromium,
    needs_chromium,
    scrolls_sideways,
    served_notebook,
    tab_to,
    watched_page,
)
from tests.form_page import (
    DAY,
    EVERY_KIND,
    HOSTILE,
    PEOPLE,
    STAGES,
    FormPage,
    OpenForm,
    form_pages,
    make_form,
)
from workshop_kit.content import load_curriculum
from workshop_kit.curriculum import Form
from workshop_kit.forms import printed_examples, rewrite_key, rewrites_question
from workshop_kit.ladder import Ladder, Statement
from workshop_kit.own_words import hints_of_form
from workshop_kit.rewriting import drafts_for
from workshop_kit.store import open_store
from workshop_kit.tagging import tag

pytestmark = needs_chromium
expect.set_options(timeout=60_000)  # the machine may be busy with all the other tests

TEXT = make_form({"kind": "text", "words": [2, 5]})
TWO_TEXTS = make_form({"kind": "text"}, {"kind": "text", "prompt": "And then?"})
NAME = "What did you write?"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@pytest.fixture
def open_form(browser: Browser, tmp_path: Path) -> Iterator[OpenForm]:
    with form_pages(browser, tmp_path) as opened:
        yield opened


# ---- every kind, by keyboard -------------------------------------------------------------------


def test_a_text_is_saved_after_a_pause_and_the_form_says_so(open_form: OpenForm) -> None:
    form = open_form(TEXT)
    tab_to(form.page, "textbox", NAME)
    form.page.keyboard.type("Half a page\non retries.")
    form.saved()
    expect(form.status).to_have_text(re.compile(r"Saved \d\d:\d\d:\d\d"))
    assert form.value("q-1") == {"text": "Half a page\non retries."}


def test_a_text_is_sent_when_its_field_is_left(open_form: OpenForm) -> None:
    form = open_form(TEXT, clock=True)
    form.page.get_by_label(NAME).fill("Left.")
    form.page.clock.pause_at(form.page.evaluate("Date.now()") + 10)
    form.page.keyboard.press("Tab")
    form.saved()
    assert form.value("q-1") == {"text": "Left."}


def test_a_text_says_how_many_words_there_are_and_how_many_are_plenty(open_form: OpenForm) -> None:
    form = open_form(
        make_form({"kind": "text", "words": [2, 5], "starter": "I say that", "help": "Briefly."})
    )
    field = form.page.get_by_label(NAME)
    expect(field).to_have_accessible_description("Briefly. I say that … 2 to 5 words are plenty")
    field.fill("one two three")
    expect(form.page.get_by_text("3 words; 2 to 5 are plenty")).to_be_visible()
    field.fill("one")
    expect(form.page.get_by_text("1 word; 2 to 5 are plenty")).to_be_visible()


def test_a_word_count_is_read_out_only_after_a_pause(open_form: OpenForm) -> None:
    form = open_form(TEXT, clock=True)
    polite = form.page.locator("[aria-live=polite]")
    form.page.get_by_label(NAME).press_sequentially("one two")
    expect(polite).to_have_text("")
    form.page.clock.run_for(2500)
    expect(polite).to_have_text("2 words; 2 to 5 are plenty")


def test_a_text_field_grows_with_its_words(open_form: OpenForm) -> None:
    form = open_form(TEXT)
    field = form.page.get_by_label(NAME)
    before = field.bounding_box()
    field.fill("\n".join(["A line."] * 30))
    after = field.bounding_box()
    assert before is not None
    assert after is not None
    assert after["height"] > before["height"] + 300
    assert field.evaluate("(e) => e.scrollHeight <= e.clientHeight + 2")


def test_a_question_its_help_and_its_options_stand_one_below_the_other(open_form: OpenForm) -> None:
    form = open_form(make_form({"kind": "choice", "help": "Take the one that comes first."}))
    parts = form.page.locator(".wk-question > *:visible")
    boxes = [part.bounding_box() for part in parts.all()]
    assert len(boxes) > 2
    for above, below in pairwise(box for box in boxes if box):
        assert above["y"] + above["height"] <= below["y"] + 1


def test_one_option_is_chosen_and_cleared_by_keyboard(open_form: OpenForm) -> None:
    form = open_form(make_form({"kind": "choice"}))
    page = form.page
    expect(page.get_by_role("group", name="Which one?")).to_be_visible()
    tab_to(page, "radio", "Red")
    page.keyboard.press("ArrowDown")
    form.saved()
    assert form.value("q-1") == {"chosen": ["green"], "other": ""}
    tab_to(page, "button", "Clear : Which one?")
    page.keyboard.press("Enter")
    form.saved()
    assert form.value("q-1") == {"chosen": [], "other": ""}
    expect(page.get_by_role("radio", name="Red")).to_be_focused()
    assert page.locator("input:checked").count() == 0


def test_several_options_and_words_of_ones_own(open_form: OpenForm) -> None:
    form = open_form(make_form({"kind": "choice", "many": True, "other": "Another one"}))
    page = form.page
    tab_to(page, "checkbox", "Red")
    page.keyboard.press("Space")
    tab_to(page, "checkbox", "Blue")
    page.keyboard.press("Space")
    tab_to(page, "textbox", "Another one")
    page.keyboard.type("Mauve")
    form.saved()
    assert form.value("q-1") == {"chosen": ["red", "blue"], "other": "Mauve"}


def test_what_is_set_from_the_start_is_kept_only_once_it_is_chosen(open_form: OpenForm) -> None:
    form = open_form(make_form({"kind": "choice", "default": "green"}))
    page = form.page
    expect(page.get_by_role("radio", name="Green")).to_be_checked()
    expect(page.get_by_text("Set from the start.")).to_be_visible()
    assert form.value("q-1") is None
    tab_to(page, "radio", "Green")
    page.keyboard.press("Space")
    form.saved()
    assert form.value("q-1") == {"chosen": ["green"], "other": ""}
    expect(page.get_by_text("Set from the start.")).to_be_hidden()


def test_a_scale_says_where_each_point_stands_and_can_be_cleared(open_form: OpenForm) -> None:
    form = open_form(make_form({"kind": "scale"}))
    page = form.page
    tab_to(page, "radio", "1 of 5, between ‘guessing’ and ‘seen it’")
    page.keyboard.press("ArrowRight")
    form.saved()
    assert form.value("q-1") == {"point": 2}
    tab_to(page, "button", "Clear : How sure?")
    page.keyboard.press("Enter")
    form.saved()
    assert form.value("q-1") == {"point": None}


def test_a_signal_is_ticked_and_dated_by_keyboard(open_form: OpenForm) -> None:
    form = open_form(
        make_form(
            {
                "kind": "signals",
                "signals": [
                    {"id": "asks", "text": "Asks first."},
                    {"id": "waits", "text": "Waits."},
                ],
                "example": [{"signal": "asks"}],
            }
        )
    )
    page = form.page
    tab_to(page, "checkbox", "Waits.")
    page.keyboard.press("Space")
    form.saved()
    assert form.value("q-1") == {"seen": [{"signal": "waits", "when": None}]}
    page.keyboard.press("Tab")
    expect(page.get_by_label("Seen on: Waits.")).to_be_focused()
    page.keyboard.type("03042026")
    form.saved()
    assert form.value("q-1") == {"seen": [{"signal": "waits", "when": "2026-03-04"}]}
    expect(page.get_by_label("Seen on: Asks first.")).to_be_hidden()


def test_a_day_that_is_still_to_come_is_pointed_out(open_form: OpenForm) -> None:
    form = open_form(make_form({"kind": "signals"}))
    form.page.get_by_role("checkbox").first.check()
    form.page.locator("input[type=date]:visible").fill("2199-01-01")
    expect(form.page.get_by_text("That day is still to come.").first).to_be_visible()


def test_signals_are_mixed_until_somebody_asks_for_the_stages(open_form: OpenForm) -> None:
    form = open_form(make_form({"kind": "signals"}))
    page = form.page
    mixed = page.get_by_role("checkbox").evaluate_all(
        "(all) => all.map((e) => e.labels[0].textContent)"
    )
    assert sorted(mixed) == sorted(s.text for stage in STAGES for s in stage.signals)
    assert mixed[:6] != [s.text for s in STAGES[0].signals]
    assert not any(stage.name in page.inner_text("#form") for stage in STAGES)
    page.get_by_role("checkbox", name=mixed[3]).check()
    tab = page.get_by_role("button", name="Group by stage")
    tab.focus()
    page.keyboard.press("Enter")
    expect(tab).to_be_focused()
    expect(tab).to_have_attribute("aria-pressed", "true")
    for stage in STAGES:
        there = page.get_by_role("group", name=stage.name).get_by_role("checkbox")
        assert there.count() == len(stage.signals)
    expect(page.get_by_role("checkbox", name=mixed[3])).to_be_checked()
    page.keyboard.press("Enter")
    again = page.get_by_role("checkbox").evaluate_all(
        "(all) => all.map((e) => e.labels[0].textContent)"
    )
    assert again == mixed


def items(page: Page) -> list[str]:
    found: list[str] = page.locator(".wk-item").all_inner_texts()
    return found


def test_items_are_moved_by_buttons_and_by_keys_and_it_is_said(open_form: OpenForm) -> None:
    form = open_form(make_form({"kind": "order"}))
    page, polite = form.page, form.page.locator("[aria-live=polite]")
    tab_to(page, "button", "Move down : Red")
    page.keyboard.press("Enter")
    expect(polite).to_have_text("Red: now 2 of 3.")
    expect(page.get_by_role("button", name="Move down : Red")).to_be_focused()
    page.keyboard.press("Alt+ArrowDown")
    form.saved()
    assert items(page) == ["Green", "Blue", "Red"]
    assert form.value("q-1") == {"order": ["green", "blue", "red"]}
    page.keyboard.press("Alt+ArrowDown")
    expect(polite).to_have_text("Red: this is the last already.")
    page.keyboard.press("Alt+ArrowUp")
    form.saved()
    assert form.value("q-1") == {"order": ["green", "red", "blue"]}


def test_an_order_that_nobody_touched_is_nobodys(open_form: OpenForm) -> None:
    form = open_form(make_form({"kind": "order"}))
    assert items(form.page) == ["Red", "Green", "Blue"]
    assert form.value("q-1") is None
    tab_to(form.page, "button", "Start from this order : What comes first?")
    form.page.keyboard.press("Enter")
    form.saved()
    assert form.value("q-1") == {"order": ["red", "green", "blue"]}
    expect(form.page.get_by_role("button", name="Start from this order")).to_be_hidden()


def test_an_item_can_be_dragged(open_form: OpenForm) -> None:
    form = open_form(make_form({"kind": "order"}))
    handle, last = (
        form.page.locator(".wk-handle").first.bounding_box(),
        form.page.locator(".wk-handle").last.bounding_box(),
    )
    assert handle is not None
    assert last is not None
    form.page.mouse.move(handle["x"] + 4, handle["y"] + 4)
    form.page.mouse.down()
    form.page.mouse.move(last["x"] + 4, last["y"] + 40, steps=6)
    form.page.mouse.up()
    form.saved()
    assert form.value("q-1") == {"order": ["green", "blue", "red"]}


def test_commitments_are_written_added_and_removed_by_keyboard(open_form: OpenForm) -> None:
    form = open_form(make_form({"kind": "commitments", "about": "For whom"}))
    page = form.page
    first = page.get_by_role("group", name="Commitment 1")
    tab_to(page, "textbox", "What I will do")
    page.keyboard.type("Ask Ada.")
    page.keyboard.press("Tab")
    page.keyboard.type("Everybody")
    page.keyboard.press("Tab")
    page.keyboard.type("Me")
    page.keyboard.press("Tab")
    page.keyboard.type("04172027")
    form.saved()
    one = {"what": "Ask Ada.", "who": "Me", "by": "2027-04-17", "about": "Everybody"}
    assert form.value("q-1") == {"commitments": [one]}
    tab_to(page, "button", "Add a commitment")
    page.keyboard.press("Enter")
    second = page.get_by_role("group", name="Commitment 2")
    expect(second.get_by_label("What I will do")).to_be_focused()
    page.keyboard.type("Listen.")
    form.saved()
    first.get_by_role("button", name="Remove commitment 1").press("Enter")
    form.saved()
    assert form.value("q-1") == {
        "commitments": [{"what": "Listen.", "who": "", "by": None, "about": ""}]
    }
    expect(
        page.get_by_role("group", name="Commitment 1").get_by_label("What I will do")
    ).to_be_focused()
    page.get_by_role("button", name="Undo").press("Enter")
    form.saved()
    assert form.value("q-1") == {
        "commitments": [one, {"what": "Listen.", "who": "", "by": None, "about": ""}]
    }


def test_days_are_filled_in_and_kept_only_with_words(open_form: OpenForm) -> None:
    form = open_form(make_form({"kind": "commitments", "days": [30, 60]}))
    days = form.page.get_by_label("By")
    assert [day.input_value() for day in days.all()] == ["2027-04-17", "2027-05-17"]
    assert form.value("q-1") is None
    form.page.get_by_label("What I will do").first.fill("Ask.")
    form.saved()
    assert form.value("q-1") == {
        "commitments": [{"what": "Ask.", "who": "", "by": "2027-04-17", "about": ""}]
    }
    form.reload()
    assert [day.input_value() for day in form.page.get_by_label("By").all()] == [
        "2027-04-17",
        "2027-05-17",
    ]


def test_no_more_commitments_than_were_asked_for(open_form: OpenForm) -> None:
    form = open_form(make_form({"kind": "commitments", "most": 2}))
    form.page.get_by_role("button", name="Add a commitment").click()
    expect(form.page.get_by_role("button", name="Add a commitment")).to_be_hidden()
    assert form.page.get_by_role("group", name="Commitment").count() == 2


def test_a_ready_commitment_is_taken_over_to_be_changed(open_form: OpenForm) -> None:
    form = open_form(make_form({"kind": "commitments", "suggest": "stage-moves"}))
    page, move = form.page, STAGES[0].moves[0].text
    page.get_by_text("Ready ones to start from").press("Enter")
    page.get_by_role("button", name=f"Use this : {move}").press("Enter")
    expect(page.get_by_label("What I will do")).to_be_focused()
    expect(page.get_by_label("What I will do")).to_have_value(move)
    form.saved()
    assert form.value("q-1") == {
        "commitments": [{"what": move, "who": "", "by": None, "about": ""}]
    }


def test_people_stand_under_codes_one_at_a_time(open_form: OpenForm) -> None:
    form = open_form(make_form(PEOPLE))
    page = form.page
    tab_to(page, "button", "Add a person")
    page.keyboard.press("Enter")
    tab_to(page, "checkbox", "Asks first.")
    page.keyboard.press("Space")
    form.saved()
    assert form.value("people/P1") == {
        "fields": {"signs": {"seen": [{"signal": "asks", "when": None}]}}
    }
    expect(page.get_by_role("button", name="P1 1 signal, not enough evidence")).to_be_visible()
    tab = page.get_by_role("button", name="Add a person")
    tab.press("Enter")
    expect(page.get_by_role("group", name="P2")).to_be_visible()
    expect(page.get_by_role("group", name="P1")).to_be_hidden()
    page.get_by_label("What else could it be?").fill("A bad week.")
    page.get_by_role("button", name="P1").press("Enter")
    expect(page.get_by_role("checkbox", name="Asks first.")).to_be_checked()
    expect(page.get_by_label("What else could it be?")).to_have_value("")
    form.saved()
    assert form.value("people/P2") == {"fields": {"else": {"text": "A bad week."}}}
    assert "name" not in page.inner_text("#form").lower()


def test_a_person_is_removed_brought_back_and_a_code_is_never_given_twice(
    open_form: OpenForm,
) -> None:
    form = open_form(make_form(PEOPLE))
    page = form.page
    for _ in range(2):
        page.get_by_role("button", name="Add a person").click()
    page.get_by_label("What else could it be?").fill("A bad week.")
    form.saved()
    page.get_by_role("button", name="Remove P2").press("Enter")
    form.saved()
    assert form.value("people/P2") is None
    expect(page.get_by_role("button", name=re.compile("^P1"))).to_be_focused()
    page.get_by_role("button", name="Undo").click()
    form.saved()
    assert form.value("people/P2") == {"fields": {"else": {"text": "A bad week."}}}
    expect(page.get_by_role("group", name="P2")).to_be_visible()
    page.get_by_role("button", name="Remove P2").click()
    page.get_by_role("button", name="Add a person").click()
    expect(page.get_by_role("group", name="P3")).to_be_visible()
    form.reload()
    assert page.locator(".wk-codes button").all_inner_texts() == [
        "P1 not enough evidence",
        "P3 not enough evidence",
    ]


LADDER = Ladder(
    name="Ladder",
    statements=(
        Statement(level="Junior", text="Writes code that passes review."),
        Statement(level="Senior", heading="Craft", text="Writes complex features alone."),
        Statement(level="Senior", text="Reviews the designs of others."),
    ),
)


def open_ladder(open_form: OpenForm) -> FormPage:
    tags = [tag(s.text, s.heading) for s in LADDER.statements]
    drafts = drafts_for(LADDER, tags)
    dimensions = load_curriculum().dimensions
    return open_form(rewrites_question(LADDER, tags, drafts, dimensions))


def test_a_statement_is_read_anew_and_rewritten_from_a_draft(open_form: OpenForm) -> None:
    form, key = open_ladder(open_form), rewrite_key(LADDER.statements[1])
    page = form.page
    expect(page.get_by_label("Level")).to_have_value("0")
    row = page.get_by_role("group", name="Craft: Writes complex features alone.")
    row.get_by_label("Pays for").select_option("judgment")
    form.saved()
    whose = {"statement": "Writes complex features alone.", "level": "Senior", "heading": "Craft"}
    assert form.value(key) == {**whose, "label": "judgment", "text": ""}
    start = row.get_by_role("button", name="Start towards").first
    draft = start.get_attribute("title")
    start.press("Enter")
    expect(row.get_by_label("Rewritten")).to_be_focused()
    expect(row.get_by_label("Rewritten")).to_have_value(draft or "-")
    form.saved()
    assert form.value(key) == {**whose, "label": "judgment", "text": draft}
    page.get_by_role("button", name="Undo").click()
    form.saved()
    assert form.value(key) == {**whose, "label": "judgment", "text": ""}


def test_levels_are_shown_one_at_a_time_and_keep_what_was_written(open_form: OpenForm) -> None:
    form = open_ladder(open_form)
    page = form.page
    page.get_by_label("Rewritten").first.fill("Says what is not built.")
    page.get_by_label("Level").select_option("Junior")
    expect(page.get_by_text("Writes code that passes review.")).to_be_visible()
    expect(page.get_by_text("Writes complex features alone.")).to_be_hidden()
    page.get_by_label("Level").select_option("Senior")
    expect(page.get_by_label("Rewritten").first).to_have_value("Says what is not built.")
    form.saved()


# ---- nothing is lost ---------------------------------------------------------------------------


def test_a_save_that_fails_is_told_at_once_and_tried_again_until_it_works(
    open_form: OpenForm,
) -> None:
    form = open_form(TEXT)
    form.kernel.store.away = "The database does not answer. Tell the facilitator."
    form.page.get_by_label(NAME).fill("Kept.")
    expect(form.alert).to_contain_text("The database does not answer. Tell the facilitator.")
    expect(form.alert).to_contain_text("Your text is kept here")
    assert form.value("q-1") is None
    assert any("Kept." in value for value in form.outbox().values())
    form.page.get_by_label(NAME).fill("Kept, and more.")
    form.kernel.store.away = ""
    form.saved()
    expect(form.alert).to_be_hidden()
    expect(form.status).to_contain_text("Saved")
    assert form.history("q-1") == [{"text": "Kept, and more."}]


def test_a_silent_kernel_is_told_and_the_text_goes_out_when_it_is_back(open_form: OpenForm) -> None:
    form = open_form(TEXT, clock=True)
    form.kernel.silent = True
    form.page.get_by_label(NAME).fill("Kept.")
    form.page.clock.run_for(5000)
    expect(form.status).to_have_text("Not saved yet. Your text is kept here.")
    assert any("Kept." in value for value in form.outbox().values())
    form.kernel.silent = False
    form.page.clock.run_for(20_000)
    form.saved()
    expect(form.status).to_contain_text("Saved")
    assert form.history("q-1") == [{"text": "Kept."}]


def test_what_a_dead_kernel_never_heard_is_there_after_a_reload_and_saved(
    open_form: OpenForm,
) -> None:
    form = open_form(EVERY_KIND)
    form.page.get_by_label(NAME).fill("Heard.")
    form.saved()
    form.kernel.silent = True
    form.page.get_by_label(NAME).fill("Never heard.")
    form.page.get_by_role("radio", name="Green").check()
    form.page.get_by_role("button", name="Add a person").click()
    form.page.get_by_label("What else could it be?").fill("A bad week.")
    form.kernel.silent = False
    form.reload()
    expect(form.page.get_by_label(NAME)).to_have_value("Never heard.")
    expect(form.page.get_by_role("radio", name="Green")).to_be_checked()
    expect(form.page.get_by_label("What else could it be?")).to_have_value("A bad week.")
    form.saved()
    assert form.value("q-1") == {"text": "Never heard."}
    assert form.value("q-2") == {"chosen": ["green"], "other": ""}
    assert form.value("people/P1") == {"fields": {"else": {"text": "A bad week."}}}
    assert form.page.get_by_text("Another device").count() == 0


def test_a_save_whose_answer_was_lost_is_not_taken_for_another_device(open_form: OpenForm) -> None:
    form = open_form(TEXT)
    form.kernel.store.save, save = (
        lambda **given: (save(**given), form.kernel.store._there())[0],
        form.kernel.store.save,
    )  # type: ignore[method-assign]
    form.kernel._said, silence = [], form.kernel.form.send
    form.kernel.form.send = lambda *_: None  # type: ignore[method-assign]
    form.page.get_by_label(NAME).fill("Kept by a kernel")
    form.page.wait_for_timeout(600)
    form.page.get_by_label(NAME).fill("Kept by a kernel that died")
    form.reload()
    form.saved()
    assert silence is not None
    assert form.history("q-1") == [
        {"text": "Kept by a kernel"},
        {"text": "Kept by a kernel that died"},
    ]
    assert form.page.get_by_text("Another device").count() == 0


def test_the_newest_words_win_while_a_save_is_on_its_way(open_form: OpenForm) -> None:
    form = open_form(TEXT)
    form.page.get_by_label(NAME).press_sequentially("A sentence that takes a moment.", delay=60)
    form.page.keyboard.press("Tab")
    form.saved()
    assert form.value("q-1") == {"text": "A sentence that takes a moment."}
    saves = [m for m in form.kernel.heard if m["type"] == "save"]
    assert len({m["n"] for m in saves}) == len(saves)


def test_an_answer_that_does_not_fit_is_refused_in_words_and_stays(open_form: OpenForm) -> None:
    form = open_form(TEXT)
    form.page.get_by_label(NAME).fill("x" * 20_001)
    expect(form.alert).to_contain_text("Not saved, because it does not fit")
    assert form.value("q-1") is None
    form.page.get_by_label(NAME).fill("Shorter.")
    form.saved()
    expect(form.alert).to_be_hidden()
    assert form.value("q-1") == {"text": "Shorter."}


def test_a_store_that_can_not_be_read_leaves_the_form_open(open_form: OpenForm) -> None:
    form = open_form(TEXT, clock=True)
    form.page.get_by_label(NAME).fill("From before.")
    form.page.clock.run_for(500)
    form.saved()
    form.kernel.store.away = "The database does not answer."
    form.page.reload()
    form.page.wait_for_function("window.ready")
    expect(
        form.page.get_by_text(
            "Your earlier answers can’t be read just now: The database does not answer."
        )
    ).to_be_visible()
    expect(form.page.get_by_label(NAME)).to_have_value("")
    form.kernel.store.away = ""
    form.page.clock.run_for(6000)
    expect(form.page.get_by_label(NAME)).to_have_value("From before.")
    expect(form.page.get_by_text("can’t be read")).to_be_hidden()


# ---- two devices -------------------------------------------------------------------------------


def test_an_overtaken_answer_is_told_and_can_be_taken_back(open_form: OpenForm) -> None:
    form = open_form(TEXT)
    form.page.get_by_label(NAME).fill("Mine.")
    form.saved()
    form.save_elsewhere("q-1", {"text": "Theirs."})
    form.page.get_by_label(NAME).fill("Mine, later.")
    expect(form.told).to_contain_text("Another device had changed this at")
    expect(form.told).to_contain_text("Yours counts now.")
    form.page.get_by_role("button", name="Use the other one").press("Enter")
    expect(form.page.get_by_label(NAME)).to_have_value("Theirs.")
    expect(form.page.get_by_label(NAME)).to_be_focused()
    expect(form.told).to_have_text("")
    form.saved()
    assert form.history("q-1") == [
        {"text": t} for t in ("Mine.", "Theirs.", "Mine, later.", "Theirs.")
    ]


def test_the_choice_between_two_devices_stays_while_one_goes_on_typing(open_form: OpenForm) -> None:
    form = open_form(TEXT)
    form.save_elsewhere("q-1", {"text": "Theirs."})
    form.page.get_by_label(NAME).fill("Mine.")
    expect(form.page.get_by_role("button", name="Use the other one")).to_be_visible()
    form.page.get_by_label(NAME).fill("Mine, and more.")
    form.saved()
    form.page.get_by_role("button", name="Keep mine").click()
    expect(form.page.get_by_role("button", name="Use the other one")).to_be_hidden()
    assert form.value("q-1") == {"text": "Mine, and more."}


def test_a_change_on_another_device_arrives_by_itself(open_form: OpenForm) -> None:
    form = open_form(TWO_TEXTS, clock=True)
    form.page.get_by_label("And then?").focus()
    form.save_elsewhere("q-1", {"text": "Theirs."})
    form.page.clock.run_for(6000)
    expect(form.page.get_by_label(NAME)).to_have_value("Theirs.")
    expect(form.told.first).to_contain_text("Changed on another device at")


def test_a_field_somebody_is_in_is_left_alone_until_they_leave_it(open_form: OpenForm) -> None:
    form = open_form(TWO_TEXTS, clock=True)
    form.page.get_by_label(NAME).focus()
    form.save_elsewhere("q-1", {"text": "Theirs."})
    form.page.clock.run_for(6000)
    expect(form.page.get_by_label(NAME)).to_have_value("")
    form.page.get_by_label("And then?").focus()
    form.page.clock.run_for(100)
    expect(form.page.get_by_label(NAME)).to_have_value("Theirs.")


def test_a_person_added_on_another_device_appears(open_form: OpenForm) -> None:
    form = open_form(make_form({"kind": "text"}, PEOPLE), clock=True)
    form.save_elsewhere("people/P4", {"fields": {"else": {"text": "Theirs."}}})
    form.page.clock.run_for(6000)
    expect(form.page.get_by_role("button", name=re.compile("^P4"))).to_be_visible()
    expect(form.told.last).to_contain_text("P4: Changed on another device")


# ---- undo --------------------------------------------------------------------------------------


def test_undo_goes_back_step_by_step_and_to_the_field(open_form: OpenForm) -> None:
    form = open_form(make_form({"kind": "text"}, {"kind": "choice"}))
    page, undo = form.page, form.page.get_by_role("button", name="Undo")
    expect(undo).to_be_disabled()
    page.get_by_label(NAME).fill("One.")
    form.saved()
    page.get_by_role("radio", name="Green").check()
    form.saved()
    page.get_by_role("radio", name="Blue").check()
    form.saved()
    undo.press("Enter")
    expect(page.get_by_role("radio", name="Green")).to_be_checked()
    assert form.focused() == "Blue"
    form.saved()  # two steps back in one breath would be one answer
    undo.press("Enter")
    assert page.locator("input:checked").count() == 0
    undo.press("Enter")
    expect(page.get_by_label(NAME)).to_have_value("")
    expect(page.get_by_label(NAME)).to_be_focused()
    expect(undo).to_be_disabled()
    form.saved()
    assert form.history("q-1") == [{"text": "One."}, None]
    assert [v and v["chosen"] for v in form.history("q-2")] == [
        ["green"],
        ["blue"],
        ["green"],
        None,
    ]  # type: ignore[call-overload, index]


def test_a_burst_of_keys_is_one_step(open_form: OpenForm) -> None:
    form = open_form(TEXT)
    form.page.get_by_label(NAME).press_sequentially("Half a page.", delay=10)
    form.page.get_by_role("button", name="Undo").click()
    expect(form.page.get_by_label(NAME)).to_have_value("")
    expect(form.page.get_by_role("button", name="Undo")).to_be_disabled()


# ---- what stands around the questions ----------------------------------------------------------


def test_a_form_opens_by_itself_when_the_one_before_it_has_an_answer(open_form: OpenForm) -> None:
    form = open_form(TEXT, clock=True, after=["first"], waits="Map yourself first.")
    expect(form.page.get_by_text("Map yourself first.")).to_be_visible()
    expect(form.page.get_by_label(NAME)).to_be_hidden()
    form.save_elsewhere("first", {"text": "Done."})
    form.page.clock.run_for(6000)
    expect(form.page.get_by_text("Map yourself first.")).to_be_hidden()
    expect(form.page.get_by_label(NAME)).to_be_visible()


def test_a_worked_example_can_be_compared_with_after_ones_own(open_form: OpenForm) -> None:
    form = open_form(TEXT, examples=printed_examples(TEXT, DAY, STAGES).html)
    expect(form.page.get_by_text("A worked example to compare with appears here")).to_be_visible()
    assert "Half a page." not in form.page.content()
    form.page.get_by_label(NAME).fill("Mine.")
    form.page.get_by_text("Compare with a worked example").press("Enter")
    expect(form.page.get_by_text("Half a page.")).to_be_visible()
    form.saved()


def test_an_answer_that_no_longer_fits_is_told_and_not_lost(
    open_form: OpenForm, tmp_path: Path
) -> None:
    def before(kernel: Any) -> None:
        kernel.store.kept.save(
            team="payments", participant="lead", activity="trying", question="q-1",
            value={"chosen": ["pink"]}, device="old",
        )  # fmt: skip

    form = open_form(make_form({"kind": "choice"}), store=before)
    assert (tmp_path / "answers.sqlite").exists()
    expect(form.page.get_by_text("no longer fits")).to_contain_text("pink")
    assert form.page.locator("input:checked").count() == 0
    form.page.get_by_role("radio", name="Red").check()
    form.saved()
    expect(form.page.get_by_text("no longer fits")).to_be_hidden()
    assert form.history("q-1") == [{"chosen": ["pink"]}, {"chosen": ["red"], "other": ""}]


def test_a_summary_follows_each_answer(open_form: OpenForm) -> None:
    form = open_form(TEXT, summary=lambda keeping: f"<p>{len(keeping.kept)} kept</p>")
    expect(form.page.get_by_text("0 kept")).to_be_visible()
    form.page.get_by_label(NAME).fill("One.")
    expect(form.page.get_by_text("1 kept")).to_be_visible()
    form.saved()


def test_what_could_run_is_taken_out_of_a_summary(open_form: OpenForm) -> None:
    html = (
        "<img src=x onerror=alert(1)><script>alert(2)</script><a href='javascript:alert(3)'>Go</a>"
    )
    form = open_form(TEXT, summary=lambda _: html)
    form.page.wait_for_timeout(200)
    assert (
        form.page.locator(".wk-summary script, .wk-summary [onerror], .wk-summary [href]").count()
        == 0
    )


def test_words_are_shown_as_words_whatever_they_hold(open_form: OpenForm) -> None:
    options = [{"id": "red", "text": HOSTILE}, {"id": "blue", "text": "Blue"}]
    form = open_form(
        make_form(
            {"kind": "text", "prompt": HOSTILE, "help": HOSTILE, "starter": HOSTILE},
            {"kind": "choice", "options": options, "other": HOSTILE},
            {"kind": "scale", "low": HOSTILE},
            {"kind": "order", "items": [*options, {"id": "green", "text": "Green"}], "example": ["red", "blue", "green"]},
        ),
        title=HOSTILE, intro=HOSTILE, notices=[HOSTILE],
    )  # fmt: skip
    expect(form.page.get_by_role("heading", name=HOSTILE)).to_be_visible()
    expect(form.page.get_by_role("region", name=HOSTILE)).to_be_visible()
    expect(form.page.get_by_role("radio", name=HOSTILE, exact=True)).to_be_visible()
    form.page.get_by_role("textbox", name=HOSTILE).first.fill(HOSTILE)
    form.saved()
    assert form.value("q-1") == {"text": HOSTILE}
    form.reload()
    expect(form.page.get_by_role("textbox", name=HOSTILE).first).to_have_value(HOSTILE)
    assert form.page.locator("#form img, #form script, #form b").count() == 0


# ---- hints -------------------------------------------------------------------------------------

HINTED = make_form(
    {"kind": "text", "hints": "announcement"},
    {"kind": "text", "prompt": "And then?", "hints": "announcement"},
)


def open_hinted(open_form: OpenForm, form: Form = HINTED, **more: Any) -> FormPage:
    return open_form(form, hints=partial(hints_of_form, form), **more)


def test_words_that_tend_to_go_wrong_are_quoted_below_and_go_when_they_are_changed(
    open_form: OpenForm,
) -> None:
    form = open_hinted(open_form)
    page, hint = form.page, form.page.locator(".wk-hints li")
    tab_to(page, "textbox", NAME)
    page.keyboard.type("Don't worry, it works.")
    expect(hint).to_have_count(1)
    expect(hint).to_contain_text("Worth another look: “Don't worry”. It asks them to put")
    expect(hint).to_contain_text("Say what you know and what you don’t.")
    expect(form.alert).to_be_hidden()
    assert page.get_by_label(NAME).get_attribute("aria-invalid") is None
    expect(page.get_by_label(NAME)).to_be_focused()
    page.get_by_label(NAME).fill("It works, as far as I have tried it.")
    expect(hint).to_have_count(0)
    expect(page.locator(".wk-hints").first).to_be_hidden()
    form.saved()
    assert form.history("q-1")[0] == {"text": "Don't worry, it works."}


def test_a_hint_is_left_as_it_is_by_keyboard_and_stays_away(open_form: OpenForm) -> None:
    form = open_hinted(open_form)
    page, hint = form.page, form.page.locator(".wk-hints li")
    page.get_by_label(NAME).fill("Don't worry. I guarantee it.")
    expect(hint).to_have_count(2)
    tab_to(page, "button", "Leave it as it is : “Don't worry”")
    page.keyboard.press("Enter")
    expect(hint).to_have_count(1)
    assert "“I guarantee”" in form.focused()
    page.keyboard.press("Space")
    expect(hint).to_have_count(0)
    expect(page.get_by_label(NAME)).to_be_focused()
    page.keyboard.press("End")
    page.keyboard.type(" Don't worry! Trust me.")
    expect(hint).to_have_count(1)
    expect(hint).to_contain_text("“Trust me”")
    form.reload()
    expect(hint).to_have_count(2)


def test_few_hints_are_shown_at_a_time_and_one_of_each_kind(open_form: OpenForm) -> None:
    form = open_hinted(open_form)
    page, hint = form.page, form.page.locator(".wk-hints li")
    words = "An exciting journey, a game changer. Don't worry, nobody will lose their job. "
    page.get_by_label(NAME).fill(words + "I hear resistance. We need your buy-in.")
    expect(hint).to_have_count(4)
    expect(hint.first).to_contain_text("“An exciting journey”")
    hint.first.get_by_role("button").press("Enter")
    expect(hint).to_have_count(4)
    expect(hint.first).to_contain_text("“game changer”")
    assert "“game changer”" in form.focused()
    expect(page.locator("[aria-live=polite]")).to_contain_text("Left as it is. Worth another look")
    form.saved()


def test_a_hint_is_read_out_once_and_not_at_every_save(open_form: OpenForm) -> None:
    form = open_hinted(open_form)
    page, polite = form.page, form.page.locator("[aria-live=polite]")
    expect(polite).to_have_count(1)
    page.evaluate(
        """() => { window.said = []; new MutationObserver(() => window.said.push(
          document.querySelector('[aria-live=polite]').textContent)).observe(
          document.querySelector('[aria-live=polite]'), { childList: true, characterData: true }); }"""
    )
    page.get_by_label(NAME).fill("Don't worry.")
    expect(polite).to_contain_text("Worth another look: “Don't worry”. It asks them")
    page.get_by_label(NAME).press("End")
    page.keyboard.type(" It works.")
    form.saved()
    page.keyboard.type(" I tried it.")
    form.saved()
    assert form.value("q-1") == {"text": "Don't worry. It works. I tried it."}
    assert len(page.evaluate("window.said")) == 1


def test_hints_are_there_when_the_page_is_opened_and_after_another_device(
    open_form: OpenForm,
) -> None:
    form = open_hinted(open_form, clock=True)
    form.save_elsewhere("q-2", {"text": "Nobody will lose their job."})
    form.page.clock.run_for(6000)
    hint = form.page.locator(".wk-hints li")
    expect(hint).to_contain_text("“Nobody will lose their job”")
    form.reload()
    expect(hint).to_contain_text("“Nobody will lose their job”")
    expect(form.page.locator("[aria-live=polite]")).to_have_text("")


def test_what_is_missing_is_said_without_a_quotation(open_form: OpenForm) -> None:
    form = open_hinted(open_form, make_form({"kind": "text", "hints": "conversation"}))
    form.page.get_by_label(NAME).fill("On 9 April you said that you only type here. I laughed too.")
    hint = form.page.locator(".wk-hints li")
    expect(hint).to_contain_text("Worth another look. There is no question in it")
    expect(hint.get_by_role("button", name="Leave it as it is", exact=True)).to_be_visible()
    form.saved()


def test_hostile_words_in_a_hint_are_words(open_form: OpenForm) -> None:
    form = open_hinted(open_form)
    form.page.get_by_label(NAME).fill("I'm <img src=x onerror=alert(1)> so excited. " + HOSTILE)
    form.page.get_by_label("And then?").fill(
        "nothing <b>to</b> worry about, don’t worry </p><script>"
    )
    expect(form.page.locator(".wk-hints li").first).to_be_visible()
    assert form.page.locator("#form img, #form script, #form b").count() == 0
    form.saved()


def test_hints_are_not_printed(open_form: OpenForm) -> None:
    form = open_hinted(open_form)
    form.page.get_by_label(NAME).fill("Don't worry.")
    expect(form.page.locator(".wk-hints li")).to_be_visible()
    form.page.emulate_media(media="print")
    expect(form.page.locator(".wk-hints li")).to_be_hidden()
    form.saved()


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [1366, 375])
def test_axe_finds_nothing_serious_with_hints_open(
    open_form: OpenForm, dark: bool, width: int
) -> None:
    form = open_hinted(open_form, width=width, height=812)
    if dark:
        form.page.evaluate(
            "document.body.dataset.jpThemeLight = 'false'; document.body.style.cssText = 'background: #111; color: #eee'"
        )
    form.page.get_by_label(NAME).fill("Don't worry, nobody will lose their job. I guarantee it.")
    form.page.get_by_label("And then?").fill("This exciting journey needs your buy-in.")
    expect(form.page.locator(".wk-hints li")).to_have_count(4)
    assert axe(form.page) == []
    assert not scrolls_sideways(form.page)
    small = form.page.locator(".wk-hints button").evaluate_all(
        "(all) => all.filter((e) => e.getBoundingClientRect().height < 24).length"
    )
    assert small == 0
    form.saved()


# ---- for everybody -----------------------------------------------------------------------------


def fill_everything(form: FormPage) -> None:
    """Shows all that a form can show."""
    page = form.page
    form.save_elsewhere("q-1", {"text": "Theirs."})
    page.get_by_label(NAME).fill("Mine.")
    page.get_by_role("radio", name="Green").check()
    page.get_by_role("checkbox", name="Blue").check()
    page.get_by_role("radio", name="2 of 5").check()
    page.locator(".wk-signals input[type=checkbox]").first.check()
    page.get_by_role("button", name="Group by stage").click()
    page.get_by_role("button", name="Move down : Red").click()
    page.get_by_label("What I will do").first.fill("Ask.")
    page.get_by_text("Ready ones to start from").click()
    page.get_by_role("button", name="Add a person").click()
    page.get_by_role("checkbox", name="Asks first.").check()
    page.get_by_role("button", name="Add a person").click()
    form.saved()
    page.get_by_text("Compare with a worked example").click()
    expect(page.get_by_role("button", name="Use the other one")).to_be_visible()


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [1366, 375])
def test_axe_finds_nothing_serious_and_nothing_leaves_the_page(
    open_form: OpenForm, dark: bool, width: int
) -> None:
    examples = printed_examples(EVERY_KIND, DAY, STAGES).html
    form = open_form(EVERY_KIND, width=width, height=812, examples=examples)
    if dark:
        form.page.evaluate(
            "document.body.dataset.jpThemeLight = 'false'; document.body.style.cssText = 'background: #111; color: #eee'"
        )
    assert axe(form.page) == []
    fill_everything(form)
    assert axe(form.page) == []
    form.kernel.store.away = "The database does not answer."
    form.page.get_by_label(NAME).fill("Not saved.")
    expect(form.alert).to_be_visible()
    assert axe(form.page) == []
    assert not scrolls_sideways(form.page)


def test_axe_finds_nothing_serious_in_the_ladder(open_form: OpenForm) -> None:
    form = open_ladder(open_form)
    assert axe(form.page) == []


# 200 % on a laptop is 683 pixels of width, 400 % is 342 (WCAG asks for 320).
@pytest.mark.parametrize("width", [683, 375, 320])
def test_nothing_has_to_be_scrolled_sideways(open_form: OpenForm, width: int) -> None:
    long = "An-answer-without-a-single-space-" * 6
    form = open_form(
        EVERY_KIND, width=width, height=600, context={"device_scale_factor": 2}, title=long,
        examples=printed_examples(EVERY_KIND, DAY, STAGES).html,
    )  # fmt: skip
    fill_everything(form)
    form.page.get_by_label(NAME).fill(long)
    form.saved()
    assert not scrolls_sideways(form.page)


@pytest.mark.parametrize(("touch", "least"), [(False, 24), (True, 44)])
def test_everything_is_large_enough_to_hit(open_form: OpenForm, touch: bool, least: int) -> None:
    form = open_form(EVERY_KIND, width=375, context={"has_touch": touch, "is_mobile": touch})
    form.page.get_by_role("button", name="Add a person").click()
    form.saved()
    small = form.page.evaluate(
        """(least) => [...document.querySelectorAll('#form :is(button, input, textarea, select, summary)')]
          .map((e) => e.closest('label') ?? e).filter((e) => e.offsetParent)
          .map((e) => [e.textContent.slice(0, 40), e.getBoundingClientRect().height])
          .filter(([, height]) => height < least)""",
        least,
    )
    assert small == []


def test_text_is_large_enough_to_read_and_to_type(open_form: OpenForm) -> None:
    form = open_form(EVERY_KIND)
    sizes = form.page.evaluate(
        "[...document.querySelectorAll('#form :is(textarea, [type=text], [type=date], legend)')].map((e) => parseFloat(getComputedStyle(e).fontSize))"
    )
    assert min(sizes) >= 16


def test_the_focus_is_seen_and_never_behind_the_bar(open_form: OpenForm) -> None:
    form = open_form(EVERY_KIND, height=500)
    page = form.page
    hidden = []
    for _ in range(70):
        page.keyboard.press("Tab")
        state = page.evaluate(
            """() => { const e = document.activeElement, b = document.querySelector('.wk-bar');
              if (e === document.body || b.contains(e)) return null;
              const r = e.getBoundingClientRect(), s = b.getBoundingClientRect();
              return { name: e.outerHTML.slice(0, 80), ring: getComputedStyle(e).outlineStyle,
                       behind: r.top >= s.top && b.offsetTop > 0 && r.bottom <= s.bottom }; }"""
        )
        if state and (state["behind"] or state["ring"] == "none"):
            hidden.append(state)
    assert hidden == []


def test_the_line_that_is_being_written_is_never_behind_the_bar(open_form: OpenForm) -> None:
    form = open_form(EVERY_KIND, height=500)
    form.page.get_by_label(NAME).focus()
    for number in range(30):
        form.page.keyboard.type(f"Line {number}.\n")
    field = form.page.get_by_label(NAME).bounding_box()
    bar = form.page.locator(".wk-bar").bounding_box()
    assert field is not None
    assert bar is not None
    assert field["y"] + field["height"] <= bar["y"]
    form.saved()


def test_keys_typed_in_a_form_are_not_jupyterlabs(open_form: OpenForm) -> None:
    form = open_form(EVERY_KIND)
    form.page.evaluate("window.keys = 0; document.addEventListener('keydown', () => window.keys++)")
    form.page.get_by_label(NAME).press("d")
    form.page.get_by_role("radio", name="Green").press("d")
    assert form.page.evaluate("window.keys") == 0
    assert form.page.locator("[data-lm-suppress-shortcuts]").count() == 1
    form.saved()


def test_on_paper_there_are_answers_and_no_buttons(open_form: OpenForm) -> None:
    form = open_form(TEXT)
    form.page.get_by_label(NAME).fill("Half a page.")
    form.saved()
    form.page.emulate_media(media="print")
    expect(form.page.get_by_label(NAME)).to_be_visible()
    expect(form.page.get_by_role("button")).to_have_count(0)


def test_a_form_that_is_taken_off_the_page_is_quiet(open_form: OpenForm) -> None:
    form = open_form(TEXT, clock=True)
    form.page.evaluate("window.end()")
    before = len(form.kernel.heard)
    form.page.clock.run_for(20_000)
    assert len(form.kernel.heard) == before


# ---- in a real page, with a real kernel --------------------------------------------------------

NOTEBOOK = """
import datetime, os
from pathlib import Path
from workshop_kit.content import load_curriculum
from workshop_kit.curriculum import Form
from workshop_kit.forms import AnswerForm, Keeping, Twin, questions_of
from workshop_kit.store import open_store
folder = Path({folder!r})
(folder / "pid").write_text(str(os.getpid()))
keeping = Keeping(open_store(folder), "lead", "payments", "trying")
form = Form.model_validate_json({form!r})
questions = questions_of(form, datetime.date(2027, 3, 18), load_curriculum().stages)
"""
SHOWN = """AnswerForm(keeping, questions, Twin("On paper."), title="A form", scope="tiny/lead")"""
LATER = (
    """AnswerForm(keeping, summary=lambda: f"<p>{len(keeping.kept)} kept</p>", title="So far")"""
)


def test_in_a_real_page_a_killed_kernel_costs_nothing(browser: Browser, tmp_path: Path) -> None:
    cells = [NOTEBOOK.format(folder=str(tmp_path), form=TEXT.model_dump_json()), SHOWN, LATER]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    notebook = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(cell) for cell in cells], metadata={"kernelspec": kernel}
    )
    nbformat.write(notebook, tmp_path / "trying.ipynb")
    with served_notebook(tmp_path / "trying.ipynb") as kit, watched_page(browser) as page:
        page.goto(kit.file.as_uri())
        field, status = page.get_by_label(NAME), page.locator(".wk-status")
        field.fill("Heard.")
        expect(status).to_contain_text("Saved", timeout=PATIENCE)
        expect(page.get_by_text("1 kept")).to_be_visible(timeout=PATIENCE)
        assert page.get_by_text("On paper.").count() == 0
        os.kill(int((tmp_path / "pid").read_text()), signal.SIGKILL)
        field.fill("Never heard.")
        expect(status).to_have_text("Not saved yet. Your text is kept here.", timeout=PATIENCE)
        expect(field).to_have_value("Never heard.")
        page.reload()
        expect(field).to_have_value("Never heard.", timeout=PATIENCE)
        expect(status).to_contain_text("Saved", timeout=PATIENCE)
        assert axe(page) == []
    with open_store(tmp_path) as store:
        (revision,) = store.latest(team="payments", participant="lead", activity="trying")
    assert revision.value == {"text": "Never heard."}
