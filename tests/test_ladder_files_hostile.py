"""Any bytes, under any ending, give a ladder or a message: never an exception, never for long."""

from __future__ import annotations

import io
import time
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.ladder_reading import Reading
from tests.test_ladder_files_docx import body, docx
from tests.test_ladder_files_xlsx import SHEET, sheet_xml, xlsx
from workshop_kit.ladder_files import READERS, read_ladder

TEXTS = sorted(suffix for suffix, reader in READERS.items() if reader.text)
OFFICE = sorted(suffix for suffix, reader in READERS.items() if reader.raw)
PIECES = [
    *(
        b"# Senior\n",
        b"* Writes\n",
        b"- a: ",
        b"\n",
        b"\r",
        b"  ",
        b"| a | L2 |\n|--|--|\n",
        b"---\n",
    ),
    *(
        b"<table><tr><td>",
        b"</td>",
        b"<li>",
        b"</table>",
        b"<h2>L1",
        b"<nav>",
        b"<!--",
        b"<p hidden>",
    ),
    *(
        b"<td rowspan=9 colspan=9>",
        b"&nbsp;",
        b"<a href='/x'>",
        b"<img src=x>",
        b"<script>",
        b"<div id='toc'",
    ),
    *(
        b'{"level":',
        b'"L1"',
        b"[",
        b"]",
        b"}",
        b",",
        b'"statement":',
        b"null",
        b"1e9",
        b'"a b. C d"',
        b":",
    ),
    *(
        b"levels:\n",
        b"  - ",
        b"&a ",
        b"*a",
        b"!!x ",
        b"? ",
        b"|\n",
        b"'",
        b'"',
        b"{",
        b"name: x\n",
        b"\t",
    ),
    *(b"\xff\xfe", b"\xef\xbb\xbf", b"\x00", b"\x81", b"\xed\xa0\x80", b"statement", b";", b"sep="),
]
BYTES = st.one_of(
    st.binary(max_size=200), st.lists(st.sampled_from(PIECES), max_size=30).map(b"".join)
)
XML = [
    *(
        "<row>",
        "</row>",
        '<row r="2" hidden="1">',
        '<c r="A1" t="s">',
        '<c r="B2" t="inlineStr">',
        "</c>",
    ),
    *(
        "<v>1</v>",
        "<v>999</v>",
        "<is><t>Writes</t></is>",
        "<f>1+1</f>",
        '<c t="e">',
        '<c r="ZZZ9">',
    ),
    *(
        '<mergeCells><mergeCell ref="A1:B9"/></mergeCells>',
        '<mergeCell ref="B9:A1"/>',
        "<x/>",
        "text",
    ),
    *(
        "<w:p>",
        "</w:p>",
        "<w:r><w:t>Writes</w:t></w:r>",
        "<w:tbl>",
        "</w:tbl>",
        "<w:tr>",
        "</w:tr>",
    ),
    *(
        "<w:tc>",
        "</w:tc>",
        '<w:tcPr><w:gridSpan w:val="99"/></w:tcPr>',
        "<w:tcPr><w:vMerge/></w:tcPr>",
    ),
    *(
        '<w:pPr><w:pStyle w:val="Heading1"/></w:pPr>',
        "<w:drawing/>",
        "&lt;",
        "&x;",
        "]]>",
        "<!--",
        "-->",
    ),
]
fuzz = settings(deadline=None, suppress_health_check=list(HealthCheck), max_examples=60)


def look(path: Path) -> None:
    """Reads the file twice, and checks that it gave a ladder or errors, and the same each time."""
    ladder, problems = read_ladder(path, path.parent)
    assert (ladder is None) == any(problem.severity == "error" for problem in problems)
    assert all(problem.what and problem.fix for problem in problems)
    assert all(statement.text.strip() for statement in (ladder.statements if ladder else ()))
    assert all(skipped.place for skipped in (ladder.skipped if ladder else ()))
    assert read_ladder(path, path.parent) == (ladder, problems)


@pytest.mark.parametrize("suffix", TEXTS)
@fuzz
@given(content=BYTES)
def test_any_bytes_in_a_text_format(tmp_path: Path, suffix: str, content: bytes):
    path = tmp_path / f"any{suffix}"
    path.write_bytes(content)
    look(path)


@pytest.mark.parametrize("suffix", OFFICE)
@fuzz
@given(data=st.data())
def test_an_office_file_with_bytes_changed(tmp_path: Path, suffix: str, data: st.DataObject):
    raw = bytearray(SEEDS[suffix])
    for _ in range(data.draw(st.integers(1, 12))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    path = tmp_path / f"any{suffix}"
    path.write_bytes(bytes(raw[: data.draw(st.integers(len(raw) // 2, len(raw)))]))
    look(path)


@pytest.mark.parametrize("suffix", OFFICE)
@fuzz
@given(data=st.data())
def test_an_office_file_with_parts_changed(tmp_path: Path, suffix: str, data: st.DataObject):
    with zipfile.ZipFile(io.BytesIO(SEEDS[suffix])) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    inner = "".join(data.draw(st.lists(st.sampled_from(XML), max_size=25)))
    main, made = (
        (SHEET, sheet_xml(inner)) if suffix == ".xlsx" else ("word/document.xml", body(inner))
    )
    name = data.draw(st.sampled_from([main, main, *sorted(parts)]))
    content = st.one_of(st.just(made.encode()), st.just(b""), st.binary(max_size=50), st.none())
    new = data.draw(content)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for other, old in parts.items():
            if other != name:
                archive.writestr(other, old)
            elif new is not None:
                archive.writestr(other, new)
    path = tmp_path / f"any{suffix}"
    path.write_bytes(out.getvalue())
    look(path)


SEEDS = {
    ".xlsx": xlsx(),
    ".docx": docx("# Junior\n\n- Writes\n\n# Senior\n\n| a | b |\n|--|--|\n| c | d e |\n"),
}
LARGE = {
    "fields.csv": b'a,"' + b"e.g. A. " * 600_000 + b'"',
    "rows.csv": b"a,b\n" * 1_200_000,
    "one-column.tsv": b"x\n" * 2_400_000,
    "headings.md": b"# L1\n* Writes\n\n" * 100_000,
    "page.html": b"<html><h1>L1</h1><ul>" + b"<li>Writes code</li>" * 60_000,
    "keys.json": b'{"L1": "' + b"Writes code. " * 300_000 + b'"}',
    "rows.xlsx": sheet_xml('<row><c t="n"><v>1</v></c></row>' * 150_000).encode(),
    "sparse.xlsx": sheet_xml('<row r="1048576"><c r="A1048576" t="n"><v>1</v></c></row>').encode(),
    "pages.docx": body("<w:p><w:r><w:t>Writes.</w:t></w:r></w:p>" * 30_000).encode(),
}


@pytest.mark.parametrize("name", LARGE)
def test_a_large_file_is_answered_within_a_minute(tmp_path: Path, name: str):
    content, suffix = LARGE[name], Path(name).suffix
    if suffix in OFFICE:
        out = io.BytesIO()
        with (
            zipfile.ZipFile(io.BytesIO(SEEDS[suffix])) as old,
            zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new,
        ):
            main = SHEET if suffix == ".xlsx" else "word/document.xml"
            for other in old.namelist():
                new.writestr(other, content if other == main else old.read(other))
        content = out.getvalue()
    before = time.monotonic()
    assert Reading(tmp_path).error(name, content).what
    assert time.monotonic() - before < 60
