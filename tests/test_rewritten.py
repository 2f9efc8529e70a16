"""What a team brings of its own ladder: read as it is, and never from elsewhere."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workshop_kit.errors import InputError, Problem
from workshop_kit.ladder import Ladder, Statement
from workshop_kit.ladder_files import WRITERS, write_ladder
from workshop_kit.rewritten import (
    load_rewriting,
    put_back,
    read_rewriting,
    rewriting_files,
    tags_of,
    with_texts,
)
from workshop_kit.tagging import Tag, tag

LADDER = Ladder(
    name="Ladder",
    statements=(
        Statement(level="Engineer", heading="Craft", text="Writes code that passes review."),
        Statement(level="Engineer", heading="Craft", text="Finishes a described task."),
        Statement(level="Senior engineer", heading="Craft", text="Decides what is not built."),
    ),
)
OTHER_TEXT = "Reviews what others have written."


def texts(ladder: Ladder | None) -> list[str]:
    assert ladder is not None
    return [statement.text for statement in ladder.statements]


def write_labels(folder: Path, *lines: str) -> None:
    (folder / "rewritten").mkdir(exist_ok=True)
    (folder / "rewritten" / "data.tags.csv").write_text("\n".join(lines), encoding="utf-8")


def write_own_ladder(folder: Path, suffix: str = ".md") -> None:
    (folder / "rewritten").mkdir(exist_ok=True)
    write_ladder(LADDER, folder / "rewritten" / f"data{suffix}")


def problems_of(folder: Path) -> list[Problem]:
    return list(read_rewriting(folder, "data")[1])


# ---- corrected tags ----------------------------------------------------------------------------


def test_a_statement_that_a_spreadsheet_would_take_for_a_formula_is_read_without_its_quote(
    tmp_path: Path,
) -> None:
    write_labels(tmp_path, "statement,label", "'=1+1,other", "'@sum,other", "''=2,judgment")
    assert load_rewriting(tmp_path, "data").labels == {
        "=1+1": "other",
        "@sum": "other",
        "'=2": "judgment",
    }


def test_a_statement_in_quotes_that_somebody_typed_is_read_as_it_is(tmp_path: Path) -> None:
    write_labels(tmp_path, "statement,label", "'Owner' of a domain,judgment")
    assert load_rewriting(tmp_path, "data").labels == {"'Owner' of a domain": "judgment"}


def test_labels_may_come_without_a_row_of_headings(tmp_path: Path) -> None:
    write_labels(tmp_path, "Plans.,orchestration", "Sings.,other")
    assert load_rewriting(tmp_path, "data").labels == {"Plans.": "orchestration", "Sings.": "other"}


@pytest.mark.parametrize("head", ["statement,label", "Plans.,orchestration"])
def test_a_bad_label_is_named_with_its_row(tmp_path: Path, head: str) -> None:
    write_labels(tmp_path, head, "Writes.,coding", "", "Sings.,other", "Reviews.")
    found = problems_of(tmp_path)
    assert [problem.place for problem in found] == ["row 2", "row 5"]
    assert {problem.file for problem in found} == {"rewritten/data.tags.csv"}
    with pytest.raises(InputError, match="orchestration"):
        load_rewriting(tmp_path, "data")


@given(st.binary())
def test_any_bytes_give_labels_or_a_problem(raw: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "rewritten").mkdir()
        (Path(folder) / "rewritten" / "data.tags.csv").write_bytes(raw)
        rewriting, problems = read_rewriting(Path(folder), "data")
        assert rewriting.labels or problems or not raw.strip(b'\xef\xbb\xbf\r\n," ')


def test_a_label_that_the_team_gave_counts_wherever_the_statement_stands() -> None:
    first, second, third = tags_of(LADDER, {LADDER.statements[0].text: "validation"})
    assert first == Tag(dimension="validation")
    assert [second, third] == [tag(s.text, s.heading) for s in LADDER.statements[1:]]


# ---- the rewritten ladder ----------------------------------------------------------------------


@pytest.mark.parametrize("suffix", WRITERS)
def test_a_rewritten_ladder_is_read_in_any_format_that_the_kit_writes(
    tmp_path: Path, suffix: str
) -> None:
    write_own_ladder(tmp_path, suffix)
    assert texts(load_rewriting(tmp_path, "data").ladder) == texts(LADDER)


def test_before_anything_is_rewritten_there_is_nothing_and_no_problem(tmp_path: Path) -> None:
    rewriting, problems = read_rewriting(tmp_path, "data")
    assert (rewriting.ladder, rewriting.labels, problems) == (None, {}, ())


def test_a_teams_files_are_its_own(tmp_path: Path) -> None:
    write_own_ladder(tmp_path)
    write_labels(tmp_path, "Plans.,other")
    assert [path.name for path in rewriting_files(tmp_path, "data")] == ["data.md", "data.tags.csv"]
    assert rewriting_files(tmp_path, "dat") == ()


def test_several_rewritten_ladders_of_a_team_are_a_problem(tmp_path: Path) -> None:
    write_own_ladder(tmp_path)
    write_own_ladder(tmp_path, ".csv")
    (problem,) = problems_of(tmp_path)
    assert problem.severity == "error"
    assert "data.md and data.csv" in problem.what


def test_a_link_out_of_the_folder_is_not_read(tmp_path: Path) -> None:
    event, outside = tmp_path / "event", tmp_path / "outside"
    event.mkdir()
    outside.mkdir()
    write_own_ladder(outside)
    write_labels(outside, "Plans.,other")
    (event / "rewritten").mkdir()
    for name in ("data.md", "data.tags.csv"):
        (event / "rewritten" / name).symlink_to(outside / "rewritten" / name)
    assert rewriting_files(event, "data") == ()
    assert read_rewriting(event, "data")[0].ladder is None


# ---- changing texts ----------------------------------------------------------------------------


def test_texts_take_the_place_of_statements_and_nothing_else_changes() -> None:
    changed = with_texts(LADDER, {0: OTHER_TEXT, 2: "Says what is left out."})
    assert texts(changed) == [OTHER_TEXT, texts(LADDER)[1], "Says what is left out."]
    assert [(s.level, s.heading) for s in changed.statements] == [
        (s.level, s.heading) for s in LADDER.statements
    ]


@pytest.mark.parametrize("blank", ["", "  ", "\n\t"])
def test_an_empty_text_leaves_the_statement_as_it_is(blank: str) -> None:
    assert with_texts(LADDER, {1: blank}) == LADDER


def test_a_statement_is_put_back_at_the_end_of_its_level() -> None:
    statement = Statement(level="Engineer", text=OTHER_TEXT)
    ladder, place = put_back(LADDER, statement)
    assert place == 2
    assert texts(ladder) == [*texts(LADDER)[:2], OTHER_TEXT, texts(LADDER)[2]]


def test_a_statement_of_a_level_that_is_gone_is_put_back_at_the_end() -> None:
    ladder, place = put_back(LADDER, Statement(level="Intern", text=OTHER_TEXT))
    assert (place, ladder.levels) == (3, ("Engineer", "Senior engineer", "Intern"))
