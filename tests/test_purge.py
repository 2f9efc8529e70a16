"""`purge`: nothing of a person is left in any file that the kit wrote, and nobody else's file is touched."""

from __future__ import annotations

import datetime
import io
import json
import os
import shutil
import sqlite3
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import nbformat
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pydantic import JsonValue

from tests.conftest import LADDER, TinyEvent, make_notebook, make_tiny_event
from tests.pages import Pages
from tests.postgres import Server, postgres
from tests.test_run_answers import every_answer
from workshop_kit import load_event, render
from workshop_kit.errors import InputError
from workshop_kit.exchange import export_answers
from workshop_kit.purge import ACCOUNT, ANSWERS, Purged, look, purge
from workshop_kit.run.manifest import (
    NAME,
    Made,
    Manifest,
    read_manifest,
    set_aside,
    write_manifest,
)
from workshop_kit.store import EVENT, open_store

__all__ = ["postgres"]  # a fixture

MARK = "Zaffre"
TODAY = datetime.date(2027, 6, 17)
PRINTS_THE_ANSWERS = """
from pathlib import Path
from workshop_kit.forms import Twin, literal
from workshop_kit.store import open_store

with open_store(Path(event_dir)) as store:
    said = [str(revision.value) for revision in store.history()]
Twin(*map(literal, said))
"""
REHEARSED: JsonValue = {
    "title": f"{MARK} title",
    "note": f"{MARK} note",
    "runs": [
        {
            "turns": [{"node": "start", "choice": 0, "heard": f"{MARK} heard", "said": MARK}],
            "end": "end",
            "outcome": MARK,
        }
    ],
}


@pytest.fixture(autouse=True)
def no_database_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("WORKSHOP_KIT_DATABASE", raising=False)


def answer(folder: Path, url: str = "") -> int:
    """Everything that can be answered, with the mark in every place for words; how many revisions."""
    with open_store(folder, url) as store:

        def save(participant: str, activity: str, question: str, value: JsonValue) -> None:
            store.save(
                participant=participant,
                team="quokka",
                activity=activity,
                question=question,
                value=value,
            )

        for activity, key, value in every_answer(MARK):
            save("leader", activity, key, value)
        save("leader", "stage-mapping", f"people/{MARK}7", {"fields": {}})
        save("leader", "naming-the-transition", "rehearsal/two-closed-changes", REHEARSED)
        save(f"p07-{MARK}", "naming-the-transition", "concern", {"text": f"{MARK} of p07"})
        # What was changed and what was taken back are still revisions.
        save("leader", "naming-the-transition", "concern", {"text": f"{MARK}, first"})
        save("leader", "naming-the-transition", "concern", None)
        parked = {"participant": "facilitator", "team": EVENT, "activity": "parked"}
        store.save(**parked, question="q1", value=f"{MARK} asks who pays")
        day = {"participant": "facilitator", "team": EVENT, "activity": "day"}
        store.save(**day, question="block/welcome", value={"began": "09:00"})
        store.fix("limits", {"people": 5, "teams": 3})
        return len(store.history()) + 1


def texts_of(path: Path) -> Iterator[bytes]:
    """All that is in a file: its bytes, the parts of an archive, the words of a PDF's pages."""
    data = path.read_bytes()
    yield data
    yield str(path).encode()
    if zipfile.is_zipfile(io.BytesIO(data)):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            yield from (archive.read(name) for name in archive.namelist())
    if data.startswith(b"%PDF"):
        yield Pages(data).squeezed.encode()


def files_with(mark: str, home: Path) -> set[str]:
    """The files below `home` in which the mark is, in any of the usual codings."""
    marks = [mark.encode(), mark.encode("utf-16-le"), mark.encode("utf-16-be")]
    return {
        path.relative_to(home).as_posix()
        for path in home.rglob("*")
        if path.is_file() and any(m in text for text in texts_of(path) for m in marks)
    }


def files(home: Path) -> set[str]:
    return {p.relative_to(home).as_posix() for p in home.rglob("*") if not p.is_dir()}


