"""The HTML of all pages of a notebook, made in one go where many notebooks are rendered.

To start pandoc for every page takes a quarter of a second a notebook. So a kernel whose variable
RENDERING is HTML_LATER leaves it out, and `add_html` completes the notebook that comes back. Most
pages are the same for every team: what was made is kept for as long as the process lives.
"""

from __future__ import annotations

import re
import tempfile
import uuid
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from workshop_kit.errors import NotebookError
from workshop_kit.forms.twin import MADE_LATER, TO_HTML, Twin, on_screen
from workshop_kit.markup import PandocFailed, pandoc
from workshop_kit.shelf import Shelf, key_of

MADE = Shelf(room=4_000_000)  # all pages that teams share are a tenth of that

# Beside others a footnote goes to the very end, a link gets a file's name before its target, and
# what looks like a tag another empty line. Words from people hold none of these: see `literal`.
_ALONE = re.compile(r"(?<!\\)(?:\[(?! \])|<)|^\s*$")


def add_html(cells: Iterable[Any]) -> None:
    """Completes the pages among the outputs of nbformat's cells. Raises NotebookError, with the cell."""
    waiting = [
        (cell.id, output.data)
        for cell in cells
        for output in cell.get("outputs", [])
        if output.get("metadata", {}).pop(MADE_LATER, False)
    ]
    made = _made([data["text/markdown"] for _, data in waiting])
    for name, data in waiting:
        page = data["text/markdown"]
        data["text/html"] = made.get(page) or _alone(page, name)


def _made(pages: Sequence[str]) -> dict[str, str]:
    """The HTML of the pages, as far as it was kept or can be made in one call of pandoc."""
    known: dict[str, str] = {}
    for page in dict.fromkeys(pages):
        if (html := MADE.get(key_of(page))) is not None:
            known[page] = html.decode()
    new = [page for page in dict.fromkeys(pages) if page not in known and not _ALONE.search(page)]
    for page, text in _converted(new).items():
        known[page] = MADE.keep(key_of(page), text.encode()).decode()
    return known


def _converted(pages: Sequence[str]) -> dict[str, str]:
    """The HTML of the pages, as pandoc makes it of each alone; nothing where one call can't do it."""
    if not pages:
        return {}
    # Files of their own keep an unclosed fence in its page; the mark between them can't be guessed.
    mark = uuid.uuid4().hex
    with tempfile.TemporaryDirectory(prefix="workshop-kit-") as name:
        folder = Path(name)
        (folder / "mark").write_text(mark, encoding="utf-8")
        files: list[str] = []
        for number, page in enumerate(pages):
            (folder / str(number)).write_bytes(on_screen(page).encode("utf-8", "replace"))
            files += [str(number), "mark"]
        try:
            out, _ = pandoc([*TO_HTML, "--file-scope", *files], "", folder)
        except PandocFailed:  # which of them it was, is found where each is made alone
            return {}
    parts = out.split(f"<p>{mark}</p>\n")
    return dict(zip(pages, parts, strict=False)) if len(parts) == len(pages) + 1 else {}


def _alone(page: str, cell: str) -> str:
    try:
        return Twin(page).html()
    except PandocFailed as error:
        raise NotebookError("", cell, f"PandocFailed: {error}") from error
