"""The ways through a branching script."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from workshop_kit import routes

LINE = {"a": ["b", "b"], "b": ["c", "d"], "c": [], "d": []}
LOOP = {"a": ["b", "c"], "b": ["a", "d"], "c": ["c", "c"], "d": []}


@st.composite
def graphs(draw: st.DrawFn) -> dict[str, list[str]]:
    """Any script of up to nine nodes; a target may be missing, and no end has to be there."""
    nodes = [f"n{number}" for number in range(draw(st.integers(1, 9)))]
    target = st.sampled_from([*nodes, "nowhere"])
    return {node: draw(st.lists(target, max_size=4)) for node in nodes}


def by_hand(targets: dict[str, list[str]], start: str) -> set[str]:
    """What can be reached, told in the plainest way."""
    reached = {start}
    while more := {t for n in reached for t in targets[n] if t in targets} - reached:
        reached |= more
    return reached


def test_minutes_are_those_of_the_sources_rates() -> None:
    assert routes.minutes_of(183, 0) == 1
    assert routes.minutes_of(0, 238) == 1
    assert routes.minutes_of(0, 0, 3) == 1


def test_a_node_that_no_way_leads_to_is_told() -> None:
    assert routes.unreachable({**LINE, "e": ["a"]}, "a") == ["e"]
    assert routes.unreachable(LINE, "no such node") == []


def test_a_node_without_a_way_to_an_end_is_told() -> None:
    assert routes.endless(LOOP, ["d"]) == ["c"]
    assert routes.endless(LINE, ["c", "d"]) == []


def test_without_an_end_every_node_is_endless() -> None:
    assert routes.endless(LINE, []) == list(LINE)
    assert routes.endless(LINE, ["no such node"]) == list(LINE)


def test_a_loop_is_told_with_all_of_its_nodes() -> None:
    assert routes.loops(LOOP) == [["a", "b"], ["c"]]
    assert routes.loops(LINE) == []


def test_the_longest_way_takes_each_loop_once() -> None:
    weight = {"a": 1.0, "b": 2.0, "c": 4.0, "d": 8.0}
    assert routes.longest(LINE, "a", weight) == 11
    assert routes.longest(LOOP, "a", weight) == 11


def test_paths_name_the_choice_at_each_node_and_the_end() -> None:
    assert list(routes.paths(LINE, "a")) == [
        [("a", first), ("b", second), (end, -1)]
        for first in (0, 1)
        for second, end in ((0, "c"), (1, "d"))
    ]


def test_no_path_goes_round_a_loop() -> None:
    assert list(routes.paths(LOOP, "a")) == [[("a", 0), ("b", 1), ("d", -1)]]


@given(graphs())
def test_reachability_is_what_walking_finds(targets: dict[str, list[str]]) -> None:
    reached = by_hand(targets, "n0")
    assert set(routes.unreachable(targets, "n0")) == set(targets) - reached


@given(graphs())
def test_from_every_node_that_is_not_endless_walking_finds_an_end(
    targets: dict[str, list[str]],
) -> None:
    ends = [node for node, afters in targets.items() if not afters]
    endless = set(routes.endless(targets, ends))
    assert endless == {node for node in targets if not by_hand(targets, node) & set(ends)}


@given(graphs())
def test_the_longest_way_is_no_shorter_than_any_path(targets: dict[str, list[str]]) -> None:
    weight = dict.fromkeys(targets, 1.0)
    longest = routes.longest(targets, "n0", weight)
    known = {node: [t for t in afters if t in targets] for node, afters in targets.items()}
    for number, path in enumerate(routes.paths(known, "n0")):
        assert len(path) <= longest
        assert len({node for node, _ in path}) == len(path)
        if number == 200:
            break
