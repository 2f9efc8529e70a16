"""What was measured: one small JSON file, each part with its date, the commit, and how busy the machine was."""

from __future__ import annotations

import datetime
import importlib.metadata
import json
import os
import platform
import re
import subprocess
from pathlib import Path
from typing import Any

from workshop_kit.whole_file import write_whole

ROOT = Path(__file__).parents[1]
LATEST = ROOT / "benchmarks" / "results" / "latest.json"
PACKAGES = (
    "papermill", "nbconvert", "nbclient", "ipykernel", "jupyter_client", "typst", "pandas", "altair",
    "vl-convert-python", "pypandoc_binary", "distributed",
)  # fmt: skip
PARTS = {
    "a": "sixty teams, against a loop",
    "b": "a kernel’s start",
    "c": "one team’s change",
    "d": "50, 200, 800 teams",
    "e": "a cluster of two workers",
    "f": "where the time goes",
}


def read_results(path: Path = LATEST) -> dict[str, Any]:
    """What is kept: `machine`, and `parts` by letter. Without a file both are empty."""
    if not path.exists():
        return {"machine": {}, "parts": {}}
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def keep(part: str, about: dict[str, Any], figures: dict[str, Any], path: Path = LATEST) -> None:
    """Writes one part's figures. Parts that another machine or other versions gave are dropped."""
    found, machine = read_results(path), describe_machine()
    if found["machine"] != machine:
        found = {"machine": machine, "parts": {}}
    found["parts"][part] = {**about, "figures": figures}
    found["parts"] = dict(sorted(found["parts"].items()))
    path.parent.mkdir(exist_ok=True)
    write_whole(path, (json.dumps(found, indent=1, ensure_ascii=False) + "\n").encode())


def describe_machine() -> dict[str, Any]:
    """The machine and the versions; nothing that tells whose it is."""
    cpuinfo, meminfo = _text("/proc/cpuinfo"), _text("/proc/meminfo")
    model = re.search(r"^model name\s*: (.*)$", cpuinfo, re.MULTILINE)
    memory = re.search(r"^MemTotal:\s*(\d+) kB", meminfo, re.MULTILINE)
    return {
        "cpu": model[1] if model else platform.machine(),
        "cores": len(os.sched_getaffinity(0)),
        "memory_gb": round(int(memory[1]) / 1024**2) if memory else 0,
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "versions": {name: importlib.metadata.version(name) for name in PACKAGES},
    }


def describe_moment() -> dict[str, Any]:
    """Date, commit, and the load of the machine before anything is measured."""
    return {
        "date": datetime.date.today().isoformat(),
        "commit": _git("rev-parse", "--short=10", "HEAD"),
        "uncommitted_changes": bool(
            _git("status", "--porcelain", "--", "src", "workshops", "data")
        ),
        "load_at_start": round(os.getloadavg()[0], 2),
    }


def is_busy(load: float, cores: int) -> bool:
    """Whether other programs took a share of the machine that the figures show."""
    return load > cores / 4


def _git(*words: str) -> str:
    done = subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True)
    return done.stdout.strip()


def _text(path: str) -> str:
    return Path(path).read_text(encoding="utf-8") if Path(path).exists() else ""
