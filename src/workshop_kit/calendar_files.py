"""Entries → an iCalendar file (RFC 5545) that phones and desktop calendars read, the same bytes each time.

    write_calendar(path, [Entry(uid, title, start, end, description)], name)

Times keep their time zone by name, with a VTIMEZONE for programs that do not know the name. There
are no alarms, no guests and no addresses in it.
"""

from __future__ import annotations

import datetime
import unicodedata
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, Timezone, TimezoneDaylight, TimezoneStandard

from workshop_kit.content.names import clean
from workshop_kit.whole_file import write_whole

PRODUCT = "-//workshop-kit//workshop-kit//EN"
# When an entry was written must be told, and must not make two files of the same input differ.
WRITTEN = datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)

_UID_SPACE = uuid.uuid5(uuid.NAMESPACE_URL, "urn:workshop-kit:calendar")
_LONG_AGO = datetime.datetime(1970, 1, 1)
_DAY = datetime.timedelta(days=1)


@dataclass(frozen=True)
class Entry:
    """One line of a calendar. A `start` that is a date alone makes it last all day, and takes no `end`.

    A time is aware, in a zone of the tz database. `uid` stays the same when the entry is written
    again (see `stable_uid`), so that a calendar moves it in place of showing it twice.
    """

    uid: str
    title: str
    start: datetime.datetime | datetime.date
    end: datetime.datetime | None = None
    description: str = ""


def stable_uid(*parts: str) -> str:
    """An id for an entry that is the same wherever it is made of the same parts, and names nobody."""
    return str(uuid.uuid5(_UID_SPACE, "\x1f".join(parts)))


def write_calendar(path: Path, entries: Sequence[Entry], name: str) -> None:
    """Writes the entries as a calendar called `name`; raises OSError that names `path`."""
    write_whole(path, calendar_bytes(entries, name))


def calendar_bytes(entries: Sequence[Entry], name: str) -> bytes:
    """The entries as an iCalendar file called `name`."""
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", clean(name))
    for zone, moments in _moments_by_zone(entries).items():
        calendar.add_component(_timezone(zone, min(moments), max(moments)))
    for entry in entries:
        calendar.add_component(_event(entry))
    return bytes(calendar.to_ical())


def _event(entry: Entry) -> Event:
    event = Event()
    event.add("uid", entry.uid)
    event.add("dtstamp", WRITTEN)
    event.add("summary", clean(entry.title))
    event.add("dtstart", _in_a_known_zone(entry.start))
    if isinstance(entry.start, datetime.datetime):
        if entry.end is not None:
            event.add("dtend", _in_a_known_zone(entry.end))
    else:
        event.add("dtend", entry.start + _DAY)
        event.add("transp", "TRANSPARENT")  # a reminder keeps nobody's day busy
    if description := _clean_lines(entry.description):
        event.add("description", description)
    return event


def _clean_lines(text: str) -> str:
    """The text with its line breaks, without control characters, of which a calendar knows none."""
    lines = (
        "".join(c for c in line if unicodedata.category(c) not in ("Cc", "Cs"))
        for line in text.splitlines()
    )
    return "\n".join(lines).strip()


# ---- time zones --------------------------------------------------------------------------------


def _in_a_known_zone(
    moment: datetime.datetime | datetime.date,
) -> datetime.datetime | datetime.date:
    """The moment, in UTC where its zone has no name that a calendar could know, such as +02:00."""
    if isinstance(moment, datetime.datetime) and not _zone(moment):
        return moment.astimezone(datetime.UTC)
    return moment


def _zone(moment: datetime.datetime) -> str:
    """The name of its zone; empty where a calendar needs none to know the time."""
    zone = moment.tzinfo
    return zone.key if isinstance(zone, ZoneInfo) and zone.key != "UTC" else ""


def _moments_by_zone(entries: Sequence[Entry]) -> dict[str, list[datetime.datetime]]:
    """Every start and end, by the zone that has to be described."""
    found: dict[str, list[datetime.datetime]] = {}
    for entry in entries:
        for moment in (entry.start, entry.end):
            if isinstance(moment, datetime.datetime) and (zone := _zone(moment)):
                found.setdefault(zone, []).append(moment.astimezone(datetime.UTC))
    return found


def _timezone(name: str, first: datetime.datetime, last: datetime.datetime) -> Timezone:
    """What the clocks of a zone show from the year of the first moment to that of the last.

    icalendar's own `add_missing_timezones` tells when the clocks change by what they show after
    it, where RFC 5545 wants what they show before: an hour of that day would be read wrongly.
    """
    zone = ZoneInfo(name)
    begin = datetime.datetime(first.year, 1, 1, tzinfo=datetime.UTC) - _DAY
    end = datetime.datetime(last.year + 1, 1, 1, tzinfo=datetime.UTC) + _DAY
    described = Timezone()
    described.add("tzid", name)
    described.add_component(_clocks(zone, begin, begin, _LONG_AGO))
    for before, after in _changes(zone, begin, end):
        shown = after.replace(tzinfo=None) + _offset(before, zone)
        described.add_component(_clocks(zone, before, after, shown))
    return described


def _clocks(
    zone: ZoneInfo, before: datetime.datetime, after: datetime.datetime, shown: datetime.datetime
) -> TimezoneStandard | TimezoneDaylight:
    local = after.astimezone(zone)
    clocks = TimezoneDaylight() if local.dst() else TimezoneStandard()
    clocks.TZOFFSETFROM = _offset(before, zone)
    clocks.TZOFFSETTO = _offset(after, zone)
    clocks.add("tzname", local.tzname())
    clocks.DTSTART = shown
    return clocks


def _changes(
    zone: ZoneInfo, begin: datetime.datetime, end: datetime.datetime
) -> Iterator[tuple[datetime.datetime, datetime.datetime]]:
    """The last minute before and the first minute after each change of the clocks, in UTC."""
    day = begin
    while day < end:
        before, after = day, day + _DAY
        if _offset(before, zone) != _offset(after, zone):
            while (minutes := (after - before) // datetime.timedelta(minutes=1)) > 1:
                middle = before + datetime.timedelta(minutes=minutes // 2)
                if _offset(middle, zone) == _offset(before, zone):
                    before = middle
                else:
                    after = middle
            yield before, after
        day += _DAY


def _offset(moment: datetime.datetime, zone: ZoneInfo) -> datetime.timedelta:
    return moment.astimezone(zone).utcoffset() or datetime.timedelta()
