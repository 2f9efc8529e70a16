"""What must hold for a whole agenda, each problem with its line in the file.

Works on the document as it was read, not on the models: a key that is missing somewhere must not
hide a sum that is wrong somewhere else. The numbers are those of the curriculum brief.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from workshop_kit.content.names import quoted
from workshop_kit.content.yaml_file import YamlFile
from workshop_kit.content.yaml_words import Loc, did_you_mean
from workshop_kit.errors import Problem

TALK_AT_MOST = 12  # minutes, in one block and in blocks that follow one another
STRETCH_AT_MOST = 60  # minutes without a break, spare minutes included
COMMITMENTS_AT_LEAST = 15  # minutes
LONG_SESSION = 120  # minutes; a longer one needs a sixth for breaks
BREAKS_AT_LEAST = 1 / 6  # of a long session
SPARE_AT_LEAST = 1 / 10  # of the whole
TALK_SHARE_AT_MOST = 2 / 5  # of what is neither break nor spare: 70 of 176 on the half day

_FALSE = ("false", "no", "off", "0", "n", "f")  # what pydantic takes for false


@dataclass(frozen=True)
class _Block:
    """What can be read of a block, whatever else is wrong with it."""

    loc: Loc
    id: str
    title: str
    mode: str
    activity: str
    least: int | None
    target: int | None
    spare: int | None
    cut: int | None

    @classmethod
    def of(cls, loc: Loc, data: Mapping[str, Any]) -> _Block:
        return cls(
            loc,
            _text(data.get("id")),
            _text(data.get("title")) or _text(data.get("id")),
            _text(data.get("mode")),
            _text(data.get("activity")),
            _number(data.get("min")),
            _number(data.get("target")),
            _number(data.get("spare", "0")),
            _number(data.get("cut")),
        )

    @property
    def is_break(self) -> bool:
        return self.mode == "break"

    @property
    def minutes(self) -> int:
        """With the spare minutes after it; those that can't be read count as none."""
        return (self.target or 0) + (self.spare or 0)


@dataclass(frozen=True)
class _Agenda:
    """What can be read of an agenda."""

    document: YamlFile
    sessions: tuple[tuple[Loc, tuple[_Block, ...]], ...]

    @classmethod
    def of(cls, document: YamlFile) -> _Agenda:
        sessions = []
        for number, session in _mappings(_key(document.data, "sessions")):
            loc: Loc = ("sessions", number)
            blocks = [
                _Block.of((*loc, "blocks", place), block)
                for place, block in _mappings(session.get("blocks"))
            ]
            sessions.append((loc, tuple(blocks)))
        return cls(document, tuple(sessions))

    @property
    def blocks(self) -> list[_Block]:
        return [block for _, blocks in self.sessions for block in blocks]

    @property
    def is_timed(self) -> bool:
        """Whether all minutes can be read, so that sums and shares mean something."""
        return all(None not in (block.target, block.spare) for block in self.blocks)

    def problem(self, loc: Loc, what: str, fix: str) -> Problem:
        return Problem(self.document.file, self.document.place(*loc), what, fix)


def rule_problems(
    document: YamlFile, name: str, activities: Collection[str]
) -> tuple[Problem, ...]:
    """Every problem that needs more than one key; `name` is what its file or folder is called."""
    agenda = _Agenda.of(document)
    found = [*_names(agenda, name, activities), *_cut_orders(agenda), *_edges(agenda)]
    found += _end(agenda) if agenda.blocks else ()
    if agenda.blocks and agenda.is_timed:
        found += [*_sum(agenda), *_stretches(agenda)]
        # What somebody does alone has no room that can be late, and nobody who talks.
        if _text(_key(document.data, "facilitated")).casefold() not in _FALSE:
            found += [*_talks(agenda), *_shares(agenda), *_breaks(agenda)]
    return tuple(found)


def _names(agenda: _Agenda, name: str, activities: Collection[str]) -> Iterator[Problem]:
    slug = _text(_key(agenda.document.data, "slug"))
    if slug and slug != name:
        what = f"The slug is {quoted(slug)}, and the agenda is called {quoted(name)}."
        yield agenda.problem(("slug",), what, f"Write slug: {name}")
    met: dict[str, _Block] = {}
    for block in agenda.blocks:
        if block.id in met:
            first = agenda.document.place(*met[block.id].loc, "id")
            what = f"The id {quoted(block.id)} stands at {first} too."
            yield agenda.problem((*block.loc, "id"), what, "Give each block its own.")
        elif block.id:
            met[block.id] = block
        if block.activity and block.activity not in activities:
            near = did_you_mean(block.activity, activities)
            what = f"There is no activity {quoted(block.activity)}."
            fix = near or f"There are: {', '.join(activities)}."
            yield agenda.problem((*block.loc, "activity"), what, fix)


def _cut_orders(agenda: _Agenda) -> Iterator[Problem]:
    blocks = [block for block in agenda.blocks if block.cut is not None]
    met: dict[int, str] = {}
    for block in blocks:
        cut = block.cut or 0
        if block.is_break:
            what = f"The break {quoted(block.title)} has a cut order. People need their breaks."
            yield agenda.problem((*block.loc, "cut"), what, "Remove the line.")
        elif cut in met:
            what = f"The cut order {cut} stands twice: {quoted(met[cut])} has it, too."
            fix = "Number them 1, 2, 3 …, what is given up first has 1."
            yield agenda.problem((*block.loc, "cut"), what, fix)
        elif cut > len(blocks):
            what = f"The cut order is {cut}, and only {len(blocks)} blocks have one."
            fix = "Number them 1, 2, 3 … without a gap."
            yield agenda.problem((*block.loc, "cut"), what, fix)
        met.setdefault(cut, block.title)


