"""Questions → what the front end shows of them, and how the answers that come back are read.

`questions_of(form, …)` for the questions of an activity's YAML, `rewrites_question(ladder, …)` for
a ladder's statements. What the front end gets is JSON: words, ids and days, never an example answer.
"""

from __future__ import annotations

import datetime
import hashlib
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Protocol

from pydantic import JsonValue, ValidationError

from workshop_kit.answers import Rewritten
from workshop_kit.curriculum import (
    ChoiceQuestion,
    CommitmentsQuestion,
    Dimension,
    Form,
    OrderQuestion,
    PeopleQuestion,
    Question,
    ScaleQuestion,
    SignalsQuestion,
    SimpleQuestion,
    Stage,
    TextQuestion,
    read_answer,
    read_person,
)
from workshop_kit.ladder import Ladder, Statement
from workshop_kit.tagging import Tag

Reader = Callable[[JsonValue], JsonValue]

_PERSON = re.compile(r"/P[1-9]\d{0,2}$")


class DraftOf(Protocol):
    """What is shown of a draft; `workshop_kit.rewriting.Draft` is one."""

    @property
    def dimension(self) -> str: ...
    @property
    def text(self) -> str: ...


@dataclass(frozen=True)
class Questions:
    """Questions of one form: `shown` is the front end's JSON, `readers` and `prompts` go by key.

    All people of a question share the key `<id>/P#`.
    """

    shown: tuple[dict[str, Any], ...] = ()
    readers: Mapping[str, Reader] = field(default_factory=dict)
    prompts: Mapping[str, str] = field(default_factory=dict)

    def owns(self, key: str) -> bool:
        """Whether an answer under that key belongs to one of these questions."""
        return _general(key) in self.readers

    def prompt(self, key: str) -> str:
        """What was asked, and of whom."""
        person = _PERSON.search(key)
        asked = self.prompts.get(_general(key), "")
        return f"{asked} ({person[0][1:]})" if person else asked

    def read(self, key: str, value: JsonValue) -> JsonValue:
        """The answer as it is to be kept; None takes an answer back. Raises ValueError, in words."""
        if not self.owns(key):
            raise ValueError("this form does not ask that")
        return None if value is None else self.readers[_general(key)](value)


def questions_of(form: Form, day: datetime.date, stages: Sequence[Stage]) -> Questions:
    """The questions of a form. `day` is the event's, from which the days of commitments are counted."""
    ids = frozenset(signal.id for stage in stages for signal in stage.signals)
    readers: dict[str, Reader] = {}
    prompts: dict[str, str] = {}
    for question in form.questions:
        if isinstance(question, PeopleQuestion):
            key = f"{question.id}/P#"
            readers[key] = partial(_person_read, question, ids)
        else:
            key = question.id
            readers[key] = partial(_answer_read, question, ids)
        prompts[key] = question.prompt
    shown = tuple(shown_question(question, day, stages) for question in form.questions)
    return Questions(shown, readers, prompts)


def is_answered(value: JsonValue) -> bool:
    """Whether a kept value says anything: an empty field and an answer taken back do not."""
    if not isinstance(value, dict):
        return False
    if "fields" in value:
        fields = value["fields"]
        return isinstance(fields, dict) and any(is_answered(given) for given in fields.values())
    if "commitments" in value:
        rows = value["commitments"]
        return isinstance(rows, list) and any(
            isinstance(row, dict)
            and any(_says_something(row.get(name)) for name in ("what", "who", "about"))
            for row in rows
        )
    if "runs" in value:
        return any(_says_something(value.get(name)) for name in ("runs", "note"))
    if "statement" in value:
        return any(_says_something(value.get(name)) for name in ("label", "text"))
    return any(_says_something(given) for given in value.values())


def _says_something(given: JsonValue) -> bool:
    return bool(given.strip()) if isinstance(given, str) else given not in (None, [], {})


def words_in(value: JsonValue) -> str:
    """All words of a value, whatever its form; ids and days are words as well.

    Of a turn in a conversation only what was said: where it stood in the script says nothing here.
    """
    if isinstance(value, dict) and "said" in value:
        return words_in(value["said"])
    if isinstance(value, dict):
        return "; ".join(said for item in value.values() if (said := words_in(item)))
    if isinstance(value, list):
        return ", ".join(said for item in value if (said := words_in(item)))
    return "" if value is None or isinstance(value, bool) else str(value)


def _general(key: str) -> str:
    return _PERSON.sub("/P#", key)


def _answer_read(question: SimpleQuestion, signals: frozenset[str], value: JsonValue) -> JsonValue:
    given: JsonValue = read_answer(question, value, signals).model_dump(mode="json")
    return given


def _person_read(question: PeopleQuestion, signals: frozenset[str], value: JsonValue) -> JsonValue:
    given = read_person(question, value, signals)
    return {"fields": {name: answer.model_dump(mode="json") for name, answer in given.items()}}


# ---- the questions of the YAML -----------------------------------------------------------------


