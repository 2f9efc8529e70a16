"""A survey's answers: read as Microsoft and Google write them, all or none, and nobody's address kept."""

from __future__ import annotations

import csv
import datetime
import io
import random
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from pydantic import JsonValue
from ruamel.yaml import YAML

from tests.conftest import make_tiny_event
from tests.test_questions import QUESTIONS, SIGNALS, commitments, scale
from workshop_kit.answer_words import find_question
from workshop_kit.content import load_curriculum
from workshop_kit.curriculum import (
    ChoiceQuestion,
    CommitmentsQuestion,
    OrderQuestion,
    PeopleQuestion,
    SignalsQuestion,
    TextQuestion,
    read_answer,
)
from workshop_kit.errors import InputError, Problem, StoreError
from workshop_kit.event import EventFolder
from workshop_kit.exchange import Imported, import_survey
from workshop_kit.exchange.cells import Unread, read_cell
from workshop_kit.store import Revision, open_store

CURRICULUM = load_curriculum()
SAFETY = "psychological-safety"
LADDER = "ladder-rewriting"
OPEN = "Where did somebody say that they were stuck?"
TEAM = "Your team"
SECRET = "heron lamp ninety"
MICROSOFT = ("ID", "Start time", "Completion time", "Email", "Name")
NORM = "When somebody says that they are stuck, I ask what they have ruled out."


@dataclass(frozen=True)
class Desk:
    """An event, and a facilitator's folder with a survey and its mapping."""

    folder: EventFolder
    home: Path

    def microsoft(self, headings: Sequence[str], *rows: Sequence[Any]) -> Path:
        """A workbook as Microsoft Forms gives it, with somebody's address and name in each row."""
        book = Workbook()
        sheet = book.active
        sheet.title = "Sheet1"
        sheet.append([*MICROSOFT, *headings])
        for number, row in enumerate(rows, 1):
            start = datetime.datetime(2027, 3, 1, 9, number)
            done = start + datetime.timedelta(minutes=7)
            who = [f"person{number}@example.org", f"Person {number}"]
            sheet.append([number, start, done, *who, *row])
        path = self.home / f"Before the offsite(1-{len(rows)}).xlsx"
        book.save(path)
        return path

    def google(self, headings: Sequence[str], *rows: Sequence[str]) -> Path:
        """A CSV file as Google Forms gives it."""
        path = self.home / "Before the offsite (Responses) - Form Responses 1.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["Timestamp", *headings])
            for number, row in enumerate(rows, 1):
                writer.writerow([f"2027/03/01 9:{number:02}:00 AM GMT+2", *row])
        return path

    def mapping(self, **keys: Any) -> Path:
        path = self.home / "mapping.yaml"
        asked = {"activity": SAFETY, "team": {"column": TEAM}, "questions": {"where-open": OPEN}}
        with path.open("w", encoding="utf-8") as file:
            YAML().dump({**asked, **keys}, file)
        return path

    def bring(self, survey: Path, **keys: Any) -> Imported:
        return import_survey(self.folder, survey, self.mapping(**keys))

    def problems(self, survey: Path, **keys: Any) -> list[Problem]:
        """Why the survey was refused; nothing of it may have been saved then."""
        before = self.kept()
        with pytest.raises(InputError) as caught:
            self.bring(survey, **keys)
        assert self.kept() == before
        return list(caught.value.problems)

    def kept(self) -> tuple[Revision, ...]:
        with open_store(self.folder.path) as store:
            return store.latest()

    def values(self) -> dict[tuple[str, str], JsonValue]:
        return {(r.team, r.question): r.value for r in self.kept()}

    def answer(self, question: str, value: JsonValue, team: str = "payments") -> None:
        """What the team's leader answers in the form."""
        with open_store(self.folder.path) as store:
            store.save(
                participant="leader",
                team=team,
                activity=SAFETY,
                question=question,
                value=value,
                device="laptop",
            )


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    (tmp_path / "desk").mkdir()
    return Desk(make_tiny_event(tmp_path / "event", "Payments", "Data").load(), tmp_path / "desk")


