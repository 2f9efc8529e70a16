"""Conversation scripts as they are read: every rule, told with its line; and those that ship."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.scripts import GOOD, as_yaml, choice, node, script
from tests.test_routes import by_hand, graphs
from workshop_kit import routes
from workshop_kit.content import (
    conversations_of,
    load_conversations,
    load_curriculum,
    load_trio,
    read_conversation,
    read_conversations,
)
from workshop_kit.content.conversation_rules import MINUTES_AT_MOST, node_minutes
from workshop_kit.content.folders import PACKAGE
from workshop_kit.content.person_names import names_in
from workshop_kit.curriculum import FACTS, Conversation, filled
from workshop_kit.errors import Problem

SHIPPED = sorted((PACKAGE / "curriculum" / "conversations").glob("*.yaml"))


def read(folder: Path, data: Any, *leaders: str) -> tuple[Conversation | None, list[Problem]]:
    path = folder / "mine.yaml"
    path.write_text(data if isinstance(data, str) else as_yaml(data), encoding="utf-8")
    found, problems = read_conversation(path, folder, leaders)
    return found, list(problems)


def told(folder: Path, data: Any, *leaders: str) -> list[str]:
    return [problem.what for problem in read(folder, data, *leaders)[1]]


def good() -> dict[str, Any]:
    return script(GOOD)


def test_a_good_script_has_no_problems(tmp_path: Path) -> None:
    found, problems = read(tmp_path, good())
    assert problems == []
    assert found is not None
    assert list(found.nodes) == sorted(GOOD)  # the YAML of the tests is sorted
    assert found.numbers["end"] == 1


# ---- structure -----------------------------------------------------------------------------------


def test_a_target_that_is_no_node_is_told_with_its_line_and_the_nearest_name(
    tmp_path: Path,
) -> None:
    text = as_yaml(good()).replace("next: third", "next: thrid", 1)
    _, problems = read(tmp_path, text)
    line = text.splitlines().index(next(x for x in text.splitlines() if "thrid" in x)) + 1
    (problem,) = [p for p in problems if "thrid" in p.what]
    assert problem.place.endswith(f"(line {line})")
    assert problem.fix == 'Did you mean "third"?'


def test_a_start_that_is_no_node_is_told(tmp_path: Path) -> None:
    assert told(tmp_path, good() | {"start": "opning"}) == [
        'The script starts at "opning", which is no node.'
    ]


def test_a_node_that_no_choice_leads_to_is_told(tmp_path: Path) -> None:
    assert told(tmp_path, script({**GOOD, "lost": ["end", "end"]})) == [
        'No choice leads to the node "lost".'
    ]


def test_a_loop_without_a_way_out_is_told_once_with_its_nodes(tmp_path: Path) -> None:
    shape = {"opening": ["round", "end"], "round": ["again", "again"], "again": ["round", "round"]}
    assert told(tmp_path, script({**shape, "end": []})) == [
        "The choices go round without a way out: again → round → again.",
        'From the node "again" no end can be reached.',
        'From the node "round" no end can be reached.',
    ]


def test_a_loop_with_a_way_out_is_fine(tmp_path: Path) -> None:
    assert (
        told(
            tmp_path, script({"opening": ["again", "end"], "again": ["opening", "end"], "end": []})
        )
        == []
    )


def test_a_node_has_choices_or_an_end_and_not_both_or_neither(tmp_path: Path) -> None:
    data = good()
    data["nodes"]["third"] = {**node(), **node("end", "end")}
    del data["nodes"]["second"]["choices"]
    assert told(tmp_path, data) == [
        'The node "second" has neither choices nor an end.',
        'The node "third" has both choices and an end.',
    ]


@pytest.mark.parametrize(
    ("count", "words"), [(1, "too few entries: 1"), (5, "too many entries: 5")]
)
def test_one_choice_and_five_choices_are_refused(tmp_path: Path, count: int, words: str) -> None:
    data = good()
    data["nodes"]["third"] = node(*["end"] * count)
    (what,) = told(tmp_path, data)
    assert words in what


def test_somebody_who_is_not_in_the_cast_can_not_speak(tmp_path: Path) -> None:
    data = good()
    data["nodes"]["third"]["speaker"] = "enginer"
    _, (problem,) = read(tmp_path, data)
    assert problem.what == 'Nobody in the cast is called "enginer".'
    assert problem.fix == 'Did you mean "engineer"?'


def test_the_cast_can_not_be_called_leader_or_scene(tmp_path: Path) -> None:
    person = {"names": ["Nomvula"], "who": "Staff engineer"}
    data = good()
    data["cast"]["scene"] = person
    assert "which means the scene in every script" in told(tmp_path, data)[0]


def test_a_node_whose_name_has_no_form_is_told_by_that_name(tmp_path: Path) -> None:
    data = good()
    data["nodes"]["At one"] = data["nodes"].pop("third")
    for each in data["nodes"].values():
        for offered in each.get("choices", []):
            offered["next"] = {"third": "At one"}.get(offered["next"], offered["next"])
    (problem,) = [
        p for p in read(tmp_path, data)[1] if p.place.startswith("key nodes.At one (line ")
    ]
    assert problem.what == 'The name "At one" does not have the right form.'
    assert problem.fix == "Use small letters, digits and hyphens, such as after-the-talk."


def test_a_key_of_a_node_that_is_misspelled_gets_the_nearest(tmp_path: Path) -> None:
    data = good()
    data["nodes"]["end"]["ends"] = data["nodes"]["end"].pop("end")
    fixes = [problem.fix for problem in read(tmp_path, data)[1]]
    assert 'Did you mean "end"?' in fixes


def test_the_id_of_the_role_cards_is_taken(tmp_path: Path) -> None:
    (problem,) = read(tmp_path, good() | {"id": "trio-roles"})[1]
    assert problem.place.startswith("key id (line ")
    assert problem.what == 'The role cards of a trio are called "trio-roles", and their PDF too.'


def test_a_script_of_more_nodes_than_can_be_drawn_is_told_and_nothing_else(tmp_path: Path) -> None:
    many = {f"n{i}": ["nowhere", "nowhere"] for i in range(101)}
    (problem,) = read(tmp_path, script(many))[1]
    assert problem.place.startswith("key nodes (line ")
    assert (problem.what, problem.fix) == (
        "There are too many entries: 101.",
        "Write at most 100.",
    )


def test_the_name_of_a_node_is_no_longer_than_an_answer_can_keep(tmp_path: Path) -> None:
    long = "n" * 61
    (problem,) = read(tmp_path, script({long: ["end", "end"], "end": []}))[1]
    assert problem.place.startswith(f"key nodes.{long} (line ")
    assert problem.what == "The text is longer than 60 characters."


def test_a_name_in_the_cast_is_no_variable(tmp_path: Path) -> None:
    data = good()
    data["cast"]["engineer"]["names"] = ["{engineer}"]
    assert told(tmp_path, data) == [
        'The name "{engineer}" holds a brace, and names are printed as they are.'
    ]


def test_a_fact_that_is_empty_has_the_words_for_no_one_team() -> None:
    data = good() | {"scene": "{ladder.today}"}
    found = filled(Conversation.model_validate(data), {"ladder.today": ""})
    assert found.scene == FACTS["ladder.today"]


# ---- choices -------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", ["why", "say", "move", "trust", "clarity", "next"])
def test_what_a_choice_lacks_is_told_with_the_line_of_the_choice(tmp_path: Path, key: str) -> None:
    data = good()
    del data["nodes"]["third"]["choices"][1][key]
    _, problems = read(tmp_path, data)
    (problem,) = [p for p in problems if p.what == "The key is missing or has no value."]
    assert f"nodes.third.choices.2.{key} (line " in problem.place


def test_choices_that_lack_something_are_not_too_few(tmp_path: Path) -> None:
    data = good()
    del data["nodes"]["third"]["choices"][1]["why"]
    assert told(tmp_path, data) == ["The key is missing or has no value."]


def test_a_single_choice_that_lacks_something_is_told_as_both(tmp_path: Path) -> None:
    data = good()
    data["nodes"]["third"] = node("end")
    del data["nodes"]["third"]["choices"][0]["why"]
    assert sorted(told(tmp_path, data)) == [
        "The key is missing or has no value.",
        "There are too few entries: 1.",
    ]


def test_a_missing_why_does_not_hide_an_unknown_target(tmp_path: Path) -> None:
    data = good()
    del data["nodes"]["third"]["choices"][1]["why"]
    data["nodes"]["second"]["choices"][0]["next"] = "nowhere"
    found = told(tmp_path, data)
    assert "The key is missing or has no value." in found
    assert 'The choice leads to "nowhere", which is no node.' in found


def test_a_misstep_needs_a_repair(tmp_path: Path) -> None:
    data = good()
    data["nodes"]["third"]["choices"][1] = choice("end", misstep=True)
    (what,) = told(tmp_path, data)
    assert what == "Choice b is a misstep without a repair."
    data["nodes"]["third"]["choices"][1]["repair"] = "“I went too fast.”"
    assert told(tmp_path, data) == []


def test_a_choice_twice_as_long_as_the_others_is_told(tmp_path: Path) -> None:
    data = good()
    data["nodes"]["third"]["choices"] = [
        choice("end", "One two three four."),
        choice("end", "One two three four."),
        choice("end", "One two three four five six seven eight."),
    ]
    (what,) = told(tmp_path, data)
    assert what.startswith("Choice c has 8 words, the others 4 on average")
    data["nodes"]["third"]["choices"][2]["say"] = "One two three four five six seven."
    assert told(tmp_path, data) == []


# ---- minutes, signals ----------------------------------------------------------------------------


def test_a_way_of_more_than_ten_minutes_is_told(tmp_path: Path) -> None:
    data = good()
    data["nodes"]["second"]["text"] = "word " * 183 * 10
    (what,) = told(tmp_path, data)
    assert what.startswith("The longest way through takes about 11.")


def test_minutes_that_do_not_suffice_are_told(tmp_path: Path) -> None:
    assert told(tmp_path, good() | {"minutes": 1}) == [
        "The longest way through takes about 1.5 minutes, and here stands 1."
    ]


def test_a_signal_that_no_stage_has_is_told(tmp_path: Path) -> None:
    _, (problem,) = read(tmp_path, good() | {"signals": ["closes-unred", "toy-remark"]})
    assert problem.what == 'No stage has the signal "closes-unred".'
    assert problem.fix == 'Did you mean "closes-unread"?'


# ---- variables and names -------------------------------------------------------------------------


def test_a_variable_that_does_not_exist_is_told(tmp_path: Path) -> None:
    _, problems = read(tmp_path, good() | {"scene": "{enginer} and {team} in {room"})
    assert [p.what for p in problems] == [
        'There is no variable "{enginer}".',
        "A brace stands alone.",
    ]
    assert problems[0].fix == 'Did you mean "engineer"?'


def test_a_name_of_the_cast_that_is_written_out_is_an_error(tmp_path: Path) -> None:
    found, (problem,) = read(tmp_path, good() | {"scene": "Zofia closes the door."})
    assert found is None
    assert (problem.what, problem.fix) == (
        'The name "Zofia" is written out.',
        "Write {engineer} instead.",
    )


def test_the_name_of_a_leader_of_the_event_is_an_error(tmp_path: Path) -> None:
    scene = "Ana Petrova closes the door."
    found, problems = read(tmp_path, good() | {"scene": scene}, "Ana Petrova")
    assert found is None
    assert problems[0].what == 'It names "Ana Petrova", who leads a team of this event.'


def test_what_looks_like_a_name_is_a_note(tmp_path: Path) -> None:
    found, (problem,) = read(tmp_path, good() | {"scene": "You meet Priya in the kitchen."})
    assert found is not None
    assert problem.severity == "note"
    assert problem.what == '"Priya" looks like a person\'s name.'


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Priya, do you have a minute?", ["Priya"]),
        ("Thank you, Chidi. I will read it.", ["Chidi"]),  # in no list: called by it
        ("I asked Wanjiru’s team first.", ["Wanjiru"]),
        ("“Tomasz, wait.” He waits.", ["Tomasz"]),
        ("Will you read it on Monday in May?", []),
        ("Yes, I will. Grace periods are over.", []),
        ("The team in Nairobi runs Kubernetes, and PCI asks for it.", []),
        ("{engineer}, wait. I saw {engineer}’s change.", []),
        ("", []),
    ],
)
def test_names_are_found_where_somebody_is_named(text: str, names: list[str]) -> None:
    assert names_in(text) == names


@given(st.text())
def test_any_text_can_be_searched_for_names(text: str) -> None:
    assert all(name in text for name in names_in(text))


def test_filled_replaces_every_variable_and_keeps_one_name() -> None:
    data = script(GOOD, scene="{engineer} of {team} sees {leader}; “{ladder.today}”.")
    data["cast"]["engineer"]["names"] = ["Zofia", "Ingrid"]
    given = Conversation.model_validate(data)
    scene = filled(given, {"team": "Payments", "leader": "Ana"}).scene
    assert scene == f"Zofia of Payments sees Ana; “{FACTS['ladder.today']}”."


def test_filled_takes_a_name_that_no_leader_has() -> None:
    data = script(GOOD, scene="{engineer}")
    data["cast"]["engineer"]["names"] = ["Zofia", "Ingrid"]
    given = Conversation.model_validate(data)
    assert filled(given, leaders=("Zofia Nowak",)).scene == "Ingrid"


def test_what_fills_a_variable_is_not_filled_again() -> None:
    given = Conversation.model_validate(script(GOOD, scene="{team}"))
    assert filled(given, {"team": "{leader}", "leader": "Ana"}).scene == "{leader}"


# ---- folders -------------------------------------------------------------------------------------


def test_a_folder_without_conversations_has_the_kits(tmp_path: Path) -> None:
    assert conversations_of(tmp_path) == (load_conversations(), ())


def test_a_script_with_an_id_of_the_kits_takes_its_place(tmp_path: Path) -> None:
    (tmp_path / "conversations").mkdir()
    mine = good() | {"id": "two-closed-changes", "title": "Ours"}
    (tmp_path / "conversations" / "ours.yaml").write_text(as_yaml(mine), encoding="utf-8")
    scripts, problems = conversations_of(tmp_path)
    assert problems == ()
    assert [s.title for s in scripts if s.id == "two-closed-changes"] == ["Ours"]
    assert len(scripts) == len(load_conversations())


def test_every_problem_of_every_script_is_told_at_once(tmp_path: Path) -> None:
    folder = tmp_path / "conversations"
    folder.mkdir()
    (folder / "a.yaml").write_text(as_yaml(good()), encoding="utf-8")
    (folder / "b.yaml").write_text(as_yaml(good()), encoding="utf-8")
    (folder / "c.yml").write_text("x", encoding="utf-8")
    (folder / "d.yaml").write_text("nodes: [", encoding="utf-8")
    (folder / "notes.md").write_text("mine", encoding="utf-8")
    scripts, problems = read_conversations(tmp_path)
    assert [script.id for script in scripts] == ["a-closed-change"]
    assert [problem.file for problem in problems] == [
        f"conversations/{name}" for name in ("b.yaml", "c.yml", "d.yaml")
    ]


def test_a_link_that_leads_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    event = tmp_path / "event"
    event.mkdir()
    (event / "conversations").symlink_to(tmp_path / "elsewhere")
    _, (problem,) = read_conversations(event)
    assert "leads out of the event folder" in problem.what


def test_a_link_that_leads_nowhere_is_told(tmp_path: Path) -> None:
    (tmp_path / "conversations").symlink_to(tmp_path / "gone")
    assert [problem.file for problem in read_conversations(tmp_path)[1]] == ["conversations"]


def test_capitals_in_an_ending_hide_no_script(tmp_path: Path) -> None:
    place = tmp_path / "conversations"
    place.mkdir()
    (place / "MINE.YAML").write_text(as_yaml(good()), encoding="utf-8")
    (place / "OTHER.YML").write_text("x", encoding="utf-8")
    scripts, problems = read_conversations(tmp_path)
    assert [script.id for script in scripts] == ["a-closed-change"]
    assert [problem.file for problem in problems] == ["conversations/OTHER.YML"]


def test_a_folder_that_is_called_like_a_script_is_told(tmp_path: Path) -> None:
    (tmp_path / "conversations" / "mine.yaml").mkdir(parents=True)
    (problem,) = read_conversations(tmp_path)[1]
    assert str(problem).startswith("conversations/mine.yaml: This is not a file.")


# ---- any file ------------------------------------------------------------------------------------


@given(graphs())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_a_script_of_any_shape_gets_the_problems_that_walking_finds(
    tmp_path: Path, targets: dict[str, list[str]]
) -> None:
    found, problems = read(tmp_path, script(targets))
    whats = [problem.what for problem in problems]
    reached = by_hand(targets, "n0")
    ends = {name for name, afters in targets.items() if not afters}
    missing = sum(after == "nowhere" for afters in targets.values() for after in afters)
    assert sum("which is no node" in what for what in whats) == missing
    for name, afters in targets.items():
        assert (f'No choice leads to the node "{name}".' in whats) == (name not in reached)
        stuck = bool(afters) and not by_hand(targets, name) & ends
        assert (f'From the node "{name}" no end can be reached.' in whats) == stuck
    alone = sum(len(afters) == 1 for afters in targets.values())
    assert sum("too few entries: 1" in what for what in whats) == alone
    assert (found is None) == bool(problems)


@given(
    st.recursive(
        st.none() | st.text(max_size=8),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(max_size=8), inner),
        max_leaves=8,
    ),
    st.sampled_from(["nodes", "cast", "start", "minutes", "signals", "scene"]),
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_anything_in_the_place_of_a_key_gets_an_answer_in_words(
    tmp_path: Path, value: Any, key: str
) -> None:
    found, problems = read(tmp_path, good() | {key: value})
    assert found is not None or problems
    assert all(problem.what and problem.file == "mine.yaml" for problem in problems)


@given(st.text(max_size=200))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_any_text_in_a_file_gets_an_answer_in_words(tmp_path: Path, text: str) -> None:
    found, problems = read(tmp_path, text)
    assert found is None
    assert problems


# ---- the scripts that ship -----------------------------------------------------------------------


def test_there_are_at_least_ten_scripts_and_each_stage_has_one() -> None:
    scripts = load_conversations()
    assert len(scripts) >= 10
    met = {signal for script in scripts for signal in script.signals}
    for stage in load_curriculum().stages:
        assert met & {signal.id for signal in stage.signals}, stage.slug


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_a_shipped_script_has_no_problems_and_is_called_like_its_file(path: Path) -> None:
    found, problems = read_conversation(path, path.parent)
    assert [str(problem) for problem in problems] == []
    assert found is not None
    assert found.id == path.stem


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_every_way_through_a_shipped_script_is_a_whole_conversation(path: Path) -> None:
    """By machine, choice by choice: it comes to an end, in 3 to 6 turns, within its minutes."""
    found, _ = read_conversation(path, path.parent)
    assert found is not None
    script = filled(found)
    targets = {name: [c.next for c in at.choices] for name, at in script.nodes.items()}
    ends, taken = set(), set()
    for way in routes.paths(targets, script.start):
        minutes = 0.0
        for name, number in way:
            at = script.nodes[name]
            assert at.text
            assert at.meant
            minutes += node_minutes(at.model_dump(mode="json"))
            if number >= 0:
                taken.add((name, number))
                assert at.choices[number].why
        assert 3 <= len(way) - 1 <= 6, way
        assert minutes <= script.minutes <= MINUTES_AT_MOST
        ends.add(way[-1][0])
    assert ends == {name for name, at in script.nodes.items() if at.end}
    assert taken == {(name, n) for name, afters in targets.items() for n in range(len(afters))}


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_nothing_of_a_filled_script_is_left_to_fill(path: Path) -> None:
    found, _ = read_conversation(path, path.parent)
    assert found is not None
    texts: list[str] = []

    def collect(value: Any) -> None:
        if isinstance(value, str):
            texts.append(value)
        elif isinstance(value, dict):
            for inner in value.values():
                collect(inner)
        elif isinstance(value, (list, tuple)):
            for inner in value:
                collect(inner)

    collect(filled(found).model_dump())
    assert not [text for text in texts if "{" in text or "}" in text]


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_nobody_is_told_the_name_of_a_stage(path: Path) -> None:
    found, _ = read_conversation(path, path.parent)
    assert found is not None
    names = [stage.name.casefold() for stage in load_curriculum().stages]
    for at in found.nodes.values():
        for said in (at.text, *(offered.say for offered in at.choices)):
            assert not [name for name in names if name in said.casefold()]


def test_the_trio_has_its_three_roles() -> None:
    assert [role.slug for role in load_trio().roles] == ["leader", "engineer", "observer"]
