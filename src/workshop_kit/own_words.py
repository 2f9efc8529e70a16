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
from functools import lru_cache
from typing import NamedTuple

from pydantic import JsonValue

from workshop_kit.content import load_own_words
from workshop_kit.curriculum import Form, HintKind, TextQuestion, WordRule

AT_MOST = 12  # hints for one text; of these the page shows a few at a time
LONGEST = 5_000  # characters that are looked at: eight times what a question asks for
REACH = 120  # characters before the words in which something may clear them

# What ends a clause; a comma does not where what was said begins behind it.
_BREAK = re.compile(r"[.!?;\n]|[,:](?! that | ?[“‘’\"])|\bbut\b", re.IGNORECASE)
_QUOTATION = re.compile(r"[“„\"«][^“”„\"«»]{1,400}[”“\"»]|(?<!\w)[‘’]\w[^“”\n]{0,300}?’(?!\w)")
_QUESTION = re.compile(r"[?？؟]")
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
    plain, places = _even(text[:LONGEST])
    others = tuple(_others_words(plain))
    kept: dict[tuple[str, str], Hint] = {}
    end = 0
    for start, stop, rule in _hits(kind, plain):
        if start < end or any(first <= start and stop <= last for first, last in others):
            continue  # of several at one place, the longest is kept
        end = stop
        quote = text[places[start] : places[stop - 1] + 1]
        kept.setdefault((rule.id, plain[start:stop].lower()), _hint(rule, quote))
    absent = [_hint(rule) for rule in _rules(kind, "in-text") if _is_missing(rule, plain)]
    return (*list(kept.values())[: AT_MOST - len(absent)], *absent)


def hints_of_whole(kind: HintKind, texts: Sequence[str]) -> tuple[Hint, ...]:
    """The hints about what is in none of the texts."""
    plain = "\n".join(_even(text[:LONGEST])[0] for text in texts)
    return tuple(_hint(rule) for rule in _rules(kind, "in-form") if _is_missing(rule, plain))


def _hint(rule: WordRule, quote: str = "") -> Hint:
    return Hint(rule.id, quote, rule.why, rule.instead)


def _rules(kind: HintKind, missing: str) -> list[WordRule]:
    rules = load_own_words().rules
    return [rule for rule in rules if kind in rule.kinds and rule.missing == missing]


def _hits(kind: HintKind, plain: str) -> list[tuple[int, int, WordRule]]:
    """Where words of the rules stand and nothing in front of them clears them, in their order."""
    own_words = load_own_words()
    found = [
        (*hit.span(), rule)
        for rule in _rules(kind, "")
        for hit in own_words.found(rule.words, plain)
        if not own_words.is_there(
            own_words.framed, _BREAK.split(plain[max(0, hit.start() - REACH) : hit.start()])[-1]
        )
    ]
    return sorted(found, key=lambda hit: (hit[0], -hit[1]))


def _is_missing(rule: WordRule, plain: str) -> bool:
    """Whether the text is long enough and English, and has no question and none of the words."""
    words = len(plain.split())
    if words < rule.at_least or len(_ENGLISH.findall(plain)) < _MOSTLY * words:
        return False
    return not _QUESTION.search(plain) and not load_own_words().is_there(rule.words, plain)


def _even(written: str) -> tuple[str, list[int]]:
    """The text with single spaces and curved apostrophes, and where each letter of it stood."""
    runs = list(re.finditer(r"\s+|\S", written))
    return "".join(_letter(run, written) for run in runs), [run.start() for run in runs]


def _letter(run: re.Match[str], written: str) -> str:
    letter = run[0]
    if letter.isspace():
        after = written[run.end() : run.end() + 1]
        # A line that goes on with a small letter was only wrapped.
        return "\n" if "\n\n" in letter or ("\n" in letter and not after.islower()) else " "
    return {"'": "’", "…": ".", "ʼ": "’"}.get(letter, letter)


def _others_words(plain: str) -> Iterator[tuple[int, int]]:
    """The quotations in the text that are somebody else's or spoken about, by their two ends."""
    own_words = load_own_words()
    for found in _QUOTATION.finditer(plain):
        start, stop = found.span()
        lead, rest = plain[max(0, start - 60) : start].rstrip(" ,:"), plain[stop : stop + 40]
        before = own_words.found(own_words.quoted.before, lead)
        after = own_words.found(own_words.quoted.after, rest)
        if any(hit.end() == len(lead) for hit in before) or any(
            not rest[: hit.start()].strip(" ,.") for hit in after
        ):
            yield start, stop
