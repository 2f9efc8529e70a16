"""Conversation scripts for tests, made of as little as will do."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import Any

from ruamel.yaml import YAML


def choice(target: str, say: str = "What did you see there today?", **more: Any) -> dict[str, Any]:
    return {
        "say": say,
        "move": "Ask before telling",
        "why": "It asks.",
        "trust": "It holds.",
        "clarity": "It grows.",
        **more,
        "next": target,
    }


def node(*targets: str, speaker: str = "engineer") -> dict[str, Any]:
    """A node with a choice for each target; an end where there is none."""
    said: dict[str, Any] = {"speaker": speaker, "text": "I closed it.", "meant": "I was tired."}
    if targets:
        return {**said, "choices": [choice(target) for target in targets]}
    debrief = ["What did you ask?", "What did you hear?"]
    end = {"outcome": "It is closed.", "debrief": debrief, "take_away": "Ask first."}
    return {**said, "end": end}


def script(targets: Mapping[str, Sequence[str]], **more: Any) -> dict[str, Any]:
    """A script of that shape; it starts at the first node."""
    return {
        "id": "a-closed-change",
        "title": "A closed change",
        "aim": "To hear why.",
        "minutes": 10,
        "content_note": "Nothing hard.",
        "scene": "A room with a door.",
        "cast": {"engineer": {"names": ["Zofia"], "who": "Senior engineer"}},
        "start": next(iter(targets)),
        "nodes": {name: node(*afters) for name, afters in targets.items()},
        **more,
    }


def as_yaml(data: Any) -> str:
    out = io.StringIO()
    YAML(typ="safe", pure=True).dump(data, out)
    return out.getvalue()


GOOD = {
    "opening": ["second", "third"],
    "second": ["third", "end"],
    "third": ["end", "end"],
    "end": [],
}
