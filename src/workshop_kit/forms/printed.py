"""A form on paper: what was asked, and what was answered or room to answer it.

    printed_form(form, answers, day, stages)        the questions with answers, or blank
    printed_examples(form, day, stages)             the worked examples
    printed_result(activity, answers, day, stages)  the answers that belong on the result page

`answers` are kept values by the question's key, `day` is the event's. Words from people mean nothing
but themselves, and keep their paragraphs.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pydantic import JsonValue

from workshop_kit.answers import (
    Answer,
    Chosen,
    Committed,
    Ordered,
    Rated,
    SignalsSeen,
    Written,
)
from workshop_kit.curriculum import (
    Activity,
    ChoiceQuestion,
    CommitmentsQuestion,
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
from workshop_kit.event import written_date
from workshop_kit.forms.shown import is_answered, mixed_signals, words_in
from workshop_kit.forms.twin import (
    Twin,
    bullets,
    checkboxes,
    div,
    lines,
    literal,
    table,
    worksheet,
)

Answers = Mapping[str, JsonValue]

KEPT_TOGETHER = 1500  # characters: a block that may not break must fit on a page
SHARES = {"signals": 7, "text": 5, "choice": 3, "scale": 3}
UNDATED = "no day noted"
LINES, MANY = 3, 6  # to write on under a heading of the result page; fewer where there are many


def printed_form(
    form: Form, answers: Answers, day: datetime.date, stages: Sequence[Stage], *, people: int = 6
) -> Twin:
    """The form's questions with what was answered; `people` is how many rows an empty table gets."""
    paper = _Paper(answers, day, stages, people)
    first, *others = (paper.question(question) for question in form.questions)
    # A title stays with its first question where that fits.
    return Twin(together(f"### {literal(form.title)}", paragraphs(form.intro), first), *others)


def printed_examples(form: Form, day: datetime.date, stages: Sequence[Stage]) -> Twin:
    """The worked example of every question, with a sentence on whose it is."""
    examples = [_example(question, day, stages) for question in form.questions]
    return Twin(div("small", literal(form.example_context)), *(div("aside", e) for e in examples))


def printed_result(
    activity: Activity,
    answers: Answers,
    day: datetime.date,
    stages: Sequence[Stage],
    *,
    blank: str = "",
) -> Twin:
    """The answers that have a heading on the result page; where there is none, `blank` or room to write."""
    asked = [q for form in activity.forms for q in form.questions if q.result]
    room = blank or lines(LINES if len(asked) <= MANY else LINES - 1)
    paper = _Paper(answers, day, stages, people=0)
    return Twin(*(paper.result(question, room) for question in asked))


def paragraphs(text: str) -> str:
    """Words from people as Markdown that says just these words, in their paragraphs and lines."""
    parts = re.split(r"\n\s*\n", text.strip())
    told = [
        "\\\n".join(literal(line) for line in part.splitlines() if line.split()) for part in parts
    ]
    return "\n\n".join(part for part in told if part)


@dataclass(frozen=True)
class _Paper:
    answers: Answers
    day: datetime.date
    stages: Sequence[Stage]
    people: int

    def question(self, question: Question) -> str:
        asked = f"**{literal(question.prompt)}**"
        if isinstance(question, PeopleQuestion):
            told = [self.person(question, code) for code in self.codes(question)]
            sheet = told or [_people_sheet(question, self.people)]
            return "\n\n".join(part for part in [asked, _small(question.help), *sheet] if part)
        answer, misfit = self.read(question)
        if answer is not None:
            return together(asked, told_answer(question, answer, self.stages))
        blank = _blank(question, self.day, self.stages)
        return together(asked, misfit, _small(question.help), blank)

    def result(self, question: Question, room: str) -> str:
        heading = f"### {literal(question.result)}"
        if isinstance(question, PeopleQuestion):
            told = [self.person(question, code) for code in self.codes(question)]
            return "\n\n".join([heading, *(told or [room])])
        answer, misfit = self.read(question)
        if answer is not None:
            return f"{heading}\n\n{together(told_answer(question, answer, self.stages))}"
        return f"{heading}\n\n{together(misfit, room)}"

    def read(self, question: SimpleQuestion) -> tuple[Answer | None, str]:
        """The answer, where there is one that says anything and fits, and what is said if not."""
        value = self.answers.get(question.id)
        if value is None or (isinstance(value, dict) and not is_answered(value)):
            return None, ""
        try:
            return read_answer(question, value, _ids(self.stages)), ""
        except ValueError as error:
            return None, _misfit(value, error)

    def codes(self, question: PeopleQuestion) -> list[str]:
        """The codes of the people who are in the table, in their order."""
        start = f"{question.id}/P"
        found = [
            key.partition("/")[2]
            for key, value in self.answers.items()
            if key.startswith(start) and value
        ]
        return sorted(found, key=lambda code: (len(code), code))

    def person(self, question: PeopleQuestion, code: str) -> str:
        value = self.answers[f"{question.id}/{code}"]
        head = f"**{literal(code)}**"
        try:
            given = read_person(question, value, _ids(self.stages))
        except ValueError as error:
            return together(head, _misfit(value, error))
        fields = [
            _labelled(field, told_answer(field, given[field.id], self.stages))
            for field in question.fields
            if field.id in given and is_answered(given[field.id].model_dump(mode="json"))
        ]
        return together(head, *(fields or ["Nothing written down yet."]))


