"""An anchored statement → drafts that keep what was good in it and reward something else.

    drafts_for(ladder, tags)[index]   the drafts of one statement of a ladder
    drafts(statement, rank, tag)      the same for a statement by itself

The words stand in `curriculum/patterns.yaml`. Which of them fit follows from the kind of line, from
the thing that it is about (see `originals`) and from how far up the level stands. Nothing is drawn
by chance, and within a ladder a pattern comes again only when all others that fit have been used.
A draft is a start for a leader to change, never applied by itself.
"""

from __future__ import annotations

import re
import zlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from string import Formatter
from typing import get_args

from workshop_kit.content import load_curriculum
from workshop_kit.curriculum import DimensionSlug, Pattern, ScopeSlug, TargetSlug
from workshop_kit.ladder import Ladder, Statement
from workshop_kit.originals import Original, Thing, read_original
from workshop_kit.seniority import rank
from workshop_kit.tagging import Tag

DRAFTS = 3
TARGETS: tuple[TargetSlug, ...] = get_args(TargetSlug)

_MANY = {
    "is": "are",
    "was": "were",
    "has": "have",
    "it": "they",
    "them": "them",
    "its": "their",
} | {
    "needs": "need",
    "stays": "stay",
}
_ONE = {slot: slot for slot in _MANY} | {"them": "it"}
_DOUBLED = re.compile(r"\b(\w+) \1\b|\b(part|parts) of the (\w+ )?parts? of\b", re.IGNORECASE)
_SPACING = re.compile(r"\s{2}|\s[.,;:]|[{}\n]|,,|\.\.")


@dataclass(frozen=True)
class Draft:
    """A way to say a statement anew: what it would reward, and in a clause what of it is kept."""

    dimension: DimensionSlug
    text: str
    keeps: str


def drafts(statement: Statement, level_rank: float, tag: Tag) -> tuple[Draft, ...]:
    """Two or three drafts for a statement tagged implementation, none for any other.

    `level_rank` is 0 for the most junior level of its ladder and 1 for the most senior.
    """
    if tag.dimension != "implementation":
        return ()
    return _drafts(statement, level_rank, {}, Counter(), _hash(statement.text))


def drafts_for(ladder: Ladder, tags: Sequence[Tag]) -> dict[int, tuple[Draft, ...]]:
    """The drafts for each statement that is tagged implementation, by its place in the ladder.

    Dimensions that a level has least of come first.
    """
    found: dict[int, tuple[Draft, ...]] = {}
    used: Counter[str] = Counter()
    levels = ladder.levels
    pairs = list(zip(ladder.statements, tags, strict=True))
    rewarded = {level: Counter[str]() for level in levels}
    for statement, tag in pairs:
        rewarded[statement.level][tag.dimension] += 1
    for index, (statement, tag) in enumerate(pairs):
        if tag.dimension == "implementation":
            at = rank(statement.level, levels)
            found[index] = _drafts(statement, at, rewarded[statement.level], used, index)
    return found


def scope_of(level_rank: float) -> ScopeSlug:
    """How far the work at that height of a ladder reaches, from one's own task to the organisation."""
    scopes: tuple[ScopeSlug, ...] = get_args(ScopeSlug)
    return scopes[min(len(scopes) - 1, max(0, int(level_rank * len(scopes))))]


def _drafts(
    statement: Statement,
    level_rank: float,
    rewarded: Mapping[str, int],
    used: Counter[str],
    turn: int,
) -> tuple[Draft, ...]:
    """The drafts, and in `used` a mark for each pattern that went into one."""
    original, scope = read_original(statement.text), scope_of(level_rank)
    fitting = [
        ((used[pattern.id], -fit, _hash(pattern.id + statement.text)), pattern)
        for pattern in load_curriculum().patterns
        if (fit := _fit(pattern, original, scope))
    ]
    best: dict[TargetSlug, tuple[tuple[int, int, int], Pattern, Draft]] = {}
    for key, pattern in sorted(fitting, key=lambda found: found[0]):
        if pattern.dimension in best:
            continue
        draft = _fill(pattern, original.thing)
        if draft is not None and _bare(draft.text) != _bare(statement.text):
            best[pattern.dimension] = (key, pattern, draft)
    turned = [TARGETS[(turn + step) % len(TARGETS)] for step in range(len(TARGETS))]
    order = sorted(
        (target for target in turned if target in best),
        key=lambda target: (best[target][0][:2], rewarded.get(target, 0)),
    )[:DRAFTS]
    used.update(best[target][1].id for target in order)
    return tuple(best[target][2] for target in order)


def _fit(pattern: Pattern, original: Original, scope: ScopeSlug) -> int:
    """How well a pattern fits: 3 with the statement's thing, 2 for its kind, 1 for any, 0 not at all."""
    names_thing = "{object" in pattern.text
    if scope not in pattern.scopes or (names_thing and original.thing is None):
        return 0
    if "{objects}" in pattern.text and original.thing and not original.thing.brief_plural:
        return 0
    if original.kind in pattern.kinds and original.kind != "generic":
        return 3 if names_thing else 2
    return 1 if "generic" in pattern.kinds else 0


def _fill(pattern: Pattern, thing: Thing | None) -> Draft | None:
    """The pattern with the thing in it; None where that would not read well."""
    text = _sentence(_filled(pattern.text, thing))
    brief = replace(thing, words=thing.brief, plural=thing.brief_plural) if thing else None
    keeps = _filled(pattern.keeps, brief)
    if any(_DOUBLED.search(words) or _SPACING.search(words) for words in (text, keeps)):
        return None
    return Draft(pattern.dimension, text, keeps)


def _filled(text: str, thing: Thing | None) -> str:
    words = {} if thing is None else {"object": thing.words, "objects": thing.brief}
    words |= _MANY if thing and thing.plural else _ONE
    return "".join(
        before + (words[slot] if slot else "") for before, slot, _, _ in Formatter().parse(text)
    )


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def _bare(text: str) -> str:
    return " ".join(text.split()).rstrip(".").lower().replace("'", "’")


def _hash(text: str) -> int:
    # Not hash(): that differs from one process to the next.
    return zlib.crc32(text.encode("utf-8", "surrogatepass"))
