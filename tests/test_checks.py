"""Rules that need two files: every row's ladder is there, inside the folder, and readable."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from tests.scripts import GOOD, as_yaml, script
from workshop_kit import checks
from workshop_kit.checks import Checked, check_event, load_event, load_team
from workshop_kit.content import load_conversations, scaffold_event
from workshop_kit.errors import InputError, Problem
from workshop_kit.ladder_files import read_ladder

LADDER = (
    "## Engineer\n\n- Writes code that passes review.\n- Finishes a described task.\n\n"
    "## Senior engineer\n\n- Reviews designs of others.\n- Decides what is not built.\n"
)
HEAD = "team,leader,size,ladder\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An event folder with nothing wrong in it: two teams, two ladders."""
    folder = tmp_path / "spring"
    (folder / "ladders").mkdir(parents=True)
    (folder / "event.yaml").write_text("name: Spring\ndate: 2026-12-01\n", encoding="utf-8")
    write_teams(folder, "eng.md", "ops")
    (folder / "ladders" / "eng.md").write_text(LADDER, encoding="utf-8")
    (folder / "ladders" / "ops.md").write_text(LADDER, encoding="utf-8")
    return folder


def write_teams(folder: Path, *ladders: str) -> None:
    rows = "".join(f'Team {n},Ana,9,"{ladder}"\n' for n, ladder in enumerate(ladders, 1))
    (folder / "teams.csv").write_text(HEAD + rows, encoding="utf-8")


def only(checked: Checked) -> Problem:
    assert len(checked.problems) == 1, [str(problem) for problem in checked.problems]
    return checked.problems[0]


def test_a_good_folder_is_read_whole(folder: Path) -> None:
    checked = check_event(folder)
    assert not checked.problems
    assert checked.folder is not None
    assert checked.folder == load_event(folder)
    assert sorted(checked.folder.ladders) == ["eng.md", "ops.md"]


def test_a_teams_ladder_is_the_files_real_name(folder: Path) -> None:
    assert [team.ladder for team in load_event(folder).teams] == ["eng.md", "ops.md"]


def test_what_new_writes_passes_the_check(tmp_path: Path) -> None:
    scaffold_event(tmp_path / "spring", "Spring", datetime.date(2026, 11, 22))
    checked = check_event(tmp_path / "spring")
    assert not checked.errors
    assert checked.folder is not None
    (ladder,) = checked.folder.ladders.values()
    assert [len(ladder.at(level)) for level in ladder.levels] == [4, 4, 4]


# The ladder that a row names


def test_a_ladder_that_is_not_there_names_its_row(folder: Path) -> None:
    write_teams(folder, "eng.md", "ops", "frontend.docx")
    problem = only(check_event(folder))
    assert (problem.file, problem.place) == ("teams.csv", "row 4")
    assert problem.what == 'The ladder "frontend.docx" is not in the folder ladders.'
    assert problem.fix == "In ladders there is: eng.md, ops.md."


@pytest.mark.parametrize(
    ("written", "meant"), [("Eng.md", "eng.md"), ("OPS", "ops"), ("opps.md", "ops.md")]
)
def test_a_ladder_with_nearly_the_right_name_is_suggested(
    folder: Path, written: str, meant: str
) -> None:
    write_teams(folder, "eng.md", "ops.md", written)
    assert only(check_event(folder)).fix == f'Did you mean "{meant}"?'


@pytest.mark.parametrize(
    "path", ["../event.yaml", "/etc/passwd", "ladders/eng.md", "..\\eng.md", "C:eng.md", "..", "."]
)
def test_a_path_is_no_ladder(folder: Path, path: str) -> None:
    write_teams(folder, "eng.md", "ops.md", path)
    problem = only(check_event(folder))
    assert problem.place == "row 4"
    assert "is a path" in problem.what
    assert "write its name alone" in problem.fix


def test_a_ladder_linked_from_outside_is_refused_unread(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder.parent / "secret.md").write_text(LADDER)
    (folder / "ladders" / "out.md").symlink_to(folder.parent / "secret.md")
    write_teams(folder, "out.md")
    monkeypatch.setattr(checks, "read_ladder", lambda *_: pytest.fail("it was read"))
    problem = check_event(folder).errors[0]
    assert problem.place == "row 2"
    assert "leads out of the event folder" in problem.what


