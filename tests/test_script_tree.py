"""A script's tree on one page: its order, its words, and the page that is printed of it."""

from __future__ import annotations

import ctypes
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium
import pytest
from hypothesis import Phase, assume, given, settings
from hypothesis import strategies as st

from tests.pages import Pages
from tests.scripts import GOOD, script
from workshop_kit.curriculum import Conversation
from workshop_kit.handout import Sheet, print_part, read_notebook
from workshop_kit.script_sheets import script_notebook
from workshop_kit.script_tree import COLUMNS_AT_MOST, crossings, describe, tree

SMALLEST = 7.0  # points
Box = tuple[float, float, float, float]  # left, bottom, right, top


def conversation(targets: Mapping[str, Sequence[str]], **words: str) -> Conversation:
    """A script of that shape; every node has the text, every choice the move, if one is given."""
    data = script(targets)
    for node in data["nodes"].values():
        node["text"] = words.get("text", node["text"])
        for choice in node.get("choices", []):
            choice["move"] = words.get("move", choice["move"])
        if "end" in node:
            node["end"]["outcome"] = words.get("text", node["end"]["outcome"])
    if "name" in words:
        data["cast"]["engineer"]["names"] = [words["name"]]
    return Conversation.model_validate(data)


def columns(targets: Mapping[str, Sequence[str]]) -> list[list[str]]:
    names = list(targets)
    found = tree(conversation(targets))["columns"]
    return [[names[int(number) - 1] for number in column] for column in found]


# ---- the order ---------------------------------------------------------------------------------


def test_a_card_stands_in_the_column_of_the_turn_at_which_it_is_first_reached() -> None:
    assert columns(GOOD) == [["opening"], ["second", "third"], ["end"]]


def test_cards_are_put_in_the_order_in_which_fewest_lines_cross() -> None:
    crossed = {"a": ["c", "b"], "b": ["d", "d"], "c": ["e", "e"], "d": [], "e": []}
    assert columns(crossed) == [["a"], ["c", "b"], ["e", "d"]]
    assert crossings(columns(crossed), conversation(crossed)) == 0


def test_a_long_script_folds_turns_into_seven_columns() -> None:
    chain = {f"n-{i}": [f"n-{i + 1}"] * 2 for i in range(13)} | {"n-13": []}
    named = {name.replace("-", ""): [to.replace("-", "") for to in v] for name, v in chain.items()}
    found = columns(named)
    assert len(found) == COLUMNS_AT_MOST
    assert [card for column in found for card in column] == list(named)


def test_a_choice_leads_on_beside_or_back() -> None:
    shape = {"a": ["b", "c"], "b": ["c", "a"], "c": ["b", "d"], "d": []}
    cards = tree(conversation(shape))["cards"]
    ways = [[choice["way"] for choice in card["choices"]] for card in cards]
    assert ways == [["on", "on"], ["beside", "back"], ["beside", "on"], []]


def test_the_description_tells_the_whole_tree() -> None:
    told = describe(conversation(GOOD))
    assert (
        "“A closed change”: 4 cards, 6 choices, 0 missteps, 1 end. It begins with card 1." in told
    )
    assert "Card 1, Zofia: a leads to 2, b leads to 3." in told
    assert "Card 4, Zofia: an end. It is closed." in told


def test_the_description_names_missteps_and_who_speaks() -> None:
    data = script(GOOD)
    data["nodes"]["opening"]["speaker"] = "scene"
    data["nodes"]["second"]["speaker"] = "leader"
    data["nodes"]["opening"]["choices"][1] |= {"misstep": True, "repair": "Sorry."}
    told = describe(Conversation.model_validate(data))
    assert "1 misstep," in told
    assert "Card 1, The scene: a leads to 2, b leads to 3 (a misstep)." in told
    assert "Card 2, You:" in told


# ---- the page ----------------------------------------------------------------------------------


@dataclass
class Drawn:
    """What stands on the tree's page: boxes and their words, lines, letters with their sizes."""

    size: tuple[float, float]
    boxes: dict[Box, str]
    lines: list[Box]
    dashed: int
    letters: list[tuple[str, float, Box]]


