"""The live view without a browser: where the day stands, what a press changes, what is kept."""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conftest import TinyEvent
from workshop_kit.agenda import later
from workshop_kit.curriculum import Agenda
from workshop_kit.errors import InputError, StoreError
from workshop_kit.event import Event
from workshop_kit.live.day import Day, is_the_day
from workshop_kit.live.pressed import at, entries
from workshop_kit.live.shown import shown
from workshop_kit.live.view import LiveView
from workshop_kit.room import DAY, PARKED, REHEARSAL, DayLog, read_log
from workshop_kit.serving.choice import LIVE, choose_activity
from workshop_kit.serving.page_copy import write_copy
from workshop_kit.store import EVENT, Revision

EVENT_DAY = Event.model_validate(
    {"name": "Offsite", "date": "2027-04-22", "start": "9:00", "timezone": "Europe/Helsinki"}
)
NINE = datetime.datetime(2027, 4, 22, 6, 0, tzinfo=datetime.UTC)


def block(ident: str, target: int, least: int, **more: Any) -> dict[str, Any]:
    given = {"id": ident, "title": ident.title(), "mode": "alone", "target": target, "min": least}
    return given | more


def agenda_of(*sessions: list[dict[str, Any]], **more: Any) -> Agenda:
    given = [
        {"title": f"Part {n}", "day": n - 1, "blocks": blocks}
        for n, blocks in enumerate(sessions, 1)
    ]
    whole = {"slug": "own", "title": "Own", "about": "Ours.", "minutes": 60, "sessions": given}
    return Agenda.model_validate(whole | more)


MORNING = agenda_of(
    [
        block("welcome", 10, 5),
        block("talk", 10, 5, cut=1),
        block("work", 20, 10, spare=5),
        block("close", 15, 15),
    ]
)
TWO_DAYS = agenda_of([block("one", 10, 5)], [block("two", 10, 5)])


class Run:
    """A day that is lived through: `press` as somebody at the page does, at a minute after nine."""

    def __init__(self, agenda: Agenda = MORNING, rehearsing: bool = False) -> None:
        self.agenda, self.rehearsing = agenda, rehearsing
        self.kept: dict[str, Any] = {}
        self.now = NINE

    def at(self, minute: float) -> Day:
        self.now = NINE + datetime.timedelta(minutes=minute)
        return self.day

    @property
    def day(self) -> Day:
        return Day(self.agenda, EVENT_DAY, self.log, self.now, self.rehearsing)

    @property
    def log(self) -> DayLog:
        return read_log(
            Revision(
                id=n, at=NINE, participant="f", team=EVENT, activity=DAY, question=name,
                value=value, device="",
            )
            for n, (name, value) in enumerate(self.kept.items())
        )  # fmt: skip

    def press(self, do: str, **more: Any) -> Day:
        for name, value in entries({"do": do, "at": at(self.day), **more}, self.day):
            self.kept[name] = json.loads(json.dumps(value))
        return self.day

    def next_at(self, *minutes: float) -> Day:
        for minute in minutes:
            self.at(minute)
            self.press("next")
        return self.day

    @property
    def shown(self) -> dict[str, Any]:
        return shown(self.day, {})


def here(day: Day) -> str:
    return day.current.id if day.current else day.phase


# ---- going through the day ---------------------------------------------------------------------


def test_the_day_begins_goes_from_block_to_block_and_ends() -> None:
    run = Run()
    assert here(run.day) == "before"
    stood = [here(run.next_at(minute)) for minute in (0, 10, 20, 45, 60)]
    assert stood == ["welcome", "talk", "work", "close", "over"]
    assert run.kept["block/welcome"] == {
        "began": "2027-04-22T06:00:00+00:00",
        "ended": "2027-04-22T06:10:00+00:00",
    }
    assert entries({"do": "next", "at": at(run.day)}, run.day) == []


def test_a_press_that_was_meant_for_another_block_changes_nothing() -> None:
    run = Run()
    seen = at(run.day)
    run.next_at(0)
    assert entries({"do": "next", "at": seen}, run.day) == []


def test_back_undoes_one_press_after_another_to_the_start() -> None:
    run = Run()
    run.next_at(0, 10, 20, 45, 60)
    stood = [here(run.press("back")) for _ in range(6)]
    assert stood == ["close", "work", "talk", "welcome", "before", "before"]


def test_a_block_that_was_ended_without_a_next_one_can_be_gone_on_from() -> None:
    run = Run()
    run.next_at(0, 10)
    run.kept["block/talk"]["ended"] = "2027-04-22T06:20:00+00:00"  # then the laptop's battery died
    assert run.at(22).phase == "between"
    assert run.shown["press"] == "Begin: Work"
    assert here(run.press("next")) == "work"


