"""The slides in a browser, from a file: keys, the speaker view, large type, and nothing fetched."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from nbformat.v4 import new_markdown_cell, new_notebook
from playwright.sync_api import Browser, Page

from tests.browser import axe, chromium, needs_chromium, watched_page
from tests.conftest import make_tiny_event
from workshop_kit.handout import Sheet
from workshop_kit.slides import Deck, OfflineSlides, Slide, Slides, write_slides

pytestmark = needs_chromium
PROJECTOR = (1280, 720)

SMALL_TYPE = """() => {
  const slide = Reveal.getCurrentSlide(), found = [];
  for (const one of slide.querySelectorAll(".words *")) {
    const own = [...one.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim());
    if (own && parseFloat(getComputedStyle(one).fontSize) < 28) found.push(one.textContent);
  }
  return found;
}"""
OVERFLOW = "() => Reveal.getCurrentSlide().querySelector('.words').getBoundingClientRect().bottom"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An event's folder, with its slides in `out`."""
    event = make_tiny_event(tmp_path_factory.mktemp("slides") / "event", "Quokka")
    write_slides(event.load(), event.path / "out")
    return event.path


def open_slides(page: Page, folder: Path) -> None:
    page.goto((folder / "out" / "facilitator" / "slides.html").as_uri())
    page.wait_for_function("window.Reveal?.isReady() && document.fonts.status === 'loaded'")


def go_to(page: Page, state: str) -> None:
    """Presses the right arrow until a slide of that kind is shown."""
    for _ in range(60):
        if page.evaluate("Reveal.getCurrentSlide().dataset.state") == state:
            return
        page.keyboard.press("ArrowRight")
    raise AssertionError(f"no slide is of the kind {state}")


def test_every_slide_is_large_and_fits_and_is_reached_by_one_key(
    browser: Browser, folder: Path
) -> None:
    with watched_page(browser, PROJECTOR) as page:
        open_slides(page, folder)
        total = page.evaluate("Reveal.getTotalSlides()")
        for _ in range(total - 1):
            assert page.evaluate(SMALL_TYPE) == []
            assert page.evaluate(OVERFLOW) < PROJECTOR[1] - 35
            page.keyboard.press("ArrowRight")
        assert page.evaluate("Reveal.isLastSlide()")


def test_nobody_is_kept_out(browser: Browser, folder: Path) -> None:
    with watched_page(browser, PROJECTOR) as page:
        open_slides(page, folder)
        for state in ("title", "plan", "charter", "work", "break"):
            go_to(page, state)
            assert axe(page) == [], state


def test_the_room_sees_no_notes(browser: Browser, folder: Path) -> None:
    with watched_page(browser, PROJECTOR) as page:
        open_slides(page, folder)
        notes = page.locator("aside.notes")
        assert notes.count() > 20
        assert not any(note.is_visible() for note in notes.all())
        assert "Watch for" not in page.locator("body").inner_text()


def test_the_speaker_view_opens_from_the_file_and_follows(browser: Browser, folder: Path) -> None:
    asked: list[str] = []
    with watched_page(browser, PROJECTOR) as page:
        page.context.on("request", lambda request: asked.append(request.url))
        open_slides(page, folder)
        with page.expect_popup() as opened:
            page.keyboard.press("s")
        notes = opened.value.locator(".speaker-controls-notes")
        notes.get_by_text("Welcome: 6 minutes").wait_for()
        go_to(page, "break")
        notes.get_by_text("If you are late").wait_for()
    assert {url.partition(":")[0] for url in asked} <= {"file", "data", "about"}


def test_a_long_name_in_arabic_is_shown_whole(browser: Browser, tmp_path: Path) -> None:
    name = ("لقاء قادة الهندسة في الشارقة " * 9).strip()
    (cover,) = Slides([Slide("title", name, "18 March 2027")])
    cell = new_markdown_cell(cover.markdown)
    cell.metadata["slideshow"] = {"slide_type": "slide", "data": cover.data}
    sheet = Sheet(event=name, language="ar", color="#ffe600")
    notebook = new_notebook(cells=[cell], metadata={"workshop_kit": sheet.model_dump()})
    text, _ = OfflineSlides().from_notebook_node(notebook)
    (tmp_path / "out" / "facilitator").mkdir(parents=True)
    (tmp_path / "out" / "facilitator" / "slides.html").write_text(text, encoding="utf-8")
    with watched_page(browser, PROJECTOR) as page:
        open_slides(page, tmp_path)
        assert page.evaluate(OVERFLOW) < PROJECTOR[1] - 35
        heading = page.locator("h1")
        assert heading.inner_text().split() == name.split()
        assert page.evaluate("document.fonts.check('20px NotoSansArabic', 'ل')")
        assert axe(page) == []


def test_the_slides_on_the_screen_are_those_of_the_deck(browser: Browser, folder: Path) -> None:
    deck = Deck(folder)
    told = [*deck.title(), *deck.agenda(), *deck.day(), *deck.closing()]
    with watched_page(browser, PROJECTOR) as page:
        open_slides(page, folder)
        shown = page.locator(".words > :is(h1, h2)").all_text_contents()
    assert shown == [slide.title for slide in told]
