"""`render`: an event in, every team's notebooks and handouts out, whatever happens on the way."""

from __future__ import annotations

import functools
import io
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import unicodedata
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
import pikepdf
import pytest

from tests.conftest import LADDER, Rendered, TinyEvent, cards, make_notebook, make_tiny_event
from tests.pages import Pages
from workshop_kit.content import load_curriculum
from workshop_kit.errors import InputError
from workshop_kit.event import EventFolder
from workshop_kit.run import Progress, Report, jobs, render, shipped_notebooks
from workshop_kit.run.journal import NAME as JOURNAL

ROOT = Path(__file__).parents[1]
TEAMS = ("payments", "platform", "mobile", "data", "embedded", "security")
NOTEBOOKS = tuple(path.stem for path in shipped_notebooks())
STEP_WORDS_AT_LEAST = 25

WELL = 'print("All is well with", team)'
TROUBLE = """
import os

if team == "breaks":
    raise ValueError("there is no such level\\nand a second line")
if team == "dies":
    os._exit(3)
if team == "undescribed":
    import altair as alt
    import pandas as pd
    from workshop_kit import charts

    display(alt.Chart(pd.DataFrame({"a": ["x"], "b": [1]})).mark_bar().encode(x="b", y="a"))
"""
SAYS_THE_NAME = """
from pathlib import Path
from workshop_kit.checks import load_team
from workshop_kit.forms import Twin, literal

_, mine, _ = load_team(Path(event_dir), team)
Twin(f"We are {literal(mine.name)}.")
"""


def files(out: Path) -> dict[str, bytes]:
    return {p.relative_to(out).as_posix(): p.read_bytes() for p in out.rglob("*") if p.is_file()}


def made_at(out: Path) -> dict[str, int]:
    """When each file was written: a file that was rendered again has another time."""
    return {name: (out / name).stat().st_mtime_ns for name in files(out)}


@functools.cache
def pages(path: Path) -> Pages:
    return Pages(path.read_bytes())


def written_again(before: dict[str, int], out: Path) -> set[str]:
    kept = {"index.html", "manifest.json"}
    return {name for name, when in made_at(out).items() if before.get(name) != when} - kept


# ---- the sample offsite ------------------------------------------------------------------------


def test_the_sample_gives_six_notebooks_and_seven_pdfs_a_team(sample: Rendered) -> None:
    report = sample.report
    assert (report.teams, report.notebooks, report.pdfs, report.failures) == (
        6,
        36,
        42 + cards(),
        [],
    )
    wanted = {
        f"{team}/{name}.{end}" for team in TEAMS for name in NOTEBOOKS for end in ("ipynb", "pdf")
    }
    wanted |= {f"{team}/handout.pdf" for team in TEAMS} | {"index.html", "manifest.json"}
    made = {name for name in files(sample.out) if not name.startswith("conversations/")}
    assert made == wanted


@pytest.mark.parametrize("team", TEAMS)
def test_every_pdf_says_whose_it_is_and_is_accessible(sample: Rendered, team: str) -> None:
    for path in sorted((sample.out / team).glob("*.pdf")):
        pdf = pages(path)
        assert pdf.is_ua1, path
        assert pdf.language == "en", path
        texts = pdf.texts
        assert team.capitalize() in texts[0], path
        for number, text in enumerate(texts, 1):
            where = f"{path}, page {number}"
            assert f"{team.capitalize()} · 22 April 2027" in text, where
            assert "Fictional data" in text, where
            assert f"Page {number} of {len(texts)}" in text, where


@pytest.mark.parametrize("team", TEAMS)
def test_the_handout_has_a_cover_and_a_bookmark_for_each_part(sample: Rendered, team: str) -> None:
    handout = pages(sample.out / team / "handout.pdf")
    cover = handout.texts[0]
    parts = [name[3:].replace("-", " ").capitalize() for name in NOTEBOOKS]
    assert [title for title in handout.bookmarks if not title.startswith(" ")] == parts
    assert handout.title == team.capitalize()
    for words in ("Rowan Lake leadership offsite", team.capitalize(), *parts):
        assert words in cover


