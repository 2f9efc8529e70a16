"""The live view as a widget: asked for the state, it looks into the store; told of a press, it saves.

    browser → {type: "look", n}    {type: "press", n, do, …}
    kernel  → {type: "state", n, told, state}   `told` says what became of a press, empty where all is well

The page asks, so that nothing runs on for a page that was closed.
"""

from __future__ import annotations

import datetime
import secrets
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import anywidget
import traitlets
from pydantic import JsonValue

from workshop_kit.content import load_curriculum, read_agenda, read_event_files
from workshop_kit.errors import InputError, WorkshopKitError
from workshop_kit.expiry import refuse_expired
from workshop_kit.forms.answer_form import front_end
from workshop_kit.live.day import STALE_AFTER, Day, is_the_day
from workshop_kit.live.pressed import entries
from workshop_kit.live.shown import shown
from workshop_kit.room import (
    DAY,
    FACILITATOR,
    PARKED,
    REHEARSAL,
    SILENT,
    WORDS_AT_MOST,
    DayLog,
    Parked,
    progress,
    read_log,
    read_parked,
)
from workshop_kit.store import EVENT, Mark, open_store

if TYPE_CHECKING:
    from workshop_kit.privacy import Picture

_HERE = Path(__file__).parent
NOT_TODAY = (
    "You are rehearsing, and the picture is drawn once for the event. After the day, workshop-kit"
    " report draws it."
)


def the_time() -> datetime.datetime:
    """Now, by this machine's clock."""
    return datetime.datetime.now(datetime.UTC)


