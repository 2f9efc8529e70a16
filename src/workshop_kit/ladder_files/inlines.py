"""pandoc's inlines → words, with what they link to or embed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, TypeAlias

from workshop_kit.ladder_files.document import Reference, Words, tidy
from workshop_kit.ladder_files.references import is_tag, references_in_tag

Node: TypeAlias = dict[str, Any]

SPACE: Node = {"t": "Space"}
_BREAKS = re.compile(r"<(?:br|/?p|/li|/div)\b", re.IGNORECASE)
_BULLET = re.compile(r"<li\b", re.IGNORECASE)


def words_of(inlines: list[Node], line: int = 0) -> Words:
    """The inlines without their markup, placed at a line where there are lines (0: none)."""
    references: list[Reference] = []
    text = _text(inlines, references).strip()
    return Words(text, f"line {line}" if line else "", tuple(references))


def unwrapped(inlines: list[Node]) -> Iterator[Node]:
    """The inlines, those inside of spans (as `sourcepos` makes them) among them."""
    for inline in inlines:
        if inline["t"] == "Span":
            yield from unwrapped(inline["c"][1])
        else:
            yield inline


def notes_in(inlines: list[Node]) -> Iterator[str]:
    """The words of the footnotes that are set inside of inlines."""
    for inline in unwrapped(inlines):
        if inline["t"] == "Note":
            yield plain(inline["c"])
        elif inline["t"] in ("Emph", "Strong", "Underline", "Strikeout"):
            yield from notes_in(inline["c"])


def plain(node: Any) -> str:
    """All the words inside of a node, whatever it is, on one line."""
    return tidy("".join(_plain(node)))


def _plain(node: Any) -> Iterator[str]:
    if isinstance(node, list):
        for part in node:
            yield from _plain(part)
    elif isinstance(node, dict):
        kind: Any = node.get("t")
        content: Any = node.get("c")
        if kind == "Str":
            yield str(content)
        elif kind in ("Code", "CodeBlock", "Math"):
            yield str(content[1])
        elif kind in ("Space", "SoftBreak", "LineBreak"):
            yield " "
        elif kind not in ("RawInline", "RawBlock"):
            yield from _plain(content)
            yield " " if kind in ("Para", "Plain", "Header") else ""


def _text(inlines: list[Node], references: list[Reference]) -> str:
    """The inlines without their markup; what they link to or embed is added to the references."""
    written = []
    for inline in unwrapped(inlines):
        content = inline.get("c")
        match inline["t"], content:
            case "Str", str(text):
                written.append(text)
            case "LineBreak", _:
                written.append("\n")
            case "RawInline", [_, str(tag)]:
                references += references_in_tag(tag)
                written.append(_said_by(tag))
            case (("Code" | "Math"), [_, str(text)]):
                written.append(text)
            case ("Link" | "Image") as kind, [[_, classes, _], list(inner), [str(target), _]]:
                on_site = "on-site" in classes
                references.append(Reference("link" if kind == "Link" else "image", target, on_site))
                written.append(_text(inner, references))
            case "Quoted", [{"t": str(kind)}, list(inner)]:
                mark = "'" if kind == "SingleQuote" else '"'
                written.append(f"{mark}{_text(inner, references)}{mark}")
            case "Note", _:
                pass  # `notes_in` lists it
            case "Cite", [_, list(inner)]:
                written.append(_text(inner, references))
            case _, list(inner):  # emphasis, strong, struck out
                written.append(_text(inner, references))
            case _:  # spaces
                written.append(" ")
    return "".join(written)


def _said_by(tag: str) -> str:
    """What a tag of HTML in the middle of words stands for."""
    if _BULLET.match(tag):
        return "\n• "
    return "\n" if _BREAKS.match(tag) else "" if is_tag(tag) else tag
