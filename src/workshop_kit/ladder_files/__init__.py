"""A company's career ladder, as its file is → `Ladder`.

```
bytes ──decode──> text ──reader──> Document ──outline, matrix──> Found ──> Ladder
```

A reader takes one format apart into blocks (bullets under headings, paragraphs, grids) and knows
nothing of ladders; what is a level, a dimension and a statement is decided once, for all of them.
A new format is a new reader in `READERS`. Nothing that a ladder links to or embeds is ever opened.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from workshop_kit.errors import Problem
from workshop_kit.ladder import Ladder
from workshop_kit.ladder_files.delimited import read_delimited
from workshop_kit.ladder_files.document import Document, Found
from workshop_kit.ladder_files.encoding import decode
from workshop_kit.ladder_files.markdown import read_markdown
from workshop_kit.ladder_files.outline import read_outline
from workshop_kit.ladder_files.references import judge

__all__ = ["BYTES_AT_MOST", "READERS", "read_ladder"]

BYTES_AT_MOST = 5_000_000

READERS: dict[str, Callable[[str, str], Document]] = {
    ".md": read_markdown,
    ".markdown": read_markdown,
    ".csv": read_delimited,
    ".tsv": read_delimited,
}

_HOW = (
    "Give each level a heading and each statement a bullet below it, "
    "or use a table with a column a level."
)
_NOT_YET = {
    ".docx": "a Word document",
    ".doc": "a Word document",
    ".xlsx": "an Excel workbook",
    ".xls": "an Excel workbook",
    ".html": "a web page",
    ".htm": "a web page",
    ".json": "a JSON file",
    ".yaml": "a YAML file",
    ".yml": "a YAML file",
    ".pdf": "a PDF",
}


def read_ladder(path: Path, root: Path) -> tuple[Ladder | None, tuple[Problem, ...]]:
    """The ladder, or None when an error stands among the problems; raises nothing for any bytes.

    `root` is the event folder; problems name the file relative to it.
    """
    file = _name_in(root, path)
    suffix = path.suffix.lower()
    if suffix not in READERS:
        return None, (_unknown(suffix, file),)
    raw = _read_bytes(path, root, file)
    if isinstance(raw, Problem):
        return None, (raw,)
    text, problems = decode(raw, suffix, file)
    if text is None:
        return None, problems
    if not text.strip():
        return None, (Problem(file, "", "The ladder file is empty.", _HOW),)
    document = READERS[suffix](text, file)
    problems += document.problems
    if any(problem.severity == "error" for problem in problems):
        return None, problems
    return _ladder(path, document, problems, file)


def _ladder(
    path: Path, document: Document, problems: tuple[Problem, ...], file: str
) -> tuple[Ladder | None, tuple[Problem, ...]]:
    found = read_outline(document)
    if not found.statements:
        return None, (*problems, _nothing(found, file))
    judged = dict.fromkeys(problem for words in found.used for problem in judge(words, file))
    fix = "Nothing to do if that is right; else name the levels, such as Senior or L4."
    remarks = (Problem(file, "", remark, fix, "note") for remark in found.remarks)
    problems = (*problems, *judged, *remarks, *_tables_left_out(found, file))
    if any(problem.severity == "error" for problem in problems):
        return None, problems
    taken = {name for s in found.statements for name in (s.level, s.heading)}
    name = _name(path, "" if document.title in taken else document.title)
    return Ladder(name=name, statements=found.statements, skipped=found.skipped), problems


def _name(path: Path, title: str) -> str:
    """The document's first heading, or the file's name where that is a level or missing."""
    words = path.stem.replace("-", " ").replace("_", " ").strip() or path.stem
    return title or words[:1].upper() + words[1:]


def _nothing(found: Found, file: str) -> Problem:
    tables = [skipped for skipped in found.skipped if skipped.reason == "an HTML table"]
    if tables:
        what = "No statement was found: its tables are HTML, which is not read yet."
        return Problem(file, tables[0].place, what, "Save the tables as Markdown or CSV.")
    return Problem(file, "", "No statement was found in it.", _HOW)


def _tables_left_out(found: Found, file: str) -> tuple[Problem, ...]:
    tables = [skipped for skipped in found.skipped if skipped.reason == "an HTML table"]
    what = "This table is HTML and was left out."
    fix = "If it holds statements, save it as a Markdown table or as CSV."
    return tuple(Problem(file, table.place, what, fix, "note") for table in tables)


def _unknown(suffix: str, file: str) -> Problem:
    save = "Save it as Markdown (.md) or CSV (.csv)."
    if suffix in _NOT_YET:
        return Problem(file, "", f"This is {_NOT_YET[suffix]}, which is not read yet.", save)
    what = f'The ending "{suffix}" is not known.' if suffix else "The file's name has no ending."
    return Problem(file, "", what, save)


def _read_bytes(path: Path, root: Path, file: str) -> bytes | Problem:
    try:
        if not path.is_file():
            missing = "This is not a file." if path.exists() else "The file is missing."
            return Problem(file, "", missing, "Put the ladder's file there.")
        if not path.resolve().is_relative_to(root.resolve()):
            what = "This is a link to a file outside the event folder."
            return Problem(file, "", what, "Copy the file itself into ladders.")
        with path.open("rb") as stream:
            raw = stream.read(BYTES_AT_MOST + 1)
    except (OSError, ValueError, RuntimeError) as error:
        why = getattr(error, "strerror", None) or type(error).__name__
        return Problem(file, "", f"The file can't be read ({why}).", "Check its rights.")
    if len(raw) > BYTES_AT_MOST:
        return Problem(file, "", "The file is larger than 5 MB.", "Is it the right file?")
    return raw


def _name_in(root: Path, path: Path) -> str:
    whole, top = Path(os.path.abspath(path)), Path(os.path.abspath(root))  # noqa: PTH100
    return (whole.relative_to(top) if whole.is_relative_to(top) else Path(path.name)).as_posix()
