"""Drafts: in good English, at the level's scope, about the statement's own thing, never twice alike."""

from __future__ import annotations

import re
from collections import Counter
from typing import get_args

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from workshop_kit.content import load_curriculum
from workshop_kit.curriculum import DimensionSlug, KindSlug, Pattern, ScopeSlug
from workshop_kit.ladder import Ladder, Statement
from workshop_kit.linting import lint
from workshop_kit.originals import read_original
from workshop_kit.rewriting import TARGETS, Draft, drafts, drafts_for, scope_of
from workshop_kit.tagging import Tag

PATTERNS = load_curriculum().patterns
DOUBLED = re.compile(r"\b(\w+) \1\b", re.IGNORECASE)
HYPE = re.compile(
    r"leverag|empower|seamless|10x|\bAI\b|passionate|no longer matters", re.IGNORECASE
)


def tagged(dimension: DimensionSlug = "implementation") -> Tag:
    return Tag.model_construct(dimension=dimension, phrases=())


def of_text(text: str, level_rank: float = 0.5) -> tuple[Draft, ...]:
    return drafts(Statement(level="L", text=text), level_rank, tagged())


def ladder_of(texts: list[str], levels: tuple[str, ...] = ("L1",)) -> Ladder:
    statements = tuple(Statement(level=level, text=text) for level in levels for text in texts)
    return Ladder(name="A", statements=statements)


def thing_of(text: str) -> str:
    thing = read_original(text).thing
    return thing.words if thing else ""


# What a statement is about


@pytest.mark.parametrize(
    ("text", "thing"),
    [
        ("Builds payment APIs.", "a payment API"),
        ("Designs and implements large features that cross several services.",
         "a large feature that crosses several services"),
        ("Writes the modules that others build on.", "the modules that others build on"),
        ("Masters the team's main language.", "the team’s main language"),
        ("Has deep knowledge of at least one language and its runtime.",
         "the language they know best"),
        ("Is the go-to person for one or more technologies.", "the technology they know best"),
        ("You maintain your company's CI/CD pipelines.", "their company’s CI/CD pipelines"),
        ("Develops highly available, fault-tolerant services.",
         "a highly available, fault-tolerant service"),
        ("Works on several components that depend on each other.",
         "components that depend on each other"),
        ("Delivers features of one to two weeks independently.", "a feature of one to two weeks"),
        ("Debugs problems in production with logs.", "a problem in production"),
        ("Refactors the code they touch, so that the next change is easier.",
         "the code they touch"),
        ("Pushes new features and bug fixes.", "a new feature or bug fix"),
        ("Develops REST endpoints, adds tests and documents them.", "a REST endpoint"),
        ("Writes an ML job.", "an ML job"),
        ("Expert in Kubernetes and Terraform.", "Kubernetes and Terraform"),
        ("Has mastered C++.", "C++"),
        ("Writes firmware for our devices.", "firmware"),
    ],
)  # fmt: skip
def test_the_thing_of_a_statement_is_found(text: str, thing: str) -> None:
    assert thing_of(text) == thing


@pytest.mark.parametrize(
    "text",
    [
        "Delivers business value through code.",
        "Builds the prototypes that show whether a new technology is worth adopting for us.",
        "Solves most programming problems without asking.",
        "Is cited by others in the field.",
        "Deletes unnecessary code.",
        "Schreibt sauberen Code.",
        "Ships.",
        "",
    ],
)
def test_where_the_thing_is_not_sure_none_is_taken(text: str) -> None:
    assert thing_of(text) == ""


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("builds", "Implements new iOS screens."),
        ("quality", "Writes clear, tested code."),
        ("technology", "Fluent in two languages."),
        ("fixes", "Fixes complicated bugs."),
        ("throughput", "Closes tickets at the usual pace."),
        ("owns", "Owns the checkout system."),
        ("takes-over", "Can take over any codebase."),
        ("expert", "Is the recognised expert for our database."),
        ("refactors", "Refactors old modules."),
        ("tests", "Writes unit tests for new code."),
        ("explores", "Builds prototypes."),
        ("tools", "Uses the coding assistant every day."),
        ("automates", "Scripts repeated work."),
        ("solves", "Solves hard problems."),
        ("generic", "Contributes to open source."),
    ],
)
def test_the_kind_of_a_statement_is_known_by_its_words(kind: KindSlug, text: str) -> None:
    assert read_original(text).kind == kind


