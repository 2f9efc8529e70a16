"""An event → every team's notebooks and handouts, and the cards for its conversations.

    report = render(load_event(folder), out)

Jobs go to worker processes; each finished job is recorded at once, so that a run that was killed
is taken up where it stopped. One team's failure leaves the others to finish.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from multiprocessing import active_children, get_context
from pathlib import Path

from workshop_kit.errors import InputError, Problem
from workshop_kit.event import EventFolder
from workshop_kit.run import worker
from workshop_kit.run.index import write_index
from workshop_kit.run.jobs import (
    EXERCISES,
    FOLLOW_UP,
    Job,
    days_of,
    plan,
    plan_cards,
    shipped_notebooks,
)
from workshop_kit.run.manifest import (
    Made,
    Manifest,
    read_manifest,
    remove_made,
    sweep,
    write_manifest,
)
from workshop_kit.store import open_store

__all__ = ["EXERCISES", "FOLLOW_UP", "Failure", "Report", "render", "shipped_notebooks"]


@dataclass(frozen=True)
class Failure:
    """A job that gave nothing: `job` such as `payments/02-stage-mapping`, its cell, and the reason."""

    job: str
    cell: str
    reason: str

    def __str__(self) -> str:
        where = f"{self.job}, cell {self.cell}" if self.cell else self.job
        return f"{where}: {self.reason}"


@dataclass
class Report:
    """What a run did: `notebooks` and `pdfs` made now, and `current`, PDFs that were so already."""

    out: Path
    index: Path
    teams: int
    notebooks: int = 0
    pdfs: int = 0
    current: int = 0
    failures: list[Failure] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)


@dataclass
class _Run:
    """A run under way: what is still to do, and what is recorded."""

    out: Path
    manifest: Manifest
    report: Report
    progress: Callable[[int, int], None]
    total: int
    done: int = 0

    def finished(self, job: Job, result: worker.Done | worker.Failed) -> None:
        if isinstance(result, worker.Failed):
            self.report.failures.append(Failure(job.key, result.cell, result.reason))
            self.forget(job.key)
        else:
            made = Made(inputs=job.inputs, files=result.files)
            self.manifest = self.manifest.with_made(job.key, made)
            write_manifest(self.out, self.manifest)
            self.report.notebooks += sum(name.endswith(".ipynb") for name in job.files)
            self.report.pdfs += sum(name.endswith(".pdf") for name in job.files)
            self.report.remarks += [f"{job.key}: {remark}" for remark in result.remarks]
            self.report.remarks += [
                f"{job.key}: somebody had worked in it; their copy is kept as {name}"
                for name in result.set_aside
            ]
        self.done += 1
        self.progress(self.done, self.total)

    def failed_parts(self, job: Job) -> list[str]:
        """The notebooks of a team's handout that failed in this run."""
        failed = {failure.job for failure in self.report.failures}
        return [name for name in job.parts if f"{job.team}/{name}" in failed]

    def forget(self, key: str) -> None:
        """Removes what an earlier run made of a job that no longer holds: nothing stale is kept."""
        if made := self.manifest.made.get(key):
            remove_made(self.out, key, made)
            self.manifest = self.manifest.without(key)
            write_manifest(self.out, self.manifest)


def render(
    folder: EventFolder,
    out: Path,
    teams: Collection[str] = (),
    jobs: int | None = None,
    progress: Callable[[int, int], None] = lambda _done, _total: None,
    notebooks: Sequence[Path] | None = None,
    exercises: bool = False,
    follow_up: bool = False,
) -> Report:
    """Renders what is not current, for the named teams or for all, in `jobs` processes.

    With `exercises` also the self-paced ones, with `follow_up` those for after 30, 60 and 90 days;
    what an earlier run made of either is kept up to date without it. What the teams' leaders have answered is printed, each team's in its own files. The
    cards of the conversations are for the whole event: with `teams` they are left as they are.
    `progress` is called with (jobs done, jobs in all). Raises InputError when there is nothing
    that could be started: a team that is not in the event, an output folder that can't be used;
    StoreError when the answers can't be read.
    """
    _refuse_unknown(folder, teams)
    _prepare(folder, out)
    sweep(out)
    alone = shipped_notebooks(EXERCISES) if notebooks is None else ()
    after = shipped_notebooks(FOLLOW_UP) if notebooks is None or follow_up else ()
    cards = plan_cards(folder, out) if notebooks is None else ()
    notebooks = shipped_notebooks() if notebooks is None else notebooks
    every = (*plan(folder, out, notebooks, alone, _answers(folder), after), *cards)
    manifest = read_manifest(out)
    asked_for = {EXERCISES: exercises, FOLLOW_UP: follow_up}
    wanted = [
        job
        for job in every
        if (not teams or job.team in teams)
        and (asked_for.get(job.series, True) or job.key in manifest.made)
    ]
    todo = [job for job in wanted if not manifest.is_current(job)]
    report = Report(out, out / "index.html", len({job.team for job in wanted if job.team}))
    report.current = len(wanted) - len(todo)  # each job makes one PDF
    run = _Run(out, manifest, report, progress, len(todo))
    for key in set(manifest.made) - {job.key for job in every}:
        run.forget(key)
    if todo:
        _work_off(run, todo, min(jobs or _cores(), len(todo)))
    titles = {path.stem: _title(path) for path in (*notebooks, *alone)}
    titles |= {path.stem: f"After {days_of(path)} days" for path in after}
    write_index(folder, out, run.manifest, titles, cards, [str(f) for f in report.failures])
    return report


