"""What every reader makes of its file, whatever the format: blocks in the file's own order."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, TypeAlias

from workshop_kit.errors import Problem
from workshop_kit.ladder import Skipped, Statement

SHOWN_AT_MOST = 120
BLOCKS_AT_MOST = 20_000
# Control characters that are no space, soft hyphens, lone surrogates, and what is no character.
_NO_TEXT = re.compile("[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\xad\ud800-\udfff\ufeff\ufffe\uffff]")
Role: TypeAlias = Literal["", "level", "dimension"]


@dataclass(frozen=True)
class Reference:
    """What some words link to or embed. It is judged by its spelling; nobody opens it."""

    kind: Literal["image", "link"]
    target: str
    on_site: bool = False  # a path of the web site that a saved page comes from, not of this disk


@dataclass(frozen=True)
class Words:
    """Plain text with its place in the file; a line break in it is one that the author made.

    `role` is set where the file itself says what a heading is, as a key `levels` does.
    """

    text: str
    place: str = ""
    references: tuple[Reference, ...] = ()
    role: Role = ""

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
    """One table or sheet, its rows as they stand, the header among them.

    A merged cell stands at every position that it covers, as one and the same object.
    """

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
    """The text on one line, without control characters, its accents in one form (NFC)."""
    return unicodedata.normalize("NFC", " ".join(_NO_TEXT.sub("", text).split()))
