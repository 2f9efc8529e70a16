"""(e) `render --cluster local` with two workers against two local processes: all notebooks, the same bytes."""

from __future__ import annotations

import hashlib
import shutil
import statistics
from pathlib import Path
from typing import Any

from benchmarks.against_loop import made_by, rendered
from benchmarks.events import make_event
from benchmarks.measure import Failed, spread, tell


def measure(home: Path, quick: bool) -> dict[str, Any]:
    """Seconds of both, by turns, and by how much the cluster takes longer."""
    teams, times = (3, 1) if quick else (20, 3)
    event = make_event(home / "event", teams)
    ways = {"local": ("--jobs", "2"), "cluster": ("--jobs", "2", "--cluster", "local")}
    seconds: dict[str, list[float]] = {way: [] for way in ways}
    for _ in range(times):
        digests = set()
        for way, options in ways.items():
            ran = rendered(event, home / way, *options)
            made_by(ran)
            digests.add(_digest(home / way))
            shutil.rmtree(home / way)
            seconds[way].append(ran.seconds)
            tell(f"{way}, {teams} teams: {ran.seconds:.1f} s")
        if len(digests) != 1:
            raise Failed("the cluster's files differ from those made locally")
    local, cluster = (statistics.median(seconds[way]) for way in ways)
    return {
        "teams": teams,
        "local_seconds": spread(seconds["local"], 2),
        "cluster_seconds": spread(seconds["cluster"], 2),
        "overhead_percent": round(100 * (cluster / local - 1), 1),
    }


def _digest(out: Path) -> str:
    """A digest of every team's papers, their names and bytes."""
    total = hashlib.sha256()
    for path in sorted(out.rglob("*")):
        if path.suffix in (".pdf", ".ipynb"):
            total.update(path.relative_to(out).as_posix().encode())
            total.update(hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()
