"""The order of a day: blocks of minutes, in one session or several."""

from __future__ import annotations

import datetime
from typing import Annotated, Literal

from pydantic import Field, model_validator

from workshop_kit.curriculum.questions import refuse_twice
from workshop_kit.curriculum.slugs import Slug, Text
from workshop_kit.model import Model

Mode = Literal["talk", "alone", "pair", "three", "room", "break"]


class Block(Model):
    """Something that happens for some minutes, usually a part of an activity.

    `min` and `target` are minutes. `cut` is the order in which blocks are given up when a room is
    late, 1 first; a block without it is never dropped. `spare` are minutes kept free after it.
    `say` are the words that it begins with.
    """

    id: Slug
    title: Text
    mode: Mode
    min: Annotated[int, Field(ge=1, le=60)]
    target: Annotated[int, Field(ge=1, le=60)]
    activity: Slug | None = None
    cut: Annotated[int, Field(ge=1, le=99)] | None = None
    spare: Annotated[int, Field(ge=0, le=60)] = 0
    owner: Text = "Facilitator"
    materials: tuple[Text, ...] = ()
    say: str = ""

    @model_validator(mode="after")
    def _can_be_shortened_only(self) -> Block:
        if self.min > self.target:
            raise ValueError(f"min is {self.min} and target {self.target}; min can't be more")
        return self


class Session(Model):
    """Blocks without an interruption but their breaks, `day` days after the event's own.

    Without a `start` of its own it begins when the event does.
    """

    title: Text
    blocks: Annotated[tuple[Block, ...], Field(min_length=1)]
    day: Annotated[int, Field(ge=0, le=60)] = 0
    start: datetime.time | None = None

    @property
    def minutes(self) -> int:
        """Its whole length, breaks and spare minutes included."""
        return sum(block.target + block.spare for block in self.blocks)


class Agenda(Model):
    """The order of an event. `minutes` is what all sessions are meant to take together.

    Without a facilitator (`facilitated: false`) everybody works through it alone.
    """

    slug: Slug
    title: Text
    about: Text
    minutes: Annotated[int, Field(ge=10, le=1440)]
    sessions: Annotated[tuple[Session, ...], Field(min_length=1)]
    facilitated: bool = True

    @model_validator(mode="after")
    def _names_each_block_once(self) -> Agenda:
        refuse_twice([block.id for block in self.blocks], "blocks")
        return self

    @property
    def blocks(self) -> tuple[Block, ...]:
        """The blocks of all sessions, in order."""
        return tuple(block for session in self.sessions for block in session.blocks)
