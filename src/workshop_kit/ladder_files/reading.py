"""A ladder's file → its ladder, or every problem of it. The whole flow, whatever the format."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from workshop_kit.errors import Problem
from workshop_kit.ladder import Ladder
from workshop_kit.ladder_files.delimited import read_delimited
from workshop_kit.ladder_files.document import BLOCKS_AT_MOST, Document, Found
from workshop_kit.ladder_files.encoding import decode
from workshop_kit.ladder_files.excel import read_excel
from workshop_kit.ladder_files.kinds import wrong_kind
from workshop_kit.ladder_files.markdown import read_markdown
from workshop_kit.ladder_files.nested import read_json, read_yaml
from workshop_kit.ladder_files.outline import read_outline
from workshop_kit.ladder_files.references import judge
from workshop_kit.ladder_files.webpage import read_webpage
from workshop_kit.ladder_files.word import read_word

BYTES_AT_MOST = 5_000_000
OFFICE_BYTES_AT_MOST = 25_000_000  # with the pictures, which are not read
STATEMENTS_AT_MOST = 10_000

Read: TypeAlias = tuple[Ladder | None, tuple[Problem, ...]]


@dataclass(frozen=True)
class Reader:
    """How one format is taken apart: from its text, or from its bytes."""

    text: Callable[[str, str], Document] | None = None
    raw: Callable[[bytes, str], Document] | None = None

    @property
    def bytes_at_most(self) -> int:
        """The largest file that is tried."""
        return OFFICE_BYTES_AT_MOST if self.raw else BYTES_AT_MOST


READERS: dict[str, Reader] = {
    ".md": Reader(text=read_markdown),
    ".markdown": Reader(text=read_markdown),
    ".docx": Reader(raw=read_word),
    ".xlsx": Reader(raw=read_excel),
    ".csv": Reader(text=read_delimited),
    ".tsv": Reader(text=read_delimited),
    ".html": Reader(text=read_webpage),
    ".htm": Reader(text=read_webpage),
    ".yaml": Reader(text=read_yaml),
    ".yml": Reader(text=read_yaml),
    ".json": Reader(text=read_json),
}

_HOW = (
    "Give each level a heading and each statement a bullet below it, "
    "or use a table with a column a level."
)
_NOT_READ = {
    ".doc": "an old Word document (.doc)",
    ".docm": "a Word document with macros (.docm)",
    ".xls": "an old Excel workbook (.xls)",
    ".xlsm": "an Excel workbook with macros (.xlsm)",
    ".xlsb": "a binary Excel workbook (.xlsb)",
    ".odt": "an OpenDocument text (.odt)",
    ".ods": "an OpenDocument spreadsheet (.ods)",
    ".rtf": "a document in RTF",
    ".mht": "a web archive (.mht)",
    ".mhtml": "a web archive (.mhtml)",
    ".pptx": "a PowerPoint file",
    ".pages": "a document of Apple's Pages",
    ".numbers": "a spreadsheet of Apple's Numbers",
    ".pdf": "a PDF",
}


def read_ladder(path: Path, root: Path) -> Read:
    """The ladder, or None when an error stands among the problems; raises nothing for any bytes.

    `root` is the event folder; problems name the file relative to it.
    """
    file = _name_in(root, path)
    suffix = path.suffix.lower()
    if suffix not in READERS:
        return None, (_unknown(suffix, file),)
    raw = _read_bytes(path, root, file, READERS[suffix].bytes_at_most)
    if isinstance(raw, Problem):
        return None, (raw,)
    return ladder_in(raw, suffix, path.stem, file)


def ladder_in(raw: bytes, suffix: str, stem: str, file: str) -> Read:
    """The ladder in the bytes of a file with a known ending, or None, and every problem."""
    if not raw.strip(b" \t\r\n\xef\xbb\xbf"):
        return None, (Problem(file, "", "The ladder file is empty.", _HOW),)
    if (problem := wrong_kind(raw, suffix, file)) is not None:
        return None, (problem,)
    reader, problems = READERS[suffix], tuple[Problem, ...]()
    if reader.raw:
        document = reader.raw(raw, file)
    else:
        text, problems = decode(raw, suffix, file)
        if text is None:
            return None, problems
        if not text.strip() or not reader.text:
            return None, (Problem(file, "", "The ladder file is empty.", _HOW),)
        document = reader.text(text, file)
    problems += document.problems
    if any(problem.severity == "error" for problem in problems):
        return None, problems
    return _ladder(stem, document, problems, file)


def _ladder(stem: str, document: Document, problems: tuple[Problem, ...], file: str) -> Read:
    if len(document.blocks) > BLOCKS_AT_MOST:
        what = f"There are more than {BLOCKS_AT_MOST:,} lines, which no ladder has."
        return None, (*problems, Problem(file, "", what, "Is it the right file?"))
    found = read_outline(document)
    if not found.statements:
        return None, (*problems, _nothing(found, file))
    if len(found.statements) > STATEMENTS_AT_MOST:
        what = f"There are more than {STATEMENTS_AT_MOST:,} statements, which no ladder has."
        return None, (*problems, Problem(file, "", what, "Is it the right file?"))
    judged = dict.fromkeys(problem for words in found.used for problem in judge(words, file))
    fix = "Nothing to do if that is right; else name the levels, such as Senior or L4."
    remarks = (Problem(file, "", remark, fix, "note") for remark in found.remarks)
    problems = (*problems, *judged, *remarks)
    if any(problem.severity == "error" for problem in problems):
        return None, problems
    taken = {name for s in found.statements for name in (s.level, s.heading)}
    name = _name(stem, "" if document.title in taken else document.title)
    return Ladder(name=name, statements=found.statements, skipped=found.skipped), problems


def _name(stem: str, title: str) -> str:
    """The document's first heading, or the file's name where that is a level or missing."""
    words = stem.replace("-", " ").replace("_", " ").strip() or stem
    return title or words[:1].upper() + words[1:]


def _nothing(found: Found, file: str) -> Problem:
    what = "No statement was found in it."
    if found.skipped:
        first = found.skipped[0]
        what += f" The first thing that was not understood: {first.place}, {first.reason}."
    return Problem(file, "", what, _HOW)


def _unknown(suffix: str, file: str) -> Problem:
    save = "Save it as .docx, .xlsx, .md, .csv or .html."
    if suffix in _NOT_READ:
        return Problem(file, "", f"This is {_NOT_READ[suffix]}, which is not read.", save)
    what = f'The ending "{suffix}" is not known.' if suffix else "The file's name has no ending."
    return Problem(file, "", what, save)


def _read_bytes(path: Path, root: Path, file: str, at_most: int) -> bytes | Problem:
    try:
        if not path.is_file():
            missing = "This is not a file." if path.exists() else "The file is missing."
            return Problem(file, "", missing, "Put the ladder's file there.")
        if not path.resolve().is_relative_to(root.resolve()):
            what = "This is a link to a file outside the event folder."
            return Problem(file, "", what, "Copy the file itself into ladders.")
        with path.open("rb") as stream:
            raw = stream.read(at_most + 1)
    except (OSError, ValueError, RuntimeError) as error:
        why = getattr(error, "strerror", None) or type(error).__name__
        return Problem(file, "", f"The file can't be read ({why}).", "Check its rights.")
    if len(raw) > at_most:
        what = f"The file is larger than {at_most // 1_000_000} MB."
        return Problem(file, "", what, "Is it the right file?")
    return raw


def _name_in(root: Path, path: Path) -> str:
    whole, top = Path(os.path.abspath(path)), Path(os.path.abspath(root))  # noqa: PTH100
    return (whole.relative_to(top) if whole.is_relative_to(top) else Path(path.name)).as_posix()
