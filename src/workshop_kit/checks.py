"""Rules that need two files: is every row's ladder there, does a script name one of the leaders?"""

from __future__ import annotations

import datetime
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from workshop_kit.agenda import agenda_problems
from workshop_kit.answer_words import tell
from workshop_kit.content import (
    TeamRow,
    conversations_of,
    is_inside,
    load_curriculum,
    read_agenda,
    read_event_files,
)
from workshop_kit.content.names import quoted
from workshop_kit.content.yaml_words import did_you_mean
from workshop_kit.curriculum import Agenda
from workshop_kit.errors import InputError, Problem, StoreError
from workshop_kit.event import Event, EventFolder, Team
from workshop_kit.expiry import expiry_note, is_expired
from workshop_kit.forms.keeping import Limits, fixed_limits, limits_of
from workshop_kit.ladder import Ladder
from workshop_kit.ladder_files import read_ladder
from workshop_kit.rewritten import read_rewriting
from workshop_kit.store import open_store

PLACES_SHOWN = 5

_BLANK = b" \t\r\n\xef\xbb\xbf"


@dataclass(frozen=True)
class Checked:
    """What a check found: the folder, where it has no errors, and every problem of it."""

    folder: EventFolder | None
    problems: tuple[Problem, ...]

    @property
    def errors(self) -> tuple[Problem, ...]:
        """The problems that must be mended before anything is rendered."""
        return tuple(problem for problem in self.problems if problem.severity == "error")

    @property
    def notes(self) -> tuple[Problem, ...]:
        """The problems that are only worth knowing."""
        return tuple(problem for problem in self.problems if problem.severity == "note")


def check_event(folder: Path) -> Checked:
    """Every problem of an event folder at once, and the folder where nothing is wrong with it."""
    files = read_event_files(folder)
    if not (folder / "teams.csv").exists():
        return Checked(None, files.problems)  # nothing there to go by, or no event folder at all
    shelf = _Shelf.of(folder)
    chosen, row_problems = _choose(files.rows, shelf)
    ladders, ladder_problems = _read_ladders(sorted(set(chosen.values())), folder)
    sure = bool(files.rows) and not row_problems
    unused = tuple(_unused(shelf, set(chosen.values()))) if sure else ()
    rewritten = _read_rewritings(files.rows, folder)
    leaders = [team.leader for team in files.teams]
    scripts, script_problems = conversations_of(folder, leaders)
    agenda, of_agenda = _read_agenda(files.event, folder)
    found = (
        *files.problems,
        *of_agenda,
        *shelf.problems,
        *row_problems,
        *ladder_problems,
        *rewritten,
        *script_problems,
        *unused,
    )
    files_met = list(dict.fromkeys(problem.file for problem in found))
    checked = Checked(None, tuple(sorted(found, key=lambda p: (files_met.index(p.file), _row(p)))))
    if checked.errors or files.event is None or agenda is None:
        return checked
    teams = tuple(
        row.team.model_copy(update={"ladder": chosen[row.row]}) for row in files.rows if row.team
    )
    event_folder = EventFolder(
        path=folder,
        event=files.event,
        teams=teams,
        ladders=ladders,
        agenda=agenda,
        conversations=scripts,
    )
    return Checked(event_folder, checked.problems)


def check_answers(folder: EventFolder, today: datetime.date | None = None) -> tuple[Problem, ...]:
    """A note for each answer that no longer fits its question or its event; all of them are kept.

    Near the last day on which they are kept there is a note of that; after it there is no other. An
    error where event.yaml asks for other limits than those that hold since the first answer.
    """
    file = "answers"
    try:
        with open_store(folder.path, folder.event.database) as store:
            latest, limits = store.latest(), fixed_limits(store)
    except StoreError as error:
        return (Problem(file, "", str(error), "", "note"),)
    today = today or datetime.date.today()
    expiry = expiry_note(folder.event, today) if latest else None
    if expiry and is_expired(folder.event, today):
        return (expiry,)  # the others would quote answers
    teams = {team.slug: folder.ladders[team.ladder] for team in folder.teams}
    keys = {slug: {s.key for s in ladder.statements} for slug, ladder in teams.items()}
    notes = [expiry] if expiry else []
    for revision in latest:
        told = tell(load_curriculum(), revision.activity, revision.question, revision.value)
        place = f"{revision.team}, {revision.activity}, {revision.question}"
        if told.problem:
            fix = "It is kept, and not printed as an answer; workshop-kit export writes it out."
            what = f"An answer no longer fits: {told.problem}."
            notes.append(Problem(file, place, what, fix, "note"))
        elif revision.team not in teams:
            what = f"There are answers of {quoted(revision.team)}, and no such team."
            fix = "If the team was renamed, write its old name here into the column slug of teams.csv."
            notes.append(Problem(file, revision.team, what, fix, "note"))
        elif told.kind == "rewrites" and told.words and told.item not in keys[revision.team]:
            what = f"A statement that was rewritten is no longer in the ladder: {told.words}."
            fix = "It is kept. Where the ladder only reworded it, write it again in the form."
            notes.append(Problem(file, place, what, fix, "note"))
    return (*_changed_limits(folder.event, limits), *dict.fromkeys(notes))


