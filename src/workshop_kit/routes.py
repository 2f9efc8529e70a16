"""The ways through a branching script: what can be reached, what ends, how long it takes.

A script is given as its `targets`: for each node the nodes that its choices lead to, and none for
an end. Targets that do not exist are passed over; nothing here raises for a graph of any shape, and
all but `paths` take time in proportion to nodes and choices.

Minutes are an estimate, so that no script grows past what a rehearsal has room for: aloud at 183
and silently at 238 words a minute (Brysbaert 2019, Journal of Memory and Language 109, means for
English), and 20 seconds to make up one's mind at each choice, which is our own assumption.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import networkx as nx

ALOUD, SILENTLY = 183, 238  # words a minute
TO_CHOOSE = 20 / 60  # minutes

Targets = Mapping[str, Sequence[str]]


def minutes_of(aloud: int, silently: int, choices: int = 0) -> float:
    """Minutes for so many words said aloud and read silently, and so many choices made."""
    return aloud / ALOUD + silently / SILENTLY + choices * TO_CHOOSE


def turns(targets: Targets, start: str) -> dict[str, int]:
    """After how many choices each node can first be reached; what can't be is not in it."""
    graph = _graph(targets)
    return dict(nx.single_source_shortest_path_length(graph, start)) if start in graph else {}


def unreachable(targets: Targets, start: str) -> list[str]:
    """The nodes that no way from `start` comes to, in their order; none where there is no start."""
    reached = turns(targets, start)
    return [node for node in targets if reached and node not in reached]


def endless(targets: Targets, ends: Sequence[str]) -> list[str]:
    """The nodes from which no end can be reached, in their order."""
    graph = _graph(targets).reverse(copy=False)
    known = [end for end in ends if end in graph]
    saved = {node for layer in nx.bfs_layers(graph, known) for node in layer}
    return [node for node in targets if node not in saved]


def loops(targets: Targets) -> list[list[str]]:
    """The sets of nodes that lead round to each other, each in the order of the script."""
    graph = _graph(targets)
    order = {node: number for number, node in enumerate(targets)}
    found = [
        sorted(part, key=order.__getitem__)
        for part in nx.strongly_connected_components(graph)
        if len(part) > 1 or graph.has_edge(*(list(part) * 2))
    ]
    return sorted(found, key=lambda part: order[part[0]])


def longest(targets: Targets, start: str, weight: Mapping[str, float]) -> float:
    """The weight of the heaviest way from `start`, each loop gone through once."""
    graph = _graph(targets)
    if start not in graph:
        return 0.0
    whole = nx.condensation(graph)
    heaviest: dict[int, float] = {}
    for part in reversed(list(nx.topological_sort(whole))):
        own = sum(weight.get(node, 0.0) for node in whole.nodes[part]["members"])
        heaviest[part] = own + max((heaviest[after] for after in whole.successors(part)), default=0)
    return heaviest[whole.graph["mapping"][start]]


def paths(targets: Targets, start: str) -> Iterator[list[tuple[str, int]]]:
    """Every way from `start` to an end that comes to no node twice: (node, number of the choice)
    for each choice made, then (end, -1). There may be very many; it is for scripts that were checked.
    """
    waiting: list[list[tuple[str, int]]] = [[(start, -1)]]
    while waiting:
        way = waiting.pop()
        node = way[-1][0]
        if not targets[node]:
            yield way
        been = {step[0] for step in way}
        for number, after in reversed(list(enumerate(targets[node]))):
            if after in targets and after not in been:
                waiting.append([*way[:-1], (node, number), (after, -1)])


def _graph(targets: Targets) -> Any:
    graph = nx.DiGraph()
    graph.add_nodes_from(targets)
    graph.add_edges_from(
        (node, after) for node, afters in targets.items() for after in afters if after in targets
    )
    return graph
