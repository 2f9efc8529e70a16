"""`workshop-kit open` and `workshop-kit lab`: pages in the browser, until Ctrl-C."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from workshop_kit.terminal import FAILED, say, warn

if TYPE_CHECKING:
    from workshop_kit.serving import Address, Lab, Page

Team = Annotated[
    str | None, typer.Option("--team", metavar="SLUG", help="Whose. [default: the only team]")
]
NoBrowser = Annotated[
    bool, typer.Option("--no-browser", help="Open no browser; say which file opens the page.")
]
Port = Annotated[
    int,
    typer.Option(
        "--port",
        min=0,
        max=65535,
        help="The port on this machine. [default: a free one]",
        show_default=False,
    ),
]


def register(app: typer.Typer, render: Callable[..., None]) -> None:
    """Adds the commands to `app`; `render` is its command of that name, which `lab` calls first."""

    @app.command("open")
    def open_(
        activity: Annotated[
            str, typer.Argument(help="The activity, such as stage-mapping; follow-up-30; live.")
        ],
        event: Annotated[
            Path | None,
            typer.Option("--event", metavar="DIR", help="The event folder. [default: this folder]"),
        ] = None,
        team: Team = None,
        facilitated: Annotated[
            bool,
            typer.Option(
                "--facilitated", help="The notebook of the workshop, not the self-paced one."
            ),
        ] = False,
        participant: Annotated[
            str, typer.Option("--participant", metavar="CODE", help="Whose answers they are.")
        ] = "leader",
        no_browser: NoBrowser = False,
        port: Port = 0,
    ) -> None:
        """Open an activity as a page in the browser: forms and prose, no code.

        "open live" opens the facilitator's view of the whole event: the clock, the plan, the room.
        """
        from workshop_kit.serving import Page, choose_activity

        opening = choose_activity(
            activity, event, team, facilitated=facilitated, participant=participant
        )
        _serve(Page(opening), no_browser, port)

    @app.command("lab")
    def lab(
        folder: Annotated[
            Path | None,
            typer.Argument(
                metavar="[DIR]", help="The event folder. [default: this folder]", show_default=False
            ),
        ] = None,
        team: Annotated[
            str | None, typer.Option("--team", metavar="SLUG", help="Only this team's notebooks.")
        ] = None,
        out: Annotated[
            Path | None,
            typer.Option(
                "--out", metavar="DIR", help="Where the notebooks are. [default: DIR/out]"
            ),
        ] = None,
        no_browser: NoBrowser = False,
        port: Port = 0,
    ) -> None:
        """Open an event's notebooks in JupyterLab.

        Renders them first where there are none.
        """
        from workshop_kit.serving import Lab, choose_folder

        opening = choose_folder(folder, out, team)
        if not opening.notebooks():
            say("There are no notebooks yet; rendering them first.")
            try:
                render(str(folder or Path()), [team] if team else None, str(opening.folder))
            except typer.Exit as end:
                if end.exit_code != FAILED or not opening.notebooks():
                    raise
        _serve(Lab(opening), no_browser, port)


def _serve(what: Page | Lab, no_browser: bool, port: int) -> None:
    from workshop_kit.serving import scratch_folder, serve

    _log_plainly()
    try:
        with scratch_folder() as scratch:
            serve(what, scratch, lambda address: _announce(what, address, no_browser), port)
    except KeyboardInterrupt:  # Windows; elsewhere `serve` comes back by itself
        pass
    say("Stopped.")


def _announce(what: Page | Lab, address: Address, no_browser: bool) -> None:
    say(what.title)
    say(f"It is at {address.url} on this machine, for you alone.")
    say("To stop it, press Ctrl-C here.")
    if no_browser:
        say(f"To open it, open this file in a browser: {address.file}")
    else:
        threading.Thread(target=_open, args=(address,), daemon=True).start()


def _open(address: Address) -> None:
    from workshop_kit.serving import open_in_browser

    if not open_in_browser(address):
        warn(f"No browser was found. Open this file in one: {address.file}")


class _Plainly(logging.Handler):
    """A line for each error, without its traceback and without the noise of libraries."""

    def emit(self, record: logging.LogRecord) -> None:
        error = record.exc_info[1] if record.exc_info else None
        reason = f" ({type(error).__name__}: {error})" if error else ""
        first = (record.getMessage().strip().splitlines() or [""])[0]
        warn(f"note  {first}{reason}"[:400])


def _log_plainly() -> None:
    root = logging.getLogger()
    root.handlers[:] = [_Plainly(logging.ERROR)]
