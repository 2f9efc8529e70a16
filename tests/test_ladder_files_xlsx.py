"""Ladders in Excel: sheets, merged cells, formulas; damaged, locked and hostile workbooks."""

from __future__ import annotations

import datetime
import io
from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import Workbook

from tests.ladder_reading import Reading, skips
from tests.test_ladder_files_docx import BOMB, with_part

SHEET = "xl/worksheets/sheet1.xml"
MATRIX = [["Area", "Junior", "Senior"], ["Craft", "Writes", "Plans"], ["Care", "Asks", "Helps"]]
WANTED = [
    ("Junior", "Craft", "Writes"),
    ("Senior", "Craft", "Plans"),
    ("Junior", "Care", "Asks"),
    ("Senior", "Care", "Helps"),
]


@pytest.fixture
def read(tmp_path: Path) -> Reading:
    return Reading(tmp_path)


def xlsx(*sheets: list[list[object]], change: Callable[[Workbook], None] | None = None) -> bytes:
    """A workbook with these rows, one list a sheet."""
    book = Workbook()
    book.remove(book.active)
    for rows in sheets or (MATRIX,):
        sheet = book.create_sheet()
        for row in rows:
            sheet.append(row)
    if change:
        change(book)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def sheet_xml(rows: str, more: str = "") -> str:
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return f'<worksheet xmlns="{space}"><sheetData>{rows}</sheetData>{more}</worksheet>'


class TestSheets:
    def test_a_matrix_either_way_round(self, read: Reading):
        assert read.rows("a.xlsx", xlsx(MATRIX)) == WANTED
        turned = [list(column) for column in zip(*MATRIX, strict=True)]
        assert sorted(read.rows("a.xlsx", xlsx(turned))) == sorted(WANTED)

    def test_a_long_list(self, read: Reading):
        rows = [
            ["Level", "Dimension", "Statement"],
            [3, "Craft", "Writes. Tests."],
            [None, None, "Asks"],
        ]
        assert read.rows("a.xlsx", xlsx(rows)) == [
            ("3", "Craft", "Writes. Tests."),
            ("3", "", "Asks"),
        ]

    def test_a_column_of_statements_alone_is_enough(self, read: Reading):
        assert read.rows("a.xlsx", xlsx([["Statement"], ["Writes, tests"]])) == [
            ("", "", "Writes, tests")
        ]

    def test_lines_bullets_and_sentences_in_a_cell(self, read: Reading):
        rows = [["", "L1", "L2"], ["Craft", "• Writes\n• Tests", "Plans. Decides."]]
        assert [text for _, _, text in read.rows("a.xlsx", xlsx(rows))] == [
            *("Writes", "Tests", "Plans.", "Decides.")
        ]

    def test_each_sheet_is_a_group(self, read: Reading):
        def name(book: Workbook) -> None:
            for sheet, title in zip(book.worksheets, ["Backend", "Frontend"], strict=True):
                sheet.title = title

        other = [["Area", "Junior", "Senior"], ["Craft", "Draws", "Designs"]]
        ladder = read.ladder("a.xlsx", xlsx(MATRIX, other, change=name))
        assert ladder.headings == ("Backend: Craft", "Care", "Frontend: Craft")
        assert ladder.statements[-1].place == 'sheet "Frontend", row 2, column C'

    def test_a_sheet_a_level(self, read: Reading):
        def name(book: Workbook) -> None:
            for sheet, title in zip(book.worksheets, ["Junior", "Senior"], strict=True):
                sheet.title = title

        sheets = [[["Skill", "Expectation"], ["Craft", text]] for text in ("Writes", "Plans")]
        assert read.rows("a.xlsx", xlsx(*sheets, change=name)) == [
            ("Junior", "Craft", "Writes"),
            ("Senior", "Craft", "Plans"),
        ]

    def test_hidden_sheets_are_skipped_and_hidden_rows_read_and_both_listed(self, read: Reading):
        def hide(book: Workbook) -> None:
            book.worksheets[0].row_dimensions[3].hidden = True
            book.worksheets[0].column_dimensions["C"].hidden = True
            book.worksheets[1].sheet_state = "hidden"
            book.worksheets[2].sheet_state = "veryHidden"

        ladder = read.ladder("a.xlsx", xlsx(MATRIX, MATRIX, MATRIX, change=hide))
        assert len(ladder.statements) == 4
        assert [(s.text, s.reason) for s in ladder.skipped] == [
            ("column C, row 3", "hidden, and read like the rest"),
            ("Sheet1", "a hidden sheet"),
            ("Sheet2", "a hidden sheet"),
        ]

    def test_merged_cells(self, read: Reading):
        def merge(book: Workbook) -> None:
            for area in ("A1:C1", "A3:C3", "A4:A5", "B6:C6"):
                book.worksheets[0].merge_cells(area)

        rows: list[list[object]] = [
            ["Our ladder"],
            ["Area", "Junior", "Senior"],
            ["Technical"],
            ["Craft", "Writes", "Plans"],
            [None, "Tests", "Decides"],
            ["People", "Helps others", None],
        ]
        ladder = read.ladder("a.xlsx", xlsx(rows, change=merge))
        assert [(s.level, s.heading, s.text) for s in ladder.statements] == [
            ("Junior", "Craft", "Writes"),
            ("Senior", "Craft", "Plans"),
            ("Junior", "Craft", "Tests"),
            ("Senior", "Craft", "Decides"),
            ("Junior", "People", "Helps others"),
            ("Senior", "People", "Helps others"),
        ]
        assert skips(ladder) == [
            ("row 1, column A", "above the table"),
            ("row 3, column A", "the name of a group of rows"),
        ]

    def test_a_merged_level_over_two_columns(self, read: Reading):
        def merge(book: Workbook) -> None:
            book.worksheets[0].merge_cells("B1:C1")

        rows = [["", "Junior", None, "Senior"], ["Craft", "Writes", "Tests", "Plans"]]
        assert read.rows("a.xlsx", xlsx(rows, change=merge)) == [
            ("Junior", "Craft", "Writes"),
            ("Junior", "Craft", "Tests"),
            ("Senior", "Craft", "Plans"),
        ]

    def test_a_formula_is_its_saved_value(self, read: Reading):
        cells = (
            '<row r="1"><c r="A1" t="inlineStr"><is><t>statement</t></is></c></row>'
            '<row r="2"><c r="A2" t="str"><f>B2</f><v>Writes</v></c></row>'
            '<row r="3"><c r="A3"><f>B3</f></c></row>'
            '<row r="4"><c r="A4" t="e"><f>B4</f><v>#REF!</v></c></row>'
            '<row r="5"><c r="A5" t="str"><f>""</f><v></v></c></row>'
        )
        ladder = read.ladder("a.xlsx", with_part(xlsx(), SHEET, sheet_xml(cells)))
        assert [s.text for s in ladder.statements] == ["Writes"]
        assert skips(ladder) == [
            ("row 3, column A", "a formula without a saved value: save it in Excel"),
            ("row 4, column A", "an error that a formula gave"),
        ]

    def test_numbers_dates_and_ticks_are_marks(self, read: Reading):
        values = [1.0, 2.5, True, datetime.date(2027, 1, 2)]
        ladder = read.ladder(
            "a.xlsx",
            xlsx([["", "L1", "L2"], ["Craft", "Writes", ""], *([["x", v, ""] for v in values])]),
        )
        assert [s.text for s in ladder.skipped] == ["1", "2.5", "yes", "2027-01-02"]

    def test_what_xml_can_not_hold_comes_back_from_its_escape(self, read: Reading):
        rows = [["statement"], ["Writes_x000D_\n_x005F_x0041_"]]
        assert [text for _, _, text in read.rows("a.xlsx", xlsx(rows))] == ["Writes", "_x0041_"]

    def test_a_link_leaves_its_words_and_a_note(self, read: Reading):
        def link(book: Workbook) -> None:
            book.worksheets[0]["B2"].hyperlink = "https://example.org"

        ladder, problems = read.file("a.xlsx", xlsx(change=link))
        assert ladder is not None
        assert [(p.severity, p.place) for p in problems] == [("note", "row 2, column B")]

    @pytest.mark.parametrize("target", ["file:///etc/passwd", "../../secret.xlsx"])
    def test_a_link_to_a_file_elsewhere_is_an_error(self, read: Reading, target: str):
        def link(book: Workbook) -> None:
            book.worksheets[0]["B2"].hyperlink = target

        assert f"links to `{target}`" in read.error("a.xlsx", xlsx(change=link)).what

    def test_reading_is_deterministic(self, read: Reading):
        assert read.file("a.xlsx", xlsx()) == read.file("a.xlsx", xlsx())


