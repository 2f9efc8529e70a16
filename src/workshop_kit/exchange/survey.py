"""A survey's rows → answers in the store, all of them or, where anything is wrong, none."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import JsonValue

from workshop_kit.content import load_curriculum
from workshop_kit.content.names import quoted
from workshop_kit.content.yaml_words import did_you_mean
from workshop_kit.curriculum import Question
from workshop_kit.errors import InputError, Problem
from workshop_kit.event import EventFolder
from workshop_kit.exchange.cells import Unread, folded, read_cell
from workshop_kit.exchange.mapping import Mapping, read_mapping
from workshop_kit.exchange.sheet import Row, read_sheet
from workshop_kit.forms.keeping import fix_limits, limits_of
from workshop_kit.store import Revision, Store, open_store

LEADER = "leader"
DEVICE = "import"


@dataclass(frozen=True)
class Imported:
    """What came in: `rows` of the survey, `answers` saved now, `same` that were there already.

    `overtook` of them are later now than what a form had, which stays in the history. `notes` are
    about the survey's file.
    """

    rows: int
    answers: int
    same: int
    overtook: int
    notes: tuple[Problem, ...] = ()


@dataclass(frozen=True)
class _Given:
    """What one row answers: whose answers these are, and the values by question."""

    row: int
    team: str
    participant: str
    values: dict[str, JsonValue]


def import_survey(folder: EventFolder, survey: Path, mapping_file: Path) -> Imported:
    """Saves what the survey's rows answer. To import the same file again changes nothing, also
    where an answer has since been changed in a form.

    Raises InputError with every problem at once, and then nothing was saved; StoreError when the
    answers can't be saved, and then to repeat the import does no harm.
    """
    mapping, activity, questions = read_mapping(mapping_file)
    teams = _teams(folder, mapping, mapping_file.name)
    rows, notes = read_sheet(survey, mapping.columns)
    reading = _Reading(survey.name, mapping, questions, teams)
    given = [one for row in rows if (one := reading.read(row))]
    problems = [*reading.problems, *_twice(given, mapping, survey.name)]
    if problems:
        raise InputError(sorted(problems, key=_row))
    with open_store(folder.path, folder.event.database) as store:
        if given:
            fix_limits(store, limits_of(folder.event.privacy))
        saved = [one for row in given for one in _save(store, activity.slug, row)]
    return Imported(
        rows=len(rows),
        answers=saved.count("new") + saved.count("overtook"),
        same=saved.count("same"),
        overtook=saved.count("overtook"),
        notes=notes,
    )


def _save(store: Store, activity: str, given: _Given) -> Iterator[str]:
    """What became of each answer of a row: "new", "overtook" (new, and over a form's) or "same"."""
    whose = {"team": given.team, "participant": given.participant, "activity": activity}
    imported: dict[str, Revision] = {}
    for revision in store.history(**whose):
        if revision.device == DEVICE:
            imported[revision.question] = revision
    for question, value in given.values.items():
        before = imported.get(question)
        if before and before.value == value:
            yield "same"
            continue
        seen = before.id if before else 0
        saved = store.save(**whose, question=question, value=value, device=DEVICE, seen=seen)
        if saved.new:
            yield "overtook" if saved.overtook else "new"
        else:
            yield "same"


# ---- reading the rows --------------------------------------------------------------------------


@dataclass
class _Reading:
    """What collects while the rows are read, one after the other."""

    file: str
    mapping: Mapping
    questions: dict[str, Question]
    teams: dict[str, str]
    problems: list[Problem] = field(default_factory=list)

    def read(self, row: Row) -> _Given | None:
        """What the row answers; None where it answers nothing, or where there are problems."""
        number, cells = row
        known = len(self.problems)
        values: dict[str, JsonValue] = {}
        for ident, column in self.mapping.questions.items():
            if cells[column]:
                self._answer(number, column, cells[column], ident, values)
        if not values and len(self.problems) == known:
            return None
        team = self._team(number, cells)
        participant = self._participant(number, cells)
        if len(self.problems) > known:
            return None
        return _Given(number, team, participant, values)

    def _answer(
        self, row: int, column: str, said: str, ident: str, values: dict[str, JsonValue]
    ) -> None:
        try:
            values[ident] = read_cell(self.questions[ident], said, load_curriculum())
        except Unread as error:
            self._refuse(row, column, str(error), error.fix)

    def _team(self, row: int, cells: dict[str, str]) -> str:
        column = self.mapping.team.column
        said = cells[column] if column else self.mapping.team.slug
        slug = {folded(name): slug for name, slug in self.teams.items()}.get(folded(said), "")
        if not slug:
            what = f"There is no team {quoted(said)}." if said else "The cell names no team."
            near = did_you_mean(said[:200], self.teams) if said else ""
            there = near or f"The teams are: {', '.join(dict.fromkeys(self.teams.values()))}."
            fix = f"{there} Or name it in the mapping file, under team.names."
            self._refuse(row, column, what, fix if said else there)
        return slug

    def _participant(self, row: int, cells: dict[str, str]) -> str:
        person = self.mapping.participant
        if person is None:
            return LEADER
        if not cells[person.column]:
            what = "The cell is empty, so this row can't be told from others."
            self._refuse(row, person.column, what, "Fill it in, or take another column.")
        return person.code(cells[person.column])

    def _refuse(self, row: int, column: str, what: str, fix: str) -> None:
        self.problems.append(Problem(self.file, f"row {row}, column {quoted(column)}", what, fix))


def _teams(folder: EventFolder, mapping: Mapping, file: str) -> dict[str, str]:
    """The slug for each name of a team; raises InputError where the mapping names none."""
    slugs = [team.slug for team in folder.teams]
    place = "key team.names" if mapping.team.column else "key team"
    meant = mapping.team.names.values() if mapping.team.column else [mapping.team.slug]
    there = f"The teams are: {', '.join(slugs)}."
    problems = [
        Problem(
            file, place, f"There is no team {quoted(slug)}.", did_you_mean(slug, slugs) or there
        )
        for slug in dict.fromkeys(meant)
        if slug not in slugs
    ]
    if problems:
        raise InputError(problems)
    named = {team.name: team.slug for team in folder.teams}
    named |= {slug: slug for slug in slugs}
    return named | mapping.team.names


def _twice(given: list[_Given], mapping: Mapping, file: str) -> Iterator[Problem]:
    """The rows whose answers would take the place of an earlier row's."""
    first: dict[tuple[str, str], int] = {}
    person = mapping.participant
    for one in given:
        before = first.setdefault((one.team, one.participant), one.row)
        if before == one.row:
            continue
        if person:
            place = f"row {one.row}, column {quoted(person.column)}"
            what = f"This is the same entry as in row {before}, for the same team."
            fix = "Delete the older row, or take a column in which everybody differs."
        else:
            place = f"row {one.row}"
            what = f"This row answers for the leader of {one.team}, as row {before} does."
            fix = "Delete the older row, or name under participant the column that tells people apart."
        yield Problem(file, place, what, fix)


def _row(problem: Problem) -> int:
    return int(problem.place.split(",")[0].removeprefix("row "))
