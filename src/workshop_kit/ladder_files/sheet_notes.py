"""The XML of a sheet → what openpyxl leaves out when it reads row by row."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from workshop_kit.ladder_files.archive import Attributes, walk
from workshop_kit.ladder_files.delimited import COLUMNS_AT_MOST, ROWS_AT_MOST, letters
from workshop_kit.ladder_files.document import Reference

MERGES_AT_MOST = 5_000
CELLS_AT_MOST = 200_000
NOTES_AT_MOST = 1_000
RANGES_SHOWN = 10

_CELL = re.compile(r"\$?([A-Z]{1,3})\$?(\d{1,7})", re.IGNORECASE)


@dataclass(frozen=True)
class Area:
    """Merged cells, from the first row and column to the last, counted from 1."""

    top: int
    left: int
    bottom: int
    right: int


Position = tuple[int, int]
"""Row and column, counted from 1."""


@dataclass(frozen=True)
class SheetNotes:
    """Merged cells, links by cell, formulas that gave no text, and what is hidden, in words."""

    merged: tuple[Area, ...] = ()
    links: Mapping[Position, tuple[Reference, ...]] = field(default_factory=dict)
    formulas: tuple[Position, ...] = ()
    hidden: tuple[str, ...] = ()


def sheet_notes(parts: Mapping[str, bytes], path: str) -> SheetNotes:
    """What the XML of the sheet at this path says beside its values; raises ValueError."""
    path = path.lstrip("/")
    reading = _Reading(_targets(parts, path))
    walk(parts[path], reading.start)
    columns = [_range("column", letters(a - 1), letters(b - 1)) for a, b in reading.hidden_columns]
    rows = [_range("row", str(a), str(b)) for a, b in _ranges(reading.hidden_rows)]
    hidden = [*columns[:RANGES_SHOWN], *rows[:RANGES_SHOWN]]
    formulas = tuple(reading.formulas[:NOTES_AT_MOST])
    return SheetNotes(tuple(reading.merged), reading.links, formulas, tuple(hidden))


@dataclass
class _Reading:
    """What collects while the XML goes by."""

    targets: Mapping[str, str]
    merged: list[Area] = field(default_factory=list)
    covered: int = 0
    links: dict[Position, tuple[Reference, ...]] = field(default_factory=dict)
    formulas: list[Position] = field(default_factory=list)
    hidden_rows: list[int] = field(default_factory=list)
    hidden_columns: list[Position] = field(default_factory=list)
    cell: Position | None = None

    def start(self, name: str, given: Attributes) -> None:
        if name == "c":
            # One that has text for its value has been worked out, if to nothing.
            self.cell = None if given.get("t") == "str" else _position(given.get("r", ""))
        elif name == "f" and self.cell:
            self.formulas.append(self.cell)
        elif name == "row" and given.get("hidden") in ("1", "true"):
            number = given.get("r", "")
            self.hidden_rows += [int(number)] if re.fullmatch(r"\d{1,7}", number) else []
        elif name == "col" and given.get("hidden") in ("1", "true"):
            first, last = given.get("min", ""), given.get("max", "")
            if first.isdecimal() and last.isdecimal() and int(first) <= COLUMNS_AT_MOST:
                self.hidden_columns.append((int(first), min(int(last), COLUMNS_AT_MOST)))
        elif name == "mergeCell":
            self._merge(given.get("ref", ""))
        elif name == "hyperlink":
            self._link(given)

    def _merge(self, reference: str) -> None:
        first, _, last = reference.partition(":")
        start, stop = _position(first), _position(last)
        if not start or not stop:
            return
        bottom, right = min(stop[0], ROWS_AT_MOST), min(stop[1], COLUMNS_AT_MOST)
        area = Area(start[0], start[1], bottom, right)
        self.covered += max(0, bottom - start[0] + 1) * max(0, right - start[1] + 1)
        if len(self.merged) >= MERGES_AT_MOST or self.covered > CELLS_AT_MOST:
            raise ValueError("too many merged cells")
        self.merged.append(area)

    def _link(self, given: Attributes) -> None:
        position = _position(given.get("ref", "").partition(":")[0])
        target = next((self.targets[v] for k, v in given.items() if v in self.targets), "")
        if position and target:
            self.links[position] = (Reference("link", target),)


def _targets(parts: Mapping[str, bytes], path: str) -> dict[str, str]:
    """What the sheet's links lead to, by the names that the sheet uses for them."""
    folder, name = posixpath.split(path)
    found: dict[str, str] = {}

    def start(element: str, given: Attributes) -> None:
        if element == "Relationship" and given.get("Type", "").endswith("/hyperlink"):
            found[given.get("Id", "")] = given.get("Target", "")

    relations = parts.get(f"{folder}/_rels/{name}.rels")
    if relations:
        walk(relations, start)
    return found


def _position(reference: str) -> Position | None:
    """Row and column of "B3"; None for anything else."""
    found = _CELL.fullmatch(reference)
    if not found:
        return None
    column = 0
    for letter in found[1].upper():
        column = 26 * column + ord(letter) - ord("A") + 1
    return int(found[2]), column


def _range(kind: str, first: str, last: str) -> str:
    return f"{kind} {first}" if first == last else f"{kind}s {first}–{last}"


def _ranges(numbers: Iterable[int]) -> list[Position]:
    """The numbers as ranges, each from its first to its last."""
    found: list[Position] = []
    for number in sorted(set(numbers)):
        if found and found[-1][1] == number - 1:
            found[-1] = (found[-1][0], number)
        else:
            found.append((number, number))
    return found
