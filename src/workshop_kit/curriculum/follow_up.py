"""What is asked 30, 60 and 90 days after the event: what became of it, and what comes next."""

from __future__ import annotations

import datetime
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, model_validator

from workshop_kit.answers import Ident, Words
from workshop_kit.curriculum.activity import Activity, AloneStep
from workshop_kit.curriculum.questions import Form, refuse_twice
from workshop_kit.curriculum.slugs import Slug, Text
from workshop_kit.model import Model

Days = Literal[30, 60, 90]
DAYS: tuple[Days, ...] = (30, 60, 90)
BEFORE_EXPIRY = 2  # days: the last look back has to leave time for asking that things are removed


def _number(value: object) -> object:
    return int(value) if isinstance(value, str) and value.isdecimal() else value


WrittenDays = Annotated[Days, BeforeValidator(_number)]  # a YAML file is read as texts


class Outcome(Model):
    """What can become of a commitment. With `to` it is moved to that look back; `{date}` is its day."""

    id: Slug
    text: Text
    to: WrittenDays | None = None

    @model_validator(mode="after")
    def _names_its_day(self) -> Outcome:
        if (self.to is not None) != ("{date}" in self.text):
            raise ValueError("`to` and the word {date} in the text go together")
        return self


class LookBack(Model):
    """One look back. `again` are the forms of `stage-mapping` that are asked once more, first."""

    slug: Literal["follow-up-30", "follow-up-60", "follow-up-90"]
    days: WrittenDays
    title: Text
    purpose: Text
    steps: Annotated[tuple[AloneStep, ...], Field(min_length=3, max_length=8)]
    again: tuple[Slug, ...] = ()
    forms: Annotated[tuple[Form, ...], Field(min_length=1)]

    @property
    def minutes(self) -> int:
        """The whole length in minutes."""
        return sum(step.minutes for step in self.steps)

    @model_validator(mode="after")
    def _asks_each_thing_once(self) -> LookBack:
        if self.slug != f"follow-up-{self.days}":
            raise ValueError(f"the slug of the look back after {self.days} days is another one")
        questions = [question.id for form in self.forms for question in form.questions]
        refuse_twice([*questions, *(form.id for form in self.forms)], "questions or forms")
        for number, form in enumerate(self.forms):
            if form.after and form.after not in [before.id for before in self.forms[:number]]:
                raise ValueError(f"form {form.id} comes after {form.after}, which is not before it")
        return self


class Afterwards(Model):
    """All that is asked after the event. `note` is the label of the line below each commitment."""

    outcomes: Annotated[tuple[Outcome, ...], Field(min_length=3, max_length=8)]
    note: Text
    nothing_said: Text
    nothing_left: Text
    look_backs: Annotated[tuple[LookBack, ...], Field(min_length=3, max_length=3)]

    @model_validator(mode="after")
    def _is_complete(self) -> Afterwards:
        refuse_twice([outcome.id for outcome in self.outcomes], "outcomes")
        if tuple(one.days for one in self.look_backs) != DAYS:
            raise ValueError("the look backs are those after 30, 60 and 90 days, in this order")
        return self

    def after(self, days: Days) -> LookBack:
        """The look back after so many days."""
        return next(one for one in self.look_backs if one.days == days)

    def outcome(self, ident: str) -> Outcome | None:
        """The outcome of that id; None where there is none."""
        return next((one for one in self.outcomes if one.id == ident), None)


class Followed(Model):
    """What became of a commitment: the id of its outcome, at most one, and a line on what happened.

    `what` are the commitment's own words, so that an answer to other words is noticed.
    """

    chosen: Annotated[tuple[Ident, ...], Field(max_length=1)] = ()
    other: Words = ""
    what: Words = ""


def look_back_days(date: datetime.date, expires: datetime.date) -> dict[Days, datetime.date]:
    """The day of each look back of an event on `date`: all of them before its answers expire.

    The first that would come too late falls two days before that, and those after it are left out.
    """
    last = expires - datetime.timedelta(days=BEFORE_EXPIRY)
    found: dict[Days, datetime.date] = {}
    for days in DAYS:
        day = date + datetime.timedelta(days=days)
        if day <= last:
            found[days] = day
        else:
            if last > max([date, *found.values()]):
                found[days] = last
            break
    return found


def question_after(activity: Activity, days: Days) -> str:
    """What an activity asks after so many days."""
    asked = activity.follow_up
    return {30: asked.days_30, 60: asked.days_60, 90: asked.days_90}[days]
