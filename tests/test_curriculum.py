"""The words that authors wrote: complete, counted, and in the voice of the brief."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterator
from importlib import resources
from itertools import accumulate
from typing import Any, get_args

import pytest
from pydantic import ValidationError

from workshop_kit.content import kit_folder, load_curriculum
from workshop_kit.curriculum import (
    Activity,
    Curriculum,
    DimensionSlug,
    Form,
    PeopleQuestion,
    Question,
    Stage,
    StageSlug,
    TextQuestion,
)

FOLDER = resources.files("workshop_kit.curriculum")
FILES = ("charter", "dimensions", "lint", "patterns", "stages")
ACTIVITIES = sorted(
    entry.name.removesuffix(".yaml")
    for entry in (FOLDER / "activities").iterdir()
    if entry.name.endswith(".yaml")
)
PATHS = [f"{name}.yaml" for name in FILES] + [f"activities/{slug}.yaml" for slug in ACTIVITIES]
STAGES = get_args(StageSlug)

HYPE = re.compile(
    r"AI will|revolution|game.?chang|supercharg|unlock|unleash|seamless|empower|cutting.edge"
    r"|transformative|exciting|embrace|\bjourney|10x|\bleverag(?!e\b)|future.proof",
    re.IGNORECASE,
)
SPORT_WAR_RELIGION = re.compile(
    r"\b(battle|weapon|war|warrior|frontline|troops|evangeli\w+|preach|guru|gospel|slam dunk"
    r"|home run|goalpost|touchdown|marathon|sprint to|rock ?star|ninja)\b",
    re.IGNORECASE,
)
PRODUCT = re.compile(r"\b(copilot|chatgpt|gpt|claude|gemini|codex|llama|windsurf)\b", re.IGNORECASE)
STAGE_NUMBER = re.compile(r"\bstage(s)? (\d|one|two|three|four|five)\b", re.IGNORECASE)
MARKDOWN = re.compile(r"\*\*|`|^#+ |\]\(|^[-*] ", re.MULTILINE)
# The names of stages that are also everyday words mean the stage only where they are capitalised.
STAGE_NAME = re.compile(r"\b(dismissal|augmentation|anxiety|reframing|Leverage)\b")
NAMED_STAGE = re.compile(r"\b(Dismissal|Augmentation|Anxiety|Reframing|leverage)\b")


@pytest.fixture(scope="module")
def curriculum() -> Curriculum:
    return load_curriculum()


@pytest.fixture(params=ACTIVITIES)
def activity(request: pytest.FixtureRequest, curriculum: Curriculum) -> Activity:
    return curriculum.activity(request.param)


@pytest.fixture(params=STAGES)
def stage(request: pytest.FixtureRequest, curriculum: Curriculum) -> Stage:
    return {stage.slug: stage for stage in curriculum.stages}[request.param]


def texts(value: Any, place: str = "") -> Iterator[tuple[str, str]]:
    """Every text in a dumped model, with the place where it stands."""
    if isinstance(value, str):
        yield place, value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from texts(inner, f"{place}.{key}" if place else key)
    elif isinstance(value, list | tuple):
        for number, inner in enumerate(value, start=1):
            yield from texts(inner, f"{place}[{number}]")


def found(pattern: re.Pattern[str], curriculum: Curriculum) -> list[str]:
    """Where `pattern` occurs in the words, and what it hit."""
    everything = texts(curriculum.model_dump())
    return [
        f"{place}: {hit.group()}" for place, text in everything for hit in pattern.finditer(text)
    ]


# Files


@pytest.mark.parametrize("path", PATHS)
def test_every_file_names_its_schema_and_its_licence(path: str) -> None:
    folder, _, file = path.rpartition("/")
    schema = "../schema/activity.json" if folder else f"schema/{file.removesuffix('.yaml')}.json"
    lines = (FOLDER / path).read_text(encoding="utf-8").splitlines()
    assert lines[0] == f"# yaml-language-server: $schema={schema}"
    assert lines[1] == "# Words under CC BY 4.0."


@pytest.mark.parametrize("slug", ACTIVITIES)
def test_every_activity_file_is_loaded_under_its_own_name(
    slug: str, curriculum: Curriculum
) -> None:
    assert curriculum.activity(slug).slug == slug


def test_no_activity_is_loaded_without_a_file(curriculum: Curriculum) -> None:
    assert sorted(activity.slug for activity in curriculum.activities) == ACTIVITIES


# Stages


def test_the_five_stages_stand_in_their_order(curriculum: Curriculum) -> None:
    assert tuple(stage.slug for stage in curriculum.stages) == STAGES


def test_signals_have_unique_ids(curriculum: Curriculum) -> None:
    ids = Counter(signal.id for stage in curriculum.stages for signal in stage.signals)
    assert [name for name, times in ids.items() if times > 1] == []


def test_moves_have_unique_ids(curriculum: Curriculum) -> None:
    ids = Counter(move.id for stage in curriculum.stages for move in stage.moves)
    assert [name for name, times in ids.items() if times > 1] == []


def test_every_stage_has_a_signal_in_somebodys_own_words(stage: Stage) -> None:
    assert any("“" in signal.text for signal in stage.signals)


def test_signals_never_name_a_stage(stage: Stage) -> None:
    named = [signal.id for signal in stage.signals if STAGE_NAME.search(signal.text)]
    assert named == []


def test_a_stage_with_an_unknown_key_is_refused(stage: Stage) -> None:
    with pytest.raises(ValidationError, match="score"):
        Stage.model_validate({**stage.model_dump(), "score": 3})


def test_a_stage_with_four_signals_is_refused(stage: Stage) -> None:
    with pytest.raises(ValidationError, match="signals"):
        Stage.model_validate({**stage.model_dump(), "signals": stage.model_dump()["signals"][:4]})


def test_a_signal_id_that_is_no_slug_is_refused(stage: Stage) -> None:
    signals = [{"id": "Not a slug", "text": "…"}, *stage.model_dump()["signals"][1:]]
    with pytest.raises(ValidationError, match=r"signals\.0\.id"):
        Stage.model_validate({**stage.model_dump(), "signals": signals})


def test_a_stage_cannot_be_changed_once_loaded(stage: Stage) -> None:
    with pytest.raises(ValidationError, match="frozen"):
        stage.name = "Somebody"  # type: ignore[misc]


def test_a_sixth_stage_is_refused(curriculum: Curriculum) -> None:
    content = curriculum.model_dump()
    with pytest.raises(ValidationError, match="stages"):
        Curriculum.model_validate({**content, "stages": [*content["stages"], content["stages"][0]]})


# Dimensions


def test_the_six_dimensions_stand_in_their_order(curriculum: Curriculum) -> None:
    assert tuple(dimension.slug for dimension in curriculum.dimensions) == get_args(DimensionSlug)


@pytest.mark.parametrize("slug", get_args(DimensionSlug))
def test_what_a_dimension_asks_is_a_question(slug: str, curriculum: Curriculum) -> None:
    dimension = {dimension.slug: dimension for dimension in curriculum.dimensions}[slug]
    assert [ask for ask in dimension.asks if "?" not in ask] == []


# Activities


def test_every_activity_has_equal_phase_and_step_minutes(activity: Activity) -> None:
    assert activity.minutes == sum(step.minutes for step in activity.steps)


def test_every_phase_ends_where_a_step_ends(activity: Activity) -> None:
    step_ends = set(accumulate(step.minutes for step in activity.steps))
    phase_ends = set(accumulate(phase.minutes for phase in activity.phases))
    assert sorted(phase_ends - step_ends) == []


def test_no_talk_phase_exceeds_twelve_minutes(activity: Activity) -> None:
    talk = [phase for phase in activity.phases if phase.grouping == "talk"]
    assert [phase.name for phase in talk if phase.minutes > 12] == []


def test_no_activity_runs_over_sixty_minutes_without_a_break(activity: Activity) -> None:
    assert activity.minutes <= 60


def test_people_work_alone_then_in_pairs_then_in_threes(activity: Activity) -> None:
    groupings = [phase.grouping for phase in activity.phases]
    assert groupings.index("alone") < groupings.index("pair") < groupings.index("three")


def test_every_step_tells_the_facilitator_what_to_watch_for(activity: Activity) -> None:
    silent = [number for number, step in enumerate(activity.steps, 1) if not step.watch_for]
    assert silent == []


def test_an_activity_with_an_unknown_key_is_refused(activity: Activity) -> None:
    with pytest.raises(ValidationError, match="difficulty"):
        Activity.model_validate({**activity.model_dump(), "difficulty": "high"})


def test_a_slug_that_names_no_activity_is_a_key_error(curriculum: Curriculum) -> None:
    with pytest.raises(KeyError, match="no-such-activity"):
        curriculum.activity("no-such-activity")


# The forms of every activity


def questions_of(activity: Activity) -> list[Question]:
    return [question for form in activity.forms for question in form.questions]


def texts_asked_for(activity: Activity) -> list[TextQuestion]:
    """Every question for words of one's own, those on a person included."""
    asked = questions_of(activity)
    fields = [field for table in asked if table.kind == "people" for field in table.fields]
    return [question for question in [*asked, *fields] if question.kind == "text"]


