"""What is counted over all teams, beside the picture: moves, commitments, ladders. Fixed once.

Like the picture, these are counted one time, so that no two reports can be subtracted. It is done
apart from the picture, which the room sees before commitments are written. Only leaders' own answers
count. A move is listed, without a figure, if enough teams have chosen it and two of the others have
not; commitments are told as "at least 5, 10 …" if they are of enough teams; ladders are pooled over
the teams that rewrote theirs, one more than the limit or more.
"""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import get_args

from pydantic import JsonValue, ValidationError

from workshop_kit.commitments import Promise, promises
from workshop_kit.comparison import compare
from workshop_kit.content import load_curriculum
from workshop_kit.curriculum import Curriculum, DimensionSlug
from workshop_kit.errors import InputError, Problem, StoreError
from workshop_kit.event import Event, EventFolder, Team
from workshop_kit.expiry import refuse_expired
from workshop_kit.forms.keeping import Limits, fix_limits, fixed_limits, limits_of
from workshop_kit.model import Model
from workshop_kit.own_ladder import rewrites_in, with_answers
from workshop_kit.privacy import release
from workshop_kit.rewritten import load_rewriting, tags_of
from workshop_kit.store import Store

FIGURES = "report"  # under which they are fixed in the store
LADDERS, MOVES, LEADER = "ladder-rewriting", ("stage-mapping", "support-moves"), "leader"
OTHERS_AT_LEAST = (
    2  # teams that did not choose a move: who knows of one of them can't tell the rest
)
STEP = 5  # commitments are told as "at least 5", "at least 10" …
DAYS = (30, 60, 90)

Chosen = Mapping[str, frozenset[str]]  # the moves that each team has chosen


class Kind(Model):
    """The commitments of one activity: that there are `at_least` so many, and when most are due.

    `within` is a number of days, or 0 where most have no day. `at_least` is 0 where it is kept back.
    """

    activity: str
    at_least: int
    within: int


class Ladders(Model):
    """What the rewritten ladders pay for, before and after, and how many lines were rewritten.

    Statements by dimension, over all teams that have rewritten something.
    """

    before: dict[str, int]
    after: dict[str, int]
    lines: int


class Figures(Model):
    """All that is counted for the sponsor beside the picture. `ladders` is None where kept back."""

    limits: Limits
    moves: tuple[str, ...]
    commitments: tuple[Kind, ...]
    ladders: Ladders | None


def release_figures(folder: EventFolder, store: Store) -> Figures:
    """The figures of the event, and the picture with them. The first call fixes them for good.

    Raises InputError before the first answer, since an empty report would stay empty, and where the
    answers have expired.
    """
    release(folder, store)  # also where the figures stand, and there were too few for a picture
    if (fixed := released_figures(store)) is not None:
        return fixed
    refuse_expired(folder.event, datetime.date.today())
    slugs = {team.slug for team in folder.teams}
    if not any(revision.team in slugs for revision in store.latest()):
        what = "Nobody has answered anything yet, and what is released once stays as it is."
        fix = "Release it when everybody has finished."
        raise InputError([Problem("answers", "", what, fix)])
    limits = fix_limits(store, limits_of(folder.event.privacy))
    counted = _counted(folder, store, limits)
    # Two who ask at once get the same: what is in the store first.
    return _read(store.fix(FIGURES, counted.model_dump(mode="json")))


def released_figures(store: Store) -> Figures | None:
    """The figures that were released; None where none were."""
    value = store.fixed(FIGURES)
    return None if value is None else _read(value)


def figures_now(folder: EventFolder, store: Store) -> Figures:
    """What `release_figures` would give now. Nothing is fixed by it; never to be shown."""
    limits = fixed_limits(store) or limits_of(folder.event.privacy)
    return released_figures(store) or _counted(folder, store, limits)


def _read(value: JsonValue) -> Figures:
    try:
        return Figures.model_validate(value)
    except ValidationError:
        what = "The figures that were released were changed in the database."
        raise StoreError(f"{what} Restore the database from a copy.", "damaged") from None