@pytest.mark.parametrize("team", TEAMS)
def test_no_notebook_tells_where_it_was_made(sample: Rendered, team: str) -> None:
    homes = (sample.home, ROOT, ROOT.parent, Path.home(), Path(sys.prefix))
    places = {str(place) for place in homes} | {"/tmp/"}
    for path in sorted((sample.out / team).glob("*.ipynb")):
        text = path.read_text(encoding="utf-8")
        assert [place for place in places if len(place) > 1 and place in text] == [], path
        assert "papermill" not in text, path


@pytest.mark.parametrize("team", TEAMS)
def test_no_file_of_a_team_names_another_team_or_its_leader(sample: Rendered, team: str) -> None:
    own, others = set(), set()
    for line in (sample.folder / "teams.csv").read_text(encoding="utf-8-sig").splitlines()[1:]:
        name, leader = line.split(",")[:2]
        (own if name.lower() == team else others).update((name, leader))
    assert (len(own), len(others)) == (2, 10)
    for path in sorted((sample.out / team).iterdir()):
        text = pages(path).text if path.suffix == ".pdf" else path.read_text(encoding="utf-8")
        found = {name for name in own | others if re.search(rf"\b{re.escape(name)}\b", text)}
        assert found == own, path


def letters(text: str) -> str:
    """Only letters and digits: hyphens, line breaks, ligatures and escapes don't hide a sentence."""
    return re.sub(r"[\W_]", "", unicodedata.normalize("NFKC", text)).lower()


def sentences(*texts: str) -> set[str]:
    found = (letters(part) for text in texts for part in re.split(r"(?<=[.?!])\s", text))
    return {part for part in found if len(part) >= STEP_WORDS_AT_LEAST}


def test_what_only_the_facilitator_says_is_in_no_file(sample: Rendered) -> None:
    activities = load_curriculum().activities
    steps = [step for activity in activities for step in activity.steps]
    secret = sentences(*(text for s in steps for text in (s.say, s.ask, s.watch_for)))
    secret |= sentences(*(activity.invitation for activity in activities))
    # A few sentences stand on the leaders' pages as well: in the notebooks' prose, in the charter.
    public = load_curriculum().charter.model_dump_json()
    public += "".join(form.model_dump_json() for a in activities for form in a.forms)
    public += "".join(activity.debrief.model_dump_json() for activity in activities)
    public += " ".join(step.do for step in steps)
    for path in shipped_notebooks():
        cells = nbformat.read(path, as_version=4).cells
        public += " ".join(cell.source for cell in cells if cell.cell_type == "markdown")
    secret = {words for words in secret if words not in letters(public)}
    shown = sentences(*(step.do for step in steps))
    assert len(secret) > 50
    for path in sorted(p for p in sample.out.rglob("*") if p.suffix in (".pdf", ".ipynb", ".html")):
        text = letters(
            pages(path).text if path.suffix == ".pdf" else path.read_text(encoding="utf-8")
        )
        assert {words for words in secret if words in text} == set(), path
        if path.stem in NOTEBOOKS:  # the same search does find what is shown
            assert any(words in text for words in shown), path


@pytest.mark.parametrize("team", TEAMS)
def test_code_is_folded_away_in_every_notebook(sample: Rendered, team: str) -> None:
    for path in sorted((sample.out / team).glob("*.ipynb")):
        cells = [
            cell for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"
        ]
        assert cells
        assert all(cell.metadata.jupyter.source_hidden for cell in cells), path


@pytest.mark.parametrize("team", TEAMS)
def test_every_chart_has_a_picture_beside_it(sample: Rendered, team: str) -> None:
    nb = nbformat.read(sample.out / team / "01-ladder-rewriting.ipynb", as_version=4)
    outputs = [output for cell in nb.cells for output in cell.get("outputs", [])]
    charts = [o.data for o in outputs if "application/vnd.vegalite.v6+json" in o.get("data", {})]
    assert charts
    assert all(data.get("image/png") or data.get("image/svg+xml") for data in charts)


