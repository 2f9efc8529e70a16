"""What one process does: run a notebook through papermill, tidy it, print it.

A process does one job at a time (papermill's `cwd` changes the process's directory) and lives for
many, so that the drawing and typesetting engines start once.
"""

from __future__ import annotations

import hashlib
import json
import logging
import multiprocessing
import os
import shutil
import signal
import tempfile
import threading
from pathlib import Path

import nbformat

from workshop_kit import pictures
from workshop_kit.content import load_curriculum, load_trio
from workshop_kit.errors import HandoutError, NotebookError
from workshop_kit.execution import execute, first_line
from workshop_kit.forms import add_html
from workshop_kit.handout import (
    PressFailed,
    Sheet,
    complain,
    print_part,
    print_parts,
    read_notebook,
)
from workshop_kit.run.jobs import CONVERSATIONS, Job
from workshop_kit.run.manifest import sealed, set_aside
from workshop_kit.run.reading import NOT_RUN
from workshop_kit.run.results import Done, Failed
from workshop_kit.script_sheets import script_pdf, trio_pdf
from workshop_kit.variables import HTML_LATER, PARTICIPANT, RENDERING
from workshop_kit.whole_file import write_whole

WIDGET = "application/vnd.jupyter.widget-view+json"
METADATA_KEPT = {"kernelspec", "language_info"}
HOW_TO_BEGIN = (
    "**To begin, press ⏩ above this page** (in the menu: *Run ▸ Restart Kernel and Run All Cells…*). "
    "If you are asked, answer *Restart*. After some seconds the page is ready to work in. You can "
    "press it again at any time; what was saved stays saved."
)


def start(scratch: str) -> None:
    """Prepares a worker process. `scratch` is a folder with a short path, removed after the run."""
    prepare(scratch)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to handle
    threading.Thread(target=_end_with_parent, args=(scratch,), daemon=True).start()


def prepare(scratch: str) -> None:
    """Sets what jobs need in a process: its environment, where temporary files go, and no log."""
    os.environ["JUPYTER_RUNTIME_DIR"] = str(Path(scratch, f"r{os.getpid()}"))
    os.environ["IPYTHONDIR"] = str(Path(scratch, "ipython"))
    os.environ["JUPYTER_PREFER_ENV_PATH"] = "1"
    os.environ[RENDERING] = HTML_LATER
    os.environ.pop(PARTICIPANT, None)  # a team's files hold its leader's answers and nobody else's
    logging.getLogger("papermill").setLevel(logging.CRITICAL)
    logging.getLogger("traitlets").setLevel(logging.CRITICAL)
    tempfile.tempdir = scratch  # so that nothing of an event stays behind in another place


def _end_with_parent(scratch: str) -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        shutil.rmtree(scratch, ignore_errors=True)
        os._exit(1)


def work(job: Job) -> Done | Failed:
    """Does the job and writes its files, or leaves everything as it was and says why.

    A notebook that somebody has worked in is set aside first.
    """
    try:
        made, remarks = _made(job)
        return _written(job, made, remarks)
    except NotebookError as error:
        return Failed(error.cell, error.reason)
    except OSError as error:
        return Failed("", f"{error.strerror or error} ({Path(error.filename or '').name})")
    except Exception as error:  # one team's failure must leave the others to finish
        return Failed("", f"{type(error).__name__}: {first_line(str(error))}")


def _made(job: Job) -> tuple[dict[str, bytes], list[str]]:
    if job.notebook:
        return _notebook(job)
    return _cards(job) if job.series == CONVERSATIONS else _handout(job)


def _written(job: Job, made: dict[str, bytes], remarks: list[str]) -> Done:
    moved = []
    for number, (name, data) in enumerate(made.items()):
        path = job.folder / name
        if path.suffix == ".ipynb" and (aside := set_aside(path)):
            moved.append(f"{Path(job.key).parent.as_posix()}/{aside.name}")
        try:
            write_whole(path, data)
        except OSError:
            for done in list(made)[:number]:
                (job.folder / done).unlink()
            raise
    digests = {name: hashlib.sha256(data).hexdigest() for name, data in made.items()}
    return Done(digests, tuple(remarks), tuple(moved))


# ---- notebooks ---------------------------------------------------------------------------------


def _notebook(job: Job) -> tuple[dict[str, bytes], list[str]]:
    job.folder.mkdir(parents=True, exist_ok=True)
    nb = _kept(job) if job.keeps_notebook else _executed(job)
    part = read_notebook(nb, job.folder, job.name)
    complain(part, job.name, strict=True, warn=None)
    try:
        pdf, remarks = print_part(part, Sheet.model_validate(job.sheet))
    except PressFailed as error:
        raise HandoutError(job.name, "", f"Typst can't set it: {error}") from error
    text = nbformat.writes(nb).rstrip("\n") + "\n"
    return {f"{job.name}.ipynb": text.encode(), f"{job.name}.pdf": pdf}, remarks


