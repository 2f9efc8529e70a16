"""A script and the roles of a trio on paper: what stands on which sheet, and what does not."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
import pypdf
import pytest

import workshop_kit
from tests.pages import Pages
from tests.scripts import GOOD, script
from workshop_kit.content import load_curriculum, load_trio, read_conversation
from workshop_kit.curriculum import LETTERS, Conversation, filled
from workshop_kit.handout import HandoutExporter, Sheet
from workshop_kit.script_sheets import script_notebook, script_pdf, trio_pdf

SCRIPTS = Path(workshop_kit.__file__).parent / "curriculum" / "conversations"
SIGNALS = {signal.id: signal.text for stage in load_curriculum().stages for signal in stage.signals}
A4_UPRIGHT, A4_ACROSS = (595, 842), (842, 595)


@dataclass
class Sheets:
    """A printed script: its pages, and the words of each of its sections without white space."""

    pages: Pages
    about: str
    tree: str
    cards: str
    after: str
    sizes: list[tuple[int, int]]
    tree_pages: int


def squeezed(text: str) -> str:
    return "".join(text.split())


def sheets(pdf: bytes) -> Sheets:
    """The sections as the bookmarks of their headings have them."""
    reader = pypdf.PdfReader(io.BytesIO(pdf))
    starts = {
        str(item.title): reader.get_destination_page_number(item)
        for item in reader.outline
        if not isinstance(item, list)
    }
    texts = [squeezed(text) for text in Pages(pdf).texts]
    tree, cards, after = (
        starts[title] for title in ("The conversation on one page", "The cards", "After you chose")
    )
    sizes = [
        (round(float(p.mediabox.width)), round(float(p.mediabox.height))) for p in reader.pages
    ]
    return Sheets(
        Pages(pdf),
        *(
            "".join(texts[a:b])
            for a, b in ((0, tree), (tree, cards), (cards, after), (after, None))
        ),
        sizes,
        cards - tree,
    )


def printed(found: Conversation, **sheet: Any) -> Sheets:
    pdf, remarks = script_pdf(found, Sheet(**sheet), SIGNALS)
    assert remarks == []
    return sheets(pdf)


def own_script() -> Conversation:
    path = SCRIPTS / "two-closed-changes.yaml"
    found, _ = read_conversation(path, path.parent)
    assert found is not None
    return filled(found)


@pytest.fixture(scope="module")
def own() -> tuple[Conversation, Sheets]:
    found = own_script()
    return found, printed(found, event="Spring offsite", date="18 March 2027", fictional=True)


# ---- what stands where -------------------------------------------------------------------------


def test_the_first_page_says_what_it_is_about(own: tuple[Conversation, Sheets]) -> None:
    found, shown = own
    assert shown.pages.title == found.title
    person = found.cast["engineer"]
    told = [found.title, found.scene, found.aim, found.content_note, person.names[0], person.who]
    told += [f"{found.minutes} minutes", *(SIGNALS[ident] for ident in found.signals)]
    for words in told:
        assert squeezed(words) in shown.about
    assert "Alone" in shown.about
    assert "Inatrio" in shown.about


def test_the_title_of_the_script_is_printed_once_as_a_title(
    own: tuple[Conversation, Sheets],
) -> None:
    found, shown = own
    assert shown.pages.texts[0].count(found.title) == 1
    assert found.title not in shown.pages.bookmarks


def test_every_card_has_its_words_and_where_to_read_on(own: tuple[Conversation, Sheets]) -> None:
    found, shown = own
    for ident, number in found.numbers.items():
        node = found.nodes[ident]
        assert squeezed(node.text) in shown.cards
        for letter, choice in zip(LETTERS, node.choices, strict=False):
            assert squeezed(f"{choice.say} then read {number}{letter}") in shown.cards
        if node.end:
            for words in (node.end.outcome, *node.end.debrief, node.end.take_away):
                assert squeezed(words) in shown.cards


def test_no_card_tells_what_a_choice_does(own: tuple[Conversation, Sheets]) -> None:
    found, shown = own
    for node in found.nodes.values():
        assert squeezed(node.meant) not in shown.about + shown.tree + shown.cards
        for choice in node.choices:
            told = [choice.move, choice.why, choice.trust, choice.clarity, choice.repair]
            for words in filter(None, told):
                assert squeezed(words) not in shown.cards
            for words in filter(None, told[1:]):
                assert squeezed(words) not in shown.about + shown.tree


def test_after_the_choice_stands_what_it_does_and_how_to_go_on(
    own: tuple[Conversation, Sheets],
) -> None:
    found, shown = own
    for ident, number in found.numbers.items():
        node = found.nodes[ident]
        assert squeezed(node.meant) in shown.after
        for letter, choice in zip(LETTERS, node.choices, strict=False):
            told = f"{number}{letter} · {choice.move} {choice.why} Trust. {choice.trust}"
            told += f" Clarity. {choice.clarity}"
            if choice.repair:
                told += f" To repair it. {choice.repair}"
            told += f" Go on with card {found.numbers[choice.next]}"
            # The foot of one page and the head of the next may stand in between, but no entry is broken.
            assert squeezed(told) in shown.after


def test_the_tree_stands_on_one_page_across_with_its_description(
    own: tuple[Conversation, Sheets],
) -> None:
    _, shown = own
    assert shown.tree_pages == 1
    assert shown.sizes.count(A4_ACROSS) == 1
    assert shown.sizes.count(A4_UPRIGHT) == len(shown.sizes) - 1
    (described,) = shown.pages.alts
    assert described.startswith("The tree of the conversation “Two closed changes”: 10 cards, 18")


def test_it_begins_where_the_script_begins() -> None:
    shown = printed(Conversation.model_validate(script(GOOD, start="second")))
    assert "Beginwithcard2:" in shown.about
    assert "Beginwithcard2." in shown.cards


def test_signals_that_are_not_known_are_left_out() -> None:
    shown = printed(Conversation.model_validate(script(GOOD, signals=["no-such-signal"])))
    assert "seenorheard" not in shown.about


def test_no_card_is_broken_over_two_pages(own: tuple[Conversation, Sheets]) -> None:
    found, shown = own
    pages = [squeezed(text) for text in shown.pages.texts]
    for ident, number in found.numbers.items():
        node = found.nodes[ident]
        last = node.end.take_away if node.end else f"{node.choices[-1].say} then read {number}"
        first, last = squeezed(node.text), squeezed(last)
        assert sum(first in page and last in page for page in pages) == 1


# ---- the page ----------------------------------------------------------------------------------


def test_sheets_are_tagged_and_have_the_kits_head_and_foot(
    own: tuple[Conversation, Sheets],
) -> None:
    found, shown = own
    assert shown.pages.is_ua1
    assert {"H1", "H2", "P", "L", "LI", "Figure"} <= set(shown.pages.tags)
    for number, text in enumerate(shown.pages.texts, 1):
        assert f"Page {number} of {len(shown.pages.texts)}" in text
        assert "Fictional data" in text
        assert "Spring offsite" in text
        assert found.title in text


def test_us_letter_is_kept_across_too() -> None:
    shown = printed(own_script(), paper="us-letter")
    assert set(shown.sizes) == {(612, 792), (792, 612)}
    assert shown.tree_pages == 1


def test_the_notebook_goes_through_the_exporter_of_handouts() -> None:
    notebook = script_notebook(own_script(), SIGNALS)
    nbformat.validate(notebook)
    assert (notebook.nbformat, notebook.nbformat_minor) == (4, 5)
    exporter = HandoutExporter(strict=True)
    pdf, _ = exporter.from_notebook_node(notebook, {"metadata": {"name": "script"}})
    assert pdf == script_pdf(own_script(), Sheet(), SIGNALS)[0]


@pytest.mark.parametrize("path", sorted(SCRIPTS.glob("*.yaml")), ids=lambda path: path.stem)
def test_every_script_of_the_kit_prints_without_remarks(path: Path) -> None:
    found, problems = read_conversation(path, path.parent)
    assert found is not None, problems
    shown = printed(filled(found), event="Spring offsite", fictional=True)
    assert shown.sizes[0] == A4_UPRIGHT
    assert shown.sizes[1] == A4_ACROSS, "what it is about takes more than a page"
    assert shown.sizes.count(A4_ACROSS) == 1


# ---- hostile words -----------------------------------------------------------------------------

HOSTILE = [
    '#import "x": *',
    "*bold* _it_ `code` ``` ~~~",
    "$x$ \\alpha <script>alert(1)</script>",
    "# Heading ::: {.card} :::",
    "\"quoted\" and 'single' @ref // /* <label>",
    "https://example.org/auto [link](https://example.org) ![x](/etc/passwd)",
    "a | b - c 1. d",
    "東京の会議室",
    "y" * 300,
]


def hostile(words: str) -> Conversation:
    """A script in which everybody says those words everywhere."""
    data = script(GOOD, title=words, scene=words, aim=words, content_note=words)
    data["cast"]["engineer"] = {"names": [words], "who": words}
    for node in data["nodes"].values():
        node |= {"text": words, "meant": words}
        for choice in node.get("choices", []):
            choice |= dict.fromkeys(("say", "move", "why", "trust", "clarity", "repair"), words)
        if "end" in node:
            node["end"] = {"outcome": words, "debrief": [words] * 2, "take_away": words}
    return Conversation.model_validate(data)


@pytest.mark.parametrize("words", HOSTILE)
def test_hostile_words_are_only_words(words: str) -> None:
    shown = printed(hostile(words), paper="us-letter", team=words, event=words)
    wanted = squeezed(words)
    assert shown.about.count(wanted) >= 4
    assert shown.cards.count(wanted) >= 4 + 6 + 4
    assert shown.after.count(wanted) >= 4 + 6 * 5
    assert squeezed(shown.pages.alts[0]).count(wanted) >= 5
    assert shown.tree_pages == 1


@pytest.mark.parametrize("words", ["مرحبا بالعالم", "שלום", "नमस्ते"])
def test_every_script_of_the_world_has_a_font(words: str) -> None:
    shown = printed(hostile(words))
    assert words.split()[0] in shown.pages.alts[0]


def test_a_character_without_a_font_is_a_box_and_is_named() -> None:
    for odd in ("\U00013000", "\U0010fffd"):
        pdf, remarks = script_pdf(hostile(f"see {odd} here"), Sheet(), {})
        assert sheets(pdf).cards.count("see□here") >= 4
        assert sheets(pdf).tree.count("see□here") >= 4
        assert any(f"U+{ord(odd):04X}" in remark for remark in remarks)


# ---- the roles of a trio -----------------------------------------------------------------------


@pytest.mark.parametrize("paper", ["a4", "us-letter"])
def test_the_roles_stand_on_one_page_with_how_a_round_goes(paper: str) -> None:
    trio = load_trio()
    pdf, remarks = trio_pdf(trio, Sheet(paper=paper, event="Spring offsite"))
    pages = Pages(pdf)
    assert remarks == []
    assert len(pages.texts) == 1
    assert pages.is_ua1
    told = [trio.intro, trio.sit_out]
    for role in trio.roles:
        told += [role.name, role.afterwards, *role.does, *role.prompts]
    for words in told:
        assert squeezed(words) in pages.squeezed
    whole = trio.talk_minutes + trio.debrief_minutes
    assert re.search(
        rf"{whole} minutes\. .*{trio.talk_minutes}.*{trio.debrief_minutes}", pages.text
    )
