"""What every command on an event folder begins with: the folder read, or every problem of it."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from workshop_kit.errors import InputError, Problem
from workshop_kit.terminal import say, warn

if TYPE_CHECKING:
    from workshop_kit.event import EventFolder

EventDir = Annotated[Path, typer.Argument(metavar="DIR", help="The event folder.")]
Out = Annotated[
    Path | None,
    typer.Option("--out", metavar="DIR", help="Where to put it all. [default: DIR/out]"),
]
Teams = Annotated[
    list[str] | None,
    typer.Option("--team", metavar="SLUG", help="Only this team; repeat it for more."),
]
Jobs = Annotated[
    int | None, typer.Option("--jobs", min=1, help="Processes at once. [default: one a core]")
]


def read_event(folder: Path, *, answers: bool = False) -> EventFolder:
    """The event folder, without errors; `answers` where people's answers will be shown or kept.

    Raises InputError with every error, or when the answers have expired.
    """
    from workshop_kit.checks import check_event, check_limits
    from workshop_kit.expiry import refuse_expired

    checked = check_event(folder)
    errors = checked.errors or (check_limits(checked.folder) if checked.folder else ())
    if checked.folder is None or errors:
        raise InputError(errors)
    if answers:
        refuse_expired(checked.folder.event, datetime.date.today())
    return checked.folder


def written(
    write: Callable[[EventFolder, Path], tuple[Sequence[Path], Sequence[str]]],
    event: EventFolder,
    out: Path,
) -> None:
    """Writes papers and says which. Raises InputError where the system refuses a file."""
    from workshop_kit.content.folders import reason

    try:
        paths, remarks = write(event, out)
    except OSError as error:
        what = f"It can't be written ({reason(error)})."
        fix = "Close it where it is open, or name another folder with --out."
        raise InputError([Problem(str(error.filename or out), "", what, fix)]) from error
    for remark in remarks:
        warn(f"note   {remark}")
    for path in paths:
        # Pages in a folder of their own are reached from its first one.
        if path.parent == out / "facilitator" or path.name == "index.html":
            say(f"Wrote {path}")
