"""Where the day stands, as the page shows it: words, clock times, and nothing to work out."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any

from workshop_kit.agenda import HOW, Plan, Step, in_words
from workshop_kit.curriculum import Activity, Block, Session
from workshop_kit.event import written_date
from workshop_kit.live.day import Day
from workshop_kit.live.pressed import at
from workshop_kit.room import suggestions

ALONE = "This agenda has no facilitator: everybody works through it alone, so there is no clock."
ONE_DAY = (
    "One day only. Two runs would say more. Nothing is changed by this: write what you believe into "
    "the agenda yourself."
)


def shown(day: Day, activities: Mapping[str, Activity]) -> dict[str, Any]:
    """All that the page shows of the day. Times of day are text; `ends` and `now` are milliseconds."""
    if not day.agenda.facilitated:
        return {"about": ALONE, "phase": "alone", **_clock(day)}
    return {
        **_clock(day),
        "about": _about(day),
        "phase": day.phase,
        "at": at(day),
        "block": _block(day.current, activities) if day.current else None,
        "waits": _waits(day),
        "ends": _milliseconds(day.ends or (day.due if day.phase == "before" else None)),
        "next": _next(day),
        "press": _press(day),
        "back": bool(day.log.spans),
        "rehearsing": day.rehearsing,
        "late": _lateness(day),
        "choices": [
            {"id": block.id, "words": f"{block.title} ({_time(day.rows[block.id].start, day)})"}
            for block in [*filter(None, [day.current]), *day.coming]
        ],
        "steps": [_step(step, day) for step in day.steps],
        "following": [
            f"{session.title}: {_day_and_time(day, session)}" for session in day.following
        ],
        "offer": _offer(day.offer, day) if day.offer else None,
        "report": _report(day) if day.phase == "over" else None,
    }


# ---- the clock and the block -------------------------------------------------------------------


def _clock(day: Day) -> dict[str, Any]:
    offset = day.local(day.now).utcoffset() or datetime.timedelta()
    return {"now": _milliseconds(day.now), "offset": int(offset.total_seconds() * 1000)}


def _milliseconds(moment: datetime.datetime | None) -> int | None:
    return round(moment.timestamp() * 1000) if moment else None


def _about(day: Day) -> str:
    if not day.rehearsing:
        return ""
    return (
        f"This event is on {written_date(day.event.date)}; today you are rehearsing. The times count "
        "from when you begin, and what you press is kept apart from the day itself. Questions that you "
        "park are kept."
    )


def _block(block: Block, activities: Mapping[str, Activity]) -> dict[str, Any]:
    activity = activities.get(block.activity or "")
    return {
        "id": block.id,
        "title": block.title,
        "mode": HOW[block.mode].lower(),
        "owner": block.owner,
        "activity": activity.title if activity else "",
        "say": block.say,
        "materials": list(block.materials),
        "watch": [step.watch_for for step in activity.steps if step.watch_for] if activity else [],
        "ask": [step.ask for step in activity.steps if step.ask] if activity else [],
    }


def _next(day: Day) -> dict[str, Any] | None:
    step = next((step for step in day.steps if step.minutes), None)
    if step is None:
        return None
    return {
        "title": step.block.title,
        "at": _time(step.start, day),
        "materials": list(step.block.materials),
    }


def _waits(day: Day) -> str:
    """What the page says in place of a block."""
    if day.phase == "before" and day.rehearsing:
        return f"{day.session.title}, to rehearse"
    if day.phase == "before":
        return f"{day.session.title} begins at {_time(day.due, day)}"
    if day.phase == "between":
        first = day.next is day.session.blocks[0]
        return f"{day.session.title}: {_day_and_time(day, day.session)}" if first else "A pause"
    return "The day is over" if day.phase == "over" else ""


def _press(day: Day) -> str:
    """What the button says that goes on; empty after the last block."""
    if day.phase == "before":
        return "Begin the rehearsal" if day.rehearsing else "Begin the day"
    if day.next:
        return f"{'Next' if day.current else 'Begin'}: {day.next.title}"
    return "" if day.phase == "over" else f"End {'this session' if day.following else 'the day'}"


def _lateness(day: Day) -> str:
    if day.phase == "over" or (day.phase == "between" and not day.late):
        return ""
    counts = day.current or day.next
    by = ", by the new plan" if counts and counts.id in day.log.plan else ""
    if day.late > 0:
        return f"{in_words(day.late)} late{by}"
    if day.phase == "before":
        return ""
    return f"{in_words(-day.late)} early{by}" if day.late else f"On time{by}"


# ---- the plan ----------------------------------------------------------------------------------


def _step(step: Step, day: Day) -> dict[str, Any]:
    target = step.block.target
    shorter = f"{step.minutes} in place of {target}"
    words = {"shorter": shorter, "dropped": "dropped"}.get(step.change, str(step.minutes))
    return {
        "id": step.block.id,
        "title": step.block.title,
        "at": _time(step.start, day) if step.minutes else "",
        "minutes": words,
        "mode": HOW[step.block.mode].lower(),
        "reason": step.reason,
        "dropped": step.change == "dropped",
        "kept": step.block.id in day.log.kept,
    }


def _offer(plan: Plan, day: Day) -> dict[str, Any]:
    changed = [step for step in plan.steps if step.change]
    ends = _time(day.end, day)
    told = f"As things stand this session ends {in_words(day.behind)} late."
    if not plan.over:
        told += f" With a new plan it ends at {ends} as printed."
    elif plan.over < day.behind:
        told += f" The shortest plan ends {in_words(plan.over)} late."
    else:
        told += " No plan of this agenda is shorter. Say it to the room, and when you will end."
    if not changed and not plan.over:
        told += " Nothing has to be shortened: the minutes kept free take it up."
    return {
        "words": told,
        "steps": [_step(step, day) for step in changed],
        "declined": day.declined,
        "useful": plan.over < day.behind,
    }


def _day_and_time(day: Day, session: Session) -> str:
    start = day.rows[session.blocks[0].id].start
    if day.rehearsing:
        return "when you begin it"
    return f"{written_date(day.local(start).date())}, {_time(start, day)}"


def _time(moment: datetime.datetime, day: Day) -> str:
    return f"{day.local(moment):%H:%M}"


# ---- afterwards --------------------------------------------------------------------------------


def _report(day: Day) -> dict[str, Any]:
    found = suggestions(day.agenda, day.log)
    rows = []
    for one in found:
        start = day.log.start(one.block.id)
        began = _time(start, day) if start else ""
        planned = f"{_time(day.rows[one.block.id].start, day)}, {in_words(one.block.target)}"
        actual = f"{began}, {in_words(one.took)}" if one.took is not None else ""
        rows.append([one.block.title, planned, actual, one.words])
    total = sum((one.target or one.block.target) + one.block.spare for one in found)
    sums = f"With these targets the agenda takes {in_words(total)}; it has {day.agenda.minutes}."
    return {"rows": rows, "words": f"{ONE_DAY} {sums}"}
