"""The bytes of a file → what it really is, whatever its name says."""

from __future__ import annotations

import io
import re
import zipfile

from workshop_kit.errors import Problem

_OLE = b"\xd0\xcf\x11\xe0"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_ZIPPED = {
    "xl/workbook.bin": "a binary Excel workbook (.xlsb)",
    "xl/": "an Excel workbook",
    "word/": "a Word document",
    "ppt/": "a PowerPoint file",
    "Index/": "a file of Apple's Pages or Numbers",
    "mimetype": "an OpenDocument file",
}
_STARTS = {
    b"%PDF": "a PDF",
    b"{\\rtf": "a Word document (RTF)",
    b"\x89PNG": "a picture (PNG)",
    b"\xff\xd8\xff": "a picture (JPEG)",
    b"GIF8": "a picture (GIF)",
    b"\x1f\x8b": "a compressed file (gzip)",
    b"7z\xbc\xaf": "a compressed file (7-Zip)",
    b"SQLite format 3": "a database (SQLite)",
}
_PAGE = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:<!--.{0,2000}?-->\s*)?<(?:!doctype\s+html|html)\b", re.I | re.S
)
_MARKUP = re.compile(rb"<[A-Za-z!][^<>]{0,2000}>")
_ARCHIVED_PAGE = re.compile(rb"(?:From: |MIME-Version:)", re.I)
_PASSWORD = "It is protected with a password, so it can't be read."
_SAVE = "Open it in its program and save the ladder as .docx, .xlsx, .md or .csv."
_ENDINGS = {"an Excel workbook": ".xlsx", "a Word document": ".docx", "a web page": ".html"}
_EXPECTED = {".docx": "a Word document", ".xlsx": "an Excel workbook"}
_PAGES = (".html", ".htm")


def wrong_kind(raw: bytes, suffix: str, file: str) -> Problem | None:
    """What is wrong with a file of this ending, if its bytes are of another kind."""
    expected = _EXPECTED.get(suffix, "")
    if raw.startswith(_OLE) and _ENCRYPTED in raw:
        fix = "Open it with its password, remove the password, and save it again."
        return Problem(file, "", _PASSWORD, fix)
    kind = _kind(raw, suffix)
    if kind == expected or (kind == "a web page" and suffix in _PAGES):
        return None
    what = f"This is {kind or 'a text file'}, whatever the file's name says."
    if not kind and suffix in _EXPECTED:
        what = f"This is not {expected}, whatever the file's name says."
    ending = _ENDINGS.get(kind)
    fix = f"Give its name the ending {ending}, and name it so in teams.csv." if ending else _SAVE
    return Problem(file, "", what, fix)


def _kind(raw: bytes, suffix: str) -> str:
    """What the bytes are; empty for text that can be what its ending says."""
    if raw.startswith(b"PK\x03\x04"):
        return _zipped(raw)
    if raw.startswith(_OLE):
        return "an old Excel or Word file"
    for start, kind in _STARTS.items():
        if raw.startswith(start):
            return kind
    if _PAGE.match(raw[:4000]):
        return "a web page"
    if suffix in _PAGES:
        if _ARCHIVED_PAGE.match(raw):
            return 'a web archive; save the page as "HTML only"'
        return "" if _MARKUP.search(raw) or b"\0" in raw[:4000] else "plain text"
    return ""


def _zipped(raw: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
        names = [start for start in _ZIPPED if len(start) > 3 and start.encode() in raw]
        names += ["xl/"] if b"xl/" in raw else []
    for start, kind in _ZIPPED.items():
        if any(name.startswith(start) for name in names):
            return kind
    return "an Excel or Word file, or another ZIP file"
