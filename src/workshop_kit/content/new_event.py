"""A new event folder, written whole or not at all."""

from __future__ import annotations

import datetime
import json
import shutil
import tempfile
from pathlib import Path

from workshop_kit.content.folders import reason
from workshop_kit.content.names import clean, is_visible
from workshop_kit.errors import InputError, Problem
from workshop_kit.event import NAME_AT_MOST

WEEKS_AHEAD = 6

_TEMPLATES = Path(__file__).with_name("scaffold")
_FILES = ("event.yaml", "teams.csv", "ladders/example-ladder.md")
# What file managers leave behind in a folder that people call empty.
_LITTER = {".DS_Store", "Thumbs.db", "desktop.ini"}


def scaffold_event(folder: Path, name: str, today: datetime.date | None = None) -> tuple[Path, ...]:
    """The files of a new event that passes the check, dated six weeks after `today`.

    Raises InputError when the folder holds anything, or can't be written.
    """
    _refuse_full(folder)
    texts = _texts(name, today or datetime.date.today())
    try:
        if folder.exists():
            _fill(folder, texts)
        else:
            _make(folder, texts)
    except OSError as error:
        what = f"The folder can't be written ({reason(error)})."
        raise InputError([Problem(str(folder), "", what, "Choose another place.")]) from error
    return tuple(folder / file for file in _FILES)


def _refuse_full(folder: Path) -> None:
    try:
        there = sorted(path.name for path in folder.iterdir() if path.name not in _LITTER)
    except FileNotFoundError:
        return
    except OSError as error:
        what = f"This can't be a new event folder ({reason(error)})."
        raise InputError([Problem(str(folder), "", what, "Choose another name.")]) from error
    if there:
        more = f" and {len(there) - 5} more" if len(there) > 5 else ""
        what = f"The folder is not empty: it holds {', '.join(there[:5])}{more}."
        fix = "Name a new or empty folder; nothing was changed."
        raise InputError([Problem(str(folder), "", what, fix)])


def _texts(name: str, today: datetime.date) -> dict[str, str]:
    title = clean(name)[:NAME_AT_MOST].strip()
    # A JSON string is a YAML string in double quotes, whatever stands in it.
    quoted = json.dumps(title if is_visible(title) else "Our offsite", ensure_ascii=False)
    date = today + datetime.timedelta(weeks=WEEKS_AHEAD)
    texts = {file: (_TEMPLATES / file).read_text(encoding="utf-8") for file in _FILES}
    # The name goes in last, so that a name that reads {{date}} stays one.
    dated = texts["event.yaml"].replace("{{date}}", date.isoformat())
    return texts | {"event.yaml": dated.replace("{{name}}", quoted)}


def _make(folder: Path, texts: dict[str, str]) -> None:
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".new-event-", dir=folder.parent) as beside:
        whole = Path(beside) / "event"  # one deeper: mkdtemp's own folder is closed to others
        _write(whole, texts)
        whole.rename(folder)


def _fill(folder: Path, texts: dict[str, str]) -> None:
    """Fill an empty folder without replacing it: a shell may be standing in it."""
    moved: list[Path] = []
    with tempfile.TemporaryDirectory(prefix=".new-event-", dir=folder) as beside:
        whole = Path(beside) / "event"
        _write(whole, texts)
        try:
            for part in sorted(whole.iterdir()):
                moved.append(part.rename(folder / part.name))
        except OSError:
            for part in moved:
                shutil.rmtree(part) if part.is_dir() else part.unlink()
            raise


def _write(folder: Path, texts: dict[str, str]) -> None:
    for file, text in texts.items():
        path = folder / file
        path.parent.mkdir(parents=True, exist_ok=True)
        # Excel takes a CSV file for UTF-8 only when it starts with a byte order mark.
        encoding = "utf-8-sig" if path.suffix == ".csv" else "utf-8"
        path.write_text(text, encoding=encoding, newline="")
