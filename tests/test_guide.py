"""The facilitator's guide: in step with the curriculum, printed, readable in a browser, and kept from leaders."""

from __future__ import annotations

import functools
import importlib.util
import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from tests.conftest import make_tiny_event
from tests.pages import Pages
from workshop_kit.content import kit_folder, load_curriculum, read_agenda
from workshop_kit.guide import CHAPTERS, guide_chapters, write_guide
from workshop_kit.guide.book import _pages_of
from workshop_kit.handout import Sheet

ROOT = Path(__file__).parents[1]
ACTIVITIES = {activity.slug: activity for activity in load_curriculum().activities}
BY_HAND = (
    "Before you run it",
    "In the half day",
    "The activity in full",
    "How it really goes",
    "Questions you will get",
    "If it goes wrong",
)
SHAPE = (
    "What they leave with",
    "Out of scope",
    "Minutes",
    "Materials",
    "The invitation, word for word",
    "Step by step",
    "What it looks like when it works",
    "Debrief",
    "Variants",
    "Traps",
    "How to sit out",
    "After 30, 60 and 90 days",
)
chapters = {chapter.name: chapter for chapter in guide_chapters()}


def tool() -> Any:
    spec = importlib.util.spec_from_file_location("write_guide", ROOT / "tools/write_guide.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def headings(source: str, level: int) -> list[str]:
    return re.findall(rf"^{'#' * level} (.+)$", source, re.MULTILINE)


def letters(text: str) -> str:
    """Only what is spoken: a line's end, a quotation mark or an escape makes no difference."""
    return " ".join(re.findall(r"[^\W_]+", text.casefold()))


def section(source: str, title: str) -> str:
    return re.split(r"^## .+$", source.partition(f"## {title}\n")[2], flags=re.MULTILINE)[0]


# ---- the pages ---------------------------------------------------------------------------------


@pytest.mark.parametrize("name", CHAPTERS)
def test_each_chapter_says_what_the_curriculum_and_the_agenda_say(name: str) -> None:
    source = chapters[name].source
    assert tool().filled(name, source) == source, "run: python tools/write_guide.py"


def test_every_page_in_the_folder_is_a_chapter() -> None:
    assert {path.stem for path in kit_folder("facilitator").glob("*.md")} == set(CHAPTERS)
    assert set(ACTIVITIES) <= set(CHAPTERS)


@pytest.mark.parametrize("slug", ACTIVITIES)
def test_an_activity_has_its_whole_shape(slug: str) -> None:
    source = chapters[slug].source
    assert headings(source, 1) == [ACTIVITIES[slug].title]
    assert tuple(headings(source, 2)) == BY_HAND
    assert tuple(headings(source, 3)) == SHAPE


@pytest.mark.parametrize("slug", ACTIVITIES)
def test_an_activity_is_told_in_all_its_words(slug: str) -> None:
    activity = ACTIVITIES[slug].model_dump(exclude={"alone", "forms"})
    told = letters(chapters[slug].markdown)
    untold = {text for text in texts(activity) if letters(text) not in told}
    assert untold <= {slug, *(phase.grouping for phase in ACTIVITIES[slug].phases)}


@pytest.mark.parametrize("slug", ACTIVITIES)
def test_an_activity_has_enough_that_only_a_facilitator_needs(slug: str) -> None:
    own = chapters[slug].own_words
    assert 600 <= len(own.split()) <= 1400
    asked = re.findall(r"^\*\*“.+?”\*\* “", section(own, "Questions you will get"), re.MULTILINE)
    assert 6 <= len(asked) <= 8


def test_each_difficult_moment_has_words_to_use() -> None:
    source = chapters["difficult-moments"].source
    moments = re.split(r"^## ", source, flags=re.MULTILINE)[1:]
    assert len(moments) >= 12
    for moment in moments:
        assert re.findall(r"^\*\*(.+?)\.\*\*", moment, re.MULTILINE) == [
            "You see",
            "Say",
            "Leave alone",
        ]


def test_the_charter_is_there_word_for_word() -> None:
    told = letters(chapters["the-charter"].markdown)
    assert all(letters(text) in told for text in texts(load_curriculum().charter.model_dump()))


def test_the_commands_in_the_guide_are_commands_of_the_kit() -> None:
    from workshop_kit.cli import app

    known = {info.name or info.callback.__name__ for info in app.registered_commands}
    known |= {group.name for group in app.registered_groups}
    said = "\n".join(chapter.source for chapter in chapters.values())
    used = {shlex.split(command)[1] for command in re.findall(r"`(workshop-kit [^`]+)`", said)}
    assert {"new", "check", "render", "open"} <= used
    assert used <= known


def test_signs_of_markdown_in_the_curriculum_mean_themselves() -> None:
    assert tool().plain("a *b* [c](d) <e> `f` 3|4\n  5") == (r"a \*b\* \[c\](d) \<e\> \`f\` 3\|4 5")


# ---- on paper, in a browser --------------------------------------------------------------------


@dataclass(frozen=True)
class Written:
    out: Path
    files: tuple[Path, ...]
    remarks: tuple[str, ...]

    @functools.cached_property
    def book(self) -> Pages:
        return Pages((self.out / "facilitator" / "guide.pdf").read_bytes())

    @functools.cached_property
    def pages(self) -> dict[str, str]:
        folder = self.out / "facilitator" / "guide"
        return {path.name: path.read_text(encoding="utf-8") for path in folder.iterdir()}


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Written:
    home = tmp_path_factory.mktemp("guide")
    folder = make_tiny_event(home / "event", "Payments").load()
    return Written(home / "out", *write_guide(folder, home / "out"))


def test_the_guide_stays_in_the_facilitators_folder(written: Written) -> None:
    made = {path for path in written.out.rglob("*") if path.is_file()}
    assert made == set(written.files)
    assert {path.relative_to(written.out).parts[0] for path in made} == {"facilitator"}
    assert written.remarks == ()


def test_the_book_has_a_cover_with_contents_and_a_bookmark_for_each_chapter(
    written: Written,
) -> None:
    titles = [chapter.title for chapter in chapters.values()]
    assert written.book.is_ua1
    assert written.book.title == "The facilitator’s guide"
    cover = written.book.texts[0]
    assert "Tiny offsite" in cover
    assert all(title in cover for title in titles)
    assert [mark for mark in written.book.bookmarks if not mark.startswith(" ")] == titles


def test_every_page_says_whom_it_is_for(written: Written) -> None:
    assert all("For the facilitator" in text for text in written.book.texts)


def test_nothing_of_the_markdown_is_left_on_the_pages(written: Written) -> None:
    for text in (written.book.text, *map(shown, written.pages.values())):
        assert re.findall(r"<!--|\*\*|\]\(|\.md\b|\[ \]|:::|\| :--", text) == []


def test_there_is_an_index_and_a_page_for_each_chapter_and_every_link_leads_to_one(
    written: Written,
) -> None:
    assert len(written.pages) == len(CHAPTERS)
    assert "index.html" in written.pages
    for name, page in written.pages.items():
        inside = {f"#{ident}" for ident in re.findall(r'id="([^"]+)"', page)}
        links = re.findall(r'href="([^"]+)"', page)
        assert set(links) <= {*written.pages, *inside}, name
        assert not re.search(r"https?:|\bsrc=|@import|url\(", page), name
    assert 'href="the-charter.html"' in re.sub(r"(?s)<nav.*</nav>", "", written.pages["index.html"])


def test_a_chapter_that_a_page_names_is_a_link_there(written: Written) -> None:
    titles = {chapter.title: chapter.file for chapter in chapters.values()}
    links = re.findall(r'<a href="([\w-]+\.html)">(.+?)</a>', "".join(written.pages.values()))
    assert {(titles[text], target) for target, text in links if text in titles} == {
        (file, file) for file in titles.values()
    }


def test_another_agenda_than_the_half_day_is_worth_a_remark(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workshop_kit.guide.book.guide_chapters", lambda: guide_chapters()[:1])
    folder = make_tiny_event(tmp_path / "event", "Payments").load()
    agenda, _ = read_agenda("half-day")
    assert agenda is not None
    other = agenda.model_copy(update={"slug": "our-own", "title": "Our own day"})
    _, remarks = write_guide(folder.model_copy(update={"agenda": other}), tmp_path / "out")
    assert len(remarks) == 1
    assert "Our own day" in remarks[0]


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=300))
def test_the_name_of_an_event_stays_text_on_a_page(name: str) -> None:
    (page,) = _pages_of(guide_chapters()[:1], Sheet(event=f"<script>{name}</script>"))
    assert "<script" not in page.casefold()


