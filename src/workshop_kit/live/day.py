"""Where a day stands at a moment, from the agenda and the log alone: no clock, no database, no page.

All times in here are UTC: Python takes two times of one zone apart as their clocks show them, which is
an hour wrong where the clocks were turned in between. `Day.local` is for showing them.
"""

from __future__ import annotations

import datetime
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal
from zoneinfo import ZoneInfo

from workshop_kit.agenda import Plan, Row, Step, later, minutes_between, replan, timetable
from workshop_kit.curriculum import Agenda, Block, Session
from workshop_kit.event import Event
from workshop_kit.room import DayLog, Planned

OFFER_AFTER = 3  # minutes by which a session would end late before a new plan is offered unasked
STALE_AFTER = 12  # hours; a rehearsal is over then, whether or not somebody said so

Phase = Literal["before", "running", "between", "over"]


def is_the_day(agenda: Agenda, event: Event, log: DayLog, now: datetime.datetime) -> bool:
    """Whether this is a day of the event, or one after it with a log to look back at."""
    days = {event.date + datetime.timedelta(days=session.day) for session in agenda.sessions}
    today = now.astimezone(ZoneInfo(event.timezone)).date()
    return today in days or (bool(log.spans) and today > event.date)


@dataclass(frozen=True)
class Day:
    """The agenda, what was logged, and the moment. Everything else follows from these."""

    agenda: Agenda
    event: Event
    log: DayLog
    now: datetime.datetime
    rehearsing: bool = False

    def local(self, moment: datetime.datetime) -> datetime.datetime:
        """The moment in the event's time zone."""
        return moment.astimezone(ZoneInfo(self.event.timezone))

    # ---- where we are --------------------------------------------------------------------------

    @cached_property
    def _place(self) -> tuple[Session, Block | None, tuple[Block, ...]]:
        """The session, the block under way, and the blocks of the session that are to come."""
        found = [
            (session, number)
            for session in self.agenda.sessions
            for number, block in enumerate(session.blocks)
            if block.id in self.log.spans
        ]
        if not found:
            first = self.agenda.sessions[0]
            return first, None, first.blocks
        session, number = found[-1]
        block, after = session.blocks[number], session.blocks[number + 1 :]
        current = block if self.log.spans[block.id].ended is None else None
        if current is None and not any(map(self.is_in, after)):
            following = self._sessions_after(session)
            return (following[0], None, following[0].blocks) if following else (session, None, ())
        return session, current, after

    @property
    def session(self) -> Session:
        """The session that is under way, or comes next, or was the last."""
        return self._place[0]

    @property
    def current(self) -> Block | None:
        """The block that is under way."""
        return self._place[1]

    @property
    def coming(self) -> tuple[Block, ...]:
        """The blocks of this session after the current one, those that are dropped among them."""
        return self._place[2]

    @property
    def phase(self) -> Phase:
        """Before the first block, in one, between two, or after the last."""
        if self.current:
            return "running"
        if not self.log.spans:
            return "before"
        return "between" if self.coming else "over"

    def is_in(self, block: Block) -> bool:
        """Whether the plan has the block; a dropped one is passed over."""
        return block.id not in self.log.plan or self.log.plan[block.id].minutes > 0

    @property
    def next(self) -> Block | None:
        """The block that comes next in this session."""
        return next(filter(self.is_in, self.coming), None)

    @property
    def following(self) -> tuple[Session, ...]:
        """The sessions after this one."""
        return self._sessions_after(self.session) if self.phase != "over" else ()

    def _sessions_after(self, session: Session) -> tuple[Session, ...]:
        number = [one is session for one in self.agenda.sessions].index(True)
        return self.agenda.sessions[number + 1 :]

    # ---- the times -----------------------------------------------------------------------------

    @cached_property
    def rows(self) -> Mapping[str, Row]:
        """Every block with its printed times; in a rehearsal a session begins when it is begun."""
        rows = [
            replace(row, start=_utc(row.start), end=_utc(row.end))
            for row in timetable(self.agenda, self.event)
        ]
        if not self.rehearsing:
            return {row.block.id: row for row in rows}
        moved = {}
        for session in self.agenda.sessions:
            own = [row for row in rows if row.session is session]
            begun = [row for row in own if row.block.id in self.log.spans]
            at = self.log.spans[begun[0].block.id].began if begun else self.now
            shift = minutes_between((begun or own)[0].start, at)
            for row in own:
                start, end = later(row.start, shift), later(row.end, shift)
                moved[row.block.id] = replace(row, start=start, end=end)
        return moved

    def planned(self, block: Block) -> Planned:
        """The block in the plan that is followed: the printed one, or one that was accepted."""
        printed = Planned(self.rows[block.id].start, block.target, block.spare)
        return self.log.plan.get(block.id, printed)

    @property
    def due(self) -> datetime.datetime:
        """From when the current block counts; without one, when the next can begin at the earliest."""
        if self.current:
            return _utc(self.log.start(self.current.id) or self.now)
        if self.next is None:
            return self.now
        said = self.log.late.get(self.next.id)
        times = [self.now, self.planned(self.next).start, *([said.start] if said else [])]
        return _utc(max(times))

    @property
    def ends(self) -> datetime.datetime | None:
        """When the current block is over by its minutes."""
        if self.current is None:
            return None
        return later(self.due, self.planned(self.current).minutes)

    @property
    def late(self) -> int:
        """The minutes that we are late against the plan; below 0 early."""
        if self.current and self.ends:
            planned = self.planned(self.current)
            meant = later(planned.start, planned.minutes)
            return math.trunc(minutes_between(meant, max(self.now, self.ends)))
        if self.next is None:
            return 0
        return math.trunc(minutes_between(self.planned(self.next).start, self.due))

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        """The blocks to come as they will be if nobody changes the plan.

        A block begins when the one before is over, and not before its time: that is what spare
        minutes are for.
        """
        return tuple(self._steps(max(self.now, self.ends) if self.ends else self.due))

    def _steps(self, free: datetime.datetime) -> Iterator[Step]:
        for block in self.coming:
            planned = self.planned(block)
            start = _utc(max(planned.start, free))
            step = Step(block, start, planned.minutes, planned.spare)
            if planned.minutes == 0:
                yield replace(step, change="dropped")
                continue
            yield replace(step, change="shorter") if planned.minutes < block.target else step
            free = step.end

    @property
    def end(self) -> datetime.datetime:
        """When the session is over as it is printed."""
        last = self.session.blocks[-1]
        return later(self.rows[last.id].end, last.spare)

    @property
    def behind(self) -> int:
        """The minutes by which the session will end late with the plan that is followed."""
        left = [step for step in self.steps if step.minutes]
        last = left[-1].block if left else self.current
        if last is None:
            return 0
        projected = left[-1].end if left else max(self.now, self.ends or self.now)
        planned = self.planned(last)
        meant = max(self.end, later(planned.start, planned.minutes))
        return max(0, math.trunc(minutes_between(meant, projected)))

    # ---- a new plan ----------------------------------------------------------------------------

    @cached_property
    def offer(self) -> Plan | None:
        """A new plan, where the session would end late otherwise; also while it is declined."""
        counts = self.current or self.next
        if not self.agenda.facilitated or counts is None:
            return None
        said = self.log.late.get(counts.id)
        enough = 1 if said and self.due == said.start else OFFER_AFTER
        return self.replanned(self.log.kept) if self.behind >= enough else None

    @property
    def declined(self) -> bool:
        """Whether the facilitator stays with the old plan; asked again when it gets much later."""
        return self.log.stayed > 0 and self.behind < self.log.stayed + OFFER_AFTER

    def replanned(self, kept: frozenset[str]) -> Plan:
        """The current block and those to come, planned anew; `kept` ones are not dropped."""
        blocks = [
            block.model_copy(update={"cut": None}) if block.id in kept else block
            for block in ([self.current] if self.current else []) + list(self.coming)
        ]
        passed = math.ceil(minutes_between(self.due, self.now))
        return replan(blocks, self.due, self.end, running=max(1, passed) if self.current else 0)


def _utc(moment: datetime.datetime) -> datetime.datetime:
    return moment.astimezone(datetime.UTC)
