"""Nodes of pandoc's document tree: made, read, and headings put in order."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Any, TypeAlias

Node: TypeAlias = dict[str, Any]
Blocks: TypeAlias = list[Node]

NO_ATTR: list[Any] = ["", [], []]
# Nodes that hold no others: most of a tree, so that to pass them over saves most of a walk.
LEAVES = {
    *("Str", "Space", "SoftBreak", "LineBreak", "Code", "Math", "RawInline"),
    *("CodeBlock", "RawBlock", "HorizontalRule"),
}


def is_attr(content: list[Any]) -> bool:
    """Whether this is what pandoc keeps of a node beside its content: an id, classes, pairs."""
    return (
        len(content) == 3
        and isinstance(content[0], str)
        and isinstance(content[1], list)
        and isinstance(content[2], list)
        and all(isinstance(c, str) for c in content[1])
        and all(isinstance(pair, list) and len(pair) == 2 for pair in content[2])
    )


def typst_string(text: str) -> str:
    """`text` as a Typst string literal, whatever it holds."""
    safe = "".join(c if c.isprintable() else f"\\u{{{ord(c):x}}}" for c in _escaped(text))
    return f'"{safe}"'


def _escaped(text: str) -> str:
    lone = text.encode("utf-8", "replace").decode("utf-8")
    return re.sub(r"\s+", " ", lone).replace("\\", "\\\\").replace('"', '\\"')


def call_block(code: str) -> Node:
    """A block that calls a function of the template."""
    return {"t": "RawBlock", "c": ["typst", code]}


def data_call(function: str, data: object) -> Blocks:
    """A call of a function of the template, which reads the data from the block that it is given."""
    # One line of JSON without a backtick can't close the fence, whatever it holds.
    written = json.dumps(data, ensure_ascii=False).replace("`", "\\u0060")
    return [call_block(f"#{function}["), code_block(written), call_block("]")]


def call_inline(code: str) -> Node:
    """An inline call; the semicolon ends it, so that what follows stays text."""
    return {"t": "RawInline", "c": ["typst", code + ";"]}


def words(text: str) -> list[Node]:
    """Plain text as inlines."""
    return [{"t": "Str", "c": text}]


def note(text: str) -> Blocks:
    """A plain note on the page, in place of something that can't be printed."""
    return [call_block("#note["), {"t": "Para", "c": words(text)}, call_block("]")]


def code_block(text: str) -> Node:
    """Text kept as it is, in a fixed-width font."""
    return {"t": "CodeBlock", "c": [NO_ATTR, text]}


def heading(level: int, inlines: list[Node]) -> Node:
    """A heading."""
    return {"t": "Header", "c": [level, NO_ATTR, inlines]}


def plain_text(node: Any) -> str:
    """The words of a node, without markup."""
    if isinstance(node, list):
        return "".join(plain_text(item) for item in node)
    if not isinstance(node, dict):
        return ""
    match node["t"]:
        case "Str":
            return str(node["c"])
        case "Space" | "SoftBreak" | "LineBreak":
            return " "
        case "Code" | "Math" | "CodeBlock":
            return str(node["c"][1])
        case "RawInline" | "RawBlock" | "Note":
            return ""
        case "Link" | "Image" | "Span" | "Header":
            return plain_text([c for c in node["c"] if isinstance(c, list)])
        case _:
            return plain_text(node.get("c", []))


def _is_plain(node: Node) -> bool:
    """Whether this is a paragraph of words without anything inside them."""
    return node.get("t") in ("Para", "Plain") and all(item["t"] in LEAVES for item in node["c"])


def anchor(text: str) -> str:
    """The name that a link uses for a heading, as Jupyter and GitHub make it, in Typst's letters."""
    return "to-" + re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")


def anchors(parsed: Iterable[Blocks]) -> frozenset[str]:
    """Headings that may be linked to: those whose name is theirs alone."""
    names = [
        anchor(plain_text(block["c"][2]))
        for blocks in parsed
        for block in blocks
        if block["t"] == "Header"
    ]
    return frozenset(name for name in names if names.count(name) == 1 and name != "to-")


def level_headings(blocks: Blocks, below: int = 0) -> Blocks:
    """The same blocks with heading levels that start at `below` + 1 and never skip one (PDF/UA).

    What holds no heading is not copied.
    """
    above: list[int] = []

    def levelled(node: Any) -> Any:
        if isinstance(node, list):
            return [levelled(item) for item in node]
        if not isinstance(node, dict) or node.get("t") in LEAVES or _is_plain(node):
            return node
        if node.get("t") == "Header":
            level, attr, inlines = node["c"]
            while above and above[-1] >= level:
                above.pop()
            above.append(level)
            return {"t": "Header", "c": [below + len(above), attr, inlines]}
        return {key: levelled(value) for key, value in node.items()}

    return [levelled(block) for block in blocks]
