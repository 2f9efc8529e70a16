"""The run sheet: one page a session, the same times on paper, in the calendar and in the spreadsheet."""

from __future__ import annotations

import datetime
import io
from zoneinfo import ZoneInfo

import openpyxl
import pytest
from icalendar import Calendar

from tests.conftest import make_tiny_event
from tests.pages import Pages
from workshop_kit.agenda import timetable
from workshop_kit.content import read_agenda
from workshop_kit.curriculum import Agenda, Block, Session
from workshop_kit.run_sheet import session_sheets, write_run_sheet

HOSTILE = '=1+1 #import "x" ``` _x0041_ <b> محمد 山田'


def block(ident, **changes):
    given = {"id": ident, "title": f"The {ident}", "mode": "alone", "min": 8, "target": 10}
    return Block.model_validate(given | changes)


def agenda(*sessions, **changes):
    given = {"slug": "own", "title": "An own day", "about": "Made up.", "minutes": 30}
    return Agenda.model_validate(given | {"sessions": sessions} | changes)


@pytest.fixture(scope="module")
def half_day(tmp_path_factory):
    return make_tiny_event(tmp_path_factory.mktemp("day") / "event", "Payments").load()


def with_agenda(folder, own, **event):
    return folder.model_copy(update={"agenda": own, "event": folder.event.model_copy(update=event)})


def written(folder, out):
    (pdf, ics, xlsx), remarks = write_run_sheet(folder, out)
    assert remarks == ()
    return Pages(pdf.read_bytes()), Calendar.from_ical(ics.read_bytes()), xlsx.read_bytes()


@pytest.fixture(scope="module")
def papers(half_day, tmp_path_factory):
    return written(half_day, tmp_path_factory.mktemp("out"))


# ---- on paper ----------------------------------------------------------------------------------


def test_the_half_day_is_one_page_of_a_document_for_everybody(papers):
    page = papers[0]
    assert len(page.texts) == 1
    assert page.is_ua1
    assert page.title == "Run sheet: The half day"
    assert "TH" in page.tags


def test_every_block_stands_there_with_its_time_in_order(half_day, papers):
    text, at = papers[0].squeezed, 0
    for row in timetable(half_day.agenda, half_day.event):
        wanted = "".join(f"{row.start:%H:%M}{row.block.title}".split())
        assert wanted in text[at:], wanted
        at = text.index(wanted, at)


def test_the_foot_says_what_to_leave_out_first_and_when_it_ends(half_day, papers):
    text, at = papers[0].text, 0
    for cut in sorted((b for b in half_day.agenda.blocks if b.cut), key=lambda b: b.cut):
        at = text.index(f"{cut.cut} {cut.title} (saves {cut.target})", at)
    assert "13:00 End" in text
    assert "09:00–13:00" in text
    assert "240 together" in text


def test_it_is_one_page_of_us_letter_too(half_day, tmp_path):
    folder = with_agenda(half_day, half_day.agenda, paper="us-letter")
    page = written(folder, tmp_path)[0]
    assert len(page.texts) == 1
    assert page.size == (612, 792)


def test_two_sessions_take_a_page_each_with_their_own_day(half_day, tmp_path):
    own = agenda(
        Session(title="First", blocks=(block("one"),)),
        Session(title="Second", day=1, start=datetime.time(14, 0), blocks=(block("two"),)),
    )
    page = written(with_agenda(half_day, own), tmp_path)[0]
    first, second = page.texts
    assert "The one" in first
    assert "The two" not in first
    assert "18 March 2027" in first
    assert "19 March 2027" in second
    assert "14:00–14:10" in second
    assert page.bookmarks == ["First", "Second"]


def test_every_agenda_of_the_kit_takes_a_page_a_session(half_day, tmp_path):
    for name in ("ninety-minutes", "two-sessions", "self-paced"):
        own, problems = read_agenda(name, half_day.path)
        assert own is not None, problems
        page = written(with_agenda(half_day, own), tmp_path)[0]
        assert len(page.texts) == len(own.sessions)


def test_words_from_a_file_are_printed_as_they_are(half_day, tmp_path):
    own = agenda(
        Session(
            title=HOSTILE,
            blocks=(block("one", title=HOSTILE, materials=[HOSTILE], owner="Aya"), block("two")),
        ),
        title=HOSTILE,
    )
    page = written(with_agenda(half_day, own, name=HOSTILE), tmp_path)[0]
    assert '=1+1 #import "x" ``` _x0041_ <b>' in page.text
    assert "Aya" in page.text


