"""What the linter finds in a ladder, what it leaves alone, and that every rule is documented."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from workshop_kit.content import load_curriculum
from workshop_kit.curriculum import DimensionSlug, ExampleLine, Rule
from workshop_kit.ladder import Ladder, Statement
from workshop_kit.linting import Finding, lint
from workshop_kit.seniority import is_senior, rank, rising
from workshop_kit.tagging import Tag

RULES = load_curriculum().rules
DOCS = (Path(__file__).parents[1] / "docs/ladder-rules.md").read_text(encoding="utf-8")

Line = tuple[str, str, DimensionSlug]


def tagged(dimension: DimensionSlug) -> Tag:
    # Only the dimension is read; whatever else a tag has is no concern of the linter.
    return Tag.model_construct(dimension=dimension, phrases=())


def findings(lines: Sequence[Line]) -> tuple[Finding, ...]:
    """The findings for lines of (level, text, dimension)."""
    statements = tuple(Statement(level=level, text=text) for level, text, _ in lines)
    return lint(Ladder(name="A", statements=statements), [tagged(d) for _, _, d in lines])


def rules_in(found: Iterable[Finding]) -> list[str]:
    return [finding.rule for finding in found]


def of_text(text: str, dimension: DimensionSlug = "implementation") -> list[str]:
    return rules_in(findings([("Engineer", text, dimension)]))


def of_example(lines: Sequence[ExampleLine]) -> list[str]:
    statements = tuple(Statement(level=a.level, heading=a.heading, text=a.text) for a in lines)
    ladder = Ladder(name="A", statements=statements)
    return rules_in(lint(ladder, [tagged(line.rewards) for line in lines]))


def section(rule: Rule) -> str:
    """The rule's section of the documentation, as one line of plain words."""
    parts = re.split(r"^## ", DOCS, flags=re.MULTILINE)
    found = [part for part in parts if f"\n`{rule.id}`\n" in part]
    assert len(found) == 1, f"docs/ladder-rules.md needs one section for {rule.id}"
    return " ".join(re.sub(r"^> ?", "", found[0], flags=re.MULTILINE).split())


# Rules


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_a_rules_bad_example_triggers_it(rule: Rule) -> None:
    assert rule.id in of_example(rule.bad_example)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_a_rules_better_example_triggers_nothing(rule: Rule) -> None:
    assert of_example(rule.better_example) == []


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_a_rule_is_documented_with_its_reason_and_both_examples(rule: Rule) -> None:
    told = section(rule)
    assert told.startswith(rule.title)
    assert rule.reason in told
    bad, better = told.split("Bad:")[1].split("Better:")
    assert [line.text for line in rule.bad_example if line.text not in bad] == []
    assert [line.text for line in rule.better_example if line.text not in better] == []


def test_every_documented_rule_exists() -> None:
    documented = re.findall(r"^`([a-z-]+)`$", DOCS, flags=re.MULTILINE)
    assert documented == [rule.id for rule in RULES]


def test_an_expression_that_does_not_compile_is_refused() -> None:
    with pytest.raises(ValidationError, match="not a regular expression"):
        Rule.model_validate({**RULES[0].model_dump(), "words": ["(unclosed"]})


def test_an_example_of_several_levels_reads_as_one_text() -> None:
    rule = {rule.id: rule for rule in RULES}["adds-nothing"]
    assert rule.bad.startswith("Engineer: Asks what a change is for")
    assert "Senior Engineer: " in rule.bad


# Statements


@pytest.mark.parametrize(
    "text",
    [
        "Ships at least ten features a year.",
        "Closes more tickets than expected.",
        "Produces many lines of code.",
        "Is a top contributor to our repositories.",
        "Delivers a consistent flow of features to production.",
        "Completes twenty story points in a sprint.",
    ],
)
def test_counts_of_output_are_found(text: str) -> None:
    assert "pays-for-code-output" in of_text(text)


@pytest.mark.parametrize(
    "text",
    [
        "Delivers features of one to two weeks independently.",
        "Builds high throughput systems.",
        "Reduces the number of pull requests that wait.",
        "Completes a design before work starts.",
        "Writes code in the team's main language.",
    ],
)
def test_building_is_not_a_count_of_output(text: str) -> None:
    assert "pays-for-code-output" not in of_text(text)


def test_a_count_under_review_is_no_count_of_output() -> None:
    text = "Checks the number of changes that were taken back."
    assert of_text(text, "validation") == []


