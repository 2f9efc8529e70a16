"""The one picture of all teams: what it tells, what it keeps back, and attempts to work out the rest."""

from __future__ import annotations

import datetime
import itertools
import random
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import JsonValue

from tests.conftest import TinyEvent, make_tiny_event
from workshop_kit import Workbook
from workshop_kit.checks import check_answers
from workshop_kit.content import load_curriculum
from workshop_kit.errors import InputError, StoreError
from workshop_kit.event import EventFolder
from workshop_kit.exchange import import_survey
from workshop_kit.forms import Keeping
from workshop_kit.forms.keeping import Limits, fix_limits, fixed_limits
from workshop_kit.privacy import Picture, Withheld, draw, preview, release, released
from workshop_kit.store import Store, open_store

SIGNALS = {s.slug: [signal.id for signal in s.signals] for s in load_curriculum().stages}
STAGES = list(SIGNALS)
GROUPS = [*(f"Signals of {stage.name}" for stage in load_curriculum().stages)]
GROUPS += ["Mixed or moving", "Not enough evidence"]
FIVE_OF_THREE = Limits(people=5, teams=3)

Event = list[list[int]]  # for each team, how many people are in each group


def person(group: int) -> JsonValue:
    """What a leader gives about somebody who then counts in that group."""
    stage, days = STAGES[group] if group < len(STAGES) else STAGES[0], ("2027-03-01", "2027-03-02")
    seen = [{"signal": one, "when": d} for one, d in zip(SIGNALS[stage], days, strict=False)]
    evidence = "some" if group < len(STAGES) else "mixed" if group == len(STAGES) else "not-enough"
    return {"fields": {"signals": {"seen": seen}, "evidence": {"chosen": [evidence], "other": ""}}}


def write_teams(event: TinyEvent, sizes: Sequence[int]) -> EventFolder:
    rows = [f"Team {n},Leader {n},{size},one.md" for n, size in enumerate(sizes, 1)]
    text = "\n".join(["team,leader,size,ladder", *rows])
    (event.path / "teams.csv").write_text(f"{text}\n", encoding="utf-8")
    return event.load()


def save(store: Store, team: str, groups: Sequence[int | None]) -> None:
    """The map of a team's leader: the group of P1, P2 …; None takes somebody off it."""
    for number, group in enumerate(groups, 1):
        store.save(
            participant="leader",
            team=team,
            activity="stage-mapping",
            question=f"people/P{number}",
            value=None if group is None else person(group),
        )


@pytest.fixture
def room(tmp_path: Path) -> Callable[..., tuple[EventFolder, Store]]:
    """An event of teams whose leaders have mapped these people, by group."""

    def make(*teams: Sequence[int]) -> tuple[EventFolder, Store]:
        folder = write_teams(
            make_tiny_event(tmp_path / "event", "Any"), [max(len(t), 1) for t in teams]
        )
        store = open_store(folder.path)
        for team, groups in zip(folder.teams, teams, strict=True):
            save(store, team.slug, groups)
        return folder, store

    return make


# ---- what is told ------------------------------------------------------------------------------


def test_a_group_with_enough_people_of_enough_teams_is_told() -> None:
    counts = [[3, 1, 1], [3, 1, 0], [3, 0, 1], [3, 1, 1]]
    assert draw(counts, FIVE_OF_THREE) == (12, None, None)


def test_a_group_of_many_people_from_two_teams_is_kept_back() -> None:
    counts = [[3, 6, 1], [3, 6, 1], [3, 0, 1], [3, 0, 2]]
    assert draw(counts, FIVE_OF_THREE) == (12, None, None)


def test_a_group_with_nobody_looks_like_one_with_a_few() -> None:
    with_a_few = [[3, 2, 1, 1], *[[3, 2, 1, 0]] * 3]
    with_nobody = [[3, 2, 2, 0], *[[3, 2, 1, 0]] * 3]
    assert draw(with_a_few, FIVE_OF_THREE) == (12, 8, None, None)
    assert draw(with_nobody, FIVE_OF_THREE) == (12, 8, None, None)