# ---- kept from leaders -------------------------------------------------------------------------


def test_what_only_the_facilitator_reads_is_in_nothing_that_leaders_get() -> None:
    steps = [step for activity in ACTIVITIES.values() for step in activity.steps]
    secret = sentences("\n\n".join(chapter.own_words for chapter in chapters.values()))
    by_hand = len(secret)
    secret |= sentences("\n\n".join(t for s in steps for t in (s.say, s.ask, s.watch_for)))
    assert by_hand > 500
    assert len(secret) > by_hand + 50
    read = " ".join(map(letters, leaders_words()))
    assert {said for said in secret if f" {said} " in f" {read} "} <= ON_PURPOSE
    assert letters(steps[0].do) in read  # the same search does find what is shown


ON_PURPOSE = {  # stands on leaders' pages as well, and may
    # by hand, out of the charter and the pages' own openings
    "the five stages are one practitioner s observation",
    "then you map only yourself today and that is enough",
    # in what the facilitator says, too, since the curriculum was written
    "a planning note a hiring brief a migration decision a report",
    "cheerful words about something that other people are losing",
    "if every line was written by hand it is just as good a story",
    "if somebody on your team asks what you wrote about them show them",
    "think of an engineer of yours on the evening they start to write their promotion case",
    "what did you do in the next minute",
    "what would you be tempted to leave out",
    "which line do your people quote to you",
    "whoever will find it hardest should not hear it first in a large meeting",
    "you can tell them what you know",
    "you write yours before you ask anybody on your team for theirs",
}


