"""A kept answer → what it says in words, or why it no longer fits its question."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar, get_args

from pydantic import JsonValue, ValidationError

from workshop_kit.answers import (
    Answer,
    Chosen,
    Committed,
    Ordered,
    Rated,
    Rehearsed,
    Rewritten,
    SignalsSeen,
    Written,
)
from workshop_kit.curriculum import (
    Activity,
    ChoiceQuestion,
    CommitmentsQuestion,
    Curriculum,
    DimensionSlug,
    Followed,
    Form,
    OrderQuestion,
    Question,
    ScaleQuestion,
    SignalsQuestion,
    SimpleQuestion,
    question_after,
    read_answer,
    read_person,
)
from workshop_kit.model import Model

# Keys that no question of the YAML has: a ladder gives those of `ladder-rewriting`, scripts those
# of `naming-the-transition`; at a look back, commitments (`Promise.key`) and what activities ask.
REWRITE = "rewrite"
REHEARSAL = "rehearsal"
KEPT = "kept"
ASKED = "asked"
PROBLEM_AT_MOST = 200

M = TypeVar("M", bound=Model)


@dataclass(frozen=True)
class Told:
    """An answer in words: the `prompt` it answers, its `kind`, and the code or hash of the item.

    `problem` says on one line why it no longer fits; it is empty where all is well.
    """

    kind: str
    prompt: str
    item: str
    words: str
    problem: str = ""


def tell(curriculum: Curriculum, slug: str, key: str, value: JsonValue) -> Told:
    """What the value kept under `key` says; raises nothing, whatever the value is."""
    name, slash, item = key.partition("/")
    if name == REWRITE and slug == "ladder-rewriting":
        return _rewritten(item, value)
    if name == REHEARSAL and slug == "naming-the-transition":
        return _rehearsed(item, value)
    if told := _at_look_back(curriculum, slug, key, value):
        return told
    try:
        question = question_in(curriculum.forms_of(slug), name)
    except KeyError:
        return Told("", "", item, "", "" if value is None else "there is no such activity")
    # Only a table of people has an answer for each of several items.
    if question is None or (question.kind == "people") != bool(slash):
        problem = "there is no such question any more"
        return Told("", "", item, "", "" if value is None else problem)
    if value is None:
        return Told(question.kind, question.prompt, item, "")
    signals = curriculum.signal_texts
    try:
        if question.kind == "people":
            given = read_person(question, value, curriculum.signal_ids)
            fields = {field.id: field for field in question.fields}
            parts = [
                f"{fields[name].prompt} {words}"
                for name, answer in given.items()
                if (words := in_words(fields[name], answer, signals))
            ]
            return Told("people", question.prompt, item, "\n".join(parts))
        answer = read_answer(question, value, curriculum.signal_ids)
        return Told(question.kind, question.prompt, item, in_words(question, answer, signals))
    except ValueError as error:
        return Told(question.kind, question.prompt, item, "", _reason(str(error)))


def find_question(activity: Activity, ident: str) -> Question | None:
    """The question of that id, in whichever form of the activity; None where there is none."""
    return question_in(activity.forms, ident)


def question_in(forms: Sequence[Form], ident: str) -> Question | None:
    """The question of that id, in whichever of the forms; None where there is none."""
    for form in forms:
        for question in form.questions:
            if question.id == ident:
                return question
    return None


def in_words(question: SimpleQuestion, answer: Answer, signals: Mapping[str, str]) -> str:
    """The answer as one text; empty where nothing was answered. `signals` are the stages' by id."""
    match question, answer:
        case _, Written():
            return answer.text
        case ChoiceQuestion(), Chosen():
            texts = {option.id: option.text for option in question.options}
            return "; ".join(filter(None, [*(texts[c] for c in answer.chosen), answer.other]))
        case ScaleQuestion(), Rated():
            if answer.point is None:
                return ""
            ends = f"from “{question.low}” to “{question.high}”"
            return f"{answer.point} of {question.points}, {ends}"
        case SignalsQuestion(), SignalsSeen():
            texts = {option.id: option.text for option in question.signals} or dict(signals)
            return "; ".join(f"{texts[s.signal]} ({s.when or 'no date'})" for s in answer.seen)
        case OrderQuestion(), Ordered():
            texts = {item.id: item.text for item in question.items}
            return "; ".join(f"{n}. {texts[item]}" for n, item in enumerate(answer.order, 1))
        case CommitmentsQuestion(), Committed():
            return "; ".join(
                ", ".join(filter(None, [c.what, c.about, c.who, f"by {c.by}" if c.by else ""]))
                for c in answer.commitments
                if c.what or c.who or c.about
            )
    raise AssertionError(f"{question.kind} was answered with {type(answer).__name__}")


