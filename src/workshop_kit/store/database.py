"""Which database, and how it is opened: an SQLite file in the event folder, or a PostgreSQL server."""

from __future__ import annotations

import hashlib
import os
import random
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import URL, Connection, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from sqlalchemy.pool import NullPool, QueuePool

from workshop_kit.errors import StoreError
from workshop_kit.event import is_database_url
from workshop_kit.store.refusals import postgresql_refusal, sqlite_refusal

VARIABLE = "WORKSHOP_KIT_DATABASE"
FILE = "answers.sqlite"
WAIT = 3.0
WAIT_FOR_TABLES = 60.0


def find_database(folder: Path, url: str = "") -> SQLiteFile | PostgreSQLServer:
    """The database of an event folder; StoreError where its URL has no known form."""
    from_environment = os.environ.get(VARIABLE, "").strip()
    source = f"The environment variable {VARIABLE}" if from_environment else "The key database"
    url = from_environment or url.strip()
    if not url:
        return SQLiteFile((folder / FILE).absolute())
    try:
        if not is_database_url(url):
            raise ValueError
        if url.startswith("sqlite:///"):
            return SQLiteFile((folder / url.removeprefix("sqlite:///")).absolute())
        return PostgreSQLServer(make_url(url))
    except (ValueError, ArgumentError):  # both quote the URL, and a password with it
        raise StoreError(
            f"{source} holds no URL of a database that the kit knows. Write"
            " postgresql://user@host/name, or sqlite:///answers.sqlite for a file in the event"
            " folder.",
            "url",
        ) from None


