"""Every notebook that ships, a leader's or the facilitator's: short, stripped, readable, and it runs."""

from __future__ import annotations

import ast
import re
import shutil
from pathlib import Path

import nbformat
import pytest
from pytest_notebook.nb_regression import NBRegressionFixture

from workshop_kit.content import kit_folder, load_curriculum

WORKSHOPS = sorted(kit_folder("workshops").glob("*.ipynb"))
EXERCISES = sorted(kit_folder("exercises").glob("*.ipynb"))
FOLLOW_UPS = sorted((kit_folder("workshops") / "follow-up").glob("*.ipynb"))
FACILITATORS = sorted(kit_folder("facilitator").glob("*.ipynb"))
ACTIVITIES = load_curriculum().activities
TAGS = {"parameters", "facilitator", "solution", "handout-only", "live-only"}
CELL_METADATA = {"tags", "jupyter"}
NOTEBOOK_METADATA = {"kernelspec", "language_info"}
CELLS = range(12, 31)
CODE_LINES_AT_MOST = 8
WORDS_AT_MOST = 120


def each_of(*paths: Path) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("path", paths, ids=lambda p: f"{p.parent.name}/{p.stem}")


each = each_of(*WORKSHOPS, *EXERCISES, *FOLLOW_UPS, *FACILITATORS)
each_of_a_leader = each_of(*WORKSHOPS, *EXERCISES, *FOLLOW_UPS)
each_activity = each_of(*WORKSHOPS, *EXERCISES)
each_follow_up = pytest.mark.parametrize("path", FOLLOW_UPS, ids=lambda path: path.stem)
each_workshop = pytest.mark.parametrize("path", WORKSHOPS, ids=lambda path: path.stem)
each_exercise = pytest.mark.parametrize("path", EXERCISES, ids=lambda path: path.stem)


def read(path: Path) -> nbformat.NotebookNode:
    return nbformat.read(path, as_version=nbformat.NO_CONVERT)


def tagged(nb: nbformat.NotebookNode, tag: str) -> list[nbformat.NotebookNode]:
    return [cell for cell in nb.cells if tag in cell.metadata.get("tags", [])]


@each_of_a_leader
def test_it_is_named_by_its_place_and_a_noun(path: Path) -> None:
    assert re.fullmatch(r"\d\d(-[a-z]+)+\.ipynb", path.name)


@each
def test_it_is_valid_in_format_4_5(path: Path) -> None:
    nb = read(path)
    assert (nb.nbformat, nb.nbformat_minor) == (4, 5)
    nbformat.validate(nb)


@each_of_a_leader
def test_it_has_12_to_30_cells(path: Path) -> None:
    assert len(read(path).cells) in CELLS


@each
def test_its_cells_are_short(path: Path) -> None:
    for cell in read(path).cells:
        if cell.cell_type == "code":
            assert len(cell.source.splitlines()) <= CODE_LINES_AT_MOST, cell.id
        else:
            assert len(cell.source.split()) <= WORDS_AT_MOST, cell.id


@each
def test_its_cell_ids_are_unique_and_readable(path: Path) -> None:
    ids = [cell.id for cell in read(path).cells]
    assert len(set(ids)) == len(ids)
    assert [i for i in ids if not re.fullmatch(r"[a-z]+(-[a-z0-9]+)*", i)] == []
    assert [i for i in ids if re.fullmatch(r"[0-9a-f]{8}", i)] == []


@each
def test_its_tags_are_from_the_closed_list(path: Path) -> None:
    tags = {tag for cell in read(path).cells for tag in cell.metadata.get("tags", [])}
    assert tags <= TAGS


@each
def test_it_has_one_cell_of_parameters_and_they_are_plain_literals(path: Path) -> None:
    (cell,) = tagged(read(path), "parameters")
    statements = ast.parse(cell.source).body
    assert all(isinstance(statement, ast.Assign) for statement in statements)
    names = [ast.unparse(statement.targets[0]) for statement in statements]  # type: ignore[attr-defined]
    assert names == ["event_dir", "team"][: 1 if path in FACILITATORS else None]
    for statement in statements:
        assert isinstance(ast.literal_eval(statement.value), str)  # type: ignore[attr-defined]


@each
def test_it_opens_with_its_title_and_the_parameters(path: Path) -> None:
    first, second = read(path).cells[:2]
    assert re.match(r"# \w", first.source)
    assert second.metadata.tags == ["parameters"]


