"""The form for rewriting a ladder: what a leader chooses and writes is kept at once, and shown."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import ipywidgets as widgets
import pytest

from workshop_kit.charts import RENDERING
from workshop_kit.content import kit_folder
from workshop_kit.forms import Twin
from workshop_kit.ladder import Ladder, Statement
from workshop_kit.ladder_files import read_ladder, write_ladder
from workshop_kit.rewritten import load_rewriting
from workshop_kit.workbook.ladder_form import LadderForm

SAMPLE = kit_folder("data") / "sample-offsite"
JUNIOR = "E1 – Associate Engineer"
SENIOR = "E5 – Principal Engineer"
WRITTEN = "Says which of two designs can be undone, before either is built."

Open = Callable[[], LadderForm]


@pytest.fixture(scope="module")
def ladder() -> Ladder:
    found, _ = read_ladder(SAMPLE / "ladders" / "engineering-ladder.md", SAMPLE)
    assert found is not None
    return found


@pytest.fixture
def open_form(tmp_path: Path, ladder: Ladder, monkeypatch: pytest.MonkeyPatch) -> Open:
    """Opens the form anew, with what is kept in `tmp_path` by then."""
    monkeypatch.delenv(RENDERING, raising=False)
    twin = Twin("On paper.")
    return lambda: LadderForm(
        tmp_path, "payments", ladder, load_rewriting(tmp_path, "payments"), twin
    )


class Row:
    """The parts of one statement's row."""

    def __init__(self, form: LadderForm, number: int = 0) -> None:
        told, self.label, starts, self.text = form.rows.children[number].children
        self.told: str = told.value
        self.starts: tuple[Any, ...] = starts.children


def described(form: LadderForm) -> str:
    """What a screen reader says of the balance."""
    found = re.search(r'role="img" aria-label="([^"]*)"', form.balance.value)
    assert found is not None
    return html.unescape(found[1])


def kept_texts(folder: Path) -> list[str]:
    kept = load_rewriting(folder, "payments").ladder
    assert kept is not None
    return [statement.text for statement in kept.statements]


def write_by_hand(folder: Path, *statements: Statement) -> None:
    (folder / "rewritten").mkdir(exist_ok=True)
    path = folder / "rewritten" / "payments.csv"
    write_ladder(Ladder(name="Ladder", statements=statements), path)


# ---- what is shown -----------------------------------------------------------------------------


def test_the_most_senior_level_is_shown_first_with_all_its_statements(
    open_form: Open, ladder: Ladder
) -> None:
    form = open_form()
    assert form.level.value == SENIOR
    assert len(form.rows.children) == len(ladder.at(SENIOR))
    for number, statement in enumerate(ladder.at(SENIOR)):
        assert html.escape(statement.text) in Row(form, number).told


def test_another_level_is_shown_when_it_is_chosen(open_form: Open, ladder: Ladder) -> None:
    form = open_form()
    form.level.value = JUNIOR
    assert len(form.rows.children) == len(ladder.at(JUNIOR))
    assert html.escape(ladder.at(JUNIOR)[0].text) in Row(form).told


def test_a_tag_comes_with_the_words_that_decided(open_form: Open) -> None:
    assert "because of: " in Row(open_form()).told


def test_words_of_the_ladder_are_text_and_never_markup(tmp_path: Path) -> None:
    statement = Statement(level="L1", text="Writes <img src=x onerror=alert(1)> code.")
    ladder = Ladder(name="L", statements=(statement,))
    form = LadderForm(tmp_path, "x", ladder, load_rewriting(tmp_path, "x"), Twin("On paper."))
    assert "<img" not in Row(form).told
    assert "&lt;img" in Row(form).told


# ---- what is kept ------------------------------------------------------------------------------


def test_a_corrected_tag_is_kept_and_there_in_a_new_form(
    open_form: Open, tmp_path: Path, ladder: Ladder
) -> None:
    form = open_form()
    assert Row(form).label.value != "validation"
    Row(form).label.value = "validation"
    assert "role='status'>Saved" in form.saved.value
    assert load_rewriting(tmp_path, "payments").labels == {ladder.at(SENIOR)[0].text: "validation"}
    assert Row(open_form()).label.value == "validation"


def test_a_text_is_kept_in_the_ladder_and_there_in_a_new_form(
    open_form: Open, tmp_path: Path, ladder: Ladder
) -> None:
    form = open_form()
    Row(form).text.value = WRITTEN
    assert "role='status'>Saved" in form.saved.value
    expected = [s.text for s in ladder.statements]
    expected[ladder.statements.index(ladder.at(SENIOR)[0])] = WRITTEN
    assert kept_texts(tmp_path) == expected
    assert Row(open_form()).text.value == WRITTEN


def test_a_new_form_keeps_what_was_written_in_an_earlier_one(
    open_form: Open, tmp_path: Path
) -> None:
    Row(open_form()).text.value = WRITTEN
    Row(open_form(), 1).text.value = "Asks what would have to be true."
    assert WRITTEN in kept_texts(tmp_path)
    assert "Asks what would have to be true." in kept_texts(tmp_path)


