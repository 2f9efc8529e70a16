"""What a worker does: one team's jobs, by the very functions that a run on one machine uses."""

from __future__ import annotations

import atexit
import functools
import os
import shutil
import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from multiprocessing import process
from pathlib import Path

from workshop_kit.cluster.event_copy import EVENT, SNAPSHOT_URL, unpack
from workshop_kit.cluster.places import open_place
from workshop_kit.execution import environment
from workshop_kit.run import server
from workshop_kit.run.jobs import Job
from workshop_kit.run.results import Done, Failed
from workshop_kit.store.database import VARIABLE

OUT = "out"
PATH_AT_MOST = 60  # below it come socket files, whose path may have about 100 characters

_visits: dict[str, Visit] = {}
_one_at_a_time = threading.Lock()  # a notebook's directory and environment are the process's own


@dataclass(frozen=True)
class TeamWork:
    """Jobs of one team, to be done one after another; paths in them are relative to a worker's copy.

    `given` has files of the output that they need, by name; `fetch` names others, which the worker
    reads at `out` itself; `taken` are names that are in use. Where `out` is empty the results are
    sent back. Nothing of it is shown: Dask writes what it can't do into its log.
    """

    visit: str
    jobs: tuple[Job, ...] = field(repr=False)
    out: str = field(repr=False)
    given: Mapping[str, bytes] = field(repr=False)
    fetch: tuple[str, ...] = field(repr=False)
    taken: tuple[str, ...] = field(repr=False)


@dataclass(frozen=True)
class TeamDone:
    """What became of each job, by key; `sizes` of what was written, or `files` to be written."""

    results: dict[str, Done | Failed] = field(repr=False)
    sizes: dict[str, int] = field(repr=False)
    files: dict[str, bytes] = field(repr=False)


class Visit:
    """A run's copy of an event on one worker; removed when the run ends, or its driver does."""

    def __init__(self, name: str, packed: bytes, local: Path, snapshot: bool) -> None:
        self.folder = _home(local) / name
        self._snapshot = snapshot
        self._over = False
        self._in_use = threading.Lock()
        unpack(packed, self.folder)

    def end(self) -> None:
        """Removes the copy, at once or when its team that is under way is done."""
        self._over = True
        self._remove_if_over()

    @contextmanager
    def under_way(self) -> Iterator[Path]:
        """The copy's folder while this process works for it; afterwards the process is as before."""
        try:
            with self._in_use, _one_at_a_time, self._prepared():
                yield self.folder
        finally:
            self._remove_if_over()

    @contextmanager
    def _prepared(self) -> Iterator[None]:
        from workshop_kit.run import worker  # here, so that only workers import what prints

        before, scratch = dict(os.environ), tempfile.tempdir
        database = {VARIABLE: SNAPSHOT_URL} if self._snapshot else {}
        try:
            with environment({**server.ONE_THREAD, **database}):
                os.environ.pop("PYTHONHASHSEED", None)  # Dask's; kernels are to have their own
                worker.prepare(str(self.folder))
                yield
        finally:
            os.environ.clear()
            os.environ.update(before)
            tempfile.tempdir = scratch

    def _remove_if_over(self) -> None:
        """Whoever comes last removes it: the one that ends it, or the one that it was in use by."""
        if self._over and self._in_use.acquire(blocking=False):
            shutil.rmtree(self.folder, ignore_errors=True)
            self._in_use.release()


@functools.cache
def _home(local: Path) -> Path:
    """This process's folder for what it needs; Dask removes its own, also those of dead processes.

    The forkserver that kernels come from stays from one visit to the next, and so must its socket.
    """
    home = local
    if len(str(local)) > PATH_AT_MOST:
        home = Path(tempfile.mkdtemp(prefix="wk-"))
        atexit.register(shutil.rmtree, home, ignore_errors=True)
    config = process.current_process()._config  # type: ignore[attr-defined]
    if config.get("tempdir") is None:
        (home / "sockets").mkdir(mode=0o700)
        config["tempdir"] = str(home / "sockets")
    return home


def begin_visit(name: str, packed: bytes, local: Path, snapshot: bool) -> None:
    """Keeps a copy of an event on this worker."""
    end_visit(name)
    _visits[name] = Visit(name, packed, local, snapshot)


def end_visit(name: str) -> None:
    """Removes the copy of an event."""
    if visit := _visits.pop(name, None):
        visit.end()


def do(work: TeamWork) -> TeamDone:
    """Does a team's jobs. It never raises: Dask would log what it was given."""
    done = TeamDone({}, {}, {})
    try:
        with _visits[work.visit].under_way() as folder:
            _do_all(work, folder, done)
    except Exception as error:
        reason = f"{type(error).__name__}: the worker could not begin, or had to stop"
        for job in work.jobs:
            done.results.setdefault(job.key, Failed("", reason))
    return done


def _do_all(work: TeamWork, folder: Path, done: TeamDone) -> None:
    out = folder / OUT
    try:
        _lay_out(work, out)
        for job in work.jobs:
            failed = [
                name
                for name in job.parts
                if isinstance(done.results.get(f"{job.team}/{name}"), Failed)
            ]
            if failed:
                reason = f"not made, because {' and '.join(failed)} failed"
                done.results[job.key] = Failed("", reason)
            else:
                done.results[job.key] = _do_one(work, job, folder, done)
    finally:
        shutil.rmtree(out, ignore_errors=True)


def _lay_out(work: TeamWork, out: Path) -> None:
    """Puts in place what is already at the output and matters here."""
    for name in work.taken:
        _put(out / name, b"")
    for name, data in work.given.items():
        _put(out / name, data)
    if work.fetch:
        place = open_place(work.out)
        for name in work.fetch:
            _put(out / name, place.read(name))


def _put(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def _do_one(work: TeamWork, job: Job, folder: Path, done: TeamDone) -> Done | Failed:
    from workshop_kit.run import worker

    here = replace(
        job,
        notebook=job.notebook and folder / job.notebook,
        folder=folder / OUT / job.folder,
        event_dir=folder / EVENT,
    )
    result = worker.work(here)
    if isinstance(result, Failed):
        return result
    # What somebody had worked in was renamed: it is written first, so that it is never nowhere.
    names = [*result.set_aside, *((job.folder / name).as_posix() for name in result.files)]
    files = {name: (folder / OUT / name).read_bytes() for name in names}
    if not work.out:
        done.files.update(files)
        return result
    try:
        place = open_place(work.out)
        for name, data in files.items():
            place.write(name, data)
            done.sizes[name] = len(data)
    except OSError as error:
        return Failed("", f"it can't be written to the output: {error.strerror or error}")
    return result
