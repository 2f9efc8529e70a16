"""What leaders answered is printed in their own team's files, and in nobody else's."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import JsonValue

from tests.conftest import Rendered, make_tiny_event
from tests.pages import Pages
from workshop_kit import load_event, render
from workshop_kit.answers import Chosen, Committed, Written
from workshop_kit.content import load_curriculum
from workshop_kit.curriculum import SimpleQuestion
from workshop_kit.run import EXERCISES
from workshop_kit.store import open_store

ACTIVITIES = load_curriculum().activities
DAY = datetime.date(2027, 3, 18)
MARKS = {"quokka": "Zaffre", "wombat": "Mauve"}
STATEMENT = {"statement": "Writes code that passes review.", "level": "Engineer", "heading": ""}


def answer_of(question: SimpleQuestion, mark: str) -> JsonValue:
    """The question's own example, with the team's mark in every place for words of one's own."""
    answer = question.example_answer(DAY)
    if isinstance(answer, Written):
        answer = Written(text=f"{mark} {question.id}\n\nand {mark} again")
    elif isinstance(answer, Chosen) and getattr(question, "other", ""):
        answer = answer.model_copy(update={"other": f"{mark} {question.id}"})
    elif isinstance(answer, Committed):
        rows = [c.model_copy(update={"what": f"{mark} {question.id}"}) for c in answer.commitments]
        answer = Committed(commitments=tuple(rows))
    value: JsonValue = answer.model_dump(mode="json")
    return value


def every_answer(mark: str) -> Iterator[tuple[str, str, JsonValue]]:
    """An answer to every question of every activity: activity, key, value."""
    for activity in ACTIVITIES:
        for question in (q for form in activity.forms for q in form.questions):
            if question.kind == "people":
                fields: dict[str, JsonValue] = {f.id: answer_of(f, mark) for f in question.fields}
                yield activity.slug, f"{question.id}/P1", {"fields": fields}
            else:
                yield activity.slug, question.id, answer_of(question, mark)
    rewritten = {**STATEMENT, "label": "validation", "text": f"{mark} shows how it was checked."}
    event = make_statement_key()
    yield "ladder-rewriting", f"rewrite/{event}", {str(k): v for k, v in rewritten.items()}


def make_statement_key() -> str:
    from workshop_kit.ladder import Statement

    return Statement(level="Engineer", text=STATEMENT["statement"]).key


@pytest.fixture(scope="module")
def answered(tmp_path_factory: pytest.TempPathFactory) -> Rendered:
    """Two teams that have answered everything; the first is rendered with its exercises."""
    home = tmp_path_factory.mktemp("answered")
    make_tiny_event(home / "event", "Quokka", "Wombat")
    with open_store(home / "event") as store:
        for team, mark in MARKS.items():
            for activity, key, value in every_answer(mark):
                store.save(
                    participant="leader", team=team, activity=activity, question=key, value=value
                )
    report = render(load_event(home / "event"), home / "out", teams=["quokka"], exercises=True)
    assert report.failures == []
    report = render(load_event(home / "event"), home / "out", teams=["wombat"])
    assert report.failures == []
    return Rendered(home, report)


def pdf(rendered: Rendered, name: str) -> Pages:
    return Pages((rendered.out / f"{name}.pdf").read_bytes())


@pytest.mark.parametrize("team", MARKS)
def test_everything_that_was_written_is_in_the_teams_handout(answered: Rendered, team: str) -> None:
    text = pdf(answered, f"{team}/handout").text
    written = [
        question.id
        for activity in ACTIVITIES
        for form in activity.forms
        for question in form.questions
        if question.kind in ("text", "commitments")
    ]
    assert [ident for ident in written if f"{MARKS[team]} {ident}" not in text] == []


@pytest.mark.parametrize("activity", ACTIVITIES, ids=lambda activity: activity.slug)
def test_everything_that_was_written_is_in_the_exercise(answered: Rendered, activity) -> None:  # type: ignore[no-untyped-def]
    (path,) = (answered.out / "quokka" / EXERCISES).glob(f"*-{activity.slug}.pdf")
    text = Pages(path.read_bytes()).text
    written = [q.id for form in activity.forms for q in form.questions if q.kind == "text"]
    assert [ident for ident in written if f"{MARKS['quokka']} {ident}" not in text] == []


def test_what_was_written_about_a_person_is_printed_under_the_code(answered: Rendered) -> None:
    text = pdf(answered, "quokka/02-stage-mapping").text
    assert "P1" in text
    assert "Zaffre counter" in text


def test_a_rewritten_statement_stands_beside_the_old_one(answered: Rendered) -> None:
    text = pdf(answered, "quokka/01-ladder-rewriting").text
    assert text.count("Zaffre shows how it was checked.") >= 2


def test_no_team_finds_another_teams_answers(answered: Rendered) -> None:
    """In any file of its folder: notebooks as text, PDFs as their pages' text."""
    found = []
    for team, mark in MARKS.items():
        (other,) = set(MARKS.values()) - {mark}
        for path in (answered.out / team).rglob("*"):
            if path.is_file():
                data = path.read_bytes()
                text = Pages(data).text if path.suffix == ".pdf" else data.decode()
                assert path.suffix not in (".pdf", ".ipynb") or text
                if other in text:
                    found.append(path.name)
    assert found == []


def test_what_everybody_sees_holds_no_answer(answered: Rendered) -> None:
    shared = [(answered.out / name).read_text() for name in ("index.html", "manifest.json")]
    assert [mark for mark in MARKS.values() for text in shared if mark in text] == []


def test_a_team_without_answers_gets_the_blank_form(sample: Rendered) -> None:
    nb = (sample.out / "payments" / "05-psychological-safety.ipynb").read_text()
    assert "{.lines" in nb


def test_a_new_answer_is_printed_by_the_next_render_and_only_for_its_team(
    answered: Rendered, tmp_path: Path
) -> None:
    again = answered.copy_to(tmp_path)
    with open_store(again.folder) as store:
        store.save(
            participant="leader",
            team="wombat",
            activity="lead-by-example",
            question="the-piece",
            value={"text": "Cerulean planning note"},
        )
    before = {p: p.read_bytes() for p in (again.out / "quokka").rglob("*") if p.is_file()}
    report = render(load_event(again.folder), again.out, teams=["wombat"])
    assert report.failures == []
    assert "Cerulean planning note" in pdf(again, "wombat/handout").text
    assert {p: p.read_bytes() for p in before} == before


def test_the_index_lists_the_exercises(answered: Rendered) -> None:
    page = (answered.out / "index.html").read_text()
    assert f"quokka/{EXERCISES}/02-stage-mapping.pdf" in page
