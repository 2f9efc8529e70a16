"""The nodes of a script, from passages: those that the kit has written, and those of anybody else."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from workshop_kit.content.names import quoted
from workshop_kit.curriculum import LEADER, SCENE
from workshop_kit.twee import fields
from workshop_kit.twee.fields import Field, fields_in
from workshop_kit.twee.links import Link, links_in, without_links
from workshop_kit.twee.parts import Parts
from workshop_kit.twee.passages import Passage
from workshop_kit.twee.wording import seen, written

_CHOICE = ("say", "move", "why", "trust", "clarity", "misstep", "repair", "next")


def node_in(passage: Passage, parts: Parts, roles: Mapping[str, str]) -> dict[str, Any]:
    """The node that a passage is; what it lacks is None. `roles` maps a first name to its role."""
    links = inner_links(passage, parts)
    meant: list[tuple[Passage, Field]] = []
    choices, end = [], None
    for link in links:
        target = parts.by_name.get(link.target)
        if target and fields.END in target.tags:
            parts.used.add(target.name)
            end = _end(target, parts, meant)
        else:
            choices.append(_choice(link, target, passage, parts, meant))
    said = fields_in(without_links(passage.text))
    text = "\n".join(field.text for field in said)
    node: dict[str, Any] = {
        "speaker": _speaker(passage, said, roles),
        "text": written(text),
        "meant": _agreed(meant, parts),
    }
    if choices:
        node["choices"] = choices
    if end or not (choices or fields.NODE in passage.tags):
        # A passage of somebody else's that leads nowhere is an end, and has only its text.
        node["end"] = end or {"outcome": None, "debrief": [None, None], "take_away": None}
    return node


def inner_links(passage: Passage, parts: Parts) -> list[Link]:
    """The links that lead to another passage; the others get a note."""
    inside = []
    for link in links_in(passage.text):
        offset = passage.text.count("\n", 0, link.start)
        if link.leads_outside:
            what = f"The link to {quoted(link.target)} leads out of the story, and was left out."
            parts.note(passage, what, "Write the address into a text if people need it.", offset)
            continue
        if link.code:
            what = f"The code {quoted(link.code)} of a link was left out."
            parts.note(passage, what, "A script has only texts.", offset)
        if link.target not in parts.by_name:
            what = f"The link leads to {quoted(link.target)}, and there is no such passage."
            parts.note(passage, what, "Write one, or lead the link elsewhere.", offset)
        inside.append(link)
    return inside


def by_label(passage: Passage, labels: Mapping[str, str], parts: Parts) -> dict[str, list[Field]]:
    """The texts of a passage that the kit has written, by key; others get a note."""
    keys = {label: key for key, label in labels.items()}
    found: dict[str, list[Field]] = {}
    for field in fields_in(without_links(passage.text)):
        if field.label in keys:
            found.setdefault(keys[field.label], []).append(field)
        else:
            what = f"The text {quoted(seen(field.text))} has no place in a script: it was left out."
            fix = f"The kit knows: {', '.join(labels.values())}."
            parts.note(passage, what, fix, field.line)
    return found


def _choice(
    link: Link,
    target: Passage | None,
    passage: Passage,
    parts: Parts,
    meant: list[tuple[Passage, Field]],
) -> dict[str, Any]:
    choice: dict[str, Any] = dict.fromkeys(_CHOICE)
    choice["say"] = written(link.say)
    if target is None or fields.CHOICE not in target.tags:
        choice["next"] = parts.slug_of(link.target)
        return _as_far_as_needed(choice)
    parts.used.add(target.name)
    told = by_label(target, fields.OF_CHOICE, parts)
    meant += [(target, field) for field in told.pop("meant", ())]
    for key, texts in told.items():
        if key != "say":
            choice[key] = _joined(texts)
    if said := told.get("say"):
        if seen(link.say) == seen("\n".join(field.text for field in said)):
            choice["say"] = _joined(said)  # it knows which words are variables
        else:
            what = f"The link says {quoted(seen(link.say))}, and the passage that it leads to does not."
            offset = passage.text.count("\n", 0, link.start)
            parts.note(passage, what, "The link counts.", offset)
    choice["misstep"] = True if fields.MISSTEP in target.tags else None
    onward = inner_links(target, parts)
    if onward:
        choice["next"] = parts.slug_of(onward[0].target)
    if len(onward) > 1:
        what = "A choice leads to one passage; the other links were left out."
        parts.note(target, what, "Make choices of them in the passage that follows.")
    return _as_far_as_needed(choice)


def _end(target: Passage, parts: Parts, meant: list[tuple[Passage, Field]]) -> dict[str, Any]:
    told = by_label(target, fields.OF_END, parts)
    meant += [(target, field) for field in told.pop("meant", ())]
    debrief = [written(field.text) for field in told.get("debrief", ())]
    return {
        "outcome": _joined(told.get("outcome", [])),
        "debrief": debrief or [None, None],
        "take_away": _joined(told.get("take_away", [])),
    }


def _as_far_as_needed(choice: dict[str, Any]) -> dict[str, Any]:
    """The choice without the two keys that it may do without."""
    optional = ("misstep", "repair")
    return {key: value for key, value in choice.items() if value is not None or key not in optional}


def _speaker(passage: Passage, said: list[Field], roles: Mapping[str, str]) -> str | None:
    for tag in passage.tags:
        if tag.startswith(fields.SPEAKER):
            return tag.removeprefix(fields.SPEAKER)
    label = seen(said[0].label) if said else ""
    return {fields.YOU: LEADER, fields.YOU_SEE: SCENE, **roles}.get(label)


def _agreed(meant: list[tuple[Passage, Field]], parts: Parts) -> str | None:
    """What the speaker meant: it stands in each passage that follows, and should be the same there."""
    texts = [written(field.text) for _, field in meant]
    for (passage, field), text in zip(meant, texts, strict=True):
        if text != texts[0]:
            what = "What was meant is told differently in an earlier passage, which counts."
            parts.note(passage, what, "Change the YAML where this one is better.", field.line)
    return texts[0] if texts else None


def _joined(texts: list[Field]) -> str | None:
    return "\n".join(written(field.text) for field in texts) or None