def leaders_words() -> Iterator[str]:
    """What leaders read: the notebooks, what the curriculum has for them, the words in the code."""
    for folder in ("workshops", "exercises"):
        for path in sorted(kit_folder(folder).rglob("*.ipynb")):
            cells = nbformat.read(path, as_version=4).cells
            yield from (c.source for c in cells if "facilitator" not in c.metadata.get("tags", []))
    for activity in ACTIVITIES.values():
        hidden = {"invitation": True, "steps": {"__all__": {"say", "ask", "watch_for"}}}
        yield from texts(activity.model_dump(exclude=hidden))
    package = ROOT / "src/workshop_kit"
    for path in sorted((package / "curriculum").rglob("*.yaml")):
        if path.parent.name != "activities":
            yield from texts(YAML(typ="safe").load(path.read_text(encoding="utf-8")))
    for folder in ("workbook", "forms"):
        for path in sorted((package / folder).rglob("*.[pj][ys]")):
            yield path.read_text(encoding="utf-8")


def sentences(text: str) -> set[str]:
    """Sentences of seven words or more, in letters."""
    parts = re.split(r"(?<=[.?!:;])[”*’)]*\s+|\n\s*\n|^- ", text, flags=re.MULTILINE)
    return {said for said in map(letters, parts) if len(said.split()) >= 7}


def texts(value: Any) -> list[str]:
    match value:
        case str():
            return [value] if value else []
        case dict():
            return [text for item in value.values() for text in texts(item)]
        case list() | tuple():
            return [text for item in value for text in texts(item)]
        case _:
            return []


def shown(page: str) -> str:
    return re.sub(r"<style>.*?</style>|<[^>]+>", "", page, flags=re.DOTALL)
