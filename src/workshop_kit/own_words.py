"""Hints to a leader about what they are writing: words that tend to go wrong when they are said.

hints("conversation", "Don’t worry about it.")   Hint("reassurance", "Don’t worry", why, instead)
hints_of_whole("announcement", texts)            what is in none of the texts
hints_of_form(form, answers)                     both, for all answers of a form, by question

The rules stand in `curriculum/own_words.yaml`. A hint quotes the words, says why, and offers another
way. It is for the writer alone: nothing is scored, stopped or kept, and a rule would rather say
nothing than take somebody's honest sentence for a slogan.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache, lru_cache
from typing import NamedTuple

from pydantic import JsonValue

from workshop_kit.content import load_own_words
from workshop_kit.curriculum import Form, HintKind, TextQuestion, WordRule

AT_MOST = 12  # hints for one text; of these the page shows a few at a time
LONGEST = 5_000  # characters that are looked at: eight times what a question asks for
REACH = 160  # characters before the words in which something may clear them

_SENTENCE = re.compile(
    r"\s*(?P<words>(?:[^.!?\n]|[.!?](?![.!?”’\")\]]*(?:[ \n]|$)))+[.!?]*[”’\")\]]*)"
)
_TURN = re.compile(r";|\bbut\b", re.IGNORECASE)
# From what frames the words to the words: no comma, unless a quotation begins there.
_TAIL = r"(?:[^,;.!?]{0,60}(?:[,:] ?(?=[“‘’\"]))?|[^;.!?]{0,60}, that |[,:] ?)[“‘’\"]?$"
_QUOTATION = re.compile(
    r"[“„\"«](?P<double>[^“”„\"«»]{1,400})[”“\"»]"
    r"|(?=(?<!\w)[‘’](?P<single>\w.{0,300}?[\w.,!?])’(?!\w))"  # also inside double ones
)
_ENGLISH = re.compile(
    r"\b(?:the|to|and|of|you|your|that|this|it|it’s|for|with|we|my|have|are|not|on|by|be|as|what|is"
    r"|a|in|I|will|was|do|don’t|at|how)\b"
)
_MOSTLY = 0.15  # of English words, these are about two in five


class Hint(NamedTuple):
    """One thing to look at again. `quote` has the words as they were written, or is empty."""

    rule: str
    quote: str
    why: str
    instead: str


def hints_of_form(form: Form, answers: Mapping[str, JsonValue]) -> dict[str, list[dict[str, str]]]:
    """The hints for the text questions that ask for them, by question; those without are left out.

    What is missing from the form as a whole stands at the last of its questions of that kind, once
    that has an answer.
    """
    asked = [q for q in form.questions if isinstance(q, TextQuestion) and q.hints]
    texts = {question.id: _text_of(answers.get(question.id)) for question in asked}
    found = {q.id: hints(q.hints, texts[q.id]) for q in asked if q.hints}
    for kind in dict.fromkeys(question.hints for question in asked):
        keys = [question.id for question in asked if question.hints == kind]
        if kind and texts[keys[-1]]:
            found[keys[-1]] += hints_of_whole(kind, [texts[key] for key in keys])
    return {key: [hint._asdict() for hint in given] for key, given in found.items() if given}


def _text_of(value: JsonValue) -> str:
    text = value.get("text") if isinstance(value, dict) else ""
    return text.strip() if isinstance(text, str) else ""


@lru_cache(maxsize=64)
def hints(kind: HintKind, text: str) -> tuple[Hint, ...]:
    """The hints for one text, in the order of its words; what is missing from it comes last."""
    plain = _Plain(text[:LONGEST])
    kept: dict[tuple[str, str], Hint] = {}
    end = 0
    for start, stop, rule in _hits(kind, plain):
        if start >= end and not plain.is_somebody_elses(start, stop):  # of several, the longest
            end = stop
            said = (rule.id, plain.text[start:stop].lower())
            kept.setdefault(said, _hint(rule, plain.quote(start, stop)))
    absent = [_hint(rule) for rule in _rules(kind, "in-text") if _is_missing(rule, plain.text)]
    return (*list(kept.values())[: AT_MOST - len(absent)], *absent)


def hints_of_whole(kind: HintKind, texts: Sequence[str]) -> tuple[Hint, ...]:
    """The hints about what is in none of the texts."""
    plain = "\n".join(" ".join(text[:LONGEST].split()).replace("'", "’") for text in texts)
    return tuple(_hint(rule) for rule in _rules(kind, "in-form") if _is_missing(rule, plain))


def _hint(rule: WordRule, quote: str = "") -> Hint:
    return Hint(rule.id, quote, rule.why, rule.instead)


# ---- what a rule finds -------------------------------------------------------------------------


def _hits(kind: HintKind, plain: _Plain) -> Iterator[tuple[int, int, WordRule]]:
    """Where words of the rules stand and are meant as they stand, in their order."""
    for sentence in _SENTENCE.finditer(plain.text):
        at = sentence.start("words")
        for start, stop, rule in _hits_in_sentence(kind, sentence["words"]):
            yield at + start, at + stop, rule


@lru_cache(maxsize=512)
def _hits_in_sentence(kind: HintKind, sentence: str) -> tuple[tuple[int, int, WordRule], ...]:
    """Those of one sentence. They are kept, since all but one stay the same while somebody writes."""
    found = [
        (*hit.span(1 if hit.lastindex else 0), rule)
        for rule in _rules(kind, "")
        for expression in _expressions(rule.words)
        for hit in expression.finditer(sentence)
    ]
    found.sort(key=lambda hit: (hit[0], -hit[1]))
    return tuple(hit for hit in found if hit[0] < hit[1] and not _is_cleared(sentence, *hit))


def _is_cleared(sentence: str, start: int, stop: int, rule: WordRule) -> bool:
    """Whether what stands around the words says that they are not meant as they stand."""
    before = _TURN.split(sentence[:start])[-1][-REACH:]
    if any(frame.search(before) for frame in _framed()):
        return True
    around = f"{before}…{_TURN.split(sentence[stop:])[0][:REACH]}"
    return any(clearing.search(around) for clearing in _expressions(rule.unless))


def _is_missing(rule: WordRule, text: str) -> bool:
    """Whether the text is long enough and English, and none of the rule's words is in it."""
    words = len(text.split())
    if words < rule.at_least or len(_ENGLISH.findall(text)) < _MOSTLY * words:
        return False
    return not any(expression.search(text) for expression in _expressions(rule.words))