def test_what_is_kept_back_never_stands_alone() -> None:
    # The first two are large; the third alone would be the total less those two.
    assert draw([[3, 3, 1], [3, 3, 1], [3, 3, 0], [3, 4, 0]], FIVE_OF_THREE) is not None
    assert draw([[3, 3, 1], [3, 3, 1], [3, 3, 0], [3, 4, 0]], FIVE_OF_THREE) == (None, 13, None)


def test_of_equal_groups_the_later_is_kept_back() -> None:
    assert draw([[3, 3, 0]] * 4, FIVE_OF_THREE) == (12, None, None)


def test_one_person_of_each_team_is_kept_back() -> None:
    counts = [[0, 5, 0, 1], *[[1, 4, 1, 0]] * 5]
    assert draw(counts, Limits(people=5, teams=5)) == (None, 25, None, None)


def test_nothing_is_told_of_no_more_teams_than_every_figure_needs() -> None:
    # Each of the three people of the first team would be known to be in another group.
    counts = [[1, 1, 1], [1, 2, 1], [1, 1, 1], [1, 5, 1], [3, 5, 2]]
    assert draw(counts, Limits(people=5, teams=5)) is None
    assert draw([*counts, [1, 1, 1]], Limits(people=5, teams=5)) is not None


def test_nothing_is_told_where_all_are_alike() -> None:
    assert draw([[9, 0, 0]] * 6, FIVE_OF_THREE) is None


def test_nothing_is_told_where_nearly_all_are_alike() -> None:
    assert draw([[9, 1, 0], *[[9, 0, 0]] * 5], FIVE_OF_THREE) is None


def test_everybody_in_the_picture_is_counted_once(
    room: Callable[..., tuple[EventFolder, Store]],
) -> None:
    folder, store = room([2, 2, 2, 1], [2, 2, 6], [2, 2, 1], [2, 2, 6, 6])
    found = release(folder, store)
    assert isinstance(found, Picture)
    assert {group: n for group, n in found.people.items() if n} == {"Signals of Anxiety": 9}
    assert list(found.people) == GROUPS


def test_the_picture_has_a_frame_and_words(room: Callable[..., tuple[EventFolder, Store]]) -> None:
    found = release(*room([2, 2, 6, 1], [2, 2, 6], [2, 2, 6], [2, 2, 6]))
    assert isinstance(found, Picture)
    assert found.frame["people"].tolist().count(None) == 6
    assert list(found.frame["group"]) == GROUPS
    said = " ".join(found.words)
    assert "Signals of Anxiety: 8 people." in said
    assert "at least 5 people in at least 3 teams" in said
    assert "Kept back: Signals of Dismissal; " in said


# ---- who takes part ----------------------------------------------------------------------------


def test_three_teams_are_too_few_since_a_leader_can_take_the_own_one_away(
    room: Callable[..., tuple[EventFolder, Store]],
) -> None:
    found = release(*room(*[[2, 2, 2, 6, 6]] * 3))
    assert isinstance(found, Withheld)
    assert not found.final
    assert "at least 5 people in at least 3 teams, besides" in found.reason


def test_too_few_is_said_again_when_there_are_enough(
    room: Callable[..., tuple[EventFolder, Store]],
) -> None:
    folder, store = room(*[[2, 2, 2, 6, 6]] * 3, [6, 6, 6])
    save(store, folder.teams[3].slug, [None, None, None])
    assert isinstance(release(folder, store), Withheld)
    save(store, folder.teams[3].slug, [2, 6, 6])
    assert isinstance(release(folder, store), Picture)


def test_a_team_of_two_is_not_counted(room: Callable[..., tuple[EventFolder, Store]]) -> None:
    found = release(*room(*[[2, 2, 2, 6, 6]] * 3, [2, 6]))
    assert isinstance(found, Withheld)


def test_only_what_a_leader_has_written_is_counted(
    room: Callable[..., tuple[EventFolder, Store]],
) -> None:
    folder, store = room(*[[2, 2, 6, 6]] * 4)
    store.save(
        participant="somebody",
        team=folder.teams[0].slug,
        activity="stage-mapping",
        question="people/P9",
        value=person(2),
    )
    found = release(folder, store)
    assert isinstance(found, Picture)
    assert sum(n or 0 for n in found.people.values()) == 8


# ---- once --------------------------------------------------------------------------------------


