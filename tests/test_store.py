"""The store of answers: one suite, run on SQLite and on a real PostgreSQL server."""

from __future__ import annotations

import datetime
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import inspect

from tests.postgres import Server, postgres
from workshop_kit.errors import StoreError
from workshop_kit.store import EVENT, Store, open_store, versions
from workshop_kit.store.answers_table import metadata

__all__ = ["postgres"]  # a fixture

KEY: dict[str, Any] = {
    "participant": "leader",
    "team": "payments",
    "activity": "naming-the-transition",
    "question": "concern",
}


@dataclass(frozen=True)
class Place:
    """A fresh database: an event folder, and a URL where it is on a server."""

    folder: Path
    url: str
    server: Server | None = None

    def open(self) -> Store:
        return open_store(self.folder, self.url)


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    monkeypatch.delenv("WORKSHOP_KIT_DATABASE", raising=False)
    if request.param == "sqlite":
        return Place(tmp_path, "")
    server: Server = request.getfixturevalue("postgres")
    return Place(tmp_path, server.make_database(), server)


@pytest.fixture
def store(place: Place) -> Iterator[Store]:
    with place.open() as opened:
        yield opened


# ---- save and read -----------------------------------------------------------------------------


def test_reading_before_the_first_save_gives_nothing_and_makes_nothing(place: Place) -> None:
    with place.open() as store:
        assert store.latest() == store.history() == ()
        assert store.since(0, team="a", participant="b", activity="c") == ()
        if place.url:
            assert inspect(store._database.engine).get_table_names() == []
    assert list(place.folder.iterdir()) == []


def test_what_is_saved_is_read_by_another(place: Place) -> None:
    before = datetime.datetime.now(datetime.UTC)
    with place.open() as one:
        saved = one.save(**KEY, value={"words": ["a", None]}, device="x1")
    with place.open() as other:
        (revision,) = other.latest()
    assert revision == saved.revision
    assert (saved.new, saved.overtook) == (True, None)
    assert revision.model_dump(exclude={"id", "at"}) == {
        **KEY, "value": {"words": ["a", None]}, "device": "x1",
    }  # fmt: skip
    assert revision.at.tzinfo == datetime.UTC
    assert before <= revision.at <= datetime.datetime.now(datetime.UTC)


def test_every_revision_stays_and_the_last_is_the_latest(store: Store) -> None:
    ids = [store.save(**KEY, value=text).revision.id for text in ("a", "b", "a")]
    assert ids == sorted(set(ids))
    assert [(r.id, r.value) for r in store.history()] == list(zip(ids, "aba", strict=True))
    assert [(r.id, r.value) for r in store.latest()] == [(ids[-1], "a")]


def test_an_answer_taken_back_is_there_as_none(store: Store) -> None:
    store.save(**KEY, value="a")
    store.save(**KEY, value=None)
    assert [r.value for r in store.latest()] == [None]
    assert [r.value for r in store.history()] == ["a", None]


def test_an_equal_value_writes_nothing(store: Store) -> None:
    first = store.save(**KEY, value={"a": 1, "b": [2]}, device="x")
    again = store.save(**KEY, value={"b": [2], "a": 1}, device="x")
    assert (again.new, again.revision, again.overtook) == (False, first.revision, None)
    assert len(store.history()) == 1


def test_one_and_true_and_one_point_nought_are_three_answers(store: Store) -> None:
    for value in (1, True, 1.0, "1"):
        assert store.save(**KEY, value=value).new
    assert [repr(r.value) for r in store.history()] == ["1", "True", "1.0", "'1'"]