def drawn(pdf: bytes, number: int) -> Drawn:
    document = pypdfium2.PdfDocument(pdf)
    page = document[number]
    words = page.get_textpage()
    boxes, lines, dashed = {}, [], 0
    for item in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_PATH]):
        fill, stroked = ctypes.c_int(), ctypes.c_int()
        pdfium.FPDFPath_GetDrawMode(item, fill, stroked)
        bounds = item.get_bounds()
        if fill.value and _fill(item) == (255, 255, 255):
            boxes[bounds] = " ".join(words.get_text_bounded(*bounds).split())
        elif stroked.value and _width(item) == pytest.approx(0.7) and bounds[1] > 65:
            lines.append(bounds)  # what stands lower is the legend
            dashed += pdfium.FPDFPageObj_GetDashCount(item) > 0
    letters = []
    for index in range(words.count_chars()):
        letter = chr(pdfium.FPDFText_GetUnicode(words, index))
        if letter.strip() and not pdfium.FPDFText_IsGenerated(words, index):
            size = pdfium.FPDFText_GetFontSize(words, index)
            letters.append((letter, size, words.get_charbox(index)))
    return Drawn(page.get_size(), boxes, lines, dashed, letters)


def _fill(item: Any) -> tuple[int, ...]:
    parts = [ctypes.c_uint() for _ in range(4)]
    pdfium.FPDFPageObj_GetFillColor(item, *parts)
    return tuple(part.value for part in parts[:3])


def _width(item: Any) -> float:
    width = ctypes.c_float()
    pdfium.FPDFPageObj_GetStrokeWidth(item, width)
    return width.value


def printed(found: Conversation, **sheet: Any) -> tuple[Pages, Drawn]:
    """The tree alone, through the exporter of handouts."""
    notebook = script_notebook(found, {})
    notebook.cells = [cell for cell in notebook.cells if cell.id == "tree"]
    pdf, _ = print_part(read_notebook(notebook, None, "tree"), Sheet(**sheet))
    return Pages(pdf), drawn(pdf, len(Pages(pdf).texts) - 1)


def overlap(one: Box, other: Box, by: float = 1.5) -> bool:
    return (
        min(one[2], other[2]) - max(one[0], other[0]) > by
        and min(one[3], other[3]) - max(one[1], other[1]) > by
    )


def numbers_in(page: Drawn, box: Box) -> tuple[str, list[str]]:
    """The number of a card, and the cards that its choices name, read by where the digits stand.

    The order in which a reader finds the words is no help where some of them run from right to left.
    """
    digits = sorted(
        (-bottom, left, letter)
        for letter, _, (left, bottom, right, top) in page.letters
        if letter.isdigit() and box[0] <= left and right <= box[2] and box[1] < bottom < box[3]
    )
    lines: list[list[tuple[float, float, str]]] = []
    for digit in digits:  # round digits reach a little below the line
        if not lines or digit[0] - lines[-1][0][0] > 2:
            lines.append([])
        lines[-1].append(digit)
    rows = ["".join(letter for _, _, letter in sorted(line, key=itemgetter(1))) for line in lines]
    return rows[0], rows[1:]


def check_words(found: Conversation, page: Drawn) -> None:
    """Every card and every choice stands there once, and leads where it should."""
    told = dict(numbers_in(page, box) for box in page.boxes)
    assert len(told) == len(page.boxes) == len(found.nodes)
    for ident, number in found.numbers.items():
        leads = [str(found.numbers[choice.next]) for choice in found.nodes[ident].choices]
        assert told[str(number)] == leads
    assert len(page.lines) == sum(len(node.choices) for node in found.nodes.values())


def check_places(page: Drawn) -> None:
    """Nothing stands over anything else or off the page, no line crosses a box, no letter is tiny."""
    width, height = page.size
    boxes = list(page.boxes)
    for place, box in enumerate(boxes):
        assert 40 < box[0] < box[2] < width - 40
        assert 60 < box[1] < box[3] < height - 60
        assert not any(overlap(box, other) for other in boxes[place + 1 :])
        assert not any(overlap(box, line) for line in page.lines)
    assert all(line[0] > 40 and line[2] < width - 38 for line in page.lines)
    for letter, size, (left, bottom, right, top) in page.letters:
        assert size >= SMALLEST, letter
        if 66 < (bottom + top) / 2 < height - 100:  # between the heading and the legend
            inside = [b for b in boxes if b[0] <= left and right <= b[2] and b[1] < bottom < b[3]]
            assert len(inside) == 1, letter


