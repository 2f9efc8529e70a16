"""The pages after the event: what is asked, what is offered, and what two small maps can't say."""

from __future__ import annotations

import contextlib
import datetime
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from pydantic import JsonValue, ValidationError

from tests.conftest import TinyEvent
from tests.test_questions import JSON, TEXT
from workshop_kit.answer_words import asked_key, question_in, tell
from workshop_kit.answers import Commitment
from workshop_kit.checks import check_answers
from workshop_kit.commitments import Promise, Standing
from workshop_kit.content import load_curriculum
from workshop_kit.content.curriculum_files import read_curriculum
from workshop_kit.content.folders import PACKAGE
from workshop_kit.curriculum import DAYS, Afterwards, Days, LookBack, PeopleQuestion
from workshop_kit.errors import InputError
from workshop_kit.stage_map import MIXED, NOT_ENOUGH, TO_COMPARE, Placement, Sight, compare
from workshop_kit.store import open_store
from workshop_kit.variables import PARTICIPANT
from workshop_kit.workbook import Workbook, what_became
from workshop_kit.workbook.then_and_now import describe, small_numbers, told

CURRICULUM = load_curriculum()
AFTERWARDS = CURRICULUM.afterwards
DAY = datetime.date(2027, 3, 18)
SLUGS = [page.slug for page in AFTERWARDS.look_backs]
DATED = ("lead-by-example", "thirty-sixty-ninety")
KEY = f"kept.{'.'.join(DATED)}.1"
Make = Callable[..., TinyEvent]

each_look_back = pytest.mark.parametrize("page", AFTERWARDS.look_backs, ids=lambda p: p.slug)


def keep(event: TinyEvent, activity: str, question: str, value: JsonValue) -> None:
    with open_store(event.path) as store:
        store.save(
            participant="leader",
            team="quokka",
            activity=activity,
            question=question,
            value=value,
        )


def will(event: TinyEvent, *whats: str, by: str | None = "2027-04-17", who: str = "") -> None:
    rows: list[JsonValue] = [{"what": what, "by": by, "who": who} for what in whats]
    keep(event, *DATED, {"commitments": rows})


def book(event: TinyEvent) -> Workbook:
    return Workbook(event.path, "quokka")


def page_of(event: TinyEvent, days: Days) -> str:
    made = book(event).commitments(days)
    return made.twin.markdown if hasattr(made, "twin") else made.markdown


# ---- the words in YAML -------------------------------------------------------------------------


@each_look_back
def test_a_look_back_takes_twenty_minutes_and_the_last_with_the_map_forty(page: LookBack) -> None:
    assert page.minutes == (40 if page.again else 20)


@each_look_back
def test_every_example_fits_its_question_and_reads_as_an_answer(page: LookBack) -> None:
    for form in CURRICULUM.forms_of(page.slug):
        for question in form.questions:
            if not isinstance(question, PeopleQuestion):
                value = question.example_answer(DAY).model_dump(mode="json")
                made = tell(CURRICULUM, page.slug, question.id, value)
                assert (made.problem, bool(made.words)) == ("", True)


def test_the_last_look_back_maps_again_with_the_same_forms_oneself_first() -> None:
    mapping = CURRICULUM.activity("stage-mapping")
    forms = CURRICULUM.forms_of("follow-up-90")
    assert forms[:2] == (mapping.form("yourself"), mapping.form("team"))
    assert forms[1].after == "yourself"


def test_dropping_something_on_purpose_is_an_answer() -> None:
    outcome = AFTERWARDS.outcome("dropped")
    assert outcome is not None
    assert outcome.to is None


def test_the_look_backs_are_three_in_their_order() -> None:
    with pytest.raises(ValidationError, match="30, 60 and 90"):
        Afterwards.model_validate(
            {**AFTERWARDS.model_dump(), "look_backs": AFTERWARDS.model_dump()["look_backs"][::-1]}
        )


