"""Pictures that were drawn or tried once are not drawn or tried again."""

from __future__ import annotations

from typing import Any

import pytest

from workshop_kit import pictures
from workshop_kit.pictures import Album, Unprintable, chart_as_png, draw_chart
from workshop_kit.shelf import Shelf

VEGALITE = "application/vnd.vegalite.v6+json"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="40" height="20"><rect width="4" height="2"/></svg>'
BROKEN = SVG.replace(b"</svg>", b"")


def chart(height: int) -> dict[str, Any]:
    return {
        "data": {"values": [{"a": "one", "b": height}]},
        "mark": "bar",
        "encoding": {"x": {"field": "b", "type": "quantitative"}, "y": {"field": "a"}},
    }


@pytest.fixture(autouse=True)
def memory(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DRAWN", "TRIED"):
        monkeypatch.setattr(pictures, name, Shelf(1_000_000))


def test_a_chart_is_the_same_whatever_order_its_words_stand_in(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    svg = draw_chart(chart(1), VEGALITE)
    turned = dict(reversed(chart(1).items()))
    monkeypatch.setattr(pictures, "DRAWN", Shelf(1_000_000))
    assert draw_chart(turned, VEGALITE) == svg
    monkeypatch.setattr(pictures.vl_convert, "vegalite_to_svg", None)
    assert draw_chart(chart(1), VEGALITE) == svg


def test_a_chart_is_drawn_once(monkeypatch):
    svg = draw_chart(chart(1), VEGALITE)
    png = chart_as_png(svg)
    for name in ("vegalite_to_svg", "svg_to_png"):
        monkeypatch.setattr(pictures.vl_convert, name, None)
    assert draw_chart(chart(1), VEGALITE) == svg
    assert chart_as_png(svg) == png


def test_a_chart_of_other_figures_is_another_drawing():
    assert draw_chart(chart(1), VEGALITE) != draw_chart(chart(2), VEGALITE)


def test_a_picture_that_does_not_print_is_refused_every_time():
    for drawn in (False, True, False):
        with pytest.raises(Unprintable, match="it can't be read"):
            Album().add(BROKEN, drawn)


def test_a_picture_is_tried_once(monkeypatch):
    name = Album().add(SVG)
    monkeypatch.setattr(pictures, "_tried", None)
    assert Album().add(SVG) == name
