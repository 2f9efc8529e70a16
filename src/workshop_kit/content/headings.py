"""The headings of teams.csv → which column holds what, and everything that is odd about them."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from text_unidecode import unidecode

from workshop_kit.content.names import clean, quoted
from workshop_kit.content.yaml_words import did_you_mean
from workshop_kit.errors import Problem

REQUIRED = ("team", "leader", "size", "ladder")

_ALIASES = {
    "team": ("team", "teams", "team name"),
    "leader": ("leader", "leaders", "leader name", "lead", "team lead", "team leader", "manager"),
    "size": ("size", "sizes", "team size", "headcount", "head count", "people"),
    "ladder": ("ladder", "ladders", "ladder file", "career ladder", "career ladders"),
    "slug": ("slug",),
}
_KNOWN = {alias: heading for heading, aliases in _ALIASES.items() for alias in aliases}

# Cyrillic and Greek letters by their looks. unidecode goes by sound, and hears an r in Cyrillic er.
_LOOK_ALIKES = str.maketrans(
    "аеорсухѕіјԁһӏмтнкв" + "αεορυνικτχ",
    "aeopcyxsijdhlmthkb" + "aeopuviktx",
)


@dataclass(frozen=True)
class Columns:
    """Where the known headings stand: `at["size"]` is a column's number, from 0."""

    at: Mapping[str, int]
    width: int


def heading_of(cell: str) -> str | None:
    """Which known heading a cell is, whatever its case, spaces and invisible characters."""
    return _KNOWN.get(_folded(cell))


def count_known(cells: list[str]) -> int:
    """How many cells are known headings, or look like one."""
    return sum(heading_of(cell) is not None or bool(_look_alike(cell)) for cell in cells)


def read_headings(cells: list[str], file: str, row: int) -> tuple[Columns, tuple[Problem, ...]]:
    """Which column holds what, and the problems of the heading row."""
    columns: dict[str, list[int]] = {}
    look_alikes: dict[int, str] = {}
    unknown: list[int] = []
    for number, cell in enumerate(cells):
        if heading := heading_of(cell):
            columns.setdefault(heading, []).append(number)
        elif heading := _look_alike(cell):
            look_alikes[number] = heading
        elif clean(cell):
            unknown.append(number)
    found = {*columns, *look_alikes.values()}
    where = f"row {row}"
    problems = [
        *_missing(cells, unknown, found, file, where),
        *(_repeated(cells, h, at, file, where) for h, at in columns.items() if len(at) > 1),
        *(_odd_letter(cells[at], at, h, file, where) for at, h in look_alikes.items()),
        *(_unread(cells, unknown, file, where) if found.issuperset(REQUIRED) else ()),
    ]
    once = {heading: at[0] for heading, at in columns.items() if len(at) == 1}
    return Columns(once, len(cells)), tuple(problems)


def column_name(number: int) -> str:
    """The letters a spreadsheet shows above a column, from 0: A, B, … Z, AA."""
    higher, last = divmod(number, 26)
    return (column_name(higher - 1) if higher else "") + chr(ord("A") + last)


def _folded(cell: str) -> str:
    compatible = unicodedata.normalize("NFKC", cell)
    visible = "".join(c for c in compatible if unicodedata.category(c) != "Cf")
    return " ".join(visible.replace("_", " ").split()).strip(" :*").casefold()


def _look_alike(cell: str) -> str | None:
    folded = _folded(cell)
    if folded.isascii():
        return None
    return _KNOWN.get(folded.translate(_LOOK_ALIKES)) or _KNOWN.get(unidecode(folded).strip())


def _missing(
    cells: list[str], unknown: list[int], found: set[str], file: str, where: str
) -> list[Problem]:
    missing = [heading for heading in REQUIRED if heading not in found]
    if not missing:
        return []
    absent = (
        f"The column {missing[0]} is missing"
        if len(missing) == 1
        else f"The columns {', '.join(missing)} are missing"
    )
    seen = ", ".join(quoted(cell, 30) for cell in cells if clean(cell))
    hints = [(cells[n], did_you_mean(_folded(cells[n]), missing)) for n in unknown]
    near = " ".join(f"{quoted(cell, 30)}: {hint}" for cell, hint in hints if hint)
    fix = near or f"The first row must name {', '.join(REQUIRED)}."
    return [Problem(file, where, f"{absent}; found: {seen}.", fix)]


def _repeated(cells: list[str], heading: str, at: list[int], file: str, where: str) -> Problem:
    named = [f"{column_name(number)} {quoted(cells[number], 30)}" for number in at]
    what = f"Columns {', '.join(named[:-1])} and {named[-1]} could all be the {heading}."
    if len(named) == 2:
        what = what.replace("could all be", "could both be")
    return Problem(file, where, what, "Rename or delete the one that is not meant.")


def _odd_letter(cell: str, number: int, heading: str, file: str, where: str) -> Problem:
    odd = next(c for c in unicodedata.normalize("NFKC", cell) if not c.isascii())
    name = unicodedata.name(odd, f"U+{ord(odd):04X}").lower()
    what = (
        f'The heading {quoted(cell, 30)} in column {column_name(number)} looks like "{heading}" '
        f'but holds "{odd}" ({name}).'
    )
    return Problem(file, where, what, f'Type the heading again: "{heading}".')


def _unread(cells: list[str], unknown: list[int], file: str, where: str) -> list[Problem]:
    if not unknown:
        return []
    named = ", ".join(quoted(cells[number], 30) for number in unknown[:12])
    more = f" and {len(unknown) - 12} more" if len(unknown) > 12 else ""
    columns, them = ("columns", "them") if len(unknown) > 1 else ("column", "it")
    what = f"The kit does not read the {columns} {named}{more}."
    fix = f"Nothing to do; delete {them} if the folder will be passed on."
    return [Problem(file, where, what, fix, "note")]
