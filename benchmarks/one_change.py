"""(c) Two hundred teams; then one row of teams.csv changes, and the same command is given again."""

from __future__ import annotations

import shutil
import time
from pathlib import Path
from typing import Any

from benchmarks.against_loop import made_by, rendered
from benchmarks.events import add_a_person, make_event
from benchmarks.measure import Failed, spread, tell


def measure(home: Path, quick: bool) -> dict[str, Any]:
    """Seconds of the full render, of a render after one row changed, and of one after no change."""
    teams, times = (4, 2) if quick else (200, 5)
    event, out = make_event(home / "event", teams), home / "out"
    full = rendered(event, out, watch_memory=True)
    counts = made_by(full)
    tell(f"render, {teams} teams: {full.seconds:.0f} s")
    again = []
    for n in range(times):
        name = add_a_person(event, n * teams // times)
        before = time.time_ns()
        again.append(rendered(event, out).seconds)
        slug = name.lower().replace(" ", "-")
        _only_this_team(out, slug, before)
        tell(f"again, after {name} changed: {again[-1]:.2f} s")
    nothing = [rendered(event, out).seconds for _ in range(times)]
    size = sum(path.stat().st_size for path in out.rglob("*") if path.is_file())
    shutil.rmtree(out)
    changed = spread(again)
    return {
        "teams": teams,
        **counts,
        "full_seconds": round(full.seconds, 2),
        "full_seconds_a_team": round(full.seconds / teams, 3),
        "peak_memory_mb": round(full.peak),
        "mb_written": round(size / 1_000_000),
        "after_one_change_seconds": changed,
        "after_no_change_seconds": spread(nothing),
        "times": round(full.seconds / changed["median"], 1),
    }


def _only_this_team(out: Path, slug: str, before: int) -> None:
    """Raises Failed unless this team's papers were made again, all of them and no other team's."""
    new = {path for path in out.glob("*/*") if path.stat().st_mtime_ns >= before}
    papers = {path for path in (out / slug).glob("*") if path.suffix in (".pdf", ".ipynb")}
    if not papers or new != papers:
        names = sorted(path.relative_to(out).as_posix() for path in new ^ papers)
        raise Failed(
            f"not just {slug}’s papers were made again, or not all of them: {', '.join(names[:8])} … "
            "(if the kit's own files changed meanwhile, that is why)"
        )
