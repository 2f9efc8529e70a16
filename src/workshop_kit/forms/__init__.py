"""What stands in a notebook cell: pages with a printed twin, and forms whose answers are kept.

Twin(literal("Words"), lines(3))              a page: Markdown for print, HTML for the screen
Keeping(store, participant, team, activity)   the answers of one activity, shared by its forms
questions_of(form, day, stages)               what a form asks, as the screen shows it
rehearsal_question(scripts, trio, signals)    conversations to rehearse, as the screen shows them
AnswerForm(keeping, questions, twin, …)       a form on the screen; on paper, its twin
add_html(cells)                               completes what ran where RENDERING is HTML_LATER
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from workshop_kit.forms.keeping import Keeping, Kept
from workshop_kit.forms.printed import (
    paragraphs,
    printed_examples,
    printed_form,
    printed_result,
)
from workshop_kit.forms.rehearsal import printed_rehearsals, rehearsal_question
from workshop_kit.forms.screen import add_html
from workshop_kit.forms.shown import (
    Questions,
    is_answered,
    questions_of,
    rewrite_key,
    rewrites_question,
)
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

if TYPE_CHECKING:
    from workshop_kit.forms.answer_form import AnswerForm

__all__ = [
    "AnswerForm",
    "Keeping",
    "Kept",
    "Questions",
    "Twin",
    "add_html",
    "bullets",
    "checkboxes",
    "div",
    "is_answered",
    "lines",
    "literal",
    "paragraphs",
    "printed_examples",
    "printed_form",
    "printed_rehearsals",
    "printed_result",
    "questions_of",
    "rehearsal_question",
    "rewrite_key",
    "rewrites_question",
    "table",
    "worksheet",
]


def __getattr__(name: str) -> Any:
    """The widget is fetched when it is asked for: pages that are only printed need no ipywidgets."""
    if name == "AnswerForm":
        from workshop_kit.forms.answer_form import AnswerForm

        return AnswerForm
    raise AttributeError(f"module 'workshop_kit.forms' has no attribute {name!r}")
