"""teams.csv as Excel and HR systems really save it."""

from __future__ import annotations

import re
import tempfile
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workshop_kit.content import read_teams
from workshop_kit.content.names import clean, is_visible
from workshop_kit.errors import Problem
from workshop_kit.event import Team

HEAD = "team,leader,size,ladder\n"
SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


def read(tmp_path: Path, content: str | bytes) -> tuple[tuple[Team, ...], tuple[Problem, ...]]:
    path = tmp_path / "teams.csv"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return read_teams(path)


def cell(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def one_problem(tmp_path: Path, content: str | bytes) -> Problem:
    _, problems = read(tmp_path, content)
    assert len(problems) == 1, [str(problem) for problem in problems]
    return problems[0]


def one_team(tmp_path: Path, content: str | bytes) -> Team:
    teams, problems = read(tmp_path, content)
    assert not problems, [str(problem) for problem in problems]
    (team,) = teams
    return team


# How the file was saved


def test_a_plain_file_gives_its_teams(tmp_path: Path) -> None:
    teams, problems = read(tmp_path, HEAD + "Payments,Ana,9,ladder.md\nData,Bo,7,ladder\n")
    assert not problems
    assert teams[0] == Team(
        slug="payments", name="Payments", leader="Ana", size=9, ladder="ladder.md"
    )
    assert [team.slug for team in teams] == ["payments", "data"]


@pytest.mark.parametrize(
    "content",
    [
        (HEAD + "Zürich,Ana,9,a.md\n").encode("utf-8-sig"),
        (HEAD + "Zürich,Ana,9,a.md\n").replace(",", "\t").encode("utf-16"),
        (HEAD + "Zürich,Ana,9,a.md\n").replace(",", ";").encode(),
        (HEAD + "Zürich,Ana,9,a.md\n").replace(",", "|").encode(),
        ("sep=;\r\n" + HEAD + "Zürich,Ana,9,a.md\n").replace(",", ";").encode(),
        ('"sep=\t"\n' + HEAD + "Zürich,Ana,9,a.md\n").replace(",", "\t").encode(),
        (HEAD + "Zürich,Ana,9,a.md\n").replace("\n", "\r").encode(),
        (HEAD + "Zürich,Ana,9,a.md\n").replace("\n", "\r\n").encode(),
        (HEAD + "Zürich,Ana,9,a.md\n,,,\n , ,,\n\n\n").encode(),
        (HEAD + "Zürich,Ana,9,a.md\n").replace("\n", ",,,\n").encode(),
        (HEAD + "Zu\u0308rich,Ana,9,a.md\n").encode(),
    ],
    ids=[
        "utf-8-bom", "utf-16", "semicolons", "pipes", "sep-line", "quoted-sep-tab",
        "old-mac-lines", "windows-lines", "blank-rows", "empty-columns", "decomposed",
    ],
)  # fmt: skip
def test_it_reads_what_excel_saves(tmp_path: Path, content: bytes) -> None:
    assert one_team(tmp_path, content).name == "Zürich"


def test_windows_1252_is_read_with_a_note(tmp_path: Path) -> None:
    teams, problems = read(tmp_path, (HEAD + "Zürich,Ana,9,a.md\n").encode("cp1252"))
    assert teams[0].name == "Zürich"
    assert [problem.severity for problem in problems] == ["note"]
    assert "Windows-1252" in problems[0].what
    assert "CSV UTF-8" in problems[0].fix


def test_a_comma_in_a_heading_does_not_choose_the_delimiter(tmp_path: Path) -> None:
    content = "team;leader;size;ladder;a,b,c,d,e,f\nPayments;Ana;9;a.md;\n"
    teams, _ = read(tmp_path, content)
    assert teams[0].leader == "Ana"


def test_a_quoted_newline_becomes_one_space(tmp_path: Path) -> None:
    teams, problems = read(tmp_path, HEAD + '"Pay\r\n  ments",Ana,9,a.md\nData,Bo,nine,a.md\n')
    assert teams[0].name == "Pay ments"
    assert problems[0].place == "row 3"


# Headings


@pytest.mark.parametrize(
    "head",
    [
        "Team,LEADER,Size ,ladder",
        "Team Name,Leader Name,Headcount,Career Ladder",
        "team_name,Manager,People,Ladders",
        "\ufeffteam,\u200bleader,si\u200bze,\u00a0ladder\u00a0",
        "Team:,Lead,SIZE,ladder  file",
        "ｔｅａｍ,leader,size,ladder",
    ],
)
def test_headings_are_known_whatever_their_dress(tmp_path: Path, head: str) -> None:
    assert one_team(tmp_path, f"{head}\nPayments,Ana,9,a.md\n").leader == "Ana"


def test_two_headings_that_mean_the_same_are_both_named(tmp_path: Path) -> None:
    problem = one_problem(tmp_path, "Team,leader,size,ladder,team \nA,Ana,9,a.md,B\n")
    assert (problem.file, problem.place) == ("teams.csv", "row 1")
    assert 'A "Team" and E "team" could both be the team' in problem.what
    assert problem.fix == "Rename or delete the one that is not meant."


@pytest.mark.parametrize(
    ("meant", "heading", "letter"),
    [
        ("team", "tеam", "cyrillic small letter ie"),
        ("leader", "lеаdеr", "cyrillic small letter ie"),
        ("size", "ѕize", "cyrillic small letter dze"),
        ("ladder", "lαdder", "greek small letter alpha"),
    ],
)
def test_a_letter_of_another_alphabet_is_named(
    tmp_path: Path, meant: str, heading: str, letter: str
) -> None:
    problem = one_problem(tmp_path, HEAD.replace(meant, heading) + "Payments,Ana,9,a.md\n")
    assert (problem.file, problem.place) == ("teams.csv", "row 1")
    assert f'looks like "{meant}"' in problem.what
    assert letter in problem.what
    assert problem.fix == f'Type the heading again: "{meant}".'


def test_columns_of_an_hr_export_give_one_note(tmp_path: Path) -> None:
    content = "Employee ID,Team,Leader,Size,Ladder,Salary\n7,Payments,Ana,9,a.md,1\n"
    teams, problems = read(tmp_path, content)
    assert len(teams) == 1
    assert [(p.severity, p.place) for p in problems] == [("note", "row 1")]
    assert problems[0].what == 'The kit does not read the columns "Employee ID", "Salary".'


def test_missing_columns_are_listed_with_what_was_found(tmp_path: Path) -> None:
    problem = one_problem(tmp_path, "Team,Leader,Sise\nPayments,Ana,9\n")
    assert problem.what == (
        'The columns size, ladder are missing; found: "Team", "Leader", "Sise".'
    )
    assert problem.fix == '"Sise": Did you mean "size"?'


def test_a_file_without_any_known_heading_gives_one_message(tmp_path: Path) -> None:
    problem = one_problem(tmp_path, "Payments,Ana,9,a.md\nData,,nine,\n")
    assert problem.place == "row 1"
    assert problem.fix == "The first row must name team, leader, size, ladder."


def test_rows_are_still_checked_when_a_column_is_missing(tmp_path: Path) -> None:
    _, problems = read(tmp_path, "team,leader,size\nPayments,,nine\n")
    assert [problem.place for problem in problems] == ["row 1", "row 2", "row 2"]


# Sizes


@pytest.mark.parametrize("size", ["9", "9 ", " 9", "9.0", '"9,0"', "9.00", "９", "\u00a09"])
def test_a_size_is_read_as_people_write_it(tmp_path: Path, size: str) -> None:
    assert one_team(tmp_path, f"{HEAD}Payments,Ana,{size},a.md\n").size == 9


@pytest.mark.parametrize(
    ("size", "what", "fix"),
    [
        ("nine", 'The size "nine" is not a whole number.', "such as 9."),
        ("-1", 'The size "-1" is not a whole number.', "such as 9."),
        ("9.5", 'The size "9.5" is not a whole number.', "such as 9."),
        ('"1,000"', 'The size "1,000" is not a whole number.', "such as 9."),
        ("", "The size is empty.", "such as 9."),
        ("12-15", 'The size "12-15" is not a whole number.', "not a range."),
        ("12–15", 'The size "12–15" is not a whole number.', "not a range."),
        ("0", "The size 0 is not between 1 and 200.", "such as 9."),
        ("201", "The size 201 is not between 1 and 200.", "Split the team"),
        ("9" * 5000, "is not a whole number.", "such as 9."),
    ],
)
def test_a_wrong_size_is_named_with_its_row(tmp_path: Path, size: str, what: str, fix: str) -> None:
    problem = one_problem(tmp_path, f"{HEAD}Data,Bo,5,a.md\n\nPayments,Ana,{size},a.md\n")
    assert (problem.file, problem.place) == ("teams.csv", "row 4")
    assert what in problem.what
    assert fix in problem.fix


# Names and slugs


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Zürich", "zurich"),
        ("東京", "dong-jing"),
        ("Ana's team", "ana-s-team"),
        ("Payments / EU", "payments-eu"),
        ("🚀", "team-2"),
        ('#import "x"', "import-x"),
        ("<script>alert(1)</script>", "script-alert-1-script"),
        ("../../etc", "etc"),
        ("=cmd()", "cmd"),
        ("*bold* $x$", "bold-x"),
        ("R&amp;D &#65;", "r-amp-d-65"),
        ("فريق الدفع", "fryq-ldf"),
        ("CON", "con-team"),
        ("nul", "nul-team"),
        ("com1", "com1-team"),
        ("x" * 300, "x" * 60),
        ("👩‍💻 Tools", "tools"),
        ("C:\\Windows", "c-windows"),
    ],
)
def test_any_name_is_taken_literally(tmp_path: Path, name: str, slug: str) -> None:
    team = one_team(tmp_path, f"{HEAD}{cell(name)},Ana,9,a.md\n")
    assert (team.name, team.slug) == (name, slug)


