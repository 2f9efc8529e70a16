"""The manifest and the files: whole or not at all, and nobody's work lost."""

from __future__ import annotations

import os
from pathlib import Path

import nbformat
import pytest

from workshop_kit.run.manifest import (
    NAME,
    Made,
    Manifest,
    read_manifest,
    remove_made,
    sealed,
    set_aside,
    sha256,
    sweep,
    write_manifest,
)

MADE = Made(inputs="f00", files={"handout.pdf": "abc"})


def test_a_manifest_comes_back_as_it_was_written(tmp_path: Path) -> None:
    manifest = Manifest().with_made("payments/handout", MADE)
    write_manifest(tmp_path, manifest)
    assert read_manifest(tmp_path) == manifest


def test_a_manifest_has_the_same_bytes_whatever_the_order_of_the_jobs(tmp_path: Path) -> None:
    write_manifest(tmp_path, Manifest().with_made("a/x", MADE).with_made("b/x", MADE))
    first = (tmp_path / NAME).read_bytes()
    write_manifest(tmp_path, Manifest().with_made("b/x", MADE).with_made("a/x", MADE))
    assert (tmp_path / NAME).read_bytes() == first


def test_without_a_manifest_nothing_was_made(tmp_path: Path) -> None:
    assert read_manifest(tmp_path) == Manifest()


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"\xff\xfe\x00", b"[]", b'{"made": 3}', b'{"made": {"a/x": {}}}', b'{"other": {}}'],
    ids=["empty", "cut-off", "not-utf-8", "list", "number", "job-without-files", "other-version"],
)
def test_an_unreadable_manifest_is_taken_as_empty(tmp_path: Path, content: bytes) -> None:
    (tmp_path / NAME).write_bytes(content)
    assert read_manifest(tmp_path) == Manifest()


def notebook(text: str) -> nbformat.NotebookNode:
    return nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell(text, id="a")])


def test_a_notebook_that_the_kit_wrote_is_not_set_aside(tmp_path: Path) -> None:
    nbformat.write(sealed(notebook("ours")), tmp_path / "a.ipynb")
    assert set_aside(tmp_path / "a.ipynb") is None


def test_a_notebook_that_was_only_opened_and_saved_is_not_set_aside(tmp_path: Path) -> None:
    nb = sealed(notebook("ours\nin two lines"))
    nb.metadata["language_info"] = {"name": "python", "version": "3.99"}
    nbformat.write(nb, tmp_path / "a.ipynb")
    assert set_aside(tmp_path / "a.ipynb") is None


def test_a_notebook_that_somebody_wrote_in_is_set_aside(tmp_path: Path) -> None:
    nb = sealed(notebook("ours"))
    nb.cells[0].source += " and theirs"
    nbformat.write(nb, tmp_path / "a.ipynb")
    assert set_aside(tmp_path / "a.ipynb") == tmp_path / "a.edited-1.ipynb"
    assert not (tmp_path / "a.ipynb").exists()


def test_files_set_aside_never_replace_each_other(tmp_path: Path) -> None:
    for text in (b"first", b"second"):
        (tmp_path / "a.ipynb").write_bytes(text)
        set_aside(tmp_path / "a.ipynb")
    assert (tmp_path / "a.edited-1.ipynb").read_bytes() == b"first"
    assert (tmp_path / "a.edited-2.ipynb").read_bytes() == b"second"


def test_half_written_files_are_swept_away_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "payments").mkdir()
    (tmp_path / "payments" / ".a.pdf.1.part").write_bytes(b"half")
    (tmp_path / "payments" / "a.pdf").write_bytes(b"whole")
    sweep(tmp_path)
    assert os.listdir(tmp_path / "payments") == ["a.pdf"]  # noqa: PTH208


def test_a_changed_file_is_not_removed_with_its_job(tmp_path: Path) -> None:
    team = tmp_path / "payments"
    team.mkdir()
    (team / "a.pdf").write_bytes(b"ours")
    (team / "a.ipynb").write_bytes(b"ours")
    digests = {name: sha256(team / name) for name in ("a.pdf", "a.ipynb")}
    (team / "a.ipynb").write_bytes(b"theirs")
    remove_made(tmp_path, "payments/a", Made(inputs="f00", files=digests))
    assert os.listdir(team) == ["a.ipynb"]  # noqa: PTH208