class LiveView(anywidget.AnyWidget):
    """The clock, the plan and the room of one event; nothing that is pressed is kept here alone."""

    _esm = front_end("make") + (_HERE / "live.js").read_text(encoding="utf-8")
    _css = (_HERE / "live.css").read_text(encoding="utf-8")

    page = traitlets.Dict().tag(sync=True)  # what stays as it is, and the state at the start

    def __init__(self, folder: Path, now: Callable[[], datetime.datetime] = the_time) -> None:
        files = read_event_files(folder)
        agenda, problems = (None, files.problems)
        if files.event is not None:
            agenda, more = read_agenda(files.event.agenda, folder)
            problems = (*problems, *more)
        if files.event is None or agenda is None:
            raise InputError(problems)
        refuse_expired(files.event, now().date())
        self._folder, self._now = folder, now
        self.event, self.agenda, self.teams = files.event, agenda, files.teams
        curriculum = {activity.slug: activity for activity in load_curriculum().activities}
        of_agenda = dict.fromkeys(block.activity for block in agenda.blocks if block.activity)
        self._activities = {slug: curriculum[slug] for slug in of_agenda if slug in curriculum}
        self._store = open_store(folder, files.event.database)
        self._logs = {DAY: DayLog(), REHEARSAL: DayLog()}
        self._marks: tuple[Mark, ...] = ()
        self._parked: tuple[Parked, ...] = ()
        self._picture: dict[str, Any] | None = None
        super().__init__()
        self.page = {
            "event": files.event.name,
            "zone": files.event.timezone,
            "activities": [activity.title for activity in self._activities.values()],
            "wordsAtMost": WORDS_AT_MOST,
            "state": self.state(),
        }
        self.on_msg(self._hear)

    # ---- what it shows -------------------------------------------------------------------------

    def state(self) -> dict[str, Any]:
        """All that the page shows; with the store away what was read last, and why in `trouble`."""
        trouble = ""
        try:
            self._look()
        except WorkshopKitError as error:
            trouble = str(error)
        return {
            "day": shown(self._day(), self._activities),
            "room": self._room(),
            "parked": [
                {"key": one.key, "text": one.text, "answered": one.answered} for one in self._parked
            ],
            "picture": self._picture,
            "mapped": self._mapped(),
            "trouble": trouble,
        }

    def _look(self) -> None:
        for activity in self._logs:
            self._logs[activity] = read_log(self._store.latest(team=EVENT, activity=activity))
        self._parked = read_parked(self._store.latest(team=EVENT, activity=PARKED))
        self._marks = self._store.marks(SILENT)
        if self._picture is None:  # there is one for the event, and it stays as it is
            from workshop_kit import privacy

            if released := privacy.released(self._store):
                self._picture = _drawn(released)

    def _day(self) -> Day:
        now = self._now().replace(microsecond=0)
        if is_the_day(self.agenda, self.event, self._logs[DAY], now):
            return Day(self.agenda, self.event, self._logs[DAY], now)
        log = self._logs[REHEARSAL]
        limit = now - datetime.timedelta(hours=STALE_AFTER)
        if log.spans and max(span.began for span in log.spans.values()) < limit:
            log = DayLog(entries=log.entries)
        return Day(self.agenda, self.event, log, now, rehearsing=True)

    def _room(self) -> list[dict[str, Any]]:
        slugs = [team.slug for team in self.teams]
        found = progress(slugs, list(self._activities.values()), self._marks)
        return [
            {"team": team.name, "cells": [cell.words for cell in cells]}
            for team, cells in zip(self.teams, found, strict=True)
        ]

    def _mapped(self) -> str:
        """How many teams the picture would be drawn from, in words."""
        begun = {mark.team for mark in self._marks if mark.activity == "stage-mapping"}
        teams = [team for team in self.teams if team.slug in begun]
        return f"{len(teams)} of {len(self.teams)} teams have begun to map."

    # ---- what it hears -------------------------------------------------------------------------

    def _hear(self, _widget: Any, content: Any, _buffers: Any) -> None:
        match content:
            case {"type": "look", "n": n}:
                self.send({"type": "state", "n": n, "told": "", "state": self.state()})
            case {"type": "press", "n": n}:
                told = self.press(content)
                self.send({"type": "state", "n": n, "told": told, "state": self.state()})

    def press(self, pressed: Mapping[str, Any]) -> str:
        """What became of it, in words; empty where it is done."""
        try:
            self._look()
            return self._done(pressed)
        except WorkshopKitError as error:
            return f"Not saved: {error}"

    def _done(self, pressed: Mapping[str, Any]) -> str:
        match pressed:
            case {"do": "park", "text": str(text)} if words := text.strip()[:WORDS_AT_MOST]:
                written = self._now().isoformat(timespec="milliseconds")
                self._save_parked(Parked(f"q/{secrets.token_hex(4)}", words, written))
            case {"do": "tick", "key": str(key), "answered": bool(answered)}:
                for one in self._parked:
                    if one.key == key:
                        self._save_parked(Parked(key, one.text, one.at, answered))
            case {"do": "remove", "key": str(key)} if key in {one.key for one in self._parked}:
                self._save(PARKED, key, None)
            case {"do": "picture"}:
                return self._release()
            case _:
                day = self._day()
                for question, value in entries(pressed, day):
                    self._save(REHEARSAL if day.rehearsing else DAY, question, value)
        return ""

    def _save_parked(self, parked: Parked) -> None:
        self._save(PARKED, parked.key, parked.value)

    def _save(self, activity: str, question: str, value: JsonValue) -> None:
        self._store.save(
            participant=FACILITATOR, team=EVENT, activity=activity, question=question, value=value
        )

    def _release(self) -> str:
        from workshop_kit import privacy
        from workshop_kit.checks import load_event

        if self._day().rehearsing:
            return NOT_TODAY
        given = privacy.release(load_event(self._folder), self._store)
        if isinstance(given, privacy.Withheld):
            return given.reason
        self._picture = _drawn(given)
        return ""


def _drawn(picture: Picture) -> dict[str, Any]:
    """The released picture as rows and sentences."""
    pairs = zip(picture.frame["group"], picture.frame["people"], strict=True)
    rows = [
        {"group": str(group), "people": None if people is None else int(people)}
        for group, people in pairs
    ]
    return {"rows": rows, "words": list(picture.words)}
