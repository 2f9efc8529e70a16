"""How far the room is: who is at which activity, what was parked, and what the clock said.

progress(teams, activities, store.marks(SILENT))   by team, without a word of anybody's
read_log(store.latest(team=EVENT, activity=DAY))   which block began and ended when
suggestions(agenda, log)                           next time's minutes, from this one day
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from pydantic import JsonValue

from workshop_kit.answers import Chosen, Committed, Ordered, Rated, SignalsSeen, Written
from workshop_kit.curriculum import Activity, Agenda, Block
from workshop_kit.store import Mark, Revision

DAY = "day"  # the activity of the log, and who writes it
REHEARSAL = "day-rehearsal"
PARKED = "parked"
FACILITATOR = "facilitator"
WORDS_AT_MOST = 500
WORTH_CHANGING = 2  # minutes; less is the watch, not the block

# What a form keeps of a question that was emptied again.
SILENT: tuple[JsonValue, ...] = tuple(
    empty.model_dump(mode="json")
    for empty in (
        Written(text=""),
        Chosen(),
        Rated(),
        SignalsSeen(),
        Ordered(order=()),
        Committed(),
    )
)

# ---- who is where ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Progress:
    """How far a team is with an activity: whether it began, and how many of its questions it answered."""

    begun: bool
    answered: int
    of: int

    @property
    def words(self) -> str:
        """The same in words; none of them says whether that is good."""
        if not self.begun:
            return "not begun"
        if not self.answered:
            return "begun"
        return f"all {self.of}" if self.answered == self.of else f"{self.answered} of {self.of}"


def progress(
    teams: Sequence[str], activities: Sequence[Activity], marks: Iterable[Mark]
) -> tuple[tuple[Progress, ...], ...]:
    """A row for each team, in their order, with a column for each activity.

    What a team has to say of each person of its own counts as one question.
    """
    asked = {
        activity.slug: {question.id for form in activity.forms for question in form.questions}
        for activity in activities
    }
    answered: dict[tuple[str, str], set[str]] = {}
    for mark in marks:
        given = answered.setdefault((mark.team, mark.activity), set())
        question = mark.question.partition("/")[0]
        if mark.answered and question in asked.get(mark.activity, ()):
            given.add(question)
    return tuple(
        tuple(
            Progress((team, slug) in answered, len(answered.get((team, slug), ())), len(questions))
            for slug, questions in asked.items()
        )
        for team in teams
    )


# ---- what was parked ---------------------------------------------------------------------------


@dataclass(frozen=True)
class Parked:
    """A question for later, under the key it is kept by; `at` is when it was parked."""

    key: str
    text: str
    at: str
    answered: bool = False

    @property
    def value(self) -> JsonValue:
        """The form in which it is kept."""
        return {"text": self.text, "at": self.at, "answered": self.answered}


def read_parked(revisions: Iterable[Revision]) -> tuple[Parked, ...]:
    """The questions that were parked and not taken away, oldest first."""
    found = []
    for revision in revisions:
        match revision.value:
            case {"text": str(text), "at": str(at), "answered": bool(answered)} if text.strip():
                found.append(Parked(revision.question, text, at, answered))
    return tuple(sorted(found, key=lambda parked: (parked.at, parked.key)))


# ---- what the clock said -----------------------------------------------------------------------


@dataclass(frozen=True)
class Span:
    """When a block began, and when it ended; None while it is under way."""

    began: datetime.datetime
    ended: datetime.datetime | None = None


@dataclass(frozen=True)
class Late:
    """Somebody said, `at` that moment, that the block counts from `start`."""

    at: datetime.datetime
    start: datetime.datetime


@dataclass(frozen=True)
class Planned:
    """A block in a plan that is followed; 0 minutes where it is dropped."""

    start: datetime.datetime
    minutes: int
    spare: int


@dataclass(frozen=True)
class DayLog:
    """All that was pressed and said about the clock, by the blocks' ids.

    `kept` are blocks that were taken back in; `stayed` are the minutes at which a plan was declined.
    `entries` names everything that is kept under the log's activity.
    """

    spans: Mapping[str, Span] = field(default_factory=dict)
    late: Mapping[str, Late] = field(default_factory=dict)
    plan: Mapping[str, Planned] = field(default_factory=dict)
    kept: frozenset[str] = frozenset()
    stayed: int = 0
    entries: tuple[str, ...] = ()

    def start(self, block: str) -> datetime.datetime | None:
        """From when the block counts: when it began, or what was said about that since."""
        span, said = self.spans.get(block), self.late.get(block)
        if span is None:
            return None
        return said.start if said and said.at >= span.began else span.began

    def took(self, block: str) -> int | None:
        """The block's minutes, to the nearest one; None where it did not begin or has not ended."""
        span, start = self.spans.get(block), self.start(block)
        if span is None or span.ended is None or start is None:
            return None
        seconds = (span.ended - (start if start < span.ended else span.began)).total_seconds()
        return max(0, round(seconds / 60))


