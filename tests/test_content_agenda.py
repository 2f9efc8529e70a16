"""Agendas as they are read: every rule, told with its line; and those that ship."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from ruamel.yaml import YAML

from tests.scripts import as_yaml
from workshop_kit.agenda import agenda_problems, minutes_by_mode
from workshop_kit.content import agenda_names, load_curriculum, read_agenda
from workshop_kit.content.folders import PACKAGE, kit_folder
from workshop_kit.curriculum import Agenda
from workshop_kit.errors import Problem
from workshop_kit.event import Event

SHIPPED = ("half-day", "ninety-minutes", "self-paced", "two-sessions")


def block(ident: str, minutes: int, mode: str = "alone", **more: Any) -> dict[str, Any]:
    words = {key: str(value) for key, value in more.items()}
    fixed = {"id": ident, "title": ident.capitalize(), "mode": mode, "target": str(minutes)}
    return {"min": str(minutes), **fixed, **words}


def good() -> dict[str, Any]:
    """130 minutes that keep every rule: 22 break, 13 spare, 95 work with 12 talk."""
    blocks = [
        block("welcome", 12, "talk"),
        block("first", 40, spare=7, cut=2),
        block("pause", 22, "break"),
        block("second", 28, spare=6, cut=1, activity="stage-mapping"),
        block("commitments", 15, "room"),
    ]
    session = {"title": "The day", "blocks": blocks}
    return {
        "slug": "ours",
        "title": "Our day",
        "about": "A day of ours.",
        "minutes": "130",
        "sessions": [session],
    }


def blocks_of(data: dict[str, Any], session: int = 0) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = data["sessions"][session]["blocks"]
    return found


def write(folder: Path, data: Any, name: str = "ours.yaml") -> Path:
    path = folder / "agendas" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(data if isinstance(data, str) else as_yaml(data), encoding="utf-8")
    return path


def read(folder: Path, data: Any) -> tuple[Agenda | None, tuple[Problem, ...]]:
    write(folder, data)
    return read_agenda("ours", folder)


def told(folder: Path, data: Any) -> list[str]:
    return [problem.what for problem in read(folder, data)[1]]


def test_a_good_agenda_has_no_problems(tmp_path: Path) -> None:
    agenda, problems = read(tmp_path, good())
    assert problems == ()
    assert agenda is not None
    assert agenda.sessions[0].minutes == agenda.minutes == 130


# ---- the agendas that ship -----------------------------------------------------------------------


def test_the_kit_brings_four_agendas() -> None:
    assert tuple(agenda_names()) == SHIPPED


@pytest.mark.parametrize("name", SHIPPED)
def test_an_agenda_of_the_kit_keeps_every_rule(name: str) -> None:
    agenda, problems = read_agenda(name)
    assert problems == ()
    assert agenda is not None
    assert agenda_problems(agenda, Event.model_validate({"name": "E", "date": "2027-04-19"})) == ()


@pytest.mark.parametrize("name", SHIPPED)
def test_an_agenda_of_the_kit_follows_the_schema_that_it_names(name: str) -> None:
    path = agenda_names()[name]
    text = path.read_text(encoding="utf-8")
    schema = (path.parent / text.splitlines()[0].rpartition("$schema=")[2]).resolve()
    assert schema == PACKAGE / "curriculum" / "schema" / "agenda.json"
    validator = Draft202012Validator(json.loads(schema.read_text(encoding="utf-8")))
    assert [error.message for error in validator.iter_errors(YAML(typ="safe").load(text))] == []


@pytest.mark.parametrize("name", SHIPPED)
def test_every_block_of_the_kit_begins_with_words_to_say(name: str) -> None:
    agenda, _ = read_agenda(name)
    assert agenda is not None
    for block in agenda.blocks:
        assert 8 <= len(block.say.split()) <= 80, block.id
        assert '"' not in block.say + block.title
        assert "'" not in block.say + block.title


@pytest.mark.parametrize("name", ["half-day", "two-sessions"])
def test_the_day_in_a_room_has_all_six_activities(name: str) -> None:
    agenda, _ = read_agenda(name)
    assert agenda is not None
    met = {block.activity for block in agenda.blocks} - {None}
    assert met == {activity.slug for activity in load_curriculum().activities}


def test_the_rehearsal_has_its_twelve_minutes_and_time_to_sit_down() -> None:
    for name in ("half-day", "two-sessions"):
        agenda, _ = read_agenda(name)
        assert agenda is not None
        trio = next(block for block in agenda.blocks if block.id == "three-seats")
        assert trio.min >= 12
        assert trio.target >= 14


def test_the_self_paced_agenda_asks_for_20_to_40_minutes_at_a_time() -> None:
    agenda, _ = read_agenda("self-paced")
    assert agenda is not None
    assert [20 <= session.minutes <= 40 for session in agenda.sessions] == [True] * 7
    assert agenda.sessions[-1].day < 14


def test_the_self_paced_agenda_takes_as_long_as_the_exercises_say() -> None:
    agenda, _ = read_agenda("self-paced")
    assert agenda is not None
    last = agenda.blocks[-1]
    for activity in load_curriculum().activities:
        ours = [block for block in agenda.blocks if block.activity == activity.slug]
        minutes = sum(block.target for block in ours if block is not last)
        closing = 5 if last in ours else 0  # its last step is the sitting for commitments
        assert activity.alone is not None
        assert minutes + closing == sum(step.minutes for step in activity.alone.steps)


def test_the_half_day_has_the_minutes_of_the_brief() -> None:
    agenda, _ = read_agenda("half-day")
    assert agenda is not None
    minutes = minutes_by_mode(agenda)
    assert (agenda.minutes, minutes["break"], minutes["spare"]) == (240, 40, 24)
    assert minutes["talk"] <= 70


# ---- sums and limits -----------------------------------------------------------------------------


def test_minutes_that_do_not_add_up_are_told_with_their_line(tmp_path: Path) -> None:
    text = as_yaml(good() | {"minutes": "140"})
    line = 1 + text.splitlines().index("minutes: '140'")
    _, problems = read(tmp_path, text)
    assert [str(problem) for problem in problems] == [
        f"agendas/ours.yaml, key minutes (line {line}): The blocks add up to 130 minutes with spare,"
        " and here stands 140. Write 130, or add 10."
    ]


def test_a_talk_of_more_than_12_minutes_is_told(tmp_path: Path) -> None:
    data = good()
    blocks_of(data)[0].update(min="13", target="13")
    blocks_of(data)[1].update(min="39", target="39")
    assert told(tmp_path, data) == ['The talk "Welcome" takes 13 minutes.']


def test_talks_that_run_to_more_than_12_minutes_together_are_told(tmp_path: Path) -> None:
    data = good()
    blocks_of(data)[1].update(min="32", target="32")
    blocks_of(data).insert(1, block("charter", 8, "talk"))
    assert told(tmp_path, data) == ["From here 2 talks follow one another, 20 minutes together."]


def test_talks_with_a_break_between_them_are_two(tmp_path: Path) -> None:
    data = good()
    blocks_of(data)[3].update(min="20", target="20")
    blocks_of(data).insert(3, block("charter", 8, "talk"))
    assert told(tmp_path, data) == []


def test_more_than_an_hour_without_a_break_is_told_and_spare_minutes_count(tmp_path: Path) -> None:
    data = good()
    blocks_of(data)[1].update(min="42", target="42")
    blocks_of(data)[3].update(min="26", target="26")
    assert told(tmp_path, data) == [
        "From here 61 minutes pass without a break, spare minutes included."
    ]


def test_too_few_spare_minutes_are_told(tmp_path: Path) -> None:
    data = good() | {"minutes": "129"}
    blocks_of(data)[1].update(spare="5")
    blocks_of(data)[3].update(min="29", target="29")
    assert told(tmp_path, data) == ["11 of 129 minutes are spare, which is less than a tenth."]


def test_too_much_talk_is_told(tmp_path: Path) -> None:
    data = good()
    del blocks_of(data)[1]["cut"]
    del blocks_of(data)[3]["cut"]
    blocks_of(data)[1].update(min="28", target="28")
    blocks_of(data).insert(2, block("more", 12, "talk"))
    blocks_of(data)[4].update(min="4", target="4")
    blocks_of(data).insert(4, block("again", 12, "talk"))
    blocks_of(data).insert(6, block("last-talk", 12, "talk"))
    assert told(tmp_path, data) == [
        "48 of 95 working minutes are talk, which is more than two fifths."
    ]


def test_a_long_session_with_short_breaks_is_told(tmp_path: Path) -> None:
    data = good()
    blocks_of(data)[2].update(min="21", target="21")
    blocks_of(data)[3].update(min="29", target="29")
    found = read(tmp_path, data)[1]
    assert [(problem.what, problem.fix) for problem in found] == [
        (
            "21 of this session's 130 minutes are breaks, less than a sixth.",
            "22 are needed: longer breaks, or one more.",
        )
    ]


# ---- single blocks -------------------------------------------------------------------------------


def test_a_target_below_its_min_is_told_at_its_line(tmp_path: Path) -> None:
    data = good()
    blocks_of(data)[1].update(min="41")
    _, problems = read(tmp_path, data)
    assert [problem.what for problem in problems] == [
        'The value "40" is less than min, which is 41.'
    ]
    assert "sessions.1.blocks.2.target" in problems[0].place


def test_an_activity_that_does_not_exist_is_told_with_the_nearest(tmp_path: Path) -> None:
    data = good()
    blocks_of(data)[3].update(activity="stage-maping")
    found = read(tmp_path, data)[1]
    assert [(problem.what, problem.fix) for problem in found] == [
        ('There is no activity "stage-maping".', 'Did you mean "stage-mapping"?')
    ]


def test_two_blocks_with_one_id_are_told(tmp_path: Path) -> None:
    data = good()
    blocks_of(data)[3].update(id="first")
    found = told(tmp_path, data)
    assert len(found) == 1
    assert found[0].startswith('The id "first" stands at key sessions.1.blocks.2.id (line ')


@pytest.mark.parametrize(
    ("orders", "expected"),
    [
        (("1", "1"), 'The cut order 1 stands twice: "First" has it, too.'),
        (("1", "3"), "The cut order is 3, and only 2 blocks have one."),
    ],
)
def test_cut_orders_that_are_not_one_to_n_are_told(
    tmp_path: Path, orders: tuple[str, str], expected: str
) -> None:
    data = good()
    blocks_of(data)[1].update(cut=orders[0])
    blocks_of(data)[3].update(cut=orders[1])
    assert told(tmp_path, data) == [expected]


def test_a_break_that_may_be_dropped_is_told(tmp_path: Path) -> None:
    data = good()
    blocks_of(data)[2].update(cut="3")
    assert told(tmp_path, data) == ['The break "Pause" has a cut order. People need their breaks.']


def test_a_session_that_begins_with_a_break_is_told(tmp_path: Path) -> None:
    data = good()
    blocks_of(data).insert(0, blocks_of(data).pop(2))
    assert "The session begins with a break." in told(tmp_path, data)


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"mode": "talk"}, "its mode is talk"),
        ({"min": "14"}, "it may be cut to 14"),
        ({"cut": "3"}, "it has a cut order"),
        ({"spare": "2"}, "spare minutes follow it"),
    ],
)
def test_a_close_that_leaves_no_time_for_commitments_is_told(
    tmp_path: Path, change: dict[str, str], fault: str
) -> None:
    data = good()
    blocks_of(data)[-1].update(change)
    expected = f"The last 15 minutes are for commitments, and {fault}."
    assert expected in told(tmp_path, data)


def test_commitments_that_are_longer_may_not_be_shortened_either(tmp_path: Path) -> None:
    data = good()
    blocks_of(data)[3].update(min="23", target="23")
    blocks_of(data)[-1].update(min="15", target="20")
    assert told(tmp_path, data) == [
        "The last 15 minutes are for commitments, and it may be shortened."
    ]


def test_only_the_end_of_the_last_session_is_for_commitments(tmp_path: Path) -> None:
    data = good() | {"minutes": "260"}
    second = copy.deepcopy(data["sessions"][0]) | {"day": "1"}
    for entry in second["blocks"]:
        entry["id"] += "-again"
        entry.pop("cut", None)
    blocks_of(data)[-1].update(min="10")
    data["sessions"].append(second)
    assert told(tmp_path, data) == []


def test_without_a_facilitator_no_talk_breaks_or_spare_minutes_are_asked_for(
    tmp_path: Path,
) -> None:
    blocks = [block("long-read", 20, "talk"), block("commitments", 15)]
    data = good() | {"minutes": "35", "facilitated": "false"}
    data["sessions"][0]["blocks"] = blocks
    assert told(tmp_path, data) == []
    assert len(told(tmp_path, data | {"facilitated": "true"})) == 3


def test_every_problem_is_told_at_once_in_the_order_of_the_lines(tmp_path: Path) -> None:
    data = good() | {"minutes": "99"}
    blocks_of(data)[0].update(min="13", target="13")
    blocks_of(data)[1].update(mood="fair")
    blocks_of(data)[2].update(mode="brake")
    blocks_of(data)[3].update(activity="stages")
    _, problems = read(tmp_path, data)
    assert len(problems) >= 6
    lines = [int(problem.place.rpartition("line ")[2].rstrip(")")) for problem in problems]
    assert lines == sorted(lines)


def test_a_start_is_a_clock_time_as_people_write_it(tmp_path: Path) -> None:
    data = good()
    data["sessions"][0]["start"] = "9:30"
    agenda, _ = read(tmp_path, data)
    assert agenda is not None
    assert str(agenda.sessions[0].start) == "09:30:00"
    data["sessions"][0]["start"] = "9.30 am"
    assert told(tmp_path, data) == [
        'The value "9.30 am" is not a clock time in 24 hours, such as 09:00.'
    ]


# ---- files ---------------------------------------------------------------------------------------


def test_an_agenda_of_the_events_own_takes_the_place_of_the_kits(tmp_path: Path) -> None:
    write(tmp_path, good() | {"slug": "half-day"}, "half-day.yaml")
    agenda, problems = read_agenda("half-day", tmp_path)
    assert problems == ()
    assert agenda is not None
    assert agenda.minutes == 130


def test_the_slug_is_the_name_of_the_file(tmp_path: Path) -> None:
    found = told(tmp_path, good() | {"slug": "theirs"})
    assert found == ['The slug is "theirs", and the agenda is called "ours".']


def test_an_agenda_that_does_not_exist_is_told_with_those_that_do(tmp_path: Path) -> None:
    agenda, problems = read_agenda("half-dya", tmp_path)
    assert agenda is None
    assert [str(problem) for problem in problems] == [
        'event.yaml, key agenda: There is no agenda "half-dya". Did you mean "half-day"?'
        " There are: half-day, ninety-minutes, self-paced, two-sessions."
    ]


@pytest.mark.parametrize("name", ["ours.yml", "ours.yaml.txt", "ours.txt", "ours.YML"])
def test_a_file_with_nearly_the_right_ending_is_told(tmp_path: Path, name: str) -> None:
    write(tmp_path, good(), name)
    agenda, problems = read_agenda("ours", tmp_path)
    assert agenda is None
    assert problems[-1].file == f"agendas/{name}"
    assert problems[-1].severity == "error"


def test_a_file_that_would_replace_the_kits_but_for_its_ending_stops_the_check(
    tmp_path: Path,
) -> None:
    write(tmp_path, good() | {"slug": "half-day"}, "half-day.yml")
    agenda, problems = read_agenda("half-day", tmp_path)
    assert agenda is None
    assert [problem.severity for problem in problems] == ["error"]


def test_other_files_beside_an_agenda_are_noted_at_most(tmp_path: Path) -> None:
    write(tmp_path, "notes", "notes.txt")
    write(tmp_path, "unfinished", "Draft Two.yaml")
    write(tmp_path, "left behind", ".ours.yaml.swp")
    agenda, problems = read(tmp_path, good())
    assert agenda is not None
    assert [(problem.file, problem.severity) for problem in problems] == [
        ("agendas/Draft Two.yaml", "note"),
        ("agendas/notes.txt", "note"),
    ]


def test_an_agenda_that_nobody_asks_for_may_be_unfinished(tmp_path: Path) -> None:
    write(tmp_path, "slug: [", "next-year.yaml")
    assert read_agenda("half-day", tmp_path)[1] == ()


def test_agendas_that_is_no_folder_is_told(tmp_path: Path) -> None:
    (tmp_path / "agendas").write_text("", encoding="utf-8")
    agenda, problems = read_agenda("half-day", tmp_path)
    assert agenda is None
    assert [problem.file for problem in problems] == ["agendas"]


def test_a_link_out_of_the_event_folder_is_not_followed(tmp_path: Path) -> None:
    outside = write(tmp_path, good())
    event = tmp_path / "event"
    (event / "agendas").mkdir(parents=True)
    (event / "agendas" / "ours.yaml").symlink_to(outside)
    agenda, problems = read_agenda("ours", event)
    assert agenda is None
    assert [problem.what for problem in problems] == [
        "This is a link to a file outside the folder."
    ]


def test_a_folder_of_agendas_elsewhere_is_not_read(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    write(elsewhere, good())
    event = tmp_path / "event"
    event.mkdir()
    (event / "agendas").symlink_to(elsewhere / "agendas")
    assert read_agenda("ours", event)[0] is None
    assert "ours" not in agenda_names(event)


def test_the_kits_agendas_are_named_from_the_kits_folder(tmp_path: Path) -> None:
    assert agenda_names(tmp_path)["half-day"] == kit_folder("workshops") / "half-day/agenda.yaml"


def test_the_agenda_in_the_documentation_keeps_every_rule(tmp_path: Path) -> None:
    page = (Path(__file__).parents[1] / "docs" / "prepare.md").read_text(encoding="utf-8")
    example = page.partition("```yaml\nslug: our-hour")[2].partition("```")[0]
    write(tmp_path, f"slug: our-hour{example}", "our-hour.yaml")
    agenda, problems = read_agenda("our-hour", tmp_path)
    assert problems == ()
    assert agenda is not None


@pytest.mark.parametrize("name", SHIPPED)
def test_the_documentation_has_the_minutes_of_each_agenda(name: str) -> None:
    page = (Path(__file__).parents[1] / "docs" / "prepare.md").read_text(encoding="utf-8")
    row = next(line for line in page.splitlines() if line.startswith(f"| `{name}` |"))
    agenda, _ = read_agenda(name)
    assert agenda is not None
    minutes = minutes_by_mode(agenda)
    doing = sum(minutes[mode] for mode in ("alone", "pair", "three", "room"))
    kinds = (
        f"{minutes['break']} break, {minutes['spare']} spare, {minutes['talk']} talk, {doing} doing"
    )
    assert (kinds if agenda.facilitated else f"{agenda.minutes} together") in row


VALUES = st.recursive(
    st.text(max_size=8) | st.sampled_from(["0", "15", "60", "break", "talk", "-1", "1e9", "٣"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner),
    max_leaves=6,
)


@st.composite
def spoilt(draw: st.DrawFn) -> dict[str, Any]:
    """A good agenda in which something is replaced in a block, in the session or at the top."""
    data = good()
    session = data["sessions"][0]
    places: list[tuple[dict[str, Any], list[str]]] = [
        (draw(st.sampled_from(session["blocks"])), ["id", "mode", "min", "target", "cut", "spare"]),
        (session, ["title", "blocks", "day", "start"]),
        (data, ["slug", "minutes", "sessions", "facilitated"]),
    ]
    spoils = st.lists(st.integers(0, 2), min_size=1, max_size=3, unique=True).map(sorted)
    for place in draw(spoils):
        mapping, keys = places[place]
        mapping[draw(st.sampled_from(keys))] = draw(VALUES)
    return data


@settings(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(spoilt())
def test_a_spoilt_agenda_is_read_or_told_and_never_raises(
    tmp_path: Path, data: dict[str, Any]
) -> None:
    agenda, problems = read(tmp_path, data)
    assert (agenda is None) == any(problem.severity == "error" for problem in problems)
    for problem in problems:
        assert problem.file == "agendas/ours.yaml"
        assert "\n" not in problem.what