def test_control_and_override_characters_are_removed(tmp_path: Path) -> None:
    content = HEAD + "Pay\u202ements\u2066\x07\u2069  \u00a0EU,Ana,9,a.md\n"
    assert one_team(tmp_path, content).name == "Payments EU"


def test_a_name_of_301_characters_is_refused(tmp_path: Path) -> None:
    problem = one_problem(tmp_path, f"{HEAD}{'x' * 301},Ana,9,a.md\n")
    assert problem.place == "row 2"
    assert "has 301 characters" in problem.what
    assert problem.fix == "Shorten it to 300 at most."


@pytest.mark.parametrize("empty", ["", "  ", "\u200b"])
def test_empty_cells_are_each_named(tmp_path: Path, empty: str) -> None:
    _, problems = read(tmp_path, f"{HEAD}{empty},{empty},9,{empty}\n")
    assert [(problem.place, problem.what) for problem in problems] == [
        ("row 2", "The team is empty."),
        ("row 2", "The leader is empty."),
        ("row 2", "The ladder is empty."),
    ]


def test_two_teams_with_one_slug_name_both_rows(tmp_path: Path) -> None:
    problem = one_problem(tmp_path, HEAD + "Payments EU,Ana,9,a\n\nPayments / EU,Bo,8,a\n")
    assert problem.place == "row 4"
    assert '"Payments / EU" and "Payments EU" in row 2' in problem.what
    assert "payments-eu" in problem.what
    assert "slug" in problem.fix


