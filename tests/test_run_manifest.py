"""The manifest and the files: whole or not at all, and nobody's work lost."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Self

import nbformat
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workshop_kit.cli_event import in_words
from workshop_kit.kernels import nursery
from workshop_kit.run import Progress, Report, Run, server
from workshop_kit.run.jobs import Job
from workshop_kit.run.journal import NAME as JOURNAL
from workshop_kit.run.journal import Journal
from workshop_kit.run.manifest import (
    NAME,
    Made,
    Manifest,
    read_manifest,
    remove_made,
    sealed,
    set_aside,
    sha256,
    sweep,
    write_manifest,
)
from workshop_kit.run.progress import Watch, memory_of_tree
from workshop_kit.run.results import Done, Failed
from workshop_kit.run.work import work_off

MADE = Made(inputs="f00", files={"handout.pdf": "abc"})


def test_a_manifest_comes_back_as_it_was_written(tmp_path: Path) -> None:
    manifest = Manifest().with_made("payments/handout", MADE)
    write_manifest(tmp_path, manifest)
    assert read_manifest(tmp_path) == manifest


def test_a_manifest_has_the_same_bytes_whatever_the_order_of_the_jobs(tmp_path: Path) -> None:
    write_manifest(tmp_path, Manifest().with_made("a/x", MADE).with_made("b/x", MADE))
    first = (tmp_path / NAME).read_bytes()
    write_manifest(tmp_path, Manifest().with_made("b/x", MADE).with_made("a/x", MADE))
    assert (tmp_path / NAME).read_bytes() == first


def test_without_a_manifest_nothing_was_made(tmp_path: Path) -> None:
    assert read_manifest(tmp_path) == Manifest()


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"\xff\xfe\x00", b"[]", b'{"made": 3}', b'{"made": {"a/x": {}}}', b'{"other": {}}'],
    ids=["empty", "cut-off", "not-utf-8", "list", "number", "job-without-files", "other-version"],
)
def test_an_unreadable_manifest_is_taken_as_empty(tmp_path: Path, content: bytes) -> None:
    (tmp_path / NAME).write_bytes(content)
    assert read_manifest(tmp_path) == Manifest()


def notebook(text: str) -> nbformat.NotebookNode:
    return nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell(text, id="a")])


def test_a_notebook_that_the_kit_wrote_is_not_set_aside(tmp_path: Path) -> None:
    nbformat.write(sealed(notebook("ours")), tmp_path / "a.ipynb")
    assert set_aside(tmp_path / "a.ipynb") is None


def test_a_notebook_that_was_only_opened_and_saved_is_not_set_aside(tmp_path: Path) -> None:
    nb = sealed(notebook("ours\nin two lines"))
    nb.metadata["language_info"] = {"name": "python", "version": "3.99"}
    nbformat.write(nb, tmp_path / "a.ipynb")
    assert set_aside(tmp_path / "a.ipynb") is None


def test_a_notebook_that_somebody_wrote_in_is_set_aside(tmp_path: Path) -> None:
    nb = sealed(notebook("ours"))
    nb.cells[0].source += " and theirs"
    nbformat.write(nb, tmp_path / "a.ipynb")
    assert set_aside(tmp_path / "a.ipynb") == tmp_path / "a.edited-1.ipynb"
    assert not (tmp_path / "a.ipynb").exists()


def test_files_set_aside_never_replace_each_other(tmp_path: Path) -> None:
    for text in (b"first", b"second"):
        (tmp_path / "a.ipynb").write_bytes(text)
        set_aside(tmp_path / "a.ipynb")
    assert (tmp_path / "a.edited-1.ipynb").read_bytes() == b"first"
    assert (tmp_path / "a.edited-2.ipynb").read_bytes() == b"second"


def test_half_written_files_are_swept_away_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "payments").mkdir()
    (tmp_path / "payments" / ".a.pdf.1.part").write_bytes(b"half")
    (tmp_path / "payments" / "a.pdf").write_bytes(b"whole")
    sweep(tmp_path)
    assert os.listdir(tmp_path / "payments") == ["a.pdf"]  # noqa: PTH208


def test_a_changed_file_is_not_removed_with_its_job(tmp_path: Path) -> None:
    team = tmp_path / "payments"
    team.mkdir()
    (team / "a.pdf").write_bytes(b"ours")
    (team / "a.ipynb").write_bytes(b"ours")
    digests = {name: sha256(team / name) for name in ("a.pdf", "a.ipynb")}
    (team / "a.ipynb").write_bytes(b"theirs")
    remove_made(tmp_path, "payments/a", Made(inputs="f00", files=digests))
    assert os.listdir(team) == ["a.ipynb"]  # noqa: PTH208


# ---- the journal of a run ----------------------------------------------------------------------


def test_a_run_keeps_what_it_made_in_the_manifest(tmp_path: Path) -> None:
    with Journal(tmp_path) as journal:
        journal.record("payments/handout", MADE)
    assert read_manifest(tmp_path).made == {"payments/handout": MADE}
    assert os.listdir(tmp_path) == [NAME]  # noqa: PTH208


def test_a_run_that_stops_with_an_error_keeps_what_it_made(tmp_path: Path) -> None:
    def stopped() -> None:
        with Journal(tmp_path) as journal:
            journal.record("payments/handout", MADE)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        stopped()
    assert set(read_manifest(tmp_path).made) == {"payments/handout"}


def test_a_run_that_was_killed_is_taken_up_by_the_next(tmp_path: Path) -> None:
    Journal(tmp_path).record("payments/handout", MADE)  # and it never comes to an end
    assert not (tmp_path / NAME).exists()
    assert Journal(tmp_path).made == {"payments/handout": MADE}
    assert read_manifest(tmp_path).made == {"payments/handout": MADE}
    assert not (tmp_path / JOURNAL).exists()


def test_a_journal_ends_with_the_same_manifest_as_one_written_at_once(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    with Journal(tmp_path / "a") as journal:
        journal.record("b/x", MADE)
        journal.record("a/x", MADE)
    write_manifest(tmp_path / "b", Manifest().with_made("a/x", MADE).with_made("b/x", MADE))
    assert (tmp_path / "a" / NAME).read_bytes() == (tmp_path / "b" / NAME).read_bytes()


def test_what_is_forgotten_is_not_in_the_manifest(tmp_path: Path) -> None:
    write_manifest(tmp_path, Manifest().with_made("a/x", MADE).with_made("b/x", MADE))
    Journal(tmp_path).forget("a/x")  # killed here: the line alone must do
    assert set(Journal(tmp_path).made) == {"b/x"}


def test_a_run_that_made_nothing_leaves_the_manifest_as_it_is(tmp_path: Path) -> None:
    write_manifest(tmp_path, Manifest().with_made("a/x", MADE))
    before = (tmp_path / NAME).stat()
    with Journal(tmp_path):
        pass
    assert (tmp_path / NAME).stat() == before


@given(
    jobs=st.dictionaries(st.text(min_size=1), st.builds(Made, inputs=st.text(), files=st.just({}))),
    cut=st.integers(min_value=0),
)
def test_a_journal_cut_off_anywhere_keeps_every_whole_line(jobs: dict[str, Made], cut: int) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        journal = Journal(folder)
        for key, made in jobs.items():
            journal.record(key, made)
        data = (folder / JOURNAL).read_bytes() if jobs else b""
        (folder / JOURNAL).write_bytes(data[:cut])
        whole = data[:cut].count(b"\n")
        found = Journal(folder).made
        assert list(found)[:whole] == list(jobs)[:whole]
        assert all(jobs[key] == made for key, made in found.items())


@given(st.binary())
def test_a_journal_with_anything_in_it_is_read_without_an_error(content: bytes) -> None:
    with tempfile.TemporaryDirectory() as name:
        (Path(name) / JOURNAL).write_bytes(content)
        assert isinstance(Journal(Path(name)).made, dict)


# ---- order and progress ------------------------------------------------------------------------


def job(team: str, name: str, parts: tuple[str, ...] = ()) -> Job:
    return Job(
        team=team,
        name=name,
        notebook=None if parts or not team else Path(name),
        folder=Path(),
        event_dir=Path(),
        event_shown="",
        inputs="",
        sheet={},
        parts=parts,
    )


class Desk:
    """Does one job at a time, the way a pool of one process does; `fails` are keys of jobs."""

    def __init__(self, *fails: str) -> None:
        self.order: list[str] = []
        self._fails, self._on_it = fails, list[Job]()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        pass

    @property
    def free(self) -> int:
        return 1 - self.busy

    @property
    def busy(self) -> int:
        return len(self._on_it)

    def give(self, job: Job) -> None:
        self._on_it.append(job)
        self.order.append(job.key)

    def finished(self) -> list[tuple[Job, Done | Failed]]:
        job = self._on_it.pop()
        return [(job, Failed("c", "no") if job.key in self._fails else Done({}))]


def worked_off(desk: Desk, out: Path, *todo: Job) -> tuple[Report, list[Progress]]:
    told: list[Progress] = []
    report = Report(out, out / "index.html", 2)
    with Journal(out) as journal:
        work_off(Run(journal, report, Watch(todo), told.append), todo, desk)
    return report, told


TWO_TEAMS = tuple(
    made
    for team in ("one", "two")
    for made in (job(team, "a"), job(team, "b"), job(team, "handout", ("a", "b")))
)


def test_a_handout_is_printed_as_soon_as_its_notebooks_are_there(tmp_path: Path) -> None:
    worked_off(desk := Desk(), tmp_path, *TWO_TEAMS)
    assert desk.order == ["one/a", "one/b", "one/handout", "two/a", "two/b", "two/handout"]


def test_a_handout_whose_notebooks_are_current_is_printed(tmp_path: Path) -> None:
    worked_off(desk := Desk(), tmp_path, TWO_TEAMS[2], TWO_TEAMS[3])
    assert sorted(desk.order) == ["one/handout", "two/a"]


def test_a_handout_is_not_begun_when_a_notebook_failed(tmp_path: Path) -> None:
    report, told = worked_off(desk := Desk("one/b"), tmp_path, *TWO_TEAMS)
    assert "one/handout" not in desk.order
    assert [str(failure) for failure in report.failures] == [
        "one/b, cell c: no",
        "one/handout: not made, because b failed",
    ]
    assert [str(moment.failure) for moment in told if moment.failure] == [
        str(failure) for failure in report.failures
    ]


def test_progress_counts_jobs_and_teams_and_tells_the_time_left(tmp_path: Path) -> None:
    _, told = worked_off(Desk(), tmp_path, *TWO_TEAMS)
    assert [(moment.done, moment.teams_done) for moment in told] == [
        (1, 0), (2, 0), (3, 1), (4, 1), (5, 1), (6, 2),
    ]  # fmt: skip
    assert told[-1].seconds_left == 0
    assert all((moment.total, moment.teams) == (6, 2) for moment in told)


@pytest.mark.skipif(not Path("/proc/self/smaps_rollup").exists(), reason="no /proc to read")
def test_the_memory_is_that_of_a_process_and_its_children() -> None:
    alone = memory_of_tree(os.getpid())
    assert alone > 10_000_000
    code = "x = bytearray(50_000_000); print(flush=True); input()"
    with subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as child:
        assert child.stdout
        child.stdout.readline()
        assert memory_of_tree(os.getpid()) > alone + 40_000_000
        child.communicate(b"\n")


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (None, "3 of 42 · 1 of 6 teams · 410 MB"),
        (12, "3 of 42 · 1 of 6 teams · less than a minute left · 410 MB"),
        (170, "3 of 42 · 1 of 6 teams · about 3 min left · 410 MB"),
        (9000, "3 of 42 · 1 of 6 teams · about 2 h left · 410 MB"),
    ],
)
def test_progress_in_words(seconds: float | None, words: str) -> None:
    assert in_words(Progress(3, 42, 1, 6, seconds, 410_000_000)) == words


# ---- the process that workers are forked from --------------------------------------------------


def test_the_process_that_workers_are_forked_from_has_what_kernels_are_forked_with() -> None:
    assert server.PRELOADED[: len(nursery.PRELOADED)] == nursery.PRELOADED
    assert nursery._ITS_OWN.items() <= server.ITS_OWN.items()


def test_it_leaves_the_environment_and_the_main_module_as_they_were() -> None:
    before, main = dict(os.environ), sys.modules["__main__"]
    server.begin()
    assert dict(os.environ) == before
    assert sys.modules["__main__"] is main


@pytest.mark.skipif(not server.is_available(), reason="nothing is forked here")
def test_it_has_one_thread_and_no_socket_but_its_own() -> None:
    code = (
        "import os, sys\nfrom workshop_kit.run import server\nos.environ.update(server.ITS_OWN)\n"
        "for name in server.PRELOADED: __import__(name)\n"
        "fds = [os.readlink(f'/proc/self/fd/{fd}') for fd in range(3, 64)"
        " if os.path.exists(f'/proc/self/fd/{fd}')]\n"
        "os.write(OUT, repr([len(os.listdir('/proc/self/task')), fds]).encode())"
    ).replace("OUT", "int(sys.argv[1])")
    reader, writer = os.pipe()
    env = {**os.environ, **server.ITS_OWN}
    subprocess.run(
        [sys.executable, "-c", code, str(writer)], pass_fds=[writer], env=env, check=True
    )
    os.close(writer)
    with os.fdopen(reader) as told:
        threads, opened = ast.literal_eval(told.read())
    assert threads == 1
    assert [name for name in opened if not name.startswith("pipe:")] == []
