"""Markdown and HTML → Typst, through pandoc's document tree.

Text from people never becomes Typst markup by hand: pandoc parses it, this module settles what a
page can't keep (raw HTML, attributes, links into the notebook, formulas without a description),
and pandoc writes it out again, escaped. The few Typst calls that are added name functions of
`template.typ`; their arguments go through `typst_string`.
"""

from __future__ import annotations

import json
import re
import subprocess
import tempfile
import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, TypeAlias

import pypandoc

Node: TypeAlias = dict[str, Any]
Blocks: TypeAlias = list[Node]

MARKDOWN = (
    "commonmark+pipe_tables+footnotes+task_lists+strikeout+autolink_bare_uris+tex_math_dollars"
)
READERS = {"markdown": MARKDOWN, "twin": MARKDOWN + "+fenced_divs-raw_html", "html": "html"}
DIV_CLASSES = {"card", "statement", "aside", "small", "together", "newpage", "note"}
NO_ATTR: list[Any] = ["", [], []]
SECONDS_AT_MOST = 60
HEAP_AT_MOST = "512m"  # some texts of a few hundred kilobytes would take gigabytes, and minutes


@dataclass(frozen=True)
class Piece:
    """A stretch of a notebook: text still to be parsed (`text`) or blocks already made (`blocks`)."""

    cell: str
    kind: Literal["markdown", "twin", "html", "blocks"]
    text: str = ""
    blocks: Blocks = field(default_factory=list)


class PandocFailed(RuntimeError):
    """pandoc gave up; its own words are the message."""


def pandoc(
    arguments: Sequence[str],
    text: str = "",
    folder: Path | None = None,
    seconds: int = SECONDS_AT_MOST,
    heap: str = HEAP_AT_MOST,
) -> tuple[str, str]:
    """What pandoc wrote, and its warnings. Raises PandocFailed, also at the limits of time and heap.

    It may read the named files only (`--sandbox`); they are looked for in `folder`.
    """
    try:
        # Not pypandoc.convert_text, which knows no limits.
        done = subprocess.run(
            [pypandoc.get_pandoc_path(), "--sandbox", *arguments, "+RTS", f"-M{heap}", "-RTS"],
            input=text.encode("utf-8", "replace"),
            capture_output=True,
            timeout=seconds,
            cwd=folder,
        )
    except subprocess.TimeoutExpired as error:
        raise PandocFailed(f"no answer after {seconds} seconds") from error
    except OSError as error:
        raise PandocFailed("pandoc does not start here; install the kit again") from error
    messages = done.stderr.decode("utf-8", "replace").strip()
    if done.returncode:
        raise PandocFailed(messages)
    return done.stdout.decode("utf-8"), messages


def parse(pieces: Sequence[Piece]) -> list[Blocks]:
    """The blocks of each piece, in order. One pandoc call for each kind of text, however many pieces."""
    parsed = [list(piece.blocks) for piece in pieces]
    for kind, reader in READERS.items():
        wanted = [index for index, piece in enumerate(pieces) if piece.kind == kind]
        texts = [pieces[index].text for index in wanted]
        for index, blocks in zip(wanted, _parse_all(texts, reader), strict=True):
            parsed[index] = blocks
    return _with_html_read(parsed)


def _with_html_read(parsed: list[Blocks]) -> list[Blocks]:
    """The same blocks, those of raw HTML in Markdown replaced by what they say."""

    def is_html(block: Node) -> bool:
        return bool(block["t"] == "RawBlock" and block["c"][0] == "html")

    raw = [block["c"][1] for blocks in parsed for block in blocks if is_html(block)]
    said = iter(_parse_all(raw, READERS["html"]))
    return [
        [new for block in blocks for new in (next(said) if is_html(block) else [block])]
        for blocks in parsed
    ]


