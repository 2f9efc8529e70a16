"""teams.csv → teams. Every row is looked at, and every problem is reported at once."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from workshop_kit.content.csv_text import read_text, split_rows
from workshop_kit.content.headings import Columns, column_name, count_known, read_headings
from workshop_kit.content.names import SLUG_AT_MOST, clean, is_slug, is_visible, quoted, slug_for
from workshop_kit.errors import Problem
from workshop_kit.event import NAME_AT_MOST, PEOPLE_AT_MOST, Team

# Two decimals at most: "9,0" is nine, "1,000" is a thousand to some and one to others.
_SIZE = re.compile(r"([0-9]{1,9})([.,]0{1,2})?")
_RANGE = re.compile(r"[0-9]+ ?[-\u2013\u2014/] ?[0-9]+")


@dataclass(frozen=True)
class TeamRow:
    """One row as it was read: `team` is None where the row has errors, the rest is what it says."""

    row: int
    name: str
    slug: str
    ladder: str
    team: Team | None


@dataclass(frozen=True)
class _Row:
    """One row under its headings, with the words that problems of this row need."""

    file: str
    number: int
    cells: list[str]
    columns: Columns

    def text(self, heading: str) -> str:
        at = self.columns.at.get(heading, len(self.cells))
        text = clean(self.cells[at]) if at < len(self.cells) else ""
        return text if is_visible(text) else ""

    def has(self, heading: str) -> bool:
        return heading in self.columns.at

    def problem(self, what: str, fix: str) -> Problem:
        return Problem(self.file, f"row {self.number}", what, fix)


def read_teams(path: Path) -> tuple[tuple[Team, ...], tuple[Problem, ...]]:
    """The teams of all rows without an error, and every problem, by row; raises nothing.

    Rows are counted as a spreadsheet shows them: the headings stand in row 1.
    """
    rows, problems = read_rows(path)
    return tuple(row.team for row in rows if row.team), problems


def read_rows(path: Path) -> tuple[tuple[TeamRow, ...], tuple[Problem, ...]]:
    """As `read_teams`, but all rows that name a team, faulty ones too, with their numbers."""
    file = path.name
    text, notes = read_text(path)
    if text is None:
        return (), notes
    table, delimiter, broken = split_rows(text, file, count_known)
    filled = [(n, cells) for n, cells in enumerate(table, 1) if any(map(clean, cells))]
    if broken or not filled:
        empty = Problem(file, "", "The file is empty.", "Write headings and one row a team.")
        return (), (*notes, *(broken or (empty,)))
    (head_number, head), body = filled[0], filled[1:]
    columns, head_problems = read_headings(head, file, head_number)
    if not columns.at:
        return (), (*notes, *head_problems)
    if not body:
        none = Problem(file, "", "There are headings but no teams.", "Write one row a team.")
        return (), (*notes, none, *head_problems)
    rows = [_Row(file, number, cells, columns) for number, cells in body]
    read = [_read_row(row, delimiter) for row in rows]
    clashes = dict(_same_slugs([team for team, _ in read], file))
    teams = [replace(team, team=None) if team.row in clashes else team for team, _ in read]
    problems = [
        *_stray_columns(rows, head, file, head_number),
        *(problem for _, found in read for problem in found),
        *clashes.values(),
    ]
    # A stable sort by row: what was found first in a row is said first.
    by_row = sorted(problems, key=lambda problem: int(problem.place.removeprefix("row ")))
    return tuple(teams), (*notes, *head_problems, *by_row)


def _read_row(row: _Row, delimiter: str) -> tuple[TeamRow, tuple[Problem, ...]]:
    name, leader, ladder = row.text("team"), row.text("leader"), row.text("ladder")
    if any(map(clean, row.cells[row.columns.width :])):
        # Cells of this row have probably slipped to the right: one cause, one message.
        return TeamRow(row.number, name, "", "", None), (_slipped(row, delimiter),)
    size, size_problems = _read_size(row)
    slug, slug_problems = _read_slug(row, name)
    problems = (
        *_read_name(row, "team", name, "Name the team, or delete the row."),
        *_read_name(row, "leader", leader, "Write who leads the team."),
        *size_problems,
        *_read_name(row, "ladder", ladder, "Name a file of the ladders folder."),
        *slug_problems,
    )
    whole = not problems and size and name and leader and ladder
    team = Team(slug=slug, name=name, leader=leader, size=size, ladder=ladder) if whole else None
    return TeamRow(row.number, name, slug, ladder, team), problems


def _read_name(row: _Row, heading: str, text: str, fix: str) -> Iterator[Problem]:
    if row.has(heading) and not text:
        yield row.problem(f"The {heading} is empty.", fix)
    if len(text) > NAME_AT_MOST:
        what = f"The {heading} {quoted(text, 40)} has {len(text)} characters."
        yield row.problem(what, f"Shorten it to {NAME_AT_MOST} at most.")


def _read_size(row: _Row) -> tuple[int, tuple[Problem, ...]]:
    if not row.has("size"):
        return 0, ()
    text = unicodedata.normalize("NFKC", row.text("size")).strip()
    fix = "Write the number of people in the team, such as 9."
    number = _SIZE.fullmatch(text)
    if not text:
        return 0, (row.problem("The size is empty.", fix),)
    if not number:
        several = "Write one number, not a range." if _RANGE.fullmatch(text) else fix
        return 0, (row.problem(f"The size {quoted(text)} is not a whole number.", several),)
    size = int(number[1])
    if not 1 <= size <= PEOPLE_AT_MOST:
        what = f"The size {size} is not between 1 and {PEOPLE_AT_MOST}."
        return 0, (row.problem(what, fix if size == 0 else "Split the team, or mend the number."),)
    return size, ()


def _read_slug(row: _Row, name: str) -> tuple[str, tuple[Problem, ...]]:
    made = slug_for(name, otherwise=f"team-{row.number}") if name else ""
    text = row.text("slug")
    if not text:
        return made, ()
    if is_slug(text):
        return text, ()
    what = f"The slug {quoted(text)} can't name files on every system."
    own = slug_for(text, otherwise=made or f"team-{row.number}")
    rule = f"use a-z, 0-9 and single hyphens, {SLUG_AT_MOST} characters at most"
    return "", (row.problem(what, f"Write {own}, or leave it empty; {rule}."),)


def _slipped(row: _Row, delimiter: str) -> Problem:
    width = row.columns.width
    beyond = next(n for n in range(width, len(row.cells)) if clean(row.cells[n]))
    stray = quoted(row.cells[beyond], 30)
    shown = {"\t": "a tab"}.get(delimiter, f'a "{delimiter}"')
    what = f"Column {column_name(beyond)} holds {stray}, but there are only {width} headings."
    fix = f"If a name holds {shown}, put the name in double quotes; otherwise empty the cell."
    return row.problem(what, fix)


def _stray_columns(rows: list[_Row], head: list[str], file: str, number: int) -> list[Problem]:
    bare = [
        column_name(at)
        for at, heading in enumerate(head)
        if not clean(heading) and any(at < len(row.cells) and clean(row.cells[at]) for row in rows)
    ]
    if not bare:
        return []
    what = f"There are cells without a heading in column {', '.join(bare)}; they are not read."
    return [Problem(file, f"row {number}", what, "Give the column a heading, or empty it.", "note")]


def _same_slugs(rows: list[TeamRow], file: str) -> Iterator[tuple[int, Problem]]:
    """For each row whose slug an earlier row has: its number and the problem."""
    first: dict[str, TeamRow] = {}
    for row in rows:
        if not row.slug:
            continue
        other = first.setdefault(row.slug, row)
        if other is not row:
            what = (
                f"{quoted(row.name)} and {quoted(other.name)} in row {other.row} "
                f"would both be written to the folder {row.slug}."
            )
            fix = "Rename one of them, or add a column slug and give each its own."
            yield row.row, Problem(file, f"row {row.row}", what, fix)
