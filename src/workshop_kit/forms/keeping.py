"""The answers of one activity as its forms see them: read once, kept at each save, told to all.

All forms of an activity in one notebook share one `Keeping`, so that a chart or a result page
further down is redrawn when something is answered above.

With the first answer of an event its limits are fixed: over how many people and teams a figure must
be taken before it is told.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Annotated

from pydantic import Field, JsonValue, ValidationError

from workshop_kit.errors import StoreError, WorkshopKitError
from workshop_kit.event import Privacy
from workshop_kit.model import Model
from workshop_kit.store import Revision, Saved, Store

LIMITS = "limits"  # under which they are fixed in the store


class Limits(Model):
    """Of how many people in how many teams a figure must be, at least, to be told."""

    people: Annotated[int, Field(ge=5)] = 5
    teams: Annotated[int, Field(ge=3)] = 3


def limits_of(privacy: Privacy) -> Limits:
    """The limits that event.yaml asks for."""
    return Limits(people=privacy.people, teams=privacy.teams)


def fix_limits(store: Store, limits: Limits) -> Limits:
    """The limits that hold from now on: these, or those that were fixed before."""
    return _read_limits(store.fix(LIMITS, limits.model_dump()))


def fixed_limits(store: Store) -> Limits | None:
    """The limits that were fixed; None before the first answer."""
    value = store.fixed(LIMITS)
    return None if value is None else _read_limits(value)


def _read_limits(value: JsonValue) -> Limits:
    try:
        return Limits.model_validate(value)
    except ValidationError:
        what = "The limits that were fixed with the first answer were changed in the database."
        raise StoreError(f"{what} Restore the database from a copy.", "damaged") from None


@dataclass(frozen=True)
class Kept:
    """One answer as it is kept: its value, the revision's number and when it was saved."""

    value: JsonValue
    revision: int
    at: datetime.datetime


Listener = Callable[[frozenset[str]], None]


class Keeping:
    """What one participant of a team has answered in one activity, by the question's key.

    A store that can't be read is no reason to keep a page shut: `trouble` then says why, in words,
    and the next `refresh` that succeeds brings the answers. `limits` are fixed before the first save.
    """

    def __init__(
        self,
        store: Store,
        participant: str,
        team: str,
        activity: str,
        limits: Limits | None = None,
    ) -> None:
        self.kept: dict[str, Kept] = {}
        self.trouble = ""
        self.participant, self.team, self.activity = participant, team, activity
        self._store = store
        self._to_fix = limits
        self._seen: int | None = None
        self._listeners: list[Listener] = []
        self.refresh()

    @property
    def values(self) -> dict[str, JsonValue]:
        """The answers alone, by the question's key."""
        return {key: kept.value for key, kept in self.kept.items()}

    def save(self, key: str, value: JsonValue, seen: int | None, device: str) -> Saved:
        """Keeps an answer and tells every listener. Raises StoreError, in words for people."""
        if self._to_fix is not None:
            fix_limits(self._store, self._to_fix)
            self._to_fix = None
        saved = self._store.save(
            participant=self.participant,
            team=self.team,
            activity=self.activity,
            question=key,
            value=value,
            device=device,
            seen=seen,
        )
        self._take([saved.revision])
        return saved

    def refresh(self) -> dict[str, Kept]:
        """What has changed elsewhere, on another device or in another notebook, since the last look."""
        whose = {"team": self.team, "participant": self.participant, "activity": self.activity}
        try:
            found = (
                self._store.latest(**whose)
                if self._seen is None
                else self._store.since(self._seen, **whose)
            )
        except WorkshopKitError as error:
            self.trouble = str(error)
            return {}
        self.trouble = ""
        self._seen = max([self._seen or 0, *(revision.id for revision in found)])
        return self._take(found)

    def listen(self, listener: Listener) -> Callable[[], None]:
        """Calls `listener` with the keys that changed, at every change; the result ends that."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def _take(self, revisions: Iterable[Revision]) -> dict[str, Kept]:
        changes: dict[str, Kept] = {}
        for revision in revisions:
            known = changes.get(revision.question) or self.kept.get(revision.question)
            if known is None or revision.id > known.revision:
                changes[revision.question] = Kept(revision.value, revision.id, revision.at)
        self.kept |= changes
        if changes:
            for listener in list(self._listeners):
                listener(frozenset(changes))
        return changes