def read_log(revisions: Iterable[Revision]) -> DayLog:
    """The log from its entries in the store; what can't be read is left out."""
    spans, late, plan, entries = {}, {}, {}, []
    kept: frozenset[str] = frozenset()
    stayed = 0
    for revision in revisions:
        if revision.value is None:
            continue
        entries.append(revision.question)
        kind, _, block = revision.question.partition("/")
        match kind, revision.value:
            case "block", {"began": str(began), "ended": ended} if start := _moment(began):
                spans[block] = Span(start, _moment(ended))
            case "late", {"at": str(at), "start": str(begin)}:
                if (said := _moment(at)) and (start := _moment(begin)):
                    late[block] = Late(said, start)
            case "plan", {"steps": list(steps)}:
                plan = {ident: step for one in steps for ident, step in _step(one)}
            case "kept", {"blocks": list(blocks)}:
                kept = frozenset(one for one in blocks if isinstance(one, str))
            case "stayed", {"late": int(minutes)}:
                stayed = minutes
    return DayLog(spans, late, plan, kept, stayed, tuple(entries))


def _moment(text: object) -> datetime.datetime | None:
    try:
        moment = datetime.datetime.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None
    # The first and last years can't be told in every time zone.
    return moment if moment and moment.tzinfo and 1 < moment.year < 9999 else None


def _step(one: JsonValue) -> tuple[tuple[str, Planned], ...]:
    match one:
        case {"block": str(ident), "start": str(at), "minutes": int(minutes), "spare": int(spare)}:
            in_a_day = 0 <= minutes <= 1440 and 0 <= spare <= 1440
            if in_a_day and (start := _moment(at)):
                return ((ident, Planned(start, minutes, spare)),)
    return ()


# ---- next time ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Suggestion:
    """A block, the minutes that it took, and the target for next time; None where nothing is known."""

    block: Block
    took: int | None
    target: int | None
    words: str


def suggestions(agenda: Agenda, log: DayLog) -> tuple[Suggestion, ...]:
    """For every block the target that this one day suggests: what it took, within its limits.

    What a plan made shorter says nothing about what the block needs.
    """
    return tuple(_suggested(block, log) for block in agenda.blocks)


def _suggested(block: Block, log: DayLog) -> Suggestion:
    took, planned = log.took(block.id), log.plan.get(block.id)
    if took is None:
        dropped = planned is not None and planned.minutes == 0
        return Suggestion(block, None, None, "Dropped." if dropped else "Not recorded.")
    if took == 0:
        return Suggestion(block, took, None, "Passed over.")
    if abs(took - block.target) < WORTH_CHANGING:
        return Suggestion(block, took, block.target, "As planned.")
    if took < block.target:
        if planned is not None and planned.minutes < block.target:
            return Suggestion(block, took, block.target, "Made shorter by the plan.")
        if block.mode == "break":
            return Suggestion(block, took, block.target, "Cut short. A break keeps its minutes.")
    target = max(block.min, min(took, 60))
    if target == block.target:
        return Suggestion(block, took, target, "As short as it may be.")
    return Suggestion(block, took, target, f"Try {target} in place of {block.target}.")