def test_a_session_ends_and_the_next_one_is_begun_by_somebody() -> None:
    run = Run(TWO_DAYS)
    day = run.next_at(0, 10)
    assert (day.phase, run.shown["waits"]) == ("between", "Part 2: 23 April 2027, 09:00")
    run.at(24 * 60)
    assert here(run.press("next")) == "two"
    assert run.press("back").phase == "between"
    run.press("next")
    assert run.press("next").phase == "over"


# ---- late --------------------------------------------------------------------------------------


def test_a_block_begun_late_is_late_by_that_much_and_keeps_its_minutes() -> None:
    run = Run()
    day = run.next_at(4)
    assert day.late == 4
    assert day.ends == NINE + datetime.timedelta(minutes=14)
    assert run.at(13).late == 4
    assert run.at(17).late == 7
    assert run.shown["late"] == "7 minutes late"


def test_early_and_on_time_are_told_too() -> None:
    run = Run()
    run.next_at(0, 7)
    assert run.shown["late"] == "3 minutes early"
    run.next_at(20)
    assert run.shown["late"] == "On time"


def test_spare_minutes_take_a_delay_up_without_a_new_plan() -> None:
    run = Run()
    day = run.next_at(4)
    assert (day.late, day.behind, day.offer) == (4, 0, None)


def test_a_session_that_would_end_late_is_offered_a_plan_that_ends_on_time() -> None:
    run = Run()
    day = run.next_at(12)
    assert day.behind == 7
    assert day.offer
    assert day.offer.over == 0
    assert run.shown["offer"]["words"].startswith(
        "As things stand this session ends 7 minutes late."
    )
    assert run.shown["offer"]["steps"]


def test_a_plan_that_is_followed_is_what_late_is_counted_against() -> None:
    run = Run()
    run.next_at(12)
    day = run.press("follow")
    assert (day.late, day.behind, day.offer) == (0, 0, None)
    assert run.shown["late"] == "On time, by the new plan"
    shorter = {step["id"]: step["minutes"] for step in run.shown["steps"]}
    assert "5 in place of 10" in shorter.values()
    assert run.at(60).late > 0


def test_a_dropped_block_is_passed_over_and_can_be_taken_back_in() -> None:
    run = Run()
    run.next_at(28)
    assert {step["id"]: step["dropped"] for step in run.shown["offer"]["steps"]}["talk"]
    day = run.press("follow")
    assert day.next
    assert day.next.id == "work"
    back = run.press("keep", block="talk")
    assert back.next
    assert back.next.id == "talk"
    assert back.current
    assert back.late == 0


def test_a_block_kept_in_beforehand_is_not_dropped_by_the_plan() -> None:
    run = Run()
    run.next_at(28)
    run.press("keep", block="talk")
    assert "plan" not in run.kept
    assert not any(step["dropped"] for step in run.shown["offer"]["steps"])


def test_staying_with_the_old_plan_is_not_asked_again_until_it_is_much_later() -> None:
    run = Run()
    run.next_at(12)
    assert run.press("stay").declined
    assert run.at(24).declined
    assert not run.at(25).declined
    assert not run.press("ask").declined


def test_saying_how_late_we_are_counts_where_the_log_does_not_know() -> None:
    run = Run()
    run.next_at(0)
    run.at(6)
    day = run.press("late", block="welcome", minutes=9)
    assert day.late == 9
    assert day.ends == NINE + datetime.timedelta(minutes=19)
    assert day.offer, "said aloud, four minutes are worth a plan"


def test_a_day_that_began_without_a_press_can_be_joined_in_the_middle() -> None:
    run = Run()
    run.at(31)
    day = run.press("late", block="work", minutes=7)
    assert (here(day), day.late) == ("work", 7)
    assert day.log.took("welcome") is None
    day = run.next_at(52)
    assert day.log.took("work") == 25


def test_before_the_day_a_late_start_can_be_said_and_planned() -> None:
    run = Run()
    run.at(-20)
    day = run.press("late", block="welcome", minutes=15)
    assert day.due == NINE + datetime.timedelta(minutes=15)
    assert day.offer
    assert run.shown["waits"] == "Part 1 begins at 09:15"
    assert run.next_at(15).late == 15


