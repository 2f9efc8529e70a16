"""What ladders are read and rewritten by: dimensions, lint rules, patterns for drafts."""

from __future__ import annotations

import re
from string import Formatter
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from workshop_kit.curriculum.slugs import DimensionSlug, Slug, TargetSlug, Text
from workshop_kit.model import Model

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
