"""Where an event's answers may be kept: also when event.yaml can no longer be read."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from workshop_kit.content import is_inside, read_event
from workshop_kit.errors import StoreError
from workshop_kit.event import Event
from workshop_kit.store import EVENT, Store
from workshop_kit.store.answers import FIXED
from workshop_kit.store.database import (
    FILE,
    VARIABLE,
    Database,
    PostgreSQLServer,
    SQLiteFile,
    find_database,
)

# Of what belongs to the event as a whole: the clock times of the day, and what was said once for
# all. Neither is about a person; a parked question is somebody's words and goes.
KEPT = ("day", FIXED)
SIDES = ("-wal", "-shm", "-journal")
_KEY = re.compile(r"^database[ \t]*:[ \t]*([^#\n]*)", re.MULTILINE)


@dataclass(frozen=True)
class Place:
    """One database: `where` in words, and how to open it."""

    database: Database

    @property
    def where(self) -> str:
        """The database as messages name it."""
        return self.database.where

    @property
    def is_server(self) -> bool:
        """Whether it is on a PostgreSQL server, which has backups of its own."""
        return isinstance(self.database, PostgreSQLServer)

    def count(self) -> int:
        """How many revisions would be removed. Raises StoreError."""
        with Store(self.database) as store:
            of_the_event = (r for r in store.history(team=EVENT) if r.activity not in KEPT)
            return len(store.history()) + sum(1 for _ in of_the_event)

    def clear(self) -> int:
        """Removes the revisions for good and says how many there were. Raises StoreError."""
        with Store(self.database) as store:
            removed = store.purge(keep=KEPT)
        if isinstance(self.database, SQLiteFile) and _is_written(self.database.path, "-wal"):
            # SQLite says nothing when a reader keeps it from writing the file anew.
            raise StoreError(
                f"{self.where} is open in another program, so that what was removed can still be"
                " read in it. Close all pages and JupyterLab, then run the same command again.",
                "locked",
            )
        return removed


def find_places(folder: Path, event: Event | None) -> tuple[list[Place], list[str]]:
    """Every database that may hold answers of the event, and in words what can't be looked into."""
    url = event.database if event else _said_in_yaml(folder)
    found: list[Database] = []
    troubles: list[str] = []
    try:
        found.append(find_database(folder, url))
    except StoreError as error:
        troubles.append(str(error))
    # Whoever changed over to another database may have answers in the file from before.
    beside = [SQLiteFile((folder / FILE).absolute())]
    if os.environ.get(VARIABLE, "").strip() and url.startswith("sqlite:///"):
        beside.append(SQLiteFile((folder / url.removeprefix("sqlite:///")).absolute()))
    elif found and _is_another_server(url, found[0]):
        troubles.append(
            f"event.yaml names another database than the environment variable {VARIABLE}. What is"
            " in that one is not removed: run the same command again without the variable."
        )
    known = {database.path for database in found if isinstance(database, SQLiteFile)}
    found += [file for file in beside if file.path not in known]
    places = []
    for database in found:
        if not isinstance(database, SQLiteFile):
            places.append(Place(database))
        elif database.path.is_symlink() and not is_inside(folder, database.path):
            troubles.append(
                f"{database.where} is a link that leads out of the event folder, and is left alone."
                " Remove the answers from what it leads to yourself."
            )
        elif database.path.exists():
            places.append(Place(database))
    return places, troubles


def leftover_sides(folder: Path, event: Event | None) -> Iterator[Path]:
    """Files that SQLite left behind beside a file of answers that is gone."""
    url = event.database if event else _said_in_yaml(folder)
    names = {FILE}
    if url.startswith("sqlite:///"):
        names.add(url.removeprefix("sqlite:///"))
    for file in (folder / name for name in sorted(names)):
        for side in SIDES:
            path = file.with_name(file.name + side)
            if path.is_file() and not file.exists() and is_inside(folder, path):
                yield path


def read_event_of(folder: Path) -> Event | None:
    """The event, or None where event.yaml has errors."""
    return read_event(folder)[0]


def _said_in_yaml(folder: Path) -> str:
    """What the key `database` says in an event.yaml that has errors; empty where it says nothing."""
    try:
        text = (folder / "event.yaml").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
    found = _KEY.search(text)
    return found[1].strip().strip("\"'") if found else ""


def _is_another_server(url: str, chosen: Database) -> bool:
    """Whether the URL names a server's database that is not the chosen one."""
    if not url.startswith("postgresql"):
        return False
    try:
        said = make_url(url)
    except (ValueError, ArgumentError):
        return False  # find_database has refused it, or the variable counts
    if not isinstance(chosen, PostgreSQLServer):
        return True
    used = chosen.engine.url
    return (said.host, said.port or 5432, said.database) != (
        used.host,
        used.port or 5432,
        used.database,
    )


def _is_written(path: Path, side: str) -> bool:
    try:
        return path.with_name(path.name + side).stat().st_size > 0
    except OSError:
        return False
