"""Which database is used, how it is opened, and what people read when it refuses."""

from __future__ import annotations

import os
import pwd
import shutil
import sqlite3
import stat
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.postgres import PASSWORD, Server, can_become, postgres
from workshop_kit.errors import StoreError
from workshop_kit.store import Store, database, open_store
from workshop_kit.store.refusals import postgresql_refusal, sqlite_refusal

__all__ = ["postgres"]  # a fixture

KEY: dict[str, Any] = {
    "participant": "leader",
    "team": "payments",
    "activity": "naming-the-transition",
    "question": "concern",
}
FILE = "answers.sqlite"


@pytest.fixture(autouse=True)
def _no_database_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("WORKSHOP_KIT_DATABASE", raising=False)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path) as opened:
        yield opened


def refused(use: Callable[[], object], reason: str) -> str:
    """The message of the StoreError, which is fit to be read by a leader."""
    with pytest.raises(StoreError) as raised:
        use()
    message = str(raised.value)
    assert raised.value.reason == reason, message
    assert raised.value.__suppress_context__
    for word in (PASSWORD, "wrong-horse", "sqlalche", "psycopg", "Traceback", "SELECT", "INSERT"):
        assert word not in message
    assert message.endswith(".")
    return message


def save(store: Store, value: Any = "words") -> Callable[[], object]:
    return lambda: store.save(**KEY, value=value)


# ---- which database ----------------------------------------------------------------------------


def test_answers_go_into_the_event_folder(store: Store, tmp_path: Path) -> None:
    store.save(**KEY, value=1)
    assert (tmp_path / FILE).is_file()


