"""Markdown and HTML to a document tree, and the tree to Typst: the calls of pandoc."""

from __future__ import annotations

import json
import subprocess
import tempfile
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import pypandoc

from workshop_kit.markup.nodes import Blocks, Node

MARKDOWN = (
    "commonmark+pipe_tables+footnotes+task_lists+strikeout+autolink_bare_uris+tex_math_dollars"
)
READERS = {"markdown": MARKDOWN, "twin": MARKDOWN + "+fenced_divs-raw_html", "html": "html"}
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
    tree = {"pandoc-api-version": api_version(), "meta": {}, "blocks": blocks}
    # Unwrapped lines: a "1." or "-" of the text must not come to stand at the start of a line.
    return pandoc(["--from", "json", "--to", "typst", "--wrap=none"], json.dumps(tree))


_api: list[list[int]] = []


def api_version() -> list[int]:
    if not _api:
        out, _ = pandoc(["--from", "commonmark", "--to", "json"])
        _api.append(json.loads(out)["pandoc-api-version"])
    return _api[0]
