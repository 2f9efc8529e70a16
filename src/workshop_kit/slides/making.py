"""The slides of an event: their notebook runs, and becomes a page to present from and a PDF."""

from __future__ import annotations

import logging
import tempfile
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from workshop_kit.content import kit_folder
from workshop_kit.errors import HandoutError
from workshop_kit.event import EventFolder
from workshop_kit.event_sheet import event_sheet
from workshop_kit.execution import environment, execute
from workshop_kit.handout import PressFailed
from workshop_kit.markup import PandocFailed
from workshop_kit.slides.exporter import OfflineSlides
from workshop_kit.slides.pages import print_slides
from workshop_kit.slides.reading import split_outputs
from workshop_kit.variables import RENDERING
from workshop_kit.whole_file import write_whole

NAME = "slides"
NO_SLIDES = "everybody works through this agenda alone, so there are no slides"
NOTES_INSIDE = "slides.html holds your notes: present from it, and hand out slides.pdf"


def write_slides(folder: EventFolder, out: Path) -> tuple[tuple[Path, ...], tuple[str, ...]]:
    """The files written below `out/facilitator`, and remarks: slides.html and slides.pdf.

    None are written for an agenda without a facilitator. Raises NotebookError.
    """
    if not folder.agenda.facilitated:
        return (), (NO_SLIDES,)
    source = kit_folder("facilitator") / f"{NAME}.ipynb"
    nb = _executed(source, folder.path.resolve())
    sheet = event_sheet(folder)
    nb.metadata["workshop_kit"] = sheet.model_dump()
    place = {"metadata": {"name": NAME, "path": str(source.parent)}}
    exporter = OfflineSlides(log=_quiet())  # type: ignore[no-untyped-call]
    try:
        page, _ = exporter.from_notebook_node(nb, place)
        pdf, remarks = print_slides(split_outputs(nb), sheet, source.parent)
    except (PandocFailed, PressFailed) as error:
        raise HandoutError(NAME, "", f"the slides can't be set: {error}") from error
    target = out / "facilitator"
    target.mkdir(parents=True, exist_ok=True)
    files = (target / f"{NAME}.html", target / f"{NAME}.pdf")
    for path, data in zip(files, (page.encode(), pdf), strict=True):
        write_whole(path, data)
    return files, (NOTES_INSIDE, *remarks)


def _quiet() -> logging.Logger:
    """A logger that says nothing: what it would say is among the remarks of the PDF."""
    log = logging.getLogger(f"{__name__}.exporter")
    log.setLevel(logging.CRITICAL)
    return log


def _executed(source: Path, event_dir: Path) -> NotebookNode:
    with tempfile.TemporaryDirectory(prefix="wk-") as scratch:
        own = {
            "JUPYTER_RUNTIME_DIR": str(Path(scratch, "r")),
            "IPYTHONDIR": str(Path(scratch, "i")),
            "JUPYTER_PREFER_ENV_PATH": "1",
            RENDERING: "1",
        }
        with environment(own):
            nb = nbformat.read(source, as_version=4)
            return execute(nb, {"event_dir": str(event_dir)}, NAME, source.parent)