def test_a_slug_column_parts_two_teams_of_one_name(tmp_path: Path) -> None:
    content = "team,leader,size,ladder,slug\nWeb,Ana,9,a,\nWeb,Bo,8,a,web-2\n"
    teams, problems = read(tmp_path, content)
    assert not problems
    assert [team.slug for team in teams] == ["web", "web-2"]


@pytest.mark.parametrize("slug", ["Web 2", "../web", "con", "a--b", "é", "x" * 61])
def test_a_slug_that_names_no_file_is_refused_with_a_better_one(tmp_path: Path, slug: str) -> None:
    problem = one_problem(tmp_path, f"team,leader,size,ladder,slug\nWeb,Ana,9,a,{slug}\n")
    assert problem.place == "row 2"
    better = problem.fix.removeprefix("Write ").split(",")[0]
    assert SLUG.fullmatch(better)
    assert len(better) <= 60


# Files that are not what they should be


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"", "The file is empty."),
        (b"\n\n,,,\n", "The file is empty."),
        (HEAD.encode(), "There are headings but no teams."),
        (HEAD.encode() + b",,,\n\n", "There are headings but no teams."),
        (b"PK\x03\x04\x14\x00", "The file is an Excel workbook or a ZIP file, not CSV"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "The file is an old Excel workbook, not CSV"),
        (HEAD.encode() + b"Pay\x00ments,Ana,9,a\n", "The file holds NUL characters"),
        (HEAD.encode("utf-16-le"), "The file holds NUL characters"),
        (b"\xff\xfe\x00\xd8", "The file is not UTF-16 text."),
        (b"team\x81", "The file is not UTF-8 or Windows-1252 text."),
        (b"a" * 5_000_001, "The file is larger than 5 MB."),
    ],
)
def test_a_file_that_is_no_csv_gives_one_message(tmp_path: Path, content: bytes, what: str) -> None:
    problem = one_problem(tmp_path, content)
    assert problem.file == "teams.csv"
    assert what in problem.what
    assert problem.fix