def test_what_is_written_survives_a_look_at_another_level(open_form: Open) -> None:
    form = open_form()
    Row(form).text.value = WRITTEN
    form.level.value = JUNIOR
    form.level.value = SENIOR
    assert Row(form).text.value == WRITTEN


def test_a_text_that_is_taken_back_says_again_what_the_ladder_said(
    open_form: Open, tmp_path: Path, ladder: Ladder
) -> None:
    Row(open_form()).text.value = WRITTEN
    Row(open_form()).text.value = ""
    assert kept_texts(tmp_path) == [statement.text for statement in ladder.statements]
    assert Row(open_form()).text.value == ""


def test_a_draft_is_taken_over_only_at_a_click(open_form: Open, tmp_path: Path) -> None:
    form = open_form()
    row = Row(form)
    assert row.starts != ()
    assert row.text.value == ""
    assert not (tmp_path / "rewritten").exists()
    row.starts[0].click()
    assert row.text.value == row.starts[0].tooltip
    assert row.text.value in kept_texts(tmp_path)


def test_a_save_that_fails_says_so_and_keeps_the_text(
    open_form: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        raise OSError(28, "No space left on device")

    form = open_form()
    with monkeypatch.context() as full_disk:
        full_disk.setattr(Path, "replace", refuse)
        Row(form).text.value = WRITTEN
    assert "role='alert'>Not saved: " in form.saved.value
    assert "No space left on device" in form.saved.value
    assert Row(form).text.value == WRITTEN
    form.level.value = JUNIOR
    form.level.value = SENIOR
    assert Row(form).text.value == WRITTEN


def test_a_folder_that_cannot_be_made_says_so_and_keeps_the_text(
    open_form: Open, tmp_path: Path
) -> None:
    form = open_form()
    (tmp_path / "rewritten").write_text("not a folder")
    Row(form).text.value = WRITTEN
    Row(form, 1).label.value = "other"
    assert "Not saved: " in form.saved.value
    assert Row(form).text.value == WRITTEN


def test_after_a_failed_save_the_next_one_keeps_everything(open_form: Open, tmp_path: Path) -> None:
    form = open_form()
    (tmp_path / "rewritten").write_text("not a folder")
    Row(form).text.value = WRITTEN
    (tmp_path / "rewritten").unlink()
    Row(form, 1).text.value = "Asks what would have to be true."
    assert "Saved" in form.saved.value
    assert WRITTEN in kept_texts(tmp_path)


# ---- a file that the team has edited -----------------------------------------------------------


def test_lines_that_the_team_added_by_hand_stay(
    open_form: Open, tmp_path: Path, ladder: Ladder
) -> None:
    added = Statement(level=SENIOR, heading="Checking", text="Samples what ships each week.")
    write_by_hand(tmp_path, *ladder.statements, added)
    Row(open_form()).text.value = WRITTEN
    assert {WRITTEN, added.text} <= set(kept_texts(tmp_path))
    assert len(kept_texts(tmp_path)) == len(ladder.statements) + 1


def test_a_line_that_the_team_dropped_stays_dropped_until_it_is_written_again(
    open_form: Open, tmp_path: Path, ladder: Ladder
) -> None:
    dropped = ladder.at(SENIOR)[0]
    write_by_hand(tmp_path, *(s for s in ladder.statements if s is not dropped))
    form = open_form()
    Row(form, 1).text.value = "Asks what would have to be true."
    assert len(kept_texts(tmp_path)) == len(ladder.statements) - 1
    Row(form).text.value = WRITTEN
    assert len(kept_texts(tmp_path)) == len(ladder.statements)
    assert {WRITTEN, "Asks what would have to be true."} <= set(kept_texts(tmp_path))
    assert dropped.text not in kept_texts(tmp_path)


# ---- the balance -------------------------------------------------------------------------------


def test_the_balance_moves_with_a_corrected_tag(open_form: Open) -> None:
    form = open_form()
    before = described(form)
    Row(form).label.value = "validation"
    assert described(form) != before
    assert "validation 1" in described(form).split(SENIOR)[1]


def test_the_balance_moves_with_what_is_written(open_form: Open) -> None:
    form = open_form()
    before = described(form)
    Row(form).text.value = "Reviews pull requests for edge cases and missing tests."
    assert described(form) != before


# ---- its two faces -----------------------------------------------------------------------------


def test_the_form_is_a_widget_with_its_twin_for_print_and_for_the_screen(open_form: Open) -> None:
    bundle = open_form()._repr_mimebundle_()
    assert "application/vnd.jupyter.widget-view+json" in bundle
    assert bundle["text/markdown"] == "On paper."
    assert "<p>On paper.</p>" in bundle["text/html"]


def test_every_field_says_what_it_is_for(open_form: Open) -> None:
    row = Row(open_form())
    assert isinstance(row.text, widgets.Textarea)
    assert all(field.description for field in (row.label, row.text, *row.starts))


def test_no_rows_are_built_while_rendering(
    open_form: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(RENDERING, "1")
    monkeypatch.setattr(LadderForm, "_show_level", lambda _: pytest.fail("rows were built"))
    assert open_form().rows.children == ()
    assert open_form()._repr_mimebundle_()["text/markdown"] == "On paper."
