"""A run's work handed to a cluster: one task a team, as many at once as there are workers."""

from __future__ import annotations

import queue
import secrets
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from workshop_kit.cluster.event_copy import EVENT, pack, packed_name, server_of
from workshop_kit.cluster.places import Place
from workshop_kit.cluster.record import UrlRecord
from workshop_kit.cluster.team_work import TeamDone, TeamWork, do
from workshop_kit.errors import WorkshopKitError
from workshop_kit.event import EventFolder
from workshop_kit.run.jobs import Job
from workshop_kit.run.journal import Journal
from workshop_kit.run.manifest import sha256
from workshop_kit.run.results import Failed

if TYPE_CHECKING:
    from workshop_kit.run import Run

DEATHS_AT_MOST = 3  # of workers, over one team
SECONDS_BETWEEN_COUNTS = 2.0
SECONDS_WITHOUT_WORKERS = 300.0


class Crew:
    """The workers of a cluster, for one run. `planned_out` is where the plan has its files."""

    def __init__(
        self,
        client: Any,
        folder: EventFolder,
        place: Place,
        planned_out: Path,
        record: UrlRecord | Journal,
    ) -> None:
        self._client, self._folder, self._place = client, folder, place
        self._planned_out, self._record = planned_out, record
        self._visit = f"wk-{secrets.token_hex(4)}"
        self._deaths: Counter[str] = Counter()
        self._again: list[list[Job]] = []
        self._finished: queue.SimpleQueue[Any] = queue.SimpleQueue()

    def work_off(self, run: Run, todo: Sequence[Job]) -> None:
        """Has every job done. What is under way when it is interrupted ends by itself, unrecorded."""
        from workshop_kit.cluster import visits

        notebooks = sorted({job.notebook for job in todo if job.notebook})
        packed = pack(self._folder, notebooks)
        visits.begin(self._client, self._visit, packed, not server_of(self._folder))
        running: dict[str, tuple[Any, list[Job]]] = {}
        try:
            self._work_off(run, _by_team(todo), notebooks, running)
        finally:
            for future, _ in running.values():
                future.cancel()
            if self._client.status == "running":
                visits.end(self._client, self._visit)

    def _work_off(
        self,
        run: Run,
        teams: Iterator[list[Job]],
        notebooks: list[Path],
        running: dict[str, tuple[Any, list[Job]]],
    ) -> None:
        left, numbers = True, iter(range(10**9))
        workers, counted, met = 0, 0.0, time.monotonic()
        while left or running:
            now = time.monotonic()
            if now - counted > SECONDS_BETWEEN_COUNTS:
                workers, counted = self._threads(), now
                met = now if workers else met
            # No more than there are workers: if one dies, it is known whose work it had.
            while left and len(running) < workers:
                if (jobs := self._again.pop() if self._again else next(teams, None)) is None:
                    left = False
                    break
                # Keys are in Dask's logs and on its pages: no team's name is in them.
                key = f"{self._visit}-{next(numbers)}"
                work = self._work(jobs, notebooks)
                future = self._client.submit(do, work, key=key, pure=False, retries=0)
                running[key] = future, jobs
                for job in jobs:
                    run.began(job)
                future.add_done_callback(self._finished.put)
            if now - met > SECONDS_WITHOUT_WORKERS:
                raise WorkshopKitError(
                    "For five minutes no worker was there. What is finished is kept; run the same "
                    "command again to go on."
                )
            try:
                future = self._finished.get(timeout=SECONDS_BETWEEN_COUNTS)
            except queue.Empty:
                continue
            _, jobs = running.pop(str(future.key))
            if done := self._result(future, jobs):
                self._take(run, jobs, done)
            else:
                self._again.append(jobs)
                left = True
            future.release()

    def _threads(self) -> int:
        try:
            return sum(self._client.nthreads().values())
        except (OSError, TypeError) as error:  # the client's words for a scheduler that is gone
            raise _lost() from error

    def _work(self, jobs: list[Job], notebooks: list[Path]) -> TeamWork:
        """What a worker needs for these jobs: paths are relative, and no longer of this machine."""
        folder = jobs[0].folder.relative_to(self._planned_out).parts[0]
        needed, taken = self._needed(jobs, folder)
        reach = self._place.workers_reach_it
        return TeamWork(
            visit=self._visit,
            jobs=tuple(
                replace(
                    job,
                    notebook=job.notebook and Path(packed_name(job.notebook, notebooks)),
                    folder=job.folder.relative_to(self._planned_out),
                    event_dir=Path(EVENT),
                )
                for job in jobs
            ),
            out=self._place.address if reach else "",
            given={} if reach else {name: self._place.read(name) for name in needed},
            fetch=tuple(needed) if reach else (),
            taken=tuple(taken),
        )

    def _needed(self, jobs: list[Job], folder: str) -> tuple[list[str], list[str]]:
        """Files at the output that matter: notebooks to print or to set aside; names in use."""
        there = self._record.below(folder) if isinstance(self._record, UrlRecord) else None
        there = set(self._place.listing(folder)) if there is None else there
        needed = set()
        for job in jobs:
            at = PurePosixPath(job.key).parent
            for part in job.parts or (job.name,):
                name = str(at / f"{part}.ipynb")
                is_read = bool(job.parts) or job.keeps_notebook
                if name in there and (is_read or not self._is_as_made(job, name)):
                    needed.add(name)
        taken = {name for name in there if ".edited-" in name}
        return sorted(needed), sorted(taken - needed)

    def _is_as_made(self, job: Job, name: str) -> bool:
        """Whether the notebook is the one that the last run wrote, so that nobody's work is in it."""
        made = self._record.made.get(job.key)
        digest = made.files.get(PurePosixPath(name).name, "") if made else ""
        if isinstance(self._record, UrlRecord):
            return self._record.is_as_made(name, digest)
        return sha256(self._planned_out / name) == digest

    def _result(self, future: Any, jobs: list[Job]) -> TeamDone | Failed | None:
        """What became of a task; None where its worker died and it is to be done again."""
        from distributed import KilledWorker

        try:
            done = future.result()
        except KilledWorker as error:
            self._deaths[jobs[0].key] += error.allowed_failures + 1
            if (deaths := self._deaths[jobs[0].key]) < DEATHS_AT_MOST:
                return None
            return Failed("", f"{deaths} workers died over it, one after another (out of memory?)")
        except Exception as error:
            if self._client.status != "running" or future.status in ("cancelled", "lost"):
                raise _lost() from error
            return Failed("", f"the cluster could not do it ({type(error).__name__})")
        assert isinstance(done, TeamDone)
        return done

    def _take(self, run: Run, jobs: list[Job], done: TeamDone | Failed) -> None:
        """Writes what the workers could not write, and tells the run what became of each job."""
        results: dict[str, Any] = {}
        if isinstance(done, TeamDone):
            results = dict(done.results)
            sizes = dict(done.sizes)
            for name, data in done.files.items():
                key = _whose(name, jobs)
                # Nothing is written over somebody's work that could not be kept.
                if isinstance(results[key], Failed):
                    continue
                try:
                    self._place.write(name, data)
                    sizes[name] = len(data)
                except OSError as error:
                    reason = f"{error.strerror or error} ({PurePosixPath(name).name})"
                    results[key] = Failed("", reason)
            if isinstance(self._record, UrlRecord):
                self._record.wrote(sizes)
        for job in jobs:
            run.finished(job, results.get(job.key, done))


def _by_team(todo: Sequence[Job]) -> Iterator[list[Job]]:
    """Each team's jobs, its handout after the notebooks in it; cards are work by themselves."""
    teams: dict[str, list[Job]] = {}
    for job in todo:
        teams.setdefault(job.team or job.key, []).append(job)
    for jobs in teams.values():
        yield sorted(jobs, key=lambda job: bool(job.parts))


def _whose(name: str, jobs: Sequence[Job]) -> str:
    """The key of the job whose file this is, or a notebook that it set aside."""
    return max((job.key for job in jobs if name.startswith(f"{job.key}.")), key=len)


def _lost() -> WorkshopKitError:
    return WorkshopKitError(
        "The cluster's scheduler went away. What is finished is kept; run the same command to go on."
    )
