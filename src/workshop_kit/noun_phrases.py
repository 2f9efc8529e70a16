"""A small finder of noun phrases: "large features that cross several services", and one of them.

It knows no grammar but word lists (see `words`), and would rather find nothing than half of
something.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import pairwise

from workshop_kit.words import (
    ADJECTIVES_TOO,
    ADVERBS,
    AMOUNTS,
    BAD_HEADS,
    DETERMINERS,
    FAULTS,
    MASS,
    PRAISE,
    STOPS,
    plural_of,
    singular_of,
    third_person,
    verb_of,
)

WORDS_AT_MOST = 11
CLAUSE_AT_MOST = 6

_TOKEN = re.compile(r"[^\W_]+(?:[’.\-/&][^\W_]+)*(?:’|\+\+|#)?|[^\w\s]")
_ONLY_ONE = frozenset({"codebase", "system", "product", "platform", "application", "architecture"})
_AFTER_TWO = frozenset(
    {"", ",", ";", "to", "for", "in", "with", "without", "across", "within", "that", "which"}
    | {"using", "defined", "used"}
)
_OF_ONE = {"are": "is", "have": "has", "were": "was", "do": "does"}
_SPELT_OUT = frozenset({"REST", "CRUD", "SAML", "RAM", "NAS"})


@dataclass(frozen=True)
class Phrase:
    """A noun phrase in its parts, and where the text goes on.

    `also` is a second thing (conjunction, modifiers, head), `tail` what follows "of" or "in".
    """

    determiner: tuple[str, ...]
    modifiers: tuple[str, ...]
    head: str
    plural: bool
    end: int
    also: tuple[str, ...] = ()
    tail: str = ""
    clause: tuple[str, ...] = ()

    @property
    def brief(self) -> str:
        """The phrase without its clause."""
        words = " ".join((*self.determiner, *self.modifiers, self.head, *self.also))
        return (words + self.tail).replace(" ,", ",")

    @property
    def words(self) -> str:
        """The phrase as it stands."""
        return " ".join((self.brief, *self.clause))


def tokens_of(text: str) -> list[str]:
    """The words and signs of a text, in order."""
    return _TOKEN.findall(text)


def after_verbs(tokens: list[str]) -> int:
    """Where the first verb, or verbs in a row, end; 0 where the text does not start with one."""
    at = 0
    while at < len(tokens) and verb_of(tokens[at]):
        at += 1
        joined = at
        while joined < len(tokens) and tokens[joined].lower() in {",", "and", "or", "/", "then"}:
            joined += 1
        if joined == at or joined >= len(tokens) or not _is_third_person(tokens[joined]):
            break
        at = joined
    return at


def _is_third_person(token: str) -> bool:
    return token.lower().endswith("s") and bool(verb_of(token))


def noun_phrase(tokens: list[str], at: int, nested: bool = False) -> Phrase | None:
    """The noun phrase that starts there, with what belongs to it; None where it isn't sure."""
    phrase = _simple(tokens, at)
    if phrase is None or (phrase.head.lower() in BAD_HEADS and not nested):
        return None
    if _at(tokens, phrase.end) == "of":
        inner = noun_phrase(tokens, phrase.end + 1, nested=True)
        if inner is None:
            return None
        phrase = replace(phrase, tail=f" of {inner.brief}", clause=inner.clause, end=inner.end)
    elif _at(tokens, phrase.end) == "in" and phrase.head == "code" and not phrase.modifiers:
        inner = _simple(tokens, phrase.end + 1)
        phrase = replace(phrase, tail=f" in {inner.words}", end=inner.end) if inner else phrase
    elif _is_fault(phrase) and tokens[phrase.end : phrase.end + 2] == ["in", "production"]:
        phrase = replace(phrase, tail=" in production", end=phrase.end + 2)
    joined = None if nested else _joined(tokens, phrase)
    return _with_clause(tokens, joined or phrase)


def _is_fault(phrase: Phrase) -> bool:
    return singular_of(phrase.head) in FAULTS


def _simple(tokens: list[str], at: int) -> Phrase | None:
    """Determiners, modifiers and a head that is surely a thing; None where it isn't sure."""
    start = at
    while _at(tokens, at) in DETERMINERS or (
        at > start and _at(tokens, at) in {"or", "to"} and _at(tokens, at + 1) in DETERMINERS
    ):
        at += 1
    determiner, body = tokens[start:at], at
    noun = False
    while word := _at(tokens, at):
        ordinary = word not in STOPS and word[0].isalnum()
        if not ordinary:
            if noun or at == body or word not in {",", "and", "or", "to"}:
                break
            following = _at(tokens, at + 1)
            if not following or following in STOPS or _is_third_person(following):
                return None
        elif (
            noun
            and (word.endswith(("ed", "ing", "ly")) or word in ADVERBS)
            and not _number(tokens[at])
        ):
            break
        elif word in ADVERBS and word not in ADJECTIVES_TOO:
            return None
        else:
            noun = _number(tokens[at], at > 0) is not None
        at += 1
    if at == body or not noun:
        return None
    head = tokens[at - 1]
    plural = _number(head, True)
    if plural is None or _doubled(tokens[start:at]):
        return None
    modifiers = _without_praise(tokens[body : at - 1])
    return Phrase(tuple(determiner), modifiers, head, plural == "plural", at)


