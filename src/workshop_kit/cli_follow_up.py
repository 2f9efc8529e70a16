"""The command line for the weeks after: every leader's pages, and reminders for their calendars."""

from __future__ import annotations

import typer

from workshop_kit.cli_event import EventDir, Jobs, Out, Teams, read_event
from workshop_kit.terminal import FAILED, INTERRUPTED, count, say, warn


def follow_up(folder: EventDir, team: Teams = None, out: Out = None, jobs: Jobs = None) -> None:
    """Make the pages for after 30, 60 and 90 days, and reminders for calendars.

    What else was rendered is brought up to date as well.
    """
    from workshop_kit.reminders import write_reminders
    from workshop_kit.run import FOLLOW_UP, render

    event = read_event(folder, answers=True)
    target = out or folder / "out"
    try:
        report = render(event, target, teams=team or (), jobs=jobs, follow_up=True)
    except KeyboardInterrupt:
        warn("Stopped. What is finished is kept; run the same command to go on.")
        raise typer.Exit(INTERRUPTED) from None
    calendars, remarks = write_reminders(event, target, team or ())
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
