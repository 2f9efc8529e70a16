"""Blocks → clock times, and a new plan when a room is late.

    rows = timetable(agenda, event)          what stands on the run sheet
    plan = replan(blocks, begun, end)        what is shortened, what is dropped, and why

Times are aware, in the event's time zone. Minutes pass as on a stopwatch, so that an hour is an hour
also on the day on which the clocks change.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, get_args
from zoneinfo import ZoneInfo

from workshop_kit.curriculum import Agenda, Block, Mode, Session
from workshop_kit.errors import Problem
from workshop_kit.event import Event, written_date

# How a block goes, as the facilitator reads it everywhere: on paper, in the guide, on the live view.
HOW: Mapping[str, str] = {
    "talk": "You talk",
    "alone": "Alone",
    "pair": "In pairs",
    "three": "In threes",
    "room": "Whole room",
    "break": "Break",
}


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


# ---- clock times -------------------------------------------------------------------------------


def timetable(agenda: Agenda, event: Event) -> tuple[Row, ...]:
    """Every block of the agenda with the clock times that it has at the event."""
    return tuple(row for session in agenda.sessions for row in _of_session(session, event))


def begins(session: Session, event: Event) -> datetime.datetime:
    """When the session begins.

    Where the clocks skip that time it is as much later as they are put forward; where they show it
    twice it is the first of the two.
    """
    return later(_told(session, event), 0)


def ends(session: Session, event: Event) -> datetime.datetime:
    """When the session is over, its last spare minutes included."""
    return later(begins(session, event), session.minutes)


def later(moment: datetime.datetime, minutes: float) -> datetime.datetime:
    """So many minutes after, in the same time zone."""
    passed = moment.astimezone(datetime.UTC) + datetime.timedelta(minutes=minutes)
    return passed.astimezone(moment.tzinfo)


def minutes_between(start: datetime.datetime, end: datetime.datetime) -> float:
    """The minutes that pass on a stopwatch; negative where `end` is earlier."""
    # Two times of one zone are subtracted as they stand on the clock, an hour wrong where it changes.
    passed = end.astimezone(datetime.UTC) - start.astimezone(datetime.UTC)
    return passed.total_seconds() / 60


def in_words(minutes: int) -> str:
    """1 minute, 2 minutes."""
    return "1 minute" if minutes == 1 else f"{minutes} minutes"


def minutes_by_mode(agenda: Agenda) -> dict[str, int]:
    """The target minutes of each mode, and those kept free under `spare`; all are there, also with 0."""
    minutes = dict.fromkeys((*get_args(Mode), "spare"), 0)
    for block in agenda.blocks:
        minutes[block.mode] += block.target
        minutes["spare"] += block.spare
    return minutes


def agenda_problems(agenda: Agenda, event: Event) -> tuple[Problem, ...]:
    """What is wrong with the agenda on the event's days, which the agenda alone can't know."""
    return tuple(_clock_problems(agenda, event))


def _clock_problems(agenda: Agenda, event: Event) -> Iterator[Problem]:
    for number, session in enumerate(agenda.sessions):
        start = begins(session, event)
        named = f'The session "{session.title}"' if len(agenda.sessions) > 1 else "The agenda"
        if start.time() != _told(session, event).time():
            what = f"{named} begins at a time that the clocks skip on {written_date(start)}."
            key = "start" if session.start is None else "agenda"
            yield Problem("event.yaml", f"key {key}", what, f"Begin at {start:%H:%M} or later.")
        before = agenda.sessions[number - 1] if number else None
        if before and minutes_between(ends(before, event), start) < 0:
            what = f'{named} begins before "{before.title}" is over.'
            fix = f"Give it a start of {ends(before, event):%H:%M} or later, or another day."
            yield Problem("event.yaml", "key agenda", what, fix)
        if session.day and start.weekday() >= 5:
            what = f"{named} falls on a {start:%A}, {written_date(start)}."
            fix = "Move the date, or change the days in an agenda of your own."
            yield Problem("event.yaml", "key agenda", what, fix, "note")


def _told(session: Session, event: Event) -> datetime.datetime:
    day = event.date + datetime.timedelta(days=session.day)
    return datetime.datetime.combine(
        day, session.start or event.start, tzinfo=ZoneInfo(event.timezone)
    )


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
    """The blocks, the first of which begins at `start`, so that they are over at `end` if possible.

    The first block is under way where `running` is more than 0: so many of its minutes have passed.
    It is not dropped then, and does not end before now. What is given up, in this order: spare
    minutes, the next ones first; minutes of blocks down to their `min`, first of those with a `cut`
    in its order, then of the others, the last first, and of breaks at the end; at last whole blocks
    in the order of `cut`. What that frees in excess goes back, to what was given up last first.
    """
    shares = [_Share.of(block, 0 if n else running) for n, block in enumerate(blocks)]
    room = _Room(shares, available=int(minutes_between(start, end) // 1))
    room.save()
    steps = []
    for share in shares:
        steps.append(share.step(start))
        start = later(steps[-1].end, steps[-1].spare)
    return Plan(tuple(steps), over=room.missing)


@dataclass
class _Share:
    """The minutes that one block still has; between `least` and `most` unless it is dropped."""

    block: Block
    least: int
    most: int
    minutes: int
    spare: int
    may_drop: bool

    @classmethod
    def of(cls, block: Block, running: int) -> _Share:
        least = max(block.min, running)
        most = max(block.target, least)
        may_drop = block.cut is not None and block.mode != "break" and not running
        return cls(block, least, most, most, block.spare, may_drop)

    def step(self, start: datetime.datetime) -> Step:
        """The plan's step, with the words that say what became of the block."""
        block, minutes, spare = self.block, self.minutes, self.spare
        if not minutes:
            reason = f"Number {block.cut} in the cut order; this saves {in_words(block.target)}."
            return Step(block, start, 0, 0, "dropped", reason)
        if minutes < block.target:
            more = f"; {block.min} would do" if minutes > block.min else ""
            reason = f"{in_words(minutes)} instead of {block.target}{more}."
            return Step(block, start, minutes, spare, "shorter", reason)
        return Step(block, start, minutes, spare)


@dataclass
class _Room:
    """The shares of all blocks, and the minutes that there are for them together."""

    shares: list[_Share]
    available: int

    @property
    def free(self) -> int:
        """Minutes that nobody needs; negative where there are too few."""
        return self.available - sum(share.minutes + share.spare for share in self.shares)

    @property
    def missing(self) -> int:
        return max(0, -self.free)

    def save(self) -> None:
        """Gives up what has to be given up, and no more."""
        droppable = [share for share in self.shares if share.may_drop]
        droppable.sort(key=lambda share: share.block.cut or 0)
        others = [share for share in reversed(self.shares) if not share.may_drop]
        others.sort(key=lambda share: share.block.mode == "break")
        for share in self.shares:
            share.spare -= min(share.spare, self.missing)
        for share in (*droppable, *others):
            share.minutes -= min(share.minutes - share.least, self.missing)
        for share in droppable:
            if self.missing:
                share.minutes = 0
        if not self.missing:
            self._give_back((*droppable, *others))

    def _give_back(self, given_up: Sequence[_Share]) -> None:
        for share in reversed(given_up):
            if not share.minutes and share.least <= self.free:
                share.minutes = share.least
        kept = [share for share in self.shares if share.minutes]
        for share in reversed([share for share in given_up if share.minutes]):
            share.minutes += min(share.most - share.minutes, self.free)
        for share in reversed(kept):
            share.spare += min(share.block.spare - share.spare, self.free)
