"""A command, how long it took, and what it and all that it started needed."""

from __future__ import annotations

import contextlib
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

ROOT = Path(__file__).parents[1]
KIT = Path(sys.executable).with_name("workshop-kit")
SECONDS_AT_MOST = 3600
LOOK_EVERY = 0.5  # to read one process's memory takes milliseconds


class Failed(Exception):
    """A command that did not end well; the message has its last lines."""


@dataclass(frozen=True)
class Ran:
    """What a command did. `cpu` is the CPU time of the whole machine meanwhile, in seconds; `peak`
    the largest memory of all its processes together, in MB, of the looks in `memory`."""

    seconds: float
    cpu: float
    said: str
    memory: list[float] = field(default_factory=list)

    @property
    def found(self) -> Any:
        """The JSON that it printed on its last line; kernels say things of their own before."""
        return json.loads(next(x for x in reversed(self.said.splitlines()) if x.startswith("{")))

    @property
    def peak(self) -> float:
        return max(self.memory, default=0.0)


def run(command: Sequence[str | Path], watch_memory: bool = False) -> Ran:
    """Runs the command to its end. Raises Failed where it does not end well, or not within an hour."""
    env = {name: value for name, value in os.environ.items() if "WORKSHOP_KIT" not in name}
    memory: list[float] = []
    with tempfile.TemporaryFile("w+", encoding="utf-8") as said:
        cpu, start = machine_cpu(), time.perf_counter()
        process = psutil.Popen(
            list(map(str, command)), cwd=ROOT, env=env, stdout=said, stderr=subprocess.STDOUT
        )
        try:
            while time.perf_counter() - start < SECONDS_AT_MOST:
                with contextlib.suppress(psutil.TimeoutExpired):
                    process.wait(LOOK_EVERY if watch_memory else SECONDS_AT_MOST)
                    break
                memory.append(tree_memory(process))
        finally:
            seconds, cpu = time.perf_counter() - start, machine_cpu() - cpu
            late = process.is_running()
            _end(process)
        said.seek(0)
        words = said.read()
    if late or process.returncode:
        last = " / ".join(words.strip().splitlines()[-5:])
        raise Failed(f"{Path(command[0]).name} {command[1]} …: {last[-600:] or 'no word'}")
    return Ran(seconds, cpu, words, memory)


def _end(process: psutil.Popen) -> None:
    """Ends the command where it still runs. What it started then ends by itself and tidies up; or is ended."""
    with contextlib.suppress(psutil.NoSuchProcess):
        started = [process, *process.children(recursive=True)]
        process.terminate()
        for late in psutil.wait_procs(started, timeout=20)[1]:
            late.kill()


def tree_memory(process: psutil.Process) -> float:
    """MB of the process and all below it: PSS, so that a page shared by three counts a third for each."""
    total = 0
    with contextlib.suppress(psutil.NoSuchProcess):
        for each in [process, *process.children(recursive=True)]:
            total += _kilobytes(each.pid, ("Pss",))
    return total / 1024


def private_memory(pid: int) -> float:
    """MB that the process shares with no other: what one more of its kind costs."""
    return _kilobytes(pid, ("Private_Clean", "Private_Dirty")) / 1024


def _kilobytes(pid: int, names: Sequence[str]) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:  # it has just ended
        return 0
    return sum(int(line.split()[1]) for line in lines if line.partition(":")[0] in names)


def machine_cpu() -> float:
    """Seconds that all processors have worked since the start. Children that nobody waits for count too."""
    times = psutil.cpu_times()
    return sum(getattr(times, name, 0.0) for name in ("user", "nice", "system", "irq", "softirq"))


def spread(values: Sequence[float], digits: int = 3) -> dict[str, Any]:
    """The median, the least and the most of what was measured, and how often."""
    return {
        "median": round(statistics.median(values), digits),
        "least": round(min(values), digits),
        "most": round(max(values), digits),
        "times": len(values),
    }


def tell(words: str) -> None:
    """Says where the run is."""
    print(time.strftime("%H:%M:%S"), words, flush=True)
