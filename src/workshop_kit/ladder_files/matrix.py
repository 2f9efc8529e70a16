"""A grid → statements: a matrix either way round, or a long list with a `statement` column.

Which way round a matrix stands is decided by counting. The labels across the top and those down
the first column are each asked whether they name levels; the side with the greater share has the
levels. When both are equal the corner decides ("Level" means that levels stand below it), and
without such a corner levels stand across, as in most ladders.

A merged cell is one object at several positions: as a label it counts for all of them, as a text
it is taken once for each level and dimension. One that covers its row names a group of rows.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeAlias

from workshop_kit.ladder import Statement
from workshop_kit.ladder_files.document import Found, Grid, Words, skip, together, word_set
from workshop_kit.ladder_files.levels import is_level, levels_among
from workshop_kit.ladder_files.literals import name_in, text_in
from workshop_kit.ladder_files.sentences import statements_in

Row: TypeAlias = tuple[Words, ...]

NAME_WORDS = 8  # the name of a level, not a sentence about it
HEADER_ROWS = 6  # how far down the header may stand, below a title and a date
NO_LEVELS = (
    "No row or column is named as a level usually is (Senior, L4, …); "
    "the columns were taken as levels."
)

_STATEMENT = word_set("statement statements")
_TEXT = _STATEMENT | word_set("expectation expectations description behaviour behavior text")
_LEVEL = word_set("level levels grade band role title position")
_DIMENSION = word_set("dimension heading skill competency competence area category theme pillar")
_ASIDE = word_set(
    "note notes comment comments example examples link links source owner weight id no nr #"
)


def read_grid(grid: Grid, level: str | None = None, heading: str = "") -> Found:
    """The statements of a grid that stands under `level` and `heading`; one skip if it has none."""
    width = max((len(row) for row in grid.rows), default=0)
    rows = [(*row, *[Words("")] * (width - len(row))) for row in grid.rows]
    rows = [row for row in rows if any(cell.text for cell in row)]
    if not rows:
        return Found()
    at = _header_at(rows)
    titles = [skip(cell, "above the table") for row in rows[:at] for cell in _cells(row)]
    parts = _read(rows[at], rows[at + 1 :], level, heading)
    found = together([Found(skipped=tuple(titles)), *parts])
    if not found.statements:
        text = " | ".join(cell.tidy for cell in _cells(rows[0]))
        place = grid.place or next((cell.place for cell in rows[0] if cell.place), "")
        return Found(skipped=(skip(Words(text, place), "a table without statements"),))
    return found


def is_long(names: Sequence[str]) -> bool:
    """Whether columns of these names, in small letters, make a list with a statement a row."""
    if any(name in _STATEMENT for name in names):
        return True
    has_level, has_dimension = "level" in names, any(name in _DIMENSION for name in names)
    # "Level | Description" alone could be either; it comes to the same.
    return has_level and has_dimension and any(name in _TEXT or name == "name" for name in names)


def _read(header: Row, body: list[Row], level: str | None, heading: str) -> Iterator[Found]:
    names = [cell.tidy.casefold() for cell in header]
    if is_long(names):
        return _long(header, names, body, level, heading)
    across, down = _share(header[1:]), _share([row[0] for row in body])
    if level is not None and not across and not down:
        return _of_one_level(header, body, level, heading)
    if across > down or (across == down and names[0] not in _LEVEL):
        return _levels_across(header, body, heading)
    return _levels_down(header, body, heading)


def _header_at(rows: list[Row]) -> int:
    """The header's row: the first that names columns or levels, else the first with two cells."""
    top = rows[:HEADER_ROWS]
    for number, row in enumerate(top):
        names = [cell.tidy.casefold() for cell in row]
        if is_long(names) or sum(is_level(cell.tidy) for cell in _cells(row[1:])) > 1:
            return number
    several = [n for n, row in enumerate(top) if len(_cells(row)) > 1]
    return several[0] if several else 0


def _cells(row: Sequence[Words]) -> list[Words]:
    """The cells of a row that say something, each merged one once."""
    return list({id(cell): cell for cell in row if cell.tidy}.values())


def _share(labels: Sequence[Words]) -> float:
    named = [label.tidy for label in labels if label.tidy]
    levels = levels_among(named)
    return sum(name in levels for name in named) / len(named) if named else 0.0


class _Taker:
    """Takes the statements of cells; of a merged cell once for each level and dimension."""

    def __init__(self) -> None:
        self._taken: set[tuple[int, str, str]] = set()

    def take(self, cell: Words, level: str, heading: str) -> Found:
        """The statements of a cell, or why it has none."""
        if (id(cell), level, heading) in self._taken:
            return Found()
        self._taken.add((id(cell), level, heading))
        if not any(character.isalnum() for character in cell.text):
            return Found(used=(cell,))
        statements = statements_in(cell.text)
        if is_level(cell.tidy) or not statements:
            return Found(skipped=(skip(cell, "a name or a mark, not a sentence"),), used=(cell,))
        names = [s for s in statements if s.endswith(":") and s != statements[-1]]
        found = (
            Statement(level=level, heading=heading, text=s, place=cell.place)
            for s in statements
            if s not in names
        )
        over = (skip(Words(s, cell.place), "a line that names those below it") for s in names)
        return Found(tuple(found), tuple(over), used=(cell,))


