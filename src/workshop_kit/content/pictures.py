"""What the event's texts point to: files inside the folder, and pictures that are pictures."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

from workshop_kit.content.folders import is_inside

BYTES_AT_MOST = 1_000_000

_URL = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]+:|[\\/]{2}")
_ABSOLUTE = re.compile(r"[\\/~]|[a-zA-Z]:")
_JPEG = b"\xff\xd8\xff"
_MAGIC = {".png": b"\x89PNG\r\n\x1a\n", ".jpg": _JPEG, ".jpeg": _JPEG}
_DRAWS_ANOTHER_FILE = re.compile(
    rb"<(?:\w+:)?(?:image|use|feImage)\b[^>]*?href\s*=\s*[\"'](?!#|data:)", re.IGNORECASE
)


class Fault(NamedTuple):
    """Why a target is refused: `what` follows a subject ("The logo …"), `fix` is a sentence."""

    what: str
    fix: str


def file_fault(folder: Path, target: str) -> Fault | None:
    """Why the target is not a file inside the folder, or None where it is one; raises nothing."""
    copy = "Copy the file into the event folder and write its name."
    path = target.replace("\\", "/")
    if not path.strip():
        return Fault("is empty.", "Write the name of a file in the event folder.")
    if path.lower().startswith("mailto:"):
        return Fault("is a mail link, which does not work on paper.", "Write the address as text.")
    if _URL.match(path):
        fix = f"Write the address as text, or: {copy[0].lower()}{copy[1:]}"
        return Fault("is a web or other address; nothing is fetched for a handout.", fix)
    if _ABSOLUTE.match(path):
        return Fault("is an absolute path, which holds on one computer only.", copy)
    if path.startswith("#"):
        return Fault("points to a heading, which does not work on paper.", "Name it in words.")
    if ".." in path.split("/"):
        return Fault('leads out of its folder with "..".', copy)
    if "\\" in target:
        return Fault("has a backslash.", "Write / between a folder and a file.")
    if not _is_file(folder / path):
        return Fault("is not a file of the event folder.", "Put it there, or correct the name.")
    if not is_inside(folder, folder / path):
        return Fault("is a link that leads out of the event folder.", copy)
    return None


def picture_fault(folder: Path, target: str) -> Fault | None:
    """Why the target is not a PNG, JPEG or SVG inside the folder, or None; raises nothing."""
    if fault := file_fault(folder, target):
        return fault
    path = folder / target
    kind = path.suffix.lower()
    if kind not in (*_MAGIC, ".svg"):
        return Fault(f'has the ending "{kind}".', "Save it as PNG, JPEG or SVG.")
    try:
        raw = path.read_bytes() if path.stat().st_size <= BYTES_AT_MOST else None
    except OSError:
        return Fault("can't be read.", "Check the rights of the file.")
    if raw is None:
        return Fault("is larger than 1 MB.", "Save it smaller; 1000 pixels across are plenty.")
    if kind == ".svg":
        return _svg_fault(raw)
    if not raw.startswith(_MAGIC[kind]):
        return Fault(f"is not a {kind} picture inside, whatever its name says.", "Save it anew.")
    return None


def _svg_fault(raw: bytes) -> Fault | None:
    if not raw.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<") or b"<svg" not in raw:
        return Fault("is not an SVG picture inside, whatever its name says.", "Save it anew.")
    if _DRAWS_ANOTHER_FILE.search(raw):
        return Fault("draws in another file.", "Embed that file in the SVG, or save it as PNG.")
    return None


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):  # a name too long, a NUL in it
        return False
