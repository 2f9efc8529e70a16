"""event.yaml and teams.csv → event and teams, with every problem of the two files."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from workshop_kit.content.folders import is_inside
from workshop_kit.content.names import clean, quoted
from workshop_kit.content.pictures import picture_fault
from workshop_kit.content.teams_csv import TeamRow, read_rows
from workshop_kit.content.welcome import check_markdown
from workshop_kit.content.yaml_file import YamlFile, as_model, in_reading_order, read_document
from workshop_kit.errors import Problem
from workshop_kit.event import Event, Team

CONTRAST_AT_LEAST = 4.5

_FORMS = {
    "name": "a title of one line",
    "date": "year-month-day, such as 2026-10-15",
    "start": "a clock time in 24 hours, such as 09:00",
    "language": "a language code, such as en or pt-BR",
    "agenda": "the name of an agenda, such as half-day",
    "brand.color": 'six hexadecimal digits in quotes, such as "#1d4e63"',
}
_NEW = "Make one with workshop-kit new, or take these two files from another event."


@dataclass(frozen=True)
class EventFiles:
    """What event.yaml and teams.csv say; `event` is None where event.yaml has errors."""

    event: Event | None
    rows: tuple[TeamRow, ...]
    problems: tuple[Problem, ...]

    @property
    def teams(self) -> tuple[Team, ...]:
        """The teams of all rows without an error."""
        return tuple(row.team for row in self.rows if row.team)


def read_event(folder: Path) -> tuple[Event | None, tuple[Team, ...], tuple[Problem, ...]]:
    """The event, its teams, and every problem of the two files; raises nothing."""
    files = read_event_files(folder)
    return files.event, files.teams, files.problems


def read_event_files(folder: Path) -> EventFiles:
    """As `read_event`, with the rows of teams.csv that have errors and their numbers."""
    if problem := _no_folder(folder):
        return EventFiles(None, (), (problem,))
    missing = [name for name in ("event.yaml", "teams.csv") if not (folder / name).exists()]
    if len(missing) == 2:
        what = "This is not an event folder: it has neither event.yaml nor teams.csv."
        return EventFiles(None, (), (Problem(folder.name or str(folder), "", what, _NEW),))
    event, event_problems = _read_event_yaml(folder)
    rows, row_problems = _read_teams_csv(folder)
    return EventFiles(event, rows, (*event_problems, *row_problems))


def _no_folder(folder: Path) -> Problem | None:
    if not folder.exists():
        fix = f"Check the path, or run workshop-kit new {folder}."
        return Problem(str(folder), "", "There is no such folder.", fix)
    if not folder.is_dir():
        what = "This is a file, not an event folder."
        return Problem(str(folder), "", what, "Name the folder that holds event.yaml.")
    return None


def _read_event_yaml(folder: Path) -> tuple[Event | None, tuple[Problem, ...]]:
    if (missing := _missing(folder / "event.yaml")) is not None:
        return None, (missing,)
    document, problems = read_document(folder / "event.yaml", folder)
    if document is None:
        return None, problems
    event, model_problems = as_model(document, Event, _FORMS)
    texts = _check_texts(document, folder)
    found = in_reading_order((*problems, *model_problems, *texts))
    if event is None or any(problem.severity == "error" for problem in found):
        return None, found
    return event.model_copy(update={"name": clean(event.name)}), found


def _read_teams_csv(folder: Path) -> tuple[tuple[TeamRow, ...], tuple[Problem, ...]]:
    path = folder / "teams.csv"
    if (missing := _missing(path)) is not None:
        return (), (missing,)
    if not is_inside(folder, path):
        what = "This is a link to a file outside the event folder."
        return (), (Problem(path.name, "", what, "Copy the file itself into the folder."),)
    return read_rows(path)


def _missing(path: Path) -> Problem | None:
    if path.exists():
        return None
    beside = next(
        (other.name for other in path.parent.iterdir() if other.name.lower() == path.name), None
    )
    if beside is None and path.suffix == ".yaml" and path.with_suffix(".yml").exists():
        beside = path.with_suffix(".yml").name
    if beside:
        return Problem(path.name, "", "The file is missing.", f"Rename {beside} to {path.name}.")
    return Problem(path.name, "", "The file is missing.", _NEW)


def _check_texts(document: YamlFile, folder: Path) -> Iterator[Problem]:
    """What the model can't know of: files the event points to, and how its colour prints."""
    file = document.file
    if (name := document.text("name")) and not clean(name):
        fix = "Write the title of the event."
        yield Problem(file, document.place("name"), "The name has nothing to print.", fix)
    logo = document.text("brand", "logo")
    if logo is not None and (fault := picture_fault(folder, logo.strip())):
        what = f"The logo {quoted(logo)} {fault.what}"
        yield Problem(file, document.place("brand", "logo"), what, fault.fix)
    color = document.text("brand", "color") or ""
    contrast = _contrast_on_white(color)
    if contrast is not None and contrast < CONTRAST_AT_LEAST:
        what = f"The color {color} is too light for text on white paper ({contrast:.1f}:1)."
        fix = f"Text will be printed in a darker shade; {CONTRAST_AT_LEAST}:1 needs no change."
        yield Problem(file, document.place("brand", "color"), what, fix, "note")
    yield from check_markdown(
        document.text("welcome") or "", folder, file, document.place("welcome")
    )


def _contrast_on_white(color: str) -> float | None:
    """The contrast ratio as WCAG 2 defines it; None for what is not #rrggbb."""
    try:
        red, green, blue = (b / 255 for b in bytes.fromhex(color.strip().removeprefix("#")))
    except ValueError:
        return None
    luminance = 0.2126 * _linear(red) + 0.7152 * _linear(green) + 0.0722 * _linear(blue)
    return 1.05 / (luminance + 0.05)


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4
