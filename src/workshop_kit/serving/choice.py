"""What somebody asked to open: found, or every problem at once."""

from __future__ import annotations

import datetime
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from workshop_kit.content import TeamRow, kit_folder, read_event_files
from workshop_kit.content.names import quoted
from workshop_kit.content.yaml_words import did_you_mean
from workshop_kit.errors import InputError, Problem
from workshop_kit.event import Event
from workshop_kit.expiry import refuse_expired

PARTICIPANT = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")
_SHIPPED = "[0-9][0-9]-*.ipynb"
FOLLOW_UP = "follow-up"  # a folder of workshops
LIVE = "live"  # what the facilitator opens, in the place of an activity


@dataclass(frozen=True)
class PageOpening:
    """One activity's notebook for one team, in words and in paths.

    The live view is of the whole event: its `team` is empty, and `team_name` the event's.
    """

    notebook: Path
    event_dir: Path
    event: str
    team: str
    team_name: str
    language: str
    participant: str = "leader"


@dataclass(frozen=True)
class LabOpening:
    """An event's notebooks: `folder` is where they are, `team` a slug, or empty for all of them."""

    folder: Path
    event: str
    team: str = ""

    def notebooks(self) -> list[Path]:
        """The rendered notebooks, team by team, those of the day before the exercises."""
        team = self.team or "*"
        found = [*self.folder.glob(f"{team}/{_SHIPPED}"), *self.folder.glob(f"{team}/*/{_SHIPPED}")]
        # JupyterLab, opened by other means, leaves copies in .ipynb_checkpoints.
        return sorted(path for path in found if not path.parent.name.startswith("."))


def choose_activity(
    activity: str,
    event_dir: Path | None,
    team: str | None = None,
    *,
    facilitated: bool = False,
    participant: str = "leader",
) -> PageOpening:
    """The notebook to open. Raises InputError with every problem, not only the first.

    Without `event_dir` it is the current folder; without `team` the only one there is. The activity
    `LIVE` is the facilitator's view of the whole event, and has no team.
    """
    problems: list[Problem] = []
    if activity == LIVE:
        return _live(event_dir, problems)
    notebook = _notebook(activity, facilitated, problems)
    if not PARTICIPANT.fullmatch(participant):
        fix = "Write letters, digits, dots and hyphens, such as p07, at most 40 of them."
        problems.append(Problem("--participant", "", f"{quoted(participant)} is no code.", fix))
    folder = event_dir or Path()
    found = _event_and_team(event_dir, team, problems)
    if problems or notebook is None or found is None:
        raise InputError(problems)
    event, chosen = found
    return PageOpening(
        notebook=notebook,
        event_dir=folder.resolve(),
        event=event.name,
        team=chosen.slug,
        team_name=chosen.team.name if chosen.team else chosen.slug,
        language=event.language,
        participant=participant,
    )


def choose_folder(event_dir: Path | None, out: Path | None, team: str | None) -> LabOpening:
    """The folder of rendered notebooks to open, whether or not they are there yet.

    Raises InputError with every problem; a team must be one of the event's.
    """
    problems: list[Problem] = []
    folder = event_dir or Path()
    files = _event_files(event_dir, "workshop-kit lab spring-offsite", problems)
    if files is not None and team is not None:
        _choose_team(files[1], team, problems)
    if problems or files is None:
        raise InputError(problems)
    return LabOpening((out or folder / "out").resolve(), files[0].name, team or "")


def _live(event_dir: Path | None, problems: list[Problem]) -> PageOpening:
    files = _event_files(event_dir, "--event spring-offsite", problems)
    if files is None:
        raise InputError(problems)
    return PageOpening(
        notebook=kit_folder("facilitator") / "live.ipynb",
        event_dir=(event_dir or Path()).resolve(),
        event=files[0].name,
        team="",
        team_name=files[0].name,
        language=files[0].language,
    )


def _notebook(activity: str, facilitated: bool, problems: list[Problem]) -> Path | None:
    here = _by_slug("workshops" if facilitated else "exercises")
    after = _follow_ups()
    if activity in here or activity in after:
        return (here | after)[activity]
    other = _by_slug("exercises" if facilitated else "workshops")
    if activity in other:
        kind = "facilitated" if facilitated else "self-paced"
        fix = "Leave --facilitated out." if facilitated else "Open it with --facilitated."
        problems.append(Problem(activity, "", f"There is no {kind} notebook of it.", fix))
        return None
    known = [*(here or other), *after, LIVE]
    near = did_you_mean(activity, known)
    there = f"The activities are: {', '.join(known)}."
    problems.append(
        Problem(
            "ACTIVITY", "", f"There is no activity {quoted(activity)}.", f"{near} {there}".strip()
        )
    )
    return None


def _by_slug(folder: str) -> dict[str, Path]:
    name = "workshops" if folder == "workshops" else "exercises"
    paths = sorted(kit_folder(name).glob(_SHIPPED))  # type: ignore[arg-type]
    return {path.stem.partition("-")[2]: path for path in paths}


def _follow_ups() -> dict[str, Path]:
    """The pages for after 30, 60 and 90 days, by what one asks for: follow-up-30 and so on."""
    paths = sorted((kit_folder("workshops") / FOLLOW_UP).glob("[0-9][0-9]-days.ipynb"))
    return {f"{FOLLOW_UP}-{path.stem.partition('-')[0]}": path for path in paths}


def _event_and_team(
    event_dir: Path | None, slug: str | None, problems: list[Problem]
) -> tuple[Event, TeamRow] | None:
    files = _event_files(event_dir, "--event spring-offsite", problems)
    if files is None:
        return None
    event, rows = files
    row = _choose_team(rows, slug, problems)
    if row is None:
        return None
    return event, row


def _event_files(
    event_dir: Path | None, example: str, problems: list[Problem]
) -> tuple[Event, Sequence[TeamRow]] | None:
    folder = event_dir or Path()
    if event_dir is None and not (folder / "event.yaml").exists():
        fix = f"Name the event folder, such as: {example}"
        problems.append(Problem(str(folder), "", "This folder is no event folder.", fix))
        return None
    files = read_event_files(folder)
    errors = [problem for problem in files.problems if problem.severity == "error"]
    problems += errors
    if errors or files.event is None:
        return None
    refuse_expired(files.event, datetime.date.today())
    return files.event, files.rows


def _choose_team(
    rows: Sequence[TeamRow], slug: str | None, problems: list[Problem]
) -> TeamRow | None:
    slugs = [row.slug for row in rows]
    there = f"The teams are: {', '.join(slugs)}."
    if slug is None:
        if len(rows) == 1:
            return rows[0]
        what = "This event has more than one team." if rows else "This event has no team yet."
        fix = f"Name one with --team. {there}" if rows else "Write a row for it."
        problems.append(Problem("teams.csv", "", what, fix))
        return None
    for row in rows:
        if row.slug == slug:
            return row
    near = did_you_mean(slug, slugs)
    problems.append(
        Problem("teams.csv", "", f"There is no team {quoted(slug)}.", f"{near} {there}".strip())
    )
    return None
