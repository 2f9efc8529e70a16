"""One team's pages: complete, in a kind order, and only this team's."""

from __future__ import annotations

import re
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Literal

import nbformat
import pytest
from pydantic import JsonValue

from tests.conftest import Rendered, make_tiny_event
from tests.pages import Pages
from tests.scripts import GOOD, as_yaml, script
from workshop_kit import charts
from workshop_kit.content import kit_folder, load_conversations
from workshop_kit.errors import InputError
from workshop_kit.event import written_date
from workshop_kit.forms import literal
from workshop_kit.store import open_store
from workshop_kit.workbook import Workbook
from workshop_kit.workbook.ladder_rewriting import REWRITES_AT_MOST

SAMPLE = kit_folder("data") / "sample-offsite"
TEAMS = {"payments": 9, "platform": 7, "mobile": 8, "data": 6, "embedded": 14, "security": 5}


@pytest.fixture(scope="module")
def book() -> Workbook:
    return Workbook(SAMPLE, "payments")


def tiny_book(folder: Path, ladder: str) -> Workbook:
    event = make_tiny_event(folder / "event", "Quokka")
    event.write_ladder("one.md", ladder)
    return Workbook(event.path, "quokka")


def test_a_broken_ladder_stops_the_pages_that_show_it_and_no_others(tmp_path: Path) -> None:
    book = tiny_book(tmp_path, "")
    assert "Quokka" in book.heading().markdown
    with pytest.raises(InputError, match=r"ladders/one\.md: The ladder file is empty"):
        book.ladder_facts()


# ---- the mapping -------------------------------------------------------------------------------


@pytest.mark.parametrize(("team", "size"), TEAMS.items())
def test_the_mapping_sheet_has_a_row_for_each_person(team: str, size: int) -> None:
    page = Workbook(SAMPLE, team).form("stage-mapping", "team").twin.markdown
    rows = re.search(r'rows="([^"]*)"', page)
    assert rows is not None
    assert rows[1].split("|") == [f"P{n}" for n in range(1, size + 1)]


def test_the_mapping_sheet_is_printed_with_all_its_rows(sample: Rendered) -> None:
    pages = Pages((sample.out / "embedded" / "02-stage-mapping.pdf").read_bytes())
    assert [n for n in range(1, 20) if re.search(rf"\bP{n}\b", pages.text)] == list(range(1, 15))


@pytest.mark.parametrize("folder", ["workshops", "exercises"])
def test_leaders_map_themselves_before_their_team(
    folder: Literal["workshops", "exercises"],
) -> None:
    nb = nbformat.read(kit_folder(folder) / "02-stage-mapping.ipynb", as_version=4)
    calls = [cell.source for cell in nb.cells if cell.cell_type == "code"]
    form = 'book.form("stage-mapping", "{}")'
    assert calls.index(form.format("yourself")) < calls.index(form.format("team"))


def test_leaders_map_themselves_before_their_team_on_paper(sample: Rendered) -> None:
    titles = Pages((sample.out / "payments" / "02-stage-mapping.pdf").read_bytes()).bookmarks
    assert titles.index("Yourself first") < titles.index("Your team, by what you have seen")


def test_the_self_map_offers_every_signal_to_tick(book: Workbook) -> None:
    signals = {literal(signal.text) for stage in book.curriculum.stages for signal in stage.signals}
    page = book.form("stage-mapping", "yourself").twin.markdown
    assert set(re.findall(r"^- \[ \] (.*)$", page, re.MULTILINE)) == signals


def test_the_self_map_names_no_stage(book: Workbook) -> None:
    page = book.form("stage-mapping", "yourself").twin.markdown
    assert [stage.name for stage in book.curriculum.stages if f"### {stage.name}" in page] == []


def test_a_persons_summary_tells_what_was_seen_and_names_no_stage(tmp_path: Path) -> None:
    book = tiny_book(tmp_path, "## Engineer\n\n- Writes code.\n")
    first, second = book.curriculum.stages[2].signals[:2]
    seen: JsonValue = [
        {"signal": first.id, "when": "2027-03-01"},
        {"signal": second.id, "when": "2027-03-09"},
    ]
    with open_store(book.event_dir) as store:
        store.save(
            participant="leader",
            team="quokka",
            activity="stage-mapping",
            question="people/P1",
            value={"fields": {"signals": {"seen": seen}, "evidence": {"chosen": ["some"]}}},
        )
    page = Workbook(book.event_dir, "quokka").person_summary().twin.markdown
    assert literal(first.text) in page
    assert "1 March 2027 to 9 March 2027" in page
    assert "How far this goes" in page
    assert [stage.name for stage in book.curriculum.stages if stage.name in page] == []


def test_a_person_may_be_mixed_or_without_enough_evidence(book: Workbook) -> None:
    sheet = book.form("stage-mapping", "team").twin.markdown
    assert "Mixed" in sheet
    assert "Moving" in sheet
    assert "Not enough evidence" in sheet


# ---- the ladder --------------------------------------------------------------------------------


@pytest.mark.parametrize("team", ["payments", "data"])
def test_every_statement_counts_once_under_one_dimension(team: str) -> None:
    book = Workbook(SAMPLE, team)
    frame = book.balance()
    dimensions = [dimension.slug for dimension in book.curriculum.dimensions]
    for level in book.ladder.levels:
        rows = frame[frame["level"] == level]
        assert list(rows["dimension"]) == dimensions
        assert rows["statements"].sum() == len(book.ladder.at(level))


