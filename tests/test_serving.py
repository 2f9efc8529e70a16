"""What `open` and `lab` do before a browser is there, and whom they let in."""

from __future__ import annotations

import http.client
import json
import os
import re
import stat
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

import nbformat
import pytest

from tests.browser import PATIENCE, Kit, served, served_notebook
from tests.conftest import TinyEvent, make_notebook
from workshop_kit.errors import InputError
from workshop_kit.serving import PageOpening, choose_activity, choose_folder, serve
from workshop_kit.serving.choice import _by_slug
from workshop_kit.serving.faces import SORRY, WIDGET, is_broken, show_outputs
from workshop_kit.serving.page_copy import title_of, write_copy

# ---- choosing ----------------------------------------------------------------------------------


def problems_of(call: Callable[[], object]) -> str:
    with pytest.raises(InputError) as raised:
        call()
    return str(raised.value)


def test_the_self_paced_notebook_is_opened_and_the_facilitated_one_when_asked(
    tiny_event: Callable[..., TinyEvent],
) -> None:
    event = tiny_event("Quokka").path
    self_paced = choose_activity("stage-mapping", event)
    facilitated = choose_activity("stage-mapping", event, facilitated=True)
    assert self_paced.notebook.parent.name == "exercises"
    assert facilitated.notebook.parent.name == "workshops"


@pytest.mark.parametrize("slug", sorted(_by_slug("exercises")))
def test_every_self_paced_activity_can_be_opened(
    tiny_event: Callable[..., TinyEvent], slug: str
) -> None:
    opening = choose_activity(slug, tiny_event("Quokka").path)
    assert opening.notebook.stem.endswith(slug)
    assert opening.event_dir.is_absolute()


def test_the_only_team_need_not_be_named(tiny_event: Callable[..., TinyEvent]) -> None:
    opening = choose_activity("stage-mapping", tiny_event("Quokka").path)
    assert (opening.team, opening.team_name) == ("quokka", "Quokka")


def test_among_several_teams_one_must_be_named(tiny_event: Callable[..., TinyEvent]) -> None:
    event = tiny_event("Quokka", "Wombat").path
    said = problems_of(lambda: choose_activity("stage-mapping", event))
    assert "--team" in said
    assert "quokka, wombat" in said


def test_every_problem_is_told_at_once(tiny_event: Callable[..., TinyEvent]) -> None:
    event = tiny_event("Quokka", "Wombat").path
    said = problems_of(
        lambda: choose_activity("stage-maping", event, "wombatt", participant="Ana Maria")
    )
    for words in ('Did you mean "stage-mapping"?', 'Did you mean "wombat"?', "Ana Maria"):
        assert words in said


def test_a_folder_that_is_no_event_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert "--event" in problems_of(lambda: choose_activity("stage-mapping", None))
    assert "nowhere" in problems_of(lambda: choose_activity("stage-mapping", Path("nowhere")))


def test_the_current_folder_will_do_where_it_is_an_event(
    tiny_event: Callable[..., TinyEvent], monkeypatch: pytest.MonkeyPatch
) -> None:
    event = tiny_event("Quokka").path
    monkeypatch.chdir(event)
    assert choose_activity("stage-mapping", None).event_dir == event.resolve()
    assert choose_folder(None, None, None).folder == (event / "out").resolve()


def test_a_ladder_that_cannot_be_read_is_told_on_the_page_and_on_the_terminal(
    tiny_event: Callable[..., TinyEvent],
) -> None:
    event = tiny_event("Quokka")
    event.write_ladder("one.md", "")
    with served("open", "stage-mapping", "--event", event.path) as kit:
        visitor = Visitor(kit)
        visitor.come_in()
        words = ""
        while not words:
            words = json.loads(visitor.ask("/kit/state")[2])["failed"]
        said, _ = kit.process.communicate(timeout=PATIENCE / 1000)
    assert kit.process.returncode == 2
    for told in (words, said):
        assert "ladders/one.md: The ladder file is empty." in told


def test_a_team_that_is_not_there_has_no_notebooks_to_open(
    tiny_event: Callable[..., TinyEvent],
) -> None:
    event = tiny_event("Quokka").path
    assert 'Did you mean "quokka"?' in problems_of(lambda: choose_folder(event, None, "quoka"))


def test_a_hidden_copy_is_no_notebook_of_the_event(tiny_event: Callable[..., TinyEvent]) -> None:
    event = tiny_event("Quokka").path
    team = event / "out" / "quokka"
    wanted = [make_notebook(folder) for folder in (team, team / "exercises")]
    make_notebook(team / ".ipynb_checkpoints")
    make_notebook(event / "out" / "wombat")
    found = choose_folder(event, None, "quokka").notebooks()
    assert found == [path.resolve() for path in wanted]


