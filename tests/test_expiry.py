"""Expiry: until which day answers are kept, and what is refused after it."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import TinyEvent
from workshop_kit.checks import check_answers
from workshop_kit.errors import InputError, Problem
from workshop_kit.event import Event, EventFolder
from workshop_kit.expiry import days_left, is_expired, refuse_expired
from workshop_kit.store import open_store

LAST = datetime.date(2027, 6, 16)  # 90 days after the tiny event
DAY = datetime.timedelta(days=1)
EVENT = Event.model_validate({"name": "Tiny", "date": "2027-03-18"})


def problem_after(event: Event) -> Problem:
    with pytest.raises(InputError) as refused:
        refuse_expired(event, event.expires + DAY)
    (problem,) = refused.value.problems
    return problem


def test_the_answers_are_kept_on_the_last_day_and_not_on_the_next() -> None:
    assert EVENT.expires == LAST
    assert [days_left(EVENT, LAST + n * DAY) for n in (-2, 0, 1)] == [2, 0, -1]
    refuse_expired(EVENT, LAST)
    with pytest.raises(InputError):
        refuse_expired(EVENT, LAST + DAY)


def test_the_refusal_says_until_when_and_what_to_run() -> None:
    said = str(problem_after(EVENT))
    assert "until 16 June 2027" in said
    assert "run: workshop-kit purge DIR" in said
    assert problem_after(EVENT).severity == "error"


def test_the_refusal_points_to_the_key_that_says_how_long() -> None:
    shorter = Event.model_validate({"name": "Tiny", "date": LAST, "privacy": {"days": 30}})
    assert problem_after(EVENT).place == "key date"
    assert problem_after(shorter).place == "key privacy.days"


def test_the_answers_of_a_fictional_event_never_expire() -> None:
    sample = EVENT.model_copy(update={"fictional": True})
    assert not is_expired(sample, LAST + 1000 * DAY)
    refuse_expired(sample, LAST + 1000 * DAY)


# ---- what the check says -----------------------------------------------------------------------


@pytest.fixture
def real(tiny_event: Callable[..., TinyEvent]) -> EventFolder:
    """A tiny event that is not fictional, with one answer that fits no question."""
    event = tiny_event("Quokka")
    yaml = event.path / "event.yaml"
    yaml.write_text(yaml.read_text().replace("fictional: true\n", ""), encoding="utf-8")
    save(event.path, "Zaffre")
    return event.load()


def save(folder: Path, words: str) -> None:
    with open_store(folder) as store:
        store.save(
            participant="leader", team="quokka", activity="lost", question="lost", value=words
        )


def notes(folder: EventFolder, today: datetime.date) -> list[str]:
    return [str(problem) for problem in check_answers(folder, today)]


def test_weeks_before_the_end_the_check_says_nothing_of_it(real: EventFolder) -> None:
    assert "kept until" not in " ".join(notes(real, LAST - 15 * DAY))


@pytest.mark.parametrize(
    ("left", "words"), [(14, "14 more days"), (1, "1 more day."), (0, "today is the last day")]
)
def test_near_the_end_the_check_says_how_long_it_is(
    real: EventFolder, left: int, words: str
) -> None:
    first, *others = notes(real, LAST - left * DAY)
    assert "until 16 June 2027" in first
    assert words in first
    assert others


def test_after_the_end_the_check_says_so_and_tells_of_no_answer(real: EventFolder) -> None:
    (only,) = notes(real, LAST + DAY)
    assert "workshop-kit purge" in only
    assert "quokka" not in only


def test_where_nobody_answered_there_is_nothing_to_say(real: EventFolder) -> None:
    with open_store(real.path) as store:
        store.purge()
    assert notes(real, LAST + DAY) == []


def test_the_check_says_nothing_of_a_fictional_event(tiny_event: Callable[..., TinyEvent]) -> None:
    event = tiny_event("Quokka")
    save(event.path, "Zaffre")
    assert "kept until" not in " ".join(notes(event.load(), LAST + DAY))
