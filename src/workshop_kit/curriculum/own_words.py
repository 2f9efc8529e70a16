"""What a leader's own words are read for: rules that give a hint, each with a reason.

    families: {worry: worry|panic|fret}
    framed: [whether|if]
    quoted: {before: [said], after: [he said]}
    rules:
      - id: reassurance
        why: It asks them to put their question away.
        instead: Say what you know and what you don’t.
        words: ['no need to {worry}']
        bad: […]
        good: […]

How to add a phrase stands at the top of `own_words.yaml`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Annotated, Literal

from pydantic import Field, model_validator

from workshop_kit.curriculum.questions import refuse_twice
from workshop_kit.curriculum.slugs import Slug, Text
from workshop_kit.model import Model

HintKind = Literal["announcement", "conversation"]
Phrase = Annotated[Text, Field(max_length=100)]
Phrases = tuple[Phrase, ...]
Examples = Annotated[tuple[Text, ...], Field(min_length=3)]

_FAMILY = re.compile(r"\{([a-z][a-z-]*)\}")


class WordRule(Model):
    """One thing to look at again, with its reason and another way.

    With `missing` the hint is given where there is no question and none of `words`: in a text, or in
    all texts of a form together, of `at_least` that many words. A test reads `bad`, which have to
    give this hint, and `good`, near misses which must not.
    """

    id: Slug
    kinds: Annotated[tuple[HintKind, ...], Field(min_length=1)] = ("announcement", "conversation")
    why: Text
    instead: Text
    words: Annotated[Phrases, Field(min_length=1)]
    missing: Literal["", "in-text", "in-form"] = ""
    at_least: Annotated[int, Field(ge=0, le=200)] = 0
    bad: Examples
    good: Examples


class Quoted(Model):
    """How one sees that words in quotation marks are somebody else's: what stands around them."""

    before: Phrases
    after: Phrases


class OwnWords(Model):
    """All rules, and what they share: `families` of words, named in braces, and what clears.

    Phrases are short regular expressions that are found as whole words. `framed` is what stands
    before words that are not meant as they stand: denied, told of the past, or told of others.
    """

    families: dict[Slug, Phrase]
    framed: Phrases
    quoted: Quoted
    rules: Annotated[tuple[WordRule, ...], Field(min_length=1)]

    def found(self, phrases: Phrases, text: str) -> Iterator[re.Match[str]]:
        """Where the phrases stand in the text. Raises re.error and KeyError."""
        return (hit for phrase in phrases for hit in self._compiled(phrase).finditer(text))

    def is_there(self, phrases: Phrases, text: str) -> bool:
        """Whether one of the phrases stands in the text. Raises re.error and KeyError."""
        return any(True for _ in self.found(phrases, text))

    def _compiled(self, phrase: str) -> re.Pattern[str]:
        families = _FAMILY.sub(lambda name: f"(?:{self.families[name[1]]})", phrase)
        return _compiled(families)

    @model_validator(mode="after")
    def _can_be_searched_with(self) -> OwnWords:
        of_rules = [phrase for rule in self.rules for phrase in rule.words]
        for phrase in (*of_rules, *self.framed, *self.quoted.before, *self.quoted.after):
            try:
                self.is_there((phrase,), "")
            except KeyError as error:
                raise ValueError(f"there is no family {error}: {phrase}") from error
            except re.error as error:
                raise ValueError(f"not a regular expression ({error}): {phrase}") from error
        refuse_twice([rule.id for rule in self.rules], "rules")
        return self


@cache
def _compiled(expression: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{expression})(?!\w)", re.IGNORECASE)
