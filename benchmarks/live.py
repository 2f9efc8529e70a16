"""How long a look of the live view takes: 40 teams, six activities, 25 answered questions each.

    python benchmarks/live.py [--teams 40] [--answers 25] [--looks 50] [--no-browser]

In the kernel: one look at the room and the day, against reading every answer with its value, which is
what a view without a read of its own would do. In a browser: how long after another process has saved
the table shows it.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))  # the tests' browser

from tests.conftest import make_tiny_event  # noqa: E402

from workshop_kit.content import load_curriculum  # noqa: E402
from workshop_kit.live.view import LiveView  # noqa: E402
from workshop_kit.room import SILENT  # noqa: E402
from workshop_kit.store import Store, open_store  # noqa: E402

WORDS = "What somebody wrote about this month, about as long as people write it in a few minutes. "
SEEN = 15


def fill(store: Store, teams: list[str], answers: int) -> int:
    """Answers everything but the last team's first activity; gives the number of answers."""
    activities = load_curriculum().activities
    count = 0
    for team in teams:
        for activity in activities:
            if (team, activity) == (teams[-1], activities[0]):
                continue
            asked = [q.id for form in activity.forms for q in form.questions if q.kind != "people"]
            people = [q.id for form in activity.forms for q in form.questions if q.kind == "people"]
            keys = [*asked, *(f"{(people or ['rewrite'])[0]}/P{n}" for n in range(answers))]
            for key in keys[:answers]:
                store.save(
                    participant="leader",
                    team=team,
                    activity=activity.slug,
                    question=key,
                    value={"text": WORDS * 3},
                )
                count += 1
    return count


def timed(what: Callable[[], object], looks: int) -> list[float]:
    """Milliseconds of each call."""
    times = []
    for _ in range(looks):
        start = time.perf_counter()
        what()
        times.append((time.perf_counter() - start) * 1000)
    return times


def line(name: str, times: list[float]) -> str:
    slow = statistics.quantiles(times, n=20)[-1]
    return f"{name:<44}{statistics.median(times):>9.1f}{slow:>9.1f}"


def until_seen(event: Path, store: Store, team: str) -> list[float]:
    """Milliseconds from a save to the table that shows it."""
    from tests.browser import chromium, served, wait_until_ready, watched_page

    activity = load_curriculum().activities[0]
    asked = [question.id for form in activity.forms for question in form.questions]
    times = []
    with (
        chromium() as browser,
        served("open", "live", "--event", event) as kit,
        watched_page(browser) as page,
    ):
        page.goto(kit.file.as_uri())
        wait_until_ready(page)
        row = page.get_by_role("region", name="The room", exact=True).get_by_role("row").last
        for number, question in enumerate(asked[:SEEN], 1):
            time.sleep(0.37 * (number % 7))  # at any moment between two looks
            store.save(
                participant="leader",
                team=team,
                activity=activity.slug,
                question=question,
                value={"text": WORDS},
            )
            start = time.perf_counter()
            words = f"{number} of {len(asked)}" if number < len(asked) else f"all {number}"
            row.get_by_text(words, exact=True).wait_for()
            times.append((time.perf_counter() - start) * 1000)
    return times


def main() -> None:
    words = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    words.add_argument("--teams", type=int, default=40)
    words.add_argument("--answers", type=int, default=25, help="by each team in each activity")
    words.add_argument("--looks", type=int, default=50)
    words.add_argument("--no-browser", action="store_true")
    given = words.parse_args()
    os.environ.pop("WORKSHOP_KIT_DATABASE", None)
    home = Path(tempfile.mkdtemp())
    try:
        names = [f"Team {n:02}" for n in range(1, given.teams + 1)]
        event = make_tiny_event(home / "event", *names).path
        slugs = [name.lower().replace(" ", "-") for name in names]
        with open_store(event) as store:
            count = fill(store, slugs, given.answers)
            view = LiveView(event)
            look = timed(view.state, given.looks)
            marks = timed(lambda: store.marks(SILENT), given.looks)
            values = timed(store.latest, max(5, given.looks // 5))
            print(f"{count} answers of {given.teams} teams")
            print(f"{'milliseconds':<44}{'median':>9}{'95 %':>9}")
            print(line("a look, all of it", look))
            print(line("  of which: who answered what", marks))
            print(line("every answer with its value", values))
            ratio = statistics.median(values) / statistics.median(look)
            print(f"Reading every answer takes {ratio:.1f} × the time of a whole look")
            if not given.no_browser:
                print(line("save → seen in a browser", until_seen(event, store, slugs[-1])))
    finally:
        shutil.rmtree(home, ignore_errors=True)


if __name__ == "__main__":
    main()