def test_a_ladders_folder_linked_from_outside_is_refused(folder: Path) -> None:
    (folder / "ladders").rename(folder.parent / "shared")
    (folder / "ladders").symlink_to(folder.parent / "shared")
    problem = only(check_event(folder))
    assert problem.file == "ladders"
    assert "leads out of the event folder" in problem.what


def test_a_link_inside_the_folder_is_read(folder: Path) -> None:
    (folder / "ladders" / "same.md").symlink_to(folder / "ladders" / "eng.md")
    write_teams(folder, "eng", "ops", "same")
    assert not check_event(folder).problems


def test_one_name_for_two_files_asks_for_the_ending(folder: Path) -> None:
    (folder / "ladders" / "ops.csv").write_text("level,statement\nEngineer,Writes code.\n")
    problem = check_event(folder).errors[0]
    assert problem.place == "row 3"
    assert problem.what == 'The ladder "ops" could be ops.csv or ops.md.'
    assert problem.fix == "Write the name with its ending."


def test_a_name_from_a_mac_is_the_same_name(folder: Path) -> None:
    (folder / "ladders" / "eng.md").rename(folder / "ladders" / "u\u0308ber.md")
    write_teams(folder, "\u00fcber", "ops")
    checked = check_event(folder)
    assert not checked.problems
    assert checked.folder is not None
    assert checked.folder.teams[0].ladder in checked.folder.ladders


# The folder of ladders


def test_a_missing_ladders_folder_is_said_once(folder: Path) -> None:
    (folder / "ladders").rename(folder / "Leitern")
    problem = only(check_event(folder))
    assert problem.file == "ladders"
    assert "put your ladder files into it" in problem.fix


def test_an_empty_ladders_folder_is_named(folder: Path) -> None:
    for path in (folder / "ladders").iterdir():
        path.unlink()
    assert all("is empty" in problem.fix for problem in check_event(folder).errors)


@pytest.mark.parametrize("raw", [b"", b" \r\n\t\n", b"\xef\xbb\xbf\n"])
def test_an_empty_ladder_file_is_said_once(folder: Path, raw: bytes) -> None:
    (folder / "ladders" / "eng.md").write_bytes(raw)
    problem = only(check_event(folder))
    assert problem.file == "ladders/eng.md"
    assert problem.what == "The ladder file is empty."


def test_a_ladder_nobody_uses_is_a_note(folder: Path) -> None:
    write_teams(folder, "eng.md")
    checked = check_event(folder)
    assert [problem.file for problem in checked.notes] == ["ladders/ops.md"]
    assert not checked.errors
    assert checked.folder is not None
    assert list(checked.folder.ladders) == ["eng.md"]


def test_what_finder_and_office_leave_behind_is_no_ladder(folder: Path) -> None:
    (folder / "ladders" / ".DS_Store").write_bytes(b"x")
    (folder / "ladders" / "~$eng.docx").write_bytes(b"x")
    (folder / "ladders" / "old").mkdir()
    assert not check_event(folder).problems


