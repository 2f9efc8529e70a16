"""The command line for answers: out to other programs, and a survey's answers in."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from workshop_kit.cli_event import EventDir, read_event
from workshop_kit.terminal import count, list_problems, say, warn


def export(
    folder: EventDir,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="FOLDER", help="Where to put it. [default: DIR/export]"),
    ] = None,
    history: Annotated[
        bool, typer.Option("--history", help="Every revision, not only the latest answer.")
    ] = False,
) -> None:
    """Write all answers as CSV, JSON and Parquet.

    They are confidential: mind where they go.
    """
    from workshop_kit.exchange import export_answers

    exported = export_answers(
        read_event(folder, answers=True), out or folder / "export", history=history
    )
    for note in exported.notes:
        warn(f"note   {note}")
    what = "revision" if history else "answer"
    say(f"Wrote {count(exported.answers, what)}")
    for path in exported.files:
        say(f"  {path}")


def import_(
    folder: EventDir,
    survey: Annotated[
        Path, typer.Argument(metavar="SURVEY", help="The survey's answers, .xlsx or .csv.")
    ],
    mapping: Annotated[
        Path, typer.Option("--mapping", metavar="FILE", help="Which column answers which question.")
    ],
) -> None:
    """Read in a survey's answers, of Microsoft or Google Forms.

    All of them, or none.
    """
    from workshop_kit.exchange import import_survey

    imported = import_survey(read_event(folder, answers=True), survey, mapping)
    list_problems(imported.notes)
    same = f" · {imported.same} there already" if imported.same else ""
    say(f"Read {count(imported.rows, 'row')} · saved {count(imported.answers, 'answer')}{same}")
    if imported.overtook:
        stood = f"{count(imported.overtook, 'answer')} of a form stood there before"
        say(f"{stood}; to see both: workshop-kit export {folder} --history")
