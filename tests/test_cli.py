"""The command line, as somebody meets it in a terminal."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import click
import pytest
import typer

from tests.conftest import Rendered, TinyEvent
from tests.scripts import GOOD, as_yaml, script
from workshop_kit import cli

COMMANDS = typer.main.get_command(cli.app)
assert isinstance(COMMANDS, click.Group) or hasattr(COMMANDS, "commands")


class Said(NamedTuple):
    code: int
    out: str
    err: str


def run(*arguments: str, cwd: Path) -> Said:
    """`workshop-kit` in a process of its own."""
    command = [sys.executable, "-m", "workshop_kit", *arguments]
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, encoding="utf-8")
    return Said(done.returncode, done.stdout, done.stderr)


@pytest.fixture
def kit(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> Callable[..., Said]:
    """`workshop-kit` in this process, standing in `tmp_path`: what it said, and its exit code."""

    def call(*arguments: str) -> Said:
        monkeypatch.chdir(tmp_path)
        monkeypatch.setattr(sys, "argv", ["workshop-kit", *arguments])
        code = 0
        try:
            cli.main()
        except SystemExit as end:
            code = int(end.code or 0)
        return Said(code, *capsys.readouterr())

    return call


# ---- help --------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(COMMANDS.commands))
def test_every_command_says_what_it_does(kit: Callable[..., Said], name: str) -> None:
    command = COMMANDS.commands[name]
    assert command.help, f"{name} has no help"
    assert [p.name for p in command.params if not getattr(p, "help", None)] == []
    said = kit(name, "--help")
    assert said.code == 0
    assert command.help.splitlines()[0] in said.out


def test_the_list_of_commands_has_a_line_for_each(kit: Callable[..., Said]) -> None:
    said = kit("--help")
    for name in COMMANDS.commands:
        assert re.search(rf"^\s*{name}\s+\w", said.out, re.MULTILINE), name


def test_without_a_command_the_help_is_shown(kit: Callable[..., Said]) -> None:
    assert "Usage" in "".join(kit()[1:])


def test_the_version_is_said(kit: Callable[..., Said]) -> None:
    assert re.fullmatch(r"workshop-kit \d+\.\d+\.\d+\n", kit("--version").out)


# ---- from nothing to handouts ------------------------------------------------------------------


@pytest.fixture(scope="module")
def spring(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Said]:
    """What each command said on the way from nothing to one team's handout."""
    cwd = tmp_path_factory.mktemp("cli")
    commands = {
        "new": ("new", "spring"),
        "check": ("check", "spring"),
        "render": ("render", "spring", "--team", "example-platform"),
        "again": ("render", "spring", "--team", "example-platform"),
    }
    return {name: run(*arguments, cwd=cwd) for name, arguments in commands.items()}


def test_new_says_what_it_made_and_what_comes_next(spring: dict[str, Said]) -> None:
    said = spring["new"]
    assert (said.code, said.err) == (0, "")
    for words in ("Made spring", "event.yaml", "teams.csv", "workshop-kit check spring"):
        assert words in said.out


def test_what_new_made_passes_check(spring: dict[str, Said]) -> None:
    assert spring["check"][:2] == (0, "spring: 2 teams, 1 ladder. Ready to render.\n")


def test_check_counts_the_conversations_of_an_event(
    kit: Callable[..., Said], tiny_event: Callable[..., TinyEvent], tmp_path: Path
) -> None:
    tiny_event("Quokka")
    (tmp_path / "event" / "conversations").mkdir()
    text = as_yaml(script(GOOD))
    (tmp_path / "event" / "conversations" / "mine.yaml").write_text(text, encoding="utf-8")
    said = kit("check", "event")
    assert said.out == (
        "Tiny offsite: 1 team, 1 ladder, 1 conversation of its own. Ready to render.\n"
    )


def test_what_new_made_can_be_rendered(spring: dict[str, Said]) -> None:
    said = spring["render"]
    assert said.code == 0, said.err
    first, second = said.out.splitlines()
    assert first == "Rendered 1 team · 6 notebooks · 7 PDFs · 0 failed        out of spring"
    assert second == f"Open  {Path('spring', 'out', 'index.html')}"


def test_a_second_render_says_that_all_was_up_to_date(spring: dict[str, Said]) -> None:
    said = spring["again"]
    assert said.code == 0
    assert "0 notebooks · 0 PDFs · 0 failed · 7 PDFs up to date" in said.out