def test_a_port_in_use_is_told(kit: Kit, tmp_path: Path) -> None:
    port = urlsplit(kit.url).port
    assert port
    page: Any = SimpleNamespace()
    said = problems_of(lambda: serve(page, tmp_path, lambda _: None, port))
    assert f"Port {port}" in said


@pytest.mark.parametrize("days", [30, 60, 90])
def test_what_comes_after_the_day_is_opened_by_its_days(
    tiny_event: Callable[..., TinyEvent], days: int
) -> None:
    opening = choose_activity(f"follow-up-{days}", tiny_event("Quokka").path)
    assert opening.notebook.name == f"{days}-days.ipynb"


def test_answers_that_have_expired_are_not_opened(tiny_event: Callable[..., TinyEvent]) -> None:
    event = tiny_event("Quokka").path
    (event / "event.yaml").write_text("name: Tiny\ndate: 2026-01-05\n")
    opened = (
        partial(choose_activity, "stage-mapping", event),
        partial(choose_folder, event, None, None),
    )
    for call in opened:
        assert "were to be kept until 5 April 2026" in problems_of(call)


# ---- the copy ----------------------------------------------------------------------------------


def opening_of(notebook: Path, event_dir: Path, **more: str) -> PageOpening:
    return PageOpening(notebook, event_dir, "Tiny offsite", "quokka", "Quokka & sons", "de", **more)


def test_what_is_not_for_a_leader_is_not_in_the_copy(tmp_path: Path) -> None:
    cells = {"facilitator": "say = 1", "solution": "told = 2", "handout-only": "lines = 3"}
    path = make_notebook(tmp_path / "given", *cells.values(), "shown = 4", "live = 5")
    nb = nbformat.read(path, as_version=4)
    for cell, tag in zip(nb.cells[2:], [*cells, "", "live-only"], strict=True):
        cell.metadata["tags"] = [tag] if tag else []
        cell.metadata["editable"] = False
        cell.outputs = [nbformat.v4.new_output("stream", text="from before")]
    nbformat.write(nb, path)
    copy = nbformat.read(write_copy(opening_of(path, tmp_path), tmp_path), as_version=4)
    sources = [cell.source for cell in copy.cells]
    assert sources[2:] == ["shown = 4", "live = 5"]
    assert all(cell.get("outputs", []) == [] for cell in copy.cells)
    assert all(set(cell.metadata) <= {"tags"} for cell in copy.cells)


def test_the_copy_has_this_events_and_this_teams_parameters(tmp_path: Path) -> None:
    event_dir = tmp_path / 'it\'s \\ a "folder"'
    copy = write_copy(opening_of(make_notebook(tmp_path / "given"), event_dir), tmp_path)
    nb = nbformat.read(copy, as_version=4)
    (parameters,) = [c.source for c in nb.cells if "parameters" in c.metadata.get("tags", [])]
    given: dict[str, str] = {}
    exec(parameters, given)
    assert given["event_dir"] == str(event_dir)
    assert given["team"] == "quokka"


def test_a_notebook_without_a_heading_gets_one_made_of_its_name(tmp_path: Path) -> None:
    path = make_notebook(tmp_path / "given", name="01-tiny-steps.ipynb")
    nb = nbformat.read(path, as_version=4)
    nb.cells = nb.cells[1:]
    nbformat.write(nb, path)
    copy = nbformat.read(write_copy(opening_of(path, tmp_path), tmp_path), as_version=4)
    assert title_of(path) == "Tiny steps"
    assert copy.cells[0].source == "# Tiny steps"


# ---- what a cell shows -------------------------------------------------------------------------


def cell_with(*outputs: dict[str, Any]) -> dict[str, Any]:
    return {"id": "it", "outputs": list(outputs)}


def error(name: str, value: str, *traceback: str) -> dict[str, Any]:
    return {"output_type": "error", "ename": name, "evalue": value, "traceback": list(traceback)}


def test_an_error_of_the_kit_shows_its_message_alone() -> None:
    cell = cell_with(error("InputError", "teams.csv: no <b> team.", "teams.csv: no <b> team."))
    assert is_broken(cell)
    assert "teams.csv: no &lt;b&gt; team." in show_outputs(cell)
    assert "InputError" not in show_outputs(cell)


def test_any_other_error_shows_a_plain_sentence(caplog: pytest.LogCaptureFixture) -> None:
    cell = cell_with(error("ValueError", "secret", "\x1b[31m----\x1b[0m", "line 1: secret"))
    shown = show_outputs(cell)
    assert SORRY in shown
    assert "secret" not in shown
    assert "ValueError" not in shown
    assert "cell it: ValueError: secret" in caplog.text


