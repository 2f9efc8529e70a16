"""The form that asks what became of each commitment: on the screen, and on paper.

    questions(standings, afterwards, choices, facts)     what the front end shows, and how it is read
    printed(standings, afterwards, choices, facts, answers)   the same on paper

It is made of the commitments as they are kept. `choices` are the outcomes on offer as (id, words),
`facts` says in a line for each key where the commitment comes from.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from pydantic import JsonValue, ValidationError

from workshop_kit.answer_words import KEPT
from workshop_kit.commitments import Standing, in_short, said_of
from workshop_kit.curriculum import Afterwards, Followed
from workshop_kit.forms import Questions, Twin, div, is_answered, lines, literal, paragraphs

Answers = Mapping[str, JsonValue]
Choices = Sequence[tuple[str, str]]


def questions(
    standings: Sequence[Standing],
    afterwards: Afterwards,
    choices: Choices,
    facts: Mapping[str, str],
) -> Questions:
    """A question for each commitment: one outcome, and a line on what happened."""
    prompts = {one.promise.key: in_short(one.promise.commitment.what) for one in standings}
    shown = tuple(
        {
            "kind": "choice",
            "id": key,
            "prompt": prompt,
            "help": facts[key],
            "options": [{"id": ident, "text": words} for ident, words in choices],
            "many": False,
            "other": afterwards.note,
            "default": None,
        }
        for key, prompt in prompts.items()
    )
    readers = {one.promise.key: partial(_read, one, afterwards) for one in standings}
    return Questions(shown, readers, prompts)


def _read(one: Standing, afterwards: Afterwards, value: JsonValue) -> JsonValue:
    """The answer with the commitment's words in it; raises ValueError where it is of other words."""
    try:
        given = Followed.model_validate(value)
    except ValidationError as error:
        raise ValueError(str(error.errors()[0]["msg"])) from error
    if given.what and said_of(one.promise, value) is None:
        raise ValueError("the commitment has been reworded since")
    if unknown := [ident for ident in given.chosen if afterwards.outcome(ident) is None]:
        raise ValueError(f"there is no {unknown[0]} any more")
    says = given.chosen or given.other.strip()
    what = one.promise.commitment.what if says else ""
    kept: JsonValue = given.model_copy(update={"what": what}).model_dump(mode="json")
    return kept


def left_over(standings: Sequence[Standing], answers: Answers) -> list[str]:
    """A sentence for each answer about a commitment that is not on this page any more."""
    there = {one.promise.key for one in standings}
    gone = []
    for key, value in answers.items():
        if key.startswith(f"{KEPT}.") and key not in there and is_answered(value):
            words = value.get("what") if isinstance(value, dict) else ""
            gone.append(
                "An earlier answer is about a commitment that does not stand here any more:"
                f" “{in_short(str(words))}”. It is kept and not lost."
            )
    return gone


def printed(
    standings: Sequence[Standing],
    afterwards: Afterwards,
    choices: Choices,
    facts: Mapping[str, str],
    answers: Answers,
) -> Twin:
    """Each commitment with what became of it, or boxes to tick and a line to write on."""
    parts = []
    for one in standings:
        key = one.promise.key
        head = f"**{literal(one.promise.commitment.what)}**\n\n{div('small', literal(facts[key]))}"
        parts.append(div("together", head, _said(one, afterwards, choices, answers.get(key))))
    return Twin(*parts, *(div("note", literal(said)) for said in left_over(standings, answers)))


def _said(one: Standing, afterwards: Afterwards, choices: Choices, value: JsonValue) -> str:
    words = dict(choices)
    note = ""
    if is_answered(value):
        said = said_of(one.promise, value)
        known = said is not None and all(ident in words for ident in said.chosen)
        if said is not None and known:
            told = [f"*{literal(words[ident])}.*" for ident in said.chosen]
            return "\n\n".join([*told, paragraphs(said.other)]).strip()
        note = _misfit(value, "this was worded otherwise" if said is None else "it was moved")
    # A box stays on one line with its words.
    boxes = "\u2003 ".join(f"☐ {literal(text)}".replace(" ", "\u00a0") for text in words.values())
    return "\n\n".join(filter(None, [note, boxes, lines(1, afterwards.note)]))


def _misfit(value: JsonValue, why: str) -> str:
    given = value if isinstance(value, dict) else {}
    told = [in_short(str(given.get(name) or "")) for name in ("what", "other")]
    said = "; ".join(filter(None, told))
    return div("note", literal(f"An earlier answer is from when {why}. It is kept: “{said}”."))