def test_every_notebook_is_valid_and_has_no_error(sample: Rendered) -> None:
    for path in sample.out.rglob("*.ipynb"):
        nb = nbformat.read(path, as_version=4)
        nbformat.validate(nb)
        assert "error" not in {
            o.output_type for cell in nb.cells for o in cell.get("outputs", [])
        }, path


def test_a_second_run_of_the_sample_renders_nothing(sample: Rendered, tmp_path: Path) -> None:
    again = sample.copy_to(tmp_path)
    before = made_at(again.out)
    report = render(load(again), again.out)
    assert (report.notebooks, report.pdfs, report.current) == (0, 0, 42 + cards())
    assert written_again(before, again.out) == set()


def test_another_output_folder_of_the_same_depth_gives_the_same_bytes(
    sample: Rendered, tmp_path: Path
) -> None:
    shutil.copytree(sample.folder, tmp_path / "event")
    chosen, out = shipped_notebooks()[:2], tmp_path / "elsewhere"
    event = load(Rendered(tmp_path, sample.report))
    assert render(event, out, teams=["payments"], notebooks=chosen).failures == []
    made = {name: data for name, data in files(out / "payments").items() if name != "handout.pdf"}
    assert len(made) == 4
    assert {name: files(sample.out / "payments")[name] for name in made} == made


def load(rendered: Rendered) -> EventFolder:
    return TinyEvent(rendered.folder).load()


# ---- what is rendered again --------------------------------------------------------------------


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Rendered:
    """Four teams on two ladders, all well, rendered by two processes."""
    home = tmp_path_factory.mktemp("tiny")
    ladders = {"Dies": "two.md", "Fine": "two.md"}
    event = make_tiny_event(
        home / "event", "Breaks", "Dies", "Undescribed", "Fine", ladders=ladders
    )
    notebook = make_notebook(home / "notebooks", WELL)
    report = render(event.load(), home / "out", jobs=2, notebooks=[notebook])
    assert report.failures == []
    return Rendered(home, report)


@pytest.fixture
def again(tiny: Rendered, tmp_path: Path) -> Rendered:
    """A copy of the four teams' event, to change and render again."""
    return tiny.copy_to(tmp_path)


def rerender(rendered: Rendered, **how: object) -> Report:
    notebook = rendered.home / "notebooks" / "01-tiny.ipynb"
    return render(load(rendered), rendered.out, notebooks=[notebook], **how)  # type: ignore[arg-type]


def test_a_run_reports_its_progress(again: Rendered) -> None:
    told: list[Progress] = []
    shutil.rmtree(again.out / "fine")
    rerender(again, progress=told.append)
    assert [(p.done, p.total, p.teams_done, p.teams) for p in told] == [(1, 2, 0, 1), (2, 2, 1, 1)]
    assert [p.failure for p in told] == [None, None]


def test_a_run_reports_its_time_and_its_memory(tiny: Rendered) -> None:
    assert tiny.report.seconds > 0
    assert tiny.report.peak_memory > 50_000_000 or not Path("/proc/self/smaps_rollup").exists()


@pytest.mark.parametrize("damage", ["deleted", "truncated"])
def test_only_a_damaged_pdf_is_made_again(again: Rendered, damage: str) -> None:
    path, before = again.out / "fine" / "01-tiny.pdf", made_at(again.out)
    whole = path.read_bytes()
    if damage == "deleted":
        path.unlink()
    else:
        path.write_bytes(whole[:1000])
    report = rerender(again)
    assert (report.current, report.failures, report.remarks) == (7, [], [])
    assert written_again(before, again.out) <= {"fine/01-tiny.pdf", "fine/01-tiny.ipynb"}
    assert path.read_bytes() == whole


def test_a_changed_row_renders_only_that_team_again(again: Rendered) -> None:
    path, before = again.folder / "teams.csv", made_at(again.out)
    path.write_text(path.read_text().replace("Leader of Fine", "Ada Newcome"))
    assert rerender(again).current == 6
    assert {name.split("/")[0] for name in written_again(before, again.out)} == {"fine"}
    assert "Ada Newcome" in Pages((again.out / "fine" / "01-tiny.pdf").read_bytes()).text