class TestErrors:
    @pytest.mark.parametrize(
        ("content", "said"),
        [
            (BOMB, "unpacks to more than 12 MB"),
            ("<a>" * 300, "nested too deeply"),
            ("<a", "its XML is broken"),
            ('<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>', "document type"),
            ("<a " + " ".join(f"b{n}='1'" for n in range(600)) + "/>", "too long"),
            (sheet_xml("<row><c><v>1</v></c></row>" * 10_001), "more than 10,000 rows"),
            (sheet_xml('<row r="1"><c r="XFD1"><v>1</v></c></row>'), "more than 200 columns"),
            (sheet_xml('<row r="1048576"><c r="A1048576"><v>1</v></c></row>'), "No statement"),
            (
                sheet_xml("", '<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>' * 9),
                "damaged",
            ),
            (sheet_xml(""), "No statement was found"),
        ],
        ids=range(10),
    )
    def test_a_hostile_sheet(self, read: Reading, content: str, said: str):
        assert said in read.error("a.xlsx", with_part(xlsx(), SHEET, content)).what

    @pytest.mark.parametrize("cut", [10, 1000, -100])
    def test_a_damaged_workbook(self, read: Reading, cut: int):
        said = read.error("a.xlsx", xlsx()[:cut]).what
        assert "damaged" in said or "another ZIP file" in said

    def test_a_workbook_without_sheets(self, read: Reading):
        raw = with_part(xlsx(), "xl/workbook.xml", "<workbook/>")
        assert "No statement was found" in read.error("a.xlsx", raw).what

    def test_a_workbook_with_a_password(self, read: Reading):
        raw = b"\xd0\xcf\x11\xe0" + b"\0" * 508 + "EncryptedPackage".encode("utf-16-le")
        assert "protected with a password" in read.error("a.xlsx", raw).what

    @pytest.mark.parametrize("name", ["a.csv", "a.docx", "a.json"])
    def test_a_wrong_ending(self, read: Reading, name: str):
        problem = read.error(name, xlsx())
        assert "This is an Excel workbook" in problem.what
        assert ".xlsx" in problem.fix

    def test_a_table_of_text_with_the_ending_of_a_workbook(self, read: Reading):
        assert "This is not an Excel workbook" in read.error("a.xlsx", "a,b\n").what
