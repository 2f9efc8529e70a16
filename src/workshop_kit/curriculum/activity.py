"""What people do: an activity with its phases, steps, forms and debrief."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from workshop_kit.curriculum.questions import Form, refuse_twice
from workshop_kit.curriculum.slugs import Slug, Text
from workshop_kit.model import Model


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


class AloneStep(Model):
    """One step of the self-paced exercise."""

    minutes: Annotated[int, Field(ge=1, le=25)]
    do: Text


class Alone(Model):
    """The activity as one does it alone, in 20 to 40 minutes, without a facilitator."""

    purpose: Text
    steps: Annotated[tuple[AloneStep, ...], Field(min_length=3, max_length=8)]

    @property
    def minutes(self) -> int:
        """The whole length in minutes."""
        return sum(step.minutes for step in self.steps)

    @model_validator(mode="after")
    def _takes_20_to_40_minutes(self) -> Alone:
        if not 20 <= self.minutes <= 40:
            raise ValueError(f"the steps take {self.minutes} minutes; make it 20 to 40")
        return self


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
    alone: Alone | None = None
    forms: tuple[Form, ...] = ()

    @model_validator(mode="after")
    def _asks_each_thing_once(self) -> Activity:
        questions = [question.id for form in self.forms for question in form.questions]
        refuse_twice([*questions, *(form.id for form in self.forms)], "questions or forms")
        for number, form in enumerate(self.forms):
            if form.after and form.after not in [before.id for before in self.forms[:number]]:
                raise ValueError(f"form {form.id} comes after {form.after}, which is not before it")
        return self

    def form(self, ident: str) -> Form:
        """The form of that id; KeyError where there is none."""
        return {form.id: form for form in self.forms}[ident]

    @property
    def minutes(self) -> int:
        """The whole length in minutes."""
        return sum(phase.minutes for phase in self.phases)
