"""The event's models: what they take, and what they refuse in words a person understands."""

from __future__ import annotations

import datetime

import pytest
from pydantic import ValidationError

from workshop_kit.event import Event, Team


def event(**keys: object) -> Event:
    return Event.model_validate({"name": "Spring offsite", "date": "2026-12-01"} | keys)


def test_an_hour_of_one_digit_is_a_start() -> None:
    assert event(start="9:00").start == datetime.time(9, 0)
    assert event(start="09:30").start == datetime.time(9, 30)


@pytest.mark.parametrize("start", ["9", "540", "9.00", "09:00Z", "25:00", "noon"])
def test_a_start_that_is_no_clock_time_is_refused(start: str) -> None:
    with pytest.raises(ValidationError, match=r"clock time|time format"):
        event(start=start)


@pytest.mark.parametrize("date", ["0", "20261201", "1.12.2026", "2026-13-01", "2026-12-01T10:00"])
def test_a_date_in_another_form_is_refused(date: str) -> None:
    with pytest.raises(ValidationError):
        event(date=date)


def test_an_event_survives_being_dumped_and_read_again() -> None:
    whole = event(start="9:05", brand={"color": "#000000"})
    assert Event.model_validate(whole.model_dump(mode="json")) == whole


def test_an_unknown_time_zone_is_refused() -> None:
    with pytest.raises(ValidationError, match="is not a time zone"):
        event(timezone="Europe/Zuerich")


@pytest.mark.parametrize("slug", ["", "A", "a b", "../a", "a--b", "-a", "ü", "a" * 61])
def test_a_slug_that_could_leave_its_folder_is_refused(slug: str) -> None:
    with pytest.raises(ValidationError):
        Team(slug=slug, name="A", leader="B", size=3, ladder="c.md")


@pytest.mark.parametrize(
    "url",
    ["", "postgresql://kit@db.example.org/answers", "postgresql+psycopg://db.example.org:5432/a",
     "postgresql:///answers?host=/run/postgresql", "sqlite:///answers.sqlite", "sqlite:///data/a.db",
     "sqlite:////srv/a.db", "sqlite:///C:/me@home/a.db"],
)  # fmt: skip
def test_a_database_is_postgresql_or_a_file(url: str) -> None:
    assert event(database=url).database == url


@pytest.mark.parametrize(
    "url",
    ["answers.sqlite", "sqlite://", "sqlite:///", "sqlite:///:memory:", "sqlite:///a.db?mode=ro",
     "mysql://host/db", "postgres://host/db", "postgresql://", "postgresql:host", "https://host/db",
     "postgresql://host/a b"],
)  # fmt: skip
def test_another_database_is_refused(url: str) -> None:
    with pytest.raises(ValidationError, match="is no database that the kit knows"):
        event(database=url)


@pytest.mark.parametrize(
    "url",
    ["postgresql://kit:s3cret@host/db", "postgresql://kit:s3/cr#et@host/db",
     "postgresql://kit:s3@cret@host/db", "postgresql+psycopg://kit:s3cret@host:5432/db",
     "postgresql://kit@host/db?password=s3cret", "postgresql://host/db?a=b&PassWord=s3cret&c=d",
     "mysql://kit:s3cret@host/db", "kit:s3cret@host/db", "postgres://kit:s3cret@host/db"],
)  # fmt: skip
def test_a_password_is_refused_and_not_shown(url: str) -> None:
    with pytest.raises(ValidationError, match="WORKSHOP_KIT_DATABASE") as raised:
        event(database=url)
    shown = f"{raised.value}{raised.value.errors()}"
    assert all(part not in shown for part in ("s3", "cret", "cr#et"))
    assert "***" in shown
