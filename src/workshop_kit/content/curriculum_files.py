"""The curriculum's YAML files → one Curriculum."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import get_args

from pydantic import RootModel, ValidationError

from workshop_kit.content.folders import PACKAGE
from workshop_kit.content.own_yaml import read_own_yaml
from workshop_kit.content.yaml_file import M
from workshop_kit.content.yaml_words import explain
from workshop_kit.curriculum import (
    Activity,
    Afterwards,
    Charter,
    Curriculum,
    Dimension,
    DimensionSlug,
    Form,
    OwnWords,
    Pattern,
    Rule,
    Stage,
    StageSlug,
)
from workshop_kit.errors import InputError, Problem


class _Stages(RootModel[tuple[Stage, ...]]):
    pass


class _Dimensions(RootModel[tuple[Dimension, ...]]):
    pass


class _Rules(RootModel[tuple[Rule, ...]]):
    pass


class _Patterns(RootModel[tuple[Pattern, ...]]):
    pass


@cache
def load_curriculum() -> Curriculum:
    """The kit's own curriculum, read once a process; raises InputError with file and line."""
    return read_curriculum(PACKAGE / "curriculum")


@cache
def load_own_words() -> OwnWords:
    """The rules for what leaders write in their own words; raises InputError with file and line."""
    return load_part("own_words.yaml", OwnWords)


def load_part(file: str, model: type[M]) -> M:
    """One file of the kit's own curriculum that stands for itself; raises InputError with its lines."""
    part, problems = read_own_yaml(PACKAGE / "curriculum" / file, model, PACKAGE)
    if part is None:
        raise InputError(problems)
    return part


def read_curriculum(folder: Path) -> Curriculum:
    """The curriculum that stands in a folder; raises InputError with every problem in it."""
    problems: list[Problem] = []

    def read(path: Path, model: type[M]) -> M | None:
        value, found = read_own_yaml(path, model, folder.parent)
        problems.extend(found)
        return value

    stages = read(folder / "stages.yaml", _Stages)
    dimensions = read(folder / "dimensions.yaml", _Dimensions)
    charter = read(folder / "charter.yaml", Charter)
    rules = read(folder / "lint.yaml", _Rules)
    patterns = read(folder / "patterns.yaml", _Patterns)
    afterwards = read(folder / "follow_up.yaml", Afterwards)
    activities: list[Activity] = []
    for path in sorted((folder / "activities").glob("*.yaml")):
        if activity := read(path, Activity):
            activities.append(activity)
            problems += _check_activity(activity, path, f"{folder.name}/activities/{path.name}")
    if stages:
        known = {signal.id for stage in stages.root for signal in stage.signals}
        for activity in activities:
            problems += _check_signals(activity, known, folder.name)
        slugs: list[str] = [stage.slug for stage in stages.root]
        problems += _check_order(slugs, get_args(StageSlug), f"{folder.name}/stages.yaml")
    if dimensions:
        slugs = [dimension.slug for dimension in dimensions.root]
        problems += _check_order(slugs, get_args(DimensionSlug), f"{folder.name}/dimensions.yaml")
    if rules:
        problems += _check_unique([r.id for r in rules.root], f"{folder.name}/lint.yaml")
    if patterns:
        problems += _check_unique([p.id for p in patterns.root], f"{folder.name}/patterns.yaml")
    if afterwards:
        problems += _check_again(afterwards, activities, f"{folder.name}/follow_up.yaml")
    if problems or not (stages and dimensions and charter and rules and patterns and afterwards):
        raise InputError(problems)
    try:
        return Curriculum(
            stages=stages.root,
            dimensions=dimensions.root,
            activities=tuple(activities),
            charter=charter,
            rules=rules.root,
            patterns=patterns.root,
            afterwards=afterwards,
        )
    except ValidationError as error:
        raise InputError(explain(error, Curriculum, folder.name, {}, {})) from error


def _check_order(slugs: Sequence[str], wanted: Sequence[str], file: str) -> Iterator[Problem]:
    if tuple(slugs) != tuple(wanted):
        what = f"The entries are {', '.join(slugs)}."
        yield Problem(file, "", what, f"They must be, in this order: {', '.join(wanted)}.")


def _check_unique(ids: Sequence[str], file: str) -> Iterator[Problem]:
    for twice in sorted({name for name in ids if ids.count(name) > 1}):
        yield Problem(file, "", f'The id "{twice}" stands twice.', "Give each its own.")


def _check_signals(activity: Activity, known: set[str], folder: str) -> Iterator[Problem]:
    """The examples of signals that no stage has."""
    file = f"{folder}/activities/{activity.slug}.yaml"
    asked = [question for form in activity.forms for question in form.questions]
    fields = [f for question in asked if question.kind == "people" for f in question.fields]
    for question in [*asked, *fields]:
        if question.kind == "signals" and not question.signals:
            for name in sorted({s.signal for s in question.example} - known):
                what = f'The example of "{question.id}" names the signal "{name}".'
                yield Problem(file, "key forms", what, "No stage in stages.yaml has it.")


def _check_again(
    afterwards: Afterwards, activities: Sequence[Activity], file: str
) -> Iterator[Problem]:
    """The forms that a look back asks again and that are not there, or are there twice."""
    mapping = [form for a in activities if a.slug == "stage-mapping" for form in a.forms]
    known = {form.id: _ids(form) for form in mapping}
    for look_back in afterwards.look_backs:
        own = {name for form in look_back.forms for name in (form.id, *_ids(form))}
        for name in look_back.again:
            if name not in known:
                what = f'{look_back.slug} asks the form "{name}" again.'
                yield Problem(file, "key look_backs", what, "stage-mapping has no such form.")
            elif twice := sorted(own & {name, *known[name]}):
                what = f"{look_back.slug} has the id {', '.join(twice)} twice."
                yield Problem(file, "key look_backs", what, "Give its own form another one.")


def _ids(form: Form) -> list[str]:
    return [question.id for question in form.questions]


def _check_activity(activity: Activity, path: Path, file: str) -> Iterator[Problem]:
    if path.stem != activity.slug:
        what = f'The slug is "{activity.slug}", the file\'s name is not.'
        yield Problem(file, "key slug", what, f"Rename the file to {activity.slug}.yaml.")
    steps = sum(step.minutes for step in activity.steps)
    if steps != activity.minutes:
        what = f"The phases take {activity.minutes} minutes, the steps {steps}."
        yield Problem(file, "key steps", what, "Make both sums the same.")
