"""Clock times of an agenda, and what becomes of it when a room is late."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workshop_kit.agenda import (
    Plan,
    agenda_problems,
    begins,
    later,
    minutes_between,
    minutes_by_mode,
    replan,
    timetable,
)
from workshop_kit.content import read_agenda
from workshop_kit.curriculum import Agenda, Block, Session
from workshop_kit.event import Event

NINE = datetime.datetime(2027, 4, 22, 9, 0, tzinfo=ZoneInfo("Europe/Helsinki"))


def event(date: str, start: str = "09:00", timezone: str = "UTC") -> Event:
    return Event.model_validate(
        {"name": "Offsite", "date": date, "start": start, "timezone": timezone}
    )


def block(ident: str, least: int, target: int, **more: object) -> Block:
    return Block.model_validate(
        {"id": ident, "title": ident, "mode": "alone", "min": least, "target": target, **more}
    )


def agenda_of(*sessions: Session) -> Agenda:
    total = max(10, sum(session.minutes for session in sessions))
    return Agenda(slug="day", title="Day", about="A day.", minutes=total, sessions=sessions)


def three_hours(**more: object) -> Session:
    blocks = tuple(block(f"hour-{n}", 60, 60) for n in (1, 2, 3))
    return Session.model_validate({"title": "Hours", "blocks": blocks, **more})


def clock(agenda: Agenda, of: Event) -> list[str]:
    return [f"{row.start:%H:%M}–{row.end:%H:%M}" for row in timetable(agenda, of)]


def half_day() -> Agenda:
    agenda, _ = read_agenda("half-day")
    assert agenda is not None
    return agenda


# ---- clock times -------------------------------------------------------------------------------


def test_the_half_day_runs_from_nine_to_one() -> None:
    rows = timetable(half_day(), event("2027-04-22", timezone="Europe/Helsinki"))
    assert (f"{rows[0].start:%H:%M %z}", f"{rows[-1].end:%H:%M %z}") == (
        "09:00 +0300",
        "13:00 +0300",
    )


def test_spare_minutes_stand_between_a_block_and_the_next() -> None:
    session = Session(title="S", blocks=(block("one", 5, 10, spare=4), block("two", 5, 10)))
    assert clock(agenda_of(session), event("2027-04-22")) == ["09:00–09:10", "09:14–09:24"]


@pytest.mark.parametrize(
    ("of", "expected"),
    [
        # 3:00 becomes 4:00
        (event("2027-03-28", "02:30", "Europe/Helsinki"), ["02:30–04:30", "04:30–05:30"]),
        # 4:00 becomes 3:00
        (event("2027-10-31", "02:30", "Europe/Helsinki"), ["02:30–03:30", "03:30–03:30"]),
        # 2:00 becomes 3:00
        (event("2027-03-14", "01:00", "America/New_York"), ["01:00–03:00", "03:00–04:00"]),
        # 2:00 becomes 1:00
        (event("2027-11-07", "00:30", "America/New_York"), ["00:30–01:30", "01:30–01:30"]),
        # 2:00 becomes 2:30
        (event("2027-10-03", "01:00", "Australia/Lord_Howe"), ["01:00–02:30", "02:30–03:30"]),
        # 2:00 becomes 1:30
        (event("2027-04-04", "01:00", "Australia/Lord_Howe"), ["01:00–01:30", "01:30–02:30"]),
        (event("2027-03-28", "09:30", "Asia/Kolkata"), ["09:30–10:30", "10:30–11:30"]),
    ],
    ids=lambda value: f"{value.timezone} {value.date}" if isinstance(value, Event) else "",
)
def test_an_hour_is_an_hour_also_when_the_clocks_change(of: Event, expected: list[str]) -> None:
    rows = timetable(agenda_of(three_hours()), of)
    assert clock(agenda_of(three_hours()), of)[:2] == expected
    assert [minutes_between(row.start, row.end) for row in rows] == [60, 60, 60]


def test_a_session_that_runs_past_midnight_ends_on_the_next_day() -> None:
    rows = timetable(agenda_of(three_hours()), event("2027-12-31", "23:30", "Asia/Tokyo"))
    assert str(rows[-1].end) == "2028-01-01 02:30:00+09:00"


def test_a_session_begins_on_its_own_day_and_at_its_own_time() -> None:
    session = three_hours(day=1, start="9:30")
    start = begins(session, event("2027-12-31", "14:00", "Asia/Kolkata"))
    assert str(start) == "2028-01-01 09:30:00+05:30"


def test_each_day_of_an_agenda_has_the_clock_of_that_day() -> None:
    of = event("2027-03-26", "09:00", "Europe/Helsinki")  # the Friday before the change
    rows = timetable(agenda_of(three_hours(), three_hours(day=3)), of)
    assert [f"{row.start:%H:%M %z}" for row in (rows[0], rows[3])] == ["09:00 +0200", "09:00 +0300"]


def test_a_start_that_the_clocks_skip_is_told() -> None:
    found = agenda_problems(
        agenda_of(three_hours()), event("2027-03-28", "03:30", "Europe/Helsinki")
    )
    assert [str(problem) for problem in found] == [
        "event.yaml, key start: The agenda begins at a time that the clocks skip on 28 March 2027."
        " Begin at 04:30 or later."
    ]


def test_a_session_that_begins_before_the_one_before_is_over_is_told() -> None:
    two = agenda_of(three_hours(), three_hours(start="11:59").model_copy(update={"title": "Late"}))
    found = agenda_problems(two, event("2027-04-22"))
    assert [str(problem) for problem in found] == [
        'event.yaml, key agenda: The session "Late" begins before "Hours" is over.'
        " Give it a start of 12:00 or later, or another day."
    ]


def test_a_session_may_begin_on_the_minute_at_which_the_one_before_ends() -> None:
    two = agenda_of(three_hours(), three_hours(start="12:00"))
    assert agenda_problems(two, event("2027-04-22")) == ()


def test_an_overlap_is_seen_by_the_stopwatch_when_the_clocks_change() -> None:
    two = agenda_of(three_hours(start="00:30"), three_hours(start="03:30"))
    assert agenda_problems(two, event("2027-11-06", timezone="America/New_York")) == ()
    assert agenda_problems(two, event("2027-11-07", timezone="America/New_York")) == ()
    found = agenda_problems(two, event("2027-03-14", timezone="America/New_York"))
    assert "begins before" in found[0].what


def test_a_further_session_on_a_weekend_is_noted() -> None:
    two = agenda_of(three_hours(), three_hours(day=1))
    found = agenda_problems(two, event("2027-04-23"))
    assert [(problem.severity, problem.what) for problem in found] == [
        ("note", 'The session "Hours" falls on a Saturday, 24 April 2027.')
    ]


def test_minutes_by_mode_add_up_to_the_whole() -> None:
    minutes = minutes_by_mode(half_day())
    assert list(minutes) == ["talk", "alone", "pair", "three", "room", "break", "spare"]
    assert sum(minutes.values()) == 240
    assert (minutes["break"], minutes["spare"]) == (40, 24)


# ---- late --------------------------------------------------------------------------------------


def told(plan: Plan) -> list[tuple[str, int, str]]:
    return [(step.block.id, step.minutes, step.change) for step in plan.steps]


def test_spare_minutes_go_first_and_the_next_ones_before_later_ones() -> None:
    blocks = [block("one", 5, 10, spare=4), block("two", 5, 10, spare=4), block("three", 5, 10)]
    plan = replan(blocks, NINE, later(NINE, 33))
    assert [step.spare for step in plan.steps] == [0, 3, 0]
    assert {step.change for step in plan.steps} == {""}


def test_blocks_with_a_cut_order_are_shortened_before_the_others_and_breaks_at_the_end() -> None:
    blocks = [
        block("first", 5, 10),
        block("pause", 5, 10, mode="break"),
        block("given-up", 5, 10, cut=1),
        block("last", 5, 10),
    ]
    assert told(replan(blocks, NINE, later(NINE, 33))) == [
        ("first", 10, ""),
        ("pause", 10, ""),
        ("given-up", 5, "shorter"),
        ("last", 8, "shorter"),
    ]


def test_blocks_are_dropped_in_the_cut_order_and_the_plan_says_why() -> None:
    blocks = [block("one", 5, 5, cut=2), block("two", 5, 6, cut=1), block("last", 15, 15)]
    plan = replan(blocks, NINE, later(NINE, 21))
    assert told(plan) == [("one", 5, ""), ("two", 0, "dropped"), ("last", 15, "")]
    assert plan.steps[1].reason == "Number 1 in the cut order; this saves 6 minutes."


def test_a_block_that_is_shortened_says_what_would_do() -> None:
    plan = replan([block("one", 5, 12)], NINE, later(NINE, 9))
    assert plan.steps[0].reason == "9 minutes instead of 12; 5 would do."


def test_what_a_dropped_block_frees_in_excess_goes_back() -> None:
    blocks = [
        block("short", 4, 8, cut=1),
        block("long", 20, 20, cut=2),
        block("kept", 10, 14, spare=2),
        block("last", 15, 15),
    ]
    assert told(replan(blocks, NINE, later(NINE, 40))) == [
        ("short", 8, ""),
        ("long", 0, "dropped"),
        ("kept", 14, ""),
        ("last", 15, ""),
    ]


def test_a_block_under_way_is_kept_and_does_not_end_before_now() -> None:
    blocks = [block("running", 5, 10, cut=1), block("last", 15, 15)]
    plan = replan(blocks, NINE, later(NINE, 22), running=12)
    assert told(plan) == [("running", 12, ""), ("last", 15, "")]
    assert plan.over == 5


def test_a_block_may_be_dropped_until_it_is_under_way() -> None:
    blocks = [block("begun", 5, 10, cut=1), block("last", 15, 15)]
    assert replan(blocks, NINE, later(NINE, 15), running=1).steps[0].minutes == 5
    assert replan(blocks, NINE, later(NINE, 15)).steps[0].minutes == 0


def test_nothing_left_is_an_empty_plan() -> None:
    assert replan([], NINE, NINE) == Plan(())


def test_minutes_are_counted_by_the_stopwatch_over_a_change_of_the_clocks() -> None:
    start = datetime.datetime(2027, 3, 28, 2, 30, tzinfo=ZoneInfo("Europe/Helsinki"))
    plan = replan([block("one", 10, 60), block("two", 10, 60)], start, later(start, 120))
    assert [step.minutes for step in plan.steps] == [60, 60]
    assert f"{plan.steps[1].end:%H:%M}" == "05:30"


@pytest.mark.parametrize("late", [5, 10, 20, 24, 40, 60])
def test_the_half_day_ends_on_time_when_it_begins_late(late: int) -> None:
    plan = replan(half_day().blocks, later(NINE, late), later(NINE, 240))
    assert plan.over == 0
    assert minutes_between(plan.steps[-1].end, later(NINE, 240)) == 0
    assert plan.steps[-1].minutes == 15


BLOCKS = st.lists(
    st.builds(
        lambda least, more, spare, mode, cut: block(
            "some", least, least + more, spare=spare, mode=mode, cut=cut
        ),
        st.integers(1, 30),
        st.integers(0, 20),
        st.integers(0, 9),
        st.sampled_from(["talk", "alone", "three", "break"]),
        st.none() | st.integers(1, 6),
    ),
    min_size=1,
    max_size=8,
).map(lambda found: [*found, block("last", 15, 15)])


def most(blocks: Sequence[Block]) -> int:
    return sum(one.target + one.spare for one in blocks)


def may_go(one: Block) -> bool:
    return one.cut is not None and one.mode != "break"


@settings(max_examples=150, deadline=None)
@given(BLOCKS, st.integers(-10, 300), st.just(0) | st.integers(0, 70))
def test_every_new_plan_keeps_to_the_rules(
    blocks: list[Block], available: int, running: int
) -> None:
    plan = replan(blocks, NINE, later(NINE, available), running)
    steps = plan.steps
    assert [step.block for step in steps] == blocks
    least = [max(one.min, running) if n == 0 else one.min for n, one in enumerate(blocks)]
    highest = [max(one.target, low) for one, low in zip(blocks, least, strict=True)]
    droppable = [may_go(one) and (n > 0 or not running) for n, one in enumerate(blocks)]

    for step, low, high, may_drop in zip(steps, least, highest, droppable, strict=True):
        assert (step.change == "dropped") == (step.minutes == 0)
        assert may_drop or step.minutes
        assert step.minutes == 0 or low <= step.minutes <= high
        assert 0 <= step.spare <= step.block.spare
        assert bool(step.reason) == bool(step.change)
    assert steps[-1].minutes == 15

    used = sum(step.minutes + step.spare for step in steps)
    shortest = sum(low for low, may_drop in zip(least, droppable, strict=True) if not may_drop)
    assert (plan.over == 0) == (shortest <= available)
    assert used == available + plan.over or used < available
    if sum(least) <= available:
        assert "dropped" not in [step.change for step in steps]
    if sum(highest) + sum(one.spare for one in blocks) <= available:
        assert all(step.change == "" and step.spare == step.block.spare for step in steps)


@settings(max_examples=150, deadline=None)
@given(BLOCKS, st.integers(0, 300))
def test_a_new_plan_gives_back_all_that_it_can(blocks: list[Block], available: int) -> None:
    plan = replan(blocks, NINE, later(NINE, available))
    free = available - sum(step.minutes + step.spare for step in plan.steps)
    for step in plan.steps if free > 0 else ():
        if step.minutes:
            assert (step.minutes, step.spare) == (step.block.target, step.block.spare)
        else:
            assert step.block.min > free


@settings(max_examples=100, deadline=None)
@given(BLOCKS, st.integers(0, 30))
def test_a_plan_that_is_on_time_changes_nothing(blocks: list[Block], early: int) -> None:
    plan = replan(blocks, NINE, later(NINE, most(blocks) + early))
    assert [(step.minutes, step.spare, step.change) for step in plan.steps] == [
        (one.target, one.spare, "") for one in blocks
    ]


@settings(max_examples=100, deadline=None)
@given(BLOCKS, st.integers(0, 300))
def test_the_steps_of_a_plan_follow_one_another(blocks: list[Block], available: int) -> None:
    steps = replan(blocks, NINE, later(NINE, available)).steps
    assert steps[0].start == NINE
    for step, following in pairwise(steps):
        assert later(step.end, step.spare) == following.start