def _parse_all(texts: list[str], reader: str) -> list[Blocks]:
    if not texts:
        return []
    # Files of their own keep an unclosed fence in its cell; the mark between them can't be guessed.
    mark = uuid.uuid4().hex
    with tempfile.TemporaryDirectory(prefix="workshop-kit-") as name:
        folder = Path(name)
        divider = f"<p>{mark}</p>" if reader == "html" else mark
        (folder / "divider").write_text(divider, encoding="utf-8")
        files: list[str] = []
        for index, text in enumerate(texts):
            (folder / str(index)).write_bytes(text.encode("utf-8", "replace"))
            files += [str(index), "divider"]
        out, _ = pandoc(["--from", reader, "--to", "json", "--file-scope", *files], "", folder)
    found: list[Blocks] = [[]]
    for block in json.loads(out)["blocks"]:
        if block["t"] in ("Para", "Plain") and block["c"] == [{"t": "Str", "c": mark}]:
            found.append([])
        else:
            found[-1].append(block)
    return found[:-1]


def to_typst(blocks: Blocks) -> tuple[str, str]:
    """Typst markup of the blocks, and pandoc's warnings (formulas that it could not convert)."""
    tree = {"pandoc-api-version": _api_version(), "meta": {}, "blocks": blocks}
    # Unwrapped lines: a "1." or "-" of the text must not come to stand at the start of a line.
    return pandoc(["--from", "json", "--to", "typst", "--wrap=none"], json.dumps(tree))


_api: list[list[int]] = []


def _api_version() -> list[int]:
    if not _api:
        out, _ = pandoc(["--from", "commonmark", "--to", "json"])
        _api.append(json.loads(out)["pandoc-api-version"])
    return _api[0]


# ---- making nodes ------------------------------------------------------------------------------


def typst_string(text: str) -> str:
    """`text` as a Typst string literal, whatever it holds."""
    safe = "".join(c if c.isprintable() else f"\\u{{{ord(c):x}}}" for c in _escaped(text))
    return f'"{safe}"'


def _escaped(text: str) -> str:
    lone = text.encode("utf-8", "replace").decode("utf-8")
    return re.sub(r"\s+", " ", lone).replace("\\", "\\\\").replace('"', '\\"')


def call_block(code: str) -> Node:
    """A block that calls a function of the template."""
    return {"t": "RawBlock", "c": ["typst", code]}


def call_inline(code: str) -> Node:
    """An inline call; the semicolon ends it, so that what follows stays text."""
    return {"t": "RawInline", "c": ["typst", code + ";"]}


def words(text: str) -> list[Node]:
    """Plain text as inlines."""
    return [{"t": "Str", "c": text}]


def note(text: str) -> Blocks:
    """A plain note on the page, in place of something that can't be printed."""
    return [call_block("#note["), {"t": "Para", "c": words(text)}, call_block("]")]


def code_block(text: str) -> Node:
    """Text kept as it is, in a fixed-width font."""
    return {"t": "CodeBlock", "c": [NO_ATTR, text]}


def heading(level: int, inlines: list[Node]) -> Node:
    """A heading."""
    return {"t": "Header", "c": [level, NO_ATTR, inlines]}


def plain_text(node: Any) -> str:
    """The words of a node, without markup."""
    if isinstance(node, list):
        return "".join(plain_text(item) for item in node)
    if not isinstance(node, dict):
        return ""
    match node["t"]:
        case "Str":
            return str(node["c"])
        case "Space" | "SoftBreak" | "LineBreak":
            return " "
        case "Code" | "Math" | "CodeBlock":
            return str(node["c"][1])
        case "RawInline" | "RawBlock" | "Note":
            return ""
        case "Link" | "Image" | "Span" | "Header":
            return plain_text([c for c in node["c"] if isinstance(c, list)])
        case _:
            return plain_text(node.get("c", []))


# ---- places to write ---------------------------------------------------------------------------


def _lines(given: dict[str, str]) -> str:
    count = given.get("n", "")
    many = min(int(count), 60) if count.isdecimal() else 3
    return f"#lines({many}, label: {typst_string(given.get('label', ''))})"


