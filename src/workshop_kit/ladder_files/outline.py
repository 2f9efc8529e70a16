"""A document's blocks → statements: which headings are levels, and which are dimensions.

The rule: the innermost heading that names a level is the level; headings below it are dimensions
(the innermost is kept). Where every dimension lists the same levels again, the heading above the
level is the dimension. When no heading names a level, the outermost rank at which two headings or
more hold bullets is taken, and a remark says so: but not beside a table that has levels of its own.
Where the file says itself what is a level and what a dimension, as keys of YAML do, that counts.
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
NOWHERE = "\0"  # no heading is called so
NO_HEADINGS = "No heading names a level, so all statements stand together."


@dataclass(frozen=True)
class _Ranks:
    """How paths are read: by what the file says, by the names of levels, or by how deep they stand."""

    said: bool = False
    names: frozenset[str] = frozenset()
    depth: int | None = None
    dimension_first: bool = False

    @property
    def unknown(self) -> bool:
        """Whether nothing is a level, so that everything stands together."""
        return not self.said and not self.names and self.depth is None

    def at(self, path: Path) -> int | None:
        """Where in the path its level stands, if it has one."""
        if self.said:
            found = [n for n, heading in enumerate(path) if heading.role == "level"]
            return found[-1] if found else None
        if self.names:
            found = [n for n, heading in enumerate(path) if heading.tidy in self.names]
            return found[-1] if found else None
        return self.depth if self.depth is not None and len(path) > self.depth else None

    def split(self, path: Path) -> tuple[str | None, str]:
        """The level of a path, or None, and the dimension."""
        at = self.at(path)
        named = [heading.tidy for heading in path if heading.role == "dimension"]
        if at is None:
            return None, path[-1].tidy if path else ""
        if len(path) > at + 1 or not named:
            below = path[-1].tidy if len(path) > at + 1 else ""
            above = path[at - 1].tidy if self.dimension_first and at else ""
            return path[at].tidy, below or above
        return path[at].tidy, named[-1]


def read_outline(document: Document) -> Found:
    """Everything that the document says as statements, and everything that was skipped."""
    blocks = document.blocks
    with_grids = [block.under for block in blocks if isinstance(block, Item | Grid)]
    ranks = _ranks(with_grids, blocks)
    found = together(_together_grouped(blocks, ranks))
    if not found.statements and not ranks.unknown:
        found = together(_read(block, ranks, prose=True) for block in blocks)
    if not found.statements:  # a ladder in paragraphs has no bullets to find its levels by
        ranks = _ranks([block.under for block in blocks if isinstance(block, Prose)], blocks)
        if not ranks.unknown:
            found = together(_read(block, ranks, prose=True) for block in blocks)
    remarks = (*found.remarks, *_remarks(ranks, found, blocks))
    return Found(found.statements, found.skipped, found.used, remarks)


def _together_grouped(blocks: tuple[Block, ...], ranks: _Ranks) -> list[Found]:
    """What each block says. Where two tables have a dimension of one name, theirs goes before it."""
    found = [_read(block, ranks) for block in blocks]
    groups: dict[str, set[str]] = {}
    for block, said in zip(blocks, found, strict=True):
        if isinstance(block, Grid) and block.under and ranks.at(block.under) is None:
            for statement in said.statements:
                groups.setdefault(statement.heading, set()).add(block.under[-1].tidy)
    shared = {heading for heading, names in groups.items() if len(names) > 1}
    if not shared:
        return found
    return [
        _in_group(said, block.under[-1].tidy, shared)
        if isinstance(block, Grid) and block.under and ranks.at(block.under) is None
        else said
        for block, said in zip(blocks, found, strict=True)
    ]


def _in_group(found: Found, group: str, shared: set[str]) -> Found:
    statements = (
        s.model_copy(update={"heading": f"{group}: {s.heading}" if s.heading else group})
        if s.heading in shared
        else s
        for s in found.statements
    )
    return Found(tuple(statements), found.skipped, found.used, found.remarks)


def _ranks(paths: list[Path], blocks: Iterable[Block]) -> _Ranks:
    said = any(heading.role == "level" for path in paths for heading in path)
    names = levels_among(heading.tidy for path in paths for heading in path)
    if said or names:
        ranks = _Ranks(said=said, names=names)
        levels = [(path, at) for path in paths if (at := ranks.at(path))]
        above = {(path[at].tidy, path[at - 1].tidy) for path, at in levels}
        again = len(above) > len({level for level, _ in above})
        return _Ranks(said=said, names=names, dimension_first=again)
    if any(_has_levels(block) for block in blocks):
        return _Ranks(names=frozenset({NOWHERE}))  # the levels stand in a table: guess no others
    for depth in range(max(map(len, paths), default=0)):
        here = [path[depth] for path in paths if len(path) > depth]
        if len({heading.tidy for heading in here if heading.role != "dimension"}) > 1:
            return _Ranks(depth=depth)
    return _Ranks()


def _has_levels(block: Block) -> bool:
    found = read_grid(block) if isinstance(block, Grid) else Found()
    return bool(found.statements) and any(statement.level for statement in found.statements)


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
    if ranks.names or ranks.said:
        return ()
    levels = dict.fromkeys(statement.level for statement in found.statements)
    return (NO_LEVELS + ", ".join(levels) + ".",)
