"""Which files of an event folder and its `out` the kit wrote, and which of them may hold somebody's words.

Paths come from walking the folders, in which no link is followed. What the manifest or a notebook
says is only ever compared with them: no name in a file leads anywhere else.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from workshop_kit.content import is_inside, kit_folder, read_event_files
from workshop_kit.content.names import is_slug
from workshop_kit.ladder_files import WRITERS
from workshop_kit.purge.databases import SIDES
from workshop_kit.rewritten import FOLDER as REWRITTEN
from workshop_kit.run.jobs import CONVERSATIONS, EXERCISES, FOLLOW_UP, HANDOUT
from workshop_kit.run.manifest import NAME as MANIFEST
from workshop_kit.run.manifest import Made, Manifest

FACILITATOR = "facilitator"
EXPORT = "export"
REMINDERS = "reminders.ics"
DEEPEST = 4  # the kit writes no file further down in `out`

# What goes, and what stays, in the words of the report: of one, and of several.
GOES = {
    "notebook": ("notebook of a team", "notebooks of teams"),
    "pdf": ("PDF of a team", "PDFs of teams"),
    "reminders": ("calendar with commitments", "calendars with commitments"),
    "names": (
        "file with the leaders' names from teams.csv",
        "files with the leaders' names from teams.csv",
    ),
    "report": ("report for the sponsor", "reports for the sponsor"),
    "export": ("exported file", "exported files"),
    "rewritten": ("file of a rewritten ladder", "files of rewritten ladders"),
    "part": ("file that was left half written", "files that were left half written"),
    "side": ("leftover of a database", "leftovers of a database"),
}
STAYS = {
    "cards": ("sheet of cards for conversations", "sheets of cards for conversations"),
    "paper": ("paper for the facilitator", "papers for the facilitator"),
}
FOREIGN = "foreign"

_SERIES = {EXERCISES, FOLLOW_UP, ".ipynb_checkpoints"}
_PAPERS = re.compile(r"(run-sheet|slides|guide)\.(pdf|html|ics|xlsx)")
_NAMES = re.compile(r"printing-pack\.pdf")
_EXPORTED = {"answers.csv", "answers.json", "answers.parquet"}
_PART = re.compile(r"\..+\.[0-9a-f]{8}\.part")
_COPY = re.compile(r"(\.edited-\d+|-checkpoint|-Copy\d+)+$")
# A key of a notebook's metadata, and no word in the text of one of its cells.
_SEALED = re.compile(rb'(?<!\\)"workshop_kit(_seal)?"\s*:')
_INDEX = b"handouts and notebooks</title>"


@dataclass(frozen=True)
class Sorted:
    """Every file that was met, by its kind; `unread` are folders that could not be looked into."""

    kinds: dict[Path, str] = field(default_factory=dict)
    unread: list[str] = field(default_factory=list)

    def of(self, *kinds: str) -> tuple[Path, ...]:
        """The files of these kinds, sorted."""
        return tuple(sorted(path for path, kind in self.kinds.items() if kind in kinds))


def sort_files(
    folder: Path, out: Path | None, manifest: Manifest | None, databases: Collection[Path]
) -> Sorted:
    """Every file of `out`, and those of the event folder that the kit wrote or that may hold answers."""
    found = Sorted()
    if out and out.is_dir():
        _sort_out(folder, out, manifest, found)
    for name in (EXPORT, REWRITTEN):
        if (folder / name).is_dir() and is_inside(folder, folder / name):
            for path in _walk(folder / name, 2, found.unread):
                found.kinds[path] = _kind_beside(path.relative_to(folder).parts, path)
    own = {path.name + side for path in databases for side in ("", *SIDES)}
    for path in folder.iterdir():
        if _PART.fullmatch(path.name) and path.is_file() and not path.is_symlink():
            found.kinds[path] = "part"
        elif ".sqlite" in path.name and path.name not in own:
            found.kinds[path] = FOREIGN  # a copy that somebody made
    for path in sorted(path for name in _EXPORTED for path in folder.glob(f"*/{name}")):
        if path not in found.kinds and not (out and path.is_relative_to(out)):
            found.kinds[path] = FOREIGN  # an export under another name
    return found


def _sort_out(folder: Path, out: Path, manifest: Manifest | None, found: Sorted) -> None:
    paths = list(_walk(out, DEEPEST, found.unread, apart=folder))
    sealed = {path for path in paths if path.suffix == ".ipynb" and _contains(path, _SEALED.search)}
    jobs = manifest.made if manifest else {}
    made = {name for key, job in jobs.items() for name in files_of(key, job)}
    teams = {name.split("/")[0] for name in made if "/" in name}
    teams |= {row.slug for row in read_event_files(folder).rows}
    teams |= {path.relative_to(out).parts[0] for path in sealed}
    stems = {path.stem for path in sealed} | {Path(name).stem for name in made} | _shipped()
    for path in paths:
        parts = path.relative_to(out).parts
        if path.is_symlink():
            kind = FOREIGN  # the kit writes none
        elif _PART.fullmatch(path.name):
            kind = "part"
        elif path in sealed:
            kind = "notebook"
        elif parts[0] in (FACILITATOR, CONVERSATIONS) or len(parts) == 1:
            kind = _kind_of_everybody(parts, path, made, manifest is not None)
        elif parts[0] in teams and set(parts[1:-1]) <= _SERIES:
            kind = _kind_of_a_team(path, "/".join(parts) in made, stems)
        else:
            kind = FOREIGN
        if kind:
            found.kinds[path] = kind


def _kind_of_everybody(parts: tuple[str, ...], path: Path, made: set[str], ours: bool) -> str:
    match parts:
        case ("index.html",) if _contains(path, lambda data: _INDEX in data):
            return "names"
        case (name,) if name == MANIFEST and ours:
            return ""  # it is written anew, without what went
        case (first, *_) if first == CONVERSATIONS:
            return "cards" if "/".join(parts) in made else FOREIGN
        case (_, "guide", name) if name.endswith(".html"):
            return "paper"
        case (_, name) if name == REMINDERS:
            return "reminders"
        case (_, name) if _NAMES.fullmatch(name):
            return "names"
        case (_, "sponsor-report.pdf"):
            return "report"  # its stories are leaders' words
        case (_, name) if _PAPERS.fullmatch(name):
            return "paper"
    return FOREIGN


def _kind_of_a_team(path: Path, is_made: bool, stems: set[str]) -> str:
    if path.name == REMINDERS:
        return "reminders"
    if not is_made and _COPY.sub("", path.stem) not in stems:
        return FOREIGN
    return {".pdf": "pdf", ".ipynb": "notebook"}.get(path.suffix, FOREIGN)


def _kind_beside(parts: tuple[str, ...], path: Path) -> str:
    """The kind of a file in `export` or `rewritten` of the event folder."""
    name = parts[-1]
    if path.is_symlink():
        return FOREIGN
    if _PART.fullmatch(name):
        return "part"
    match parts:
        case (folder, _) if folder == REWRITTEN:
            ending = next((e for e in (".tags.csv", *WRITERS) if name.endswith(e)), "")
            return "rewritten" if ending and is_slug(name.removesuffix(ending)) else FOREIGN
        case (folder, _) if folder == EXPORT and name in _EXPORTED:
            return "export"
        case (folder, inner, _) if (folder, inner) == (EXPORT, REWRITTEN):
            return "export" if path.suffix == ".md" and is_slug(path.stem) else FOREIGN
    return FOREIGN


def files_of(key: str, made: Made) -> set[str]:
    """The files of a job in the manifest as paths below `out`; to compare with, never to follow."""
    return {f"{key.rpartition('/')[0]}/{name}" for name in made.files}


def _shipped() -> set[str]:
    """The names of all notebooks that come with the kit, and of the handout."""
    folders = (kit_folder("workshops"), kit_folder("exercises"))
    return {HANDOUT, *(p.stem for folder in folders for p in folder.rglob("[0-9][0-9]-*.ipynb"))}


def _walk(home: Path, depth: int, unread: list[str], apart: Path | None = None) -> Iterator[Path]:
    """Every file below the folder, links as what they are, the folder `apart` left out."""

    def note(error: OSError) -> None:
        unread.append(f"{error.filename}: the folder can't be read ({error.strerror}).")

    for name, folders, files in os.walk(home, onerror=note):
        here = Path(name)
        links = [folder for folder in folders if (here / folder).is_symlink()]
        yield from (here / file for file in (*files, *links))
        deep = len(here.relative_to(home).parts) + 1 >= depth
        folders[:] = [f for f in folders if not deep and not (apart and _same(here / f, apart))]


def _same(one: Path, other: Path) -> bool:
    try:
        return one.samefile(other)
    except OSError:
        return False


def _contains(path: Path, test: Callable[[bytes], object]) -> bool:
    try:
        return not path.is_symlink() and bool(test(path.read_bytes()))
    except OSError:
        return False
