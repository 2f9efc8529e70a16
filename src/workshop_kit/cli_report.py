"""The command line for the sponsor's report."""

from __future__ import annotations

from typing import Annotated

import typer

from workshop_kit.cli_event import EventDir, Out, read_event, written
from workshop_kit.terminal import say


def report(
    folder: EventDir,
    release: Annotated[
        bool, typer.Option("--release", help="Fix the figures for good, then write the report.")
    ] = False,
    out: Out = None,
) -> None:
    """Write the sponsor's report: figures over all teams, fixed once.

    The first time, it says what it would hold, and waits for --release.
    """
    from workshop_kit.report import preview, release_figures, released_figures, write_report
    from workshop_kit.store import open_store

    event = read_event(folder, answers=True)
    with open_store(event.path, event.event.database) as store:
        if release:
            release_figures(event, store)
        elif released_figures(store) is None:
            for sentence in preview(event, store):
                say(sentence)
            say()
            say(
                "The figures are counted once, and then stay as they are, whatever is answered later."
            )
            say(f"When everybody has finished: workshop-kit report {folder} --release")
            return
    written(write_report, event, out or folder / "out")
