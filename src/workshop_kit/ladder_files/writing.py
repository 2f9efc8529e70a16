"""A ladder → a file that reads back as the same ladder: .md, .csv, .xlsx, .docx.

Spreadsheets get one row a statement. Texts get headings and bullets if that reads back the same,
else a table with one row a statement: so what is written has always been read again before it is
given out, and a ladder that can't be kept in a format is refused rather than changed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from workshop_kit.errors import InputError, Problem
from workshop_kit.ladder import Ladder, Statement
from workshop_kit.ladder_files.document import tidy
from workshop_kit.ladder_files.reading import ladder_in
from workshop_kit.ladder_files.sheets_written import csv_bytes, excel_bytes
from workshop_kit.ladder_files.texts_written import markdown_texts, word_bytes
from workshop_kit.whole_file import write_whole

_CHANGED = "The ladder can't be written in this format without changing it."


def _markdown(ladder: Ladder) -> Iterator[bytes]:
    return (text.encode("utf-8") for text in markdown_texts(ladder))


def _word(ladder: Ladder) -> Iterator[bytes]:
    return (word_bytes(text) for text in markdown_texts(ladder))


WRITERS: dict[str, Callable[[Ladder], Iterator[bytes]]] = {
    ".md": _markdown,
    ".csv": csv_bytes,
    ".xlsx": excel_bytes,
    ".docx": _word,
}
"""For each ending the ways to write a ladder, the most readable first."""


def ladder_bytes(ladder: Ladder, suffix: str) -> bytes:
    """The content of a file with this ending; the same ladder gives the same bytes.

    Raises InputError when the ending is not one of `WRITERS`, or the format can't keep the ladder.
    """
    name = f"ladder{suffix}"
    if suffix not in WRITERS:
        what = f'A ladder can\'t be written as "{suffix}".'
        raise InputError([Problem(name, "", what, f"Take one of {', '.join(WRITERS)}.")])
    normal = _normal(ladder, name)
    wanted = _essence(normal)
    for raw in WRITERS[suffix](normal):
        again, _ = ladder_in(raw, suffix, "ladder", name)
        if again and _essence(again) == wanted:
            return raw
    raise InputError([Problem(name, "", _CHANGED, "Shorten its longest statements, or take .csv.")])


def write_ladder(ladder: Ladder, path: Path) -> None:
    """Writes the file, whole or not at all; one that stands there is replaced. Raises InputError."""
    raw = ladder_bytes(ladder, path.suffix.lower())
    try:
        write_whole(path, raw)
    except OSError as error:
        what = f"The file can't be written ({error.strerror or type(error).__name__})."
        fix = "Check the folder's rights and the space on the disk."
        raise InputError([Problem(path.name, "", what, fix)]) from error


def _essence(ladder: Ladder) -> list[tuple[str, str, str]]:
    """What has to come back: each statement with its level and dimension, in order."""
    return [(s.level, s.heading, s.text) for s in ladder.statements]


def _normal(ladder: Ladder, name: str) -> Ladder:
    """The ladder with each text on one line and without control characters, as readers give it."""
    if any(not tidy(s.text) for s in ladder.statements):
        what = "A statement holds nothing but control characters."
        raise InputError([Problem(name, "", what, "Write it again, or delete it.")])
    return Ladder(
        name=tidy(ladder.name),
        statements=tuple(
            Statement(level=tidy(s.level), heading=tidy(s.heading), text=tidy(s.text))
            for s in ladder.statements
        ),
    )
