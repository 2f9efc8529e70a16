"""How long an event's answers are kept, and what that means once the day is over.

Nothing is removed by itself: a computer with a wrong clock would lose people's work. After the last
day nobody's answers are opened, printed or passed on any more; `workshop-kit purge` removes them.
"""

from __future__ import annotations

import datetime

from workshop_kit.errors import InputError, Problem
from workshop_kit.event import Event, written_date

SOON = 14  # days before the end from which the check speaks of it


def days_left(event: Event, today: datetime.date) -> int:
    """How many more days the answers are kept: 0 on the last one, less than 0 after it."""
    return (event.expires - today).days


def is_expired(event: Event, today: datetime.date) -> bool:
    """Whether the answers were to be kept until a day before `today`.

    Those of a fictional event are nobody's, and so the sample still works next year.
    """
    return not event.fictional and days_left(event, today) < 0


def refuse_expired(event: Event, today: datetime.date) -> None:
    """Nothing; raises InputError where the answers have expired."""
    if is_expired(event, today):
        raise InputError([_expired(event)])


def expiry_note(event: Event, today: datetime.date) -> Problem | None:
    """What a check says of the answers that are there: they have expired, or soon will; else None."""
    left = days_left(event, today)
    if event.fictional or left > SOON:
        return None
    if left < 0:
        what, fix = _expired(event).what, _expired(event).fix
    else:
        more = f"{left} more {'day' if left == 1 else 'days'}" if left else "today is the last day"
        what = f"People's answers are kept until {written_date(event.expires)}: {more}."
        fix = (
            "After that they are not opened, printed or passed on any more. Tell the leaders in"
            " time; to remove the answers, run: workshop-kit purge DIR"
        )
    return Problem("event.yaml", _place(event), what, fix, "note")


def _expired(event: Event) -> Problem:
    what = (
        f"People's answers were to be kept until {written_date(event.expires)}. Since then they are not"
        " opened, printed or passed on any more."
    )
    fix = (
        "To remove them, run: workshop-kit purge DIR. For another event, make another folder:"
        " workshop-kit new DIR"
    )
    return Problem("event.yaml", _place(event), what, fix)


def _place(event: Event) -> str:
    """The key that says how long: the days, where the event says so, or else its date."""
    says_so = "privacy" in event.model_fields_set and "days" in event.privacy.model_fields_set
    return "key privacy.days" if says_so else "key date"
