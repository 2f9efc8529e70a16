"""Conversations to rehearse: what the player shows, how a rehearsal is read, how it is printed.

    rehearsal_question(scripts, trio, signals)   one question, with an answer for each script
    printed_rehearsals(scripts, answers)         what was rehearsed; or all scripts, to choose from

The page sends which choice was made at which node. What was heard and said is filled in here from
the script, so that a rehearsal can still be told when the script has changed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from pydantic import JsonValue, ValidationError

from workshop_kit.answer_words import REHEARSAL
from workshop_kit.answers import Rehearsed, Run, Turn
from workshop_kit.curriculum import LEADER, SCENE, Conversation, Node, Trio
from workshop_kit.forms.printed import paragraphs, together
from workshop_kit.forms.shown import Questions, Reader, words_in
from workshop_kit.forms.twin import Twin, div, literal

HELP = (
    "The people in them are invented. You choose what you would say, and see only afterwards what "
    "the other one meant. There is no score."
)
CARDS = "The printed cards of each conversation are with the facilitator."
CHANGED = "The script has changed since: these are the words as they were"
NOT_THIS = ("missing", "extra_forbidden", "model_type", "dict_type")


def rehearsal_question(
    scripts: Sequence[Conversation], trio: Trio, signals: Mapping[str, str]
) -> Questions:
    """The scripts, variables filled in, as one question; the answer to each is a `Rehearsed`.

    `signals` are the words of the stages' signals by id.
    """
    shown = {
        "kind": "conversations",
        "id": REHEARSAL,
        "prompt": "Conversations",
        "help": HELP,
        "scripts": [_shown_script(script, signals) for script in scripts],
        "trio": trio.model_dump(),
    }
    keys = {f"{REHEARSAL}/{script.id}": script for script in scripts}
    readers: dict[str, Reader] = {key: partial(_read, script) for key, script in keys.items()}
    return Questions((shown,), readers, {key: script.title for key, script in keys.items()})


def _shown_script(script: Conversation, signals: Mapping[str, str]) -> dict[str, Any]:
    shown = script.model_dump(
        include={"id", "title", "aim", "minutes", "content_note", "scene", "start"}
    )
    shown["signals"] = [signals[ident] for ident in script.signals if ident in signals]
    shown["cast"] = [
        {"name": person.names[0], "who": person.who} for person in script.cast.values()
    ]
    shown["nodes"] = {
        ident: {
            "voice": node.speaker if node.speaker in (LEADER, SCENE) else "other",
            "speaker": script.speaker(node),
            **node.model_dump(include={"text", "meant", "choices", "end"}),
        }
        for ident, node in script.nodes.items()
    }
    return shown


# ---- what comes back ---------------------------------------------------------------------------


def _read(script: Conversation, value: JsonValue) -> JsonValue:
    """The rehearsal as it is to be kept; raises ValueError, in words, where the script has no such way."""
    if not isinstance(value, dict):
        raise ValueError("this is no rehearsal")
    try:
        given = Rehearsed.model_validate({**value, "title": script.title})
        runs = tuple(_walked(script, run) for run in given.runs)
    except ValidationError as error:
        first = error.errors()[0]
        if first["type"] in NOT_THIS:
            raise ValueError("this is no rehearsal") from error
        where = ".".join(str(part) for part in first["loc"])
        raise ValueError(f"{where}: {first['msg']}" if where else str(first["msg"])) from error
    kept: JsonValue = given.model_copy(update={"runs": runs}).model_dump(mode="json")
    return kept


def _walked(script: Conversation, run: Run) -> Run:
    """The run with the script's words."""
    at, turns = script.start, []
    for turn in run.turns:
        node = script.nodes[at]
        if turn.node != at:
            raise ValueError(f"the conversation does not come to “{turn.node}” there any more")
        if turn.choice >= len(node.choices):
            raise ValueError(f"at “{at}” there is no choice number {turn.choice + 1} any more")
        chosen = node.choices[turn.choice]
        turns.append(
            Turn(node=at, choice=turn.choice, heard=node.text, said=chosen.say, move=chosen.move)
        )
        at = chosen.next
    end = script.nodes[at].end
    if run.end and (run.end != at or end is None):
        raise ValueError(f"the conversation does not end at “{run.end}” there any more")
    return Run(turns=tuple(turns), end=at if end else "", outcome=end.outcome if end else "")


