"""pandoc's tree of a document → blocks: which heading stands over what."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TypeAlias

from workshop_kit.ladder import Skipped
from workshop_kit.ladder_files.document import Block, Item, Path, Prose, Words, skip
from workshop_kit.ladder_files.inlines import SPACE, Node, notes_in, plain, unwrapped, words_of
from workshop_kit.ladder_files.position import line_of
from workshop_kit.ladder_files.references import references_in_tag
from workshop_kit.ladder_files.sentences import has_words, statements_in, without_bullet
from workshop_kit.ladder_files.tables import grid_of, is_layout, opened, rows_of

Headings: TypeAlias = list[tuple[int, Words]]

BOLD_DEPTH = 7  # a line all in bold ranks below the six levels of headings
TERM_DEPTH = 8  # and the term of a list of definitions below that
LABEL_WORDS = 4

_TYPED_BULLET = re.compile(r"[•▪◦‣●○■□☐☑☒]\s*\S")


def blocks_of(tree: list[Node]) -> Iterator[Block]:
    """Every block of the tree under its headings, in the document's order."""
    return _under([], tree)


def title_of(tree: list[Node]) -> str:
    """The words of the first heading."""
    return next((plain(node["c"][2]) for node, _ in _flat(tree) if node["t"] == "Header"), "")


def _under(headings: Headings, nodes: list[Node], line: int = 0) -> Iterator[Block]:
    """The blocks of these nodes, which stand under the headings given."""
    for node, here in _flat(nodes, line):
        depth, words = _heading(node, here)
        if depth and words.text:
            headings = [(d, heading) for d, heading in headings if d < depth]
            headings.append((depth, words))
        elif node["t"] == "Table":
            yield from _table(node, here, headings)
        elif node["t"] == "DefinitionList":
            for term, definitions in node["c"]:
                named = [*headings, (TERM_DEPTH, words_of(term, here))]
                path = _path(named if plain(term) else headings)
                yield from _items(definitions, here, path)
        elif node["t"] == "Figure":
            yield from _under(headings, node["c"][2], here)
        else:
            yield from _block(node, here, _path(headings))


def _path(headings: Headings) -> Path:
    return tuple(heading for _, heading in headings)


def _flat(nodes: list[Node], line: int = 0) -> Iterator[tuple[Node, int]]:
    """Every block with its line; the wrappers that carry positions are opened."""
    for node in nodes:
        here = line_of(node) or line
        if node["t"] == "Div":
            yield from _flat(node["c"][1], here)
        else:
            yield node, here


def _heading(node: Node, line: int) -> tuple[int, Words]:
    """The depth and words of a heading or of a short paragraph all in bold; depth 0 for others."""
    if node["t"] == "Header":
        return node["c"][0], words_of(node["c"][2], line)
    if node["t"] == "Para":
        inlines = [inline for inline in unwrapped(node["c"]) if inline["t"] != "Space"]
        words = words_of(node["c"], line)
        if len(inlines) == 1 and inlines[0]["t"] == "Strong" and len(words.text.split()) <= 8:
            return BOLD_DEPTH, Words(words.tidy.rstrip(":"), words.place, words.references)
    return 0, Words("")


def _table(node: Node, line: int, headings: Headings) -> Iterator[Block]:
    caption = [inside for inside in opened(node["c"][1][1]) if inside["t"] in ("Plain", "Para")]
    for said in caption:
        yield Prose(words_of(said["c"], line), _path(headings))
    rows = rows_of(node)
    if is_layout(rows):
        for cell in (cell for row in rows for cell in row):
            yield from _under(list(headings), cell[4], line)
    else:
        yield grid_of(node, line, _path(headings))


