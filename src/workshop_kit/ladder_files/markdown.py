"""Markdown → document, through pandoc's reader of CommonMark.

pandoc writes the tree of the text as JSON; `sourcepos` adds to it where each piece stood.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, TypeAlias

from workshop_kit.errors import Problem
from workshop_kit.ladder import Skipped
from workshop_kit.ladder_files.document import (
    Block,
    Document,
    Grid,
    Item,
    Path,
    Prose,
    Reference,
    Words,
    skip,
)
from workshop_kit.ladder_files.references import is_tag, references_in_tag
from workshop_kit.ladder_files.sentences import has_words, without_bullet
from workshop_kit.markup import PandocFailed, pandoc

Node: TypeAlias = dict[str, Any]

FORMAT = "commonmark+pipe_tables+strikeout+task_lists+sourcepos"
SECONDS_AT_MOST = 30
HEAP_AT_MOST = "256m"  # about 1.5 MB of text; a long real ladder has 50 KB
BOLD_DEPTH = 7  # a line all in bold ranks below the six levels of headings
LABEL_WORDS = 4

_FRONT_MATTER = re.compile(r"---[ \t]*\n(.*?\n)??(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)


def read_markdown(text: str, file: str) -> Document:
    """The document: headings as paths, bullets, paragraphs, tables, and what can't be a ladder."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    front = _FRONT_MATTER.match(text)
    first: list[Block] = []
    if front:
        first = [skip(Words(front[1] or "---", "line 1"), "front matter")]
        text = "\n" * front[0].count("\n") + text[front.end() :]  # line numbers stay true
    try:
        tree = _tree(text)
        blocks = (*first, *_blocks(tree))
        title = next((_words(n["c"][2], 0).tidy for n, _ in _flat(tree) if n["t"] == "Header"), "")
    except (PandocFailed, RecursionError, ValueError):
        what = "The Markdown is too long or nested too deeply to be a ladder."
        fix = "Keep the levels and their bullets, and delete the rest."
        return Document(problems=(Problem(file, "", what, fix),))
    return Document(blocks, title=title)


def _tree(text: str) -> list[Node]:
    arguments = ["--from", FORMAT, "--to", "json"]
    out, _ = pandoc(arguments, text, seconds=SECONDS_AT_MOST, heap=HEAP_AT_MOST)
    blocks: list[Node] = json.loads(out)["blocks"]
    return blocks


def _blocks(tree: list[Node]) -> Iterator[Block]:
    headings: list[tuple[int, Words]] = []
    for node, line in _flat(tree):
        depth, words = _heading(node, line)
        if depth:
            headings = [(d, heading) for d, heading in headings if d < depth]
            headings.append((depth, words))
        else:
            yield from _block(node, line, tuple(heading for _, heading in headings))


def _flat(nodes: list[Node], line: int = 1) -> Iterator[tuple[Node, int]]:
    """Every block with its line; the wrappers that carry positions are opened."""
    for node in nodes:
        here = _line(node) or line
        if node["t"] == "Div":
            yield from _flat(node["c"][1], here)
        else:
            yield node, here


def _heading(node: Node, line: int) -> tuple[int, Words]:
    """The depth and words of a heading or of a short paragraph all in bold; depth 0 for others."""
    if node["t"] == "Header":
        return node["c"][0], _words(node["c"][2], line)
    if node["t"] == "Para":
        inlines = [inline for inline in _unwrapped(node["c"]) if inline["t"] != "Space"]
        words = _words(node["c"], line)
        if len(inlines) == 1 and inlines[0]["t"] == "Strong" and len(words.text.split()) <= 8:
            return BOLD_DEPTH, Words(words.tidy.rstrip(":"), words.place, words.references)
    return 0, Words("")


def _block(node: Node, line: int, under: Path) -> Iterator[Block]:
    match node["t"]:
        case "BulletList":
            yield from _items(node["c"], line, under)
        case "OrderedList":
            yield from _items(node["c"][1], line, under)
        case "Para" | "Plain":
            yield Prose(_words(node["c"], line), under)
        case "Table":
            yield _grid(node, line, under)
        case "RawBlock":
            yield skip(Words(node["c"][1], f"line {line}"), _why_html(node["c"][1]))
        case "CodeBlock":
            yield skip(Words(node["c"][1], f"line {line}"), "code")
        case "BlockQuote":
            quoted = " ".join(_words(*part).tidy for part in _paragraphs(node["c"], line))
            yield skip(Words(quoted, f"line {line}"), "a quotation")
        case "HorizontalRule":
            pass  # a line across the page says nothing
        case other:
            yield Skipped(place=f"line {line}", text=other, reason="not a heading, bullet or table")


def _why_html(markup: str) -> str:
    if markup.lstrip().startswith("<!--"):
        return "a comment"
    return "an HTML table" if re.search(r"<table\b", markup, re.IGNORECASE) else "HTML"


