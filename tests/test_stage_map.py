"""What a leader saw of a team: words for each code, the team's picture, and never a label."""

from __future__ import annotations

import pytest
from pydantic import JsonValue

from workshop_kit.content import load_curriculum
from workshop_kit.curriculum import PeopleQuestion
from workshop_kit.stage_map import MIXED, NOT_ENOUGH, picture, placements, uncertainty

CURRICULUM = load_curriculum()
SIGNALS = {stage.slug: [signal.id for signal in stage.signals] for stage in CURRICULUM.stages}
(QUESTION,) = [
    question
    for form in CURRICULUM.activity("stage-mapping").forms
    for question in form.questions
    if isinstance(question, PeopleQuestion)
]


def seen(*signals: tuple[str, str | None], evidence: str = "some", **words: str) -> JsonValue:
    """A person's answer: (signal, day) for each, the evidence chosen, and what is written."""
    fields: dict[str, JsonValue] = {
        "signals": {"seen": [{"signal": signal, "when": when} for signal, when in signals]},
        "evidence": {"chosen": [evidence], "other": ""},
    }
    return {"fields": {**fields, **{name: {"text": text} for name, text in words.items()}}}


def read(**people: JsonValue):  # type: ignore[no-untyped-def]
    kept = {f"{QUESTION.id}/{code}": value for code, value in people.items()}
    return placements(QUESTION, kept, CURRICULUM)


def counts(size: int, **people: JsonValue) -> dict[str, int]:
    frame = picture(read(**people), size, CURRICULUM)
    return {row.group: row.people for row in frame.itertuples() if row.people}


ANXIETY = [(SIGNALS["anxiety"][0], "2027-03-01"), (SIGNALS["anxiety"][1], "2027-03-09")]


def test_signals_on_two_days_of_one_kind_count_under_that_kind() -> None:
    assert counts(3, P1=seen(*ANXIETY)) == {"Signals of Anxiety": 1, NOT_ENOUGH: 2}


def test_who_was_not_written_about_is_not_enough_evidence() -> None:
    assert counts(7) == {NOT_ENOUGH: 7}


def test_one_day_is_not_enough() -> None:
    one_day = [(signal, "2027-03-01") for signal, _ in ANXIETY]
    assert counts(1, P1=seen(*one_day)) == {NOT_ENOUGH: 1}


def test_one_signal_is_not_enough_however_sure_the_leader_is() -> None:
    assert counts(1, P1=seen(ANXIETY[0])) == {NOT_ENOUGH: 1}


def test_signals_without_a_day_are_not_enough() -> None:
    undated = [(signal, None) for signal, _ in ANXIETY]
    assert counts(1, P1=seen(*undated)) == {NOT_ENOUGH: 1}


def test_the_leaders_not_enough_stands_whatever_is_ticked() -> None:
    assert counts(1, P1=seen(*ANXIETY, evidence="not-enough")) == {NOT_ENOUGH: 1}


def test_not_enough_is_the_default() -> None:
    (person,) = read(P1={"fields": {}})
    assert person.evidence == "not-enough"


@pytest.mark.parametrize("evidence", ["mixed", "moving"])
def test_mixed_and_moving_have_a_bar_of_their_own(evidence: str) -> None:
    assert counts(1, P1=seen(*ANXIETY, evidence=evidence)) == {MIXED: 1}


def test_signals_of_two_kinds_are_mixed() -> None:
    other = (SIGNALS["leverage"][0], "2027-03-04")
    assert counts(1, P1=seen(*ANXIETY, other)) == {MIXED: 1}


def test_everybody_is_counted_once_even_where_more_are_mapped_than_the_team_has() -> None:
    frame = picture(read(P1=seen(*ANXIETY), P2=seen(), P3=seen()), 2, CURRICULUM)
    assert frame["people"].sum() == 3


def test_people_come_in_the_order_of_their_codes_and_removed_ones_not_at_all() -> None:
    people = read(P10=seen(), P2=seen(), P1=None)
    assert [person.code for person in people] == ["P2", "P10"]


def test_an_entry_that_no_longer_fits_is_left_out_of_the_picture() -> None:
    assert read(P1=seen(("gone-signal", "2027-03-01"))) == ()


def test_uncertainty_is_never_empty() -> None:
    full = seen(
        *ANXIETY, (SIGNALS["anxiety"][2], "2027-03-11"), counter="yes", explanation="may be"
    )
    for value in (seen(), seen(ANXIETY[0]), seen(*ANXIETY), full):
        (person,) = read(P1=value)
        assert uncertainty(person)


def test_uncertainty_says_what_is_missing() -> None:
    (person,) = read(P1=seen(*ANXIETY))
    assert "speaks against" in uncertainty(person)
    assert "other explanation" in uncertainty(person)
