"""The answers of one activity as its forms see them: read once, kept at each save, told to all.

All forms of an activity in one notebook share one `Keeping`, so that a chart or a result page
further down is redrawn when something is answered above.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from pydantic import JsonValue

from workshop_kit.errors import WorkshopKitError
from workshop_kit.store import Revision, Saved, Store


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
    and the next `refresh` that succeeds brings the answers.
    """

    def __init__(self, store: Store, participant: str, team: str, activity: str) -> None:
        self.kept: dict[str, Kept] = {}
        self.trouble = ""
        self.participant, self.team, self.activity = participant, team, activity
        self._store = store
        self._seen: int | None = None
        self._listeners: list[Listener] = []
        self.refresh()

    @property
    def values(self) -> dict[str, JsonValue]:
        """The answers alone, by the question's key."""
        return {key: kept.value for key, kept in self.kept.items()}

    def save(self, key: str, value: JsonValue, seen: int | None, device: str) -> Saved:
        """Keeps an answer and tells every listener. Raises StoreError, in words for people."""
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
