"""The HTML of a saved page → the same page in plain HTML, its navigation marked as such.

pandoc parses HTML, but reads nothing outside `<main>`, drops `<nav>` without a word, cuts a
`rowspan` that leaves the head of a table, and columns that no `<col>` announces. So before it is given a page, in one pass and in linear
time: sections become `<div>`, what is not content is wrapped in `<div data-part="…">`, heads of
tables become rows, open cells are closed, scripts and comments go.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

ATTRIBUTES_AT_MOST = 10_000
TABLES_DEEP_AT_MOST = 12  # pandoc's time doubles with each
NAVIGATION = "navigation"
HIDDEN = "hidden on the page"

# A quoted value ends before the next "<": so an unclosed quote can't make this quadratic.
_TAG = re.compile(r"""<!--|<(/?)([A-Za-z][\w:-]*)((?:[^<>"']|"[^"<]*"|'[^'<]*')*+)>""")
_ATTRIBUTE = re.compile(
    r"""(?<![\w:-])([\w:-]++)\s*+=\s*+(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))|\bhidden\b"""
)
_SPAN = re.compile(r"""\b(?:row|col)span\s*=\s*["']?\d{1,5}["']?""", re.IGNORECASE)
_NOT_TEXT = frozenset(
    [
        "script",
        "style",
        "template",
        "svg",
        "math",
        "iframe",
        "object",
        "embed",
        "textarea",
        "select",
    ]
)
_NOT_ROWS = frozenset(["thead", "tbody", "tfoot", "colgroup", "col"])
_SECTIONS = frozenset(["main", "article", "section", "header", "hgroup", "figure", "figcaption"])
_NEVER_CONTENT = frozenset(["nav", "footer", "aside", "dialog", "form", "button"])
_BLOCKS = _SECTIONS | _NEVER_CONTENT | frozenset(["div", "ul", "ol", "dl", "p", "table"])
_ROLES = frozenset(
    [
        "navigation",
        "banner",
        "contentinfo",
        "search",
        "complementary",
        "dialog",
        "menu",
        "menubar",
        "toolbar",
        "tablist",
    ]
)
# Classes and ids of Confluence's and Notion's own furniture.
_FURNITURE = frozenset(
    [
        "breadcrumb",
        "breadcrumbs",
        "breadcrumb-section",
        "toc",
        "toc-macro",
        "table_of_contents",
        "footer",
        "footer-body",
        "page-metadata",
        "page-metadata-modification-info",
        "likes-and-labels-container",
        "labels-section",
        "comments-section",
        "comments",
        "sidebar",
        "ia-splitter-left",
        "ia-fixed-sidebar",
        "plugin_pagetree",
        "children-macro",
        "pagetree",
        "navigation",
        "main-header",
        "action-menu",
        "page-restrictions",
        "cookie-banner",
        "expand-control",
        "aui-page-header-actions",
    ]
)


@dataclass
class _Rewriting:
    """What was written, and what is open: tables, and a part that is no content."""

    out: list[str] = field(default_factory=list)
    tables: list[list[bool]] = field(default_factory=list)  # for each: is a row, a cell open?
    outside: str = ""  # the name of the element that is no content
    depth: int = 0  # how many of that name are open

    def tag(self, closes: bool, name: str, attributes: str) -> None:
        if self.outside:
            self._inside_furniture(closes, name, attributes)
        elif not closes and (reason := _furniture(name, attributes)):
            self.outside, self.depth = name, 1
            self.out.append(f'<div data-part="{reason}"><div>')
        else:
            self._content(closes, name, attributes)

    def _inside_furniture(self, closes: bool, name: str, attributes: str) -> None:
        if name == self.outside and not attributes.endswith("/"):
            self.depth += -1 if closes else 1
        if not self.depth:
            self.outside = ""
            self.out.append("</div></div>")
        else:  # only its words are of interest, each block apart
            self.out.append("<br>" if name in _BLOCKS or name == "li" else " ")

    def _content(self, closes: bool, name: str, attributes: str) -> None:
        if name in _SECTIONS:
            self.out.append("</div>" if closes else f"<div{attributes}>")
        elif name == "table":
            self._table(closes, attributes)
        elif name in ("tr", "td", "th") and self.tables:
            self._cell(closes, name, attributes)
        elif name not in _NOT_ROWS:
            self.out.append(f"<{'/' * closes}{name}{attributes}>")

    def _table(self, closes: bool, attributes: str) -> None:
        if not closes:
            if len(self.tables) >= TABLES_DEEP_AT_MOST:
                raise ValueError("tables are nested too deeply")
            self.tables.append([False, False])
            self.out.append(f"<table{attributes}>")
        elif self.tables:
            self._close(row=True)
            self.tables.pop()
            self.out.append("</table>")

    def _cell(self, closes: bool, name: str, attributes: str) -> None:
        row = name == "tr"
        self._close(row)
        if closes:
            return
        if not row and not self.tables[-1][0]:
            self._cell(closes=False, name="tr", attributes="")
        self.tables[-1][0 if row else 1] = True
        self.out.append("<tr>" if row else " ".join(["<td", *_SPAN.findall(attributes)]) + ">")

    def _close(self, row: bool) -> None:
        table = self.tables[-1]
        if table[1]:
            self.out.append("</td>")
        if row and table[0]:
            self.out.append("</tr>")
        table[:] = [table[0] and not row, False]


def plain_page(text: str) -> str:
    """The page in the HTML that pandoc reads whole; raises ValueError for what would take too long."""
    rewriting = _Rewriting()
    at = 0
    while found := _TAG.search(text, at):
        rewriting.out.append(text[at : found.start()])
        name = (found[2] or "").lower()
        if found[0] == "<!--":
            at = _after("-->", text, found.end())
        elif name in _NOT_TEXT and not found[1] and not found[3].endswith("/"):
            at = _after(f"</{name}", text, found.end())
            at = _after(">", text, at)
        else:
            rewriting.tag(bool(found[1]), name, found[3])
            at = found.end()
    ends = ["</div></div>"] if rewriting.outside else []
    return "".join([*rewriting.out, text[at:], *ends])


def _after(end: str, text: str, at: int) -> int:
    """Where the text goes on behind `end`: at its own end, where that never comes."""
    found = re.compile(re.escape(end), re.IGNORECASE).search(text, at)
    return found.end() if found else len(text)


def _furniture(name: str, attributes: str) -> str:
    """Why an element is no content of the page; empty if it is."""
    if name in _NEVER_CONTENT:
        return NAVIGATION
    if name not in _BLOCKS or not attributes or len(attributes) > ATTRIBUTES_AT_MOST:
        return ""
    found = list(_ATTRIBUTE.finditer(attributes))
    given = {m[1].lower(): m[2] or m[3] or m[4] or "" for m in found if m[1]}
    names = {*given.get("class", "").split(), given.get("id", "")}
    if names & _FURNITURE or given.get("role", "") in _ROLES:
        return NAVIGATION
    style = given.get("style", "").replace(" ", "")
    shown = all(m[1] for m in found) and "display:none" not in style
    # A closed "expand" macro is hidden in the page that is saved, and is what somebody wrote.
    return "" if shown or any(word.startswith("expand") for word in names) else HIDDEN
