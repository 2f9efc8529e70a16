"""(f) Where the milliseconds of one notebook go, in a worker that is warm.

    python -m benchmarks.breakdown EVENT OUT [--teams 3]

The worker's own `work` is called for every job of a team, as `render` calls it. The functions below it
are timed from outside, each without those that it calls. A first and a last cell of ours ask the kernel for
its CPU time: what it had used when it was ready, and what the cells took. The first team only warms up.
"""

from __future__ import annotations

import argparse
import collections
import functools
import importlib
import json
import resource
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat

from benchmarks.events import make_event
from benchmarks.measure import machine_cpu, run, tell

REST = "the rest of the worker"
CLIENT = "papermill and nbclient"
WATCHED = (  # module, function, what it is; one that is gone by now is passed over
    ("workshop_kit.run.worker", "execute", CLIENT),
    ("workshop_kit.run.worker", "add_html", "the pages’ HTML"),
    ("workshop_kit.run.worker", "tidied", "tidying the notebook"),
    ("workshop_kit.run.worker", "sealed", "tidying the notebook"),
    ("workshop_kit.run.worker", "read_notebook", "reading what is printed"),
    ("workshop_kit.run.worker", "print_part", "setting the page"),
    ("workshop_kit.run.worker", "print_parts", "setting the page"),
    ("workshop_kit.run.worker", "set_aside", "nbformat"),
    ("workshop_kit.run.worker", "write_whole", "disk"),
    ("workshop_kit.pictures", "draw_chart", "charts"),
    ("workshop_kit.pictures", "chart_as_png", "charts"),
    ("workshop_kit.markup.conversion", "pandoc", "pandoc"),
    ("workshop_kit.handout.press", "compile_folder", "Typst"),
    ("nbformat", "read", "nbformat"),
    ("nbformat", "writes", "nbformat"),
    ("nbformat", "write", "nbformat"),
    ("nbformat", "validate", "nbformat"),
)
PROBES = ("probe-first", "probe-last")
ASK = "import time; print(time.process_time())"


def measure(home: Path, quick: bool) -> dict[str, Any]:
    """Milliseconds a notebook and a handout, by step, from one run in one process."""
    teams = 1 if quick else 3
    event = make_event(home / "event", teams + 1)
    options = (event, home / "out", f"--teams={teams}")
    figures: dict[str, Any] = run([sys.executable, "-m", "benchmarks.breakdown", *options]).found
    tell(
        f"{figures['notebook']['wall']:.0f} ms a notebook, {figures['handout']['wall']:.0f} a handout"
    )
    return figures


class Stopwatch:
    """Times by step: what passes belongs to the innermost step under way."""

    def __init__(self) -> None:
        self.spent: dict[str, list[float]] = {}
        self._open = [REST]
        self._last = self._now()

    def start(self) -> None:
        """Begins at nothing."""
        self.spent, self._open, self._last = {}, [REST], self._now()

    def stop(self) -> dict[str, list[float]]:
        """Seconds of wall and of CPU by step, since `start`."""
        self._pass()
        return self.spent

    def watch(self, module: str, name: str, step: str) -> None:
        """Puts a timed function in the place of the module's own, where there is one."""
        home = importlib.import_module(module)
        if function := getattr(home, name, None):
            setattr(home, name, self.timed(function, step))

    def timed(self, function: Callable[..., Any], step: str) -> Callable[..., Any]:
        """The function, its time noted under the step."""

        @functools.wraps(function)
        def call(*args: Any, **kwargs: Any) -> Any:
            self._pass()
            self._open.append(step)
            try:
                return function(*args, **kwargs)
            finally:
                self._pass()
                self._open.pop()

        return call

    def _pass(self) -> None:
        now, step = self._now(), self._open[-1]
        wall, own, ended = (new - old for new, old in zip(now, self._last, strict=True))
        mine = self.spent.setdefault(step, [0.0, 0.0])
        mine[0] += wall
        # A kernel that was not forked ends there as a child; the kernels tell their time themselves.
        mine[1] += own if step == CLIENT else own + ended
        self._last = now

    def _now(self) -> tuple[float, float, float]:
        """Wall, CPU of this process, and CPU of children that have ended, such as pandoc."""
        ended = resource.getrusage(resource.RUSAGE_CHILDREN)
        return time.perf_counter(), time.process_time(), ended.ru_utime + ended.ru_stime


