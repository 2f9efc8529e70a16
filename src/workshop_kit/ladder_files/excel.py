"""An Excel workbook (.xlsx) → document: each sheet a grid, in a group of its name.

openpyxl reads the values, row by row. What it leaves out in that mode (merged cells, links,
formulas without a saved value, what is hidden) is taken from the sheet's XML.
"""

from __future__ import annotations

import datetime
import io
import re
import warnings
from collections.abc import Callable, Iterator
from typing import Any, TypeAlias

from workshop_kit.errors import Problem
from workshop_kit.ladder import Skipped
from workshop_kit.ladder_files.archive import open_archive
from workshop_kit.ladder_files.delimited import (
    COLUMNS_AT_MOST,
    ROWS_AT_MOST,
    letters,
    too_many_columns,
    too_many_rows,
)
from workshop_kit.ladder_files.document import Block, Document, Grid, Words, skip
from workshop_kit.ladder_files.levels import is_level
from workshop_kit.ladder_files.literals import cell_words
from workshop_kit.ladder_files.sheet_notes import SheetNotes, sheet_notes

SHEETS_AT_MOST = 100

_DEFAULT_NAME = re.compile(
    r"(sheet|table|tabelle|feuil|hoja|foglio|blad|planilha|arkusz|ark|лист|シート|工作表)\s?\d*",
    re.IGNORECASE,
)
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")  # how Excel keeps what XML can't hold
_DAMAGED = "The workbook is damaged, so it can't be opened."
_AGAIN = "Open it in Excel, save it again as .xlsx, and try the new file."
_NOTHING = Words("")

Cells: TypeAlias = dict[tuple[int, int], Words]
"""The words of a sheet by row and column, counted from 1."""


class _TooLarge(ValueError):
    """More rows or columns than a ladder has: `problem` makes the message, for its place."""

    def __init__(self, problem: Callable[[str, str], Problem], place: str) -> None:
        super().__init__(place)
        self.problem, self.place = problem, place


def read_excel(raw: bytes, file: str) -> Document:
    """The document: a grid a sheet; hidden sheets, errors and unsaved formulas are noted."""
    archive = open_archive(raw, file)
    if isinstance(archive, Problem):
        return Document(problems=(archive,))
    from openpyxl import load_workbook  # here: its import takes as long as a ladder's reading

    try:
        with warnings.catch_warnings():  # of what is in the file and matters to no ladder
            warnings.simplefilter("ignore")
            packed = io.BytesIO(archive.packed())
            book = load_workbook(packed, read_only=True, data_only=True, keep_links=False)
            if len(book.sheetnames) > SHEETS_AT_MOST:
                what = f"There are more than {SHEETS_AT_MOST} sheets, which no ladder has."
                return Document(problems=(Problem(file, "", what, "Is it the right file?"),))
            blocks = tuple(_sheets(book, dict(archive.parts)))
            return Document(blocks, title=str(book.properties.title or ""))
    except _TooLarge as error:
        return Document(problems=(error.problem(file, error.place),))
    except MemoryError:
        raise
    except Exception:  # openpyxl stumbles over broken files with any kind of exception
        return Document(problems=(Problem(file, "", _DAMAGED, _AGAIN),))


def _sheets(book: Any, parts: dict[str, bytes]) -> Iterator[Block]:
    several = len(book.sheetnames) > 1
    for sheet in book.worksheets:
        title = " ".join(str(sheet.title).split())
        place = f'sheet "{title}"'
        if sheet.sheet_state != "visible":
            yield Skipped(place=place, text=title, reason="a hidden sheet")
            continue
        path = sheet._worksheet_path
        notes = sheet_notes(parts, path)
        says = not _DEFAULT_NAME.fullmatch(title) and (several or is_level(title))
        within = f"{place}, " if several else ""
        cells, left_out = _cells(sheet, notes, within)
        yield Grid(_rows(cells), place, (Words(title, place),) if says and title else ())
        yield from left_out
        if notes.hidden:
            words = Words(", ".join(notes.hidden), place)
            yield skip(words, "hidden, and read like the rest")
    for chart in getattr(book, "chartsheets", ()):
        title = str(chart.title)
        yield Skipped(place=f'sheet "{title}"', text=title, reason="a sheet with a chart only")


def _cells(sheet: Any, notes: SheetNotes, place: str) -> tuple[Cells, list[Skipped]]:
    """The cells of a sheet, merged ones at each position that they cover; and those without text."""
    sheet.reset_dimensions()  # what a file says of its size may be anything
    found: Cells = {}
    left_out: list[Skipped] = []
    formulas = dict.fromkeys(notes.formulas, "a formula without a saved value: save it in Excel")
    filled = 0
    for y, row in enumerate(sheet.iter_rows(), 1):
        before = len(found)
        for x, cell in enumerate(row, 1):
            at = f"{place}row {y}, column {letters(x - 1)}"
            if cell.value is None:
                if (y, x) in formulas:
                    left_out.append(skip(Words("a formula", at), formulas[y, x]))
            elif cell.data_type == "e":
                left_out.append(skip(Words(str(cell.value), at), "an error that a formula gave"))
            elif text := _text(cell.value):
                words = cell_words(text, at, formulas=False)
                links = notes.links.get((y, x), ())
                found[y, x] = Words(words.text, at, (*words.references, *links))
                if x > COLUMNS_AT_MOST:
                    raise _TooLarge(too_many_columns, f"{place}row {y}")
        filled += len(found) > before
        if filled > ROWS_AT_MOST:
            raise _TooLarge(too_many_rows, place.removesuffix(", "))
    for area in notes.merged:
        if (origin := found.get((area.top, area.left))) is not None:
            for y in range(area.top, area.bottom + 1):
                for x in range(area.left, area.right + 1):
                    found.setdefault((y, x), origin)
    return found, left_out


def _rows(cells: Cells) -> tuple[tuple[Words, ...], ...]:
    """The rows that hold anything; each as wide as its last cell."""
    widths: dict[int, int] = {}
    for y, x in cells:
        widths[y] = max(widths.get(y, 0), x)
    return tuple(
        tuple(cells.get((y, x), _NOTHING) for x in range(1, width + 1))
        for y, width in sorted(widths.items())
    )


def _text(value: object) -> str:
    """A cell's value as its sheet shows it, near enough."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime.datetime) and value.time() == datetime.time():
        return value.date().isoformat()
    text = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), str(value))
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()