def test_the_chart_describes_every_level(book: Workbook) -> None:
    description = charts.ladder_balance(book.balance()).to_dict()["description"]
    assert [level for level in book.ladder.levels if level not in description] == []


def test_every_statement_is_shown_under_its_level(book: Workbook) -> None:
    shown = book.statements().markdown
    headings = re.findall(r"^### (.*)$", shown, re.MULTILINE)
    assert headings == [literal(level) for level in book.ladder.levels]
    counts = Counter(part.count("\n| ") for part in shown.split("### ")[1:])
    assert sum(n * times for n, times in counts.items()) == len(book.ladder.statements) + 2 * len(
        headings
    )


def test_senior_levels_are_rewritten_first(tmp_path: Path) -> None:
    book = tiny_book(
        tmp_path, "## Engineer\n\n- Writes code.\n\n## Senior engineer\n\n- Ships code daily.\n"
    )
    text = book.rewrites().twin.markdown
    assert text.index("Ships code daily") < text.index("Writes code")


def test_no_more_is_offered_for_rewriting_than_a_session_holds(tmp_path: Path) -> None:
    many = "".join(f"- Writes code in language {n}.\n" for n in range(REWRITES_AT_MOST + 3))
    text = tiny_book(tmp_path, f"## Engineer\n\n{many}").rewrites().twin.markdown
    assert text.count('label="In your words') == REWRITES_AT_MOST
    assert "3 more pay for code" in text


def test_a_ladder_that_pays_for_no_code_still_gets_room_to_write(tmp_path: Path) -> None:
    text = tiny_book(tmp_path, "## Engineer\n\n- Sings in the choir.\n").rewrites().twin.markdown
    assert "No statement of this ladder" in text
    assert "::: {.lines" in text


# ---- the rest ----------------------------------------------------------------------------------


def naming_book(folder: Path, **written: str) -> Workbook:
    """A workbook whose leader wrote these parts of the announcement; underscores stand for hyphens."""
    make_tiny_event(folder / "event", "Quokka")
    with open_store(folder / "event") as store:
        for question, text in written.items():
            store.save(
                participant="leader",
                team="quokka",
                activity="naming-the-transition",
                question=question.replace("_", "-"),
                value={"text": text},
            )
    return Workbook(folder / "event", "quokka")


def test_ones_own_script_is_the_announcement_in_one_piece(tmp_path: Path) -> None:
    text = (
        naming_book(tmp_path, what_is_changing="write half a page first.")
        .own_script()
        .twin.markdown
    )
    assert literal("Starting this month, I am asking us to write half a page first.") in text
    assert text.count("{.aloud}") == 1


def test_what_was_not_written_of_ones_own_script_has_room(tmp_path: Path) -> None:
    text = naming_book(tmp_path).own_script().twin.markdown
    announcement = text.partition("My first three sentences")[0]
    assert announcement.count("::: {.lines") == 6
    assert "{.aloud}" not in announcement


def test_ones_own_script_shows_words_as_words(tmp_path: Path) -> None:
    text = naming_book(tmp_path, what_is_not="**this** `#read(1)`").own_script().twin.markdown
    assert literal("**this** `#read(1)`") in text


def test_a_script_with_mistakes_is_told_on_the_page_and_the_others_are_there(
    tmp_path: Path,
) -> None:
    event = make_tiny_event(tmp_path / "event", "Quokka")
    (event.path / "conversations").mkdir()
    text = as_yaml(script(GOOD, start="nowhere"))
    (event.path / "conversations" / "mine.yaml").write_text(text, encoding="utf-8")
    form = Workbook(event.path, "quokka").rehearsals()
    (notice,) = form.notices
    assert notice.startswith("The conversation in conversations/mine.yaml can’t be shown")
    assert len(form.questions.shown[0]["scripts"]) == len(load_conversations())


def test_a_date_is_written_the_same_whatever_the_locale(book: Workbook) -> None:
    assert written_date(book.event.date) == "22 April 2027"


def test_fictional_data_is_said_on_the_screen_too(book: Workbook) -> None:
    assert "Fictional data" in book.heading().markdown


def test_a_workbook_holds_nothing_that_only_the_facilitator_says(book: Workbook) -> None:
    pages = [m() for m in (book.charter, book.stages, book.moves)]
    pages += [
        f(a.slug)
        for a in book.curriculum.activities
        for f in (book.opening, book.steps, book.debrief)
    ]
    text = "\n".join(page.markdown for page in pages)
    for activity in book.curriculum.activities:
        for step in activity.steps:
            assert literal(step.do) in text
            for secret in filter(None, (step.say, step.watch_for)):
                assert literal(secret) not in text
        assert literal(activity.invitation) not in text


def test_an_unknown_team_is_answered_with_the_teams_there_are() -> None:
    with pytest.raises(InputError) as raised:
        Workbook(SAMPLE, "paymenst")
    assert "paymenst" in str(raised.value)
    assert "Payments" in str(raised.value) or "payments" in str(raised.value)
    assert all(team in str(raised.value) for team in TEAMS)


def test_a_notebook_shows_the_message_and_no_traceback() -> None:
    code = f"from workshop_kit import Workbook; Workbook({str(SAMPLE)!r}, 'nobody')"
    command = [
        sys.executable,
        "-m",
        "IPython",
        "--no-banner",
        "--simple-prompt",
        "--colors=NoColor",
    ]
    command += ["--HistoryManager.enabled=False", "-c", code]
    done = subprocess.run(command, capture_output=True, text=True)
    said = done.stdout + done.stderr
    assert 'There is no team "nobody".' in said
    assert "payments" in said
    assert "Traceback" not in said
    assert "workbook.py" not in said
