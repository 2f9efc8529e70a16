"""Ladders in pages saved from a wiki: content alone, whatever stands around it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.ladder_reading import Reading, skips


@pytest.fixture
def read(tmp_path: Path) -> Reading:
    return Reading(tmp_path)


def page(inside: str) -> str:
    return f"<!DOCTYPE html><html><head><title>T</title></head><body>{inside}</body></html>"


CONFLUENCE = """<!DOCTYPE html>
<html><head><title>Ladder - Engineering - Confluence</title>
<script>document.write("<h1>Senior</h1><ul><li>Not this</li></ul>")</script><style>p{}</style></head>
<body class="theme-default"><div id="page">
<header><nav class="aui-header"><ul><li><a href="/wiki/spaces">Spaces</a></li></ul></nav></header>
<div id="breadcrumb-section"><ol id="breadcrumbs"><li><a href="/wiki/eng">Engineering</a></li></ol></div>
<main><h1 id="title-text">Engineering ladder</h1>
<div class="page-metadata">Created by <span class="author">A. Person</span></div>
<div id="main-content" class="wiki-content">
<div class="toc-macro"><ul><li><a href="#Senior">Senior</a></li></ul></div>
<table class="wysiwyg-macro"><tr><td class="wysiwyg-macro-body">
<div class="table-wrap"><table class="confluenceTable"><colgroup><col/></colgroup>
<thead><tr><th rowspan="2" class="confluenceTh">Area</th><th colspan="2">Engineers</th></tr>
<tr><th><p>Junior</p></th><th><h3>Senior</h3></th></tr></thead>
<tbody><tr><th rowspan="2"><strong>Craft</strong></th>
<td><ul><li><p>Writes <img class="emoticon emoticon-tick" src="/wiki/x/check.png" alt="(tick)"> code. Well.</p></li>
<li>Tests<ul><li>by hand</li></ul></li></ul></td>
<td>Plans.<br/>Decides, see <a href="/wiki/pages/123">the guide</a>.</td></tr>
<tr><td colspan="2"><p>Reviews</p></td></tr>
<tr><th>Care</th><td>Asks</td><td>&nbsp;</td></tr></tbody></table></div></td></tr></table>
<div class="expand-container"><div class="expand-control">Click here to expand…</div>
<div class="expand-content expand-hidden" style="display: none;"><p>More words.</p></div></div>
</div></main>
<div id="comments-section"><ul><li>Nice page!</li></ul></div>
<footer id="footer"><ul><li>Powered by Confluence</li></ul></footer></div></body></html>
"""

NOTION = """<html><head><meta charset="utf-8"/><title>Growth</title></head><body>
<article id="1" class="page sans"><header><h1 class="page-title">Growth</h1></header>
<div class="page-body"><nav class="block-color-gray table_of_contents"><div><a href="#2">Junior</a></div></nav>
<h2 id="2">Junior</h2><ul class="bulleted-list"><li style="list-style-type:disc">Writes</li></ul>
<ul class="bulleted-list"><li>Tests</li></ul>
<h2>Senior</h2><ul class="toggle"><li><details open=""><summary>Craft</summary>
<ul class="bulleted-list"><li>Plans <mark>well</mark></li></ul></details></li></ul>
<div class="column-list"><div class="column"><h2>Staff</h2><p class="">• Leads</p></div></div>
</div></article></body></html>
"""


class TestWikis:
    def test_a_page_of_confluence(self, read: Reading):
        ladder, problems = read.file("a.html", CONFLUENCE)
        assert ladder is not None
        assert ladder.name == "Engineering ladder"
        assert [(s.level, s.heading, s.text) for s in ladder.statements] == [
            ("Junior", "Craft", "Writes code. Well."),
            ("Junior", "Craft", "Tests"),
            ("Junior", "Craft", "by hand"),
            ("Senior", "Craft", "Plans."),
            ("Senior", "Craft", "Decides, see the guide."),
            ("Junior", "Craft", "Reviews"),
            ("Senior", "Craft", "Reviews"),
            ("Junior", "Care", "Asks"),
        ]
        assert ladder.statements[0].place == "table 1, row 3, cell 2"
        assert [(p.severity, p.what) for p in problems] == [
            (
                "note",
                "The statement links to `/wiki/pages/123`, a page of the same site; the link is refused.",
            )
        ]

    def test_what_stands_around_a_page_of_confluence_is_listed(self, read: Reading):
        ladder = read.ladder("a.html", CONFLUENCE)
        said = {(s.text, s.reason) for s in ladder.skipped}
        assert said == {
            ("Spaces", "navigation"),
            ("Engineering", "navigation"),
            ("Created by A. Person", "navigation"),
            ("Senior", "navigation"),
            ("Area", "above the table"),
            ("Engineers", "above the table"),
            ("Click here to expand…", "navigation"),
            ("More words.", "not under a level"),
            ("Nice page!", "navigation"),
            ("Powered by Confluence", "navigation"),
        }

    def test_a_page_of_notion(self, read: Reading):
        assert read.rows("a.htm", NOTION) == [
            ("Junior", "", "Writes"),
            ("Junior", "", "Tests"),
            ("Senior", "Craft", "Plans well"),
            ("Staff", "", "Leads"),
        ]

    def test_columns_side_by_side_are_read_one_after_the_other(self, read: Reading):
        cells = "".join(
            f"<td><h2>{n}</h2><ul><li>{t}</li></ul></td>" for n, t in [("L1", "A b"), ("L2", "C d")]
        )
        assert read.rows("a.html", page(f"<table><tr>{cells}</tr></table>")) == [
            ("L1", "", "A b"),
            ("L2", "", "C d"),
        ]

    def test_a_list_of_definitions(self, read: Reading):
        text = "<h2>L1</h2><dl><dt>Craft</dt><dd>Writes</dd><dd>Tests</dd></dl>"
        assert read.rows("a.html", page(text)) == [
            ("L1", "Craft", "Writes"),
            ("L1", "Craft", "Tests"),
        ]

    def test_open_cells_and_rows_are_closed(self, read: Reading):
        text = "<table><tr><th>Area<th>L1<th>L2<tr><td>Craft<td>Writes<td>Plans</table>"
        assert read.rows("a.html", page(text)) == [
            ("L1", "Craft", "Writes"),
            ("L2", "Craft", "Plans"),
        ]

    def test_the_caption_of_a_table_is_listed(self, read: Reading):
        text = "<table><caption>Ours</caption><tr><td>Area<td>L1<td>L2<tr><td>Craft<td>A b<td>C d</table>"
        assert skips(read.ladder("a.html", page(text))) == [("paragraph 1", "not under a level")]

    @pytest.mark.parametrize("encoding", ["utf-8", "windows-1252", "iso-8859-15", "utf-16"])
    def test_the_encoding_that_a_page_declares(self, read: Reading, encoding: str):
        text = page(f"<meta charset='{encoding}'><h1>L1</h1><ul><li>Écrit à côté</li></ul>")
        assert read.rows("a.html", text.encode(encoding)) == [("L1", "", "Écrit à côté")]

    def test_reading_is_deterministic(self, read: Reading):
        assert read.file("a.html", CONFLUENCE) == read.file("a.html", CONFLUENCE)


class TestReferences:
    @pytest.mark.parametrize(
        "target", ["https://example.org/x.png", "file:///etc/passwd", "../../x.png", "C:/x.png"]
    )
    def test_an_embedded_file_from_elsewhere_is_an_error(self, read: Reading, target: str):
        text = page(f"<h1>L1</h1><ul><li>Writes <img src='{target}' alt='it'></li></ul>")
        assert f"embeds `{target}`" in read.error("a.html", text).what

    @pytest.mark.parametrize(
        "target", ["file:///etc/passwd", "../../x.html", "javascript:alert(1)"]
    )
    def test_a_link_to_a_file_elsewhere_is_an_error(self, read: Reading, target: str):
        text = page(f"<h1>L1</h1><ul><li>See <a href='{target}'>it</a></li></ul>")
        assert f"links to `{target}`" in read.error("a.html", text).what

    @pytest.mark.parametrize("tag", ["iframe", "embed", "object", "script", "svg", "link"])
    def test_nothing_is_fetched_or_run(self, read: Reading, tmp_path: Path, tag: str):
        (tmp_path / "secret.html").write_text("<ul><li>Secret</li></ul>")
        where = tmp_path / "secret.html"
        text = page(
            f"<h1>L1</h1><{tag} src='{where}' data='{where}'></{tag}><ul><li>Writes</li></ul>"
        )
        assert read.rows("a.html", text) == [("L1", "", "Writes")]


@pytest.mark.parametrize(
    "text",
    [
        "<div>" * 5_000,
        "<table><tr><td>" * 2_000,
        "<" * 200_000,
        '<a "' * 50_000,
        "<!--" * 100_000,
        "<script>" * 50_000,
        "<table>" + "<tr><td rowspan=65000 colspan=1000>x</td></tr>" * 300 + "</table>",
        "</table></div></nav>" * 1_000,
        "",
    ],
    ids=range(9),
)
def test_a_page_without_a_ladder(read: Reading, text: str):
    what = read.error("a.html", page(text)).what
    assert "No statement was found" in what or "too long or nested too deeply" in what