def test_latest_is_one_for_each_key_and_in_their_order(store: Store) -> None:
    for team, activity, participant, question in (
        ("b", "a", "leader", "q"), ("a", "b", "leader", "q"), ("a", "a", "p2", "q"),
        ("a", "a", "leader", "z"), ("a", "a", "leader", "people/P3"), ("b", "a", "leader", "q"),
    ):  # fmt: skip
        value = len(store.history())
        store.save(
            team=team, activity=activity, participant=participant, question=question, value=value
        )
    found = [(r.team, r.activity, r.participant, r.question) for r in store.latest()]
    assert found == sorted(set(found))
    assert len(found) == 5
    assert store.latest(team="b")[0].value == 5


def test_reading_can_be_narrowed(store: Store) -> None:
    for team in ("a", "b"):
        for participant in ("leader", "p2"):
            for activity in ("x", "y"):
                for question in ("q", "r"):
                    names = {"team": team, "participant": participant, "activity": activity}
                    store.save(**names, question=question, value=team + participant)
    assert len(store.latest()) == len(store.history()) == 16
    assert len(store.latest(team="a")) == 8
    assert len(store.latest(team="a", participant="p2")) == 4
    assert len(store.latest(team="a", participant="p2", activity="y")) == 2
    assert len(store.history(activity="y", question="q")) == 4
    assert store.latest(team="") == store.latest(team="nobody") == ()


def test_since_gives_the_latest_of_what_changed_after(store: Store) -> None:
    where = {"team": KEY["team"], "participant": "leader", "activity": KEY["activity"]}
    first = store.save(**KEY, value=1).revision.id
    store.save(**{**KEY, "question": "other"}, value=1)
    store.save(**{**KEY, "participant": "p2"}, value=1)
    store.save(**KEY, value=2)
    last = store.save(**KEY, value=3).revision.id
    assert [(r.question, r.value) for r in store.since(first, **where)] == [
        ("concern", 3), ("other", 1),
    ]  # fmt: skip
    assert len(store.since(0, **where)) == 2
    assert store.since(last, **where) == ()


# ---- two devices -------------------------------------------------------------------------------


def test_the_later_of_two_devices_is_told_and_nothing_is_lost(store: Store) -> None:
    seen = store.save(**KEY, value="both saw this", device="one").revision.id
    first = store.save(**KEY, value="from one", device="one", seen=seen)
    second = store.save(**KEY, value="from two", device="two", seen=seen)
    assert first.overtook is None
    assert second.overtook == first.revision
    assert [r.value for r in store.history()] == ["both saw this", "from one", "from two"]


def test_who_has_seen_the_latest_is_told_nothing(store: Store) -> None:
    seen = store.save(**KEY, value=1, device="one").revision.id
    assert store.save(**KEY, value=2, device="two", seen=seen).overtook is None


def test_nobody_overtakes_himself(store: Store) -> None:
    store.save(**KEY, value=1, device="one")
    assert store.save(**KEY, value=2, device="one", seen=None).overtook is None


def test_a_save_repeated_after_a_lost_acknowledgement_says_the_same(store: Store) -> None:
    other = store.save(**KEY, value="other", device="two").revision
    lost = store.save(**KEY, value="mine", device="one", seen=0)
    again = store.save(**KEY, value="mine", device="one", seen=0)
    assert lost.overtook == again.overtook == other
    assert (again.new, again.revision) == (False, lost.revision)


def test_the_same_words_from_two_devices_overtake_nobody(store: Store) -> None:
    store.save(**KEY, value="same", device="one")
    again = store.save(**KEY, value="same", device="two", seen=0)
    assert (again.new, again.overtook) == (False, None)


# ---- any value, any name -----------------------------------------------------------------------

any_text = st.text(st.characters(exclude_categories=())) | st.text("\0\ud83d\ude00\ud800a ")
any_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
    | any_text,
    lambda inner: st.lists(inner) | st.dictionaries(any_text, inner),
    max_leaves=20,
)  # fmt: skip
on_a_store = settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def joined(value: Any) -> Any:
    """The value as JSON has it: the two halves of a surrogate pair side by side are one character."""
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")
    if isinstance(value, list):
        return [joined(one) for one in value]
    if isinstance(value, dict):
        return {joined(key): joined(one) for key, one in value.items()}
    return value


