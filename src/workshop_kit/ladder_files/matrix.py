"""A grid → statements: a matrix either way round, or a long list with a `statement` column.

Which way round a matrix stands is decided by counting. The labels across the top and those down
the first column are each asked whether they name levels; the side with the greater share has the
levels. When both are equal the corner decides ("Level" means that levels stand below it), and
without such a corner levels stand across, as in most ladders.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeAlias

from workshop_kit.ladder import Statement
from workshop_kit.ladder_files.document import Found, Grid, Words, skip, together, word_set
from workshop_kit.ladder_files.levels import is_level, levels_among
from workshop_kit.ladder_files.sentences import has_words, statements_in

Row: TypeAlias = tuple[Words, ...]

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
    titles = [skip(cell, "above the table") for row in rows[:at] for cell in row if cell.tidy]
    parts = _read(rows[at], rows[at + 1 :], level, heading)
    found = together([Found(skipped=tuple(titles)), *parts])
    if not found.statements:
        text = " | ".join(cell.tidy for cell in rows[at])
        place = grid.place or next(cell.place for cell in rows[0] if cell.place)
        return Found(skipped=(skip(Words(text, place), "a table without statements"),))
    return found


def _read(header: Row, body: list[Row], level: str | None, heading: str) -> Iterator[Found]:
    names = [cell.tidy.casefold() for cell in header]
    if _is_long(names):
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
        if _is_long(names) or sum(is_level(cell.tidy) for cell in row[1:]) > 1:
            return number
    several = [n for n, row in enumerate(top) if sum(bool(cell.tidy) for cell in row) > 1]
    return several[0] if several else 0


def _share(labels: Sequence[Words]) -> float:
    named = [label.tidy for label in labels if label.tidy]
    levels = levels_among(named)
    return sum(name in levels for name in named) / len(named) if named else 0.0


def _take(cell: Words, level: str, heading: str) -> Found:
    text = cell.tidy
    if not any(character.isalnum() for character in text):
        return Found(used=(cell,))
    statements = statements_in(cell.text)
    if is_level(text) or not statements:
        return Found(skipped=(skip(cell, "a name or a mark, not a sentence"),), used=(cell,))
    found = (Statement(level=level, heading=heading, text=s, place=cell.place) for s in statements)
    return Found(tuple(found), used=(cell,))


def _levels_across(header: Row, body: list[Row], outer: str) -> Iterator[Found]:
    labels, levels, others = _columns(header)
    heading = outer
    if not levels_among(header[n].tidy for n in levels):
        yield Found(remarks=(NO_LEVELS,))
    for row in body:
        if _is_header(row):  # a second matrix under the first, with levels of its own
            header = row
            labels, levels, others = _columns(header)
            continue
        label = next((row[n] for n in reversed(labels) if row[n].tidy), None)
        if not any(row[n].tidy for n in levels) and label:
            yield Found(skipped=(skip(label, "the name of a group of rows"),))
        if label:  # a cell left empty belongs to the label above, as merged cells are saved
            heading = label.tidy
        yield Found(used=tuple(row[n] for n in labels))
        yield together(_take(row[n], header[n].tidy, heading) for n in levels)
        yield _aside(row, others)
    yield Found(used=tuple(header))


def _columns(header: Row) -> tuple[list[int], list[int], list[int]]:
    """The columns that hold labels, those that hold levels, and the others."""
    named = levels_among(cell.tidy for cell in header)
    first = next((n for n, cell in enumerate(header) if cell.tidy in named), 1)
    after = range(first, len(header))
    levels = [n for n in after if header[n].tidy and header[n].tidy.casefold() not in _ASIDE]
    return list(range(first)), levels, [n for n in after if n not in levels]


def _is_header(row: Row) -> bool:
    labels = [cell.tidy for cell in row[1:] if cell.tidy]
    return len(labels) > 1 and all(is_level(label) for label in labels)


def _levels_down(header: Row, body: list[Row], outer: str) -> Iterator[Found]:
    others = [n for n, cell in enumerate(header) if n and cell.tidy.casefold() in _ASIDE]
    columns = [n for n in range(1, len(header)) if n not in others]
    level = ""
    for row in body:
        if not any(row[n].tidy for n in columns):
            yield Found(skipped=(skip(row[0], "a row without statements"),) if row[0].tidy else ())
            continue
        level = row[0].tidy or level
        yield Found(used=(row[0],))
        yield together(_take(row[n], level, _heading(header[n], outer)) for n in columns)
        yield _aside(row, others)
    yield Found(used=tuple(header))


def _of_one_level(header: Row, body: list[Row], level: str, outer: str) -> Iterator[Found]:
    heading = outer
    for row in body:
        if len(row) == 1:
            yield _take(row[0], level, _heading(header[0], outer))
            continue
        heading = row[0].tidy or heading
        yield Found(used=(row[0],))
        yield together(_take(cell, level, heading) for cell in row[1:])


def _heading(label: Words, outer: str) -> str:
    return outer if label.tidy.casefold() in _TEXT else label.tidy or outer


def _is_long(names: list[str]) -> bool:
    if any(name in _STATEMENT for name in names):
        return True
    has_text = any(name in _TEXT for name in names)
    # "Level | Description" alone could be either; it comes to the same.
    return has_text and "level" in names and any(name in _DIMENSION for name in names)


def _long(
    header: Row, names: list[str], body: list[Row], fixed: str | None, outer: str
) -> Iterator[Found]:
    texts = [n for n, name in enumerate(names) if name in _STATEMENT] or [
        n for n, name in enumerate(names) if name in _TEXT
    ]
    text = texts[0]
    level_at = next((n for n, name in enumerate(names) if name in _LEVEL), None)
    heading_at = next((n for n, name in enumerate(names) if name in _DIMENSION), None)
    read = {text, level_at, heading_at}
    others = [cell for n, cell in enumerate(header) if n not in read and cell.tidy]
    yield Found(skipped=tuple(skip(cell, "a column that is not read") for cell in others))
    level = fixed or ""
    for row in body:
        if level_at is not None and row[level_at].tidy:
            level = row[level_at].tidy
        heading = row[heading_at].tidy if heading_at is not None else outer
        yield Found(used=tuple(row[n] for n in (level_at, heading_at) if n is not None))
        yield _rows_statements(row[text], level, heading)


def _rows_statements(cell: Words, level: str, heading: str) -> Found:
    """The statement of one row: all of its sentences are one, unless the cell has lines."""
    if "\n" in cell.text or not has_words(cell.tidy):
        return _take(cell, level, heading)
    statement = Statement(level=level, heading=heading, text=cell.tidy, place=cell.place)
    return Found((statement,), used=(cell,))


def _aside(row: Row, columns: list[int]) -> Found:
    reason = "in a column that is not a level"
    return Found(skipped=tuple(skip(row[n], reason) for n in columns if row[n].tidy))
