"""The curriculum's files are read whole, and their faults are named with file and line."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

import workshop_kit.curriculum
from workshop_kit.content import load_curriculum, read_curriculum
from workshop_kit.errors import InputError, Problem

SHIPPED = Path(workshop_kit.curriculum.__file__).parent


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SHIPPED, tmp_path / "curriculum"))


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def problems_of(folder: Path) -> tuple[Problem, ...]:
    with pytest.raises(InputError) as caught:
        read_curriculum(folder)
    return caught.value.problems


def test_the_shipped_curriculum_is_read_once() -> None:
    assert load_curriculum() is load_curriculum()
    assert load_curriculum().stages[0].slug == "dismissal"


def test_a_wrong_key_is_named_with_file_and_line(folder: Path) -> None:
    edit(folder / "charter.yaml", "title:", "titel:")
    problems = problems_of(folder)
    assert problems[0].file == "curriculum/charter.yaml"
    assert "line" in problems[0].place
    assert 'Did you mean "title"?' in [problem.fix for problem in problems]


def test_faults_of_several_files_come_at_once(folder: Path) -> None:
    edit(folder / "charter.yaml", "title:", "titel:")
    (folder / "cards.yaml").unlink()
    files = {problem.file for problem in problems_of(folder)}
    assert files == {"curriculum/charter.yaml", "curriculum/cards.yaml"}


def test_stages_out_of_order_are_refused(folder: Path) -> None:
    path = folder / "stages.yaml"
    first, *others = path.read_text(encoding="utf-8").split("- slug: ")[1:]
    path.write_text("".join(f"- slug: {text}\n" for text in [*others, first]), encoding="utf-8")
    (problem,) = problems_of(folder)
    assert problem.file == "curriculum/stages.yaml"
    assert "dismissal, augmentation" in problem.fix


def test_an_activity_in_a_file_of_another_name_is_refused(folder: Path) -> None:
    (folder / "activities" / "stage-mapping.yaml").rename(folder / "activities" / "mapping.yaml")
    (problem,) = problems_of(folder)
    assert problem.file == "curriculum/activities/mapping.yaml"
    assert problem.fix == "Rename the file to stage-mapping.yaml."


def test_minutes_of_steps_and_phases_must_agree(folder: Path) -> None:
    path = folder / "activities" / "stage-mapping.yaml"
    text = path.read_text(encoding="utf-8")
    start = text.index("minutes: ", text.index("steps:"))
    end = text.index("\n", start)
    path.write_text(text[:start] + "minutes: 59" + text[end:], encoding="utf-8")
    (problem,) = problems_of(folder)
    assert problem.place == "key steps"
    assert "minutes, the steps" in problem.what


def test_too_few_activities_are_refused(folder: Path) -> None:
    (folder / "activities" / "stage-mapping.yaml").unlink()
    assert problems_of(folder)[0].place == "key activities"