@on_a_store
@given(value=any_json)
def test_any_json_value_comes_back_equal(store: Store, value: Any) -> None:
    # Twice, so that the value is surely written: the example before may have been equal.
    store.save(**KEY, value={"other": value})
    saved = store.save(**KEY, value=value)
    (latest,) = store.latest()
    assert saved.revision == latest
    assert latest.value == joined(value)
    assert json.dumps(latest.value, sort_keys=True) == json.dumps(joined(value), sort_keys=True)


def test_a_tuple_from_a_widget_comes_back_as_a_list(store: Store) -> None:
    value: Any = ("a", ("b",))
    store.save(**KEY, value=value)
    assert not store.save(**KEY, value=value).new
    assert store.latest()[0].value == ["a", ["b"]]


def nested(depth: int) -> Any:
    value: Any = 1
    for _ in range(depth):
        value = [value]
    return value


@pytest.mark.parametrize(
    "value",
    [float("nan"), [float("inf")], {"a": -float("inf")}, {1: 2}, {None: 2}, {"a"}, b"a", object(),
     nested(200), nested(5000), "a" * 1_000_001, 10**5000],
    ids=["nan", "inf", "-inf", "int-key", "none-key", "set", "bytes", "object", "deep", "deeper",
         "long", "huge"],
)  # fmt: skip
def test_what_is_no_json_is_refused_and_nothing_is_written(store: Store, value: Any) -> None:
    with pytest.raises(StoreError, match="It was not saved") as raised:
        store.save(**KEY, value=value)
    assert raised.value.reason == "value"
    assert store.history() == ()


def test_a_value_of_the_longest_kind_is_kept(store: Store) -> None:
    store.save(**KEY, value="a" * 999_998)
    store.save(**{**KEY, "question": "deep"}, value=nested(100))
    assert [len(json.dumps(r.value)) for r in store.latest()] == [1_000_000, 201]


HOSTILE = [
    "'; DROP TABLE answers; --", '"', "%s", ":participant", "\\", "%(a)s", "a\nb", " a ", "\t",
    "../../etc/passwd", "<script>alert(1)</script>", "=cmd|' /C calc'!A0", "Ω≈ç√", "👩‍👩‍👧", "\u202e",
    "a" * 200, "👩" * 200, "\ufeff", "null", "🏳️",
]  # fmt: skip


def test_hostile_names_stay_what_they_are_and_apart(store: Store) -> None:
    for name in HOSTILE:
        fields = {"participant": name, "question": name, "activity": name, "device": name}
        store.save(**fields, team=name[:60], value=name)
    for name in HOSTILE:
        (found,) = store.history(participant=name, question=name)
        assert (found.participant, found.activity, found.device) == (name, name, name)
        assert (found.team, found.value) == (name[:60], name)
    assert len(store.latest()) == len(HOSTILE)


@on_a_store
@given(name=st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1,
                    max_size=200))  # fmt: skip
def test_any_text_can_name_a_question(store: Store, name: str) -> None:
    saved = store.save(**{**KEY, "question": name, "participant": name}, value=1).revision
    assert store.history(question=name, participant=name) == (saved,)


@pytest.mark.parametrize("name", ["", "a\0b", "\ud800", "a" * 201, None, 3])
@pytest.mark.parametrize("part", ["participant", "team", "activity", "question"])
def test_a_name_that_a_database_can_not_hold_is_refused(store: Store, part: str, name: Any) -> None:
    with pytest.raises(StoreError, match=part) as raised:
        store.save(**{**KEY, part: name}, value=1)
    assert raised.value.reason == "value"


# ---- many at once ------------------------------------------------------------------------------

