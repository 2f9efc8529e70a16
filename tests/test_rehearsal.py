"""Rehearsals: every way through a script is read back, nonsense is refused in words, paper tells it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import JsonValue

from tests.conftest import make_tiny_event
from tests.form_page import HOSTILE
from tests.test_forms_printed import read
from tests.test_questions import JSON, TEXT
from workshop_kit.answer_words import REHEARSAL, tell
from workshop_kit.answers import Rehearsed
from workshop_kit.content import load_conversations, load_curriculum, load_trio
from workshop_kit.curriculum import Conversation, filled
from workshop_kit.forms import is_answered, printed_rehearsals, rehearsal_question, rewrite_key
from workshop_kit.forms.shown import Questions, words_in
from workshop_kit.ladder import Ladder
from workshop_kit.store import open_store
from workshop_kit.workbook import Workbook

SLUG = "naming-the-transition"
SCRIPTS = {script.id: filled(script) for script in load_conversations()}
CLOSED = SCRIPTS["two-closed-changes"]
KEY = f"{REHEARSAL}/{CLOSED.id}"
SIGNALS = {s.id: s.text for stage in load_curriculum().stages for s in stage.signals}
FIRST_WAY = [("opening", 0), ("what-she-saw", 0), ("the-bar", 0)]


def questions(*scripts: Conversation) -> Questions:
    return rehearsal_question(scripts or tuple(SCRIPTS.values()), load_trio(), SIGNALS)


def run(*turns: tuple[str, int], end: str = "") -> dict[str, Any]:
    return {"turns": [{"node": node, "choice": choice} for node, choice in turns], "end": end}


def sent(*runs: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A rehearsal as the page sends it."""
    return {"mode": "alone", "runs": [*runs], "note": "", **more}


def kept(value: dict[str, Any], script: Conversation = CLOSED) -> Any:
    """The same as it is kept."""
    return questions(script).read(f"{REHEARSAL}/{script.id}", value)


ENDED = run(*FIRST_WAY, end="a-rule-for-all")
BEGUN = run(("opening", 1))


def changed_script() -> Conversation:
    """The script with another node where the first choice leads."""
    data = CLOSED.model_dump(mode="json", exclude_defaults=True)
    data["nodes"]["opening"]["choices"][0]["next"] = "the-weekend"
    return Conversation.model_validate(data)


def test_a_rehearsal_says_something_once_something_was_said_or_noted() -> None:
    assert is_answered(kept(sent(BEGUN)))
    assert is_answered(kept(sent(note="Ask first.")))
    assert not is_answered(kept(sent()))


def test_a_rehearsal_that_no_longer_fits_is_told_by_what_was_said() -> None:
    words = words_in(kept(sent(BEGUN)))
    assert CLOSED.nodes["opening"].choices[1].say in words
    assert "opening" not in words


# ---- what is read ------------------------------------------------------------------------------


def test_the_words_of_a_rehearsal_are_the_scripts_own() -> None:
    given = Rehearsed.model_validate(kept(sent(ENDED, note="Ask P4.")))
    (one,) = given.runs
    node = CLOSED.nodes["opening"]
    assert given.title == CLOSED.title
    assert (one.turns[0].heard, one.turns[0].said) == (node.text, node.choices[0].say)
    assert one.turns[0].move == node.choices[0].move
    end = CLOSED.nodes["a-rule-for-all"].end
    assert end
    assert (one.end, one.outcome, given.note) == ("a-rule-for-all", end.outcome, "Ask P4.")


def test_what_the_page_says_was_said_does_not_count() -> None:
    forged = sent(ENDED, title="Another")
    forged["runs"][0]["turns"][0] |= {"said": "Something else."}
    assert kept(forged) == kept(sent(ENDED))


def test_an_end_that_the_page_left_out_is_found() -> None:
    assert kept(sent(run(*FIRST_WAY))) == kept(sent(ENDED))


