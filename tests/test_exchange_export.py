"""What `export` writes: three files that say the same, safe to open and whole, and the teams' ladders."""

from __future__ import annotations

import csv
import datetime
import io
import json
import os
import re
import stat
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow
import pyarrow.parquet
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from pydantic import JsonValue

from tests.conftest import TinyEvent, make_tiny_event
from tests.test_answer_words import STATEMENT
from tests.test_questions import TEXT
from workshop_kit.errors import InputError, StoreError
from workshop_kit.event import EventFolder
from workshop_kit.exchange import Exported, export_answers
from workshop_kit.exchange.export import COLUMNS, as_csv
from workshop_kit.ladder_files import read_ladder
from workshop_kit.store import Store, open_store

DOCS = (Path(__file__).parents[1] / "docs" / "answers.md").read_text(encoding="utf-8")
NAMES = ["answers.csv", "answers.json", "answers.parquet"]
# As docs/answers.md gives it: what takes the apostrophes away again.
MARKS = r"""^'(?=['"]*[=+\-@＝＋－＠]|'*[\t\r\n])|(?<=[;\t\r\n])'(?=['"]*[=+\-@＝＋－＠])"""
FORMULA_SIGNS = tuple("=+-@＝＋－＠\t\r\n")
MAPPING = "stage-mapping"


def recovered(cell: str) -> str:
    return re.sub(MARKS, "", cell)


@pytest.fixture
def event(tmp_path: Path) -> EventFolder:
    return make_tiny_event(tmp_path / "event", "Payments", "Data").load()


@pytest.fixture
def store(event: EventFolder) -> Iterator[Store]:
    with open_store(event.path) as opened:
        yield opened


def save(store: Store, question: str, value: JsonValue, **key: str) -> int:
    """Keeps an answer of the leader of Payments, where nothing else is said; its revision."""
    whose = {"team": "payments", "participant": "leader", "activity": MAPPING, **key}
    return store.save(**whose, question=question, value=value).revision.id  # type: ignore[arg-type]


def in_csv(folder: Path) -> list[dict[str, str]]:
    text = (folder / "answers.csv").read_bytes().decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline=""), strict=True))


