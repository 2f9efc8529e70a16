"""`workshop-kit ladder …` as somebody meets it in a terminal, and as a program reads it."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path

import pytest
import typer

from tests.terminal import Kit, Said, kit_in
from workshop_kit.cli_ladder import COMPARE_COLUMNS, LINT_COLUMNS, TAG_COLUMNS, app
from workshop_kit.content import kit_folder
from workshop_kit.ladder_files import WRITERS, read_ladder
from workshop_kit.tagging import DIMENSIONS

LADDERS = kit_folder("data") / "sample-offsite" / "ladders"
SAMPLE = LADDERS / "engineering-ladder.md"
COMMANDS = typer.main.get_command(app)
DOCS = (Path(__file__).parents[1] / "docs" / "ladders.md").read_text(encoding="utf-8")
BEFORE = (
    "## Engineer\n\n- Writes code that passes review.\n- Plans the work of three teams.\n\n"
    "## Senior engineer\n\n- Mentors two colleagues until they can do the work.\n"
)
AFTER = (
    "## Engineer\n\n- Reviews designs for what could fail.\n- Plans the work of three teams.\n\n"
    "## Senior engineer\n\n- Decides what is not built, and writes down why.\n"
    "- Mentors two colleagues until they can do the work.\n"
)
# A ladder in which every cell that comes from the file would be a formula in a spreadsheet.
FORMULAS = (
    "level,dimension,statement\n=1+1,+craft,@SUM(1;2) writes code and more of it\n"
    '-2,=HYPERLINK("x"),- merges ten pull requests every week\n'
)
STARTS_FORMULA = ("=", "+", "-", "@")


@pytest.fixture
def kit(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Kit:
    """`workshop-kit ladder` standing in `tmp_path`: its exit code, and what it said."""
    return kit_in(tmp_path, monkeypatch, capsys, "ladder")


@pytest.fixture
def pair(tmp_path: Path) -> tuple[str, str]:
    """A ladder and what became of it, by their names in `tmp_path`."""
    (tmp_path / "before.md").write_text(BEFORE, encoding="utf-8")
    (tmp_path / "after.md").write_text(AFTER, encoding="utf-8")
    return "before.md", "after.md"


def in_csv(said: Said) -> tuple[list[str], list[dict[str, str]]]:
    """The columns and the rows; nothing else may stand on standard output."""
    assert said.code == 0
    reader = csv.DictReader(io.StringIO(said.out), strict=True)
    rows = list(reader)
    return list(reader.fieldnames or ()), rows


# ---- help --------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(COMMANDS.commands))
def test_every_command_says_what_it_does(kit: Kit, name: str) -> None:
    command = COMMANDS.commands[name]
    assert command.help, f"{name} has no help"
    assert [p.name for p in command.params if not getattr(p, "help", None)] == []
    said = kit(name, "--help")
    assert said.code == 0
    assert " ".join(command.help.split()) in " ".join(said.out.split())


@pytest.mark.parametrize("name", sorted(COMMANDS.commands))
def test_every_command_is_documented(name: str) -> None:
    assert f"workshop-kit ladder {name} " in DOCS


def test_without_a_command_the_list_of_commands_is_shown(kit: Kit) -> None:
    said = "".join(kit()[1:])
    assert [name for name in COMMANDS.commands if name not in said] == []


# ---- for people --------------------------------------------------------------------------------


def test_show_lists_every_statement_under_its_level(kit: Kit) -> None:
    said = kit("show", SAMPLE)
    ladder, _ = read_ladder(SAMPLE, SAMPLE.parent)
    assert ladder is not None
    assert said.code == 0
    lines = said.out.splitlines()
    assert lines[0].startswith("5 levels · 4 dimensions · 39 statements")
    assert [line for line in lines if line in ladder.levels] == list(ladder.levels)
    assert [s.text for s in ladder.statements if f"  {s.heading}: {s.text}" not in lines] == []


def test_what_was_not_read_is_listed_with_its_place_beside_the_result(kit: Kit) -> None:
    said = kit("show", SAMPLE)
    assert "9 places not read as statements (listed below)" in said.out
    assert len(re.findall(r"^  line \d+: ", said.err, re.MULTILINE)) == 9


def test_tag_shows_the_balance_of_each_level(kit: Kit) -> None:
    said = kit("tag", SAMPLE)
    assert said.code == 0
    parts = said.out.split("\n\n")[1:]
    assert len(parts) == 5
    for part in parts:
        counts = re.findall(r"^  (\w+) +▇+ +(\d+)%  \((\d+)\)$", part, re.MULTILINE)
        assert {name for name, _, _ in counts} <= set(DIMENSIONS)
        assert sum(int(count) for _, _, count in counts) in (7, 8)
        assert sum(int(percent) for _, percent, _ in counts) in range(97, 104)


def test_the_bars_stand_below_each_other_whatever_the_levels_are_called(
    kit: Kit, tmp_path: Path
) -> None:
    short = BEFORE.replace("Senior engineer", "L2").replace("Engineer", "L1")
    (tmp_path / "short.md").write_text(short, encoding="utf-8")
    said = kit("tag", "short.md")
    assert len({line.index("▇") for line in said.out.splitlines() if "▇" in line}) == 1


def test_lint_gives_the_reason_of_each_rule_and_where(kit: Kit) -> None:
    said = kit("lint", SAMPLE)
    assert said.code == 0
    assert "Pays for code output  [pays-for-code-output]" in said.out
    assert "  - line 29, E2 – Engineer: Keeps a steady flow of merged pull requests" in said.out
    assert "  Rather: " in said.out
    assert re.search(r"^\d+ findings in 39 statements\.$", said.out, re.MULTILINE)


def test_compare_says_what_changed(kit: Kit, pair: tuple[str, str]) -> None:
    said = kit("compare", *pair)
    assert said.code == 0
    assert said.out.startswith("The share of statements that pay for implementation went from 33%")
    assert "+ Senior engineer: Decides what is not built" in said.out
    assert [d for d in DIMENSIONS if not re.search(rf"^{d} +\d+% +\d+%$", said.out, re.M)] == []


def test_compare_of_a_ladder_with_itself_finds_no_change(kit: Kit) -> None:
    assert kit("compare", SAMPLE, SAMPLE).out.startswith("Nothing changed")


@pytest.mark.parametrize("suffix", WRITERS)
def test_convert_writes_a_file_that_reads_back_as_the_same_ladder(
    kit: Kit, tmp_path: Path, suffix: str
) -> None:
    said = kit("convert", SAMPLE, f"new{suffix}")
    assert said.code == 0
    assert said.out == f"Wrote new{suffix}: 39 statements\n"
    assert kit("compare", SAMPLE, tmp_path / f"new{suffix}").out.startswith("Nothing changed")


def test_evaluate_prints_figures_and_a_confusion_matrix(kit: Kit, tmp_path: Path) -> None:
    labelled = "statement,label\nWrites Kotlin for the checkout screens.,implementation\n"
    (tmp_path / "labelled.csv").write_text(labelled, encoding="utf-8")
    said = kit("evaluate", "labelled.csv")
    assert said.code == 0
    assert "1 statements · agreement 1.000 strict" in said.out
    assert [d for d in DIMENSIONS if not re.search(rf"^{d} +\d", said.out, re.M)] == []


# ---- for programs ------------------------------------------------------------------------------


def test_tag_as_csv_has_a_row_for_each_statement_and_its_documented_columns(kit: Kit) -> None:
    columns, rows = in_csv(kit("tag", SAMPLE, "--to", "csv"))
    assert columns == list(TAG_COLUMNS)
    assert len(rows) == 39
    for row in rows:
        assert row["label"] in DIMENSIONS
        assert 0 <= float(row["confidence"]) <= 1
        assert row["second"] in {"", *DIMENSIONS} - {row["label"]}
        assert all(phrase in row["statement"] for phrase in row["phrases"].split("; "))


def test_tag_as_json_says_the_same_with_a_list_of_phrases(kit: Kit) -> None:
    _, rows = in_csv(kit("tag", SAMPLE, "--to", "csv"))
    said = kit("tag", SAMPLE, "--to", "json")
    found = json.loads(said.out)
    assert {tuple(row) for row in found} == {TAG_COLUMNS}
    as_text = [
        {**row, "confidence": str(row["confidence"]), "phrases": "; ".join(row["phrases"])}
        for row in found
    ]
    assert as_text == rows


@pytest.mark.parametrize("form", ["csv", "json"])
def test_lint_has_its_documented_columns(kit: Kit, form: str) -> None:
    said = kit("lint", SAMPLE, "--to", form)
    if form == "csv":
        columns, rows = in_csv(said)
    else:
        rows = json.loads(said.out)
        columns = list(rows[0])
    assert columns == list(LINT_COLUMNS)
    assert "pays-for-code-output" in {row["rule"] for row in rows}


@pytest.mark.parametrize("form", ["csv", "json"])
def test_compare_has_its_documented_columns(kit: Kit, pair: tuple[str, str], form: str) -> None:
    said = kit("compare", *pair, "--to", form)
    if form == "csv":
        columns, rows = in_csv(said)
    else:
        rows = json.loads(said.out)
        columns = list(rows[0])
    assert columns == list(COMPARE_COLUMNS)
    assert {row["change"] for row in rows} == {"new", "kept", "gone"}


def test_without_findings_the_columns_are_still_there(kit: Kit, tmp_path: Path) -> None:
    quiet = "## Engineer\n\n- Reviews each change for what could fail.\n"
    (tmp_path / "quiet.md").write_text(quiet, encoding="utf-8")
    assert kit("lint", "quiet.md", "--to", "csv").out == ",".join(LINT_COLUMNS) + "\n"
    assert json.loads(kit("lint", "quiet.md", "--to", "json").out) == []


@pytest.mark.parametrize("columns", [TAG_COLUMNS, LINT_COLUMNS, COMPARE_COLUMNS])
def test_every_column_is_documented(columns: tuple[str, ...]) -> None:
    rows = [f"| `{column}` |" for column in columns]
    assert [row for row in rows if row not in DOCS] == []


def test_notes_on_the_file_do_not_mix_with_the_rows(kit: Kit, tmp_path: Path) -> None:
    words = "level,statement\nSenior,Décide ce qui n'est pas construit.\n"
    (tmp_path / "old.csv").write_bytes(words.encode("cp1252"))
    said = kit("tag", "old.csv", "--to", "csv")
    assert in_csv(said)[0] == list(TAG_COLUMNS)
    assert "Windows-1252" in said.err


@pytest.mark.parametrize("command", ["tag", "lint", "compare"])
def test_no_cell_of_a_csv_starts_a_formula(kit: Kit, tmp_path: Path, command: str) -> None:
    (tmp_path / "evil.csv").write_text(FORMULAS, encoding="utf-8")
    files = ["evil.csv", SAMPLE] if command == "compare" else ["evil.csv"]
    said = kit(command, *files, "--to", "csv")
    cells = [cell for row in csv.reader(io.StringIO(said.out)) for cell in row]
    assert len(cells) > 6
    assert [cell for cell in cells if cell.startswith(STARTS_FORMULA)] == []
    if command == "tag":
        assert "'=1+1" in cells


# ---- what is wrong -----------------------------------------------------------------------------


@pytest.mark.parametrize("command", ["show", "tag", "lint", "evaluate"])
def test_a_missing_file_is_told_with_its_name(kit: Kit, command: str) -> None:
    said = kit(command, "nowhere.md")
    assert (said.code, said.out) == (2, "")
    assert "nowhere.md" in said.err
    assert "Traceback" not in said.err


def test_compare_with_a_missing_file_is_told(kit: Kit) -> None:
    said = kit("compare", SAMPLE, "nowhere.md")
    assert (said.code, said.out) == (2, "")
    assert "nowhere.md: There is no such file." in said.err


@pytest.mark.parametrize(
    ("name", "raw"),
    [
        ("ladder.pdf", b"%PDF-1.7"),
        ("ladder.docx", b"\x00\x01 not a document"),
        ("ladder.xlsx", b"PK\x03\x04 broken"),
        ("ladder.md", b""),
        ("ladder.md", b"Just a letter to a friend.\n"),
        ("ladder.json", b"{"),
    ],
)
@pytest.mark.parametrize("command", ["show", "tag", "lint"])
def test_a_file_that_is_not_read_is_told_in_a_message(
    kit: Kit, tmp_path: Path, command: str, name: str, raw: bytes
) -> None:
    (tmp_path / name).write_bytes(raw)
    said = kit(command, name)
    assert (said.code, said.out) == (2, "")
    assert f"error  {name}: " in said.err.replace(f"{name}, ", f"{name}: ")
    assert "1 problem to mend." in said.err


def test_convert_never_writes_over_a_file(kit: Kit, tmp_path: Path) -> None:
    (tmp_path / "there.md").write_text("mine")
    said = kit("convert", SAMPLE, "there.md")
    assert said.code == 2
    assert "there.md: is there already." in said.err
    assert (tmp_path / "there.md").read_text() == "mine"


def test_convert_to_a_format_that_is_not_written_is_told(kit: Kit, tmp_path: Path) -> None:
    said = kit("convert", SAMPLE, "new.pdf")
    assert said.code == 2
    assert 'can\'t be written as ".pdf"' in said.err
    assert list(tmp_path.iterdir()) == []


def test_an_unknown_form_is_told(kit: Kit) -> None:
    said = kit("tag", SAMPLE, "--to", "xml")
    assert (said.code, said.out) == (2, "")
    assert "xml" in said.err


# ---- what the documentation shows --------------------------------------------------------------

SHOWN = re.findall(r"^```console\n\$ workshop-kit ladder (.*?)\n(.*?)^```$", DOCS, re.M | re.S)


@pytest.mark.parametrize(("command", "shown"), SHOWN, ids=[command for command, _ in SHOWN])
def test_what_the_documentation_shows_is_what_is_said(
    kit: Kit, tmp_path: Path, command: str, shown: str
) -> None:
    words = command.replace("LADDER", str(SAMPLE)).split()
    if words[0] == "compare":
        (tmp_path / "rewritten").mkdir()
        pairs = re.findall(r"^  - .*?: (.*)$|^  \+ .*?: (.*)$", shown, re.MULTILINE)
        old, new = [a for a, _ in pairs if a], [b for _, b in pairs if b]
        text = SAMPLE.read_text(encoding="utf-8")
        for before, after in zip(old, new, strict=True):
            text = text.replace(before, after)
        (tmp_path / words[-1]).write_text(text, encoding="utf-8")
    if words[0] == "evaluate":
        labelled = Path(__file__).parents[1] / words[1]
        if not labelled.is_file():
            pytest.skip(f"not part of the repository ({labelled})")
        words[1] = str(labelled)
    said = kit(*words)
    lines = {*said.out.splitlines(), *said.err.splitlines(), "…"}
    assert [line for line in shown.splitlines() if line not in lines] == []
