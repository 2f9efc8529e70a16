"""Events to render: the sample offsite, made once for all tests, and tiny ones made for a single test."""

from __future__ import annotations

import csv
import os
import pickle
import shutil
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import nbformat
import pytest
from hypothesis import settings

from workshop_kit import load_event, render
from workshop_kit.content import kit_folder, load_conversations
from workshop_kit.event import EventFolder
from workshop_kit.run import Report

# The same commit gives the same result. To hunt with other examples: --hypothesis-profile=default
settings.register_profile("settled", derandomize=True)
settings.load_profile("settled")

LADDER = (
    "# Ladder\n\n## Engineer\n\n- Writes code that passes review.\n- Finishes a described task.\n\n"
    "## Senior engineer\n\n- Reviews the designs of others.\n- Decides what is not built.\n"
)
TINY_YAML = "name: Tiny offsite\ndate: 2027-03-18\nfictional: true\n"


# Files of few tests that take long. They come first, so that no process is left alone with them.
LONG = (
    "test_run", "test_activities_browser", "test_run_answers", "test_serving_browser", "test_cli",
    "test_forms_browser", "test_repository", "test_cluster", "test_kernels", "test_run_incremental",
    "test_live_browser", "test_slides_browser", "test_purge",
    "test_cli_follow_up", "test_store", "test_twee", "test_ladder_files_hostile", "test_store_database",
)  # fmt: skip


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: LONG.index(item.path.stem) if item.path.stem in LONG else len(LONG))


@dataclass(frozen=True)
class Rendered:
    """An event that was rendered: `folder` and `out` stand side by side in `home`."""

    home: Path
    report: Report

    @property
    def folder(self) -> Path:
        return self.home / "event"

    @property
    def out(self) -> Path:
        return self.home / "out"

    def copy_to(self, home: Path) -> Rendered:
        """The same state elsewhere, to change; nothing in it has to be rendered again."""
        shutil.copytree(self.home, home, dirs_exist_ok=True)
        return Rendered(home, self.report)


@dataclass(frozen=True)
class TinyEvent:
    """An event folder with as little in it as will do."""

    path: Path

    def write_teams(self, *names: str, ladders: Mapping[str, str] | None = None) -> None:
        """A row for each name; `ladders` maps a name to its ladder's file, `one.md` otherwise."""
        with (self.path / "teams.csv").open("w", encoding="utf-8", newline="") as file:
            rows = csv.writer(file)
            rows.writerow(["team", "leader", "size", "ladder"])
            for name in names:
                rows.writerow(
                    [name, f"Leader of {name[:20]}", 3, (ladders or {}).get(name, "one.md")]
                )

    def write_ladder(self, file: str, text: str = LADDER) -> None:
        (self.path / "ladders" / file).write_text(text, encoding="utf-8")

    def load(self) -> EventFolder:
        return load_event(self.path)


def cards() -> int:
    """How many PDFs of cards a whole run makes: one a conversation, and the role cards."""
    return len(load_conversations()) + 1


def make_tiny_event(
    folder: Path, *names: str, ladders: Mapping[str, str] | None = None
) -> TinyEvent:
    (folder / "ladders").mkdir(parents=True)
    (folder / "event.yaml").write_text(TINY_YAML, encoding="utf-8")
    event = TinyEvent(folder)
    event.write_teams(*names, ladders=ladders)
    for file in {"one.md", *(ladders or {}).values()}:
        event.write_ladder(file)
    return event


def make_notebook(folder: Path, *cells: str, name: str = "01-tiny.ipynb") -> Path:
    """A notebook with the parameters cell and a code cell for each source; ids are cell-1, cell-2 …"""
    parameters = nbformat.v4.new_code_cell('event_dir = ""\nteam = ""', id="parameters")
    parameters.metadata["tags"] = ["parameters"]
    title = nbformat.v4.new_markdown_cell("# Tiny", id="title")
    code = [nbformat.v4.new_code_cell(cell, id=f"cell-{n}") for n, cell in enumerate(cells, 1)]
    nb = nbformat.v4.new_notebook(cells=[title, parameters, *code])
    nb.metadata["kernelspec"] = {
        "name": "python3",
        "display_name": "Python 3",
        "language": "python",
    }
    folder.mkdir(parents=True, exist_ok=True)
    nbformat.write(nb, folder / name)
    return folder / name


@pytest.fixture
def tiny_event(tmp_path: Path) -> Callable[..., TinyEvent]:
    """Makes `tmp_path/event` with a team for each name."""

    def make(*names: str, ladders: Mapping[str, str] | None = None) -> TinyEvent:
        return make_tiny_event(tmp_path / "event", *names, ladders=ladders)

    return make


@pytest.fixture
def notebook_of() -> Callable[..., Path]:
    """Makes a notebook in a folder, of code cells."""
    return make_notebook


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Rendered:
    """The sample offsite, rendered once, also where several processes run the tests. Not to be changed."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    home = shared / "sample"
    home.mkdir(exist_ok=True)
    done = home / "report.pickle"
    with _one_at_a_time(home / "lock"):
        if not done.exists():
            shutil.copytree(kit_folder("data") / "sample-offsite", home / "it" / "event")
            report = render(load_event(home / "it" / "event"), home / "it" / "out")
            assert report.failures == []
            done.write_bytes(pickle.dumps(report))
    return Rendered(home / "it", pickle.loads(done.read_bytes()))


@contextmanager
def _one_at_a_time(lock: Path) -> Iterator[None]:
    """SQLite's lock: it works on every system and goes with the process that held it."""
    with closing(sqlite3.connect(lock, timeout=600, isolation_level=None)) as db:
        db.execute("BEGIN EXCLUSIVE")
        yield
