"""Every notebook in `workshops/`: short, stripped, readable, and it runs."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import nbformat
import pytest
from pytest_notebook.nb_regression import NBRegressionFixture

from workshop_kit.content import kit_folder

NOTEBOOKS = sorted(kit_folder("workshops").glob("*.ipynb"))
TAGS = {"parameters", "facilitator", "solution", "handout-only", "live-only"}
CELL_METADATA = {"tags", "jupyter"}
NOTEBOOK_METADATA = {"kernelspec", "language_info"}
CELLS = range(12, 31)
CODE_LINES_AT_MOST = 8
WORDS_AT_MOST = 120

pytestmark = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)


def read(path: Path) -> nbformat.NotebookNode:
    return nbformat.read(path, as_version=nbformat.NO_CONVERT)


def tagged(nb: nbformat.NotebookNode, tag: str) -> list[nbformat.NotebookNode]:
    return [cell for cell in nb.cells if tag in cell.metadata.get("tags", [])]


def test_it_is_named_by_its_place_and_a_noun(path: Path) -> None:
    assert re.fullmatch(r"\d\d(-[a-z]+)+\.ipynb", path.name)


def test_it_is_valid_in_format_4_5(path: Path) -> None:
    nb = read(path)
    assert (nb.nbformat, nb.nbformat_minor) == (4, 5)
    nbformat.validate(nb)


def test_it_has_12_to_30_cells(path: Path) -> None:
    assert len(read(path).cells) in CELLS


def test_its_cells_are_short(path: Path) -> None:
    for cell in read(path).cells:
        if cell.cell_type == "code":
            assert len(cell.source.splitlines()) <= CODE_LINES_AT_MOST, cell.id
        else:
            assert len(cell.source.split()) <= WORDS_AT_MOST, cell.id


def test_its_cell_ids_are_unique_and_readable(path: Path) -> None:
    ids = [cell.id for cell in read(path).cells]
    assert len(set(ids)) == len(ids)
    assert [i for i in ids if not re.fullmatch(r"[a-z]+(-[a-z0-9]+)*", i)] == []
    assert [i for i in ids if re.fullmatch(r"[0-9a-f]{8}", i)] == []


def test_its_tags_are_from_the_closed_list(path: Path) -> None:
    tags = {tag for cell in read(path).cells for tag in cell.metadata.get("tags", [])}
    assert tags <= TAGS


def test_it_has_one_cell_of_parameters_and_they_are_plain_literals(path: Path) -> None:
    (cell,) = tagged(read(path), "parameters")
    statements = ast.parse(cell.source).body
    assert all(isinstance(statement, ast.Assign) for statement in statements)
    names = [ast.unparse(statement.targets[0]) for statement in statements]  # type: ignore[attr-defined]
    assert names == ["event_dir", "team"]
    for statement in statements:
        assert isinstance(ast.literal_eval(statement.value), str)  # type: ignore[attr-defined]


def test_it_opens_with_its_title_and_the_parameters(path: Path) -> None:
    first, second = read(path).cells[:2]
    assert re.match(r"# \w", first.source)
    assert second.metadata.tags == ["parameters"]


def test_what_the_facilitator_says_stands_in_a_tagged_cell(path: Path) -> None:
    nb = read(path)
    (cell,) = tagged(nb, "facilitator")
    assert re.fullmatch(r'facilitator_notes\("[a-z-]+"\)', cell.source.splitlines()[-1])
    calls = [c.id for c in nb.cells if "facilitator_notes" in c.source]
    assert calls == [cell.id]


def test_it_has_no_outputs_and_no_counts(path: Path) -> None:
    for cell in read(path).cells:
        if cell.cell_type == "code":
            assert cell.outputs == [], cell.id
            assert cell.execution_count is None, cell.id


def test_its_metadata_is_on_the_list_of_what_is_kept(path: Path) -> None:
    nb = read(path)
    assert set(nb.metadata) <= NOTEBOOK_METADATA
    assert {key for cell in nb.cells for key in cell.metadata} <= CELL_METADATA
    assert not any("attachments" in cell for cell in nb.cells)


def test_it_runs_as_it_is_shipped(path: Path, tmp_path: Path) -> None:
    """Under pytest-notebook, with the sample's path; what it compares are the cells, outputs aside."""
    nb = read(path)
    (parameters,) = tagged(nb, "parameters")
    sample = (kit_folder("data") / "sample-offsite").resolve()
    parameters.source = f'event_dir = {str(sample)!r}\nteam = "payments"'
    copy = tmp_path / path.name
    nbformat.write(nb, copy)
    ignore = (
        "/cells/*/outputs",
        "/cells/*/execution_count",
        "/metadata/language_info",
        "/metadata/widgets",
    )
    result = NBRegressionFixture(exec_timeout=120, diff_ignore=ignore).check(str(copy))
    outputs = {c.id: c.outputs for c in result.nb_final.cells if c.cell_type == "code"}
    shown = [
        cell.id
        for cell in nb.cells
        if re.search(r"^(book\.|facilitator_notes\()", cell.source, re.MULTILINE)
    ]
    assert [ident for ident in shown if not outputs[ident]] == []
    kinds = {output.output_type for found in outputs.values() for output in found}
    assert kinds <= {"execute_result", "display_data"}
