"""Words from people as Markdown that means nothing but themselves, and pages with two faces."""

from __future__ import annotations

import json
import subprocess
import sys
import unicodedata

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from workshop_kit import forms
from workshop_kit.forms import Twin, bullets, checkboxes, div, lines, literal, table, worksheet
from workshop_kit.markup import READERS, pandoc, plain_text

HOSTILE = [
    '#import "x"', "*bold* _it_ `code`", "$x$", "# Heading", "<script>alert(1)</script>", "../../etc",
    "=cmd()", "[link](https://example.org)", "![x](/etc/passwd)", "1. one", "- [ ] box", "| a | b |",
    "::: {.card}", "&amp; &#35;", "\\*", "https://example.org", "me@example.org", "~~gone~~", "[^1]: note",
    "\n# Heading", "---", "***", "    code", "> quote", "+ plus", "```", "$$\\alpha$$", "a\\", "+", "1)",
]  # fmt: skip


def read_back(markdown: str) -> tuple[list[str], str]:
    """The kinds of blocks that pandoc sees, and their text."""
    out, _ = pandoc(["--from", READERS["twin"], "--to", "json"], markdown)
    blocks = json.loads(out)["blocks"]
    return [block["t"] for block in blocks], " ".join(plain_text(blocks).split())


@pytest.mark.parametrize("text", HOSTILE)
def test_literal_text_is_only_text(text: str) -> None:
    assert read_back(literal(text)) == (["Para"], " ".join(text.split()))


# Controls and halves of characters are no text; the readers of the event folder remove them.
TEXT = st.text(st.characters(exclude_categories=["Cc", "Cs", "Cn"])).filter(
    lambda text: text.split()
)


@settings(max_examples=150, deadline=None)
@given(TEXT)
@example("﻿x")
@example("x­y")
@example("a  b")
def test_literal_comes_back_as_it_was_for_any_text(text: str) -> None:
    _, back = read_back(f"x{literal(text)}x")
    wanted = unicodedata.normalize("NFC", f"x{' '.join(text.split())}x")  # as pandoc reads it
    assert back.split() == wanted.split()


@settings(max_examples=60, deadline=None)
@given(st.lists(TEXT, min_size=1, max_size=4))
def test_a_list_has_an_item_for_each_text(texts: list[str]) -> None:
    out, _ = pandoc(["--from", READERS["twin"], "--to", "json"], bullets(texts))
    (block,) = json.loads(out)["blocks"]
    assert block["t"] == "BulletList"
    assert len(block["c"]) == len(texts)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(TEXT, TEXT), min_size=1, max_size=4))
def test_a_table_keeps_its_cells_whatever_stands_in_them(rows: list[tuple[str, str]]) -> None:
    out, _ = pandoc(["--from", READERS["twin"], "--to", "json"], table(("One", "Two"), rows))
    (block,) = json.loads(out)["blocks"]
    assert block["t"] == "Table"
    assert [len(row[1]) for row in block["c"][4][0][3]] == [2] * len(rows)


def test_boxes_to_tick_are_a_task_list() -> None:
    kinds, text = read_back(checkboxes(["First", "Second"]))
    assert kinds == ["BulletList"]
    assert text.count("☐") == 2


def test_a_div_can_hold_divs() -> None:
    kinds, text = read_back(div("card", div("aside", div("small", "inside"), lines(2))))
    assert kinds == ["Div"]
    assert text == "inside"


def test_a_label_can_not_break_out_of_its_place() -> None:
    kinds, _ = read_back(lines(2, 'Say "x" }\n::: | {.card}'))
    assert kinds == ["Div"]


# ---- what the package offers -------------------------------------------------------------------


def test_every_public_name_is_there_and_the_list_is_in_order() -> None:
    assert forms.__all__ == sorted(forms.__all__)
    assert all(callable(getattr(forms, name)) for name in forms.__all__)


def test_pages_that_are_only_printed_need_no_widgets() -> None:
    code = "import sys, workshop_kit.forms; print('ipywidgets' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


# ---- two faces ---------------------------------------------------------------------------------


def test_a_twin_offers_its_page_and_its_screen() -> None:
    bundle = Twin("**Here**", "", "and there")._repr_mimebundle_()
    assert bundle["text/markdown"] == "**Here**\n\nand there"
    assert "<strong>Here</strong>" in bundle["text/html"]
    assert bundle["text/plain"]


def test_lines_to_write_on_are_rules_on_the_screen() -> None:
    html = Twin(lines(3, "Evidence"))._repr_mimebundle_()["text/html"]
    assert html.count("<hr") == 3
    assert "Evidence" in html


def test_a_worksheet_is_a_table_on_the_screen() -> None:
    html = Twin(worksheet([("Code", 1), ("Signals", 4)], ["P1", "P2"]))._repr_mimebundle_()[
        "text/html"
    ]
    assert html.count("<th") >= 2
    assert html.count("<tr") == 3
    assert "P2" in html


def test_hostile_text_is_only_text_on_the_screen() -> None:
    html = Twin(
        literal("<script>alert(1)</script>"), table(["<b>"], [["<img src=x>"]])
    )._repr_mimebundle_()
    assert "<script" not in html["text/html"]
    assert "<img" not in html["text/html"]
    assert "&lt;script&gt;" in html["text/html"]


def test_the_signs_that_are_escaped_are_those_that_mean_something() -> None:
    signs = "".join(chr(n) for n in range(33, 127) if not chr(n).isalnum())
    assert literal(signs) == "".join(f"\\{sign}" for sign in signs)
    assert all(unicodedata.category(sign)[0] in "PS" for sign in signs)
