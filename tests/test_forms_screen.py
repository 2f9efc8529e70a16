"""The HTML of a notebook's pages, made afterwards and all at once, is what each would have made."""

from __future__ import annotations

import nbformat
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nbformat import NotebookNode

from workshop_kit.forms import Twin, add_html, lines, literal, screen, table
from workshop_kit.variables import HTML_LATER, RENDERING

PAGES = [
    "Plain *words*.",
    lines(2, "Here"),
    table(("A", "B"), [("1", "2")]),
    "- [ ] one\n- [x] two",
    "::: {.aside}\nnever closed",
    "```\nnever closed",
    "[to a heading](#there)\n\n# There",
    "A note[^1].\n\n[^1]: Said.",
    "<p>a tag</p>",
    "<!-- never closed",
    "",
    "# A heading\n\n$x$",
]


def executed(pages: list[str]) -> list[NotebookNode]:
    """Cells as they come from a kernel that leaves the HTML to somebody else."""
    cells = []
    for number, page in enumerate(pages):
        data, metadata = Twin(page)._repr_mimebundle_()
        output = nbformat.v4.new_output("display_data", data, metadata=metadata)
        cells.append(nbformat.v4.new_code_cell("x", id=f"cell-{number}", outputs=[output]))
    return cells


@pytest.fixture(autouse=True)
def _later(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(RENDERING, HTML_LATER)


def test_pages_of_all_kinds_get_the_html_they_would_have_made() -> None:
    cells = executed(PAGES)
    assert not any("text/html" in cell.outputs[0].data for cell in cells)
    add_html(cells)
    assert [cell.outputs[0].data["text/html"] for cell in cells] == [Twin(p).html() for p in PAGES]
    assert all(cell.outputs[0].metadata == {} for cell in cells)


def test_pages_with_any_words_of_people_in_them_are_the_same_beside_others() -> None:
    @settings(max_examples=8, deadline=None)
    @given(st.lists(st.text(), min_size=1, max_size=4))
    def alone_and_together(texts: list[str]) -> None:
        pages = [f"**{literal(text)}**\n\n{literal(text)}" for text in texts]
        cells = executed(pages)
        add_html(cells)
        assert [c.outputs[0].data["text/html"] for c in cells] == [Twin(p).html() for p in pages]

    alone_and_together()


def test_a_page_that_was_made_is_not_made_again(monkeypatch: pytest.MonkeyPatch) -> None:
    add_html(executed(["Kept for the next team."]))
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr(screen, "pandoc", None)  # would fail if it were called
    cells = executed(["Kept for the next team."])
    add_html(cells)
    assert cells[0].outputs[0].data["text/html"] == "<p>Kept for the next team.</p>\n"


def test_what_is_no_page_of_ours_is_left_alone() -> None:
    output = nbformat.v4.new_output("display_data", {"text/markdown": "*Own.*"})
    cells = [nbformat.v4.new_code_cell("x", outputs=[output]), nbformat.v4.new_markdown_cell("x")]
    add_html(cells)
    assert cells[0].outputs[0].data == {"text/markdown": "*Own.*"}


def test_a_kernel_that_only_prints_makes_its_html_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(RENDERING, "1")
    assert set(Twin("x")._repr_mimebundle_()) == {"text/markdown", "text/html", "text/plain"}
