"""(d) 50, 200 and 800 teams: the wall time a team, and the memory of all processes together.

One notebook a team (the third), its PDF and the handout made of it, by the library's `render`: all six for
1050 teams would take hours on two cores with the loop's means, and most of half an hour with ours.
"""

from __future__ import annotations

import shutil
import statistics
import sys
from pathlib import Path
from typing import Any

from benchmarks.events import make_event
from benchmarks.measure import Failed, run, spread, tell

NOTEBOOK = "03-naming-the-transition"
CALL = f"""
import sys
from pathlib import Path
from workshop_kit import load_event, render
from workshop_kit.run import shipped_notebooks

if __name__ == "__main__":
    notebooks = [path for path in shipped_notebooks() if path.stem == "{NOTEBOOK}"]
    report = render(load_event(Path(sys.argv[1])), Path(sys.argv[2]), notebooks=notebooks)
    print(len(report.failures), report.notebooks, report.pdfs)
"""


def measure(home: Path, quick: bool) -> dict[str, Any]:
    """For each number of teams: seconds a team, and the peak of PSS over the whole process tree."""
    plan = {2: 1, 4: 1, 8: 1} if quick else {50: 3, 200: 2, 800: 1}
    sizes = []
    script = home / "render_one_notebook.py"
    script.write_text(CALL, encoding="utf-8")
    for teams, times in plan.items():
        event = make_event(home / f"event-{teams}", teams)
        seconds, peaks, usual = [], [], []
        for n in range(times):
            out = home / f"out-{teams}-{n}"
            ran = run([sys.executable, script, event, out], watch_memory=True)
            if ran.said.split()[-3:] != ["0", str(teams), str(2 * teams)]:
                raise Failed(f"render made not all of {teams} teams: {ran.said.strip()[-300:]}")
            shutil.rmtree(out)
            seconds.append(ran.seconds)
            peaks.append(ran.peak)
            usual.append(statistics.median(ran.memory or [0.0]))
            tell(f"{teams} teams: {ran.seconds / teams:.3f} s a team, at most {ran.peak:.0f} MB")
        sizes.append(
            {
                "teams": teams,
                "seconds": spread(seconds, 2),
                "seconds_a_team": round(statistics.median(seconds) / teams, 4),
                "peak_memory_mb": round(statistics.median(peaks)),
                "median_memory_mb": round(statistics.median(usual)),
            }
        )
    least, most = sizes[0], sizes[-1]
    return {
        "notebook": NOTEBOOK,
        "memory": "PSS of the whole process tree, looked at twice a second",
        "sizes": sizes,
        "seconds_a_team_ratio": round(most["seconds_a_team"] / least["seconds_a_team"], 3),
        "peak_memory_ratio": round(most["peak_memory_mb"] / max(least["peak_memory_mb"], 1), 3),
    }
