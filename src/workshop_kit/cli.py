"""The command line: parse, call, print. Errors become messages and exit codes.

0 all well · 1 some jobs failed, the rest are done · 2 the input is wrong and nothing was started.
"""

from __future__ import annotations

import datetime
import functools
import importlib.metadata
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from workshop_kit.cli_answers import export, import_
from workshop_kit.cli_conversation import app as conversation_app
from workshop_kit.cli_day import facilitator, run_sheet
from workshop_kit.cli_event import (
    Cluster,
    EventAddress,
    EventDir,
    Jobs,
    OutAddress,
    Teams,
    WithoutTLS,
    megabytes,
    refuse_urls,
    shown_progress,
)
from workshop_kit.cli_follow_up import follow_up
from workshop_kit.cli_ladder import app as ladder_app
from workshop_kit.cli_open import register as register_open
from workshop_kit.cli_purge import purge
from workshop_kit.cli_report import report
from workshop_kit.errors import InputError, StoreError, WorkshopKitError
from workshop_kit.terminal import (
    FAILED,
    INTERRUPTED,
    WRONG_INPUT,
    count,
    list_problems,
    say,
    warn,
)

if TYPE_CHECKING:
    from workshop_kit.event import EventFolder
    from workshop_kit.run import Progress, Report

app = typer.Typer(
    help="Half-day workshops for engineering leaders: notebooks to work in, handouts to print.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.add_typer(ladder_app, name="ladder")
app.add_typer(conversation_app, name="conversation")


@app.command()
def new(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The folder to make.")],
) -> None:
    """Make a new event folder, with comments that say what to fill in."""
    from workshop_kit.content import scaffold_event

    written = scaffold_event(folder, folder.resolve().name, today=datetime.date.today())
    say(f"Made {folder}")
    for path in written:
        say(f"  {path.relative_to(folder) if path.is_absolute() is folder.is_absolute() else path}")
    say(
        f"Next: fill in {folder / 'teams.csv'} and {folder / 'event.yaml'}, put your ladder into "
        f"{folder / 'ladders'}, then run: workshop-kit check {folder}"
    )


@app.command()
def check(folder: EventDir) -> None:
    """Read an event folder and report every problem at once."""
    from workshop_kit.checks import check_answers, check_event
    from workshop_kit.content import load_conversations
    from workshop_kit.expiry import is_expired

    checked = check_event(folder)
    answers = check_answers(checked.folder) if checked.folder else ()
    problems = (*checked.problems, *answers)
    list_problems(problems)
    if checked.folder is None or any(problem.severity == "error" for problem in problems):
        raise typer.Exit(WRONG_INPUT)
    read = [count(len(checked.folder.teams), "team"), count(len(checked.folder.ladders), "ladder")]
    kits = load_conversations()
    if own := sum(script not in kits for script in checked.folder.conversations):
        read.append(f"{count(own, 'conversation')} of its own")
    expired = is_expired(checked.folder.event, datetime.date.today())
    ready = "Past its last day, so nothing is rendered." if expired else "Ready to render."
    say(f"{checked.folder.event.name}: {', '.join(read)}. {ready}")


@app.command()
def render(
    folder: EventAddress,
    team: Teams = None,
    out: OutAddress = None,
    jobs: Jobs = None,
    exercises: Annotated[
        bool, typer.Option("--exercises", help="Also the exercises that leaders do alone.")
    ] = False,
    cluster: Cluster = None,
    cluster_without_tls: WithoutTLS = False,
) -> None:
    """Render every team's notebooks and PDF handouts."""
    from workshop_kit.run import server

    if cluster in (None, "local"):
        server.begin()  # it imports what the workers need while the event is read here
    out = out or (f"{folder.rstrip('/')}/out" if "://" in folder else str(Path(folder) / "out"))
    if cluster is None:
        refuse_urls(folder, out)
        _render(Path(folder), folder, functools.partial(_render_here, out, team, jobs, exercises))
        return
    from workshop_kit.cluster import fetched, render_on_cluster

    with fetched(folder, out) as at_hand:
        by_cluster = functools.partial(
            render_on_cluster,
            out=out,
            address=cluster,
            event=folder,
            tls=not cluster_without_tls,
            teams=team or (),
            processes=jobs,
            exercises=exercises,
        )
        _render(at_hand, folder, by_cluster, out if "://" in out else "")


def _render_here(
    out: str,
    team: list[str] | None,
    jobs: int | None,
    exercises: bool,
    folder: EventFolder,
    progress: Callable[[Progress], None],
) -> Report:
    from workshop_kit.run import render as render_event

    return render_event(
        folder, Path(out), teams=team or (), jobs=jobs, exercises=exercises, progress=progress
    )


def _render(
    folder: Path, address: str, render_event: Callable[..., Report], out_url: str = ""
) -> None:
    from workshop_kit.checks import check_event, check_limits
    from workshop_kit.expiry import refuse_expired

    checked = check_event(folder)
    errors = checked.errors or (check_limits(checked.folder) if checked.folder else ())
    list_problems(errors)
    if checked.folder is None or errors:
        warn("Nothing was rendered.")
        raise typer.Exit(WRONG_INPUT)
    refuse_expired(checked.folder.event, datetime.date.today())
    if checked.notes:
        told = f"{count(len(checked.notes), 'note')} on the input; to read: workshop-kit check {address}"
        warn(told)
    try:
        with shown_progress() as progress:
            report = render_event(
                folder=checked.folder,
                progress=progress,
            )
    except KeyboardInterrupt:
        warn("Stopped. What is finished is kept; run the same command to go on.")
        raise typer.Exit(INTERRUPTED) from None
    for remark in report.remarks:
        warn(f"note  {remark}")
    if report.notebooks or report.pdfs:
        warn(f"It took {_cost(report)}.")
    unchanged = f" · {count(report.current, 'PDF')} up to date" if report.current else ""
    say(
        f"Rendered {count(report.teams, 'team')} · {count(report.notebooks, 'notebook')} · "
        f"{count(report.pdfs, 'PDF')} · {len(report.failures)} failed{unchanged}"
        f"        out of {address}"
    )
    say(f"Open  {out_url.rstrip('/')}/{report.index}" if out_url else f"Open  {report.index}")
    if report.failures:
        raise typer.Exit(FAILED)


def _cost(report: Report) -> str:
    """How long it took, and the most memory of all its processes."""
    seconds = report.seconds
    told = f"{seconds:.0f} s" if seconds < 100 else f"{seconds / 60:.0f} min"
    most = f" and at most {megabytes(report.peak_memory)}" if report.peak_memory else ""
    return told + most


register_open(app, render)
app.command("run-sheet")(run_sheet)
app.command()(facilitator)
app.command()(report)
app.command("follow-up")(follow_up)
app.command()(export)
app.command("import")(import_)
app.command()(purge)


@app.callback(invoke_without_command=True)
def _version(
    version: Annotated[bool, typer.Option("--version", help="Say which version this is.")] = False,
) -> None:
    if version:
        say(f"workshop-kit {importlib.metadata.version('workshop-kit')}")
        raise typer.Exit


def main() -> None:
    """Runs the command line; every error of the kit becomes a message and an exit code."""
    try:
        app()
    except InputError as error:
        list_problems(error.problems)
        sys.exit(WRONG_INPUT)
    except StoreError as error:
        warn(str(error))
        sys.exit(WRONG_INPUT)
    except WorkshopKitError as error:
        warn(str(error))
        sys.exit(FAILED)
