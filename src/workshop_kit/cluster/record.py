"""What stands at an output: its manifest, and what a listing said of each file when it was made.

Same manifest wherever it lies. At a URL nothing is read that a listing can vouch for: `objects.json`
notes each file's size and the mark that its store gave it (an ETag, or a time), beside its SHA-256.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Iterable, Mapping
from pathlib import PurePosixPath
from types import TracebackType
from typing import Self

from pydantic import ValidationError

from workshop_kit.cluster.places import Place
from workshop_kit.run.jobs import Job
from workshop_kit.run.manifest import NAME, Made, Manifest, manifest_bytes
from workshop_kit.run.remaining import remaining

NOTES = "objects.json"
SECONDS_BETWEEN = 20.0  # between two manifests while a run goes on, at least
SHARE_OF_TIME = 20  # and so many times what the last one took: at 100,000 teams it is a large file


class UrlRecord:
    """The jobs that hold at a URL, by key, in `made`; a context manager that keeps them."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self.seen = place.listing()
        self.made = _manifest(place, NAME in self.seen)
        self._notes = _notes(place, NOTES in self.seen)
        self._folders: dict[str, set[str]] = {}
        self._written: dict[str, int] = {}
        self._next = time.monotonic() + SECONDS_BETWEEN

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self._write_manifest()
        self._write_notes()

    def record(self, key: str, made: Made) -> None:
        """Keeps what a job made; the manifest itself is written now and then, and at the end."""
        self.made[key] = made
        if time.monotonic() >= self._next:
            began = time.monotonic()
            self._write_manifest()
            now = time.monotonic()
            self._next = now + max(SECONDS_BETWEEN, SHARE_OF_TIME * (now - began))

    def wrote(self, sizes: Mapping[str, int]) -> None:
        """Notes what was written in this run, to be looked up in the listing at its end."""
        self._written.update(sizes)

    def below(self, folder: str) -> set[str]:
        """The names of the files that were in a folder when the run began."""
        if not self._folders:
            for name in self.seen:
                self._folders.setdefault(name.partition("/")[0], set()).add(name)
        return self._folders.get(folder, set())

    def remaining(self, jobs: Iterable[Job]) -> list[Job]:
        """The jobs that are to be done: their files are not there, or made from something else."""
        return remaining(jobs, self.made, lambda job, name, digest: self._holds(job, name, digest))

    def _holds(self, job: Job, name: str, digest: str) -> bool:
        return self.is_as_made((PurePosixPath(job.key).parent / name).as_posix(), digest)

    def forget(self, key: str) -> None:
        """Removes what an earlier run made of a job that no longer holds, unless it was changed."""
        if made := self.made.pop(key, None):
            for name, digest in _named(key, made).items():
                if self.is_as_made(name, digest):
                    self._place.remove(name)

    def is_as_made(self, name: str, digest: str) -> bool:
        """Whether the file is there, as it was written. It is read only where no note speaks of it."""
        seen = self.seen.get(name)
        if seen is None:
            return False
        if seen.mark and self._notes.get(name) == [seen.size, seen.mark, digest]:
            return True
        try:
            whole = hashlib.sha256(self._place.read(name)).hexdigest() == digest
        except OSError:
            return False
        if whole and seen.mark:
            self._notes[name] = [seen.size, seen.mark, digest]
        return whole

    def _write_manifest(self) -> None:
        self._place.write(NAME, manifest_bytes(Manifest(made=self.made)))

    def _write_notes(self) -> None:
        """One listing tells the marks of all that was written; what is not noted is read next time."""
        now = self._place.listing() if self._written else self.seen
        notes = {}
        for key, made in sorted(self.made.items()):
            for name, digest in _named(key, made).items():
                if (seen := now.get(name)) and self._written.get(name) == seen.size and seen.mark:
                    notes[name] = [seen.size, seen.mark, digest]
                elif name in self._notes:
                    notes[name] = self._notes[name]
        self._place.write(NOTES, json.dumps(notes, indent=0).encode())


def _named(key: str, made: Made) -> dict[str, str]:
    """The digests of a job's files by their names in the output."""
    folder = PurePosixPath(key).parent
    return {(folder / name).as_posix(): digest for name, digest in made.files.items()}


def _manifest(place: Place, there: bool) -> dict[str, Made]:
    try:
        return dict(Manifest.model_validate_json(place.read(NAME)).made) if there else {}
    except ValidationError:
        return {}


def _notes(place: Place, there: bool) -> dict[str, list[object]]:
    try:
        notes = json.loads(place.read(NOTES)) if there else {}
    except ValueError:
        return {}
    return dict(notes) if isinstance(notes, dict) else {}