def _edges(agenda: _Agenda) -> Iterator[Problem]:
    for _, blocks in agenda.sessions:
        for block, at in ((blocks[0], "begins"), (blocks[-1], "ends")) if blocks else ():
            if block.is_break:
                what = f"The session {at} with a break."
                yield agenda.problem(block.loc, what, "Remove it; people come and go by the clock.")


def _end(agenda: _Agenda) -> Iterator[Problem]:
    last = agenda.blocks[-1]
    if last.mode in ("talk", "break"):
        yield _no_close(agenda, "mode", f"its mode is {last.mode}")
    if last.least is not None and last.least < COMMITMENTS_AT_LEAST:
        yield _no_close(agenda, "min", f"it may be cut to {last.least}")
    elif None not in (last.least, last.target) and last.least != last.target:
        yield _no_close(agenda, "min", "it may be shortened")
    if last.cut is not None:
        yield _no_close(agenda, "cut", "it has a cut order")
    if last.spare:
        yield _no_close(agenda, "spare", "spare minutes follow it")


def _no_close(agenda: _Agenda, key: str, fault: str) -> Problem:
    least = COMMITMENTS_AT_LEAST
    what = f"The last {least} minutes are for commitments, and {fault}."
    fix = f"Close with {least} minutes or more, min equal to target, without cut or spare."
    return agenda.problem((*agenda.blocks[-1].loc, key), what, fix)


def _sum(agenda: _Agenda) -> Iterator[Problem]:
    given = _number(_key(agenda.document.data, "minutes"))
    total = sum(block.minutes for block in agenda.blocks)
    if given is not None and given != total:
        what = f"The blocks add up to {total} minutes with spare, and here stands {given}."
        change = f"take {total - given} away" if total > given else f"add {given - total}"
        yield agenda.problem(("minutes",), what, f"Write {total}, or {change}.")


def _stretches(agenda: _Agenda) -> Iterator[Problem]:
    for stretch in _runs(agenda, lambda block: not block.is_break):
        if (minutes := sum(block.minutes for block in stretch)) > STRETCH_AT_MOST:
            what = f"From here {minutes} minutes pass without a break, spare minutes included."
            fix = f"Put a break in, after {STRETCH_AT_MOST} minutes at the latest."
            yield agenda.problem(stretch[0].loc, what, fix)


def _talks(agenda: _Agenda) -> Iterator[Problem]:
    fix = f"{TALK_AT_MOST} at most: shorten it, or put something between that people do."
    for talk in _runs(agenda, lambda block: block.mode == "talk"):
        long = [block for block in talk if (block.target or 0) > TALK_AT_MOST]
        for block in long:
            what = f"The talk {quoted(block.title)} takes {block.target} minutes."
            yield agenda.problem((*block.loc, "target"), what, fix)
        minutes = sum(block.target or 0 for block in talk)
        if minutes > TALK_AT_MOST and not long:
            what = f"From here {len(talk)} talks follow one another, {minutes} minutes together."
            yield agenda.problem(talk[0].loc, what, fix)


def _shares(agenda: _Agenda) -> Iterator[Problem]:
    blocks = agenda.blocks
    total = sum(block.minutes for block in blocks)
    spare = sum(block.spare or 0 for block in blocks)
    if spare < total * SPARE_AT_LEAST:
        what = f"{spare} of {total} minutes are spare, which is less than a tenth."
        fix = "Add lines spare: … to blocks before a break. No room keeps to every minute."
        yield agenda.problem(("sessions",), what, fix)
    work = sum(block.target or 0 for block in blocks if not block.is_break)
    talk = sum(block.target or 0 for block in blocks if block.mode == "talk")
    if talk > work * TALK_SHARE_AT_MOST:
        what = f"{talk} of {work} working minutes are talk, which is more than two fifths."
        yield agenda.problem(("sessions",), what, "Let people do more of it themselves.")


def _breaks(agenda: _Agenda) -> Iterator[Problem]:
    for loc, blocks in agenda.sessions:
        total = sum(block.minutes for block in blocks)
        pause = sum(block.target or 0 for block in blocks if block.is_break)
        if total > LONG_SESSION and pause < total * BREAKS_AT_LEAST:
            what = f"{pause} of this session's {total} minutes are breaks, less than a sixth."
            fix = f"{-(-total // 6)} are needed: longer breaks, or one more."
            yield agenda.problem(loc, what, fix)


def _runs(agenda: _Agenda, wanted: Callable[[_Block], bool]) -> Iterator[Sequence[_Block]]:
    """The blocks of each session that follow one another and are wanted."""
    for _, blocks in agenda.sessions:
        for is_wanted, run in groupby(blocks, wanted):
            if is_wanted:
                yield list(run)


def _mappings(value: object) -> list[tuple[int, dict[str, Any]]]:
    listed = value if isinstance(value, list) else []
    return [(n, entry) for n, entry in enumerate(listed) if isinstance(entry, dict)]


def _key(data: object, key: str) -> object:
    return data.get(key) if isinstance(data, dict) else None


def _text(value: object) -> str:
    return value.strip() if isinstance(value, str) else ""


def _number(value: object) -> int | None:
    text = _text(value)
    return int(text) if text.isascii() and text.isdigit() and len(text) < 5 else None
