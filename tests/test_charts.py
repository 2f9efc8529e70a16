"""Charts: never without a description, legible in grey, drawn without a network."""

from __future__ import annotations

from itertools import pairwise

import pandas as pd
import pytest

from workshop_kit.charts import DIMENSIONS, describe_balance, ladder_balance
from workshop_kit.content import load_curriculum
from workshop_kit.pictures import draw_chart

LIGHTNESS_APART = 20  # of 100, CIE L*: plain in a grey print, side by side
VEGALITE = "application/vnd.vegalite.v6+json"


@pytest.fixture
def frame() -> pd.DataFrame:
    rows = [
        ("Engineer", "implementation", 3), ("Engineer", "validation", 0), ("Engineer", "judgment", 1),
        ("Senior", "implementation", 0), ("Senior", "validation", 0), ("Senior", "judgment", 0),
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=["level", "dimension", "statements"])


def lightness(color: str) -> float:
    """CIE L* of a colour: what is left of it in grey."""

    def linear(channel: float) -> float:
        return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4

    red, green, blue = (linear(int(color[i : i + 2], 16) / 255) for i in (1, 3, 5))
    luminance = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    return 116 * luminance ** (1 / 3) - 16


def test_neighbouring_fills_can_be_told_apart_in_grey() -> None:
    for one, next_one in pairwise(DIMENSIONS):
        apart = abs(lightness(DIMENSIONS[one]) - lightness(DIMENSIONS[next_one]))
        assert apart >= LIGHTNESS_APART, f"{one} and {next_one}: {apart:.0f}"


def test_every_dimension_of_the_curriculum_has_a_fill() -> None:
    assert list(DIMENSIONS) == [dimension.slug for dimension in load_curriculum().dimensions]
    assert len(set(DIMENSIONS.values())) == len(DIMENSIONS)


def test_a_chart_has_its_description(frame: pd.DataFrame) -> None:
    assert ladder_balance(frame).to_dict()["description"] == describe_balance(frame)


def test_a_description_says_each_level_largest_first(frame: pd.DataFrame) -> None:
    told = describe_balance(frame)
    assert "Engineer: implementation 3, judgment 1." in told
    assert "Senior: nothing." in told
    assert told.index("Engineer") < told.index("Senior")


def test_levels_keep_their_order_and_fills_their_dimension(frame: pd.DataFrame) -> None:
    encoding = ladder_balance(frame).to_dict()["encoding"]
    assert encoding["y"]["sort"] == ["Engineer", "Senior"]
    scale = encoding["color"]["scale"]
    assert dict(zip(scale["domain"], scale["range"], strict=True)) == {
        slug: DIMENSIONS[slug] for slug in ("implementation", "validation", "judgment")
    }


def test_a_chart_is_drawn_with_its_labels_as_text(frame: pd.DataFrame) -> None:
    svg = draw_chart(ladder_balance(frame).to_dict(), VEGALITE)
    assert svg.startswith("<svg")
    assert ">Engineer<" in svg


def test_a_live_notebook_gets_a_picture_that_needs_no_network(
    frame: pd.DataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("WORKSHOP_KIT_RENDERING", raising=False)
    bundle = ladder_balance(frame)._repr_mimebundle_()
    bundle = bundle[0] if isinstance(bundle, tuple) else bundle
    assert {"image/png", "image/svg+xml"} & set(bundle)
    assert "text/html" not in bundle
    assert bundle["text/plain"] == describe_balance(frame)


def test_in_a_render_the_chart_is_left_to_the_process_that_draws(
    frame: pd.DataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WORKSHOP_KIT_RENDERING", "1")
    bundle = ladder_balance(frame)._repr_mimebundle_()
    bundle = bundle[0] if isinstance(bundle, tuple) else bundle
    assert set(bundle) == {VEGALITE, "text/plain"}
