"""A career ladder: levels × dimensions, each cell holding statements. Frozen models, no I/O."""

from __future__ import annotations

import hashlib
from typing import Annotated

from pydantic import Field

from workshop_kit.model import Model


class Statement(Model):
    """One sentence of a ladder that says what is rewarded.

    `level` and `heading` are the ladder's own words for where it stands (`heading` is empty where
    the ladder has no dimensions of its own). `place` is where in the file: "line 31", "row 4, column C".
    """

    level: str
    heading: str = ""
    text: Annotated[str, Field(min_length=1)]
    place: str = ""

    @property
    def key(self) -> str:
        """A short name for these words at this place: 12 hex digits, the same in every file."""
        words = "\n".join((self.level, self.heading, self.text))
        return hashlib.sha1(words.encode(errors="replace"), usedforsecurity=False).hexdigest()[:12]


class Skipped(Model):
    """Something in a ladder file that was not read as a statement, with its place and the reason."""

    place: str
    text: str
    reason: str


class Ladder(Model):
    """A ladder as its file has it, in the file's own order, with what was skipped."""

    name: str
    statements: Annotated[tuple[Statement, ...], Field(min_length=1)]
    skipped: tuple[Skipped, ...] = ()

    @property
    def levels(self) -> tuple[str, ...]:
        """The names of the levels, in the document's order."""
        return tuple(dict.fromkeys(statement.level for statement in self.statements))

    @property
    def headings(self) -> tuple[str, ...]:
        """The ladder's own dimensions, in the document's order; empty where it has none."""
        found = dict.fromkeys(statement.heading for statement in self.statements)
        return tuple(heading for heading in found if heading)

    def at(self, level: str) -> tuple[Statement, ...]:
        """The statements of one level, in order."""
        return tuple(s for s in self.statements if s.level == level)