def check_limits(folder: EventFolder) -> tuple[Problem, ...]:
    """An error for each limit that event.yaml gives otherwise than it holds since the first answer.

    None where the answers can't be read: whoever needs them says so.
    """
    try:
        with open_store(folder.path, folder.event.database) as store:
            return tuple(_changed_limits(folder.event, fixed_limits(store)))
    except StoreError:
        return ()


def _changed_limits(event: Event, fixed: Limits | None) -> Iterator[Problem]:
    """An error for each limit that event.yaml now gives otherwise."""
    asked = limits_of(event.privacy)
    for name, value in asked:
        holds = getattr(fixed, name) if fixed else value
        if value != holds:
            what = f"There are answers, given while it was {holds}; now it is {value}."
            fix = f"Write {name}: {holds} again. It can be changed only before the first answer."
            yield Problem("event.yaml", f"key privacy.{name}", what, fix)


def load_event(folder: Path) -> EventFolder:
    """The whole event folder; raises InputError with every problem when there is an error."""
    checked = check_event(folder)
    if checked.folder is None:
        raise InputError(checked.problems)
    return checked.folder


def load_team(folder: Path, slug: str) -> tuple[Event, Team, Ladder]:
    """The event, one team and its ladder; no other ladder is opened.

    Raises InputError when the event or that ladder has errors, or when no team has the slug.
    """
    event, team = load_row(folder, slug)
    return event, team, load_ladder(folder, team)


def load_row(folder: Path, slug: str) -> tuple[Event, Team]:
    """As `load_team`, without its ladder: it is known to be there, and not read."""
    files = read_event_files(folder)
    _raise_errors(files.problems)
    row = next((row for row in files.rows if row.slug == slug), None)
    if files.event is None or row is None or row.team is None:
        raise InputError([_no_team(slug, [row.slug for row in files.rows])])
    shelf = _Shelf.of(folder)
    chosen, problems = _choose((row,), shelf)
    _raise_errors((*shelf.problems, *problems))
    return files.event, row.team.model_copy(update={"ladder": chosen[row.row]})


def load_ladder(folder: Path, team: Team) -> Ladder:
    """The ladder of a team as `load_row` has it; raises InputError when it has errors."""
    ladders, problems = _read_ladders([team.ladder], folder)
    _raise_errors(problems)
    return ladders[team.ladder]


def _read_agenda(event: Event | None, folder: Path) -> tuple[Agenda | None, tuple[Problem, ...]]:
    """The agenda that the event names, and every problem of it, on the event's days too."""
    if event is None:
        return None, ()
    agenda, problems = read_agenda(event.agenda, folder)
    return agenda, (*problems, *(agenda_problems(agenda, event) if agenda else ()))


def _raise_errors(problems: tuple[Problem, ...]) -> None:
    if any(problem.severity == "error" for problem in problems):
        raise InputError(problems)


def _no_team(slug: str, slugs: list[str]) -> Problem:
    near = did_you_mean(slug, slugs)
    there = f"The teams are: {', '.join(slugs)}."
    return Problem("teams.csv", "", f"There is no team {quoted(slug)}.", f"{near} {there}".strip())


@dataclass(frozen=True)
class _Shelf:
    """The files of `ladders/`, by the name that messages and rows use for them."""

    folder: Path
    files: tuple[str, ...]
    problems: tuple[Problem, ...] = ()

    @classmethod
    def of(cls, folder: Path) -> _Shelf:
        ladders = folder / "ladders"
        if not ladders.is_dir():
            what = "The folder is missing, or is not a folder."
            fix = "Make it, and put your ladder files into it."
            return cls(folder, (), (Problem("ladders", "", what, fix),))
        if not is_inside(folder, ladders):
            what = "This is a link that leads out of the event folder."
            fix = "Copy the ladder files into a folder called ladders."
            return cls(folder, (), (Problem("ladders", "", what, fix),))
        # Hidden files and ~$name.xlsx are what Finder and an open Office leave behind.
        names = (path.name for path in ladders.iterdir() if not path.is_dir())
        return cls(folder, tuple(sorted(n for n in names if not n.startswith((".", "~$")))))