PARTICIPANT: Mapping[str, str] = {"column": "Email", "survey": "pre-work", "secret": SECRET}


# ---- Microsoft and Google ----------------------------------------------------------------------


def test_a_workbook_of_microsoft_forms_is_read(desk: Desk) -> None:
    survey = desk.microsoft(
        [TEAM, OPEN, "A norm"],
        ["Payments", "At stand-up;In a demo;", NORM],
        ["data", "Nowhere that I remember;", None],
    )
    imported = desk.bring(survey, questions={"where-open": OPEN, "norm-one": "A norm"})
    assert imported == Imported(rows=2, answers=3, same=0, overtook=0)
    assert desk.values() == {
        ("payments", "where-open"): {"chosen": ["stand-up", "demo"], "other": ""},
        ("payments", "norm-one"): {"text": NORM},
        ("data", "where-open"): {"chosen": ["nowhere"], "other": ""},
    }
    assert {r.participant for r in desk.kept()} == {"leader"}


@pytest.mark.parametrize("between", [", ", ";", "; "])
def test_a_csv_file_of_google_forms_is_read(desk: Desk, between: str) -> None:
    said = between.join(["At stand-up", "In the team’s chat, where all can read it", "At lunch"])
    desk.bring(desk.google([TEAM, OPEN], ["Payments", said]))
    assert desk.values() == {
        ("payments", "where-open"): {"chosen": ["stand-up", "chat"], "other": "At lunch"}
    }


def test_a_line_break_in_a_cell_stays_one(desk: Desk) -> None:
    book = Workbook()
    book.active.append([TEAM, "A norm"])
    book.active.append(["Payments", "One._x000D_\nTwo."])  # as Excel writes a line break of Windows
    book.save(desk.home / "survey.xlsx")
    desk.bring(desk.home / "survey.xlsx", questions={"norm-one": "A norm"})
    assert desk.values() == {("payments", "norm-one"): {"text": "One.\nTwo."}}


def test_one_team_may_be_named_for_all_rows(desk: Desk) -> None:
    desk.bring(desk.google([OPEN], ["At stand-up"]), team="data")
    assert list(desk.values()) == [("data", "where-open")]


def test_a_team_may_go_by_another_name_in_the_survey(desk: Desk) -> None:
    survey = desk.google([TEAM, OPEN], ["Money  in ", "At stand-up"], ["DATA", "In a demo"])
    desk.bring(survey, team={"column": TEAM, "names": {"Money in": "payments"}})
    assert sorted(desk.values()) == [("data", "where-open"), ("payments", "where-open")]


def test_an_empty_cell_is_no_answer(desk: Desk) -> None:
    imported = desk.bring(desk.google([TEAM, OPEN], ["Payments", ""], ["", " "]))
    assert (imported.rows, imported.answers) == (2, 0)
    assert desk.kept() == ()


def test_headings_may_differ_in_spaces_capitals_and_quotes(desk: Desk) -> None:
    desk.bring(
        desk.google(["your  team ", "What does “stuck” mean\n here?"], ["Data", NORM]),
        questions={"norm-one": 'What does "stuck" mean here?'},
    )
    assert list(desk.values()) == [("data", "norm-one")]


def test_a_note_on_the_file_is_passed_on(desk: Desk) -> None:
    path = desk.home / "survey.csv"
    path.write_bytes(f"{TEAM};{OPEN}\r\nPayments;Café\r\n".encode("cp1252"))
    imported = desk.bring(path)
    assert [note.severity for note in imported.notes] == ["note"]
    assert desk.values() == {("payments", "where-open"): {"chosen": [], "other": "Café"}}


# ---- options that hold the signs that stand between options ------------------------------------


def find(slug: str, ident: str) -> Any:
    question = find_question(CURRICULUM.activity(slug), ident)
    assert question is not None
    return question


def options_of(question: Any) -> list[tuple[str, str]]:
    if isinstance(question, SignalsQuestion) and not question.signals:
        return [(s.id, s.text) for stage in CURRICULUM.stages for s in stage.signals]
    offered = getattr(question, "options", ()) or getattr(question, "signals", ())
    return [(one.id, one.text) for one in offered or getattr(question, "items", ())]


