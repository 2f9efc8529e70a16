"""The benchmarks: docs/speed.md says what the results say, and nothing in them tells whose machine it was."""

from __future__ import annotations

import copy
import getpass
import importlib
import json
import platform
import re
import sys
from pathlib import Path
from typing import Any

import pytest
from benchmarks import report, results
from benchmarks.__main__ import MEASURE
from benchmarks.aims import aims_table
from benchmarks.breakdown import CLIENT, REST, WATCHED, Stopwatch
from benchmarks.chart import chart_words, draw
from benchmarks.events import MOST, add_a_person, make_event
from benchmarks.kernel_start import OWN
from benchmarks.measure import Failed, private_memory, run, spread
from benchmarks.tables import DETAILS, details

from workshop_kit import load_event

NO_RESULTS = {"machine": {}, "parts": {}}
MOMENT = {
    "date": "2027-01-05",
    "commit": "0123456789",
    "uncommitted_changes": False,
    "load_at_start": 0.1,
    "minutes": 4.5,
}
LOOP = {
    "teams": 3,
    "notebooks": 18,
    "seconds": 121.5,
    "seconds_a_notebook": 6.75,
    "papermill": spread([4.0, 5.0]),
    "webpdf": spread([2.0, 2.5]),
}
KERNEL = {"seconds": spread([1.25]), "very_first_seconds": 1.5, "private_mb": spread([81.0], 1)}
STEPS = {"Typst": {"wall": 21.0, "cpu": 22.0}, "disk": {"wall": 3.0, "cpu": 1.0}}
FIGURES: dict[str, Any] = {
    "a": {
        "render": {
            "teams": 60,
            "notebooks": 360,
            "pdfs": 435,
            "seconds": spread([91.25, 90.0, 94.0]),
            "seconds_a_notebook": 0.2535,
            "cpu_seconds_a_team": 2.9,
            "peak_memory_mb": 1234,
        },
        "render_one_process": {"teams": 20, "seconds": 61.0, "seconds_a_notebook": 0.508},
        "loop_one_process": LOOP,
        "loop_two_processes": {**LOOP, "seconds_a_notebook": 4.25},
        "times_one_process": 26.6,
        "times_two_processes": 16.8,
        "times_one_against_one": 13.3,
    },
    "b": {
        "python3": KERNEL,
        "workshop-kit": {**KERNEL, "seconds": spread([0.25])},
        OWN: {**KERNEL, "seconds": spread([0.1])},
        "times_seconds_own": 10.0,
        "times_seconds": 5.0,
        "times_private_mb": 2.5,
        "forty_kernels_gb": 1.1,
    },
    "c": {
        "teams": 200,
        "notebooks": 1200,
        "pdfs": 1415,
        "full_seconds": 300.0,
        "full_seconds_a_team": 1.5,
        "peak_memory_mb": 1300,
        "mb_written": 512,
        "after_one_change_seconds": spread([1.75, 2.5, 1.5]),
        "after_no_change_seconds": spread([0.75]),
        "times": 171.4,
    },
    "d": {
        "notebook": "03-naming-the-transition",
        "memory": "PSS of the whole process tree, looked at twice a second",
        "sizes": [
            {
                "teams": teams,
                "seconds": spread([teams * 0.3], 2),
                "seconds_a_team": 0.3,
                "peak_memory_mb": 1000 + teams,
                "median_memory_mb": 900,
            }
            for teams in (50, 200, 800)
        ],
        "seconds_a_team_ratio": 1.0,
        "peak_memory_ratio": 1.714,
    },
    "e": {
        "teams": 20,
        "local_seconds": spread([30.0], 2),
        "cluster_seconds": spread([33.0], 2),
        "overhead_percent": 10.0,
    },
    "f": {
        "teams": 3,
        "notebook": {"wall": 324.0, "steps": {CLIENT: {"wall": 300.0, "cpu": 60.0}, **STEPS}},
        "handout": {"wall": 21.0, "steps": {"Typst": STEPS["Typst"]}},
        "kernel": {
            "start_cpu": 70.0,
            "cells_cpu": 140.0,
            "cells_cpu_by_notebook": {"01-ladder-rewriting": 240.0},
        },
        "machine_cpu_a_notebook": 450.0,
    },
}
REACHED = {"a": ["no", "yes"], "b": ["yes", "yes", "no"], "c": ["yes", "yes"], "d": ["yes", "no"], "e": ["yes"]}  # fmt: skip


