"""The command line for the end: people's answers removed, and said what went and what stays."""

from __future__ import annotations

import datetime
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from workshop_kit.cli_event import EventDir
from workshop_kit.terminal import FAILED, INTERRUPTED, WRONG_INPUT, count, say, warn

if TYPE_CHECKING:
    from workshop_kit.purge import Found

FILES_SHOWN = 6
FOREIGN_SHOWN = 40


def purge(
    folder: EventDir,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="DIR", help="Where it was rendered. [default: DIR/out]"),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Remove it all without asking.")] = False,
) -> None:
    """Remove what people answered, for good.

    Says first what would be removed, asks, and writes DIR/purged.txt afterwards.
    """
    from workshop_kit.purge import look
    from workshop_kit.purge import purge as purge_event

    found = look(folder, out)
    if found.is_empty:
        lines = ["There is nothing to remove.", *_foreign(found)]
    else:
        lines = list(_announcement(found))
    for line in lines:
        say(line)
    if not (found.is_empty or yes):
        _ask()
    try:
        purged = purge_event(folder, out, datetime.date.today())
    except KeyboardInterrupt:
        warn("Stopped. What is removed is gone; run the same command again for the rest.")
        raise typer.Exit(INTERRUPTED) from None
    if purged.account:
        say()
        for line in purged.lines:
            say(line)
        say()
        say(f"All of this is in {purged.account}")
    for failure in purged.failures:
        warn(f"failed  {failure}")
    if purged.failures:
        raise typer.Exit(FAILED)


def _ask() -> None:
    if not sys.stdin.isatty():
        warn("Nothing was removed: there is nobody to ask. To remove it without being asked: --yes")
        raise typer.Exit(WRONG_INPUT)
    try:
        answer = typer.prompt(
            "This can't be undone. To remove it, type yes", default="", show_default=False
        )
    except typer.Abort:
        answer = ""
    if answer.strip().lower() != "yes":
        warn("Nothing was removed.")
        raise typer.Exit(WRONG_INPUT)


def _announcement(found: Found) -> Iterator[str]:
    from workshop_kit.event import written_date
    from workshop_kit.expiry import days_left
    from workshop_kit.purge import ANSWERS
    from workshop_kit.purge.account import counted, staying

    expired = False
    if event := found.event:
        left = days_left(event, datetime.date.today())
        expired = left < 0
        until = "were to be" if expired else "are"
        more = "" if expired else f", {count(left, 'more day')}"
        yield f"{event.name}, {written_date(event.date)}"
        yield f"People's answers {until} kept until {written_date(event.expires)}{more}."
    if not expired:
        yield (
            "To keep something of them, export it to another place first:"
            f" workshop-kit export {found.folder} --out FOLDER"
        )
    yield "Close all pages and JupyterLab before you go on."
    yield ""
    yield "To be removed for good:"
    if found.answers:
        yield f"  {counted(ANSWERS, found.answers)}"
        for place in found.places:
            yield f"    {place.where[0].lower()}{place.where[1:]}"
    for kind, paths in found.goes.items():
        yield f"  {counted(kind, len(paths))}"
        yield f"    {_listed(paths, found.folder)}"
    for trouble in found.troubles:
        yield f"Can't be looked into: {trouble}"
    yield ""
    yield "To stay:"
    for line in (*staying(found), *_foreign(found)):
        yield f"  {line}"
    yield ""


def _listed(paths: Sequence[Path], folder: Path) -> str:
    """The files, or where there are many the folders that they are in."""
    named = [path.relative_to(folder) if path.is_relative_to(folder) else path for path in paths]
    if len(paths) <= FILES_SHOWN:
        return ", ".join(map(str, named))
    return "in " + ", ".join(map(str, dict.fromkeys(path.parent for path in named)))


def _foreign(found: Found) -> Iterator[str]:
    if found.foreign:
        yield "Not written by the kit; look whether there are answers in it:"
        for path in found.foreign[:FOREIGN_SHOWN]:
            yield f"  {path}"
        if (more := len(found.foreign) - FOREIGN_SHOWN) > 0:
            yield f"  and {more} more"