FLEET = """
import json, os, sys, time
from pathlib import Path
import alembic.command, psycopg
from workshop_kit.errors import StoreError
from workshop_kit.store import open_store

folder, url, home = Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3])
writers, saves, same, go = int(sys.argv[4]), int(sys.argv[5]), sys.argv[6] == "same", time.time() + 0.5


def write(number):
    acknowledged = open(home / str(number), "w")
    store = open_store(folder, url)
    time.sleep(max(0, go - time.time()))
    participant = "leader" if same else f"p{number}"
    for count in range(saves):
        while True:
            try:
                saved = store.save(participant=participant, team="payments", activity="a",
                                   question=f"q{number}" if same else "q", value=[number, count],
                                   device=str(number))
                break
            except StoreError as error:
                if error.reason not in ("locked", "away"):  # as a form: it says so and tries again
                    raise
                acknowledged.write(f"refused: {error.reason}\\n")
        acknowledged.write(json.dumps([saved.revision.id, number, count, saved.new]) + "\\n")
        acknowledged.flush()
    store.close()


children = []
for number in range(writers):
    if not (child := os.fork()):
        try:
            write(number)
        except BaseException:
            import traceback
            traceback.print_exc()
            os._exit(1)
        os._exit(0)
    children.append(child)
sys.exit(max(os.waitpid(child, 0)[1] for child in children) != 0)
"""
forks = pytest.mark.skipif(not hasattr(os, "fork"), reason="the writers are forked")


def fleet(place: Place, home: Path, writers: int, saves: int, *, same: bool = False) -> list[str]:
    """The command of a program that forks so many processes, each with a store of its own."""
    home.mkdir()
    how = "same" if same else "own"
    words = [place.folder, place.url, home, writers, saves, how]
    return [sys.executable, "-c", FLEET, *map(str, words)]


def acknowledged(home: Path) -> list[tuple[int, int, int]]:
    """Id, writer and count of every save that came back, whoever wrote it."""
    lines = [line for path in home.iterdir() for line in path.read_text().splitlines(True)]
    whole = [json.loads(line) for line in lines if line.endswith("]\n")]
    assert all(new for *_, new in whole)
    return sorted((number, writer, count) for number, writer, count, _ in whole)


def kept(store: Store) -> list[tuple[int, Any, Any]]:
    return [(r.id, *r.value) for r in store.history()]  # type: ignore[misc]


@forks
def test_forty_processes_lose_none_of_their_saves(place: Place, tmp_path: Path) -> None:
    done = subprocess.run(
        fleet(place, tmp_path / "acks", 40, 100), capture_output=True, text=True, timeout=600
    )
    assert done.returncode == 0, done.stderr
    with place.open() as store:
        assert acknowledged(tmp_path / "acks") == kept(store)
        assert len(store.history()) == 4000
        assert {tuple(r.value) for r in store.latest()} == {(n, 99) for n in range(40)}  # type: ignore[arg-type]


@forks
def test_forty_processes_at_once_make_a_fresh_database_once(place: Place, tmp_path: Path) -> None:
    done = subprocess.run(
        fleet(place, tmp_path / "acks", 40, 1), capture_output=True, text=True, timeout=600
    )
    assert (done.returncode, done.stderr) == (0, "")
    with place.open() as store:
        assert acknowledged(tmp_path / "acks") == kept(store)
        assert len(store.history()) == 40


@forks
def test_who_asks_for_what_changed_since_misses_nothing(place: Place, tmp_path: Path) -> None:
    """One participant's page is polled while four processes write to it."""
    where = {"team": "payments", "participant": "leader", "activity": "a"}
    with (
        subprocess.Popen(fleet(place, tmp_path / "acks", 4, 60, same=True)) as writers,
        place.open() as store,
    ):
        seen, known = 0, {}
        ended = False
        while not ended:
            ended = writers.poll() is not None
            for revision in store.since(seen, **where):
                known[revision.question] = revision
            seen = max((r.id for r in known.values()), default=0)
        assert writers.returncode == 0
        assert {r.question: r for r in store.latest()} == known


# ---- the event's own ---------------------------------------------------------------------------