def test_who_leads_is_said_once_where_it_is_the_same_person(half_day):
    (sheet,) = session_sheets(half_day)
    assert sheet.owner == "Facilitator, throughout."


def test_an_agenda_that_one_does_alone_says_nothing_about_being_late(half_day):
    own = agenda(Session(title="First", blocks=(block("one"),)), facilitated=False)
    assert session_sheets(with_agenda(half_day, own))[0].late == ""


def test_times_pass_through_the_night_on_which_the_clocks_change(half_day):
    own = agenda(
        Session(title="Night", start=datetime.time(2, 50), blocks=(block("one"), block("two")))
    )
    folder = with_agenda(half_day, own, date=datetime.date(2027, 3, 28), timezone="Europe/Helsinki")
    assert [line.time for line in session_sheets(folder)[0].lines] == ["02:50", "04:00", "04:10"]


# ---- in a calendar -----------------------------------------------------------------------------


def test_the_calendar_has_an_event_for_each_block_at_its_time(half_day, tmp_path):
    folder = with_agenda(half_day, half_day.agenda, timezone="America/New_York")
    events = written(folder, tmp_path)[1].events
    rows = timetable(folder.agenda, folder.event)
    assert [(str(e["summary"]), e.start, e.end) for e in events] == [
        (row.block.title, row.start, row.end) for row in rows
    ]
    assert events[0].start.tzinfo == ZoneInfo("America/New_York")
    assert len({str(event["uid"]) for event in events}) == len(rows)


def test_an_event_of_the_calendar_says_what_to_say_and_what_is_needed(half_day, papers):
    told = str(papers[1].events[0]["description"])
    first = half_day.agenda.blocks[0]
    assert first.say in told
    assert first.materials[0] in told


def test_a_day_that_is_moved_keeps_the_ids_of_its_entries(half_day, tmp_path):
    moved = with_agenda(half_day, half_day.agenda, date=datetime.date(2027, 5, 4))
    before, after = written(half_day, tmp_path / "a")[1], written(moved, tmp_path / "b")[1]
    assert [e["uid"] for e in before.events] == [e["uid"] for e in after.events]


# ---- in a spreadsheet --------------------------------------------------------------------------


def sheet_of(xlsx):
    return openpyxl.load_workbook(io.BytesIO(xlsx)).active


def test_the_spreadsheet_has_real_times_and_numbers_and_room_for_the_actual_ones(half_day, papers):
    sheet = sheet_of(papers[2])
    heads = [cell.value for cell in sheet[1]]
    first = dict(zip(heads, [cell.value for cell in sheet[2]], strict=True))
    opening = half_day.agenda.blocks[0]
    assert first["Begins"] == datetime.time(9, 0)
    assert first["Day"] == datetime.datetime(2027, 3, 18)
    assert (first["At least"], first["Planned"]) == (opening.min, opening.target)
    assert first["Actual"] is None
    assert sheet.max_row == len(half_day.agenda.blocks) + 1
    assert sheet.freeze_panes == "A2"
    assert sheet.page_setup.fitToWidth == 1


def test_no_text_becomes_a_formula(half_day, tmp_path):
    titles = [HOSTILE, "+1", "-1", "@x"]
    blocks = tuple(block(f"b{n}", title=title, owner=title) for n, title in enumerate(titles))
    own = agenda(Session(title="=A1", blocks=blocks))
    sheet = sheet_of(written(with_agenda(half_day, own), tmp_path)[2])
    texts = [cell for row in sheet.iter_rows(min_row=2) for cell in row if cell.data_type == "s"]
    assert {"+1", "-1", "@x", "=A1"} <= {cell.value for cell in texts}
    assert all(cell.quotePrefix for cell in texts)
    assert "f" not in {cell.data_type for row in sheet.iter_rows() for cell in row}


# ---- the files ---------------------------------------------------------------------------------


def test_the_same_event_gives_the_same_bytes(half_day, tmp_path):
    first, _ = write_run_sheet(half_day, tmp_path / "a")
    second, _ = write_run_sheet(half_day, tmp_path / "b")
    assert [p.read_bytes() for p in first] == [p.read_bytes() for p in second]
    assert [p.relative_to(tmp_path / "a").as_posix() for p in first] == [
        f"facilitator/run-sheet.{kind}" for kind in ("pdf", "ics", "xlsx")
    ]