def shown_question(
    question: Question, day: datetime.date, stages: Sequence[Stage]
) -> dict[str, Any]:
    """One question as the front end shows it."""
    shown: dict[str, Any] = {
        "kind": question.kind,
        "id": question.id,
        "prompt": question.prompt,
        "help": question.help,
    }
    match question:
        case TextQuestion():
            shown |= {"words": question.words, "rows": question.rows, "starter": question.starter}
            if question.hints:
                shown["hints"] = True
        case ChoiceQuestion():
            shown |= {
                "options": [option.model_dump() for option in question.options],
                "many": question.many,
                "other": question.other,
                "default": question.default,
            }
        case ScaleQuestion():
            shown |= {"low": question.low, "high": question.high, "points": question.points}
        case SignalsQuestion():
            shown |= _shown_signals(question, stages)
        case OrderQuestion():
            shown |= {"items": [item.model_dump() for item in question.items]}
        case CommitmentsQuestion():
            shown |= {name: getattr(question, name) for name in ("most", "what", "who", "about")}
            shown["days"] = [
                (day + datetime.timedelta(days=count)).isoformat() for count in question.days
            ]
            shown["suggest"] = _suggestions(stages) if question.suggest else []
        case PeopleQuestion():
            shown |= {
                "most": question.most,
                "fields": [shown_question(field, day, stages) for field in question.fields],
            }
    return shown


def mixed_signals(question: SignalsQuestion, stages: Sequence[Stage]) -> list[tuple[str, str, str]]:
    """The signals as (id, words, stage), in an order that is always the same and gives no stage away.

    Signals of the question's own have no stage and stay in its order.
    """
    if question.signals:
        return [(signal.id, signal.text, "") for signal in question.signals]
    of_stages = [
        (signal.id, signal.text, stage.slug) for stage in stages for signal in stage.signals
    ]
    return sorted(of_stages, key=lambda signal: hashlib.sha1(signal[0].encode()).digest())


def _shown_signals(question: SignalsQuestion, stages: Sequence[Stage]) -> dict[str, Any]:
    return {
        "signals": [
            {"id": ident, "text": text, "stage": stage}
            for ident, text, stage in mixed_signals(question, stages)
        ],
        "stages": []
        if question.signals
        else [{"slug": stage.slug, "name": stage.name} for stage in stages],
    }


def _suggestions(stages: Sequence[Stage]) -> list[dict[str, Any]]:
    return [{"group": stage.name, "texts": [move.text for move in stage.moves]} for stage in stages]


# ---- the statements of a ladder ----------------------------------------------------------------


def rewrite_key(statement: Statement) -> str:
    """The key under which the rewriting of a statement is kept; it is lost when the statement changes."""
    return f"rewrite/{statement.key}"


def rewrites_question(
    ladder: Ladder,
    tags: Sequence[Tag],
    drafts: Mapping[int, Sequence[DraftOf]],
    dimensions: Sequence[Dimension],
) -> Questions:
    """The statements of a ladder to correct and to rewrite, a level at a time, senior levels first.

    `tags` are the tagger's own, without the team's corrections: those are answers.
    """
    names = [dimension.slug for dimension in dimensions]
    readers: dict[str, Reader] = {}
    levels: dict[str, list[dict[str, Any]]] = {level: [] for level in reversed(ladder.levels)}
    for index, statement in enumerate(ladder.statements):
        key = rewrite_key(statement)
        if key in readers:
            continue  # the same words again, at the same level
        readers[key] = partial(_rewritten_read, statement, names)
        levels[statement.level].append(
            {
                "key": key,
                "text": statement.text,
                "heading": statement.heading,
                "phrases": list(tags[index].phrases),
                "label": tags[index].dimension,
                "drafts": [
                    {"dimension": draft.dimension, "text": draft.text}
                    for draft in drafts.get(index, ())
                ],
            }
        )
    shown = {
        "kind": "rewrites",
        "id": "rewrite",
        "prompt": "What your ladder says, one level at a time",
        "help": "",
        "dimensions": [{"slug": d.slug, "name": d.name} for d in dimensions],
        "levels": [
            {"name": level or "All statements", "statements": rows}
            for level, rows in levels.items()
        ],
    }
    prompts = {rewrite_key(statement): statement.text for statement in ladder.statements}
    return Questions((shown,), readers, prompts)


def _rewritten_read(statement: Statement, dimensions: Iterable[str], value: JsonValue) -> JsonValue:
    if not isinstance(value, dict):
        raise ValueError("this is no rewritten statement")
    whose = {"statement": statement.text, "level": statement.level, "heading": statement.heading}
    try:
        given = Rewritten.model_validate({**value, **whose})
    except ValidationError as error:
        raise ValueError(str(error.errors()[0]["msg"])) from error
    if given.label and given.label not in dimensions:
        raise ValueError(f"there is no {given.label}")
    dumped: JsonValue = given.model_dump(mode="json")
    return dumped
