"""Two ladders side by side: what became of each statement, what each pays for, and the verdict."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workshop_kit.comparison import ALIKE, compare, coverage, share, verdict
from workshop_kit.curriculum import DimensionSlug
from workshop_kit.ladder import Ladder, Statement
from workshop_kit.tagging import DIMENSIONS, Tag

CODE = "Writes the payment code by hand."
REVIEW = "Reviews designs for what could fail."
PLAN = "Breaks projects down for three teams."


def ladder_of(*lines: tuple[str, str]) -> Ladder:
    """A ladder of (level, text) lines."""
    return Ladder(name="A", statements=tuple(Statement(level=a, text=b) for a, b in lines))


def changes(before: Ladder, after: Ladder) -> list[tuple[str, str, str]]:
    """What became of what: kind, text before, text after."""
    return [
        (c.kind, c.before.text if c.before else "", c.after.text if c.after else "")
        for c in compare(before, after)
    ]


def tagged(*dimensions: DimensionSlug) -> list[Tag]:
    return [Tag(dimension=dimension) for dimension in dimensions]


statements = st.builds(
    Statement,
    level=st.sampled_from(["L1", "L2", "L3"]),
    text=st.one_of(
        st.sampled_from([CODE, REVIEW, PLAN, "Writes the payment code.", "—", "C++", "C#"]),
        st.text(min_size=1).filter(str.strip),
    ),
)
ladders = st.lists(statements, min_size=1, max_size=12).map(
    lambda found: Ladder(name="A", statements=tuple(found))
)


# ---- what became of each statement -------------------------------------------------------------


def test_a_statement_that_stands_where_it_stood_is_kept() -> None:
    same = ladder_of(("L1", CODE))
    assert changes(same, same) == [("kept", CODE, CODE)]


def test_case_and_punctuation_do_not_make_a_change() -> None:
    again = "writes the payment code, by hand"
    assert changes(ladder_of(("L1", CODE)), ladder_of(("L1", again))) == [("kept", CODE, again)]


def test_the_same_text_at_another_level_has_moved() -> None:
    found = changes(ladder_of(("L1", CODE), ("L2", PLAN)), ladder_of(("L2", PLAN), ("L2", CODE)))
    assert found == [("kept", PLAN, PLAN), ("moved", CODE, CODE)]


def test_a_text_that_is_half_alike_is_reworded() -> None:
    again = "Writes the payment code with its tests."
    (change,) = compare(ladder_of(("L1", CODE)), ladder_of(("L1", again)))
    assert change.kind == "reworded"
    assert ALIKE <= change.likeness < 1


def test_one_language_for_another_is_reworded() -> None:
    found = changes(
        ladder_of(("L1", "Knows the C++ toolchain.")), ladder_of(("L1", "Knows the C# toolchain."))
    )
    assert [kind for kind, _, _ in found] == ["reworded"]


def test_what_has_no_partner_is_new_or_gone() -> None:
    found = changes(ladder_of(("L1", CODE)), ladder_of(("L2", REVIEW)))
    assert found == [("new", "", REVIEW), ("gone", CODE, "")]


def test_another_text_in_a_lines_place_is_reworded() -> None:
    before = ladder_of(("L1", CODE), ("L2", PLAN))
    after = ladder_of(("L1", REVIEW), ("L2", PLAN))
    assert changes(before, after) == [("reworded", CODE, REVIEW), ("kept", PLAN, PLAN)]


def test_the_partner_at_the_same_level_is_preferred() -> None:
    before = ladder_of(("L1", CODE), ("L2", CODE))
    after = ladder_of(("L2", CODE))
    (kept, gone) = compare(before, after)
    assert (kept.kind, kept.before) == ("kept", before.statements[1])
    assert (gone.kind, gone.before) == ("gone", before.statements[0])


def test_changes_come_in_the_order_of_the_new_ladder_and_then_what_is_gone() -> None:
    before = ladder_of(("L1", CODE), ("L0", "Sings."), ("L1", REVIEW))
    after = ladder_of(("L1", REVIEW), ("L1", PLAN), ("L1", CODE))
    assert [kind for kind, _, _ in changes(before, after)] == ["kept", "new", "kept", "gone"]


@given(ladders, ladders)
def test_each_statement_of_both_ladders_stands_in_one_change(before: Ladder, after: Ladder) -> None:
    found = compare(before, after)
    assert [id(c.after) for c in found if c.after] == [id(s) for s in after.statements]
    assert sorted(id(c.before) for c in found if c.before) == sorted(
        id(s) for s in before.statements
    )


@given(ladders, ladders)
def test_a_change_has_the_sides_that_its_kind_needs(before: Ladder, after: Ladder) -> None:
    for change in compare(before, after):
        assert (change.before is None) is (change.kind == "new")
        assert (change.after is None) is (change.kind == "gone")
        assert 0 <= change.likeness <= 1


@given(ladders)
def test_a_ladder_beside_itself_is_all_kept(ladder: Ladder) -> None:
    assert {change.kind for change in compare(ladder, ladder)} == {"kept"}


# ---- what each pays for ------------------------------------------------------------------------


def test_coverage_counts_by_level_in_the_ladders_order() -> None:
    ladder = ladder_of(("Senior", CODE), ("Senior", REVIEW), ("Junior", CODE))
    frame = coverage(ladder, tagged("implementation", "validation", "implementation"))
    assert list(dict.fromkeys(frame["level"])) == ["Senior", "Junior"]
    some = frame[frame["statements"] > 0]
    assert list(some.itertuples(index=False, name=None)) == [
        ("Senior", "implementation", 1, 0.5),
        ("Senior", "validation", 1, 0.5),
        ("Junior", "implementation", 1, 1.0),
    ]


@given(st.data())
def test_the_shares_of_each_level_sum_to_1(data: st.DataObject) -> None:
    ladder = data.draw(ladders)
    size = len(ladder.statements)
    drawn = data.draw(st.lists(st.sampled_from(DIMENSIONS), min_size=size, max_size=size))
    frame = coverage(ladder, tagged(*drawn))
    sums = frame.groupby("level", sort=False)[["share", "statements"]].sum()
    assert list(sums["share"]) == pytest.approx([1] * len(ladder.levels))
    assert list(sums["statements"]) == [len(ladder.at(level)) for level in ladder.levels]


@given(st.lists(st.sampled_from(DIMENSIONS), min_size=1))
def test_the_shares_of_all_dimensions_sum_to_1(drawn: Sequence[DimensionSlug]) -> None:
    assert sum(share(tagged(*drawn), d) for d in DIMENSIONS) == pytest.approx(1)


# ---- the verdict -------------------------------------------------------------------------------


def test_the_verdict_says_when_nothing_changed() -> None:
    ladder, tags = ladder_of(("L1", CODE)), tagged("implementation")
    assert verdict(ladder, tags, ladder, tags) == "Nothing changed: both ladders say the same."


def test_the_verdict_names_ai_lines_that_changed_nothing() -> None:
    before = ladder_of(("L1", CODE), ("L1", REVIEW))
    after = ladder_of(
        ("L1", CODE), ("L1", REVIEW), ("L1", "Uses AI daily."), ("L1", "Prompts well, with LLMs.")
    )
    said = verdict(
        before,
        tagged("implementation", "validation"),
        after,
        tagged("implementation", "validation", "implementation", "other"),
    )
    assert said == (
        "2 lines about AI were added; the share paid for implementation did not fall (50% to 50%)."
    )


def test_the_verdict_on_a_single_ai_line_is_in_the_singular() -> None:
    before, after = ladder_of(("L1", CODE)), ladder_of(("L1", CODE), ("L1", "Uses AI daily."))
    said = verdict(before, tagged("implementation"), after, tagged(*["implementation"] * 2))
    assert said.startswith("1 line about AI was added;")


def test_the_verdict_says_what_gained_where_implementation_fell() -> None:
    before = ladder_of(("L1", CODE), ("L1", PLAN))
    after = ladder_of(("L1", REVIEW), ("L1", PLAN))
    said = verdict(
        before,
        tagged("implementation", "orchestration"),
        after,
        tagged("validation", "orchestration"),
    )
    assert said == (
        "The share of statements that pay for implementation went from 50% to 0%. "
        "Gained: validation 0% to 50%."
    )


@pytest.mark.parametrize(
    ("now", "ending"),
    [
        (("implementation", "other"), "50% to 50%. Whatever else changed, the ladder pays for code as before."),
        (("implementation", "implementation"), "50% to 100%. Whatever else changed, the ladder pays more for code than before."),
    ],
)  # fmt: skip
def test_the_verdict_says_when_implementation_did_not_fall(
    now: tuple[DimensionSlug, ...], ending: str
) -> None:
    before = ladder_of(("L1", CODE), ("L1", PLAN))
    after = ladder_of(("L1", CODE), ("L1", REVIEW))
    said = verdict(before, tagged("implementation", "orchestration"), after, tagged(*now))
    assert said.endswith(ending)
