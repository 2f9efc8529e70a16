"""A conversation script on paper: what it is about, its tree, its cards, and what to read afterwards.

Everything goes through the exporter of handouts, as Markdown in a notebook's outputs. The cards say
nothing about what a choice does: that stands on the pages "After you chose", which come last.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_notebook, new_output

from workshop_kit.content import load_trio
from workshop_kit.curriculum import LETTERS, Choice, Conversation, Node, Role, Trio
from workshop_kit.curriculum.conversation import TRIO_ROLES
from workshop_kit.forms import bullets, div, literal
from workshop_kit.handout import Sheet, page_of, printed, read_notebook
from workshop_kit.script_tree import tree, who_speaks

AFTER = "After you chose"


def script_pdf(
    script: Conversation, sheet: Sheet, signals: Mapping[str, str]
) -> tuple[bytes, list[str]]:
    """The script as a PDF, and what could not be printed as it was written.

    `script` is filled; `signals` are the words of the stages' signals by their id. Raises HandoutError.
    """
    part = read_notebook(script_notebook(script, signals), None, script.id)
    return printed(part, script.id, sheet)


def trio_pdf(trio: Trio, sheet: Sheet) -> tuple[bytes, list[str]]:
    """The three role cards on a page to cut, with how a round goes; and remarks as in `script_pdf`."""
    return printed(page_of(TRIO_ROLES, trio_cards(trio)), TRIO_ROLES, sheet)


def script_notebook(script: Conversation, signals: Mapping[str, str]) -> NotebookNode:
    """The script as a notebook whose outputs print as its sheets."""
    parts = {
        "about": _about(script, signals),
        "tree": _tree(script),
        "cards": _cards(script),
        "after-you-chose": _after(script),
    }
    cells = [
        new_code_cell(
            "", id=ident, outputs=[new_output("display_data", {"text/markdown": markdown})]
        )
        for ident, markdown in parts.items()
    ]
    notebook: NotebookNode = new_notebook(cells=cells)
    return notebook


# ---- what it is about --------------------------------------------------------------------------


def _about(script: Conversation, signals: Mapping[str, str]) -> str:
    first = script.numbers[script.start]
    cast = [f"{literal(p.names[0])}: {literal(p.who.rstrip('.'))}." for p in script.cast.values()]
    fits = [signals[ident] for ident in script.signals if ident in signals]
    seen = f"**It may fit when you have seen or heard this month**\n\n{bullets(fits)}"
    alone = [
        f"Leave the tree for afterwards. Begin with card {first}: read it aloud, then its lines, and"
        " say one of them aloud.",
        f"Look it up under “{AFTER}”: at card {first}, line b, read {first}b. It names the next card.",
        "At an end, take the questions one by one. Then go back, and choose what you did not choose.",
    ]
    in_three = [
        "One leads, one answers, one watches. The role cards say how, and when to change seats.",
        "The cards lie between the two who talk.",
        f"The one who watches holds the tree and “{AFTER}”, reads out what belongs to the line that"
        " was said, and names the next card.",
    ]
    return _joined(
        f"# {literal(script.title)}",
        div(
            "aside",
            f"**A conversation to rehearse**, {script.minutes} minutes at most from the first card to"
            f" an end. {literal(script.content_note)} {literal(load_trio().sit_out)}",
        ),
        f"**The scene.** {literal(script.scene)}",
        f"**With whom.** {' '.join(cast)}",
        f"**What you are after.** {literal(script.aim)}",
        *([seen] if fits else []),
        "## How to play",
        div(
            "beside",
            div("column", "**Alone**", _numbered(alone)),
            div("column", "**In a trio**", _numbered(in_three)),
        ),
    )


def _numbered(items: Iterable[str]) -> str:
    return "\n".join(f"1. {literal(item)}" for item in items)


def _joined(*parts: str) -> str:
    return "\n\n".join(parts)


# ---- the tree, the cards -----------------------------------------------------------------------


def _tree(script: Conversation) -> str:
    # One line of JSON can't close the fence, whatever it holds.
    data = json.dumps(tree(script), ensure_ascii=False)
    drawing = div("script-tree", f"~~~\n{data}\n~~~")
    return div("landscape", "## The conversation on one page", drawing)


def _cards(script: Conversation) -> str:
    numbers = script.numbers
    cards = [_card(script, node, numbers[ident]) for ident, node in script.nodes.items()]
    opening = (
        f"Begin with card {numbers[script.start]}. Print on one side, and cut along the thin lines."
    )
    return _joined(div("newpage", "## The cards", div("small", literal(opening))), *cards)


def _card(script: Conversation, node: Node, number: int) -> str:
    said = literal(node.text)
    if node.end:
        return div(
            "cutout",
            f"### {number} · {literal(who_speaks(script, node))} · End",
            said,
            f"**What came of it.** {literal(node.end.outcome)}",
            f"**Look back**\n\n{bullets(node.end.debrief)}",
            f"**Take away.** {literal(node.end.take_away)}",
        )
    choices = "\n".join(
        f"1. {literal(choice.say)} *then read {number}{letter}*"
        for letter, choice in zip(LETTERS, node.choices, strict=False)
    )
    return div("cutout", f"### {number} · {literal(who_speaks(script, node))}", said, choices)


# ---- after the choice --------------------------------------------------------------------------


def _after(script: Conversation) -> str:
    opening = (
        "For whoever watches; for you, after each choice, if you are alone. Nobody reads ahead. What"
        " is said about trust and clarity may happen, and with somebody else it may go otherwise."
    )
    numbers = script.numbers
    told = [
        part
        for ident, node in script.nodes.items()
        for part in _meant(node, numbers[ident], numbers)
    ]
    return _joined(div("newpage", f"## {AFTER}", div("small", literal(opening))), *told)


def _meant(node: Node, number: int, numbers: Mapping[str, int]) -> Iterator[str]:
    """What a card meant, then each of its choices."""
    meant = f"**What was meant.** {literal(node.meant)}"
    if not node.choices:
        yield div("entry", f"**{number} · An end**", meant)
        return
    yield f"### Card {number}"
    yield div("statement", meant)
    for letter, choice in zip(LETTERS, node.choices, strict=False):
        yield _told(f"{number}{letter}", choice, numbers[choice.next])


def _told(key: str, choice: Choice, then: int) -> str:
    repair = f"**To repair it.** {literal(choice.repair)}"
    return div(
        "entry",
        f"**{key} · {literal(choice.move)}**\n\n{literal(choice.why)}",
        f"**Trust.** {literal(choice.trust)} **Clarity.** {literal(choice.clarity)}",
        *([repair] if choice.repair else []),
        f"**Go on with card {then}**",
    )


# ---- the roles of a trio -----------------------------------------------------------------------


def trio_cards(trio: Trio) -> str:
    """Markdown of the three role cards, under a heading, with how a round goes."""
    minutes = trio.talk_minutes + trio.debrief_minutes
    return _joined(
        "# Rehearse in threes",
        div(
            "small",
            literal(trio.intro),
            f"**One round takes {minutes} minutes.** Talk for {trio.talk_minutes}, then stop, wherever"
            f" you are. Look back for {trio.debrief_minutes}, in the order that the cards give."
            f" {literal(trio.sit_out)}",
        ),
        *(_role(role) for role in trio.roles),
    )


def _role(role: Role) -> str:
    return div(
        "cutout",
        f"### {literal(role.name)}",
        div(
            "beside",
            div("column", "**In the talk**", bullets(role.does)),
            div("column", "**To look back with**", bullets(role.prompts)),
            literal(role.afterwards),
        ),
    )