def _rewritten(item: str, value: JsonValue) -> Told:
    prompt = "Rewritten statement"
    if value is None:
        return Told("rewrites", prompt, item, "")
    try:
        given = Rewritten.model_validate(value)
    except ValidationError as error:
        return Told("rewrites", prompt, item, "", _reason(str(error.errors()[0]["msg"])))
    label = f"pays for {given.label}" if given.label else ""
    before = f"{given.level}: {given.statement}" if given.level else given.statement
    after = f"rewritten: {given.text}" if given.text else ""
    known = given.label in ("", *get_args(DimensionSlug))
    problem = "" if known else _reason(f"there is no dimension {given.label} any more")
    words = "; ".join(filter(None, [before, label, after]))
    return Told("rewrites", prompt, item, words, problem)


def _rehearsed(item: str, value: JsonValue) -> Told:
    kind, prompt = "rehearsal", "Rehearsed conversation"
    if value is None:
        return Told(kind, prompt, item, "")
    try:
        given = Rehearsed.model_validate(value)
    except ValidationError as error:
        return Told(kind, prompt, item, "", _reason(str(error.errors()[0]["msg"])))
    lines = [f"{given.title} ({'in a trio' if given.mode == 'trio' else 'alone'})"]
    if run := given.told:
        for turn in run.turns:
            lines += [f"Heard: {turn.heard}", f"Said: {turn.said} ({turn.move})"]
        lines.append(f"How it ended: {run.outcome}" if run.end else "Broken off here.")
    if given.note:
        lines.append(f"Note: {given.note}")
    return Told(kind, prompt, item, "\n".join(lines))


def asked_key(slug: str) -> str:
    """The key of what is answered to an activity's own question at a look back."""
    return f"{ASKED}.{slug}"


def _at_look_back(curriculum: Curriculum, slug: str, key: str, value: JsonValue) -> Told | None:
    """What became of a commitment, or an answer to what an activity asks; None where it is neither."""
    look_back = next((one for one in curriculum.afterwards.look_backs if one.slug == slug), None)
    kind, _, about = key.partition(".")
    if look_back is None or kind not in (KEPT, ASKED):
        return None
    if kind == ASKED:
        activity = {one.slug: one for one in curriculum.activities}.get(about)
        if activity is None:
            problem = "" if value is None else "there is no such question any more"
            return Told("", "", about, "", problem)
        prompt = f"{activity.title}: {question_after(activity, look_back.days)}"
        return _read_as(Written, "text", prompt, about, value, lambda given: given.text)
    prompt = "What became of a commitment"
    return _read_as(
        Followed, "kept", prompt, about, value, lambda given: _followed(curriculum, given)
    )


def _followed(curriculum: Curriculum, given: Followed) -> str:
    told = [given.what]
    for ident in given.chosen:
        outcome = curriculum.afterwards.outcome(ident)
        if outcome is None:
            raise ValueError(f"there is no {ident} any more")
        told.append(outcome.text.replace("{date}", f"day {outcome.to}"))
    return "; ".join(filter(None, [*told, given.other]))


def _read_as(
    model: type[M],
    kind: str,
    prompt: str,
    item: str,
    value: JsonValue,
    words: Callable[[M], str],
) -> Told:
    if value is None:
        return Told(kind, prompt, item, "")
    try:
        return Told(kind, prompt, item, words(model.model_validate(value)))
    except ValidationError as error:
        return Told(kind, prompt, item, "", _reason(str(error.errors()[0]["msg"])))
    except ValueError as error:
        return Told(kind, prompt, item, "", _reason(str(error)))


def _reason(text: str) -> str:
    """The reason on one line; it may quote what somebody sent, control characters and all."""
    line = "".join(sign if sign.isprintable() else "\ufffd" for sign in " ".join(text.split()))
    return f"{line[: PROBLEM_AT_MOST - 1]}…" if len(line) > PROBLEM_AT_MOST else line
