"""`manifest.json`: what was made, from which inputs; and whose work a notebook holds."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import Field, ValidationError

from workshop_kit.model import Model
from workshop_kit.run.jobs import Job
from workshop_kit.whole_file import write_whole

if TYPE_CHECKING:
    import nbformat

NAME = "manifest.json"
SEAL = "workshop_kit_seal"


class Made(Model):
    """One finished job: the two fingerprints of what it depends on, and each file's SHA-256 by name."""

    inputs: str
    printed: str = ""
    files: dict[str, str]


class Manifest(Model):
    """What stands in an output folder: `made` maps a job's key to what it made."""

    made: dict[str, Made] = Field(default_factory=dict)

    def is_current(self, job: Job) -> bool:
        """Whether the job's files are there, whole, unchanged, and made from the same inputs."""
        made = self.made.get(job.key)
        return (
            made is not None
            and (made.inputs, made.printed) == (job.inputs, job.printed)
            and set(made.files) == set(job.files)
            and all(sha256(job.folder / name) == digest for name, digest in made.files.items())
        )

    def with_made(self, key: str, made: Made) -> Manifest:
        """A manifest that also has this job."""
        return Manifest(made={**self.made, key: made})

    def without(self, key: str) -> Manifest:
        """A manifest that does not have this job."""
        return Manifest(made={k: made for k, made in self.made.items() if k != key})


def read_manifest(out: Path) -> Manifest:
    """What the last run left; an empty manifest where there is none, or none that can be read."""
    try:
        return Manifest.model_validate_json((out / NAME).read_bytes())
    except (OSError, ValidationError):
        return Manifest()


def write_manifest(out: Path, manifest: Manifest) -> None:
    """Keeps the manifest whole, or leaves the one that is there."""
    write_whole(out / NAME, manifest_bytes(manifest))


def manifest_bytes(manifest: Manifest) -> bytes:
    """The manifest as it is kept, its keys sorted, so that the same state gives the same bytes."""
    in_order = Manifest(made=dict(sorted(manifest.made.items())))
    return in_order.model_dump_json(indent=1).encode() + b"\n"


def sweep(out: Path) -> None:
    """Removes what a process that was killed had half written."""
    for pattern in (".*.part", "*/.*.part", "*/*/.*.part"):
        for part in out.glob(pattern):
            part.unlink(missing_ok=True)


def sealed(nb: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """The notebook with a seal in its metadata: a SHA-256 over its cells as the kit made them.

    Not over their outputs: whoever runs it changes those, and what was answered is in the store.
    """
    nb.metadata[SEAL] = _cells_digest(nb)
    return nb


def is_worked_in(path: Path) -> bool:
    """Whether somebody has changed the cells of a notebook, or it was never the kit's."""
    import nbformat  # a process that only plans needs none of it

    try:
        nb = nbformat.read(path, as_version=4)
        return bool(nb.metadata.get(SEAL) != _cells_digest(nb))
    except Exception:  # whatever it is, it is not what the kit wrote
        return True


def _cells_digest(nb: nbformat.NotebookNode) -> str:
    cells = [[cell.cell_type, cell.source, cell.get("attachments", {})] for cell in nb.cells]
    return hashlib.sha256(json.dumps(cells, sort_keys=True).encode()).hexdigest()


def set_aside(path: Path) -> Path | None:
    """Moves a notebook that somebody has worked in out of the way; its new path, if it was moved.

    It is theirs: it is never written over.
    """
    if not path.exists() or not is_worked_in(path):
        return None
    number = 1
    while (aside := path.with_name(f"{path.stem}.edited-{number}{path.suffix}")).exists():
        number += 1
    path.rename(aside)
    return aside


def remove_made(out: Path, key: str, made: Made) -> None:
    """Removes the files of a job that no longer holds, but not those that somebody has changed."""
    folder = (out / key).parent
    for name, digest in made.files.items():
        if sha256(folder / name) == digest:
            (folder / name).unlink()
    while folder != out and folder.is_dir() and not any(folder.iterdir()):
        folder.rmdir()
        folder = folder.parent


def sha256(path: Path) -> str:
    """The file's SHA-256 in hex; empty where there is no such file."""
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return ""
