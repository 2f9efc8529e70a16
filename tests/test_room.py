"""How far the room is, what was parked, what the clock said, and what that suggests."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import JsonValue

from tests.postgres import Server, postgres
from workshop_kit.content import load_curriculum, read_agenda
from workshop_kit.curriculum import Agenda
from workshop_kit.room import (
    DAY,
    FACILITATOR,
    SILENT,
    DayLog,
    Planned,
    Progress,
    Span,
    progress,
    read_log,
    read_parked,
    suggestions,
)
from workshop_kit.store import EVENT, Revision, Store, open_store

__all__ = ["postgres"]  # a fixture

NINE = datetime.datetime(2027, 4, 22, 6, 0, tzinfo=datetime.UTC)
ACTIVITIES = [
    activity
    for activity in load_curriculum().activities
    if activity.slug in ("stage-mapping", "naming-the-transition")
]


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return open_store(tmp_path)


def save(store: Store, team: str, activity: str, question: str, value: JsonValue) -> None:
    store.save(participant="leader", team=team, activity=activity, question=question, value=value)


def words(store: Store, *teams: str) -> list[list[str]]:
    found = progress(teams, ACTIVITIES, store.marks(SILENT))
    return [[cell.words for cell in row] for row in found]


def revision(question: str, value: JsonValue, number: int = 1) -> Revision:
    return Revision(
        id=number, at=NINE, participant=FACILITATOR, team=EVENT, activity=DAY,
        question=question, value=value, device="",
    )  # fmt: skip


def minute(number: int) -> datetime.datetime:
    return NINE + datetime.timedelta(minutes=number)


# ---- who is where ------------------------------------------------------------------------------


def test_a_store_that_nobody_used_has_nobody_begun(store: Store) -> None:
    assert words(store, "payments") == [["not begun", "not begun"]]


def test_teams_stand_in_the_order_of_the_file_and_not_of_their_progress(store: Store) -> None:
    save(store, "security", "stage-mapping", "own-work", {"text": "Reviews."})
    naming, mapping = (len(questions_of(slug)) for slug in (0, 1))
    assert naming > 10 < mapping
    rows = words(store, "payments", "security")
    assert [row[-1] for row in rows] == ["not begun", f"1 of {mapping}"]


def questions_of(number: int) -> list[str]:
    return [question.id for form in ACTIVITIES[number].forms for question in form.questions]


def test_a_team_that_answered_every_question_has_all(store: Store) -> None:
    for question in questions_of(0):
        save(store, "payments", ACTIVITIES[0].slug, question, {"text": "Something."})
    assert words(store, "payments")[0][0] == f"all {len(questions_of(0))}"


def test_an_answer_that_was_emptied_or_taken_back_is_no_answer(store: Store) -> None:
    save(store, "payments", "stage-mapping", "own-work", {"text": "Reviews."})
    for value in (None, *SILENT):
        save(store, "payments", "stage-mapping", "own-work", value)
        assert words(store, "payments")[0][-1] == "begun", value


def test_people_of_a_team_count_as_one_question(store: Store) -> None:
    for code in ("P1", "P2", "P3"):
        value: JsonValue = {"fields": {"seen": {"seen": [{"signal": "toy-remark", "when": None}]}}}
        save(store, "payments", "stage-mapping", f"people/{code}", value)
    assert words(store, "payments")[0][-1].startswith("1 of ")


def test_what_is_no_question_of_a_form_says_that_a_team_began(store: Store) -> None:
    save(store, "payments", "naming-the-transition", "rehearsal/one", {"runs": [1]})
    assert words(store, "payments")[0][0] == "begun"


def test_two_people_of_a_team_who_answer_one_question_have_answered_one(store: Store) -> None:
    for participant in ("p1", "p2"):
        store.save(
            participant=participant, team="payments", activity="stage-mapping",
            question="own-work", value={"text": "Reviews."},
        )  # fmt: skip
    assert words(store, "payments")[0][-1].startswith("1 of ")


def test_what_belongs_to_the_event_or_to_an_old_team_is_nobodys_progress(store: Store) -> None:
    save(store, EVENT, "stage-mapping", "own-work", {"text": "x"})
    save(store, "renamed", "stage-mapping", "own-work", {"text": "x"})
    assert words(store, "payments") == [["not begun", "not begun"]]


def test_marks_hold_no_value(store: Store) -> None:
    save(store, "payments", "stage-mapping", "own-work", {"text": "a secret"})
    assert "secret" not in repr(store.marks(SILENT))
    assert Progress(True, 3, 3).words == "all 3"


def test_a_postgresql_server_gives_the_same_marks(tmp_path: Path, postgres: Server) -> None:
    with open_store(tmp_path, postgres.make_database()) as store:
        assert store.marks() == ()
        save(store, "payments", "stage-mapping", "own-work", {"text": "Reviews."})
        save(store, "payments", "stage-mapping", "own-counter", {"text": ""})
        marks = sorted((mark.question, mark.answered) for mark in store.marks(SILENT))
    assert marks == [("own-counter", False), ("own-work", True)]


# ---- what was parked ---------------------------------------------------------------------------


def test_parked_questions_come_oldest_first_without_those_taken_away() -> None:
    kept = [
        revision("q/b", {"text": "Second", "at": "2", "answered": True}),
        revision("q/a", {"text": "First", "at": "1", "answered": False}),
        revision("q/c", None),
        revision("q/d", {"text": 5}),
    ]
    assert [(one.text, one.answered) for one in read_parked(kept)] == [
        ("First", False),
        ("Second", True),
    ]
    assert read_parked([revision("q/a", read_parked(kept)[0].value)]) == read_parked(kept)[:1]


# ---- what the clock said -----------------------------------------------------------------------


@given(
    name=st.sampled_from(["block/a", "late/a", "plan", "kept", "stayed", "block", "odd/x/y"]),
    value=st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=30)
        | st.datetimes(timezones=st.none() | st.just(datetime.UTC)).map(lambda at: at.isoformat()),
        lambda inner: st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["began", "ended", "at", "start", "steps", "block", "minutes", "spare", "blocks", "late"]),
            inner, max_size=5,
        ),
        max_leaves=12,
    ),
)  # fmt: skip
@settings(max_examples=200)
def test_a_log_is_read_whatever_stands_in_it(name: str, value: Any) -> None:
    log = read_log([revision(name, value)])
    for block in log.spans:
        assert (log.took(block) or 0) >= 0


def test_a_block_counts_from_what_was_said_about_it_since_it_began() -> None:
    entries = [
        revision("block/welcome", {"began": minute(40).isoformat(), "ended": minute(46).isoformat()}),
        revision("late/welcome", {"at": minute(41).isoformat(), "start": minute(34).isoformat()}),
    ]  # fmt: skip
    log = read_log(entries)
    assert log.start("welcome") == minute(34)
    assert log.took("welcome") == 12
    before = revision("late/welcome", {"at": NINE.isoformat(), "start": minute(5).isoformat()})
    assert read_log([entries[0], before]).took("welcome") == 6


# ---- next time ---------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def agenda() -> Agenda:
    found, _ = read_agenda("half-day")
    assert found
    return found


def suggested(agenda: Agenda, took: int | None, block: str, plan: int | None = None) -> Any:
    spans = {block: Span(NINE, minute(took))} if took is not None else {}
    plans = {block: Planned(NINE, plan, 0)} if plan is not None else {}
    found = suggestions(agenda, DayLog(spans, plan=plans))
    return next(one for one in found if one.block.id == block)


def test_a_block_that_took_longer_suggests_what_it_took(agenda: Agenda) -> None:
    block = next(block for block in agenda.blocks if block.id == "own-signals")
    one = suggested(agenda, block.target + 4, block.id)
    assert one.target == block.target + 4
    assert one.words == f"Try {block.target + 4} in place of {block.target}."
    assert suggested(agenda, block.target + 1, block.id).target == block.target
    assert suggested(agenda, 300, block.id).target == 60


def test_a_suggestion_stays_above_the_least_and_a_break_is_never_made_shorter(
    agenda: Agenda,
) -> None:
    for block in agenda.blocks:
        one = suggested(agenda, 1, block.id)
        assert one.target >= (block.target if block.mode == "break" else block.min), block.id


def test_what_was_dropped_shortened_passed_over_or_not_recorded_suggests_nothing(
    agenda: Agenda,
) -> None:
    block = next(block for block in agenda.blocks if block.cut == 2)
    assert suggested(agenda, None, block.id).words == "Not recorded."
    assert suggested(agenda, 0, block.id).words == "Passed over."
    assert suggested(agenda, None, block.id, plan=0).words == "Dropped."
    assert suggested(agenda, block.min, block.id, plan=block.min).target == block.target
