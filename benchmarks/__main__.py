"""Measures the kit's speed and prints what it finds.

    python -m benchmarks            every part; about 25 minutes on two cores that do nothing else
    python -m benchmarks c d        these parts
    python -m benchmarks --quick    a try of the benchmark itself, on a few teams; nothing is kept

Each part is kept in benchmarks/results/latest.json as soon as it is done, and docs/speed.md with it. A part
that fails is named in the end, and the others go on.
"""

from __future__ import annotations

import argparse
import functools
import os
import signal
import sys
import tempfile
import time
import traceback
from pathlib import Path

from benchmarks import (
    against_loop,
    breakdown,
    cluster,
    kernel_start,
    many_teams,
    one_change,
    report,
)
from benchmarks.aims import aims_table
from benchmarks.measure import tell
from benchmarks.results import PARTS, describe_moment, is_busy, keep, read_results
from benchmarks.tables import details

PATIENCE = 240  # seconds until what ran before has left the load
MEASURE = {
    "a": against_loop.measure,
    "b": kernel_start.measure,
    "c": one_change.measure,
    "d": many_teams.measure,
    "e": cluster.measure,
    "f": breakdown.measure,
}


def main() -> None:
    words = argparse.ArgumentParser(
        prog="python -m benchmarks", description=(__doc__ or "").split("\n")[0]
    )
    words.add_argument("parts", nargs="*", metavar="PART", help=f"of {' '.join(PARTS)}; else all")
    words.add_argument("--quick", action="store_true", help="a few teams; nothing is kept")
    given = words.parse_args()
    if unknown := set(given.parts) - set(PARTS):
        words.error(f"there is no part {' '.join(sorted(unknown))}")
    # Asked to end, it cleans up as after Ctrl-C.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    with tempfile.TemporaryDirectory(prefix="wk-bench-") as home:
        kept = Path(home, "latest.json") if given.quick else None
        failed = measure(sorted(given.parts or PARTS), given.quick, Path(home), kept)
        found = read_results(*([kept] if kept else []))
        if not given.quick:
            report.write(found)
        print(aims_table(found))
        print(details(found))
    sys.exit(f"Not measured: {', '.join(failed)}" if failed else 0)


def measure(parts: list[str], quick: bool, home: Path, kept: Path | None) -> list[str]:
    """Measures each part and keeps it; returns those that failed."""
    failed, moment, begun = [], describe_moment(), time.monotonic()
    busy = functools.partial(is_busy, cores=len(os.sched_getaffinity(0)))
    while not quick and busy(moment["load_at_start"]) and time.monotonic() - begun < PATIENCE:
        tell(f"Waiting for the machine to come to rest (load {moment['load_at_start']})")
        time.sleep(20)
        moment = describe_moment()
    if busy(moment["load_at_start"]):
        tell(f"The machine is busy (load {moment['load_at_start']}); the results will say so.")
    for part in parts:
        start = time.monotonic()
        tell(f"({part}) {PARTS[part]}")
        try:
            with tempfile.TemporaryDirectory(prefix=f"{part}-", dir=home) as own:
                figures = MEASURE[part](Path(own), quick)
        except Exception:  # one part's failure leaves the others to be measured
            traceback.print_exc()
            failed.append(part)
            continue
        about = {**moment, "minutes": round((time.monotonic() - start) / 60, 1)}
        keep(part, about, figures, *([kept] if kept else []))
        if not quick:
            report.write(read_results())
    return failed


if __name__ == "__main__":
    main()
