"""The chart of docs/speed.md: what a notebook costs, and memory by the number of teams."""

from __future__ import annotations

from typing import Any
from xml.sax.saxutils import quoteattr

import altair as alt
import pandas as pd

from workshop_kit.charts import DIMENSIONS
from workshop_kit.pictures import draw_chart

OURS, OTHERS = DIMENSIONS["validation"], DIMENSIONS["specification"]


def draw(found: dict[str, Any]) -> str:
    """The chart as SVG with its description; empty where neither part was measured."""
    panels = [
        _bars(rows, title, shown)
        for rows, title, shown in (
            (_notebooks(found), "Seconds for a notebook and its PDF", ".2f"),
            (_memory(found), "Memory of all processes together, at most, in MB", ",.0f"),
        )
        if rows
    ]
    if not panels:
        return ""
    chart = (
        alt.vconcat(*panels, spacing=26)
        .properties(padding=12, background="#ffffff")
        .configure(font="Inter, sans-serif")
        .configure_view(stroke=None)
        .configure_title(anchor="start", frame="group", fontSize=13, color="#1c2326")
        .configure_axis(
            labelFontSize=11, labelColor="#1c2326", labelPadding=6, ticks=False, domain=False
        )
    )
    svg = draw_chart(chart.to_dict(), "application/vnd.vegalite.v6+json")
    return svg.replace("<svg ", f'<svg role="img" aria-label={quoteattr(chart_words(found))} ', 1)


def chart_words(found: dict[str, Any]) -> str:
    """The chart in words, for whoever does not see it; empty where there is none."""
    told = []
    if rows := _notebooks(found):
        each = ", ".join(f"{what} {value:.2f}" for what, value, _ in rows)
        told.append(f"Bars of the seconds for a notebook and its PDF: {each}.")
    if rows := _memory(found):
        each = ", ".join(f"{what} {value:,.0f}" for what, value, _ in rows)
        told.append(f"Bars of the memory of all processes together, at most, in MB: {each}.")
    return " ".join(told)


Rows = list[tuple[str, float, str]]


def _notebooks(found: dict[str, Any]) -> Rows:
    if "a" not in found["parts"]:
        return []
    figures = found["parts"]["a"]["figures"]
    ways = (
        ("the loop, one process", "loop_one_process", OTHERS),
        ("the loop, two processes", "loop_two_processes", OTHERS),
        ("render, one process", "render_one_process", OURS),
        ("render, two processes", "render", OURS),
    )
    return [(words, figures[key]["seconds_a_notebook"], color) for words, key, color in ways]


def _memory(found: dict[str, Any]) -> Rows:
    if "d" not in found["parts"]:
        return []
    sizes = found["parts"]["d"]["figures"]["sizes"]
    return [(f"{size['teams']} teams", size["peak_memory_mb"], OURS) for size in sizes]


def _bars(rows: Rows, title: str, shown: str) -> alt.LayerChart:
    frame = pd.DataFrame(rows, columns=["what", "value", "color"])
    base = alt.Chart(frame).encode(
        x=alt.X("value:Q", title=None, axis=None),
        y=alt.Y("what:N", sort=list(frame["what"]), title=None, axis=alt.Axis(labelLimit=200)),
    )
    bars = base.mark_bar(stroke="#1c2326", strokeWidth=0.5).encode(
        color=alt.Color("color:N", scale=None)
    )
    words = base.mark_text(align="left", dx=5, fontSize=11, color="#1c2326").encode(
        text=alt.Text("value:Q", format=shown)
    )
    return (bars + words).properties(title=title, width=430, height=alt.Step(26))