MANY = [q for q in QUESTIONS if options_of(q) and (q.kind != "choice" or q.many)]


@pytest.mark.parametrize("between", [";", ", ", "; ", "\n"])
@pytest.mark.parametrize("question", MANY, ids=lambda question: question.id)
def test_options_are_found_whatever_signs_they_hold(question: Any, between: str) -> None:
    options = options_of(question)
    random.Random(7).shuffle(options)
    said = between.join(text for _, text in options) + between.strip()
    value: Any = read_cell(question, said, CURRICULUM)
    found = value.get("chosen") or value.get("order") or [one["signal"] for one in value["seen"]]
    assert found == [ident for ident, _ in options]


def test_a_single_option_may_hold_a_semicolon() -> None:
    said = "I could not say; it is a while since I read it"
    value = read_cell(find(LADDER, "expected-pay"), said, CURRICULUM)
    assert value == {"chosen": ["cannot-say"], "other": ""}


def test_words_of_ones_own_are_kept_with_their_signs() -> None:
    said = "At stand-up, in the corridor, late; and by phone, In a demo"
    value = read_cell(find(SAFETY, "where-open"), said, CURRICULUM)
    assert value == {
        "chosen": ["stand-up", "demo"],
        "other": "in the corridor, late; and by phone",
    }


def test_an_option_may_be_named_by_its_id() -> None:
    value = read_cell(find(SAFETY, "where-open"), "demo;one-to-one", CURRICULUM)
    assert value == {"chosen": ["demo", "one-to-one"], "other": ""}


def test_an_option_with_other_quotes_and_a_full_stop_is_the_same() -> None:
    value = read_cell(
        find(SAFETY, "where-open"), "in the team's chat, where all can read it.", CURRICULUM
    )
    assert value == {"chosen": ["chat"], "other": ""}


def test_an_option_that_was_ticked_twice_counts_once() -> None:
    value = read_cell(find(SAFETY, "where-open"), "In a demo;In a demo", CURRICULUM)
    assert value == {"chosen": ["demo"], "other": ""}


def test_where_one_may_be_chosen_two_are_refused() -> None:
    said = "Another leader here;My own manager;"
    with pytest.raises(Unread, match="takes one"):
        read_cell(find("naming-the-transition", "read-to"), said, CURRICULUM)


def test_where_one_may_be_chosen_ones_own_words_may_begin_like_an_option() -> None:
    said = "Somebody at home, and a neighbour"
    value = read_cell(find("naming-the-transition", "read-to"), said, CURRICULUM)
    assert value == {"chosen": [], "other": said}


def test_an_option_that_is_not_there_is_refused_with_what_was_meant() -> None:
    with pytest.raises(Unread, match="is not one of the choices") as caught:
        read_cell(find(LADDER, "expected-pay"), "Deciding when nobody can be certein", CURRICULUM)
    assert caught.value.fix == 'Did you mean "Deciding when nobody can be certain"?'


def test_a_refused_entry_of_great_length_makes_a_short_message() -> None:
    with pytest.raises(Unread) as caught:
        read_cell(find(LADDER, "pay-first"), "\x1b[2J nonsense " * 900, CURRICULUM)
    assert len(str(caught.value)) < 100
    assert str(caught.value).isprintable()


# ---- the other kinds of answer -----------------------------------------------------------------


def test_a_signal_comes_without_a_day() -> None:
    said = "I read messages while somebody explained what they did not understand."
    value = read_cell(find(SAFETY, "own-behaviour"), said, CURRICULUM)
    assert value == {"seen": [{"signal": "read-messages", "when": None}]}


def test_an_order_without_all_items_is_refused() -> None:
    with pytest.raises(Unread, match="2 of the 6 items"):
        read_cell(find(SAFETY, "which-first"), "Demo;Stand-up;", CURRICULUM)


