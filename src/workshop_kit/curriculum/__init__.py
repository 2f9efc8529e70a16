"""What authors write: stages, dimensions, ladder rules and patterns, activities, cards, the charter.

Frozen models, no I/O: `workshop_kit.content.load_curriculum` reads the YAML files that stand
beside this one into a `Curriculum`. The words themselves follow `docs/decisions/` and are under
CC BY 4.0; the stages are a practitioner's observation, not research, and are named so on paper.
"""

from __future__ import annotations

import re
from string import Formatter
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from workshop_kit.model import Model

Text = Annotated[str, Field(min_length=1)]
Slug = Annotated[str, Field(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$")]
StageSlug = Literal["dismissal", "augmentation", "anxiety", "reframing", "leverage"]
DimensionSlug = Literal[
    "implementation", "specification", "validation", "orchestration", "judgment", "other"
]
TargetSlug = Literal["specification", "validation", "orchestration", "judgment"]
ScopeSlug = Literal["task", "feature", "people", "teams", "organisation"]
KindSlug = Literal[
    "builds",
    "quality",
    "technology",
    "fixes",
    "throughput",
    "owns",
    "takes-over",
    "expert",
    "refactors",
    "tests",
    "explores",
    "tools",
    "automates",
    "solves",
    "generic",
]


def _expression(text: str) -> str:
    try:
        re.compile(text)
    except re.error as error:
        raise ValueError(f"not a regular expression: {error}") from error
    return text


def _slotted(text: str) -> str:
    unknown = {name for _, name, _, _ in Formatter().parse(text) if name is not None} - SLOTS
    if unknown:
        raise ValueError(f"unknown in braces: {', '.join(sorted(unknown))}")
    return text


# What a pattern may hold in braces: the statement's own object, and words that agree with it.
# {objects} is {object}, and the pattern fits only where it is several things.
SLOTS = frozenset({"object", "objects", "is", "was", "has", "it", "them", "its", "needs", "stays"})
Expression = Annotated[str, Field(min_length=1), AfterValidator(_expression)]
Slotted = Annotated[str, Field(min_length=1), AfterValidator(_slotted)]


class Signal(Model):
    """One observed behaviour: what one would see or hear, never an adjective."""

    id: Slug
    text: Text


class Move(Model):
    """One support move: something the leader does or changes for a cluster of people."""

    id: Slug
    text: Text


class Stage(Model):
    """One of the five stages: where somebody's signals sit this month, not what somebody is."""

    slug: StageSlug
    name: Text
    summary: Text
    signals: Annotated[tuple[Signal, ...], Field(min_length=5, max_length=7)]
    protecting: Text
    objection: Text
    helps: Annotated[tuple[Text, ...], Field(min_length=2)]
    backfires: Annotated[tuple[Text, ...], Field(min_length=2)]
    leave_alone: Text
    moves: Annotated[tuple[Move, ...], Field(min_length=2, max_length=4)]


class Dimension(Model):
    """What a ladder statement rewards: `rewards` in a sentence, `asks` to rewrite towards it."""

    slug: DimensionSlug
    name: Text
    rewards: Text
    asks: Annotated[tuple[Text, ...], Field(min_length=2)]
    example: Text


class ExampleLine(Model):
    """One statement of a rule's example: its level, the ladder's own heading, what it rewards."""

    text: Text
    rewards: DimensionSlug
    level: Text = "Senior Engineer"
    heading: str = ""


class Rule(Model):
    """One thing that a ladder can do badly, with its reason, a bad example and a better one.

    `why` is filled in for each finding: `words`, `level`, `below`, `count`, `all`, `missing`. The
    regular expressions in `words` trigger it, one of `beside` has to be found as well where there
    are any, and `unless` clears a statement. Capitals don't matter, except in AI.
    """

    id: Slug
    title: Text
    reason: Text
    why: Text
    bad_example: Annotated[tuple[ExampleLine, ...], Field(min_length=1)]
    better_example: Annotated[tuple[ExampleLine, ...], Field(min_length=1)]
    words: tuple[Expression, ...] = ()
    beside: tuple[Expression, ...] = ()
    unless: tuple[Expression, ...] = ()

    @property
    def bad(self) -> str:
        """The bad example as one text."""
        return _told(self.bad_example)

    @property
    def better(self) -> str:
        """The better example as one text."""
        return _told(self.better_example)


def _told(lines: tuple[ExampleLine, ...]) -> str:
    """The lines of an example; where there are several, each level's name in front of its own."""
    if len(lines) == 1:
        return lines[0].text
    levels = dict.fromkeys(line.level for line in lines)
    return " ".join(
        f"{level}: {' '.join(line.text for line in lines if line.level == level)}"
        for level in levels
    )


class Pattern(Model):
    """A way to say an implementation statement as another dimension, for some kinds and scopes.

    A pattern of kind `generic` is a second choice for every kind. `keeps` says what of the
    original is kept. See `SLOTS` for what may stand in braces; `____` is for the team to fill.
    """

    id: Slug
    dimension: TargetSlug
    kinds: Annotated[tuple[KindSlug, ...], Field(min_length=1)]
    scopes: Annotated[tuple[ScopeSlug, ...], Field(min_length=1)]
    text: Slotted
    keeps: Slotted


class Avoid(Model):
    """Words that tend to go wrong in a conversation, and why."""

    say: Text
    why: Text


class Card(Model):
    """One conversation card: how to name the transition to somebody whose signals sit at `stage`."""

    slug: Slug
    stage: StageSlug
    title: Text
    scene: Text
    opening: Text
    listen_for: Annotated[tuple[Text, ...], Field(min_length=2, max_length=4)]
    ask: Annotated[tuple[Text, ...], Field(min_length=2, max_length=4)]
    avoid: Annotated[tuple[Avoid, ...], Field(min_length=1, max_length=3)]
    next_step: Text
    take_away: Text


class Phase(Model):
    """A stretch of an activity: what happens and for how many minutes."""

    name: Text
    minutes: Annotated[int, Field(ge=1, le=60)]
    grouping: Literal["alone", "pair", "three", "room", "talk"]


class Step(Model):
    """One numbered step. `do` is read by leaders; say, ask and watch_for only by the facilitator."""

    minutes: Annotated[int, Field(ge=1, le=60)]
    do: Text
    say: str = ""
    ask: str = ""
    watch_for: str = ""


class Debrief(Model):
    """The three questions after an activity, in this order."""

    what_happened: Text
    what_it_means: Text
    what_next: Text


class Variants(Model):
    """How an activity changes with the room."""

    online: Text
    six_people: Text
    forty_people: Text
    sixty_minutes: Text


class FollowUp(Model):
    """What to look at again after the event."""

    days_30: Text
    days_60: Text
    days_90: Text


class Activity(Model):
    """One thing that people do. Minutes of `phases` and of `steps` add up to the same sum."""

    slug: Slug
    title: Text
    purpose: Text
    leave_with: Annotated[tuple[Text, ...], Field(min_length=1)]
    out_of_scope: Annotated[tuple[Text, ...], Field(min_length=1)]
    phases: Annotated[tuple[Phase, ...], Field(min_length=1)]
    materials: Annotated[tuple[Text, ...], Field(min_length=1)]
    invitation: Text
    steps: Annotated[tuple[Step, ...], Field(min_length=3)]
    works_when: Text
    debrief: Debrief
    variants: Variants
    traps: Annotated[tuple[Text, ...], Field(min_length=2)]
    sit_out: Text
    follow_up: FollowUp

    @property
    def minutes(self) -> int:
        """The whole length in minutes."""
        return sum(phase.minutes for phase in self.phases)


class AnnouncementPart(Model):
    """One part of the team announcement: `starter` to complete, `example` to compare with, `lines` to write on."""

    id: Slug
    prompt: Text
    starter: Text
    example: Text
    lines: Annotated[int, Field(ge=1, le=8)] = 2


class Announcement(Model):
    """What a leader says to the team, part by part; `context` says whose example is shown."""

    context: Text
    parts: Annotated[tuple[AnnouncementPart, ...], Field(min_length=3)]


class Charter(Model):
    """The page that is read out first: what stage signals will and will not be used for."""

    title: Text
    invitation: Text
    promises: Annotated[tuple[Text, ...], Field(min_length=4)]
    closing: Text


class Curriculum(Model):
    """Everything that authors wrote, complete: five stages and six dimensions in their order."""

    stages: Annotated[tuple[Stage, ...], Field(min_length=5, max_length=5)]
    dimensions: Annotated[tuple[Dimension, ...], Field(min_length=6, max_length=6)]
    cards: Annotated[tuple[Card, ...], Field(min_length=5)]
    activities: Annotated[tuple[Activity, ...], Field(min_length=3)]
    announcement: Announcement
    charter: Charter
    rules: Annotated[tuple[Rule, ...], Field(min_length=1)]
    patterns: Annotated[tuple[Pattern, ...], Field(min_length=1)]

    def activity(self, slug: str) -> Activity:
        """The activity of that slug; KeyError where there is none."""
        return {activity.slug: activity for activity in self.activities}[slug]
