"""A notebook → its slides: one cell for each thing that nbconvert puts on a slide of its own."""

from __future__ import annotations

import re
from collections.abc import Iterator
from copy import deepcopy

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell

UNSEEN = {"skip", "notes"}
SETTINGS = {"parameters", "injected-parameters"}
DATA = re.compile(r"[a-z][a-z-]*")  # the name of an attribute that a slide may have after "data-"


def split_outputs(nb: NotebookNode) -> NotebookNode:
    """The notebook with a cell for each output that says in its metadata where on the slides it goes.

    nbconvert asks that of cells alone, so that a call could never make as many slides as a day has.
    Code that shows nothing is skipped.
    """
    made: NotebookNode = deepcopy(nb)
    made.cells = [part for cell in made.cells for part in _parts(cell)]
    for cell in made.cells:
        data = cell.metadata.slideshow.get("data")
        pairs = data.items() if isinstance(data, dict) else ()
        kept = {name: str(value) for name, value in pairs if DATA.fullmatch(name)}
        cell.metadata.slideshow["data"] = NotebookNode(kept)
    return made


def slide_type(cell: NotebookNode) -> str:
    """How nbconvert reads a cell: slide, subslide, fragment, notes, skip, or - for more of the same."""
    shown = cell.metadata.get("slideshow")
    found = shown.get("slide_type") if isinstance(shown, dict) else None
    return found if isinstance(found, str) and found else "-"


def seen(nb: NotebookNode) -> Iterator[list[NotebookNode]]:
    """The cells of each slide in turn, without notes and without what is skipped."""
    slide: list[NotebookNode] = []
    for cell in nb.cells:
        kind = slide_type(cell)
        if kind in UNSEEN:
            continue
        if kind in ("slide", "subslide") and slide:
            yield slide
            slide = []
        slide.append(cell)
    if slide:
        yield slide


def state(cell: NotebookNode) -> str:
    """What kind of slide the cell begins, as `Deck` calls it; empty for anybody else's."""
    found = str(cell.metadata.slideshow.data.get("state", ""))
    return found if found.isalpha() else ""


def _parts(cell: NotebookNode) -> Iterator[NotebookNode]:
    cell.metadata.setdefault("slideshow", NotebookNode())
    if not isinstance(cell.metadata.slideshow, dict):
        cell.metadata.slideshow = NotebookNode()
    if cell.cell_type != "code":
        yield cell
        return
    if not cell.outputs or SETTINGS & set(cell.metadata.get("tags", [])):
        yield _alone(cell, 0, [], NotebookNode(slide_type="skip"))
        return
    first = True
    for number, output in enumerate(cell.outputs):
        told = output.get("metadata", {}).get("slideshow")
        own = NotebookNode(told) if isinstance(told, dict) else NotebookNode(slide_type="-")
        if first and own.get("slide_type", "-") == "-":
            own = NotebookNode({**cell.metadata.slideshow})
        first = first and own.get("slide_type") in UNSEEN
        yield _alone(cell, number, [output], own)


def _alone(
    cell: NotebookNode, number: int, outputs: list[NotebookNode], told: NotebookNode
) -> NotebookNode:
    name = str(cell.get("id", "cell"))[:50]
    ident = f"{name}-{number}" if number else name
    part: NotebookNode = new_code_cell("", id=ident, outputs=outputs)
    part.metadata = NotebookNode(slideshow=told, tags=list(cell.metadata.get("tags", [])))
    return part
