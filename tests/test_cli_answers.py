"""`workshop-kit export` and `workshop-kit import` as somebody meets them in a terminal."""

from __future__ import annotations

import csv
import io
import re
import shutil
from pathlib import Path

import pytest
from openpyxl import Workbook

from tests.terminal import Kit, Said, kit_in
from workshop_kit.content import kit_folder
from workshop_kit.store import open_store

DOCS = (Path(__file__).parents[1] / "docs" / "answers.md").read_text(encoding="utf-8")
BEFORE = "Before the offsite(1-2).xlsx"
READ = "Read our ladder (Responses) - Form Responses 1.csv"


@pytest.fixture
def kit(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Kit:
    """`workshop-kit` standing in `tmp_path`, where the sample is `spring-offsite`."""
    shutil.copytree(kit_folder("data") / "sample-offsite", tmp_path / "spring-offsite")
    return kit_in(tmp_path, monkeypatch, capsys)


def answer(
    home: Path, text: str, question: str = "own-work", activity: str = "stage-mapping"
) -> None:
    """What the leader of Payments answers in a form."""
    with open_store(home / "spring-offsite") as store:
        store.save(
            participant="leader",
            team="payments",
            activity=activity,
            question=question,
            value={"text": text},
            device="laptop",
        )


# ---- the examples of docs/answers.md -----------------------------------------------------------


def block(language: str, after: str) -> str:
    """The first block of the language after some words of the page."""
    found = re.search(rf"```{language}\n(.*?)```", DOCS[DOCS.index(after) :], re.DOTALL)
    assert found
    return found[1]


def said_in_docs(command: str) -> str:
    """What the page says that a command prints."""
    found = re.search(rf"^\$ {re.escape(command)}\n(.*?)```", DOCS, re.DOTALL | re.MULTILINE)
    assert found
    return found[1]


@pytest.fixture
def documented(tmp_path: Path) -> Path:
    """A folder with both surveys and both mappings as the page has them."""
    rows = re.findall(r"^\| (.*) \|$", DOCS[DOCS.index("### Microsoft") :], re.MULTILINE)[:4]
    book = Workbook()
    for row in (rows[0], *rows[2:]):
        book.active.append([cell.strip() or None for cell in row.split("|")])
    book.save(tmp_path / BEFORE)
    (tmp_path / READ).write_text(block("csv", "### Google"), encoding="utf-8")
    for name in ("before-the-offsite.yaml", "read-our-ladder.yaml"):
        (tmp_path / name).write_text(block("yaml", f"`{name}`:"), encoding="utf-8")
    return tmp_path


@pytest.mark.usefixtures("documented")
def test_the_page_shows_what_the_commands_print(kit: Kit) -> None:
    for command in (
        f'workshop-kit import spring-offsite "{BEFORE}" --mapping before-the-offsite.yaml',
        f'workshop-kit import spring-offsite "{READ}" --mapping read-our-ladder.yaml',
        "workshop-kit export spring-offsite",
    ):
        words = re.findall(r'"([^"]*)"|(\S+)', command)
        said = kit(*[quoted or plain for quoted, plain in words][1:])
        assert said == Said(0, said_in_docs(command), "")


def test_the_page_shows_the_code_that_its_mapping_gives(kit: Kit, documented: Path) -> None:
    kit("import", "spring-offsite", READ, "--mapping", "read-our-ladder.yaml")
    with open_store(documented / "spring-offsite") as store:
        assert any(f"`{revision.participant}`" in DOCS for revision in store.latest())


@pytest.mark.parametrize("name", ["export", "import"])
def test_every_command_and_option_is_documented(kit: Kit, name: str) -> None:
    assert f"workshop-kit {name} " in DOCS
    for option in re.findall(r"--(?!help)[a-z-]+", kit(name, "--help").out):
        assert option in DOCS


def test_every_column_is_documented(kit: Kit, tmp_path: Path) -> None:
    kit("export", "spring-offsite")
    raw = (tmp_path / "spring-offsite" / "export" / "answers.csv").read_text(encoding="utf-8-sig")
    for column in next(csv.reader(io.StringIO(raw))):
        assert f"`{column}`" in DOCS


# ---- export ------------------------------------------------------------------------------------


def test_an_export_names_its_files(kit: Kit, tmp_path: Path) -> None:
    answer(tmp_path, "A plan.")
    said = kit("export", "spring-offsite", "--out", "mine")
    assert said.code == 0
    assert said.out.splitlines() == [
        "Wrote 1 answer",
        "  mine/answers.csv",
        "  mine/answers.json",
        "  mine/answers.parquet",
    ]


def test_with_the_history_revisions_are_counted(kit: Kit, tmp_path: Path) -> None:
    for text in ("First.", "Second."):
        answer(tmp_path, text)
    assert kit("export", "spring-offsite", "--history").out.startswith("Wrote 2 revisions\n")


def test_an_answer_that_no_longer_fits_is_noted_beside_the_result(kit: Kit, tmp_path: Path) -> None:
    answer(tmp_path, "low", question="mood")
    said = kit("export", "spring-offsite")
    assert said.code == 0
    assert said.out.startswith("Wrote 1 answer\n")
    assert said.err == (
        "note   payments, leader, stage-mapping, mood: no longer fits its question: "
        "there is no such question any more.\n"
    )


def test_a_note_holds_no_control_character(kit: Kit, tmp_path: Path) -> None:
    answer(tmp_path, "low", question="mood\x1b[2J\n")
    assert kit("export", "spring-offsite").err.removesuffix("\n").isprintable()


def test_an_export_to_a_file_is_refused(kit: Kit, tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("mine")
    said = kit("export", "spring-offsite", "--out", "mine")
    assert (said.code, said.out) == (2, "")
    assert "mine: A file is in the way of the folder. Name another folder with --out." in said.err


def test_a_folder_that_is_no_event_is_refused(kit: Kit, tmp_path: Path) -> None:
    said = kit("export", "nowhere")
    assert said.code == 2
    assert "error" in said.err
    assert not (tmp_path / "nowhere").exists()


def test_answers_that_cannot_be_read_are_told(kit: Kit, tmp_path: Path) -> None:
    (tmp_path / "spring-offsite" / "answers.sqlite").write_text("no database")
    said = kit("export", "spring-offsite")
    assert (said.code, said.out) == (2, "")
    assert "is damaged" in said.err


# ---- import ------------------------------------------------------------------------------------


def write_survey(home: Path, *rows: str) -> None:
    text = "\n".join(["Team,Norm", *rows])
    (home / "survey.csv").write_text(f"{text}\n", encoding="utf-8")
    mapping = (
        "activity: psychological-safety\nteam:\n  column: Team\nquestions:\n  norm-one: Norm\n"
    )
    (home / "mapping.yaml").write_text(mapping, encoding="utf-8")


def bring(kit: Kit) -> Said:
    return kit("import", "spring-offsite", "survey.csv", "--mapping", "mapping.yaml")


def test_an_import_counts_what_was_saved_and_what_was_there(kit: Kit, tmp_path: Path) -> None:
    write_survey(tmp_path, "Payments,I ask first.")
    assert bring(kit) == Said(0, "Read 1 row · saved 1 answer\n", "")
    write_survey(tmp_path, "Payments,I ask first.", "Data,I wait.")
    assert bring(kit).out == "Read 2 rows · saved 1 answer · 1 there already\n"


def test_an_import_tells_what_stood_in_a_form(kit: Kit, tmp_path: Path) -> None:
    answer(tmp_path, "I wait.", question="norm-one", activity="psychological-safety")
    write_survey(tmp_path, "Payments,I ask first.")
    assert bring(kit).out.splitlines()[1] == (
        "1 answer of a form stood there before; "
        "to see both: workshop-kit export spring-offsite --history"
    )


def test_every_problem_is_listed_and_nothing_is_saved(kit: Kit, tmp_path: Path) -> None:
    write_survey(tmp_path, "Payments,I ask first.", "Nobody,I wait.", ",I wait.")
    said = bring(kit)
    assert (said.code, said.out) == (2, "")
    assert said.err.count("error") == 2
    assert 'error  survey.csv, row 3, column "Team": There is no team "Nobody".' in said.err
    assert said.err.endswith("2 problems to mend.\n")
    assert not (tmp_path / "spring-offsite" / "answers.sqlite").exists()


def test_a_note_on_the_file_stands_beside_the_result(kit: Kit, tmp_path: Path) -> None:
    write_survey(tmp_path)
    (tmp_path / "survey.csv").write_bytes("Team,Norm\nData,Café\n".encode("cp1252"))
    said = bring(kit)
    assert said.out == "Read 1 row · saved 1 answer\n"
    assert said.err.startswith("note   survey.csv: The file is not UTF-8")


def test_an_import_needs_a_mapping(kit: Kit, tmp_path: Path) -> None:
    write_survey(tmp_path, "Data,I wait.")
    said = kit("import", "spring-offsite", "survey.csv")
    assert said.code == 2
    assert "--mapping" in said.err
