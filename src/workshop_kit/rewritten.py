"""What a team made of its ladder, in the event folder: the rewritten ladder, and corrected tags.

```
rewritten/<team>.md            the ladder as the team rewrote it; also .csv, .xlsx, .docx
rewritten/<team>.tags.csv      statement,label: where the team disagrees with the tagger
```
"""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import get_args

from workshop_kit.content import is_inside
from workshop_kit.curriculum import DimensionSlug
from workshop_kit.errors import InputError, Problem
from workshop_kit.ladder import Ladder, Statement
from workshop_kit.ladder_files import WRITERS, read_ladder
from workshop_kit.tagging import Tag, tag

FOLDER = "rewritten"
HEAD = ["statement", "label"]
DIMENSIONS: tuple[DimensionSlug, ...] = get_args(DimensionSlug)
_FORMULA = re.compile(r"'*[=+\-@\t\r]")
_QUOTE = re.compile(r"^'(?='*[=+\-@\t\r])")  # what `_quoted` put there, and nothing else


@dataclass(frozen=True)
class Rewriting:
    """A team's own version: the `ladder`, where there is one, and `labels` by a statement's text."""

    ladder: Ladder | None = None
    labels: Mapping[str, DimensionSlug] = field(default_factory=dict)


def rewriting_files(folder: Path, team: str) -> tuple[Path, ...]:
    """The files that hold a team's rewriting, in the event folder; none before it began."""
    names = [f"{team}{suffix}" for suffix in (*WRITERS, ".tags.csv")]
    paths = (folder / FOLDER / name for name in names)
    return tuple(path for path in paths if path.is_file() and is_inside(folder, path))


def read_rewriting(folder: Path, team: str) -> tuple[Rewriting, tuple[Problem, ...]]:
    """A team's rewriting and every problem of its files."""
    ladder: Ladder | None = None
    labels: dict[str, DimensionSlug] = {}
    problems: list[Problem] = []
    ladders = []
    for path in rewriting_files(folder, team):
        if path.name.endswith(".tags.csv"):
            labels, found = _read_labels(path, folder)
        else:
            ladders.append(path)
            ladder, found = read_ladder(path, folder)
        problems += found
    if len(ladders) > 1:
        names = " and ".join(path.name for path in ladders)
        what = f"There are several rewritten ladders of one team: {names}."
        problems.append(Problem(FOLDER, "", what, "Keep one of them."))
    return Rewriting(ladder, labels), tuple(problems)


def load_rewriting(folder: Path, team: str) -> Rewriting:
    """A team's rewriting; raises InputError with every problem when there is an error."""
    rewriting, problems = read_rewriting(folder, team)
    if any(problem.severity == "error" for problem in problems):
        raise InputError(problems)
    return rewriting


def tags_of(ladder: Ladder, labels: Mapping[str, DimensionSlug]) -> tuple[Tag, ...]:
    """A tag for each statement; a label that the team gave counts, and needs no reason."""
    return tuple(
        Tag(dimension=labels[s.text]) if s.text in labels else tag(s.text, s.heading)
        for s in ladder.statements
    )


def with_texts(ladder: Ladder, texts: Mapping[int, str]) -> Ladder:
    """The ladder with other texts for some statements, by their place in it; empty ones are left."""
    statements = tuple(
        Statement(level=s.level, heading=s.heading, text=texts[index], place=s.place)
        if texts.get(index, "").strip()
        else s
        for index, s in enumerate(ladder.statements)
    )
    return Ladder(name=ladder.name, statements=statements)


def put_back(ladder: Ladder, statement: Statement) -> tuple[Ladder, int]:
    """The ladder with one more statement, the last of its level, and the statement's place in it."""
    same = [i for i, other in enumerate(ladder.statements) if other.level == statement.level]
    index = same[-1] + 1 if same else len(ladder.statements)
    statements = (*ladder.statements[:index], statement, *ladder.statements[index:])
    return Ladder(name=ladder.name, statements=statements), index


def _read_labels(path: Path, folder: Path) -> tuple[dict[str, DimensionSlug], tuple[Problem, ...]]:
    name = path.relative_to(folder).as_posix()
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.reader(file, strict=True))
    except (OSError, UnicodeDecodeError, csv.Error):
        fix = "Delete it; the tags that the kit suggests are then used."
        return {}, (Problem(name, "", "The file can't be read.", fix),)
    labels: dict[str, DimensionSlug] = {}
    problems = []
    for number, row in enumerate(rows, 1):
        label = next((d for d in DIMENSIONS if row[1:2] == [d]), None)
        if label:
            labels[_QUOTE.sub("", row[0])] = label
        elif any(row) and (number, row[:2]) != (1, HEAD):
            fix = f"Write the statement, and one of: {', '.join(DIMENSIONS)}."
            problems.append(Problem(name, f"row {number}", "The label is not a dimension.", fix))
    return labels, tuple(problems)
