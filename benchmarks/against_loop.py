"""(a) The sample's notebooks for sixty teams, made by `render`, against the loop that one would write."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any

from benchmarks.events import make_event
from benchmarks.measure import KIT, Failed, Ran, run, spread, tell


def measure(home: Path, quick: bool) -> dict[str, Any]:
    """Seconds a notebook, with its PDF, of both ways; and how many times the loop takes."""
    teams, times = (4, 1) if quick else (60, 3)
    alone, looped, notebooks = (2, 1, 2) if quick else (20, 3, 6)
    event = make_event(home / "event", teams)
    ours = []
    for n in range(times):
        ours.append(rendered(event, home / f"out-{n}", "--jobs", "2", watch_memory=True))
        tell(f"render, {teams} teams: {ours[-1].seconds:.0f} s")
    made = made_by(ours[0])
    one = rendered(make_event(home / "smaller", alone), home / "out-one", "--jobs", "1")
    tell(f"render --jobs 1, {alone} teams: {one.seconds:.0f} s")
    loops = {}
    for processes in (1, 2):
        loops[processes] = loop(event, home / f"loop-{processes}", looped, notebooks, processes)
        each = loops[processes]["seconds_a_notebook"]
        tell(f"the loop, {processes} at once: {each:.2f} s a notebook")
    middle = spread([ran.seconds for ran in ours])
    ours_each = middle["median"] / made["notebooks"]
    return {
        "render": {
            "teams": teams,
            **made,
            "seconds": middle,
            "seconds_a_notebook": round(ours_each, 4),
            "cpu_seconds_a_team": round(min(ran.cpu for ran in ours) / teams, 2),
            "peak_memory_mb": round(max(ran.peak for ran in ours)),
        },
        "render_one_process": {
            "teams": alone,
            "seconds": round(one.seconds, 2),
            "seconds_a_notebook": round(one.seconds / made_by(one)["notebooks"], 4),
        },
        "loop_one_process": loops[1],
        "loop_two_processes": loops[2],
        "times_one_process": round(loops[1]["seconds_a_notebook"] / ours_each, 1),
        "times_two_processes": round(loops[2]["seconds_a_notebook"] / ours_each, 1),
        "times_one_against_one": round(
            loops[1]["seconds_a_notebook"] * made_by(one)["notebooks"] / one.seconds, 1
        ),
    }


def rendered(event: Path, out: Path, *options: str, watch_memory: bool = False) -> Ran:
    """A render by the command line, as a user starts it."""
    return run([KIT, "render", event, "--out", out, *options], watch_memory)


def made_by(ran: Ran) -> dict[str, int]:
    """How many teams, notebooks and PDFs, by the command's own account. Raises Failed where any failed."""
    counts = {}
    for what in ("notebook", "PDF"):
        found = re.search(rf"(\d+) {what}s?\b", ran.said.rpartition("Rendered")[2])
        counts[f"{what.lower()}s"] = int(found[1]) if found else 0
    if " 0 failed" not in ran.said or not counts["notebooks"]:
        raise Failed(f"render made not all of it: {ran.said.strip()[-600:]}")
    return counts


def loop(event: Path, out: Path, teams: int, notebooks: int, processes: int) -> dict[str, Any]:
    """The loop's seconds a notebook, of it all and of its halves."""
    options = (f"--teams={teams}", f"--notebooks={notebooks}", f"--processes={processes}")
    found = run([sys.executable, "-m", "benchmarks.loop", event, out, *options]).found
    ran_in, printed_in = zip(*found["each"], strict=True)
    return {
        "teams": teams,
        "notebooks": len(ran_in),
        "seconds": round(found["seconds"], 2),
        "seconds_a_notebook": round(found["seconds"] / len(ran_in), 3),
        "papermill": spread(ran_in),
        "webpdf": spread(printed_in),
    }