@given(
    presses=st.lists(
        st.tuples(
            st.integers(0, 30),
            st.sampled_from(["next", "back", "follow", "stay", "ask", "keep", "late", "again"]),
            st.sampled_from(["welcome", "talk", "work", "close", "nothing"]),
            st.integers(-5, 300),
        ),
        max_size=25,
    ),
    rehearsing=st.booleans(),
)
@settings(max_examples=60, deadline=None)
def test_whatever_is_pressed_in_whatever_order_the_day_can_be_shown(
    presses: list[tuple[int, str, str, int]], rehearsing: bool
) -> None:
    run = Run(rehearsing=rehearsing)
    minute = -10
    for passed, do, ident, minutes in presses:
        minute += passed
        run.at(minute)
        run.press(do, block=ident, minutes=minutes)
        json.dumps(run.shown)
        assert run.day.behind >= 0
        if run.day.offer:
            kept = {step.block.id for step in run.day.offer.steps if step.minutes}
            assert "close" in kept, "the last block is never dropped"


def test_a_rehearsal_can_be_late_at_once() -> None:
    run = Run(rehearsing=True)
    run.next_at(0, 1)
    run.at(2)
    day = run.press("late", block=run.day.current.id, minutes=40)
    assert day.late == 40
    assert day.ends == later(day.now, day.current.target)
    assert day.offer is not None


# ---- the day itself, and a rehearsal -----------------------------------------------------------


def test_on_another_day_it_is_a_rehearsal_that_counts_from_its_own_start() -> None:
    november = NINE - datetime.timedelta(days=150, minutes=-47)
    assert not is_the_day(MORNING, EVENT_DAY, DayLog(), november)
    run = Run(rehearsing=True)
    run.now = november
    assert "This event is on 22 April 2027; today you are rehearsing" in run.shown["about"]
    assert run.shown["late"] == ""
    day = run.press("next")
    assert day.late == 0
    run.now += datetime.timedelta(minutes=12)
    assert run.day.late == 2
    run.press("again")
    assert run.day.phase == "before"


def test_the_day_is_by_the_events_own_clock_and_can_be_looked_back_at() -> None:
    late_evening = datetime.datetime(2027, 4, 21, 21, 30, tzinfo=datetime.UTC)
    assert is_the_day(MORNING, EVENT_DAY, DayLog(), late_evening)  # past midnight in Helsinki
    run = Run()
    run.next_at(0, 10, 20, 45, 60)
    tomorrow = NINE + datetime.timedelta(days=1)
    assert is_the_day(MORNING, EVENT_DAY, run.log, tomorrow)
    assert not is_the_day(MORNING, EVENT_DAY, DayLog(), tomorrow)
    assert is_the_day(TWO_DAYS, EVENT_DAY, DayLog(), tomorrow)


def test_minutes_pass_as_on_a_stopwatch_where_the_clocks_change() -> None:
    spring = EVENT_DAY.model_copy(
        update={"date": datetime.date(2027, 3, 28), "start": datetime.time(2, 50)}
    )
    ten_past = datetime.datetime(2027, 3, 28, 1, 10, tzinfo=datetime.UTC)  # 3 has become 4
    day = Day(MORNING, spring, DayLog(), ten_past)
    assert day.late == 20
    assert shown(day, {})["steps"][0]["at"] == "04:10"


def test_after_the_last_block_planned_stands_beside_actual() -> None:
    run = Run()
    run.next_at(0, 14, 24, 45, 60)
    report = run.shown["report"]
    assert report["rows"][0] == [
        "Welcome", "09:00, 10 minutes", "09:00, 14 minutes", "Try 14 in place of 10.",
    ]  # fmt: skip
    assert "One day only. Two runs would say more." in report["words"]


def test_an_agenda_without_a_facilitator_has_no_clock() -> None:
    alone = Run(agenda_of([block("one", 10, 5)], facilitated=False))
    assert alone.shown["phase"] == "alone"


# ---- the widget --------------------------------------------------------------------------------


@pytest.fixture
def event(tiny_event: Callable[..., TinyEvent]) -> TinyEvent:
    return tiny_event("Quokka", "Wombat")


def view_of(event: TinyEvent, day: str = "2027-03-18", hour: int = 9) -> LiveView:
    moment = datetime.datetime.fromisoformat(f"{day}T{hour:02}:00:00+00:00")
    return LiveView(event.path, now=lambda: moment)


def pressed(view: LiveView, do: str, **more: Any) -> str:
    return view.press({"do": do, "at": view.state()["day"]["at"], **more})


def test_a_rehearsal_does_not_draw_the_picture_of_the_event(event: TinyEvent) -> None:
    assert "You are rehearsing" in view_of(event, "2027-03-01").press({"do": "picture"})
    assert "at least 5 people" in view_of(event).press({"do": "picture"})


def test_what_has_expired_is_not_shown(event: TinyEvent) -> None:
    yaml = event.path / "event.yaml"
    yaml.write_text(yaml.read_text().replace("fictional: true\n", ""))
    with pytest.raises(InputError, match="were to be kept until 16 June 2027"):
        view_of(event, "2027-06-17")


