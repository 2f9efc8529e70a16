"""What every command on an event folder begins with: the folder read, or every problem of it."""

from __future__ import annotations

import datetime
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.progress import BarColumn, TextColumn
from rich.progress import Progress as Bar

from workshop_kit.errors import InputError, Problem
from workshop_kit.terminal import count, err_console, say, warn

if TYPE_CHECKING:
    from workshop_kit.event import EventFolder
    from workshop_kit.run import Progress

SECONDS_BETWEEN_LINES = 60.0  # where nobody watches: in a log, in a pipe
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
EventAddress = Annotated[
    str, typer.Argument(metavar="DIR", help="The event folder, or its URL for a cluster.")
]
OutAddress = Annotated[
    str | None,
    typer.Option("--out", metavar="DIR", help="Where to put it all, or a URL. [default: DIR/out]"),
]
Cluster = Annotated[
    str | None,
    typer.Option(
        "--cluster",
        metavar="ADDRESS",
        help='Workers of Dask: tls://HOST:8786, or "local" for this machine.',
    ),
]
WithoutTLS = Annotated[
    bool,
    typer.Option("--cluster-without-tls", help="Also where anybody on the network can listen."),
]


def refuse_urls(*addresses: str) -> None:
    """Raises InputError where one of them is a URL: only a cluster's workers have no folder in common."""
    if urls := [address for address in addresses if "://" in address]:
        what, fix = "is a URL.", "Add --cluster local, or the address of a cluster."
        raise InputError([Problem(url, "", what, fix) for url in urls[:1]])


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


@contextmanager
def shown_progress() -> Iterator[Callable[[Progress], None]]:
    """Shows how far a run is: one line on a terminal, now and then a line in a log; failures at once."""
    with Bar(
        TextColumn("Rendering"),
        BarColumn(20),
        TextColumn("{task.description}"),
        console=err_console,
        transient=True,
        disable=not err_console.is_terminal,
    ) as bar:
        task = bar.add_task("", total=None)
        next_line = time.monotonic() + SECONDS_BETWEEN_LINES

        def show(moment: Progress) -> None:
            nonlocal next_line
            if moment.failure:
                warn(f"failed  {moment.failure}")
            told = in_words(moment)
            bar.update(task, description=told, completed=moment.done, total=moment.total)
            if not err_console.is_terminal and time.monotonic() >= next_line:
                next_line = time.monotonic() + SECONDS_BETWEEN_LINES
                warn(f"Rendering  {told}")

        yield show


def in_words(moment: Progress) -> str:
    """How far it is, such as "12 of 42 · 2 of 6 teams · about 3 min left · 410 MB"."""
    told = [f"{moment.done} of {moment.total}"]
    if moment.teams:
        told.append(f"{moment.teams_done} of {count(moment.teams, 'team')}")
    if moment.seconds_left is not None and moment.done < moment.total:
        told.append(_left(moment.seconds_left))
    if moment.memory:
        told.append(megabytes(moment.memory))
    return " · ".join(told)


def _left(seconds: float) -> str:
    if seconds < 50:
        return "less than a minute left"
    minutes = round(seconds / 60)
    return f"about {minutes} min left" if minutes < 90 else f"about {round(minutes / 60)} h left"


def megabytes(size: int) -> str:
    """A size in words, such as "410 MB"."""
    return f"{round(size / 1_000_000)} MB"
