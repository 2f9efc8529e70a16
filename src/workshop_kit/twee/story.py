"""A script → a story for Twine: a passage for each node, each choice and each end."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping

from workshop_kit.curriculum import FACTS, LEADER, LETTERS, SCENE, Choice, Conversation, Node
from workshop_kit.twee import fields
from workshop_kit.twee.fields import as_field
from workshop_kit.twee.passages import Passage, as_twee
from workshop_kit.twee.wording import plain, shown, shown_in_link

FORMAT, VERSION = "Harlowe", "3.0.0"  # Twine takes the newest that it has from there on
STEP = 150  # from one passage to the next on Twine's map; a passage is 100 wide and high

_NAMESPACE = uuid.UUID("7d0f8c1e-6a52-4b0b-9a0e-2f6a3c5b8e41")


def to_twee(script: Conversation) -> str:
    """The script in Twee 3, to be opened, played and changed in Twine 2.

    Nothing in a text is run there. Nodes stand below each other on the map in the order of the
    script, each with its choices or its end to the right.
    """
    values = {**FACTS, **{role: person.names[0] for role, person in script.cast.items()}}
    passages = [
        Passage("StoryTitle", plain(script.title, values)),
        Passage("StoryData", _story_data(script)),
        _before(script, values),
        _who(script, values),
    ]
    for row, (name, node) in enumerate(script.nodes.items(), 1):
        passages += _of_node(script, name, node, row, values)
    return "\n\n\n".join(as_twee(passage) for passage in passages) + "\n"


def _story_data(script: Conversation) -> str:
    data = {
        "ifid": str(uuid.uuid5(_NAMESPACE, script.id)).upper(),
        "format": FORMAT,
        "format-version": VERSION,
        "start": fields.BEFORE,
        "tag-colors": {fields.NODE: "blue", fields.END: "purple", fields.MISSTEP: "yellow"},
        "zoom": 1,
    }
    return json.dumps(data, indent=2)


def _before(script: Conversation, values: Mapping[str, str]) -> Passage:
    texts = {**script.model_dump(), "minutes": str(script.minutes)}
    said = [as_field(label, shown(texts[key], values)) for key, label in fields.OF_SCENE.items()]
    links = [f"[[Begin->{script.start}]]", f"[[{fields.WHO}->{fields.WHO}]]"]
    tags = (fields.SCENE, fields.ID + script.id, *(fields.SIGNAL + s for s in script.signals))
    return Passage(fields.BEFORE, _paragraphs(*said, *links), tags, (100, 100))


def _who(script: Conversation, values: Mapping[str, str]) -> Passage:
    said = []
    for role, person in script.cast.items():
        said.append(as_field(role, shown(person.who, values)))
        for number, name in enumerate(person.names):
            said.append(as_field(fields.OR_NAMED if number else fields.NAMED, shown(name, values)))
    text = _paragraphs(*said, f"[[{fields.BEFORE}->{fields.BEFORE}]]")
    return Passage(fields.WHO, text, (fields.CAST,), (100 + STEP, 100))


def _of_node(
    script: Conversation, name: str, node: Node, row: int, values: Mapping[str, str]
) -> list[Passage]:
    top = 100 + STEP * row
    links, beside = [], []
    for number, choice in enumerate(node.choices):
        target = f"{name}--{LETTERS[number]}"
        links.append(f"[[{shown_in_link(choice.say, values)}->{target}]]")
        tags = (fields.CHOICE, fields.MISSTEP) if choice.misstep else (fields.CHOICE,)
        beside.append((target, _of_choice(node, choice, values), tags))
    if node.end:
        links.append(f"[[How it ends->{name}--end]]")
        beside.append((f"{name}--end", _of_end(node, values), (fields.END,)))
    text = _paragraphs(as_field(_who_speaks(script, node), shown(node.text, values)), *links)
    tags = (fields.NODE, fields.SPEAKER + node.speaker)
    return [
        Passage(name, text, tags, (100, top)),
        *(
            Passage(target, said, kinds, (100 + STEP * column, top))
            for column, (target, said, kinds) in enumerate(beside, 1)
        ),
    ]


def _who_speaks(script: Conversation, node: Node) -> str:
    if node.speaker in (LEADER, SCENE):
        return fields.YOU if node.speaker == LEADER else fields.YOU_SEE
    person = script.cast.get(node.speaker)
    return shown_in_link(person.names[0] if person else node.speaker, {})


def _of_choice(node: Node, choice: Choice, values: Mapping[str, str]) -> str:
    texts = {**choice.model_dump(), "meant": node.meant}
    said = [
        as_field(label, shown(texts[key], values))
        for key, label in fields.OF_CHOICE.items()
        if texts[key]
    ]
    return _paragraphs(*said, f"[[Go on->{choice.next}]]")


def _of_end(node: Node, values: Mapping[str, str]) -> str:
    assert node.end
    texts = {**node.end.model_dump(), "meant": node.meant}
    said = []
    for key, label in fields.OF_END.items():
        each = texts[key] if key == "debrief" else [texts[key]]
        said += [as_field(label, shown(text, values)) for text in each]
    return _paragraphs(*said)


def _paragraphs(*parts: str) -> str:
    """The parts with an empty line between them: Markdown formats need it, and the others bear it."""
    return "\n\n".join(parts)
