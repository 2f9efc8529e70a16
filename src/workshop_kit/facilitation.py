"""What only the facilitator reads of an activity: words to say, questions to ask, what to watch for.

Kept apart from `workbook`, whose pages go to leaders. In a shipped notebook the cell that calls
this carries the tag `facilitator` and is left out of everything that is rendered.
"""

from __future__ import annotations

from workshop_kit.content import load_curriculum
from workshop_kit.forms import Twin, bullets, div, literal


def facilitator_notes(slug: str) -> Twin:
    """The activity's invitation word for word, its steps with say, ask and watch for, and its traps."""
    activity = load_curriculum().activity(slug)
    parts = [
        f"## For the facilitator: {literal(activity.title)}",
        f"> {literal(activity.invitation)}",
    ]
    for number, step in enumerate(activity.steps, 1):
        told = [f"**{number}. {literal(step.do)}** ({step.minutes} min)"]
        for name, text in (("Say", step.say), ("Ask", step.ask), ("Watch for", step.watch_for)):
            if text:
                told.append(f"*{name}.* {literal(text)}")
        parts.append("\n\n".join(told))
    parts.append(div("aside", f"**It works when** {literal(activity.works_when)}"))
    parts.append(f"**Traps**\n\n{bullets(activity.traps)}")
    return Twin(*parts)
