"""What a survey's cell says → the answer to keep, in the words that its question offers."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pydantic import JsonValue

from workshop_kit.answers import TEXT_AT_MOST
from workshop_kit.content.names import quoted
from workshop_kit.content.yaml_words import did_you_mean
from workshop_kit.curriculum import (
    ChoiceQuestion,
    CommitmentsQuestion,
    Curriculum,
    Option,
    OrderQuestion,
    Question,
    ScaleQuestion,
    SignalsQuestion,
    TextQuestion,
    read_answer,
)

CHOICES_SHOWN = 6
_BETWEEN = re.compile(r"([;,\n])")  # Microsoft Forms: "a;b;", Google Forms: "a, b"
_STRAIGHT = str.maketrans("‘’“”„\u00a0", '\'\'""" ')


class Unread(ValueError):
    """A cell that is no answer to its question; its text says why, `fix` what to do."""

    def __init__(self, what: str, fix: str) -> None:
        super().__init__(what)
        self.fix = fix


def folded(text: str) -> str:
    """The text as it is compared: whatever a survey may have made of capitals, spaces and quotes."""
    return " ".join(text.translate(_STRAIGHT).split()).casefold().rstrip(".")


def read_cell(question: Question, said: str, curriculum: Curriculum) -> JsonValue:
    """The value to keep for what a cell says; raises Unread. People are not asked for in a survey."""
    assert question.kind != "people"
    if len(said) > TEXT_AT_MOST:
        raise Unread(f"The text is longer than {TEXT_AT_MOST:,} characters.", "Shorten it.")
    try:
        given = read_answer(question, _value(question, said, curriculum), curriculum.signal_ids)
    except Unread:
        raise
    except ValueError as error:
        raise Unread(f"The entry can't be kept ({error}).", "Write it in other words.") from error
    value: JsonValue = given.model_dump(mode="json")
    return value


def _value(question: Question, said: str, curriculum: Curriculum) -> JsonValue:
    match question:
        case TextQuestion():
            return {"text": said}
        case ChoiceQuestion():
            return _choice(question, said)
        case ScaleQuestion():
            if not re.fullmatch(r"\d{1,2}", said) or not 1 <= int(said) <= question.points:
                what = f"{quoted(said)} is no point of the scale."
                raise Unread(what, f"It runs from 1 to {question.points}.")
            return {"point": int(said)}
        case SignalsQuestion():
            of_stages = (signal for stage in curriculum.stages for signal in stage.signals)
            signals = question.signals or [Option(id=s.id, text=s.text) for s in of_stages]
            return {"seen": [{"signal": ident, "when": None} for ident in _all_of(signals, said)]}
        case OrderQuestion():
            order = _all_of(question.items, said)
            if len(order) != len(question.items):
                what = f"The list has {len(order)} of the {len(question.items)} items."
                raise Unread(what, "Each of them has to be there.")
            return {"order": [*order]}
        case CommitmentsQuestion():
            return {"commitments": [{"what": line} for line in _commitments(question, said)]}
    raise AssertionError(f"no survey can answer a {question.kind} question")


def _choice(question: ChoiceQuestion, said: str) -> JsonValue:
    chosen, other = _options_in(question.options, said)
    if not question.many and len(chosen) > 1 and not other:
        raise Unread("Several are chosen, and the question takes one.", "Keep one of them.")
    if not question.many and chosen and other:
        # Words of one's own may hold the words of an option, and a comma after them.
        chosen, other = [], said
    if other and not question.other:
        raise _no_such_choice(question.options, other)
    return {"chosen": [*chosen], "other": other}


def _all_of(options: Sequence[Option], said: str) -> list[str]:
    found, left = _options_in(options, said)
    if left:
        raise _no_such_choice(options, left)
    return found


def _options_in(options: Sequence[Option], said: str) -> tuple[list[str], str]:
    """The ids of the options that the cell names, each once, and what else it says.

    Options may hold the very signs that stand between them. So the cell is cut at each such sign,
    and as many pieces as make up an option count as one.
    """
    known = {folded(option.id): option.id for option in options}
    known |= {folded(option.text): option.id for option in options}
    known.pop("", None)
    most = 1 + max(len(_BETWEEN.findall(option.text)) for option in options)
    pieces = _BETWEEN.split(said)  # words at even places, the signs between them at odd ones
    found: dict[str, None] = {}
    left = []
    at = 0
    while at < len(pieces):
        for end in range(at + 2 * most - 1, at, -2):
            if ident := known.get(folded("".join(pieces[at:end]))):
                found[ident] = None
                at = end + 1
                break
        else:
            left += pieces[at : at + 2]
            at += 2
    return [*found], "".join(left).strip(" ;,\n")


def _no_such_choice(options: Sequence[Option], said: str) -> Unread:
    texts = [option.text for option in options]
    shown = "; ".join(quoted(text) for text in texts[:CHOICES_SHOWN])
    more = f" and {len(texts) - CHOICES_SHOWN} more" if len(texts) > CHOICES_SHOWN else ""
    fix = did_you_mean(said[:200], texts) or f"The choices are: {shown}{more}."
    return Unread(f"{quoted(said)} is not one of the choices.", fix)


def _commitments(question: CommitmentsQuestion, said: str) -> list[str]:
    """A commitment for each line; where there are too many, the last has the rest of the lines."""
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    first, rest = lines[: question.most - 1], lines[question.most - 1 :]
    return [*first, "; ".join(rest)] if rest else first
