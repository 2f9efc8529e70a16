"""How far a run is, how long the rest will take, and how much memory it has taken."""

from __future__ import annotations

import os
import statistics
import time
from collections import Counter, defaultdict, deque
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from workshop_kit.run.jobs import Job
from workshop_kit.run.results import Failure

SECONDS_BETWEEN_LOOKS = 3.0  # at the memory: a look takes some milliseconds for each process
KEPT = 101  # durations for each kind of job: enough for a median


@dataclass(frozen=True)
class Progress:
    """A moment of a run, after a job has ended: jobs and teams done, and of how many.

    `seconds_left` is None before there is anything to go by; `memory` is the most that all processes
    took at one time, in bytes, 0 where the system does not say; `failure` is the job's, if it failed.
    """

    done: int
    total: int
    teams_done: int
    teams: int
    seconds_left: float | None
    memory: int
    failure: Failure | None = None


class Watch:
    """Follows a run's jobs. What it keeps does not grow with them."""

    def __init__(self, jobs: Iterable[Job]) -> None:
        jobs = list(jobs)
        self.total = len(jobs)
        self.done = 0
        self.peak_memory = 0
        self._left = Counter(_kind(job) for job in jobs)
        self._of_team = Counter(job.team for job in jobs if job.team)
        self._teams = len(self._of_team)
        self._began: dict[str, float] = {}
        self._took: dict[str, deque[float]] = defaultdict(lambda: deque(maxlen=KEPT))
        self._start = time.monotonic()
        self._busy = 0.0
        self._next_look = 0.0

    def begin(self, job: Job) -> None:
        """Notes that a process has begun with the job."""
        self._began[job.key] = time.monotonic()

    def end(self, job: Job, failure: Failure | None) -> Progress:
        """Notes that the job has ended, and returns how things stand now."""
        now = time.monotonic()
        if began := self._began.pop(job.key, None):
            self._took[_kind(job)].append(now - began)
            self._busy += now - began
        self.done += 1
        self._left[_kind(job)] -= 1
        if job.team:
            self._of_team[job.team] -= 1
            if not self._of_team[job.team]:
                del self._of_team[job.team]
        if now >= self._next_look or self.done == self.total:
            self._next_look = now + SECONDS_BETWEEN_LOOKS
            self.peak_memory = max(self.peak_memory, memory_of_tree(os.getpid()))
        teams_done = self._teams - len(self._of_team)
        left = self._seconds_left(now)
        return Progress(
            self.done, self.total, teams_done, self._teams, left, self.peak_memory, failure
        )

    def _seconds_left(self, now: float) -> float | None:
        """The median of each kind of job, times how many of it are left, over the processes at work."""
        known = {kind: statistics.median(took) for kind, took in self._took.items()}
        if not known:
            return None
        usual = statistics.median(known.values())
        work = sum(count * known.get(kind, usual) for kind, count in self._left.items())
        at_work = max(1.0, self._busy / max(now - self._start, 0.001))
        return work / at_work


def memory_of_tree(pid: int) -> int:
    """The memory of a process and all that it started, in bytes; 0 where /proc does not tell.

    What several processes share is counted once: each has its part of it (PSS).
    """
    todo, total = [pid], 0
    while todo:
        place = Path("/proc", str(todo.pop()))
        try:
            for line in (place / "smaps_rollup").read_text().splitlines():
                if line.startswith("Pss:"):
                    total += int(line.split()[1]) * 1024
            for thread in (place / "task").iterdir():
                todo += [int(child) for child in (thread / "children").read_text().split()]
        except (OSError, ValueError):
            continue  # it has ended meanwhile, or this is no Linux
    return total


def _kind(job: Job) -> str:
    """Jobs of one kind take about as long as each other, whatever the team."""
    again = "printed" if job.keeps_notebook else ""
    return "/".join((job.series, job.name if job.team else "", again))