def test_each_line_is_a_commitment() -> None:
    value: Any = read_cell(commitments(most=3), "Ask HR; and wait\n\nTell the team", CURRICULUM)
    assert [row["what"] for row in value["commitments"]] == ["Ask HR; and wait", "Tell the team"]


def test_more_commitments_than_there_is_room_for_are_not_lost() -> None:
    value: Any = read_cell(commitments(most=2), "One\nTwo\nThree\nFour", CURRICULUM)
    assert [row["what"] for row in value["commitments"]] == ["One", "Two; Three; Four"]


def test_a_point_of_the_scale_is_read() -> None:
    assert read_cell(scale(points=5), "4", CURRICULUM) == {"point": 4}


@pytest.mark.parametrize("said", ["0", "6", "4.5", "often", "-1", "400"])
def test_what_is_no_point_of_the_scale_is_refused(said: str) -> None:
    with pytest.raises(Unread, match="no point of the scale") as caught:
        read_cell(scale(points=5), said, CURRICULUM)
    assert caught.value.fix == "It runs from 1 to 5."


def test_a_text_that_is_too_long_is_refused() -> None:
    with pytest.raises(Unread, match="longer than 20,000"):
        read_cell(find(SAFETY, "norm-one"), "x" * 20_001, CURRICULUM)


# ---- any cells ---------------------------------------------------------------------------------

BY_KIND = [
    find(LADDER, "quoted-line"),
    find(LADDER, "expected-pay"),
    find(LADDER, "pay-first"),
    find(LADDER, "hr-questions"),
    find(SAFETY, "own-behaviour"),
    find("naming-the-transition", "read-to"),
    find("stage-mapping", "own-signals"),
    scale(),
]
PIECES = [text for question in BY_KIND for _, text in options_of(question)]
CELLS = st.one_of(
    st.text(max_size=60),
    st.lists(st.sampled_from([*PIECES, ";", ", ", "\n", "4", "x"]), max_size=8).map("".join),
    st.lists(st.sampled_from(PIECES), min_size=1, max_size=8).map(";".join),
)


@settings(deadline=None)
@given(CELLS)
@example("half \ud83d a pair\0")
def test_any_cell_is_refused_in_words_or_gives_an_answer_that_reads_back(said: str) -> None:
    for question in BY_KIND:
        value = value_or_reason(question, said)
        if isinstance(value, dict):
            answer = read_answer(question, value, SIGNALS)
            assert answer.model_dump(mode="json") == value
        else:
            assert value


@pytest.mark.parametrize("piece", [";", "x,", "Deciding when nobody can be certain, "])
def test_a_cell_of_greatest_length_is_read_in_no_time(piece: str) -> None:
    said = (piece * 20_000)[:20_000]
    before = time.process_time()
    for question in BY_KIND:
        assert value_or_reason(question, said)
    assert time.process_time() - before < 3


def value_or_reason(question: Any, said: str) -> JsonValue:
    try:
        return read_cell(question, said, CURRICULUM)
    except Unread as error:
        return f"{error} {error.fix}" if error.fix else ""


CSV_CELLS = CELLS.filter(lambda cell: "\0" not in cell)


@settings(
    max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["Payments", "data", "Dat", ""]) | CSV_CELLS, CSV_CELLS, CSV_CELLS
        ),
        max_size=4,
    )
)
def test_any_survey_is_refused_with_rows_and_columns_or_its_answers_read_back(
    desk: Desk, rows: list[tuple[str, ...]]
) -> None:
    survey = desk.google([TEAM, "Pay", "Order"], *rows)
    asked = {"expected-pay": "Pay", "pay-first": "Order"}
    problems: tuple[Problem, ...] = ()
    try:
        desk.bring(survey, activity=LADDER, questions=asked)
    except InputError as error:
        problems = error.problems
    for problem in problems:
        assert problem.file == survey.name
        assert problem.place.startswith("row ")
        assert problem.what
        assert problem.fix
    for revision in desk.kept():
        question: Any = find(LADDER, revision.question)
        assert read_answer(question, revision.value, SIGNALS)