def test_a_changed_ladder_renders_only_the_teams_that_use_it_again(again: Rendered) -> None:
    before = made_at(again.out)
    (again.folder / "ladders" / "two.md").write_text(LADDER + "- Mentors two people.\n")
    assert rerender(again).current == 4
    assert {name.split("/")[0] for name in written_again(before, again.out)} == {"dies", "fine"}


def test_a_changed_template_prints_everything_again_and_runs_nothing(
    again: Rendered, monkeypatch: pytest.MonkeyPatch
) -> None:
    fresh, before = files(again.out), made_at(again.out)
    monkeypatch.setattr(jobs, "printing_fingerprint", lambda: "another template")
    ran = {path: path.read_bytes() for path in again.out.glob("*/*.ipynb")}
    report = rerender(again, teams=["fine", "dies"])
    assert (report.notebooks, report.pdfs, report.current) == (0, 4, 0)
    assert {path: path.read_bytes() for path in ran} == ran
    again_made = written_again(before, again.out)
    assert {name for name in again_made if name.endswith(".pdf")} == {
        f"{team}/{name}.pdf" for team in ("fine", "dies") for name in ("01-tiny", "handout")
    }
    assert {name: files(again.out)[name] for name in again_made} == {
        name: fresh[name] for name in again_made
    }


def test_a_changed_picture_of_the_welcome_prints_the_handouts_again(again: Rendered) -> None:
    yaml, picture = again.folder / "event.yaml", again.folder / "lake.svg"
    yaml.write_text(yaml.read_text() + "welcome: '![Our lake](lake.svg)'\n")
    drawing = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="{}" height="9"/></svg>'
    picture.write_text(drawing.format(9))
    assert rerender(again, teams=["fine"]).failures == []
    before = (again.out / "fine" / "handout.pdf").read_bytes()
    picture.write_text(drawing.format(3))
    rerender(again, teams=["fine"])
    assert (again.out / "fine" / "handout.pdf").read_bytes() != before


def test_a_team_that_left_takes_its_files_with_it(again: Rendered) -> None:
    TinyEvent(again.folder).write_teams("Breaks", "Dies", ladders={"Dies": "two.md"})
    report = rerender(again)
    assert (report.teams, report.current) == (2, 4)
    assert not (again.out / "fine").exists()
    assert "Fine" not in (again.out / "index.html").read_text()


def test_a_file_that_somebody_put_there_stays_when_the_team_leaves(again: Rendered) -> None:
    (again.out / "fine" / "photo.jpg").write_bytes(b"theirs")
    (again.out / "notes.txt").write_text("mine")
    TinyEvent(again.folder).write_teams("Breaks", "Dies", ladders={"Dies": "two.md"})
    rerender(again)
    assert set(files(again.out / "fine")) == {"photo.jpg"}
    assert (again.out / "notes.txt").read_text() == "mine"


def test_a_notebook_that_somebody_worked_in_is_set_aside_and_reported(again: Rendered) -> None:
    path = again.out / "fine" / "01-tiny.ipynb"
    fresh = path.read_bytes()
    path.write_bytes(theirs := fresh.replace(b"Tiny", b"Tiny, with my notes"))
    report = rerender(again)
    assert path.read_bytes() == fresh
    assert (path.parent / "01-tiny.edited-1.ipynb").read_bytes() == theirs
    assert len(report.remarks) == 1
    assert "fine/01-tiny" in report.remarks[0]
    assert "fine/01-tiny.edited-1.ipynb" in report.remarks[0]


def test_what_a_killed_process_had_half_written_is_swept_away(again: Rendered) -> None:
    (again.out / "fine" / ".handout.pdf.4711.part").write_bytes(b"%PDF-1.7 and no more")
    rerender(again)
    assert [name for name in files(again.out) if name.endswith(".part")] == []