def _counted(folder: EventFolder, store: Store, limits: Limits) -> Figures:
    curriculum = load_curriculum()
    slugs = {team.slug for team in folder.teams}
    # Leaders' own: with several who take part, one team would count for several.
    latest = [r for r in store.latest(participant=LEADER) if r.team in slugs]
    promised = promises(curriculum, latest)
    return Figures(
        limits=limits,
        moves=common_moves(_chosen(curriculum, promised), limits, curriculum),
        commitments=kinds(promised, folder.event, limits, curriculum),
        ladders=_ladders(folder, store, limits),
    )


# ---- support moves -----------------------------------------------------------------------------


def _chosen(curriculum: Curriculum, promised: Iterable[Promise]) -> Chosen:
    texts = {_folded(move.text) for stage in curriculum.stages for move in stage.moves}
    by_team: dict[str, set[str]] = {}
    for promise in promised:
        if (promise.activity, promise.question) == MOVES:
            own = by_team.setdefault(promise.team, set())
            own |= {_folded(promise.commitment.what)} & texts
    return {team: frozenset(moves) for team, moves in by_team.items()}


def common_moves(chosen: Chosen, limits: Limits, curriculum: Curriculum) -> tuple[str, ...]:
    """The moves that enough teams have chosen and that not nearly all have, in the curriculum's order."""
    by = Counter(move for moves in chosen.values() for move in moves)
    most = len(chosen) - OTHERS_AT_LEAST
    return tuple(
        move.text
        for stage in curriculum.stages
        for move in stage.moves
        if limits.teams <= by[_folded(move.text)] <= most
    )


def _folded(text: str) -> str:
    return " ".join(text.split()).rstrip(".").casefold()


# ---- commitments -------------------------------------------------------------------------------


def kinds(
    promised: Sequence[Promise], event: Event, limits: Limits, curriculum: Curriculum
) -> tuple[Kind, ...]:
    """The commitments of each activity that asks for some, in the curriculum's order."""
    found = []
    for activity in curriculum.activities:
        asks = any(q.kind == "commitments" for form in activity.forms for q in form.questions)
        own = [promise for promise in promised if promise.activity == activity.slug]
        if not asks:
            continue
        enough = len({promise.team for promise in own}) >= limits.teams
        at_least = len(own) // STEP * STEP if enough else 0
        within = _within(own, event) if at_least else 0
        found.append(Kind(activity=activity.slug, at_least=at_least, within=within))
    return tuple(found)


def _within(promised: Sequence[Promise], event: Event) -> int:
    """The fewest days after the event within which more than half of them are due; 0 for none."""
    due = [(p.commitment.by - event.date).days for p in promised if p.commitment.by]
    return next((n for n in DAYS if 2 * sum(day <= n for day in due) > len(promised)), 0)


# ---- ladders -----------------------------------------------------------------------------------


def _ladders(folder: EventFolder, store: Store, limits: Limits) -> Ladders | None:
    kept: dict[str, dict[str, JsonValue]] = {}
    for revision in store.latest(activity=LADDERS, participant=LEADER):
        kept.setdefault(revision.team, {})[revision.question] = revision.value
    found = [_ladder(folder, team, kept.get(team.slug, {})) for team in folder.teams]
    rewritten = [ladders for ladders in found if ladders and ladders.lines]
    lines = sum(ladders.lines for ladders in rewritten)
    # One team more than the limit, as for the picture: a leader may subtract the own ladder.
    if len(rewritten) <= limits.teams or lines < limits.people:
        return None
    return Ladders(
        before=_pooled(ladders.before for ladders in rewritten),
        after=_pooled(ladders.after for ladders in rewritten),
        lines=lines,
    )


def _ladder(folder: EventFolder, team: Team, kept: Mapping[str, JsonValue]) -> Ladders | None:
    before = folder.ladders[team.ladder]
    brought = load_rewriting(folder.path, team.slug)
    rewriting = with_answers(before, brought, rewrites_in(kept).values())
    after = rewriting.ladder
    if after is None:
        return None
    return Ladders(
        before=Counter(tag.dimension for tag in tags_of(before, rewriting.labels)),
        after=Counter(tag.dimension for tag in tags_of(after, rewriting.labels)),
        lines=sum(change.kind != "kept" for change in compare(before, after)),
    )


def _pooled(counts: Iterable[Mapping[str, int]]) -> dict[str, int]:
    total = sum(map(Counter, counts), Counter[str]())
    return {dimension: total[dimension] for dimension in get_args(DimensionSlug)}