@pytest.mark.parametrize(("to", "text"), [(60, "Moved"), (None, "Moved to {date}")])
def test_an_outcome_names_a_day_where_it_has_one(to: int | None, text: str) -> None:
    outcomes = [*AFTERWARDS.model_dump()["outcomes"][:2], {"id": "odd", "text": text, "to": to}]
    with pytest.raises(ValidationError, match="go together"):
        Afterwards.model_validate({**AFTERWARDS.model_dump(), "outcomes": outcomes})


def test_a_form_to_ask_again_that_is_not_there_is_reported_with_its_file(tmp_path: Path) -> None:
    folder = tmp_path / "curriculum"
    for path in (PACKAGE / "curriculum").rglob("*.yaml"):
        copy = folder / path.relative_to(PACKAGE / "curriculum")
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(path.read_bytes().replace(b"[yourself, team]", b"[yourself, teem]"))
    with pytest.raises(InputError, match=r"follow_up\.yaml") as refused:
        read_curriculum(folder)
    assert 'asks the form "teem" again' in str(refused.value)


# ---- what became of it -------------------------------------------------------------------------


@pytest.mark.parametrize("days", DAYS)
def test_where_nothing_was_said_the_page_says_so_kindly_and_offers_lines(
    days: Days, tiny_event: Make
) -> None:
    text = page_of(tiny_event("Quokka"), days)
    assert "neither is held against you" in text
    assert ".lines" in text


def test_each_commitment_has_its_boxes_and_a_line(tiny_event: Make) -> None:
    event = tiny_event("Quokka")
    will(event, "Ask *them*", "Mend it", who="P1")
    text = page_of(event, 30)
    assert "Ask \\*them\\*" in text
    assert text.count("☐") == 2 * 6
    assert text.count(".lines") == 2
    assert "By 17 April 2027" in text


def test_nothing_can_be_moved_to_a_look_back_that_is_over(tiny_event: Make) -> None:
    event = tiny_event("Quokka")
    will(event, "Ask them")
    offered = [[name for name, _ in book(event)._choices(days)] for days in DAYS]
    assert [[name for name in names if name.startswith("moved-")] for names in offered] == [
        ["moved-60", "moved-90", "moved-on"],
        ["moved-90", "moved-on"],
        ["moved-on"],
    ]


def test_a_commitment_without_a_day_is_asked_for_at_once(tiny_event: Make) -> None:
    event = tiny_event("Quokka")
    will(event, "Ask them", by=None)
    assert "Ask them" in page_of(event, 30)


def test_what_is_due_after_the_last_look_back_is_asked_there_while_it_is_kept(
    tiny_event: Make,
) -> None:
    event = tiny_event("Quokka")
    will(event, "Ask them", by="2027-06-16")
    assert "Ask them" not in page_of(event, 60)
    assert "Ask them" in page_of(event, 90)


def test_where_all_is_settled_the_page_says_so(tiny_event: Make) -> None:
    event = tiny_event("Quokka")
    will(event, "Ask them")
    keep(event, "follow-up-30", KEY, {"chosen": ["dropped"], "what": "Ask them"})
    assert "You have answered for everything" in page_of(event, 60)


def test_what_is_answered_keeps_its_place_when_its_day_is_put_off(tiny_event: Make) -> None:
    event = tiny_event("Quokka")
    will(event, "Ask them", by="2027-06-01")
    keep(event, "follow-up-30", KEY, {"chosen": ["dropped"], "what": "Ask them"})
    assert "Dropped on purpose" in page_of(event, 30)


def test_an_answer_about_a_commitment_that_is_gone_is_told(tiny_event: Make) -> None:
    event = tiny_event("Quokka")
    keep(event, "follow-up-30", KEY, {"chosen": ["dropped"], "what": "Ask them"})
    assert "Ask them" in page_of(event, 30)
    assert "kept and not lost" in page_of(event, 30)