def people_in(curriculum: Curriculum) -> list[PeopleQuestion]:
    asked = [q for activity in curriculum.activities for q in questions_of(activity)]
    return [question for question in asked if question.kind == "people"]


def said_in_forms(activity: Activity) -> list[tuple[str, str]]:
    return list(texts([form.model_dump() for form in activity.forms]))


def test_the_six_activities_of_the_brief_are_there(curriculum: Curriculum) -> None:
    assert {activity.slug for activity in curriculum.activities} >= {
        "ladder-rewriting",
        "lead-by-example",
        "naming-the-transition",
        "orchestration-wins",
        "psychological-safety",
        "stage-mapping",
    }


def test_every_activity_can_be_done_alone(activity: Activity) -> None:
    assert activity.alone is not None
    assert 20 <= activity.alone.minutes <= 40


def test_every_activity_asks_eight_to_seventeen_questions(activity: Activity) -> None:
    assert 8 <= len(questions_of(activity)) <= 17


def test_every_activity_leaves_something_on_the_result_page(activity: Activity) -> None:
    assert [question.id for question in questions_of(activity) if question.result]


def test_no_two_headings_of_the_result_page_are_the_same(activity: Activity) -> None:
    headings = Counter(q.result for q in questions_of(activity) if q.result)
    assert [heading for heading, times in headings.items() if times > 1] == []