def save(store: Store, value: Any, **names: str) -> None:
    store.save(**{**KEY, **names}, value=value)


def test_what_belongs_to_the_event_comes_only_when_it_is_asked_for(store: Store) -> None:
    save(store, "A", team="payments")
    save(store, "parked", team=EVENT)
    assert {r.team for r in (*store.latest(), *store.history())} == {"payments"}
    assert [r.value for r in store.latest(team=EVENT)] == ["parked"]


def test_what_is_fixed_first_holds(store: Store) -> None:
    assert store.fixed("limits") is None
    assert store.fix("limits", {"people": 5}) == {"people": 5}
    assert store.fix("limits", {"people": 9}) == {"people": 5}
    save(store, {"people": 1}, team=EVENT, activity="fixed", participant="fixed", question="limits")
    assert store.fixed("limits") == {"people": 5}
    assert store.latest() == ()


def test_nothing_is_fixed_by_looking(place: Place) -> None:
    with place.open() as store:
        assert store.fixed("limits") is None
        assert store.purge() == 0


def test_a_purge_removes_every_revision_and_keeps_what_it_is_told(store: Store) -> None:
    for value in ("A", "B"):
        save(store, value, team="payments")
    save(store, "09:04", team=EVENT, activity="day")
    save(store, "Who pays?", team=EVENT, activity="parked")
    store.fix("limits", 5)
    assert store.purge(keep=("day", "fixed")) == 3
    assert store.history() == ()
    assert [r.value for r in store.history(team=EVENT)] == ["09:04", 5]
    save(store, "C", team="payments")
    assert [r.value for r in store.latest()] == ["C"]


@forks
def test_a_writer_killed_in_the_middle_leaves_every_acknowledged_save(
    place: Place, tmp_path: Path
) -> None:
    command = fleet(place, tmp_path / "acks", 3, 100_000)
    with subprocess.Popen(command, start_new_session=True) as writers:
        end = time.monotonic() + 30
        while len(acknowledged(tmp_path / "acks")) < 100 and time.monotonic() < end:
            time.sleep(0.02)
        os.killpg(writers.pid, signal.SIGKILL)
    time.sleep(0.1)
    acks = acknowledged(tmp_path / "acks")
    assert len(acks) >= 100
    with place.open() as store:
        if place.url:
            # What a killed client had under way, the server may still be ending.
            store.save(**KEY, value="after")
        found = set(kept_of_fleet(store))
        assert set(acks) <= found
        assert len(found) <= len(acks) + 3  # at most one of each was saved and not yet said
        assert store.save(**KEY, value="the store goes on").new
    if not place.url:
        with closing(sqlite3.connect(place.folder / "answers.sqlite")) as db:
            assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


def kept_of_fleet(store: Store) -> list[tuple[int, Any, Any]]:
    return [(r.id, *r.value) for r in store.history(activity="a")]  # type: ignore[misc]


