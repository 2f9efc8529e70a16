"""Each activity as a leader does it: alone, by keyboard, with a reload and a kernel that dies."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import (
    PATIENCE,
    PHONE,
    Kit,
    axe,
    chromium,
    needs_chromium,
    scrolls_sideways,
    served,
    wait_until_ready,
    watched_page,
)
from workshop_kit.content import kit_folder, load_curriculum
from workshop_kit.curriculum import Activity
from workshop_kit.store import open_store

pytestmark = needs_chromium
expect.set_options(timeout=PATIENCE)

ACTIVITIES = {activity.slug: activity for activity in load_curriculum().activities}
TABS_AT_MOST = 700
WORDS = "Wednesday, in the review"
# What has the focus: its kind, its form's number on the page, the group it stands in, its words.
FOCUSED = """() => {
  const at = document.activeElement, form = at.closest(".wk-form");
  const forms = [...document.querySelectorAll(".wk-form")];
  const group = at.closest("fieldset");
  const sheet = [...document.querySelectorAll("fieldset")];
  return {
    form: forms.indexOf(form),
    kind: at.localName === "input" ? at.type : at.localName,
    group: sheet.indexOf(group),
    words: at.localName === "button" ? at.innerText.trim() : "",
    filled: at.type === "checkbox" || at.type === "radio" ? at.checked : Boolean(at.value),
    last: at === document.body,
  };
}"""
ANSWERS = """() => [...document.querySelectorAll(".wk-form textarea, .wk-form input")].map(
  (at) => at.type === "checkbox" || at.type === "radio" ? at.checked : at.value)"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


@pytest.fixture(scope="module", params=ACTIVITIES)
def done(
    request: pytest.FixtureRequest, browser: Browser, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Activity, Path, Kit, Page]]:
    """An activity's page after somebody has gone through it with the keyboard alone."""
    activity = ACTIVITIES[request.param]
    event = tmp_path_factory.mktemp(activity.slug) / "event"
    shutil.copytree(kit_folder("data") / "sample-offsite", event)
    with (
        served("open", activity.slug, "--event", event, "--team", "payments") as kit,
        watched_page(browser) as page,
    ):
        page.goto(kit.file.as_uri())
        wait_until_ready(page)
        expect(page.locator(".wk-form").first).to_be_visible()
        for _ in range(2):  # some forms open when another one has been answered
            go_through(page)
            wait_until_saved(page)
        yield activity, event, kit, page


def go_through(page: Page) -> None:
    """Tab from field to field: write, tick, choose, add; two ticks a list are enough."""
    ticked: dict[int, int] = {}
    pressed: set[tuple[int, int, str]] = set()
    page.evaluate("document.activeElement.blur(); window.scrollTo(0, 0)")
    met = False
    for _ in range(TABS_AT_MOST):
        page.keyboard.press("Tab")
        at = page.evaluate(FOCUSED)
        met = met or at["form"] >= 0
        if at["last"] and met:
            return
        if at["form"] < 0:
            continue
        if at["filled"]:
            # What is set from the start is an answer only once something is chosen.
            if at["kind"] == "radio" and not ticked.get(at["group"]):
                ticked[at["group"]] = 1
                page.keyboard.press("ArrowDown")
            continue
        if at["kind"] in ("textarea", "text"):
            page.keyboard.type(WORDS)
        elif at["kind"] == "date":
            page.keyboard.type("04012027")
        elif at["kind"] in ("checkbox", "radio") and ticked.get(at["group"], 0) < 2:
            ticked[at["group"]] = ticked.get(at["group"], 0) + 1
            page.keyboard.press("Space")
        elif at["kind"] == "button":
            name = (at["form"], at["group"], at["words"])
            adds = at["words"].startswith(("Add a person", "Move down", "Keep this order"))
            if adds and name not in pressed:
                pressed.add(name)
                page.keyboard.press("Enter")
    raise AssertionError(f"after {TABS_AT_MOST} tabs there is still no end of the page")


def wait_until_saved(page: Page) -> None:
    page.wait_for_function(
        "Object.keys(sessionStorage).filter((name) => name.startsWith('wk:')).length === 0"
    )


def kept(event: Path, activity: Activity) -> set[str]:
    """The ids of the questions that have an answer in the store."""
    with open_store(event) as store:
        latest = store.latest(team="payments", participant="leader", activity=activity.slug)
    return {revision.question.partition("/")[0] for revision in latest if revision.value}


def test_every_question_can_be_answered_by_keyboard(
    done: tuple[Activity, Path, Kit, Page],
) -> None:
    activity, event, _, page = done
    asked = {question.id for form in activity.forms for question in form.questions}
    assert asked - kept(event, activity) == set()
    expect(page.get_by_text("Not saved")).to_have_count(0)


def test_each_form_says_when_it_was_saved(done: tuple[Activity, Path, Kit, Page]) -> None:
    activity, _, _, page = done
    said = page.locator(".wk-form [role=status]").filter(has_text="Saved")
    assert said.count() >= len(activity.forms)


def test_what_was_decided_stands_on_the_result_page(
    done: tuple[Activity, Path, Kit, Page],
) -> None:
    activity, _, _, page = done
    shown = [q.result for f in activity.forms for q in f.questions if q.kind == "text" and q.result]
    for heading in shown:
        expect(page.get_by_role("heading", name=heading).first).to_be_visible()
    expect(page.locator(".wk-form").last).to_contain_text(WORDS)


def test_no_code_is_shown_and_no_part_is_missing(done: tuple[Activity, Path, Kit, Page]) -> None:
    text = done[3].locator("body").inner_text()
    for code in ("book.", "import ", "Workbook(", "Traceback", "event_dir", "Jupyter"):
        assert code not in text, code
    assert "could not be shown" not in text
    expect(done[3].get_by_text("Drawing…")).to_have_count(0)


def test_axe_finds_nothing_serious_on_the_filled_page(
    done: tuple[Activity, Path, Kit, Page],
) -> None:
    assert axe(done[3]) == []


def test_the_filled_page_fits_a_phone(done: tuple[Activity, Path, Kit, Page]) -> None:
    _, _, _, page = done
    size = page.viewport_size
    page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    sideways = scrolls_sideways(page)
    assert size
    page.set_viewport_size(size)
    assert not sideways


def test_a_reload_and_a_dead_kernel_lose_nothing(done: tuple[Activity, Path, Kit, Page]) -> None:
    _, _, kit, page = done
    before = page.evaluate(ANSWERS)
    page.reload()
    wait_until_ready(page)
    page.wait_for_function(f"({ANSWERS})().length === {len(before)}")
    assert page.evaluate(ANSWERS) == before
    for kernel in kit.kernels():
        kernel.kill()
    again = page.get_by_role("button", name="Bring everything back")
    expect(again).to_be_visible()
    field = page.locator(".wk-form textarea").first
    field.fill(f"{WORDS}, and one more")
    again.click()
    wait_until_ready(page)
    page.wait_for_function(f"({ANSWERS})().length === {len(before)}")
    expect(field).to_have_value(f"{WORDS}, and one more")
    wait_until_saved(page)
    after = page.evaluate(ANSWERS)
    changed = [new for new, old in zip(after, before, strict=True) if new != old]
    assert changed == [f"{WORDS}, and one more"]