def _executed(job: Job) -> nbformat.NotebookNode:
    assert job.notebook is not None
    source = nbformat.read(job.notebook, as_version=4)
    source.cells = [c for c in source.cells if not NOT_RUN & set(c.metadata.get("tags", []))]
    parameters = {"event_dir": str(job.event_dir), "team": job.team}
    executed = execute(source, parameters, job.name, job.folder)
    add_html(executed.cells)
    return sealed(tidied(executed, job))


def _kept(job: Job) -> nbformat.NotebookNode:
    """The notebook that is there, its charts drawn anew: another font changes them."""
    nb: nbformat.NotebookNode = nbformat.read(job.folder / f"{job.name}.ipynb", as_version=4)
    for cell in nb.cells:
        for output in cell.get("outputs", []):
            _draw(cell.id, output)
    return nb


def tidied(nb: nbformat.NotebookNode, job: Job) -> nbformat.NotebookNode:
    """The notebook as a leader gets it: code folded away, charts drawn, no trace of where it ran."""
    nb.metadata = nbformat.from_dict({k: v for k, v in nb.metadata.items() if k in METADATA_KEPT})
    nb.metadata["workshop_kit"] = job.sheet
    nb.cells = _with_own_parameters(nb.cells, job)
    begin = nbformat.v4.new_markdown_cell(HOW_TO_BEGIN, id="how-to-begin")
    begin.metadata["tags"] = ["live-only"]
    nb.cells.insert(1, begin)
    for cell in nb.cells:
        tags = cell.metadata.get("tags", [])
        cell.metadata = nbformat.from_dict({"tags": tags} if tags else {})
        if cell.cell_type == "code":
            cell.metadata["jupyter"] = {"source_hidden": True}
            cell.execution_count = None
            for output in cell.outputs:
                _draw(cell.id, output)
    return nb


def _with_own_parameters(
    cells: list[nbformat.NotebookNode], job: Job
) -> list[nbformat.NotebookNode]:
    """The cells with this team's parameters in place of the default ones, which name another team."""
    kept = [c for c in cells if "injected-parameters" not in c.metadata.get("tags", [])]
    for cell in kept:
        if "parameters" in cell.metadata.get("tags", []):
            shown = json.dumps(job.event_shown, ensure_ascii=False)
            cell.source = f"event_dir = {shown}\nteam = {json.dumps(job.team)}"
    return kept


def _draw(cell: str, output: nbformat.NotebookNode) -> None:
    """Adds the picture of a chart, which JupyterLab shows without fetching anything."""
    if "execution_count" in output:
        output["execution_count"] = None
    data = output.get("data", {})
    if "text/html" in data:
        data.pop(WIDGET, None)  # its kernel is gone: JupyterLab would show an error in its place
    for mime in [mime for mime in data if pictures.VEGALITE.fullmatch(mime)]:
        try:
            data["image/png"] = pictures.chart_as_png(pictures.draw_chart(data[mime], mime))
        except pictures.Unprintable as error:
            raise NotebookError("", cell, str(error)) from error
        output.metadata["image/png"] = {"alt": data[mime].get("description", "")}


# ---- cards for the conversations ---------------------------------------------------------------


def _cards(job: Job) -> tuple[dict[str, bytes], list[str]]:
    sheet = Sheet.model_validate(job.sheet)
    job.folder.mkdir(parents=True, exist_ok=True)
    if job.script is None:
        pdf, remarks = trio_pdf(load_trio(), sheet)
    else:
        pdf, remarks = script_pdf(job.script, sheet, load_curriculum().signal_texts)
    return {f"{job.name}.pdf": pdf}, remarks


# ---- handouts ----------------------------------------------------------------------------------


def _handout(job: Job) -> tuple[dict[str, bytes], list[str]]:
    folder = job.folder
    parts = []
    for name in job.parts:
        nb = nbformat.read(folder / f"{name}.ipynb", as_version=4)
        parts.append(read_notebook(nb, folder, name))
    sheet = Sheet.model_validate(job.sheet)
    welcome = None
    if job.welcome:
        page = {"cells": [{"cell_type": "markdown", "source": job.welcome}]}
        welcome = read_notebook(page, job.event_dir, "welcome")
        complain(welcome, "event.yaml, key welcome", strict=True, warn=None)
    pdf, remarks = print_parts(parts, sheet, sheet.team, welcome)
    return {f"{job.name}.pdf": pdf}, remarks