# ---- the proof ---------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def worked_with(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An event after its day: answered, rendered, worked in, exported. Not to be changed."""
    home = tmp_path_factory.mktemp("worked-with")
    folder, out = home / "event", home / "event" / "out"
    make_tiny_event(folder, "Quokka")
    answer(folder)
    (folder / "rewritten").mkdir()
    lines = LADDER.replace("Writes code", f"{MARK} writes code")
    (folder / "rewritten" / "quokka.md").write_text(lines, encoding="utf-8")
    tags = f"statement,label\n{MARK},validation\n"
    (folder / "rewritten" / "quokka.tags.csv").write_text(tags, encoding="utf-8")
    event = load_event(folder)
    source = make_notebook(home / "source", PRINTS_THE_ANSWERS, name="02-stage-mapping.ipynb")
    assert render(event, out, notebooks=[source]).failures == []
    _work_in(out / "quokka" / "02-stage-mapping.ipynb")
    export_answers(event, folder / "export", history=True)
    (out / "quokka" / "follow-up").mkdir()
    (out / "quokka" / "follow-up" / "reminders.ics").write_text(f"SUMMARY:{MARK}")
    (out / "quokka" / ".02-stage-mapping.pdf.0a1b2c3d.part").write_text(MARK)
    (out / "facilitator").mkdir()
    (out / "facilitator" / "run-sheet.pdf").write_text("09:00 Welcome")
    (out / "facilitator" / "printing-pack.pdf").write_text("Leader of Quokka")
    (out / "facilitator" / "sponsor-report.pdf").write_text(f"{MARK}, a story")
    return home


def _work_in(path: Path) -> None:
    """A leader writes into the notebook, Jupyter keeps a checkpoint and a duplicate, and the kit makes it anew."""
    before = path.read_bytes()
    nb = nbformat.read(path, as_version=4)
    nb.cells[0].source += f"\n\n{MARK}, my own note"
    nbformat.write(nb, path)
    (path.parent / ".ipynb_checkpoints").mkdir()
    nbformat.write(nb, path.parent / ".ipynb_checkpoints" / f"{path.stem}-checkpoint.ipynb")
    nbformat.write(nb, path.parent / "my copy.ipynb")
    assert set_aside(path)
    path.write_bytes(before)


@pytest.fixture
def event(worked_with: Path, tmp_path: Path) -> Path:
    """A copy of it, to purge."""
    shutil.copytree(worked_with / "event", tmp_path / "event")
    return tmp_path / "event"


def test_the_proof_would_see_what_is_left(event: Path) -> None:
    """Before the purge the marks are in files of every kind."""
    marked = files_with(MARK, event)
    assert {
        "answers.sqlite",
        "export/answers.csv",
        "export/answers.parquet",
        "export/rewritten/quokka.md",
        "rewritten/quokka.md",
        "rewritten/quokka.tags.csv",
        "out/quokka/02-stage-mapping.ipynb",
        "out/quokka/02-stage-mapping.edited-1.ipynb",
        "out/quokka/.ipynb_checkpoints/02-stage-mapping-checkpoint.ipynb",
        "out/quokka/my copy.ipynb",
        "out/quokka/02-stage-mapping.pdf",
        "out/quokka/handout.pdf",
        "out/quokka/follow-up/reminders.ics",
        "out/facilitator/sponsor-report.pdf",
    } <= marked


def test_nothing_of_a_person_is_left_in_any_file(event: Path) -> None:
    purged = purge(event, None, TODAY)
    assert purged.failures == ()
    assert files_with(MARK, event) == set()
    assert files(event) == {
        "event.yaml",
        "teams.csv",
        "ladders/one.md",
        "answers.sqlite",
        "out/facilitator/run-sheet.pdf",
        ACCOUNT,
    }


def test_what_is_nobodys_own_stays_in_the_answers(event: Path) -> None:
    purge(event, None, TODAY)
    with open_store(event) as store:
        assert store.latest() == ()
        kept = [(r.activity, r.question) for r in store.history(team=EVENT)]
        assert kept == [("day", "block/welcome"), ("fixed", "limits")]


