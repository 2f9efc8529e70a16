"""DataFrame → Altair chart, never without a description. Drawn offline.

The palettes differ in lightness, so that they survive grey printing and colour blindness; none
runs from red to green. Importing this module makes Altair emit its charts as Vega-Lite, with a
picture beside it where somebody looks at a live notebook (JupyterLab 4.6 can't draw Vega-Lite 6).
"""

from __future__ import annotations

from typing import Any

import altair as alt
import pandas as pd

from workshop_kit.variables import is_rendering

DIMENSIONS = {  # slug → fill; each of another lightness, neighbours far apart
    "implementation": "#16313f",
    "specification": "#e3a93f",
    "validation": "#2b828c",
    "orchestration": "#f5d9a0",
    "judgment": "#6a4a9c",
    "other": "#eef1f2",
}
WIDTH = 430
FONT = "Inter, sans-serif"


def _mimebundle(spec: dict[str, Any], **_: Any) -> dict[str, Any]:
    bundle: dict[str, Any] = {
        "application/vnd.vegalite.v6+json": spec,
        "text/plain": spec.get("description", "A chart"),
    }
    if not is_rendering():  # `render` draws all charts in one warm process
        from workshop_kit.pictures import chart_as_png, draw_chart

        bundle["image/png"] = chart_as_png(draw_chart(spec, "application/vnd.vegalite.v6+json"))
    return bundle


alt.renderers.register("workshop-kit", _mimebundle)
alt.renderers.enable("workshop-kit")


def ladder_balance(frame: pd.DataFrame) -> alt.Chart:
    """What each level of a ladder rewards, as one bar a level.

    `frame` has a row for each level and dimension: `level`, `dimension` (a slug), `statements`
    (a count). Levels keep the frame's order.
    """
    levels = list(dict.fromkeys(frame["level"]))
    dimensions = [slug for slug in DIMENSIONS if slug in set(frame["dimension"])]
    ranked = frame.assign(rank=frame["dimension"].map({d: i for i, d in enumerate(DIMENSIONS)}))
    chart = (
        alt.Chart(ranked)
        .mark_bar(stroke="#1c2326", strokeWidth=0.5)
        .encode(
            x=alt.X("statements:Q", title="Statements", axis=alt.Axis(tickMinStep=1, grid=False)),
            y=alt.Y("level:N", sort=levels, title=None, axis=alt.Axis(labelLimit=180)),
            color=alt.Color(
                "dimension:N",
                scale=alt.Scale(domain=dimensions, range=[DIMENSIONS[d] for d in dimensions]),
                legend=alt.Legend(title=None, orient="bottom", columns=3, symbolStrokeWidth=0.5),
            ),
            order=alt.Order("rank:Q"),
        )
    )
    finished: alt.Chart = finish(chart, describe_balance(frame), height=alt.Step(26))
    return finished


def describe_balance(frame: pd.DataFrame) -> str:
    """The ladder's balance in words: each level with its counts, largest first."""
    parts = []
    for level, rows in frame.groupby("level", sort=False):
        counts = rows[rows["statements"] > 0].sort_values(
            ["statements", "dimension"], ascending=[False, True]
        )
        told = ", ".join(f"{r.dimension} {r.statements}" for r in counts.itertuples())
        parts.append(f"{level}: {told or 'nothing'}.")
    return "Bars of how many statements reward what, by level. " + " ".join(parts)


def finish(chart: Any, description: str, height: Any) -> Any:
    """The chart in the kit's look, with its description."""
    # All at once: Altair copies the whole chart at each configure_view, configure_axis and so on.
    look = alt.Config(
        font=FONT,
        view=alt.ViewConfig(stroke=None),
        axis=alt.AxisConfig(
            labelFontSize=10,
            titleFontSize=10,
            titleFontWeight="normal",
            labelColor="#1c2326",
            titleColor="#56636a",
            domainColor="#56636a",
            tickColor="#c9d1d5",
        ),
        legend=alt.LegendConfig(labelFontSize=10, labelColor="#1c2326", symbolType="square"),
    )
    return chart.properties(description=description, width=WIDTH, height=height, config=look)


def coverage_map(frame: pd.DataFrame) -> alt.Chart:
    """How much of each level pays for what: a square for each level and dimension, darker for more.

    `frame` is `comparison.coverage` with one more column, `ladder` ("before" or "after").
    """
    levels = list(dict.fromkeys(frame["level"]))
    which = list(dict.fromkeys(frame["ladder"]))
    base = alt.Chart(frame).encode(
        x=alt.X("dimension:N", sort=list(DIMENSIONS), title=None, axis=alt.Axis(labelAngle=-35)),
        y=alt.Y("level:N", sort=levels, title=None, axis=alt.Axis(labelLimit=180)),
    )
    squares = base.mark_rect(stroke="#c9d1d5", strokeWidth=0.5).encode(
        color=alt.Color(
            "share:Q",
            scale=alt.Scale(domain=[0, 1], range=["#ffffff", "#16313f"]),
            legend=None,
        )
    )
    words = base.mark_text(fontSize=9).encode(
        text=alt.Text("share:Q", format=".0%"),
        color=alt.condition("datum.share > 0.45", alt.value("#ffffff"), alt.value("#1c2326")),
    )
    told = []
    for name, part in frame.groupby("ladder", sort=False):
        paid = part[part["dimension"] == "implementation"]
        shares = ", ".join(f"{row.level} {row.share:.0%}" for row in paid.itertuples())
        told.append(f"{name}, implementation by level: {shares}.")
    description = "A map of what each level pays for, as a share of its statements. " + " ".join(
        told
    )
    side = WIDTH / len(which) - 60 * (len(which) - 1)
    layered = (squares + words).properties(width=side, height=alt.Step(22))
    chart = layered.facet(column=alt.Column("ladder:N", sort=which, title=None), data=frame)
    look = alt.Config(
        font=FONT,
        view=alt.ViewConfig(stroke=None),
        axis=alt.AxisConfig(labelFontSize=9.5, labelColor="#1c2326", domain=False, ticks=False),
        header=alt.HeaderConfig(labelFontSize=10, labelColor="#1c2326", labelFontWeight="bold"),
    )
    finished: alt.Chart = chart.properties(description=description, config=look)
    return finished


def team_picture(frame: pd.DataFrame) -> alt.LayerChart:
    """How many people of a team show signals of which kind, as one bar a group.

    `frame` has a row for each group, in the order to show: `group` and `people` (a count). All bars
    have one colour: no group is better than another.
    """
    groups = list(frame["group"])
    most = max(int(frame["people"].max()), 4)
    base = alt.Chart(frame).encode(
        x=alt.X(
            "people:Q",
            title="People",
            scale=alt.Scale(domain=[0, most]),
            axis=alt.Axis(tickMinStep=1, grid=False, format="d"),
        ),
        y=alt.Y("group:N", sort=groups, title=None, axis=alt.Axis(labelLimit=220)),
    )
    bars = base.mark_bar(color=DIMENSIONS["validation"], stroke="#1c2326", strokeWidth=0.5)
    words = base.mark_text(align="left", dx=5, fontSize=10, color="#1c2326").encode(text="people:Q")
    finished: alt.LayerChart = finish(bars + words, describe_picture(frame), height=alt.Step(24))
    return finished


def describe_picture(frame: pd.DataFrame) -> str:
    """The team's picture in words: every group that has somebody in it."""
    told = [f"{row.group}: {row.people}" for row in frame.itertuples() if row.people]
    total = int(frame["people"].sum())
    return f"Bars of how many of {total} people show which signals. {'; '.join(told)}."
