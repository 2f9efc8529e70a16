"""An anchored statement → what kind of line it is, and what it is about, in its own words.

The noun phrases come from a small finder that goes by word lists: it would rather find nothing
than half of something. What it isn't sure of it leaves out, and a draft then does without.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from workshop_kit.curriculum import KindSlug
from workshop_kit.noun_phrases import (
    WORDS_AT_MOST,
    Phrase,
    after_verbs,
    amount_of,
    noun_phrase,
    one_of,
    tokens_of,
)
from workshop_kit.words import (
    ARTEFACTS,
    DETERMINERS,
    FAULTS,
    MASS,
    RUNNING,
    SOURCES,
    SUBJECTS,
    TASKS,
    TESTS,
    plural_of,
    singular_of,
)

WORDS_READ = 60  # no thing stands further back than that
_ADVERB = r"(?:(?!only\b)\w+ly |often |always |also |usually )"
_INTRODUCTIONS = re.compile(
    rf"(?:(?:you|i|we|they|he|she|engineers?|developers?) )?"
    rf"(?:(?:can|could|will|should|must|may|is able to|are able to|able to|is expected to) )?"
    rf"{_ADVERB}*(?:(?:has|have) {_ADVERB}*(?=\w+ed |built |written |led |made ))?",
    re.IGNORECASE,
)
# What may stand before the thing that a line is about, apart from a verb.
_LEADS = re.compile(
    r".*?\b(?:"
    r"(?:knowledge|expertise|understanding|mastery|command|depth|certificates?|certification|experience)"
    r"(?: well)? (?:of|in|about|with|for)"
    r"|(?:expert|experts|authority|reference|specialist|go-to person|person asked|person to ask)"
    r"(?: asked)? (?:for|on|in|about|of|with)"
    r"|skills? (?:in|with|at)|(?:fluent|proficient|skilled|experienced|expert|competent|certified|well-versed) (?:in|with|at|on)"
    r"|(?:standard|quality|robustness|reliability|health|structure) of(?= the| our| its)"
    r"|responsible for|in charge of|speciali[sz]es in|familiar with|works (?:on|with)"
    r"|maintainer (?:for|of)|(?:picks?|takes?|taken|steps?) (?:up|on|over)"
    r")\s",
    re.IGNORECASE,
)
_PART = re.compile(r"[,;:(]| while | whilst | so that | without ")
# What shows the kind of a line, asked in this order: in its first part, or with True in all of it.
_KINDS: tuple[tuple[KindSlug, bool, str], ...] = (
    ("tools", True, r"\bAI\b|assistant|copilot|\bllms?\b|generated|\bprompt|\beditor\b"),
    ("automates", False, r"^(script|automat)\w*"),
    (
        "takes-over",
        False,
        r"take[sn]? over|unfamiliar|\b(any|inherited|legacy) (\S+ )?code(base)?s?\b",
    ),
    ("throughput", False, r"unblock|^deliver\w* (\S+ )*work\b|^gets? things done|flow of"),
    ("throughput", False, r"tickets?\b|story points|velocity|throughput|pull requests|commits\b"),
    ("throughput", True, r"flow of|(most )?productive|contributors?\b|shortest way|\bpace\b"),
    ("tests", False, r"^(\w+ )?(\w+s )?(\S+ )?(unit |integration |automated )*tests?\b|coverage"),
    ("fixes", False, r"^(fix|debug|troubleshoot|repair|patch|diagnos)\w*"),
    ("fixes", False, r"^(solv|resolv)\w+ (\S+ )?(bugs|issues)|\b(bugs?|defects?)\b(?! fix)"),
    ("fixes", False, r"\b(performance|production) (problems|issues)\b"),
    ("solves", False, r"^(solv|resolv|tackl)\w+|\bproblem.solv"),
    ("explores", False, r"prototyp|proofs? of concept|^introduc|^research|^experiment"),
    ("explores", False, r"^(\w+ and )?pioneer"),
    ("expert", False, r"\bexperts?\b|go-to|authorit|asked about|first person|\bcited\b|patents?"),
    ("expert", False, r"known (for|outside|as|beyond)|recogni[sz]ed|name behind|speciali[sz]"),
    (
        "refactors",
        False,
        r"refactor|clean(s|ing)? up|tech(nical)? debt|delet|restructur|moderni[sz]",
    ),
    ("technology", False, r"\bknow(s|ing)?\b|knowledge|^learn|master|proficien|fluent|certifi"),
    (
        "technology",
        False,
        r"understand|familiar|expertise|technical depth|\bskill|^(\w+ and )?adopt",
    ),
    ("owns", False, r"^own|maintain|responsible for|operat|^works? (on|with)|^support"),
    ("quality", False, r"cod(ing|e) (\w+ )?(standard|guideline|style|quality|convention)s?"),
    ("quality", True, r"^\w+ (\S+ ){0,3}code\b|best practices|high.quality"),
    ("builds", True, r"feature|system|service|component|module|librar|framework|pipeline"),
)
_DEAD = frozenset({"unnecessary", "dead", "unused", "duplicate", "duplicated", "redundant"})
# Which things a draft of a kind can be about; ARTEFACTS for the kinds that are not named.
_FITS = {
    "quality": SOURCES,
    "explores": SUBJECTS,
    "refactors": SOURCES | ARTEFACTS,
    "fixes": FAULTS,
    "throughput": TASKS,
    "tests": TESTS,
    "technology": SUBJECTS | ARTEFACTS,
    "expert": SUBJECTS | ARTEFACTS,
    "tools": SUBJECTS | ARTEFACTS,
}


@dataclass(frozen=True)
class Thing:
    """What a statement is about: its words, ready to stand in a sentence, and whether it is many.

    `brief` is the same without the clause, in the statement's own number.
    """

    words: str
    plural: bool
    brief: str
    brief_plural: bool


@dataclass(frozen=True)
class Original:
    """What kind of line a statement is, and its thing; None where the finder isn't sure."""

    kind: KindSlug
    thing: Thing | None


