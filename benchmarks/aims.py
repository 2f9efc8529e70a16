"""What was aimed at, beside what is reached."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from benchmarks.tables import table

Figures = dict[str, Any]


@dataclass(frozen=True)
class Aim:
    """A figure that was aimed at: where it stands, how it is written, and whether it is reached."""

    part: str
    what: str
    aim: str
    figure: Callable[[Figures], float]
    shown: str
    reached: Callable[[float], bool]


AIMS = (
    Aim(
        "a",
        "A notebook and its PDF, two processes: times as fast as the loop in one process",
        "30 or more",
        lambda f: f["times_one_process"],
        "{:.1f}",
        lambda x: x >= 30,
    ),
    Aim(
        "a",
        "The same: times as fast as the loop in two processes",
        "15 or more",
        lambda f: f["times_two_processes"],
        "{:.1f}",
        lambda x: x >= 15,
    ),
    Aim(
        "b",
        "A kernel until its first pandas cell has run: times as fast as the ordinary kernel",
        "4 or more",
        lambda f: f["times_seconds"],
        "{:.1f}",
        lambda x: x >= 4,
    ),
    Aim(
        "b",
        "The same, as `render` and `open` start it: times as fast as the ordinary kernel",
        "4 or more",
        lambda f: f["times_seconds_own"],
        "{:.1f}",
        lambda x: x >= 4,
    ),
    Aim(
        "b",
        "The memory that a kernel alone holds: times less than the ordinary kernel",
        "3 or more",
        lambda f: f["times_private_mb"],
        "{:.1f}",
        lambda x: x >= 3,
    ),
    Aim(
        "c",
        "Render again after one team of 200 has changed: seconds",
        "under 2",
        lambda f: f["after_one_change_seconds"]["median"],
        "{:.2f}",
        lambda x: x < 2,
    ),
    Aim(
        "c",
        "The same: times as fast as the full render",
        "over 50",
        lambda f: f["times"],
        "{:.1f}",
        lambda x: x > 50,
    ),
    Aim(
        "d",
        "Seconds a team with 800 teams, as a multiple of those with 50",
        "1.10 at most",
        lambda f: f["seconds_a_team_ratio"],
        "{:.2f}",
        lambda x: x <= 1.10,
    ),
    Aim(
        "d",
        "Memory at most with 800 teams, as a multiple of that with 50",
        "1.10 at most",
        lambda f: f["peak_memory_ratio"],
        "{:.2f}",
        lambda x: x <= 1.10,
    ),
    Aim(
        "e",
        "A local cluster of two workers: per cent longer than two local processes",
        "under 15",
        lambda f: f["overhead_percent"],
        "{:.1f}",
        lambda x: x < 15,
    ),
)


def aims_table(found: Figures) -> str:
    """The aims beside what is reached."""
    rows = []
    for aim in AIMS:
        part = found["parts"].get(aim.part)
        value = aim.figure(part["figures"]) if part else None
        shown = "not measured" if value is None else aim.shown.format(value)
        reached = "" if value is None else "yes" if aim.reached(value) else "no"
        rows.append((f"({aim.part})", aim.what, aim.aim, shown, reached))
    return table(("", "what", "aim", "measured", "reached"), rows)
