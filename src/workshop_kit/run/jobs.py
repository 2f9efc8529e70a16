"""What has to be rendered for an event, and the fingerprint of everything each job depends on."""

from __future__ import annotations

import functools
import hashlib
import importlib.metadata
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal
from urllib.parse import unquote

from workshop_kit import markup
from workshop_kit.content import kit_folder, load_trio
from workshop_kit.curriculum import Conversation, filled, look_back_days
from workshop_kit.curriculum.conversation import TRIO_ROLES
from workshop_kit.event import EventFolder
from workshop_kit.event_sheet import event_sheet
from workshop_kit.rewritten import rewriting_files

PRINTERS = (
    "altair",
    "nbconvert",
    "pandas",
    "papermill",
    "pypandoc_binary",
    "typst",
    "vl-convert-python",
)
HANDOUT = "handout"
EXERCISES: Literal["exercises"] = "exercises"
FOLLOW_UP: Literal["follow-up"] = "follow-up"
CONVERSATIONS = "conversations"  # a folder beside those of the teams; no team's slug


@dataclass(frozen=True)
class Job:
    """One team's notebook, or its whole handout (`notebook` is None); or cards for the whole event.

    `series` is the folder inside the team's own: none for the day's notebooks, "exercises" for
    those that one does alone, "follow-up" for those of the weeks after the event. Cards have the series "conversations" and no team: those of `script`,
    or the role cards. `inputs` is a SHA-256 over all that the result depends on; `folder` is where it goes;
    `event_dir` is the event folder, `event_shown` what the notebook says of it; `sheet` is what
    stands around the page.
    """

    team: str
    name: str
    notebook: Path | None
    folder: Path
    event_dir: Path
    event_shown: str
    inputs: str
    sheet: dict[str, Any]
    welcome: str = ""
    parts: tuple[str, ...] = ()
    series: str = ""
    script: Conversation | None = None

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

    A look back that would come after the answers have expired is left out. `answers` maps a team's slug to a digest of what its leader has answered.
    """
    due = look_back_days(folder.event.date, folder.event.expires)
    after = [path for path in follow_up if days_of(path) in due]
    series = [*((EXERCISES, path) for path in exercises), *((FOLLOW_UP, path) for path in after)]
    sources = {path: _digest(path.read_bytes()) for path in (*notebooks, *exercises, *after)}
    pictures = _welcome_pictures(folder)
    scripts = _digest(*(script.model_dump_json() for script in _scripts(folder)))
    jobs: list[Job] = []
    for team in folder.teams:
        target = out / team.slug
        shown = _seen_from(folder.path, target)
        sheet = event_sheet(folder, team).model_dump()
        facts = [
            kit_fingerprint(),
            folder.event.model_dump_json(),
            team.model_dump_json(),
            sheet["logo"],
        ]
        facts += [folder.ladders[team.ladder].model_dump_json(), shown]
        facts += [_digest(path.read_bytes()) for path in rewriting_files(folder.path, team.slug)]
        facts += [answers.get(team.slug, ""), scripts]
        handout = Job(
            team=team.slug,
            name=HANDOUT,
            notebook=None,
            folder=target,
            event_dir=folder.path.resolve(),
            event_shown=shown,
            inputs="",
            sheet=sheet,
        )
        mine = [
            replace(handout, name=p.stem, notebook=p, inputs=_digest(*facts, sources[p]))
            for p in notebooks
        ]
        alone = [
            replace(
                handout,
                name=path.stem,
                notebook=path,
                series=name,
                folder=target / name,
                event_shown=_seen_from(folder.path, target / name),
                inputs=_digest(*facts, name, sources[path]),
            )
            for name, path in series
        ]
        whole = replace(
            handout,
            inputs=_digest(*(job.inputs for job in mine), *pictures),
            welcome=folder.event.welcome,
            parts=tuple(job.name for job in mine),
        )
        jobs += [*mine, whole, *alone]
    return tuple(jobs)


def plan_cards(folder: EventFolder, out: Path) -> tuple[Job, ...]:
    """A job for the cards of each conversation, and one for the role cards of a trio."""
    sheet = event_sheet(folder).model_dump()
    facts = [kit_fingerprint(), folder.event.model_dump_json(), sheet["logo"]]
    roles = Job(
        team="",
        name=TRIO_ROLES,
        notebook=None,
        folder=out / CONVERSATIONS,
        event_dir=folder.path.resolve(),
        event_shown="",
        inputs=_digest(*facts, load_trio().model_dump_json()),
        sheet=sheet,
        series=CONVERSATIONS,
    )
    return (
        roles,
        *(
            replace(
                roles,
                name=script.id,
                script=script,
                inputs=_digest(*facts, script.model_dump_json()),
            )
            for script in _scripts(folder)
        ),
    )


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


@functools.cache
def kit_fingerprint() -> str:
    """A SHA-256 over the kit itself (code, curriculum, template, fonts) and over what prints with it."""
    package = Path(__file__).parents[1]
    files = sorted(
        path
        for path in package.rglob("*")
        if path.is_file()
        and "__pycache__" not in path.parts
        and path.parts[len(package.parts)] != "kit"
    )
    versions = {name: importlib.metadata.version(name) for name in PRINTERS}
    names = [path.relative_to(package).as_posix() for path in files]
    return _digest(json.dumps([names, versions]), *(_digest(path.read_bytes()) for path in files))


def _digest(*facts: str | bytes) -> str:
    """A SHA-256 over the facts, each marked off by its length."""
    total = hashlib.sha256()
    for fact in facts:
        data = fact.encode() if isinstance(fact, str) else fact
        total.update(f"{len(data)}:".encode())
        total.update(data)
    return total.hexdigest()