# ---- all or none -------------------------------------------------------------------------------


def test_every_problem_is_told_with_row_and_column_and_nothing_is_saved(desk: Desk) -> None:
    survey = desk.google(
        [TEAM, "Pay", "Order"],
        ["Payments", "Deciding when nobody can be certain", "demo"],
        ["Paiments", "Singing", ""],
        ["", "People", ""],
    )
    asked = {"expected-pay": "Pay", "pay-first": "Order"}
    problems = desk.problems(survey, activity=LADDER, questions=asked)
    assert [(p.file, p.place) for p in problems] == [
        (survey.name, 'row 2, column "Order"'),
        (survey.name, 'row 3, column "Pay"'),
        (survey.name, 'row 3, column "Your team"'),
        (survey.name, 'row 4, column "Your team"'),
    ]
    assert problems[2].what == 'There is no team "Paiments".'
    assert problems[2].fix.startswith('Did you mean "payments"?')
    assert problems[3].fix == "The teams are: payments, data."


def test_rows_are_counted_as_the_spreadsheet_shows_them(desk: Desk) -> None:
    survey = desk.microsoft([TEAM, "Pay"], ["Payments", "People\nand more"], ["Data", "Singing"])
    asked = {"activity": LADDER, "questions": {"expected-pay": "Pay"}}
    assert [p.place for p in desk.problems(survey, **asked)] == [
        'row 2, column "Pay"',
        'row 3, column "Pay"',
    ]


def test_two_rows_for_the_leader_of_one_team_are_refused(desk: Desk) -> None:
    survey = desk.google([TEAM, OPEN], ["Payments", "In a demo"], ["payments", "At stand-up"])
    (problem,) = desk.problems(survey)
    assert problem.place == "row 3"
    assert problem.what == "This row answers for the leader of payments, as row 2 does."


def test_one_person_in_two_rows_is_refused_and_not_named(desk: Desk) -> None:
    survey = desk.google(
        ["Email", TEAM, OPEN], ["a@example.org", "Data", "demo"], ["A@example.org ", "Data", "chat"]
    )
    (problem,) = desk.problems(survey, participant=PARTICIPANT)
    assert problem.place == 'row 3, column "Email"'
    assert "example.org" not in str(problem)


def test_a_survey_without_names_cannot_be_told_apart_by_them(desk: Desk) -> None:
    rows = [["anonymous", "Data", "In a demo"]] * 3
    problems = desk.problems(desk.google(["Email", TEAM, OPEN], *rows), participant=PARTICIPANT)
    assert [p.place for p in problems] == ['row 3, column "Email"', 'row 4, column "Email"']
    assert "everybody differs" in problems[0].fix


def test_a_row_of_nobody_is_refused(desk: Desk) -> None:
    survey = desk.google(["Email", TEAM, OPEN], ["", "Data", "In a demo"])
    (problem,) = desk.problems(survey, participant=PARTICIPANT)
    assert problem.place == 'row 2, column "Email"'
    assert "can't be told from others" in problem.what


# ---- people under codes ------------------------------------------------------------------------


def codes(desk: Desk) -> list[str]:
    return sorted({revision.participant for revision in desk.kept()})


def everything_kept(desk: Desk) -> bytes:
    return b"".join(path.read_bytes() for path in desk.folder.path.glob("answers.sqlite*"))


def test_nobodys_address_or_name_reaches_the_store(desk: Desk) -> None:
    survey = desk.microsoft([TEAM, OPEN], ["Data", "In a demo;"], ["Data", "At stand-up;"])
    desk.bring(survey, participant=PARTICIPANT)
    raw = everything_kept(desk).lower()
    assert b"pre-work-" in raw
    for named in (b"example.org", b"person1", b"person 1", SECRET.encode()):
        assert named not in raw


def test_each_person_has_a_code_of_their_own(desk: Desk) -> None:
    survey = desk.microsoft([TEAM, OPEN], ["Data", "In a demo;"], ["Data", "At stand-up;"])
    desk.bring(survey, participant=PARTICIPANT)
    assert len(codes(desk)) == 2


