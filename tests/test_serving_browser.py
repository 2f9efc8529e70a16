"""`open` and `lab` as somebody meets them in a browser."""

from __future__ import annotations

import os
import re
import shutil
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import nbformat
import psutil
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import (
    LAPTOP,
    PATIENCE,
    PHONE,
    Kit,
    axe,
    chromium,
    needs_chromium,
    scrolls_sideways,
    served,
    served_notebook,
    wait_until_ready,
    watched_page,
)
from tests.conftest import Rendered, make_notebook
from tests.pages import Pages
from tests.test_serving import plant_broken_extension
from workshop_kit.content import kit_folder

pytestmark = needs_chromium
expect.set_options(timeout=PATIENCE)

LOST = "The page lost its connection to the program behind it. What you saved is safe."
GONE = "The program on this computer has stopped. Start it again with the same command."
WIDE = "<table><tr>" + "".join(f"<th>Column {n}</th>" for n in range(12)) + "</tr></table>"
TINY = (
    f"from IPython.display import HTML\nHTML({WIDE!r})",
    "import ipywidgets\nipywidgets.Text(description='Say', value='here')",
    "raise ValueError('a secret reason')",
    "from workshop_kit.errors import WorkshopKitError\nraise WorkshopKitError('Mend the ladder.')",
)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_notebook(tmp_path_factory.mktemp("tiny"), *TINY)


