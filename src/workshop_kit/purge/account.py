"""The account of a purge in plain sentences. It names no person and no team, so that it can be passed on."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from workshop_kit.event import written_date
from workshop_kit.purge.files import GOES, STAYS

if TYPE_CHECKING:
    from workshop_kit.purge import Found

ANSWERS = "answers"
ANSWER_WORDS = (
    "entry in the answers, earlier versions and parked questions counted",
    "entries in the answers, earlier versions and parked questions counted",
)


def account(
    found: Found, removed: Mapping[str, int], failures: int, today: datetime.date
) -> list[str]:
    """The lines of the account, without names of people, teams or files of theirs."""
    lines = [f"Purge of {written_date(today)}"]
    if found.event:
        lines.append(f"Event: {found.event.name}, {written_date(found.event.date)}")
    return [
        *lines,
        "",
        "Removed for good:",
        *(f"  {line}" for line in _removed(removed)),
        *(["", *_not_removed(failures)] if failures else []),
        "",
        "What stays:",
        *(f"  {line}" for line in (*staying(found), *_foreign(found))),
        "",
        "What the kit can't know of, and you may have to see to:",
        *(f"  {line}" for line in _unknown(found)),
    ]


def counted(kind: str, number: int) -> str:
    """So many of a kind, in words."""
    one, many = {**GOES, **STAYS, ANSWERS: ANSWER_WORDS}[kind]
    return f"{number} {one if number == 1 else many}"


def staying(found: Found) -> Iterator[str]:
    """What stays of what you brought and the kit wrote, a line for each thing."""
    yield "what you brought: event.yaml, teams.csv, ladders, conversations, agendas, pictures"
    if found.places:
        yield "the clock times of the day, and what was settled once for the whole event"
    for kind, paths in found.stays.items():
        yield counted(kind, len(paths))


def _foreign(found: Found) -> Iterator[str]:
    if number := len(found.foreign):
        noun = "file" if number == 1 else "files"
        yield f"{number} {noun} that the kit did not write; the terminal named {'it' if number == 1 else 'each of them'}"


def _removed(removed: Mapping[str, int]) -> Iterator[str]:
    for kind in (ANSWERS, *GOES):
        if removed.get(kind):
            yield counted(kind, removed[kind])
    if not any(removed.values()):
        yield "nothing; there was nothing left"


def _not_removed(failures: int) -> Iterator[str]:
    noun = "thing" if failures == 1 else "things"
    yield f"Not removed: {failures} {noun}, which the terminal named. Run the same command again."


def _unknown(found: Found) -> Iterator[str]:
    yield "exports and renders that were put elsewhere with --out, and copies of the event folder"
    yield "printed paper, and the keys to the codes: ask the leaders to destroy theirs"
    yield "PDFs and notebooks that were sent by e-mail or chat, or put on a file share"
    yield "the sponsor's report where it was passed on: the stories in it are leaders' words"
    yield "backups and snapshots of this computer's disk, its rubbish bin, a synchronised folder"
    yield "its folder for temporary files, if it was switched off in the middle of a render"
    yield "browser tabs that are still open on a page of the event: close them"
    yield "a survey at Microsoft or Google, and the file that was downloaded from it"
    if any(place.is_server for place in found.places):
        yield (
            "the PostgreSQL server: its backups and its logs; it writes over what was removed in"
            " its own time"
        )
