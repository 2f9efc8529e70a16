"""What a page can't keep is taken out of a document tree, and what it needs is put in."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, TypeAlias

from workshop_kit.markup.nodes import (
    NO_ATTR,
    Blocks,
    Node,
    anchor,
    call_block,
    is_attr,
    plain_text,
    typst_string,
)

DIV_CLASSES = {
    *("card", "statement", "aside", "small", "together", "newpage", "note"),
    *("cutout", "beside", "column", "entry", "aloud", "landscape", "script-tree"),
}


def _lines(given: dict[str, str]) -> str:
    count = given.get("n", "")
    many = min(int(count), 60) if count.isdecimal() else 3
    return f"#lines({many}, label: {typst_string(given.get('label', ''))})"


def _worksheet(given: dict[str, str]) -> str:
    columns = []
    for column in given.get("columns", "").split("|"):
        title, _, share = column.rpartition(":")
        width = share if share.isdecimal() else "1"
        columns.append(f"({typst_string(title or column)}, {width})")
    rows = [typst_string(row) for row in given.get("rows", "").split("|")]
    height = given.get("height", "")
    millimetres = min(int(height), 200) if height.isdecimal() else 14
    return f"#worksheet(({', '.join(columns)},), ({', '.join(rows)},), {millimetres}mm)"


WRITING_SPACES: dict[str, Callable[[dict[str, str]], str]] = {
    "lines": _lines,
    "worksheet": _worksheet,
}


PictureMaker: TypeAlias = Callable[[str, str, bool], Node | Blocks]


@dataclass
class Settler:
    """Turns a parsed piece into what a page can keep.

    `picture(url, description, inline)` gives the node for an image. `anchors` are the headings
    that a link inside the notebook may lead to; `formulas_as_text` prints TeX as it was typed.
    """

    picture: PictureMaker
    anchors: frozenset[str] = frozenset()
    formulas_as_text: bool = False
    trusted: bool = False

    def settle(self, nodes: Iterable[Node]) -> list[Node]:
        """The nodes, settled; one can become none or several."""
        made: list[Node] = []
        for node in nodes:
            kind = node["t"]
            # Nearly all nodes are words and spaces, and stay as they are.
            if kind in _SPACES or (kind == "Str" and "-" not in node["c"]):
                made.append(node)
            else:
                made += self._node(node)
        return made

    def _node(self, node: Node) -> list[Node]:
        kind = node["t"]
        content: Any = node.get("c")
        match kind:
            case "RawInline" | "RawBlock":
                return []
            case "Para" | "Plain" if _only_images(content):
                images = [n for n in content if n["t"] == "Image"]
                return [made for image in images for made in self._image(image, inline=False)]
            case "Para" | "Plain" if _starts_like_markup(content):
                inside = self._inside(content)
                return [{"t": kind, "c": [{"t": "RawInline", "c": ["typst", "#[];"]}, *inside]}]
            case "Str" if _MINUS.search(content):
                return _with_hyphens(content)
            case "Image":
                return self._image(node, inline=True)
            case "Math":
                return self._formula(node)
            case "Span":
                return self.settle(content[1])
            case "Div":
                return self._div(content)
            case "BulletList" if (box := _box(content)) is not None:
                items = [self.settle(_without_box(item) if box else item) for item in content]
                opening = call_block(f"#tasks({typst_string(box)})[")
                return [opening, {"t": kind, "c": items}, call_block("]")]
            case "Table":
                return [{"t": kind, "c": self._inside(_numbers_right(content))}]
            case "Link":
                return self._link(content)
            case "Header":
                return self._heading(content)
            case "CodeBlock":
                language = [c for c in content[0][1][:1] if re.fullmatch(r"[A-Za-z0-9+#-]+", c)]
                return [{"t": kind, "c": [["", language, []], content[1]]}]
            case _:
                return [{"t": kind, "c": self._inside(content)} if content is not None else node]

    def _inside(self, content: Any) -> Any:
        if isinstance(content, dict) and "t" in content:
            settled = self._node(content)
            return settled[0] if len(settled) == 1 else {"t": "Plain", "c": []}
        if isinstance(content, list):
            if is_attr(content):
                return NO_ATTR
            if content and all(isinstance(c, dict) and "t" in c for c in content):
                return self.settle(content)
            return [self._inside(item) for item in content]
        return content

    def _image(self, node: Node, inline: bool) -> list[Node]:
        _, caption, (url, _title) = node["c"]
        made = self.picture(url, plain_text(caption).strip(), inline)
        return made if isinstance(made, list) else [made]

    def _formula(self, node: Node) -> list[Node]:
        tex = node["c"][1]
        if self.formulas_as_text:
            return [{"t": "Code", "c": [NO_ATTR, tex]}]
        opening = {"t": "RawInline", "c": ["typst", f"#formula({typst_string(tex)})["]}
        return [opening, node, {"t": "RawInline", "c": ["typst", "];"]}]

    def _div(self, content: Any) -> list[Node]:
        (_, classes, attributes), blocks = content
        inside = self.settle(blocks)
        if not self.trusted:
            return inside
        for name, writing_space in WRITING_SPACES.items():
            if name in classes:
                return [call_block(writing_space(dict(attributes)))]
        for name in classes:
            if name in DIV_CLASSES:
                inside = [call_block(f"#{name}["), *inside, call_block("]")]
        return inside

    def _link(self, content: Any) -> list[Node]:
        _, inlines, (url, _title) = content
        inside = self.settle(inlines)
        target = anchor(url.removeprefix("#"))
        if url.startswith("#") and target in self.anchors:
            return [
                {"t": "RawInline", "c": ["typst", f"#link(<{target}>)["]},
                *inside,
                {"t": "RawInline", "c": ["typst", "];"]},
            ]
        if re.match(r"(https?|mailto):", url, re.IGNORECASE) and plain_text(inlines).strip():
            return [{"t": "Link", "c": [NO_ATTR, inside, [url, ""]]}]
        return inside

    def _heading(self, content: Any) -> list[Node]:
        level, _, inlines = content
        if not plain_text(inlines).strip():
            return []
        target = anchor(plain_text(inlines))
        ident = target if target in self.anchors else ""
        return [{"t": "Header", "c": [level, [ident, [], []], self.settle(inlines)]}]


_SPACES = {"Space", "SoftBreak", "LineBreak"}


def _only_images(inlines: list[Node]) -> bool:
    kinds = {node["t"] for node in inlines}
    return "Image" in kinds and kinds <= {"Image", "Space", "SoftBreak", "LineBreak"}


def _starts_like_markup(inlines: list[Node]) -> bool:
    """Whether pandoc would leave Typst a list, a heading or a term in a list item or a table's cell."""
    first = inlines[0] if inlines else {"t": ""}
    return first["t"] == "Str" and bool(re.fullmatch(r"\d+\.|[-+/]|=+", first["c"]))