@pytest.mark.parametrize(
    ("value", "why"),
    [
        (sent(run(("the-bar", 0))), "does not come to “the-bar” there"),
        (sent(run(("opening", 0), ("the-weekend", 0))), "does not come to “the-weekend” there"),
        (sent(run(*FIRST_WAY, ("a-rule-for-all", 0))), "no choice number 1"),
        (sent(run(("opening", 3))), "no choice number 4"),
        (sent(run(("opening", 0), end="a-rule-for-all")), "does not end at “a-rule-for-all” there"),
        (sent(run(("opening", 0), end="what-she-saw")), "does not end at “what-she-saw” there"),
        (sent(mode="in public"), "mode"),
        (sent(run(("opening", 7))), "choice"),
        (sent(run(("opening", True))), "choice"),
        (sent({"turns": "many"}), "runs"),
        (sent(*[BEGUN] * 51), "50"),
        (sent(run(*[("opening", 0)] * 61)), "60"),
        (sent(note="x" * 20_001), "note"),
        (sent(score=7), "this is no rehearsal"),
        ("words", "this is no rehearsal"),
        (["words"], "this is no rehearsal"),
    ],
)
def test_what_the_script_does_not_have_is_refused_in_words(value: Any, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        kept(value)


def test_an_answer_is_taken_back_by_none_and_other_keys_are_not_ours() -> None:
    assert questions().read(KEY, None) is None
    for key in (REHEARSAL, f"{REHEARSAL}/", f"{REHEARSAL}/nothing", f"{KEY}/P1"):
        assert not questions().owns(key)


@st.composite
def rehearsals(draw: st.DrawFn) -> tuple[Conversation, dict[str, Any]]:
    """A script and some ways through it, each to its end or broken off, with a note."""
    script = SCRIPTS[draw(st.sampled_from(sorted(SCRIPTS)))]
    runs = []
    for _ in range(draw(st.integers(0, 4))):
        at, turns = script.start, []
        for _ in range(draw(st.integers(0, 20))):
            if not (choices := script.nodes[at].choices):
                break
            choice = draw(st.integers(0, len(choices) - 1))
            turns.append((at, choice))
            at = choices[choice].next
        runs.append(run(*turns, end=at if script.nodes[at].end else ""))
    mode = draw(st.sampled_from(["alone", "trio"]))
    return script, sent(*runs, mode=mode, note=draw(TEXT))


@given(rehearsals())
def test_every_way_through_a_script_is_read_and_read_back(
    given: tuple[Conversation, dict[str, Any]],
) -> None:
    script, value = given
    once = kept(value, script)
    assert kept(json.loads(json.dumps(once)), script) == once
    ways = [[(t["node"], t["choice"]) for t in one["turns"]] for one in once["runs"]]
    assert ways == [[(t["node"], t["choice"]) for t in one["turns"]] for one in value["runs"]]


@given(JSON | st.fixed_dictionaries({"mode": JSON, "runs": JSON, "note": JSON}))
def test_nonsense_is_read_or_refused_in_words_and_told_all_the_same(value: JsonValue) -> None:
    refused = ""
    try:
        questions().read(KEY, value)
    except ValueError as error:
        refused = str(error) or "without a word"
    assert refused != "without a word"
    said = tell(load_curriculum(), SLUG, KEY, value)
    assert said.kind == REHEARSAL
    assert "\n" not in said.problem
    printed_rehearsals(tuple(SCRIPTS.values()), {KEY: value})


# ---- what is shown -----------------------------------------------------------------------------


def test_a_script_is_shown_with_its_people_and_what_one_may_have_seen() -> None:
    (shown,) = questions(CLOSED).shown
    assert (shown["kind"], shown["id"]) == ("conversations", REHEARSAL)
    (script,) = shown["scripts"]
    assert script["cast"] == [{"name": "Zofia", "who": CLOSED.cast["engineer"].who}]
    assert script["signals"] == [SIGNALS[ident] for ident in CLOSED.signals]
    assert script["nodes"]["opening"]["speaker"] == "Zofia"
    json.dumps(shown)


def test_a_signal_that_no_stage_has_is_left_out() -> None:
    script = CLOSED.model_copy(update={"signals": ("nothing-known", "toy-remark")})
    assert questions(script).shown[0]["scripts"][0]["signals"] == [SIGNALS["toy-remark"]]


# ---- in words ----------------------------------------------------------------------------------


def test_a_rehearsal_is_told_as_a_transcript_in_one_text() -> None:
    said = tell(load_curriculum(), SLUG, KEY, kept(sent(ENDED, BEGUN, mode="trio", note="Ask.")))
    assert (said.kind, said.item, said.problem) == (REHEARSAL, CLOSED.id, "")
    lines = said.words.splitlines()
    node = CLOSED.nodes["opening"]
    assert lines[0] == "Two closed changes (in a trio)"
    assert lines[1] == f"Heard: {node.text}"
    assert lines[2] == f"Said: {node.choices[0].say} (Ask before telling)"
    assert lines[-2].startswith("How it ended: She writes down")
    assert lines[-1] == "Note: Ask."


def test_what_was_not_finished_is_told_as_far_as_it_went() -> None:
    said = tell(load_curriculum(), SLUG, KEY, kept(sent(BEGUN)))
    assert said.words.splitlines()[-1] == "Broken off here."


def test_a_rehearsal_that_can_not_be_read_is_a_problem_and_one_taken_back_is_none() -> None:
    assert tell(load_curriculum(), SLUG, KEY, {"runs": 3}).problem
    assert tell(load_curriculum(), SLUG, KEY, None).problem == ""
    assert tell(load_curriculum(), "stage-mapping", KEY, None).kind == ""


# ---- on paper ----------------------------------------------------------------------------------


def paper(answers: dict[str, Any], *scripts: Conversation) -> str:
    return read(printed_rehearsals(scripts or (CLOSED,), answers).markdown)


def test_where_nothing_was_rehearsed_all_scripts_are_there_to_choose_from() -> None:
    for answers in ({}, {KEY: None}, {KEY: kept(sent())}):
        words = paper(answers)
        assert words.startswith("- ☐ Two closed changes, 8 min. Zofia: Senior engineer")
        assert " ".join(CLOSED.aim.split()) in words
        assert "with the facilitator" in words


def test_a_rehearsal_is_printed_with_who_said_what_the_outcome_and_the_note() -> None:
    words = paper({KEY: kept(sent(ENDED, mode="trio", note="Ask P4.\n\nOn Friday."))})
    for node, choice in FIRST_WAY:
        assert f"Zofia. {CLOSED.nodes[node].text}" in words
        chosen = CLOSED.nodes[node].choices[choice]
        assert f"You. {chosen.say} {chosen.move}" in words
    assert "How it ended. She writes down" in words
    assert "To take away. Ask for the case before you answer the verdict." in words
    assert "My note Ask P4. On Friday." in words
    assert "In a trio." in words
    assert "☐" not in words


def test_nothing_that_the_other_one_meant_is_printed() -> None:
    words = paper({KEY: kept(sent(ENDED))})
    assert all(node.meant not in words for node in CLOSED.nodes.values())


def test_the_last_way_that_came_to_an_end_is_printed_or_else_the_last() -> None:
    assert "How it ended." in paper({KEY: kept(sent(ENDED, BEGUN))})
    assert "Broken off here." in paper({KEY: kept(sent(run(("opening", 0)), BEGUN))})
    assert "You closed two changes" in paper({KEY: kept(sent(run(("opening", 0)), BEGUN))})


def test_a_script_that_changed_or_is_gone_is_printed_in_the_words_of_then() -> None:
    old = kept(sent(ENDED))
    for words in (paper({KEY: old}, changed_script()), paper({f"{REHEARSAL}/gone": old}, CLOSED)):
        assert "The script has changed since" in words
        assert CLOSED.nodes["the-bar"].choices[0].say in words
        assert "How it ended. She writes down" in words


def test_an_old_answer_to_a_changed_script_is_refused_in_words() -> None:
    with pytest.raises(ValueError, match="does not come to “what-she-saw” there any more"):
        kept(kept(sent(ENDED)), changed_script())


def test_words_on_paper_mean_nothing_but_themselves() -> None:
    data = json.loads(
        json.dumps(CLOSED.model_dump(mode="json", exclude_defaults=True)).replace("Zofia", "*Z*")
    )
    data["title"] = data["nodes"]["opening"]["text"] = data["aim"] = HOSTILE
    script = Conversation.model_validate(data)
    assert HOSTILE in paper({}, script)
    words = paper({KEY: kept(sent(ENDED, note=HOSTILE), script)}, script)
    assert words.count(HOSTILE) == 3
    assert "*Z*." in words


# ---- in the workbook ---------------------------------------------------------------------------

LADDER = (
    "# Ladder\n\n## Engineer\n\n- Asks before building.\n\n## Senior engineer\n\n"
    "- Reviews the designs of others.\n- Writes complex features alone.\n\n"
    "## Staff engineer\n\n- Decides what is not built.\n\n## Principal engineer\n\n- Writes code.\n"
)


def book(folder: Path, ladder: str = LADDER) -> Workbook:
    event = make_tiny_event(folder / "event", "Quokka")
    event.write_ladder("one.md", ladder)
    return Workbook(event.path, "quokka")


def test_scripts_know_the_team_and_the_line_that_pays_for_code(tmp_path: Path) -> None:
    facts = book(tmp_path).conversation_facts()
    assert facts["team"] == "Quokka"
    assert facts["leader"] == "Leader of Quokka"
    assert facts["event"] == "Tiny offsite"
    assert facts["ladder.level"] == "Senior engineer"
    assert facts["ladder.next"] == "Staff engineer"
    assert facts["ladder.today"] == "Decides what is not built"
    assert "ladder.rewritten" not in facts


def test_the_line_is_one_that_pays_for_code_where_there_is_one(tmp_path: Path) -> None:
    two = LADDER.partition("## Staff")[0]
    facts = book(tmp_path, two).conversation_facts()
    assert (facts["ladder.level"], facts["ladder.next"]) == ("Engineer", "Senior engineer")
    assert facts["ladder.today"] == "Writes complex features alone"
    assert facts["ladder.rewritten"]
    assert "__" not in facts["ladder.rewritten"]


def test_a_ladder_that_begins_at_the_top_is_read_upwards(tmp_path: Path) -> None:
    falling = "# L\n\n## Senior engineer\n\n- Writes code.\n\n## Engineer\n\n- Asks first.\n"
    facts = book(tmp_path, falling).conversation_facts()
    assert (facts["ladder.level"], facts["ladder.next"]) == ("Engineer", "Senior engineer")


def test_what_the_leader_rewrote_counts_over_a_draft(tmp_path: Path) -> None:
    there = book(tmp_path, LADDER.partition("## Staff")[0])
    statement = next(s for s in there.ladder.statements if s.text.startswith("Writes complex"))
    whose = {"statement": statement.text, "level": statement.level, "heading": statement.heading}
    with open_store(there.event_dir) as store:
        store.save(
            participant="leader", team="quokka", activity="ladder-rewriting",
            question=rewrite_key(statement),
            value={**whose, "label": "", "text": "Says what a feature\nmust not do."},
        )  # fmt: skip
    facts = Workbook(there.event_dir, "quokka").conversation_facts()
    assert facts["ladder.rewritten"] == "Says what a feature must not do"


def test_a_ladder_of_one_level_leaves_the_ladder_to_its_own_words(tmp_path: Path) -> None:
    there = book(tmp_path)
    there.ladder = Ladder(name="L", statements=there.ladder.at("Senior engineer"))
    assert set(there.conversation_facts()) == {"team", "leader", "event"}


def test_the_workbook_asks_for_rehearsals_and_prints_them(tmp_path: Path) -> None:
    there = book(tmp_path)
    form = there.rehearsals()
    (shown,) = form.questions.shown
    assert {script["id"] for script in shown["scripts"]} == set(SCRIPTS)
    assert "with the facilitator" in read(form.twin.markdown)
    with open_store(there.event_dir) as store:
        store.save(
            participant="leader", team="quokka", activity=SLUG, question=KEY,
            value=kept(sent(ENDED)),
        )  # fmt: skip
    again = Workbook(there.event_dir, "quokka").rehearsals()
    assert "How it ended." in read(again.twin.markdown)
    assert list(again.form["answers"]) == [KEY]


@pytest.mark.parametrize("whose", ["Quokka", "Wombat"])
def test_nobody_on_the_screen_has_the_name_of_a_leader_of_the_event(
    tmp_path: Path, whose: str
) -> None:
    event = make_tiny_event(tmp_path / "event", "Quokka", "Wombat")
    rows = (event.path / "teams.csv").read_text(encoding="utf-8")
    (event.path / "teams.csv").write_text(
        rows.replace(f"Leader of {whose}", "Zofia Nowak"), encoding="utf-8"
    )
    shown = Workbook(event.path, "quokka").rehearsals().questions.shown[0]["scripts"]
    (script,) = [s for s in shown if s["id"] == CLOSED.id]
    assert script["cast"][0]["name"] == "Nomvula"


def test_an_old_rehearsal_of_a_changed_script_is_told_and_does_not_break_the_page(
    tmp_path: Path,
) -> None:
    there = book(tmp_path)
    value = kept(sent(ENDED, note="Ask P4."))
    value["runs"][0]["turns"][0]["choice"] = 2
    with open_store(there.event_dir) as store:
        store.save(participant="leader", team="quokka", activity=SLUG, question=KEY, value=value)
    form = Workbook(there.event_dir, "quokka").rehearsals()
    assert form.form["answers"][KEY]["value"] is None
    (notice,) = form.notices
    assert "“Two closed changes” no longer fits" in notice
    assert "Ask P4." in notice