class Kernels:
    """What the kernels themselves say of their CPU time: the start, and the cells."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, float, float]] = []

    def probed(self, execute: Callable[..., Any]) -> Callable[..., Any]:
        """`execute`, with a cell before and a cell after all others that ask the kernel."""

        def call(source: Any, parameters: Any, name: str, *others: Any, **more: Any) -> Any:
            first, last = (nbformat.v4.new_code_cell(ASK, id=ident) for ident in PROBES)
            source.cells = [first, *source.cells, last]
            done = execute(source, parameters, name, *others, **more)
            said = {c.id: c.outputs for c in done.cells if c.id in PROBES}
            before, after = (float(said[ident][0].text) for ident in PROBES)
            done.cells = [cell for cell in done.cells if cell.id not in PROBES]
            self.asked.append((name, before, after - before))
            return done

        return call


def work_off(event: Path, out: Path, teams: int) -> dict[str, Any]:
    """The figures of so many teams after a first one."""
    from workshop_kit import load_event
    from workshop_kit.run import shipped_notebooks, worker
    from workshop_kit.run.jobs import plan

    watch, kernels = Stopwatch(), Kernels()
    worker.execute = kernels.probed(worker.execute)  # type: ignore[assignment]
    for module, name, step in WATCHED:
        watch.watch(module, name, step)
    scratch = tempfile.mkdtemp(prefix="wk-", dir="/tmp")
    try:
        worker.prepare(scratch)
        folder = load_event(event)
        jobs = plan(folder, out, shipped_notebooks(), (), dict.fromkeys(_slugs(folder), ""))
        return _figures(watch, kernels, worker.work, jobs, _slugs(folder)[: teams + 1])
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _slugs(folder: Any) -> list[str]:
    return [team.slug for team in folder.teams]


def _figures(
    watch: Stopwatch, kernels: Kernels, work: Callable[..., Any], jobs: Any, teams: list[str]
) -> dict[str, Any]:
    spent: dict[str, dict[str, list[float]]] = {"notebook": {}, "handout": {}}
    count: collections.Counter[str] = collections.Counter()
    busy = 0.0
    for job in (job for team in teams for job in jobs if job.team == team):
        if job.team == teams[0]:  # warms up: engines, the first forked kernel, what is kept
            _well(work(job))
            kernels.asked.clear()
            continue
        kind = "notebook" if job.notebook else "handout"
        before = machine_cpu()
        watch.start()
        _well(work(job))
        for step, (wall, cpu) in watch.stop().items():
            mine = spent[kind].setdefault(step, [0.0, 0.0])
            mine[0], mine[1] = mine[0] + wall, mine[1] + cpu
        busy += (machine_cpu() - before) if job.notebook else 0
        count[kind] += 1
    starts, cells = [a for _, a, _ in kernels.asked], [b for _, _, b in kernels.asked]
    by_notebook: dict[str, list[float]] = {}
    for name, _, seconds in kernels.asked:
        by_notebook.setdefault(name, []).append(seconds)
    figures: dict[str, Any] = {"teams": len(teams) - 1}
    for kind, steps in spent.items():
        figures[kind] = {
            "wall": _ms(sum(wall for wall, _ in steps.values()), count[kind]),
            "steps": {
                step: {"wall": _ms(wall, count[kind]), "cpu": _ms(cpu, count[kind])}
                for step, (wall, cpu) in sorted(steps.items(), key=lambda item: -item[1][0])
            },
        }
    figures["kernel"] = {
        "start_cpu": _ms(sum(starts), len(starts)),
        "cells_cpu": _ms(sum(cells), len(cells)),
        "cells_cpu_by_notebook": {
            name: _ms(sum(times), len(times)) for name, times in sorted(by_notebook.items())
        },
    }
    figures["machine_cpu_a_notebook"] = _ms(busy, count["notebook"])
    return figures


def _ms(seconds: float, count: int) -> float:
    return round(1000 * seconds / max(count, 1), 1)


def _well(result: Any) -> None:
    if hasattr(result, "reason"):
        raise SystemExit(f"a job failed: {result.reason}")


def main() -> None:
    words = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    words.add_argument("event", type=Path)
    words.add_argument("out", type=Path)
    words.add_argument("--teams", type=int, default=3)
    given = words.parse_args()
    print(json.dumps(work_off(given.event.resolve(), given.out.resolve(), given.teams)))


if __name__ == "__main__":
    main()
