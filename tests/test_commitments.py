"""What leaders said that they will do, and how it stands at a look back."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import JsonValue

from tests.test_questions import JSON
from workshop_kit.commitments import Standing, promises, said_of, standing
from workshop_kit.content import load_curriculum
from workshop_kit.curriculum import Days, look_back_days
from workshop_kit.event import Event, Privacy
from workshop_kit.store import Revision

CURRICULUM = load_curriculum()
DAY = datetime.date(2027, 3, 18)
EVENT = Event(name="Tiny offsite", date=DAY)
AT = datetime.datetime(2027, 3, 18, tzinfo=datetime.UTC)
DATED = ("lead-by-example", "thirty-sixty-ninety")
KEY = "kept.lead-by-example.thirty-sixty-ninety.1"


def kept(
    activity: str, question: str, value: JsonValue, team: str = "quokka", who: str = "leader"
) -> Revision:
    return Revision(
        id=1, at=AT, participant=who, team=team, activity=activity, question=question,
        value=value, device="",
    )  # fmt: skip


def will(*rows: tuple[str, int | None], **whose: str) -> Revision:
    """An answer to the question about 30, 60 and 90 days: (what, days after the event) for each."""
    commitments = [
        {"what": what, "by": None if days is None else str(DAY + datetime.timedelta(days=days))}
        for what, days in rows
    ]
    return kept(*DATED, {"commitments": commitments}, **whose)


def said(days: Days, outcome: str, what: str = "Ask them", key: str = KEY) -> Revision:
    return kept(
        f"follow-up-{days}", key, {"chosen": [outcome], "other": "It rained.", "what": what}
    )


def now(*latest: Revision, before: Days | None = None, event: Event = EVENT) -> list[Standing]:
    return list(standing(CURRICULUM, event, latest, before))


def test_every_commitment_with_words_is_found_in_the_order_of_the_questions() -> None:
    found = promises(
        CURRICULUM,
        [
            kept("stage-mapping", "support-moves", {"commitments": [{"what": "Ask"}]}),
            will(("One", 30), ("  ", 60), ("Three", None)),
        ],
    )
    assert [p.commitment.what for p in found] == ["One", "Three", "Ask"]


def test_a_commitment_keeps_its_place_where_one_above_it_is_empty() -> None:
    found = promises(CURRICULUM, [will(("  ", 30), ("Two", 60))])
    assert [(p.position, p.key) for p in found] == [(2, KEY.replace(".1", ".2"))]


def test_an_answer_that_was_taken_back_or_no_longer_fits_is_left_out() -> None:
    assert promises(CURRICULUM, [kept(*DATED, None), kept(*DATED, {"text": "words"})]) == ()


def test_what_was_added_at_a_look_back_is_no_promise_of_the_day() -> None:
    added = kept("follow-up-30", "until-60", {"commitments": [{"what": "New"}]})
    assert promises(CURRICULUM, [added]) == ()
    assert [one.promise.commitment.what for one in now(added)] == ["New"]


def test_what_was_added_at_a_look_back_is_asked_for_at_the_next_and_not_at_the_same() -> None:
    added = kept("follow-up-30", "until-60", {"commitments": [{"what": "New"}]})
    assert now(added, before=30) == []
    assert len(now(added, before=60)) == 1


def test_nothing_said_leaves_it_open_on_its_own_day() -> None:
    (one,) = now(will(("Ask them", 30)))
    assert one.is_open
    assert one.by == datetime.date(2027, 4, 17)


@pytest.mark.parametrize("outcome", ["as-said", "otherwise", "dropped", "moved-on"])
def test_what_is_settled_is_asked_no_more(outcome: str) -> None:
    (one,) = now(will(("Ask them", 30)), said(30, outcome), before=60)
    assert (one.is_open, one.outcome, one.said_after) == (False, outcome, 30)


def test_what_was_moved_is_open_on_the_day_of_that_look_back() -> None:
    (one,) = now(will(("Ask them", 30)), said(30, "moved-60"), before=60)
    assert one.is_open
    assert one.by == DAY + datetime.timedelta(days=60)


def test_the_last_word_counts() -> None:
    latest = [will(("Ask them", 30)), said(30, "moved-60"), said(60, "dropped")]
    assert [one.outcome for one in now(*latest)] == ["dropped"]
    assert [one.outcome for one in now(*latest, before=60)] == [""]


def test_what_was_said_of_other_words_does_not_count() -> None:
    (one,) = now(will(("Ask all of them", 30)), said(30, "dropped"))
    assert one.is_open


def test_white_space_alone_makes_no_other_words() -> None:
    (one,) = now(will(("Ask  them\n", 30)), said(30, "dropped"))
    assert not one.is_open


def test_what_one_participant_said_says_nothing_of_anothers_commitment() -> None:
    others = [will(("Ask them", 30), team="wombat"), will(("Ask them", 30), who="p07")]
    assert all(one.is_open for one in now(*others, said(30, "dropped")))


def test_an_outcome_that_is_gone_from_the_curriculum_leaves_it_open() -> None:
    (one,) = now(will(("Ask them", 30)), said(30, "forgotten"))
    assert one.is_open


def test_a_move_to_a_look_back_that_there_is_not_leaves_its_own_day() -> None:
    short = EVENT.model_copy(update={"privacy": Privacy(days=50)})
    (one,) = now(will(("Ask them", 30)), said(30, "moved-90"), event=short)
    assert one.is_open
    assert one.by == datetime.date(2027, 4, 17)


@given(JSON)
def test_whatever_stands_there_raises_nothing(value: JsonValue) -> None:
    (one,) = now(will(("Ask them", 30)), kept("follow-up-30", KEY, value))
    said_of(one.promise, value)
    promises(CURRICULUM, [kept(*DATED, value)])


@given(st.text(max_size=30))
def test_a_commitment_is_told_by_its_words_whatever_they_are(what: str) -> None:
    found = now(will((what, 30)), said(30, "dropped", what))
    assert [one.outcome for one in found] == (["dropped"] if what.strip() else [])


# ---- the days ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kept_for", "expected"),
    [
        (90, {30: 30, 60: 60, 90: 88}),
        (62, {30: 30, 60: 60}),
        (61, {30: 30, 60: 59}),
        (45, {30: 30, 60: 43}),
        (32, {30: 30}),
        (20, {30: 18}),
        (2, {}),
        (1, {}),
    ],
)
def test_the_last_look_back_leaves_two_days_before_the_answers_expire(
    kept_for: int, expected: dict[int, int]
) -> None:
    found = look_back_days(DAY, DAY + datetime.timedelta(days=kept_for))
    assert {days: (day - DAY).days for days, day in found.items()} == expected
