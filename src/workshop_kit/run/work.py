"""The work of a run: jobs given out in order, and what came of each recorded at once."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from workshop_kit.run.jobs import Job
from workshop_kit.run.manifest import Made
from workshop_kit.run.progress import Progress, Watch
from workshop_kit.run.results import Done, Failed, Failure


class Record(AbstractContextManager[Any], Protocol):
    """What holds at an output; it is kept when the block ends, however it ends."""

    made: dict[str, Made]

    def remaining(self, jobs: Iterable[Job]) -> list[Job]:
        """The jobs that are not current."""

    def record(self, key: str, made: Made) -> None:
        """Keeps what a job made."""

    def forget(self, key: str) -> None:
        """Removes what an earlier run made of a job."""


class Workers(AbstractContextManager[Any], Protocol):
    """Whoever does the jobs, each one at a time; nobody is left behind when the block ends."""

    @property
    def free(self) -> int:
        """How many more jobs can be given now."""

    @property
    def busy(self) -> int:
        """How many jobs are under way."""

    def give(self, job: Job) -> None:
        """Hands the job to somebody who has none."""

    def finished(self) -> list[tuple[Job, Done | Failed]]:
        """The jobs that are done, as soon as there is one."""


@dataclass
class Report:
    """What a run did: `notebooks` and `pdfs` made now, and `current`, PDFs that were so already.

    `peak_memory` is the most that all its processes took at one time, in bytes, 0 where the system
    does not say; `seconds` is how long it took.
    """

    out: Path
    index: Path
    teams: int
    notebooks: int = 0
    pdfs: int = 0
    current: int = 0
    failures: list[Failure] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    peak_memory: int = 0
    seconds: float = 0.0


@dataclass
class Run:
    """A run under way: what came of its jobs so far."""

    record: Record
    report: Report
    watch: Watch
    progress: Callable[[Progress], None]
    _failed: set[str] = field(default_factory=set)

    def began(self, job: Job) -> None:
        """Notes that somebody is at work on the job."""
        self.watch.begin(job)

    def finished(self, job: Job, result: Done | Failed) -> None:
        """Records what came of the job, and tells how far the run is."""
        failure = None
        if isinstance(result, Failed):
            failure = Failure(job.key, result.cell, result.reason)
            self._failed.add(job.key)
            self.report.failures.append(failure)
            self.record.forget(job.key)
        else:
            made = Made(inputs=job.inputs, printed=job.printed, files=result.files)
            self.record.record(job.key, made)
            again = job.keeps_notebook
            self.report.notebooks += sum(n.endswith(".ipynb") for n in job.files if not again)
            self.report.pdfs += sum(name.endswith(".pdf") for name in job.files)
            self.report.remarks += [f"{job.key}: {remark}" for remark in result.remarks]
            self.report.remarks += [
                f"{job.key}: somebody had worked in it; their copy is kept as {name}"
                for name in result.set_aside
            ]
        self.progress(self.watch.end(job, failure))

    def failed_parts(self, job: Job) -> list[str]:
        """The notebooks of a team's handout that failed in this run."""
        return [name for name in job.parts if f"{job.team}/{name}" in self._failed]


def work_off(run: Run, todo: Sequence[Job], workers: Workers) -> None:
    """Runs the jobs in their order; a handout as soon as its notebooks are there, before others.

    So a leader's papers are complete early, and little is under way at any time.
    """
    waiting = deque(job for job in todo if not job.parts)
    handouts = {job.team: job for job in todo if job.parts}
    missing = Counter(job.team for job in waiting if _is_part(job, handouts))
    waiting.extend(job for job in handouts.values() if not missing[job.team])
    with workers:
        while waiting or workers.busy:
            while waiting and workers.free:
                job = waiting.popleft()
                if failed := run.failed_parts(job):
                    reason = f"not made, because {' and '.join(failed)} failed"
                    run.finished(job, Failed("", reason))
                else:
                    run.began(job)
                    workers.give(job)
            for job, result in workers.finished() if workers.busy else ():
                run.finished(job, result)
                if _is_part(job, handouts):
                    missing[job.team] -= 1
                    if not missing[job.team]:
                        waiting.appendleft(handouts[job.team])


def _is_part(job: Job, handouts: dict[str, Job]) -> bool:
    handout = handouts.get(job.team)
    return handout is not None and not job.series and job.name in handout.parts
