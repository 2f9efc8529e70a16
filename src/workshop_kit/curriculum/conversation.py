"""A conversation to rehearse: a script that branches at every choice of the leader's.

    id: two-closed-changes
    cast: {engineer: {names: [Zofia, Nomvula], who: "senior engineer, four years on refunds"}}
    start: opening
    nodes:
      opening: {speaker: engineer, text: …, meant: …, choices: [{say: …, next: she-shows}, …]}
      she-shows: {speaker: engineer, text: …, meant: …, end: {outcome: …, debrief: […], take_away: …}}

Rules that need the whole script (targets, loops, minutes, missing repairs) are in
`workshop_kit.content.conversation_rules`: they are reported with the line of the file.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import Field

from workshop_kit.curriculum.slugs import Slug, Text
from workshop_kit.model import Model

VARIABLE = re.compile(r"\{([^{}]*)\}")
FACTS = {  # what a script may name of an event, and the words where it is printed for no one team
    "team": "your team",
    "leader": "the leader",
    "event": "this workshop",
    "ladder.level": "the level where they are now",
    "ladder.next": "the next level",
    "ladder.today": "the line of your ladder that asks for code",
    "ladder.rewritten": "that line as you have rewritten it",
}
LEADER, SCENE = "leader", "scene"  # who may speak besides the cast
LETTERS = "abcd"
NODES_AT_MOST = 100  # far more than anybody can take in; a tree of 250 does not print
TRIO_ROLES = "trio-roles"  # what the role cards are called, and so no script

NodeId = Annotated[Slug, Field(max_length=60)]


class Person(Model):
    """Somebody in a conversation: names to take the first of that no leader of the event has."""

    names: Annotated[tuple[Text, ...], Field(min_length=1, max_length=4)]
    who: Text


class Choice(Model):
    """One thing that the leader may say, why it tends to work or not, and where it leads.

    `move` names what it does ("Name the loss"), `trust` and `clarity` say in words what it may do
    to them. A `misstep` has a `repair`: what to say when one has said it.
    """

    say: Text
    move: Text
    why: Text
    trust: Text
    clarity: Text
    misstep: bool = False
    repair: str = ""
    next: Slug


class End(Model):
    """How a conversation ends: what came of it, questions to look back with, a line to take away."""

    outcome: Text
    debrief: Annotated[tuple[Text, ...], Field(min_length=2, max_length=4)]
    take_away: Text


class Node(Model):
    """A point of the conversation: what `speaker` says and means by it; then choices, or the end.

    `speaker` is a key of the cast, "leader", or "scene" for what one sees.
    """

    speaker: Slug
    text: Text
    meant: Text
    choices: Annotated[tuple[Choice, ...], Field(min_length=2, max_length=4)] = ()
    end: End | None = None


class Conversation(Model):
    """A whole script. `minutes` is what it takes at most; `signals` are ids of the stages' signals."""

    id: Annotated[Slug, Field(max_length=60)]
    title: Text
    signals: tuple[Slug, ...] = ()
    aim: Text
    minutes: Annotated[int, Field(ge=1, le=10)]
    content_note: Text
    scene: Text
    cast: Annotated[dict[Slug, Person], Field(min_length=1, max_length=4)]
    start: Slug
    nodes: Annotated[dict[NodeId, Node], Field(max_length=NODES_AT_MOST)]

    def speaker(self, node: Node) -> str:
        """Who speaks at that node: a name of the cast; "You" for the leader; "" for the scene."""
        if node.speaker in (LEADER, SCENE):
            return "You" if node.speaker == LEADER else ""
        return self.cast[node.speaker].names[0]

    @property
    def targets(self) -> dict[str, list[str]]:
        """For each node the nodes that its choices lead to, in their order: what `routes` asks for."""
        return {
            ident: [choice.next for choice in node.choices] for ident, node in self.nodes.items()
        }

    @property
    def numbers(self) -> dict[str, int]:
        """The number of each node's card, counted from 1 in the order of the file."""
        return {ident: number for number, ident in enumerate(self.nodes, 1)}


def filled(
    conversation: Conversation, facts: Mapping[str, str] = FACTS, leaders: tuple[str, ...] = ()
) -> Conversation:
    """The script with every variable replaced: names of the cast, and the event's `facts`.

    Of each person's names the first is taken that is no part of a name in `leaders`; it is then the
    only one. A fact that is not given, or is empty, has the words of `FACTS`.
    """
    taken = {part.casefold() for leader in leaders for part in leader.split()}
    values = {**FACTS, **{key: words for key, words in facts.items() if words}}
    names = {}
    for role, person in conversation.cast.items():
        free = [name for name in person.names if name.casefold() not in taken]
        names[role] = (free or person.names)[0]
    values |= names

    def fill(value: Any) -> Any:
        if isinstance(value, str):
            return VARIABLE.sub(lambda found: values.get(found[1].strip(), found[0]), value)
        if isinstance(value, dict):
            return {key: fill(inner) for key, inner in value.items()}
        return [fill(inner) for inner in value] if isinstance(value, (list, tuple)) else value

    data = fill(conversation.model_dump(exclude_defaults=True))
    for role, name in names.items():
        data["cast"][role]["names"] = (name,)
    return Conversation.model_validate(data)


class Role(Model):
    """One of the three parts of a trio: what one does, what to watch for, what to say afterwards."""

    slug: Slug
    name: Text
    does: Annotated[tuple[Text, ...], Field(min_length=2, max_length=5)]
    prompts: Annotated[tuple[Text, ...], Field(min_length=2, max_length=6)]
    afterwards: Text


class Trio(Model):
    """How three people rehearse a conversation: minutes of talking and looking back, and the roles."""

    intro: Text
    talk_minutes: Annotated[int, Field(ge=1, le=10)]
    debrief_minutes: Annotated[int, Field(ge=1, le=10)]
    sit_out: Text
    roles: Annotated[tuple[Role, ...], Field(min_length=3, max_length=3)]