def test_what_is_pressed_in_one_view_is_seen_in_another(event: TinyEvent) -> None:
    one, other = view_of(event), view_of(event)
    assert pressed(one, "next") == ""
    assert other.state()["day"]["block"]["id"] == "welcome"
    assert one._store.latest(team=EVENT, activity=REHEARSAL) == ()


def test_a_rehearsal_is_kept_apart_from_the_day_and_a_stale_one_begins_anew(
    event: TinyEvent,
) -> None:
    for day in ("2027-03-10", "2027-03-12"):
        view = view_of(event, day)
        assert view.state()["day"]["press"] == "Begin the rehearsal"
        pressed(view, "next")
        pressed(view, "next")
        assert view.state()["day"]["block"]["id"] != "welcome"
        assert view._store.latest(team=EVENT, activity=DAY) == ()
    assert view_of(event).state()["day"]["press"] == "Begin the day"


def test_parked_questions_are_kept_ticked_and_taken_away(event: TinyEvent) -> None:
    view = view_of(event)
    pressed(view, "park", text="  Who signs?  ")
    pressed(view, "park", text="   ")
    (one,) = view.state()["parked"]
    assert (one["text"], one["answered"]) == ("Who signs?", False)
    pressed(view, "tick", key=one["key"], answered=True)
    assert view_of(event).state()["parked"][0]["answered"]
    pressed(view, "remove", key=one["key"])
    assert view.state()["parked"] == []
    assert view._store.latest(activity=PARKED) == ()  # a question is no team's answer


def test_the_room_shows_the_activities_of_the_agenda_by_team_and_nobodys_words(
    event: TinyEvent,
) -> None:
    view = view_of(event)
    view._store.save(
        participant="leader", team="wombat", activity="stage-mapping",
        question="own-work", value={"text": "a secret"},
    )  # fmt: skip
    state = view.state()
    assert [row["team"] for row in state["room"]] == ["Quokka", "Wombat"]
    assert [row["cells"][0][:4] for row in state["room"]] == ["not ", "1 of"]
    assert len(state["room"][0]["cells"]) == len(view.page["activities"])
    assert "secret" not in json.dumps(state)


def test_a_store_that_is_away_is_a_line_of_words_and_the_clock_goes_on(
    event: TinyEvent, monkeypatch: pytest.MonkeyPatch
) -> None:
    view = view_of(event)
    pressed(view, "next")
    view.state()

    def away(**_: Any) -> None:
        raise StoreError("The database is away.", "away")

    with monkeypatch.context() as patch:
        patch.setattr(view._store, "latest", away)
        state = view.state()
        assert state["trouble"] == "The database is away."
        assert state["day"]["block"]["id"] == "welcome"
        assert pressed(view, "next") == "Not saved: The database is away."
    assert view.state()["trouble"] == ""


def test_the_page_is_answered_by_the_number_of_its_question(event: TinyEvent) -> None:
    view, said = view_of(event), []
    view.send = lambda content, _buffers=None: said.append(content)  # type: ignore[method-assign]
    view._hear(view, {"type": "look", "n": "a-1"}, [])
    view._hear(view, {"type": "press", "n": "a-2", "do": "next", "at": "before/0"}, [])
    view._hear(view, {"odd": 1}, [])
    assert [(one["n"], one["state"]["day"]["phase"]) for one in said] == [
        ("a-1", "before"),
        ("a-2", "running"),
    ]


def test_a_picture_that_can_not_be_told_is_refused_in_words(event: TinyEvent) -> None:
    view = view_of(event)
    assert view.state()["picture"] is None
    assert pressed(view, "picture")
    assert view.state()["picture"] is None


def test_a_broken_ladder_does_not_stop_the_clock_and_a_broken_event_is_told(
    event: TinyEvent,
) -> None:
    event.write_ladder("one.md", "")
    assert view_of(event).state()["day"]["phase"] == "before"
    (event.path / "event.yaml").write_text("name: x\n", encoding="utf-8")
    with pytest.raises(InputError, match="date"):
        view_of(event)


# ---- the notebook, and how it is opened --------------------------------------------------------


def test_open_live_takes_the_event_and_no_team(event: TinyEvent, tmp_path: Path) -> None:
    opening = choose_activity(LIVE, event.path)
    assert (opening.team, opening.team_name) == ("", "Tiny offsite")
    copy = nbformat.read(write_copy(opening, tmp_path), as_version=4)
    assert f"event_dir = {str(event.path.resolve())!r}" in [cell.source for cell in copy.cells]
    with pytest.raises(InputError, match="no event folder"):
        choose_activity(LIVE, None)