# ---- a text ------------------------------------------------------------------------------------


class _Plain:
    """A text made even: single spaces, curved apostrophes, no ellipsis; and where all of it was."""

    def __init__(self, written: str) -> None:
        runs = list(re.finditer(r"\s+|\S", written))
        self.text = "".join(_even(run, written) for run in runs)
        self._written = written
        self._at = [run.start() for run in runs]
        self._others = tuple(_others_words(self.text))

    def quote(self, start: int, stop: int) -> str:
        """The words between two places, as they were written."""
        return self._written[self._at[start] : self._at[stop - 1] + 1]

    def is_somebody_elses(self, start: int, stop: int) -> bool:
        """Whether the words stand in quotation marks and are somebody else's."""
        return any(first <= start and stop <= last for first, last in self._others)


def _even(run: re.Match[str], written: str) -> str:
    letter = run[0]
    if letter.isspace():
        after = written[run.end() : run.end() + 1]
        # A line that goes on with a small letter was only wrapped.
        return "\n" if "\n\n" in letter or ("\n" in letter and not after.islower()) else " "
    return {"'": "’", "…": ".", "ʼ": "’"}.get(letter, letter)


def _others_words(text: str) -> Iterator[tuple[int, int]]:
    """The quotations in the text that are reported, or spoken about, by their two ends."""
    quoted = load_own_words().quoted
    before, after = _expressions(quoted.before), _expressions(quoted.after)
    for found in _QUOTATION.finditer(text):
        start, stop = found.span("double" if found["double"] is not None else "single")
        lead, rest = text[max(0, start - 90) : start - 1].rstrip(" ,:"), text[stop + 1 : stop + 60]
        if any(way.search(lead) for way in before) or any(way.match(rest) for way in after):
            yield start, stop


# ---- the rules ---------------------------------------------------------------------------------


@cache
def _rules(kind: HintKind, missing: str) -> tuple[WordRule, ...]:
    rules = load_own_words().rules
    return tuple(rule for rule in rules if kind in rule.kinds and rule.missing == missing)


@cache
def _framed() -> tuple[re.Pattern[str], ...]:
    rules = load_own_words()
    return tuple(rules.compiled(f"(?:{frame}){_TAIL}") for frame in rules.framed)


@cache
def _expressions(texts: tuple[str, ...]) -> tuple[re.Pattern[str], ...]:
    return tuple(load_own_words().compiled(text) for text in texts)
