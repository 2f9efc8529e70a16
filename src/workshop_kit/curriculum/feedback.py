"""What leaders are asked on paper when the day is over: about the day, and never about people."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from workshop_kit.curriculum.slugs import Slug, Text
from workshop_kit.model import Model


class FeedbackQuestion(Model):
    """One question, with `lines` to write on."""

    id: Slug
    text: Text
    lines: Annotated[int, Field(ge=1, le=6)]


class Feedback(Model):
    """The form: what it is about, its questions, and what happens with it afterwards."""

    title: Text
    intro: Text
    questions: Annotated[tuple[FeedbackQuestion, ...], Field(min_length=3, max_length=6)]
    afterwards: Text
