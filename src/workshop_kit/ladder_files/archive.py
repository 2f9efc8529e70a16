"""The bytes of a .docx or .xlsx → its XML parts, within limits; and packed again.

Only XML is unpacked: pictures, macros and embedded files stay where they are. Each part is read by
expat first, with the same lexer as the libraries that come after, and one that declares a document
type is refused: with it go external entities and entity bombs.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from xml.parsers import expat

from workshop_kit.errors import Problem

ENTRIES_AT_MOST = 2_000
XML_BYTES_AT_MOST = 12_000_000
ELEMENTS_AT_MOST = 500_000
DEPTH_AT_MOST = 200

_EPOCH = (1980, 1, 1, 0, 0, 0)
_UNREAD = re.compile(r"(xl/(pivot|externalLinks|drawings|charts|calcChain|ctrlProps)|customXml/)")
_STAMP = re.compile(rb"(<dcterms:(created|modified)\b[^<>]*>)[^<>]*(</dcterms:)")
_DAMAGED = "The file is damaged, so it can't be opened."
_AGAIN = "Open it in its program, save it again, and try the new file."
_PASSWORD = "It is protected with a password, so it can't be read."

Attributes = dict[str, str]


class BadXml(ValueError):
    """A part that is not well-formed, or that no office program writes; its text says which."""


@dataclass(frozen=True)
class Archive:
    """The XML parts of an office file, and the names of everything in it."""

    names: tuple[str, ...]
    parts: Mapping[str, bytes]

    def packed(self) -> bytes:
        """A ZIP file of the XML parts alone."""
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as archive:
            for name, content in self.parts.items():
                archive.writestr(zipfile.ZipInfo(name, _EPOCH), content)
        return out.getvalue()


def open_archive(raw: bytes, file: str) -> Archive | Problem:
    """The parts, or what is wrong with the file; raises nothing."""
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            return _unpacked(archive, file)
    except BadXml as error:
        return Problem(file, "", f"The file is not what its program writes: {error}.", _AGAIN)
    except (zipfile.BadZipFile, zlib.error, ValueError, OSError, EOFError, RuntimeError):
        return Problem(file, "", _DAMAGED, _AGAIN)  # NotImplementedError is a RuntimeError


def _unpacked(archive: zipfile.ZipFile, file: str) -> Archive | Problem:
    entries = archive.infolist()
    wanted = [entry for entry in entries if _is_wanted(entry.filename)]
    if any(entry.flag_bits & 1 for entry in entries):
        return Problem(file, "", _PASSWORD, "Remove the password and save it again.")
    declared = sum(entry.file_size for entry in wanted)
    if len(entries) > ENTRIES_AT_MOST or declared > XML_BYTES_AT_MOST:
        what = "It unpacks to more than 12 MB of text or 2,000 parts, which no ladder does."
        return Problem(
            file, "", what, "Is it the right file? Copy the ladder alone into a new one."
        )
    if any(
        entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for entry in wanted
    ):
        return Problem(file, "", _DAMAGED, _AGAIN)  # others can ask for gigabytes to unpack
    parts = {}
    for entry in wanted:
        # zipfile reads no more than was declared, and then checks the sum.
        parts[entry.filename] = archive.read(entry)
        walk(parts[entry.filename])
    return Archive(tuple(entry.filename for entry in entries), parts)


def _is_wanted(name: str) -> bool:
    return name.lower().endswith((".xml", ".rels")) and not _UNREAD.match(name)


def walk(
    xml: bytes,
    start: Callable[[str, Attributes], None] | None = None,
    end: Callable[[str], None] | None = None,
) -> None:
    """Calls `start` and `end` for each element, by its name without prefix; raises BadXml."""
    parser = expat.ParserCreate()
    depth = count = 0

    def opened(name: str, attributes: Attributes) -> None:
        nonlocal depth, count
        depth, count = depth + 1, count + 1
        if depth > DEPTH_AT_MOST or count > ELEMENTS_AT_MOST or len(attributes) > 500:
            raise BadXml("it is nested too deeply, or too long")
        if start:
            start(name.rpartition(":")[2], attributes)

    def closed(name: str) -> None:
        nonlocal depth
        depth -= 1
        if end:
            end(name.rpartition(":")[2])

    def declared(*_: object) -> None:
        raise BadXml("it declares a document type, which could name other files")

    parser.StartElementHandler = opened
    parser.EndElementHandler = closed
    parser.StartDoctypeDeclHandler = declared
    try:
        parser.Parse(xml, True)
    except (expat.ExpatError, LookupError, ValueError) as error:
        if isinstance(error, BadXml):
            raise
        raise BadXml("its XML is broken") from error


def steady(raw: bytes) -> bytes:
    """The same office file without the time at which it was written: same ladder, same bytes."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(raw)) as source,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for name in source.namelist():
            content = source.read(name)
            if name == "docProps/core.xml":
                content = _STAMP.sub(rb"\g<1>2000-01-01T00:00:00Z\g<3>", content)
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(entry, content)
    return out.getvalue()
