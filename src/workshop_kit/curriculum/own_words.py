"""What a leader's own words are read for: rules that give a hint, each with a reason.

    families: {worry: 'worry|panic|fret'}
    framed: ['\\bI (?:can’t|cannot) (?:say|promise)\\b']
    quoted: {before: […], after: […]}
    rules:
      - id: reassurance
        kinds: [announcement, conversation]
        why: It asks them to put their question away.
        instead: Say what you know and what you don’t.
        words: ['\\bno need to (?:{worry})\\b']
        unless: ['… about the (?:format|spelling)\\b']
        bad: […]
        good: […]

The words themselves, and how they are found, are explained at the top of `own_words.yaml`.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Annotated, Literal

from pydantic import Field, model_validator

from workshop_kit.curriculum.questions import refuse_twice
from workshop_kit.curriculum.slugs import Slug, Text
from workshop_kit.model import Model

HintKind = Literal["announcement", "conversation"]
Examples = Annotated[tuple[Text, ...], Field(min_length=3)]

_FAMILY = re.compile(r"\{([a-z][a-z-]*)\}")


class WordRule(Model):
    """One thing to look at again, with its reason and another way.

    `words` and `unless` are regular expressions. With `missing` the hint is given where none of
    `words` is there: in a text, or in all texts of a form together, of `at_least` that many words.
    A test reads `bad`, which have to give this hint, and `good`, near misses which must not.
    """

    id: Slug
    kinds: Annotated[tuple[HintKind, ...], Field(min_length=1)]
    why: Text
    instead: Text
    words: Annotated[tuple[Text, ...], Field(min_length=1)]
    unless: tuple[Text, ...] = ()
    missing: Literal["", "in-text", "in-form"] = ""
    at_least: Annotated[int, Field(ge=0, le=200)] = 0
    bad: Examples
    good: Examples


class Quoted(Model):
    """How one sees that words in quotation marks are somebody else's: what stands around them."""

    before: tuple[Text, ...]
    after: tuple[Text, ...]


class OwnWords(Model):
    """All rules, and what they share.

    `families` are parts of expressions, named in braces. `framed` is what stands before words that
    are not meant as they stand: denied, told of the past, or told of others.
    """

    families: dict[Slug, Text]
    framed: tuple[Text, ...]
    quoted: Quoted
    rules: Annotated[tuple[WordRule, ...], Field(min_length=1)]

    def compiled(self, expression: str) -> re.Pattern[str]:
        """The expression with its families in place of their names. Raises re.error and KeyError."""
        return _compiled(_FAMILY.sub(lambda name: f"(?:{self.families[name[1]]})", expression))

    @model_validator(mode="after")
    def _can_be_searched_with(self) -> OwnWords:
        of_rules = [text for rule in self.rules for text in (*rule.words, *rule.unless)]
        for text in (*of_rules, *self.framed, *self.quoted.before, *self.quoted.after):
            try:
                self.compiled(text)
            except KeyError as error:
                raise ValueError(f"there is no family {error}: {text}") from error
            except re.error as error:
                raise ValueError(f"not a regular expression ({error}): {text}") from error
        refuse_twice([rule.id for rule in self.rules], "rules")
        return self


@cache
def _compiled(expression: str) -> re.Pattern[str]:
    return re.compile(expression, re.IGNORECASE | re.MULTILINE)