def test_each_ladder_is_read_once(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []

    def counting(path: Path, root: Path) -> object:
        read.append(path.name)
        return read_ladder(path, root)

    monkeypatch.setattr(checks, "read_ladder", counting)
    write_teams(folder, "eng.md", "eng", "ops", "ops.md", "eng")
    load_event(folder)
    assert sorted(read) == ["eng.md", "ops.md"]


def test_a_ladder_without_statements_is_an_error_of_its_file(folder: Path) -> None:
    (folder / "ladders" / "eng.md").write_text("Nothing but prose.\n")
    errors = check_event(folder).errors
    assert errors
    assert {problem.file for problem in errors} == {"ladders/eng.md"}


# All at once


def test_problems_of_all_files_come_at_once(folder: Path) -> None:
    (folder / "event.yaml").write_text("name: x\n")
    (folder / "teams.csv").write_text(HEAD + "A,Ana,nine,nope.pdf\nB,Bo,7,eng\n")
    (folder / "ladders" / "eng.md").write_bytes(b"")
    checked = check_event(folder)
    assert checked.folder is None
    assert [(problem.file, problem.place) for problem in checked.errors] == [
        ("event.yaml", "key date"),
        ("teams.csv", "row 2"),
        ("teams.csv", "row 2"),
        ("ladders/eng.md", ""),
    ]


def test_a_broken_teams_file_does_not_hide_the_rest(folder: Path) -> None:
    (folder / "event.yaml").write_text("name: x\n")
    (folder / "teams.csv").write_bytes(b"PK\x03\x04")
    (folder / "ladders").rename(folder / "Leitern")
    files = [problem.file for problem in check_event(folder).problems]
    assert files == ["event.yaml", "teams.csv", "ladders"]


def test_loading_raises_with_every_problem(folder: Path) -> None:
    write_teams(folder, "nope.md", "nada.md")
    with pytest.raises(InputError) as caught:
        load_event(folder)
    assert caught.value.problems == check_event(folder).problems
    assert "teams.csv, row 3" in str(caught.value)


def test_a_missing_folder_is_one_problem(tmp_path: Path) -> None:
    assert "workshop-kit new" in only(check_event(tmp_path / "nowhere")).fix


# One team, for a notebook


def test_one_team_is_loaded_with_its_ladder_alone(folder: Path) -> None:
    (folder / "ladders" / "eng.md").write_bytes(b"")
    event, team, ladder = load_team(folder, "team-2")
    assert (event.name, team.name, team.ladder) == ("Spring", "Team 2", "ops.md")
    assert len(ladder.statements) == 4


def test_an_unknown_team_names_the_teams_there_are(folder: Path) -> None:
    with pytest.raises(InputError) as caught:
        load_team(folder, "taem-1")
    (problem,) = caught.value.problems
    assert problem.what == 'There is no team "taem-1".'
    assert "The teams are: team-1, team-2." in problem.fix


def test_a_team_with_a_broken_ladder_raises(folder: Path) -> None:
    (folder / "ladders" / "eng.md").write_bytes(b"")
    with pytest.raises(InputError, match=r"ladders/eng\.md: The ladder file is empty"):
        load_team(folder, "team-1")


def test_a_broken_event_raises_for_every_team(folder: Path) -> None:
    (folder / "event.yaml").write_text("name: x\n")
    with pytest.raises(InputError, match="key date"):
        load_team(folder, "team-1")


# ---- conversations -------------------------------------------------------------------------------


def write_script(folder: Path, **more: object) -> None:
    (folder / "conversations").mkdir(exist_ok=True)
    text = as_yaml(script(GOOD, **more))
    (folder / "conversations" / "mine.yaml").write_text(text, encoding="utf-8")


def test_an_events_own_conversation_comes_with_the_kits(folder: Path) -> None:
    write_script(folder)
    scripts = load_event(folder).conversations
    assert [s.id for s in scripts if s.id == "a-closed-change"] == ["a-closed-change"]
    assert len(scripts) == len(load_conversations()) + 1


def test_a_script_with_the_ending_of_a_text_file_is_noted(folder: Path) -> None:
    write_script(folder)
    (folder / "conversations" / "mine.yaml").rename(folder / "conversations" / "mine.yaml.txt")
    note = only(check_event(folder))
    assert (note.severity, note.file) == ("note", "conversations/mine.yaml.txt")
    assert "is not read" in note.what


def test_a_wrong_conversation_is_told_with_file_and_line_and_stops_the_event(folder: Path) -> None:
    write_script(folder, start="opning")
    checked = check_event(folder)
    assert checked.folder is None
    assert str(only(checked)).startswith("conversations/mine.yaml, key start (line ")


def test_a_conversation_that_names_a_leader_of_the_event_stops_it(folder: Path) -> None:
    (folder / "teams.csv").write_text(HEAD + "Team 1,Ana Petrova,9,eng\n", encoding="utf-8")
    (folder / "ladders" / "ops.md").unlink()
    write_script(folder, scene="Ana Petrova has closed the door.")
    assert 'It names "Ana Petrova", who leads' in check_event(folder).errors[0].what
