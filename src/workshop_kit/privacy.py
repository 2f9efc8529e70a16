"""What of all teams together may be told: one picture, drawn once.

    found = release(folder, store)     draws the picture, and from then on it stays as it is
    picture = released(store)          that picture, or None

A figure is told only if it stands for enough people of enough teams. A group that does not is kept
back, also where nobody is in it, and so is as much besides as is needed for the groups kept back
(two or more) to be, together, such a figure themselves. Teams take part whose leader has mapped
somebody and that have three people or more, and it takes one team more than the limit. Neither the
total nor the number of teams is told. Too few teams fix nothing: that says only who has begun.
No picture is drawn a second time, so that no two can be subtracted.
`docs/decisions/0015-one-picture-once.md` says what that proves, and what it can't.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence

import pandas as pd
from pydantic import JsonValue, ValidationError

from workshop_kit.answer_words import find_question
from workshop_kit.content import load_curriculum
from workshop_kit.curriculum import PeopleQuestion
from workshop_kit.errors import StoreError
from workshop_kit.event import EventFolder
from workshop_kit.expiry import refuse_expired
from workshop_kit.forms.keeping import Limits, fix_limits, fixed_limits, limits_of
from workshop_kit.model import Model
from workshop_kit.stage_map import picture, placements
from workshop_kit.store import Store

PICTURE = "picture"  # under which it is fixed in the store
TEAM_AT_LEAST = 3  # people: of a smaller team, one figure says too much about each
ACTIVITY, LEADER = "stage-mapping", "leader"

Counts = Sequence[Sequence[int]]  # for each team, how many people are in each group


class Picture(Model):
    """How many people show signals of which kind, by group; None where a group is kept back."""

    people: dict[str, int | None]
    limits: Limits

    @property
    def frame(self) -> pd.DataFrame:
        """A row for each group, in the curriculum's order: `group` and `people` (a count or None)."""
        people = pd.Series(list(self.people.values()), dtype=object)
        return pd.DataFrame({"group": list(self.people), "people": people})

    @property
    def words(self) -> tuple[str, ...]:
        """What the picture says and what it leaves out, in sentences."""
        told = [f"{group}: {people} people." for group, people in self.people.items() if people]
        limits = f"at least {self.limits.people} people in at least {self.limits.teams} teams"
        told.append(f"Every figure stands for {limits}.")
        kept = [group for group, people in self.people.items() if people is None]
        if kept:
            told.append(
                f"Kept back: {'; '.join(kept)}. In such a group there may be nobody, or too few, or"
                " it is kept back so that no other can be worked out."
            )
        return tuple(told)


class Withheld(Model):
    """There is no picture, and why, in a sentence. Where it is `final` there will be none."""

    reason: str
    final: bool = False


class _Fixed(Model):
    """What stands in the store: the picture, or None where it was decided that there is none."""

    picture: Picture | None


_TELLS_TOO_MUCH = Withheld(
    reason="There is no picture of all teams together: it would have told too much about a few"
    " people or about one team. That was decided once and stays so.",
    final=True,
)


def release(folder: EventFolder, store: Store) -> Picture | Withheld:
    """The one picture of the event. The first call draws it, and fixes it for good.

    While too few have begun nothing is fixed: that says nothing of what anybody has written.
    Raises InputError where the answers have expired and no picture was drawn before.
    """
    if (fixed := decided(store)) is not None:
        return fixed
    refuse_expired(folder.event, datetime.date.today())
    found = preview(folder, store)
    if isinstance(found, Withheld) and not found.final:
        return found
    fix_limits(store, limits_of(folder.event.privacy))
    made = _Fixed(picture=found if isinstance(found, Picture) else None)
    # Two who ask at once get one picture: the first that is in the store.
    return _read(store.fix(PICTURE, made.model_dump(mode="json")))


def released(store: Store) -> Picture | None:
    """The picture that was released; None where none was, or where there is to be none."""
    fixed = decided(store)
    return fixed if isinstance(fixed, Picture) else None