def _levels_across(header: Row, body: list[Row], outer: str) -> Iterator[Found]:
    taker, heading = _Taker(), outer
    header, body = _two_names(header, body)
    labels, levels, others = _columns(header)
    if not levels_among(header[n].tidy for n in levels):
        yield Found(remarks=(NO_LEVELS,))
    for row in body:
        if _is_header(row):  # a second matrix under the first, with levels of its own
            yield Found(used=tuple(header))
            header = row
            labels, levels, others = _columns(header)
            continue
        label = next((row[n] for n in reversed(labels) if row[n].tidy), None)
        if label and not any(row[n].tidy and row[n] is not label for n in levels):
            yield Found(skipped=(skip(label, "the name of a group of rows"),), used=(label,))
            heading = label.tidy
            yield _aside(row, [n for n in others if row[n] is not label])
            continue
        if label:  # a cell left empty belongs to the label above, as merged cells are saved
            heading = label.tidy
        yield Found(used=tuple(row[n] for n in labels))
        yield together(taker.take(row[n], header[n].tidy, heading) for n in levels)
        yield _aside(row, others)
    yield Found(used=tuple(header))


def _two_names(header: Row, body: list[Row]) -> tuple[Row, list[Row]]:
    """The header with both of its names a level, where codes stand in one row, names in the next."""
    if not body or not _is_header(header) or not _is_header(body[0]):
        return header, body
    both = tuple(
        Words(f"{first.tidy} – {second.tidy}", first.place, (*first.references, *second.references))
        if first.tidy and second.tidy and first.tidy != second.tidy
        else (first if first.tidy else second)
        for first, second in zip(header, body[0], strict=True)
    )
    return both, body[1:]


def _columns(header: Row) -> tuple[list[int], list[int], list[int]]:
    """The columns that hold labels, those that hold levels, and the others."""
    named = levels_among(cell.tidy for cell in header)
    first = next((n for n, cell in enumerate(header) if cell.tidy in named), 1) or 1
    after = range(first, len(header))
    levels = [n for n in after if header[n].tidy and header[n].tidy.casefold() not in _ASIDE]
    return list(range(first)), levels, [n for n in after if n not in levels]


def _is_header(row: Row) -> bool:
    labels = [cell.tidy for cell in _cells(row[1:])]
    return len(labels) > 1 and levels_among(labels) == frozenset(labels)


def _levels_down(header: Row, body: list[Row], outer: str) -> Iterator[Found]:
    taker, level = _Taker(), ""
    others = [n for n, cell in enumerate(header) if n and cell.tidy.casefold() in _ASIDE]
    second = _second_name(header, body)
    columns = [n for n in range(1, len(header)) if n not in (*others, second)]
    for row in body:
        own = [row[0]] if second is None else [row[0], row[second]]
        if not any(row[n].tidy and row[n] is not row[0] for n in columns):
            reason = "a row without statements"
            yield Found(skipped=tuple(skip(name, reason) for name in _cells(own)))
            continue
        names = [cell.tidy for cell in _cells(own)]
        level = " – ".join(dict.fromkeys(names)) or level
        yield Found(used=tuple(own))
        for n in columns:
            yield taker.take(row[n], level, _heading(header[n], outer))
        yield _aside(row, others)
    yield Found(used=tuple(header))


def _second_name(header: Row, body: list[Row]) -> int | None:
    """The column beside the first that names the same levels again: "M2 | Engineering Manager"."""
    if len(header) < 3 or header[1].tidy.casefold() not in _LEVEL:
        return None
    names = [row[1].tidy for row in body if row[1].tidy]
    return 1 if names and all(len(name.split()) <= NAME_WORDS for name in names) else None


def _of_one_level(header: Row, body: list[Row], level: str, outer: str) -> Iterator[Found]:
    taker, heading = _Taker(), outer
    for row in body:
        if len(row) == 1:
            yield taker.take(row[0], level, _heading(header[0], outer))
            continue
        heading = row[0].tidy or heading
        yield Found(used=(row[0],))
        yield together(taker.take(c, level, heading) for c in row[1:] if c is not row[0])
    yield Found(used=tuple(header))


def _heading(label: Words, outer: str) -> str:
    return outer if label.tidy.casefold() in _TEXT else label.tidy or outer


def _long(
    header: Row, names: list[str], body: list[Row], fixed: str | None, outer: str
) -> Iterator[Found]:
    taker = _Taker()
    text = min(_found(names, _STATEMENT) or _found(names, _TEXT) or [names.index("name")])
    levels, headings = _found(names, _LEVEL)[:2], _found(names, _DIMENSION)[:1]
    read = {text, *levels, *headings}
    others = [cell for n, cell in enumerate(header) if n not in read and cell.tidy]
    yield Found(skipped=tuple(skip(cell, "a column that is not read") for cell in others))
    level = fixed or ""
    for row in body:
        given = [row[n] for n in levels if row[n].tidy]
        if given:
            level = " – ".join(dict.fromkeys(filter(None, map(name_in, given))))
        heading = name_in(row[headings[0]]) if headings else outer
        yield Found(used=tuple(row[n] for n in (*levels, *headings)))
        yield _of_row(row[text], level, heading, taker)


def _found(names: list[str], among: frozenset[str]) -> list[int]:
    return [n for n, name in enumerate(names) if name in among]


def _of_row(cell: Words, level: str, heading: str, taker: _Taker) -> Found:
    """The statement of one row: all of its sentences are one, unless the cell has lines."""
    text = text_in(cell)
    if "\n" in cell.text or text is None:
        return taker.take(cell, level, heading)
    statement = Statement(level=level, heading=heading, text=text, place=cell.place)
    return Found((statement,), used=(cell,))


def _aside(row: Row, columns: list[int]) -> Found:
    reason = "in a column that is not a level"
    return Found(skipped=tuple(skip(row[n], reason) for n in columns if row[n].tidy))
