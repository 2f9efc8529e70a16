"""What pandoc made is kept, and comes out the same as if it were asked each time."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

import pytest

from workshop_kit import markup
from workshop_kit.markup import Blocks, Piece, conversion
from workshop_kit.shelf import Shelf

# Every kind of block, and what stands badly beside another.
TEXTS = (
    "Words, *some* of them **strong**.",
    "- a\n- b",
    "- a\n\n- b\n\n      code",
    "1. a\n2. b",
    "> quoted\n>\n> - in a list",
    "```\n= not a heading\n```",
    "## Heading",
    "| a | b |\n|---|---|\n| 1 | 2 |",
    "---",
    "Said[^1].\n\n[^1]: At the foot.",
    "- [ ] open\n- [x] done",
    "1\\. no list",
    "a  \nb",
    "-",
    "<div>said</div>",
)
PIECES = [Piece("c", "markdown", text) for text in TEXTS]


@pytest.fixture(autouse=True)
def calls(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """The calls of pandoc, from an empty memory on."""
    made: list[list[str]] = []
    pandoc = conversion.pandoc

    def counted(arguments: list[str], *rest: Any) -> tuple[str, str]:
        made.append(arguments)
        return pandoc(arguments, *rest)

    conversion.api_version()
    monkeypatch.setattr(conversion, "TREES", Shelf(conversion.TREES.room))
    monkeypatch.setattr(conversion, "MARKUP", Shelf(conversion.MARKUP.room))
    monkeypatch.setattr(conversion, "pandoc", counted)
    return made


def in_one_call(blocks: Blocks) -> str:
    tree = {"pandoc-api-version": conversion.api_version(), "meta": {}, "blocks": blocks}
    out, _ = markup.pandoc(["--from", "json", "--to", "typst", "--wrap=none"], json.dumps(tree))
    return out


def test_a_text_is_parsed_once(calls):
    first = markup.parse(PIECES)
    count = len(calls)
    assert markup.parse(PIECES) == first
    assert len(calls) == count


def test_only_what_is_new_is_parsed(calls):
    markup.parse(PIECES)
    calls.clear()
    again = markup.parse([PIECES[0], Piece("c", "markdown", "New."), PIECES[1]])
    assert [markup.plain_text(blocks) for blocks in again][1] == "New."
    (call,) = calls
    assert call[-2:] == ["0", "divider"]


def test_the_same_text_of_another_kind_is_parsed_anew():
    text = "<b>x</b>"
    as_markdown, as_html = markup.parse([Piece("c", "markdown", text), Piece("c", "html", text)])
    assert as_markdown != as_html


def test_what_is_kept_stays_as_it_is_when_the_callers_copy_is_changed():
    first = markup.parse(PIECES)
    told = json.dumps(first)
    for blocks in first:
        for block in blocks:
            block.clear()
    assert json.dumps(markup.parse(PIECES)) == told


def test_a_link_inside_a_piece_does_not_tell_where_the_piece_stood():
    piece = Piece("c", "markdown", "[there](#there)")
    (alone,) = markup.parse([piece])
    conversion.TREES = Shelf(1_000_000)
    assert markup.parse([*PIECES, piece])[-1] == alone
    assert '"#there"' in json.dumps(alone)


@pytest.mark.parametrize("step", [1, 2, 3, 4, 7])
def test_markup_by_blocks_is_the_markup_of_the_whole(step):
    blocks = [block for found in markup.parse(PIECES) for block in found]
    calls = [
        markup.call_block("#card["),
        markup.call_block("]"),
        {"t": "Plain", "c": markup.words("plain")},
        {"t": "Plain", "c": []},
        {"t": "Para", "c": []},
    ]
    around = [*blocks, *calls]
    ordered = [around[index * step % len(around)] for index in range(2 * len(around))]
    assert markup.to_typst(ordered) == (in_one_call(ordered), "")


def test_a_block_is_written_once(calls):
    blocks = [block for found in markup.parse(PIECES) for block in found]
    first = markup.to_typst(blocks)
    calls.clear()
    assert markup.to_typst([*blocks, *blocks])[0].startswith(first[0][:-1])
    assert calls == []


def test_pandoc_warns_again_of_a_formula_that_it_cannot_convert():
    (blocks,) = markup.parse([Piece("c", "markdown", r"Here $\nosuchmacro{x}$.")])
    assert r"\nosuchmacro" in markup.to_typst(blocks)[1]
    assert r"\nosuchmacro" in markup.to_typst(blocks)[1]


def test_many_texts_do_not_fill_the_memory(monkeypatch):
    monkeypatch.setattr(conversion, "TREES", Shelf(20_000))
    pieces = [Piece("c", "markdown", f"Word {number}. " * 20) for number in range(60)]
    parsed = markup.parse(pieces)
    assert conversion.TREES.taken <= 20_000
    assert [markup.plain_text(blocks)[:6] for blocks in parsed[:2]] == ["Word 0", "Word 1"]


def test_headings_are_levelled_wherever_they_stand():
    text = "# One\n\n> #### Quoted\n\nNote[^1].\n\n- ## Listed\n\n[^1]: ### Noted"
    (blocks,) = markup.parse([Piece("c", "markdown", text)])
    before = json.dumps(blocks)
    levelled = json.dumps(markup.level_headings(blocks, below=1))
    assert json.dumps(blocks) == before
    assert levelled.count('{"t": "Header", "c": [2,') == 1
    assert levelled.count('{"t": "Header", "c": [3,') == 3


@pytest.mark.skipif(sys.platform == "win32", reason="needs a program that is a script")
def test_a_newer_pandoc_on_the_machine_is_not_asked(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    other = tmp_path / "pandoc"
    other.write_text("#!/bin/sh\necho pandoc 99.0\n", encoding="utf-8")
    other.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    conversion._program.cache_clear()
    said, _ = conversion.pandoc(["--from=commonmark", "--to=plain"], "*Words.*")
    assert said == "Words.\n"
