"""What a team made of its ladder: kept whole, read back the same, and never from elsewhere."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from workshop_kit.curriculum import DimensionSlug
from workshop_kit.errors import InputError, Problem
from workshop_kit.ladder import Ladder, Statement
from workshop_kit.ladder_files import WRITERS, write_ladder
from workshop_kit.rewritten import (
    DIMENSIONS,
    load_rewriting,
    put_back,
    read_rewriting,
    rewriting_files,
    save_labels,
    save_ladder,
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


def kept(folder: Path) -> list[str]:
    """The names of all that lies in the team's folder, hidden files too."""
    return sorted(path.name for path in (folder / "rewritten").iterdir())


def write_labels(folder: Path, *lines: str) -> None:
    (folder / "rewritten").mkdir(exist_ok=True)
    (folder / "rewritten" / "data.tags.csv").write_text("\n".join(lines), encoding="utf-8")


def problems_of(folder: Path) -> list[Problem]:
    return list(read_rewriting(folder, "data")[1])


def refuse(*_: Any, **__: Any) -> None:
    raise PermissionError(13, "Permission denied")


# ---- corrected tags ----------------------------------------------------------------------------


@given(
    st.dictionaries(
        st.text(min_size=1) | st.text("='+-@\t\r\n\", ab", min_size=1),
        st.sampled_from(DIMENSIONS),
    )
)
@example({'=HYPERLINK("http://example.org")': "other", "'=1": "judgment", "=1": "validation"})
@example({"'Owner' of a domain": "judgment", "''": "other", "statement": "other"})
@example({"- not a bullet": "other", "@here": "other", "+1": "other", "two\r\nlines\r": "other"})
def test_labels_read_back_the_same_for_any_statement(labels: dict[str, DimensionSlug]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        save_labels(Path(folder), "data", labels)
        assert load_rewriting(Path(folder), "data").labels == labels


def test_no_kept_statement_starts_a_formula(tmp_path: Path) -> None:
    save_labels(tmp_path, "data", {"=1+1": "other", "@sum": "other", "+2": "other", "-3": "other"})
    lines = (tmp_path / "rewritten" / "data.tags.csv").read_text(encoding="utf-8-sig").splitlines()
    assert lines == ["statement,label", "'=1+1,other", "'@sum,other", "'+2,other", "'-3,other"]


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
def test_a_rewritten_ladder_reads_back_and_stays_in_its_format(tmp_path: Path, suffix: str) -> None:
    (tmp_path / "rewritten").mkdir()
    write_ladder(LADDER, tmp_path / "rewritten" / f"data{suffix}")
    path = save_ladder(tmp_path, "data", with_texts(LADDER, {0: OTHER_TEXT}))
    assert path.name == f"data{suffix}"
    assert kept(tmp_path) == [path.name]
    assert texts(load_rewriting(tmp_path, "data").ladder) == [OTHER_TEXT, *texts(LADDER)[1:]]


def test_a_first_rewritten_ladder_is_markdown(tmp_path: Path) -> None:
    assert save_ladder(tmp_path, "data", LADDER) == tmp_path / "rewritten" / "data.md"


def test_before_anything_is_rewritten_there_is_nothing_and_no_problem(tmp_path: Path) -> None:
    rewriting, problems = read_rewriting(tmp_path, "data")
    assert (rewriting.ladder, rewriting.labels, problems) == (None, {}, ())


def test_a_teams_files_are_its_own(tmp_path: Path) -> None:
    save_ladder(tmp_path, "data", LADDER)
    save_labels(tmp_path, "data", {"Plans.": "other"})
    assert [path.name for path in rewriting_files(tmp_path, "data")] == ["data.md", "data.tags.csv"]
    assert rewriting_files(tmp_path, "dat") == ()


def test_several_rewritten_ladders_of_a_team_are_a_problem(tmp_path: Path) -> None:
    path = save_ladder(tmp_path, "data", LADDER)
    write_ladder(LADDER, path.with_suffix(".csv"))
    (problem,) = problems_of(tmp_path)
    assert problem.severity == "error"
    assert "data.md and data.csv" in problem.what


def test_a_link_out_of_the_folder_is_not_read(tmp_path: Path) -> None:
    event, outside = tmp_path / "event", tmp_path / "outside"
    event.mkdir()
    outside.mkdir()
    save_ladder(outside, "data", LADDER)
    save_labels(outside, "data", {"Plans.": "other"})
    (event / "rewritten").mkdir()
    for name in ("data.md", "data.tags.csv"):
        (event / "rewritten" / name).symlink_to(outside / "rewritten" / name)
    assert rewriting_files(event, "data") == ()
    assert read_rewriting(event, "data")[0].ladder is None


def test_nothing_is_written_through_a_link_out_of_the_folder(tmp_path: Path) -> None:
    event, outside = tmp_path / "event", tmp_path / "outside"
    event.mkdir()
    outside.mkdir()
    (event / "rewritten").symlink_to(outside)
    with pytest.raises(InputError, match="outside the event folder"):
        save_ladder(event, "data", LADDER)
    with pytest.raises(InputError, match="outside the event folder"):
        save_labels(event, "data", {"Plans.": "other"})
    assert list(outside.iterdir()) == []


# ---- a folder that can't be written ------------------------------------------------------------


def test_labels_that_cannot_be_kept_leave_those_that_were_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save_labels(tmp_path, "data", {"Plans.": "other"})
    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(InputError, match=r"rewritten/data.tags.csv: .*Permission denied"):
        save_labels(tmp_path, "data", {"Plans.": "judgment"})
    assert kept(tmp_path) == ["data.tags.csv"]
    assert load_rewriting(tmp_path, "data").labels == {"Plans.": "other"}


def test_a_ladder_that_cannot_be_kept_leaves_the_one_that_was_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save_ladder(tmp_path, "data", LADDER)
    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(InputError, match="Permission denied"):
        save_ladder(tmp_path, "data", with_texts(LADDER, {0: OTHER_TEXT}))
    assert kept(tmp_path) == ["data.md"]
    assert texts(load_rewriting(tmp_path, "data").ladder) == texts(LADDER)


def test_a_folder_that_cannot_be_made_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Path, "mkdir", refuse)
    with pytest.raises(InputError, match="Permission denied"):
        save_ladder(tmp_path, "data", LADDER)
    with pytest.raises(InputError, match="Permission denied"):
        save_labels(tmp_path, "data", {"Plans.": "other"})


def test_an_event_folder_that_is_gone_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="rewritten: It can't be written"):
        save_labels(tmp_path / "moved", "data", {"Plans.": "other"})


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
