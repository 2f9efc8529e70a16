"""`workshop-kit open live` as a facilitator meets it: one server, one day gone through in order."""

from __future__ import annotations

import datetime
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser import (
    LAPTOP,
    PATIENCE,
    PHONE,
    axe,
    chromium,
    needs_chromium,
    scrolls_sideways,
    served,
    wait_until_ready,
    watched_page,
)
from tests.conftest import make_tiny_event
from workshop_kit.store import open_store

pytestmark = needs_chromium
expect.set_options(timeout=PATIENCE)

TEAMS = [f"Team {n:02}" for n in range(1, 41)]
AGENDA = """
slug: short
title: A short morning
about: For this test.
minutes: 45
sessions:
  - title: The morning
    blocks:
      - {id: welcome, title: Welcome, mode: talk, min: 4, target: 6, say: Good morning to all of you.}
      - {id: signals, title: What you saw, mode: alone, min: 10, target: 14, activity: stage-mapping,
         materials: [The handout]}
      - {id: talking, title: In pairs, mode: pair, min: 4, target: 5, cut: 1, spare: 5}
      - {id: close, title: What I do, mode: room, min: 15, target: 15}
"""
NOT_FOR_LEADERS = ("Good morning to all", "The handout", "Team 01", "Who signs", "late", "Parked")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


@pytest.fixture(scope="module")
def event(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An event of forty teams on a day long gone by, so that it is always a rehearsal."""
    folder = make_tiny_event(tmp_path_factory.mktemp("live") / "event", *TEAMS).path
    (folder / "agendas").mkdir()
    (folder / "agendas" / "short.yaml").write_text(AGENDA, encoding="utf-8")
    long_ago = datetime.date.today() - datetime.timedelta(days=30)
    text = f"name: Tiny offsite\ndate: {long_ago}\nagenda: short\nfictional: true\n"
    (folder / "event.yaml").write_text(text, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def live(browser: Browser, event: Path) -> Iterator[Page]:
    with served("open", "live", "--event", event) as kit, watched_page(browser) as page:
        page.goto(kit.file.as_uri())
        wait_until_ready(page)
        yield page


def now(page: Page) -> Locator:
    return page.get_by_role("region", name="Now")


def press(page: Page, name: str | re.Pattern[str]) -> None:
    page.wait_for_timeout(1100)  # a second press within a second is taken for a double click
    page.get_by_role("button", name=name).click()


def test_it_opens_for_the_event_without_a_team_and_says_that_it_is_a_rehearsal(live: Page) -> None:
    assert live.title() == "Live view – Tiny offsite"
    expect(now(live)).to_contain_text("today you are rehearsing")
    assert axe(live) == []


def test_the_day_begins_with_a_press_and_shows_what_to_say(live: Page) -> None:
    press(live, "Begin the rehearsal")
    expect(live.get_by_role("button", name="Next: What you saw")).to_be_visible()
    expect(now(live)).to_contain_text("Good morning to all of you.")
    expect(live.get_by_role("timer").first).to_have_text(re.compile(r"^[56]:\d\d left$"))


def test_a_double_click_goes_one_block_further_and_back_goes_back(live: Page) -> None:
    live.wait_for_timeout(1100)
    live.get_by_role("button", name="Next: What you saw").dblclick()
    expect(live.get_by_role("button", name="Next: In pairs")).to_be_visible()
    press(live, re.compile("^Back"))
    expect(live.get_by_role("button", name="Next: What you saw")).to_be_visible()


def test_a_late_room_gets_a_plan_that_is_followed_when_somebody_says_so(live: Page) -> None:
    live.get_by_text("The clock does not know how late we are").click()
    live.get_by_label("and", exact=True).fill("15")
    press(live, "Say so")
    plan = live.get_by_role("region", name="The plan", exact=True)
    expect(plan).to_contain_text("this session ends 10 minutes late")
    expect(plan.get_by_role("listitem").filter(has_text="dropped")).to_contain_text("In pairs")
    assert axe(live) == []
    press(live, "Follow this plan")
    expect(now(live)).to_contain_text("On time, by the new plan")
    press(live, re.compile("^Take it back in"))
    expect(plan.get_by_role("row", name="In pairs")).not_to_contain_text("dropped")


def test_a_parked_question_is_text_and_survives_a_reload_as_the_clock_does(live: Page) -> None:
    live.get_by_label("A question for later").fill("Who signs <b>it</b>?")
    live.get_by_label("A question for later").press("Enter")
    expect(live.get_by_label("Who signs <b>it</b>?")).not_to_be_checked()
    live.get_by_label("Who signs <b>it</b>?").check()
    expect(live.get_by_text("answered", exact=True)).to_be_visible()
    live.reload()
    wait_until_ready(live)
    expect(live.get_by_label("Who signs <b>it</b>?")).to_be_checked()
    expect(live.get_by_role("button", name="Next: What you saw")).to_be_visible()


SAVE = """
import sys; from pathlib import Path; from workshop_kit.store import open_store
open_store(Path(sys.argv[1])).save(participant="leader", team="team-07", activity="stage-mapping",
                                   question="own-work", value={"text": "a secret"})
"""


def test_the_room_follows_what_another_process_saves_and_shows_no_words(
    live: Page, event: Path
) -> None:
    room = live.get_by_role("region", name="The room", exact=True)
    expect(room.get_by_role("row")).to_have_count(42)
    expect(room.get_by_role("row", name="Team 07")).to_contain_text("not begun")
    subprocess.run([sys.executable, "-c", SAVE, str(event)], check=True)
    expect(room.get_by_role("row", name="Team 07")).to_contain_text("1 of ")
    names = room.get_by_role("rowheader").all_inner_texts()
    assert names == ["All 40 teams", *TEAMS]
    assert "secret" not in live.content()


def test_the_whole_screen_shows_the_clock_and_nothing_else(live: Page) -> None:
    live.get_by_role("button", name=re.compile("^Fill the screen")).click()
    projector = live.get_by_role("dialog")
    expect(projector.get_by_role("timer")).to_contain_text("minutes left")
    shown = projector.inner_text()
    assert re.search(r"^\d\d:\d\d\n", shown)
    assert "Welcome" in shown
    assert not [words for words in NOT_FOR_LEADERS if words in shown]
    size = projector.evaluate("(e) => [e.clientWidth, e.clientHeight, innerWidth, innerHeight]")
    assert size[:2] == size[2:]
    assert axe(live) == []
    live.keyboard.press("Escape")
    expect(projector).to_have_count(0)


@pytest.mark.parametrize("size", [PHONE, LAPTOP], ids=["phone", "laptop"])
def test_the_page_never_scrolls_sideways(live: Page, size: tuple[int, int]) -> None:
    live.set_viewport_size({"width": size[0], "height": size[1]})
    assert not scrolls_sideways(live)


def test_at_the_end_planned_stands_beside_actual(live: Page, event: Path) -> None:
    for name in ("Next: What you saw", "Next: In pairs", "Next: What I do", "End the day"):
        press(live, name)
    report = live.get_by_role("region", name="Planned and actual", exact=True)
    expect(report.get_by_role("row")).to_have_count(5)
    expect(report).to_contain_text("One day only. Two runs would say more.")
    assert axe(live) == []
    press(live, re.compile("^Begin again"))
    expect(live.get_by_role("button", name="Begin the rehearsal")).to_be_visible()
    with open_store(event) as store:
        log = store.latest(team="*", activity="day-rehearsal")
    assert {entry.value for entry in log} == {None}
