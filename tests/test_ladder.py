"""A ladder knows its levels and headings in its own order, and is strict."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from workshop_kit.ladder import Ladder, Statement


def _ladder(*rows: tuple[str, str, str]) -> Ladder:
    statements = tuple(Statement(level=level, heading=h, text=t) for level, h, t in rows)
    return Ladder(name="Ours", statements=statements)


LADDER = _ladder(
    ("Senior", "Craft", "Writes code."),
    ("Junior", "", "Learns."),
    ("Senior", "Delivery", "Ships."),
)


def test_levels_stand_in_the_order_of_the_document():
    assert LADDER.levels == ("Senior", "Junior")


def test_headings_leave_out_the_empty_one():
    assert LADDER.headings == ("Craft", "Delivery")


def test_at_gives_the_statements_of_one_level_in_order():
    assert [statement.text for statement in LADDER.at("Senior")] == ["Writes code.", "Ships."]


def test_at_an_unknown_level_is_empty():
    assert LADDER.at("Wizard") == ()


def test_a_ladder_needs_a_statement():
    with pytest.raises(ValidationError):
        Ladder(name="Ours", statements=())


def test_a_statement_of_blanks_is_refused():
    with pytest.raises(ValidationError):
        Statement(level="Senior", text="  ")


def test_a_ladder_is_frozen():
    with pytest.raises(ValidationError):
        LADDER.name = "Theirs"
