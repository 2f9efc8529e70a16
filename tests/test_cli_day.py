"""`workshop-kit run-sheet` as a facilitator meets it."""

from __future__ import annotations

import pytest

from workshop_kit.cli_day import run_sheet
from workshop_kit.errors import InputError


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
