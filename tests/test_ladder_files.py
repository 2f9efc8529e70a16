"""Ladder files as companies have them → ladders; what is wrong with them, all at once."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from workshop_kit.errors import Problem
from workshop_kit.ladder import Ladder
from workshop_kit.ladder_files import BYTES_AT_MOST, read_ladder
from workshop_kit.ladder_files.levels import is_level, levels_among
from workshop_kit.ladder_files.sentences import statements_in

REPO = Path(__file__).resolve().parents[1]
SAMPLE = REPO / "data" / "sample-offsite"
REAL = REPO.parent / "shared" / "ladders"
real_ladders = pytest.mark.skipif(
    not REAL.is_dir(), reason=f"the real ladders are not part of the repository ({REAL})"
)

Read = Callable[[str, str | bytes], tuple[Ladder | None, tuple[Problem, ...]]]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """Writes the content as a ladder of an event, and reads it."""

    def write_and_read(
        name: str, content: str | bytes
    ) -> tuple[Ladder | None, tuple[Problem, ...]]:
        path = tmp_path / "ladders" / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return read_ladder(path, tmp_path)

    return write_and_read


@pytest.fixture
def rows(read: Read) -> Callable[[str, str | bytes], list[tuple[str, str, str]]]:
    """Reads a ladder that has no error; gives level, heading and text of its statements."""

    def written(name: str, content: str | bytes) -> list[tuple[str, str, str]]:
        ladder, problems = read(name, content)
        assert ladder is not None, problems
        return [(s.level, s.heading, s.text) for s in ladder.statements]

    return written


Rows = Callable[[str, str | bytes], list[tuple[str, str, str]]]


def errors(problems: tuple[Problem, ...]) -> list[Problem]:
    return [problem for problem in problems if problem.severity == "error"]


def notes(problems: tuple[Problem, ...]) -> list[Problem]:
    return [problem for problem in problems if problem.severity == "note"]


class TestLevels:
    @pytest.mark.parametrize(
        "label",
        [
            *("Junior", "Senior Engineer", "Staff", "Principal Software Engineer", "Mid-level"),
            *("L3", "E4", "IC2", "1", "III", "Level 2", "Engineer II", "Developer 1", "Tech Lead"),
            *("D1 - Developer 1", "E4 – Payments wizard", "IC3 (Senior)", "Level 1: Associate"),
        ],
    )
    def test_names_of_levels(self, label: str):
        assert is_level(label)

    @pytest.mark.parametrize(
        "label",
        [
            *("", "Delivery", "Code quality", "Staff development", "Lead time", "Principles"),
            *("1. Delivery", "Quality", "Writes code", "Engineering", "Notes", "Entry criteria"),
        ],
    )
    def test_not_names_of_levels(self, label: str):
        assert not is_level(label)

    def test_a_bare_role_is_a_level_among_levels_only(self):
        assert "Engineer" in levels_among(["Engineer", "Senior Engineer"])
        assert levels_among(["Engineer", "Delivery"]) == frozenset()


class TestSentences:
    def test_sentences_become_statements(self):
        assert statements_in("Writes code. Reviews it!") == ["Writes code.", "Reviews it!"]

    def test_an_abbreviation_ends_no_sentence(self):
        assert statements_in("Uses tools, e.g. Kotlin, well.") == ["Uses tools, e.g. Kotlin, well."]

    def test_bullets_become_statements_whatever_their_mark(self):
        assert statements_in("• One thing. Still one\n- two\n3) three") == [
            *("One thing. Still one", "two", "three")
        ]

    def test_bullets_on_one_line_come_apart(self):
        assert statements_in("• Writes code • Fixes bugs") == ["Writes code", "Fixes bugs"]

    def test_a_bullet_wrapped_by_hand_is_joined(self):
        assert statements_in("- Writes\n  code\n- Ships") == ["Writes code", "Ships"]

    def test_placeholders_are_no_statements(self):
        assert statements_in("n/a") == statements_in("–") == statements_in("TBD") == []


class TestMarkdownOutline:
    def test_a_heading_is_a_level_and_its_bullets_are_statements(self, rows: Rows):
        text = "# Ours\n\n## Junior\n\n* Writes code\n* Learns\n\n## Senior\n\n1. Plans\n"
        assert rows("a.md", text) == [
            ("Junior", "", "Writes code"),
            ("Junior", "", "Learns"),
            ("Senior", "", "Plans"),
        ]

    def test_a_heading_below_a_level_is_a_dimension(self, rows: Rows):
        text = "## Junior\n### Craft\n- Writes\n### Care\n- Asks\n## Senior\n- Leads\n"
        assert rows("a.md", text) == [
            ("Junior", "Craft", "Writes"),
            ("Junior", "Care", "Asks"),
            ("Senior", "", "Leads"),
        ]

    def test_levels_under_dimensions_are_read_too(self, rows: Rows):
        text = "# Craft\n## L1\n- Writes\n## L2\n- Plans\n# Care\n## L1\n- Asks\n## L2\n- Helps\n"
        assert rows("a.md", text) == [
            ("L1", "Craft", "Writes"),
            ("L2", "Craft", "Plans"),
            ("L1", "Care", "Asks"),
            ("L2", "Care", "Helps"),
        ]

    def test_bold_before_a_colon_is_the_heading(self, rows: Rows):
        text = "# L1\n* **Adopts**: learns the tools\n* **Ships:** features\n"
        assert rows("a.md", text) == [
            ("L1", "Adopts", "learns the tools"),
            ("L1", "Ships", "features"),
        ]

    def test_bold_before_a_colon_stays_in_the_text_below_a_dimension(self, rows: Rows):
        text = "# L1\n## Craft\n* **Adopts**: learns\n"
        assert rows("a.md", text) == [("L1", "Craft", "Adopts: learns")]

    def test_a_bullet_with_bullets_names_them(self, rows: Rows):
        text = "# L1\n- **Craft**\n  - Writes\n  - Tests\n- Asks\n"
        assert rows("a.md", text) == [
            ("L1", "Craft", "Writes"),
            ("L1", "Craft", "Tests"),
            ("L1", "", "Asks"),
        ]

    def test_a_sentence_with_bullets_is_a_statement_as_well(self, rows: Rows):
        text = "# L1\n- Writes code that others can read.\n  - Also on Fridays, with care.\n"
        assert [text for _, _, text in rows("a.md", text)] == [
            "Writes code that others can read.",
            "Also on Fridays, with care.",
        ]

    def test_a_line_in_bold_is_a_heading(self, rows: Rows):
        text = "**Junior**\n\n- Writes\n\n**Senior**\n\n- Plans\n"
        assert rows("a.md", text) == [("Junior", "", "Writes"), ("Senior", "", "Plans")]

    def test_formatting_is_removed_and_the_words_are_kept(self, rows: Rows):
        text = "# L1\n* Writes *clear* `code`, **always** &amp; ~~never~~\n  twice\n"
        assert rows("a.md", text) == [("L1", "", "Writes clear code, always & never twice")]

    def test_words_between_angle_brackets_are_kept(self, rows: Rows):
        assert rows("a.md", "# L1\n* Uses List<String> <b>well</b>\n") == [
            ("L1", "", "Uses List<String> well")
        ]

    def test_places_are_lines_of_the_file_front_matter_included(self, read: Read):
        ladder, _ = read("a.md", "---\ntitle: x\n---\n# L1\n\n* Writes\n* Ships\n")
        assert ladder is not None
        assert [s.place for s in ladder.statements] == ["line 6", "line 7"]
        assert ladder.skipped[0].reason == "front matter"

    def test_what_is_not_a_statement_is_listed_with_place_and_reason(self, read: Read):
        level = "# L1\nScope.\n\n> quote\n\n```\ncode\n```\n\n* Writes\n* n/a\n"
        text = f"Intro.\n\n{level}\n# About\n* x y\n"
        ladder, _ = read("a.md", text)
        assert ladder is not None
        assert [(s.place, s.reason) for s in ladder.skipped] == [
            ("line 1", "not under a level"),
            ("line 4", "a paragraph, not a bullet"),
            ("line 6", "a quotation"),
            ("line 8", "code"),
            ("line 13", "a bullet without words"),
            ("line 16", "not under a level"),
        ]

    def test_a_ladder_in_paragraphs_is_read_by_sentences(self, rows: Rows):
        text = "# Junior\nWrites code. Learns.\n# Senior\nPlans.\n"
        assert rows("a.md", text) == [
            ("Junior", "", "Writes code."),
            ("Junior", "", "Learns."),
            ("Senior", "", "Plans."),
        ]

    def test_unusual_names_of_levels_are_taken_with_a_note(self, read: Read):
        ladder, problems = read("a.md", "# Ours\n## Sprout\n- Writes\n## Oak\n- Plans\n")
        assert ladder is not None
        assert ladder.levels == ("Sprout", "Oak")
        assert [note.what for note in notes(problems)] == [
            "No heading is named as a level usually is (Senior, L4, …); "
            "taken as levels: Sprout, Oak."
        ]

    def test_bullets_alone_are_statements_without_a_level(self, read: Read):
        ladder, problems = read("a.md", "- Writes\n- Plans\n")
        assert ladder is not None
        assert ladder.levels == ("",)
        assert notes(problems)

    def test_the_name_is_the_title_or_the_file(self, read: Read):
        titled, _ = read("our-ladder.md", "# How we grow\n## Junior\n- Writes\n")
        untitled, _ = read("our-ladder.md", "# Junior\n- Writes\n")
        assert titled is not None
        assert untitled is not None
        assert (titled.name, untitled.name) == ("How we grow", "Our ladder")


class TestMarkdownTable:
    def test_levels_as_columns(self, rows: Rows):
        text = "| Area | Engineer | Senior Engineer |\n|--|--|--|\n| Craft | Writes | Plans |\n"
        assert rows("a.md", text) == [
            ("Engineer", "Craft", "Writes"),
            ("Senior Engineer", "Craft", "Plans"),
        ]

    def test_levels_as_rows(self, rows: Rows):
        text = (
            "| Level | Craft | Care |\n|--|--|--|\n| L1 | Writes | Asks |\n| L2 | Plans | Helps |\n"
        )
        assert rows("a.md", text) == [
            ("L1", "Craft", "Writes"),
            ("L1", "Care", "Asks"),
            ("L2", "Craft", "Plans"),
            ("L2", "Care", "Helps"),
        ]

    def test_a_cell_comes_apart_by_breaks_and_sentences(self, rows: Rows):
        text = "| | L1 | L2 |\n|--|--|--|\n| Craft | • Writes<br>• Tests | Plans. Decides. |\n"
        assert rows("a.md", text) == [
            ("L1", "Craft", "Writes"),
            ("L1", "Craft", "Tests"),
            ("L2", "Craft", "Plans."),
            ("L2", "Craft", "Decides."),
        ]

    def test_a_category_row_is_skipped_and_listed(self, read: Read):
        text = "| | L1 | L2 |\n|--|--|--|\n| **Technical** | | |\n| Craft | Writes | Plans |\n"
        ladder, problems = read("a.md", text)
        assert ladder is not None
        assert ladder.headings == ("Craft",)
        assert [(s.text, s.reason) for s in ladder.skipped] == [
            ("Technical", "the name of a group of rows")
        ]
        assert problems == ()

    def test_a_category_names_the_rows_that_have_no_name(self, rows: Rows):
        text = "| | L1 | L2 |\n|--|--|--|\n| Technical | | |\n| | Writes | Plans |\n"
        assert {heading for _, heading, _ in rows("a.md", text)} == {"Technical"}

    def test_a_column_of_notes_is_skipped_and_listed(self, read: Read):
        text = "| | L1 | L2 | Notes |\n|--|--|--|--|\n| Craft | Writes | Plans | ask HR |\n"
        ladder, _ = read("a.md", text)
        assert ladder is not None
        assert ladder.levels == ("L1", "L2")
        assert [s.text for s in ladder.skipped] == ["ask HR"]

    def test_a_table_below_a_level_has_dimensions_as_rows(self, rows: Rows):
        text = "# Senior\n\n| Skill | Expectation |\n|--|--|\n| Craft | Plans. Decides. |\n"
        assert rows("a.md", text) == [
            ("Senior", "Craft", "Plans."),
            ("Senior", "Craft", "Decides."),
        ]

    def test_places_are_line_and_cell(self, read: Read):
        ladder, _ = read("a.md", "| | L1 | L2 |\n|--|--|--|\n| Craft | Writes | Plans |\n")
        assert ladder is not None
        assert [s.place for s in ladder.statements] == ["line 3, cell 2", "line 3, cell 3"]


class TestMarkdownHtml:
    def test_a_table_in_html_with_bullets_in_its_cells(self, rows: Rows):
        text = (
            "# Ours\n\n<table>\n  <tr><td>Craft</td><td>Engineer 1</td><td>Engineer 2</td></tr>\n"
            "  <tr><td>Code</td>\n  <td><ul><li>Writes. Well.</li><li>Tests</li></ul></td>\n"
            "  <td>&nbsp;</td></tr>\n  <tr><td>People</td><td>&nbsp;</td><td>Asks. Helps.</td></tr>\n"
            "</table>\n"
        )
        assert rows("a.md", text) == [
            ("Engineer 1", "Code", "Writes. Well."),
            ("Engineer 1", "Code", "Tests"),
            ("Engineer 2", "People", "Asks."),
            ("Engineer 2", "People", "Helps."),
        ]

    def test_markdown_inside_of_a_table_in_html(self, rows: Rows):
        head = "<table><tr><th>Area</th><th>Junior</th><th>Senior</th></tr>\n<tr><td>Craft</td>\n"
        cells = "<td>\n\n- Writes code\n- Tests\n\n</td><td>\n\nPlans. Decides.\n\n</td></tr>\n"
        text = f"# Ours\n\n{head}{cells}</table>\n\nThe end.\n"
        assert rows("a.md", text) == [
            ("Junior", "Craft", "Writes code"),
            ("Junior", "Craft", "Tests"),
            ("Senior", "Craft", "Plans."),
            ("Senior", "Craft", "Decides."),
        ]

    def test_bullets_in_html_in_a_cell_of_a_pipe_table(self, rows: Rows):
        text = "| | L1 | L2 |\n|--|--|--|\n| Craft | <ul><li>A b. C</li><li>D e</li></ul> | F g |\n"
        assert rows("a.md", text) == [
            ("L1", "Craft", "A b. C"),
            ("L1", "Craft", "D e"),
            ("L2", "Craft", "F g"),
        ]

    def test_headings_and_lists_in_html(self, rows: Rows):
        text = "<h2>Junior</h2>\n\n<ul><li>Writes</li></ul>\n\n<h2>Senior</h2>\n\n- Plans\n"
        assert rows("a.md", text) == [("Junior", "", "Writes"), ("Senior", "", "Plans")]

    def test_lists_beside_a_table_with_levels_are_not_taken_for_levels(self, read: Read):
        table = "| | L1 | L2 |\n|--|--|--|\n| Craft | Writes | Plans |\n"
        ladder, _ = read("a.md", f"# Ours\n\n## Why\n\n- So\n\n## How\n\n- Thus\n\n{table}")
        assert ladder is not None
        assert ladder.levels == ("L1", "L2")
        assert [(s.place, s.text) for s in ladder.skipped] == [("line 5", "So"), ("line 9", "Thus")]

    def test_two_tables_with_one_dimension_keep_their_tracks_apart(self, read: Read):
        table = "| | L1 | L2 |\n|--|--|--|\n| Craft | Writes | Plans |\n"
        ladder, _ = read("a.md", f"## Backend\n\n{table}\n## Frontend\n\n{table}")
        assert ladder is not None
        assert ladder.headings == ("Backend: Craft", "Frontend: Craft")

    def test_codes_and_names_of_levels_are_kept_together(self, rows: Rows):
        across = "| | L1 | L2 |\n|--|--|--|\n| | Junior | Senior |\n| Craft | Writes | Plans |\n"
        down = "| Level | Title | Craft |\n|--|--|--|\n| L1 | Junior | Writes |\n| L2 | Senior | Plans |\n"
        wanted = [("L1 – Junior", "Craft", "Writes"), ("L2 – Senior", "Craft", "Plans")]
        assert rows("a.md", across) == rows("a.md", down) == wanted


class TestFrontMatter:
    def test_front_matter_that_holds_the_ladder_is_read(self, read: Read):
        text = (
            "---\nlevels:\n  Sprout:\n    Craft: [Writes]\n  Oak:\n    Craft: [Plans]\n---\nBody.\n"
        )
        ladder, problems = read("a.md", text)
        assert ladder is not None
        assert problems == ()
        assert [(s.level, s.heading, s.text, s.place) for s in ladder.statements] == [
            ("Sprout", "Craft", "Writes", "line 4"),
            ("Oak", "Craft", "Plans", "line 6"),
        ]
        assert [(s.place, s.reason) for s in ladder.skipped] == [("line 8", "not under a level")]

    @pytest.mark.parametrize("front", ["tags: [a, b]", "title: x", ": broken: [", "- a\n- b"])
    def test_other_front_matter_is_skipped_and_listed(self, read: Read, front: str):
        ladder, _ = read("a.md", f"---\n{front}\n---\n# L1\n* Writes\n")
        assert ladder is not None
        assert [s.text for s in ladder.statements] == ["Writes"]
        assert [s.reason for s in ladder.skipped] == ["front matter"]


MATRIX = [["Area", "Junior", "Senior"], ["Craft", "Writes", "Plans"], ["Care", "Asks", "Helps"]]
MATRIX_ROWS = [
    ("Junior", "Craft", "Writes"),
    ("Senior", "Craft", "Plans"),
    ("Junior", "Care", "Asks"),
    ("Senior", "Care", "Helps"),
]


class TestCsv:
    @pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
    def test_any_delimiter(self, rows: Rows, delimiter: str):
        assert rows("a.csv", "\r\n".join(delimiter.join(r) for r in MATRIX)) == MATRIX_ROWS

    def test_either_way_round(self, rows: Rows):
        turned = "\n".join(",".join(row) for row in zip(*MATRIX, strict=True))
        assert sorted(rows("a.csv", turned)) == sorted(MATRIX_ROWS)

    def test_a_bom_blank_rows_and_blank_columns(self, rows: Rows):
        text = (
            "\ufeff" + "\r\n".join(",".join(r) + ",," for r in MATRIX) + "\r\n,,,,\r\n,,,,\r\n\r\n"
        )
        assert rows("a.csv", text) == MATRIX_ROWS

    def test_utf_16_as_excel_saves_unicode_text(self, rows: Rows):
        assert (
            rows("a.csv", "\n".join("\t".join(r) for r in MATRIX).encode("utf-16")) == MATRIX_ROWS
        )

    def test_a_sep_line_names_the_delimiter(self, rows: Rows):
        assert rows("a.csv", "sep=;\n" + "\n".join(";".join(r) for r in MATRIX)) == MATRIX_ROWS

    def test_windows_1252_is_read_with_a_note(self, read: Read):
        ladder, problems = read("a.csv", "Area;L1;L2\nCraft;Écrit «bien»;Löst\n".encode("cp1252"))
        assert ladder is not None
        assert [s.text for s in ladder.statements] == ["Écrit «bien»", "Löst"]
        assert [p.severity for p in problems] == ["note"]

    def test_lines_and_bullets_in_a_quoted_cell(self, rows: Rows):
        text = 'Area,L1,L2\nCraft,"• Writes, well\n• Tests","Says ""no"". Plans."\n'
        assert rows("a.csv", text) == [
            ("L1", "Craft", "Writes, well"),
            ("L1", "Craft", "Tests"),
            ("L2", "Craft", 'Says "no".'),
            ("L2", "Craft", "Plans."),
        ]

    def test_a_long_list_with_level_dimension_statement(self, rows: Rows):
        text = "Level,Dimension,Statement\nL1,Craft,Writes. Tests.\n,,Asks\nL2,Care,Helps\n"
        assert rows("a.csv", text) == [
            ("L1", "Craft", "Writes. Tests."),
            ("L1", "", "Asks"),
            ("L2", "Care", "Helps"),
        ]

    def test_a_statement_column_alone_is_enough(self, rows: Rows):
        assert rows("a.csv", 'statement\nWrites, tests\n"Ships, too"\n\n') == [
            ("", "", "Writes, tests"),
            ("", "", "Ships, too"),
        ]

    def test_a_title_above_the_header_is_skipped_and_listed(self, read: Read):
        ladder, _ = read("a.csv", "Ladder 2027,,\n,,\n" + "\n".join(",".join(r) for r in MATRIX))
        assert ladder is not None
        assert ladder.levels == ("Junior", "Senior")
        assert [(s.place, s.text) for s in ladder.skipped] == [("row 1, column A", "Ladder 2027")]
        assert ladder.statements[0].place == "row 4, column B"

    def test_a_name_left_empty_belongs_to_the_one_above(self, rows: Rows):
        text = "Area,L1,L2\nCraft,Writes,Plans\n,Tests,Decides\n"
        assert {heading for _, heading, _ in rows("a.csv", text)} == {"Craft"}

    def test_an_open_quote_is_an_error_with_its_row(self, read: Read):
        ladder, problems = read("a.csv", 'Area,L1,L2\nCraft,"Writes,Plans\nCare,Asks,Helps\n')
        assert ladder is None
        assert "never closed" in problems[0].what
        assert problems[0].place == "row 2"

    def test_tags_and_links_in_a_cell_leave_their_words(self, rows: Rows):
        text = "Area,L1,L2\nCraft,Writes <b>well</b><br>Tests,[Plans](#plans) List<int>\n"
        assert rows("a.csv", text) == [
            ("L1", "Craft", "Writes well"),
            ("L1", "Craft", "Tests"),
            ("L2", "Craft", "Plans List<int>"),
        ]


class TestErrors:
    @pytest.mark.parametrize(
        ("name", "content", "said"),
        [
            ("a.md", b"", "empty"),
            ("a.csv", b"\xef\xbb\xbf \r\n", "empty"),
            ("a.md", b"Only prose here.\n", "No statement was found"),
            ("a.csv", b"Area,L1,L2\n,,\n", "No statement was found"),
            ("a.md", b"x" * (BYTES_AT_MOST + 1), "larger than 5 MB"),
            ("a.csv", b"PK\x03\x04..xl/workbook.xml", "an Excel workbook"),
            ("a.md", b"PK\x03\x04..word/document.xml", "a Word document"),
            ("a.md", b"PK\x03\x04", "an Excel or Word file"),
            ("a.csv", b"\xd0\xcf\x11\xe0", "an old Excel or Word file"),
            ("a.md", b"# L1\n* a\x00b\n", "NUL bytes"),
            ("a.md", b"# L1\n* caf\xe9\n", "not UTF-8"),
            ("a.csv", b"statement\ncaf\xe9 \x81\n", "not UTF-8"),
            ("a.docx", b"PK\x03\x04", "an Excel or Word file, or another ZIP file"),
            ("a.doc", b"x", "an old Word document (.doc), which is not read"),
            ("a.txt", b"x", 'The ending ".txt" is not known'),
            ("ladder", b"x", "no ending"),
            ("a.md", b"> " * 20_000, "nested too deeply"),
            ("a.csv", b"a," * 500, "more than 200 columns"),
            ("a.md", b"# L1\n<table><tr><td>&nbsp;</td></tr></table>\n", "No statement was found"),
            ("a.csv", b"a,b\n" * 10_001, "more than 10,000 rows"),
            ("a.md", b"<!DOCTYPE html><html><h1>L1</h1></html>", "This is a web page"),
            ("a.html", b"# L1\n* Writes\n", "This is plain text"),
            ("a.html", b"MIME-Version: 1.0\n\n<html></html>", "a web archive"),
            ("a.csv", b"%PDF-1.7", "a PDF"),
            ("a.md", b"\x89PNG\r\n", "a picture"),
        ],
    )
    def test_a_file_that_is_no_ladder(self, read: Read, name: str, content: bytes, said: str):
        ladder, problems = read(name, content)
        assert ladder is None
        (problem,) = errors(problems)
        assert said in problem.what
        assert problem.file == f"ladders/{name}"
        assert problem.fix

    def test_undecodable_bytes_are_placed(self, read: Read):
        _, problems = read("a.md", b"# L1\n* caf\xe9\n")
        assert problems[0].place == "line 2"

    def test_a_missing_file_and_a_folder_are_problems_too(self, tmp_path: Path):
        (tmp_path / "folder.md").mkdir()
        assert read_ladder(tmp_path / "none.md", tmp_path)[1][0].what == "The file is missing."
        assert read_ladder(tmp_path / "folder.md", tmp_path)[1][0].what == "This is not a file."

    def test_a_link_out_of_the_event_folder_is_not_followed(self, tmp_path: Path):
        event = tmp_path / "event"
        event.mkdir()
        (tmp_path / "secret.md").write_text("# L1\n* Secret\n")
        (event / "a.md").symlink_to(tmp_path / "secret.md")
        ladder, problems = read_ladder(event / "a.md", event)
        assert ladder is None
        assert "outside the event folder" in problems[0].what

    def test_all_errors_are_reported_at_once(self, read: Read):
        text = "# L1\n* ![a](../../x.png)\n* Writes ![b](/y.png)\n* [c](file:///z)\n"
        assert [p.place for p in errors(read("a.md", text)[1])] == ["line 2", "line 3", "line 4"]


class TestReferences:
    @pytest.mark.parametrize(
        "target",
        [
            *("../../secret.png", "..%2f..%2fsecret.png", "/etc/passwd", "C:/secret.png"),
            *(
                "//host/x.png",
                "https://example.org/x.png",
                "file:///etc/passwd",
                "data:text/plain,x",
            ),
            *("a/../../../secret.png", "~/secret.png"),
        ],
    )
    @pytest.mark.parametrize(
        "form",
        [
            "# L1\n* Writes ![x]({}) code\n",
            '# L1\n* Writes <img src="{}"> code\n',
            '# L1\n* <img src="{}">\n',
            "# L1\n* Writes ![x][r] code\n\n[r]: {}\n",
            "| | L1 | L2 |\n|--|--|--|\n| Craft | Writes ![x]({}) | Plans |\n",
        ],
    )
    def test_an_embedded_file_from_elsewhere_is_an_error(self, read: Read, form: str, target: str):
        ladder, problems = read("a.md", form.format(target) + "\n# L2\n* Plans\n")
        assert ladder is None
        (problem,) = errors(problems)
        assert f"embeds `{target}`" in problem.what
        assert "outside the event folder" in problem.what

    @pytest.mark.parametrize("target", ["../../x.md", "/x.md", "file:///x", "javascript:alert(1)"])
    def test_a_link_to_a_file_elsewhere_is_an_error(self, read: Read, target: str):
        ladder, problems = read("a.md", f"# L1\n* See [this](<{target}>)\n")
        assert ladder is None
        assert f"links to `{target}`" in errors(problems)[0].what

    @pytest.mark.parametrize("target", ["https://example.org", "mailto:a@example.org"])
    def test_a_web_link_leaves_its_words_and_a_note(self, read: Read, target: str):
        ladder, problems = read("a.md", f"# L1\n* See [the guide]({target})\n")
        assert ladder is not None
        assert ladder.statements[0].text == "See the guide"
        (note,) = problems
        assert (note.severity, note.place) == ("note", "line 2")
        assert "the link is refused" in note.what

    def test_an_anchor_is_fine(self, read: Read):
        ladder, problems = read("a.md", "# L1\n* See [above](#l1)\n")
        assert ladder is not None
        assert problems == ()

    def test_a_file_inside_the_event_is_not_opened_and_noted(self, read: Read):
        ladder, problems = read("a.md", "# L1\n* See ![a chart](../chart.png)\n")
        assert ladder is not None
        assert ladder.statements[0].text == "See a chart"
        assert [p.severity for p in problems] == ["note"]

    def test_pictures_in_skipped_places_are_only_skipped(self, read: Read):
        text = "![x](../../a.png)\n\n# L1\n<picture><img src='/b.png'></picture>\n\n* Writes\n"
        ladder, problems = read("a.md", text)
        assert ladder is not None
        assert problems == ()

    def test_a_cell_of_a_csv_is_judged_too(self, read: Read):
        ladder, problems = read("a.csv", "statement\nWrites ![x](../../a.png)\nTests\n")
        assert ladder is None
        assert errors(problems)[0].place == "row 2, column A"


class TestRealLadders:
    @real_ladders
    def test_the_developer_ladder_has_seven_levels_of_five(self):
        ladder, problems = read_ladder(REAL / "engineeringladders-developer.md", REAL.parent)
        assert problems == ()
        assert ladder is not None
        assert ladder.name == "Developer"
        assert ladder.levels == tuple(f"D{n} - Developer {n}" for n in range(1, 8))
        assert [len(ladder.at(level)) for level in ladder.levels] == [5] * 7
        first = ladder.statements[0]
        assert (first.heading, first.place) == ("Adopts", "line 23")
        assert first.text == (
            "actively learns and adopts the technology and tools defined by the team"
        )

    @real_ladders
    def test_the_developer_ladder_lists_what_it_skips(self):
        ladder, _ = read_ladder(REAL / "engineeringladders-developer.md", REAL.parent)
        assert ladder is not None
        reasons = [skipped.reason for skipped in ladder.skipped]
        assert reasons[:2] == ["a paragraph, not a bullet", "a table without statements"]
        assert reasons.count("HTML") == 7
        assert reasons.count("not under a level") == 6

    # Counted by hand, and with grep: the file has 210 <li>, all of them inside of its five tables.
    @real_ladders
    def test_the_ladder_of_html_tables_is_read_whole(self):
        ladder, problems = read_ladder(REAL / "artsy-ladder.md", REAL.parent)
        assert problems == ()
        assert ladder is not None
        assert ladder.name == "Engineering Ladder"
        assert ladder.levels == (
            "Engineer 1",
            "Engineer 2",
            "Senior Engineer 1",
            "Senior Engineer 2",
            "Staff Engineer",
            "M2 – Engineering Manager 1",
            "M3 – Engineer Manager 2",
            "M4 – Senior Engineering Manager",
            "M5 – Director of Engineering",
            "M6 – Senior Director of Engineering",
        )
        assert len(ladder.headings) == 13 + 4
        assert len(ladder.statements) == 210
        by_level = [len(ladder.at(level)) for level in ladder.levels]
        assert by_level == [20, 27, 34, 28, 33, 16, 15, 14, 14, 9]
        first = ladder.statements[0]
        assert (first.level, first.heading) == ("Engineer 1", "Technical understanding")
        assert first.text == (
            "Has broad knowledge of CS concepts (data structures, databases, server/client, DNS)."
        )
        assert first.place == "line 105, row 2, cell 2"
        trusted = [s for s in ladder.statements if s.text.startswith("Is trusted to think")]
        assert [s.text.count(". ") for s in trusted] == [1]  # a bullet stays one statement

    @real_ladders
    def test_the_ladder_of_html_tables_lists_what_stands_around_them(self):
        ladder, _ = read_ladder(REAL / "artsy-ladder.md", REAL.parent)
        assert ladder is not None
        reasons = Counter(skipped.reason for skipped in ladder.skipped)
        assert reasons == {
            "front matter": 1,
            "not under a level": 45,
            "a table without statements": 1,
            "code": 1,
            "HTML": 1,
        }
        assert all(skipped.place.startswith("line ") for skipped in ladder.skipped)

    # 16 tracks of 5 milestones, each with a summary, 3 signals and 3 examples.
    @real_ladders
    def test_the_framework_in_json_is_read_whole(self):
        ladder, problems = read_ladder(REAL / "snowflake.json", REAL.parent)
        assert problems == ()
        assert ladder is not None
        assert ladder.name == "Snowflake growth framework"
        assert ladder.levels == ("1", "2", "3", "4", "5")
        assert len(ladder.headings) == 16
        assert [len(ladder.at(level)) for level in ladder.levels] == [16 * 4] * 5
        reasons = Counter(skipped.reason for skipped in ladder.skipped)
        assert reasons == {"an example": 240, "the field description": 16}
        second = ladder.statements[1]
        assert second.text == "Delivers features requiring simple local modifications"
        assert second.place == "key tracks.Mobile.milestones.1.signals.1"

    @real_ladders
    def test_every_labelled_statement_of_the_framework_in_json_is_among_its_statements(self):
        with (REAL / "labelled_statements.csv").open(encoding="utf-8") as file:
            labelled = [row for row in csv.DictReader(file) if row["source"] == "snowflake"]
        ladder, _ = read_ladder(REAL / "snowflake.json", REAL.parent)
        assert ladder is not None
        found = {(statement.level, statement.text) for statement in ladder.statements}
        wanted = {(row["level"], " ".join(row["statement"].split())) for row in labelled}
        assert len(labelled) == 101
        assert wanted <= found


class TestSample:
    def test_the_engineering_ladder(self):
        ladder, problems = read_ladder(SAMPLE / "ladders" / "engineering-ladder.md", SAMPLE)
        assert problems == ()
        assert ladder is not None
        assert ladder.levels == (
            "E1 – Associate Engineer",
            "E2 – Engineer",
            "E3 – Senior Engineer",
            "E4 – Staff Engineer",
            "E5 – Principal Engineer",
        )
        assert ladder.headings == ("Delivery", "Craft", "Systems", "People")
        assert [len(ladder.at(level)) for level in ladder.levels] == [7, 8, 8, 8, 8]
        assert ladder.statements[0].text == (
            "Completes well-described tickets within the sprint, with help where it is needed."
        )
        assert ladder.statements[-1].text == (
            "Is asked for counsel by engineers and directors across the company."
        )

    def test_the_technical_track(self):
        ladder, problems = read_ladder(SAMPLE / "ladders" / "technical-track.csv", SAMPLE)
        assert problems == ()
        assert ladder is not None
        assert ladder.levels == (
            "T1 Developer",
            "T2 Developer",
            "T3 Senior Developer",
            "T4 Lead Developer",
            "T5 Chief Developer",
        )
        assert len(ladder.headings) == 6
        assert [len(ladder.at(level)) for level in ladder.levels] == [7, 9, 9, 10, 6]
        assert ladder.statements[0].text == "Writes small, well-described changes in one language."
        assert ladder.statements[-1].text == "Is the name behind at least one core product."


PIECES = st.one_of(
    st.sampled_from([b"# Senior\n", b"* ", b"- ", b"\n", b"\r", b"  ", b"**A**: ", b"```", b"> "]),
    st.sampled_from([b"![](../../x)", b"<br>", b"<td>", b"<![x[", b"[a](", b"---\n", b"&#0;"]),
    st.sampled_from([b"| a | b |\n|--|--|\n", b"\xef\xbb\xbf", b"\xff\xfe", b"\x00", b"\x81"]),
    st.sampled_from([b'"', b",", b";", b"\t", b"statement", b"level", b"L3", b"sep=", b"\x1f"]),
    st.binary(max_size=4),
)
BYTES = st.one_of(st.binary(max_size=200), st.lists(PIECES, max_size=30).map(b"".join))
WORDS = st.lists(
    st.sampled_from(["writes", "plans", "über", "日本", "x=1", "don't"]), min_size=1, max_size=5
)
SENTENCES = WORDS.map(lambda words: "Reads " + " ".join(words))
LEVELS = st.sampled_from([["Junior", "Senior"], ["L1", "L2", "L3"], ["Engineer", "Staff Engineer"]])
from_bytes = settings(
    deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60
)


@pytest.mark.parametrize("suffix", [".md", ".csv"])
@from_bytes
@given(content=BYTES)
def test_any_bytes_give_a_ladder_or_an_error_and_always_the_same(
    tmp_path: Path, suffix: str, content: bytes
):
    path = tmp_path / f"any{suffix}"
    path.write_bytes(content)
    ladder, problems = read_ladder(path, tmp_path)
    assert (ladder is None) == bool(errors(problems))
    assert read_ladder(path, tmp_path) == (ladder, problems)


@from_bytes
@given(data=st.data())
def test_a_simple_markdown_ladder_comes_back_as_it_was_written(tmp_path: Path, data: st.DataObject):
    levels = data.draw(LEVELS)
    cells = st.dictionaries(
        st.sampled_from(["Craft", "Care", "Delivery"]), st.lists(SENTENCES, min_size=1, max_size=3)
    )
    wanted = {level: data.draw(cells) for level in levels}
    flat = [(v, h, t) for v, cell in wanted.items() for h, texts in cell.items() for t in texts]
    lines = ["# Ladder"]
    for level, cell in wanted.items():
        lines.append(f"## {level}")
        for heading, texts in cell.items():
            lines += [f"### {heading}", *(f"* {text}" for text in texts)]
    path = tmp_path / "ladder.md"
    path.write_text("\n\n".join(lines), encoding="utf-8")
    ladder, _ = read_ladder(path, tmp_path)
    found = [(s.level, s.heading, s.text) for s in ladder.statements] if ladder else []
    if {level for level, _, _ in flat} != {"Engineer"}:  # alone, a bare role is a title
        assert found == flat


@from_bytes
@given(data=st.data(), delimiter=st.sampled_from(",;\t"), turned=st.booleans())
def test_a_simple_csv_matrix_comes_back_as_it_was_written(
    tmp_path: Path, data: st.DataObject, delimiter: str, turned: bool
):
    levels, headings = data.draw(LEVELS), ["Craft", "Care", "Delivery"]
    wanted = {(level, heading): data.draw(SENTENCES) for heading in headings for level in levels}
    table = [["", *levels], *([h, *(wanted[level, h] for level in levels)] for h in headings)]
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter).writerows(zip(*table, strict=True) if turned else table)
    path = tmp_path / "ladder.csv"
    path.write_text(out.getvalue(), encoding="utf-8-sig", newline="")
    ladder, problems = read_ladder(path, tmp_path)
    assert problems == ()
    assert ladder is not None
    assert {(s.level, s.heading): s.text for s in ladder.statements} == wanted
