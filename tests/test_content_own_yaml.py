"""The kit's own YAML is read fast, and never otherwise than the careful reader would have it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pydantic import RootModel

import workshop_kit.curriculum
from workshop_kit.content import own_yaml, read_yaml
from workshop_kit.content.own_yaml import read_own_yaml

SHIPPED = Path(workshop_kit.curriculum.__file__).parent
FILES = sorted(SHIPPED.rglob("*.yaml"))


class Anything(RootModel[Any]):
    """Whatever stands in a file."""


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_shipped_file_is_read_fast_and_as_the_careful_reader_has_it(path: Path) -> None:
    assert own_yaml._read_fast(path, Anything) == read_yaml(path, Anything, SHIPPED)[0]


@pytest.mark.parametrize(
    "text",
    [
        "a: 1\na: 2\n",
        "a: &x 1\nb: *x\n",
        "a: !!python/name:os.system x\n",
        "a: [1\n",
        "a:\n\tb\n",
        "",
    ],
)
def test_a_mistake_is_told_in_the_careful_readers_words(tmp_path: Path, text: str) -> None:
    path = tmp_path / "broken.yaml"
    path.write_text(text, encoding="utf-8")
    found = read_own_yaml(path, Anything, tmp_path)
    assert found == read_yaml(path, Anything, tmp_path)
    assert found[1]


def test_a_file_that_is_not_there_is_told_of(tmp_path: Path) -> None:
    value, problems = read_own_yaml(tmp_path / "gone.yaml", Anything, tmp_path)
    assert value is None
    assert [problem.what for problem in problems] == ["The file is missing."]


LIKE_YAML = st.lists(
    st.sampled_from(
        [
            *("a", "b c", "on", "~", "null", "9:30", "0o7", "=", "<<", "é"),
            *(":", ": ", "\n", "\n  ", "\n- ", "- ", "? ", "[", "]", "{", "}", ", ", ","),
            *(
                "'",
                '"',
                "''",
                "|",
                ">-",
                "\n ",
                " #",
                "&a ",
                "*a",
                "!t ",
                "%",
                "@",
                "`",
                "\\",
                "---",
            ),
        ]
    ),
    max_size=14,
).map("".join)


@settings(max_examples=int(os.environ.get("EXAMPLES", "60")), deadline=None)
@example("a: 'x\n\n  y'\n")
@example("- >\n x\n\n  y\n- |+\n z\n\n")
@given(LIKE_YAML)
def test_what_is_read_fast_is_what_the_careful_reader_reads(
    tmp_path_factory: pytest.TempPathFactory, text: str
) -> None:
    path = tmp_path_factory.getbasetemp() / "any.yaml"
    path.write_text(text, encoding="utf-8")
    fast = own_yaml._read_fast(path, Anything)
    if fast is not None:
        assert (fast, ()) == read_yaml(path, Anything, path.parent)
