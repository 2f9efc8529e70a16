"""The bytes of a text file → text, or why they are none."""

from __future__ import annotations

import codecs
import re

from workshop_kit.errors import Problem

_TABLES = (".csv", ".tsv")
_PAGES = (".html", ".htm")
_CHARSET = re.compile(
    rb"""<meta[^<>]{0,200}charset\s*=\s*["']?\s*"""
    rb"(utf-?8|utf-16|windows-125\d|iso-8859-\d{1,2}|us-ascii|shift_jis|euc-(?:jp|kr)"
    rb"|gb(?:k|2312|18030)|big5|koi8-[ru])\b",
    re.IGNORECASE,
)
_SAVE_AS = {
    ".md": 'Open it in its program and save the ladder as Markdown, or as "CSV UTF-8".',
    ".csv": 'Open it in its program and save the ladder as "CSV UTF-8 (comma delimited)".',
}


def decode(raw: bytes, suffix: str, file: str) -> tuple[str | None, tuple[Problem, ...]]:
    """The text, or None, and what is to be said about the bytes; raises nothing."""
    save_as = _SAVE_AS[".csv" if suffix in _TABLES else ".md"]
    line = 1
    for encoding in _encodings(raw, suffix):
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


def _encodings(raw: bytes, suffix: str) -> list[str]:
    """The encodings to try, in order; one that is declared and fits is no guess."""
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return ["utf-16"]
    declared = _CHARSET.search(raw[:4096]) if suffix in _PAGES else None
    if declared and not raw.startswith(codecs.BOM_UTF8):
        return ["utf-8-sig", declared[1].decode("ascii").lower()]
    # What Excel's plain "CSV" is, west of the Oder, and old wikis too.
    return ["utf-8-sig", "cp1252"] if suffix in (*_TABLES, *_PAGES) else ["utf-8-sig"]


def _remarks(encoding: str, file: str) -> tuple[Problem, ...]:
    if encoding != "cp1252":
        return ()
    what = "The file is not UTF-8 and was read as Windows-1252."
    fix = 'If accents look wrong, save it in Excel as "CSV UTF-8".'
    if file.lower().endswith(_PAGES):
        fix = "If accents look wrong, save the page again as UTF-8."
    return (Problem(file, "", what, fix, "note"),)
