"""The printing pack: what is in it, how many of each, and names that fit on a tent."""

from __future__ import annotations

import datetime
import io
import re

import pypdf
import pytest

from tests.conftest import make_tiny_event
from tests.pages import Pages
from workshop_kit.content import load_curriculum, load_trio, read_agenda
from workshop_kit.content.curriculum_files import load_part
from workshop_kit.curriculum import Feedback
from workshop_kit.printing_pack import write_printing_pack

LONG = "Wolfeschlegelsteinhausen " * 12
NAMES = [
    LONG,
    "x" * 300,
    "山田" * 150,
    "محمد بن عبد الله",
    '#import "x"',
    "``` $x$ *b* <a> \\u{e000}",
    "Å",
]


def squeezed(text):
    return "".join(text.split())


@pytest.fixture(scope="module")
def event(tmp_path_factory):
    """Seven leaders, so that a group of three is not full."""
    names = [f"Team {n}" for n in range(1, 8)]
    return make_tiny_event(tmp_path_factory.mktemp("pack") / "event", *names).load()


def printed(folder, out):
    (path,), remarks = write_printing_pack(folder, out)
    assert path == out / "facilitator" / "printing-pack.pdf"
    return Pages(path.read_bytes()), remarks


@pytest.fixture(scope="module")
def pack(event, tmp_path_factory):
    return printed(event, tmp_path_factory.mktemp("out"))[0]


def with_event(folder, **changes):
    return folder.model_copy(update={"event": folder.event.model_copy(update=changes)})


def with_leaders(folder, names):
    teams = [
        folder.teams[0].model_copy(update={"slug": f"t{n}", "name": name, "leader": name})
        for n, name in enumerate(names)
    ]
    return folder.model_copy(update={"teams": tuple(teams)})


# ---- the plan ----------------------------------------------------------------------------------


def test_the_plan_names_the_pages_on_which_each_part_is(pack):
    plan = pack.texts[0]
    for words, there in (
        ("Cover 2", "Tiny offsite"),
        ("The charter 3", load_curriculum().charter.title),
        ("Role cards 4", "Rehearse in threes"),
        ("Name tents 5–11", "Leader of Team 1"),
        ("Feedback form 12", "About the day"),
    ):
        assert words in plan
        first = int(re.findall(r"\d+", words)[0])
        assert there in pack.texts[first - 1]
    assert len(pack.texts) == 12


def test_the_plan_counts_copies_for_the_leaders_and_their_groups(pack):
    plan = pack.texts[0]
    assert "For 7 leaders in 3 groups of three." in plan
    assert "The charter 3 8 " in plan
    assert "Role cards 4 3 " in plan
    assert "Feedback form 12 7 " in plan
    assert "Print on one side only" in plan


def test_a_single_leader_is_counted_as_one(event, tmp_path):
    page, _ = printed(with_leaders(event, ["Aya"]), tmp_path)
    assert "For 1 leader in 1 group of three." in page.texts[0]


def test_paper_is_named_as_where_the_event_is(event, pack, tmp_path):
    letter, _ = printed(with_event(event, paper="us-letter"), tmp_path)
    assert "A3 (141 %)" in pack.texts[0]
    assert "Tabloid (129 %)" in letter.texts[0]
    assert letter.size == (612, 792)
    assert len(letter.texts) == len(pack.texts)


# ---- the pages ---------------------------------------------------------------------------------


def test_it_is_accessible_and_says_that_the_data_is_fictional_on_every_page(pack):
    assert pack.is_ua1
    assert pack.title == "What to print for the room"
    assert all("Fictional data" in text for text in pack.texts)


def test_the_cover_has_the_day_and_its_hours(pack):
    assert "18 March 2027, 09:00–13:00" in pack.texts[1]


def test_the_charter_is_one_page_with_every_promise_and_the_day_of_expiry(pack):
    page = squeezed(pack.texts[2])
    for promise in load_curriculum().charter.promises:
        assert squeezed(promise) in page
    assert squeezed("data expires on 16 June 2027") in page


def test_the_charter_says_the_limits_of_this_event(event, tmp_path):
    privacy = event.event.privacy.model_copy(update={"people": 9, "teams": 4, "days": 30})
    page, _ = printed(with_event(event, privacy=privacy), tmp_path)
    assert "at least 9 people and 4 teams; data expires on 17 April 2027" in page.texts[2]


def test_the_role_cards_are_on_one_page(pack):
    for role in load_trio().roles:
        assert role.name in pack.texts[3]
        assert squeezed(role.afterwards) in squeezed(pack.texts[3])


def test_the_feedback_form_is_one_page_with_every_question_and_what_becomes_of_it(pack):
    feedback = load_part("feedback.yaml", Feedback)
    page = squeezed(pack.texts[-1])
    for question in feedback.questions:
        assert squeezed(question.text) in page
    assert squeezed(feedback.afterwards) in page


# ---- name tents --------------------------------------------------------------------------------


def test_a_tent_has_the_name_twice_for_the_eye_and_once_for_a_screen_reader(pack):
    assert pack.texts[4].count("Leader of Team 1") == 2
    assert pack.bookmarks.count("Leader of Team 1") == 1


def test_half_of_a_tent_stands_upside_down(pack):
    turned = []

    def note(text, cm, tm, *_):
        if "Leader" in text:
            turned.append(cm[0] * tm[0] < 0)

    pypdf.PdfReader(io.BytesIO(pack.data)).pages[4].extract_text(visitor_text=note)
    assert sorted(turned) == [False, True]


def test_names_of_any_length_and_script_stay_on_their_own_half(event, tmp_path):
    page, remarks = printed(with_leaders(event, NAMES), tmp_path)
    assert remarks == ()
    assert len(page.texts) == 5 + len(NAMES)
    for name, sheet in zip(NAMES, pypdf.PdfReader(io.BytesIO(page.data)).pages[4:], strict=False):
        width, height = float(sheet.mediabox.width), float(sheet.mediabox.height)
        halves = {True: [], False: []}

        def note(text, cm, tm, _font, _size, halves=halves):
            if text.strip():
                x = tm[4] * cm[0] + tm[5] * cm[2] + cm[4]
                y = tm[4] * cm[1] + tm[5] * cm[3] + cm[5]
                halves[cm[0] * tm[0] < 0].append((x, y))

        sheet.extract_text(visitor_text=note)
        assert halves[True], name
        assert halves[False], name
        for turned, places in halves.items():
            for x, y in places:
                assert 0 < x < width
                assert (height / 2 < y < height) if turned else (0 < y < height / 2)


def test_a_name_no_font_has_is_told(event, tmp_path):
    _, remarks = printed(with_leaders(event, ["A \U00013000"]), tmp_path)
    assert "U+13000" in " ".join(remarks)


# ---- the file ----------------------------------------------------------------------------------


def test_an_agenda_for_people_alone_is_told_to_need_no_pack(event, tmp_path):
    own, _ = read_agenda("self-paced", event.path)
    page, remarks = printed(event.model_copy(update={"agenda": own}), tmp_path)
    assert "alone" in remarks[0]
    assert page.texts[1].count("2027") == len(own.sessions)


def test_the_same_event_gives_the_same_bytes(event, pack, tmp_path):
    assert printed(event, tmp_path)[0].data == pack.data


def test_a_moved_day_moves_on_the_cover(event, tmp_path):
    page, _ = printed(with_event(event, date=datetime.date(2027, 5, 4)), tmp_path)
    assert "4 May 2027" in page.texts[1]