def in_json(folder: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((folder / "answers.json").read_text(encoding="utf-8"))
    return found


def in_parquet(folder: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = pyarrow.parquet.read_table(folder / "answers.parquet").to_pylist()
    return found


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


# ---- what is written ---------------------------------------------------------------------------


def test_the_three_files_say_the_same(event: EventFolder, store: Store, tmp_path: Path) -> None:
    save(store, "own-work", {"text": "The script that renews the certificates."})
    save(store, "people/P1", {"fields": {"counter": {"text": "On call."}}}, team="data")
    export_answers(event, tmp_path / "out")
    by_csv, by_json, by_parquet = (read(tmp_path / "out") for read in (in_csv, in_json, in_parquet))
    assert len(by_csv) == len(by_json) == len(by_parquet) == 2
    for one, two, three in zip(by_csv, by_json, by_parquet, strict=True):
        assert list(one) == list(two) == list(three) == list(COLUMNS)
        assert json.loads(one["value"]) == two["value"] == json.loads(three["value"])
        moment = datetime.datetime.fromisoformat(one["saved_at"])
        assert datetime.datetime.fromisoformat(two["saved_at"]) == three["saved_at"] == moment
        assert int(one["revision"]) == two["revision"] == three["revision"]
        for column in set(COLUMNS) - {"value", "saved_at", "revision"}:
            assert one[column] == two[column] == three[column]


def test_an_answer_stands_there_with_its_question_and_in_words(
    event: EventFolder, store: Store, tmp_path: Path
) -> None:
    revision = save(store, "people/P7", {"fields": {"evidence": {"chosen": ["mixed"]}}})
    export_answers(event, tmp_path / "out")
    (row,) = in_json(tmp_path / "out")
    assert row["team"] == "payments"
    assert row["participant"] == "leader"
    assert (row["activity"], row["question"], row["item"]) == (MAPPING, "people", "P7")
    assert (row["kind"], row["revision"], row["problem"]) == ("people", revision, "")
    assert row["answer"].endswith("Mixed: it differs with the work or with the day")
    assert row["value"] == {"fields": {"evidence": {"chosen": ["mixed"]}}}


def test_every_file_that_was_written_is_named(
    event: EventFolder, store: Store, tmp_path: Path
) -> None:
    save(store, "own-work", {"text": "A plan."})
    exported = export_answers(event, tmp_path / "out")
    assert [path.name for path in exported.files] == NAMES == names_in(tmp_path / "out")
    assert (exported.answers, exported.notes) == (1, ())


def test_only_the_latest_answer_is_written(
    event: EventFolder, store: Store, tmp_path: Path
) -> None:
    save(store, "own-work", {"text": "First."})
    save(store, "own-work", {"text": "Second."})
    save(store, "not-seen", {"text": "Taken back."})
    save(store, "not-seen", None)
    assert export_answers(event, tmp_path / "out").answers == 1
    assert [row["answer"] for row in in_csv(tmp_path / "out")] == ["Second."]


def test_with_the_history_every_revision_is_written_oldest_first(
    event: EventFolder, store: Store, tmp_path: Path
) -> None:
    save(store, "own-work", {"text": "First."})
    save(store, "not-seen", {"text": "Nobody."})
    save(store, "own-work", None)
    assert export_answers(event, tmp_path / "out", history=True).answers == 3
    rows = in_json(tmp_path / "out")
    assert [row["answer"] for row in rows] == ["First.", "Nobody.", ""]
    assert rows[2]["value"] is None
    assert [row["revision"] for row in rows] == sorted(row["revision"] for row in rows)


def test_an_answer_that_no_longer_fits_is_written_with_the_reason_and_noted(
    event: EventFolder, store: Store, tmp_path: Path
) -> None:
    save(store, "paper", {"chosen": ["in-the-cloud"]})
    exported = export_answers(event, tmp_path / "out")
    (row,) = in_json(tmp_path / "out")
    assert row["problem"] == "there is no in-the-cloud any more"
    assert row["value"] == {"chosen": ["in-the-cloud"]}
    assert exported.notes == (
        "payments, leader, stage-mapping, paper: no longer fits its question: "
        "there is no in-the-cloud any more.",
    )


def test_answers_of_a_team_that_is_gone_are_written_too(
    event: EventFolder, store: Store, tmp_path: Path
) -> None:
    save(store, "own-work", {"text": "A plan."}, team="billing")
    export_answers(event, tmp_path / "out")
    assert [row["team"] for row in in_csv(tmp_path / "out")] == ["billing"]


def test_a_second_export_takes_the_place_of_the_first(
    event: EventFolder, store: Store, tmp_path: Path
) -> None:
    for text in ("First.", "Second."):
        save(store, "own-work", {"text": text})
        export_answers(event, tmp_path / "out")
    assert names_in(tmp_path / "out") == NAMES
    assert [row["answer"] for row in in_parquet(tmp_path / "out")] == ["Second."]


# ---- an empty store, and types -----------------------------------------------------------------


def test_before_anything_is_answered_there_are_headings_and_no_store_is_made(
    event: EventFolder, tmp_path: Path
) -> None:
    assert export_answers(event, tmp_path / "out").answers == 0
    raw = (tmp_path / "out" / "answers.csv").read_bytes().decode("utf-8-sig")
    assert next(csv.reader(io.StringIO(raw))) == list(COLUMNS)
    assert (in_csv(tmp_path / "out"), in_json(tmp_path / "out")) == ([], [])
    assert not (event.path / "answers.sqlite").exists()


def types_in(folder: Path) -> dict[str, str]:
    schema = pyarrow.parquet.read_schema(folder / "answers.parquet")
    return {name: str(schema.field(name).type) for name in schema.names}


def test_parquet_has_the_same_types_with_answers_and_without(
    event: EventFolder, store: Store, tmp_path: Path
) -> None:
    export_answers(event, tmp_path / "none")
    save(store, "own-work", {"text": "A plan."})
    export_answers(event, tmp_path / "one")
    assert types_in(tmp_path / "none") == types_in(tmp_path / "one")
    types = types_in(tmp_path / "one")
    assert types.pop("saved_at") == "timestamp[ms, tz=UTC]"
    assert types.pop("revision") == "int64"
    assert set(types.values()) == {"string"}


# ---- letters that not every format can hold ----------------------------------------------------


@pytest.mark.parametrize("odd", ["half \ud83d a pair", "NUL \0 in it", "\udcff", "line\rfeed\x85"])
def test_a_sign_that_is_no_character_breaks_no_file(
    event: EventFolder, store: Store, tmp_path: Path, odd: str
) -> None:
    save(store, "own-work", {"text": odd})
    export_answers(event, tmp_path / "out")
    (one,), (two,), (three,) = (read(tmp_path / "out") for read in (in_csv, in_json, in_parquet))
    for value in (two["value"], json.loads(one["value"]), json.loads(three["value"])):
        assert value == {"text": odd}


def test_letters_of_any_script_stay_letters(
    event: EventFolder, store: Store, tmp_path: Path
) -> None:
    said = "Nguyễn sagte: „東京“ 🙂 العربية"
    save(store, "own-work", {"text": said})
    export_answers(event, tmp_path / "out")
    for name in ("answers.csv", "answers.json"):
        raw = (tmp_path / "out" / name).read_text(encoding="utf-8-sig")
        assert raw.count(said) == 2


def test_the_longest_answer_can_be_read_with_what_csv_readers_take(
    event: EventFolder, store: Store, tmp_path: Path
) -> None:
    said = "🙂" * 20_000
    save(store, "own-work", {"text": said})
    export_answers(event, tmp_path / "out")
    assert in_csv(tmp_path / "out")[0]["answer"] == said


# ---- formulas ----------------------------------------------------------------------------------


def record(**texts: str) -> dict[str, str | int]:
    return {**dict.fromkeys(COLUMNS, ""), "revision": 1, **texts}


def cells_of(raw: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(raw.decode("utf-8-sig"), newline=""), strict=True))


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("=1+1", "'=1+1"),
        ("＝1+1", "'＝1+1"),
        ("-3", "'-3"),
        ("\t=1+1", "'\t'=1+1"),
        ("'=1+1", "''=1+1"),
        ('"=1+1', "'\"=1+1"),
        ("see;=1+1", "see;'=1+1"),
        ("- one\n- two", "'- one\n'- two"),
        ("'quoted' words", "'quoted' words"),
        ("a + b; c", "a + b; c"),
    ],
)
def test_an_apostrophe_stands_wherever_a_formula_could_start(said: str, kept: str) -> None:
    row = cells_of(as_csv([record(answer=said)]))[1]
    assert row[COLUMNS.index("answer")] == kept


