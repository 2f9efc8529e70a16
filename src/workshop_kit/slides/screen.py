"""Cells of slides → HTML, through pandoc's document tree.

What a slide can't be trusted with never comes in: raw HTML, attributes, addresses that a browser
would fetch. Pictures are read as `pictures` reads them, and carried inside the page.
"""

from __future__ import annotations

import base64
import json
import re
import uuid
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from nbformat import NotebookNode

from workshop_kit import markup, pictures
from workshop_kit.markup import Blocks, Node, Piece

# Not public in markup: the tree's version, which pandoc wants to see again.
from workshop_kit.markup.conversion import api_version

NO_DESCRIPTION = "No description was given."
MIMES = {suffix: mime for mime, suffix in pictures.SUFFIXES.items()}
CLASSES = {"card", "statement", "aside", "small", "note", "beside", "column"}
LINK = re.compile(r"(https?|mailto):|#", re.IGNORECASE)


def as_html(cells: Sequence[NotebookNode], folder: Path | None) -> tuple[list[str], list[str]]:
    """The HTML of each cell, and what could not be shown as it was. Pictures lie below `folder`."""
    remarks: list[str] = []
    pieces = [list(_pieces(cell, remarks)) for cell in cells]
    parsed = iter(markup.parse([piece for found in pieces for piece in found]))
    mark = uuid.uuid4().hex
    blocks: Blocks = []
    for cell, found in zip(cells, pieces, strict=True):
        cleaner = _Cleaner(folder, cell.get("attachments", {}), remarks)
        for piece in found:
            made = next(parsed)
            blocks += made if piece.kind == "blocks" else cleaner.clean(made)
        blocks.append({"t": "Para", "c": markup.words(mark)})
    tree = {"pandoc-api-version": api_version(), "meta": {}, "blocks": blocks}
    html, _ = markup.pandoc(["--from", "json", "--to", "html", "--wrap=none"], json.dumps(tree))
    return [part.strip() for part in html.split(f"<p>{mark}</p>")[:-1]], remarks


def picture_address(data: bytes) -> str:
    """The picture as an address that holds all of it. Raises Unprintable if it isn't one."""
    suffix = pictures.Album().add(data).rpartition(".")[2]
    return f"data:{MIMES[suffix]};base64,{base64.b64encode(data).decode()}"


def _pieces(cell: NotebookNode, remarks: list[str]) -> Iterator[Piece]:
    name = str(cell.get("id", ""))
    if cell.cell_type == "markdown":
        yield Piece(name, "markdown", cell.source)
    for output in cell.get("outputs", []):
        if output.output_type == "stream" and output.name == "stdout":
            yield Piece(name, "blocks", blocks=[markup.code_block(output.text.strip("\n"))])
        elif output.output_type in ("display_data", "execute_result"):
            yield from _face(name, output, remarks)


def _face(name: str, output: NotebookNode, remarks: list[str]) -> Iterator[Piece]:
    """The face of an output that shows best: the kit's Markdown, a chart, a picture, HTML, text."""
    data = pictures.with_chart_of_html(output.data)
    chart = next((mime for mime in data if pictures.VEGALITE.fullmatch(mime)), "")
    image = next((mime for mime in ("image/svg+xml", *pictures.SUFFIXES) if mime in data), "")
    if "text/markdown" in data:
        yield Piece(name, "twin", data["text/markdown"])
    elif chart or image:
        told = str(data[chart].get("description", "")) if chart else ""
        own = output.metadata.get(image, {})
        alt = told or str((own if isinstance(own, dict) else {}).get("alt", ""))
        try:
            drawn = pictures.draw_chart(data[chart], chart).encode() if chart else b""
            address = picture_address(drawn or pictures.decoded(data[image], image))
        except pictures.Unprintable as error:
            remarks.append(f"cell {name}: a picture can't be shown: {error}")
        else:
            yield Piece(name, "blocks", blocks=[_para([_image(address, alt)])])
    elif "text/html" in data:
        yield Piece(name, "html", data["text/html"])
    elif "text/plain" in data:
        yield Piece(name, "blocks", blocks=[markup.code_block(data["text/plain"])])


def _para(inlines: list[Node]) -> Node:
    return {"t": "Para", "c": inlines}


def _image(address: str, alt: str) -> Node:
    return {"t": "Image", "c": [["", [], []], markup.words(alt or NO_DESCRIPTION), [address, ""]]}


class _Cleaner:
    """Takes out of a tree what a slide can't be trusted with."""

    def __init__(
        self, folder: Path | None, attachments: Mapping[str, Any], remarks: list[str]
    ) -> None:
        self.folder, self.attachments, self.remarks = folder, attachments, remarks

    def clean(self, nodes: Sequence[Node]) -> list[Node]:
        return [new for node in nodes for new in self._node(node)]

    def _node(self, node: Node) -> list[Node]:
        content: Any = node.get("c")
        match node["t"]:
            case "RawBlock" | "RawInline":
                return []
            case "Image":
                return self._picture(content)
            case "Link":
                inside = self.clean(content[1])
                url = content[2][0]
                kept = LINK.match(url) is not None
                return [{"t": "Link", "c": [["", [], []], inside, [url, ""]]}] if kept else inside
            case "Div":
                classes = [name for name in content[0][1] if name in CLASSES]
                return [{"t": "Div", "c": [["", classes, []], self.clean(content[1])]}]
            case _:
                return [node if content is None else {"t": node["t"], "c": self._inside(content)}]

    def _inside(self, content: Any) -> Any:
        if isinstance(content, dict) and "t" in content:
            # A single node in a fixed place, such as a column's alignment.
            return self._node(content)[0] if "c" in content else content
        if isinstance(content, list):
            if markup.is_attr(content):
                return ["", [], []]
            if content and all(isinstance(one, dict) and "t" in one for one in content):
                return self.clean(content)
            return [self._inside(one) for one in content]
        return content

    def _picture(self, content: Any) -> list[Node]:
        alt = markup.plain_text(content[1]).strip()
        url = content[2][0]
        try:
            found = pictures.find_picture(url, self.folder, self.attachments)
            return [_image(picture_address(found), alt)]
        except pictures.Unprintable as error:
            self.remarks.append(f"the image {url[:80]} can't be shown: {error}")
            return markup.words(f"[Image not shown: {alt or url[:80]}]")
