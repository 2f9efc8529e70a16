r"""The Twee 3 notation: passages as text and back, whatever they are about.

    :: the-bar [kit-node kit-speaker-engineer] {"position":"100,900","size":"100,100"}
    What stands in the passage.

After the specification at github.com/iftechfoundation/twine-specs. What it leaves open is done as
Twine does it: a line of text that begins with `::` is written `\::`. Headers of older Twee, without
metadata or with `<600,400>` in its place, are read as well.
"""

from __future__ import annotations

import json
import math
import re
from dataclasses import dataclass, field

from workshop_kit.content.names import quoted
from workshop_kit.errors import Problem

SIZE = "100,100"  # a passage on Twine's map

_ENDS_NAME = re.compile(r"\\.|[\[{]")
_ENDS_TAGS = re.compile(r"\\.|\]")
_TWEE_2_PLACE = re.compile(r"<(-?[0-9]{1,6}),(-?[0-9]{1,6})>$")


@dataclass(frozen=True)
class Passage:
    """One passage: `position` is left and top on Twine's map, `line` that of its header."""

    name: str
    text: str
    tags: tuple[str, ...] = ()
    position: tuple[float, float] | None = None
    line: int = field(default=0, compare=False)


def as_twee(passage: Passage) -> str:
    """The passage in Twee 3, with its header and without a line break at its end."""
    header = f":: {_escaped(passage.name)}"
    if passage.tags:
        header += f" [{' '.join(_escaped(tag) for tag in passage.tags)}]"
    if passage.position:
        left, top = passage.position
        place = {"position": f"{left:g},{top:g}", "size": SIZE}
        header += " " + json.dumps(place, separators=(",", ":"))
    return f"{header}\n{escape_text(passage.text)}"


def escape_text(text: str) -> str:
    """The text with no line that would begin a passage."""
    return re.sub(r"(?m)^(?=::)", r"\\", text)


def unescape_text(text: str) -> str:
    """The inverse of `escape_text`."""
    return re.sub(r"(?m)^\\(?=:)", "", text)


def read_passages(text: str, file: str) -> tuple[list[Passage], list[Problem]]:
    """Every passage of a Twee file, and a note for each line that was not understood.

    Takes any text; line breaks must be `\\n`.
    """
    notes: list[Problem] = []
    lines = text.split("\n")
    starts = [number for number, line in enumerate(lines) if line.startswith("::")]
    ends = [*starts[1:], len(lines)]
    before = next(
        (n for n, line in enumerate(lines[: starts[0] if starts else 0]) if line.strip()), -1
    )
    if before >= 0:
        what = "Text before the first passage was left out."
        notes.append(_note(file, before + 1, what, "Begin a passage with :: and its name."))
    passages = []
    for start, end in zip(starts, ends, strict=False):
        body = unescape_text("\n".join(lines[start + 1 : end])).rstrip("\n")
        passage = _with_header(lines[start][2:], body, start + 1, file, notes)
        if passage.name:
            passages.append(passage)
        else:
            what = "A passage without a name was left out."
            notes.append(_note(file, start + 1, what, "Give it a name after the two colons."))
    return passages, notes


def _with_header(header: str, text: str, line: int, file: str, notes: list[Problem]) -> Passage:
    header = header.strip()
    position = None
    if old := _TWEE_2_PLACE.search(header):
        position = (float(old[1]), float(old[2]))
        header = header[: old.start()].rstrip()
    name, tags, rest = _split(header)
    if rest and not rest.startswith("{"):
        what = f"The header {quoted(header)} was not understood, and all of it taken as a name."
        notes.append(_note(file, line, what, r"Write \[ \] \{ \} for brackets in a name."))
        return Passage(_unescaped(header), text, (), position, line)
    if rest:
        try:
            position = _place(json.loads(rest))
        except (ValueError, RecursionError):
            what = "What stands in braces after the name is not JSON, and was left out."
            notes.append(_note(file, line, what, "It would say where the passage stands."))
    return Passage(_unescaped(name), text, tags, position, line)


def _split(header: str) -> tuple[str, tuple[str, ...], str]:
    """The name and the tags, as escaped, and what follows them."""
    ends = next((found for found in _ENDS_NAME.finditer(header) if len(found[0]) == 1), None)
    if ends is None or ends[0] == "{":
        at = ends.start() if ends else len(header)
        return header[:at], (), header[at:]
    closing = (f for f in _ENDS_TAGS.finditer(header, ends.end()) if len(f[0]) == 1)
    close = next(closing, None)
    if close is None:
        return header, (), header
    tags = header[ends.end() : close.start()].split()
    return header[: ends.start()], tuple(map(_unescaped, tags)), header[close.end() :].strip()


def _place(metadata: object) -> tuple[float, float] | None:
    position = metadata.get("position") if isinstance(metadata, dict) else None
    parts = position.split(",") if isinstance(position, str) else []
    left, top = (float(part) for part in parts) if len(parts) == 2 else (math.nan, math.nan)
    return (left, top) if math.isfinite(left) and math.isfinite(top) else None


def _escaped(name: str) -> str:
    return re.sub(r"([\\\[\]{}])", r"\\\1", name)


def _unescaped(name: str) -> str:
    return re.sub(r"\\(.?)", r"\1", name.strip()).strip()


def _note(file: str, line: int, what: str, fix: str) -> Problem:
    return Problem(file, f"line {line}", what, fix, "note")