def test_every_form_that_a_step_says_to_fill_in_is_there(activity: Activity) -> None:
    assert activity.alone is not None
    said = " ".join(step.do for step in activity.alone.steps)
    named = set(re.findall(r"[Ff]ill in (?:only )?“([^”]+)”", said))
    assert named
    assert named <= {form.title for form in activity.forms}


def test_every_example_text_keeps_to_its_own_guidance(activity: Activity) -> None:
    counted = {
        question.id: (len(question.example.split()), question.words)
        for question in texts_asked_for(activity)
        if question.words
    }
    outside = {
        ident: (count, words)
        for ident, (count, words) in counted.items()
        if not words[0] <= count <= 1.5 * words[1]
    }
    assert outside == {}


def test_guidance_on_words_goes_from_few_to_many(activity: Activity) -> None:
    asked = texts_asked_for(activity)
    assert [q.id for q in asked if q.words and not 0 < q.words[0] < q.words[1]] == []


def test_every_example_that_goes_on_from_a_starter_begins_in_the_middle(activity: Activity) -> None:
    started = [question for question in texts_asked_for(activity) if question.starter]
    assert [q.id for q in started if not q.example[0].islower()] == []


def test_no_person_in_an_example_leads_a_team_of_the_sample(activity: Activity) -> None:
    rows = (kit_folder("data") / "sample-offsite" / "teams.csv").read_text(encoding="utf-8")
    names = {word for row in csv.DictReader(rows.splitlines()) for word in row["leader"].split()}
    said = {word for _, text in said_in_forms(activity) for word in re.findall(r"\w+", text)}
    assert said & names == set()


def test_people_are_asked_about_without_the_name_of_a_stage(curriculum: Curriculum) -> None:
    named = [
        (table.id, place)
        for table in people_in(curriculum)
        for place, text in texts(table.model_dump())
        if STAGE_NAME.search(text) or NAMED_STAGE.search(text)
    ]
    assert named == []


def test_nobody_is_put_on_a_scale(curriculum: Curriculum) -> None:
    kinds = {field.kind for table in people_in(curriculum) for field in table.fields}
    assert kinds <= {"text", "choice", "signals"}


def test_not_enough_evidence_is_where_everybody_starts(curriculum: Curriculum) -> None:
    (table,) = [q for q in questions_of(curriculum.activity("stage-mapping")) if q.kind == "people"]
    (evidence,) = [field for field in table.fields if field.id == "evidence"]
    (first,) = [option for option in evidence.options if option.id == evidence.default]
    assert first.text == "Not enough evidence"


def test_the_form_on_others_opens_after_the_one_on_oneself(curriculum: Curriculum) -> None:
    forms = curriculum.activity("stage-mapping").forms
    assert [(form.id, form.after) for form in forms][:2] == [
        ("yourself", None),
        ("team", "yourself"),
    ]