def preview(folder: EventFolder, store: Store) -> Picture | Withheld:
    """What `release` would give now. Nothing is fixed by it: for the code alone, never to be shown."""
    limits = fixed_limits(store) or limits_of(folder.event.privacy)
    return decided(store) or _drawn(folder, store, limits)


def decided(store: Store) -> Picture | Withheld | None:
    """The picture, or that there is to be none; None where nothing is fixed yet."""
    value = store.fixed(PICTURE)
    return None if value is None else _read(value)


def _read(value: JsonValue) -> Picture | Withheld:
    try:
        return _Fixed.model_validate(value).picture or _TELLS_TOO_MUCH
    except ValidationError:
        what = "The picture that was released was changed in the database."
        raise StoreError(f"{what} Restore the database from a copy.", "damaged") from None


# ---- who is counted ----------------------------------------------------------------------------


def _drawn(folder: EventFolder, store: Store, limits: Limits) -> Picture | Withheld:
    counts = _counts(folder, store)
    people = sum(sum(team) for team in counts)
    if not _are_enough_teams(counts, limits) or people < limits.people:
        return Withheld(
            reason="There is no picture of all teams together yet: it takes at least"
            f" {limits.people} people in at least {limits.teams} teams, besides the team of whoever"
            f" looks at it. Teams of fewer than {TEAM_AT_LEAST} are not counted in it."
        )
    drawn = draw(counts, limits)
    if drawn is None:
        return _TELLS_TOO_MUCH
    return Picture(people=dict(zip(_groups(), drawn, strict=True)), limits=limits)


def _counts(folder: EventFolder, store: Store) -> list[list[int]]:
    """The people in each group, for each team that takes part: its leader has mapped somebody."""
    curriculum = load_curriculum()
    question = find_question(curriculum.activity(ACTIVITY), "people")
    assert isinstance(question, PeopleQuestion)
    kept: dict[str, dict[str, JsonValue]] = {}
    for revision in store.latest(activity=ACTIVITY, participant=LEADER):
        kept.setdefault(revision.team, {})[revision.question] = revision.value
    found = []
    for team in folder.teams:
        mapped = placements(question, kept.get(team.slug, {}), curriculum)
        if mapped and team.size >= TEAM_AT_LEAST:
            found.append([int(n) for n in picture(mapped, team.size, curriculum)["people"]])
    return found


def _groups() -> list[str]:
    return list(picture((), 0, load_curriculum())["group"])


# ---- what is kept back -------------------------------------------------------------------------


def draw(counts: Counts, limits: Limits) -> tuple[int | None, ...] | None:
    """The people in each group over all teams, None for what is kept back; None if that is all.

    `counts` has a row for each team. The smallest figure goes first, of equal ones the later.
    """
    if not _are_enough_teams(counts, limits):
        return None
    columns = list(zip(*counts, strict=True))
    shown = [n for n, column in enumerate(columns) if is_enough(column, limits)]
    while shown:
        kept = [column for n, column in enumerate(columns) if n not in shown]
        together = [sum(row) for row in zip(*kept, strict=True)]
        if not kept or (len(kept) > 1 and is_enough(together, limits)):
            return tuple(sum(c) if n in shown else None for n, c in enumerate(columns))
        shown.remove(min(shown, key=lambda n: (sum(columns[n]), -n)))
    return None


def _are_enough_teams(counts: Counts, limits: Limits) -> bool:
    """One more than the limit: a leader may subtract the own one, and then it must still hold.

    And of five teams of which five must be in every figure, each would be known to be in each.
    """
    return len(counts) > limits.teams


def is_enough(by_team: Sequence[int], limits: Limits) -> bool:
    """Whether a figure made up of these parts, one of each team, may be told."""
    teams = sum(part > 0 for part in by_team)
    # Five people of five teams would be one of each, for whoever leads a sixth and has none of them.
    people = max(limits.people, limits.teams + 1)
    return sum(by_team) >= people and teams >= limits.teams
