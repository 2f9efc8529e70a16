"""What a press of a button changes in the log: entries to save, from where the day stands."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any

from pydantic import JsonValue

from workshop_kit.agenda import Plan, later, minutes_between
from workshop_kit.curriculum import Block
from workshop_kit.live.day import Day
from workshop_kit.room import Span

LATE_AT_MOST = 240

Entries = list[tuple[str, JsonValue]]  # a question of the log, and its new value


def entries(pressed: Mapping[str, Any], day: Day) -> Entries:
    """What to save; nothing where the press was meant for a block that is no longer the current one.

    A second press of the same button, or one in a second window, must not skip a block.
    """
    if pressed.get("at") != at(day):
        return []
    match pressed:
        case {"do": "next"}:
            return _next(day)
        case {"do": "back"}:
            return _back(day)
        case {"do": "late", "block": str(block), "minutes": int(minutes)}:
            return _late(day, block, minutes)
        case {"do": "follow"} if day.offer:
            return _follow(day, day.offer)
        case {"do": "stay"} if day.offer:
            return [("stayed", {"late": day.behind})]
        case {"do": "ask"}:
            return [("stayed", None)]
        case {"do": "keep", "block": str(block)}:
            return _keep(day, block)
        case {"do": "again"} if day.rehearsing:
            return [(name, None) for name in day.log.entries]
    return []


def at(day: Day) -> str:
    """Where the day stands, in a word that a press has to repeat."""
    return day.current.id if day.current else f"{day.phase}/{len(day.log.spans)}"


def _next(day: Day) -> Entries:
    saved: Entries = []
    if day.current:
        saved = [_span(day.current, day.log.spans[day.current.id].began, day.now)]
        # What follows the last block is a pause, and somebody begins the next session.
        return [*saved, _span(day.next, day.now)] if day.next else saved
    if day.phase == "before" and day.rehearsing:
        saved = [(name, None) for name in day.log.entries]
    return [*saved, _span(day.next, day.now)] if day.next else []


def _back(day: Day) -> Entries:
    spans = day.log.spans
    begun = [block for block in day.agenda.blocks if block.id in spans]
    if day.current is None:
        return [_span(begun[-1], spans[begun[-1].id].began)] if begun else []
    saved: Entries = [(f"block/{day.current.id}", None), (f"late/{day.current.id}", None)]
    before = begun[-2] if len(begun) > 1 else None
    # Between two sessions there was a pause: back leads into it, not into the block before.
    if before and spans[before.id].ended == spans[day.current.id].began:
        saved.append(_span(before, spans[before.id].began))
    return saved


def _late(day: Day, ident: str, minutes: int) -> Entries:
    here = [day.current] if day.current else []
    block = next((one for one in [*here, *day.coming] if one.id == ident), None)
    if block is None or not 0 <= minutes <= LATE_AT_MOST:
        return []
    start = later(day.planned(block).start, minutes)
    if block is day.next and day.current is None:  # it is still to begin, and later than planned
        return [_said(day, block, start), ("stayed", None)]
    early = max(0.0, minutes_between(day.now, start))
    spans = dict(day.log.spans)
    if day.current:
        ended = None if block is day.current else day.now
        spans[day.current.id] = Span(spans[day.current.id].began, ended)
    if block is not day.current:
        spans[block.id] = Span(day.now, None)
    if early and day.rehearsing:
        # A rehearsal counts from its own beginning: that is moved, until now is as late as was said.
        first = next(one.id for one in day.session.blocks if one.id in spans)
        spans[first] = Span(later(spans[first].began, -early), spans[first].ended)
        start = day.now
    written = [
        _span(one, span.began, span.ended)
        for one in day.agenda.blocks
        if (span := spans.get(one.id)) and span != day.log.spans.get(one.id)
    ]
    return [_said(day, block, start), ("stayed", None), *written]


def _said(day: Day, block: Block, start: datetime.datetime) -> tuple[str, JsonValue]:
    return f"late/{block.id}", {"at": _written(day.now), "start": _written(start)}


def _keep(day: Day, ident: str) -> Entries:
    if ident not in {block.id for block in day.coming}:
        return []
    kept = day.log.kept | {ident}
    saved: Entries = [("kept", {"blocks": list[JsonValue](sorted(kept))})]
    if ident in day.log.plan:  # it was dropped already: the plan that has it again is followed
        saved += _follow(day, day.replanned(kept))
    return saved


def _follow(day: Day, plan: Plan) -> Entries:
    steps = {
        ident: (planned.start, planned.minutes, planned.spare)
        for ident, planned in day.log.plan.items()
    }
    steps |= {step.block.id: (step.start, step.minutes, step.spare) for step in plan.steps}
    written: list[JsonValue] = [
        {"block": ident, "start": _written(start), "minutes": minutes, "spare": spare}
        for ident, (start, minutes, spare) in steps.items()
    ]
    return [("plan", {"steps": written}), ("stayed", None)]


def _span(
    block: Block, began: datetime.datetime, ended: datetime.datetime | None = None
) -> tuple[str, JsonValue]:
    return f"block/{block.id}", {
        "began": _written(began),
        "ended": _written(ended) if ended else None,
    }


def _written(moment: datetime.datetime) -> str:
    return moment.isoformat(timespec="seconds")