def test_a_picture_is_drawn_once(room: Callable[..., tuple[EventFolder, Store]]) -> None:
    folder, store = room(*[[2, 2, 6, 6]] * 5)
    assert released(store) is None
    first = release(folder, store)
    save(store, folder.teams[0].slug, [0, 0, 0, 0])
    assert release(folder, store) == first == released(store)


def test_that_there_is_none_is_decided_once_too(
    room: Callable[..., tuple[EventFolder, Store]],
) -> None:
    folder, store = room(*[[2, 2, 2]] * 5)
    first = release(folder, store)
    assert isinstance(first, Withheld)
    assert first.final
    for team in folder.teams:
        save(store, team.slug, [2, 6, 6])
    assert release(folder, store) == first
    assert released(store) is None


def test_a_preview_fixes_nothing(room: Callable[..., tuple[EventFolder, Store]]) -> None:
    folder, store = room(*[[2, 2, 6, 6]] * 5)
    assert isinstance(preview(folder, store), Picture)
    assert released(store) is None
    assert fixed_limits(store) is None


def test_a_picture_that_was_changed_in_the_database_is_refused(
    room: Callable[..., tuple[EventFolder, Store]],
) -> None:
    folder, store = room([2, 2, 2])
    store.fix("picture", {"picture": {"people": {"Signals of Anxiety": "all"}}})
    with pytest.raises(StoreError, match="was changed in the database"):
        release(folder, store)


def test_of_answers_that_have_expired_no_picture_is_drawn(
    room: Callable[..., tuple[EventFolder, Store]],
) -> None:
    folder, store = room(*[[2, 2, 6, 6]] * 5)
    past = {"date": datetime.date(2024, 3, 18), "fictional": False}
    over = folder.model_copy(update={"event": folder.event.model_copy(update=past)})
    with pytest.raises(InputError, match="were to be kept until 16 June 2024"):
        release(over, store)
    first = release(folder, store)
    assert release(over, store) == first


# ---- limits ------------------------------------------------------------------------------------


def set_limits(event: Path, people: int, teams: int) -> None:
    with (event / "event.yaml").open("a", encoding="utf-8") as file:
        file.write(f"privacy:\n  people: {people}\n  teams: {teams}\n")


def test_the_first_save_fixes_the_limits(tiny_event: Callable[..., TinyEvent]) -> None:
    folder = tiny_event("Quokka").load()
    with open_store(folder.path) as store:
        keeping = Keeping(store, "leader", "quokka", "stage-mapping", Limits(people=7, teams=4))
        assert fixed_limits(store) is None
        keeping.save("own-work", {"text": "A plan."}, None, "laptop")
        assert fixed_limits(store) == Limits(people=7, teams=4)


def test_an_answer_on_a_teams_pages_fixes_the_limits_of_the_event(
    tiny_event: Callable[..., TinyEvent],
) -> None:
    event = tiny_event("Quokka")
    set_limits(event.path, 9, 4)
    form = Workbook(event.path, "quokka").form("stage-mapping", "yourself")
    form.keeping.save("own-work", {"text": "A plan."}, None, "laptop")
    with open_store(event.path) as store:
        assert fixed_limits(store) == Limits(people=9, teams=4)


def test_an_import_fixes_the_limits(tiny_event: Callable[..., TinyEvent], tmp_path: Path) -> None:
    event = tiny_event("Quokka")
    set_limits(event.path, 9, 4)
    (tmp_path / "survey.csv").write_text("Team,Norm\nQuokka,I ask first.\n", encoding="utf-8")
    mapping = (
        "activity: psychological-safety\nteam:\n  column: Team\nquestions:\n  norm-one: Norm\n"
    )
    (tmp_path / "mapping.yaml").write_text(mapping, encoding="utf-8")
    import_survey(event.load(), tmp_path / "survey.csv", tmp_path / "mapping.yaml")
    with open_store(event.path) as store:
        assert fixed_limits(store) == Limits(people=9, teams=4)


@pytest.mark.parametrize(("people", "teams"), [(5, 3), (9, 5)])
def test_limits_that_changed_after_the_first_answer_are_an_error(
    tiny_event: Callable[..., TinyEvent], people: int, teams: int
) -> None:
    event = tiny_event("Quokka")
    set_limits(event.path, people, teams)
    folder = event.load()
    with open_store(folder.path) as store:
        fix_limits(store, Limits(people=7, teams=4))
    found = check_answers(folder)
    assert [(p.place, p.severity) for p in found] == [
        ("key privacy.people", "error"),
        ("key privacy.teams", "error"),
    ]
    assert "Write people: 7 again." in found[0].fix
    assert "Write teams: 4 again." in found[1].fix


