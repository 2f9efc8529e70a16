"""Agendas: the kit's own in `workshops/NAME/agenda.yaml`, an event's in its folder `agendas`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from workshop_kit.content.agenda_rules import rule_problems
from workshop_kit.content.curriculum_files import load_curriculum
from workshop_kit.content.folders import is_inside, kit_folder
from workshop_kit.content.names import is_slug, quoted
from workshop_kit.content.yaml_file import as_model, in_reading_order, read_document
from workshop_kit.content.yaml_words import did_you_mean
from workshop_kit.curriculum import Agenda
from workshop_kit.errors import Problem

FOLDER = "agendas"
NEARLY = (".yml", ".txt")  # what an agenda may end in by mistake; Notepad adds .txt


def agenda_names(folder: Path | None = None) -> dict[str, Path]:
    """The file of each agenda by its name: the kit's, and the event's own in their place or beside them."""
    kits = sorted(kit_folder("workshops").glob("*/agenda.yaml"))
    own = [path for path in _own_files(folder) if path.suffix.lower() == ".yaml"]
    return {**{path.parent.name: path for path in kits}, **{path.stem: path for path in own}}


def read_agenda(name: str, folder: Path | None = None) -> tuple[Agenda | None, tuple[Problem, ...]]:
    """The agenda of that name, or None, and every problem of it; raises nothing.

    `folder` is the event's, which may have agendas of its own. One that is not asked for may be
    unfinished, and is not read.
    """
    files = agenda_names(folder)
    beside = tuple(_not_read(name, folder)) if folder else ()
    if name not in files:
        fix = f"{did_you_mean(name, list(files))} There are: {', '.join(files)}.".strip()
        missing = Problem("event.yaml", "key agenda", f"There is no agenda {quoted(name)}.", fix)
        return None, (missing, *beside)
    path = files[name]
    is_own = folder is not None and path.is_relative_to(folder / FOLDER)
    root = folder if is_own and folder else kit_folder("workshops").parent
    agenda, problems = _read(path, name, root)
    wrong = any(problem.severity == "error" for problem in (*problems, *beside))
    return (None if wrong else agenda), (*problems, *beside)


def _read(path: Path, name: str, root: Path) -> tuple[Agenda | None, tuple[Problem, ...]]:
    document, problems = read_document(path, root)
    if document is None:
        return None, problems
    agenda, of_model = as_model(document, Agenda)
    activities = [activity.slug for activity in load_curriculum().activities]
    of_rules = rule_problems(document, name, activities)
    return agenda, in_reading_order((*problems, *of_model, *of_rules))


def _own_files(folder: Path | None) -> list[Path]:
    place = folder / FOLDER if folder else None
    if not folder or not place or not place.is_dir() or not is_inside(folder, place):
        return []
    return sorted(path for path in place.iterdir() if not path.name.startswith("."))


def _not_read(name: str, folder: Path) -> Iterator[Problem]:
    """What stands where agendas are looked for and can't be one; an error if it is the one wanted."""
    place = folder / FOLDER
    if (place.exists() or place.is_symlink()) and not (place.is_dir() and is_inside(folder, place)):
        what = "This is not a folder, or a link that leads out of the event folder."
        yield Problem(FOLDER, "", what, "Make it a folder, and put your agendas into it.")
    for path in _own_files(folder):
        file, suffix = f"{FOLDER}/{path.name}", path.suffix.lower()
        if suffix in NEARLY:
            what = "This file is not read: the agendas of an event end in .yaml."
            is_meant = path.name.partition(".")[0] == name
            fix = f"Rename it to {name}.yaml." if is_meant else "Rename it, or put it elsewhere."
            yield Problem(file, "", what, fix, "error" if is_meant else "note")
        elif suffix == ".yaml" and not is_slug(path.stem):
            what = "No event can name this agenda."
            fix = "Call it by small letters, digits and hyphens, such as our-day.yaml."
            yield Problem(file, "", what, fix, "note")