# Patterns


@pytest.mark.parametrize("pattern", PATTERNS, ids=lambda pattern: pattern.id)
def test_a_pattern_is_one_sentence(pattern: Pattern) -> None:
    assert re.fullmatch(r"[A-Z][^.?!]+\.", pattern.text)
    assert not pattern.keeps.endswith(".")
    assert not DOUBLED.search(pattern.text)
    assert not HYPE.search(pattern.text)


@pytest.mark.parametrize("pattern", PATTERNS, ids=lambda pattern: pattern.id)
def test_a_pattern_names_a_thing_in_what_it_keeps_only_if_it_names_it_in_its_text(
    pattern: Pattern,
) -> None:
    assert "{object" in pattern.text or "{" not in pattern.text + pattern.keeps
    assert "{objects}" in pattern.text or "{objects}" not in pattern.keeps


@pytest.mark.parametrize("scope", get_args(ScopeSlug))
@pytest.mark.parametrize("kind", get_args(KindSlug))
def test_every_kind_has_two_patterns_a_dimension_at_every_scope_that_need_no_thing(
    kind: KindSlug, scope: ScopeSlug
) -> None:
    fit = [p for p in PATTERNS if {kind, "generic"} & {*p.kinds} and scope in p.scopes]
    counted = Counter(p.dimension for p in fit if "{object" not in p.text)
    assert [target for target in TARGETS if counted[target] < 2] == []


def test_there_are_many_patterns() -> None:
    assert len(PATTERNS) >= 60
    assert len({pattern.text for pattern in PATTERNS}) == len(PATTERNS)


# Drafts


def test_three_drafts_each_towards_another_dimension() -> None:
    found = of_text("Builds payment APIs.")
    assert len({draft.dimension for draft in found}) == len(found) == 3
    assert all("payment API" in draft.text for draft in found)
    assert all(draft.keeps for draft in found)


@pytest.mark.parametrize("dimension", [d for d in get_args(DimensionSlug) if d != "implementation"])
def test_a_statement_that_does_not_pay_for_code_gets_no_draft(dimension: DimensionSlug) -> None:
    assert drafts(Statement(level="L", text="Builds APIs."), 0.5, tagged(dimension)) == ()


def test_the_scope_follows_from_how_far_up_a_level_stands() -> None:
    ranks = (-1, 0, 0.25, 0.5, 0.75, 1, 2)
    wanted = ("task", "task", "feature", "people", "teams", "organisation", "organisation")
    assert tuple(scope_of(level_rank) for level_rank in ranks) == wanted


def test_the_name_of_a_level_does_not_change_its_drafts() -> None:
    texts = ["Builds payment APIs.", "Knows our main language."]
    plain = drafts_for(ladder_of(texts, ("A", "B", "C")), [tagged()] * 6)
    named = drafts_for(ladder_of(texts, ("Junior", "Senior", "Staff")), [tagged()] * 6)
    assert plain == named


def test_a_ladder_that_begins_at_the_top_is_read_from_below() -> None:
    falling = drafts_for(ladder_of(["Builds APIs."], ("Staff", "Junior")), [tagged()] * 2)
    rising = drafts_for(ladder_of(["Builds APIs."], ("Junior", "Staff")), [tagged()] * 2)
    senior = {draft.text for draft in falling[0]}
    assert senior & {draft.text for draft in rising[1]}
    assert not senior & {draft.text for draft in rising[0]}


def test_only_statements_that_pay_for_code_are_drafted_by_their_place() -> None:
    ladder = ladder_of(["Builds APIs.", "Reviews changes.", "Builds screens."])
    tags = [tagged(), tagged("validation"), tagged()]
    assert list(drafts_for(ladder, tags)) == [0, 2]


