"""What comes of a job: it is done, or it failed; and the failures as a report tells them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Done:
    """A finished job: SHA-256 by file name, what a reader should know, and notebooks set aside."""

    files: dict[str, str]
    remarks: tuple[str, ...] = ()
    set_aside: tuple[str, ...] = ()


@dataclass(frozen=True)
class Failed:
    """A job that gave nothing: the `cell` (empty where none is to blame) and the reason."""

    cell: str
    reason: str


@dataclass(frozen=True)
class Failure:
    """A job that gave nothing: `job` such as `payments/02-stage-mapping`, its cell, the reason."""

    job: str
    cell: str
    reason: str

    def __str__(self) -> str:
        where = f"{self.job}, cell {self.cell}" if self.cell else self.job
        return f"{where}: {self.reason}"