def test_codes_stay_when_the_survey_comes_again_with_more_rows_in_another_order(desk: Desk) -> None:
    headings = ["Email", TEAM, OPEN]
    one, two = ["a@example.org", "Data", "demo"], ["b@example.org", "Data", "chat"]
    desk.bring(desk.google(headings, one), participant=PARTICIPANT)
    first = codes(desk)
    again = ["  A@Example.org", "Data", "demo"]
    imported = desk.bring(desk.google(headings, two, again), participant=PARTICIPANT)
    assert (imported.answers, imported.same) == (1, 1)
    assert set(first) < set(codes(desk))


def test_the_same_entry_in_two_surveys_gives_two_codes(desk: Desk) -> None:
    survey = desk.google(["ID", TEAM, OPEN], ["1", "Data", "In a demo"])
    other = desk.google(["ID", TEAM, OPEN], ["1", "Data", "At stand-up"])
    desk.bring(survey, participant={**PARTICIPANT, "column": "ID"})
    desk.bring(other, participant={**PARTICIPANT, "column": "ID", "survey": "follow-up"})
    assert len(codes(desk)) == len(desk.kept()) == 2


def test_without_the_secret_nobody_can_work_out_a_code(desk: Desk) -> None:
    survey = desk.google(["Email", TEAM, OPEN], ["a@example.org", "Data", "In a demo"])
    desk.bring(survey, participant=PARTICIPANT)
    desk.bring(survey, participant={**PARTICIPANT, "secret": "heron lamp eighty"})
    assert len(codes(desk)) == 2


# ---- importing again ---------------------------------------------------------------------------


def test_to_import_the_same_file_again_changes_nothing(desk: Desk) -> None:
    survey = desk.google([TEAM, OPEN], ["Payments", "In a demo"], ["Data", "At stand-up"])
    desk.bring(survey)
    before = desk.kept()
    assert desk.bring(survey) == Imported(rows=2, answers=0, same=2, overtook=0)
    assert desk.kept() == before


def test_an_answer_that_was_changed_in_a_form_since_is_left_when_the_file_comes_again(
    desk: Desk,
) -> None:
    survey = desk.google([TEAM, OPEN], ["Payments", "In a demo"])
    desk.bring(survey)
    desk.answer("where-open", {"chosen": ["nowhere"], "other": ""})
    assert desk.bring(survey).same == 1
    assert desk.values() == {("payments", "where-open"): {"chosen": ["nowhere"], "other": ""}}


def test_an_answer_that_was_changed_in_the_survey_is_saved(desk: Desk) -> None:
    for said, ident in (("In a demo", "demo"), ("At stand-up", "stand-up"), ("In a demo", "demo")):
        imported = desk.bring(desk.google([TEAM, OPEN], ["Payments", said]))
        assert (imported.answers, imported.overtook) == (1, 0)
        assert desk.values() == {("payments", "where-open"): {"chosen": [ident], "other": ""}}


def test_what_a_form_had_before_is_counted_and_stays_in_the_history(desk: Desk) -> None:
    desk.answer("where-open", {"chosen": ["nowhere"], "other": ""})
    imported = desk.bring(desk.google([TEAM, OPEN], ["Payments", "In a demo"]))
    assert (imported.answers, imported.overtook) == (1, 1)
    with open_store(desk.folder.path) as store:
        devices = [revision.device for revision in store.history()]
    assert devices == ["laptop", "import"]


def test_what_a_form_has_already_is_not_saved_again(desk: Desk) -> None:
    desk.answer("where-open", {"chosen": ["demo"], "other": ""})
    imported = desk.bring(desk.google([TEAM, OPEN], ["Payments", "In a demo"]))
    assert (imported.answers, imported.same, imported.overtook) == (0, 1, 0)


def test_a_store_that_refuses_says_so(desk: Desk) -> None:
    (desk.folder.path / "answers.sqlite").write_text("no database")
    with pytest.raises(StoreError, match="damaged"):
        desk.bring(desk.google([TEAM, OPEN], ["Payments", "In a demo"]))


