"""What has to be rendered for an event, and the fingerprint of everything each job depends on."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal
from urllib.parse import unquote

from workshop_kit import markup
from workshop_kit.content import kit_folder
from workshop_kit.curriculum import Conversation, filled, look_back_days
from workshop_kit.curriculum.conversation import TRIO_ROLES
from workshop_kit.event import EventFolder
from workshop_kit.event_sheet import event_sheet
from workshop_kit.rewritten import rewriting_files
from workshop_kit.run.fingerprints import (
    code_fingerprint,
    curriculum_digests,
    digest,
    printing_fingerprint,
)
from workshop_kit.run.reading import Reads, reads_of

HANDOUT = "handout"
EXERCISES: Literal["exercises"] = "exercises"
FOLLOW_UP: Literal["follow-up"] = "follow-up"
CONVERSATIONS = "conversations"  # a folder beside those of the teams; no team's slug


@dataclass(frozen=True)
class Job:
    """One team's notebook, or its whole handout (`notebook` is None); or cards for the whole event.

    `series` is the folder inside the team's own: none for the day's notebooks, "exercises" for
    those that one does alone, "follow-up" for those of the weeks after the event. Cards have the
    series "conversations" and no team: those of `script`, or the role cards.

    `inputs` is a SHA-256 over all that the result depends on, but for what only printing it depends
    on: that is `printed`. With `keeps_notebook` the notebook that is there is only printed again.

    `folder` is where it goes; `event_dir` is the event folder, `event_shown` what the notebook says
    of it; `sheet` is what stands around the page.
    """

    team: str
    name: str
    notebook: Path | None
    folder: Path
    event_dir: Path
    event_shown: str
    inputs: str
    sheet: dict[str, Any]
    printed: str = ""
    welcome: str = ""
    parts: tuple[str, ...] = ()
    series: str = ""
    script: Conversation | None = None
    keeps_notebook: bool = False

    @property
    def key(self) -> str:
        """How the manifest and the messages call it, such as `payments/02-stage-mapping`."""
        return "/".join(part for part in (self.team, self.series, self.name) if part)

    @property
    def files(self) -> tuple[str, ...]:
        """The names of the files it makes, in `folder`."""
        suffixes = (".ipynb", ".pdf") if self.notebook else (".pdf",)
        return tuple(self.name + suffix for suffix in suffixes)


def shipped_notebooks(
    kind: Literal["workshops", "exercises", "follow-up"] = "workshops",
) -> tuple[Path, ...]:
    """The notebooks that come with the kit, in order: of "workshops", "exercises" or "follow-up"."""
    folder = kit_folder("workshops") / FOLLOW_UP if kind == FOLLOW_UP else kit_folder(kind)
    return tuple(sorted(folder.glob("[0-9][0-9]-*.ipynb")))


def days_of(notebook: Path) -> int:
    """After how many days a notebook of the follow-up is due: `30-days.ipynb` after 30."""
    return int(notebook.stem.partition("-")[0])


def plan(
    folder: EventFolder,
    out: Path,
    notebooks: Sequence[Path],
    exercises: Sequence[Path],
    answers: Mapping[str, str],
    follow_up: Sequence[Path] = (),
) -> tuple[Job, ...]:
    """Every job of the event, team by team: its notebooks, its handout, exercises, then follow-up.

    A look back that would come after the answers have expired is left out. `answers` maps
    `team/activity` to a digest of what the team's leader has answered there.
    """
    due = look_back_days(folder.event.date, folder.event.expires)
    after = [path for path in follow_up if days_of(path) in due]
    series = [*((EXERCISES, path) for path in exercises), *((FOLLOW_UP, path) for path in after)]
    sources = {path: _Source.of(path) for path in (*notebooks, *exercises, *after)}
    shown = {
        name: _seen_from(folder.path, out / "team" / name) for name in ("", EXERCISES, FOLLOW_UP)
    }
    greeting: list[str | bytes] = [folder.event.welcome, *_welcome_pictures(folder)]
    scripts = digest(*(script.model_dump_json() for script in _scripts(folder)))
    ladders = {name: digest(ladder.model_dump_json()) for name, ladder in folder.ladders.items()}
    sheet = event_sheet(folder).model_dump()
    common = [code_fingerprint(), _event(folder), sheet["logo"]]
    event_dir = folder.path.resolve()
    jobs: list[Job] = []
    for team in folder.teams:
        target = out / team.slug
        facts = [*common, team.model_dump_json(), ladders[team.ladder]]
        facts += [digest(path.read_bytes()) for path in rewriting_files(folder.path, team.slug)]

        handout = Job(
            team=team.slug,
            name=HANDOUT,
            notebook=None,
            folder=target,
            event_dir=event_dir,
            event_shown=shown[""],
            inputs="",
            sheet={**sheet, "team": team.name, "leader": team.leader},
            printed=printing_fingerprint(),
        )

        read = {path: one.facts(team.slug, answers, scripts) for path, one in sources.items()}
        mine = [
            _notebook(handout, path, "", shown[""], [*facts, *read[path]]) for path in notebooks
        ]
        whole = replace(
            handout,
            inputs=digest(*common, *(job.inputs for job in mine), *greeting),
            welcome=folder.event.welcome,
            parts=tuple(job.name for job in mine),
        )
        others = (
            _notebook(handout, path, name, shown[name], [*facts, *read[path]])
            for name, path in series
        )
        jobs += [*mine, whole, *others]
    return tuple(jobs)


def _notebook(handout: Job, path: Path, series: str, shown: str, facts: Sequence[str]) -> Job:
    """One notebook of the team whose handout it is."""
    return replace(
        handout,
        name=path.stem,
        notebook=path,
        series=series,
        folder=handout.folder / series,
        event_shown=shown,
        inputs=digest(*facts, series, shown),
    )


@dataclass(frozen=True)
class _Source:
    """A notebook as the kit ships it: its digest, and what it reads."""

    digest: str
    reads: Reads

    @classmethod
    def of(cls, path: Path) -> _Source:
        return cls(digest(path.read_bytes()), reads_of(path))

    def facts(self, team: str, answers: Mapping[str, str], scripts: str) -> list[str]:
        """What a team's notebook depends on beyond what all notebooks of the team do."""
        files = curriculum_digests()
        found = [self.digest, *(f"{name} {files[name]}" for name in sorted(self.reads.files))]
        found += [answers.get(f"{team}/{slug}", "") for slug in sorted(self.reads.answers)]
        return [*found, scripts] if self.reads.scripts else found


