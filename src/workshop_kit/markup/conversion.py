"""Markdown and HTML to a document tree, and the tree to Typst: the calls of pandoc.

Most of what a team's notebooks say, those of the other teams say as well. What pandoc made of a piece
or a block is therefore kept, and pandoc is asked for the rest only.
"""

from __future__ import annotations

import functools
import json
import re
import subprocess
import sys
import tempfile
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import pypandoc

from workshop_kit.markup.nodes import Blocks, Node
from workshop_kit.shelf import Shelf, key_of

MARKDOWN = (
    "commonmark+pipe_tables+footnotes+task_lists+strikeout+autolink_bare_uris+tex_math_dollars"
)
READERS = {"markdown": MARKDOWN, "twin": MARKDOWN + "+fenced_divs-raw_html", "html": "html"}
SECONDS_AT_MOST = 60
HEAP_AT_MOST = "512m"  # some texts of a few hundred kilobytes would take gigabytes, and minutes

# Six notebooks of a team take 1.2 MB of trees and 0.3 MB of Typst.
TREES = Shelf(room=24_000_000)
MARKUP = Shelf(room=12_000_000)


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
            [_program(), "--sandbox", *arguments, "+RTS", f"-M{heap}", "-RTS"],
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


@functools.cache
def _program() -> str:
    """The pandoc of the wheel: a newer one on this machine would give other bytes than elsewhere."""
    name = "pandoc.exe" if sys.platform == "win32" else "pandoc"
    own = Path(pypandoc.__file__).parent / "files" / name
    return str(own) if own.is_file() else str(pypandoc.get_pandoc_path())


# ---- to a document tree ------------------------------------------------------------------------


def parse(pieces: Sequence[Piece]) -> list[Blocks]:
    """The blocks of each piece, in order, the caller's to change.

    One pandoc call at most for each kind of text, however many pieces.
    """
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
    keys = [key_of(reader, text) for text in texts]
    trees = {key: TREES.get(key) for key in keys}
    unknown = {key: text for key, text in zip(keys, texts, strict=True) if trees[key] is None}
    for key, tree in zip(unknown, _trees(list(unknown.values()), reader), strict=True):
        trees[key] = TREES.keep(key, tree)
    return [json.loads(trees[key] or "[]") for key in keys]


# Where a link leads inside its piece: pandoc puts the name of the piece's file before it.
_FILE_IN_TARGET = re.compile(r'\["#\d+__')


def _trees(texts: list[str], reader: str) -> list[bytes]:
    """The blocks of each text as JSON, the same whatever the others are."""
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
    return [_FILE_IN_TARGET.sub('["#', json.dumps(blocks)).encode() for blocks in found[:-1]]


# ---- to Typst ----------------------------------------------------------------------------------


def to_typst(blocks: Blocks) -> tuple[str, str]:
    """Typst markup of the blocks, and pandoc's warnings (formulas that it could not convert)."""
    written = [json.dumps(block) for block in blocks]
    keys = [key_of(text) for text in written]
    made = {key: MARKUP.get(key) for key in keys}
    unknown = {key: block for key, block in zip(keys, blocks, strict=True) if made[key] is None}
    found, warnings = _each_in_typst(list(unknown.values()))
    for key, text in zip(unknown, found, strict=True):
        # What pandoc warns of is not kept: it has to warn the next time, too.
        made[key] = text.encode() if warnings else MARKUP.keep(key, text.encode())
    return _stacked([(made[key] or b"").decode() for key in keys]), warnings


def _each_in_typst(blocks: Blocks) -> tuple[list[str], str]:
    """The markup of each block, with the line ends around it, and pandoc's warnings."""
    if not blocks:
        return [], ""
    mark = f"//{uuid.uuid4().hex}"
    divider = {"t": "RawBlock", "c": ["typst", mark]}
    divided = [divider, *(node for block in blocks for node in (block, divider))]
    tree = {"pandoc-api-version": api_version(), "meta": {}, "blocks": divided}
    # Unwrapped lines: a "1." or "-" of the text must not come to stand at the start of a line.
    out, warnings = pandoc(["--from", "json", "--to", "typst", "--wrap=none"], json.dumps(tree))
    return out.split(mark)[1:-1], warnings


def _stacked(parts: list[str]) -> str:
    """The parts below each other as pandoc stacks blocks: an empty line between two if one asks for it."""
    text = ""
    gap = 0
    for part in parts:
        before = len(part) - len(part.lstrip("\n"))
        body = part.strip("\n")
        if not body:
            gap = max(gap, len(part))
            continue
        gap = max(gap, before)
        text += "\n" * gap + body if text else body
        gap = len(part) - before - len(body)
    return text + "\n"


_api: list[list[int]] = []


def api_version() -> list[int]:
    if not _api:
        out, _ = pandoc(["--from", "commonmark", "--to", "json"])
        _api.append(json.loads(out)["pandoc-api-version"])
    return _api[0]
