"""What stands in the speaker's notes: words for the facilitator alone, never on a slide or in the PDF."""

from __future__ import annotations

from collections.abc import Sequence

from workshop_kit.agenda import Row
from workshop_kit.curriculum import Activity, Step
from workshop_kit.forms import bullets, literal, paragraphs


def block_notes(row: Row, steps: Sequence[Step] = ()) -> str:
    """When the block is, what is said, asked and watched for, and what has to lie ready."""
    block = row.block
    when = f"{block.title}: {block.target} minutes, {row.start:%H:%M} to {row.end:%H:%M}"
    parts = [f"**{literal(when)}**"]
    if block.owner != "Facilitator":
        parts.append(f"*Who.* {literal(block.owner)}")
    if block.say:
        parts.append(f"*Say.* {paragraphs(block.say)}")
    for step in steps:
        for name, text in (("Ask", step.ask), ("Watch for", step.watch_for)):
            if text:
                parts.append(f"*{name}.* {literal(text)}")
    if block.materials:
        parts.append(f"*Have ready.*\n\n{bullets(block.materials)}")
    return "\n\n".join(parts)


def invitation_notes(activity: Activity, minutes: int) -> str:
    """The invitation word for word, how to sit out, and the traps.

    Where the event gives the activity less than half of its `minutes` the invitation is left out: it
    announces what there is no time for.
    """
    parts = [
        f"*Who would rather not.* {literal(activity.sit_out)}",
        f"*Traps.*\n\n{bullets(activity.traps)}",
    ]
    if minutes * 2 >= activity.minutes:
        parts.insert(0, f"*Say.* {literal(activity.invitation)}")
    return "\n\n".join(parts)
