"""The `handout` exporter: any notebook in, a tagged PDF out."""

from __future__ import annotations

import base64
import io
import logging
import re
import subprocess
import sys
import zlib
from pathlib import Path
from typing import Any

import nbformat
import pypdfium2
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.pages import Pages
from workshop_kit.errors import HandoutError
from workshop_kit.forms import div, lines, literal, worksheet
from workshop_kit.handout import HandoutExporter, Sheet, print_part, print_parts, read_notebook
from workshop_kit.handout.press import readable

SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="20"><rect width="40" height="20"/></svg>'
CHART = {
    "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
    "data": {"values": [{"a": "one", "b": 1}, {"a": "two", "b": 2}]},
    "mark": "bar",
    "encoding": {"x": {"field": "b", "type": "quantitative"}, "y": {"field": "a"}},
}


def png() -> str:
    """A white picture of one pixel, in base64."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        body = kind + data
        return len(data).to_bytes(4, "big") + body + zlib.crc32(body).to_bytes(4, "big")

    header = chunk(b"IHDR", bytes([0, 0, 0, 1, 0, 0, 0, 1, 8, 2, 0, 0, 0]))
    pixel = chunk(b"IDAT", zlib.compress(b"\x00\xff\xff\xff"))
    return base64.b64encode(b"\x89PNG\r\n\x1a\n" + header + pixel + chunk(b"IEND", b"")).decode()


def notebook(*cells: Any, **sheet: Any) -> nbformat.NotebookNode:
    """A notebook of Markdown texts and, for dicts, of code cells with that output data."""
    made = []
    for number, cell in enumerate(cells):
        if isinstance(cell, str):
            node = nbformat.v4.new_markdown_cell(cell)
        else:
            output = nbformat.v4.new_output("display_data", cell.get("data", cell))
            output.metadata.update(cell.get("metadata", {}) if "data" in cell else {})
            node = nbformat.v4.new_code_cell("secret_code()", outputs=[output])
        node.id = f"cell-{number}"
        made.append(node)
    nb = nbformat.v4.new_notebook(cells=made)
    if sheet:
        nb.metadata["workshop_kit"] = sheet
    return nb


def printed(*cells: Any, strict: bool = False, folder: Path | None = None, **sheet: Any) -> Pages:
    place = {"metadata": {"name": "page", **({"path": str(folder)} if folder else {})}}
    exporter = HandoutExporter(strict=strict)
    pdf, _ = exporter.from_notebook_node(notebook(*cells, **sheet), place)
    return Pages(pdf)


# ---- Markdown ----------------------------------------------------------------------------------


def test_the_first_heading_becomes_the_document_title():
    pages = printed("# What we *pay* for\n\nText.")
    assert pages.title == "What we pay for"
    assert "H1" not in pages.tags


def test_a_notebook_without_a_heading_is_named_after_its_file():
    assert printed("Text.").title == "page"


def test_every_document_says_that_it_is_pdf_ua_1():
    assert printed("Text.").is_ua1


def test_heading_levels_are_never_skipped():
    pages = printed("# T\n\n### Three\n\n##### Five\n\n## Two")
    assert [tag for tag in pages.tags if tag.startswith("H")] == ["H1", "H2", "H1"]


def test_headings_become_bookmarks():
    assert printed("# T\n\n## One\n\n### Deeper\n\n## Two").bookmarks == ["One", "  Deeper", "Two"]


def test_markdown_is_set_in_full():
    pages = printed(
        "# T\n\n- outer\n  - inner\n\n1. first\n\n> quoted\n\n`code` ~~struck~~ [link](https://example.org)"
        "\n\n- [ ] open\n- [x] done\n\nNote[^1].\n\n[^1]: At the foot.\n\n```python\nprint(1)\n```\n"
    )
    for word in (
        "outer",
        "inner",
        "first",
        "quoted",
        "code",
        "struck",
        "☐",
        "☒",
        "At the foot.",
        "print(1)",
    ):
        assert word in pages.text
    assert {"L", "LI", "BlockQuote", "Code", "Link", "Note"} <= set(pages.tags)


def test_a_markdown_table_has_header_cells():
    pages = printed("| a | b |\n|---|--:|\n| 1 | 2 |")
    assert pages.tags.count("TH") == 2
    assert pages.tags.count("TD") == 2


def test_a_formula_is_described_by_its_tex():
    assert r"x^2 + \frac{1}{2}" in printed(r"So $x^2 + \frac{1}{2}$ and $$\sum_i x_i$$").alts


def test_a_formula_that_cannot_be_set_is_printed_as_typed(caplog):
    with caplog.at_level(logging.WARNING):
        pages = printed(r"Here $\nosuchmacro{x}$.")
    assert r"\nosuchmacro{x}" in pages.text
    assert "printed as it was typed" in caplog.text


def test_an_unclosed_fence_stays_in_its_cell():
    pages = printed("# T\n\n```\nopen", "## After\n\nNot code.")
    assert pages.bookmarks == ["After"]


def test_a_link_to_a_heading_leads_there_and_one_to_nowhere_is_plain_text():
    pages = printed("[go](#the-end) [nowhere](#x)\n\n## The end")
    assert pages.tags.count("Link") == 1
    assert "nowhere" in pages.text


def test_raw_html_is_dropped_and_its_words_are_kept():
    pages = printed(
        "A <b>bold</b> word.\n\n<div><h2>Head</h2>said<script>bad()</script></div>\n\n<!-- no -->"
    )
    assert pages.bookmarks == ["Head"]
    assert "A bold word." in pages.text
    assert "said" in pages.text
    assert "bad()" not in pages.text


def test_code_is_never_printed():
    assert "secret_code" not in printed({"text/plain": "shown"}).text


@pytest.mark.parametrize("tag", ["facilitator", "solution", "live-only", "parameters"])
def test_cells_with_that_tag_are_not_printed(tag):
    nb = notebook("# T", "for others")
    nb.cells[1].metadata["tags"] = [tag]
    pdf, _ = HandoutExporter().from_notebook_node(nb, {"metadata": {"name": "page"}})
    assert "for others" not in Pages(pdf).text


# ---- outputs -----------------------------------------------------------------------------------


def test_a_dataframe_is_a_real_table_with_headers():
    import pandas as pd

    html = pd.DataFrame({"level": ["Senior"], "share": [0.61]})._repr_html_()
    pages = printed({"text/html": html, "text/plain": "x"})
    assert "Senior" in pages.text
    assert "0.61" in pages.text
    assert "TH" in pages.tags


def test_a_chart_is_drawn_with_its_description_as_alt_text():
    spec = {**CHART, "description": "Two is twice as long as one."}
    pages = printed({"application/vnd.vegalite.v6+json": spec, "text/plain": "x"}, strict=True)
    assert pages.alts == ["Two is twice as long as one."]
    assert "two" in pages.text  # a vector: its labels are text


def test_a_chart_of_an_older_vega_lite_is_drawn_too():
    spec = {
        **CHART,
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "description": "D",
    }
    assert printed({"application/vnd.vegalite.v5+json": spec}).alts == ["D"]


def test_a_chart_without_a_description_is_refused_when_strict_and_the_cell_is_named():
    with pytest.raises(HandoutError, match=r"cell cell-1: a chart has no description"):
        printed("# T", {"application/vnd.vegalite.v6+json": CHART}, strict=True)


def test_a_chart_without_a_description_says_so_on_the_page_otherwise(caplog):
    with caplog.at_level(logging.WARNING):
        pages = printed({"application/vnd.vegalite.v6+json": CHART})
    assert "No description was given." in pages.text
    assert pages.alts == ["No description was given."]
    assert "cell cell-0" in caplog.text


def test_a_chart_that_altair_wrote_as_html_is_drawn():
    import altair as alt
    import pandas as pd

    with alt.renderers.enable("html"):
        chart = alt.Chart(pd.DataFrame({"a": ["one"], "b": [1]}), description="One bar")
        data = chart.mark_bar().encode(x="b", y="a")._repr_mimebundle_()
    assert printed({"text/html": data["text/html"], "text/plain": "alt.Chart()"}).alts == [
        "One bar"
    ]


def test_a_mixed_task_list_shows_its_boxes_once():
    pages = printed("- [ ] open\n- [x] done")
    assert "☐ open" in pages.text
    assert "☒ done" in pages.text
    assert "•" not in pages.text


def test_a_chart_that_would_fetch_its_data_is_not_drawn():
    spec = {**CHART, "data": {"url": "https://example.org/x.csv"}, "description": "Sales by month"}
    pages = printed({"application/vnd.vegalite.v6+json": spec})
    assert "Not printed: Sales by month" in pages.text


def test_a_picture_takes_its_alt_text_from_the_output_metadata():
    output = {"data": {"image/png": png()}, "metadata": {"image/png": {"alt": "One white dot"}}}
    assert printed(output, strict=True).alts == ["One white dot"]


def test_a_broken_picture_becomes_a_note(caplog):
    with caplog.at_level(logging.WARNING):
        pages = printed({"image/png": base64.b64encode(b"\x89PNG broken").decode()}, "still here")
    assert "still here" in pages.text
    assert "can't be printed" in caplog.text


def test_a_widget_prints_its_twin():
    view = {"version_major": 2, "version_minor": 0, "model_id": "x"}
    twin = f"**My map**\n\n{lines(3, 'Evidence')}"
    pages = printed(
        {
            "application/vnd.jupyter.widget-view+json": view,
            "text/markdown": twin,
            "text/plain": "VBox()",
        },
        strict=True,
    )
    assert "My map" in pages.text
    assert "Evidence" in pages.text
    assert "VBox" not in pages.text


def test_a_widget_without_a_twin_becomes_a_note():
    view = {"version_major": 2, "version_minor": 0, "model_id": "x"}
    pages = printed(
        {"application/vnd.jupyter.widget-view+json": view, "text/plain": "IntSlider(value=0)"}
    )
    assert "A form stands here" in pages.text
    assert "IntSlider" not in pages.text


def test_interactive_html_becomes_a_note():
    pages = printed(
        {"text/html": "<div id='plot'></div><script>draw()</script>", "text/plain": "Figure()"}
    )
    assert "An interactive output stands here" in pages.text
    assert "draw()" not in pages.text


def test_an_unknown_output_becomes_a_note():
    assert "application/x-thing+json" in printed({"application/x-thing+json": {"a": 1}}).text


def test_plain_output_keeps_its_characters():
    text = "a ``` b\n= not a heading #import \x1b[31mred\x1b[0m"
    pages = printed({"text/plain": text})
    assert "= not a heading #import red" in pages.text


def test_an_error_output_is_told_in_a_line():
    nb = notebook("# T")
    error = nbformat.v4.new_output(
        "error", ename="ValueError", evalue="no", traceback=["secret path"]
    )
    nb.cells.append(nbformat.v4.new_code_cell("x", outputs=[error]))
    pdf, _ = HandoutExporter().from_notebook_node(nb, {"metadata": {"name": "page"}})
    assert "ValueError: no" in Pages(pdf).text
    assert "secret path" not in Pages(pdf).text


# ---- pictures in Markdown ----------------------------------------------------------------------


def test_an_image_beside_the_notebook_is_printed(tmp_path):
    (tmp_path / "logo.svg").write_text(SVG)
    assert printed("![A black bar](logo.svg)", folder=tmp_path, strict=True).alts == ["A black bar"]


def test_an_attachment_is_printed_and_writes_no_file_of_its_name(tmp_path):
    nb = notebook("![Dot](attachment:../../evil.png)")
    nb.cells[0]["attachments"] = {"../../evil.png": {"image/png": png()}}
    pdf, _ = HandoutExporter().from_notebook_node(
        nb, {"metadata": {"name": "n", "path": str(tmp_path)}}
    )
    assert Pages(pdf).alts == ["Dot"]
    assert list(tmp_path.parent.rglob("evil.png")) == []


def test_an_image_without_alt_text_is_refused_when_strict(tmp_path):
    (tmp_path / "logo.svg").write_text(SVG)
    with pytest.raises(HandoutError, match="cell-0: an image has no description"):
        printed("![](logo.svg)", folder=tmp_path, strict=True)


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ("https://example.org/x.png", "on the web"),
        ("//example.org/x.png", "on the web"),
        ("file:///etc/passwd", "on the web"),
        ("/etc/passwd", "absolute path"),
        ("C:/secret.png", "absolute path"),
        ("../secret.svg", "outside the notebook's folder"),
        ("%2e%2e/secret.svg", "outside the notebook's folder"),
        ("way-out/secret.svg", "outside the notebook's folder"),
        ("missing.png", "no such file"),
        ("notes.txt", "not a PNG"),
    ],
)
def test_an_image_from_elsewhere_is_not_read(tmp_path, address, reason):
    inside = tmp_path / "inside"
    inside.mkdir()
    (tmp_path / "secret.svg").write_text(SVG)
    (inside / "notes.txt").write_text("words")
    (inside / "way-out").symlink_to(tmp_path)
    with pytest.raises(HandoutError, match=reason):
        printed(f"![Secret]({address})", folder=inside, strict=True)


def test_an_svg_that_points_at_a_file_is_not_printed(tmp_path):
    (tmp_path / "a.svg").write_text(SVG.replace("<rect", '<image href="/etc/passwd"/><rect'))
    with pytest.raises(HandoutError, match="can't be read"):
        printed("![A](a.svg)", folder=tmp_path, strict=True)


# ---- the page ----------------------------------------------------------------------------------


def test_team_date_and_page_numbers_stand_in_the_footer():
    pages = printed(
        "# T\n\n" + "word " * 900, team="Payments", event="Spring offsite", date="18 March 2027"
    )
    assert len(pages.texts) >= 2
    assert f"Page 2 of {len(pages.texts)}" in pages.texts[1]
    assert "Payments" in pages.texts[1]
    assert "18 March 2027" in pages.texts[1]
    assert "Spring offsite" in pages.texts[1]


def test_fictional_data_is_marked_on_every_page():
    pages = printed("# T\n\n" + "word " * 900, fictional=True)
    assert all("Fictional data" in text for text in pages.texts)


@pytest.mark.parametrize(("paper", "size"), [("a4", (595, 842)), ("us-letter", (612, 792))])
def test_the_paper_is_the_events(paper, size):
    assert printed("Text.", paper=paper).size == size


@pytest.mark.parametrize("language", ["en", "de-CH"])
def test_the_language_is_the_events(language):
    assert printed("Text.", language=language).language == language


def test_the_logo_is_printed_with_a_description():
    pages = printed("Text.", logo=base64.b64encode(SVG.encode()).decode(), event="Spring")
    assert pages.alts == ["Logo of Spring"]


def test_metadata_that_is_not_a_sheet_gives_a_plain_page(caplog):
    with caplog.at_level(logging.WARNING):
        assert "Text." in printed("Text.", paper="papyrus").text
    assert "not usable" in caplog.text


@pytest.mark.parametrize("color", ["#ffee00", "#ffffff", "#1d4e63", "#000000", "#ff0000"])
def test_text_in_the_brand_colour_reads_on_white(color):
    def share(part: int) -> float:
        value = part / 255
        return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4

    shown = readable(color)
    red, green, blue = (share(int(shown[i : i + 2], 16)) for i in (1, 3, 5))
    assert 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05) >= 4.5


def test_a_worksheet_has_its_headings_and_rows():
    sheet = worksheet([("Code", 1), ("Signals seen", 4)], ["P1", "P2", "P3"])
    pages = printed({"text/markdown": sheet})
    assert "Signals seen" in pages.text
    assert "P3" in pages.text
    assert pages.tags.count("TH") == 2


def test_a_div_of_the_kit_holds_markdown():
    pages = printed({"text/markdown": div("card", "## Card\n\n- point", div("aside", "word"))})
    assert pages.bookmarks == ["Card"]
    assert "point" in pages.text


def test_a_page_across_stands_between_upright_ones():
    across = div("landscape", "## Wide", "Words on it")
    pages = printed(
        "# T\n\nbefore", {"text/markdown": across}, "after", paper="us-letter", team="A"
    )
    sizes = [page.get_size() for page in pypdfium2.PdfDocument(pages.data)]
    assert sizes == [(612, 792), (792, 612), (612, 792)]
    assert "Wide Words on it" in pages.texts[1]
    assert all(f"Page {n} of 3" in text and "A" in text for n, text in enumerate(pages.texts, 1))


def test_a_card_to_cut_out_has_lettered_choices_and_is_not_broken():
    cards = [div("cutout", f"### {n}", "1. one *go on*\n1. two", "x " * 700) for n in range(5)]
    pages = printed("# T", *({"text/markdown": card} for card in cards))
    whole = [len(re.findall(r"a one go on b two(?: x){700}", text)) for text in pages.texts]
    assert sum(whole) == 5
    assert len(whole) > 1


def test_columns_stand_beside_each_other():
    halves = div("beside", div("column", "left words"), div("column", "right words"))
    shown = pypdfium2.PdfDocument(printed({"text/markdown": halves}).data)[0].get_textpage()
    left, right = (shown.search(words).get_next()[0] for words in ("left", "right"))
    (x1, low1, _, _), (x2, low2, _, _) = (shown.get_charbox(at) for at in (left, right))
    assert x2 > x1 + 200
    assert abs(low1 - low2) < 3


def test_words_to_read_aloud_are_large_and_in_short_lines():
    page = printed({"text/markdown": div("aloud", "word " * 60)})
    shown = pypdfium2.PdfDocument(page.data)[0].get_textpage()
    boxes = [shown.get_charbox(at) for at in range(shown.count_chars())]
    assert max(right - 76 for _, _, right, top in boxes if top > 100) < 120 / 25.4 * 72
    assert len({round(low) for _, low, _, top in boxes if top > 100}) > 5


def test_a_div_with_wrong_numbers_is_printed_all_the_same():
    assert "after" in printed({"text/markdown": '::: {.lines n="many"}\n:::\n\nafter'}).text


def test_the_same_notebook_gives_the_same_bytes():
    cells = ("# T\n\n$x$", {"application/vnd.vegalite.v6+json": {**CHART, "description": "D"}})
    assert printed(*cells).data == printed(*cells).data


def test_parts_have_a_cover_with_contents_and_a_bookmark_each():
    parts = [
        read_notebook(notebook(f"# {name}\n\n## Inside {name}"), None, name)
        for name in ("One", "Two")
    ]
    welcome = read_notebook(notebook("Good to have you **here**."), None, "")
    pdf, _ = print_parts(parts, Sheet(team="Payments", event="Spring"), "Payments", welcome)
    pages = Pages(pdf)
    assert pages.bookmarks == ["One", "  Inside One", "Two", "  Inside Two"]
    assert pages.title == "Payments"
    for words in ("Spring", "Payments", "Good to have you", "One", "Two"):
        assert words in pages.texts[0]


# ---- hostile text ------------------------------------------------------------------------------

HOSTILE = [
    '#import "x"',
    "*bold* _it_ `code`",
    "$x$ \\alpha",
    "# Heading",
    "<script>alert(1)</script>",
    "../../etc",
    "=cmd()",
    "\"quoted\" and 'single'",
    "@ref <label> // comment /* more */",
    "[link](https://example.org) ![x](/etc/passwd)",
    "Zürich",
    "東京",
    "한국어",
    "Payments / EU",
    "a\\u{41}b",
    "::: {.card}",
    "| a | b |",
    "https://example.org/auto",
    "{{ 7*7 }} ${x}",
    "1. one",
    "x" * 300,
]


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_text_is_only_text_in_a_twin_and_around_the_page(name):
    pages = printed(
        "# T\n\n" + "word " * 900, {"text/markdown": f"Team: {literal(name)}."}, team=name
    )
    wanted = "".join(name.split())
    assert f"Team:{wanted}." in pages.squeezed
    assert wanted[:26] in "".join(pages.texts[1].split())


def test_a_name_longer_than_a_line_is_broken_and_stays_on_the_page():
    part = read_notebook(notebook("# One"), None, "n")
    pdf, _ = print_parts([part], Sheet(team="x" * 300), "x" * 300)
    shown = pypdfium2.PdfDocument(pdf)[0].get_textpage()
    letters = [shown.get_charbox(i) for i in range(shown.count_chars())]
    assert max(right for _, _, right, _ in letters) < 595 - 70
    assert "x" * 300 in Pages(pdf).squeezed


@pytest.mark.parametrize("name", ["مرحبا", "שלום", "🚀", "नमस्ते"])
def test_every_script_has_a_font(name):
    part = read_notebook(notebook({"text/markdown": literal(name)}), None, "n")
    _, remarks = print_part(part, Sheet(team=name))
    assert remarks == []


def test_a_character_that_no_font_has_is_a_box_and_is_named():
    part = read_notebook(notebook({"text/markdown": literal("see \U00013000 here")}), None, "n")
    pdf, remarks = print_part(part, Sheet(team="\U00013000"))
    assert "see □ here" in Pages(pdf).text
    assert "U+13000" in remarks[0]


SIGNS = "".join(map(chr, range(33, 127)))


@example("-0")
@settings(max_examples=40, deadline=None)
@given(st.text(st.sampled_from(SIGNS + " äß—“é"), min_size=1, max_size=60).filter(str.strip))
def test_any_text_comes_out_as_it_went_in(text):
    part = read_notebook(notebook({"text/markdown": f"x {literal(text)} x"}), None, "n")
    pdf, _ = print_part(part, Sheet())
    assert "".join(text.split()) in Pages(pdf).squeezed


@pytest.mark.parametrize("start", ["/", "=", "==", "-", "+", "1.", "-0", "/ a: b"])
def test_what_starts_like_markup_stays_text_in_lists_tables_and_divs(start):
    text = literal(f"{start} kept")
    cell = f"| head |\n| :--- |\n| {text} |"
    for markdown in (f"- {text}", cell, f"::: {{.aside}}\n{text}\n:::", f"> {text}"):
        part = read_notebook(notebook({"text/markdown": f"before\n\n{markdown}"}), None, "n")
        pdf, _ = print_part(part, Sheet())
        assert "".join(f"{start}kept".split()) in Pages(pdf).squeezed


@settings(max_examples=40, deadline=None)
@given(st.text(st.sampled_from(SIGNS + " \n"), max_size=200))
def test_any_markdown_cell_prints(text):
    assert printed(text).is_ua1


# ---- the command -------------------------------------------------------------------------------


def test_nbconvert_knows_the_exporter_by_name(tmp_path):
    nbformat.write(notebook("# Someone else's\n\nText."), tmp_path / "any.ipynb")
    command = [sys.executable, "-m", "nbconvert", "--to", "handout", "any.ipynb"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert Pages((tmp_path / "any.pdf").read_bytes()).title == "Someone else's"


def test_jupyterlab_offers_it_in_its_export_menu():
    from nbconvert.exporters import get_exporter

    assert get_exporter("handout").export_from_notebook == "Handout (PDF)"
    assert io.BytesIO(printed("Text.").data).read(5) == b"%PDF-"