def test_one_process_gives_the_same_bytes_as_two(tiny: Rendered, tmp_path: Path) -> None:
    shutil.copytree(tiny.folder, tmp_path / "event")
    shutil.copytree(tiny.home / "notebooks", tmp_path / "notebooks")
    rerender(alone := Rendered(tmp_path, tiny.report), jobs=1)
    assert files(alone.out) == files(tiny.out)


# ---- what goes wrong ---------------------------------------------------------------------------


@pytest.fixture(scope="module")
def troubled(tiny: Rendered, tmp_path_factory: pytest.TempPathFactory) -> Rendered:
    """The four teams once more, after the notebook was changed so that three of them fail."""
    home = tmp_path_factory.mktemp("troubled")
    rendered = tiny.copy_to(home)
    make_notebook(home / "notebooks", TROUBLE, WELL)
    return Rendered(home, rerender(rendered, jobs=2))


def failure(rendered: Rendered, job: str) -> tuple[str, str]:
    found = [f for f in rendered.report.failures if f.job == job]
    assert len(found) == 1, rendered.report.failures
    return found[0].cell, found[0].reason


def test_one_teams_failure_leaves_the_others_finished(troubled: Rendered) -> None:
    assert (troubled.report.notebooks, troubled.report.pdfs) == (1, 2)
    assert (
        "All is well with fine" in Pages((troubled.out / "fine" / "handout.pdf").read_bytes()).text
    )


def test_a_cell_that_raises_is_named_with_its_message(troubled: Rendered) -> None:
    assert failure(troubled, "breaks/01-tiny") == ("cell-1", "ValueError: there is no such level")


def test_a_kernel_that_dies_fails_its_own_job_only(troubled: Rendered) -> None:
    _, reason = failure(troubled, "dies/01-tiny")
    assert "its kernel died" in reason


def test_a_kernel_that_dies_is_reported_with_the_cell_it_died_in(troubled: Rendered) -> None:
    assert failure(troubled, "dies/01-tiny")[0] == "cell-1"


def test_a_chart_without_a_description_fails_and_the_cell_is_named(troubled: Rendered) -> None:
    cell, reason = failure(troubled, "undescribed/01-tiny")
    assert cell == "cell-1"
    assert "a chart has no description" in reason


def test_a_handout_that_lacks_a_part_says_which(troubled: Rendered) -> None:
    _, reason = failure(troubled, "breaks/handout")
    assert "01-tiny" in reason
    assert "No such file" not in reason


def test_nothing_stale_is_kept_of_a_failed_job(troubled: Rendered) -> None:
    assert {name.split("/")[0] for name in files(troubled.out)} == {
        "fine",
        "index.html",
        "manifest.json",
    }


def test_the_index_names_what_was_not_made(troubled: Rendered) -> None:
    page = (troubled.out / "index.html").read_text()
    assert "breaks/01-tiny, cell cell-1: ValueError: there is no such level" in page
    assert "breaks/01-tiny.pdf" not in page


def test_what_failed_is_tried_again_by_the_next_run(troubled: Rendered, tmp_path: Path) -> None:
    mended = troubled.copy_to(tmp_path)
    make_notebook(mended.home / "notebooks", TROUBLE, WELL)  # the same bytes: "fine" is current
    TinyEvent(mended.folder).write_teams("Mended", "Fine", ladders={"Fine": "two.md"})
    report = rerender(mended)
    assert (report.failures, report.current, report.pdfs) == ([], 2, 2)


def test_a_worker_process_that_dies_takes_only_its_job_with_it(
    tiny_event: Callable[..., TinyEvent], notebook_of: Callable[..., Path], tmp_path: Path
) -> None:
    # A kernel's own parent is the process that it was forked from; the worker names its folder.
    kills = (
        "import os, signal\nif team == 'kills':\n"
        "    worker = int(os.path.basename(os.environ['JUPYTER_RUNTIME_DIR'])[1:])\n"
        "    os.kill(worker, signal.SIGKILL)"
    )
    event, notebook = tiny_event("Kills", "Lives"), notebook_of(tmp_path / "notebooks", kills)
    report = render(event.load(), tmp_path / "out", jobs=2, notebooks=[notebook])
    assert {f.job for f in report.failures} == {"kills/01-tiny", "kills/handout"}
    assert "its process died" in next(f.reason for f in report.failures if f.job == "kills/01-tiny")
    assert set(files(tmp_path / "out" / "lives")) == {"01-tiny.ipynb", "01-tiny.pdf", "handout.pdf"}


