"""A real browser for tests: Debian's Chromium, every request watched, and axe-core to look with.

@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started

def test_…(browser: Browser) -> None:
    with served("open", …) as kit, watched_page(browser) as page:
        page.goto(kit.file.as_uri())
        wait_until_ready(page)
        assert axe(page) == []
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

import psutil
import pytest
from playwright.sync_api import Browser, Page, sync_playwright

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
PATIENCE = 240_000  # ms; the machine may be busy with all the other tests
HERE = re.compile(r"(http|ws)://127\.0\.0\.1(:\d+)?/|data:|blob:|file:|about:")
LAPTOP, PHONE = (1366, 768), (375, 812)

needs_chromium = pytest.mark.skipif(
    CHROMIUM is None, reason="needs Chromium, to look at pages in a browser: apt install chromium"
)


@contextlib.contextmanager
def chromium() -> Iterator[Browser]:
    """A headless Chromium."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=ARGUMENTS, timeout=PATIENCE
        )
        yield browser
        browser.close()


@contextlib.contextmanager
def watched_page(browser: Browser, size: tuple[int, int] = LAPTOP) -> Iterator[Page]:
    """A page of its own; fails in the end where anything was asked of another machine."""
    context = browser.new_context(viewport={"width": size[0], "height": size[1]})
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("websocket", lambda socket: asked.append(socket.url))
    yield page
    context.close()
    assert asked, "the page asked for nothing at all"
    assert [url[:200] for url in asked if not HERE.match(url)] == []


def wait_until_ready(page: Page, state: str = "ready") -> None:
    """Until the page of `workshop-kit open` stands so: "starting", "ready" or "stopped"."""
    page.wait_for_function(f"document.documentElement?.dataset.kit === {state!r}")


def axe(page: Page) -> list[str]:
    """What axe-core finds serious or critical, each with the places it means."""
    page.evaluate(files("axe_playwright_python").joinpath("axe.min.js").read_text("utf-8"))
    found: list[dict[str, Any]] = page.evaluate("async () => (await axe.run()).violations")
    return [
        f"{one['id']}: {one['help']}: {' '.join(str(node['target']) for node in one['nodes'][:5])}"
        for one in found
        if one["impact"] in ("serious", "critical")
    ]


def scrolls_sideways(page: Page) -> bool:
    """Whether the page as a whole is wider than the window."""
    wider: bool = page.evaluate(
        "document.documentElement.scrollWidth > document.documentElement.clientWidth"
    )
    return wider


@dataclass
class Kit:
    """`workshop-kit open` or `lab`, running: `file` opens its page, `scratch` is its folder."""

    process: subprocess.Popen[str]
    file: Path
    lines: list[str]

    @property
    def scratch(self) -> Path:
        return self.file.parent

    def kernels(self) -> list[psutil.Process]:
        """The processes behind its pages."""
        children = psutil.Process(self.process.pid).children(recursive=True)
        return [child for child in children if _is_kernel(child)]

    def kernels_once_one_is_left(self) -> list[psutil.Process]:
        """The same, once only one is left: a restart leaves two for a moment."""
        until = time.monotonic() + PATIENCE / 1000
        while len(found := self.kernels()) != 1 and time.monotonic() < until:
            time.sleep(0.1)
        return found

    @property
    def url(self) -> str:
        """The address with its token."""
        found = re.search(r'url=([^"]+)"', self.file.read_text(encoding="utf-8"))
        assert found
        return found[1]

    def stop(self) -> str:
        """What it said after Ctrl-C; it has to end well."""
        self.process.send_signal(signal.SIGINT)
        said, _ = self.process.communicate(timeout=PATIENCE / 1000)
        assert self.process.returncode == 0, said
        return said


def _is_kernel(process: psutil.Process) -> bool:
    try:
        return process.name() == "wk-kernel" or "ipykernel_launcher" in process.cmdline()
    except psutil.Error:  # it has just ended
        return False


def served(
    *arguments: str | Path, env: Mapping[str, str] | None = None
) -> contextlib.AbstractContextManager[Kit]:
    """`workshop-kit` with these arguments and `--no-browser`, until the end of the block."""
    return _running(["-m", "workshop_kit", *map(str, arguments), "--no-browser"], env)


def served_notebook(
    notebook: Path, env: Mapping[str, str] | None = None
) -> contextlib.AbstractContextManager[Kit]:
    """Any notebook as `workshop-kit open` serves an activity, for a team called Quokka."""
    return _running(["-c", SERVE_NOTEBOOK, str(notebook)], env)


SERVE_NOTEBOOK = """
import sys
from pathlib import Path
from workshop_kit.cli_open import _serve
from workshop_kit.serving import Page, PageOpening
notebook = Path(sys.argv[1])
opening = PageOpening(notebook, notebook.parent, "Tiny offsite", "quokka", "Quokka", "en", "p07")
class AnyPage(Page):
    def check(self): pass  # it needs no event
_serve(AnyPage(opening), no_browser=True, port=0)
"""


@contextlib.contextmanager
def _running(program: list[str], env: Mapping[str, str] | None) -> Iterator[Kit]:
    process = subprocess.Popen(
        [sys.executable, *program],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        env={**os.environ, **(env or {}), "PYTHONUNBUFFERED": "1"},
    )
    assert process.stdout
    try:
        lines: list[str] = []
        for line in process.stdout:
            lines.append(line.rstrip())
            if found := re.search(r"open this file in a browser: (.+)$", lines[-1]):
                yield Kit(process, Path(found[1]), lines)
                break
        else:
            raise AssertionError("\n".join(lines))
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
        process.communicate(timeout=PATIENCE / 1000)


def tab_to(page: Page, role: Any, name: str) -> None:
    """Presses Tab until that control has the focus, as somebody without a mouse does."""
    wanted = page.get_by_role(role, name=name, exact=True)
    for _ in range(120):
        if wanted.evaluate("(e) => e === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab does not reach {name}")
