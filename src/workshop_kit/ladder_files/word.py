"""A Word document (.docx) → document, through pandoc; its pictures are never unpacked."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

from workshop_kit.errors import Problem
from workshop_kit.ladder_files.archive import open_archive
from workshop_kit.ladder_files.document import Document, Words, skip
from workshop_kit.ladder_files.inlines import plain
from workshop_kit.ladder_files.places import placed
from workshop_kit.ladder_files.tree import blocks_of, title_of
from workshop_kit.markup import PandocFailed, pandoc

SECONDS_AT_MOST = 30
HEAP_AT_MOST = "768m"  # for 20 MB of XML; a long real ladder takes 60 MB

_TEXT_BOX = b"<w:txbxContent"


def read_word(raw: bytes, file: str) -> Document:
    """The document: headings, bullets, paragraphs and tables, placed by heading and table."""
    archive = open_archive(raw, file)
    if isinstance(archive, Problem):
        return Document(problems=(archive,))
    try:
        out = _json(archive.packed())
        tree, title = out["blocks"], plain(out["meta"].get("title", {}).get("c", []))
        blocks = placed(blocks_of(tree))
        title = title or title_of(tree)
        is_blank = not plain(tree)
    except (PandocFailed, RecursionError, ValueError, OSError) as error:
        return Document(problems=(_failed(error, file),))
    pictures = [name for name in archive.names if name.startswith("word/media/")]
    if is_blank and pictures:
        what = f"It holds pictures ({len(pictures)}) and no text; a picture can't be read."
        fix = "Write the ladder as text, or export it again from where the picture came from."
        return Document(problems=(Problem(file, "", what, fix),))
    if any(_TEXT_BOX in part for part in archive.parts.values()):
        note = skip(Words("A text box", "in the document"), "text boxes may not have been read")
        blocks = (*blocks, note)
    return Document(blocks, title=title)


def _json(docx: bytes) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="workshop-kit-") as name:
        folder = Path(name)
        (folder / "ladder.docx").write_bytes(docx)
        arguments = ["--from", "docx", "--to", "json", "ladder.docx"]
        out, _ = pandoc(arguments, "", folder, SECONDS_AT_MOST, HEAP_AT_MOST)
    found: dict[str, Any] = json.loads(out)
    return found


def _failed(error: Exception, file: str) -> Problem:
    if isinstance(error, PandocFailed) and "couldn't" in str(error).lower():
        what = "The file is damaged, so it can't be opened."
        return Problem(file, "", what, "Open it in Word, save it again, and try the new file.")
    what = "The document is damaged, too long or nested too deeply to be a ladder."
    return Problem(file, "", what, "Copy the ladder alone into a new document, and save that.")
