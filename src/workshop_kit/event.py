"""What a facilitator writes: an event and its teams. Frozen models, no I/O.

`workshop_kit.checks.load_event` reads an event folder into an `EventFolder`.
"""

from __future__ import annotations

import datetime
import re
from functools import cache
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import available_timezones

from pydantic import AfterValidator, BeforeValidator, Field, field_validator

from workshop_kit.curriculum import Agenda, Conversation
from workshop_kit.ladder import Ladder
from workshop_kit.model import Model

PEOPLE_AT_MOST = 200
NAME_AT_MOST = 300

_DATABASE = re.compile(r"postgresql(\+psycopg)?://\S+|sqlite:///(?!:memory:)[^?\x00-\x1f]+")
_USER_AND_PASSWORD = re.compile(r"^(?!sqlite:)((?:[\w+.-]+://|(?![\w+.-]+://))[^:]*:)(.+)(?=@)")
_PASSWORD_KEY = re.compile(r"(?i)((?:password|passwd|pwd)=)([^&]+)")


def is_database_url(url: str) -> bool:
    """Whether this has the form of a URL of PostgreSQL, or of an SQLite file."""
    return _DATABASE.fullmatch(url) is not None


def hide_password(url: str, instead: str = "***") -> str:
    """The URL with `instead` where a password stands."""
    url = _USER_AND_PASSWORD.sub(lambda found: found[1] + instead, url)
    return _PASSWORD_KEY.sub(lambda found: found[1] + instead, url)


def _without_password(value: object) -> object:
    return hide_password(value) if isinstance(value, str) else value


def _database_url(value: str) -> str:
    if hide_password(value, "") != value:
        raise ValueError(
            "holds a password, and event folders are passed on. Put the whole URL into the"
            " environment variable WORKSHOP_KIT_DATABASE, or the password into ~/.pgpass"
        )
    if value and not is_database_url(value):
        raise ValueError(
            "is no database that the kit knows. Write postgresql://user@host/name, or"
            " sqlite:///answers.sqlite for a file in the event folder"
        )
    return value


def written_date(day: datetime.date) -> str:
    """The day as 17 April 2027."""
    return f"{day.day} {day:%B %Y}"


class Brand(Model):
    """How the event looks on paper: `color` is #rrggbb, `logo` a PNG, JPEG or SVG in the folder."""

    color: Annotated[str, Field(pattern=r"^#[0-9a-fA-F]{6}$")] = "#1d4e63"
    logo: str | None = None


class Privacy(Model):
    """What of people's answers may be told, and how long they are kept.

    What is told of all teams together is told of at least so many `people` in at least so many
    `teams`. Answers are kept until so many `days` after the event.
    """

    people: Annotated[int, Field(ge=5, le=PEOPLE_AT_MOST)] = 5
    teams: Annotated[int, Field(ge=3, le=100)] = 3
    days: Annotated[int, Field(ge=1, le=90)] = 90


@cache
def _timezones() -> frozenset[str]:
    """The names in the tz database, which is a folder of six hundred files."""
    return frozenset(available_timezones())


class Event(Model):
    """One offsite or workshop run, as `event.yaml` has it. `start` is local time in `timezone`.

    `database` is a URL without a password, or empty for a file in the event folder.
    """

    name: Annotated[str, Field(min_length=1, max_length=NAME_AT_MOST)]
    date: datetime.date
    start: datetime.time = datetime.time(9, 0)
    timezone: str = "UTC"
    paper: Literal["a4", "us-letter"] = "a4"
    language: Annotated[str, Field(pattern=r"^[a-z]{2,3}(-[A-Z]{2})?$")] = "en"
    agenda: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*$")] = "half-day"
    fictional: bool = False
    welcome: str = ""
    brand: Brand = Brand()
    privacy: Privacy = Privacy()
    # A message shows what is refused: the password must be gone before anything is refused.
    database: Annotated[str, AfterValidator(_database_url), BeforeValidator(_without_password)] = ""

    @property
    def expires(self) -> datetime.date:
        """The last day on which people's answers are kept."""
        return self.date + datetime.timedelta(days=self.privacy.days)

    @field_validator("date", mode="before")
    @classmethod
    def _calendar_date(cls, value: object) -> object:
        # Without this, pydantic takes "0" for a count of seconds and answers 1970-01-01.
        if isinstance(value, str) and not re.fullmatch(r"\d{4}-\d{2}-\d{2}", value.strip()):
            raise ValueError("is not a date as year-month-day, such as 2026-10-15")
        return value

    @field_validator("start", mode="before")
    @classmethod
    def _clock_time(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        if not re.fullmatch(r"\d{1,2}:\d{2}(:\d{2})?", value.strip()):
            raise ValueError("is not a clock time in 24 hours, such as 09:00")
        return value.strip().rjust(5, "0")  # "9:00" is how people write it

    @field_validator("timezone")
    @classmethod
    def _known_timezone(cls, value: str) -> str:
        if value not in _timezones():
            raise ValueError("is not a time zone of the tz database, such as Europe/Zurich")
        return value


class Team(Model):
    """One leader's team, one row of `teams.csv`; `ladder` names a file in `ladders/`."""

    slug: Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60)]
    name: Annotated[str, Field(min_length=1, max_length=NAME_AT_MOST)]
    leader: Annotated[str, Field(min_length=1, max_length=NAME_AT_MOST)]
    size: Annotated[int, Field(ge=1, le=PEOPLE_AT_MOST)]
    ladder: Annotated[str, Field(min_length=1)]


class EventFolder(Model):
    """A whole event folder, read: `ladders` maps each `Team.ladder` to what its file says.

    `agenda` is the one that `Event.agenda` names. `conversations` are the kit's scripts and the event's own, by id each once.
    """

    path: Path
    event: Event
    teams: tuple[Team, ...]
    ladders: dict[str, Ladder]
    agenda: Agenda
    conversations: tuple[Conversation, ...] = ()

    def team(self, slug: str) -> Team:
        """The team of that slug; KeyError where there is none."""
        return {team.slug: team for team in self.teams}[slug]
