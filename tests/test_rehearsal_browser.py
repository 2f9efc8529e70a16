"""A conversation rehearsed in a real browser: by keyboard alone, back and forth, alone and in a trio."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import axe, chromium, needs_chromium, scrolls_sideways, tab_to
from tests.form_page import HOSTILE, FormPage, form_pages
from workshop_kit.content import load_conversations, load_curriculum, load_trio
from workshop_kit.curriculum import Conversation, filled
from workshop_kit.forms import rehearsal_question

pytestmark = needs_chromium
expect.set_options(timeout=60_000)  # the machine may be busy with all the other tests

SCRIPTS = {script.id: filled(script) for script in load_conversations()}
CLOSED = SCRIPTS["two-closed-changes"]
KEY = f"rehearsal/{CLOSED.id}"
TRIO = load_trio()
SIGNALS = {s.id: s.text for stage in load_curriculum().stages for s in stage.signals}
OPENING = CLOSED.nodes["opening"]
Rehearse = Callable[..., FormPage]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@pytest.fixture
def rehearse(browser: Browser, tmp_path: Path) -> Iterator[Rehearse]:
    """Opens the player, with one script unless others are given."""
    with form_pages(browser, tmp_path) as opened:

        def open_player(*scripts: Conversation, **options: Any) -> FormPage:
            asked = rehearsal_question(scripts or (CLOSED,), TRIO, SIGNALS)
            return opened(asked, title="Rehearse a conversation", **options)

        yield open_player


def press(page: Page, name: str) -> None:
    tab_to(page, "button", name)
    page.keyboard.press("Enter")


def saved(form: FormPage) -> None:
    """Waits until everything is saved; where one stands in the player is kept there as well."""
    form.page.wait_for_function(
        "!Object.keys(sessionStorage).some((name) => name.startsWith('wk:'))"
    )


def ways(form: FormPage) -> list[str]:
    """The ways that are kept, each as the numbers of its choices, with a full stop at an end."""
    saved(form)
    value: Any = form.value(KEY)
    return [
        "".join("abcd"[turn["choice"]] for turn in run["turns"]) + ("." if run["end"] else "")
        for run in (value or {"runs": []})["runs"]
    ]


def play(page: Page, keys: str) -> None:
    """Makes these choices, and goes on after each."""
    for key in keys:
        expect(page.get_by_text("What do you say?")).to_be_visible()
        page.keyboard.press(key)
        press(page, "Go on")


def focused(page: Page) -> str:
    """The accessible name of what has the focus."""
    words: str = page.evaluate(
        """() => { const at = document.activeElement;
          const ids = (at.getAttribute("aria-labelledby") ?? "").split(" ").filter(Boolean);
          return ids.length ? ids.map((id) => document.getElementById(id).textContent).join(" ")
            : at.getAttribute("aria-label") ?? at.textContent; }"""
    )
    return words


# ---- a whole rehearsal -------------------------------------------------------------------------


def test_a_whole_rehearsal_by_keyboard_with_a_step_back_and_a_reload(rehearse: Rehearse) -> None:
    form = rehearse()
    page = form.page
    expect(page.get_by_text("Not rehearsed yet.")).to_be_visible()
    expect(page.get_by_text(SIGNALS["toy-remark"])).to_be_visible()
    expect(page.get_by_text(f"What comes up: {CLOSED.content_note}")).to_be_visible()
    press(page, "Rehearse alone : Two closed changes")

    expect(page.get_by_text(CLOSED.scene)).to_be_visible()
    expect(page.get_by_text("Turn 1", exact=True)).to_be_visible()
    assert focused(page) == "The scene"
    expect(page.get_by_role("group", name=f"Zofia {OPENING.text}")).to_be_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")  # the first choice
    assert focused(page) == f"You said {OPENING.choices[0].say}"
    assert ways(form) == ["a"]

    press(page, "Back one step")
    expect(page.get_by_text("Turn 1", exact=True)).to_be_visible()
    page.keyboard.press("2")
    chosen = OPENING.choices[1]
    for words in (OPENING.meant, chosen.move, chosen.why, chosen.trust, chosen.clarity):
        expect(page.get_by_text(words, exact=True)).to_be_visible()
    expect(page.get_by_text("How to mend it")).to_have_count(0)
    assert ways(form) == ["a", "b"]
    press(page, "Go on")
    expect(page.get_by_text("Turn 2", exact=True)).to_be_visible()
    assert focused(page) == f"Zofia {CLOSED.nodes['cost-of-reading'].text}"

    page.keyboard.press("c")
    repair = CLOSED.nodes["cost-of-reading"].choices[2].repair
    expect(page.get_by_text("How to mend it")).to_be_visible()
    expect(page.get_by_text(repair)).to_be_visible()
    press(page, "Go on")
    play(page, "aaa")
    end = CLOSED.nodes["a-rule-for-all"]
    assert end.end
    assert focused(page) == f"Zofia {end.text}"
    for words in (end.meant, end.end.outcome, end.end.take_away, *end.end.debrief):
        expect(page.get_by_text(words)).to_be_visible()
    said = page.get_by_role("list").filter(has_text="Observe the behaviour")
    expect(said.get_by_role("listitem").nth(1)).to_have_text(
        "You said: “Everybody else on the team reads them by now. It would help me if you could be "
        "a little more open to it.” · Compare with colleagues"
    )
    tab_to(page, "textbox", "A note for yourself")
    page.keyboard.type("Ask P4 about the weekend.")
    assert ways(form) == ["a", "bcaaa."]

    form.reload()
    expect(page.get_by_label("A note for yourself")).to_have_value("Ask P4 about the weekend.")
    expect(page.get_by_text(end.end.outcome)).to_be_visible()
    tried = page.locator(".wk-ways")
    expect(tried).to_contain_text(f"“{OPENING.choices[0].say}” (taken before)")
    expect(tried).to_contain_text(f"“{OPENING.choices[2].say}” (not yet)")
    press(page, "Go back to turn 1")
    assert focused(page) == "The scene"
    page.keyboard.press("c")
    assert ways(form) == ["a", "bcaaa.", "c"]
    value: Any = form.value(KEY)
    assert value["note"] == "Ask P4 about the weekend."
    press(page, "All conversations")
    expect(
        page.get_by_text("Rehearsed once to the end. Begun again, and now at turn 2.")
    ).to_be_visible()
    assert focused(page) == "Go on at turn 2: Two closed changes"


def test_nothing_of_what_was_meant_is_there_before_the_choice(rehearse: Rehearse) -> None:
    form = rehearse()
    page = form.page
    hidden = [
        OPENING.meant,
        *(w for c in OPENING.choices for w in (c.move, c.why, c.trust, c.clarity)),
    ]
    for name in ("Rehearse alone", "In a trio"):
        page.get_by_role("button", name=name).click()
        if name == "In a trio":
            page.get_by_role("button", name="Begin").click()
        everything = page.locator("#form").evaluate("(e) => e.innerHTML + e.textContent")
        assert [words for words in hidden if words in everything] == []
        page.get_by_role("button", name="All conversations").click()


def test_a_reload_in_the_middle_comes_back_to_the_same_words(rehearse: Rehearse) -> None:
    form = rehearse()
    page = form.page
    page.get_by_role("button", name="Rehearse alone").click()
    page.keyboard.press("c")
    saved(form)
    form.reload()
    expect(page.get_by_text(OPENING.choices[2].why)).to_be_visible()
    page.get_by_role("button", name="Go on").click()
    form.reload()
    expect(page.get_by_text("Turn 2", exact=True)).to_be_visible()
    expect(page.locator(".wk-before")).to_have_text(f"You said: “{OPENING.choices[2].say}”")


def test_another_device_goes_on_where_this_one_stood(rehearse: Rehearse) -> None:
    form = rehearse()
    page = form.page
    page.get_by_role("button", name="Rehearse alone").click()
    play(page, "ca")
    saved(form)
    page.evaluate("sessionStorage.clear()")
    form.reload()
    expect(page.get_by_text("Begun, and now at turn 3.")).to_be_visible()
    page.get_by_role("button", name="Go on at turn 3").click()
    expect(page.get_by_text(CLOSED.nodes["after-the-silence"].text)).to_be_visible()


def test_what_a_dead_kernel_never_heard_is_kept(rehearse: Rehearse) -> None:
    form = rehearse()
    page = form.page
    page.get_by_role("button", name="Rehearse alone").click()
    form.kernel.silent = True
    play(page, "ca")
    assert form.value(KEY) is None
    form.kernel.silent = False
    form.reload()
    expect(page.get_by_text("Turn 3", exact=True)).to_be_visible()
    assert ways(form) == ["ca"]


# ---- back, again, undo -------------------------------------------------------------------------


def test_one_can_go_back_to_the_start_and_what_was_said_before_is_known(rehearse: Rehearse) -> None:
    form = rehearse()
    page = form.page
    page.get_by_role("button", name="Rehearse alone").click()
    play(page, "aaa")
    for _ in range(3):
        page.get_by_role("button", name="Back one step").click()
    expect(page.get_by_text("Turn 1", exact=True)).to_be_visible()
    expect(page.get_by_role("button", name="Back one step")).to_have_count(0)
    assert ways(form) == ["aaa."]
    play(page, "ab")
    assert ways(form) == ["aaa.", "ab"]
    page.get_by_text("Turn by turn").click()
    expect(page.locator(".wk-ways").get_by_text("(taken before)")).to_have_count(1)


def test_the_same_way_again_after_a_step_back_is_one_way(rehearse: Rehearse) -> None:
    form = rehearse()
    page = form.page
    page.get_by_role("button", name="Rehearse alone").click()
    play(page, "aa")
    page.get_by_role("button", name="Back one step").click()
    assert ways(form) == ["aa", "a"]
    play(page, "a")
    assert ways(form) == ["aa"]


def test_start_again_counts_and_the_menu_says_so(rehearse: Rehearse) -> None:
    form = rehearse()
    page = form.page
    page.get_by_role("button", name="Rehearse alone").click()
    play(page, "aaa")
    page.get_by_role("button", name="Start again").click()
    play(page, "aab")
    page.get_by_role("button", name="All conversations").click()
    expect(page.get_by_text("Rehearsed twice, last to the end.")).to_be_visible()
    page.get_by_role("button", name="Look back").click()
    expect(page.get_by_text("How it ended")).to_be_visible()
    page.get_by_role("button", name="All conversations").click()
    page.get_by_role("button", name="Rehearse again").click()
    expect(page.get_by_text("Turn 1", exact=True)).to_be_visible()


def test_undo_takes_a_choice_back_and_then_a_step_back(rehearse: Rehearse) -> None:
    form = rehearse()
    page, undo = form.page, form.page.get_by_role("button", name="Undo")
    page.get_by_role("button", name="Rehearse alone").click()
    play(page, "a")
    page.keyboard.press("b")
    undo.click()
    expect(page.get_by_text("Turn 2", exact=True)).to_be_visible()
    second = CLOSED.nodes["what-she-saw"].choices[1]
    assert second.say in focused(page)
    assert ways(form) == ["a"]
    page.keyboard.press("b")
    page.get_by_role("button", name="Back one step").click()
    undo.click()
    expect(page.get_by_text(second.why)).to_be_visible()
    assert ways(form) == ["ab"]


def test_undo_after_starting_again_comes_back_to_the_start(rehearse: Rehearse) -> None:
    form = rehearse()
    page = form.page
    page.get_by_role("button", name="Rehearse alone").click()
    play(page, "aaa")
    page.get_by_role("button", name="Start again").click()
    page.keyboard.press("b")
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("Turn 1", exact=True)).to_be_visible()
    assert ways(form) == ["aaa."]


def test_a_way_that_goes_in_a_circle_ends_in_words(rehearse: Rehearse) -> None:
    data = CLOSED.model_dump(mode="json", exclude_defaults=True)
    data["nodes"]["opening"]["choices"][0]["next"] = "opening"
    form = rehearse(Conversation.model_validate(data))
    page = form.page
    page.get_by_role("button", name="Rehearse alone").click()
    turns = [{"node": "opening", "choice": 0}] * 59
    form.save_elsewhere(KEY, {"title": "x", "runs": [{"turns": turns}]})
    form.reload()
    page.get_by_role("button", name="All conversations").click()
    page.get_by_role("button", name="Go on at turn 60").click()
    play(page, "a")
    expect(page.get_by_text("After 60 turns this goes no further.")).to_be_visible()
    saved(form)
    page.get_by_role("button", name="Back one step").click()
    expect(page.get_by_text("Turn 60", exact=True)).to_be_visible()


def test_letters_in_the_note_are_letters(rehearse: Rehearse) -> None:
    form = rehearse()
    page = form.page
    page.get_by_role("button", name="Rehearse alone").click()
    play(page, "aaa")
    page.get_by_label("A note for yourself").press_sequentially("abc 123")
    assert ways(form) == ["aaa."]
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_label("A note for yourself")).to_have_value("")
    saved(form)


def test_a_change_on_another_device_is_seen_in_the_menu(rehearse: Rehearse) -> None:
    form = rehearse(clock=True)
    run = {"turns": [{"node": "opening", "choice": 0}]}
    form.save_elsewhere(KEY, {"title": "x", "mode": "alone", "runs": [run], "note": ""})
    form.page.clock.run_for(6000)
    expect(form.page.get_by_text("Begun, and now at turn 2.")).to_be_visible()
    expect(form.told).to_contain_text("“Two closed changes”: Changed on another device")


def test_a_rehearsal_that_no_longer_fits_is_told_and_the_page_goes_on(rehearse: Rehearse) -> None:
    run = {"turns": [{"node": "gone", "choice": 0, "said": "What I said then."}]}
    form = rehearse(
        store=lambda kernel: kernel.store.kept.save(
            team="payments", participant="lead", activity="trying", question=KEY,
            value={"title": "Then", "runs": [run]}, device="old",
        )
    )  # fmt: skip
    expect(form.page.get_by_text("no longer fits")).to_contain_text("What I said then.")
    form.page.get_by_role("button", name="Rehearse alone").click()
    play(form.page, "a")
    assert ways(form) == ["a"]
    expect(form.page.get_by_text("no longer fits")).to_have_count(0)


# ---- in a trio ---------------------------------------------------------------------------------


def test_a_trio_talks_first_and_looks_back_in_its_order(rehearse: Rehearse) -> None:
    form = rehearse()
    page = form.page
    press(page, "In a trio : Two closed changes")
    for role in TRIO.roles:
        card = page.get_by_role("group", name=role.name)
        expect(card.get_by_role("listitem")).to_have_text(list(role.does))
    expect(page.get_by_text(TRIO.sit_out)).to_be_visible()
    press(page, "Begin")
    assert focused(page) == "The scene"
    watch = page.get_by_role("group", name="You watch")
    observer = next(role for role in TRIO.roles if role.slug == "observer")
    expect(watch.get_by_role("listitem")).to_have_text(list(observer.prompts))

    page.keyboard.press("a")
    assert focused(page) == f"The leader said {OPENING.choices[0].say}"
    expect(page.get_by_text(OPENING.meant)).to_have_count(0)
    press(page, "Show what was meant")
    assert focused(page) == "What was meant"
    expect(page.get_by_text(OPENING.meant)).to_be_visible()
    change = page.get_by_text("Change seats before you go on.")
    expect(change).to_have_count(0)
    press(page, "Go on")
    page.keyboard.press("a")
    expect(change).to_be_visible()
    press(page, "Go on")
    page.keyboard.press("a")
    press(page, "Go on")

    expect(page.get_by_text("How it ended")).to_be_visible()
    spoken = page.locator("ol.wk-seats > li")
    order = [next(r for r in TRIO.roles if r.slug == s) for s in ("observer", "engineer", "leader")]
    for place, role in enumerate(order):
        expect(spoken.nth(place)).to_contain_text(role.afterwards)
        expect(spoken.nth(place).get_by_role("listitem")).to_have_text(list(role.prompts))
    assert ways(form) == ["aaa."]
    value: Any = form.value(KEY)
    assert value["mode"] == "trio"
    press(page, "All conversations")
    press(page, "Look back : Two closed changes")
    page.get_by_label("A note for yourself").fill("Wait longer.")
    saved(form)
    value = form.value(KEY)
    assert (value["mode"], value["note"]) == ("trio", "Wait longer.")


def test_a_trio_may_stop_before_the_end_look_back_and_go_on(rehearse: Rehearse) -> None:
    form = rehearse()
    page = form.page
    page.get_by_role("button", name="In a trio").click()
    page.get_by_role("button", name="Begin").click()
    page.keyboard.press("a")
    page.get_by_role("button", name="Stop here, and look back").click()
    expect(page.get_by_text("You stopped here.")).to_be_visible()
    expect(page.get_by_role("timer", name="Time to look back")).to_have_text(
        f"{TRIO.debrief_minutes}:00"
    )
    page.get_by_role("button", name="Go on at turn 2").click()
    expect(page.get_by_text(CLOSED.nodes["what-she-saw"].text)).to_be_visible()
    assert ways(form) == ["a"]


def test_the_clock_counts_by_the_time_of_day_and_says_when_a_minute_is_left(
    rehearse: Rehearse,
) -> None:
    form = rehearse(clock=True)
    page = form.page
    page.clock.pause_at(page.evaluate("Date.now()") + 1000)
    page.get_by_role("button", name="In a trio").click()
    page.get_by_role("button", name="Begin").click()
    timer, polite = page.get_by_role("timer"), page.locator("[aria-live=polite]")
    whole = TRIO.talk_minutes
    expect(timer).to_have_text(f"{whole}:00")
    page.get_by_role("button", name="Start", exact=True).click()
    page.clock.run_for(1000)
    expect(timer).to_have_text(f"{whole - 1}:59")
    page.get_by_role("button", name="Pause").click()
    page.clock.run_for(60_000)
    expect(timer).to_have_text(f"{whole - 1}:59")
    expect(polite).to_have_text(f"Paused at {whole - 1}:59.")
    page.get_by_label("Time to talk").get_by_role("button", name="Go on").click()
    page.clock.fast_forward((whole - 1) * 60_000)  # asleep: one tick for all of it
    expect(timer).to_have_text("0:59")
    expect(polite).to_have_text("The last minute has begun.")
    expect(page.get_by_text("The last minute has begun.").first).to_be_visible()
    page.keyboard.press("a")  # the conversation goes on, and so does the clock
    page.clock.run_for(60_000)
    expect(timer).to_have_text("0:00")
    expect(polite).to_have_text("Time is up.")
    expect(page.get_by_role("button", name="Start", exact=True)).to_be_disabled()
    page.get_by_role("button", name="Reset").click()
    expect(timer).to_have_text(f"{whole}:00")


def test_the_clock_outlives_a_reload(rehearse: Rehearse) -> None:
    form = rehearse()
    page = form.page
    page.get_by_role("button", name="In a trio").click()
    page.get_by_role("button", name="Begin").click()
    page.get_by_role("button", name="Start", exact=True).click()
    expect(page.get_by_role("timer")).not_to_have_text(f"{TRIO.talk_minutes}:00")
    form.reload()
    expect(page.get_by_role("button", name="Pause")).to_be_visible()
    expect(page.get_by_role("timer")).not_to_have_text(f"{TRIO.talk_minutes}:00")


def test_a_trio_fills_a_projectors_screen_and_leaves_it_again(rehearse: Rehearse) -> None:
    form = rehearse(width=1920, height=1080)
    page = form.page
    page.get_by_role("button", name="In a trio").click()
    page.get_by_role("button", name="Begin").click()
    page.get_by_role("button", name="Fill the screen").click()
    expect(page.get_by_role("button", name="Leave the full screen")).to_be_visible()
    size = "(e) => parseFloat(getComputedStyle(e).fontSize)"
    assert page.locator(".wk-says").evaluate(size) >= 32
    assert page.get_by_role("timer").evaluate(size) >= 100
    assert axe(page) == []
    page.get_by_role("button", name="All conversations").click()
    page.wait_for_function("document.fullscreenElement === null")


# JupyterLab's own rules for lists of terms, which its outputs bring with them.
OF_JUPYTERLAB = """
.jp-RenderedHTMLCommon dt { font-weight: bold; float: left; width: 20%; clear: left; }
.jp-RenderedHTMLCommon dd { float: left; width: 80%; margin-left: 2em; }
"""


def test_what_was_meant_has_its_room_in_jupyterlab_too(rehearse: Rehearse) -> None:
    form = rehearse()
    page = form.page
    page.get_by_role("button", name="Rehearse alone").click()
    page.keyboard.press("a")
    width = "(e) => e.getBoundingClientRect().width"
    term = page.locator(".wk-facts dt").first
    plain = term.evaluate(width)
    page.add_style_tag(content=OF_JUPYTERLAB)
    page.evaluate("document.body.classList.add('jp-RenderedHTMLCommon')")
    assert term.evaluate(width) == plain


# ---- for everybody -----------------------------------------------------------------------------


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [1366, 375])
def test_axe_finds_nothing_serious_and_nothing_scrolls_sideways(
    rehearse: Rehearse, dark: bool, width: int
) -> None:
    form = rehearse(*SCRIPTS.values(), width=width, height=812)
    page = form.page
    if dark:
        page.evaluate(
            "document.body.dataset.jpThemeLight = 'false'; document.body.style.cssText = 'background: #111; color: #eee'"
        )
    looks = []

    def look(name: str) -> None:
        looks.append((name, axe(page), scrolls_sideways(page)))

    look("menu")
    page.get_by_role("button", name=f"Rehearse alone : {CLOSED.title}").click()
    look("choosing")
    page.keyboard.press("c")
    look("after the choice")
    page.get_by_role("button", name="Go on").click()
    play(page, "aaa")
    look("end")
    page.get_by_role("button", name="All conversations").click()
    page.get_by_role("button", name=f"In a trio : {CLOSED.title}").click()
    look("seats")
    page.get_by_role("button", name="Begin").click()
    look("trio")
    page.keyboard.press("a")
    page.get_by_role("button", name="Stop here, and look back").click()
    look("looking back")
    assert [one for one in looks if one[1] or one[2]] == []


@pytest.mark.parametrize(("touch", "least"), [(False, 32), (True, 44)])
def test_everything_is_large_enough_to_hit(rehearse: Rehearse, touch: bool, least: int) -> None:
    form = rehearse(width=375, context={"has_touch": touch, "is_mobile": touch})
    page = form.page
    page.get_by_role("button", name="In a trio").click()
    page.get_by_role("button", name="Begin").click()
    page.keyboard.press("c")
    page.get_by_text("Turn by turn").click()
    small = page.evaluate(
        """(least) => [...document.querySelectorAll('#form :is(button, textarea, summary)')]
          .filter((e) => e.offsetParent && e.getBoundingClientRect().height < least)
          .map((e) => e.textContent.slice(0, 40))""",
        least,
    )
    assert small == []


def test_words_are_shown_as_words_whatever_they_hold(rehearse: Rehearse) -> None:
    data = CLOSED.model_dump(mode="json", exclude_defaults=True)

    def hostile(value: Any) -> Any:
        if isinstance(value, dict):
            kept = ("id", "speaker", "next", "start", "names")
            return {k: v if k in kept else hostile(v) for k, v in value.items()}
        if isinstance(value, list):
            return [hostile(inner) for inner in value]
        return HOSTILE if isinstance(value, str) else value

    data = hostile(data) | {"signals": []}
    form = rehearse(Conversation.model_validate(data))
    page = form.page
    page.get_by_role("button", name="Rehearse alone").click()
    play(page, "aaa")
    page.get_by_label("A note for yourself").fill(HOSTILE)
    saved(form)
    form.reload()
    expect(page.get_by_label("A note for yourself")).to_have_value(HOSTILE)
    assert page.locator("#form img, #form script, #form b").count() == 0
    page.get_by_role("button", name="All conversations").click()
    page.get_by_role("button", name="In a trio").click()
    page.get_by_role("button", name="Begin").click()
    assert page.locator("#form img, #form script, #form b").count() == 0
