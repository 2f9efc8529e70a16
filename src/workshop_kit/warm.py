"""What a kernel and a worker need, imported and read ahead, in the process they are forked from.

Nothing here starts a thread, opens a socket or a database, or reads an event: what is kept comes with
the kit, and nobody can change it.
"""

from __future__ import annotations

import datetime
import gc
import importlib
import os

# What a kernel and its notebooks import, some of it only when they come to it.
MODULES = (
    "alembic.command",
    "ipykernel.ipkernel",
    "ipykernel.kernelapp",
    "sqlalchemy.dialects.sqlite.pysqlite",
    "workshop_kit.charts",
    "workshop_kit.content.conversation_rules",
    "workshop_kit.forms.answer_form",
    "workshop_kit.live",
    "workshop_kit.workbook",
)


def warm_up() -> None:
    """Imports what is needed later, and goes once through what every team's notebooks do."""
    # pyarrow's allocator would start a thread, which a forked process does not have.
    os.environ.setdefault("JE_ARROW_MALLOC_CONF", "background_thread:false")
    gc.disable()  # modules are no garbage, and to look through them takes a fifth of the time
    try:
        for name in MODULES:
            importlib.import_module(name)
        rehearse()
    finally:
        gc.enable()


def rehearse() -> None:
    """With a ladder of two lines: reads the curriculum, the tagger's weights and the rules, and makes
    a chart of each kind, for which Altair and pandas import more than at their own import."""
    from workshop_kit import charts, comparison, content
    from workshop_kit.content.person_names import given_names
    from workshop_kit.event import Event
    from workshop_kit.ladder import Ladder, Statement
    from workshop_kit.linting import lint
    from workshop_kit.rewriting import drafts_for
    from workshop_kit.stage_map import picture
    from workshop_kit.tagging import tag

    content.load_conversations()
    content.load_own_words()
    content.load_trio()
    given_names()  # for the conversations that an event brings along
    Event(name="A rehearsal", date=datetime.date.min, timezone="UTC")  # knows all time zones now
    texts = {"Engineer": "Writes clear code.", "Senior engineer": "Builds the hard parts."}
    statements = tuple(Statement(level=level, text=text) for level, text in texts.items())
    ladder = Ladder(name="Two levels", statements=statements)
    tags = tuple(tag(statement.text) for statement in statements)
    lint(ladder, tags)
    drafts_for(ladder, tags)
    frame = comparison.coverage(ladder, tags)
    charts.ladder_balance(frame).to_dict()
    charts.coverage_map(frame.assign(ladder="before")).to_dict()
    charts.team_picture(picture((), len(texts), content.load_curriculum())).to_dict()


warm_up()