def test_what_an_earlier_error_left_undefined_is_not_told_again() -> None:
    cell = cell_with(error("NameError", "name 'book' is not defined", "----"))
    assert show_outputs(cell, after_error=True) == ""
    assert SORRY in show_outputs(cell, after_error=False)


def test_what_a_program_writes_to_its_log_is_not_on_the_page() -> None:
    noise = {"output_type": "stream", "name": "stderr", "text": "FutureWarning: …"}
    said = {"output_type": "stream", "name": "stdout", "text": "1 < 2\n"}
    assert show_outputs(cell_with(noise)) == ""
    assert show_outputs(cell_with(said)) == "<pre>1 &lt; 2\n</pre>"


def test_a_chart_is_a_picture_with_its_description() -> None:
    spec = {"description": 'Bars "by level" <1>'}
    data = {"application/vnd.vegalite.v6+json": spec, "image/png": "AA\nAA", "text/plain": "Chart"}
    shown = show_outputs(cell_with({"output_type": "display_data", "data": data, "metadata": {}}))
    assert 'alt="Bars &quot;by level&quot; &lt;1&gt;"' in shown
    assert 'src="data:image/png;base64,AAAA"' in shown


def test_a_form_goes_before_its_printed_twin_and_cannot_leave_its_script() -> None:
    data = {WIDGET: {"model_id": "</script><b>"}, "text/html": "<p>twin</p>"}
    shown = show_outputs(cell_with({"output_type": "display_data", "data": data, "metadata": {}}))
    assert "twin" not in shown
    assert shown.count("</script>") == 1


# ---- who comes in ------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def kit(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kit]:
    """A tiny page; its cells say what their kernel sees."""
    notebook = make_notebook(
        tmp_path_factory.mktemp("tiny"),
        "import os\nprint('participant', os.environ['WORKSHOP_KIT_PARTICIPANT'])",
        "print('python', __import__('sys').executable)",
        "print('history', get_ipython().history_manager.enabled)",
        "print('startup', 'FOREIGN' in globals())",
        "team_seen = team\nprint('team', team)",
        "raise ValueError('a secret reason')",
        "print('goes on')",
    )
    startup = notebook.parent / "startup.py"
    startup.write_text("FOREIGN = 1\n")
    with served_notebook(notebook, env={"PYTHONSTARTUP": str(startup)}) as started:
        yield started


class Visitor:
    """Somebody who asks the server, with or without what opens it."""

    def __init__(self, kit: Kit) -> None:
        self.parts = urlsplit(kit.url)
        self.own = {"Host": self.parts.netloc}

    def ask(self, path: str, method: str = "GET", **headers: str) -> tuple[int, str, str]:
        """Status, cookie or address that was given, and the page."""
        assert self.parts.hostname
        line = http.client.HTTPConnection(
            self.parts.hostname, self.parts.port, timeout=PATIENCE / 1000
        )
        line.request(method, path, headers={**self.own, **headers})
        answer = line.getresponse()
        given = answer.headers.get("Set-Cookie") or answer.headers.get("Location") or ""
        text = answer.read().decode()
        line.close()
        return answer.status, given, text

    def come_in(self) -> None:
        """Changes the token for the cookie, which is sent from now on."""
        status, cookie, _ = self.ask(f"/?{self.parts.query}")
        assert status == 302
        self.own["Cookie"] = cookie.partition(";")[0]

    def page(self) -> str:
        """The whole page, as soon as there is one."""
        while True:
            _, _, text = self.ask("/")
            if "data-kernel" in text:
                return text


PATHS = (
    "/",
    "/?token=wrong",
    "/kit/page.css",
    "/kit/state",
    "/kit/kernels/11111111-1111-1111-1111-111111111111",
    "/voila/static/voila.js",
    "/voila/labextensions/anywidget/package.json",
    "/voila/files/01-tiny.ipynb",
    "/api/kernels/11111111-1111-1111-1111-111111111111",
    "/api/kernels/11111111-1111-1111-1111-111111111111/channels",
    "/login",
    "/favicon.ico",
)


@pytest.mark.parametrize("path", PATHS)
def test_nobody_comes_in_without_the_token(kit: Kit, path: str) -> None:
    upgrade = {"Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Version": "13"}
    upgrade["Sec-WebSocket-Key"] = "dGhlIHNhbXBsZSBub25jZQ=="
    for headers in ({}, {"Cookie": "workshop-kit=wrong"}, upgrade):
        status, _, text = Visitor(kit).ask(path, **headers)
        assert (status, "same command" in text) == (403, True)


