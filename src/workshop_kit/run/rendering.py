"""A run from its beginning to its end: what is to be done, who does it, what is recorded of it."""

from __future__ import annotations

import hashlib
import os
import tempfile
import time
from collections.abc import Callable, Collection, Sequence
from pathlib import Path

from workshop_kit.errors import InputError, Problem
from workshop_kit.event import EventFolder
from workshop_kit.run import server
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
from workshop_kit.run.journal import Journal
from workshop_kit.run.pool import Pool
from workshop_kit.run.progress import Progress, Watch
from workshop_kit.run.work import Record, Report, Run, work_off
from workshop_kit.store import open_store


def render(
    folder: EventFolder,
    out: Path,
    teams: Collection[str] = (),
    jobs: int | None = None,
    progress: Callable[[Progress], None] = lambda _moment: None,
    notebooks: Sequence[Path] | None = None,
    exercises: bool = False,
    follow_up: bool = False,
) -> Report:
    """Renders what is not current, for the named teams or for all, in `jobs` processes.

    With `exercises` also the self-paced ones, with `follow_up` those for after 30, 60 and 90 days;
    what an earlier run made of either is kept up to date without it. What the teams' leaders have
    answered is printed, each team's in its own files. The cards of the conversations are for the
    whole event: with `teams` they are left as they are. `progress` is called after each job.

    Raises InputError when there is nothing that could be started: a team that is not in the event,
    an output folder that can't be used; StoreError when the answers can't be read.
    """
    server.begin()
    _refuse_unknown(folder, teams)
    prepare(folder, out)

    def here(run: Run, todo: Sequence[Job]) -> None:
        with tempfile.TemporaryDirectory(prefix="wk-", dir=_short_folder()) as scratch:
            work_off(run, todo, Pool(min(jobs or _cores(), len(todo)), scratch))

    return carry_out(
        folder,
        out,
        Journal(out),
        here,
        teams=teams,
        progress=progress,
        notebooks=notebooks,
        exercises=exercises,
        follow_up=follow_up,
    )


def carry_out(
    folder: EventFolder,
    out: Path,
    record: Record,
    work_off: Callable[[Run, Sequence[Job]], None],
    *,
    index: Path | None = None,
    teams: Collection[str] = (),
    progress: Callable[[Progress], None] = lambda _moment: None,
    notebooks: Sequence[Path] | None = None,
    exercises: bool = False,
    follow_up: bool = False,
) -> Report:
    """Has what is not current done by `work_off`, which calls `finished` for every job.

    Nothing is looked up in `out`: what stands there, `record` knows. The page of all papers goes
    into the folder `index`, or into `out`. For the rest see `render`.
    """
    began = time.monotonic()
    _refuse_unknown(folder, teams)
    alone = shipped_notebooks(EXERCISES) if notebooks is None else ()
    after = shipped_notebooks(FOLLOW_UP) if notebooks is None or follow_up else ()
    cards = plan_cards(folder, out) if notebooks is None else ()
    notebooks = shipped_notebooks() if notebooks is None else notebooks
    every = (*plan(folder, out, notebooks, alone, _answers(folder), after), *cards)
    asked_for = {EXERCISES: exercises, FOLLOW_UP: follow_up}
    wanted = [
        job
        for job in every
        if (not teams or job.team in teams)
        and (asked_for.get(job.series, True) or job.key in record.made)
    ]
    todo = record.remaining(wanted)
    report = Report(
        out, (index or out) / "index.html", len({job.team for job in wanted if job.team})
    )
    report.current = len(wanted) - len(todo)  # each job makes one PDF
    with record:
        run = Run(record, report, Watch(todo), progress)
        for key in set(record.made) - {job.key for job in every}:
            record.forget(key)
        if todo:
            work_off(run, todo)
    titles = {path.stem: _title(path) for path in (*notebooks, *alone)}
    titles |= {path.stem: f"After {days_of(path)} days" for path in after}
    failures = [str(failure) for failure in report.failures]
    write_index(folder, index or out, record.made.keys(), titles, cards, failures)
    report.peak_memory, report.seconds = run.watch.peak_memory, time.monotonic() - began
    return report


def _answers(folder: EventFolder) -> dict[str, str]:
    """A digest of what each team's leader has answered so far, by team and activity."""
    digests: dict[str, hashlib._Hash] = {}
    with open_store(folder.path, folder.event.database) as store:
        for revision in store.latest():
            found = digests.setdefault(f"{revision.team}/{revision.activity}", hashlib.sha256())
            found.update(revision.model_dump_json(exclude={"id", "device"}).encode())
    return {key: found.hexdigest() for key, found in digests.items()}


def _refuse_unknown(folder: EventFolder, teams: Collection[str]) -> None:
    known = [team.slug for team in folder.teams]
    problems = [
        Problem("teams.csv", "", f"has no team `{slug}`.", f"There are: {', '.join(known)}.")
        for slug in teams
        if slug not in known
    ]
    if problems:
        raise InputError(problems)


def prepare(folder: EventFolder, out: Path) -> None:
    """Makes the output folder. Raises InputError where it can't be used."""
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
    """Socket files allow about 100 characters of path; some systems' temp folders use most of them."""
    usual = tempfile.gettempdir()
    return "/tmp" if len(usual) > 30 and Path("/tmp").is_dir() else None


def _title(path: Path) -> str:
    """A notebook's name as people read it: `02-stage-mapping` is "Stage mapping"."""
    words = path.stem.partition("-")[2].replace("-", " ")
    return words[:1].upper() + words[1:]