@pytest.fixture(scope="module")
def event(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("open") / "event"
    shutil.copytree(kit_folder("data") / "sample-offsite", folder)
    return folder


# ---- open: an activity of the kit --------------------------------------------------------------


@pytest.fixture(scope="module")
def activity(browser: Browser, event: Path) -> Iterator[Page]:
    """The page of an activity, opened from the file, and let run by itself; all six are gone through
    in tests/test_activities_browser.py."""
    with (
        served("open", "lead-by-example", "--event", event, "--team", "payments") as kit,
        watched_page(browser) as page,
    ):
        page.goto(kit.file.as_uri())
        wait_until_ready(page)
        yield page


def test_an_activity_runs_by_itself_and_says_what_it_is(activity: Page) -> None:
    heading = activity.locator("h1")
    expect(heading).to_have_count(1)
    assert activity.title() == f"{heading.inner_text()} – Payments"
    assert activity.locator("html").get_attribute("lang") == "en"
    expect(activity.locator("main")).to_have_count(1)
    expect(activity.get_by_role("alert").filter(has_text="program")).to_have_count(0)
    assert "token" not in activity.url


def test_an_activity_shows_no_code_and_nothing_of_jupyter(activity: Page) -> None:
    text = activity.locator("body").inner_text()
    for code in ("book.", "import ", "Workbook(", "Traceback", "event_dir", "Jupyter"):
        assert code not in text, code
    expect(activity.locator(".jp-InputArea, .jp-Toolbar, .jp-Dialog")).to_have_count(0)
    assert "could not be shown" not in text


@pytest.mark.parametrize("size", [LAPTOP, PHONE, (683, 384)], ids=["laptop", "phone", "zoomed"])
def test_an_activity_never_scrolls_sideways(activity: Page, size: tuple[int, int]) -> None:
    activity.set_viewport_size({"width": size[0], "height": size[1]})
    assert not scrolls_sideways(activity)
    activity.set_viewport_size({"width": LAPTOP[0], "height": LAPTOP[1]})


def test_axe_finds_nothing_serious_on_an_activity(activity: Page) -> None:
    assert axe(activity) == []


# ---- open: what can go wrong -------------------------------------------------------------------


@pytest.fixture
def opened(browser: Browser, tiny: Path) -> Iterator[tuple[Kit, Page]]:
    with served_notebook(tiny) as kit, watched_page(browser) as page:
        page.goto(kit.file.as_uri())
        wait_until_ready(page)
        yield kit, page


def test_the_keyboard_gets_past_what_every_page_has(opened: tuple[Kit, Page]) -> None:
    _, page = opened
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Go to the page's content")
    expect(skip).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


def test_a_cell_that_fails_leaves_the_rest_and_shows_no_traceback(
    opened: tuple[Kit, Page],
) -> None:
    _, page = opened
    expect(page.get_by_role("note")).to_have_text(
        ["This part could not be shown. The rest of the page works without it.", "Mend the ladder."]
    )
    expect(page.get_by_label("Say")).to_have_value("here")
    assert "secret" not in page.content()


def test_a_wide_table_scrolls_in_a_box_of_its_own(opened: tuple[Kit, Page]) -> None:
    _, page = opened
    page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    box = page.get_by_role("region", name="Table: Tiny")
    expect(box).to_have_attribute("tabindex", "0")
    assert not scrolls_sideways(page)


def test_a_dead_program_is_told_and_a_button_brings_everything_back(
    opened: tuple[Kit, Page],
) -> None:
    kit, page = opened
    (kernel,) = kit.kernels()
    before = page.locator("html").get_attribute("data-kernel")
    kernel.kill()
    banner = page.get_by_role("alert")
    expect(banner).to_contain_text(LOST)
    expect(page.locator(".jp-Dialog")).to_have_count(0)
    assert axe(page) == []
    banner.get_by_role("button", name="Bring everything back").click()
    expect(page.locator("html")).not_to_have_attribute("data-kernel", before or "")
    wait_until_ready(page)
    expect(page.get_by_label("Say")).to_have_value("here")
    expect(banner).to_be_hidden()


def test_a_reload_ends_the_program_behind_the_page_before(opened: tuple[Kit, Page]) -> None:
    kit, page = opened
    (before,) = kit.kernels()
    page.reload()
    wait_until_ready(page)
    before.wait(PATIENCE / 1000)
    (after,) = kit.kernels()
    assert after.pid != before.pid


def test_a_link_that_leads_to_no_page_does_not_end_the_program(opened: tuple[Kit, Page]) -> None:
    kit, page = opened
    before = kit.kernels()
    # What a mailto: link or a download does: the browser asks, and the page stays.
    page.evaluate("window.dispatchEvent(new Event('beforeunload', { cancelable: true }))")
    field = page.get_by_label("Say")
    field.fill("still there")
    field.press("Tab")
    expect(page.get_by_role("alert")).to_have_count(0)
    assert kit.kernels() == before
    assert page.evaluate("document.documentElement.dataset.kit") == "ready"


def test_a_server_that_is_gone_is_told(browser: Browser, tiny: Path) -> None:
    with served_notebook(tiny) as kit, watched_page(browser) as page:
        page.goto(kit.file.as_uri())
        wait_until_ready(page)
        kit.stop()
        expect(page.get_by_role("alert")).to_have_text(GONE)


def test_a_program_that_cannot_start_is_told_on_the_page_and_on_the_terminal(
    browser: Browser, tmp_path: Path
) -> None:
    gone = tmp_path / "sitecustomize.py"
    gone.write_text("import sys\nsys.modules['voila'] = None\n")
    with served_notebook(make_notebook(tmp_path), env={"PYTHONPATH": str(tmp_path)}) as kit:
        with watched_page(browser) as page:
            page.goto(kit.file.as_uri())
            expect(page.get_by_role("status")).to_contain_text("could not be started")
        said, _ = kit.process.communicate(timeout=PATIENCE / 1000)
        assert "could not be started" in said
        assert kit.process.returncode != 0
        assert not kit.scratch.exists()


def test_a_broken_extension_of_somebodys_own_jupyter_does_no_harm(
    browser: Browser, tiny: Path, tmp_path: Path
) -> None:
    plant_broken_extension(tmp_path)
    (tmp_path / "voila.json").write_text('{"VoilaConfiguration": {"template": "no-such"}}')
    (tmp_path / "jupyter_config.json").write_text('{"Voila": {"ip": "0.0.0.0"}}')
    names = ("JUPYTER_PATH", "JUPYTER_DATA_DIR", "JUPYTER_CONFIG_PATH", "JUPYTER_CONFIG_DIR")
    with (
        served_notebook(tiny, env=dict.fromkeys(names, str(tmp_path))) as kit,
        watched_page(browser) as page,
    ):
        page.goto(kit.file.as_uri())
        wait_until_ready(page)
        expect(page.get_by_label("Say")).to_have_value("here")


@pytest.mark.skipif(os.name == "nt", reason="needs Unix signals")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_the_end_leaves_no_process_and_no_file(
    browser: Browser, tiny: Path, number: signal.Signals
) -> None:
    with served_notebook(tiny) as kit, watched_page(browser) as page:
        page.goto(kit.file.as_uri())
        wait_until_ready(page)
        everyone = psutil.Process(kit.process.pid).children(recursive=True)
        assert kit.kernels()
        kit.process.send_signal(number)
        said, _ = kit.process.communicate(timeout=PATIENCE / 1000)
        failed, end = said.splitlines()
        assert failed == "note  cell cell-3: ValueError: a secret reason"
        assert end == "Stopped."
        # multiprocessing's own helpers see a moment later that their program is gone.
        assert psutil.wait_procs(everyone, timeout=5)[1] == []
        assert not kit.scratch.exists()


def test_a_page_can_be_printed(opened: tuple[Kit, Page]) -> None:
    _, page = opened
    page.emulate_media(media="print")
    expect(page.get_by_role("heading", name="Tiny")).to_be_visible()
    for hidden in (".kit-skip", ".kit-banner", ".kit-starting"):
        for one in page.locator(hidden).all():
            assert not one.is_visible()


# ---- lab ---------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def lab(sample: Rendered, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kit]:
    home = sample.copy_to(tmp_path_factory.mktemp("lab"))
    foreign = tmp_path_factory.mktemp("foreign")
    plant_broken_extension(foreign)
    env = {"JUPYTER_PATH": str(foreign)}
    arguments = ("lab", home.folder, "--out", home.out, "--team", "payments")
    with served(*arguments, env=env) as kit:
        yield kit


def test_lab_shows_how_to_begin_with_the_code_folded_and_no_question(
    lab: Kit, browser: Browser
) -> None:
    with watched_page(browser) as page:
        page.goto(lab.file.as_uri())
        cells = page.locator(".jp-Notebook .jp-Cell")
        expect(cells.nth(1)).to_contain_text("To begin, press")
        folded = page.locator(".jp-CodeCell .jp-InputPlaceholder")
        expect(folded.first).to_be_visible()
        expect(page.locator(".jp-CodeCell .jp-CodeMirrorEditor:visible")).to_have_count(0)
        expect(page.locator(".jp-Notebook").get_by_text("Rowan Lake").first).to_be_visible()
        expect(page.get_by_text("Python 3 (ipykernel)").first).to_be_visible()
        trusted = page.locator(".jp-StatusItem-trust, [title*='trusted' i]").first
        expect(trusted).to_have_attribute("title", re.compile(r"^Notebook trusted", re.IGNORECASE))
        expect(page.locator(".jp-Dialog, .jp-Notification-Toast, .Toastify__toast")).to_have_count(
            0
        )


def test_lab_runs_with_the_button_that_its_first_words_name(lab: Kit, browser: Browser) -> None:
    with watched_page(browser) as page:
        page.goto(lab.file.as_uri())
        page.get_by_role("button", name=re.compile("Restart the kernel and run all cells")).click()
        expect(page.locator(".jp-CodeCell .jp-InputPrompt").first).not_to_have_text("[ ]:")
        (kernel,) = lab.kernels_once_one_is_left()
        assert kernel.exe() == psutil.Process(lab.process.pid).exe()
        expect(page.locator(".jp-RenderedText[data-mime-type*=stderr]")).to_have_count(0)


def test_lab_leaves_no_copies_beside_the_notebooks(
    browser: Browser, sample: Rendered, tmp_path: Path
) -> None:
    home = sample.copy_to(tmp_path)
    arguments = ("lab", home.folder, "--out", home.out)
    for _ in range(2):  # what the first leaves does not mislead the second
        with served(*arguments, "--team", "payments") as kit, watched_page(browser) as page:
            page.goto(kit.file.as_uri())
            page.locator(".jp-Notebook h1", has_text="Ladder rewriting").click()
            with page.expect_response(lambda answer: "/checkpoints" in answer.url):
                page.keyboard.press("Control+s")
    assert [path.name for path in home.out.rglob(".*")] == []


def test_lab_shows_the_folder_of_one_team_alone(lab: Kit, browser: Browser) -> None:
    with watched_page(browser) as page:
        page.goto(lab.file.as_uri())
        expect(page.locator(".jp-DirListing-item", has_text="handout.pdf")).to_be_visible()
        expect(page.locator(".jp-DirListing-item", has_text="platform")).to_have_count(0)


def test_lab_renders_first_where_there_is_nothing_yet(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, notebook_of: Callable[..., Path]
) -> None:
    from workshop_kit import cli_open

    rendered: list[str] = []

    def render(_folder: str, team: list[str] | None, out: str) -> None:
        rendered.append(out)
        notebook_of(Path(out) / (team or ["all"])[0])

    import typer
    from typer.testing import CliRunner

    from tests.conftest import make_tiny_event

    app = typer.Typer()
    app.callback()(lambda: None)
    cli_open.register(app, render)
    served_now: list[object] = []
    monkeypatch.setattr(cli_open, "_serve", lambda what, *_: served_now.append(what))
    event = make_tiny_event(tmp_path / "event", "Quokka").path
    for _ in range(2):
        done = CliRunner().invoke(app, ["lab", str(event), "--team", "quokka"])
        assert done.exit_code == 0, done.output
    assert rendered == [str((event / "out").resolve())]  # the second time there was something
    assert len(served_now) == 2


def test_how_to_begin_is_in_every_notebook_and_on_no_paper(sample: Rendered) -> None:
    for path in sample.out.glob("payments/[0-9]*.ipynb"):
        begin = nbformat.read(path, as_version=4).cells[1]
        assert (begin.id, begin.metadata.tags) == ("how-to-begin", ["live-only"])
        assert "To begin" not in " ".join(Pages(path.with_suffix(".pdf").read_bytes()).texts)
