"""The store: save an answer, read the latest ones, read how they came about."""

from __future__ import annotations

import datetime
import weakref
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from pydantic import JsonValue
from sqlalchemy import ColumnElement, Connection, Row, Select, delete, insert

from workshop_kit.store.answers_table import (
    EVENT,
    Mark,
    answers,
    matching,
    of_key,
    select_history,
    select_latest,
    select_marks,
    select_newest,
    select_oldest,
    to_revision,
)
from workshop_kit.store.database import REFUSED, Database, find_database
from workshop_kit.store.refusals import refusal
from workshop_kit.store.revisions import (
    Key,
    Revision,
    Saved,
    check_name,
    from_text,
    is_same,
    to_text,
)
from workshop_kit.store.versions import alembic_ready, newest_version, upgrade, version_of

FIXED = "fixed"  # the activity, and the participant, of what is said once for the whole event


def open_store(folder: Path, url: str = "") -> Store:
    """The store of an event folder; nothing is connected or created before it is used.

    The database is what the environment variable WORKSHOP_KIT_DATABASE says, else `url` (the key
    `database` of event.yaml), else `answers.sqlite` in `folder`. One database holds one event.
    """
    return Store(find_database(folder, url))


class Store:
    """The answers of one event; every method raises StoreError where the database refuses.

    Any thread may use it. Made by `open_store`; use it as a context manager, or close it.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._ready_for: object = None
        # A kernel that ends, ends its connections properly, so that no journal stays behind.
        self._dispose = weakref.finalize(self, database.engine.dispose)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Ends all connections. A store that is used again opens new ones."""
        self._database.engine.dispose()

    def save(
        self,
        *,
        participant: str,
        team: str,
        activity: str,
        question: str,
        value: JsonValue,
        device: str = "",
        seen: int | None = None,
    ) -> Saved:
        """What became of it, once it is on the disk. To repeat a save after an error does no harm.

        `seen` is the id of the latest revision of this key that the device has seen; 0 or None: none.
        """
        key = Key(team, activity, participant, question).check()
        check_name("device", device)
        written = to_text(value)
        with self._in_words():
            self._make_ready(create=True)
            with self._database.connected(writing=True) as connection:
                # As wide as `since` reads: there, too, a larger id must not show before a smaller one.
                self._database.lock(connection, team, activity, participant)
                return _write(connection, key, written, device, seen or 0)

    def fix(self, name: str, value: JsonValue) -> JsonValue:
        """The value that holds for the event from now on: `value`, or what was fixed under `name` before."""
        key = Key(EVENT, FIXED, FIXED, name).check()
        written = to_text(value)
        with self._in_words():
            self._make_ready(create=True)
            with self._database.connected(writing=True) as connection:
                self._database.lock(connection, EVENT, FIXED, FIXED)
                before = connection.execute(select_oldest(of_key(key))).one_or_none()
                if before is not None:
                    return from_text(before.value)
                _write(connection, key, written, "", 0)
        return from_text(written)

    def fixed(self, name: str) -> JsonValue:
        """What was fixed under `name`; None where nothing was."""
        of_name = of_key(Key(EVENT, FIXED, FIXED, name))
        return next((found.value for found in self._read(select_oldest(of_name))), None)

    def purge(self, keep: Collection[str] = ()) -> int:
        """Removes every revision from the database for good, and says how many of them there were.

        Of the event's own entries those of the activities in `keep` stay. In an SQLite file nothing
        of what was removed can be read any more; a PostgreSQL server writes over it in its own time.
        """
        stays = (answers.c.team == EVENT) & answers.c.activity.in_([*keep])
        with self._in_words():
            if not self._make_ready(create=False):
                return 0
            with self._database.connected(writing=True) as connection:
                self._database.lock(connection, "purge")
                removed = connection.execute(delete(answers).where(~stays)).rowcount
            self._database.wipe()
        return removed

    def latest(
        self,
        *,
        team: str | None = None,
        participant: str | None = None,
        activity: str | None = None,
    ) -> tuple[Revision, ...]:
        """The latest revision of each key, by key; an answer that was taken back has the value None.

        Without a `team` those of all teams. What belongs to the event as a whole has the team `EVENT`.
        """
        chosen = matching(team=team, participant=participant, activity=activity)
        return _by_key(self._read(select_latest(chosen)))

    def marks(self, empty: Collection[JsonValue] = ()) -> tuple[Mark, ...]:
        """Which questions have an answer, of all teams; a look that reads nobody's words.

        What was taken back says nothing, nor does a value of `empty`, its keys in this order.
        """
        silent = [to_text(value) for value in (None, *empty)]
        return tuple(map(Mark._make, self._rows(select_marks(silent))))

    def history(
        self,
        *,
        team: str | None = None,
        participant: str | None = None,
        activity: str | None = None,
        question: str | None = None,
    ) -> tuple[Revision, ...]:
        """Every revision, oldest first."""
        chosen = matching(team=team, participant=participant, activity=activity, question=question)
        return self._read(select_history(chosen))

    def since(
        self, revision: int, *, team: str, participant: str, activity: str
    ) -> tuple[Revision, ...]:
        """The latest revision of each key that changed after `revision`, by key."""
        chosen = matching(team=team, participant=participant, activity=activity)
        return _by_key(self._read(select_latest(chosen, after=revision)))

    def _read(self, statement: Select[tuple[Any, ...]]) -> tuple[Revision, ...]:
        return tuple(map(to_revision, self._rows(statement)))

    def _rows(self, statement: Select[tuple[Any, ...]]) -> Sequence[Row[Any]]:
        with self._in_words():
            if not self._make_ready(create=False):
                return ()
            with self._database.connected(writing=False) as connection:
                return connection.execute(statement).all()

    def _make_ready(self, *, create: bool) -> bool:
        """Whether our tables are there; with `create` they are made, and an older form is brought up to ours."""
        database, identity = self._database, self._database.identity()
        if identity is None and not create:
            return False
        if identity is not None and identity == self._ready_for:
            return True
        # The file was removed or replaced under us: what we have open is not it.
        database.engine.dispose()
        version = 0
        if identity is not None:
            with database.connected(writing=False) as connection:
                version = version_of(connection)
        if version == 0:
            if not create:
                return False
            database.create()
        if version > newest_version():
            raise refusal(database.where, "newer")
        if version < newest_version():
            self._upgrade()
        self._ready_for = database.identity()
        return True

    def _upgrade(self) -> None:
        with alembic_ready(), self._database.locked_for_tables() as connection:
            # Somebody else may have done it while this process waited.
            if version_of(connection) < newest_version():
                upgrade(connection)

    @contextmanager
    def _in_words(self) -> Iterator[None]:
        """Turns what the database refuses into a StoreError, and looks anew at the database next time."""
        try:
            yield
        except REFUSED as error:
            self._ready_for = None
            raise self._database.refusal(error) from None