def test_an_unclosed_quote_is_found_where_it_opens(tmp_path: Path) -> None:
    problem = one_problem(tmp_path, HEAD + 'Data,Bo,5,a\n"Payments,Ana,9,a\nWeb,Cy,4,a\n')
    assert problem.place == "row 3"
    assert "never closed" in problem.what


def test_an_unclosed_quote_before_much_text_is_found_too(tmp_path: Path) -> None:
    problem = one_problem(tmp_path, HEAD + '"Payments,Ana,9,a\n' + "Web,Cy,4,a\n" * 20_000)
    assert problem.place == "row 2"
    assert "never closed" in problem.what


def test_a_missing_file_is_a_problem(tmp_path: Path) -> None:
    _, problems = read_teams(tmp_path / "teams.csv")
    assert [problem.what for problem in problems] == ["The file is missing."]


# All at once


def test_cells_beyond_the_headings_are_one_error_of_their_row(tmp_path: Path) -> None:
    problem = one_problem(tmp_path, HEAD + "Payments, EU,Ana,9,a.md\n")
    assert problem.place == "row 2"
    assert problem.what == 'Column E holds "a.md", but there are only 4 headings.'
    assert 'If a name holds a ","' in problem.fix


def test_cells_under_no_heading_are_a_note(tmp_path: Path) -> None:
    teams, problems = read(tmp_path, "team,leader,size,ladder,,\nA,Ana,9,a,,ask Ana\n")
    assert len(teams) == 1
    assert [(p.severity, p.place) for p in problems] == [("note", "row 1")]
    assert "column F" in problems[0].what


def test_every_problem_comes_at_once_and_by_row(tmp_path: Path) -> None:
    many = "".join(f"Team {n},,1,a\n" for n in range(8))
    content = HEAD + "A,Ana,nine,a\n,,,\nB,,0,\nA,Cy,3,a\n" + many
    teams, problems = read(tmp_path, content)
    assert not teams
    rows = [int(problem.place.removeprefix("row ")) for problem in problems]
    assert rows == sorted(rows)
    assert rows == [2, 4, 4, 4, 5, *range(6, 14)]


def test_the_teams_without_an_error_are_given_even_so(tmp_path: Path) -> None:
    teams, _ = read(tmp_path, HEAD + "A,Ana,nine,a\nB,Bo,4,b\n")
    assert [team.name for team in teams] == ["B"]


@given(st.binary() | st.binary().map(lambda tail: HEAD.encode() + tail))
def test_any_bytes_give_teams_or_problems(content: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        teams, problems = read(Path(folder), content)
    assert teams or any(problem.severity == "error" for problem in problems)


@given(st.text(max_size=400).map(lambda text: HEAD + text))
def test_any_text_gives_teams_or_problems(content: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        raw = content.encode("utf-8", "surrogatepass")
        teams, problems = read(Path(folder), raw)
    assert teams or any(problem.severity == "error" for problem in problems)
    assert all("\n" not in str(problem) for problem in problems)


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=300))
def test_any_printable_name_survives_with_a_safe_slug(name: str) -> None:
    expected = clean(name)
    if not is_visible(expected) or len(expected) > 300:
        return
    with tempfile.TemporaryDirectory() as folder:
        (team,), problems = read(Path(folder), f"{HEAD}{cell(name)},Ana,9,a.md\n")
        out = (Path(folder) / "out").resolve()
        assert (out / team.slug).resolve().parent == out
    assert not problems
    assert team.name == expected
    assert SLUG.fullmatch(team.slug)
    assert len(team.slug) <= 60


@given(st.text().filter(str.isprintable))
def test_printable_text_on_one_line_is_cleaned_to_itself(name: str) -> None:
    assert clean(name) == unicodedata.normalize("NFC", " ".join(name.split()))
