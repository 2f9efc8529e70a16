"""Blocks → clock times, and a new plan when a room is late.

    rows = timetable(agenda, event)          what stands on the run sheet
    plan = replan(blocks, begun, end)        what is shortened, what is dropped, and why

Times are aware, in the event's time zone. Minutes pass as on a stopwatch, so that an hour is an hour
also on the day on which the clocks change.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal
from zoneinfo import ZoneInfo

from workshop_kit.curriculum import Agenda, Block, Session
from workshop_kit.event import Event


@dataclass(frozen=True)
class Row:
    """A block with its clock times; `end` is the end of its target, before the spare minutes."""

    session: Session
    block: Block
    start: datetime.datetime
    end: datetime.datetime


@dataclass(frozen=True)
class Step:
    """A block in a plan. `minutes` is 0 where it is dropped; `reason` is a sentence, or empty."""

    block: Block
    start: datetime.datetime
    minutes: int
    spare: int
    change: Literal["", "shorter", "dropped"] = ""
    reason: str = ""

    @property
    def end(self) -> datetime.datetime:
        """When it is over, before its spare minutes."""
        return later(self.start, self.minutes)


@dataclass(frozen=True)
class Plan:
    """What is left of the day. `over` are the minutes by which even the shortest plan ends late."""

    steps: tuple[Step, ...]
    over: int = 0


def timetable(agenda: Agenda, event: Event) -> tuple[Row, ...]:
    """Every block of the agenda with the clock times that it has at the event."""
    return tuple(row for session in agenda.sessions for row in _of_session(session, event))


def begins(session: Session, event: Event) -> datetime.datetime:
    """When the session begins.

    Where the clocks are turned forward over that minute it is the minute after, where they are
    turned back the first of the two.
    """
    day = event.date + datetime.timedelta(days=session.day)
    zone = ZoneInfo(event.timezone)
    told = datetime.datetime.combine(day, session.start or event.start, tzinfo=zone)
    return later(told, 0)


def later(moment: datetime.datetime, minutes: float) -> datetime.datetime:
    """So many minutes after, in the same time zone."""
    passed = moment.astimezone(datetime.UTC) + datetime.timedelta(minutes=minutes)
    return passed.astimezone(moment.tzinfo)


def _of_session(session: Session, event: Event) -> Iterator[Row]:
    start = begins(session, event)
    for block in session.blocks:
        end = later(start, block.target)
        yield Row(session, block, start, end)
        start = later(end, block.spare)


# ---- late --------------------------------------------------------------------------------------


def replan(
    blocks: Sequence[Block],
    start: datetime.datetime,
    end: datetime.datetime,
    running: int = 0,
) -> Plan:
    """The blocks from `start` on, so that they are over at `end` where that can be done at all.

    The first block is under way where `running` is more than 0: so many of its minutes have passed.
    It is not dropped then, and does not end before now. First the spare minutes go, the next ones
    first; then blocks are shortened to their `min`, in the order of `cut`, then those without, the
    last first and breaks at the end; then blocks are dropped in the order of `cut`. What that frees
    in excess goes back to what was given up last.
    """
    if not blocks:
        return Plan(())
    planning = _Planning([_under_way(blocks[0], running), *blocks[1:]], held=running > 0)
    available = int((end - start).total_seconds() // 60)
    planning.save(available)
    return Plan(tuple(planning.steps(blocks, start)), over=max(0, planning.need - available))


def _under_way(block: Block, running: int) -> Block:
    least = max(block.min, running)
    return block.model_copy(update={"min": least, "target": max(block.target, least)})


class _Planning:
    """Minutes for each block while they are being given up."""

    def __init__(self, blocks: Sequence[Block], held: bool) -> None:
        self.blocks = blocks
        self.minutes = [block.target for block in blocks]
        self.spare = [block.spare for block in blocks]
        everyone = range(len(blocks))
        self.in_cut_order = sorted(
            (i for i in everyone if blocks[i].cut is not None and not (held and i == 0)),
            key=lambda i: (blocks[i].cut, -i),
        )
        rest = [i for i in reversed(everyone) if i not in self.in_cut_order]
        rest.sort(key=lambda i: blocks[i].mode == "break")
        self.in_shortening_order = [*self.in_cut_order, *rest]

    @property
    def need(self) -> int:
        return sum(self.minutes) + sum(self.spare)

    def save(self, available: int) -> None:
        """Gives up what has to be given up, and no more."""
        for i in range(len(self.blocks)):
            self.spare[i] -= min(self.spare[i], max(0, self.need - available))
        for i in self.in_shortening_order:
            room = self.minutes[i] - self.blocks[i].min
            self.minutes[i] -= min(room, max(0, self.need - available))
        dropped = []
        for i in self.in_cut_order:
            if self.need <= available:
                break
            self.minutes[i] = 0
            dropped.append(i)
        self._give_back(dropped, available)

    def _give_back(self, dropped: Sequence[int], available: int) -> None:
        for i in reversed(dropped):
            if self.need + self.blocks[i].min <= available:
                self.minutes[i] = self.blocks[i].min
        for i in reversed(self.in_shortening_order):
            if self.minutes[i]:
                free = max(0, available - self.need)
                self.minutes[i] += min(self.blocks[i].target - self.minutes[i], free)
        for i in reversed(range(len(self.blocks))):
            free = max(0, available - self.need)
            self.spare[i] += min(self.blocks[i].spare - self.spare[i], free)

    def steps(self, blocks: Sequence[Block], start: datetime.datetime) -> Iterator[Step]:
        """The plan, with the words that say what became of each block."""
        for block, minutes, spare in zip(blocks, self.minutes, self.spare, strict=True):
            step = Step(block, start, minutes, spare)
            if minutes == 0:
                reason = f"Number {block.cut} in the cut order. Saves {block.target} minutes."
                step = replace(step, change="dropped", reason=reason)
            elif minutes < block.target:
                reason = f"{minutes} minutes in place of {block.target}; {block.min} are enough."
                step = replace(step, change="shorter", reason=reason)
            yield step
            start = later(step.end, spare)
