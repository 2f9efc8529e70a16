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
    (folder / "stages.yaml").unlink()
    files = {problem.file for problem in problems_of(folder)}
    assert files == {"curriculum/charter.yaml", "curriculum/stages.yaml"}


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


def test_an_example_signal_that_no_stage_has_is_refused(folder: Path) -> None:
    edit(
        folder / "activities" / "stage-mapping.yaml",
        "signal: rewrites-passing-change",
        "signal: hums",
    )
    (problem,) = problems_of(folder)
    assert (problem.file, problem.place) == (
        "curriculum/activities/stage-mapping.yaml",
        "key forms",
    )
    assert problem.what == 'The example of "own-signals" names the signal "hums".'


def test_an_example_signal_of_a_person_is_looked_for_too(folder: Path) -> None:
    people = load_curriculum().activity("stage-mapping").form("team").questions[0]
    (seen,) = [field for field in people.fields if field.kind == "signals"]
    signal = seen.example[0].signal
    path = folder / "activities" / "stage-mapping.yaml"
    own, others = path.read_text(encoding="utf-8").split("kind: people")
    others = others.replace(f"signal: {signal}\n", "signal: hums\n", 1)
    path.write_text(f"{own}kind: people{others}", encoding="utf-8")
    (problem,) = problems_of(folder)
    assert problem.what == f'The example of "{seen.id}" names the signal "hums".'


def test_a_signal_that_leaves_the_stages_is_missed_by_the_examples(folder: Path) -> None:
    edit(folder / "stages.yaml", "id: rewrites-passing-change", "id: rewrites-any-change")
    files = {problem.file for problem in problems_of(folder)}
    assert files == {"curriculum/activities/stage-mapping.yaml"}


def test_an_example_that_chooses_what_is_not_there_is_refused(folder: Path) -> None:
    edit(folder / "activities" / "naming-the-transition.yaml", "[outside-engineering]", "[nobody]")
    (problem,) = problems_of(folder)
    assert problem.file == "curriculum/activities/naming-the-transition.yaml"
    assert "there is no nobody" in problem.what


def test_with_fewer_than_six_activities_it_is_refused(folder: Path) -> None:
    (folder / "activities" / "lead-by-example.yaml").unlink()
    (problem,) = problems_of(folder)
    assert problem.place == "key activities"
    assert problem.fix == "Write at least 6."