def test_a_relative_path_is_inside_the_event_folder(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    with open_store(tmp_path, "sqlite:///data/a b%20#c.db") as store:
        store.save(**KEY, value=1)
        assert (tmp_path / "data" / "a b%20#c.db").is_file()


def test_an_absolute_path_is_taken_as_it_is(tmp_path: Path) -> None:
    with open_store(tmp_path / "event", f"sqlite:///{tmp_path / 'other.db'}") as store:
        store.save(**KEY, value=1)
    assert (tmp_path / "other.db").is_file()


def test_the_environment_comes_before_the_event(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WORKSHOP_KIT_DATABASE", "sqlite:///one.db")
    with open_store(tmp_path, "sqlite:///two.db") as store:
        store.save(**KEY, value=1)
    assert [path.name for path in tmp_path.iterdir()] == ["one.db"]


def test_the_folder_may_be_relative_and_the_working_directory_change(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with open_store(Path()) as store:
        monkeypatch.chdir("/")
        store.save(**KEY, value=1)
    assert (tmp_path / FILE).is_file()


@pytest.mark.parametrize(
    "url",
    ["mysql://kit:wrong-horse@host/db", "postgresql://kit:wrong-horse@host:port/db", "sqlite://",
     "sqlite:///:memory:", "answers.db", "postgres://kit:wrong-horse@host/db", "sqlite:///"],
)  # fmt: skip
def test_a_url_of_another_form_is_refused_without_being_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    assert "The key database" in refused(lambda: open_store(tmp_path, url), "url")
    monkeypatch.setenv("WORKSHOP_KIT_DATABASE", url)
    assert "variable WORKSHOP_KIT_DATABASE" in refused(lambda: open_store(tmp_path), "url")


# ---- the file ----------------------------------------------------------------------------------


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such modes")
def test_nobody_else_may_read_the_file(store: Store, tmp_path: Path) -> None:
    store.save(**KEY, value=1)
    assert {stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()} == {0o600}


def test_a_save_is_on_the_disk_before_it_is_said_and_readers_do_not_stop_it(store: Store) -> None:
    store.save(**KEY, value=1)
    with store._database.engine.connect() as connection:
        asked = ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        found = [connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in asked]
    assert found == ["wal", 2, 1, 3000]


def test_nothing_is_locked_between_two_saves(store: Store, tmp_path: Path) -> None:
    store.save(**KEY, value=1)
    store.latest()
    with closing(sqlite3.connect(tmp_path / FILE, timeout=0)) as other:
        other.execute("BEGIN EXCLUSIVE")


def test_closing_leaves_one_file(store: Store, tmp_path: Path) -> None:
    store.save(**KEY, value=1)
    store.close()
    assert [path.name for path in tmp_path.iterdir()] == [FILE]


def test_what_was_purged_stands_in_no_file(store: Store, tmp_path: Path) -> None:
    for number in range(300):
        store.save(**KEY, value=f"Ravi was stuck {number}")
    assert b"Ravi was stuck" in b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert store.purge() == 300
    store.close()
    assert b"Ravi" not in b"".join(path.read_bytes() for path in tmp_path.iterdir())


def test_a_file_system_without_shared_memory_will_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SQLite's own way of working on such a file system, which can't do write-ahead logging."""
    uri = database._as_uri
    monkeypatch.setattr(database, "_as_uri", lambda path: f"{uri(path)}?vfs=unix-dotfile&")
    monkeypatch.setattr(database, "_open", _with_one_question_mark(database._open))
    with open_store(tmp_path) as store:
        store.save(**KEY, value=1)
        assert store.save(**KEY, value=2).new
        assert [r.value for r in store.history()] == [1, 2]
        with store._database.engine.connect() as connection:
            assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "delete"


def _with_one_question_mark(
    opened: Callable[[str], sqlite3.Connection],
) -> Callable[[str], sqlite3.Connection]:
    return lambda uri: opened(uri.replace("&?", "&"))


def test_a_file_that_is_removed_meanwhile_is_made_anew(store: Store, tmp_path: Path) -> None:
    """Else the saves would go into a file that is no longer in any folder."""
    store.save(**KEY, value="before")
    for path in tmp_path.iterdir():
        path.unlink()
    assert store.latest() == ()
    store.save(**KEY, value="after")
    with open_store(tmp_path) as other:
        assert [r.value for r in other.history()] == ["after"]


def test_a_file_that_is_replaced_meanwhile_is_the_one_read(store: Store, tmp_path: Path) -> None:
    with open_store(tmp_path, "sqlite:///backup.db") as backup:
        backup.save(**KEY, value="from the backup")
    store.save(**KEY, value="before")
    for path in tmp_path.glob(f"{FILE}*"):
        path.unlink()
    (tmp_path / "backup.db").rename(tmp_path / FILE)
    assert [r.value for r in store.latest()] == ["from the backup"]


def test_an_empty_file_is_no_database_yet(store: Store, tmp_path: Path) -> None:
    """What a process leaves that was killed while it made the file."""
    (tmp_path / FILE).touch()
    assert store.latest() == ()
    assert store.save(**KEY, value=1).new


# ---- what the file refuses ---------------------------------------------------------------------


def test_a_file_locked_by_another_program_is_said_in_time_and_works_after(
    store: Store, tmp_path: Path
) -> None:
    store.save(**KEY, value=1)
    with closing(sqlite3.connect(tmp_path / FILE, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        start = time.monotonic()
        message = refused(save(store), "locked")
        assert 2.5 < time.monotonic() - start < 4
        assert "another program" in message
        assert str(tmp_path) in message
        assert [r.value for r in store.latest()] == [1]  # reading goes on
        other.execute("ROLLBACK")
    assert store.save(**KEY, value="words").new


def test_a_file_locked_for_a_moment_is_waited_for(store: Store, tmp_path: Path) -> None:
    store.save(**KEY, value=1)
    with closing(
        sqlite3.connect(tmp_path / FILE, isolation_level=None, check_same_thread=False)
    ) as other:
        other.execute("BEGIN IMMEDIATE")
        release = threading.Timer(0.5, other.execute, ["ROLLBACK"])
        release.start()
        assert store.save(**KEY, value=2).new
        release.join()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of half a megabyte."""
    disk = tmp_path / "disk"
    disk.mkdir()
    words = ["mount", "-t", "tmpfs", "-o", "size=512k", "tmpfs", disk]
    if shutil.which("mount") is None or subprocess.run(words, capture_output=True).returncode:
        pytest.skip("a small disk can't be mounted here: that takes root")
    yield disk
    subprocess.run(["umount", "-l", disk], check=True)


def test_a_full_disk_is_said_and_every_acknowledged_save_is_there(small_disk: Path) -> None:
    saved = []
    with open_store(small_disk) as store:

        def save_on() -> None:
            for number in range(1000):
                value = f"{number} " + "a" * 5000
                store.save(**KEY, value=value)
                saved.append(value)

        with pytest.raises(StoreError) as raised:
            save_on()
        assert raised.value.reason == "full"
        assert "No room is left on the disk" in str(raised.value)
        assert len(saved) > 5
        assert [r.value for r in store.history()] == saved
    with open_store(small_disk) as again:
        assert [r.value for r in again.history()] == saved


def test_a_disk_with_room_again_takes_the_save(small_disk: Path) -> None:
    with open_store(small_disk) as store:
        store.save(**KEY, value=1)
        with suppress(OSError):
            (small_disk / "filler").write_bytes(b"a" * 1_000_000)
        refused(save(store, "a" * 50_000), "full")
        (small_disk / "filler").unlink()
        assert store.save(**KEY, value="a" * 50_000).new


def test_a_disk_full_from_the_start_is_said(small_disk: Path) -> None:
    with suppress(OSError):
        (small_disk / "filler").write_bytes(b"a" * 1_000_000)
    with open_store(small_disk) as store:
        refused(save(store), "full")
        assert store.latest() == ()


def test_a_disk_mounted_to_read_only_is_read_and_refuses_a_save(small_disk: Path) -> None:
    with open_store(small_disk) as store:
        store.save(**KEY, value=1)
    subprocess.run(["mount", "-o", "remount,ro", small_disk], check=True)
    with open_store(small_disk) as store:
        assert [r.value for r in store.latest()] == [1]
        assert "for writing" in refused(save(store), "read-only")
        assert [r.value for r in store.history()] == [1]
    with open_store(small_disk, "sqlite:///none-yet.db") as store:
        assert store.latest() == ()
        refused(save(store), "read-only")


AS_NOBODY = """
import os, sys
from pathlib import Path
import alembic.command, sqlalchemy.dialects.sqlite
from workshop_kit.errors import StoreError
from workshop_kit.store import open_store
with open_store(Path(sys.argv[1]) / "warm-up") as store:
    store.save(participant="p", team="t", activity="a", question="q", value=1)
if os.geteuid() == 0:
    os.setgroups([]); os.setgid(65534); os.setuid(65534)
store = open_store(Path(sys.argv[1]))
try:
    print([r.value for r in store.latest()])
except StoreError as error:
    print("read:", error.reason)
try:
    store.save(participant="p", team="t", activity="a", question="q", value=2)
except StoreError as error:
    print(error.reason)
    print(error)
store.close()
"""


def as_nobody(folder: Path) -> list[str]:
    """What somebody without rights reads when they open the store of the folder."""
    (folder / "warm-up").mkdir()  # loads what an unprivileged user could not read
    words = [sys.executable, "-W", "error", "-c", AS_NOBODY, str(folder)]
    done = subprocess.run(words, capture_output=True, text=True)
    assert done.stderr == ""
    return done.stdout.splitlines()


@pytest.fixture
def shared_folder() -> Iterator[Path]:
    """A folder that other users can reach, unlike pytest's own."""
    nobody = next((one for one in pwd.getpwall() if one.pw_uid == 65534), None)
    if os.geteuid() != 0 or not can_become(nobody):
        pytest.skip("only root can become another user, and not in every container")
    with tempfile.TemporaryDirectory(prefix="kit-store-") as home:
        Path(home).chmod(0o755)
        folder = Path(home) / "event"
        folder.mkdir()
        yield folder


def test_a_folder_without_the_right_to_write_reads_as_empty(shared_folder: Path) -> None:
    said = as_nobody(shared_folder)
    assert said[:2] == ["[]", "read-only"]
    assert "copy the whole event folder" in said[2]
    assert sorted(path.name for path in shared_folder.iterdir()) == ["warm-up"]


def test_a_file_in_a_folder_without_the_right_to_write_can_be_read(shared_folder: Path) -> None:
    with open_store(shared_folder) as store:
        store.save(**KEY, value="readable")
    (shared_folder / FILE).chmod(0o644)
    assert as_nobody(shared_folder)[:2] == ["['readable']", "read-only"]


def test_a_file_that_is_read_only_in_a_folder_that_is_not_can_be_read(shared_folder: Path) -> None:
    with open_store(shared_folder) as store:
        store.save(**KEY, value="readable")
    (shared_folder / FILE).chmod(0o444)
    shared_folder.chmod(0o777)
    assert as_nobody(shared_folder)[:2] == ["['readable']", "read-only"]


def test_a_file_of_somebody_else_is_said(shared_folder: Path) -> None:
    with open_store(shared_folder) as store:
        store.save(**KEY, value="not for others")
    assert as_nobody(shared_folder)[:2] == ["read: read-only", "read-only"]


@pytest.mark.parametrize(
    "content", [b"team,leader\npayments,Ada\n" * 200, b"SQLite format 3\0" + b"\xff" * 9000]
)
def test_a_file_that_is_no_database_is_said_and_left_alone(
    store: Store, tmp_path: Path, content: bytes
) -> None:
    (tmp_path / FILE).write_bytes(content)
    assert "move it aside" in refused(save(store), "damaged")
    assert FILE in refused(store.latest, "damaged")
    assert (tmp_path / FILE).read_bytes() == content


def test_a_damaged_database_is_said(store: Store, tmp_path: Path) -> None:
    for number in range(50):
        store.save(**KEY, value=f"{number}" * 500)
    store.close()
    data = bytearray((tmp_path / FILE).read_bytes())
    data[4096:] = b"\xa5" * (len(data) - 4096)
    (tmp_path / FILE).write_bytes(data)
    refused(store.latest, "damaged")
    refused(save(store), "damaged")


def test_a_database_without_its_table_is_said(store: Store, tmp_path: Path) -> None:
    store.save(**KEY, value=1)
    with closing(sqlite3.connect(tmp_path / FILE)) as other:
        other.execute("DROP TABLE answers")
    refused(store.latest, "damaged")


def test_a_folder_in_the_place_of_the_file_is_said(store: Store, tmp_path: Path) -> None:
    (tmp_path / FILE).mkdir()
    refused(save(store), "damaged")


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    with open_store(tmp_path / "gone") as store:
        assert store.latest() == ()
        assert "gone" in refused(save(store), "other")


# ---- what the server refuses -------------------------------------------------------------------


@pytest.fixture
def on_server(postgres: Server, tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path, postgres.make_database()) as opened:
        yield opened


def test_a_server_that_stops_is_said_and_found_again(on_server: Store, postgres: Server) -> None:
    on_server.save(**KEY, value=1)
    postgres.stop()
    try:
        message = refused(save(on_server), "away")
        assert "does not answer" in message
        assert "127.0.0.1" in message
        refused(on_server.latest, "away")
    finally:
        postgres.start()
    assert on_server.save(**KEY, value="words").new
    assert [r.value for r in on_server.history()] == [1, "words"]


def test_a_server_that_stopped_and_started_meanwhile_is_not_noticed(
    on_server: Store, postgres: Server
) -> None:
    on_server.save(**KEY, value=1)
    postgres.stop()
    postgres.start()
    assert on_server.save(**KEY, value=2).new


def test_a_port_where_nobody_listens_is_said(tmp_path: Path) -> None:
    with open_store(tmp_path, f"postgresql://kit:{PASSWORD}@127.0.0.1:9/db") as store:
        assert '"db" on 127.0.0.1' in refused(save(store), "away")


def test_a_name_that_is_no_computer_is_said(tmp_path: Path) -> None:
    with open_store(tmp_path, f"postgresql://kit:{PASSWORD}@no-such-host.invalid/db") as store:
        refused(store.latest, "away")


def test_a_server_that_accepts_and_keeps_silent_is_given_up_in_time(tmp_path: Path) -> None:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"postgresql://kit:{PASSWORD}@127.0.0.1:{silent.getsockname()[1]}/db"
        start = time.monotonic()
        with open_store(tmp_path, url) as store:
            refused(save(store), "away")
        assert time.monotonic() - start < 5


def test_a_wrong_password_is_said(postgres: Server, tmp_path: Path) -> None:
    with open_store(tmp_path, postgres.url("postgres", password="wrong-horse")) as store:
        assert "~/.pgpass" in refused(save(store), "login")


def test_a_missing_password_is_said(
    postgres: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGPASSFILE", os.devnull)
    monkeypatch.delenv("PGPASSWORD", raising=False)
    url = f"postgresql://kit@127.0.0.1:{postgres.port}/postgres"
    with open_store(tmp_path, url) as store:
        refused(save(store), "login")


def test_an_unknown_user_is_said(postgres: Server, tmp_path: Path) -> None:
    with open_store(tmp_path, postgres.url("postgres", user="nobody-known")) as store:
        refused(save(store), "login")


def test_a_database_that_the_server_has_not_is_said(postgres: Server, tmp_path: Path) -> None:
    with open_store(tmp_path, postgres.url("nowhere")) as store:
        assert "createdb" in refused(save(store), "missing")


def test_a_user_who_may_only_read_is_told(postgres: Server, tmp_path: Path) -> None:
    url = postgres.make_database()
    name = url.rpartition("/")[2]
    postgres.do(f"CREATE USER guest_{name} PASSWORD '{PASSWORD}'")
    guest = postgres.url(name, user=f"guest_{name}")
    with open_store(tmp_path, guest) as store:
        assert store.latest() == ()
        refused(save(store), "read-only")
    with open_store(tmp_path, url) as owner:
        owner.save(**KEY, value=1)
    postgres.do(f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO guest_{name}", name)
    with open_store(tmp_path, guest) as store:
        assert [r.value for r in store.latest()] == [1]
        refused(save(store), "read-only")


def test_a_server_without_a_connection_left_is_said(postgres: Server, tmp_path: Path) -> None:
    url = postgres.make_database()
    name = url.rpartition("/")[2]
    postgres.do(f"CREATE USER few_{name} PASSWORD '{PASSWORD}' CONNECTION LIMIT 1")
    few = postgres.url(name, user=f"few_{name}")
    with psycopg.connect(few), open_store(tmp_path, few) as store:
        assert "in a minute" in refused(save(store), "crowded")


def test_a_table_locked_by_another_program_is_said_in_time(
    on_server: Store, postgres: Server
) -> None:
    on_server.save(**KEY, value=1)
    url = on_server._database.engine.url
    with psycopg.connect(postgres.url(str(url.database))) as other:
        other.execute("LOCK TABLE answers IN ACCESS EXCLUSIVE MODE")
        start = time.monotonic()
        refused(save(on_server), "locked")
        assert time.monotonic() - start < 4
        other.rollback()
    assert on_server.save(**KEY, value="words").new


def test_a_connection_that_the_server_ends_is_replaced(on_server: Store, postgres: Server) -> None:
    on_server.save(**KEY, value=1)
    postgres.do(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'workshop-kit'"
    )
    assert on_server.save(**KEY, value=2).new


def test_a_server_whose_transactions_are_stricter_by_default_still_shows_the_latest(
    postgres: Server, tmp_path: Path
) -> None:
    url = postgres.make_database()
    name = url.rpartition("/")[2]
    postgres.do(f"ALTER DATABASE \"{name}\" SET default_transaction_isolation = 'serializable'")
    with open_store(tmp_path, url) as one, open_store(tmp_path, url) as other:
        one.save(**KEY, value=0)
        threads = [
            threading.Thread(
                target=lambda s=s, v=v: [s.save(**KEY, value=[v, n]) for n in range(20)]
            )  # type: ignore[misc]
            for v, s in enumerate((one, other))
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(one.history()) == 41


@pytest.mark.parametrize(
    ("error", "reason"),
    [(psycopg.errors.DiskFull(), "full"), (psycopg.errors.TooManyConnections(), "crowded"),
     (psycopg.errors.AdminShutdown(), "away"), (psycopg.errors.QueryCanceled(), "away"),
     (psycopg.errors.LockNotAvailable(), "locked"), (psycopg.errors.DeadlockDetected(), "locked"),
     (psycopg.errors.ReadOnlySqlTransaction(), "read-only"),
     (psycopg.errors.DataCorrupted(), "damaged"), (psycopg.errors.InvalidPassword(), "login"),
     (psycopg.errors.DivisionByZero(PASSWORD), "other"),
     (psycopg.OperationalError("consuming input failed: server closed the connection"), "away"),
     (OSError(PASSWORD), "other")],
    ids=str,
)  # fmt: skip
def test_what_a_server_says_in_codes_is_said_in_words(error: Exception, reason: str) -> None:
    refusal = postgresql_refusal("The database", error)
    assert refusal.reason == reason
    assert PASSWORD not in str(refusal)


def test_a_refusal_of_a_kind_not_foreseen_names_itself(tmp_path: Path) -> None:
    refusal = sqlite_refusal("The file", tmp_path / FILE, sqlite3.InterfaceError("odd"))
    assert refusal.reason == "other"
    assert "InterfaceError" in str(refusal)