def test_the_summary_of_the_sample_counts_teams(
    kit: Callable[..., Said], sample: Rendered, tmp_path: Path
) -> None:
    sample.copy_to(tmp_path)
    said = kit("render", "event", "--out", "out")
    assert said.code == 0
    assert said.out.startswith("Rendered 6 teams · 0 notebooks · 0 PDFs · 0 failed")


# ---- wrong input -------------------------------------------------------------------------------


def spoil(event: TinyEvent) -> None:
    (event.path / "event.yaml").write_text("name: Tiny\ndate: soon\npaper: a3\n")
    (event.path / "teams.csv").write_text(
        "team,leader,size,ladder\nOne,Ana,nine,one.md\nTwo,,3,no.md\n"
    )


def test_check_reports_every_problem_at_once(
    kit: Callable[..., Said], tiny_event: Callable[..., TinyEvent]
) -> None:
    spoil(tiny_event("One"))
    said = kit("check", "event")
    assert (said.code, said.out) == (2, "")
    assert "Traceback" not in said.err
    for what in ("date", "paper", "nine", "no.md", "leader"):
        assert what in said.err
    assert said.err.count("\nerror") + said.err.startswith("error") >= 5
    assert re.search(r"^\d+ problems to mend\.$", said.err, re.MULTILINE)


def test_render_of_wrong_input_writes_nothing(
    kit: Callable[..., Said], tiny_event: Callable[..., TinyEvent], tmp_path: Path
) -> None:
    event = tiny_event("One")
    spoil(event)
    before = sorted(tmp_path.rglob("*"))
    said = kit("render", "event")
    assert (said.code, said.out) == (2, "")
    assert "Nothing was rendered." in said.err
    assert "no.md" in said.err
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.parametrize("command", ["check", "render"])
def test_a_folder_that_is_not_there_is_a_message(kit: Callable[..., Said], command: str) -> None:
    said = kit(command, "nowhere")
    assert (said.code, said.out) == (2, "")
    assert "nowhere" in said.err
    assert "workshop-kit new" in said.err


def test_an_unknown_team_is_answered_with_the_teams_there_are(
    kit: Callable[..., Said], tiny_event: Callable[..., TinyEvent], tmp_path: Path
) -> None:
    tiny_event("Quokka", "Wombat")
    said = kit("render", "event", "--team", "numbat")
    assert (said.code, said.out) == (2, "")
    for word in ("numbat", "quokka", "wombat"):
        assert word in said.err
    assert not (tmp_path / "event" / "out").exists()


def test_an_output_folder_that_is_a_file_is_refused(
    kit: Callable[..., Said], tiny_event: Callable[..., TinyEvent], tmp_path: Path
) -> None:
    tiny_event("Quokka")
    (tmp_path / "taken").write_text("mine")
    said = kit("render", "event", "--out", "taken")
    assert (said.code, said.out) == (2, "")
    assert "taken" in said.err
    assert "--out" in said.err
    assert (tmp_path / "taken").read_text() == "mine"


def test_new_refuses_a_folder_that_holds_something(
    kit: Callable[..., Said], tmp_path: Path
) -> None:
    (tmp_path / "spring").mkdir()
    (tmp_path / "spring" / "mine.txt").write_text("mine")
    said = kit("new", "spring")
    assert (said.code, said.out) == (2, "")
    assert "mine.txt" in said.err
    assert os.listdir(tmp_path / "spring") == ["mine.txt"]  # noqa: PTH208


def test_a_failed_job_is_named_and_the_exit_code_is_1(
    kit: Callable[..., Said],
    tiny_event: Callable[..., TinyEvent],
    notebook_of: Callable[..., Path],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    tiny_event("Quokka", "Wombat")
    raises = notebook_of(
        tmp_path / "notebooks", "if team == 'quokka': raise ValueError('no such level')"
    )

    def only(kind: str = "workshops") -> tuple[Path, ...]:
        return (raises,) if kind == "workshops" else ()

    monkeypatch.setattr("workshop_kit.run.rendering.shipped_notebooks", only)
    monkeypatch.setattr("workshop_kit.run.rendering.plan_cards", lambda *_: ())
    said = kit("render", "event", "--out", "out")
    assert said.code == 1
    assert "failed  quokka/01-tiny, cell cell-1: ValueError: no such level" in said.err
    assert "Rendered 2 teams · 1 notebook · 2 PDFs · 2 failed" in said.out
    assert "Traceback" not in said.err
    assert (tmp_path / "out" / "wombat" / "handout.pdf").exists()
