"""Ladders in Word: headings, bullets, tables; damaged, locked and hostile documents."""

from __future__ import annotations

import io
import subprocess
import zipfile
from pathlib import Path

import pypandoc
import pytest

from tests.ladder_reading import Reading, skips

NAMESPACE = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


@pytest.fixture
def read(tmp_path: Path) -> Reading:
    return Reading(tmp_path)


def docx(markdown: str) -> bytes:
    """A Word document, as pandoc makes one of its Markdown."""
    arguments = ["--from", "markdown", "--to", "docx", "--output", "-"]
    done = subprocess.run(
        [pypandoc.get_pandoc_path(), *arguments],
        input=markdown.encode(),
        capture_output=True,
        check=True,
    )
    return done.stdout


def with_part(raw: bytes, name: str, content: str | bytes) -> bytes:
    """The document with one part replaced or added."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as old, zipfile.ZipFile(out, "w", 8) as new:
        for other in old.namelist():
            if other != name:
                new.writestr(other, old.read(other))
        new.writestr(name, content)
    return out.getvalue()


def body(inner: str) -> str:
    return f'<?xml version="1.0"?><w:document {NAMESPACE}><w:body>{inner}</w:body></w:document>'


def table(*rows: str) -> str:
    return f"<w:tbl>{''.join(f'<w:tr>{row}</w:tr>' for row in rows)}</w:tbl>"


def cell(text: str, properties: str = "") -> str:
    inside = f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>" if text else "<w:p/>"
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{inside}</w:tc>"


class TestDocument:
    def test_headings_bullets_and_numbers(self, read: Reading):
        text = (
            "# Junior\n\n## Craft\n\n- Writes. Well.\n- **Adopts**: tools\n\n# Senior\n\n1. Plans\n"
        )
        assert read.rows("a.docx", docx(text)) == [
            ("Junior", "Craft", "Writes. Well."),
            ("Junior", "Craft", "Adopts: tools"),
            ("Senior", "", "Plans"),
        ]

    def test_lines_in_bold_and_typed_bullets(self, read: Reading):
        text = "**Junior**\n\n• Writes\n\n• Tests\n\n**Senior**\n\n• Plans\n"
        assert read.rows("a.docx", docx(text)) == [
            ("Junior", "", "Writes"),
            ("Junior", "", "Tests"),
            ("Senior", "", "Plans"),
        ]

    def test_the_title_is_the_name(self, read: Reading):
        ladder = read.ladder("a.docx", docx("---\ntitle: How we grow\n---\n\n# L1\n\n- Writes\n"))
        assert ladder.name == "How we grow"

    def test_what_is_skipped_is_named_by_the_heading_above(self, read: Reading):
        ladder = read.ladder(
            "a.docx", docx("Hello[^1].\n\n[^1]: Note.\n\n# L1\n\nScope.\n\n- Writes\n- 5\n")
        )
        assert [s.place for s in ladder.statements] == ["bullet 1 under L1"]
        assert skips(ladder) == [
            ("paragraph 1", "not under a level"),
            ("before the first heading", "a footnote"),
            ("paragraph 1 under L1", "a paragraph, not a bullet"),
            ("bullet 2 under L1", "a bullet without words"),
        ]

    def test_a_table_with_bullets_in_its_cells(self, read: Reading):
        text = (
            "+-------+------------------+----------+\n"
            "| Area  | Junior           | Senior   |\n"
            "+=======+==================+==========+\n"
            "| Craft | - Writes. Well.  | Plans.   |\n"
            "|       | - Tests          | Decides. |\n"
            "+-------+------------------+----------+\n"
        )
        ladder = read.ladder("a.docx", docx(text))
        assert [(s.level, s.text) for s in ladder.statements] == [
            ("Junior", "Writes. Well."),
            ("Junior", "Tests"),
            ("Senior", "Plans."),
            ("Senior", "Decides."),
        ]
        assert ladder.statements[0].place == "table 1, row 2, cell 2"

    def test_merged_cells(self, read: Reading):
        down, on = '<w:vMerge w:val="restart"/>', "<w:vMerge/>"
        two, three = '<w:gridSpan w:val="2"/>', '<w:gridSpan w:val="3"/>'
        content = table(
            cell("Area") + cell("Junior") + cell("Senior"),
            cell("Technical", three),
            cell("Craft", down) + cell("Writes") + cell("Plans"),
            cell("", on) + cell("Tests") + cell("Decides"),
            cell("People") + cell("Helps others", two),
        )
        ladder = read.ladder("a.docx", with_part(docx("x"), "word/document.xml", body(content)))
        assert [(s.level, s.heading, s.text) for s in ladder.statements] == [
            ("Junior", "Craft", "Writes"),
            ("Senior", "Craft", "Plans"),
            ("Junior", "Craft", "Tests"),
            ("Senior", "Craft", "Decides"),
            ("Junior", "People", "Helps others"),
            ("Senior", "People", "Helps others"),
        ]
        assert skips(ladder) == [("table 1, row 2, cell 1", "the name of a group of rows")]

    def test_a_link_leaves_its_words_and_a_note(self, read: Reading):
        ladder, problems = read.file("a.docx", docx("# L1\n\n- See [it](https://example.org)\n"))
        assert ladder is not None
        assert ladder.statements[0].text == "See it"
        assert [(p.severity, p.place) for p in problems] == [("note", "bullet 1 under L1")]

    @pytest.mark.parametrize("target", ["file:///etc/passwd", "../../secret.docx"])
    def test_a_link_to_a_file_elsewhere_is_an_error(self, read: Reading, target: str):
        problem = read.error("a.docx", docx(f"# L1\n\n- See [it](<{target}>)\n"))
        assert f"links to `{target}`" in problem.what

    def test_reading_is_deterministic(self, read: Reading):
        raw = docx("# L1\n\n- Writes\n\n| a | L2 |\n|--|--|\n| b | c d |\n")
        assert read.file("a.docx", raw) == read.file("a.docx", raw)


BOMB = "0" * 100_000_000


class TestErrors:
    @pytest.mark.parametrize(
        ("part", "content", "said"),
        [
            ("word/document.xml", BOMB, "unpacks to more than 12 MB"),
            ("word/document.xml", "<a>" * 300, "nested too deeply"),
            ("word/document.xml", "<a/>" * 2, "its XML is broken"),
            ("word/document.xml", '<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>', "document type"),
            ("word/document.xml", '<!DOCTYPE a [<!ENTITY b "b">]><a>&b;</a>', "document type"),
            ("word/document.xml", body(""), "No statement was found"),
            ("word/_rels/document.xml.rels", "<Relationships/>", "No statement was found"),
        ],
        ids=range(7),
    )
    def test_a_hostile_part(self, read: Reading, part: str, content: str, said: str):
        assert said in read.error("a.docx", with_part(docx("Hello."), part, content)).what

    def test_a_document_type_in_utf_16_is_seen_too(self, read: Reading):
        content = '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE a [<!ENTITY b "b">]><a>&b;</a>'
        raw = with_part(docx("x"), "word/document.xml", content.encode("utf-16"))
        assert "document type" in read.error("a.docx", raw).what

    def test_a_bomb_among_the_pictures_is_never_unpacked(self, read: Reading):
        raw = with_part(docx("# L1\n\n- Writes\n"), "word/media/image1.png", BOMB)
        assert read.rows("a.docx", raw) == [("L1", "", "Writes")]

    def test_a_document_of_pictures_alone(self, read: Reading):
        raw = with_part(docx(""), "word/media/image1.png", b"\x89PNG")
        assert "It holds pictures (1) and no text" in read.error("a.docx", raw).what

    def test_a_lie_about_the_size_of_a_part(self, read: Reading):
        raw = with_part(docx("x"), "word/document.xml", "0" * 30_000_000)
        real, told = (30_000_000).to_bytes(4, "little"), (3_000).to_bytes(4, "little")
        assert "damaged" in read.error("a.docx", raw.replace(real, told)).what

    @pytest.mark.parametrize("cut", [10, 1000, -100])
    def test_a_damaged_document(self, read: Reading, cut: int):
        said = read.error("a.docx", docx("# L1\n\n- Writes\n")[:cut]).what
        assert "damaged" in said or "another ZIP file" in said

    def test_a_document_with_a_password(self, read: Reading):
        raw = b"\xd0\xcf\x11\xe0" + b"\0" * 508 + "EncryptedPackage".encode("utf-16-le")
        assert "protected with a password" in read.error("a.docx", raw).what

    @pytest.mark.parametrize(
        ("name", "ending"), [("a.xlsx", ".docx"), ("a.md", ".docx"), ("a.html", ".docx")]
    )
    def test_a_wrong_ending(self, read: Reading, name: str, ending: str):
        problem = read.error(name, docx("# L1\n\n- Writes\n"))
        assert "This is a Word document" in problem.what
        assert ending in problem.fix

    def test_text_with_the_ending_of_a_document(self, read: Reading):
        assert "This is not a Word document" in read.error("a.docx", "# L1\n* Writes\n").what

    def test_more_than_25_mb(self, read: Reading):
        assert "larger than 25 MB" in read.error("a.docx", b"PK\x03\x04" + bytes(25_000_000)).what
