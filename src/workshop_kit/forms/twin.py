"""What stands in a notebook cell, with its printed twin.

A `Twin` is written once, in the Markdown of `handout` (CommonMark with tables, and `:::` divs for
cards and places to write). A printed export sets it as a page; a notebook shows it as HTML.
Words from people and from the curriculum go through `literal`, so that they mean nothing but
themselves.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Sequence
from typing import Any

from workshop_kit.markup import READERS, pandoc
from workshop_kit.variables import HTML_LATER, RENDERING

MADE_LATER = "workshop_kit_page"  # marks, in an output's metadata, a page that waits for it
TO_HTML = ("--from", READERS["twin"], "--to", "html", "--wrap=none")

_DIV = re.compile(r"^::: \{\.(lines|worksheet) (.*)\}\n:::$", re.MULTILINE)
_ATTRIBUTE = re.compile(r'(\w+)="([^"]*)"')
_BARE_DIV = re.compile(r"^:::.*$", re.MULTILINE)


def literal(text: str) -> str:
    """`text` as Markdown that shows exactly its characters; white space becomes single spaces."""
    one_line = " ".join(text.split())
    return re.sub(r"([!-/:-@\[-`{-~])", r"\\\1", one_line)


def lines(count: int, label: str = "") -> str:
    """Markdown for `count` lines to write on, at least 9 mm apart, under a small `label`."""
    return f'::: {{.lines n="{count}" label="{_attribute(label)}"}}\n:::'


def worksheet(columns: Sequence[tuple[str, int]], rows: Sequence[str], height: int = 14) -> str:
    """Markdown for a table to fill in: columns as (title, share of the width), a row's `height` in mm."""
    heads = "|".join(f"{_attribute(title)}:{share}" for title, share in columns)
    labels = "|".join(_attribute(row) for row in rows)
    return f'::: {{.worksheet columns="{heads}" rows="{labels}" height="{height}"}}\n:::'


def div(name: str, *parts: str) -> str:
    """Markdown for a div of that class: card, statement, aside, small, together, newpage, note,
    cutout, beside with column, entry, aloud, landscape, script-tree.
    """
    fence = ":" * (3 + max((_depth(part) for part in parts), default=0))
    return f"{fence} {{.{name}}}\n" + "\n\n".join(parts) + f"\n{fence}"


def bullets(items: Iterable[str]) -> str:
    """A Markdown list of plain texts."""
    return "\n".join(f"- {literal(item)}" for item in items)


def checkboxes(items: Iterable[str]) -> str:
    """A Markdown list of plain texts, each with a box to tick."""
    return "\n".join(f"- [ ] {literal(item)}" for item in items)


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table of plain texts."""
    body = ["| " + " | ".join(literal(cell) or " " for cell in row) + " |" for row in [head, *rows]]
    return "\n".join([body[0], "|" + " :--- |" * len(head), *body[1:]])


class Twin:
    """A piece of a page with two faces: `markdown` for print, HTML for the notebook."""

    def __init__(self, *parts: str) -> None:
        self.markdown = "\n\n".join(part for part in parts if part)

    def _repr_mimebundle_(self, **_: object) -> Any:
        words = {"text/markdown": self.markdown, "text/plain": self.markdown}
        if os.environ.get(RENDERING) == HTML_LATER:
            return words, {MADE_LATER: True}
        return words | {"text/html": self.html()}

    def html(self) -> str:
        """Its face on a screen."""
        out, _ = pandoc(TO_HTML, on_screen(self.markdown))
        return out


def on_screen(markdown: str) -> str:
    """The Markdown of a page for a screen, which has no dotted lines to write on.

    There is a rule for each line, and an empty table for a sheet.
    """
    return _DIV.sub(lambda found: _on_screen(found[1], found[2]), markdown)


def _on_screen(name: str, attributes: str) -> str:
    given = dict(_ATTRIBUTE.findall(attributes))
    if name == "lines":
        return "\n\n".join([literal(given.get("label", "")), *["---"] * int(given["n"])])
    heads = [column.rpartition(":")[0] for column in given["columns"].split("|")]
    blanks = [""] * (len(heads) - 1)
    return table(heads, [[row, *blanks] for row in given["rows"].split("|")])


def _attribute(text: str) -> str:
    return re.sub(r'["|{}\\\n]', " ", text)


def _depth(part: str) -> int:
    """How much longer than `:::` the fence around this part must be."""
    inner = [len(found.split(" ")[0]) for found in _BARE_DIV.findall(part)]
    return max(inner) - 2 if inner else 0
