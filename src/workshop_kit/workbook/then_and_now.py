"""Two maps of one team beside each other: in words, as a table and as a chart of counts.

It says how few people a team is, shows no difference and no direction, and nobody's way from one
group to another.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from workshop_kit.answer_words import find_question
from workshop_kit.curriculum import PeopleQuestion
from workshop_kit.forms import Twin, literal, table
from workshop_kit.stage_map import TO_COMPARE, Placement, TwoMaps, compare, placements
from workshop_kit.variables import is_rendering
from workshop_kit.workbook.pages import Pages, drawn

if TYPE_CHECKING:
    import altair as alt

    from workshop_kit.forms import AnswerForm

MAPPED_THEN, MAPPED_NOW = "stage-mapping", "follow-up-90"
NO_CHART = "<p>There is too little to compare, so there is no chart.</p>"
THEN, NOW = "Then", "Now"
FILLS = ("#f5d9a0", "#2b828c")  # lightness tells them apart in grey print as well
PARTS = (
    "all",
    *("half", "a third", "a quarter", "a fifth", "a sixth", "a seventh", "an eighth", "a ninth"),
    *("a tenth", "an eleventh", "a twelfth"),
)


class ThenAndNow(Pages):
    """A team's two maps, on the last page after the event."""

    def then_and_now(self) -> AnswerForm:
        """The map of the day beside that of today, in words and as a table of counts."""
        return self._live(MAPPED_NOW, lambda: told(self._two_maps(), self.team.size))

    def then_and_now_chart(self) -> AnswerForm | alt.Chart | Twin:
        """The same as a chart, where there is enough to compare; on paper otherwise nothing."""
        if is_rendering():
            counts = self._two_maps().counts
            return Twin() if counts is None else chart(counts)
        from workshop_kit.forms import AnswerForm

        def summary() -> str:
            counts = self._two_maps().counts
            return NO_CHART if counts is None else drawn(chart(counts).to_dict())

        return AnswerForm(self._keeping(MAPPED_NOW), summary=summary, later=True)

    def _two_maps(self) -> TwoMaps:
        return compare(self._mapped(MAPPED_THEN), self._mapped(MAPPED_NOW), self.curriculum)

    def _mapped(self, slug: str) -> tuple[Placement, ...]:
        question = find_question(self.curriculum.activity(MAPPED_THEN), "people")
        assert isinstance(question, PeopleQuestion)
        return placements(question, self._keeping(slug).values, self.curriculum)


def told(maps: TwoMaps, size: int) -> Twin:
    """What can be said of the two maps, small numbers first; with a table where there is enough."""
    counted = maps.enough if maps.counts is not None else 0
    return Twin(
        literal(f"{_whom(maps)} {small_numbers(max(size, maps.in_both), counted)}"),
        "" if maps.counts is None else _counts(maps.counts),
    )


def small_numbers(size: int, counted: int = 0) -> str:
    """How much one person is of a team, and of those who are counted; and what follows from it."""
    fewer = f", and {_part(counted)} of those who are counted" if 0 < counted < size else ""
    return (
        f"Your team has {_people(size)}. One person is {_part(size)} of it{fewer}. A difference of one or two"
        " says nothing about a direction; ask what you saw, not what moved."
    )


def _part(size: int) -> str:
    return PARTS[size - 1] if size <= len(PARTS) else f"one part in {size}"


def _whom(maps: TwoMaps) -> str:
    both = _people(maps.in_both)
    if maps.counts is None:
        return (
            f"In both of your maps: {both}. With enough to go on in both: {maps.enough}. Below"
            f" {TO_COMPARE} there is nothing to compare, so there is no chart and no table."
        )
    return (
        f"In both of your maps: {both}. With enough to go on in both: {maps.enough}, and only those"
        " are counted below. Of the others nothing is said, in either direction."
    )


def _people(count: int) -> str:
    return {0: "nobody", 1: "1 person"}.get(count, f"{count} people")


def _counts(counts: pd.DataFrame) -> str:
    rows = [(row.group, str(row.then), str(row.now)) for row in counts.itertuples()]
    return table(("What you saw", THEN, NOW), rows)


def chart(counts: pd.DataFrame) -> alt.Chart:
    """Two bars a group, then and now. `counts` has columns `group`, `then` and `now`."""
    import altair as alt

    from workshop_kit import charts

    long = counts.melt("group", ["then", "now"], "when", "people")
    long["when"] = long["when"].map({"then": THEN, "now": NOW})
    order = [THEN, NOW]
    most = max(int(long["people"].max()), 4)
    bars = (
        alt.Chart(long)
        .mark_bar(stroke="#1c2326", strokeWidth=0.5)
        .encode(
            x=alt.X(
                "people:Q",
                title="People",
                scale=alt.Scale(domain=[0, most]),
                axis=alt.Axis(tickMinStep=1, grid=False, format="d"),
            ),
            y=alt.Y(
                "group:N", sort=list(counts["group"]), title=None, axis=alt.Axis(labelLimit=220)
            ),
            yOffset=alt.YOffset("when:N", sort=order),
            color=alt.Color(
                "when:N",
                scale=alt.Scale(domain=order, range=list(FILLS)),
                legend=alt.Legend(title=None, orient="bottom"),
            ),
        )
    )
    finished: alt.Chart = charts.finish(bars, describe(counts), height=alt.Step(14))
    return finished


def describe(counts: pd.DataFrame) -> str:
    """The chart in words: every group that has somebody in it, then or now."""
    groups = [
        f"{row.group}: {row.then} then, {row.now} now"
        for row in counts.itertuples()
        if row.then or row.now
    ]
    total = int(counts["then"].sum())
    return f"Bars of how many of {total} people showed which signals, then and now. {'; '.join(groups)}."