def test_the_account_says_what_went_and_names_nobody(event: Path) -> None:
    purged = purge(event, None, TODAY)
    text = (event / ACCOUNT).read_text(encoding="utf-8")
    assert text.startswith("Purge of 17 June 2027\nEvent: Tiny offsite, 18 March 2027\n")
    for line in (
        "4 notebooks of teams",
        "2 PDFs of teams",
        "1 calendar with commitments",
        "2 files with the leaders' names from teams.csv",
        "1 report for the sponsor",
        "4 exported files",
        "2 files of rewritten ladders",
        "1 file that was left half written",
        "1 paper for the facilitator",
    ):
        assert f"  {line}\n" in text
    assert purged.removed[ANSWERS] > 30
    assert f"  {purged.removed[ANSWERS]} entries in the answers" in text
    for name in ("quokka", "Quokka", "Leader of", MARK, str(event.parent)):
        assert name not in text


def test_a_second_purge_finds_nothing_and_changes_nothing(event: Path) -> None:
    purge(event, None, TODAY)
    before = {name: (event / name).read_bytes() for name in files(event) - {"answers.sqlite"}}
    assert look(event).is_empty
    again = purge(event, None, TODAY)
    assert (again.removed, again.failures, again.account) == ({ANSWERS: 0}, (), None)
    assert {name: (event / name).read_bytes() for name in before} == before


def test_to_look_changes_nothing(event: Path) -> None:
    before = {name: (event / name).stat().st_mtime_ns for name in files(event)}
    found = look(event)
    assert found.answers > 30
    assert {name: (event / name).stat().st_mtime_ns for name in files(event)} == before


@pytest.mark.parametrize("name", ["event.yaml", "teams.csv"])
@pytest.mark.parametrize("text", [None, b"", b"\xff\x00{[", b"name: [x\ndate: never\n"])
def test_it_works_with_a_broken_event(event: Path, name: str, text: bytes | None) -> None:
    (event / name).unlink()
    if text is not None:
        (event / name).write_bytes(text)
    assert purge(event, None, TODAY).failures == ()
    assert files_with(MARK, event) == set()


@pytest.mark.parametrize("text", [None, b"", b"{"])
def test_it_works_without_a_manifest(event: Path, text: bytes | None) -> None:
    (event / "out" / NAME).unlink()
    if text is not None:
        (event / "out" / NAME).write_bytes(text)
    assert purge(event, None, TODAY).failures == ()
    assert files_with(MARK, event) == set()


def test_an_interrupted_purge_is_taken_up_again(
    event: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, left = Path.unlink, [3]

    def unlink(path: Path, missing_ok: bool = False) -> None:
        left[0] -= 1
        if left[0] < 0:
            raise KeyboardInterrupt
        real(path, missing_ok=missing_ok)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "unlink", unlink)
        with pytest.raises(KeyboardInterrupt):
            purge(event, None, TODAY)
    assert purge(event, None, TODAY).failures == ()
    assert files_with(MARK, event) == set()


def test_it_can_be_answered_again(event: Path) -> None:
    purge(event, None, TODAY)
    number = answer(event)
    assert look(event).answers == number


@pytest.mark.parametrize(
    "name",
    [
        "quokka/exercises/02-stage-mapping.pdf",
        "quokka/exercises/02-stage-mapping.ipynb",
        "quokka/02-stage-mapping.edited-2.ipynb",
        "quokka/02-stage-mapping.edited-2.pdf",
        "quokka/.ipynb_checkpoints/handout-checkpoint.ipynb",
        "quokka/follow-up/reminders.ics",
        "facilitator/reminders.ics",
        "facilitator/.guide.pdf.00ff00ff.part",
    ],
)
def test_what_the_kit_calls_its_own_goes_also_when_no_manifest_has_it(
    tiny: Path, name: str
) -> None:
    put(tiny / "out" / name, "ours")
    (tiny / "out" / NAME).unlink()
    purge(tiny, None, TODAY)
    assert files(tiny / "out") == set()


