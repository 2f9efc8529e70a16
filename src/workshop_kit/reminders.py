"""Days to keep, as calendars: the look backs, each leader's commitments, the day of the removal.

A calendar is shown on screens and shared with colleagues. No title and no description tells a code
of a person, the name of a stage or a word that is known as a given name, and what is about single
people is not told at all.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Sequence
from pathlib import Path

from workshop_kit.calendar_files import Entry, stable_uid, write_calendar
from workshop_kit.commitments import Standing, in_short, standing
from workshop_kit.content import load_curriculum
from workshop_kit.content.person_names import names_in
from workshop_kit.curriculum import Curriculum, look_back_days
from workshop_kit.event import Event, EventFolder, Team, written_date
from workshop_kit.store import open_store

FILE = "reminders.ics"
FOLDER = "follow-up"
FACILITATOR = "facilitator"
LEADER = "leader"
TITLE_AT_MOST = 100
SEE_PAPERS = "Commitment: see your own papers"
# What these ask for is about single people, whatever words are in it.
UNTOLD = {
    ("stage-mapping", "support-moves"): "Support move: see your own papers",
    ("naming-the-transition", "conversation-date"): "A conversation: see your own papers",
}
_CODE = re.compile(r"(?<![^\W_])[Pp][\W_]{0,3}\d")


def write_reminders(
    folder: EventFolder, out: Path, teams: Collection[str] = ()
) -> tuple[tuple[Path, ...], tuple[str, ...]]:
    """The calendars written, one a team (or each of `teams`) and the facilitator's, and remarks.

    A team's holds its leader's commitments and nobody else's. Raises StoreError when the answers
    can't be read, OSError when a file can't be written.
    """
    event, curriculum = folder.event, load_curriculum()
    with open_store(folder.path, event.database) as store:
        standings = standing(curriculum, event, store.latest())
    written = []
    for team in folder.teams:
        if teams and team.slug not in teams:
            continue
        path = out / team.slug / FOLDER / FILE
        entries = team_entries(event, team, standings, curriculum)
        path.parent.mkdir(parents=True, exist_ok=True)
        write_calendar(path, entries, f"{event.name}: {team.name}")
        written.append(path)
    path = out / FACILITATOR / FILE
    path.parent.mkdir(parents=True, exist_ok=True)
    write_calendar(path, facilitator_entries(folder, curriculum), f"{event.name}: afterwards")
    return (*written, path), _remarks(event)


def team_entries(
    event: Event, team: Team, standings: Sequence[Standing], curriculum: Curriculum
) -> list[Entry]:
    """What stands in a team's calendar: the look backs, then what its leader has still to do."""
    days = look_back_days(event.date, event.expires)
    entries = [
        Entry(
            _uid(event, team.slug, page.slug),
            f"{page.title}: {page.minutes} minutes for yourself",
            days[page.days],
            description=(
                f"{event.name}. Open your page for “after {page.days} days”, or take the printed one."
                f" What you enter is kept until {written_date(event.expires)}."
            ),
        )
        for page in curriculum.afterwards.look_backs
        if page.days in days
    ]
    stages = [stage.name for stage in curriculum.stages]
    mine = [
        one
        for one in standings
        if (one.promise.team, one.promise.participant) == (team.slug, LEADER)
    ]
    for one in mine:
        if one.is_open and one.by is not None and one.by >= event.date:
            title, description = told_on_a_screen(one, stages)
            key = _uid(event, team.slug, one.promise.key)
            entries.append(Entry(key, title, one.by, description=description))
    return entries


def facilitator_entries(folder: EventFolder, curriculum: Curriculum) -> list[Entry]:
    """What stands in the facilitator's calendar: a word to the leaders each time, and the removal."""
    event = folder.event
    entries = [
        Entry(
            _uid(event, FACILITATOR, f"follow-up-{days}"),
            f"{event.name}: tell the leaders that their page after {days} days is there",
            day,
            description=(
                "In the event folder: workshop-kit follow-up DIR makes every leader’s page with what"
                f" stands in the answers today. It is {curriculum.afterwards.after(days).minutes}"
                " minutes of work for each of them. Ask nobody what they wrote."
            ),
        )
        for days, day in look_back_days(event.date, event.expires).items()
    ]
    removal = Entry(
        _uid(event, FACILITATOR, "purge"),
        f"{event.name}: remove the answers today",
        event.expires,
        description=(
            "The last day on which people’s answers are kept. Run: workshop-kit purge DIR. Then tell"
            " the leaders that it is done, and remind them of their paper and of the key to the codes."
        ),
    )
    return [*entries, removal]


def told_on_a_screen(one: Standing, stages: Sequence[str]) -> tuple[str, str]:
    """Title and description of a commitment as anybody may read them who sees the calendar."""
    given = one.promise.commitment
    title = UNTOLD.get((one.promise.activity, one.promise.question))
    if title:
        return title, ""
    what = in_short(given.what)
    if tells_of_people(what, stages) or names_in(what):
        return SEE_PAPERS, ""
    told = [what] if len(what) > TITLE_AT_MOST else []
    told += [
        in_short(more)
        for more in (given.who, given.about)
        # As in a sentence: of a word that stands first a capital would say nothing.
        if more.strip() and not tells_of_people(more, stages) and not names_in(f"to {more}")
    ]
    short = what if len(what) <= TITLE_AT_MOST else f"{what[: TITLE_AT_MOST - 1].rstrip()}…"
    return short, "\n".join(told)


def tells_of_people(words: str, stages: Sequence[str]) -> bool:
    """Whether the words hold something like a code of a person, or the name of a stage."""
    plain = unicodedata.normalize("NFKC", words)
    plain = "".join(sign for sign in plain if unicodedata.category(sign) != "Cf")
    folded = plain.casefold()
    return bool(_CODE.search(plain)) or any(name.casefold() in folded for name in stages)


def _remarks(event: Event) -> tuple[str, ...]:
    """What is otherwise than after 30, 60 and 90 days, because the answers are removed before."""
    days = look_back_days(event.date, event.expires)
    until = f"The answers are kept until {written_date(event.expires)}"
    if not days:
        return (f"{until}: that is too soon for any follow-up, and there is none.",)
    last, day = list(days.items())[-1]
    if last == 90:
        return ()
    return (
        f"{until}: the last follow-up is that after {last} days, on {written_date(day)}; the later"
        " ones are left out.",
    )


def _uid(event: Event, whose: str, what: str) -> str:
    return stable_uid(event.name, event.date.isoformat(), whose, what)
