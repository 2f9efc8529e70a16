"""`workshop-kit purge` as somebody meets it in a terminal: what it says, asks, and ends with."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.conftest import TinyEvent, make_tiny_event
from tests.terminal import Kit, kit_in
from workshop_kit.run.manifest import Made, Manifest, write_manifest
from workshop_kit.store import open_store

DOCS = (Path(__file__).parents[1] / "docs" / "answers.md").read_text(encoding="utf-8")


@pytest.fixture
def event(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> TinyEvent:
    """An event with two answers and one handout."""
    monkeypatch.delenv("WORKSHOP_KIT_DATABASE", raising=False)
    event = make_tiny_event(tmp_path / "spring-offsite", "Quokka")
    with open_store(event.path) as store:
        for words in ("Zaffre", "Mauve"):
            store.save(
                participant="leader",
                team="quokka",
                activity="naming-the-transition",
                question="concern",
                value={"text": words},
            )
    (event.path / "out" / "quokka").mkdir(parents=True)
    (event.path / "out" / "quokka" / "handout.pdf").write_text("Zaffre")
    made = Manifest().with_made("quokka/handout", Made(inputs="f", files={"handout.pdf": "f"}))
    write_manifest(event.path / "out", made)
    return event


@pytest.fixture
def kit(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Kit:
    return kit_in(tmp_path, monkeypatch, capsys, "purge")


@pytest.fixture
def typing(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], object]]:
    """Makes standard input a real terminal on which this was typed."""
    keyboard, terminal = os.openpty()
    with os.fdopen(keyboard, "wb", buffering=0) as keys, os.fdopen(terminal) as stdin:
        monkeypatch.setattr("sys.stdin", stdin)
        yield lambda words: keys.write(words.encode())


def is_whole(event: TinyEvent) -> bool:
    with open_store(event.path) as store:
        return len(store.history()) == 2 and (event.path / "out/quokka/handout.pdf").exists()


def is_purged(event: TinyEvent) -> bool:
    with open_store(event.path) as store:
        return not store.history() and not (event.path / "out" / "quokka").exists()


def test_it_says_what_would_be_removed_and_asks(
    event: TinyEvent, kit: Kit, typing: Callable[[str], object]
) -> None:
    (event.path / "out" / "notes.txt").write_text("theirs")
    typing("no\n")
    said = kit("spring-offsite")
    for words in (
        "Tiny offsite, 18 March 2027",
        "kept until 16 June 2027",
        "2 entries in the answers",
        "1 PDF of a team\n    out/quokka/handout.pdf\n",
        "what you brought: event.yaml",
        "  Not written by the kit; look whether there are answers in it:\n",
        "spring-offsite/out/notes.txt\n",
        "To remove it, type yes",
    ):
        assert words in said.out
    assert said.err == "Nothing was removed.\n"
    assert said.code == 2
    assert is_whole(event)


@pytest.mark.parametrize("words", ["\n", "y\n", "no\n", "\x04", "yes please\n"])
def test_only_yes_is_yes(
    event: TinyEvent, kit: Kit, typing: Callable[[str], object], words: str
) -> None:
    typing(words)
    assert kit("spring-offsite").code == 2
    assert is_whole(event)


def test_after_yes_it_removes_and_says_what_went(
    event: TinyEvent, kit: Kit, typing: Callable[[str], object]
) -> None:
    typing("Yes\n")
    said = kit("spring-offsite")
    assert (said.code, said.err) == (0, "")
    assert is_purged(event)
    account = (event.path / "purged.txt").read_text(encoding="utf-8")
    assert account in said.out
    assert "All of this is in spring-offsite/purged.txt\n" in said.out


def test_without_a_terminal_nothing_is_removed(
    event: TinyEvent, kit: Kit, monkeypatch: pytest.MonkeyPatch
) -> None:
    with _nobody(monkeypatch):
        said = kit("spring-offsite")
    assert said.code == 2
    assert "--yes" in said.err
    assert is_whole(event)


def test_with_yes_nobody_is_asked(
    event: TinyEvent, kit: Kit, monkeypatch: pytest.MonkeyPatch
) -> None:
    with _nobody(monkeypatch):
        assert kit("spring-offsite", "--yes").code == 0
    assert is_purged(event)


def test_a_second_time_there_is_nothing_to_remove(event: TinyEvent, kit: Kit) -> None:
    kit("spring-offsite", "--yes")
    before = (event.path / "purged.txt").read_bytes()
    said = kit("spring-offsite")
    assert said == (0, "There is nothing to remove.\n", "")
    assert (event.path / "purged.txt").read_bytes() == before


def test_what_could_not_be_removed_is_named_and_the_exit_code_is_1(
    event: TinyEvent, kit: Kit
) -> None:
    (event.path / "answers.sqlite").write_text("no database" * 1000)
    said = kit("spring-offsite", "--yes")
    assert said.code == 1
    assert "failed  The file of answers" in said.err
    assert not (event.path / "out" / "quokka").exists()


def test_a_folder_that_is_no_event_is_refused(kit: Kit, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    said = kit("empty", "--yes")
    assert said.code == 2
    assert "not an event folder" in said.err


def test_ctrl_c_says_how_to_go_on(
    event: TinyEvent, kit: Kit, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Path, "unlink", stop)
        said = kit("spring-offsite", "--yes")
    assert said.code == 130
    assert "run the same command again" in said.err
    assert kit("spring-offsite", "--yes").code == 0
    assert is_purged(event)


def test_the_page_shows_what_the_account_says(event: TinyEvent, kit: Kit) -> None:
    shown = re.search(r"```text\n(Purge of .*?)```", DOCS, re.DOTALL)
    assert shown
    yaml = event.path / "event.yaml"
    yaml.write_text(yaml.read_text().replace("Tiny offsite", "Spring offsite"))
    kit("spring-offsite", "--yes")
    account = (event.path / "purged.txt").read_text(encoding="utf-8")
    # All but the day of the purge.
    assert account.partition("\n")[2] == shown[1].partition("\n")[2]


@contextmanager
def _nobody(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Standard input as a script has it."""
    with Path(os.devnull).open(encoding="utf-8") as nothing, monkeypatch.context() as patch:
        patch.setattr("sys.stdin", nothing)
        yield
