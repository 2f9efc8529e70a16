"""A conversation script as a drawing on one page: which card stands where, and what it shows in words.

The template's `script-tree` sets it: it measures the words and finds the room. Here is what can be
said without a page: a card's column is the turn at which it can first be reached, and its place in
the column is where its lines cross least.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations, pairwise
from typing import Any, NamedTuple

from workshop_kit import routes
from workshop_kit.curriculum import LETTERS, Conversation, Node

COLUMNS_AT_MOST = 7  # more would be too narrow to read; a longer script folds turns into one column
SWEEPS = 4

Columns = list[list[str]]


class _Line(NamedTuple):
    """A choice between neighbouring columns, and how far down it leaves the one and enters the other."""

    card: str
    after: str
    leaves: float
    enters: float


def tree(script: Conversation) -> dict[str, Any]:
    """The script's cards in columns, with a line for every choice, as plain values for the template.

    `description` tells the whole of it, for who can't see it.
    """
    numbers = script.numbers
    columns = _ordered(_columns(script), script)
    column_of = {ident: index for index, column in enumerate(columns) for ident in column}

    def way(ident: str, after: str) -> str:
        step = column_of[after] - column_of[ident]
        return {1: "on", 0: "beside"}.get(step, "back")

    cards: list[dict[str, Any]] = [
        {
            "number": numbers[ident],
            "who": _one_line(who_speaks(script, node)),
            "text": _one_line(node.text),
            "outcome": _one_line(node.end.outcome) if node.end else "",
            "choices": [
                {
                    "letter": letter,
                    "move": _one_line(choice.move),
                    "to": numbers[choice.next],
                    "misstep": choice.misstep,
                    "way": way(ident, choice.next),
                }
                for letter, choice in zip(LETTERS, node.choices, strict=False)
            ],
        }
        for ident, node in script.nodes.items()
    ]
    choices = [choice for card in cards for choice in card["choices"]]
    return {
        "columns": [[str(numbers[ident]) for ident in column] for column in columns],
        "cards": cards,
        "missteps": any(choice["misstep"] for choice in choices),
        "back": any(choice["way"] == "back" for choice in choices),
        "tail": any(script.nodes[ident].choices for ident in columns[-1]),
        "description": describe(script),
    }


def who_speaks(script: Conversation, node: Node) -> str:
    """The name on the card of that node: of the cast, "You", or "The scene"."""
    return script.speaker(node) or "The scene"


def describe(script: Conversation) -> str:
    """The tree in words: how much there is of what, then card by card where each choice leads."""
    numbers = script.numbers
    choices = [choice for node in script.nodes.values() for choice in node.choices]
    ends = sum(1 for node in script.nodes.values() if node.end)
    missteps = sum(choice.misstep for choice in choices)
    told = [
        f"The tree of the conversation “{script.title}”: {_many(len(numbers), 'card')},"
        f" {_many(len(choices), 'choice')}, {_many(missteps, 'misstep')}, {_many(ends, 'end')}."
        f" It begins with card {numbers[script.start]}."
    ]
    for ident, node in script.nodes.items():
        leads = [
            f"{letter} leads to {numbers[choice.next]}{' (a misstep)' if choice.misstep else ''}"
            for letter, choice in zip(LETTERS, node.choices, strict=False)
        ]
        what = f"an end. {node.end.outcome}" if node.end else ", ".join(leads) + "."
        told.append(f"Card {numbers[ident]}, {who_speaks(script, node)}: {what}")
    return _one_line(" ".join(told))


def _many(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"


def _one_line(text: str) -> str:
    return " ".join(text.split())


# ---- where the cards stand ---------------------------------------------------------------------


def _columns(script: Conversation) -> Columns:
    """The cards by the turn at which they can first be reached."""
    turns = routes.turns(script.targets, script.start)
    count = max(turns.values()) + 1
    columns: Columns = [[] for _ in range(min(count, COLUMNS_AT_MOST))]
    for ident in script.nodes:
        turn = turns.get(ident, count - 1)
        columns[turn * len(columns) // count].append(ident)
    return columns


def _ordered(columns: Columns, script: Conversation) -> Columns:
    """The columns with the cards of each in order, swept to and fro by the barycentre of their lines."""
    best = columns
    for _ in range(SWEEPS):
        for forward in (True, False):
            columns = _swept(columns, script, forward)
            best = min(best, columns, key=lambda found: crossings(found, script))
    return best


def _swept(columns: Columns, script: Conversation, forward: bool) -> Columns:
    """Each column but one ordered by the mean place of what its cards are joined to in the one before."""
    done: Columns = [list(column) for column in columns]
    pairs = list(pairwise(range(len(done))))
    for left, right in pairs if forward else reversed(pairs):
        moved = done[right if forward else left]
        joined: dict[str, list[float]] = {ident: [] for ident in moved}
        for line in _lines(done[left], done[right], script):
            if forward:
                joined[line.after].append(line.leaves)
            else:
                joined[line.card].append(line.enters)
        places = {
            ident: sum(found) / len(found) if found else moved.index(ident)
            for ident, found in joined.items()
        }
        moved.sort(key=places.__getitem__)
    return done


def _lines(left: Sequence[str], right: Sequence[str], script: Conversation) -> Iterator[_Line]:
    """The lines from one column to the next."""
    for place, ident in enumerate(left):
        choices = script.nodes[ident].choices
        for number, choice in enumerate(choices):
            if choice.next in right:
                leaves = place + number / len(choices)
                yield _Line(ident, choice.next, leaves, right.index(choice.next))


def crossings(columns: Columns, script: Conversation) -> int:
    """How often two lines between neighbouring columns cross."""
    return sum(
        (one.leaves - other.leaves) * (one.enters - other.enters) < 0
        for left, right in pairwise(columns)
        for one, other in combinations(_lines(left, right, script), 2)
    )