SIGNS = st.text(st.sampled_from("=+-@＝＋－＠'\"\t\r\n;, a"), max_size=12)


@given(st.lists(st.lists(TEXT | SIGNS, min_size=3, max_size=3), max_size=4))
@example([["'=1", "''\t", "\n\n-"]])
@example([["'", '"=', ";'\"="]])
def test_no_cell_is_a_formula_and_every_text_can_be_had_back(rows: list[list[str]]) -> None:
    rows = [[re.sub("[\0\ud800-\udfff]", "\ufffd", cell) for cell in row] for row in rows]
    columns = ("team", "answer", "value")
    raw = as_csv([record(**dict(zip(columns, row, strict=True))) for row in rows])
    head, *read = cells_of(raw)
    assert len(read) == len(rows)
    at = [head.index(column) for column in columns]
    assert [[recovered(row[i]) for i in at] for row in read] == rows
    assert [cell for row in read for cell in row if cell.startswith(FORMULA_SIGNS)] == []
    # Where a spreadsheet splits at semicolons, as in half of Europe, no piece is a formula either.
    split = csv.reader(io.StringIO(raw.decode("utf-8-sig"), newline=""), delimiter=";")
    assert [cell for row in split for cell in row if cell.startswith(FORMULA_SIGNS[:-3])] == []


