"""Is this label the name of a level?

The rule: every word of the label is a word of seniority (junior, staff), of role (engineer,
developer) or a number or code (2, III, L3, IC4), and there is at least one of seniority or one
code; or the label opens with a code and a separator ("E4 - Payments wizard"). "Senior Engineer",
"D1 - Developer 1" and "4" are levels; "Staff development", "Code quality" and "Lead time" are not.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from workshop_kit.ladder_files.document import word_set

_SENIORITY = word_set(
    """intern internship trainee apprentice graduate grad entry junior jr associate mid middle
    midlevel midweight intermediate medior experienced senior snr sr lead staff principal
    distinguished fellow expert chief head director vp"""
)
_ROLE = word_set(
    "engineer developer programmer scientist analyst architect consultant specialist tester "
    "designer manager"
)
_MARK = word_set("level levels grade band tier step rung")
_AROUND = word_set(
    """software engineering technical tech technology team individual contributor frontend front
    backend back end full stack fullstack web mobile ios android cloud data platform security
    embedded systems system infrastructure network site reliability machine learning ml ai product
    quality assurance qa test member vice of the and plus very"""
)
_CODE = re.compile(r"[a-z]{1,4}\d{1,2}[a-z]?")
_NUMBER = re.compile(r"\d{1,2}|i{1,3}|iv|vi{0,3}|ix|x")
_OPENING_CODE = re.compile(
    r"(?:[A-Z]{1,4}\d{1,2}|(?:level|grade|band|tier)\s+\d{1,2})\s*(?:[-–—:|(/]|$)", re.IGNORECASE
)
_WORDS_AT_MOST = 9


def is_level(label: str) -> bool:
    """Whether the label, read alone, names a level."""
    words = re.findall(r"[^\W_]+", label.lower())
    if not 0 < len(words) <= _WORDS_AT_MOST:
        return False
    if _OPENING_CODE.match(label.strip()):
        return True
    kinds = {_kind(word) for word in words}
    if "unknown" in kinds:
        return False
    numbered = "number" in kinds and bool(kinds & {"role", "mark"} or len(words) == 1)
    return numbered or bool(kinds & {"seniority", "code"})


def is_role(label: str) -> bool:
    """Whether the label is a bare role ("Engineer"), which is a level where its neighbours are."""
    kinds = {_kind(word) for word in re.findall(r"[^\W_]+", label.lower())}
    return "role" in kinds and kinds <= {"role", "around"}


def levels_among(labels: Iterable[str]) -> frozenset[str]:
    """The labels that name levels; a bare role counts as soon as one of the others does."""
    labels = [label for label in labels if label]
    found = {label for label in labels if is_level(label)}
    return frozenset(found | {label for label in labels if found and is_role(label)})


def _kind(word: str) -> str:
    if word in _SENIORITY:
        return "seniority"
    if word in _ROLE:
        return "role"
    if word in _MARK:
        return "mark"
    if word in _AROUND:
        return "around"
    if _NUMBER.fullmatch(word):
        return "number"
    return "code" if _CODE.fullmatch(word) else "unknown"