def test_what_the_manifest_has_goes_whatever_it_is_called(tiny: Path) -> None:
    out = tiny / "out"
    put(out / "wombat" / "follow-up" / "30-days.pdf", "ours")
    made = Made(inputs="f", files={"30-days.pdf": "f"})
    write_manifest(out, read_manifest(out).with_made("wombat/follow-up/30-days", made))
    purge(tiny, None, TODAY)
    assert files(out) == set()


# ---- what is not the kit's ---------------------------------------------------------------------


@pytest.fixture
def tiny(tiny_event: Callable[..., TinyEvent]) -> Path:
    """A tiny event with one notebook's PDF in `out`, as the manifest has it."""
    folder = tiny_event("Quokka").path
    put(folder / "out" / "quokka" / "handout.pdf", "ours")
    made = Manifest().with_made("quokka/handout", Made(inputs="f", files={"handout.pdf": "f"}))
    write_manifest(folder / "out", made)
    return folder


def put(path: Path, text: str = "theirs") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    "name",
    [
        "out/notes.txt",
        "out/quokka/notes.pdf",
        "out/quokka/03-my-own.pdf",
        "out/quokka/photos/handout.pdf",
        "out/elsewhere/handout.pdf",
        "out/facilitator/my-run-sheet.pdf",
        "out/conversations/of-my-own.pdf",
        "out/index.html",
        "export/answers.xlsx",
        "export of May/answers.csv",
        "export/notes/payments.md",
        "rewritten/Notes of the day.md",
        "answers-copy.sqlite",
    ],
)
def test_a_file_that_the_kit_did_not_write_stays_and_is_named(tiny: Path, name: str) -> None:
    theirs = put(tiny / name)
    found = look(tiny)
    assert found.foreign == (theirs,)
    purge(tiny, None, TODAY)
    assert theirs.read_text() == "theirs"
    assert not (tiny / "out" / "quokka" / "handout.pdf").exists()
    assert "1 file that the kit did not write" in (tiny / ACCOUNT).read_text()
    assert theirs.name not in (tiny / ACCOUNT).read_text()


def test_what_the_facilitator_brought_stays(tiny: Path) -> None:
    brought = [
        put(tiny / name) for name in ("logo.svg", "conversations/own.yaml", "agendas/a.yaml")
    ]
    purge(tiny, None, TODAY)
    assert all(path.exists() for path in (*brought, tiny / "event.yaml", tiny / "ladders/one.md"))


def test_cards_stay_and_so_does_what_the_manifest_says_of_them(tiny: Path) -> None:
    out = tiny / "out"
    put(out / "conversations" / "trio-roles.pdf")
    cards = Made(inputs="f", files={"trio-roles.pdf": "f"})
    write_manifest(out, read_manifest(out).with_made("conversations/trio-roles", cards))
    purge(tiny, None, TODAY)
    assert files(out) == {"conversations/trio-roles.pdf", NAME}
    assert set(read_manifest(out).made) == {"conversations/trio-roles"}


def test_another_folder_of_notebooks_is_named_with_out(tiny: Path, tmp_path: Path) -> None:
    (tiny / "out").rename(tmp_path / "elsewhere")
    assert look(tiny).goes == {}
    purge(tiny, tmp_path / "elsewhere", TODAY)
    assert files(tmp_path / "elsewhere") == set()


def test_an_event_folder_inside_out_is_no_part_of_it(tiny: Path) -> None:
    put(tiny.parent / "quokka" / "handout.pdf", "ours")
    purge(tiny, tiny.parent, TODAY)
    assert (tiny / "ladders" / "one.md").exists()
    assert not (tiny.parent / "quokka").exists()


def test_a_folder_that_is_no_event_is_refused(tmp_path: Path) -> None:
    put(tmp_path / "out" / "quokka" / "handout.pdf")
    with pytest.raises(InputError, match="not an event folder"):
        purge(tmp_path, None, TODAY)
    assert files(tmp_path) == {"out/quokka/handout.pdf"}


@pytest.mark.parametrize("out", [".", "nowhere"])
def test_an_out_that_can_be_none_is_refused(tiny: Path, out: str) -> None:
    with pytest.raises(InputError):
        purge(tiny, tiny / out, TODAY)