def test_the_token_is_changed_for_a_cookie_and_leaves_the_address_bar(kit: Kit) -> None:
    visitor = Visitor(kit)
    status, cookie, _ = visitor.ask(f"/?{visitor.parts.query}")
    assert status == 302
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert visitor.parts.query.partition("=")[2] not in cookie


@pytest.mark.parametrize(
    "headers", [{"Host": "evil.example"}, {"Origin": "http://evil.example"}, {"Origin": "null"}]
)
def test_another_sites_script_does_not_come_in_with_the_cookie(
    kit: Kit, headers: dict[str, str]
) -> None:
    visitor = Visitor(kit)
    visitor.come_in()
    assert visitor.ask("/kit/state")[0] == 200
    assert visitor.ask("/kit/state", **headers)[0] == 403


def test_the_token_is_in_no_process_list_and_in_no_line_on_the_terminal(kit: Kit) -> None:
    token = urlsplit(kit.url).query.partition("=")[2]
    assert len(token) > 30
    assert token not in "\n".join(kit.lines)
    if Path("/proc/self/cmdline").exists():
        told = Path(f"/proc/{kit.process.pid}/cmdline").read_text()
        told += Path(f"/proc/{kit.process.pid}/environ").read_text()
        assert token not in told


@pytest.mark.skipif(os.name == "nt", reason="needs the permissions of a Unix file")
def test_the_file_that_opens_the_page_is_for_its_owner_alone(kit: Kit) -> None:
    assert stat.S_IMODE(kit.file.stat().st_mode) == 0o600
    assert stat.S_IMODE(kit.file.parent.stat().st_mode) == 0o700


def test_the_first_bytes_of_the_page_say_that_it_is_starting(kit: Kit) -> None:
    visitor = Visitor(kit)
    visitor.come_in()
    text = visitor.page()
    before_any_cell = text[: text.index("jupyter-config-data")]
    assert re.search(r'role="status"[^>]*>Starting…<', before_any_cell)
    assert "</main>" not in before_any_cell


def test_the_page_runs_this_python_for_this_participant_without_code_or_traceback(
    kit: Kit,
) -> None:
    visitor = Visitor(kit)
    visitor.come_in()
    text = visitor.page()
    for line in (
        "participant p07",
        f"python {sys.executable}",
        "history False",
        "startup False",
        "team quokka",
        "goes on",
    ):
        assert f"<pre>{line}" in text, line
    assert "<title>Tiny – Quokka</title>" in text
    assert SORRY in text
    for code in ("a secret reason", "Traceback", "ValueError", "os.environ", "team_seen"):
        assert code not in text


def test_only_the_page_and_its_scripts_are_served(kit: Kit) -> None:
    visitor = Visitor(kit)
    visitor.come_in()
    visitor.page()
    for path in ("/voila/files/01-tiny.ipynb", "/voila/templates/lab/static/index.css", "/login"):
        assert visitor.ask(path)[0] == 404
    assert visitor.ask("/voila/static/voila.js")[0] == 200


# ---- what may load, and how many ---------------------------------------------------------------


def test_no_foreign_extension_is_on_the_pages_list(tmp_path: Path) -> None:
    from voila.configuration import VoilaConfiguration
    from voila.utils import get_page_config

    from workshop_kit.serving.page import EXTENSIONS

    plant_broken_extension(tmp_path)
    settings = VoilaConfiguration(
        extension_allowlist=EXTENSIONS, extra_labextensions_path=[str(tmp_path / "labextensions")]
    )
    log: Any = None
    config = get_page_config("/", {}, log, settings)
    assert sorted(one["name"] for one in config["federated_extensions"]) == sorted(EXTENSIONS)


def plant_broken_extension(folder: Path) -> None:
    """A lab extension that takes the page down wherever it is loaded."""
    home = folder / "labextensions" / "broken-extension"
    (home / "static").mkdir(parents=True)
    build = '{"load": "static/remote.js", "extension": "./extension"}'
    package = (
        f'{{"name": "broken-extension", "version": "1.0.0", "jupyterlab": {{"_build": {build}}}}}'
    )
    (home / "package.json").write_text(package)
    (home / "static" / "remote.js").write_text("document.documentElement.remove(); throw 1;")


def test_more_pages_than_the_machine_bears_are_refused_in_words() -> None:
    from workshop_kit.serving.page import PAGES_AT_ONCE, PageProgram

    running = [str(number) for number in range(PAGES_AT_ONCE + 1)]
    kernels = SimpleNamespace(list_kernel_ids=lambda: running)
    app: Any = None
    program = PageProgram(SimpleNamespace(kernel_manager=kernels), app)
    assert "Close one" in program.refusal()
    running.pop()
    assert program.refusal() == ""
