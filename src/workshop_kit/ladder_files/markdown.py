"""Markdown → document, through pandoc's reader of CommonMark.

pandoc writes the tree of the text as JSON; `sourcepos` adds to it where each piece stood. HTML
between the paragraphs is parsed in its turn, and YAML front matter that holds a ladder is read.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from workshop_kit.errors import Problem
from workshop_kit.ladder_files.document import Block, Document, Words, skip
from workshop_kit.ladder_files.inlines import Node, plain
from workshop_kit.ladder_files.nested import front_matter_blocks
from workshop_kit.ladder_files.position import lines_of
from workshop_kit.ladder_files.tree import blocks_of, title_of
from workshop_kit.ladder_files.webpage import trees_of
from workshop_kit.markup import PandocFailed, pandoc

FORMAT = "commonmark+pipe_tables+strikeout+task_lists"
SECONDS_AT_MOST = 30
NODES_IN_A_TABLE = 500
HTML_NODES_AT_MOST = 5_000
HEAP_AT_MOST = "256m"  # about 1.5 MB of text; a long real ladder has 50 KB

_FRONT_MATTER = re.compile(r"---[ \t]*\n(.*?\n)??(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
_TABLE_TAG = re.compile(r"<(/?)table\b", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]*>")
_WORDS = re.compile(r"[^\W_]")
_LINE_BULLET = re.compile(r"(?m)^[ \t]*[-*+][ \t]+")


def read_markdown(text: str, file: str) -> Document:
    """The document: headings as paths, bullets, paragraphs, tables, and what can't be a ladder."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    front = _FRONT_MATTER.match(text)
    first: tuple[Block, ...] = ()
    if front:
        first = front_matter_blocks(front[1] or "", 2) or (
            skip(Words(front[1] or "---", "line 1"), "front matter"),
        )
        text = "\n" * front[0].count("\n") + text[front.end() :]  # line numbers stay true
    try:
        tree = _with_html(_tree(text), text.split("\n"))
        blocks = (*first, *blocks_of(tree))
        title = title_of(tree)
    except (PandocFailed, RecursionError, ValueError):
        what = "The Markdown is too long or nested too deeply to be a ladder."
        fix = "Keep the levels and their bullets, and delete the rest."
        return Document(problems=(Problem(file, "", what, fix),))
    return Document(blocks, title=title)


def _tree(text: str) -> list[Node]:
    arguments = ["--from", FORMAT + "+sourcepos", "--to", "json"]
    out, _ = pandoc(arguments, text, seconds=SECONDS_AT_MOST, heap=HEAP_AT_MOST)
    blocks: list[Node] = json.loads(out)["blocks"]
    return blocks


def _with_html(tree: list[Node], lines: list[str]) -> list[Node]:
    """The tree with HTML read, where it holds words; a table is read to its end, come what may."""
    runs = list(_runs(tree, lines))
    parsed = iter(trees_of([html for _, html in runs if html]))
    found: list[Node] = []
    for nodes, html in runs:
        said = next(parsed) if html else []
        if any(plain(node) for node in said):
            found.append({"t": "Div", "c": [nodes[0]["c"][0], said]})
        else:
            found += nodes
    return found


def _runs(tree: list[Node], lines: list[str]) -> Iterator[tuple[list[Node], str]]:
    """Each node, with its HTML if it is that; all nodes of one HTML table together."""
    at = 0
    pieces = [_html(node) for node in tree]
    opened = [_open_tables(html) for html in pieces]
    if sum(map(bool, pieces)) > HTML_NODES_AT_MOST:
        raise ValueError("too many pieces of HTML")
    while at < len(tree):
        html, end = pieces[at] if opened[at] > 0 or _says(pieces[at]) else "", at + 1
        if (still_open := opened[at]) > 0:
            last = at
            for n in range(at + 1, min(at + NODES_IN_A_TABLE, len(tree))):
                still_open += opened[n]
                if still_open <= 0:
                    last = n
                    break
            first, end = lines_of(tree[at]), last + 1
            until = lines_of(tree[last])
            if first and until and last > at:  # Markdown inside of the table: bullets stay bullets
                source = "\n".join(lines[first[0] - 1 : until[1]])
                html = _LINE_BULLET.sub("<br>• ", source)
        yield tree[at:end], html
        at = end


def _html(node: Node) -> str:
    """The HTML of a node that is nothing but that; empty for others."""
    if node["t"] != "Div" or [inside["t"] for inside in node["c"][1]] != ["RawBlock"]:
        return ""
    return str(node["c"][1][0]["c"][1])


def _says(html: str) -> bool:
    """Whether there are words in a piece of HTML, and it is no comment."""
    is_comment = html.lstrip().startswith(("<!", "<?"))
    return not is_comment and bool(_WORDS.search(_TAG.sub("", html)))


def _open_tables(html: str) -> int:
    return sum(-1 if tag[1] else 1 for tag in _TABLE_TAG.finditer(html))