_MINUS = re.compile(r"-(?=\d)")


def _with_hyphens(text: str) -> list[Node]:
    """The word with its hyphens: before a digit, Typst would set a minus sign in their place."""
    first, *others = _MINUS.split(text)
    nodes: list[Node] = [{"t": "Str", "c": first}]
    for part in others:
        nodes += [{"t": "RawInline", "c": ["typst", "\\-"]}, {"t": "Str", "c": part}]
    return nodes


_NUMBER = re.compile(r"[-+−]?[\d.,\s]*\d[\s%]*|NaN|None|", re.ASCII)


def _numbers_right(table: list[Any]) -> list[Any]:
    """The table with columns of nothing but numbers set to the right, where nobody chose otherwise."""
    attr, caption, columns, head, bodies, foot = table
    rows = [row[1] for body in bodies for row in body[3]]
    if any(len(cells) != len(columns) for cells in rows):
        return table  # a cell spans rows, so that its place does not tell its column
    aligned = []
    for index, (alignment, width) in enumerate(columns):
        texts = [plain_text(cells[index][4]).strip() for cells in rows]
        numeric = any(texts) and all(_NUMBER.fullmatch(text) for text in texts)
        chosen = alignment["t"] != "AlignDefault" or not numeric
        aligned.append([alignment if chosen else {"t": "AlignRight"}, width])
    return [attr, caption, aligned, head, bodies, foot]


def _box(items: list[Blocks]) -> str | None:
    """The sign that all items of a task list start with, "" where they differ; None for other lists."""
    signs = {plain_text(item[:1])[:2] for item in items}
    if not signs <= {"☐ ", "☒ "}:
        return None
    return signs.pop()[0] if len(signs) == 1 else ""


def _without_box(item: Blocks) -> Blocks:
    first = item[0]
    return [{"t": first["t"], "c": first["c"][2:]}, *item[1:]]
