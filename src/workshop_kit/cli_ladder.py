"""`workshop-kit ladder …`: read a career ladder, see what it pays for, lint, compare, convert."""

from __future__ import annotations

import csv
import enum
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from workshop_kit.terminal import WRONG_INPUT, count, list_problems, say, warn

if TYPE_CHECKING:
    from workshop_kit.comparison import Change
    from workshop_kit.ladder import Ladder, Statement
    from workshop_kit.linting import Finding
    from workshop_kit.tagging import Tag

TAG_COLUMNS = ("level", "dimension", "statement", "label", "confidence", "second", "phrases")
LINT_COLUMNS = ("rule", "level", "statement", "why", "evidence")
COMPARE_COLUMNS = (
    "change", "level_before", "statement_before", "level_after", "statement_after", "likeness",
)  # fmt: skip

app = typer.Typer(
    help="Read a career ladder as it is: show, tag, lint, compare, convert.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


class Form(enum.StrEnum):
    """A form for other programs, on standard output."""

    csv = "csv"
    json = "json"


LadderFile = Annotated[Path, typer.Argument(metavar="FILE", help="The ladder, as it is.")]
To = Annotated[
    Form | None, typer.Option("--to", help="For other programs, on standard output: csv or json.")
]


@app.command()
def show(file: LadderFile) -> None:
    """What was read of a ladder, level by level, and what was not."""
    ladder = _read(file)
    say(_summary(ladder))
    for level in ladder.levels:
        say()
        say(level or "(no level)")
        for statement in ladder.at(level):
            say(f"  {_told(statement)}")
    _list_skipped(ladder)


@app.command()
def tag(file: LadderFile, to: To = None) -> None:
    """What each statement rewards, and the balance of each level."""
    from workshop_kit.comparison import coverage

    ladder = _read(file)
    tags = _tags(ladder)
    if to:
        pairs = zip(ladder.statements, tags, strict=True)
        _write(to, TAG_COLUMNS, [_tagged(*pair) for pair in pairs])
        return _list_skipped(ladder)
    say(_summary(ladder))
    for level, rows in coverage(ladder, tags).groupby("level", sort=False):
        say()
        say(str(level) or "(no level)")
        for row in rows[rows["statements"] > 0].itertuples():
            bar = "▇" * max(1, round(20 * row.share))
            say(f"  {row.dimension:14} {bar:<20} {row.share:4.0%}  ({row.statements})")
    _list_skipped(ladder)
    return None


@app.command()
def lint(file: LadderFile, to: To = None) -> None:
    """What a ladder rewards without meaning to, with the reason and a better example for each rule."""
    from workshop_kit.content import load_curriculum
    from workshop_kit.linting import lint as lint_ladder

    ladder = _read(file)
    findings = lint_ladder(ladder, _tags(ladder))
    if to:
        return _write(to, LINT_COLUMNS, [_found(finding) for finding in findings])
    for rule in load_curriculum().rules:
        mine = [found for found in findings if found.rule == rule.id]
        if not mine:
            continue
        say(f"{rule.title}  [{rule.id}]")
        say(f"  {rule.reason}")
        for found in mine:
            where = f"{found.statement.place}, " if found.statement else ""
            told = f": {found.statement.text}" if found.statement else ""
            say(f"  - {where}{found.level}{told}")
            say(f"    {found.why}")
        say(f"  Rather: {rule.better}")
        say()
    say(f"{count(len(findings), 'finding')} in {count(len(ladder.statements), 'statement')}.")
    return None


@app.command()
def compare(
    before: Annotated[Path, typer.Argument(metavar="BEFORE", help="The ladder as it was.")],
    after: Annotated[Path, typer.Argument(metavar="AFTER", help="The ladder as it is now.")],
    to: To = None,
) -> None:
    """What changed between two ladders, and what each pays for."""
    from workshop_kit import comparison

    old, new = _read(before), _read(after)
    changes = comparison.compare(old, new)
    if to:
        return _write(to, COMPARE_COLUMNS, [_changed(change) for change in changes])
    old_tags, new_tags = _tags(old), _tags(new)
    say(comparison.verdict(old, old_tags, new, new_tags))
    say()
    say(f"{'':16}before   after")
    for dimension in dict.fromkeys(comparison.coverage(old, old_tags)["dimension"]):
        was = comparison.share(old_tags, dimension)
        now = comparison.share(new_tags, dimension)
        say(f"{dimension:16}{was:6.0%}  {now:6.0%}")
    for kind in ("reworded", "moved", "new", "gone"):
        mine = [change for change in changes if change.kind == kind]
        if mine:
            say()
            say(f"{kind.capitalize()} ({len(mine)})")
        for change in mine:
            for sign, statement in (("-", change.before), ("+", change.after)):
                if statement:
                    say(f"  {sign} {statement.level}: {statement.text}")
    return None


@app.command()
def convert(
    file: LadderFile,
    target: Annotated[
        Path, typer.Argument(metavar="TARGET", help="A new .md, .csv, .xlsx or .docx file.")
    ],
) -> None:
    """Write a ladder in another format; it reads back as the same ladder."""
    from workshop_kit.errors import InputError, Problem
    from workshop_kit.ladder_files import write_ladder

    ladder = _read(file)
    if target.exists():
        fix = "Name a new file."
        raise InputError([Problem(str(target), "", "is there already.", fix)])
    write_ladder(ladder, target)
    say(f"Wrote {target}: {count(len(ladder.statements), 'statement')}")
    _list_skipped(ladder)


@app.command()
def evaluate(
    labelled: Annotated[
        Path,
        typer.Argument(
            metavar="LABELLED.csv", help="Columns statement, label and perhaps also_acceptable."
        ),
    ],
) -> None:
    """How well the tagger agrees with labels given by hand: figures and a confusion matrix."""
    from workshop_kit.evaluation import evaluate_file

    say(evaluate_file(labelled).table())


def _read(file: Path) -> Ladder:
    from workshop_kit.errors import InputError, Problem
    from workshop_kit.ladder_files import read_ladder

    if not file.is_file():
        raise InputError([Problem(str(file), "", "There is no such file.", "Check the name.")])
    ladder, problems = read_ladder(file, file.parent)
    list_problems(problems)
    if ladder is None:
        raise typer.Exit(WRONG_INPUT)
    return ladder


def _tags(ladder: Ladder) -> list[Tag]:
    from workshop_kit.tagging import tag as tag_statement

    return [tag_statement(s.text, s.heading) for s in ladder.statements]


def _summary(ladder: Ladder) -> str:
    parts = [count(len(ladder.levels), "level")]
    if ladder.headings:
        parts.append(count(len(ladder.headings), "dimension"))
    parts.append(count(len(ladder.statements), "statement"))
    if ladder.skipped:
        parts.append(f"{count(len(ladder.skipped), 'place')} not read as statements (listed below)")
    return " · ".join(parts)


def _list_skipped(ladder: Ladder) -> None:
    if ladder.skipped:
        warn("\nNot read as statements:")
    for skipped in ladder.skipped:
        warn(f"  {skipped.place}: {skipped.reason}: {skipped.text}")


def _told(statement: Statement) -> str:
    return f"{statement.heading}: {statement.text}" if statement.heading else statement.text


def _tagged(statement: Statement, tag: Tag) -> tuple[Any, ...]:
    told = (statement.level, statement.heading, statement.text)
    return (*told, tag.dimension, tag.confidence, tag.second or "", tag.phrases)


def _found(finding: Finding) -> tuple[Any, ...]:
    text = finding.statement.text if finding.statement else ""
    return finding.rule, finding.level, text, finding.why, finding.evidence


def _changed(change: Change) -> tuple[Any, ...]:
    sides = [(s.level, s.text) if s else ("", "") for s in (change.before, change.after)]
    return change.kind, *sides[0], *sides[1], round(change.likeness, 3)


def _write(form: Form, columns: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None:
    """Rows as JSON, or as CSV in which no cell starts a formula."""
    if form is Form.json:
        objects = [dict(zip(columns, row, strict=True)) for row in rows]
        sys.stdout.write(json.dumps(objects, ensure_ascii=False, indent=1) + "\n")
    else:
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows([_cell(value) for value in row] for row in rows)


def _cell(value: Any) -> Any:
    """A spreadsheet takes text that starts with one of these for a formula (CWE-1236)."""
    if isinstance(value, tuple):
        value = "; ".join(value)
    starts_formula = isinstance(value, str) and value.startswith(("=", "+", "-", "@", "\t", "\r"))
    return f"'{value}" if starts_formula else value