@pytest.fixture
def found() -> dict[str, Any]:
    """Made-up results of every part."""
    machine = {
        "cpu": "A processor",
        "cores": 2,
        "memory_gb": 24,
        "system": "Linux 6.1",
        "python": "3.11.7",
        "versions": {"papermill": "2.7.0"},
    }
    parts = {part: {**MOMENT, "figures": figures} for part, figures in FIGURES.items()}
    return copy.deepcopy({"machine": machine, "parts": parts})


# ---- the page ----------------------------------------------------------------------------------


def test_the_page_says_what_the_results_say() -> None:
    page = report.PAGE.read_text(encoding="utf-8")
    assert page == report.page_with(page, results.read_results())


def test_the_chart_of_the_page_is_drawn_from_the_results() -> None:
    kept = results.read_results()
    assert report.CHART.exists() == bool(chart_words(kept))
    if report.CHART.exists():
        assert report.CHART.read_text(encoding="utf-8") == draw(kept)


def test_the_results_do_not_tell_whose_machine_it_was() -> None:
    text = json.dumps([results.read_results(), results.describe_machine()])
    assert not re.findall(r'"[^"]*(?:/|\\)(?:home|root|tmp|work|Users)\b[^"]*"', text)
    for name in (platform.node(), getpass.getuser()):
        assert not re.search(rf"\b{re.escape(name)}\b", text)


def test_every_part_is_measured_told_and_named() -> None:
    assert set(MEASURE) == set(results.PARTS) == set(DETAILS) == set(FIGURES)


# ---- the words ---------------------------------------------------------------------------------


def test_each_aim_stands_beside_what_was_measured(found: dict[str, Any]) -> None:
    rows = aims_table(found).splitlines()[2:]
    said: dict[str, list[str]] = {}
    for row in rows:
        part, *_, reached = (cell.strip() for cell in row.strip("|").split("|"))
        said.setdefault(part.strip("()"), []).append(reached)
    assert said == REACHED


def test_a_part_that_was_not_measured_is_called_so(found: dict[str, Any]) -> None:
    del found["parts"]["e"]
    assert "not measured" in aims_table(found).splitlines()[-1]
    assert "(e)" not in details(found)


def test_the_page_can_be_written_before_anything_was_measured() -> None:
    assert "Nothing has been measured yet." in report.figures(NO_RESULTS)
    assert draw(NO_RESULTS) == ""


def test_every_part_has_its_table(found: dict[str, Any]) -> None:
    words = details(found)
    for shown in (
        "360 | 91.2",
        "| 0.25 |",
        "171.4",
        "| 1800 |",
        "| 33.00 |",
        "| disk | 3 | 1 |",
        "| waiting for the kernel | 240 |",
    ):
        assert shown in words + aims_table(found), shown


def test_a_machine_that_was_busy_is_told(found: dict[str, Any]) -> None:
    assert "not an idle machine" not in report.about(found)
    found["parts"]["c"]["load_at_start"] = 1.4
    assert "not an idle machine" in report.about(found)


def test_parts_of_other_commits_are_told_apart(found: dict[str, Any]) -> None:
    found["parts"]["b"]["commit"] = "fedcba9876"
    assert "`fedcba9876` (parts b)" in report.about(found)


