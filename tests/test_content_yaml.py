"""YAML with line numbers: every broken file gives one clear message, never a traceback."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import RootModel

from workshop_kit.content import read_yaml
from workshop_kit.curriculum import Phase
from workshop_kit.errors import Problem
from workshop_kit.event import Event

GOOD = "name: Spring\ndate: 2026-12-01\n"


class Phases(RootModel[tuple[Phase, ...]]):
    """A file that is a list."""


def read(folder: Path, content: str | bytes) -> tuple[Event | None, tuple[Problem, ...]]:
    path = folder / "event.yaml"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return read_yaml(path, Event, folder)


def one_problem(tmp_path: Path, content: str | bytes) -> Problem:
    event, problems = read(tmp_path, content)
    assert event is None
    assert len(problems) == 1, [str(problem) for problem in problems]
    assert problems[0].file == "event.yaml"
    return problems[0]


def test_a_good_file_gives_the_model(tmp_path: Path) -> None:
    event, problems = read(tmp_path, GOOD + "start: 9:00\nbrand:\n  color: '#123456'\n")
    assert not problems
    assert event is not None
    assert event.start.isoformat() == "09:00:00"
    assert event.brand.color == "#123456"


@pytest.mark.parametrize("name", ["2026", "no", "1e3", "0x10", "on", "1:30", "3.0"])
def test_text_stays_what_was_written(tmp_path: Path, name: str) -> None:
    event, problems = read(tmp_path, f"name: {name}\ndate: 2026-12-01\n")
    assert not problems
    assert event is not None
    assert event.name == name


def test_folded_text_has_no_control_characters(tmp_path: Path) -> None:
    event, _ = read(tmp_path, GOOD + "welcome: >\n  one\n  two\n\n  three\n")
    assert event is not None
    assert event.welcome == "one two\nthree"


def test_a_key_without_a_value_is_as_good_as_none(tmp_path: Path) -> None:
    event, problems = read(tmp_path, GOOD + "timezone:\nbrand:\n  logo:\n")
    assert not problems
    assert event is not None
    assert (event.timezone, event.brand.logo) == ("UTC", None)


@pytest.mark.parametrize(
    ("content", "place", "what", "fix"),
    [
        (b"", "", "The file is empty.", "Fill it in"),
        (b"# only a note\n", "", "The file is empty.", "Fill it in"),
        (b"- a\n- b\n", "", "Here stands a list, not keys", "name: value"),
        (b"hello\n", "", 'Here stands the text "hello"', "name: value"),
        (GOOD.encode() + b"brand:\n\tcolor: x\n", "line 4", "starts with a tab", "Use spaces"),
        ("name: Zürich\n".encode("cp1252"), "line 1", "not saved as UTF-8", "UTF-8"),
        (GOOD.encode("utf-16"), "line 1", "not saved as UTF-8", "UTF-8"),
        (b"name: a\nb: \x07\n", "line 2", "control character (U+0007)", "type it again"),
        (b"a: " + b"x" * 1_000_001, "", "larger than 1 MB", "right file"),
        (b"name: Offsite: spring\n", "line 1", "colon", "in quotes"),
        (b'date: 1\nname: "Spring\nstart: 9:00\n', "line 2", "never closed", "closing quote"),
        (GOOD.encode() + b"---\nname: x\n", "line 3", "second document", "Remove"),
        (b"name: [a, b\ndate: x\n", "line 2", "not YAML", "line above"),
        (b"name: *a\n", "line 1", "not YAML", "line above"),
        (b"name: &a x\ndate: *a\n", "line 1", "anchor or alias", "in quotes"),
        (b"[" * 5000, "", "nested too deeply", "right file"),
        (b"{a: " * 5000, "", "nested too deeply", "right file"),
    ],
)
def test_a_broken_file_gives_one_clear_message(
    tmp_path: Path, content: bytes, place: str, what: str, fix: str
) -> None:
    problem = one_problem(tmp_path, content)
    assert problem.place == place
    assert what in problem.what
    assert fix in problem.fix


def test_an_alias_bomb_is_refused_at_once(tmp_path: Path) -> None:
    bomb = "a0: &a0 [x, x]\n" + "".join(
        f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 30)
    )
    assert one_problem(tmp_path, bomb).place == "line 1"


@pytest.mark.parametrize(
    ("line", "place", "what", "fix"),
    [
        ("name: again", "key name (line 3)", "twice, in lines 1 and 3", "Keep one"),
        ("papr: a4", "key papr (line 3)", "does not know", 'Did you mean "paper"?'),
        ("zzz: 1", "key zzz (line 3)", "does not know", "It knows: name, date"),
        ("paper: A4", "key paper (line 3)", '"A4" is not one', 'Did you mean "a4"?'),
        ("paper: x", "key paper (line 3)", '"x" is not one', 'Write "a4" or "us-letter".'),
        ("fictional: si", "key fictional (line 3)", "neither yes nor no", "true or false"),
        ("brand: red", "key brand (line 3)", 'the text "red"', "color: value"),
        ("welcome: [a]", "key welcome (line 3)", "a list, not text", "in quotes"),
        ("language: !foo en", "key language (line 3)", 'tag "!foo"', "in quotes"),
        ('welcome: "a\\0b"', "key welcome (line 3)", "control character", "single quotes"),
        ('welcome: "\\ud800"', "key welcome (line 3)", "control character", "single quotes"),
        ("? [a, b]\n: x", "line 3", "no simple key", "in quotes"),
        ("welcome: #import", "key welcome (line 3)", "after # is a comment", "in quotes"),
        ("start: 09:00Z", "key start (line 3)", "is not a clock time", ""),
    ],
)
def test_a_wrong_key_is_named_with_its_line(
    tmp_path: Path, line: str, place: str, what: str, fix: str
) -> None:
    problem = one_problem(tmp_path, GOOD + line + "\n")
    assert problem.place == place
    assert what in problem.what
    assert fix in problem.fix


def test_nested_keys_are_named_with_their_path(tmp_path: Path) -> None:
    problem = one_problem(tmp_path, GOOD + "brand:\n  # a note\n  colr: x\n")
    assert problem.place == "key brand.colr (line 5)"
    assert problem.fix == 'Did you mean "color"?'


def test_a_missing_key_is_named_with_a_line_to_add(tmp_path: Path) -> None:
    problem = one_problem(tmp_path, "name: x\n")
    assert problem.place == "key date"
    assert problem.what == "The key is missing or has no value."
    assert "Add a line date:" in problem.fix


def test_entries_of_a_list_are_counted_from_one(tmp_path: Path) -> None:
    path = tmp_path / "list.yaml"
    path.write_text(
        "- name: a\n  minutes: 5\n  grouping: alone\n"
        "- name: b\n  minutes: 99\n  grouping: alon\n"
        "- name: c\n  minuts: 3\n  grouping: pair\n"
    )
    value, problems = read_yaml(path, Phases, tmp_path)
    assert value is None
    assert [(problem.place, problem.fix) for problem in problems] == [
        ("entry 2, key minutes (line 5)", "Write 60 or less."),
        ("entry 2, key grouping (line 6)", 'Did you mean "alone"?'),
        ("entry 3, key minutes (line 7)", "Add a line minutes: …"),
        ("entry 3, key minuts (line 8)", 'Did you mean "minutes"?'),
    ]


def test_every_problem_comes_at_once_and_by_line(tmp_path: Path) -> None:
    _, problems = read(
        tmp_path, "papr: a4\nname: #hello\ndate: soon\nstart: 9\nbrand: {color: red}\nname: x\n"
    )
    places = [problem.place for problem in problems]
    assert places == [
        "key papr (line 1)",
        "key name (line 2)",
        "key date (line 3)",
        "key start (line 4)",
        "key brand.color (line 5)",
        "key name (line 6)",
    ]


def test_a_link_out_of_the_folder_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "secret.yaml").write_text(GOOD)
    (tmp_path / "event").mkdir()
    (tmp_path / "event" / "event.yaml").symlink_to(tmp_path / "secret.yaml")
    event, problems = read_yaml(tmp_path / "event" / "event.yaml", Event, tmp_path / "event")
    assert event is None
    assert problems[0].what == "This is a link to a file outside the folder."


def test_a_missing_file_and_a_folder_are_problems(tmp_path: Path) -> None:
    _, problems = read_yaml(tmp_path / "event.yaml", Event, tmp_path)
    assert problems[0].what == "The file is missing."
    (tmp_path / "event.yaml").mkdir()
    _, problems = read_yaml(tmp_path / "event.yaml", Event, tmp_path)
    assert problems[0].what == "This is not a file."


@given(st.binary() | st.binary().map(lambda tail: GOOD.encode() + tail))
def test_any_bytes_give_an_event_or_problems(content: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        event, problems = read(Path(folder), content)
    assert (event is None) == bool(problems)


YAMLISH = st.lists(st.sampled_from([*"-:?,[]{}#&*!|>'\"%@` \n\tab", "<<", "!!", "---", "..."]))


@given(YAMLISH.map("".join))
def test_any_punctuation_gives_an_event_or_problems(content: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        event, problems = read(Path(folder), GOOD + content)
    assert (event is None) == bool(problems)
    assert all("\n" not in str(problem) for problem in problems)
