"""The tagger: what it says about a statement, why, and what it needs to be able to say it."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from collections import Counter
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import get_args

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from workshop_kit import tagging
from workshop_kit.curriculum import DimensionSlug
from workshop_kit.tagging import DIMENSIONS, PHRASES_AT_MOST, Tag, tag

SENTENCES = sorted((Path(__file__).parents[1] / "tools" / "tagger").glob("statements-*.csv"))
COLUMNS = ["source", "level", "heading", "statement", "label", "also_acceptable"]
MODEL = files("workshop_kit").joinpath(tagging.MODEL_FILE)

any_text = st.text() | st.text("abc déÀİß’'-/+#\n\t\x00 🙂", max_size=200)


@cache
def sentences() -> tuple[dict[str, str], ...]:
    """Every row of the sentences that the tagger was trained on."""
    rows = []
    for path in SENTENCES:
        with path.open(encoding="utf-8", newline="") as file:
            rows += list(csv.DictReader(file))
    return tuple(rows)


# ---- what it says ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("dimension", "text"),
    [
        ("implementation", "Writes Kotlin for the checkout screens."),
        ("implementation", "Fixes bugs in the billing service and ships the patch."),
        ("implementation", "Is fluent in Rust and two other programming languages."),
        ("specification", "Writes the acceptance criteria of a feature together with its users."),
        ("specification", "Turns a vague customer request into clear requirements."),
        ("validation", "Reviews pull requests for edge cases and missing tests."),
        ("validation", "Leads incident reviews and checks that alerts catch the next outage."),
        ("orchestration", "Breaks a project down and delegates the pieces to the team."),
        ("orchestration", "Coordinates dependencies between squads and keeps the plan current."),
        ("judgment", "Weighs build versus buy and explains the trade-off."),
        ("judgment", "Sets the technical strategy and decides which risks to accept."),
        ("other", "Mentors new colleagues and gives them candid feedback."),
        ("other", "Helps to interview candidates and makes newcomers feel welcome."),
    ],
)
def test_an_obvious_statement_gets_its_obvious_dimension(dimension: str, text: str) -> None:
    assert tag(text).dimension == dimension


def test_the_words_that_decided_are_given_as_they_were_written() -> None:
    text = "WRITES Kotlin code, and sings in the choir."
    assert any("Kotlin code" in phrase for phrase in tag(text).phrases)


@given(any_text, any_text)
def test_phrases_are_parts_of_the_text_whatever_the_text(text: str, heading: str) -> None:
    phrases = tag(text, heading).phrases
    assert len(phrases) <= PHRASES_AT_MOST
    assert [phrase for phrase in phrases if not phrase or phrase not in text] == []


@given(any_text, any_text)
def test_any_text_gets_a_dimension_and_a_confidence(text: str, heading: str) -> None:
    found = tag(text, heading)
    assert found.dimension in DIMENSIONS
    assert 0 <= found.confidence <= 1


@given(any_text | st.sampled_from([row["statement"] for row in sentences()]))
def test_the_second_choice_is_another_dimension_or_none(text: str) -> None:
    found = tag(text)
    assert found.second is None or found.second in set(DIMENSIONS) - {found.dimension}


@given(any_text)
def test_the_same_text_gets_the_same_tag(text: str) -> None:
    assert tag(text) == tag(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "\x00\x1b[31m\x07",
        "🙂🙃",
        "東京で設計を書く",
        "…—",
        "word " * 10_000,
        "x" * 100_000,
    ],
    ids=["empty", "blank", "control", "emoji", "japanese", "dashes", "10,000 words", "one word"],
)
def test_a_text_that_is_no_statement_still_gets_a_tag(text: str) -> None:
    found = tag(text)
    assert 0 <= found.confidence <= 1
    assert all(phrase in text for phrase in found.phrases)


def test_a_text_without_a_known_word_is_other_for_no_reason() -> None:
    assert (tag("…").dimension, tag("…").phrases) == ("other", ())


def test_a_close_second_choice_is_shown_and_a_distant_one_is_not() -> None:
    assert tag("Writes Kotlin for the checkout screens.").second is None
    close = tag("Writes design documents and reviews those of others.")
    assert {close.dimension, close.second} == {"specification", "validation"}


def test_a_heading_helps_where_the_text_says_little() -> None:
    assert tag("Goes beyond.", "Code review and testing").dimension == "validation"


def test_a_heading_is_not_asked_where_the_text_says_enough() -> None:
    text = "Mentors new colleagues and gives them candid feedback."
    assert tag(text, "Code") == tag(text)


def test_a_tag_is_frozen() -> None:
    with pytest.raises(ValidationError):
        Tag(dimension="other").dimension = "judgment"


# ---- what it needs -----------------------------------------------------------------------------


def test_the_model_is_small() -> None:
    assert len(MODEL.read_bytes()) <= 5_000_000


def test_tagging_needs_neither_a_network_nor_a_learning_library() -> None:
    code = """
import json, socket, sys
def refuse(*args, **kwargs):
    raise AssertionError("the network was asked for")
socket.socket.connect = socket.getaddrinfo = socket.create_connection = refuse
from workshop_kit.tagging import tag
assert tag("Writes Kotlin for the checkout screens.").dimension == "implementation"
print(json.dumps(sorted({name.partition(".")[0] for name in sys.modules})))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    loaded = set(json.loads(done.stdout))
    assert "numpy" in loaded
    assert (
        loaded & {"torch", "sklearn", "scipy", "requests", "urllib3", "httpx", "aiohttp"} == set()
    )


# ---- what it was trained on --------------------------------------------------------------------


def test_the_model_knows_only_what_stands_in_the_sentences_twice() -> None:
    seen: Counter[str] = Counter()
    for row in sentences():
        words = [word[0] for word in tagging.tokens(row["statement"])]
        seen.update({name for block in tagging.BLOCKS for name, _, _ in block(words)})
    data = np.load(io.BytesIO(MODEL.read_bytes()))
    known = json.loads(bytes(data["names"]).decode())
    assert [name for name in known if seen[name] < 2] == []
    assert len(known) == len(set(known)) == len(data["idf"]) == len(data["weights"])


@pytest.mark.parametrize("path", SENTENCES, ids=lambda path: path.name)
def test_a_file_of_sentences_has_its_columns_and_valid_labels(path: Path) -> None:
    with path.open(encoding="utf-8", newline="") as file:
        head, *rows = list(csv.reader(file, strict=True))
    assert head == COLUMNS
    for number, row in enumerate(rows, 2):
        assert len(row) == len(COLUMNS), f"{path.name}, row {number}"
        source, _, _, statement, label, also = row
        assert source, f"{path.name}, row {number}"
        assert statement.strip() == statement != "", f"{path.name}, row {number}"
        assert label in DIMENSIONS, f"{path.name}, row {number}"
        assert set(also.split()) <= set(DIMENSIONS) - {label}, f"{path.name}, row {number}"


def test_no_sentence_was_used_twice() -> None:
    counts = Counter(row["statement"] for row in sentences())
    assert [statement for statement, times in counts.items() if times > 1] == []


def test_there_are_enough_sentences_from_enough_sources() -> None:
    assert len(sentences()) >= 2000
    assert len({row["source"] for row in sentences()}) >= 30
    assert {row["label"] for row in sentences()} == set(get_args(DimensionSlug))