def test_too_few_for_a_picture_fixes_no_limits_either(
    room: Callable[..., tuple[EventFolder, Store]],
) -> None:
    folder, store = room(*[[2, 2, 6, 6]] * 3)
    assert isinstance(release(folder, store), Withheld)
    assert fixed_limits(store) is None


def test_limits_that_are_as_before_are_no_problem(tiny_event: Callable[..., TinyEvent]) -> None:
    folder = tiny_event("Quokka").load()
    with open_store(folder.path) as store:
        fix_limits(store, FIVE_OF_THREE)
    assert check_answers(folder) == ()


def test_the_fixed_limits_count_whatever_the_event_says_now(
    room: Callable[..., tuple[EventFolder, Store]],
) -> None:
    folder, store = room(*[[2, 2, 6, 6]] * 5)
    fix_limits(store, Limits(people=11, teams=4))
    found = release(folder, store)  # 10 people in either group
    assert isinstance(found, Withheld)


# ---- attempts ----------------------------------------------------------------------------------


def test_whoever_knows_all_sizes_and_all_rules_can_work_out_no_count_of_a_team() -> None:
    """Every event of a few small teams: those that are published alike differ in every count."""
    for sizes in [(3, 3, 3, 3), (4, 3, 3, 3), (6, 3, 3, 3)]:
        for events in published_alike(sizes, groups=3).values():
            assert determined(events) == []


