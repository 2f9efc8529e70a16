"""Names for places in a document that has no lines: "bullet 3 under Craft", "table 2, row 4"."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from workshop_kit.ladder import Skipped
from workshop_kit.ladder_files.document import Block, Grid, Item, Path, Prose, Words, shorten


def placed(blocks: Iterable[Block]) -> tuple[Block, ...]:
    """The same blocks, each with a place by which a reader finds it again."""
    counted: Counter[tuple[str, str]] = Counter()
    found: list[Block] = []
    under: Path = ()
    for block in blocks:
        under = under if isinstance(block, Skipped) else block.under
        heading = f" under {shorten(under[-1].text)}" if under else ""
        match block:
            case Item():
                place = _next("bullet", heading, counted)
                found.append(replace(block, words=replace(block.words, place=place)))
            case Prose():
                place = _next("paragraph", heading, counted)
                found.append(replace(block, words=replace(block.words, place=place)))
            case Grid():
                found.append(in_table(block, _next("table", "", counted)))
            case Skipped():
                place = block.place or heading.strip() or "before the first heading"
                found.append(block.model_copy(update={"place": place}))
    return tuple(found)


def in_table(grid: Grid, table: str) -> Grid:
    """The grid, its cells placed in a table of that name; merged cells stay one object."""
    moved: dict[int, Words] = {}
    for row in grid.rows:
        for cell in row:
            moved.setdefault(id(cell), replace(cell, place=f"{table}, {cell.place}"))
    rows = tuple(tuple(moved[id(cell)] for cell in row) for row in grid.rows)
    return replace(grid, rows=rows, place=table)


def _next(kind: str, heading: str, counted: Counter[tuple[str, str]]) -> str:
    counted[kind, heading] += 1
    return f"{kind} {counted[kind, heading]}{heading}"