# ---- the mapping -------------------------------------------------------------------------------


def places(problems: Sequence[Problem]) -> list[str]:
    return [problem.place.partition(" (")[0] for problem in problems]


@pytest.mark.parametrize(
    ("keys", "place", "words"),
    [
        ({"activity": "psychological-saftey"}, "key activity", 'Did you mean "psychological-safety"?'),
        ({"questions": {"where-opne": OPEN}}, "key questions.where-opne", '"where-open"'),
        ({"questions": {}}, "key questions", "Write at least 1"),
        ({"questions": OPEN}, "key questions", "a line for each question"),
        ({"team": "paiments"}, "key team", 'Did you mean "payments"?'),
        ({"team": {"colum": TEAM}}, "key team.colum", 'Did you mean "column"?'),
        ({"team": {}}, "key team", "needs a column"),
        ({"team": {"column": TEAM, "names": {"A": "nobody"}}}, "key team.names", '"nobody"'),
        ({"participant": "Email"}, "key participant", "column: value"),
        ({"participant": {**PARTICIPANT, "secret": "abc"}}, "key participant.secret", "three words"),
        ({"participant": {**PARTICIPANT, "survey": "My work"}}, "key participant.survey", "pre-work"),
        ({"participant": {**PARTICIPANT, "column": OPEN}}, "key questions.where-open", "never kept"),
        ({"score": "yes"}, "key score", "does not know"),
    ],
)  # fmt: skip
def test_a_mistake_in_the_mapping_is_told_with_its_place(
    desk: Desk, keys: dict[str, Any], place: str, words: str
) -> None:
    (problem,) = desk.problems(desk.google([TEAM, OPEN]), **keys)
    assert problem.file == "mapping.yaml"
    assert places([problem]) == [place]
    assert words in str(problem)


def test_a_table_of_people_cannot_come_from_a_survey(desk: Desk) -> None:
    asked = {"activity": "stage-mapping", "questions": {"people": OPEN}}
    (problem,) = desk.problems(desk.google([TEAM, OPEN]), **asked)
    assert "no such question that a survey can answer" in problem.what


def test_every_other_question_can_come_from_a_survey() -> None:
    kinds = (TextQuestion, ChoiceQuestion, SignalsQuestion, OrderQuestion, CommitmentsQuestion)
    for activity in CURRICULUM.activities:
        for form in activity.forms:
            for question in form.questions:
                if isinstance(question, PeopleQuestion):
                    continue
                assert isinstance(question, kinds)
                said = "; ".join(text for _, text in options_of(question)) or "Something."
                if isinstance(question, ChoiceQuestion) and not question.many:
                    said = question.options[0].text
                assert read_cell(question, said, CURRICULUM)


def test_a_team_whose_slug_begins_with_a_digit_can_be_named(tmp_path: Path) -> None:
    event = make_tiny_event(tmp_path / "event", "2nd line").load()
    (tmp_path / "desk").mkdir()
    desk = Desk(event, tmp_path / "desk")
    desk.bring(desk.google([OPEN], ["In a demo"]), team="2nd-line")
    assert list(desk.values()) == [("2nd-line", "where-open")]


def test_a_mapping_that_is_not_there_is_told(desk: Desk) -> None:
    with pytest.raises(InputError, match=r"nowhere\.yaml: The file is missing"):
        import_survey(desk.folder, desk.google([TEAM, OPEN]), desk.home / "nowhere.yaml")


# ---- the survey's file -------------------------------------------------------------------------


def test_a_heading_that_is_not_there_is_told_with_what_was_meant(desk: Desk) -> None:
    (problem,) = desk.problems(desk.google(["Your teams", OPEN], ["Data", "In a demo"]))
    assert (problem.place, problem.fix) == ("row 1", 'Did you mean "Your teams"?')


def test_a_heading_that_stands_twice_is_told(desk: Desk) -> None:
    (problem,) = desk.problems(desk.google([TEAM, OPEN, OPEN], ["Data", "demo", "chat"]))
    assert "stands twice" in problem.what