def test_an_output_folder_that_cannot_be_made_is_refused(tiny: Rendered, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="can't be written to"):
        render(load(tiny), tmp_path / "file" / "out")


def test_the_event_folder_is_no_output_folder(tiny: Rendered) -> None:
    with pytest.raises(InputError, match="is the event folder itself"):
        render(load(tiny), tiny.folder)


# ---- a run that is killed ----------------------------------------------------------------------

JOBS_TO_KILL_AFTER, JOBS = 1, 4
SECONDS_TO_START = 120
SECONDS_TO_END = 30


@dataclass(frozen=True)
class Killed:
    """What a run left that was killed, and what the next one said and made of it."""

    left: tuple[str, ...]  # command lines of its processes that were still there in the end
    found: dict[str, bytes]  # the files, before the next run
    finished: dict[str, int]  # the files of recorded jobs, with their times
    jobs: int  # how many jobs were recorded
    said: str
    out: Path


@pytest.fixture(scope="module")
def killed(sample: Rendered, tmp_path_factory: pytest.TempPathFactory) -> Killed:
    """One team of the sample; the command is killed on the way, and then run again."""
    home = tmp_path_factory.mktemp("killed")
    shutil.copytree(sample.folder, home / "event")
    out, mark = home / "out", f"killed-{uuid.uuid4()}"
    command = [
        sys.executable,
        "-m",
        "workshop_kit",
        "render",
        "event",
        "--out",
        "out",
        "--jobs",
        "2",
    ]
    command += ["--team", "payments"]
    env = {**os.environ, "WORKSHOP_KIT_TEST": mark}
    with subprocess.Popen(
        command, cwd=home, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as run:
        deadline = time.monotonic() + SECONDS_TO_START
        while len(recorded(out)) < JOBS_TO_KILL_AFTER and time.monotonic() < deadline:
            assert run.poll() is None, run.stderr and run.stderr.read()
            time.sleep(0.02)
        run.send_signal(signal.SIGKILL)
        left = processes_left(mark)
    made = recorded(out)
    names = [f"{key.split('/')[0]}/{name}" for key, job in made.items() for name in job["files"]]
    times = made_at(out)
    found = files(out)
    done = subprocess.run(command, cwd=home, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return Killed(left, found, {name: times[name] for name in names}, len(made), done.stdout, out)


def recorded(out: Path) -> dict[str, dict[str, Any]]:
    """The jobs of the manifest, and those that a run has added to its journal since."""
    path, journal = out / "manifest.json", out / JOURNAL
    made = json.loads(path.read_bytes())["made"] if path.exists() else {}
    lines = journal.read_bytes().split(b"\n")[:-1] if journal.exists() else []
    return made | dict(json.loads(line) for line in lines)


def processes_left(mark: str) -> tuple[str, ...]:
    """Command lines of the processes that carry the mark in their environment, as soon as there are none."""
    deadline = time.monotonic() + SECONDS_TO_END
    while (found := tuple(marked(mark))) and time.monotonic() < deadline:
        time.sleep(0.1)
    return found


def marked(mark: str) -> Iterator[str]:
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if mark.encode() in (process / "environ").read_bytes():
                yield f"{process.name}: {(process / 'cmdline').read_bytes()!r}"
        except OSError:
            continue  # it has ended, or is somebody else's


def test_a_killed_run_leaves_only_whole_files(killed: Killed) -> None:
    assert killed.found
    for name, data in killed.found.items():
        if name.endswith(".pdf"):
            assert len(pikepdf.open(io.BytesIO(data)).pages) > 0, name
        elif name.endswith(".ipynb"):
            nbformat.validate(nbformat.reads(data.decode(), as_version=4))
        elif name.endswith(".json"):
            json.loads(data)


@pytest.mark.skipif(
    not Path("/proc/self/environ").exists(), reason="no /proc to look for processes in"
)
def test_no_process_is_left_of_a_killed_run(killed: Killed) -> None:
    assert killed.left == ()


def test_the_next_run_after_a_kill_renders_only_the_rest(killed: Killed) -> None:
    assert JOBS_TO_KILL_AFTER <= killed.jobs < JOBS
    assert f"{killed.jobs} PDF" in killed.said
    now = made_at(killed.out)
    assert {name: now[name] for name in killed.finished} == killed.finished


def test_a_run_taken_up_again_ends_with_the_same_bytes(killed: Killed, sample: Rendered) -> None:
    assert files(killed.out / "payments") == files(sample.out / "payments")
    assert digests(killed.out) == digests(sample.out)


def digests(out: Path) -> dict[str, dict[str, str]]:
    """What the manifest says that was made for the team."""
    return {key: job["files"] for key, job in recorded(out).items() if key.startswith("payments/")}


# ---- hostile text ------------------------------------------------------------------------------

HOSTILE = {
    "import-x": '#import "x"',
    "bold": "*bold*",
    "x": "$x$",
    "two-lines-heading": "Two lines\n# Heading",
    "script-alert-1-script": "<script>alert(1)</script>",
    "etc": "../../etc",
    "cmd": "=cmd()",
    "long": "Long " + "x" * 295,
    "hebrew": "צוות התשלומים",
    "arabic": "فريق المدفوعات",
    "quote": """The "best" team's""",
}


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> tuple[Rendered, dict[str, str]]:
    """An event with all these names, rendered, and each name's slug."""
    home = tmp_path_factory.mktemp("hostile") / "deep" / "inside"
    event = make_tiny_event(home / "event", *HOSTILE.values())
    folder = event.load()
    report = render(
        folder, home / "out", notebooks=[make_notebook(home / "notebooks", SAYS_THE_NAME)]
    )
    assert report.failures == []
    slugs = [team.slug for team in folder.teams]
    return Rendered(home, report), dict(zip(HOSTILE, slugs, strict=True))


@pytest.mark.parametrize("key", HOSTILE)
def test_a_hostile_name_stands_literally_on_its_page(
    hostile: tuple[Rendered, dict[str, str]], key: str
) -> None:
    rendered, slugs = hostile
    name = "".join(HOSTILE[key].split())
    text = Pages((rendered.out / slugs[key] / "01-tiny.pdf").read_bytes()).squeezed
    cover = "".join(
        Pages((rendered.out / slugs[key] / "handout.pdf").read_bytes()).texts[0].split()
    )
    if key in ("hebrew", "arabic"):  # a PDF holds these in the order of sight
        shown = unicodedata.normalize("NFKC", text)
        assert all(word in shown or word[::-1] in shown for word in HOSTILE[key].split())
    else:
        assert f"Weare{name}." in text
        assert name in cover


def test_hostile_names_stand_in_the_index_only_escaped(
    hostile: tuple[Rendered, dict[str, str]],
) -> None:
    page = (hostile[0].out / "index.html").read_text(encoding="utf-8")
    assert "<script" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "The &#34;best&#34; team&#39;s" in page


def test_hostile_names_write_only_inside_the_output_folder(
    hostile: tuple[Rendered, dict[str, str]],
) -> None:
    rendered, slugs = hostile
    top = rendered.home.parents[1]
    outside = [p for p in top.rglob("*") if p.is_file() and not p.is_relative_to(rendered.out)]
    assert {p.relative_to(rendered.home).parts[0] for p in outside} == {"event", "notebooks"}
    folders = {name.split("/")[0] for name in files(rendered.out)} - {"index.html", "manifest.json"}
    assert folders == set(slugs.values())
    assert len(folders) == len(HOSTILE)
    assert all(re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", folder) for folder in folders)