TEXTS = [
    "I closed it.",
    "If I write a page for each of them, I review for a machine all week, and nobody asked me. "
    * 3,
    "x" * 300,
    "مرحبا بالعالم " * 12,
    "東京の会議室で " * 12,
    '#import "x" *bold* $x$ </script> ::: ~~~ ```',
]
MOVES = ["Ask before telling", "Grant the point, and then ask what it has cost so far", "y" * 300]


@st.composite
def shapes(draw: st.DrawFn) -> dict[str, list[str]]:
    """Up to 14 nodes, all reachable from the first, with up to 28 choices; loops and all."""
    count = draw(st.integers(2, 14))
    talking = draw(st.integers((count + 2) // 4, count - 1))
    targets: list[list[int]] = [[] for _ in range(count)]
    for child in range(1, count):
        free = [node for node in range(min(child, talking)) if len(targets[node]) < 4]
        targets[draw(st.sampled_from(free))].append(child)
    for node in range(talking):
        more = draw(st.integers(max(0, 2 - len(targets[node])), 4 - len(targets[node])))
        targets[node] += draw(st.lists(st.integers(0, count - 1), min_size=more, max_size=more))
    assume(sum(map(len, targets)) <= 28)
    return {f"n{node}": [f"n{to}" for to in tos] for node, tos in enumerate(targets)}


# Each example is a printed page: an example that fails is told as it is, not made smaller first.
@settings(max_examples=30, deadline=None, phases=set(Phase) - {Phase.shrink})
@given(
    shapes(), st.sampled_from(TEXTS), st.sampled_from(MOVES), st.sampled_from(["a4", "us-letter"])
)
def test_every_card_and_every_choice_is_drawn_once_and_nothing_overlaps(
    shape: dict[str, list[str]], text: str, move: str, paper: str
) -> None:
    found = conversation(shape, text=text, move=move)
    pages, page = printed(found, paper=paper)
    assert pages.alts == [describe(found)]
    check_words(found, page)
    check_places(page)


@pytest.mark.parametrize("paper", ["a4", "us-letter"])
def test_the_widest_and_the_deepest_scripts_keep_seven_points(paper: str) -> None:
    fan = {"a": [f"b{i}" for i in range(4)]}
    fan |= {f"b{i}": [f"c{(3 * i + k) % 9}" for k in range(3)] for i in range(4)}
    fan |= {f"c{i}": ["c8", "c7"] for i in range(6)} | {f"c{i}": [] for i in range(6, 9)}
    chain: dict[str, list[str]] = {f"n{i}": [f"n{i + 1}", "n0"] for i in range(13)} | {"n13": []}
    for shape in (fan, chain):
        found = conversation(shape, text=TEXTS[1], move=MOVES[1])
        _, page = printed(found, paper=paper)
        check_words(found, page)
        check_places(page)


@pytest.mark.parametrize("name", ["Zofia", "مروان", "小林 健", "x" * 300, '#import "x"'])
def test_any_name_stands_in_its_box(name: str) -> None:
    found = conversation(GOOD, name=name)
    _, page = printed(found)
    assert len(page.boxes) == 4
    check_places(page)


def test_missteps_are_dashed_and_have_a_sign_that_the_legend_explains() -> None:
    data = script(GOOD)
    for node in ("opening", "third"):
        data["nodes"][node]["choices"][1] |= {"misstep": True, "repair": "Sorry."}
    pages, page = printed(Conversation.model_validate(data))
    assert page.dashed == 2
    assert pages.text.count("◇") == 3
    assert "◇ a misstep" in pages.text


def test_the_legend_speaks_of_nothing_that_is_not_there() -> None:
    pages, _ = printed(conversation(GOOD))
    assert "misstep" not in pages.text
    assert "further left" not in pages.text


def test_a_script_far_beyond_the_limit_still_prints() -> None:
    wide: dict[str, list[str]] = {"n0": ["n1", "n2", "n3", "n4"]}
    for node in range(1, 16):
        wide[f"n{node}"] = [f"n{min(4 * node + k, 60)}" for k in range(1, 5)]
    wide |= {f"n{node}": [] for node in range(16, 61)}
    pages, _ = printed(conversation(wide))
    assert pages.is_ua1