def test_headings_without_rows_are_no_problem(desk: Desk) -> None:
    assert desk.bring(desk.google([TEAM, OPEN])) == Imported(0, 0, 0, 0)


@pytest.mark.parametrize(
    ("name", "raw", "words"),
    [
        ("survey.csv", b"", "The file is empty"),
        ("survey.csv", b"\n ,\n\n", "The file is empty"),
        ("survey.csv", b"PK\x03\x04", "an Excel workbook or a ZIP file"),
        ("survey.csv", b"a\0b", "NUL"),
        ("survey.csv", b"x" * 5_000_001, "larger than 5 MB"),
        ("survey.csv", b'Your team,"Where', "never closed"),
        ("survey.xlsx", b"Your team,Where", "damaged"),
        ("survey.xlsx", b"PK\x03\x04", "damaged"),
        ("survey.xlsx", b"x" * 5_000_001, "larger than 5 MB"),
    ],
)
def test_a_file_that_is_no_survey_is_refused(desk: Desk, name: str, raw: bytes, words: str) -> None:
    path = desk.home / name
    path.write_bytes(raw)
    problems = desk.problems(path)
    assert [problem.file for problem in problems] == [name]
    assert words in str(problems[0])


@pytest.mark.parametrize("name", ["survey.csv", "survey.xlsx"])
def test_a_survey_that_is_not_there_is_told(desk: Desk, name: str) -> None:
    (problem,) = desk.problems(desk.home / name)
    assert str(problem) == (
        f"{name}: The file is missing. Name the file that you downloaded from the survey."
    )


def test_a_folder_in_place_of_a_survey_is_told(desk: Desk) -> None:
    (problem,) = desk.problems(desk.home)
    assert "not a file" in problem.what


def test_a_workbook_without_a_sheet_of_rows_is_refused(desk: Desk) -> None:
    book = Workbook()
    book.create_chartsheet("Chart")
    book.remove(book.active)
    book.save(desk.home / "survey.xlsx")
    (problem,) = desk.problems(desk.home / "survey.xlsx")
    assert problem.file == "survey.xlsx"


def test_a_workbook_with_too_many_rows_is_refused(desk: Desk) -> None:
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    for _ in range(10_002):
        sheet.append([WriteOnlyCell(sheet, "x")])
    book.save(desk.home / "survey.xlsx")
    (problem,) = desk.problems(desk.home / "survey.xlsx")
    assert problem.what == "There are more than 10,000 rows."


def test_numbers_dates_and_truths_of_a_workbook_are_read_as_text(desk: Desk) -> None:
    book = Workbook()
    book.active.append([TEAM, "One", "Two", "Three"])
    moment = datetime.datetime(2027, 3, 1, 9, 30)
    book.active.append(["Data", 4.0, moment, True])
    book.save(desk.home / "survey.xlsx")
    desk.bring(
        desk.home / "survey.xlsx",
        questions={"norm-one": "One", "norm-two": "Two", "norm-three": "Three"},
    )
    said = {question: value for (_, question), value in desk.values().items()}
    assert said == {
        "norm-one": {"text": "4"},
        "norm-two": {"text": "2027-03-01 09:30"},
        "norm-three": {"text": "True"},
    }


@settings(
    max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(st.binary(max_size=300), st.sampled_from(["survey.csv", "survey.xlsx"]))
def test_any_bytes_are_refused_in_words(desk: Desk, raw: bytes, name: str) -> None:
    path = desk.home / name
    path.write_bytes(raw)
    assert desk.problems(path)


def test_a_csv_file_may_have_semicolons_and_a_byte_order_mark(desk: Desk) -> None:
    path = desk.home / "survey.csv"
    rows = io.StringIO(newline="")
    csv.writer(rows, delimiter=";").writerows([[TEAM, OPEN], ["Data", "In a demo;At stand-up;"]])
    path.write_bytes(rows.getvalue().encode("utf-8-sig"))
    desk.bring(path)
    assert desk.values() == {("data", "where-open"): {"chosen": ["demo", "stand-up"], "other": ""}}
