"""A ladder → Markdown, as headings and bullets or as a table; and Markdown → Word."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

from workshop_kit.errors import WorkshopKitError
from workshop_kit.ladder import Ladder, Statement
from workshop_kit.ladder_files.archive import steady
from workshop_kit.ladder_files.markdown import FORMAT
from workshop_kit.ladder_files.sheets_written import rows_of
from workshop_kit.markup import PandocFailed, pandoc

_MARKUP = re.compile(r"[\\`*_\[\]<>&|~#$!]")
_OPENING = re.compile(r"(?P<mark>[-+=:]|\d{1,9}(?=[.)]))")
_RULE = "| --- | --- | ---------- |"


def markdown_texts(ladder: Ladder) -> Iterator[str]:
    """The ladder in Markdown, the most readable way first; the last can hold any ladder."""
    layouts = [_by_level(ladder), _by_dimension(ladder)]
    for lines in sorted(layouts, key=len):
        yield _page(ladder, lines)
    yield _page(ladder, _table(ladder))


def word_bytes(text: str) -> bytes:
    """A Word document of such Markdown; raises WorkshopKitError where pandoc fails."""
    try:
        with tempfile.TemporaryDirectory(prefix="workshop-kit-") as name:
            pandoc(["--from", FORMAT, "--output", "ladder.docx"], text, Path(name))
            return steady((Path(name) / "ladder.docx").read_bytes())
    except PandocFailed as error:
        raise WorkshopKitError(f"The Word document can't be written: {error}.") from error


def _page(ladder: Ladder, lines: list[str]) -> str:
    title = [f"# {_escaped(ladder.name)}", ""] if ladder.name else []
    return "\n".join([*title, *lines]).rstrip("\n") + "\n"


def _by_level(ladder: Ladder) -> list[str]:
    """A heading a level, below it one a dimension; a level is named again where order asks it."""
    lines: list[str] = []
    level, heading = None, ""
    for (own, dimension), statements in groupby(ladder.statements, lambda s: (s.level, s.heading)):
        if own != level or (heading and not dimension):
            lines += [f"## {_escaped(own)}", ""]
            level, heading = own, ""
        if dimension != heading:
            lines += [f"### {_escaped(dimension)}", ""]
            heading = dimension
        lines += _bullets(statements)
    return lines


def _by_dimension(ladder: Ladder) -> list[str]:
    """A heading a dimension, below it one a level: how a table with a row a dimension reads."""
    lines: list[str] = []
    heading = None
    for (level, own), statements in groupby(ladder.statements, lambda s: (s.level, s.heading)):
        if own != heading:
            lines += [f"## {_escaped(own)}", ""]
            heading = own
        lines += [f"### {_escaped(level)}", "", *_bullets(statements)]
    return lines


def _bullets(statements: Iterator[Statement]) -> list[str]:
    return [*(f"- {_escaped(s.text)}" for s in statements), ""]


def _table(ladder: Ladder) -> list[str]:
    header, *rows = rows_of(ladder, whole=True)
    return [_row(header), _RULE, *map(_row, rows)]


def _row(cells: list[str]) -> str:
    return f"| {' | '.join(_escaped(cell) for cell in cells)} |"


def _escaped(text: str) -> str:
    """The text as Markdown that says just that."""
    inside = _MARKUP.sub(r"\\\g<0>", text)
    start = _OPENING.match(text)
    if not start:
        return inside
    mark = start["mark"]
    return (
        f"{mark}\\{text[len(mark)]}" + _MARKUP.sub(r"\\\g<0>", text[len(mark) + 1 :])
        if mark.isdecimal()
        else "\\" + inside
    )
