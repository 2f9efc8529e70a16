"""`run-sheet`, `facilitator` and `check` as a facilitator meets them."""

from __future__ import annotations

import pytest
import typer

from workshop_kit import load_event
from workshop_kit.cli import check, render
from workshop_kit.cli_day import facilitator, run_sheet
from workshop_kit.cli_event import written
from workshop_kit.errors import InputError
from workshop_kit.forms.keeping import Limits, fix_limits
from workshop_kit.store import open_store


def test_the_day_is_shown_and_the_files_are_named(tiny_event, capsys):
    path = tiny_event("Payments").path
    run_sheet(path, None)
    out = capsys.readouterr().out
    assert "The half day · 18 March 2027 · 09:00–13:00 · UTC" in out
    assert "09:00   Welcome" in out
    assert "13:00   End" in out
    assert "Only then leave out, in this order:" in out
    for kind in ("pdf", "ics", "xlsx"):
        file = path / "out" / "facilitator" / f"run-sheet.{kind}"
        assert f"Wrote {file}" in out
        assert file.stat().st_size


def test_the_files_go_where_they_are_wanted(tiny_event, tmp_path):
    run_sheet(tiny_event("Payments").path, tmp_path / "else")
    assert (tmp_path / "else" / "facilitator" / "run-sheet.pdf").exists()


def test_a_problem_of_the_event_is_told_and_nothing_is_made(tiny_event, capsys):
    event = tiny_event("Payments")
    (event.path / "event.yaml").write_text("name: Tiny\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"event\.yaml"):
        run_sheet(event.path, None)
    said = capsys.readouterr()
    assert said.out == ""
    assert not (event.path / "out").exists()


def test_a_file_in_the_way_is_told_in_words(tiny_event, tmp_path, capsys):
    (tmp_path / "taken").write_text("")
    with pytest.raises(InputError) as error:
        run_sheet(tiny_event("Payments").path, tmp_path / "taken")
    assert "can't be written" in str(error.value)
    assert "--out" in str(error.value)
    assert "Wrote" not in capsys.readouterr().out


def test_words_of_an_own_agenda_are_no_markup_on_the_terminal(tiny_event, capsys):
    event = tiny_event("Payments")
    (event.path / "event.yaml").write_text(
        "name: Tiny\ndate: 2027-03-18\nagenda: own\n", encoding="utf-8"
    )
    (event.path / "agendas").mkdir()
    (event.path / "agendas" / "own.yaml").write_text(
        "slug: own\ntitle: Own\nabout: Made up.\nminutes: 30\nfacilitated: false\nsessions:\n"
        "  - title: One\n    blocks:\n"
        '      - {id: a, title: "[bold]Read[/bold]", mode: alone, min: 12, target: 15}\n'
        "      - {id: b, title: What I do, mode: alone, min: 15, target: 15}\n",
        encoding="utf-8",
    )
    run_sheet(event.path, None)
    out = capsys.readouterr().out
    assert "[bold]Read[/bold]" in out


def test_limits_that_were_changed_after_an_answer_stop_every_paper(tiny_event, capsys):
    event = tiny_event("Payments")
    with open_store(event.path) as store:
        fix_limits(store, Limits())
    (event.path / "event.yaml").write_text(
        "name: Tiny\ndate: 2027-03-18\nprivacy: {people: 7}\n", encoding="utf-8"
    )
    for command in (run_sheet, facilitator):
        with pytest.raises(InputError, match="Write people: 5 again"):
            command(event.path, None)
    with pytest.raises(typer.Exit):
        render(str(event.path))
    assert "Write people: 5 again" in capsys.readouterr().err
    assert not (event.path / "out").exists()


def test_pages_that_belong_together_are_named_by_their_first(tiny_event, tmp_path, capsys):
    home = tmp_path / "facilitator"
    paths = (home / "guide.pdf", home / "guide" / "index.html", home / "guide" / "the-room.html")
    written(lambda *_: (paths, ()), load_event(tiny_event("Payments").path), tmp_path)
    assert capsys.readouterr().out.splitlines() == [f"Wrote {path}" for path in paths[:2]]


def test_a_check_after_the_last_day_promises_no_render(tiny_event, capsys):
    event = tiny_event("Payments")
    (event.path / "event.yaml").write_text("name: Tiny\ndate: 2020-03-18\n", encoding="utf-8")
    check(event.path)
    said = capsys.readouterr().out
    assert said == "Tiny: 1 team, 1 ladder. Past its last day, so nothing is rendered.\n"
