"""Worker processes, each with one job at a time and a pipe of its own.

It is always known which job a process has: one that dies takes its job with it and no other.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from multiprocessing import Pipe, get_context
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from types import TracebackType
from typing import Self

from workshop_kit.run import server
from workshop_kit.run.jobs import Job
from workshop_kit.run.results import Done, Failed

DIED = Failed("", "its process died (out of memory?)")
SECONDS_TO_END = 5.0


@dataclass
class _Worker:
    process: BaseProcess
    pipe: Connection
    job: Job | None = None


class Pool:
    """At most `size` processes; a context manager that leaves none behind.

    `scratch` is a folder with a short path for their temporary files.
    """

    def __init__(self, size: int, scratch: str) -> None:
        self._size, self._scratch = size, scratch
        self._workers: list[_Worker] = []

    def __enter__(self) -> Self:
        server.begin()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        for worker in self._workers:
            if kind:
                worker.process.terminate()  # its kernel ends with it
            worker.pipe.close()
        for worker in self._workers:
            worker.process.join(SECONDS_TO_END)
            if worker.process.is_alive():
                worker.process.kill()
                worker.process.join()

    @property
    def free(self) -> int:
        """How many more jobs can be given now."""
        return self._size - self.busy

    @property
    def busy(self) -> int:
        """How many jobs are under way."""
        return sum(worker.job is not None for worker in self._workers)

    def give(self, job: Job) -> None:
        """Hands the job to a process that has none."""
        for worker in [worker for worker in self._workers if worker.job is None]:
            try:
                worker.pipe.send(job)
            except OSError:  # it died with nothing to do: another takes its place
                self._workers.remove(worker)
                continue
            worker.job = job
            return
        worker = self._started()
        worker.pipe.send(job)
        worker.job = job

    def finished(self) -> list[tuple[Job, Done | Failed]]:
        """The jobs that are done, as soon as there is one, each with its result."""
        by_pipe = {worker.pipe: worker for worker in self._workers if worker.job}
        found = []
        for pipe in wait(list(by_pipe)):
            worker = by_pipe[pipe]  # type: ignore[index]  # `wait` gives back what it was given
            job, worker.job = worker.job, None
            assert job
            try:
                found.append((job, worker.pipe.recv()))
            except (EOFError, OSError):
                self._workers.remove(worker)
                worker.pipe.close()
                worker.process.join()
                found.append((job, DIED))
        return found

    def _started(self) -> _Worker:
        ours, theirs = Pipe()
        start = get_context("forkserver" if server.is_available() else "spawn").Process  # type: ignore[attr-defined]
        process: BaseProcess = start(target=_serve, args=(theirs, self._scratch, dict(os.environ)))
        with server.without_main():
            process.start()
        theirs.close()
        self._workers.append(_Worker(process, ours))
        return self._workers[-1]


def _serve(pipe: Connection, scratch: str, environ: Mapping[str, str]) -> None:
    """What a worker process does, until there is nobody left to send it a job."""
    os.environ.clear()  # of the process it was forked from, which may be older than a change
    os.environ.update({**environ, **server.ONE_THREAD})
    from workshop_kit.run import worker

    worker.start(scratch)
    while True:
        try:
            job = pipe.recv()
        except (EOFError, OSError):
            return
        pipe.send(worker.work(job))
