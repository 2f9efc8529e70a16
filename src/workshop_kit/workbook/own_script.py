"""The leader's own script: the announcement as it will be read out, then what else they leave with."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence

from pydantic import JsonValue

from workshop_kit.curriculum import Activity, Stage, TextQuestion
from workshop_kit.forms import Twin, div, is_answered, lines, literal, paragraphs, printed_result

ANNOUNCEMENT = "announcement"
LINES = 2  # for each part, so that the whole of it stays on a page


def own_script(
    activity: Activity,
    answers: Mapping[str, JsonValue],
    day: datetime.date,
    stages: Sequence[Stage],
    *,
    blank: str = "",
) -> Twin:
    """The announcement in one piece, in letters to read aloud from, then the other results.

    Where nothing was written stands how the sentence begins, and `blank` or lines to write on.
    """
    others = [form for form in activity.forms if form.id != ANNOUNCEMENT]
    rest = activity.model_copy(update={"forms": tuple(others)})
    parts = [
        _part(question, answers, blank)
        for question in activity.form(ANNOUNCEMENT).questions
        if isinstance(question, TextQuestion)
    ]
    return Twin(
        div("newpage", "### To say to my team"),
        *parts,
        div("newpage", printed_result(rest, answers, day, stages, blank=blank).markdown),
    )


def _part(question: TextQuestion, answers: Mapping[str, JsonValue], blank: str) -> str:
    kept = answers.get(question.id)
    written = kept.get("text") if isinstance(kept, dict) and is_answered(kept) else None
    if isinstance(written, str):
        return div("aloud", paragraphs(f"{question.starter} {written}".strip()))
    room = blank or lines(LINES)
    return div("together", f"*{literal(question.starter)}* …", room)