def told_answer(question: SimpleQuestion, answer: Answer, stages: Sequence[Stage]) -> str:
    """What an answer says, as Markdown. The answer has to fit its question."""
    match question, answer:
        case TextQuestion(), Written():
            said = paragraphs(answer.text)
            return f"*{literal(question.starter)}* …\n\n{said}" if question.starter else said
        case ChoiceQuestion(), Chosen():
            texts = {option.id: option.text for option in question.options}
            told = [literal(texts[ident]) for ident in answer.chosen]
            if answer.other:
                told.append(f"{literal(question.other)} {paragraphs(answer.other)}".strip())
            return told[0] if len(told) == 1 else "\n".join(f"- {_indented(one)}" for one in told)
        case ScaleQuestion(), Rated():
            low, high = question.low, question.high
            said = f"{answer.point} of {question.points}, between “{low}” and “{high}”"
            return f"{_boxes(question, answer.point)}\n\n{literal(said)}"
        case SignalsQuestion(), SignalsSeen():
            texts = {ident: text for ident, text, _ in mixed_signals(question, stages)}
            return bullets(
                f"{texts[seen.signal]} ({written_date(seen.when) if seen.when else UNDATED})"
                for seen in answer.seen
            )
        case OrderQuestion(), Ordered():
            items = {item.id: item.text for item in question.items}
            return "\n".join(
                f"{number}. {literal(items[ident])}" for number, ident in enumerate(answer.order, 1)
            )
        case CommitmentsQuestion(), Committed():
            return _commitments(question, answer)
    raise TypeError(f"a {type(answer).__name__} is no answer to a {question.kind} question")


def _commitments(question: CommitmentsQuestion, answer: Committed) -> str:
    head = [question.what, question.about, question.who, "By"]
    kept = [0, 1, 2, 3] if question.about else [0, 2, 3]
    rows = [
        (row.what, row.about, row.who, written_date(row.by) if row.by else "")
        for row in answer.commitments
        if row.what or row.who or row.about
    ]
    return table([head[i] for i in kept], [[row[i] for i in kept] for row in rows])


# ---- room to answer ----------------------------------------------------------------------------


def _blank(question: SimpleQuestion, day: datetime.date, stages: Sequence[Stage]) -> str:
    match question:
        case TextQuestion():
            return lines(question.rows, f"{question.starter} …" if question.starter else "")
        case ChoiceQuestion():
            other = lines(1, question.other) if question.other else ""
            return "\n\n".join([checkboxes(o.text for o in question.options), other]).strip()
        case ScaleQuestion():
            return _boxes(question, None)
        case SignalsQuestion():
            boxes = checkboxes(text for _, text, _ in mixed_signals(question, stages))
            return "\n\n".join([_small("Write the day beside each that you tick."), boxes])
        case OrderQuestion():
            texts = [item.text for item in question.items]
            return worksheet([("Number these, 1 for the first", 7), ("Place", 1)], texts, height=10)
        case CommitmentsQuestion():
            about = [(question.about, 3)] if question.about else []
            if question.days:
                days = [day + datetime.timedelta(days=count) for count in question.days]
                columns = [("By", 2), (question.what, 6), *about, (question.who, 2)]
                return worksheet(columns, [written_date(by) for by in days], height=17)
            columns = [("No.", 1), (question.what, 7), *about, (question.who, 3), ("By", 2)]
            return worksheet(columns, [str(n) for n in range(1, question.most + 1)], height=17)


def _boxes(question: ScaleQuestion, point: int | None) -> str:
    boxes = " ".join("☒" if n == point else "☐" for n in range(1, question.points + 1))
    return f"{literal(question.low)} {boxes} {literal(question.high)}"


def _people_sheet(question: PeopleQuestion, people: int) -> str:
    columns = [("Code", 2), *((f.result or f.prompt, SHARES[f.kind]) for f in question.fields)]
    rows = [f"P{number}" for number in range(1, min(people, question.most) + 1)]
    choices = [
        f"{field.result or field.prompt}: {' · '.join(option.text for option in field.options)}"
        for field in question.fields
        if isinstance(field, ChoiceQuestion)
    ]
    return "\n\n".join(
        [worksheet(columns, rows or ["P1"], height=17), *(_small(choice) for choice in choices)]
    )


# ---- pieces ------------------------------------------------------------------------------------


def _example(question: Question, day: datetime.date, stages: Sequence[Stage]) -> str:
    asked = f"**{literal(question.prompt)}**"
    if not isinstance(question, PeopleQuestion):
        return f"{asked}\n\n{told_answer(question, question.example_answer(day), stages)}"
    given = question.example_person(day)
    fields = [_labelled(f, told_answer(f, given[f.id], stages)) for f in question.fields]
    return "\n\n".join([asked, "**P1**", *fields])


def _labelled(field: SimpleQuestion, told: str) -> str:
    label = f"*{literal(field.prompt)}*"
    return f"{label}\n\n{told}" if "\n" in told or told.startswith("- ") else f"{label} {told}"


def _misfit(value: JsonValue, why: ValueError) -> str:
    said = f"An earlier answer no longer fits the question: {why}. It said: {words_in(value)}"
    return div("note", literal(said))


def _small(text: str) -> str:
    return div("small", literal(text)) if text else ""


def together(*parts: str) -> str:
    """The parts that there are, on one page where they fit on it; empty where there are none."""
    there = [part for part in parts if part]
    short = sum(map(len, there)) < KEPT_TOGETHER
    return div("together", *there) if there and short else "\n\n".join(there)


def _indented(markdown: str) -> str:
    return markdown.replace("\n", "\n  ")


def _ids(stages: Sequence[Stage]) -> frozenset[str]:
    return frozenset(signal.id for stage in stages for signal in stage.signals)
