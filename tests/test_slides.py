"""Slides: what they say, what only the notes say, and that the files hold all they need."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import nbformat
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from tests.conftest import TinyEvent, make_tiny_event
from tests.pages import Pages
from workshop_kit.content import load_curriculum
from workshop_kit.errors import NotebookError
from workshop_kit.forms import literal
from workshop_kit.handout import Sheet
from workshop_kit.slides import Deck, OfflineSlides, write_slides
from workshop_kit.slides.inlined import scripts, styles
from workshop_kit.slides.making import NO_SLIDES, _executed
from workshop_kit.slides.pages import print_slides
from workshop_kit.slides.reading import seen, slide_type, split_outputs
from workshop_kit.slides.screen import as_html

NAME = "<script>alert(1)</script> & Sons"
DOT = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNkYAAAAAYAAjCB0C8AAAAASUVORK5CYII="
OWN_AGENDA = """slug: own
title: Our own
about: A short one.
minutes: 40
sessions:
  - title: Our own
    blocks:
      - {id: mapping, title: Your own month, activity: stage-mapping, mode: alone, min: 8, target: 10, cut: 1}
      - {id: pause, title: Tea, mode: break, min: 5, target: 10, spare: 5}
      - {id: end, title: The end, mode: room, min: 15, target: 15, say: "Say one thing. Then go."}
"""


@dataclass(frozen=True)
class Made:
    page: str
    pdf: Pages
    remarks: tuple[str, ...]
    folder: Path


def named(event: TinyEvent, **keys: str) -> TinyEvent:
    """The same event, with these keys."""
    told = "".join(f"{key}: {value}\n" for key, value in keys.items())
    rest = (event.path / "event.yaml").read_text(encoding="utf-8")
    rest = "".join(line for line in rest.splitlines(True) if line.partition(":")[0] not in keys)
    (event.path / "event.yaml").write_text(rest + told, encoding="utf-8")
    return event


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """The slides of an event with a hostile name."""
    home = tmp_path_factory.mktemp("slides")
    event = named(make_tiny_event(home / "event", "Quokka"), name=f"'{NAME}'", language="fi")
    files, remarks = write_slides(event.load(), home / "out")
    assert [file.relative_to(home / "out").as_posix() for file in files] == [
        "facilitator/slides.html",
        "facilitator/slides.pdf",
    ]
    page, pdf = (file.read_bytes() for file in files)
    return Made(page.decode(), Pages(pdf), remarks, home)


def secrets() -> list[str]:
    """What only the facilitator is told."""
    return [
        text
        for activity in load_curriculum().activities
        for text in (*activity.traps, *(step.watch_for for step in activity.steps))
        if text
    ]


def squeezed(text: str) -> str:
    return "".join(text.split())


# ---- the page ----------------------------------------------------------------------------------


def test_the_page_asks_no_other_machine_for_anything(made: Made) -> None:
    markup = re.sub(r"(<script>).*?(</script>)", r"\1\2", made.page, flags=re.DOTALL)
    addresses = re.findall(
        r"""<(?:script|link|img|iframe)\b[^>]*(?:src|href)=["']([^"']+)""", markup
    )
    assert all(address.startswith("data:") for address in addresses), addresses
    assert re.findall(r"url\((?!data:)[^)]*\)|@import", markup) == []
    assert "cdnjs" not in made.page
    assert "unpkg" not in made.page


def test_a_name_stays_text_on_the_page(made: Made) -> None:
    assert "<script>alert" not in made.page
    assert f"<title>{html.escape(NAME)}</title>" in made.page
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; Sons</h1>" in made.page


def test_the_page_has_the_language_of_the_event(made: Made) -> None:
    assert '<html lang="fi">' in made.page


def test_the_page_shows_no_code_and_tells_nothing_of_the_machine(made: Made) -> None:
    assert "Deck(" not in made.page
    assert str(made.folder) not in made.page


def test_notes_stand_in_asides_and_nowhere_else_on_the_page(made: Made) -> None:
    body = made.page.partition("<body>")[2].partition("<footer")[0]
    notes = "".join(re.findall(r'<aside class="notes">.*?</aside>', body, re.DOTALL))
    slides = re.sub(r'<aside class="notes">.*?</aside>', "", body, flags=re.DOTALL)
    told = [text for text in secrets() if html.escape(text, quote=False) in notes]
    assert len(told) > 15
    assert [text for text in secrets() if html.escape(text, quote=False) in slides] == []


def test_the_facilitator_is_told_which_file_holds_the_notes(made: Made) -> None:
    assert made.remarks == (
        "slides.html holds your notes: present from it, and hand out slides.pdf",
    )