@pytest.mark.parametrize(
    "text",
    [
        "Has excellent communication skills.",
        "Is passionate about code.",
        "Understands the domain deeply.",
        "Is a rockstar.",
        "Has strong technical skills.",
    ],
)
def test_words_that_nobody_can_observe_are_found(text: str) -> None:
    assert of_text(text) == ["unobservable-word"]


@pytest.mark.parametrize(
    "text",
    [
        "Chooses strong consistency where money moves, and says why.",
        "Uses a strongly typed language.",
        "Builds deep learning models.",
        "Has deep knowledge of one language, and is asked about it by other teams.",
        "Learns a great deal from incidents and writes it down.",
    ],
)
def test_a_word_beside_something_to_see_is_left_alone(text: str) -> None:
    assert of_text(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "Uses the coding assistant every day.",
        "Sends at least fifty prompts a week.",
        "Half of the code is generated with AI.",
        "Has an AI adoption rate above the team's average.",
        "Activates the assigned Copilot licence.",
    ],
)
def test_counting_the_use_of_a_tool_is_found(text: str) -> None:
    assert "tool-usage-metric" in of_text(text)


@pytest.mark.parametrize(
    "text",
    [
        "Checks the licences used by our dependencies.",
        "Reviews most of the generated code against the criteria.",
        "Uses the debugger every day.",
        "Answers half of the questions from support agents.",
    ],
)
def test_naming_a_tool_is_no_count_of_its_use(text: str) -> None:
    assert "tool-usage-metric" not in of_text(text)


@pytest.mark.parametrize(
    "text",
    [
        "makes an impact on the whole team, not just on specific parts of it",
        "proactively supports other team members and helps them to be successful",
        "Is the recognised expert for our stack.",
        "Knows two languages well.",
    ],
)
def test_a_line_that_leaves_nothing_to_see_is_found(text: str) -> None:
    assert of_text(text, "other") == ["no-evidence"]


@pytest.mark.parametrize(
    "text",
    [
        "Knows the team's services well enough to change any of them.",
        "Is asked for counsel by engineers across the company.",
        "Helps others break down problems into next steps.",
        "Takes ownership of systems that nobody wants.",
        "Owns the architecture of a domain and says which shortcuts are acceptable.",
        "Writes services.",
    ],
)
def test_a_line_about_something_to_see_is_left_alone(text: str) -> None:
    assert of_text(text, "other") == []


def test_a_statement_is_called_without_evidence_only_if_nothing_else_is_said_of_it() -> None:
    assert of_text("Is one of the most productive contributors.") == ["pays-for-code-output"]


def test_a_finding_points_to_its_statement_and_quotes_its_words() -> None:
    (found,) = findings([("E2", "Keeps a steady flow of merged pull requests.", "implementation")])
    assert found.statement is not None
    assert found.statement.text == "Keeps a steady flow of merged pull requests."
    assert found.level == "E2"
    assert found.evidence == ("steady flow of merged pull requests",)
    assert "“steady flow of merged pull requests” counts what comes out" in found.why


def test_a_line_at_several_levels_is_reported_once_with_the_others_named() -> None:
    line = "Makes an impact on the team."
    (found,) = findings([("D1", line, "other"), ("D2", line, "other"), ("D3", line, "other")])
    assert found.level == "D1"
    assert found.why.endswith("The same line stands at D2 and D3 too.")


# Levels


def test_a_level_that_repeats_the_one_below_is_found() -> None:
    found = findings(
        [
            ("L1", "Owns a service.", "validation"),
            ("L1", "Runs a project.", "orchestration"),
            ("L2", "Owns several complex services.", "validation"),
            ("L2", "Runs larger projects.", "orchestration"),
        ]
    )
    assert rules_in(found) == ["adds-nothing"]
    assert found[0].statement is None
    assert found[0].why.startswith("2 of the 2 statements at L2 are those of L1 again")
    assert found[0].evidence == ("Owns several complex services.", "Runs larger projects.")


def test_a_level_with_something_of_its_own_adds_something() -> None:
    lines: list[Line] = [
        ("L1", "Owns a service.", "validation"),
        ("L2", "Owns a service.", "validation"),
        ("L2", "Decides what to build next.", "judgment"),
    ]
    assert findings(lines) == ()


def test_the_level_below_is_the_more_junior_one_where_the_document_begins_at_the_top() -> None:
    line = "Decides what to build."
    lines: list[Line] = [
        ("Staff", line, "judgment"),
        ("Staff", "Runs a project.", "orchestration"),
        ("Junior", line, "judgment"),
        ("Junior", "Runs a project.", "orchestration"),
    ]
    (found,) = findings(lines)
    assert found.level == "Staff"


