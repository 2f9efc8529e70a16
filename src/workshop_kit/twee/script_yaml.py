"""A script in plain Python → YAML as authors write it: long texts folded, empty keys left open."""

from __future__ import annotations

import io
import re
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.scalarstring import (
    DoubleQuotedScalarString,
    FoldedScalarString,
    LiteralScalarString,
)

WIDTH = 100

_PROSE = {
    "aim", "content_note", "scene", "text", "meant", "say", "why", "trust", "clarity", "repair",
    "outcome", "debrief", "take_away",
}  # fmt: skip
_IN_ONE_LINE = {"signals", "names"}
_NOT_PRINTABLE = re.compile("[^\t\n\r -~\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# What needs no quotes, whatever ruamel.yaml thinks of it: it errs with ":x" and with U+0085.
_PLAIN = re.compile(r"[^\W_][\w ,.;!?()’‘“”…–—'/+-]*")
# What a folded or a literal block gives back as it is.
_PLAIN_LINE = re.compile("(?! )[^\t\n\r\x85\u2028\u2029\ufeff]+(?<! )")


def as_yaml(script: dict[str, Any], comment: str) -> str:
    """The YAML file, each line of `comment` before it after a #; what is None is an empty key.

    Any text reads back as it was, but for control characters, which no YAML holds.
    """
    yaml = YAML()
    yaml.width = 1_000_000  # lines are broken here, where it is known what stands in them
    yaml.indent(mapping=2, sequence=4, offset=2)
    out = io.StringIO()
    yaml.dump(_laid_out(script, "", 0), out)
    empty_entries = re.sub(r"(?m)^( *-) $", r"\1", out.getvalue())
    return "".join(f"# {line}\n" for line in comment.splitlines()) + empty_entries


def printable(text: str) -> str:
    """The text without control characters."""
    return _NOT_PRINTABLE.sub("", text)


def _laid_out(value: Any, key: str, indent: int) -> Any:
    """The value as ruamel.yaml is to write it; `key` it stands under, `indent` of its text."""
    if isinstance(value, dict):
        inner = {k: _laid_out(v, k, indent + 2) for k, v in value.items()}
        return CommentedMap(inner)
    if isinstance(value, list):
        listed = CommentedSeq(_laid_out(item, key, indent + 2) for item in value)
        if key in _IN_ONE_LINE and all(value):
            listed.fa.set_flow_style()
        return listed
    if not isinstance(value, str):
        return value
    text = printable(value).strip()
    if not text:
        return None
    if key in _PROSE:
        return _folded(text, WIDTH - indent)
    return text if _PLAIN.fullmatch(text) else DoubleQuotedScalarString(text)


def _folded(text: str, width: int) -> Any:
    lines = text.split("\n")
    if not all(not line or _PLAIN_LINE.fullmatch(line) for line in lines):
        return DoubleQuotedScalarString(text)
    if len(lines) > 1:
        return LiteralScalarString(text)
    folded = FoldedScalarString(text)
    folded.fold_pos = _line_ends(text, width)
    return folded


def _line_ends(text: str, width: int) -> list[int]:
    """The spaces to break the text at, so that no line is longer where that can be helped."""
    ends: list[int] = []
    start, last = 0, -1
    spaces = [found.start() for found in re.finditer(r"(?<=\S) (?=\S)", text)]
    for place in (*spaces, len(text)):
        if place - start > width and last > start:
            ends.append(last)
            start = last + 1
        last = place
    return ends