def test_a_dimension_that_a_level_has_is_the_one_left_out() -> None:
    ladder = ladder_of(["Builds APIs.", "Reviews changes."])
    found = drafts_for(ladder, [tagged(), tagged("validation")])
    assert "validation" not in {draft.dimension for draft in found[0]}


def test_no_pattern_comes_twice_in_a_ladder_until_all_that_fit_are_used() -> None:
    texts = [f"Builds the {word} service." for word in ("order", "billing", "search", "mail")]
    found = drafts_for(ladder_of(texts), [tagged()] * 4)
    words = r"the (order|billing|search|mail) service"
    told = [re.sub(words, "it", draft.text) for made in found.values() for draft in made]
    assert len(told) == len(set(told)) == 12


def test_the_same_statement_at_two_levels_gets_other_drafts() -> None:
    found = drafts_for(ladder_of(["Builds new tools."], ("D6", "D7", "D8")), [tagged()] * 3)
    assert not {draft.text for draft in found[0]} & {draft.text for draft in found[1]}


def test_a_draft_that_is_its_original_is_not_offered() -> None:
    before = of_text("Writes code.")
    for draft in before:
        assert draft.text not in {again.text for again in of_text(draft.text)}


def test_drafts_pass_the_linter() -> None:
    texts = ["Builds payment APIs.", "Knows two languages.", "Fixes bugs.", "Closes tickets."]
    levels = ("L1", "L2", "L3", "L4", "L5")
    ladder = ladder_of(texts, levels)
    found = drafts_for(ladder, [tagged()] * len(ladder.statements))
    told = [draft for made in found.values() for draft in made]
    rewritten = Ladder(
        name="A", statements=tuple(Statement(level="L1", text=draft.text) for draft in told)
    )
    findings = lint(rewritten, [tagged(draft.dimension) for draft in told])
    assert [finding.why for finding in findings if finding.statement] == []


PIECES = (
    "builds writes knows owns fixes the a an our large several services features code APIs bugs "
    "that of and , in team's language at least one two Kubernetes which others use they tests "
    "quickly without help more tickets . the the any parts hard deep knowledge expert"
)
TEXTS = st.one_of(
    st.text(min_size=1).filter(str.strip),
    st.lists(st.sampled_from(PIECES.split()), min_size=1, max_size=14).map(" ".join),
)


@given(TEXTS, st.floats(0, 1))
@example("Builds {object} {0} services.", 0.5)
@example("Writes  the the code .", 0)
@example("Builds " + "services of " * 3000, 1)
def test_any_statement_gets_drafts_that_read_as_sentences(text: str, level_rank: float) -> None:
    found = of_text(text, level_rank)
    assert len(found) in {2, 3}
    assert found == of_text(text, level_rank)
    for draft in found:
        assert re.fullmatch(r"[^\W\d_].*\.", draft.text)
        assert draft.text[0].isupper()
        for words in (draft.text, draft.keeps):
            assert not re.search(r"[{}\n]|\s\s|\s[.,;]|\.\.|,,", words)
            assert not DOUBLED.search(words)
        if not re.search(r"\ban?\b", text, re.IGNORECASE):
            assert not re.search(r"\ba [aei]\w|\ban [bcdfgjkmnpqtvwz]", draft.text)
        assert draft.text.lower() != text.strip().lower()


@given(st.lists(st.tuples(st.sampled_from(["L1", "L2", "L3"]), TEXTS), min_size=1, max_size=12))
def test_the_drafts_of_any_ladder_are_the_same_each_time(lines: list[tuple[str, str]]) -> None:
    statements = tuple(Statement(level=level, text=text) for level, text in lines)
    ladder = Ladder(name="A", statements=statements)
    tags = [tagged()] * len(statements)
    found = drafts_for(ladder, tags)
    assert found == drafts_for(ladder, tags)
    assert list(found) == list(range(len(statements)))
