"""Any ladder, written in any format, reads back as the same ladder; whole, or not at all."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from tests.ladder_reading import essence
from workshop_kit.errors import InputError
from workshop_kit.ladder import Ladder, Statement
from workshop_kit.ladder_files import WRITERS, ladder_bytes, read_ladder, write_ladder
from workshop_kit.ladder_files.document import Words, tidy
from workshop_kit.ladder_files.literals import (
    cell_out,
    cell_words,
    name_in,
    name_out,
    text_in,
    text_out,
)

SAMPLE = Path(__file__).resolve().parents[1] / "data" / "sample-offsite" / "ladders"
FORMATS = sorted(WRITERS)


def ladder_of(*rows: tuple[str, str, str], name: str = "Ours") -> Ladder:
    statements = tuple(Statement(level=v, heading=h, text=t) for v, h, t in rows)
    return Ladder(name=name, statements=statements)


def again(ladder: Ladder, suffix: str, folder: Path) -> Ladder:
    path = folder / f"written{suffix}"
    write_ladder(ladder, path)
    found, problems = read_ladder(path, folder)
    assert found is not None, problems
    return found


NASTY = [
    *("=1+1", "+49 30 1", "-5 % a year", "@team", "'quoted", "''", "'=x", "'n/a", "n/a", "42", "–"),
    *(
        "# a heading",
        "## Senior",
        "| a | b |",
        "* a bullet",
        "- a bullet",
        "1. one",
        "2) two",
        "a) x",
    ),
    *(
        "• a • b",
        "> quote",
        "```code```",
        "---",
        "***",
        "===",
        "<b>bold</b>",
        "<!-- x -->",
        "a<br>b",
    ),
    *(
        "[a](b)",
        "![a](../../b.png)",
        "[x]: y",
        "&amp; &lt;",
        "a\\",
        "\\|",
        "a_b_c *d* __e__ ~~f~~",
        "`x`",
    ),
    *(
        "Writes code. Tests it. Ships!",
        'Says "no", often; and why: so',
        "a, b; c\td",
        "_x0041_ _x000D_",
    ),
    *(
        "日本語の文。二つ目。",
        "Пишет код. Проверяет.",
        "عربي نص",
        "עברית",
        "ไทย",
        "e\u0301 a\u0308",
        "👩‍💻 writes",
    ),
    *(
        "a\u00a0b",
        "a\u200bb",
        "a\u00adb",
        "a\u2011b",
        "\u2011",
        "\u200b",
        "\u200f",
        "\u2060",
        "\ufffd",
        "a\u00ad",
        "a\u2028b",
        "a\nb",
        "a\x07b",
        "a\ufffeb",
        "1",
        "TBD",
        "x",
        "Senior",
    ),
    *(
        "level",
        "statement",
        "Level: Senior",
        "$x^2$",
        "http://example.org/a_b",
        "{#id .class}",
        "::: x",
        "%",
    ),
    *(
        "sep=;",
        "Senior | Staff",
        "ends with colon:",
        "**Bold**: text",
        "[ ] task",
        "[^1]",
        "a  b",
        "'",
        '"',
    ),
]
LEVELS = ["Junior", "Senior", "Staff Engineer", "L3", "3", "Sprout", "Oak", ""]
HEADINGS = ["Craft", "Care", "People & Business", ""]
readable = st.text(min_size=1, max_size=30).filter(lambda text: bool(tidy(text)))
nasty = st.one_of(st.sampled_from(NASTY), readable)
names = st.one_of(st.sampled_from(LEVELS + HEADINGS), nasty)
ordinary = st.builds(
    Statement,
    level=st.sampled_from(LEVELS),
    heading=st.sampled_from(HEADINGS),
    text=st.one_of(st.sampled_from(["Writes code.", "Plans. Decides.", "Helps others"]), nasty),
)
anything = st.builds(Statement, level=names, heading=names, text=nasty)
statements = st.lists(st.one_of(ordinary, anything), min_size=1, max_size=8)
ladders = st.builds(Ladder, name=nasty, statements=statements.map(tuple))
slow = settings(deadline=None, suppress_health_check=list(HealthCheck), max_examples=30)


def tidied(ladder: Ladder) -> list[tuple[str, str, str]]:
    """What has to come back: white space and control characters are not part of a statement."""
    return [(tidy(v), tidy(h), tidy(t)) for v, h, t in essence(ladder)]


@pytest.mark.parametrize("suffix", FORMATS)
@slow
@given(ladder=ladders)
def test_any_ladder_reads_back_as_the_same_ladder(tmp_path: Path, suffix: str, ladder: Ladder):
    found = again(ladder, suffix, tmp_path)
    assert essence(found) == tidied(ladder)
    assert found.levels == tuple(dict.fromkeys(level for level, _, _ in tidied(ladder)))


@pytest.mark.parametrize("suffix", FORMATS)
@pytest.mark.parametrize("text", NASTY)
def test_each_nasty_text_reads_back(tmp_path: Path, suffix: str, text: str):
    ladder = ladder_of(
        ("Junior", "Craft", text), ("Senior", "Craft", "Plans."), (text, text, "Asks.")
    )
    assert essence(again(ladder, suffix, tmp_path)) == tidied(ladder)


@pytest.mark.parametrize("suffix", FORMATS)
@pytest.mark.parametrize("name", ["engineering-ladder.md", "technical-track.csv"])
def test_the_sample_ladders_read_back(tmp_path: Path, suffix: str, name: str):
    ladder, _ = read_ladder(SAMPLE / name, SAMPLE)
    assert ladder is not None
    found = again(ladder, suffix, tmp_path)
    assert essence(found) == essence(ladder)
    assert (found.levels, found.headings) == (ladder.levels, ladder.headings)


@pytest.mark.parametrize("suffix", FORMATS)
def test_the_same_ladder_gives_the_same_bytes(suffix: str):
    ladder = ladder_of(("Junior", "Craft", "Writes."), ("Senior", "Craft", "Plans."))
    assert ladder_bytes(ladder, suffix) == ladder_bytes(ladder, suffix)


class TestLayout:
    def test_markdown_has_a_heading_a_level_and_a_dimension(self):
        ladder = ladder_of(
            ("Junior", "Craft", "Writes"),
            ("Junior", "Craft", "Tests"),
            ("Senior", "Craft", "Plans"),
        )
        assert ladder_bytes(ladder, ".md").decode() == (
            "# Ours\n\n## Junior\n\n### Craft\n\n- Writes\n- Tests\n\n"
            "## Senior\n\n### Craft\n\n- Plans\n"
        )

    def test_markdown_of_a_ladder_by_dimension_has_a_heading_a_dimension(self):
        rows = [(v, h, f"{v} does {h}") for h in ("Craft", "Care") for v in ("Junior", "Senior")]
        text = ladder_bytes(ladder_of(*rows), ".md").decode()
        assert [line for line in text.splitlines() if line.startswith("#")] == [
            *("# Ours", "## Craft", "### Junior", "### Senior"),
            *("## Care", "### Junior", "### Senior"),
        ]

    def test_markdown_of_what_headings_can_not_hold_is_a_table(self):
        ladder = ladder_of(("Junior", "", "Writes"), ("", "Craft", "n/a"))
        assert ladder_bytes(ladder, ".md").decode() == (
            "# Ours\n\n| level | dimension | statement |\n| --- | --- | ---------- |\n"
            "| Junior | – | Writes |\n| – | Craft | 'n/a |\n"
        )

    def test_ordinary_sentences_are_not_escaped(self):
        text = "Writes code (and tests), e.g. in Kotlin; 80 % - or so. Why? Because!"
        assert f"- {text[:-1]}" in ladder_bytes(ladder_of(("L1", "", text)), ".md").decode()

    def test_a_column_that_would_be_empty_is_left_out(self):
        assert ladder_bytes(ladder_of(("", "", "Writes, tests")), ".csv") == (
            b'\xef\xbb\xbfstatement\r\n"Writes, tests"\r\n'
        )

    def test_the_name_is_kept_where_the_format_has_a_place_for_it(self, tmp_path: Path):
        ladder = ladder_of(("Junior", "", "Writes"), ("Senior", "", "Plans"), name="How we grow")
        for suffix in (".md", ".docx", ".xlsx"):
            assert again(ladder, suffix, tmp_path).name == "How we grow"


class TestFormulas:
    DANGEROUS = ('=HYPERLINK("http://x")', "+1", "-1", "@SUM(A1)", "=cmd|' /C calc'!A0", "＝1")

    @pytest.mark.parametrize("text", DANGEROUS)
    def test_no_cell_of_a_csv_is_a_formula(self, text: str):
        raw = ladder_bytes(ladder_of((text, text, text)), ".csv").decode("utf-8-sig")
        cells = [cell for row in csv.reader(io.StringIO(raw)) for cell in row]
        assert not [
            cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r", "＝"))
        ]

    @pytest.mark.parametrize("text", DANGEROUS)
    def test_every_cell_of_a_workbook_is_text(self, text: str):
        raw = ladder_bytes(ladder_of((text, text, text)), ".xlsx")
        sheet = load_workbook(io.BytesIO(raw)).active
        cells = [cell for row in sheet.iter_rows() for cell in row]
        assert {cell.data_type for cell in cells} == {"s"}
        assert all(cell.quotePrefix for cell in cells)

    @given(text=nasty)
    def test_marks_come_off_as_they_were_set(self, text: str):
        text = tidy(text)
        for formulas in (True, False):
            assert cell_words(cell_out(text, formulas), "", formulas).text == text
        assert text_in(Words(text_out(text))) == text
        assert name_in(Words(name_out(text))) == text

    def test_an_apostrophe_that_is_no_mark_stays(self):
        assert cell_words("'tis good", "").text == "'tis good"
        assert text_in(Words("'quoted' words")) == "'quoted' words"


class TestDisk:
    LADDER = ladder_of(("Junior", "", "Writes"))

    def test_a_file_is_replaced_whole(self, tmp_path: Path):
        path = tmp_path / "a.md"
        path.write_text("old")
        write_ladder(self.LADDER, path)
        assert path.read_text(encoding="utf-8") == "# Ours\n\n## Junior\n\n- Writes\n"
        assert [file.name for file in tmp_path.iterdir()] == ["a.md"]

    def test_a_failure_leaves_what_was_there(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
        path = tmp_path / "a.md"
        path.write_text("old")

        def full(_: int) -> None:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr("os.fsync", full)
        with pytest.raises(InputError, match="No space left on device"):
            write_ladder(self.LADDER, path)
        assert path.read_text() == "old"
        assert [file.name for file in tmp_path.iterdir()] == ["a.md"]

    def test_a_missing_folder_is_said(self, tmp_path: Path):
        with pytest.raises(InputError, match="can't be written"):
            write_ladder(self.LADDER, tmp_path / "none" / "a.md")

    def test_an_unknown_ending_is_said(self, tmp_path: Path):
        with pytest.raises(InputError, match=r"\.csv, \.xlsx, \.docx"):
            write_ladder(self.LADDER, tmp_path / "a.pdf")
        assert list(tmp_path.iterdir()) == []

    def test_a_ladder_that_a_format_can_not_hold_is_refused(self, tmp_path: Path):
        long = ladder_of(("Junior", "", "a b " * 10_000))
        with pytest.raises(InputError, match="can't be written in this format"):
            write_ladder(long, tmp_path / "a.xlsx")
        assert list(tmp_path.iterdir()) == []
        assert essence(again(long, ".csv", tmp_path)) == tidied(long)

    def test_a_statement_of_control_characters_is_refused(self, tmp_path: Path):
        with pytest.raises(InputError, match="control characters"):
            write_ladder(ladder_of(("Junior", "", "\x07")), tmp_path / "a.md")