def _items(items: list[list[Node]], line: int, under: Path) -> Iterator[Block]:
    for item in items:
        parts = list(_flat(item, line))
        text = [(node["c"], here) for node, here in parts if node["t"] in ("Plain", "Para")]
        inside = [(n, here) for n, here in parts if n["t"] not in ("Plain", "Para", "RawBlock")]
        raw = [node["c"][1] for node, _ in parts if node["t"] == "RawBlock"]
        here = parts[0][1] if parts else line
        words = _words([inline for inlines, _ in text for inline in [*inlines, _SPACE]], here)
        references = tuple(r for markup in raw for r in references_in_tag(markup))
        words = Words(without_bullet(words.tidy), words.place, (*words.references, *references))
        lists = any(node["t"] in ("BulletList", "OrderedList") for node, _ in inside)
        if lists and _is_label(words.text, text[0][0] if text else []):
            label = Words(words.text.rstrip(": "), words.place, words.references)
            deeper = (*under, label) if label.text else under
        else:
            deeper = under
            yield _item(words, text[0][0] if text else [], under)
        for markup in raw:
            yield skip(Words(markup, f"line {here}"), "HTML in a bullet")
        for node, at in inside:
            yield from _block(node, at, deeper)


def _is_label(text: str, inlines: list[Node]) -> bool:
    """Whether a bullet with bullets under it names them, rather than being a statement itself."""
    bold = [inline["t"] for inline in _unwrapped(inlines) if inline["t"] != "Space"] == ["Strong"]
    short = len(text.split()) <= LABEL_WORDS and not text.endswith((".", "!", "?"))
    return bold or short or text.endswith(":")


def _item(words: Words, inlines: list[Node], under: Path) -> Item:
    first = next(_unwrapped(inlines), None)
    if first is None or first["t"] != "Strong":
        return Item(words, under)
    lead = _words(first["c"], 0).tidy
    rest = words.text.removeprefix(lead)
    colon = re.match(r"\s*[:–—-]\s*", rest)
    text = rest[colon.end() if colon else 0 :].strip()
    if not (colon or lead.endswith(":")) or not has_words(text) or not has_words(lead):
        return Item(words, under)
    return Item(Words(text, words.place, words.references), under, lead.rstrip(": "))


def _grid(node: Node, line: int, under: Path) -> Grid:
    _attr, _caption, _columns, head, bodies, foot = node["c"]
    sections = [head[1], *(rows for body in bodies for rows in (body[2], body[3])), foot[1]]
    rows = []
    for row in (row for section in sections for row in section):
        line = _line(row) or line + 1
        rows.append(tuple(_cell(cell[4], line, number) for number, cell in enumerate(row[1], 1)))
    return Grid(tuple(rows), rows[0][0].place.split(",")[0] if rows and rows[0] else "", under)


def _cell(blocks: list[Node], line: int, number: int) -> Words:
    parts = [_words(*part) for part in _paragraphs(blocks, line)]
    references = tuple(r for part in parts for r in part.references)
    return Words("\n".join(p.text for p in parts), f"line {line}, cell {number}", references)


def _paragraphs(blocks: list[Node], line: int) -> Iterator[tuple[list[Node], int]]:
    for node, here in _flat(blocks, line):
        if node["t"] in ("Plain", "Para"):
            yield node["c"], here


_SPACE: Node = {"t": "Space"}


def _words(inlines: list[Node], line: int) -> Words:
    references: list[Reference] = []
    return Words(_text(inlines, references).strip(), f"line {line}", tuple(references))


def _text(inlines: list[Node], references: list[Reference]) -> str:
    """The inlines without their markup; what they link to or embed is added to the references."""
    written = []
    for inline in _unwrapped(inlines):
        content = inline.get("c")
        match inline["t"], content:
            case "Str", str(text):
                written.append(text)
            case "LineBreak", _:
                written.append("\n")
            case "RawInline", [_, str(tag)]:
                references += references_in_tag(tag)
                breaks = re.match(r"</?(br|p|li)\b", tag, re.IGNORECASE)
                written.append("\n" if breaks else "" if is_tag(tag) else tag)
            case (("Code" | "Math"), [_, str(text)]):
                written.append(text)
            case ("Link" | "Image") as kind, [_, list(inner), [str(target), _]]:
                references.append(Reference("link" if kind == "Link" else "image", target))
                written.append(_text(inner, references))
            case "Quoted", [_, list(inner)]:
                written.append(f'"{_text(inner, references)}"')
            case _, list(inner):  # emphasis, strong, struck out
                written.append(_text(inner, references))
            case _:  # spaces
                written.append(" ")
    return "".join(written)


def _unwrapped(inlines: list[Node]) -> Iterator[Node]:
    for inline in inlines:
        if inline["t"] == "Span":
            yield from _unwrapped(inline["c"][1])
        else:
            yield inline


def _line(node: Any) -> int | None:
    """The first line that the node, or the first piece of it that says so, stands on."""
    if isinstance(node, dict):
        return _line(node.get("c"))
    if not isinstance(node, list):
        return None
    if len(node) == 2 and node[0] == "data-pos" and isinstance(node[1], str):
        return min(int(start) for start in re.findall(r"(?:^|;)(\d+):", node[1]))
    return next((line for part in node if (line := _line(part))), None)
