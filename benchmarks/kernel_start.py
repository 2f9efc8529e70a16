"""(b) A kernel's start until its first pandas cell has run, and the memory that it alone holds."""

from __future__ import annotations

import asyncio
import json
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from nbclient import NotebookClient
from nbformat.v4 import new_code_cell, new_notebook

from benchmarks.measure import private_memory, run, spread, tell
from workshop_kit.kernels import LocalKernel

CELL = """
import pandas as pd

pd.DataFrame({"level": ["Engineer", "Senior"], "lines": [4, 7]}).groupby("level")["lines"].sum()
"""
OWN = "workshop-kit, as the kit starts it"  # as `render` and `open` do; the same kernel
KINDS = ("python3", "workshop-kit", OWN)


def measure(home: Path, quick: bool) -> dict[str, Any]:  # noqa: ARG001
    """Of each kernelspec: seconds until the first pandas cell has run, private MB then; and the ratios."""
    times = "3" if quick else "10"
    found = run([sys.executable, "-m", "benchmarks.kernel_start", times]).found
    figures: dict[str, Any] = {}
    for kind, starts in found.items():
        (first, _), *others = starts
        figures[kind] = {
            "seconds": spread([seconds for seconds, _ in others]),
            "very_first_seconds": round(first, 3),
            "private_mb": spread([memory for _, memory in others], 1),
        }
        seconds, memory = figures[kind]["seconds"], figures[kind]["private_mb"]
        tell(f"{kind}: {seconds['median']:.2f} s, {memory['median']:.0f} MB of its own")
    theirs, ours, own = (figures[kind] for kind in KINDS)
    for key in ("seconds", "private_mb"):
        figures[f"times_{key}"] = round(theirs[key]["median"] / ours[key]["median"], 1)
    times = theirs["seconds"]["median"] / own["seconds"]["median"]
    figures["times_seconds_own"] = round(times, 1)
    figures["forty_kernels_gb"] = round(40 * ours["private_mb"]["median"] / 1024, 1)
    return figures


async def start_one(kind: str) -> tuple[float, float]:
    """Seconds and private MB of one kernel, started by nbclient with jupyter_client's own manager.

    Its client waits until there was silence for 0.2 s; the kit's own, of `OWN`, does not.
    """
    cell = new_code_cell(CELL)
    given: dict[str, Any] = {"kernel_name": kind}
    if kind == OWN:
        given = {"kernel_name": "python3", "kernel_manager_class": LocalKernel}
    client = NotebookClient(new_notebook(cells=[cell]), **given)
    start = time.perf_counter()
    async with client.async_setup_kernel():
        await client.async_execute_cell(cell, 0)
        seconds = time.perf_counter() - start
        memory = private_memory(client.km.provisioner.pid)
    return seconds, memory


async def start_all(times: int) -> dict[str, list[tuple[float, float]]]:
    """The very first of each kind, then so many more by turns."""
    found: dict[str, list[tuple[float, float]]] = {kind: [] for kind in KINDS}
    for _ in range(times + 1):
        for kind in KINDS:
            found[kind].append(await start_one(kind))
    return found


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="wk-") as folder:
        os.environ["JUPYTER_RUNTIME_DIR"] = folder
        print(json.dumps(asyncio.run(start_all(int(sys.argv[1])))))
