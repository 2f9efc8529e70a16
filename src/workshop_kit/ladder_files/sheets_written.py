"""A ladder → CSV and Excel: one row a statement, with its level and dimension before it."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from typing import Any

from workshop_kit.ladder import Ladder
from workshop_kit.ladder_files.archive import steady
from workshop_kit.ladder_files.literals import cell_out, name_out, text_out

_WIDTHS = {"level": 26, "dimension": 26, "statement": 100}
_ESCAPE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")


def rows_of(ladder: Ladder, whole: bool = False) -> list[list[str]]:
    """The header and a row a statement; a column that would be empty is left out, unless `whole`."""
    levels = whole or any(s.level for s in ladder.statements)
    headings = whole or any(s.heading for s in ladder.statements)
    header = ["level"] * levels + ["dimension"] * headings + ["statement"]
    rows = [
        [name_out(s.level)] * levels + [name_out(s.heading)] * headings + [text_out(s.text)]
        for s in ladder.statements
    ]
    return [header, *rows]


def csv_bytes(ladder: Ladder) -> Iterator[bytes]:
    """CSV as Excel opens it without asking; a cell that starts like a formula gets an apostrophe."""
    out = io.StringIO(newline="")
    csv.writer(out).writerows([[cell_out(cell) for cell in row] for row in rows_of(ladder)])
    yield out.getvalue().encode("utf-8-sig")


def excel_bytes(ladder: Ladder) -> Iterator[bytes]:
    """A workbook of one sheet; every cell is text, and no text can become a formula."""
    from openpyxl import Workbook  # here, because other formats need not wait for its import
    from openpyxl.styles import Alignment, Font

    book = Workbook()
    sheet = book.active
    sheet.title = "Ladder"
    book.properties.title = ladder.name
    book.properties.creator = "workshop-kit"
    for y, row in enumerate(rows_of(ladder), 1):
        for x, text in enumerate(row, 1):
            cell = sheet.cell(y, x)
            put_text(cell, cell_out(text, formulas=False))
            cell.alignment = Alignment(vertical="top", wrap_text=True)
            cell.font = Font(bold=y == 1)
    for x, name in enumerate(rows_of(ladder)[0]):
        sheet.column_dimensions["ABC"[x]].width = _WIDTHS[name]
    sheet.freeze_panes = "A2"
    out = io.BytesIO()
    book.save(out)
    yield steady(out.getvalue())


def put_text(cell: Any, text: str) -> None:
    """Puts the text into a cell of openpyxl's; whatever it starts with, it is no formula."""
    # Underlines are escaped where they would read as an escape of Excel's: "_x0041_".
    cell.value = _ESCAPE.sub("_x005F_", text)
    cell.data_type = "s"
    cell.quotePrefix = True
