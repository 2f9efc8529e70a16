"""How long until somebody can write in a form, and until what they wrote is saved.

    python -m benchmarks.opening [ACTIVITY]

Opens an exercise of the sample offsite with `workshop-kit open` in Chromium: from the command to the
first form, the same after a reload, and from a key to "Saved". Beside it, in the same run, what one
would do otherwise: `voila` with its own template on the same notebook. Needs Chromium and the
development tools; run it from the repository, on a machine that does nothing else.
"""

from __future__ import annotations

import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import nbformat
from playwright.sync_api import Browser
from tests.browser import chromium, served, wait_until_ready

from workshop_kit.content import kit_folder

SAVES = 100
PORT = 8977
FORM = ".wk-form textarea"
# From a key in a field until the outbox in the browser is empty: that is when "Saved" is shown.
SAVE = """async (words) => {
  const field = document.querySelector(".wk-form textarea"), start = performance.now();
  field.focus();
  field.value = words;
  field.dispatchEvent(new Event("input", { bubbles: true }));
  field.blur();
  const waiting = () => Object.keys(sessionStorage).some((name) => name.startsWith("wk:"));
  while (waiting()) await new Promise((resolve) => setTimeout(resolve, 1));
  return performance.now() - start;
}"""


def measure_kit(browser: Browser, event: Path, activity: str) -> dict[str, float]:
    """Seconds from the command to "Starting…" and to the first form, cold and after a reload; saves in ms."""
    start = time.perf_counter()
    with served("open", activity, "--event", event, "--team", "payments") as kit:
        page = browser.new_page()
        page.goto(kit.file.as_uri())
        found = {"starting": time.perf_counter() - start}
        page.wait_for_selector(FORM, timeout=240_000)
        found["first form"] = time.perf_counter() - start
        wait_until_ready(page)
        start = time.perf_counter()
        page.reload()
        page.wait_for_selector(FORM, timeout=240_000)
        found["form after a reload"] = time.perf_counter() - start
        wait_until_ready(page)
        page.wait_for_timeout(1000)
        saves = [page.evaluate(SAVE, f"Words, for the {n}th time") for n in range(SAVES)]
        found["save, median ms"] = statistics.median(saves)
        found["save, 95th percentile ms"] = statistics.quantiles(saves, n=20)[-1]
        page.close()
    return found


def measure_voila(browser: Browser, event: Path, activity: str) -> float:
    """Seconds from the command to the first form with Voilà as it comes."""
    (source,) = kit_folder("exercises").glob(f"*-{activity}.ipynb")
    nb = nbformat.read(source, as_version=4)
    for cell in nb.cells:
        if "parameters" in cell.metadata.get("tags", []):
            cell.source = f'event_dir = {str(event)!r}\nteam = "payments"'
    copy = event.parent / source.name
    nbformat.write(nb, copy)
    start = time.perf_counter()
    command = [sys.executable, "-m", "voila", str(copy), "--no-browser", f"--port={PORT}"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        page = browser.new_page()
        while True:
            try:
                page.goto(f"http://127.0.0.1:{PORT}/", wait_until="commit")
                break
            except Exception:  # it does not listen yet
                time.sleep(0.05)
        page.wait_for_selector(FORM, timeout=240_000)
        took = time.perf_counter() - start
        page.close()
        return took
    finally:
        process.terminate()
        process.wait()


def main() -> None:
    activity = sys.argv[1] if len(sys.argv) > 1 else "stage-mapping"
    with tempfile.TemporaryDirectory() as home, chromium() as browser:
        event = Path(home, "event")
        shutil.copytree(kit_folder("data") / "sample-offsite", event)
        kit = measure_kit(browser, event, activity)
        other = measure_voila(browser, event, activity)
    for name, value in kit.items():
        print(f"{name:28} {value:8.2f}")
    print(f"{'first form, plain Voilà':28} {other:8.2f}")
    print(f"{'plain Voilà / kit':28} {other / kit['first form']:8.2f}")


if __name__ == "__main__":
    main()