def test_the_audit_finds_what_a_rule_on_people_alone_gives_away(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The attempt has teeth: without the rules on teams there is something to be found."""
    monkeypatch.setattr("workshop_kit.privacy.is_enough", lambda part, _: sum(part) >= 5)
    monkeypatch.setattr("workshop_kit.privacy._are_enough_teams", lambda *_: True)
    leaks = [determined(events) for events in published_alike((8, 3, 3), groups=3).values()]
    assert any(leaks)


def published_alike(sizes: Sequence[int], groups: int) -> dict[tuple[int | None, ...], list[Event]]:
    """All events of teams of these sizes, by what is published of them."""
    alike = defaultdict(list)
    for teams in itertools.product(*(list(spread(size, groups)) for size in sizes)):
        if (told := draw(teams, FIVE_OF_THREE)) is not None:
            alike[told].append([list(team) for team in teams])
    return alike


def spread(people: int, groups: int) -> Iterator[tuple[int, ...]]:
    """Every way in which so many people can be in so many groups."""
    if groups == 1:
        yield (people,)
        return
    for first in range(people + 1):
        for rest in spread(people - first, groups - 1):
            yield (first, *rest)


def determined(events: Sequence[Event]) -> list[str]:
    """What is the same in all of these events and was not told: a team's count, or a group's."""
    first = events[0]
    told = draw(first, FIVE_OF_THREE)
    assert told is not None
    same = [
        f"team {t}, group {g}"
        for t, team in enumerate(first)
        for g, count in enumerate(team)
        if all(event[t][g] == count for event in events)
    ]
    sums = [{sum(team[g] for team in event) for event in events} for g in range(len(told))]
    return same + [f"group {g}" for g, n in enumerate(told) if n is None and len(sums[g]) == 1]


@st.composite
def events(draw_from: st.DrawFn, least: int = 4) -> Event:
    """Teams of 3 to 12 people; in some events most are in one or two groups."""
    weights = draw_from(st.lists(st.integers(0, 9), min_size=7, max_size=7).filter(any))
    rng = random.Random(draw_from(st.integers(0, 2**32)))
    teams = []
    for size in draw_from(st.lists(st.integers(3, 12), min_size=least, max_size=12)):
        groups = rng.choices(range(7), weights, k=size)
        teams.append([groups.count(g) for g in range(7)])
    return teams


LIMITS = st.builds(Limits, people=st.integers(5, 8), teams=st.integers(3, 5))


@settings(max_examples=60, deadline=None)
@given(events(), LIMITS)
def test_no_count_of_any_team_follows_from_a_picture(event: Event, limits: Limits) -> None:
    """For each count of each team there is another event that is told in the very same words."""
    if draw(event, limits) is not None:
        assert still_open(event, limits) == set()


def test_no_leader_of_four_alike_teams_finds_a_count_of_another_by_subtraction() -> None:
    for alike in published_alike((3, 3, 3, 3), groups=3).values():
        by_own = defaultdict(list)
        for event in alike:
            by_own[tuple(event[0])].append(event)
        for known in by_own.values():
            assert [found for found in determined(known) if found.startswith(OTHER_TEAMS)] == []


OTHER_TEAMS = ("team 1", "team 2", "team 3")


def still_open(event: Event, limits: Limits, known: Collection[int] = ()) -> set[tuple[int, int]]:
    """The (team, group) for which no other event was found that is published alike.

    A walk through events of the same sizes whose figures are the same: somebody changes the group,
    and where a figure would change somebody of another team makes up for it. `known` teams stay.
    """
    told = draw(event, limits)
    assert told is not None
    groups, rng = range(len(told)), random.Random(0)
    kept = [g for g in groups if told[g] is None]
    others = [t for t in range(len(event)) if t not in known]
    left = {(t, g) for t in others for g in groups}
    now, again = [], 0
    for step in range(60_000):
        if not left:
            break
        if step == again:
            now, again = [list(team) for team in event], step + rng.choice((3, 10, 40, 150))
        one, to = rng.choice(others), rng.choice(groups)
        frm = rng.choice([g for g in groups if now[one][g]])
        alone = rng.random() < 0.25 and frm in kept and to in kept
        if not alone:
            free = rng.random() < 0.5
            back = rng.choice(kept) if free and frm in kept else frm
            outs = kept if free and to in kept else [to]
            makes_up = [(t, g) for t in others if t != one for g in outs if now[t][g]]
            if not makes_up:
                continue
            other, out = rng.choice(makes_up)
            now[other][out] -= 1
            now[other][back] += 1
        now[one][frm] -= 1
        now[one][to] += 1
        if any(now[t][g] != event[t][g] for t, g in left) and draw(now, limits) == told:
            left = {(t, g) for t, g in left if now[t][g] == event[t][g]}
    return left


def test_two_pictures_drawn_one_after_the_other_would_give_a_team_away() -> None:
    """Why it is drawn once: the difference is the team that came in between."""
    before = [[3, 2, 1], [3, 2, 1], [3, 2, 1], [3, 2, 1]]
    one, two = draw(before, FIVE_OF_THREE), draw([*before, [2, 1, 0]], FIVE_OF_THREE)
    assert one is not None
    assert two is not None
    assert [b - a for a, b in zip(one, two, strict=True) if a is not None and b is not None] == [2]


maps = st.lists(st.integers(0, 6), min_size=1, max_size=4)
changed = st.lists(st.none() | st.integers(0, 6), max_size=4)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.lists(maps, min_size=4, max_size=8),
    st.lists(st.tuples(st.integers(0, 6), changed), max_size=4),
    st.tuples(st.integers(5, 8), st.integers(3, 4)),
)
def test_no_two_reports_differ_whatever_happens_between_them(
    tmp_path_factory: pytest.TempPathFactory,
    teams: list[list[int]],
    changes: list[tuple[int, list[int | None]]],
    limits: tuple[int, int],
) -> None:
    """What does not differ can't be subtracted, by whoever knows all teams but one, or all people."""
    home = tmp_path_factory.mktemp("two") / "event"
    event = make_tiny_event(home, "Any")
    set_limits(home, *limits)
    folder = write_teams(event, [*[4] * len(teams), 4])  # the last has not begun
    with open_store(home) as store:
        for team, groups in zip(folder.teams, teams, strict=False):
            save(store, team.slug, groups)
        first = release(folder, store)
        for number, groups in changes:
            save(store, folder.teams[number % len(folder.teams)].slug, groups)
        (home / "event.yaml").write_text(
            (home / "event.yaml").read_text().replace(f"people: {limits[0]}", "people: 5")
        )
        second = release(event.load(), store)
    if isinstance(first, Picture) or first.final:
        assert second.model_dump_json() == first.model_dump_json()
    else:  # nothing was told but that few teams had begun
        assert str(limits[0]) in first.reason