def _without_praise(modifiers: list[str]) -> tuple[str, ...]:
    """The modifiers without words of praise, and without the commas that joined them."""
    kept = [word for word in modifiers if word.lower() not in PRAISE]
    if len(kept) == len(modifiers):
        return tuple(kept)
    return tuple(word for word in kept if word not in {",", "and", "or"})


def _with_clause(tokens: list[str], phrase: Phrase) -> Phrase | None:
    """The phrase with the clause that says which of these is meant, where it is short."""
    at = phrase.end
    here = _at(tokens, at)
    opens = here in {"that", "which", "they", "others"} or (_at(tokens, at + 1) == "which")
    reduced = here.endswith("ed") and _at(tokens, at + 1) == "by"
    definite = bool(phrase.determiner) and phrase.determiner[0].lower() in {"the", "those", "any"}
    if phrase.clause or not (opens or reduced):
        known = phrase.modifiers or phrase.tail or phrase.head.lower() in _ONLY_ONE
        return phrase if known or phrase.clause or not definite else None
    end = at
    while (word := _at(tokens, end)) and (word in {"that", "which"} or word[0].isalnum()):
        if word in {"and", "or", "but", "so", "because", "while", "when", "if"}:
            break
        end += 1
    clause = tokens[at:end]
    whole = not _at(tokens, end) or _at(tokens, end) in {",", ";", ":", "("}
    size = len((phrase.words + " " + " ".join(clause)).split())
    if (
        whole
        and len(clause) <= CLAUSE_AT_MOST
        and size <= WORDS_AT_MOST
        and not {"you", "your", "i", "we"} & {w.lower() for w in clause}
    ):
        return replace(phrase, clause=tuple(clause), end=end)
    return None if definite else phrase


def _joined(tokens: list[str], phrase: Phrase) -> Phrase | None:
    """Two things joined by "and", where both are surely things and nothing else follows."""
    at = phrase.end
    if _at(tokens, at) not in {"and", "or"} or phrase.tail or _is_third_person(_at(tokens, at + 1)):
        return None
    other = _simple(tokens, at + 1)
    closed = other and _at(tokens, other.end) in _AFTER_TWO
    if not other or not closed or amount_of(phrase) or other.determiner:
        return None
    also = (_at(tokens, at), *other.modifiers, other.head)
    return replace(phrase, also=also, plural=True, end=other.end)


def one_of(phrase: Phrase, determiner: str) -> Phrase | None:
    """One of the things, with its article; None where it can't be said of one."""
    head = _one(phrase.head)
    also = phrase.also
    if also:
        last = _one(also[-1])
        also, head = ("or", *also[1:-1], last), head if last else ""
    clause = phrase.clause if phrase.tail else _clause_of_one(phrase.clause)
    if not head or phrase.head.lower() in MASS or clause is None:
        return None
    single = replace(phrase, head=head, also=also, clause=clause, plural=False, determiner=())
    return replace(single, determiner=(determiner or _article(single.words),))


def _one(word: str) -> str:
    """The word for one of these, capitals kept: "APIs" → "API"; empty where it is not known."""
    single = singular_of(word) or (word.lower() if plural_of(word) else "")
    return word[: len(single)] if single and word.lower().startswith(single) else single


def _clause_of_one(clause: tuple[str, ...]) -> tuple[str, ...] | None:
    """The clause said of one thing: "that cross" → "that crosses"; None where that isn't sure."""
    if not clause or {"their", "they", "them", "each"} & set(clause):
        return None if clause else ()
    opener, subject = clause[0], clause[1] if len(clause) > 1 else ""
    if opener not in {"that", "which"} or subject in DETERMINERS | {"others", "nobody"}:
        return clause
    if subject in _OF_ONE:
        return (opener, _OF_ONE[subject], *clause[2:])
    if subject in {"can", "could", "will", "would", "must", "may"}:
        return clause
    return (opener, third_person(subject), *clause[2:]) if verb_of(subject) == subject else None


def _article(words: str) -> str:
    first = re.split(r"[ -]", words)[0]
    if len(first) > 1 and first.isupper() and first not in _SPELT_OUT:
        return "an" if first[0] in "AEFHILMNORSX" else "a"
    return "an" if re.match(r"[aeio]|u(?!ni|s[aeiu]|til)|hour", first.lower()) else "a"


def amount_of(phrase: Phrase) -> str:
    """How many there are, as it is said, where that is said; else empty."""
    words = " ".join(phrase.determiner).lower()
    if words in {"one", "a single"}:
        return "one"
    return words if any(word in AMOUNTS for word in words.split()) else ""


def _number(token: str, inside: bool = True) -> str | None:
    """Whether the word is a known thing or things: "plural", "singular", or None where unknown."""
    word = token.lower()
    if word in MASS or plural_of(word):
        return "singular"
    if singular_of(word):
        return "plural"
    if token[:1].isupper() and not token[1:].islower():
        return "singular" if inside else None
    if token[:1].islower() and re.fullmatch(r"[a-z][a-z-]{2,}(?<![suic])s", word):
        return "plural"
    return "singular" if inside and token[:1].isupper() else None


def _doubled(words: list[str]) -> bool:
    return any(a.lower() == b.lower() for a, b in pairwise(words))


def _at(tokens: list[str], at: int) -> str:
    return tokens[at].lower() if 0 <= at < len(tokens) else ""
