"""A notebook → what of it is printed: the words, tables, pictures, forms; never the code."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from nbformat.v4 import new_code_cell, new_notebook, new_output

from workshop_kit import markup, pictures
from workshop_kit.markup import Blocks, Node, Piece

NOT_PRINTED = {"facilitator", "solution", "live-only", "parameters", "injected-parameters"}
NO_DESCRIPTION = "No description was given."
ANSI = re.compile(r"\x1b\[[0-9;?]*[ -/]*[@-~]")
WIDGET = "application/vnd.jupyter.widget-view+json"


@dataclass(frozen=True)
class Remark:
    """Something a reader would miss on the page, and the cell it concerns."""

    cell: str
    text: str


@dataclass
class Part:
    """A notebook made ready for the page: its title, its blocks, its pictures, and what is amiss."""

    title: list[Node]
    blocks: Blocks
    album: pictures.Album
    remarks: list[Remark] = field(default_factory=list)

    @property
    def title_text(self) -> str:
        """The title without markup."""
        return " ".join(markup.plain_text(self.title).split())


def page_of(name: str, markdown: str) -> Part:
    """What is printed of a page in Markdown; `name` is its title where it has no heading of level 1."""
    output = new_output("display_data", {"text/markdown": markdown})
    cells = [new_code_cell("", id=name, outputs=[output])]
    return read_notebook(new_notebook(cells=cells), None, name)


def read_notebook(
    nb: Mapping[str, Any], folder: Path | None, name: str, formulas_as_text: bool = False
) -> Part:
    """What is printed of `nb`. Images of Markdown cells are looked for below `folder`.

    The first heading of level 1 becomes the title; without one, `name` does.
    """
    album = pictures.Album()
    remarks: list[Remark] = []
    pieces: list[Piece] = []
    attachments: dict[str, Mapping[str, Any]] = {}
    for index, cell in enumerate(nb["cells"]):
        ident = str(cell.get("id") or f"number {index + 1}")
        if NOT_PRINTED & set(cell.get("metadata", {}).get("tags", [])):
            continue
        if cell["cell_type"] == "markdown":
            attachments[ident] = cell.get("attachments", {})
            pieces.append(Piece(ident, "markdown", _text(cell["source"])))
        elif cell["cell_type"] == "code":
            for output in cell.get("outputs", []):
                pieces += _output(ident, output, album, remarks)
    try:
        parsed = markup.parse(pieces)
    except markup.PandocFailed:
        parsed = [_one_by_one(piece, remarks) for piece in pieces]

    targets = markup.anchors(parsed)
    blocks: Blocks = []
    for piece, found in zip(pieces, parsed, strict=True):
        if piece.kind == "blocks":
            blocks += found
            continue
        picture = _picture_maker(
            piece.cell, attachments.get(piece.cell, {}), folder, album, remarks
        )
        settler = markup.Settler(picture, targets, formulas_as_text, piece.kind == "twin")
        settled = settler.settle(found)
        if piece.kind == "html" and not _says_anything(settled):
            remarks.append(Remark(piece.cell, "an interactive output can't be printed"))
            settled = markup.note("An interactive output stands here in the notebook.")
        blocks += settled

    title = markup.words(name)
    if blocks and blocks[0]["t"] == "Header" and blocks[0]["c"][0] == 1:
        title = blocks.pop(0)["c"][2]
    return Part(title, blocks, album, remarks)


def _one_by_one(piece: Piece, remarks: list[Remark]) -> Blocks:
    try:
        return markup.parse([piece])[0]
    except markup.PandocFailed as error:
        remarks.append(
            Remark(piece.cell, f"its text could not be read ({error}); printed as it is")
        )
        return [markup.code_block(piece.text)]


def _picture_maker(
    cell: str,
    attachments: Mapping[str, Any],
    folder: Path | None,
    album: pictures.Album,
    remarks: list[Remark],
) -> markup.PictureMaker:
    def make(url: str, description: str, inline: bool) -> Node | Blocks:
        try:
            name = album.add(pictures.find_picture(url, folder, attachments))
        except pictures.Unprintable as error:
            shown = url if len(url) < 80 else url[:77] + "…"
            remarks.append(Remark(cell, f"the image {shown} can't be printed: {error}"))
            text = f"[Image not printed: {description or shown}]"
            return markup.words(text) if inline else markup.note(text)
        if inline:
            described = _described(cell, description, "an image", remarks)
            return markup.call_inline(
                f'#inline-picture("{name}", {markup.typst_string(described)})'
            )
        return [_picture(cell, name, description, "an image", remarks)]

    return make


def _described(cell: str, description: str, what: str, remarks: list[Remark]) -> str:
    if description:
        return description
    remarks.append(Remark(cell, f"{what} has no description (alt text)"))
    return NO_DESCRIPTION


def _picture(cell: str, name: str, description: str, what: str, remarks: list[Remark]) -> Node:
    described = markup.typst_string(_described(cell, description, what, remarks))
    known = "true" if description else "false"
    return markup.call_block(f'#picture("{name}", {described}, described: {known})')


# ---- outputs -----------------------------------------------------------------------------------


def _output(
    cell: str, output: Mapping[str, Any], album: pictures.Album, remarks: list[Remark]
) -> Iterator[Piece]:
    match output["output_type"]:
        case "stream" if output.get("name") == "stdout":
            yield from _plain(cell, _text(output["text"]))
        case "error":
            reason = f"{output.get('ename', 'Error')}: {output.get('evalue', '')}"
            remarks.append(Remark(cell, f"it stopped with {reason}"))
            yield Piece(cell, "blocks", blocks=markup.note(f"This cell stopped with {reason}"))
        case "display_data" | "execute_result":
            yield from _rich(
                cell, output.get("data", {}), output.get("metadata", {}), album, remarks
            )


def _rich(
    cell: str,
    data: Mapping[str, Any],
    metadata: Mapping[str, Any],
    album: pictures.Album,
    remarks: list[Remark],
) -> Iterator[Piece]:
    """The face of an output that prints best: a twin, a chart, a picture, a table, plain text."""
    data = pictures.with_chart_of_html(data)
    chart = next((mime for mime in data if pictures.VEGALITE.fullmatch(mime)), "")
    image = next((mime for mime in ("image/svg+xml", *pictures.SUFFIXES) if mime in data), "")
    latex = _text(data.get("text/latex", "")).strip()
    if "text/markdown" in data:
        yield Piece(cell, "twin", _text(data["text/markdown"]))
    elif chart or image:
        spec = data[chart] if chart else {}
        given = _alt(metadata, image) or str(spec.get("description", "")).strip()
        try:
            drawn = pictures.draw_chart(spec, chart).encode() if chart else b""
            name = album.add(drawn or pictures.decoded(data[image], image), drawn=bool(drawn))
        except pictures.Unprintable as error:
            what = "a chart" if chart else "a picture"
            remarks.append(Remark(cell, f"{what} can't be printed: {error}"))
            yield Piece(cell, "blocks", blocks=markup.note(f"[Not printed: {given or what}]"))
        else:
            what = "a chart" if chart else "a picture"
            yield Piece(cell, "blocks", blocks=[_picture(cell, name, given, what, remarks)])
    elif WIDGET in data:
        remarks.append(Remark(cell, "a form has no printed twin"))
        yield Piece(cell, "blocks", blocks=markup.note("A form stands here in the notebook."))
    elif "text/html" in data:
        yield Piece(cell, "html", _text(data["text/html"]))
    elif re.fullmatch(r"\$.+\$", latex, re.DOTALL):
        yield Piece(cell, "markdown", latex)
    elif "text/plain" in data:
        yield from _plain(cell, _text(data["text/plain"]))
    elif data:
        kinds = ", ".join(sorted(data))
        remarks.append(Remark(cell, f"an output of type {kinds} can't be printed"))
        yield Piece(cell, "blocks", blocks=markup.note(f"An output of type {kinds} stands here."))


def _plain(cell: str, text: str) -> Iterator[Piece]:
    text = ANSI.sub("", text).strip("\n")
    if text.strip():
        yield Piece(cell, "blocks", blocks=[markup.code_block(text)])


def _alt(metadata: Mapping[str, Any], mime: str) -> str:
    """The description that an output's metadata holds, for all faces or for one."""
    places: Sequence[Any] = (metadata.get(mime), metadata)
    for place in places:
        if isinstance(place, Mapping) and isinstance(place.get("alt"), str):
            return str(place["alt"]).strip()
    return ""


def _says_anything(blocks: Blocks) -> bool:
    return any(b["t"] == "RawBlock" or markup.plain_text(b).strip() for b in blocks)


def _text(source: Any) -> str:
    return "".join(source) if isinstance(source, list) else str(source)
