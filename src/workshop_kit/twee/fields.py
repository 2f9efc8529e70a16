"""How a script lies in passages: which tag says what a passage is, which words begin which text.

    <b>Why:</b> It takes the objection as valid, which it is.

These words are seen when it is played, and are read back: whoever changes a text in Twine leaves
what stands in bold.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

BEFORE, WHO = "Before you begin", "Who is who"  # no node is called so: its id has no spaces
SCENE, CAST, NODE, CHOICE, END = "kit-scene", "kit-cast", "kit-node", "kit-choice", "kit-end"
MISSTEP = "kit-misstep"
ID, SIGNAL, SPEAKER = "kit-id-", "kit-signal-", "kit-speaker-"  # what follows is the value

OF_SCENE = {
    "title": "Conversation",
    "scene": "Scene",
    "aim": "Aim",
    "minutes": "Minutes",
    "content_note": "Content note",
}
OF_CHOICE = {
    "say": "You said",
    "meant": "What was meant",
    "move": "What that does",
    "why": "Why",
    "trust": "Trust",
    "clarity": "Clarity",
    "repair": "To repair it",
}
OF_END = {
    "meant": "What was meant",
    "outcome": "What came of it",
    "debrief": "Look back",
    "take_away": "To take away",
}
NAMED, OR_NAMED = "Name", "Other name"  # in the cast: the names of the person above
YOU, YOU_SEE = "You", "You see"

_FIELD = re.compile(r"<b>([^<>\n]*):</b> ?")


@dataclass(frozen=True)
class Field:
    """A text with the words before it, both as they stand in the passage; `line` counts from 0."""

    label: str
    text: str
    line: int


def as_field(label: str, text: str) -> str:
    """The text as a paragraph of a passage; both must be `shown`."""
    return f"<b>{label}:</b> {text}"


def fields_in(text: str) -> list[Field]:
    """The texts of a passage in their order; what stands before the first label has none.

    A line without a label belongs to the text above it.
    """
    fields: list[Field] = []
    for number, line in enumerate(text.split("\n")):
        if found := _FIELD.match(line):
            fields.append(Field(found[1], line[found.end() :], number))
        elif line.strip() and fields:
            last = fields[-1]
            fields[-1] = Field(last.label, f"{last.text}\n{line.strip()}", last.line)
        elif line.strip():
            fields.append(Field("", line.strip(), number))
    return fields