def test_missing_dimensions_come_as_one_finding_a_level() -> None:
    found = findings([("Lead", f"Reviews part {n} of a release.", "validation") for n in range(4)])
    (missing,) = found
    assert missing.rule == "dimension-missing"
    assert "speaks for specification, orchestration or judgment" in missing.why


def test_nothing_is_missing_where_a_level_says_little() -> None:
    assert findings([("Lead", f"Reviews part {n}.", "validation") for n in range(3)]) == ()


def test_beginners_are_not_expected_to_decide_for_others() -> None:
    four: list[Line] = [
        ("L1", "Writes down what a task is for.", "specification"),
        ("L1", "Tests a change before review.", "validation"),
        ("L1", "Reviews a test.", "validation"),
        ("L1", "Asks what a ticket leaves out.", "specification"),
        ("L2", "Decides what to build.", "judgment"),
        ("L3", "Decides what to stop.", "judgment"),
    ]
    assert findings(four) == ()


def test_a_corrected_tag_counts() -> None:
    texts = ("Builds the core.", "Implements the rest.", "Says what to stop.")
    coding: tuple[DimensionSlug, ...] = ("implementation", "implementation", "judgment")
    corrected: tuple[DimensionSlug, ...] = ("specification", "implementation", "judgment")
    before = findings([("Staff", t, d) for t, d in zip(texts, coding, strict=True)])
    after = findings([("Staff", t, d) for t, d in zip(texts, corrected, strict=True)])
    assert rules_in(before) == ["only-road-to-staff"]
    assert after == ()


def test_a_junior_level_may_ask_for_code_alone() -> None:
    assert findings([("Junior", f"Builds part {n}.", "implementation") for n in range(3)]) == ()


def test_a_line_on_checking_what_a_tool_made_is_not_merely_beside_the_craft() -> None:
    lines: list[Line] = [
        ("Engineer", "Tries AI tools.", "other"),
        ("Engineer", "Reviews what AI produced.", "validation"),
        ("Engineer", "Builds modules.", "implementation"),
        ("Engineer", "Builds features.", "implementation"),
    ]
    assert "ai-beside-craft" not in rules_in(findings(lines))


def test_small_letters_ai_are_not_ai() -> None:
    lines: list[Line] = [
        ("Engineer", "Maintains ai-ja, our dictionary.", "other"),
        ("Engineer", "Builds modules.", "implementation"),
        ("Engineer", "Builds features.", "implementation"),
    ]
    assert findings(lines) == ()


def test_findings_come_level_by_level_in_the_ladders_order() -> None:
    lines: list[Line] = [
        ("Staff", "Is passionate.", "other"),
        ("Junior", "Is passionate about tests and code.", "other"),
        ("Staff", "Is brilliant.", "other"),
    ]
    assert [found.level for found in findings(lines)] == ["Staff", "Staff", "Junior"]


def test_a_tag_for_each_statement_is_needed() -> None:
    ladder = Ladder(name="A", statements=(Statement(level="L1", text="Tests."),))
    with pytest.raises(ValueError, match="shorter"):
        lint(ladder, [])


@given(st.lists(st.tuples(st.sampled_from(["L1", "L2", "Staff"]), st.text()), min_size=1))
def test_any_ladder_is_linted_in_whole_sentences(lines: list[tuple[str, str]]) -> None:
    kept: list[Line] = [(level, text, "other") for level, text in lines if text.strip()]
    if kept:
        assert [f.why for f in findings(kept) if not f.why.endswith((".", "?"))] == []


# Which way a ladder rises


@pytest.mark.parametrize(
    ("levels", "first"),
    [
        (("Junior", "Senior", "Staff"), "Junior"),
        (("Principal", "Staff", "Senior"), "Senior"),
        (("L6", "L5", "L4"), "L4"),
        (("E1", "E2"), "E1"),
        (("Blue", "Green"), "Blue"),
        (("Senior Engineer", "Engineer"), "Engineer"),
        (("D1 - Developer 1", "D2 - Developer 2"), "D1 - Developer 1"),
    ],
)
def test_the_most_junior_level_is_known_by_words_or_numbers(
    levels: tuple[str, ...], first: str
) -> None:
    assert rising(levels)[0] == first


def test_rank_runs_from_none_to_one() -> None:
    levels = ("L1", "L2", "L3")
    assert [rank(level, levels) for level in levels] == [0, 0.5, 1]
    assert rank("Engineer", ("Engineer",)) == 0.5


def test_without_names_the_upper_half_is_senior() -> None:
    levels = ("D1", "D2", "D3", "D4")
    assert [is_senior(level, levels) for level in levels] == [False, False, True, True]
