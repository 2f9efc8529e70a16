"""A team's ladder as the team reads and rewrites it: the file it may have brought, and its answers.

    own = with_answers(ladder, rewriting, answers)

What was written in the form counts over what stands in `rewritten/`, statement by statement.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import get_args

from pydantic import JsonValue, ValidationError

from workshop_kit import comparison
from workshop_kit.answer_words import REWRITE
from workshop_kit.answers import Rewritten
from workshop_kit.content.names import is_visible
from workshop_kit.curriculum import DimensionSlug
from workshop_kit.ladder import Ladder, Statement
from workshop_kit.rewritten import Rewriting, put_back, with_texts

DIMENSIONS: tuple[DimensionSlug, ...] = get_args(DimensionSlug)


def rewrites_in(kept: Mapping[str, JsonValue]) -> dict[str, Rewritten]:
    """The rewritten statements among the kept answers, by key; what does not fit is left out."""
    found = {}
    for key, value in kept.items():
        if key.startswith(f"{REWRITE}/") and value is not None:
            try:
                found[key] = Rewritten.model_validate(value)
            except ValidationError:
                continue  # kept, and reported by workshop-kit check
    return found


def with_answers(ladder: Ladder, rewriting: Rewriting, answers: Iterable[Rewritten]) -> Rewriting:
    """The rewriting with what was answered: labels by a statement's text, and new texts.

    A statement that the ladder no longer has keeps its answer in the store and changes nothing here.
    """
    labels = dict(rewriting.labels)
    kept = rewriting.ladder or ladder
    places = places_in(ladder, kept)
    # The same words may stand twice at one level; the form asks for them once.
    at_key: dict[str, list[int]] = {}
    for index, statement in enumerate(ladder.statements):
        at_key.setdefault(statement.key, []).append(index)
    written = False
    for answer in answers:
        if answer.label in DIMENSIONS:
            labels[answer.statement] = answer.label
        if not is_visible(answer.text):
            continue
        for index in at_key.get(_key(answer), ()):
            if index not in places:  # the team's file has dropped it, and now it is written again
                kept, new = put_back(kept, ladder.statements[index])
                places = {i: place + (place >= new) for i, place in places.items()} | {index: new}
            kept = with_texts(kept, {places[index]: answer.text})
            written = True
    changed = written or rewriting.ladder is not None
    return Rewriting(kept if changed else None, labels)


def _key(answer: Rewritten) -> str:
    if not answer.statement:
        return ""  # which no statement has
    return Statement(level=answer.level, heading=answer.heading, text=answer.statement).key


def places_in(ladder: Ladder, kept: Ladder) -> dict[int, int]:
    """Where each statement of the ladder stands in the one that the team keeps; none if it is gone.

    The form keeps every statement in its place. Where somebody has edited the file by hand, the
    words decide, and what is then left of a level is paired in order if there is as much of it.
    """
    if _shape(ladder) == _shape(kept):
        return {index: index for index in range(len(ladder.statements))}
    old = {id(statement): index for index, statement in enumerate(ladder.statements)}
    new = {id(statement): index for index, statement in enumerate(kept.statements)}
    changes = comparison.compare(ladder, kept)
    places = {old[id(c.before)]: new[id(c.after)] for c in changes if c.before and c.after}
    for level in ladder.levels:
        gone = [old[id(c.before)] for c in changes if c.kind == "gone" and _at(c.before, level)]
        added = [new[id(c.after)] for c in changes if c.kind == "new" and _at(c.after, level)]
        if len(gone) == len(added):
            places |= zip(gone, added, strict=True)
    return places


def _at(statement: Statement | None, level: str) -> bool:
    return statement is not None and statement.level == level


def _shape(ladder: Ladder) -> list[tuple[str, str]]:
    return [(statement.level, statement.heading) for statement in ladder.statements]
