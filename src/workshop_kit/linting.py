"""What a ladder rewards without meaning to: findings, each with its reason.

The rules stand in `curriculum/lint.yaml`: what they look for, why it matters, a bad example and a
better one. They go by the tags that are handed in, so that what a leader has corrected counts. A
finding is a question to a leader; a rule would rather say nothing than cry on every line.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from typing import NamedTuple

from workshop_kit.content import load_curriculum
from workshop_kit.curriculum import DimensionSlug, Rule
from workshop_kit.ladder import Ladder, Statement
from workshop_kit.model import Model
from workshop_kit.seniority import is_senior, rising
from workshop_kit.tagging import Tag

EXPECTED: tuple[DimensionSlug, ...] = ("specification", "validation", "orchestration", "judgment")
EXPECTED_OF_BEGINNERS: tuple[DimensionSlug, ...] = ("specification", "validation")
STATEMENTS_TO_EXPECT_ALL = 4
REPEATED_SHARE = 0.75

_LEADING = re.compile(
    r"(?:(?:can|must|should|you|they|also|always|often|\w+ly)\s+)*", re.IGNORECASE
)
_CRAFT = re.compile(r"craft|cod(e|ing)|technical|technolog|engineering|implement|develop", re.I)
_DEGREE = re.compile(
    r"\b(?:more|most|larger?|bigger|harder|greater|deeper|broader|wider|higher|longer|better|medium"
    r"|increasing(?:ly)?|very|highly|many|several|multiple|complex|difficult|significant|also|even"
    r"|small|medium|consistently|a|an|the|at least|one|two|three|four|five|well|of|or|size[ds]?|and"
    r"|across|\d+)\b"
)


class Finding(Model):
    """One thing that a rule found.

    `statement` is None where the rule is about a level as a whole. `why` is said for this finding,
    and `evidence` has the words of the ladder that led to it.
    """

    rule: str
    statement: Statement | None
    level: str
    why: str
    evidence: tuple[str, ...] = ()


class _Level(NamedTuple):
    """A level with its statements and their tags; `below` is the next more junior one, if any."""

    name: str
    pairs: tuple[tuple[Statement, Tag], ...]
    below: _Level | None
    ladder: Ladder

    def tagged(self, dimension: DimensionSlug) -> tuple[Statement, ...]:
        return tuple(statement for statement, tag in self.pairs if tag.dimension == dimension)


def lint(ladder: Ladder, tags: Sequence[Tag]) -> tuple[Finding, ...]:
    """The findings in the ladder's order, those about a level after those about its statements.

    `tags` has one for each statement, in the same order. A statement that stands at several levels,
    word for word, is reported once.
    """
    pairs = tuple(zip(ladder.statements, tags, strict=True))
    seen: set[str] = set()
    by_statement: dict[str, list[Finding]] = {level: [] for level in ladder.levels}
    for statement, tag in pairs:
        if statement.text not in seen:
            seen.add(statement.text)
            by_statement[statement.level] += _judge(statement, tag, ladder)
    by_level = {level.name: list(_judge_level(level)) for level in _levels(ladder, pairs)}
    return tuple(
        found for level in ladder.levels for found in (*by_statement[level], *by_level[level])
    )


# ---- rules about a statement ----


def _judge(statement: Statement, tag: Tag, ladder: Ladder) -> Iterator[Finding]:
    text, found = _plain(statement.text), False
    rules = _rules()
    known_by_words: tuple[tuple[str, Callable[[str, Tag], tuple[str, ...]]], ...] = (
        ("pays-for-code-output", _code_output),
        ("tool-usage-metric", _tool_usage),
        ("unobservable-word", _unobservable),
    )
    for rule_id, words_of in known_by_words:
        if words := words_of(text, tag):
            found = True
            yield _about(rules[rule_id], statement, words, ladder)
    if not found and (words := _no_evidence(text)):
        yield _about(rules["no-evidence"], statement, words, ladder)


def _code_output(text: str, tag: Tag) -> tuple[str, ...]:
    """Words that count output, unless the line is about checking or deciding what is counted."""
    if tag.dimension in {"validation", "specification", "judgment"}:
        return ()
    return _triggered(_rules()["pays-for-code-output"], text)


def _tool_usage(text: str, _tag: Tag) -> tuple[str, ...]:
    return _triggered(_rules()["tool-usage-metric"], text)


def _unobservable(text: str, _tag: Tag) -> tuple[str, ...]:
    """Words of praise or attitude, where nothing beside them could be seen or read."""
    rule, evidence = _rules()["unobservable-word"], _rules()["no-evidence"].unless
    words = _triggered(rule, text)
    rest = text
    for word in words:
        rest = rest.replace(word, " ")
    return () if _first(evidence, rest) else words


def _no_evidence(text: str) -> tuple[str, ...]:
    """The opening words, where they are no act and nothing after them could be seen or read."""
    rule = _rules()["no-evidence"]
    start = _LEADING.match(text)
    opening = text[start.end() if start else 0 :]
    for pattern in rule.words:
        if (hit := _compiled(pattern).match(opening)) and not _first(rule.unless, text):
            return (hit[0],)
    return ()


def _about(rule: Rule, statement: Statement, words: tuple[str, ...], ladder: Ladder) -> Finding:
    why = rule.why.format(words=_quoted(words), level=statement.level)
    same = [s.level for s in ladder.statements if s.text == statement.text]
    if others := [level for level in dict.fromkeys(same) if level != statement.level]:
        why += f" The same line stands at {_listed(others)} too."
    return Finding(
        rule=rule.id, statement=statement, level=statement.level, why=_upper(why), evidence=words
    )


# ---- rules about a level ----


def _judge_level(level: _Level) -> Iterator[Finding]:
    for judge in (_adds_nothing, _dimension_missing, _only_road, _ai_beside_craft):
        if found := judge(level):
            yield found


def _adds_nothing(level: _Level) -> Finding | None:
    rule = _rules()["adds-nothing"]
    if level.below is None or len(level.pairs) < 2:
        return None
    before = {_gist(statement.text) for statement, _ in level.below.pairs}
    again = tuple(
        statement.text
        for statement, _ in level.pairs
        if _gist(statement.text) in before or _triggered(rule, _plain(statement.text))
    )
    if len(again) < REPEATED_SHARE * len(level.pairs):
        return None
    return _of_level(rule, level, again, count=len(again), below=level.below.name)


def _dimension_missing(level: _Level) -> Finding | None:
    if len(level.pairs) < STATEMENTS_TO_EXPECT_ALL:
        return None
    beginners = level.below is None and len(level.ladder.levels) > 2
    expected = EXPECTED_OF_BEGINNERS if beginners else EXPECTED
    missing = [dimension for dimension in expected if not level.tagged(dimension)]
    if not missing:
        return None
    return _of_level(_rules()["dimension-missing"], level, (), missing=_listed(missing, "or"))


def _only_road(level: _Level) -> Finding | None:
    coding = level.tagged("implementation")
    enough = len(level.pairs) >= 3 and len(coding) > len(level.pairs) / 2
    if not enough or not is_senior(level.name, level.ladder.levels):
        return None
    texts = tuple(statement.text for statement in coding)
    return _of_level(_rules()["only-road-to-staff"], level, texts, count=len(coding))


def _ai_beside_craft(level: _Level) -> Finding | None:
    """Lines about AI that ask for its use, where the craft beside them is implementation as ever."""
    rule = _rules()["ai-beside-craft"]
    about_ai = [
        (statement, tag, words)
        for statement, tag in level.pairs
        if (words := _triggered(rule, _plain(statement.text)))
    ]
    bare = [words for _, tag, words in about_ai if tag.dimension in {"implementation", "other"}]
    mentioned = [statement for statement, _, _ in about_ai]
    others = [pair for pair in level.pairs if pair[0] not in mentioned]
    craft = [pair for pair in others if _CRAFT.search(pair[0].heading)] or others
    coding = [statement for statement, tag in craft if tag.dimension == "implementation"]
    if not bare or len(bare) < len(about_ai) or len(coding) < 2 or 2 * len(coding) <= len(craft):
        return None
    return _of_level(rule, level, tuple(dict.fromkeys(bare[0])), count=len(coding))


def _of_level(rule: Rule, level: _Level, evidence: tuple[str, ...], **facts: object) -> Finding:
    filled = {"level": level.name, "all": len(level.pairs), "words": _quoted(evidence), **facts}
    why = _upper(rule.why.format(**filled))
    return Finding(rule=rule.id, statement=None, level=level.name, why=why, evidence=evidence)


def _levels(ladder: Ladder, pairs: Iterable[tuple[Statement, Tag]]) -> tuple[_Level, ...]:
    kept = tuple(pairs)
    found: list[_Level] = []
    for name in rising(ladder.levels):
        mine = tuple(pair for pair in kept if pair[0].level == name)
        found.append(_Level(name, mine, found[-1] if found else None, ladder))
    return tuple(found)


# ---- words ----


def _triggered(rule: Rule, text: str) -> tuple[str, ...]:
    """The words of the text that trigger the rule; none where something clears it."""
    found = [hit[0].strip() for pattern in rule.words if (hit := _compiled(pattern).search(text))]
    if not found or (rule.beside and not _first(rule.beside, text)) or _first(rule.unless, text):
        return ()
    longest = [w for w in dict.fromkeys(found) if not any(w != v and w in v for v in found)]
    return tuple(longest)


def _first(patterns: Iterable[str], text: str) -> re.Match[str] | None:
    hits = (_compiled(pattern).search(text) for pattern in patterns)
    return next((hit for hit in hits if hit), None)


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    # "ai" in small letters is a syllable, a name, a word of other languages.
    return re.compile(pattern if r"\bAI" in pattern else f"(?i:{pattern})")


@cache
def _rules() -> dict[str, Rule]:
    return {rule.id: rule for rule in load_curriculum().rules}


def _gist(text: str) -> str:
    """What is left of a statement without how much of it: two with one gist ask for the same."""
    bare = re.sub(r"[^\w\s]", " ", text.lower())
    words = _DEGREE.sub(" ", bare).split()
    return " ".join(word.removesuffix("s") for word in words) or bare


def _plain(text: str) -> str:
    return " ".join(text.split()).replace("'", "’")


def _quoted(words: Sequence[str]) -> str:
    return _listed([f"“{word}”" for word in words])


def _listed(words: Sequence[str], last: str = "and") -> str:
    return f" {last} ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]