def test_another_participants_commitments_are_not_on_the_page(
    tiny_event: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    event = tiny_event("Quokka")
    will(event, "Ask them")
    monkeypatch.setenv(PARTICIPANT, "p07")
    assert "Ask them" not in page_of(event, 30)


def question(what: str = "Ask them") -> what_became.Questions:
    promise = Promise("quokka", "leader", *DATED, Commitment(what=what), 1)
    return what_became.questions([Standing(promise, None)], AFTERWARDS, [], {KEY: ""})


def test_an_answer_is_kept_with_the_words_of_its_commitment() -> None:
    kept = question().read(KEY, {"chosen": ["dropped"], "other": ""})
    assert kept == {"chosen": ["dropped"], "other": "", "what": "Ask them"}


def test_an_answer_that_was_cleared_says_nothing() -> None:
    kept = question().read(KEY, {"chosen": [], "other": " ", "what": "Ask them"})
    assert isinstance(kept, dict)
    assert kept["what"] == ""


def test_an_answer_to_other_words_is_refused() -> None:
    with pytest.raises(ValueError, match="reworded"):
        question().read(KEY, {"chosen": ["dropped"], "what": "Ask nobody"})


def test_an_outcome_that_there_is_not_is_refused() -> None:
    with pytest.raises(ValueError, match="there is no forgotten any more"):
        question().read(KEY, {"chosen": ["forgotten"]})


@given(JSON)
def test_whatever_comes_back_is_kept_or_refused_in_words(value: JsonValue) -> None:
    with contextlib.suppress(ValueError):
        kept = question().read(KEY, value)
        assert kept is None or kept["what"] in ("", "Ask them")


@given(JSON)
def test_whatever_is_kept_is_printed(value: JsonValue) -> None:
    promise = Promise("quokka", "leader", *DATED, Commitment(what="Ask them"), 1)
    page = what_became.printed([Standing(promise, None)], AFTERWARDS, [], {KEY: ""}, {KEY: value})
    assert "Ask them" in page.markdown


# ---- what the activities ask -------------------------------------------------------------------


def test_only_the_activities_with_an_answer_ask_again(tiny_event: Make) -> None:
    event = tiny_event("Quokka")
    will(event, "Ask them")
    text = book(event).asked_now(30).twin.markdown
    assert "Lead by example" in text
    assert text.count("**") == 2


def test_where_nothing_was_answered_all_activities_ask(tiny_event: Make) -> None:
    text = book(tiny_event("Quokka")).asked_now(30).twin.markdown
    assert all(activity.title in text for activity in CURRICULUM.activities)


# ---- what is kept, in words --------------------------------------------------------------------


def test_what_became_of_a_commitment_is_told_in_words() -> None:
    value = {"chosen": ["moved-60"], "other": "It rained.", "what": "Ask them"}
    made = tell(CURRICULUM, "follow-up-30", KEY, value)
    assert (made.words, made.problem) == ("Ask them; Moved: I do it by day 60; It rained.", "")


def test_what_was_answered_to_an_activity_is_told_with_its_question() -> None:
    key = asked_key("stage-mapping")
    made = tell(CURRICULUM, "follow-up-60", key, {"text": "I saw it."})
    assert made.words == "I saw it."
    assert CURRICULUM.activity("stage-mapping").follow_up.days_60 in made.prompt


def test_the_map_of_the_last_look_back_is_told_like_the_first() -> None:
    mapped = question_in(CURRICULUM.activity("stage-mapping").forms, "people")
    assert isinstance(mapped, PeopleQuestion)
    fields = {name: a.model_dump(mode="json") for name, a in mapped.example_person(DAY).items()}
    value: JsonValue = {"fields": fields}
    first = tell(CURRICULUM, "stage-mapping", "people/P1", value)
    assert tell(CURRICULUM, "follow-up-90", "people/P1", value) == first
    assert tell(CURRICULUM, "follow-up-30", "people/P1", value).problem


def test_the_check_has_no_note_on_answers_of_a_look_back(tiny_event: Make) -> None:
    event = tiny_event("Quokka")
    keep(event, "follow-up-30", KEY, {"chosen": ["dropped"], "what": "Ask them"})
    keep(event, "follow-up-30", asked_key("stage-mapping"), {"text": "I saw it."})
    keep(event, "follow-up-30", "what-i-say", {"text": "I dropped it."})
    answered = [note for note in check_answers(event.load()) if "answer" in note.what]
    assert [note for note in answered if "no longer fits" in note.what] == []


@given(JSON)
def test_whatever_is_kept_at_a_look_back_is_told_and_raises_nothing(value: JsonValue) -> None:
    for slug in SLUGS:
        for key in (KEY, asked_key("stage-mapping"), asked_key("gone"), "kept.", "people/P1"):
            made = tell(CURRICULUM, slug, key, value)
            assert "\n" not in made.problem


@given(TEXT)
def test_whatever_the_key_is_nothing_is_raised(key: str) -> None:
    tell(CURRICULUM, "follow-up-30", f"asked.{key}", {"text": "words"})
    tell(CURRICULUM, "follow-up-30", f"kept.{key}", {"chosen": ["dropped"]})


# ---- then and now ------------------------------------------------------------------------------


def person(code: str, *stages: str, evidence: str = "some") -> Placement:
    """Somebody of whom two signals were seen, on two days, of one stage or of two."""
    sights = tuple(
        Sight("seen", stage, DAY + datetime.timedelta(days=day))  # type: ignore[arg-type]
        for day, stage in enumerate([*stages, *stages][:2])
    )
    return Placement(code, sights, evidence, "", "", "", "")


def people(stage: str, count: int) -> list[Placement]:
    return [person(f"P{number}", stage) for number in range(1, count + 1)]


def test_below_five_people_there_is_nothing_to_compare() -> None:
    maps = compare(people("anxiety", 4), people("reframing", 9), CURRICULUM)
    assert (maps.in_both, maps.enough, maps.counts) == (4, 4, None)


def test_somebody_with_too_little_in_one_map_is_not_counted_in_either() -> None:
    little = [person("P6", "anxiety", evidence="not-enough")]
    then, now = [*people("anxiety", 5), *little], people("reframing", 6)
    maps = compare(then, now, CURRICULUM)
    assert (maps.in_both, maps.enough) == (6, 5)
    assert maps.counts is not None
    assert maps.counts["then"].sum() == maps.counts["now"].sum() == 5


def test_the_counts_are_those_of_then_and_of_now_by_group() -> None:
    then = people("anxiety", 5)
    now = [*people("reframing", 4), person("P5", "anxiety", "leverage")]
    counts = compare(then, now, CURRICULUM).counts
    assert counts is not None
    by_group = {row.group: (row.then, row.now) for row in counts.itertuples()}
    assert by_group["Signals of Anxiety"] == (5, 0)
    assert by_group["Signals of Reframing"] == (0, 4)
    assert by_group[MIXED] == (0, 1)
    assert NOT_ENOUGH not in by_group


def test_nothing_in_the_words_says_which_way_anybody_went() -> None:
    maps = compare(people("anxiety", 5), people("reframing", 5), CURRICULUM)
    text = told(maps, 6).markdown
    assert "P1" not in text
    for word in ("more", "less", "better", "progress", "→", "+", "%"):
        assert word not in text


def test_where_there_is_too_little_it_says_so_and_shows_no_table() -> None:
    text = told(compare(people("anxiety", 3), people("anxiety", 3), CURRICULUM), 6).markdown
    assert f"Below {TO_COMPARE} there is nothing to compare" in text
    assert "|" not in text


@pytest.mark.parametrize(
    ("size", "part"), [(1, "all"), (2, "half"), (6, "a sixth"), (8, "an eighth"), (27, "one part")]
)
def test_one_person_is_told_as_a_part_of_the_team(size: int, part: str) -> None:
    assert f"One person is {part}" in small_numbers(size)


def test_the_chart_describes_what_it_shows() -> None:
    counts = compare(people("anxiety", 5), people("reframing", 5), CURRICULUM).counts
    assert counts is not None
    assert describe(counts) == (
        "Bars of how many of 5 people showed which signals, then and now. "
        "Signals of Anxiety: 5 then, 0 now; Signals of Reframing: 0 then, 5 now."
    )
