"""The bytes of a file → text, or why they are none."""

from __future__ import annotations

import codecs

from workshop_kit.errors import Problem

_OLD_OFFICE = b"\xd0\xcf\x11\xe0"
_SAVE_AS = {
    ".md": 'Open it in its program and save the ladder as Markdown, or as "CSV UTF-8".',
    ".csv": 'Open it in its program and save the ladder as "CSV UTF-8 (comma delimited)".',
}


def decode(raw: bytes, suffix: str, file: str) -> tuple[str | None, tuple[Problem, ...]]:
    """The text, or None, and what is to be said about the bytes; raises nothing."""
    save_as = _SAVE_AS[".csv" if suffix in (".csv", ".tsv") else ".md"]
    if kind := _wrong_kind(raw):
        what = f"This is {kind}, whatever the file's name says."
        return None, (Problem(file, "", what, save_as),)
    wide = raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    encodings = ["utf-16"] if wide else ["utf-8-sig"]
    if suffix in (".csv", ".tsv") and not wide:
        encodings.append("cp1252")  # what Excel's plain "CSV" is, west of the Oder
    line = 1
    for encoding in encodings:
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError as error:
            line = raw.count(b"\n", 0, error.start) + 1
            continue
        if "\0" in text:
            what = "There are NUL bytes in it, so this is not a text file."
            return None, (Problem(file, "", what, save_as),)
        return text, _remarks(encoding, file)
    what = "There are bytes here that are not UTF-8 text."
    return None, (Problem(file, f"line {line}", what, 'Save the file again as "UTF-8".'),)


def _wrong_kind(raw: bytes) -> str:
    if raw.startswith(b"PK\x03\x04"):
        parts = {b"xl/": "an Excel workbook", b"word/": "a Word document"}
        found = [name for part, name in parts.items() if part in raw]
        return found[0] if len(found) == 1 else "an Excel or Word file, or another ZIP file"
    if raw.startswith(_OLD_OFFICE):
        return "an old Excel or Word file"
    if raw.startswith(b"%PDF"):
        return "a PDF"
    return "a Word document (RTF)" if raw.startswith(b"{\\rtf") else ""


def _remarks(encoding: str, file: str) -> tuple[Problem, ...]:
    if encoding != "cp1252":
        return ()
    what = "The file is not UTF-8 and was read as Windows-1252."
    fix = 'If accents look wrong, save it in Excel as "CSV UTF-8".'
    return (Problem(file, "", what, fix, "note"),)
