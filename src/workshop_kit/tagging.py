"""Statement → dimension: what it rewards, with the words that decided.

A first tagger, by phrases, that a reader can check by eye. Phrases stand in
`curriculum/phrases.yaml`. Where two overlap, the longer one counts. The dimension with most
phrases wins, and of equals the one whose phrase comes first, because a statement opens with what
it is about. With nothing found in the text the ladder's own heading is asked in the same way, and
with nothing there either the dimension is `other`.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from importlib.resources import files
from typing import NamedTuple, get_args

from ruamel.yaml import YAML

from workshop_kit.curriculum import DimensionSlug
from workshop_kit.model import Model

_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")


class Tag(Model):
    """What a statement rewards most; `phrases` are the words that decided, as they were written."""

    dimension: DimensionSlug
    phrases: tuple[str, ...] = ()


class _Hit(NamedTuple):
    start: int
    end: int
    dimension: DimensionSlug


def tag(text: str, heading: str = "") -> Tag:
    """What the statement rewards; the heading it stands under is asked only if the text is mute."""
    for source in (text, heading):
        if hits := _hits(source):
            dimension = _winner(hits)
            decided = (source[hit.start : hit.end] for hit in hits if hit.dimension == dimension)
            return Tag(dimension=dimension, phrases=tuple(dict.fromkeys(decided)))
    return Tag(dimension="other")


def _winner(hits: list[_Hit]) -> DimensionSlug:
    # A counter keeps the order of arrival, and max takes the first of equals.
    return max(Counter(hit.dimension for hit in hits).items(), key=lambda item: item[1])[0]


def _hits(text: str) -> list[_Hit]:
    """The phrases in the text from left to right; at each word the longest one, none twice."""
    words = list(_WORD.finditer(text))
    lowered = [word[0].lower().replace("’", "'") for word in words]
    hits, at = [], 0
    while at < len(words):
        found = _longest_at(lowered, at)
        if found:
            length, dimension = found
            hits.append(_Hit(words[at].start(), words[at + length - 1].end(), dimension))
        at += found[0] if found else 1
    return hits


def _longest_at(words: list[str], at: int) -> tuple[int, DimensionSlug] | None:
    best: tuple[int, DimensionSlug] | None = None
    for phrase, dimension in _phrases():
        here = words[at : at + len(phrase)]
        longer = best is None or len(phrase) > best[0]
        if longer and len(here) == len(phrase) and all(map(_matches, phrase, here)):
            best = (len(phrase), dimension)
    return best


def _matches(wanted: str, word: str) -> bool:
    return word.startswith(wanted[:-1]) if wanted.endswith("*") else word == wanted


@cache
def _phrases() -> tuple[tuple[tuple[str, ...], DimensionSlug], ...]:
    source = files("workshop_kit.curriculum").joinpath("phrases.yaml")
    listed = YAML(typ="safe").load(source.read_text(encoding="utf-8"))
    return tuple(
        (tuple(str(phrase).lower().split()), dimension)
        for dimension in get_args(DimensionSlug)
        for phrase in listed[dimension]
    )
