"""docs/write-a-conversation.md is true: its example, its commands, its lists of keys and signals."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest
import typer

from workshop_kit import cli
from workshop_kit.cli_conversation import app
from workshop_kit.content import load_curriculum, read_conversation
from workshop_kit.curriculum import FACTS, Conversation
from workshop_kit.curriculum.conversation import Choice, End, Node, Person

PAGE = (Path(__file__).parents[1] / "docs" / "write-a-conversation.md").read_text(encoding="utf-8")
COMMANDS = typer.main.get_command(app)
EXAMPLE = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)[0]
SHOWN = [
    (command, said)
    for block in re.findall(r"^```console\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)
    for command, said in re.findall(r"^\$ workshop-kit (.*)\n((?:[^$].*\n)*)", block, re.MULTILINE)
    if not command.startswith("open ")  # it stays open
]
KEYS = [key for model in (Conversation, Person, Node, Choice, End) for key in model.model_fields]


def test_whoever_follows_the_page_sees_what_it_shows(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    for command, shown in SHOWN:
        monkeypatch.setattr(sys, "argv", ["workshop-kit", *command.split()])
        with pytest.raises(SystemExit) as end:
            cli.main()
        said = capsys.readouterr()
        assert (end.value.code or 0, said.err) == (0, ""), command
        if shown:
            assert said.out == shown, command
        if command.startswith("conversation new "):
            Path(command.split()[-1]).write_text(EXAMPLE, encoding="utf-8")


def test_the_example_has_no_problems(tmp_path: Path) -> None:
    path = tmp_path / "nine-pages.yaml"
    path.write_text(EXAMPLE, encoding="utf-8")
    assert read_conversation(path, tmp_path)[1] == ()


@pytest.mark.parametrize("key", sorted(set(KEYS)))
def test_every_key_is_explained(key: str) -> None:
    assert re.search(rf"^\| [^|]*`{key}`", PAGE, re.MULTILINE)


@pytest.mark.parametrize(("fact", "words"), FACTS.items())
def test_every_variable_is_explained(fact: str, words: str) -> None:
    (row,) = re.findall(rf"^\| `\{{{re.escape(fact)}\}}` .*$", PAGE, re.MULTILINE)
    assert fact == "event" or f'"{words}"' in row


def test_every_signal_of_the_stages_is_listed_with_its_words() -> None:
    rows = re.findall(
        r"^\| `([a-z-]+)` \| (.*) \|$", PAGE[PAGE.index("## Signals") :], re.MULTILINE
    )
    stages = load_curriculum().stages
    assert rows == [(s.id, " ".join(s.text.split())) for stage in stages for s in stage.signals]


@pytest.mark.parametrize("name", COMMANDS.commands)
def test_every_command_and_option_is_documented(name: str) -> None:
    assert f"workshop-kit conversation {name} " in PAGE
    for option in (o for parameter in COMMANDS.commands[name].params for o in parameter.opts):
        assert not option.startswith("--") or f"`{option}" in PAGE, option