def read_original(text: str) -> Original:
    """The kind of a statement that pays for code, and the thing it is about."""
    line = re.split(r"[.!?](?:\s|$)", " ".join(text.split()[:WORDS_READ]).replace("'", "’"))[0]
    line = re.sub(r" end[- ]to[- ]end\b", "", line)
    bare = line[len(introduction[0]) :] if (introduction := _INTRODUCTIONS.match(line)) else line
    phrase = _phrase_in(bare)
    kind = _kind(bare, phrase)
    return Original(kind, _thing(phrase, kind) if phrase else None)


def _kind(text: str, phrase: Phrase | None) -> KindSlug:
    first = _PART.split(text)[0]
    for kind, whole, shown_by in _KINDS:
        if re.search(shown_by, text if whole else first, re.IGNORECASE):
            running = phrase is not None and (singular_of(phrase.head) or phrase.head) in RUNNING
            return "owns" if running and kind in {"technology", "expert"} else kind
    return "builds" if phrase and _is_made(phrase) else "generic"


def _is_made(phrase: Phrase) -> bool:
    """Whether the thing is one that people make, or one that no list knows and that may well be."""
    head = phrase.head.lower()
    singular = singular_of(head)
    return (singular or head) in ARTEFACTS or (phrase.plural and singular is None)


def _phrase_in(text: str) -> Phrase | None:
    """The thing that the main verb is about, or that somebody is said to know."""
    tokens = tokens_of(text)
    starts = [after_verbs(tokens)]
    if lead := _LEADS.match(_PART.split(text)[0] + " "):
        starts.insert(0, len(tokens_of(lead[0])))
    for start in starts:
        if start and (found := noun_phrase(tokens, start)):
            return found
    return None


def _thing(phrase: Phrase, kind: KindSlug) -> Thing | None:
    """The phrase as it can stand in a draft of that kind; None where it is another sort of thing."""
    if not _fits(phrase, kind) or len(phrase.words.split()) > WORDS_AT_MOST:
        return None
    settled = _settled(phrase, kind)
    words = _theirs(settled.words)
    bare = phrase.determiner and not phrase.modifiers and not phrase.tail
    if settled.determiner == phrase.determiner and bare:
        return Thing(words, settled.plural, words, settled.plural)
    brief, many = _brief(phrase, settled)
    return Thing(words, settled.plural, _theirs(brief), many)


def _fits(phrase: Phrase, kind: KindSlug) -> bool:
    head = phrase.head.lower()
    thing = singular_of(head) or head
    described = {word.lower() for word in (*phrase.modifiers, *phrase.tail.split())}
    if described & _DEAD or (thing == "problem" and not described & {"performance", "production"}):
        return False
    if kind == "quality":
        return thing == "code" and phrase.tail.startswith(" in ")
    named = phrase.head[:1].isupper() and kind in {"technology", "expert"}
    unlisted = kind == "builds" and phrase.plural and singular_of(head) is None
    return thing in _FITS.get(kind, ARTEFACTS) or named or unlisted


def _settled(phrase: Phrase, kind: KindSlug) -> Phrase:
    """The phrase without an amount, and one thing where any of many is meant.

    "Large features that cross several services" becomes "a large feature that crosses several
    services", and of the two languages that somebody knows, "the language they know best".
    """
    amount = amount_of(phrase)
    if kind in {"technology", "expert"} and amount:
        single = one_of(phrase, "the")
        return replace(single, clause=("they", "know", "best")) if single else phrase
    if phrase.determiner and not amount:
        return phrase
    return one_of(phrase, "") or replace(phrase, determiner=())


def _brief(phrase: Phrase, settled: Phrase) -> tuple[str, bool]:
    if settled.clause == ("they", "know", "best"):
        return settled.words, False
    if not phrase.plural:
        return settled.brief, False
    brief = replace(phrase, determiner=()) if amount_of(phrase) else phrase
    return brief.brief, True


def _theirs(words: str) -> str:
    """The words as they stand within a sentence about somebody else."""
    first, space, rest = words.partition(" ")
    everyday = first.lower() in DETERMINERS | MASS or plural_of(first) or singular_of(first)
    small = first.lower() if everyday and not any(map(str.isupper, first[1:])) else first
    return re.sub(r"\b(your|my|his|her)\b", "their", small + space + rest, flags=re.IGNORECASE)