def test_a_store_serves_many_threads(store: Store) -> None:
    """Also threads other than the one whose save opened the connection."""
    store.save(**KEY, value="from the main thread")
    wrong: list[Exception] = []

    def write(number: int) -> None:
        try:
            for count in range(10):
                store.save(**{**KEY, "question": f"q{number}"}, value=count)
                assert store.latest(team=KEY["team"])
        except Exception as error:
            wrong.append(error)

    threads = [threading.Thread(target=write, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert Counter(r.question for r in store.history()) == {
        "concern": 1, **{f"q{n}": 10 for n in range(8)},
    }  # fmt: skip


def test_a_closed_store_opens_again_when_it_is_used(store: Store) -> None:
    store.save(**KEY, value=1)
    store.close()
    assert store.save(**KEY, value=2).new
    assert len(store.history()) == 2


# ---- versions of the tables --------------------------------------------------------------------


def run_in_a_fresh_process(place: Place, code: str) -> str:
    head = (
        "import sys, logging; from pathlib import Path; from workshop_kit.store import open_store\n"
        "names = dict(participant='leader', team='t', activity='a', question='q')\n"
        "store = open_store(Path(sys.argv[1]), sys.argv[2])\n"
    )
    words = [sys.executable, "-W", "error", "-c", head + code, str(place.folder), place.url]
    done = subprocess.run(words, capture_output=True, text=True)
    return done.stdout + done.stderr


def test_alembic_is_not_imported_where_the_tables_are_there(place: Place) -> None:
    assert run_in_a_fresh_process(place, "store.save(**names, value=1)") == ""
    code = "store.save(**names, value=2); print(len(store.history()), 'alembic' in sys.modules)"
    assert run_in_a_fresh_process(place, code) == "2 False\n"


def test_making_the_tables_says_nothing(place: Place) -> None:
    code = (
        "logging.basicConfig(level=logging.DEBUG, stream=sys.stdout); store.save(**names, value=1)"
    )
    assert run_in_a_fresh_process(place, code) == ""


def test_the_migrations_make_the_tables_that_the_code_asks_for(store: Store) -> None:
    store.save(**KEY, value=1)
    options = {"version_table": versions.VERSION_TABLE, "compare_type": True}
    with store._database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, metadata) == []


ADD = "op.add_column('answers', sa.Column('mood', sa.Text, server_default='calm'))"
NEXT = (
    "import sqlalchemy as sa\nfrom alembic import op\nrevision = '0002'\ndown_revision = '0001'\n"
)


@pytest.fixture
def next_kit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Makes this process a kit with one more migration."""

    def become(step: str) -> None:
        home = tmp_path / "next kit 100%" / "migrations"
        shutil.copytree(versions.MIGRATIONS, home, ignore=shutil.ignore_patterns("__pycache__"))
        (home / "versions" / "0002_mood.py").write_text(
            f"{NEXT}def upgrade():\n    {ADD}\n    {step}\n"
        )
        monkeypatch.setattr(versions, "MIGRATIONS", home)

    return become


def moods(store: Store) -> list[Any]:
    with store._database.engine.connect() as connection:
        return list(connection.exec_driver_sql("SELECT mood FROM answers").scalars())


def test_an_older_database_is_brought_up_by_the_first_save(
    place: Place, next_kit: Callable[[str], None]
) -> None:
    with place.open() as old:
        old.save(**KEY, value="old")
    next_kit("")
    with place.open() as store:
        store.save(**KEY, value="new")
        assert [r.value for r in store.history()] == ["old", "new"]
        assert moods(store) == ["calm", "calm"]


def test_an_older_database_is_brought_up_by_the_first_read(
    place: Place, next_kit: Callable[[str], None]
) -> None:
    with place.open() as old:
        old.save(**KEY, value="old")
    next_kit("")
    with place.open() as store:
        assert [r.value for r in store.latest()] == ["old"]
        assert moods(store) == ["calm"]


def test_a_migration_that_fails_leaves_the_database_as_it_was(
    place: Place, next_kit: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    with place.open() as old:
        old.save(**KEY, value="old")
    with monkeypatch.context():
        next_kit("op.execute('SELECT * FROM nowhere')")
        with place.open() as store, pytest.raises(StoreError):
            store.save(**KEY, value="new")
    monkeypatch.undo()
    with place.open() as old:
        assert [r.value for r in old.latest()] == ["old"]
        assert old.save(**KEY, value="new").new


def test_a_database_of_a_newer_kit_is_refused_and_stays_as_it_is(
    place: Place, next_kit: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    next_kit("")
    with place.open() as newer:
        newer.save(**KEY, value="newer")
    monkeypatch.undo()
    with place.open() as store:
        for use in (store.latest, lambda: store.save(**KEY, value="older")):
            with pytest.raises(StoreError, match="made by a newer workshop-kit") as raised:
                use()
            assert raised.value.reason == "newer"