# ---- links -------------------------------------------------------------------------------------


@pytest.mark.parametrize("inner", ["out/quokka", "out", "rewritten", "export"])
def test_a_folder_that_is_a_link_out_of_the_event_is_not_followed(
    tiny_event: Callable[..., TinyEvent], tmp_path: Path, inner: str
) -> None:
    folder = tiny_event("Quokka").path
    names = ("handout.pdf", "quokka/handout.pdf", "quokka.md", "answers.csv")
    theirs = [put(tmp_path / "elsewhere" / name) for name in names]
    (folder / inner).parent.mkdir(exist_ok=True)
    (folder / inner).symlink_to(tmp_path / "elsewhere")
    purged = purge(folder, None, TODAY)
    assert all(path.exists() for path in theirs)
    assert ("link" in names_of(purged)) == (inner == "out")


def names_of(purged: Purged) -> str:
    return "\n".join(purged.failures)


def test_a_file_that_is_a_link_stays_and_so_does_what_it_leads_to(
    tiny: Path, tmp_path: Path
) -> None:
    theirs = put(tmp_path / "elsewhere.pdf")
    link = tiny / "out" / "quokka" / "02-stage-mapping.pdf"
    link.symlink_to(theirs)
    assert look(tiny).foreign == (link,)
    purge(tiny, None, TODAY)
    assert link.is_symlink()
    assert theirs.exists()


def test_answers_behind_a_link_out_of_the_event_are_left_and_named(
    tiny: Path, tmp_path: Path
) -> None:
    answer(tmp_path)
    (tiny / "answers.sqlite").symlink_to(tmp_path / "answers.sqlite")
    assert "link that leads out" in names_of(purge(tiny, None, TODAY))
    with open_store(tmp_path) as store:
        assert store.latest()


NAMES = st.text(
    st.sampled_from(".·/\\~$*?: \n\0%é\u202e\ud83d") | st.characters(max_codepoint=0x2FF),
    max_size=12,
)


@given(keys=st.lists(st.tuples(NAMES, NAMES), max_size=4), slug=NAMES)
@example(keys=[("..", "theirs.txt"), ("../..", "theirs.txt"), ("", "../theirs.txt")], slug="..")
@example(keys=[("quokka/../../x", "theirs.txt"), ("/", "etc/hosts")], slug="/")
@settings(max_examples=40, deadline=None)
def test_whatever_a_manifest_or_a_row_says_nothing_outside_is_removed(
    keys: list[tuple[str, str]], slug: str
) -> None:
    with tempfile.TemporaryDirectory() as name:
        home = Path(name)
        folder, out = home / "event", home / "event" / "out"
        theirs = [
            put(home / "theirs.txt"),
            put(home / "x" / "theirs.txt"),
            put(folder / "theirs.txt"),
        ]
        out.mkdir()
        (folder / "event.yaml").write_text("name: Odd\n")
        rows = f"team,leader,size,ladder,slug\nQ,A,3,one.md,{slug!r}\n"
        (folder / "teams.csv").write_bytes(rows.encode(errors="replace"))
        made = {f"{key}/x": {"inputs": "f", "files": {file: "f"}} for key, file in keys}
        (out / NAME).write_text(json.dumps({"made": made}))
        (out / "loop").symlink_to(home)
        purge(folder, None, TODAY)
        assert all(path.read_text() == "theirs" for path in theirs)
        assert (out / "loop").is_symlink()


@given(name=NAMES, inner=st.sampled_from(["out", "out/quokka", "export", "rewritten"]))
@settings(max_examples=40, deadline=None)
def test_a_file_with_an_odd_name_is_never_taken_for_the_kits(name: str, inner: str) -> None:
    with tempfile.TemporaryDirectory() as home:
        folder = Path(home, "event")
        put(folder / "teams.csv", "team,leader,size,ladder\nQuokka,A,3,one.md\n")
        try:
            theirs = put(folder / inner / f"{name}.txt")
        except (OSError, ValueError):
            return  # no system has a file called so
        purge(folder, None, TODAY)
        assert theirs.exists()