def test_what_stands_in_a_script_element_can_not_end_it() -> None:
    assert "</script" not in scripts().lower()
    assert "<!--" not in scripts()


def test_only_the_fonts_that_are_needed_are_carried_along() -> None:
    assert len(re.findall("@font-face", styles("Zürich, Łódź, София"))) == 2
    assert 'font-family: "NotoSansArabic"' in styles("الشارقة")
    assert 'font-family: "DroidSansFallbackFull"' in styles("東京")


# ---- the PDF -----------------------------------------------------------------------------------


def test_the_pdf_is_accessible_and_wide(made: Made) -> None:
    assert made.pdf.is_ua1
    assert made.pdf.size == (907, 510)
    assert made.pdf.title == NAME
    assert made.pdf.language == "fi"


def test_the_pdf_has_a_page_for_each_slide(made: Made) -> None:
    assert len(made.pdf.texts) == len(re.findall(r"<section data-", made.page))


def test_the_pdf_holds_none_of_the_notes(made: Made) -> None:
    assert [text for text in secrets() if squeezed(text) in made.pdf.squeezed] == []
    assert "Watchfor" not in made.pdf.squeezed
    assert "pacegoeson" not in made.pdf.squeezed  # of the markdown cell with notes


def test_the_pdf_says_that_the_data_are_fictional(made: Made) -> None:
    assert all("Fictional data" in text for text in made.pdf.texts)


def test_every_promise_of_the_charter_is_there_word_for_word(made: Made) -> None:
    for promise in load_curriculum().charter.promises:
        assert squeezed(promise) in made.pdf.squeezed


# ---- what the slides say -----------------------------------------------------------------------


def test_the_agenda_shows_clock_times_and_breaks(tiny_event: Callable[..., TinyEvent]) -> None:
    (slide,) = Deck(named(tiny_event("Quokka"), start="8:30").path).agenda()
    assert f"| {literal('08:30')} | Welcome |" in slide.markdown
    assert slide.markdown.count("reak |") == 3


def test_no_slide_tells_what_would_be_cut(tiny_event: Callable[..., TinyEvent]) -> None:
    event = with_own_agenda(tiny_event("Quokka"))
    deck = Deck(event.path)
    told = " ".join(slide.markdown for slide in (*deck.agenda(), *deck.day()))
    assert "10 minutes" in told
    assert "8 minutes" not in told
    assert not re.search(r"\bcut\b", told)


def with_own_agenda(event: TinyEvent) -> TinyEvent:
    (event.path / "agendas").mkdir()
    (event.path / "agendas" / "own.yaml").write_text(OWN_AGENDA, encoding="utf-8")
    return named(event, agenda="own")


def test_a_break_says_when_it_is_over(tiny_event: Callable[..., TinyEvent]) -> None:
    day = Deck(with_own_agenda(tiny_event("Quokka")).path).day()
    (tea,) = (slide for slide in day if slide.state == "break")
    assert tea.markdown == f"## Tea\n\n**Back at {literal('09:25')}**"


def test_nobody_maps_before_the_charter_was_read(tiny_event: Callable[..., TinyEvent]) -> None:
    day = Deck(with_own_agenda(tiny_event("Quokka")).path).day()
    states = [slide.state for slide in day]
    assert states == ["opening", "charter", "charter", "stages", "work", "break", "work"]


def test_slides_follow_the_agenda_of_the_event(tiny_event: Callable[..., TinyEvent]) -> None:
    event = tiny_event("Quokka")
    half_day = Deck(event.path).day()
    shorter = Deck(named(event, agenda="ninety-minutes").path).day()
    assert len(shorter) < len(half_day)


def test_each_further_session_has_its_own_order(tiny_event: Callable[..., TinyEvent]) -> None:
    day = Deck(named(tiny_event("Quokka"), agenda="two-sessions").path).day()
    states = [slide.state for slide in day]
    assert states[states.index("session") + 1] == "plan"


def test_an_activity_is_opened_once_even_around_a_break(
    tiny_event: Callable[..., TinyEvent],
) -> None:
    day = Deck(named(tiny_event("Quokka"), agenda="two-sessions").path).day()
    opened = [slide.title for slide in day if slide.state == "opening"]
    assert len(opened) == len(set(opened))


def test_a_slide_has_few_words(tiny_event: Callable[..., TinyEvent]) -> None:
    deck = Deck(tiny_event("Quokka").path)
    read_out = ("charter", "stages")
    counts = {
        slide.title: len(slide.markdown.split())
        for slide in deck.day()
        if slide.state not in read_out
    }
    assert max(counts.values()) < 70