def _worksheet(given: dict[str, str]) -> str:
    columns = []
    for column in given.get("columns", "").split("|"):
        title, _, share = column.rpartition(":")
        width = share if share.isdecimal() else "1"
        columns.append(f"({typst_string(title or column)}, {width})")
    rows = [typst_string(row) for row in given.get("rows", "").split("|")]
    height = given.get("height", "")
    millimetres = min(int(height), 200) if height.isdecimal() else 14
    return f"#worksheet(({', '.join(columns)},), ({', '.join(rows)},), {millimetres}mm)"


WRITING_SPACES: dict[str, Callable[[dict[str, str]], str]] = {
    "lines": _lines,
    "worksheet": _worksheet,
}

# ---- settling ----------------------------------------------------------------------------------

PictureMaker: TypeAlias = Callable[[str, str, bool], Node | Blocks]


@dataclass
class Settler:
    """Turns a parsed piece into what a page can keep.

    `picture(url, description, inline)` gives the node for an image. `anchors` are the headings
    that a link inside the notebook may lead to; `formulas_as_text` prints TeX as it was typed.
    """

    picture: PictureMaker
    anchors: frozenset[str] = frozenset()
    formulas_as_text: bool = False
    trusted: bool = False

    def settle(self, nodes: Iterable[Node]) -> list[Node]:
        """The nodes, settled; one can become none or several."""
        return [settled for node in nodes for settled in self._node(node)]

    def _node(self, node: Node) -> list[Node]:
        kind = node["t"]
        content: Any = node.get("c")
        match kind:
            case "RawInline" | "RawBlock":
                return []
            case "Para" | "Plain" if _only_images(content):
                images = [n for n in content if n["t"] == "Image"]
                return [made for image in images for made in self._image(image, inline=False)]
            case "Image":
                return self._image(node, inline=True)
            case "Math":
                return self._formula(node)
            case "Span":
                return self.settle(content[1])
            case "Div":
                return self._div(content)
            case "BulletList" if (box := _box(content)) is not None:
                items = [self.settle(_without_box(item) if box else item) for item in content]
                opening = call_block(f"#tasks({typst_string(box)})[")
                return [opening, {"t": kind, "c": items}, call_block("]")]
            case "Table":
                return [{"t": kind, "c": self._inside(_numbers_right(content))}]
            case "Link":
                return self._link(content)
            case "Header":
                return self._heading(content)
            case "CodeBlock":
                language = [c for c in content[0][1][:1] if re.fullmatch(r"[A-Za-z0-9+#-]+", c)]
                return [{"t": kind, "c": [["", language, []], content[1]]}]
            case _:
                return [{"t": kind, "c": self._inside(content)} if content is not None else node]

    def _inside(self, content: Any) -> Any:
        if isinstance(content, dict) and "t" in content:
            settled = self._node(content)
            return settled[0] if len(settled) == 1 else {"t": "Plain", "c": []}
        if isinstance(content, list):
            if _is_attr(content):
                return NO_ATTR
            if content and all(isinstance(c, dict) and "t" in c for c in content):
                return self.settle(content)
            return [self._inside(item) for item in content]
        return content

    def _image(self, node: Node, inline: bool) -> list[Node]:
        _, caption, (url, _title) = node["c"]
        made = self.picture(url, plain_text(caption).strip(), inline)
        return made if isinstance(made, list) else [made]

    def _formula(self, node: Node) -> list[Node]:
        tex = node["c"][1]
        if self.formulas_as_text:
            return [{"t": "Code", "c": [NO_ATTR, tex]}]
        opening = {"t": "RawInline", "c": ["typst", f"#formula({typst_string(tex)})["]}
        return [opening, node, {"t": "RawInline", "c": ["typst", "];"]}]

    def _div(self, content: Any) -> list[Node]:
        (_, classes, attributes), blocks = content
        inside = self.settle(blocks)
        if not self.trusted:
            return inside
        for name, writing_space in WRITING_SPACES.items():
            if name in classes:
                return [call_block(writing_space(dict(attributes)))]
        for name in classes:
            if name in DIV_CLASSES:
                inside = [call_block(f"#{name}["), *inside, call_block("]")]
        return inside

    def _link(self, content: Any) -> list[Node]:
        _, inlines, (url, _title) = content
        inside = self.settle(inlines)
        target = anchor(re.sub(r"^#(\d+__)?", "", url))  # pandoc puts the file's name first
        if url.startswith("#") and target in self.anchors:
            return [
                {"t": "RawInline", "c": ["typst", f"#link(<{target}>)["]},
                *inside,
                {"t": "RawInline", "c": ["typst", "];"]},
            ]
        if re.match(r"(https?|mailto):", url, re.IGNORECASE) and plain_text(inlines).strip():
            return [{"t": "Link", "c": [NO_ATTR, inside, [url, ""]]}]
        return inside

    def _heading(self, content: Any) -> list[Node]:
        level, _, inlines = content
        if not plain_text(inlines).strip():
            return []
        target = anchor(plain_text(inlines))
        ident = target if target in self.anchors else ""
        return [{"t": "Header", "c": [level, [ident, [], []], self.settle(inlines)]}]