def _work_off(run: _Run, todo: Sequence[Job], processes: int) -> None:
    """Runs the jobs; a worker that dies takes its job with it, and the others go on in a new pool."""
    waiting = list(todo)
    with tempfile.TemporaryDirectory(prefix="wk-", dir=_short_folder()) as scratch:
        while waiting:
            waiting = _until_a_worker_dies(run, waiting, processes, scratch)
            processes = 1  # one at a time from here, so that the job to blame is known


def _until_a_worker_dies(run: _Run, waiting: list[Job], processes: int, scratch: str) -> list[Job]:
    """Works off the jobs; returns those still to do after a worker process died, or an empty list."""
    others = active_children()
    pool = ProcessPoolExecutor(processes, get_context("spawn"), worker.start, (scratch,))
    running: dict[Future[worker.Done | worker.Failed], Job] = {}
    todo = list(waiting)
    try:
        while todo or running:
            for job in _ready(todo, running.values(), 2 * processes - len(running)):
                if missing := run.failed_parts(job):
                    reason = f"not made, because {' and '.join(missing)} failed"
                    run.finished(job, worker.Failed("", reason))
                else:
                    running[pool.submit(worker.work, job)] = job
                todo.remove(job)
            for future in wait(running, return_when=FIRST_COMPLETED).done:
                result = future.result()
                run.finished(running.pop(future), result)
    except BrokenProcessPool:
        left = [*running.values(), *todo]
        if processes == 1:
            reason = "its process died (out of memory?)"
            run.finished(left.pop(0), worker.Failed("", reason))
        pool.shutdown()
        return left
    except KeyboardInterrupt:
        for child in active_children():
            if child not in others:
                child.terminate()  # its kernel ends with it
        pool.shutdown(cancel_futures=True)
        raise
    pool.shutdown()
    return []


def _ready(todo: Sequence[Job], running: Collection[Job], most: int) -> list[Job]:
    """Jobs that may start: notebooks at once, a team's handout when its notebooks are there."""
    ready: list[Job] = []
    for job in todo:
        if len(ready) == most:
            break
        if job.notebook is None:
            before = {f"{job.team}/{name}" for name in job.parts}
            if before & {other.key for other in [*todo, *running]}:
                continue
        ready.append(job)
    return ready


def _answers(folder: EventFolder) -> dict[str, str]:
    """A digest of what each team's leader has answered so far, by the team's slug."""
    digests = {team.slug: hashlib.sha256() for team in folder.teams}
    with open_store(folder.path, folder.event.database) as store:
        for revision in store.latest():
            if digest := digests.get(revision.team):
                digest.update(revision.model_dump_json(exclude={"id", "device"}).encode())
    return {team: digest.hexdigest() for team, digest in digests.items()}


def _refuse_unknown(folder: EventFolder, teams: Collection[str]) -> None:
    known = [team.slug for team in folder.teams]
    problems = [
        Problem("teams.csv", "", f"has no team `{slug}`.", f"There are: {', '.join(known)}.")
        for slug in teams
        if slug not in known
    ]
    if problems:
        raise InputError(problems)


def _prepare(folder: EventFolder, out: Path) -> None:
    if out.resolve() == folder.path.resolve():
        fix = f"Name another one, such as {out / 'out'}."
        raise InputError([Problem(str(out), "", "is the event folder itself.", fix)])
    try:
        out.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=out):
            pass
    except OSError as error:
        fix = "Choose another folder with --out."
        what = f"can't be written to ({error.strerror})."
        raise InputError([Problem(str(out), "", what, fix)]) from error


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _short_folder() -> str | None:
    """Socket files allow about 100 characters of path, and some systems' temp folders use most of them."""
    usual = tempfile.gettempdir()
    return "/tmp" if len(usual) > 30 and Path("/tmp").is_dir() else None


def _title(path: Path) -> str:
    """A notebook's name as people read it: `02-stage-mapping` is "Stage mapping"."""
    words = path.stem.partition("-")[2].replace("-", " ")
    return words[:1].upper() + words[1:]
