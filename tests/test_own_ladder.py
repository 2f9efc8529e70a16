"""A team's own ladder: what it brought as a file, and over it what it answered, statement by statement."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.test_answer_words import STATEMENT
from workshop_kit.answers import Rewritten
from workshop_kit.ladder import Ladder, Statement
from workshop_kit.own_ladder import places_in, rewrites_in, with_answers
from workshop_kit.rewritten import Rewriting

PASSES, FINISHES, DECIDES = LADDER_TEXTS = (
    "Writes code that passes review.",
    "Finishes a described task.",
    "Decides what is not built.",
)
NEW = "Says how a change was checked."


def ladder(*statements: tuple[str, str]) -> Ladder:
    return Ladder(
        name="Ladder",
        statements=tuple(
            Statement(level=level, heading="Craft", text=text) for level, text in statements
        ),
    )


LADDER = ladder(("Engineer", PASSES), ("Engineer", FINISHES), ("Senior engineer", DECIDES))


def rewritten(
    statement: str, text: str = "", level: str = "Engineer", label: str = ""
) -> Rewritten:
    return Rewritten(statement=statement, level=level, heading="Craft", label=label, text=text)


def texts(rewriting: Rewriting) -> list[str]:
    assert rewriting.ladder is not None
    return [statement.text for statement in rewriting.ladder.statements]


# ---- what was kept -----------------------------------------------------------------------------


def test_rewritten_statements_are_found_among_all_that_was_kept() -> None:
    kept = {"rewrite/1": {**STATEMENT}, "rewrite/2": None, "quoted-line": {"text": "Delivers."}}
    assert rewrites_in(kept) == {"rewrite/1": Rewritten.model_validate(STATEMENT)}


@pytest.mark.parametrize("value", [[], "text", {}, {"statement": 3}, {**STATEMENT, "score": 1}])
def test_what_is_no_rewritten_statement_is_left_out(value: object) -> None:
    assert rewrites_in({"rewrite/1": value}) == {}  # type: ignore[dict-item]


# ---- the ladder with the answers ---------------------------------------------------------------


def test_without_answers_there_is_no_own_ladder() -> None:
    assert with_answers(LADDER, Rewriting(), []) == Rewriting(None, {})


def test_a_rewritten_text_takes_the_place_of_its_statement() -> None:
    own = with_answers(LADDER, Rewriting(), [rewritten(FINISHES, NEW)])
    assert texts(own) == [PASSES, NEW, DECIDES]


def test_a_label_alone_makes_no_own_ladder() -> None:
    own = with_answers(LADDER, Rewriting(), [rewritten(PASSES, label="validation")])
    assert own == Rewriting(None, {PASSES: "validation"})


def test_a_label_that_is_no_dimension_is_left_out() -> None:
    assert with_answers(LADDER, Rewriting(), [rewritten(PASSES, label="craft")]).labels == {}


def test_an_answer_counts_over_what_the_team_brought() -> None:
    brought = Rewriting(
        ladder(("Engineer", "Reviews."), ("Engineer", "Plans."), ("Senior engineer", DECIDES)),
        {PASSES: "other", FINISHES: "orchestration"},
    )
    own = with_answers(LADDER, brought, [rewritten(PASSES, NEW, label="validation")])
    assert texts(own) == [NEW, "Plans.", DECIDES]
    assert own.labels == {PASSES: "validation", FINISHES: "orchestration"}


def test_what_the_team_brought_stays_where_nothing_was_answered() -> None:
    brought = Rewriting(ladder(("Engineer", "Reviews.")), {})
    assert with_answers(LADDER, brought, []) == brought


def test_a_statement_that_the_ladder_no_longer_has_changes_nothing() -> None:
    gone = [rewritten("Sings.", NEW), rewritten(PASSES, NEW, level="Staff engineer")]
    assert with_answers(LADDER, Rewriting(), gone).ladder is None


def test_a_statement_that_the_teams_file_has_dropped_is_put_back_at_its_level() -> None:
    brought = Rewriting(ladder(("Engineer", PASSES), ("Senior engineer", DECIDES)))
    own = with_answers(LADDER, brought, [rewritten(FINISHES, NEW)])
    assert texts(own) == [PASSES, NEW, DECIDES]


def test_several_dropped_statements_are_put_back_each_with_its_own_text() -> None:
    brought = Rewriting(ladder(("Senior engineer", DECIDES)))
    answers = [
        rewritten(PASSES, "First."),
        rewritten(DECIDES, "Third.", level="Senior engineer"),
        rewritten(FINISHES, "Second."),
    ]
    assert sorted(texts(with_answers(LADDER, brought, answers))) == ["First.", "Second.", "Third."]


def test_words_that_stand_twice_at_a_level_are_rewritten_twice() -> None:
    twice = ladder(("Engineer", PASSES), ("Engineer", FINISHES), ("Engineer", PASSES))
    own = with_answers(twice, Rewriting(), [rewritten(PASSES, NEW)])
    assert texts(own) == [NEW, FINISHES, NEW]


@pytest.mark.parametrize("blank", ["", "  ", "\n", "\u200b", "\ufeff\u2060", "\0", "\x7f"])
def test_a_text_with_nothing_to_see_leaves_the_statement(blank: str) -> None:
    assert with_answers(LADDER, Rewriting(), [rewritten(PASSES, blank)]).ladder is None


def test_an_answer_without_its_statement_changes_nothing() -> None:
    assert with_answers(LADDER, Rewriting(), [rewritten("", NEW)]).ladder is None


words = st.sampled_from([*LADDER_TEXTS, "", NEW]) | st.text(max_size=20)
levels = st.sampled_from(["Engineer", "Senior engineer", ""])
STATEMENTS = st.builds(
    Statement, level=levels, heading=st.sampled_from(["Craft", ""]), text=words.filter(str.strip)
)
LADDERS = st.builds(
    Ladder,
    name=st.just("Ladder"),
    statements=st.lists(STATEMENTS, min_size=1, max_size=6).map(tuple),
)
ANSWERS = st.lists(
    st.builds(
        Rewritten,
        statement=words,
        level=levels,
        heading=st.sampled_from(["Craft", ""]),
        label=st.sampled_from(["validation", "craft", ""]),
        text=words,
    ),
    max_size=6,
)


@given(LADDERS, st.none() | LADDERS, ANSWERS)
@example(LADDER, ladder(("Engineer", NEW)), [rewritten(PASSES, NEW), rewritten(FINISHES, NEW)])
def test_no_answer_loses_a_statement_of_the_ladder_that_the_team_keeps(
    one: Ladder, brought: Ladder | None, answers: list[Rewritten]
) -> None:
    own = with_answers(one, Rewriting(brought), answers)
    kept = brought or one
    if own.ladder is not None:
        assert len(own.ladder.statements) >= len(kept.statements)
        assert set(own.ladder.levels) <= {*kept.levels, *one.levels}
    again = with_answers(one, Rewriting(brought), answers)
    assert again == own


# ---- where statements stand --------------------------------------------------------------------


def test_a_ladder_of_the_same_shape_has_every_statement_in_its_place() -> None:
    other = ladder(("Engineer", "Plans."), ("Engineer", PASSES), ("Senior engineer", "Sings."))
    assert places_in(LADDER, other) == {0: 0, 1: 1, 2: 2}


def test_a_statement_that_was_moved_is_found_by_its_words() -> None:
    moved = ladder(("Senior engineer", DECIDES), ("Engineer", FINISHES), ("Engineer", PASSES))
    assert places_in(LADDER, moved) == {0: 2, 1: 1, 2: 0}


def test_a_statement_in_other_words_is_paired_in_order_with_what_is_new_at_its_level() -> None:
    other = ladder(("Senior engineer", DECIDES), ("Engineer", PASSES), ("Engineer", "Sings loudly"))
    assert places_in(LADDER, other) == {0: 1, 1: 2, 2: 0}


def test_where_a_level_has_more_new_statements_than_gone_ones_nothing_is_guessed() -> None:
    other = ladder(
        ("Engineer", PASSES),
        ("Engineer", "Sings loudly"),
        ("Engineer", "Travels far"),
        ("Senior engineer", DECIDES),
    )
    assert places_in(LADDER, other) == {0: 0, 2: 3}


@given(LADDERS, LADDERS)
def test_no_two_statements_stand_in_one_place(one: Ladder, other: Ladder) -> None:
    places = places_in(one, other)
    assert len(set(places.values())) == len(places)
    assert set(places) <= set(range(len(one.statements)))
    assert set(places.values()) <= set(range(len(other.statements)))
