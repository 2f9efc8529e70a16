"""Markdown and HTML → Typst, through pandoc's document tree.

Text from people never becomes Typst markup by hand: pandoc parses it, `settling` takes out
what a page can't keep (raw HTML, attributes, links into the notebook, formulas without a description),
and pandoc writes it out again, escaped. The few Typst calls that are added name functions of
`template.typ`; their arguments go through `typst_string`.
"""

from workshop_kit.markup.conversion import (
    MARKDOWN,
    READERS,
    PandocFailed,
    Piece,
    pandoc,
    parse,
    to_typst,
)
from workshop_kit.markup.nodes import (
    Blocks,
    Node,
    anchors,
    call_block,
    call_inline,
    code_block,
    data_call,
    heading,
    is_attr,
    level_headings,
    note,
    plain_text,
    typst_string,
    words,
)
from workshop_kit.markup.settling import PictureMaker, Settler

__all__ = [
    "MARKDOWN",
    "READERS",
    "Blocks",
    "Node",
    "PandocFailed",
    "PictureMaker",
    "Piece",
    "Settler",
    "anchors",
    "call_block",
    "call_inline",
    "code_block",
    "data_call",
    "heading",
    "is_attr",
    "level_headings",
    "note",
    "pandoc",
    "parse",
    "plain_text",
    "to_typst",
    "typst_string",
    "words",
]
