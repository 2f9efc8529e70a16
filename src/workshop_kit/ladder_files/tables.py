"""pandoc's tables → grids; tables that only lay out a page → what stands in their cells."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, TypeAlias

from workshop_kit.ladder_files.document import Grid, Path, Words
from workshop_kit.ladder_files.inlines import SPACE, Node, words_of
from workshop_kit.ladder_files.position import line_of

SPAN_AT_MOST = 200
CELLS_AT_MOST = 200_000

Cell: TypeAlias = list[Any]
"""A cell of pandoc's: attributes, alignment, how many rows and columns it takes, blocks."""

Span: TypeAlias = tuple[Words, int, int]
"""The words of a cell, and over how many rows and columns it goes."""

_TEXTS = ("Plain", "Para", "Header")
_LISTS = ("BulletList", "OrderedList", "DefinitionList")


class TooLarge(ValueError):
    """A table with more cells than any ladder has."""


def rows_of(table: Node) -> list[list[Cell]]:
    """The cells of a table, row by row, its head and foot among them; each cell as [attr, …]."""
    _attr, _caption, _columns, head, bodies, foot = table["c"]
    sections = [head[1], *(rows for body in bodies for rows in (body[2], body[3])), foot[1]]
    return [row[1] for section in sections for row in section]


def is_layout(rows: list[list[Cell]]) -> bool:
    """Whether a table only arranges a page: one cell, tables in cells, or sections in them."""
    cells = [cell[4] for row in rows for cell in row]
    kinds = [[node["t"] for node in opened(blocks)] for blocks in cells]
    sections = any("Header" in inside and len(inside) > 1 for inside in kinds)
    return len(cells) == 1 or sections or any("Table" in inside for inside in kinds)


def grid_of(table: Node, line: int, under: Path) -> Grid:
    """The grid of a table. Its rows are named by their lines, where they have any."""
    rows = rows_of(table)
    start = f"line {line}, " if line else ""
    lined = any(line_of(row) for row in rows)
    places = []
    for number, row in enumerate(rows, 1):
        line = (line_of(row) or line + 1) if lined else line
        places.append(f"line {line}" if lined else f"{start}row {number}")
    spans = [[_cell(cell) for cell in row] for row in rows]
    return Grid(spread(spans, places), places[0] if places else "", under)


def spread(rows: Sequence[Sequence[Span]], places: Sequence[str]) -> tuple[tuple[Words, ...], ...]:
    """The rows, placed, with each merged cell at every position it covers; raises TooLarge."""
    taken: dict[tuple[int, int], Words] = {}
    for at, row in enumerate(rows):
        column = 0
        for words, down, across in row:
            while (at, column) in taken:
                column += 1
            placed = replace(words, place=f"{places[at]}, cell {column + 1}")
            for y in range(at, min(at + max(down, 1), len(rows))):
                for x in range(column, column + min(max(across, 1), SPAN_AT_MOST)):
                    taken.setdefault((y, x), placed)
            if len(taken) > CELLS_AT_MOST:
                raise TooLarge("too many cells")
    widths = [0] * len(rows)
    for y, x in taken:
        widths[y] = max(widths[y], x + 1)
    nothing = Words("")
    return tuple(
        tuple(taken.get((y, x), nothing) for x in range(width)) for y, width in enumerate(widths)
    )


def opened(blocks: list[Node]) -> Iterator[Node]:
    """The blocks, those inside of divisions among them."""
    for node in blocks:
        if node["t"] == "Div":
            yield from opened(node["c"][1])
        else:
            yield node


def _cell(cell: Cell) -> Span:
    _attr, _alignment, down, across, blocks = cell
    listed = any(node["t"] in _LISTS for node in opened(blocks))
    parts = [(words, mark) for words, mark in _parts(blocks) if words.text]
    lines = [
        f"• {words.tidy}" if mark else _marked(words.text) if listed else words.text
        for words, mark in parts
    ]
    references = tuple(r for words, _ in parts for r in words.references)
    return Words("\n".join(lines), "", references), int(down), int(across)


def _marked(text: str) -> str:
    """Lines beside a list, each as one more bullet: else it would seem to go on with the last."""
    return "\n".join(f"• {line.strip()}" for line in text.splitlines() if line.strip())


def _parts(blocks: list[Node]) -> Iterator[tuple[Words, bool]]:
    """The words of each paragraph and bullet, and whether it is a bullet."""
    for node in opened(blocks):
        content: Any = node.get("c")
        match node["t"], content:
            case "Plain" | "Para", inlines:
                yield words_of(inlines), False
            case "Header", [_, _, inlines]:
                yield words_of(inlines), False
            case "CodeBlock", [_, str(text)]:
                yield Words(text), False
            case "BlockQuote", inside:
                yield from _parts(inside)
            case "LineBlock", lines:
                yield (
                    words_of([i for inlines in lines for i in [*inlines, {"t": "LineBreak"}]]),
                    False,
                )
            case "BulletList", items:
                for item in items:
                    yield from _bullet(item)
            case "OrderedList", [_, items]:
                for item in items:
                    yield from _bullet(item)
            case "DefinitionList", entries:
                for term, definitions in entries:
                    yield words_of(term), False
                    for definition in definitions:
                        yield from _bullet(definition)
            case "Table", _:
                for row in rows_of(node):
                    for cell in row:
                        yield from _parts(cell[4])


def _bullet(item: list[Node]) -> Iterator[tuple[Words, bool]]:
    inside = list(opened(item))
    own = [n for n in inside if n["t"] in _TEXTS]
    inlines: list[Node] = [
        i for n in own for i in [*(n["c"][2] if n["t"] == "Header" else n["c"]), SPACE]
    ]
    if inlines:
        yield words_of(inlines), True
    yield from _parts([n for n in inside if n["t"] not in _TEXTS])
