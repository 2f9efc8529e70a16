"""Reminders: days in calendars, and nothing in them that says who or what somebody is."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar
from icalendar.cal import Component
from pydantic import JsonValue

from tests.conftest import TinyEvent
from workshop_kit.content import load_curriculum
from workshop_kit.reminders import SEE_PAPERS, tells_of_people, write_reminders
from workshop_kit.store import open_store

DAY = datetime.date(2027, 3, 18)
STAGES = [stage.name for stage in load_curriculum().stages]
DATED = ("lead-by-example", "thirty-sixty-ninety")
Make = Callable[..., TinyEvent]


def keep(
    event: TinyEvent, activity: str, question: str, value: JsonValue, who: str = "leader"
) -> None:
    with open_store(event.path) as store:
        store.save(
            participant=who, team="quokka", activity=activity, question=question, value=value
        )


def will(what: str, who: str = "", about: str = "", by: str | None = "2027-04-17") -> JsonValue:
    return {"commitments": [{"what": what, "who": who, "by": by, "about": about}]}


def written(event: TinyEvent, out: Path, whose: str = "quokka/follow-up") -> list[Component]:
    write_reminders(event.load(), out)
    return entries(out / whose / "reminders.ics")


def entries(path: Path) -> list[Component]:
    return list(Calendar.from_ical(path.read_bytes()).walk("VEVENT"))


def told(found: list[Component]) -> list[tuple[str, datetime.date]]:
    return [(str(one["summary"]), one["dtstart"].dt) for one in found]


def words(found: list[Component]) -> str:
    return " ".join(str(one["summary"]) + str(one.get("description", "")) for one in found)


def after(days: int) -> datetime.date:
    return DAY + datetime.timedelta(days=days)


def test_a_team_has_three_whole_days_before_the_answers_expire(
    tiny_event: Make, tmp_path: Path
) -> None:
    found = told(written(tiny_event("Quokka"), tmp_path / "out"))
    assert [day for _, day in found] == [after(30), after(60), after(88)]
    assert [title.partition(":")[0] for title, _ in found] == [
        "Thirty days on",
        "Sixty days on",
        "Ninety days on",
    ]


def test_the_facilitator_is_told_the_day_of_the_removal(tiny_event: Make, tmp_path: Path) -> None:
    found = written(tiny_event("Quokka"), tmp_path / "out", "facilitator")
    assert [day for _, day in told(found)] == [after(30), after(60), after(88), after(90)]
    assert "workshop-kit purge" in found[-1]["description"]


def test_where_answers_go_sooner_the_last_is_two_days_before_and_the_rest_is_left_out(
    tiny_event: Make, tmp_path: Path
) -> None:
    event = tiny_event("Quokka")
    with (event.path / "event.yaml").open("a", encoding="utf-8") as file:
        file.write("privacy:\n  days: 45\n")
    _, remarks = write_reminders(event.load(), tmp_path / "out")
    found = told(entries(tmp_path / "out/quokka/follow-up/reminders.ics"))
    assert [day for _, day in found] == [after(30), after(43)]
    assert "30 April 2027" in remarks[0]
    assert "left out" in remarks[0]


def test_where_there_is_time_for_none_a_remark_says_so(tiny_event: Make, tmp_path: Path) -> None:
    event = tiny_event("Quokka")
    with (event.path / "event.yaml").open("a", encoding="utf-8") as file:
        file.write("privacy:\n  days: 2\n")
    _, remarks = write_reminders(event.load(), tmp_path / "out")
    assert entries(tmp_path / "out/quokka/follow-up/reminders.ics") == []
    assert "too soon" in remarks[0]


def test_a_commitment_stands_on_its_day_with_what_and_who(tiny_event: Make, tmp_path: Path) -> None:
    event = tiny_event("Quokka")
    keep(event, *DATED, will("Publish the four answers", "I, with our security lead"))
    found = written(event, tmp_path / "out")
    assert told(found)[-1] == ("Publish the four answers", after(30))
    assert found[-1]["description"] == "I, with our security lead"


def test_a_commitment_without_a_day_is_in_no_calendar(tiny_event: Make, tmp_path: Path) -> None:
    event = tiny_event("Quokka")
    keep(event, *DATED, will("Publish the four answers", by=None))
    assert len(written(event, tmp_path / "out")) == 3


def test_what_is_settled_is_in_no_calendar_and_what_was_moved_on_its_new_day(
    tiny_event: Make, tmp_path: Path
) -> None:
    event = tiny_event("Quokka")
    keep(event, *DATED, {"commitments": [
        {"what": "Drop me", "by": "2027-04-17"}, {"what": "Move me", "by": "2027-04-17"},
    ]})  # fmt: skip
    for position, (what, outcome) in enumerate(
        [("Drop me", "dropped"), ("Move me", "moved-60")], 1
    ):
        key = f"kept.{'.'.join(DATED)}.{position}"
        keep(event, "follow-up-30", key, {"chosen": [outcome], "other": "", "what": what})
    found = told(written(event, tmp_path / "out"))
    assert found[3:] == [("Move me", after(60))]


def test_a_team_has_nothing_of_another_participant(tiny_event: Make, tmp_path: Path) -> None:
    event = tiny_event("Quokka", "Wombat")
    keep(event, *DATED, will("Zaffre"), who="p07")
    keep(event, *DATED, will("Mauve"))
    assert "Zaffre" not in words(written(event, tmp_path / "out"))
    for whose in ("wombat/follow-up", "facilitator"):
        assert "Mauve" not in words(entries(tmp_path / "out" / whose / "reminders.ics"))


def test_nothing_of_a_support_move_is_told(tiny_event: Make, tmp_path: Path) -> None:
    event = tiny_event("Quokka")
    keep(event, "stage-mapping", "support-moves", will("Zaffre", "Zaffre", "Zaffre"))
    found = written(event, tmp_path / "out")
    assert told(found)[-1] == ("Support move: see your own papers", after(30))
    assert "Zaffre" not in words(found)


def test_nothing_of_a_conversation_is_told(tiny_event: Make, tmp_path: Path) -> None:
    event = tiny_event("Quokka")
    keep(event, "naming-the-transition", "conversation-date", will("Zaffre", "Zaffre"))
    assert "Zaffre" not in words(written(event, tmp_path / "out"))


@pytest.mark.parametrize(
    "what",
    [
        "Ask P4 first",
        "ask p12",
        "P-3, P 4",
        "P  4",
        "P: 4",
        "Talk about anxiety",
        "Ｐ4",
        "P\u200b4",
    ],
)
def test_a_title_with_a_code_or_a_stage_is_not_told(
    what: str, tiny_event: Make, tmp_path: Path
) -> None:
    event = tiny_event("Quokka")
    keep(event, *DATED, will(what))
    found = written(event, tmp_path / "out")
    assert told(found)[-1] == (SEE_PAPERS, after(30))
    assert "description" not in found[-1]


def test_a_code_of_who_asks_is_not_told(tiny_event: Make, tmp_path: Path) -> None:
    event = tiny_event("Quokka")
    keep(event, *DATED, will("Publish it", "P1"))
    found = written(event, tmp_path / "out")
    assert "P1" not in words(found)
    assert told(found)[-1] == ("Publish it", after(30))


@pytest.mark.parametrize("who", ["Amara", "I, with Priya", "Kwame, over lunch"])
def test_a_given_name_is_in_no_calendar(who: str, tiny_event: Make, tmp_path: Path) -> None:
    event = tiny_event("Quokka")
    keep(event, *DATED, {"commitments": [
        {"what": "Publish it", "who": who, "about": who, "by": "2027-04-17"},
        {"what": "Give Amara her own project", "by": "2027-04-19"},
    ]})  # fmt: skip
    found = written(event, tmp_path / "out")
    assert told(found)[3][0] == "Publish it"
    assert "description" not in found[3]
    assert told(found)[4][0] == SEE_PAPERS


def test_a_long_commitment_is_cut_in_the_title_and_whole_below(
    tiny_event: Make, tmp_path: Path
) -> None:
    event = tiny_event("Quokka")
    keep(event, *DATED, will("Publish it. " * 30))
    last = written(event, tmp_path / "out")[-1]
    assert len(last["summary"]) <= 100
    assert last["description"].count("Publish it.") == 30


def test_the_same_input_gives_the_same_bytes(tiny_event: Make, tmp_path: Path) -> None:
    event = tiny_event("Quokka")
    keep(event, *DATED, will("Publish it"))
    paths, _ = write_reminders(event.load(), tmp_path / "out")
    before = [path.read_bytes() for path in paths]
    write_reminders(event.load(), tmp_path / "out")
    assert [path.read_bytes() for path in paths] == before


def test_only_the_teams_that_were_asked_for_are_written(tiny_event: Make, tmp_path: Path) -> None:
    paths, _ = write_reminders(tiny_event("Quokka", "Wombat").load(), tmp_path, ["wombat"])
    names = [path.relative_to(tmp_path).as_posix() for path in paths]
    assert names == ["wombat/follow-up/reminders.ics", "facilitator/reminders.ics"]


@given(st.text(max_size=20), st.integers(1, 200), st.text(max_size=20))
def test_a_code_is_found_wherever_it_stands(before: str, number: int, behind: str) -> None:
    assert tells_of_people(f"{before} P{number} {behind}", STAGES)


@pytest.mark.parametrize("what", ["Ask HTTP2 owners", "Step 4", "The map of May", "Up to 3 of us"])
def test_ordinary_words_are_told(what: str) -> None:
    assert not tells_of_people(what, STAGES)
