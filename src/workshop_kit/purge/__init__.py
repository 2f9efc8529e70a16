"""What people gave at an event → nothing of it, and an account of what went and what stays.

    found = look(folder, out)              to show, before anybody says yes
    purged = purge(folder, out, today)

Both work with an event.yaml or a teams.csv that has errors. A purge that was interrupted is run
again; one that finds nothing changes nothing.
"""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from workshop_kit.content import is_inside
from workshop_kit.errors import InputError, Problem, StoreError
from workshop_kit.event import Event
from workshop_kit.purge.account import ANSWERS, account
from workshop_kit.purge.databases import Place, find_places, leftover_sides, read_event_of
from workshop_kit.purge.files import FOREIGN, GOES, STAYS, Sorted, files_of, sort_files
from workshop_kit.run.manifest import NAME, Manifest, write_manifest
from workshop_kit.store.database import FILE, SQLiteFile
from workshop_kit.whole_file import write_whole

__all__ = ["ACCOUNT", "ANSWERS", "GOES", "STAYS", "Found", "Purged", "look", "purge"]

ACCOUNT = "purged.txt"
_NAME_IT = "To purge what it leads to as well, name that folder with --out."


@dataclass(frozen=True)
class Found:
    """What a purge would meet. `answers` counts every revision; `troubles` say what can't be looked into."""

    folder: Path
    out: Path | None
    event: Event | None
    places: tuple[Place, ...]
    answers: int
    files: Sorted
    manifest: Manifest | None
    troubles: tuple[str, ...]

    @property
    def goes(self) -> dict[str, tuple[Path, ...]]:
        """The files that would be removed, by kind."""
        return {kind: paths for kind in GOES if (paths := self.files.of(kind))}

    @property
    def stays(self) -> dict[str, tuple[Path, ...]]:
        """The files that the kit wrote and that would stay, by kind."""
        return {kind: paths for kind in STAYS if (paths := self.files.of(kind))}

    @property
    def foreign(self) -> tuple[Path, ...]:
        """Files that the kit did not write; they are left alone."""
        return self.files.of(FOREIGN)

    @property
    def is_empty(self) -> bool:
        """Whether nothing is left to remove."""
        return not (self.answers or self.goes or self.troubles)


@dataclass(frozen=True)
class Purged:
    """What was removed, by kind; `failures` name what could not be, `account` is the file that says it."""

    removed: Mapping[str, int]
    failures: tuple[str, ...]
    lines: tuple[str, ...]
    account: Path | None


def look(folder: Path, out: Path | None = None) -> Found:
    """What a purge would remove and leave. Changes nothing.

    Raises InputError where this is no event folder, or where `out` is the event folder itself.
    """
    _refuse_other_folders(folder, out)
    event = read_event_of(folder)
    places, troubles = find_places(folder, event)
    if out is None:
        out = folder / "out"
        if out.is_symlink() and not is_inside(folder, out):
            troubles.append(f"{out} is a link that leads out of the event folder. {_NAME_IT}")
            out = None
    answers = 0
    for place in places:
        try:
            answers += place.count()
        except StoreError as error:
            troubles.append(str(error))
    manifest = _manifest_of(out) if out else None
    databases = [p.database.path for p in places if isinstance(p.database, SQLiteFile)]
    files = sort_files(folder, out, manifest, databases)
    files.kinds.update(dict.fromkeys(leftover_sides(folder, event), "side"))
    return Found(
        folder, out, event, tuple(places), answers, files, manifest, (*troubles, *files.unread)
    )


def purge(folder: Path, out: Path | None, today: datetime.date) -> Purged:
    """Removes what people gave, and writes `purged.txt`. What can't be removed is named; the rest goes."""
    found = look(folder, out)
    removed: Counter[str] = Counter()
    failures = list(found.troubles)
    for place in found.places:
        try:
            removed[ANSWERS] += place.clear()
        except StoreError as error:
            failures.append(str(error))
    for kind, paths in found.goes.items():
        for path in paths:
            home = found.out if found.out and path.is_relative_to(found.out) else folder
            try:
                if is_inside(home, path):
                    path.unlink()
                    removed[kind] += 1
            except FileNotFoundError:
                continue
            except OSError as error:
                failures.append(f"{path} can't be removed ({error.strerror}).")
            _remove_empty(path.parent, home)
    failures += _tidy_manifest(found)
    failures = list(dict.fromkeys(failures))
    lines = account(found, removed, len(failures), today)
    written = None
    if removed.total() or failures:
        try:
            written = _write_account(folder / ACCOUNT, lines)
        except OSError as error:
            failures.append(f"{folder / ACCOUNT} can't be written ({error.strerror}).")
    return Purged(dict(removed), tuple(failures), tuple(lines), written)


def _refuse_other_folders(folder: Path, out: Path | None) -> None:
    if not any((folder / name).is_file() for name in ("event.yaml", "teams.csv", FILE)):
        what = "This is not an event folder: it has neither event.yaml nor teams.csv."
        raise InputError([Problem(str(folder), "", what, "Name the folder that holds them.")])
    if out is not None and not out.is_dir():
        what = "There is no such folder."
        raise InputError([Problem(str(out), "", what, "Name the folder that --out made.")])
    if (out or folder / "out").resolve() == folder.resolve():
        fix = "Name the folder of notebooks and PDFs, or leave --out away."
        raise InputError([Problem(str(out), "", "is the event folder itself.", fix)])


def _manifest_of(out: Path) -> Manifest | None:
    """The manifest, where there is one of ours."""
    path = out / NAME
    try:
        return None if path.is_symlink() else Manifest.model_validate_json(path.read_bytes())
    except (OSError, ValidationError):
        return None


def _tidy_manifest(found: Found) -> list[str]:
    """Writes the manifest anew without the jobs whose files are gone; what went wrong, in words."""
    if found.out is None or found.manifest is None:
        return []
    inside = (p for p in found.files.kinds if p.is_relative_to(found.out) and p.exists())
    left = {path.relative_to(found.out).as_posix() for path in inside}
    kept = {key: job for key, job in found.manifest.made.items() if left & files_of(key, job)}
    try:
        if not kept:
            (found.out / NAME).unlink(missing_ok=True)
        elif kept != found.manifest.made:
            write_manifest(found.out, Manifest(made=kept))
    except OSError as error:
        return [f"{found.out / NAME} can't be written ({error.strerror})."]
    return []


def _remove_empty(folder: Path, home: Path) -> None:
    """Removes the folder, and those around it, as long as they are empty and inside `home`."""
    with suppress(OSError):  # not empty, or somebody else's
        while folder != home and not folder.is_symlink():
            folder.rmdir()
            folder = folder.parent


def _write_account(path: Path, lines: list[str]) -> Path:
    """Adds the account to those of earlier purges."""
    before = path.read_text(encoding="utf-8") if path.is_file() and not path.is_symlink() else ""
    text = "\n".join(lines) + "\n"
    write_whole(path, (f"{before}\n{text}" if before else text).encode())
    return path