def _block(node: Node, line: int, under: Path) -> Iterator[Block]:
    place = f"line {line}" if line else ""
    match node["t"]:
        case "BulletList":
            yield from _items(node["c"], line, under)
        case "OrderedList":
            yield from _items(node["c"][1], line, under)
        case "Para" | "Plain":
            yield from _paragraph(node["c"], line, under)
        case "LineBlock":
            for inlines in node["c"]:
                yield from _paragraph(inlines, line, under)
        case "Table":
            yield from _table(node, line, list(enumerate(under)))
        case "Header":
            yield from _paragraph(node["c"][2], line, under)
        case "RawBlock":
            reason = "a comment" if node["c"][1].lstrip().startswith("<!--") else "HTML"
            yield skip(Words(node["c"][1], place), reason)
        case "CodeBlock":
            yield skip(Words(node["c"][1], place), "code")
        case "BlockQuote":
            yield skip(Words(plain(node["c"]), place), "a quotation")
        case "Aside":
            reason, said = node["c"]
            if said:
                yield skip(Words(said, place), reason)
        case "HorizontalRule":
            pass  # a line across the page says nothing
        case other:
            yield Skipped(place=place, text=other, reason="not a heading, bullet or table")


def _paragraph(inlines: list[Node], line: int, under: Path) -> Iterator[Block]:
    words = words_of(inlines, line)
    if _TYPED_BULLET.match(words.text):  # bullets typed by hand
        for text in statements_in(words.text):
            yield Item(Words(text, words.place, words.references), under)
    elif words.text or words.references:
        yield Prose(words, under)
    yield from _notes(inlines, line)


def _notes(inlines: list[Node], line: int) -> Iterator[Skipped]:
    for note in notes_in(inlines):
        yield skip(Words(note, f"line {line}" if line else ""), "a footnote")


def _items(items: list[list[Node]], line: int, under: Path) -> Iterator[Block]:
    for item in items:
        parts = list(_flat(item, line))
        text = [(node["c"], here) for node, here in parts if node["t"] in ("Plain", "Para")]
        inside = [(n, here) for n, here in parts if n["t"] not in ("Plain", "Para", "RawBlock")]
        raw = [node["c"][1] for node, _ in parts if node["t"] == "RawBlock"]
        here = parts[0][1] if parts else line
        words = words_of([inline for inlines, _ in text for inline in [*inlines, SPACE]], here)
        references = tuple(r for markup in raw for r in references_in_tag(markup))
        words = Words(without_bullet(words.tidy), words.place, (*words.references, *references))
        lists = any(node["t"] in ("BulletList", "OrderedList") for node, _ in inside)
        if lists and _is_label(words.text, text[0][0] if text else []):
            label = Words(words.text.rstrip(": "), words.place, words.references)
            deeper = (*under, label) if label.text else under
        else:
            deeper = under
            if words.text or words.references or not inside:
                yield _item(words, text[0][0] if text else [], under)
        for inlines, at in text:
            yield from _notes(inlines, at)
        for markup in raw:
            yield skip(Words(markup, f"line {here}" if here else ""), "HTML in a bullet")
        for node, at in inside:
            yield from _block(node, at, deeper)


def _is_label(text: str, inlines: list[Node]) -> bool:
    """Whether a bullet with bullets under it names them, rather than being a statement itself."""
    bold = [inline["t"] for inline in unwrapped(inlines) if inline["t"] != "Space"] == ["Strong"]
    short = len(text.split()) <= LABEL_WORDS and not text.endswith((".", "!", "?"))
    return bold or short or text.endswith(":")


def _item(words: Words, inlines: list[Node], under: Path) -> Item:
    first = next(unwrapped(inlines), None)
    if first is None or first["t"] != "Strong":
        return Item(words, under)
    lead = words_of(first["c"]).tidy
    rest = words.text.removeprefix(lead)
    colon = re.match(r"\s*[:–—-]\s*", rest)
    text = rest[colon.end() if colon else 0 :].strip()
    if not (colon or lead.endswith(":")) or not has_words(text) or not has_words(lead):
        return Item(words, under)
    return Item(Words(text, words.place, words.references), under, lead.rstrip(": "))