def plan_cards(folder: EventFolder, out: Path) -> tuple[Job, ...]:
    """A job for the cards of each conversation, and one for the role cards of a trio."""
    sheet = event_sheet(folder).model_dump()
    files = curriculum_digests()
    facts = [code_fingerprint(), _event(folder), sheet["logo"]]
    facts += [files["stages.yaml"], files["trio.yaml"]]
    roles = Job(
        team="",
        name=TRIO_ROLES,
        notebook=None,
        folder=out / CONVERSATIONS,
        event_dir=folder.path.resolve(),
        event_shown="",
        inputs=digest(*facts),
        sheet=sheet,
        printed=printing_fingerprint(),
        series=CONVERSATIONS,
    )
    return (
        roles,
        *(
            replace(
                roles,
                name=script.id,
                script=script,
                inputs=digest(*facts, script.model_dump_json()),
            )
            for script in _scripts(folder)
        ),
    )


def _event(folder: EventFolder) -> str:
    """What event.yaml says, but for the word of welcome, which stands in the handouts alone."""
    return folder.event.model_dump_json(exclude={"welcome"})


def _scripts(folder: EventFolder) -> list[Conversation]:
    """The scripts as they are printed for no one team."""
    leaders = tuple(team.leader for team in folder.teams)
    facts = {"event": folder.event.name}
    return [filled(script, facts, leaders) for script in folder.conversations]


def _welcome_pictures(folder: EventFolder) -> list[bytes]:
    """The bytes of every picture that the word of welcome embeds."""
    addresses: list[str] = []

    def note_address(address: str, _description: str, _inline: bool) -> list[markup.Node]:
        addresses.append(address)
        return []

    if "![" in folder.event.welcome:
        parsed = markup.parse([markup.Piece("", "markdown", folder.event.welcome)])
        markup.Settler(note_address).settle(parsed[0])
    return [(folder.path / unquote(address)).read_bytes() for address in addresses]


def _seen_from(event: Path, target: Path) -> str:
    """The event folder as a notebook in `target` may name it, without telling where it was made.

    A relative path where both stand together; where they meet only in somebody's home folder or
    above it, the way there would tell that person's name, so that only the folder's name is given.
    """
    here, there = target.resolve(), event.resolve()
    try:
        shared = Path(os.path.commonpath([here, there]))
    except ValueError:  # Windows, on another drive
        return there.name
    if shared == Path(shared.anchor) or Path.home().is_relative_to(shared):
        return there.name
    return Path(os.path.relpath(there, here)).as_posix()
