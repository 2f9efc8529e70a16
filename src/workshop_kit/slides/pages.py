"""Slides → a PDF to hand out, through Typst: a page a slide, 16:9, PDF/UA-1, without any notes."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from pathlib import Path

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_notebook, new_output

from workshop_kit import markup
from workshop_kit.forms import div
from workshop_kit.handout import Remark, Sheet, read_notebook, readable

# Not public in handout: what every page of the kit goes through, whatever its template.
from workshop_kit.handout.press import compile_folder, with_stand_ins
from workshop_kit.markup import Blocks
from workshop_kit.pictures import Album
from workshop_kit.slides.reading import seen, state

TEMPLATE = Path(__file__).with_name("slides.typ")
PLAIN = "plain"


def print_slides(nb: NotebookNode, sheet: Sheet, folder: Path | None) -> tuple[bytes, list[str]]:
    """The PDF of a notebook whose outputs were split, and what could not be shown as it was.

    Raises PressFailed.
    """
    cells = []
    for number, slide in enumerate(seen(nb)):
        cells += [_mark(number, state(slide[0]) or PLAIN), *slide]
    part = read_notebook(new_notebook(cells=cells), folder, sheet.event, formulas_as_text=True)
    body, _ = markup.to_typst(list(_on_pages(markup.level_headings(part.blocks))))
    album = Album()
    logo = album.add_base64(sheet.logo) if sheet.logo else ""
    language, _, region = sheet.language.partition("-")
    settings = json.dumps(
        {
            **sheet.model_dump(include={"event", "date", "fictional"}),
            "language": language,
            "region": region,
            "color": readable(sheet.color),
            "logo": logo,
        },
        ensure_ascii=False,
    )
    main = f'#import "slides.typ": *\n#show: slides\n\n{body}\n'
    with tempfile.TemporaryDirectory(prefix="workshop-kit-") as name:
        place = Path(name)
        (place / "slides.typ").write_bytes(TEMPLATE.read_bytes())
        for file, content in {**part.album.files, **album.files}.items():
            (place / file).write_bytes(content)

        def compiled(text: str, values: str) -> bytes:
            (place / "main.typ").write_text(text, encoding="utf-8")
            (place / "sheet.json").write_text(values, encoding="utf-8")
            return compile_folder(place)

        pdf, remarks = with_stand_ins(compiled, main, settings)
    return pdf, [*map(_told, part.remarks), *remarks]


def _told(remark: Remark) -> str:
    return f"slides, cell {remark.cell}: {remark.text}"


# ---- where a slide begins ----------------------------------------------------------------------


def _mark(number: int, kind: str) -> NotebookNode:
    """A cell that stands before a slide, so that it can be found again among the blocks."""
    output = new_output("display_data", {"text/markdown": div("newpage", kind)})
    cell: NotebookNode = new_code_cell("", id=f"mark-{number}", outputs=[output])
    return cell


def _on_pages(blocks: Blocks) -> Iterator[markup.Node]:
    """The blocks with a call of the template around each slide, in place of the marks."""
    opened = False
    at = 0
    while at < len(blocks):
        kind = _marked(blocks[at : at + 3])
        if kind:
            if opened:
                yield markup.call_block("]")
            yield markup.call_block(f"#slide({markup.typst_string(kind)})[")
            opened = True
            at += 3
        else:
            yield blocks[at]
            at += 1
    if opened:
        yield markup.call_block("]")


def _marked(blocks: Blocks) -> str:
    """What a mark says, where these blocks are one."""
    if len(blocks) == 3 and blocks[0] == markup.call_block("#newpage["):
        return markup.plain_text(blocks[1])
    return ""