class SQLiteFile:
    """A file of answers. Several processes of one computer may write into it at once."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.where = f"The file of answers {path}"
        self.engine = create_engine("sqlite://", creator=self._connect, poolclass=QueuePool)
        event.listen(self.engine, "begin", _begin)

    def identity(self) -> object:
        """What tells this file from one that took its place; None where there is no file yet."""
        try:
            found = self.path.stat()
        except FileNotFoundError:
            return None
        return found.st_dev, found.st_ino

    def create(self) -> None:
        """Makes an empty file that nobody else may read, and lets readers and a writer work at once in it."""
        # Never opened where it is there: closing it would end this process's own locks on it.
        with suppress(FileExistsError):
            os.close(os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
        with closing(self._connect()) as connection:
            _prefer_wal(connection)

    @contextmanager
    def connected(self, *, writing: bool) -> Iterator[Connection]:
        """A connection inside a transaction."""
        if not writing and self._is_at_rest():
            engine = create_engine("sqlite://", creator=self._connect_at_rest, poolclass=NullPool)
            with engine.connect() as connection:
                yield connection
            return
        with self.engine.connect() as connection:
            connection.execution_options(wait_to_write=WAIT if writing else 0)
            with connection.begin():
                yield connection

    @contextmanager
    def locked_for_tables(self) -> Iterator[Connection]:
        """A connection in a transaction that no other process is in, however many come at once."""
        with self.engine.connect() as connection:
            connection.execution_options(wait_to_write=WAIT_FOR_TABLES)
            with connection.begin():
                yield connection

    def wipe(self) -> None:
        """Writes the file anew, without what was deleted, and empties its journal."""
        self.engine.dispose()
        with closing(self._connect()) as connection:
            connection.execute("PRAGMA secure_delete = ON")
            connection.execute("VACUUM")
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def lock(self, connection: Connection, *scope: str) -> None:
        """Nothing: BEGIN IMMEDIATE lets one writer in at a time."""

    def refusal(self, error: Exception) -> StoreError:
        """The error in words."""
        return sqlite_refusal(self.where, self.path, error)

    def _connect(self) -> sqlite3.Connection:
        return _open(f"{_as_uri(self.path)}?mode=rw")

    def _connect_at_rest(self) -> sqlite3.Connection:
        return _open(f"{_as_uri(self.path)}?mode=ro&immutable=1")

    def _is_at_rest(self) -> bool:
        """Whether nothing can change: a folder without the right to write, and no journal in it.

        SQLite can't read there in the ordinary way, as it wants to put a file beside the database.
        """
        journal = self.path.with_name(self.path.name + "-wal")
        return not os.access(self.path.parent, os.W_OK) and not journal.exists()


def _open(uri: str) -> sqlite3.Connection:
    # Any thread may use a connection: the pool gives it to one at a time.
    connection = sqlite3.connect(
        uri, uri=True, timeout=WAIT, isolation_level=None, check_same_thread=False
    )
    try:
        # FULL: what was said to be saved is on the disk, also when the laptop's battery ends.
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")
    except BaseException:
        connection.close()
        raise
    return connection


def _begin(connection: Connection) -> None:
    wait = connection.get_execution_options().get("wait_to_write", 0)
    driver: Any = connection.connection.dbapi_connection
    if wait:
        _begin_to_write(driver, wait)
    else:
        driver.execute("BEGIN")


def _begin_to_write(connection: sqlite3.Connection, wait: float) -> None:
    """Begins as the one writer, so that no lock has to grow later, which could fail at once.

    SQLite by itself asks ever more rarely, up to ten times a second, and where forty write at once
    the last to come may never get in. Here, who has waited longer asks more often.
    """
    start = time.monotonic()
    connection.execute("PRAGMA busy_timeout = 0")
    try:
        while True:
            try:
                connection.execute("BEGIN IMMEDIATE")
                return
            except sqlite3.OperationalError as error:
                waited = time.monotonic() - start
                if not _is_busy(error) or waited > wait:
                    raise
            time.sleep(random.uniform(0.004, 0.02) / (1 + 10 * waited))
    finally:
        connection.execute(f"PRAGMA busy_timeout = {int(WAIT * 1000)}")


def _is_busy(error: sqlite3.OperationalError) -> bool:
    return error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY


def _as_uri(path: Path) -> str:
    """The path for SQLite, whatever signs are in it, on a Windows share too."""
    posix = path.as_posix()
    return "file://" + ("" if posix.startswith("/") else "/") + quote(os.fsencode(posix), "/:")


def _prefer_wal(connection: sqlite3.Connection) -> None:
    """Turns write-ahead logging on where the file system can do it; the file remembers."""
    end = time.monotonic() + WAIT
    while connection.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return  # a file system that can't do it leaves the mode as it was
        except sqlite3.OperationalError as error:
            # Here SQLite does not wait by itself for others who do the same.
            if not _is_busy(error) or time.monotonic() > end:
                return
        time.sleep(0.02)


class PostgreSQLServer:
    """A database on a PostgreSQL server: for more than one computer."""

    def __init__(self, url: URL) -> None:
        name = f' "{url.database}"' if url.database else ""
        self.where = f"The database{name} on {url.host or 'this computer'}"
        self.engine = create_engine(
            url.set(drivername="postgresql+psycopg"),
            pool_pre_ping=True,
            pool_size=1,
            max_overflow=4,
            pool_timeout=WAIT,
            # Whoever waited for the lock must see what the one before wrote.
            isolation_level="READ COMMITTED",
            connect_args={
                "connect_timeout": 3,
                "keepalives_idle": 5,
                "keepalives_interval": 2,
                "keepalives_count": 2,
                "tcp_user_timeout": 5000,
                "application_name": "workshop-kit",
            },
        )
        event.listen(self.engine, "connect", _set_timeouts)

    def identity(self) -> object:
        """Always the same: whether the tables are there is asked of the server."""
        return "server"

    def create(self) -> None:
        """Nothing: the database itself is the administrator's to make."""

    @contextmanager
    def connected(self, *, writing: bool) -> Iterator[Connection]:  # noqa: ARG002
        """A connection inside a transaction."""
        with self.engine.begin() as connection:
            yield connection

    @contextmanager
    def locked_for_tables(self) -> Iterator[Connection]:
        """A connection in a transaction that no other process is in, however many come at once."""
        with self.engine.begin() as connection:
            wait = int(WAIT_FOR_TABLES * 1000)
            connection.exec_driver_sql(f"SET LOCAL lock_timeout = {wait}")
            connection.exec_driver_sql(f"SET LOCAL statement_timeout = {wait}")
            self.lock(connection, "tables")
            yield connection

    def wipe(self) -> None:
        """Asks the server to give the room of what was deleted free for other rows."""
        with self.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM answers"))

    def lock(self, connection: Connection, *scope: str) -> None:
        """Waits until no other transaction has the lock of `scope`; it ends with the transaction."""
        digest = hashlib.sha256("\0".join(("workshop-kit", *scope)).encode()).digest()
        number = int.from_bytes(digest[:8], "big", signed=True)
        connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": number})

    def refusal(self, error: Exception) -> StoreError:
        """The error in words."""
        return postgresql_refusal(self.where, error)


def _set_timeouts(connection: Any, _record: object) -> None:
    # Not as start-up options, which a connection pooler before the server would refuse.
    connection.autocommit = True
    connection.execute("SET statement_timeout = 5000")
    connection.execute("SET lock_timeout = 3000")
    connection.execute("SET idle_in_transaction_session_timeout = 15000")
    connection.autocommit = False


Database = SQLiteFile | PostgreSQLServer
REFUSED = (SQLAlchemyError, sqlite3.Error, OSError)
