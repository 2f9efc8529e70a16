"""`workshop-kit report` as a facilitator meets it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from tests.conftest import TinyEvent
from workshop_kit.cli_report import report
from workshop_kit.errors import InputError
from workshop_kit.store import EVENT, open_store

Command = Callable[..., str]


@pytest.fixture
def command(tiny_event: Callable[..., TinyEvent]) -> Command:
    """The command on an event of two teams: what it says."""
    event = tiny_event("Quokka", "Wombat")
    with open_store(event.path) as store:
        whose = {"participant": "leader", "team": "quokka", "activity": "stage-mapping"}
        store.save(**whose, question="own-work", value={"text": "A plan."})
    app = typer.Typer()
    app.command()(report)

    def call(*words: str) -> str:
        done = CliRunner().invoke(app, [str(event.path), *words], catch_exceptions=False)
        assert done.exit_code == 0
        return done.output

    return call


def test_the_first_time_it_says_what_would_be_told_and_writes_nothing(
    command: Command, tmp_path: Path
) -> None:
    said = command()
    assert "There is no picture of all teams together yet" in said
    assert "counted once, and then stay as they are" in said
    assert "--release" in said
    assert not (tmp_path / "event" / "out").exists()
    with open_store(tmp_path / "event") as store:
        assert store.latest(team=EVENT) == ()


def test_with_release_it_writes_and_from_then_on_without(command: Command, tmp_path: Path) -> None:
    path = tmp_path / "event" / "out" / "facilitator" / "sponsor-report.pdf"
    assert command("--release") == f"Wrote {path}\n"
    first = path.read_bytes()
    path.unlink()
    assert command() == f"Wrote {path}\n"
    assert path.read_bytes() == first


def test_it_goes_where_it_is_told(command: Command, tmp_path: Path) -> None:
    command("--release", "--out", str(tmp_path / "mine"))
    assert (tmp_path / "mine" / "facilitator" / "sponsor-report.pdf").is_file()


def test_a_folder_with_errors_is_refused(command: Command, tmp_path: Path) -> None:
    (tmp_path / "event" / "ladders" / "one.md").unlink()
    with pytest.raises(InputError):
        command("--release")
