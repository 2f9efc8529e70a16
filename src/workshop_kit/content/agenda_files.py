"""Agendas: the kit's own in `workshops/NAME/agenda.yaml`, an event's in its folder `agendas`."""

from __future__ import annotations

from pathlib import Path

from workshop_kit.content.folders import kit_folder
from workshop_kit.content.names import quoted
from workshop_kit.content.yaml_file import read_yaml
from workshop_kit.content.yaml_words import did_you_mean
from workshop_kit.curriculum import Agenda
from workshop_kit.errors import Problem

FOLDER = "agendas"


def agenda_names(folder: Path | None = None) -> dict[str, Path]:
    """The file of each agenda by its name: the kit's, and the event's own in their place or beside them."""
    kits = {
        path.parent.name: path for path in sorted(kit_folder("workshops").glob("*/agenda.yaml"))
    }
    own = sorted((folder / FOLDER).glob("*.yaml")) if folder else []
    return {**kits, **{path.stem: path for path in own}}


def read_agenda(name: str, folder: Path | None = None) -> tuple[Agenda | None, tuple[Problem, ...]]:
    """The agenda of that name, or None, and every problem of it; raises nothing.

    `folder` is the event's, which may have agendas of its own.
    """
    files = agenda_names(folder)
    if name not in files:
        fix = f"{did_you_mean(name, list(files))} There are: {', '.join(files)}.".strip()
        return None, (
            Problem("event.yaml", "key agenda", f"There is no agenda {quoted(name)}.", fix),
        )
    path = files[name]
    is_own = folder is not None and path.is_relative_to(folder)
    return read_yaml(path, Agenda, folder if is_own and folder else kit_folder("workshops"))
