"""The table of answers, and the questions asked of it. `migrations` makes it; the two agree by test."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    DateTime,
    Index,
    Integer,
    MetaData,
    Row,
    Select,
    Table,
    Text,
    func,
    select,
)

from workshop_kit.store.revisions import Key, Revision, from_text

# In the place of a team's slug, for what belongs to the event as a whole. No team can be called so.
EVENT = "*"

metadata = MetaData()
answers = Table(
    "answers",
    metadata,
    # SQLite counts up by itself only for a column whose type reads exactly INTEGER.
    Column("id", BigInteger().with_variant(Integer(), "sqlite"), primary_key=True),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("participant", Text, nullable=False),
    Column("team", Text, nullable=False),
    Column("activity", Text, nullable=False),
    Column("question", Text, nullable=False),
    Column("value", Text, nullable=False),
    Column("device", Text, nullable=False),
    Index("answers_key", "team", "activity", "participant", "question", "id"),
    # An id is never given twice, also when the last rows were purged: forms remember ids.
    sqlite_autoincrement=True,
)


class Mark(NamedTuple):
    """That a question was answered by somebody of a team, or once was: then `answered` is False."""

    team: str
    activity: str
    question: str
    answered: bool


def of_key(key: Key) -> list[ColumnElement[bool]]:
    """The conditions that pick all revisions of one key."""
    return matching(**key._asdict())


def matching(**names: str | None) -> list[ColumnElement[bool]]:
    """A condition for each name that is given. Without a team: all teams, and not the event's own."""
    given = [answers.c[column] == name for column, name in names.items() if name is not None]
    return given if names.get("team") is not None else [*given, answers.c.team != EVENT]


def select_latest(
    conditions: Sequence[ColumnElement[bool]], after: int = 0
) -> Select[tuple[Any, ...]]:
    """The latest revision of each key, where its id is above `after`."""
    key = [answers.c[name] for name in Key._fields]
    latest = select(func.max(answers.c.id)).where(*conditions).group_by(*key)
    if after > 0:
        latest = latest.having(func.max(answers.c.id) > after)
    return select(answers).where(answers.c.id.in_(latest))


def select_marks(empty: Sequence[str]) -> Select[tuple[Any, ...]]:
    """A `Mark` of each key, answered where the latest value is none of `empty`; no value is read out."""
    key = [answers.c[name] for name in Key._fields]
    latest = select(func.max(answers.c.id)).where(*matching()).group_by(*key)
    says = answers.c.value.not_in(empty).label("answered")
    columns = [answers.c[name] for name in Mark._fields[:-1]]
    return select(*columns, says).where(answers.c.id.in_(latest))


def select_history(conditions: Sequence[ColumnElement[bool]]) -> Select[tuple[Any, ...]]:
    """Every revision, oldest first."""
    return select(answers).where(*conditions).order_by(answers.c.id)


def select_newest(conditions: Sequence[ColumnElement[bool]]) -> Select[tuple[Any, ...]]:
    """The one revision with the largest id."""
    return select(answers).where(*conditions).order_by(answers.c.id.desc()).limit(1)


def select_oldest(conditions: Sequence[ColumnElement[bool]]) -> Select[tuple[Any, ...]]:
    """The one revision with the smallest id."""
    return select(answers).where(*conditions).order_by(answers.c.id).limit(1)


def to_revision(row: Row[Any]) -> Revision:
    """A row as a revision."""
    fields = dict(row._mapping)
    at: datetime.datetime = fields.pop("at")
    # SQLite keeps no time zone; what we write there is UTC.
    at = at.astimezone(datetime.UTC) if at.tzinfo else at.replace(tzinfo=datetime.UTC)
    return Revision(at=at, value=from_text(fields.pop("value")), **fields)