def test_every_form_says_whose_example_it_shows(activity: Activity) -> None:
    assert [form.id for form in activity.forms if len(form.example_context.split()) < 5] == []


def test_somebody_in_the_examples_of_each_activity_is_called_fictional(activity: Activity) -> None:
    assert any("fictional" in form.example_context.lower() for form in activity.forms)


def test_use_of_a_tool_is_among_what_is_kept_out_of_reviews(curriculum: Curriculum) -> None:
    asked = {q.id: q for q in questions_of(curriculum.activity("psychological-safety"))}
    (tool_use,) = [option for option in asked["not-used"].options if option.id == "tool-use"]
    assert "prompts, share of generated lines" in tool_use.text


# Announcement and charter


@pytest.fixture(scope="module")
def announcement(curriculum: Curriculum) -> Form:
    return curriculum.activity("naming-the-transition").form("announcement")


def test_the_announcement_has_six_parts_with_unique_ids(announcement: Form) -> None:
    ids = [part.id for part in announcement.questions]
    assert len(ids) == len(set(ids)) == 6


def test_every_part_of_the_announcement_is_written(announcement: Form) -> None:
    assert [part.id for part in announcement.questions if part.kind != "text"] == []


def test_every_announcement_example_completes_its_starter(announcement: Form) -> None:
    for part in announcement.questions:
        assert part.starter
        assert not part.example.startswith(part.starter)
        assert part.example[0].islower()


def test_every_announcement_starter_is_in_the_first_person(announcement: Form) -> None:
    parts = announcement.questions
    assert [part.id for part in parts if not re.search(r"\b(I|my)\b", part.starter)] == []


def test_the_announcement_example_says_that_it_is_fictional(announcement: Form) -> None:
    assert "fictional" in announcement.example_context.lower()


def test_every_charter_promise_is_a_single_sentence(curriculum: Curriculum) -> None:
    promises = curriculum.charter.promises
    assert [promise for promise in promises if not re.fullmatch(r"[^.?!]+\.", promise)] == []


@pytest.mark.parametrize(
    "words",
    [
        "ourselves before",
        "this month",
        "rating, pay, promotion or redundancy",
        "measures how much anybody uses a tool",
        "under codes",
        "see what is written about them and correct it",
        "confidential and is not anonymous",
        "five people and three teams",
        "ninety days",
        "sat out",
    ],
)
def test_the_charter_promises(words: str, curriculum: Curriculum) -> None:
    assert words in " ".join(curriculum.charter.promises)


def test_leaders_map_themselves_before_anybody_else(curriculum: Curriculum) -> None:
    names = [phase.name for phase in curriculum.activity("stage-mapping").phases]
    assert names.index("The charter") < names.index("Yourself first")
    assert names.index("Yourself first") < names.index("What you saw this month")


# Voice


def test_content_uses_no_hype_words(curriculum: Curriculum) -> None:
    assert found(HYPE, curriculum) == []


def test_content_uses_no_sports_war_or_religion(curriculum: Curriculum) -> None:
    assert found(SPORT_WAR_RELIGION, curriculum) == []


def test_content_names_no_product(curriculum: Curriculum) -> None:
    assert found(PRODUCT, curriculum) == []


def test_content_gives_stages_no_numbers(curriculum: Curriculum) -> None:
    assert found(STAGE_NUMBER, curriculum) == []


def test_content_states_no_percentages(curriculum: Curriculum) -> None:
    assert found(re.compile(r"\d ?%|\bper ?cent\b"), curriculum) == []


def test_content_uses_no_dashes_as_punctuation(curriculum: Curriculum) -> None:
    assert found(re.compile("[—–]"), curriculum) == []


def test_content_is_plain_text(curriculum: Curriculum) -> None:
    assert found(MARKDOWN, curriculum) == []


def test_content_uses_typographic_quotes(curriculum: Curriculum) -> None:
    assert found(re.compile("[\"']"), curriculum) == []


@pytest.mark.parametrize(
    "text", ["AI will write it", "Embrace the change", "a 10x engineer", "leveraging agents"]
)
def test_hype_is_recognised(text: str) -> None:
    assert HYPE.search(text)


def test_the_stages_are_called_an_observation_where_they_are_introduced(
    curriculum: Curriculum,
) -> None:
    assert "practitioner’s observation" in curriculum.activity("stage-mapping").purpose
