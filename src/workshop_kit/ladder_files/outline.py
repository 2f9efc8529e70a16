"""A document's blocks → statements: which headings are levels, and which are dimensions.

The rule: the innermost heading that names a level is the level; headings below it are dimensions
(the innermost is kept). Where every dimension lists the same levels again, the heading above the
level is the dimension. When no heading names a level, the outermost rank at which two headings or
more hold bullets is taken, and a remark says so.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from workshop_kit.ladder import Skipped, Statement
from workshop_kit.ladder_files.document import (
    Block,
    Document,
    Found,
    Grid,
    Item,
    Path,
    Prose,
    skip,
    together,
)
from workshop_kit.ladder_files.levels import levels_among
from workshop_kit.ladder_files.matrix import read_grid
from workshop_kit.ladder_files.sentences import has_words, statements_in

NO_LEVELS = "No heading is named as a level usually is (Senior, L4, …); taken as levels: "
NO_HEADINGS = "No heading names a level, so all statements stand together."


@dataclass(frozen=True)
class _Ranks:
    """How paths are read: by the names of levels, or else by how deep they stand."""

    names: frozenset[str] = frozenset()
    depth: int | None = None
    dimension_first: bool = False

    @property
    def unknown(self) -> bool:
        """Whether nothing is a level, so that everything stands together."""
        return not self.names and self.depth is None

    def at(self, path: Path) -> int | None:
        """Where in the path its level stands, if it has one."""
        if self.names:
            found = [n for n, heading in enumerate(path) if heading.tidy in self.names]
            return found[-1] if found else None
        return self.depth if self.depth is not None and len(path) > self.depth else None

    def split(self, path: Path) -> tuple[str | None, str]:
        """The level of a path, or None, and the dimension."""
        at = self.at(path)
        if at is None:
            return None, path[-1].tidy if path else ""
        if len(path) > at + 1:
            return path[at].tidy, path[-1].tidy
        return path[at].tidy, path[at - 1].tidy if self.dimension_first and at else ""


def read_outline(document: Document) -> Found:
    """Everything that the document says as statements, and everything that was skipped."""
    blocks = document.blocks
    ranks = _ranks([block.under for block in blocks if isinstance(block, Item | Grid)], blocks)
    found = together(_read(block, ranks) for block in blocks)
    if not found.statements and not ranks.unknown:
        found = together(_read(block, ranks, prose=True) for block in blocks)
    if not found.statements:  # a ladder in paragraphs has no bullets to find its levels by
        ranks = _ranks([block.under for block in blocks if isinstance(block, Prose)], blocks)
        if not ranks.unknown:
            found = together(_read(block, ranks, prose=True) for block in blocks)
    remarks = (*found.remarks, *_remarks(ranks, found, blocks))
    return Found(found.statements, found.skipped, found.used, remarks)


def _ranks(paths: list[Path], blocks: Iterable[Block]) -> _Ranks:
    names = levels_among(heading.tidy for path in paths for heading in path)
    if names:
        ranks = _Ranks(names)
        levels = [(path, at) for path in paths if (at := ranks.at(path))]
        above = {(path[at].tidy, path[at - 1].tidy) for path, at in levels}
        again = len(above) > len({level for level, _ in above})
        return _Ranks(names, dimension_first=again)
    if any(isinstance(block, Skipped) and "table" in block.reason for block in blocks):
        return _Ranks()  # the levels stand in a table that can't be read: guess nothing
    for depth in range(max(map(len, paths), default=0)):
        if len({path[depth].tidy for path in paths if len(path) > depth}) > 1:
            return _Ranks(depth=depth)
    return _Ranks()


def _read(block: Block, ranks: _Ranks, prose: bool = False) -> Found:
    if isinstance(block, Skipped):
        return Found(skipped=(block,))
    level, heading = ranks.split(block.under)
    if isinstance(block, Grid):
        found = read_grid(block, level, heading)
        return Found(found.statements, found.skipped, (*block.under, *found.used), found.remarks)
    if level is None and not (ranks.unknown and isinstance(block, Item) and not block.under[1:]):
        return Found(skipped=(skip(block.words, "not under a level"),))
    used = (*block.under, block.words)
    if isinstance(block, Item):
        return _statement(block, level or "", heading if level is not None else "", used)
    if not prose:
        return Found(skipped=(skip(block.words, "a paragraph, not a bullet"),))
    texts = statements_in(block.words.text)
    place = block.words.place
    return Found(
        tuple(Statement(level=level or "", heading=heading, text=t, place=place) for t in texts),
        used=used,
    )


def _statement(item: Item, level: str, heading: str, used: Path) -> Found:
    text = item.words.tidy
    if not has_words(text):
        return Found(skipped=(skip(item.words, "a bullet without words"),), used=used)
    if heading and item.lead:  # the ladder's dimension stays; the words in bold go back
        text = f"{item.lead}: {text}"
    heading = heading or item.lead
    statement = Statement(level=level, heading=heading, text=text, place=item.words.place)
    return Found((statement,), used=used)


def _remarks(ranks: _Ranks, found: Found, blocks: tuple[Block, ...]) -> tuple[str, ...]:
    if not found.statements or not any(isinstance(block, Item | Prose) for block in blocks):
        return ()
    if ranks.unknown:
        return () if any(isinstance(block, Grid) for block in blocks) else (NO_HEADINGS,)
    if ranks.names:
        return ()
    levels = dict.fromkeys(statement.level for statement in found.statements)
    return (NO_LEVELS + ", ".join(levels) + ".",)
