"""What somebody would write without the kit's `render`: papermill's API, then nbconvert's webpdf.

    python -m benchmarks.loop EVENT OUT --teams 3 [--processes 2]

The browser is Debian's Chromium, cut off from the network: a page that asks for MathJax or require.js
gets an answer at once (none). With a network the loop waits for them, so that its times here are its best.
Prints what each notebook took, and all of them, as JSON. The imports are not counted.
"""

from __future__ import annotations

import argparse
import json
import logging
import multiprocessing
import os
import shutil
import time
import warnings
from pathlib import Path
from typing import Any

import papermill
from nbconvert import WebPDFExporter
from playwright.async_api import BrowserType

from workshop_kit import load_event
from workshop_kit.run import shipped_notebooks

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
OFFLINE = ["--disable-gpu", "--host-resolver-rules=MAP * ~NOTFOUND"]
launch = BrowserType.launch


async def launch_debians(self: BrowserType, **options: Any) -> Any:
    """The exporter knows no option for which Chromium it is."""
    return await launch(self, executable_path=CHROMIUM, **options)


def render_one(task: tuple[Path, Path, str, Path]) -> list[float]:
    """Runs and prints one notebook of one team; the seconds of both."""
    notebook, event, team, out = task
    warnings.simplefilter("ignore")
    logging.getLogger("papermill").setLevel(logging.ERROR)
    BrowserType.launch = launch_debians  # type: ignore[method-assign]
    (out / team).mkdir(parents=True, exist_ok=True)
    made = out / team / notebook.name
    start = time.perf_counter()
    papermill.execute_notebook(
        str(notebook),
        str(made),
        parameters={"event_dir": str(event), "team": team},
        kernel_name="python3",
        progress_bar=False,
    )
    ran = time.perf_counter()
    exporter = WebPDFExporter(disable_sandbox=os.geteuid() == 0, browser_args=OFFLINE)
    pdf, _ = exporter.from_filename(str(made))
    made.with_suffix(".pdf").write_bytes(pdf)
    return [ran - start, time.perf_counter() - ran]


def main() -> None:
    words = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    words.add_argument("event", type=Path)
    words.add_argument("out", type=Path)
    words.add_argument("--teams", type=int, default=3)
    words.add_argument("--notebooks", type=int, default=6)
    words.add_argument("--processes", type=int, default=1)
    given = words.parse_args()
    tasks = [
        (notebook, given.event.resolve(), team.slug, given.out.resolve())
        for team in load_event(given.event).teams[: given.teams]
        for notebook in shipped_notebooks()[: given.notebooks]
    ]
    if given.processes == 1:
        start = time.perf_counter()
        each = [render_one(task) for task in tasks]
    else:
        with multiprocessing.get_context("spawn").Pool(given.processes) as pool:
            pool.map(time.sleep, [5] * given.processes, chunksize=1)  # all have imported by then
            start = time.perf_counter()
            each = pool.map(render_one, tasks, chunksize=1)
    print(json.dumps({"seconds": time.perf_counter() - start, "each": each}))


if __name__ == "__main__":
    main()
