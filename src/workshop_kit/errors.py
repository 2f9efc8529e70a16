"""What can go wrong, as one tree.

```
WorkshopKitError              what the command line turns into a message
├── InputError                the files somebody gave are wrong; nothing was started
├── NotebookError             a notebook stopped at a cell
├── HandoutError              a notebook can't be printed as it should be
└── StoreError                the database of answers refuses: away, full, locked …
```

Every message says where, what is wrong and what to do. `InputError` holds every
problem at once as `Problem` records, so that a facilitator mends a folder in one go.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, order=True)
class Problem:
    """One thing to mend: `file` (relative to the event folder), `place` in it, what, and what to do.

    `place` reads "row 4", "line 12" or "key brand.color"; it is empty when the whole file is meant.
    `severity` is "error" (nothing is rendered) or "note" (worth knowing, nothing stops).
    """

    file: str
    place: str
    what: str
    fix: str
    severity: Literal["error", "note"] = "error"

    def __str__(self) -> str:
        where = f"{self.file}, {self.place}" if self.place else self.file
        return f"{where}: {self.what} {self.fix}".rstrip()


class WorkshopKitError(Exception):
    """Something that the kit can explain; its text is meant for people."""

    def _render_traceback_(self) -> list[str]:
        """What IPython shows in a notebook: the message alone, since no leader reads a traceback."""
        return [str(self)]


class InputError(WorkshopKitError):
    """Files are wrong; `problems` has every one of them, errors and notes alike, in reading order."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class NotebookError(WorkshopKitError):
    """A notebook stopped: `notebook`, the `cell` id, and the `reason` in one line."""

    def __init__(self, notebook: str, cell: str, reason: str) -> None:
        self.notebook, self.cell, self.reason = notebook, cell, reason
        super().__init__(f"{notebook}, cell {cell}: {reason}" if cell else f"{notebook}: {reason}")


class HandoutError(NotebookError):
    """A notebook can't be printed as it should be; fields as in `NotebookError`."""


class StoreError(WorkshopKitError):
    """The database of answers refuses; nothing of this save is in it, or the same save may be repeated.

    `reason` is one of: away, login, crowded, full, locked, read-only, damaged, newer, value, url, other.
    """

    def __init__(self, message: str, reason: str = "other") -> None:
        self.reason = reason
        super().__init__(message)
