"""An event folder as one piece of bytes, for workers that share no disk with anybody."""

from __future__ import annotations

import io
import os
import sqlite3
import tempfile
import zipfile
from collections.abc import Iterable, Sequence
from contextlib import closing
from pathlib import Path

from workshop_kit.cluster.places import EVENT_BYTES_AT_MOST, belongs_to_event
from workshop_kit.errors import InputError, Problem
from workshop_kit.event import EventFolder, hide_password
from workshop_kit.store.database import FILE, VARIABLE, SQLiteFile, find_database

DATABASE_FILES = (".sqlite", ".sqlite-wal", ".sqlite-shm", ".sqlite-journal")
EVENT, NOTEBOOKS = "event", "notebooks"
SNAPSHOT_URL = f"sqlite:///{FILE}"
MANIFEST = "manifest.json"


def pack(folder: EventFolder, notebooks: Sequence[Path]) -> bytes:
    """A zip archive of what workers need: the event, a snapshot of its answers, the notebooks.

    Files of SQLite are left out, and so are folders that the kit has written papers into.
    Raises InputError where it is too large to be an event.
    """
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        sizes = {}
        for path in _files(folder.path):
            name = path.relative_to(folder.path).as_posix()
            sizes[name] = path.stat().st_size
            _refuse_too_large(sizes)
            archive.write(path, f"{EVENT}/{name}")
        for path in notebooks:
            archive.write(path, packed_name(path, notebooks))
        if answers := _snapshot(folder):
            archive.writestr(f"{EVENT}/{FILE}", answers)
    return target.getvalue()


def packed_name(notebook: Path, notebooks: Sequence[Path]) -> str:
    """Where a notebook lies in the archive: two of different series may have the same name."""
    return f"{NOTEBOOKS}/{notebooks.index(notebook)}/{notebook.name}"


def unpack(packed: bytes, target: Path) -> None:
    """Unpacks an archive into a new folder that nobody else on the machine may read."""
    target.mkdir(parents=True, mode=0o700)
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        archive.extractall(target)  # takes no name that leads out of the folder


def server_of(folder: EventFolder) -> str:
    """The URL of the event's database server without its password; empty for a file."""
    if isinstance(find_database(folder.path, folder.event.database), SQLiteFile):
        return ""
    return hide_password(os.environ.get(VARIABLE, "").strip() or folder.event.database)


def _files(top: Path) -> Iterable[Path]:
    """The files of an event folder, in order. Nothing is followed that leads elsewhere."""
    for path, folders, names in os.walk(top):
        at = Path(path)
        inside = [Path(name) for name in folders if not (at / name / MANIFEST).exists()]
        folders[:] = sorted(name.name for name in inside)
        for name in sorted(names):
            relative = (at / name).relative_to(top).as_posix()
            if belongs_to_event(relative) and not name.endswith(DATABASE_FILES):
                yield at / name
        folders[:] = [f for f in folders if belongs_to_event((at / f).relative_to(top).as_posix())]


def _refuse_too_large(sizes: dict[str, int]) -> None:
    if sum(sizes.values()) > EVENT_BYTES_AT_MOST:
        largest = max(sizes, key=lambda name: sizes[name])
        what = f"makes the folder larger than {EVENT_BYTES_AT_MOST >> 20} MB, and workers copy it."
        raise InputError([Problem(largest, "", what, "Move what is no part of the event.")])


def _snapshot(folder: EventFolder) -> bytes:
    """The answers as they are at this moment, also while somebody writes; empty where there are none."""
    database = find_database(folder.path, folder.event.database)
    if not isinstance(database, SQLiteFile) or not database.path.exists():
        return b""
    with tempfile.TemporaryDirectory(prefix="workshop-kit-") as scratch:
        copy = Path(scratch, FILE)
        with (
            closing(sqlite3.connect(f"{database.path.as_uri()}?mode=ro", uri=True)) as live,
            closing(sqlite3.connect(copy)) as target,
        ):
            live.backup(target)
            target.execute("PRAGMA journal_mode = DELETE")
        return copy.read_bytes()