# ---- what can't be removed ---------------------------------------------------------------------


def test_a_file_that_cannot_be_removed_is_named_and_the_rest_goes(
    tiny: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stuck = put(tiny / "out" / "quokka" / "02-stage-mapping.pdf")
    answer(tiny)
    real = Path.unlink

    def unlink(path: Path, missing_ok: bool = False) -> None:
        if path == stuck:
            raise PermissionError(13, "Permission denied", str(path))
        real(path, missing_ok=missing_ok)

    monkeypatch.setattr(Path, "unlink", unlink)  # root may remove anything
    purged = purge(tiny, None, TODAY)
    assert purged.failures == (f"{stuck} can't be removed (Permission denied).",)
    assert files(tiny / "out") == {"quokka/02-stage-mapping.pdf"}
    assert files_with(MARK, tiny) == set()
    text = (tiny / ACCOUNT).read_text()
    assert "Not removed: 1 thing" in text
    assert "02-stage-mapping" not in text


def test_answers_that_somebody_is_reading_are_named_and_go_the_next_time(tiny: Path) -> None:
    answer(tiny)
    with closing(sqlite3.connect(tiny / "answers.sqlite", isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT * FROM answers").fetchone()
        first = purge(tiny, None, TODAY)
    assert "Close all pages" in names_of(first)
    assert not (tiny / "out" / "quokka").exists()
    assert purge(tiny, None, TODAY).failures == ()
    assert files_with(MARK, tiny) == set()


def test_a_damaged_file_of_answers_is_named_and_the_rest_goes(tiny: Path) -> None:
    put(tiny / "answers.sqlite", "no database" * 1000)
    assert "damaged" in names_of(purge(tiny, None, TODAY))
    assert not (tiny / "out" / "quokka").exists()


# ---- where the answers are ---------------------------------------------------------------------


def test_a_journal_without_its_database_is_removed(tiny: Path) -> None:
    put(tiny / "answers.sqlite-wal", MARK)
    assert purge(tiny, None, TODAY).removed["side"] == 1
    assert files_with(MARK, tiny) == set()


@pytest.mark.parametrize("rest", ["", "paper: a5\n", "name: [\n"], ids=["good", "wrong", "no-yaml"])
def test_answers_in_another_file_go_and_so_do_those_from_before(tiny: Path, rest: str) -> None:
    url = "sqlite:///elsewhere.sqlite"
    answer(tiny)
    answer(tiny, url)
    with (tiny / "event.yaml").open("a") as file:
        file.write(f'database: "{url}"  # since the second day\n{rest}')
    purge(tiny, None, TODAY)
    assert files_with(MARK, tiny) == set()


def test_rows_go_from_a_server(
    tiny: Path, postgres: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WORKSHOP_KIT_DATABASE", postgres.make_database())
    number = answer(tiny)
    purged = purge(tiny, None, TODAY)
    assert purged.failures == ()
    assert purged.removed[ANSWERS] == number
    with open_store(tiny) as store:
        assert store.history() == ()
        assert [r.activity for r in store.history(team=EVENT)] == ["day", "fixed"]
    assert "the PostgreSQL server: its backups" in (tiny / ACCOUNT).read_text()


def test_a_second_database_that_the_variable_hides_is_named(
    tiny: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with (tiny / "event.yaml").open("a") as file:
        file.write("database: postgresql://kit@db.example.org/spring\n")
    monkeypatch.setenv("WORKSHOP_KIT_DATABASE", "sqlite:///other.sqlite")
    assert "names another database" in names_of(purge(tiny, None, TODAY))


def test_a_server_that_does_not_answer_is_named_and_the_rest_goes(
    tiny: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WORKSHOP_KIT_DATABASE", "postgresql://kit@127.0.0.1:9/spring")
    assert "does not answer" in names_of(purge(tiny, None, TODAY))
    assert not (tiny / "out" / "quokka").exists()
    assert os.environ["WORKSHOP_KIT_DATABASE"]
