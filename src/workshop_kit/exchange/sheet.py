"""A survey's export, .csv or .xlsx → its headings and rows of text."""

from __future__ import annotations

import datetime
import io
import warnings
from pathlib import Path

from workshop_kit.content.csv_text import read_text, split_rows
from workshop_kit.content.names import quoted
from workshop_kit.content.yaml_words import did_you_mean
from workshop_kit.errors import InputError, Problem
from workshop_kit.exchange.cells import folded
from workshop_kit.ladder_files.archive import open_archive

BYTES_AT_MOST = 5_000_000
ROWS_AT_MOST = 10_000
HEADINGS_SHOWN = 30
_AGAIN = "Download it again from the survey's answers, as .xlsx or .csv."

Row = tuple[int, dict[str, str]]


def read_sheet(path: Path, wanted: tuple[str, ...]) -> tuple[list[Row], tuple[Problem, ...]]:
    """The number, and the texts by heading, of each row that has something in it; and notes.

    Raises InputError for a file that can't be read, a heading that stands twice, or one of `wanted`
    that is missing.
    """
    if refused := _refused(path):
        raise InputError([refused])
    notes: tuple[Problem, ...] = ()
    if path.suffix.lower() == ".xlsx":
        rows = _from_excel(path)
    else:
        rows, notes = _from_csv(path, wanted)
    filled = [(n, row) for n, row in enumerate(rows, 1) if any(cell.strip() for cell in row)]
    if not filled:
        raise InputError([Problem(path.name, "", "The file is empty.", _AGAIN)])
    places = _places(*filled[0], wanted, path.name)
    found = [
        (number, {name: _plain(row[at]) if at < len(row) else "" for name, at in places.items()})
        for number, row in filled[1:]
    ]
    return found, notes


def _places(row: int, cells: list[str], wanted: tuple[str, ...], file: str) -> dict[str, int]:
    """Where each of the headings stands."""
    place = f"row {row}"
    head = [folded(cell) for cell in cells]
    there = [quoted(cell) for cell in cells if cell.strip()]
    more = f" and {len(there) - HEADINGS_SHOWN} more" if len(there) > HEADINGS_SHOWN else ""
    problems = []
    for name in wanted:
        if folded(name) not in head:
            listed = f"There are: {', '.join(there[:HEADINGS_SHOWN])}{more}."
            fix = did_you_mean(name, cells) or listed
            what = f"There is no column {quoted(name)}."
            problems.append(Problem(file, place, what, fix))
        elif head.count(folded(name)) > 1:
            what = f"The heading {quoted(name)} stands twice."
            problems.append(Problem(file, place, what, "Rename one of them."))
    if problems:
        raise InputError(problems)
    return {name: head.index(folded(name)) for name in wanted}


def _refused(path: Path) -> Problem | None:
    try:
        if not path.is_file():
            what = "This is not a file." if path.exists() else "The file is missing."
            fix = "Name the file that you downloaded from the survey."
            return Problem(path.name, "", what, fix)
        if path.stat().st_size > BYTES_AT_MOST:
            return Problem(path.name, "", "The file is larger than 5 MB.", "Is it the right file?")
        path.open("rb").close()
    except OSError as error:
        what = f"The file can't be read ({error.strerror or type(error).__name__})."
        return Problem(path.name, "", what, "Close it in Excel and check its rights.")
    return None


def _from_csv(path: Path, wanted: tuple[str, ...]) -> tuple[list[list[str]], tuple[Problem, ...]]:
    text, notes = read_text(path)
    if text is None:
        raise InputError(notes)
    known = {folded(name) for name in wanted}
    rows, _, faults = split_rows(
        text, path.name, lambda cells: sum(folded(cell) in known for cell in cells)
    )
    if faults:
        raise InputError(faults)
    return rows, notes


def _from_excel(path: Path) -> list[list[str]]:
    archive = open_archive(path.read_bytes(), path.name)
    if isinstance(archive, Problem):
        raise InputError([archive])
    from openpyxl import load_workbook

    try:
        with warnings.catch_warnings():  # of styles, which matter to nobody here
            warnings.simplefilter("ignore")
            packed = io.BytesIO(archive.packed())
            book = load_workbook(packed, read_only=True, data_only=True, keep_links=False)
            sheet = book.worksheets[0]
            sheet.reset_dimensions()
            rows = []
            for row in sheet.iter_rows(values_only=True):
                rows.append([_text(cell) for cell in row])
                if len(rows) > ROWS_AT_MOST:
                    what = f"There are more than {ROWS_AT_MOST:,} rows."
                    raise InputError([Problem(path.name, "", what, "Is it the right file?")])
            return rows
    except (InputError, MemoryError):
        raise
    except Exception as error:  # openpyxl stumbles over broken files with any kind of exception
        what = "The workbook is damaged, so it can't be opened."
        raise InputError([Problem(path.name, "", what, _AGAIN)]) from error


def _text(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime.datetime):
        return cell.isoformat(sep=" ", timespec="minutes")
    return str(cell)


def _plain(cell: str) -> str:
    """The cell with its line breaks in one form; Excel writes those of Windows as _x000D_."""
    return "\n".join(cell.replace("_x000D_", "").splitlines()).strip()
