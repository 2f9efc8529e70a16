"""The order of a day: blocks of minutes, in one session or several."""

from __future__ import annotations

import datetime
import re
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, ValidationInfo, field_validator

from workshop_kit.curriculum.slugs import Slug, Text
from workshop_kit.model import Model

Mode = Literal["talk", "alone", "pair", "three", "room", "break"]


def _clock_time(value: object) -> object:
    if not isinstance(value, str):
        return value
    if not re.fullmatch(r"[0-9]{1,2}:[0-9]{2}", value):
        raise ValueError("is not a clock time in 24 hours, such as 09:00")
    return value.rjust(5, "0")  # "9:00" is how people write it


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

    @field_validator("target")
    @classmethod
    def _is_not_below_min(cls, value: int, info: ValidationInfo) -> int:
        if value < info.data.get("min", 0):
            raise ValueError(f"is less than min, which is {info.data['min']}")
        return value


class Session(Model):
    """Blocks without an interruption but their breaks, `day` days after the event's own.

    Without a `start` of its own it begins when the event does.
    """

    title: Text
    blocks: Annotated[tuple[Block, ...], Field(min_length=1)]
    day: Annotated[int, Field(ge=0, le=60)] = 0
    start: Annotated[datetime.time, BeforeValidator(_clock_time)] | None = None

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

    @property
    def blocks(self) -> tuple[Block, ...]:
        """The blocks of all sessions, in order; no two have the same id, as the rules see to."""
        return tuple(block for session in self.sessions for block in session.blocks)