def anchor(text: str) -> str:
    """The name that a link uses for a heading, as Jupyter and GitHub make it, in Typst's letters."""
    return "to-" + re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")


def anchors(parsed: Iterable[Blocks]) -> frozenset[str]:
    """Headings that may be linked to: those whose name is theirs alone."""
    names = [
        anchor(plain_text(block["c"][2]))
        for blocks in parsed
        for block in blocks
        if block["t"] == "Header"
    ]
    return frozenset(name for name in names if names.count(name) == 1 and name != "to-")


def level_headings(blocks: Blocks, below: int = 0) -> Blocks:
    """The same blocks with heading levels that start at `below` + 1 and never skip one (PDF/UA)."""
    above: list[int] = []

    def levelled(node: Any) -> Any:
        if isinstance(node, list):
            return [levelled(item) for item in node]
        if not isinstance(node, dict):
            return node
        if node.get("t") == "Header":
            level, attr, inlines = node["c"]
            while above and above[-1] >= level:
                above.pop()
            above.append(level)
            return {"t": "Header", "c": [below + len(above), attr, inlines]}
        return {key: levelled(value) for key, value in node.items()}

    return [levelled(block) for block in blocks]


def _only_images(inlines: list[Node]) -> bool:
    kinds = {node["t"] for node in inlines}
    return "Image" in kinds and kinds <= {"Image", "Space", "SoftBreak", "LineBreak"}


_NUMBER = re.compile(r"[-+−]?[\d.,\s]*\d[\s%]*|NaN|None|", re.ASCII)


def _numbers_right(table: list[Any]) -> list[Any]:
    """The table with columns of nothing but numbers set to the right, where nobody chose otherwise."""
    attr, caption, columns, head, bodies, foot = table
    rows = [row[1] for body in bodies for row in body[3]]
    if any(len(cells) != len(columns) for cells in rows):
        return table  # a cell spans rows, so that its place does not tell its column
    aligned = []
    for index, (alignment, width) in enumerate(columns):
        texts = [plain_text(cells[index][4]).strip() for cells in rows]
        numeric = any(texts) and all(_NUMBER.fullmatch(text) for text in texts)
        chosen = alignment["t"] != "AlignDefault" or not numeric
        aligned.append([alignment if chosen else {"t": "AlignRight"}, width])
    return [attr, caption, aligned, head, bodies, foot]


def _box(items: list[Blocks]) -> str | None:
    """The sign that all items of a task list start with, "" where they differ; None for other lists."""
    signs = {plain_text(item[:1])[:2] for item in items}
    if not signs <= {"☐ ", "☒ "}:
        return None
    return signs.pop()[0] if len(signs) == 1 else ""


def _without_box(item: Blocks) -> Blocks:
    first = item[0]
    return [{"t": first["t"], "c": first["c"][2:]}, *item[1:]]


def _is_attr(content: list[Any]) -> bool:
    return (
        len(content) == 3
        and isinstance(content[0], str)
        and isinstance(content[1], list)
        and isinstance(content[2], list)
        and all(isinstance(c, str) for c in content[1])
        and all(isinstance(pair, list) and len(pair) == 2 for pair in content[2])
    )
