"""Which way a ladder rises, and how far up a level stands.

Ladders are read in their document's order, and some documents begin at the top. The names of the
levels (junior, staff, L3, E4) are asked for the direction only; how senior a level is follows from
its place, because a Senior of one company is the Principal of another.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

_WORDS = (
    (r"intern|trainee|apprentice|graduate|entry", 0),
    (r"distinguished|fellow|chief|director|head|vp|cto", 6),
    (r"principal|architect|senior staff|manager", 5),
    (r"staff|lead|expert", 4),
    (r"senior|sr", 3),
    (r"junior|jr|associate|assistant", 1),
    (r"mid|intermediate|regular|engineer|developer|programmer", 2),
)
_SENIOR = re.compile(r"\b(senior|sr|staff|lead|principal|distinguished|fellow|chief|architect)\b")
_NUMBER = re.compile(r"(?<!\d)(\d{1,2})(?!\d)")


def rising(levels: Sequence[str]) -> tuple[str, ...]:
    """The levels with the most junior first: as they stand, or turned round where they fall."""
    for read in (_by_word, _by_number):
        known = [value for value in map(read, levels) if value is not None]
        if len(known) > 1 and known[0] != known[-1]:
            return tuple(levels) if known[0] < known[-1] else tuple(reversed(levels))
    return tuple(levels)


def rank(level: str, levels: Sequence[str]) -> float:
    """How far up the level stands: 0 for the most junior, 1 for the most senior, 0.5 for the only one."""
    if len(levels) < 2:
        return 0.5
    return rising(levels).index(level) / (len(levels) - 1)


def is_senior(level: str, levels: Sequence[str]) -> bool:
    """Whether the level is called senior, staff, lead or more; by its place where none is."""
    if any(_SENIOR.search(name.lower()) for name in levels):
        return bool(_SENIOR.search(level.lower()))
    return len(levels) > 1 and rank(level, levels) > 0.5


def _by_word(level: str) -> int | None:
    name = level.lower()
    return next((value for word, value in _WORDS if re.search(rf"\b({word})\b", name)), None)


def _by_number(level: str) -> int | None:
    found = _NUMBER.search(level)
    return int(found[1]) if found else None