def test_the_chart_shows_every_figure_and_has_a_description(found: dict[str, Any]) -> None:
    svg = draw(found)
    for shown in ("6.75", "4.25", "0.51", "0.25", "1,050", "1,200", "1,800"):
        assert f">{shown}<" in svg
        assert shown in chart_words(found)
    assert re.match(r'<svg role="img" aria-label="Bars of [^"]+"', svg)


# ---- what is kept ------------------------------------------------------------------------------


def test_a_part_is_kept_beside_the_others(tmp_path: Path) -> None:
    path = tmp_path / "latest.json"
    results.keep("b", MOMENT, FIGURES["b"], path)
    results.keep("a", MOMENT, FIGURES["a"], path)
    kept = results.read_results(path)
    assert list(kept["parts"]) == ["a", "b"]
    assert kept["parts"]["b"] == {**MOMENT, "figures": FIGURES["b"]}
    assert kept["machine"] == results.describe_machine()


def test_what_another_machine_gave_is_dropped(tmp_path: Path, found: dict[str, Any]) -> None:
    path = tmp_path / "latest.json"
    path.write_text(json.dumps(found))
    results.keep("b", MOMENT, FIGURES["b"], path)
    assert list(results.read_results(path)["parts"]) == ["b"]


# ---- the means ---------------------------------------------------------------------------------


def test_the_largest_event_has_nothing_to_report(tmp_path: Path) -> None:
    event = load_event(make_event(tmp_path / "event", MOST))
    assert len({team.slug for team in event.teams}) == MOST
    assert len({team.leader for team in event.teams}) == MOST
    assert {team.ladder for team in event.teams} == set(event.ladders)


def test_a_person_more_changes_one_row(tmp_path: Path) -> None:
    folder = make_event(tmp_path / "event", 5)
    before = load_event(folder).teams
    name = add_a_person(folder, 3)
    after = load_event(folder).teams
    assert [a.name for a, b in zip(after, before, strict=True) if a != b] == [name]
    assert after[3].size == before[3].size + 1


def test_a_command_that_fails_is_told_with_its_last_words() -> None:
    with pytest.raises(Failed, match="no room left"):
        run([sys.executable, "-c", "import sys; sys.exit('there is no room left')"])


def test_a_command_that_does_not_end_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("benchmarks.measure.SECONDS_AT_MOST", 1)
    with pytest.raises(Failed):
        run([sys.executable, "-c", "import time; time.sleep(1000)"])


def test_the_memory_of_a_command_holds_that_of_its_children() -> None:
    child = "x = bytearray(150_000_000); print('there'); input()"
    code = (
        "import subprocess as s, sys, time\n"
        f"c = s.Popen([sys.executable, '-c', {child!r}], stdin=s.PIPE, stdout=s.PIPE)\n"
        "c.stdout.readline(); time.sleep(2); c.communicate(b'\\n')"
    )
    ran = run([sys.executable, "-c", code], watch_memory=True)
    assert ran.peak > 150
    assert private_memory(10**9) == 0


def test_a_step_has_no_part_of_the_steps_below_it() -> None:
    class Ticking(Stopwatch):
        ticks = 0.0

        def _now(self) -> tuple[float, float, float]:
            return self.ticks, 0.0, 0.0

    watch = Ticking()

    def pass_time(ticks: float) -> None:
        watch.ticks += ticks

    def print_page() -> None:
        pass_time(1)
        watch.timed(pass_time, "Typst")(20)
        pass_time(2)

    watch.start()
    pass_time(100)
    watch.timed(print_page, "setting the page")()
    walls = {step: wall for step, (wall, _) in watch.stop().items()}
    assert walls == {REST: 100, "setting the page": 3, "Typst": 20}


@pytest.mark.parametrize(("module", "name", "step"), WATCHED)
def test_every_step_that_is_timed_is_there(module: str, name: str, step: str) -> None:
    assert callable(getattr(importlib.import_module(module), name)), step
