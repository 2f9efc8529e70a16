"""What every reader makes of its file, whatever the format: blocks in the file's own order."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, TypeAlias

from workshop_kit.errors import Problem
from workshop_kit.ladder import Skipped, Statement

SHOWN_AT_MOST = 120


@dataclass(frozen=True)
class Reference:
    """What some words link to or embed. It is judged by its spelling; nobody opens it."""

    kind: Literal["image", "link"]
    target: str


@dataclass(frozen=True)
class Words:
    """Plain text with its place in the file; a line break in it is one that the author made."""

    text: str
    place: str = ""
    references: tuple[Reference, ...] = ()

    @property
    def tidy(self) -> str:
        """The text on one line."""
        return tidy(self.text)


Path: TypeAlias = tuple[Words, ...]
"""The headings that something stands under, the outermost first."""


@dataclass(frozen=True)
class Item:
    """One bullet. `lead` is what stood in bold before a colon: "**Adopts**: learns the tools"."""

    words: Words
    under: Path = ()
    lead: str = ""


@dataclass(frozen=True)
class Prose:
    """One paragraph."""

    words: Words
    under: Path = ()


@dataclass(frozen=True)
class Grid:
    """One table or sheet, its rows as they stand, the header among them."""

    rows: tuple[tuple[Words, ...], ...]
    place: str = ""
    under: Path = ()


Block: TypeAlias = Item | Prose | Grid | Skipped


@dataclass(frozen=True)
class Document:
    """A file, taken apart. With an error among its `problems` the blocks are not worth reading."""

    blocks: tuple[Block, ...] = ()
    problems: tuple[Problem, ...] = ()
    title: str = ""


@dataclass(frozen=True)
class Found:
    """What was understood of a document or a part of it; `used` are the words that were taken."""

    statements: tuple[Statement, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    used: tuple[Words, ...] = ()
    remarks: tuple[str, ...] = ()


def together(parts: Iterable[Found]) -> Found:
    """All parts as one, in their order."""
    listed = list(parts)
    return Found(
        tuple(statement for part in listed for statement in part.statements),
        tuple(skipped for part in listed for skipped in part.skipped),
        tuple(words for part in listed for words in part.used),
        tuple(dict.fromkeys(remark for part in listed for remark in part.remarks)),
    )


def word_set(words: str) -> frozenset[str]:
    """The words of a text, as a set."""
    return frozenset(words.split())


def skip(words: Words, reason: str) -> Skipped:
    """A note that these words were not read, with enough of them to be found again."""
    return Skipped(place=words.place, text=shorten(words.text), reason=reason)


def shorten(text: str) -> str:
    """The start of a text on one line, short enough for a message."""
    line = tidy(text)
    return line if len(line) <= SHOWN_AT_MOST else line[: SHOWN_AT_MOST - 1].rstrip() + "…"


def tidy(text: str) -> str:
    """The text on one line, without control characters."""
    line = " ".join(text.split())
    return "".join(c for c in line if unicodedata.category(c) not in ("Cc", "Cs") and c != "\ufeff")