@each_workshop
def test_what_the_facilitator_says_stands_in_a_tagged_cell(path: Path) -> None:
    nb = read(path)
    (cell,) = tagged(nb, "facilitator")
    assert re.fullmatch(r'facilitator_notes\("[a-z-]+"\)', cell.source.splitlines()[-1])
    calls = [c.id for c in nb.cells if "facilitator_notes" in c.source]
    assert calls == [cell.id]


@each
def test_it_has_no_outputs_and_no_counts(path: Path) -> None:
    for cell in read(path).cells:
        if cell.cell_type == "code":
            assert cell.outputs == [], cell.id
            assert cell.execution_count is None, cell.id


@each
def test_its_metadata_is_on_the_list_of_what_is_kept(path: Path) -> None:
    nb = read(path)
    assert set(nb.metadata) <= NOTEBOOK_METADATA
    allowed = CELL_METADATA | ({"slideshow"} if path.stem == "slides" else set())
    assert {key for cell in nb.cells for key in cell.metadata} <= allowed
    assert not any("attachments" in cell for cell in nb.cells)


@each
def test_it_runs_as_it_is_shipped(path: Path, tmp_path: Path) -> None:
    """Under pytest-notebook, with the sample's path; what it compares are the cells, outputs aside."""
    nb = read(path)
    (parameters,) = tagged(nb, "parameters")
    sample = (tmp_path / "sample-offsite").resolve()
    shutil.copytree(kit_folder("data") / "sample-offsite", sample)
    parameters.source = f"event_dir = {str(sample)!r}"
    parameters.source += "" if path in FACILITATORS else '\nteam = "payments"'
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
        if re.search(r"^(book\.|facilitator_notes\(|deck\.|live_view\()", cell.source, re.MULTILINE)
    ]
    assert [ident for ident in shown if not outputs[ident]] == []
    kinds = {output.output_type for found in outputs.values() for output in found}
    assert kinds <= {"execute_result", "display_data"}


def test_every_activity_is_there_facilitated_and_alone() -> None:
    slugs = {activity.slug for activity in ACTIVITIES}
    assert {path.stem[3:] for path in WORKSHOPS} == slugs
    assert [path.name for path in EXERCISES] == [path.name for path in WORKSHOPS]


@each_activity
def test_it_places_every_form_of_its_activity_once_and_in_order(path: Path) -> None:
    slug = path.stem[3:]
    (forms,) = [[form.id for form in a.forms] for a in ACTIVITIES if a.slug == slug]
    calls = [cell.source for cell in read(path).cells if cell.cell_type == "code"]
    placed = [
        found[1] for call in calls if (found := re.search(rf'form\("{slug}", "(.*)"\)', call))
    ]
    assert placed == forms


@each_activity
def test_it_ends_with_what_one_leaves_with(path: Path) -> None:
    calls = (f'book.result("{path.stem[3:]}")', "book.own_script()")
    assert any(call in cell.source for cell in read(path).cells for call in calls)


@each_exercise
def test_an_exercise_has_no_word_of_the_facilitators(path: Path) -> None:
    assert not any("facilitator_notes" in cell.source for cell in read(path).cells)
    assert tagged(read(path), "facilitator") == []


@each_exercise
def test_an_exercise_shows_its_worked_examples_on_paper_only(path: Path) -> None:
    shown = [cell for cell in read(path).cells if "worked_examples" in cell.source]
    assert [cell.metadata.tags for cell in shown] == [["handout-only"]]


def test_there_is_a_follow_up_for_every_look_back() -> None:
    look_backs = load_curriculum().afterwards.look_backs
    assert [path.stem for path in FOLLOW_UPS] == [f"{page.days}-days" for page in look_backs]


@each_follow_up
def test_a_follow_up_places_every_form_of_its_look_back_in_order(path: Path) -> None:
    slug = f"follow-up-{path.stem[:2]}"
    sources = "\n".join(cell.source for cell in read(path).cells)
    forms = [form.id for form in load_curriculum().forms_of(slug)]
    assert re.findall(rf'book\.form\("{slug}", "(.*)"\)', sources) == forms


@each_follow_up
def test_a_follow_up_asks_about_its_own_days_and_ends_with_the_papers(path: Path) -> None:
    sources = [cell.source for cell in read(path).cells]
    days = path.stem[:2]
    for call in ("look_back", "commitments", "asked_now"):
        assert f"book.{call}({days})" in sources
    assert sources[-1] == "book.papers()"
    assert not any("facilitator_notes" in source for source in sources)
