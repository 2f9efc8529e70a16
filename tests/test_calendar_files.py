"""Calendars, read back with icalendar: what a phone shows, and at what time."""

from __future__ import annotations

import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from workshop_kit.calendar_files import Entry, calendar_bytes, stable_uid, write_calendar
from workshop_kit.content.names import clean

HELSINKI = ZoneInfo("Europe/Helsinki")
NINE = datetime.datetime(2027, 4, 22, 9, 0, tzinfo=HELSINKI)
TEN = datetime.datetime(2027, 4, 22, 10, 0, tzinfo=HELSINKI)


def entry(**changes):
    return Entry(**({"uid": "one", "title": "Welcome", "start": NINE, "end": TEN} | changes))


def read(*entries, name="The day"):
    return Calendar.from_ical(calendar_bytes(entries, name))


def only_event(*entries):
    (event,) = read(*entries).events
    return event


def test_an_entry_is_read_back_with_its_times_and_words():
    event = only_event(entry(description="Say: good morning.\n\nYou need: a clock."))
    assert (event.start, event.end) == (NINE, TEN)
    assert str(event["summary"]) == "Welcome"
    assert str(event["description"]) == "Say: good morning.\n\nYou need: a clock."
    assert str(event["uid"]) == "one"


def test_a_date_alone_lasts_all_day_and_keeps_nobody_busy():
    event = only_event(entry(start=datetime.date(2027, 5, 22), end=None))
    assert event.start == datetime.date(2027, 5, 22)
    assert event.end == datetime.date(2027, 5, 23)
    assert str(event["transp"]) == "TRANSPARENT"


def test_the_same_entries_give_the_same_bytes():
    assert calendar_bytes([entry()], "The day") == calendar_bytes([entry()], "The day")


def test_there_is_no_alarm_no_guest_and_no_address():
    data = calendar_bytes([entry(description="x")], "The day").decode()
    for part in ("VALARM", "ATTENDEE", "ORGANIZER", "mailto", "@"):
        assert part not in data


def test_a_uid_is_stable_and_differs_where_a_part_does():
    assert stable_uid("a", "b") == stable_uid("a", "b")
    assert len({stable_uid("a", "b"), stable_uid("ab"), stable_uid("b", "a")}) == 3


def test_a_time_in_utc_or_with_a_bare_offset_needs_no_zone():
    bare = datetime.timezone(datetime.timedelta(hours=2))
    for zone in (datetime.UTC, ZoneInfo("UTC"), bare):
        start = datetime.datetime(2027, 4, 22, 9, 0, tzinfo=zone)
        calendar = read(entry(start=start, end=None))
        assert calendar.timezones == []
        assert calendar.events[0].start == start


@pytest.mark.parametrize(
    "name",
    ["Europe/Helsinki", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "Europe/Dublin"],
)
def test_the_zone_is_described_as_it_is_on_every_hour_of_the_year(name):
    zone = ZoneInfo(name)
    start = datetime.datetime(2027, 6, 1, 9, 0, tzinfo=zone)
    (described,) = read(entry(start=start, end=None)).timezones
    clocks = sorted(
        described.walk("STANDARD") + described.walk("DAYLIGHT"), key=lambda c: c.DTSTART
    )
    hour = datetime.datetime(2027, 1, 1)
    while hour.year == 2027:
        real = hour.replace(tzinfo=zone)
        # What the clocks show twice, or never, says nothing about which is meant.
        if real.utcoffset() == real.replace(fold=1).utcoffset():
            told = [c for c in clocks if hour >= c.DTSTART][-1].TZOFFSETTO
            assert told == real.utcoffset(), hour
        hour += datetime.timedelta(minutes=30)


def test_a_zone_is_described_for_all_years_that_the_entries_are_in():
    late = NINE.replace(year=2028, month=7)
    (described,) = read(entry(), entry(uid="two", start=late, end=None)).timezones
    assert len(described.walk("DAYLIGHT")) == 2


@given(title=st.text(max_size=120), description=st.text(max_size=300), name=st.text(max_size=80))
@settings(max_examples=60, deadline=None)
def test_any_words_are_read_back_and_no_line_is_longer_than_75_bytes(title, description, name):
    made = entry(title=title, description=description)
    data = calendar_bytes([made], name)
    for line in data.split(b"\r\n"):
        assert len(line) <= 75
        line.decode()
    event = only_event(made)
    assert str(event["summary"]) == clean(title)
    assert event.start == NINE
    assert sorted(event.keys()) == sorted(
        ["UID", "DTSTAMP", "SUMMARY", "DTSTART", "DTEND"]
        + ["DESCRIPTION"] * ("DESCRIPTION" in event)
    )


def test_words_of_two_and_four_bytes_are_folded_between_letters():
    words = "Ülkü 山田 🎉 " * 30
    event = only_event(entry(title=words, description=words))
    assert str(event["summary"]) == words.strip()
    assert str(event["description"]) == words.strip()


def test_a_line_break_in_a_title_begins_no_property():
    event = only_event(entry(title="Welcome\r\nATTENDEE:mailto:a@example.org"))
    assert "ATTENDEE" not in event


def test_a_calendar_is_written_whole(tmp_path):
    path = tmp_path / "day.ics"
    write_calendar(path, [entry()], "Frühling")
    assert path.read_bytes() == calendar_bytes([entry()], "Frühling")
    assert str(Calendar.from_ical(path.read_bytes())["x-wr-calname"]) == "Frühling"
