"""YAML or JSON → plain values, each with its place; no types, no aliases, no tags.

Every scalar stays the text that was written, so that a level called `010` or `no` keeps its name.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any, TypeAlias

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

DEPTH_AT_MOST = 30
VALUES_AT_MOST = 50_000
YAML_CHARACTERS_AT_MOST = 200_000  # ten seconds at worst; a long real ladder has 50,000

_NULL = "tag:yaml.org,2002:null"
_DEEP = "It is nested too deeply to be a ladder."
_MANY = "It holds more than 50,000 values, which no ladder does."


@dataclass(frozen=True)
class Leaf:
    """One scalar, as text."""

    text: str
    place: str


@dataclass(frozen=True)
class Listing:
    """A list."""

    items: tuple[Value, ...]
    place: str


@dataclass(frozen=True)
class Mapping:
    """Keys and values in the file's order; a key may stand twice."""

    pairs: tuple[tuple[Leaf, Value], ...]
    place: str


Value: TypeAlias = Leaf | Listing | Mapping


class Unreadable(ValueError):
    """Why a file gives no values: `args` are the place and what is wrong."""

    def __init__(self, place: str, what: str) -> None:
        super().__init__(place, what)
        self.place, self.what = place, what


@dataclass
class _Count:
    """How many values there are so far: a bound for time and memory."""

    values: int = 0

    def one_more(self, depth: int) -> None:
        self.values += 1
        if depth > DEPTH_AT_MOST:
            raise Unreadable("", _DEEP)
        if self.values > VALUES_AT_MOST:
            raise Unreadable("", _MANY)


def json_values(text: str) -> Value:
    """The values of a JSON text, placed by their keys; raises Unreadable."""
    try:
        found = json.loads(
            text, object_pairs_hook=_Pairs, parse_int=str, parse_float=str, parse_constant=str
        )
    except json.JSONDecodeError as error:
        raise Unreadable(f"line {error.lineno}", f"This is not JSON ({error.msg}).") from error
    except (RecursionError, ValueError) as error:
        raise Unreadable("", _DEEP) from error
    return _from_json(found, "", 0, _Count())


class _Pairs(list[tuple[str, Any]]):
    """The pairs of a JSON object; a list, so that a key may stand twice."""


def _from_json(found: Any, place: str, depth: int, count: _Count) -> Value:
    count.one_more(depth)
    here = f"key {place}" if place else ""
    within = f"{place}." if place else ""
    if isinstance(found, _Pairs):
        pairs = [
            (Leaf(key, f"key {within}{key}"), _from_json(value, within + key, depth + 1, count))
            for key, value in found
        ]
        return Mapping(tuple(pairs), here)
    if isinstance(found, list):
        items = [
            _from_json(item, f"{within}{number}", depth + 1, count)
            for number, item in enumerate(found, 1)
        ]
        return Listing(tuple(items), here)
    if found is None or isinstance(found, bool):
        return Leaf({None: "", True: "yes", False: "no"}[found], here)
    return Leaf(str(found), here)


def yaml_values(text: str, first_line: int = 1) -> Value:
    """The values of a YAML text, placed by their lines; raises Unreadable."""
    if len(text) > YAML_CHARACTERS_AT_MOST:
        raise Unreadable("", "It is longer than 200,000 characters, which no ladder in YAML is.")
    if _deep_flow(text):  # each bracket costs the parser several calls
        raise Unreadable("", _DEEP)
    try:
        node: Node | None = YAML(typ="safe", pure=True).compose(text)
        if node is None:
            return Leaf("", "")
        return _from_yaml(node, 0, _Count(), set(), first_line)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = f"line {mark.line + first_line}" if mark else ""
        said = error.problem or error.context or "not readable"
        raise Unreadable(place, f"This is not YAML ({said}).") from error
    except RecursionError as error:
        raise Unreadable("", _DEEP) from error
    except (YAMLError, LookupError, AttributeError, AssertionError, TypeError, ValueError) as error:
        if isinstance(error, Unreadable):
            raise
        # ruamel.yaml has no mark for a few kinds of broken input, and stumbles over some.
        raise Unreadable("", "This is not YAML.") from error


def _deep_flow(text: str) -> bool:
    return bool(re.search(r"(?:[\[{]\s*){40}", text))


def _from_yaml(node: Node, depth: int, count: _Count, seen: set[int], first: int) -> Value:
    count.one_more(depth)
    place = f"line {node.start_mark.line + first}"
    if id(node) in seen:
        raise Unreadable(place, "An alias (*) stands here; write out what it repeats.")
    seen.add(id(node))
    if isinstance(node, MappingNode):
        pairs = []
        for key, value in node.value:
            if not isinstance(key, ScalarNode):
                where = f"line {key.start_mark.line + first}"
                raise Unreadable(where, "There is no simple key here.")
            at = f"line {key.start_mark.line + first}"
            name = Leaf(str(key.value), at)
            pairs.append((name, _from_yaml(value, depth + 1, count, seen, first)))
        return Mapping(tuple(pairs), place)
    if isinstance(node, SequenceNode):
        items = [_from_yaml(item, depth + 1, count, seen, first) for item in node.value]
        return Listing(tuple(items), place)
    return Leaf("" if node.tag == _NULL else str(node.value), place)
