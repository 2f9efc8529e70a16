"""DataFrame → Altair chart, never without a description. Drawn offline.

The palettes differ in lightness, so that they survive grey printing and colour blindness; none
runs from red to green. Importing this module makes Altair emit its charts as Vega-Lite, with a
picture beside it where somebody looks at a live notebook (JupyterLab 4.6 can't draw Vega-Lite 6).
"""

from __future__ import annotations

import os
from typing import Any

import altair as alt
import pandas as pd

DIMENSIONS = {  # slug → fill; from dark to light in an order in which neighbours differ
    "implementation": "#16313f",
    "specification": "#e8b04a",
    "validation": "#2f7f8f",
    "orchestration": "#f2d9a6",
    "judgment": "#7a5ea8",
    "other": "#d5dadd",
}
RENDERING = "WORKSHOP_KIT_RENDERING"
WIDTH = 430


def _mimebundle(spec: dict[str, Any], **_: Any) -> dict[str, Any]:
    bundle: dict[str, Any] = {
        "application/vnd.vegalite.v6+json": spec,
        "text/plain": spec.get("description", "A chart"),
    }
    if RENDERING not in os.environ:  # `render` draws all charts in one warm process
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
    return _finished(chart, describe_balance(frame), height=alt.Step(26))


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


def _finished(chart: alt.Chart, description: str, height: Any) -> alt.Chart:
    finished: alt.Chart = (
        chart.properties(description=description, width=WIDTH, height=height)
        .configure(font="Inter")
        .configure_view(stroke=None)
        .configure_axis(
            labelFontSize=10,
            titleFontSize=10,
            titleFontWeight="normal",
            labelColor="#1c2326",
            titleColor="#56636a",
            domainColor="#56636a",
            tickColor="#c9d1d5",
        )
        .configure_legend(labelFontSize=10, labelColor="#1c2326", symbolType="square")
    )
    return finished
