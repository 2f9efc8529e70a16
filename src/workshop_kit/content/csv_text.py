"""The bytes of a CSV file, as Excel and HR systems save them → rows of cells."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Callable
from pathlib import Path

from workshop_kit.content.folders import reason
from workshop_kit.errors import Problem

BYTES_AT_MOST = 5_000_000
DELIMITERS = (",", ";", "\t", "|")

_BLANK = " ,;\t|\r\n"

_SAVE_AGAIN = 'In Excel choose File, Save As, "CSV UTF-8 (comma delimited)".'
_NOT_CSV = {
    b"PK\x03\x04": "an Excel workbook or a ZIP file",
    b"\xd0\xcf\x11\xe0": "an old Excel workbook",
    b"%PDF": "a PDF",
}
# Excel reads this first line as an instruction and doesn't show it as a row.
_SEP_LINE = re.compile(r'"?sep=([^\w\s"]|\t)"?[ ;,]*(\r\n|\r|\n|$)', re.IGNORECASE)
# A row that no file has: when it does not come out last, an open quote has swallowed it.
_END = "\uffff end of the file"


def read_text(path: Path) -> tuple[str | None, tuple[Problem, ...]]:
    """The file's text, or None, and what is to be said about its encoding; raises nothing."""
    raw = _read_bytes(path)
    if isinstance(raw, Problem):
        return None, (raw,)

    def refused(what: str) -> tuple[None, tuple[Problem, ...]]:
        return None, (Problem(path.name, "", what, _SAVE_AGAIN),)

    for magic, kind in _NOT_CSV.items():
        if raw.startswith(magic):
            return refused(f"The file is {kind}, not CSV, whatever its name says.")
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        text, encoding = _decoded(raw, "utf-16"), "UTF-16"
    else:
        text, encoding = _decoded(raw, "utf-8-sig"), "UTF-8"
    notes: tuple[Problem, ...] = ()
    if text is None and encoding == "UTF-8":
        text, encoding = _decoded(raw, "cp1252"), "UTF-8 or Windows-1252"
        what = "The file is not UTF-8 and was read as Windows-1252."
        fix = 'If names look wrong, save it in Excel as "CSV UTF-8".'
        notes = (Problem(path.name, "", what, fix, "note"),)
    if text is None:
        return refused(f"The file is not {encoding} text.")
    if "\0" in text:
        return refused("The file holds NUL characters, so it is not a plain CSV file.")
    return text, notes


def split_rows(
    text: str, file: str, known_headings: Callable[[list[str]], int]
) -> tuple[list[list[str]], str, tuple[Problem, ...]]:
    """Every row's cells, blank rows included, the delimiter, and why a row can't be split.

    The delimiter is the one that gives the most known headings, unless a `sep=` line names it.
    """
    if sep := _SEP_LINE.match(text):
        delimiter, text = sep[1], text[sep.end() :]
    else:
        heads = {d: _first_row(text, d) for d in DELIMITERS}
        delimiter = max(DELIMITERS, key=lambda d: (known_headings(heads[d]), len(heads[d])))
    rows: list[list[str]] = []
    try:
        for cells in csv.reader(io.StringIO(f"{text}\n{_END}", newline=""), delimiter=delimiter):
            rows.append(cells)
    except csv.Error:  # a cell longer than 131,072 characters
        what = "A cell of this row is far too long, as if a quote were never closed."
        return [], delimiter, (_unclosed(file, len(rows) + 1, what),)
    if rows[-1] != [_END]:
        what = 'A quote (") is opened in this row and never closed.'
        return [], delimiter, (_unclosed(file, len(rows), what),)
    return rows[:-1], delimiter, ()


def _unclosed(file: str, row: int, what: str) -> Problem:
    return Problem(file, f"row {row}", what, 'Add the closing ", or delete the opening one.')


def _first_row(text: str, delimiter: str) -> list[str]:
    try:
        rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        return next((cells for cells in rows if any(cell.strip(_BLANK) for cell in cells)), [])
    except csv.Error:
        return []


def _read_bytes(path: Path) -> bytes | Problem:
    try:
        if not path.is_file():
            missing = "This is not a file." if path.exists() else "The file is missing."
            return Problem(path.name, "", missing, "Put a CSV file with one row a team there.")
        raw = path.read_bytes() if path.stat().st_size <= BYTES_AT_MOST else None
    except OSError as error:
        what = f"The file can't be read ({reason(error)})."
        return Problem(path.name, "", what, "Close it in Excel and check its rights.")
    if raw is None:
        fix = "Is it the right file? It needs one row a team."
        return Problem(path.name, "", "The file is larger than 5 MB.", fix)
    return raw


def _decoded(raw: bytes, encoding: str) -> str | None:
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError:
        return None
