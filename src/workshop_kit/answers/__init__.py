"""What participants give: one frozen model for each kind of question. No I/O.

An answer is kept as the JSON of its model. `workshop_kit.curriculum.questions.read_answer` reads it
back against its question, and says why where it no longer fits.
"""

from __future__ import annotations

import datetime
from typing import Annotated, Literal

from pydantic import Field

from workshop_kit.model import Model

TEXT_AT_MOST = 20_000  # about forty pages: enough for anybody, and no way to fill a disk
Words = Annotated[str, Field(max_length=TEXT_AT_MOST)]
Ident = Annotated[str, Field(min_length=1, max_length=100)]


class Written(Model):
    """What was written in a text field."""

    text: Words


class Chosen(Model):
    """The ids of the options chosen, and words of one's own where the question asks for them."""

    chosen: Annotated[tuple[Ident, ...], Field(max_length=50)] = ()
    other: Words = ""


class Rated(Model):
    """A point on a scale, counted from 1 at its low end; None is no answer."""

    point: Annotated[int, Field(ge=1, le=7)] | None = None


class Seen(Model):
    """One signal, and the day on which it was seen; None where no day is known."""

    signal: Ident
    when: datetime.date | None = None


class SignalsSeen(Model):
    """The signals that were ticked."""

    seen: Annotated[tuple[Seen, ...], Field(max_length=200)] = ()


class Ordered(Model):
    """The ids of all items in the order that was chosen, first the one that comes first."""

    order: Annotated[tuple[Ident, ...], Field(max_length=50)]


class Commitment(Model):
    """One thing that somebody will do: what, who, by which day, and the cluster or topic it is for."""

    what: Words = ""
    who: Words = ""
    by: datetime.date | None = None
    about: Words = ""


class Committed(Model):
    """The commitments, in the order in which they were written down."""

    commitments: Annotated[tuple[Commitment, ...], Field(max_length=50)] = ()


class Rewritten(Model):
    """One ladder statement as a team reads and rewrites it.

    `statement`, `level` and `heading` are the ladder's own words, so that the entry can be told
    where the ladder has changed since. `label` is the dimension, where the team corrected the
    tagger; `text` the new wording, empty for none.
    """

    statement: Words
    level: Words = ""
    heading: Words = ""
    label: str = ""
    text: Words = ""


class Turn(Model):
    """One choice in a rehearsal: at which `node`, which `choice`, counted from 0.

    `heard`, `said` and `move` are the script's own words, so that the turn can be told where the
    script has changed since.
    """

    node: Ident
    choice: Annotated[int, Field(ge=0, le=3, strict=True)]
    heard: Words = ""
    said: Words = ""
    move: Words = ""


class Run(Model):
    """One way through a script; `end` is the node where it ended, empty where it was broken off."""

    turns: Annotated[tuple[Turn, ...], Field(max_length=60)]
    end: Annotated[str, Field(max_length=100)] = ""
    outcome: Words = ""


class Rehearsed(Model):
    """A conversation as it was rehearsed, every way that was tried, oldest first."""

    title: Words
    mode: Literal["alone", "trio"] = "alone"
    runs: Annotated[tuple[Run, ...], Field(max_length=50)] = ()
    note: Words = ""

    @property
    def told(self) -> Run | None:
        """The way to tell of: the last that came to an end, or else the last; None without any."""
        begun = [run for run in self.runs if run.turns]
        ended = [run for run in begun if run.end]
        return next(reversed(ended or begun), None)


Answer = Written | Chosen | Rated | SignalsSeen | Ordered | Committed
