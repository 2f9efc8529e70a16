"""How long a save takes, alone and with 40 processes saving at once, against rewriting a JSON file.

    python benchmarks/saving.py [--url URL] [--folder DIR] [--writers 40] [--saves 50]

Without --url the answers go into SQLite, in a folder made for it below DIR. A database given by URL
should be an empty one: the answers stay in it.

The comparison is what somebody would write without a database: one JSON file an event, read, changed
and written whole again with fsync, under a lock, since without one most saves would be lost.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from multiprocessing.synchronize import Barrier, Lock
from pathlib import Path

from workshop_kit.errors import StoreError
from workshop_kit.store import Store, open_store
from workshop_kit.whole_file import write_whole

ALONE = 200
Save = Callable[[int, int], int]  # writer and count → how often it had to be repeated


def saving_to(store: Store) -> Save:
    def save(writer: int, count: int) -> int:
        for repeated in range(1000):
            try:
                store.save(
                    participant=f"p{writer}",
                    team="payments",
                    activity="benchmark",
                    question=f"q{count % 10}",
                    value=f"Answer {count} of {writer}, some words long, as people write them.",
                )
                return repeated
            except StoreError as error:
                if error.reason != "locked":
                    raise
        raise RuntimeError("never saved")

    return save


def rewriting(path: Path, lock: Lock) -> Save:
    def save(writer: int, count: int) -> int:
        with lock:
            revisions = json.loads(path.read_bytes()) if path.exists() else []
            words = f"Answer {count} of {writer}, some words long, as people write them."
            revisions.append(
                {
                    "at": time.time(),
                    "participant": f"p{writer}",
                    "team": "payments",
                    "activity": "benchmark",
                    "question": f"q{count % 10}",
                    "value": words,
                }
            )
            write_whole(path, json.dumps(revisions).encode())
        return 0

    return save


def timed(save: Save, writer: int, saves: int) -> tuple[list[float], int]:
    """Milliseconds of each save, and how many were repeated."""
    times, repeated = [], 0
    for count in range(saves):
        start = time.perf_counter()
        repeated += save(writer, count)
        times.append((time.perf_counter() - start) * 1000)
    return times, repeated


def write_many(
    kind: str,
    place: tuple[Path, str],
    lock: Lock,
    ready: Barrier,
    number: int,
    saves: int,
    results: Path,
) -> None:
    folder, url = place
    store = open_store(folder, url)
    save = saving_to(store) if kind == "store" else rewriting(folder / "answers.json", lock)
    store.latest(team="nobody")  # connects
    ready.wait()
    (results / str(number)).write_text(json.dumps(timed(save, number, saves)))
    store.close()


def together(
    kind: str, place: tuple[Path, str], writers: int, saves: int
) -> tuple[list[float], int]:
    """As `timed`, of all writers, each a process of its own."""
    context = multiprocessing.get_context("spawn")
    lock, ready = context.Lock(), context.Barrier(writers)
    with tempfile.TemporaryDirectory() as results:
        started = [
            context.Process(
                target=write_many, args=(kind, place, lock, ready, n, saves, Path(results))
            )
            for n in range(1, writers + 1)
        ]
        for process in started:
            process.start()
        for process in started:
            process.join()
        found = [json.loads(path.read_text()) for path in Path(results).iterdir()]
    return [ms for times, _ in found for ms in times], sum(repeated for _, repeated in found)


def percentile95(times: list[float]) -> float:
    return statistics.quantiles(times, n=20)[-1]


def line(name: str, times: list[float], lost: int, repeated: int) -> str:
    middle, slow = statistics.median(times), percentile95(times)
    return f"{name:<34}{middle:>9.1f}{slow:>9.1f}{max(times):>9.0f}{lost:>7}{repeated:>10}"


def main() -> None:
    words = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    words.add_argument("--url", default="", help="a database's URL; SQLite otherwise")
    words.add_argument("--folder", type=Path, help="where to make the files; a temporary folder")
    words.add_argument("--writers", type=int, default=40)
    words.add_argument("--saves", type=int, default=50, help="by each writer")
    given = words.parse_args()
    os.environ.pop("WORKSHOP_KIT_DATABASE", None)
    with tempfile.TemporaryDirectory(dir=given.folder) as home:
        place = (Path(home), given.url)
        lock = multiprocessing.get_context("spawn").Lock()
        all_saves = ALONE + given.writers * given.saves
        with open_store(*place) as store:
            before = len(store.history())
            store.save(
                participant="p0", team="payments", activity="first", question="q", value=before
            )
            alone, _ = timed(saving_to(store), 0, ALONE)
            many, repeated = together("store", place, given.writers, given.saves)
            lost = all_saves + 1 - (len(store.history()) - before)
        path = Path(home) / "answers.json"
        file_alone, _ = timed(rewriting(path, lock), 0, ALONE)
        file_many, _ = together("file", place, given.writers, given.saves)
        file_lost = all_saves - len(json.loads(path.read_bytes()))
    name = "PostgreSQL" if given.url else "SQLite"
    print(
        f"{'milliseconds a save':<34}{'median':>9}{'95 %':>9}{'worst':>9}{'lost':>7}{'repeated':>10}"
    )
    print(line(f"{name}, alone", alone, 0, 0))
    print(line(f"{name}, {given.writers} processes", many, lost, repeated))
    print(line("JSON file rewritten, alone", file_alone, 0, 0))
    print(line(f"JSON file rewritten, {given.writers} processes", file_many, file_lost, 0))
    for label, ours, theirs in (("alone", alone, file_alone), ("together", many, file_many)):
        middle = statistics.median(theirs) / statistics.median(ours)
        slow = percentile95(theirs) / percentile95(ours)
        print(f"Rewriting takes {middle:.1f} × the store's time {label} (95 %: {slow:.1f} ×)")


if __name__ == "__main__":
    main()