def test_the_closing_slide_gives_the_day_on_which_data_expires(
    tiny_event: Callable[..., TinyEvent],
) -> None:
    (slide,) = Deck(tiny_event("Quokka").path).closing()
    assert "16 June 2027" in slide.markdown


def test_an_agenda_without_a_facilitator_needs_no_slides(
    tiny_event: Callable[..., TinyEvent], tmp_path: Path
) -> None:
    event = named(tiny_event("Quokka"), agenda="self-paced")
    assert write_slides(event.load(), tmp_path / "out") == ((), (NO_SLIDES,))
    assert not (tmp_path / "out").exists()


# ---- any notebook ------------------------------------------------------------------------------


def slide(source: str, kind: str = "slide") -> nbformat.NotebookNode:
    cell = new_markdown_cell(source)
    cell.metadata["slideshow"] = {"slide_type": kind}
    return cell


def exported(*cells: nbformat.NotebookNode) -> str:
    """The slides of a notebook, without what stands around them."""
    page, _ = OfflineSlides().from_notebook_node(new_notebook(cells=list(cells)))
    body: str = page.partition("<body>")[2].partition("<footer")[0]
    return body


def test_cells_are_slides_fragments_and_notes_as_nbconvert_reads_them() -> None:
    body = exported(
        slide("one"), slide("two", "fragment"), slide("three", "notes"), slide("four", "skip"),
        slide("five", "subslide"),
    )  # fmt: skip
    assert body.count("<section") == 3  # two, and what holds both
    assert re.search(r'<div class="fragment">\s*<div class="words"><p>two</p></div>', body)
    assert '<aside class="notes"><p>three</p></aside>' in body
    assert "four" not in body


def test_the_outputs_of_one_cell_may_be_slides_of_their_own() -> None:
    def shown(text: str, kind: str) -> nbformat.NotebookNode:
        told = {"slideshow": {"slide_type": kind, "data": {"state": "work", 'x" onclick': "1"}}}
        return new_output("display_data", {"text/markdown": text}, metadata=told)

    cell = new_code_cell(
        "", outputs=[shown("a", "slide"), shown("b", "notes"), shown("c", "slide")]
    )
    split = split_outputs(new_notebook(cells=[cell]))
    assert [slide_type(part) for part in split.cells] == ["slide", "notes", "slide"]
    assert len(list(seen(split))) == 2
    assert "onclick" not in exported(cell)


@pytest.mark.parametrize(
    ("source", "gone"),
    [
        ("Hello <script>alert(1)</script>", "<script"),
        ('<b onmouseover="x()">Hello</b>', "onmouseover"),
        ("Hello [there](javascript:alert(1))", "javascript"),
        ("Hello ![there](https://example.org/x.png)", "<img"),
        ("Hello ![there](../../secret.png)", "<img"),
    ],
)
def test_what_a_browser_would_run_or_fetch_is_taken_out(source: str, gone: str) -> None:
    (made,), _ = as_html([new_markdown_cell(source)], None)
    assert "Hello" in made
    assert gone not in made


def test_a_picture_comes_along_with_its_description() -> None:
    (made,), _ = as_html([new_markdown_cell(f"![A dot](data:image/png;base64,{DOT})")], None)
    assert 'src="data:image/png;base64,' in made
    assert 'alt="A dot"' in made


@settings(max_examples=12, deadline=None)
@given(st.lists(st.text(max_size=60), min_size=1, max_size=30))
def test_words_from_people_stay_words(texts: list[str]) -> None:
    outputs = [
        new_output("display_data", {"text/markdown": f"x{literal(text)}x"}) for text in texts
    ]
    cells = [new_code_cell("", outputs=[output]) for output in outputs]
    made, _ = as_html(cells, None)
    for text, shown in zip(texts, made, strict=True):
        assert re.fullmatch(r"<p>[^<]*</p>", shown), (text, shown)


def test_a_slide_with_a_very_long_word_stays_on_one_page() -> None:
    nb = split_outputs(new_notebook(cells=[slide(f"# One\n\n{'Donaudampf' * 90}"), slide("# Two")]))
    pdf, _ = print_slides(nb, Sheet(event="Any"), None)
    assert len(Pages(pdf).texts) == 2


def test_a_notebook_that_stops_is_named_with_its_cell(
    notebook_of: Callable[..., Path], tmp_path: Path
) -> None:
    with pytest.raises(NotebookError, match="cell-1: ValueError: no luck") as caught:
        _executed(notebook_of(tmp_path, 'raise ValueError("no luck")'), tmp_path)
    assert caught.value.cell == "cell-1"
