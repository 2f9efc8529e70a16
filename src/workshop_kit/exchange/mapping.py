"""The small file that says which column of a survey answers which question."""

from __future__ import annotations

import hmac
import unicodedata
from pathlib import Path
from typing import Annotated

from pydantic import Field, field_validator, model_validator

from workshop_kit.content import load_curriculum, read_yaml
from workshop_kit.content.yaml_words import did_you_mean
from workshop_kit.curriculum import Activity, Question, Slug, Text
from workshop_kit.errors import InputError, Problem
from workshop_kit.model import Model

SECRET_AT_LEAST = 8
FORMS = {
    "participant.survey": "a short name in small letters, such as pre-work",
    "activity": "the name of an activity, such as stage-mapping",
    "questions": "a line for each question, such as own-work: the heading of its column",
}


class TeamOf(Model):
    """Whose team a row is about: one `slug` for all rows, or a `column` that says it.

    `names` maps entries of the column to slugs of teams.csv, where they are no names of teams.
    """

    slug: str = ""
    column: str = ""
    names: dict[Text, Text] = Field(default_factory=dict)

    @model_validator(mode="before")
    @classmethod
    def _slug_alone(cls, value: object) -> object:
        return {"slug": value} if isinstance(value, str) else value

    @model_validator(mode="after")
    def _one_of_both(self) -> TeamOf:
        if bool(self.slug) == bool(self.column):
            raise ValueError(
                "needs a column, such as column: Your team, or else a team's slug alone"
            )
        return self


class Participant(Model):
    """How people are told apart: by the entries of a `column`, a mail address or a number.

    The entries themselves are never kept. Each becomes a code that begins with `survey`, the same
    at every import. Without `secret`, words that stand in this file alone, nobody can work out the
    code of a mail address that they know.
    """

    column: Text
    survey: Annotated[Slug, Field(max_length=60)]
    secret: str

    @field_validator("secret")
    @classmethod
    def _not_to_be_guessed(cls, value: str) -> str:
        if len(value) < SECRET_AT_LEAST:
            raise ValueError(f"has fewer than {SECRET_AT_LEAST} characters; take three words")
        return value

    def code(self, said: str) -> str:
        """The code of whoever is named so; capitals and white space make no difference."""
        name = unicodedata.normalize("NFC", " ".join(said.split())).casefold()
        words = f"{self.survey}\n{name}".encode(errors="surrogatepass")
        digest = hmac.new(self.secret.encode(), words, "sha256").hexdigest()
        return f"{self.survey}-{digest[:12]}"


class Mapping(Model):
    """Which answers of a survey become which answers of an activity.

    `questions` maps ids of questions to columns. Without `participant` every row is the answer of
    its team's leader.
    """

    activity: Slug
    team: TeamOf
    participant: Participant | None = None
    questions: Annotated[dict[Text, Text], Field(min_length=1)]

    @property
    def columns(self) -> tuple[str, ...]:
        """The headings that have to be there, each once."""
        team = (self.team.column,) if self.team.column else ()
        person = (self.participant.column,) if self.participant else ()
        return tuple(dict.fromkeys((*team, *person, *self.questions.values())))


def read_mapping(path: Path) -> tuple[Mapping, Activity, dict[str, Question]]:
    """The mapping, its activity, and its questions by id; raises InputError with every problem."""
    mapping, problems = read_yaml(path, Mapping, path.parent, FORMS)
    if mapping is None:
        raise InputError(problems)
    activities = {activity.slug: activity for activity in load_curriculum().activities}
    if mapping.activity not in activities:
        fix = did_you_mean(mapping.activity, activities) or f"There are: {', '.join(activities)}."
        what = f'There is no activity "{mapping.activity}".'
        raise InputError([Problem(path.name, "key activity", what, fix)])
    activity = activities[mapping.activity]
    questions: dict[str, Question] = {
        q.id: q for form in activity.forms for q in form.questions if q.kind != "people"
    }
    found = []
    for ident, column in mapping.questions.items():
        place = f"key questions.{ident}"
        if ident not in questions:
            what = f"{activity.slug} has no such question that a survey can answer."
            fix = did_you_mean(ident, questions) or f"There are: {', '.join(questions)}."
            found.append(Problem(path.name, place, what, fix))
        if mapping.participant and column == mapping.participant.column:
            what = "The column that tells people apart is never kept, so it can't be an answer."
            found.append(Problem(path.name, place, what, "Name another column, or remove it."))
    if found:
        raise InputError(found)
    return mapping, activity, {ident: questions[ident] for ident in mapping.questions}
