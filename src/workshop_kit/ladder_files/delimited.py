"""CSV, as a spreadsheet saves it → document of one grid."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter

from workshop_kit.errors import Problem
from workshop_kit.ladder_files.document import Document, Grid, Words
from workshop_kit.ladder_files.literals import cell_words

DELIMITERS = (",", ";", "\t", "|")
COLUMNS_AT_MOST = 200
ROWS_AT_MOST = 10_000

# Excel reads this first line as an instruction and doesn't show it as a row.
_SEP_LINE = re.compile(r'"?sep=([^\w\s"]|\t)"?[ ;,]*(\r\n|\r|\n|$)', re.IGNORECASE)
_ONE_COLUMN = re.compile(r'\s*"?statements?"?\s*$', re.IGNORECASE)
_NOTHING = Words("")
TOO_MANY = "too many rows"
_NO_DELIMITER = "\x1f"  # no file has it, so that a lone column keeps the commas of its sentences


def read_delimited(text: str, file: str) -> Document:
    """The document: one grid of all rows, each cell placed as a spreadsheet shows it."""
    candidates: tuple[str, ...] = DELIMITERS
    if sep := _SEP_LINE.match(text):
        candidates, text = (sep[1],), text[sep.end() :]
    elif _ONE_COLUMN.match(text.lstrip().splitlines()[0] if text.strip() else ""):
        candidates = (_NO_DELIMITER,)
    tried = [_split(text, delimiter) for delimiter in candidates]
    rows, fault = max(tried, key=lambda one: (_regularity(one[0]), not one[1]))
    if fault == TOO_MANY:
        return Document(problems=(too_many_rows(file),))
    if fault:
        return Document(problems=(Problem(file, f"row {len(rows) + 1}", *_explain(fault)),))
    if wide := next((n for n, row in enumerate(rows, 1) if len(row) > COLUMNS_AT_MOST), None):
        return Document(problems=(too_many_columns(file, f"row {wide}"),))
    return Document((Grid(_cells(rows)),))


def too_many_rows(file: str, place: str = "") -> Problem:
    """The problem of a file with more rows than any ladder has."""
    what = f"There are more than {ROWS_AT_MOST:,} rows, which no ladder has."
    return Problem(file, place, what, "Is it the right file?")


def too_many_columns(file: str, place: str) -> Problem:
    """The problem of a row with more columns than any ladder has."""
    what = f"This row has more than {COLUMNS_AT_MOST} columns, which no ladder has."
    return Problem(file, place, what, "Is it the right file?")


def _split(text: str, delimiter: str) -> tuple[list[list[str]], str]:
    """The rows, and in csv's words what stopped it, if anything did."""
    rows: list[list[str]] = []
    filled = 0
    try:
        # Strict, because a quote that is never closed would swallow the rest into one cell.
        for cells in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True):
            rows.append(cells)
            filled += any(cells)
            if filled > ROWS_AT_MOST or len(rows) > 10 * ROWS_AT_MOST:
                return rows, TOO_MANY
    except csv.Error as error:
        return rows, str(error)
    return rows, ""


def _regularity(rows: list[list[str]]) -> tuple[int, int]:
    """How well the delimiter fits: rows that have the commonest number of cells, if over one."""
    widths = Counter(len(row) for row in rows if any(cell.strip() for cell in row))
    if not widths:
        return (0, 0)
    width, count = max(widths.items(), key=lambda item: (item[1], item[0]))
    return (count, width) if width > 1 else (0, 0)


def _explain(fault: str) -> tuple[str, str]:
    if "field larger" in fault:
        what = "A cell is longer than 131,072 characters, as if a quote were never closed."
    elif "unexpected end" in fault:
        what = 'A quote (") is opened here or above and never closed.'
    else:
        what = "A quoted cell goes on after its closing quote."
    return what, 'Write quotes inside a cell twice (""), or save the file again as "CSV UTF-8".'


def _cells(rows: list[list[str]]) -> tuple[tuple[Words, ...], ...]:
    return tuple(
        tuple(
            cell_words(cell.strip(), f"row {number}, column {letters(column)}")
            if cell
            else _NOTHING
            for column, cell in enumerate(row)
        )
        for number, row in enumerate(rows, 1)
    )


def letters(column: int) -> str:
    """The name of a column as spreadsheets have it: A, B, … Z, AA."""
    rest, last = divmod(column, 26)
    return (letters(rest - 1) if rest else "") + chr(ord("A") + last)
