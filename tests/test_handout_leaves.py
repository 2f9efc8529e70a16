"""Documents in leaves: the same pages as in one file, and few names of files."""

from __future__ import annotations

import hashlib
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.pages import Pages
from workshop_kit import markup
from workshop_kit.handout import Sheet, page_of, press, print_part, print_parts
from workshop_kit.handout.leaves import CUT, NAMES, as_files, short_names, with_cuts

SECTION = "## Section {n}\n\nSaid in {n}.\n\n- one\n- two\n\n| a | b |\n|---|---|\n| 1 | {n} |\n\n"
TEXT = "# Many sections\n\n" + "".join(SECTION.format(n=n) for n in range(12))
SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="{n}"><rect width="40" height="2"/></svg>'


def long_name(text: str) -> str:
    return f"{hashlib.sha256(text.encode()).hexdigest()}.typ"


@pytest.fixture(scope="module")
def alone() -> bytes:
    """The pages as one file makes them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(press, "with_cuts", lambda blocks: blocks)
        return print_part(page_of("p", TEXT), Sheet(team="Payments"))[0]


def test_a_document_in_leaves_is_the_same_to_the_byte(alone):
    assert print_part(page_of("p", TEXT), Sheet(team="Payments"))[0] == alone


def test_what_was_printed_before_does_not_show(alone):
    for team in ("Data", "Machine learning"):
        other = TEXT.replace("Said", f"{team} said").replace("- two\n", "- two\n- three\n")
        pages = Pages(print_part(page_of("p", other), Sheet(team=team, event="Elsewhere"))[0])
        assert f"{team} said" in pages.text
        assert "Payments" not in pages.text
    assert print_part(page_of("p", TEXT), Sheet(team="Payments"))[0] == alone


def test_each_team_reads_its_own_name_at_the_foot():
    parts = [page_of("p", TEXT), page_of("q", TEXT)]
    for team in ("Payments", "Data"):
        told = Pages(print_parts(parts, Sheet(team=team), team)[0])
        assert told.title == team
        assert all(team in text for text in told.texts[1:])


def test_a_part_with_marks_keeps_what_belongs_together_in_one_file():
    blocks = [
        markup.heading(1, markup.words("One")),
        markup.call_block("#card["),
        markup.heading(2, markup.words("Two")),
        markup.call_block("]"),
    ]
    source, _ = markup.to_typst(with_cuts(blocks))
    files = as_files(f"opening\n\n{source}")
    (leaf,) = (text for name, text in files.items() if name != "main.typ")
    assert re.sub(r"\s+", " ", leaf) == '#import "template.typ": * = One #card[ == Two ] '
    assert CUT not in "".join(files.values())


def test_a_document_that_brings_its_own_pages_stays_in_one_file():
    blocks = [markup.call_block("#bare"), markup.heading(1, markup.words("One"))]
    assert with_cuts(blocks) == blocks


def test_a_document_of_thousands_of_sections_stays_in_one_file():
    blocks = [markup.heading(1, markup.words(str(n))) for n in range(NAMES)]
    assert with_cuts(blocks) == blocks


def test_two_leaves_with_the_same_words_are_one_file_read_twice():
    files = as_files(f"{CUT}\nsame\n{CUT}\nsame\n{CUT}\nother")
    assert len(files) == 3
    assert files["main.typ"].count("#include") == 3


@given(st.lists(st.text().map(long_name), max_size=50))
def test_names_differ_where_the_long_ones_do(names):
    short = short_names(names)
    assert len(set(short.values())) == len(set(names))
    assert all(int(name.removesuffix(".typ")) < NAMES + 50 for name in short.values())


def test_names_that_begin_alike_get_numbers_of_their_own():
    names = [f"00000001{digit}.svg" for digit in "0123"]
    assert list(short_names(names).values()) == ["1.svg", "2.svg", "3.svg", "4.svg"]


def test_two_pictures_are_not_taken_for_each_other():
    def pages(*heights: int) -> bytes:
        part = page_of("p", "# T")
        names = [part.album.add(SVG.format(n=n).encode()) for n in heights]
        part.blocks += [markup.call_block(f'#picture("{name}", "a picture")') for name in names]
        return print_part(part, Sheet())[0]

    assert pages(4, 40) == pages(4, 40) != pages(40, 4)