def _choose(rows: tuple[TeamRow, ...], shelf: _Shelf) -> tuple[dict[int, str], tuple[Problem, ...]]:
    """For each row's number the file it means, and a problem for each row that means none."""
    chosen: dict[int, str] = {}
    problems: list[Problem] = []
    if shelf.problems:
        return chosen, ()
    for row in rows:
        if not row.ladder:
            continue
        found = _find(row.ladder, shelf)
        if isinstance(found, str):
            chosen[row.row] = found
        else:
            problems.append(Problem("teams.csv", f"row {row.row}", *found))
    return chosen, tuple(problems)


def _find(name: str, shelf: _Shelf) -> str | tuple[str, str]:
    """The file that a row means, or what is wrong and what to do."""
    said = f"The ladder {quoted(name)}"
    if any(mark in name for mark in "/\\") or name in (".", "..") or name[1:2] == ":":
        return f"{said} is a path.", "Put the file into ladders and write its name alone."
    # A Mac may store ü as u and two dots; both sides are compared in one form.
    wanted = unicodedata.normalize("NFC", name)
    by_name = {unicodedata.normalize("NFC", file): file for file in shelf.files}
    meant = [by_name[wanted]] if wanted in by_name else []
    meant = meant or [file for nfc, file in by_name.items() if Path(nfc).stem == wanted]
    if len(meant) > 1:
        return f"{said} could be {' or '.join(meant)}.", "Write the name with its ending."
    if not meant:
        near = did_you_mean(wanted, [*by_name, *(Path(file).stem for file in by_name)])
        there = f"In ladders there is: {', '.join(shelf.files[:10])}."
        fix = near or (there if shelf.files else "The folder ladders is empty: put it there.")
        return f"{said} is not in the folder ladders.", fix
    if not is_inside(shelf.folder, shelf.folder / "ladders" / meant[0]):
        what = f"{said} is a link that leads out of the event folder."
        return what, "Copy the file itself into ladders."
    return meant[0]


def _read_ladders(names: list[str], folder: Path) -> tuple[dict[str, Ladder], tuple[Problem, ...]]:
    ladders: dict[str, Ladder] = {}
    problems: list[Problem] = []
    for name in names:
        path = folder / "ladders" / name
        if _is_empty(path):
            fix = "Put the ladder's text into it, or take another file."
            problems.append(Problem(f"ladders/{name}", "", "The ladder file is empty.", fix))
            continue
        ladder, found = read_ladder(path, folder)
        problems += found
        if ladder:
            ladders[name] = ladder
            problems += _not_read(ladder, f"ladders/{name}")
    return ladders, tuple(problems)


def _read_rewritings(rows: tuple[TeamRow, ...], folder: Path) -> tuple[Problem, ...]:
    """The problems of the teams' rewritten ladders and corrected tags."""
    found = (read_rewriting(folder, row.slug) for row in rows if row.team)
    return tuple(problem for _, problems in found for problem in problems)


def _row(problem: Problem) -> int:
    """The row of teams.csv that a problem is about; 0 for any other."""
    number = re.match(r"row (\d+)", problem.place)
    return int(number[1]) if number and problem.file == "teams.csv" else 0


def _not_read(ladder: Ladder, file: str) -> Iterator[Problem]:
    """One note that says what of a ladder file was not read as a statement, by reason."""
    places: dict[str, list[str]] = {}
    for skipped in ladder.skipped:
        places.setdefault(skipped.reason, []).append(skipped.place)
    if places:
        listed = "; ".join(f"{_listed(where)}: {reason}" for reason, where in places.items())
        what = f"{len(ladder.statements)} statements were read. Not read as statements: {listed}."
        fix = f"Nothing to do if these are not statements; workshop-kit ladder show {file} has all."
        yield Problem(file, "", what, fix, "note")


def _listed(places: list[str]) -> str:
    """The first places, and how many more there are."""
    more = len(places) - PLACES_SHOWN
    first = ", ".join(places[:PLACES_SHOWN])
    return f"{first} and {more} more" if more > 0 else first


def _is_empty(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            # A start full of blanks is enough to know: nobody's ladder begins with 64 KB of them.
            return not file.read(65_536).strip(_BLANK)
    except OSError:
        return False  # read_ladder says why it can't be read


def _unused(shelf: _Shelf, used: set[str]) -> Iterator[Problem]:
    for name in shelf.files:
        if name not in used:
            fix = "Nothing to do, unless a row of teams.csv should name it."
            yield Problem(f"ladders/{name}", "", "No team uses this ladder.", fix, "note")
