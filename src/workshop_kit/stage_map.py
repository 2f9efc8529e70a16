"""What a leader saw of a team, read from the answers: words for each code, and the team's picture.

Signals are told, never a label. Somebody counts under a stage's signals only where several were
seen, on more than one day, all described under that stage, and where the leader says that there is
some evidence. Everybody else is "mixed or moving" or "not enough evidence", which is the default.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd
from pydantic import JsonValue

from workshop_kit.answers import Answer, Chosen, SignalsSeen, Written
from workshop_kit.curriculum import Curriculum, PeopleQuestion, StageSlug, read_person

MIXED = "Mixed or moving"
NOT_ENOUGH = "Not enough evidence"
TO_COMPARE = 5  # people: with fewer, a change of one person looks like a change of the team
DAYS_AT_LEAST = 2  # one remark on one day is not enough: the activity says so to the leader


@dataclass(frozen=True)
class Sight:
    """One signal that was seen: its words, the stage it is described under, the day if it is known."""

    text: str
    stage: StageSlug
    when: datetime.date | None


@dataclass(frozen=True)
class Placement:
    """What was written about one person, under a code. `evidence` and `confidence` are option ids."""

    code: str
    sights: tuple[Sight, ...]
    evidence: str
    confidence: str
    counter: str
    explanation: str
    next_look: str

    @property
    def days(self) -> tuple[datetime.date, ...]:
        """The days on which something was seen, in order."""
        return tuple(sorted({sight.when for sight in self.sights if sight.when}))

    @property
    def stages(self) -> dict[StageSlug, int]:
        """How many of the signals are described under which stage."""
        counts: dict[StageSlug, int] = {}
        for sight in self.sights:
            counts[sight.stage] = counts.get(sight.stage, 0) + 1
        return counts

    @property
    def says_something(self) -> bool:
        """Whether several signals were seen, on several days, and the leader would say so."""
        enough = len(self.sights) > 1 and len(self.days) >= DAYS_AT_LEAST
        return enough and self.evidence != "not-enough"


def placements(
    question: PeopleQuestion, kept: Mapping[str, JsonValue], curriculum: Curriculum
) -> tuple[Placement, ...]:
    """The people in `kept` (answers by key, such as `people/P3`), by code; what no longer fits is left out."""
    found = []
    for key, value in kept.items():
        name, _, code = key.partition("/")
        if name == question.id and code and value is not None:
            try:
                given = read_person(question, value, curriculum.signal_ids)
            except ValueError:
                continue  # kept, and reported beside the form
            found.append(_placement(code, given, curriculum))
    return tuple(sorted(found, key=lambda person: (len(person.code), person.code)))


def _placement(code: str, given: Mapping[str, Answer], curriculum: Curriculum) -> Placement:
    signals = {s.id: (s.text, stage.slug) for stage in curriculum.stages for s in stage.signals}
    seen = given.get("signals")
    sights = [
        Sight(*signals[one.signal], one.when)
        for one in (seen.seen if isinstance(seen, SignalsSeen) else ())
    ]
    return Placement(
        code=code,
        sights=tuple(sights),
        evidence=_chosen(given.get("evidence")) or "not-enough",
        confidence=_chosen(given.get("confidence")),
        counter=_written(given.get("counter")),
        explanation=_written(given.get("explanation")),
        next_look=_written(given.get("next-look")),
    )


def _chosen(answer: Answer | None) -> str:
    return answer.chosen[0] if isinstance(answer, Chosen) and answer.chosen else ""


def _written(answer: Answer | None) -> str:
    return answer.text if isinstance(answer, Written) else ""


def uncertainty(person: Placement) -> str:
    """What speaks for caution with this entry, in a sentence or two; never empty."""
    told = []
    if not person.sights:
        told.append("No signal is ticked.")
    elif not person.days:
        told.append("No day is written down for any of it.")
    elif len(person.days) == 1:
        told.append("All of it was on one day, which is too little to go by.")
    elif len(person.stages) > 1:
        told.append("What you saw points in more than one direction.")
    elif len(person.sights) < 3:
        told.append("If you misread one of these, hardly anything is left.")
    else:
        told.append("It all points one way; ask somebody what you may have overlooked.")
    if not person.counter:
        told.append("Nothing is written yet that speaks against it.")
    if not person.explanation:
        told.append("There is no other explanation yet.")
    return " ".join(told)


def picture(people: Sequence[Placement], size: int, curriculum: Curriculum) -> pd.DataFrame:
    """The team's picture: a row for each group with columns `group` and `people` (a count).

    The five stages' signals in their order, then "Mixed or moving" and "Not enough evidence". Each
    of the `size` people of the team is counted once; whoever was not written about is in the last.
    """
    counts = dict.fromkeys([*(_group(stage.name) for stage in curriculum.stages), MIXED], 0)
    names = {stage.slug: stage.name for stage in curriculum.stages}
    for person in people:
        if not person.says_something:
            continue
        (first, *others) = person.stages
        mixed = others or person.evidence in ("mixed", "moving")
        counts[MIXED if mixed else _group(names[first])] += 1
    counts[NOT_ENOUGH] = max(size, len(people)) - sum(counts.values())
    return pd.DataFrame({"group": list(counts), "people": list(counts.values())})


@dataclass(frozen=True)
class TwoMaps:
    """Two maps of a team: how many codes stand `in_both`, and of how many there is `enough` in both.

    `counts` has columns `group`, `then` and `now`, of those people only; None where they are fewer
    than `TO_COMPARE`. Who moved from where to where is nowhere in it.
    """

    in_both: int
    enough: int
    counts: pd.DataFrame | None


def compare(then: Sequence[Placement], now: Sequence[Placement], curriculum: Curriculum) -> TwoMaps:
    """The same people then and now, by group; everybody with too little in either map is left out."""
    in_both = {person.code for person in then} & {person.code for person in now}
    telling = [{p.code for p in people if p.says_something} for people in (then, now)]
    enough = telling[0] & telling[1]
    if len(enough) < TO_COMPARE:
        return TwoMaps(len(in_both), len(enough), None)
    frames = [
        picture([person for person in people if person.code in enough], 0, curriculum)
        for people in (then, now)
    ]
    counts = frames[0].rename(columns={"people": "then"}).assign(now=frames[1]["people"])
    return TwoMaps(len(in_both), len(enough), counts[counts["group"] != NOT_ENOUGH])


def _group(stage: str) -> str:
    return f"Signals of {stage}"