@settings(
    max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(TEXT | SIGNS)
def test_whatever_is_answered_can_be_had_back_from_every_file(
    event: EventFolder, store: Store, tmp_path: Path, said: str
) -> None:
    save(store, "own-work", {"text": said})
    export_answers(event, tmp_path / "out")
    (one,), (two,), (three,) = (read(tmp_path / "out") for read in (in_csv, in_json, in_parquet))
    values = (json.loads(recovered(one["value"])), two["value"], json.loads(three["value"]))
    assert values == ({"text": said},) * 3
    assert [cell for cell in one.values() if cell.startswith(FORMULA_SIGNS)] == []


def test_how_to_take_the_apostrophes_away_is_documented() -> None:
    assert MARKS in DOCS


# ---- the folder --------------------------------------------------------------------------------


def test_a_file_in_place_of_the_folder_is_told_and_stays(
    event: EventFolder, tmp_path: Path
) -> None:
    (tmp_path / "out").write_text("mine")
    with pytest.raises(InputError, match="A file is in the way of the folder"):
        export_answers(event, tmp_path / "out")
    with pytest.raises(InputError, match="A file is in the way of the folder"):
        export_answers(event, tmp_path / "out" / "deeper")
    assert (tmp_path / "out").read_text() == "mine"


def test_a_folder_that_cannot_be_written_is_told(
    event: EventFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        raise PermissionError(13, "Permission denied")

    export_answers(event, tmp_path / "out")
    before = (tmp_path / "out" / "answers.csv").read_bytes()
    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(InputError, match="Permission denied"):
        export_answers(event, tmp_path / "out")
    assert names_in(tmp_path / "out") == NAMES
    assert (tmp_path / "out" / "answers.csv").read_bytes() == before


@pytest.mark.skipif(os.name == "nt", reason="Windows has rights of another kind")
def test_a_new_folder_is_for_nobody_else(event: EventFolder, tmp_path: Path) -> None:
    export_answers(event, tmp_path / "far" / "out")
    assert stat.S_IMODE((tmp_path / "far" / "out").stat().st_mode) == 0o700


def test_the_event_folder_itself_is_refused_where_ladders_would_be_replaced(
    event: EventFolder, store: Store
) -> None:
    brought = event.path / "rewritten" / "payments.md"
    brought.parent.mkdir()
    brought.write_text("# Ours\n\n## Engineer\n\n- Plans.\n", encoding="utf-8")
    save(store, "rewrite/1", {**STATEMENT}, activity="ladder-rewriting")
    with pytest.raises(InputError, match="Name another folder"):
        export_answers(event, event.path)
    assert "Ours" in brought.read_text(encoding="utf-8")
    assert not (event.path / "answers.csv").exists()


def test_answers_that_cannot_be_read_leave_the_last_export(
    event: EventFolder, tmp_path: Path
) -> None:
    export_answers(event, tmp_path / "out")
    (event.path / "answers.sqlite").write_text("no database")
    with pytest.raises(StoreError, match="damaged"):
        export_answers(event, tmp_path / "out")
    assert names_in(tmp_path / "out") == NAMES


# ---- rewritten ladders -------------------------------------------------------------------------


def rewrite(store: Store, event: EventFolder, text: str, team: str = "payments") -> None:
    """Rewrites the first statement of the team's ladder."""
    first = event.ladders["one.md"].statements[0]
    value = {"statement": first.text, "level": first.level, "heading": first.heading, "text": text}
    save(store, f"rewrite/{first.key}", value, activity="ladder-rewriting", team=team)


def statements_in(path: Path) -> list[str]:
    ladder, _ = read_ladder(path, path.parent)
    assert ladder is not None
    return [statement.text for statement in ladder.statements]


def test_a_rewritten_ladder_is_written_and_reads_back(
    event: EventFolder, store: Store, tmp_path: Path
) -> None:
    rewrite(store, event, "- Says how a change was *checked*.\n\nAnd why.")
    exported = export_answers(event, tmp_path / "out")
    path = tmp_path / "out" / "rewritten" / "payments.md"
    assert exported.files[-1] == path
    first, *others = statements_in(path)
    assert first == "- Says how a change was *checked*. And why."
    assert others == [s.text for s in event.ladders["one.md"].statements[1:]]


def test_a_team_gets_no_ladder_of_another_team(
    event: EventFolder, store: Store, tmp_path: Path
) -> None:
    rewrite(store, event, "Says how a change was checked.")
    export_answers(event, tmp_path / "out")
    assert names_in(tmp_path / "out" / "rewritten") == ["payments.md"]


def test_what_somebody_else_of_the_team_wrote_is_not_in_its_ladder(
    event: EventFolder, store: Store, tmp_path: Path
) -> None:
    first = event.ladders["one.md"].statements[0]
    value = {"statement": first.text, "level": first.level, "text": "Mine."}
    save(store, "rewrite/1", value, activity="ladder-rewriting", participant="deputy")
    export_answers(event, tmp_path / "out")
    assert names_in(tmp_path / "out") == NAMES


def test_a_ladder_that_the_team_brought_is_written_with_the_answers_over_it(
    event: EventFolder, store: Store, tmp_path: Path
) -> None:
    (event.path / "rewritten").mkdir()
    kept = [s.text for s in event.ladders["one.md"].statements]
    lines = ("# L", "## Engineer", "- Brought.", f"- {kept[1]}", "## Senior engineer", "- Plans.")
    text = "\n\n".join([*lines, f"- {kept[3]}"])
    (event.path / "rewritten" / "payments.md").write_text(text, encoding="utf-8")
    rewrite(store, event, "Answered.")
    export_answers(event, tmp_path / "out")
    written = statements_in(tmp_path / "out" / "rewritten" / "payments.md")
    assert written == ["Answered.", kept[1], "Plans.", kept[3]]


def test_a_ladder_that_no_file_can_hold_is_noted_and_the_rest_is_written(
    event: EventFolder, store: Store, tmp_path: Path
) -> None:
    rewrite(store, event, "\ufffe")
    rewrite(store, event, "Says how a change was checked.", team="data")
    exported = export_answers(event, tmp_path / "out")
    assert [note[:40] for note in exported.notes] == ["The rewritten ladder of payments was lef"]
    assert names_in(tmp_path / "out" / "rewritten") == ["data.md"]
    assert len(in_json(tmp_path / "out")) == 2


# ---- while others are writing ------------------------------------------------------------------


def test_an_export_while_somebody_is_saving_is_whole(
    event: EventFolder, store: Store, tmp_path: Path
) -> None:
    save(store, "own-work", {"text": "0"})
    acknowledged, stop = [0], threading.Event()

    def write() -> None:
        with open_store(event.path) as own:
            while not stop.is_set():
                number = acknowledged[-1] + 1
                save(own, "own-work", {"text": str(number)})
                acknowledged.append(number)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for _ in range(5):
            before = acknowledged[-1]
            exported: Exported = export_answers(event, tmp_path / "out", history=True)
            numbers = [int(row["answer"]) for row in in_csv(tmp_path / "out")]
            assert numbers == list(range(exported.answers))
            assert numbers[-1] >= before
    finally:
        stop.set()
        writer.join()


def test_the_event_is_loaded_as_a_facilitator_has_it(tmp_path: Path) -> None:
    made: TinyEvent = make_tiny_event(tmp_path / "event", "Payments")
    assert export_answers(made.load(), made.path / "export").answers == 0
    assert made.load().teams  # a folder `export` in it disturbs nothing
