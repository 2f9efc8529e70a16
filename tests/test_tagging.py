"""The first tagger: by phrases, with the words that decided."""

from __future__ import annotations

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from workshop_kit import tagging
from workshop_kit.curriculum import DimensionSlug
from workshop_kit.tagging import tag


@pytest.mark.parametrize(
    ("dimension", "text"),
    [
        ("implementation", "Writes code in the team's main language."),
        ("specification", "Turns customer needs into acceptance criteria."),
        ("validation", "Reviews changes for failure modes."),
        ("orchestration", "Coordinates dependencies between three teams."),
        ("judgment", "Weighs long-term risk against cost."),
        ("other", "Mentors colleagues and gives feedback."),
    ],
)
def test_each_dimension_is_found_by_its_words(dimension: str, text: str):
    assert tag(text).dimension == dimension


def test_the_words_that_decided_are_given_as_they_were_written():
    assert tag("Writes Code, and reviews it.").phrases == ("Writes", "Code")


def test_the_longer_phrase_counts_where_two_overlap():
    assert tag("Known for code review.").phrases == ("code review",)
    assert tag("Known for code review.").dimension == "validation"


def test_the_dimension_with_more_phrases_wins():
    assert tag("Writes what the monitoring alerts on.").dimension == "validation"


def test_of_equals_the_one_that_comes_first_wins():
    assert tag("Reviews code quickly, plans slowly.").dimension == "validation"
    assert tag("Plans slowly, reviews code quickly.").dimension == "orchestration"


def test_the_heading_is_asked_when_the_text_says_nothing():
    assert tag("Goes well beyond what was agreed.", "Code quality").dimension == "validation"
    assert tag("Goes well beyond what was agreed.", "Code quality").phrases == ("Code quality",)


def test_the_heading_is_not_asked_when_the_text_says_something():
    assert tag("Writes code.", "Code quality").dimension == "implementation"


def test_nothing_found_is_other_without_phrases():
    result = tag("Lorem ipsum dolor.")
    assert (result.dimension, result.phrases) == ("other", ())


def test_a_phrase_is_whole_words_unless_it_is_a_stem():
    assert tag("Encodes the fixture.").dimension == "other"  # not "code", not "fix"
    assert tag("Refactored it.").dimension == "implementation"  # refactor*


def test_a_tag_is_frozen():
    with pytest.raises(ValidationError):
        tag("Writes code.").dimension = "other"


def test_every_phrase_belongs_to_one_dimension_and_every_dimension_has_some():
    phrases = [phrase for phrase, _ in tagging._phrases()]
    assert len(phrases) == len(set(phrases))
    assert {dimension for _, dimension in tagging._phrases()} == set(get_args(DimensionSlug))


@given(st.text(), st.text())
def test_any_text_gets_a_tag_whose_phrases_stand_in_it(text: str, heading: str):
    result = tag(text, heading)
    assert all(phrase in text or phrase in heading for phrase in result.phrases)
