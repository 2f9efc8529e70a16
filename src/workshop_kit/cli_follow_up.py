"""The command line for the weeks after: every leader's pages, and reminders for their calendars."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Annotated

import typer

from workshop_kit.terminal import (
    FAILED,
    INTERRUPTED,
    WRONG_INPUT,
    count,
    list_problems,
    say,
    warn,
)


def follow_up(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The event folder.")],
    team: Annotated[
        list[str] | None,
        typer.Option("--team", metavar="SLUG", help="Only this team; repeat it for more."),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="DIR", help="Where to put it all. [default: DIR/out]"),
    ] = None,
    jobs: Annotated[
        int | None, typer.Option("--jobs", min=1, help="Processes at once. [default: one a core]")
    ] = None,
) -> None:
    """Make the pages for after 30, 60 and 90 days, and reminders for calendars.

    What else was rendered is brought up to date as well.
    """
    from workshop_kit.checks import check_event
    from workshop_kit.expiry import refuse_expired
    from workshop_kit.reminders import write_reminders
    from workshop_kit.run import FOLLOW_UP, render

    checked = check_event(folder)
    list_problems(checked.errors)
    if checked.folder is None or checked.errors:
        warn("Nothing was made.")
        raise typer.Exit(WRONG_INPUT)
    refuse_expired(checked.folder.event, datetime.date.today())
    target = out or folder / "out"
    try:
        report = render(checked.folder, target, teams=team or (), jobs=jobs, follow_up=True)
    except KeyboardInterrupt:
        warn("Stopped. What is finished is kept; run the same command to go on.")
        raise typer.Exit(INTERRUPTED) from None
    calendars, remarks = write_reminders(checked.folder, target, team or ())
    for remark in (*report.remarks, *remarks):
        warn(f"note  {remark}")
    for failure in report.failures:
        warn(f"failed  {failure}")
    unchanged = f" · {count(report.current, 'PDF')} up to date" if report.current else ""
    say(
        f"Made {count(report.notebooks, 'notebook')} · {count(report.pdfs, 'PDF')} · "
        f"{count(len(calendars), 'calendar')} · {len(report.failures)} failed{unchanged}"
    )
    say(f"Each team’s pages and its calendar  {target / 'TEAM' / FOLLOW_UP}")
    say(f"Your own calendar  {calendars[-1]}")
    say(f"Open  {report.index}")
    if report.failures:
        raise typer.Exit(FAILED)
