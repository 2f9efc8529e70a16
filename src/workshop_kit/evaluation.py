"""How well the tagger agrees with somebody's labels."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from workshop_kit.errors import InputError, Problem
from workshop_kit.tagging import DIMENSIONS, tag


@dataclass(frozen=True)
class Evaluation:
    """Agreement figures, each between 0 and 1.

    `strict` counts the label alone, `defensible` also the labels that a careful reader could
    defend. `f1` is the F1 score of each dimension that occurs among the labels or the predictions
    (C. J. van Rijsbergen, 1979), `macro_f1` their mean over the dimensions that are labels.
    `confusion` counts (label, predicted).
    """

    count: int
    strict: float
    defensible: float
    macro_f1: float
    f1: dict[str, float]
    confusion: dict[tuple[str, str], int]

    def table(self) -> str:
        """The figures and the confusion matrix as plain text: labels down, predictions across."""
        head = (
            f"{self.count} statements · agreement {self.strict:.3f} strict, {self.defensible:.3f} "
            f"counting defensible labels · macro-F1 {self.macro_f1:.3f}"
        )
        width = max(map(len, DIMENSIONS))
        rows = [" " * width + "".join(f"{name[:7]:>9}" for name in DIMENSIONS) + "       F1"]
        for label in DIMENSIONS:
            cells = "".join(f"{self.confusion.get((label, p), 0):>9}" for p in DIMENSIONS)
            rows.append(f"{label:<{width}}{cells}{self.f1.get(label, 0.0):>9.3f}")
        return "\n".join([head, *rows])


def evaluate(
    labels: Sequence[str], also: Sequence[Sequence[str]], predicted: Sequence[str]
) -> Evaluation:
    """The figures for predictions beside labels; all three have the same length, at least 1."""
    confusion = Counter(zip(labels, predicted, strict=True))
    f1: dict[str, float] = {}
    for name in DIMENSIONS:
        right = confusion[name, name]
        missed = sum(n for (label, _), n in confusion.items() if label == name) - right
        wrong = sum(n for (_, guess), n in confusion.items() if guess == name) - right
        if right + missed + wrong:
            f1[name] = 2 * right / (2 * right + missed + wrong)
    present = [name for name in DIMENSIONS if name in set(labels)]
    rows = list(zip(labels, also, predicted, strict=True))
    return Evaluation(
        count=len(rows),
        strict=sum(label == guess for label, _, guess in rows) / len(rows),
        defensible=sum(guess == label or guess in more for label, more, guess in rows) / len(rows),
        macro_f1=sum(f1[name] for name in present) / len(present),
        f1=f1,
        confusion=dict(confusion),
    )


def evaluate_file(path: Path) -> Evaluation:
    """The tagger's figures on a CSV with columns statement, label, also_acceptable (may be absent).

    Raises InputError with every problem of the file.
    """
    rows = _rows(path)
    labels = {number: row["label"].strip() for number, row in rows.items()}
    also = {number: row.get("also_acceptable", "").split() for number, row in rows.items()}
    problems = [
        Problem(path.name, f"row {number}", f'"{label}" is not a dimension.', _CHOICE)
        for number in rows
        for label in [labels[number], *also[number]]
        if label not in DIMENSIONS
    ]
    if problems:
        raise InputError(problems)
    predicted = [tag(row["statement"]).dimension for row in rows.values()]
    return evaluate(list(labels.values()), list(also.values()), predicted)


_CHOICE = f"Take one of: {', '.join(DIMENSIONS)}."


def _rows(path: Path) -> dict[int, dict[str, str]]:
    """The rows that hold anything, by their number in a spreadsheet."""
    fix = "Give a CSV file with the columns statement, label and, if you like, also_acceptable."
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            head, *body = list(csv.reader(file)) or [[]]
    except OSError as error:
        raise InputError(
            [Problem(path.name, "", f"can't be read ({error.strerror}).", fix)]
        ) from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise InputError([Problem(path.name, "", "is not a CSV file in UTF-8.", fix)]) from error
    rows = {
        number: dict(zip(head, [*row, *[""] * len(head)], strict=False))
        for number, row in enumerate(body, 2)
        if any(row)
    }
    missing = {"statement", "label"} - set(head)
    if missing or not rows:
        what = (
            f"has no column {' and no column '.join(sorted(missing))}." if missing else "is empty."
        )
        raise InputError([Problem(path.name, "", what, fix)])
    return rows
