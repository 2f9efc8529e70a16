"""What a run has made so far, a line a job, so that a run that was killed can be taken up again.

The manifest is written whole at the end. Until then each finished job is one more line in a file
beside it; a line that was cut off is left out, and the next run folds the rest into the manifest.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import TracebackType
from typing import Self

from pydantic import ValidationError

from workshop_kit.run.jobs import Job
from workshop_kit.run.manifest import (
    NAME as MANIFEST,
)
from workshop_kit.run.manifest import (
    Made,
    Manifest,
    read_manifest,
    remove_made,
    sha256,
    sweep,
    write_manifest,
)
from workshop_kit.run.remaining import remaining

# Half written for as long as it is there, and named so: whoever removes such files may remove it.
NAME = ".manifest.json.00000000.part"
READERS = 2


class Journal:
    """The jobs that hold in an output folder, by key, in `made`; a context manager.

    It begins with what the last run left, also one that was killed, and writes the manifest when it
    ends, however it ends.
    """

    def __init__(self, out: Path) -> None:
        self._out, self._path = out, out / NAME
        self.made: dict[str, Made] = dict(read_manifest(out).made)
        lines = _lines(self._path)
        for key, made in lines:
            self._keep(key, made)
        if lines:
            self._fold()
        sweep(out)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        if self._path.exists() or not (self._out / MANIFEST).exists():
            self._fold()

    def remaining(self, jobs: Iterable[Job]) -> list[Job]:
        """The jobs to do; every file that an earlier run made is read, two at a time."""
        jobs = list(jobs)
        inputs = {key: made.inputs for key, made in self.made.items()}
        paths = {
            (job.key, name): job.folder / name
            for job in jobs
            if inputs.get(job.key) == job.inputs
            for name in job.files
        }
        with ThreadPoolExecutor(READERS) as readers:
            digests = dict(zip(paths, readers.map(sha256, paths.values()), strict=True))
        return remaining(jobs, self.made, lambda job, name, one: digests[job.key, name] == one)

    def record(self, key: str, made: Made) -> None:
        """Keeps what a job made."""
        self._write(key, made)

    def forget(self, key: str) -> None:
        """Removes what an earlier run made of a job that no longer holds: nothing stale is kept."""
        if made := self.made.get(key):
            remove_made(self._out, key, made)
            self._write(key, None)

    def _write(self, key: str, made: Made | None) -> None:
        line = json.dumps([key, made.model_dump() if made else None], ensure_ascii=False)
        with self._path.open("ab") as file:
            file.write(line.encode() + b"\n")
        self._keep(key, made)

    def _keep(self, key: str, made: Made | None) -> None:
        if made:
            self.made[key] = made
        else:
            self.made.pop(key, None)

    def _fold(self) -> None:
        write_manifest(self._out, Manifest(made=self.made))
        self._path.unlink(missing_ok=True)


def _lines(path: Path) -> list[tuple[str, Made | None]]:
    """Every whole line of a journal; none where there is no journal."""
    found: list[tuple[str, Made | None]] = []
    try:
        lines = path.read_bytes().split(b"\n")
    except OSError:
        return found
    for line in lines:
        try:
            key, made = json.loads(line)
            found.append((str(key), Made.model_validate(made) if made is not None else None))
        except (ValueError, TypeError, ValidationError):
            continue
    return found
