"""Statement → dimension: what it rewards, how sure that is, and the words that decided.

A linear classifier over words, word stems and letter groups, trained on the project's own sentences
(`tools/tagger`, which also prints how well it does). It knows nothing but words: it has not met the
company, and a leader who disagrees is right. Everything runs offline, from one file in the package.
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Sequence
from functools import cache, lru_cache
from importlib.resources import files
from itertools import pairwise
from typing import NamedTuple, get_args

import numpy as np
from numpy.typing import NDArray

from workshop_kit.curriculum import DimensionSlug
from workshop_kit.model import Model

DIMENSIONS: tuple[DimensionSlug, ...] = get_args(DimensionSlug)
MODEL_FILE = "tagger.npz"
CLOSE = 0.4  # a second choice at least this likely, relative to the first, is worth showing
PHRASES_AT_MOST = 3
FEW_WORDS = 3
LOUD = 0.45  # a word decides if it speaks this much, relative to the one that speaks most

_TOKEN = re.compile(r"[a-z0-9+#]+(?:[-'/][a-z0-9+#]+)*")
_STOP = frozenset(
    [
        "the",
        "a",
        "an",
        "of",
        "to",
        "and",
        "in",
        "on",
        "for",
        "with",
        "that",
        "their",
        "they",
        "is",
        "are",
        "it",
        "its",
        "or",
        "by",
        "as",
        "at",
        "this",
        "be",
        "from",
        "so",
        "who",
        "which",
    ]
)
_ENDINGS = ("ations", "ation", "ingly", "ing", "ies", "ied", "ers", "er", "ed", "es", "ly", "s")


class Tag(Model):
    """What a statement rewards most.

    `confidence` is between 0 and 1; `second` the next choice where it is close, else None;
    `phrases` are the words that decided, as they were written, the weightiest first.
    """

    dimension: DimensionSlug
    confidence: float = 1.0
    second: DimensionSlug | None = None
    phrases: tuple[str, ...] = ()


# ---- what is seen in a text --------------------------------------------------------------------


def tokens(text: str) -> list[re.Match[str]]:
    """The words of a text in lower case, with their places (which are those in the text itself)."""
    lowered = text.lower()
    if len(lowered) != len(text):  # a few letters have a longer small form: keep those as they are
        lowered = "".join(c.lower() if len(c.lower()) == 1 else c for c in text)
    return list(_TOKEN.finditer(lowered.replace("’", "'")))


Feature = tuple[str, int, int]
"""Something seen in a text: its name, and the first and the last word that it covers."""


def word_features(words: Sequence[str]) -> list[Feature]:
    """Words, pairs of words, and the words that open the text."""
    found = [(word, i, i) for i, word in enumerate(words)]
    found += [(f"{words[i]} {words[i + 1]}", i, i + 1) for i in range(len(words) - 1)]
    if words:
        found.append((f"^{words[0]}", 0, 0))
        found.append(("^^" + " ".join(words[:2]), 0, min(1, len(words) - 1)))
    return found


def stem_features(words: Sequence[str]) -> list[Feature]:
    """Stems and pairs of stems, without the small words, and the stem that opens the text."""
    stems = [(_stem(word), i) for i, word in enumerate(words) if word not in _STOP]
    found = [(f"~{stem}", i, i) for stem, i in stems]
    found += [(f"~{a} {b}", i, j) for (a, i), (b, j) in pairwise(stems)]
    if stems:
        found.append((f"~^{stems[0][0]}", stems[0][1], stems[0][1]))
    return found


def letter_features(words: Sequence[str]) -> list[Feature]:
    """Groups of 3 to 6 letters in each word."""
    return [(group, i, i) for i, word in enumerate(words) for group in _groups(word)]


BLOCKS = (word_features, stem_features, letter_features)


@lru_cache(20_000)
def _stem(word: str) -> str:
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[: -len(ending)]
    return word


@lru_cache(20_000)
def _groups(word: str) -> tuple[str, ...]:
    """Groups of letters, written with a mark that keeps them apart from words."""
    padded = f" {word} "
    return tuple(
        "\x01" + padded[i : i + size]
        for size in range(3, 7)
        for i in range(max(1, len(padded) - size + 1))
    )


# ---- what it says ------------------------------------------------------------------------------


class _Weights(NamedTuple):
    places: dict[str, int]
    idf: NDArray[np.float32]
    weights: NDArray[np.float32]
    intercept: NDArray[np.float32]
    temperature: float


@cache
def _weights() -> _Weights:
    data = np.load(io.BytesIO(files("workshop_kit").joinpath(MODEL_FILE).read_bytes()))
    names = json.loads(bytes(data["names"]).decode())
    return _Weights(
        {name: place for place, name in enumerate(names)},
        data["idf"].astype(np.float32),
        data["weights"].astype(np.float32),
        data["intercept"].astype(np.float32),
        float(data["temperature"]),
    )


class _Seen(NamedTuple):
    """The known features of a text: place in the model, weight (tf-idf), first and last word."""

    places: NDArray[np.intp]
    values: NDArray[np.float32]
    first: NDArray[np.intp]
    last: NDArray[np.intp]


@lru_cache(4_000)
def tag(text: str, heading: str = "") -> Tag:
    """What the statement rewards. A heading is read along where the text has three words or fewer."""
    found = tokens(text)
    words = [word[0] for word in found]
    before = [word[0] for word in tokens(heading)] if len(words) <= FEW_WORDS else []
    seen = _look([*before, *words])
    likely = _likelihoods(seen)
    ranked = sorted(range(len(DIMENSIONS)), key=lambda i: -likely[i])
    best, runner_up = ranked[0], ranked[1]
    if not len(seen.places):
        return Tag(dimension="other", confidence=round(likely[DIMENSIONS.index("other")], 3))
    close = likely[runner_up] >= CLOSE * likely[best]
    return Tag(
        dimension=DIMENSIONS[best],
        confidence=round(likely[best], 3),
        second=DIMENSIONS[runner_up] if close else None,
        phrases=_phrases(text, found, _speaking(seen, best, len(before), len(words))),
    )


def _look(words: Sequence[str]) -> _Seen:
    known = _weights().places
    blocks = []
    for block in (word_features, stem_features):
        if seen := [(known[f[0]], f[1], f[2]) for f in block(words) if f[0] in known]:
            places, first, last = np.array(seen, np.intp).T
            blocks.append(_weigh(places, first, last))
    letters = [_letter_places(word) for word in words]
    if any(map(len, letters)):
        at = np.repeat(np.arange(len(words)), [len(places) for places in letters])
        blocks.append(_weigh(np.concatenate(letters), at, at))
    if not blocks:
        none = np.empty(0, np.intp)
        return _Seen(none, np.empty(0, np.float32), none, none)
    return _Seen(*map(np.concatenate, zip(*blocks, strict=True)))


@lru_cache(20_000)
def _letter_places(word: str) -> NDArray[np.intp]:
    """The places of `letter_features`, kept for each word, since words come again and again."""
    known = _weights().places
    return np.array([known[group] for group in _groups(word) if group in known], np.intp)


def _weigh(places: NDArray[np.intp], first: NDArray[np.intp], last: NDArray[np.intp]) -> _Seen:
    """The features of a block with tf-idf weights; over all of the block their length is 1."""
    idf = _weights().idf
    if len(set(places.tolist())) == len(places):  # as a rule no pair of words comes twice
        weights = idf[places]
        return _Seen(places, weights / np.sqrt(weights @ weights), first, last)
    once, back, counts = np.unique(places, return_inverse=True, return_counts=True)
    weights = (1 + np.log(counts)) * idf[once]
    values = weights / np.sqrt(weights @ weights) / counts
    return _Seen(places, values[back].astype(np.float32), first, last)


def _likelihoods(seen: _Seen) -> list[float]:
    model = _weights()
    scores = model.intercept + seen.values @ model.weights[seen.places]
    powers = np.exp(model.temperature * (scores - scores.max()))
    shares: list[float] = (powers / powers.sum()).tolist()
    return shares


def _speaking(seen: _Seen, best: int, before: int, count: int) -> list[float]:
    """How much each word of the text speaks for the winner; those of the heading are left out."""
    part = seen.values * _weights().weights[seen.places, best] / 2
    total = before + count
    share = np.bincount(seen.first, part, total) + np.bincount(seen.last, part, total)
    spoken: list[float] = share[before:].tolist()
    return spoken


def _phrases(
    text: str, found: Sequence[re.Match[str]], speaking: Sequence[float]
) -> tuple[str, ...]:
    """The words that spoke for the winner, neighbours joined, the weightiest first."""
    full = [place for place, word in enumerate(found) if word[0] not in _STOP]
    strongest = max((speaking[place] for place in full), default=0.0)
    chosen = [p for p in full if strongest > 0 and speaking[p] >= LOUD * strongest]
    runs: list[list[int]] = []
    for place in chosen:
        if runs and all(found[p][0] in _STOP for p in range(runs[-1][-1] + 1, place)):
            runs[-1].append(place)
        else:
            runs.append([place])
    runs.sort(key=lambda run: -sum(speaking[place] for place in run))
    return tuple(
        text[found[run[0]].start() : found[run[-1]].end()] for run in runs[:PHRASES_AT_MOST]
    )