# ---- on paper ----------------------------------------------------------------------------------


def printed_rehearsals(scripts: Sequence[Conversation], answers: Mapping[str, JsonValue]) -> Twin:
    """What was rehearsed, a transcript of each; where nothing was, all scripts to choose from.

    `answers` are kept values by key. A script that is gone or has changed is told in the words that
    were kept.
    """
    by_key = {f"{REHEARSAL}/{script.id}": script for script in scripts}
    others = sorted(key for key in answers if key.startswith(f"{REHEARSAL}/") and key not in by_key)
    told = [_told(by_key.get(key), answers[key]) for key in (*by_key, *others) if answers.get(key)]
    parts = [part for part in told if part]
    return Twin(*parts) if parts else Twin(*_to_choose_from(scripts))


def _to_choose_from(scripts: Sequence[Conversation]) -> list[str]:
    items = [
        f"- [ ] **{literal(script.title)}**, {script.minutes} min. "
        f"{literal('. '.join(_cast(script)))}. "
        f"{literal(script.aim)}"
        for script in scripts
    ]
    return ["\n".join(items), div("small", literal(CARDS))]


def _told(script: Conversation | None, value: JsonValue) -> str:
    try:
        given = Rehearsed.model_validate(value)
    except ValidationError:
        return div(
            "note", literal(f"An earlier rehearsal can’t be read. It said: {words_in(value)}")
        )
    run = given.told
    if run is None and not given.note:
        return ""
    fits = script if script and _fits(script, given) else None
    facts = ["In a trio" if given.mode == "trio" else "Alone", "" if fits else CHANGED]
    small = div("small", literal(". ".join([*_cast(script), *filter(None, facts)]) + "."))
    turns = [_turn(fits, turn) for turn in run.turns] if run else []
    return "\n\n".join(
        [
            f"### {literal(given.title)}",
            together(small, *turns[:1]),
            *turns[1:],
            *_ending(fits, run, given.note),
        ]
    )


def _cast(script: Conversation | None) -> list[str]:
    people = script.cast.values() if script else ()
    return [f"{person.names[0]}: {person.who.rstrip('.')}" for person in people]


def _fits(script: Conversation, given: Rehearsed) -> bool:
    try:
        for run in given.runs:
            _walked(script, run)
    except ValueError:
        return False
    return True


def _turn(script: Conversation | None, turn: Turn) -> str:
    node = script.nodes[turn.node] if script else None
    said = f"**You.** {literal(turn.said)} *{literal(turn.move)}*"
    return together(f"**{literal(_name(script, node))}.** {literal(turn.heard)}", said)


def _ending(script: Conversation | None, run: Run | None, note: str) -> list[str]:
    """The last words, what came of it, what to take away, and the note."""
    node = script.nodes[run.end] if script and run and run.end else None
    last = f"**{literal(_name(script, node))}.** {literal(node.text)}" if node else ""
    outcome = ""
    if run:
        outcome = f"**How it ended.** {literal(run.outcome)}" if run.end else "*Broken off here.*"
    taken = node.end.take_away if node and node.end else ""
    take_away = div("aside", f"**To take away.** {literal(taken)}") if taken else ""
    own = f"**My note**\n\n{paragraphs(note)}" if note.strip() else ""
    return [part for part in (together(last, outcome, take_away), together(own)) if part]


def _name(script: Conversation | None, node: Node | None) -> str:
    if script is None or node is None:
        return "You heard"
    return script.speaker(node) or "What you see"