def _write(connection: Connection, key: Key, written: str, device: str, seen: int) -> Saved:
    of_this_key = of_key(key)
    latest = connection.execute(select_newest(of_this_key)).one_or_none()
    if latest is not None and is_same(latest.value, written):
        # Equal and by another device: nobody's words were passed over.
        own = latest.device == device
        overtook = _unseen(connection, of_this_key, device, seen) if own else None
        return Saved(revision=to_revision(latest), overtook=overtook, new=False)
    overtook = None
    if latest is not None and latest.id > seen:
        overtook = _unseen(connection, of_this_key, device, seen)
    at = datetime.datetime.now(datetime.UTC)
    row = {**key._asdict(), "at": at, "value": written, "device": device}
    (number,) = connection.execute(insert(answers).values(row)).inserted_primary_key or (0,)
    made = Revision(id=number, **{**row, "value": from_text(written)})
    return Saved(revision=made, overtook=overtook, new=True)


def _unseen(
    connection: Connection, of_this_key: list[ColumnElement[bool]], device: str, seen: int
) -> Revision | None:
    others = [answers.c.id > seen, answers.c.device != device]
    row = connection.execute(select_newest([*of_this_key, *others])).one_or_none()
    return to_revision(row) if row is not None else None


def _by_key(revisions: tuple[Revision, ...]) -> tuple[Revision, ...]:
    return tuple(sorted(revisions, key=lambda r: (r.team, r.activity, r.participant, r.question)))
