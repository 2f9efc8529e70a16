"""Two ladders side by side: what was kept, moved, reworded, added and dropped, and what each pays for.

Statements are aligned by their words: the most alike pairs first, each statement at most once.
Likeness is the share of common words weighted by their length (Dice's coefficient over words,
L. R. Dice, 1945); below `ALIKE` two statements count as different ones, unless both ladders have
the same levels line for line: then what stands in a line's place is what became of it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import pandas as pd

from workshop_kit.curriculum import DimensionSlug
from workshop_kit.ladder import Ladder, Statement
from workshop_kit.tagging import Tag

ALIKE = 0.5
Kind = Literal["kept", "moved", "reworded", "new", "gone"]
_WORD = re.compile(r"[^\W_]+[+#]*")  # C++ and C# are words
_AI = re.compile(
    r"\b(AI|LLMs?|GPT|copilots?|assistants?|agents?|prompt(s|ing)?|generated code|machine-generated)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Change:
    """What became of a statement. `before` is None for a new one, `after` for one that is gone.

    "moved" is the same text at another level; "reworded" is another text in the line's place, or
    one at least half alike, wherever it stands. `likeness` is between 0 and 1.
    """

    kind: Kind
    before: Statement | None
    after: Statement | None
    likeness: float = 0.0


def compare(before: Ladder, after: Ladder) -> tuple[Change, ...]:
    """Every statement of both ladders once: first those of `after` in its order, then what is gone."""
    partner = _pairs(before.statements, after.statements)
    changes = []
    for index, statement in enumerate(after.statements):
        if index in partner:
            origin, likeness = partner[index]
            old = before.statements[origin]
            changes.append(Change(_kind(old, statement), old, statement, likeness))
        else:
            changes.append(Change("new", None, statement))
    used = {origin for origin, _ in partner.values()}
    gone = (s for index, s in enumerate(before.statements) if index not in used)
    return (*changes, *(Change("gone", statement, None) for statement in gone))


def _kind(before: Statement, after: Statement) -> Kind:
    if _plain(before) != _plain(after):
        return "reworded"
    return "kept" if before.level == after.level else "moved"


def _pairs(before: Sequence[Statement], after: Sequence[Statement]) -> dict[int, tuple[int, float]]:
    """Index in `after` → (index in `before`, likeness)."""
    old, new = [_weights(s) for s in before], [_weights(s) for s in after]
    found = []
    for i, left in enumerate(old):
        for j, right in enumerate(new):
            likeness = _likeness(left, right) if left else float(before[i].text == after[j].text)
            if likeness >= ALIKE:
                elsewhere = before[i].level != after[j].level
                found.append((-likeness, elsewhere, abs(i - j), i, j))
    partner: dict[int, tuple[int, float]] = {}
    taken: set[int] = set()
    for minus, _, _, i, j in sorted(found):
        if i not in taken and j not in partner:
            taken.add(i)
            partner[j] = (i, -minus)
    if [s.level for s in before] == [s.level for s in after]:
        # The same ladder, line for line: what stands in a line's place is what became of it.
        for i in range(len(before)):
            if i not in taken and i not in partner:
                partner[i] = (i, _likeness(old[i], new[i]))
    return partner


def _plain(statement: Statement) -> list[str]:
    return [word.lower() for word in _WORD.findall(statement.text)]


def _weights(statement: Statement) -> Counter[str]:
    """Each word as often as it has letters, so that "of" matters less than "architecture"."""
    weights: Counter[str] = Counter()
    for word in _plain(statement):
        weights[word] += len(word)
    return weights


def _likeness(left: Counter[str], right: Counter[str]) -> float:
    both = left.total() + right.total()
    return 2 * (left & right).total() / both if both else 0.0


# ---- what each pays for ------------------------------------------------------------------------


def coverage(ladder: Ladder, tags: Sequence[Tag]) -> pd.DataFrame:
    """A row for each level and dimension, in the ladder's and the codebook's order.

    Columns: `level`, `dimension` (a slug), `statements` (a count), `share` (of the level's
    statements, 0 to 1).
    """
    rows = []
    for level in ladder.levels:
        pairs = zip(ladder.statements, tags, strict=True)
        found = Counter(tag.dimension for statement, tag in pairs if statement.level == level)
        for dimension in get_args(DimensionSlug):
            rows.append((level, dimension, found[dimension], found[dimension] / found.total()))
    return pd.DataFrame(rows, columns=["level", "dimension", "statements", "share"])


def share(tags: Sequence[Tag], dimension: DimensionSlug) -> float:
    """The part of all statements that rewards the dimension, 0 to 1."""
    return sum(tag.dimension == dimension for tag in tags) / len(tags)


def verdict(
    before: Ladder, before_tags: Sequence[Tag], after: Ladder, after_tags: Sequence[Tag]
) -> str:
    """One or two honest sentences on what the change changed."""
    was, now = share(before_tags, "implementation"), share(after_tags, "implementation")
    fell = f"The share of statements that pay for implementation went from {was:.0%} to {now:.0%}."
    counts = Counter(change.kind for change in compare(before, after))
    added_ai = len(_about_ai(after)) - len(_about_ai(before))
    if not counts["new"] + counts["gone"] + counts["reworded"] + counts["moved"]:
        return "Nothing changed: both ladders say the same."
    if added_ai > 0 and now >= was:
        lines = "1 line about AI was" if added_ai == 1 else f"{added_ai} lines about AI were"
        return f"{lines} added; the share paid for implementation did not fall ({was:.0%} to {now:.0%})."
    if now >= was:
        more = "more for code than before" if now > was else "for code as before"
        return f"{fell} Whatever else changed, the ladder pays {more}."
    gained = [
        f"{dimension} {share(before_tags, dimension):.0%} to {share(after_tags, dimension):.0%}"
        for dimension in get_args(DimensionSlug)
        if dimension != "implementation"
        and share(after_tags, dimension) > share(before_tags, dimension)
    ]
    return f"{fell} Gained: {', '.join(gained)}." if gained else fell


def _about_ai(ladder: Ladder) -> list[Statement]:
    return [statement for statement in ladder.statements if _AI.search(statement.text)]
