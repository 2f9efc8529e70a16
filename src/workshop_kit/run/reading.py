"""What a notebook reads of the curriculum and of the answers, told from its code.

It is declared here and not observed while a notebook runs: the process that kernels are forked from
has read the whole curriculum before. `tests/test_run_incremental.py` marks every sentence of every
file and looks in which notebooks the marks appear.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from workshop_kit.content import load_curriculum
from workshop_kit.curriculum import Activity
from workshop_kit.run.fingerprints import curriculum_digests

NOT_RUN = {"facilitator", "solution"}  # cells that are in no file that a leader gets

_EVERY_ACTIVITY = "activities/"
_LADDER = ("dimensions.yaml", "lint.yaml", "patterns.yaml")
_STAGES = ("stages.yaml",)
_LOOK_BACK = (_EVERY_ACTIVITY, "follow_up.yaml", "stages.yaml")
# What a page shows beside the activities that its notebook names.
_PAGES: dict[str, Sequence[str]] = {
    **dict.fromkeys(("heading", "lines", "opening", "steps", "debrief"), ()),
    **dict.fromkeys(("exercise_opening", "exercise_steps", "worked_examples"), ()),
    **dict.fromkeys(("form", "result", "own_script", "papers"), ()),
    **dict.fromkeys(("ladder_facts", "ladder_balance", "statements", "findings"), _LADDER),
    **dict.fromkeys(("rewriting_questions", "rewrites"), _LADDER),
    **dict.fromkeys(("before_and_after", "coverage_before_and_after"), _LADDER),
    **dict.fromkeys(("stages", "moves", "person_summary", "team_picture"), _STAGES),
    **dict.fromkeys(("look_back", "commitments", "still_ahead", "asked_now"), _LOOK_BACK),
    **dict.fromkeys(("then_and_now", "then_and_now_chart"), _LOOK_BACK),
    "charter": ("charter.yaml",),
    "rehearsals": ("patterns.yaml",),  # a script may quote a draft for a line of the ladder
}
_SCRIPTS = "rehearsals"
_CALL = re.compile(r'book\.(\w+)\(((?:"[\w-]+"|\d+)?(?:, "[\w-]+")*)\)')
_OPENING = re.compile(
    r"from workshop_kit import Workbook|book = Workbook\(event_dir, team\)"
    r'|(?:event_dir|team) = "[^"]*"'
)


@dataclass(frozen=True)
class Reads:
    """What a notebook depends on: files of the curriculum, answers by activity, the conversations."""

    files: frozenset[str]
    answers: frozenset[str]
    scripts: bool


def reads_of(notebook: Path) -> Reads:
    """What the notebook reads; everything, where it does anything else than call for known pages."""
    activities = {activity.slug: activity for activity in load_curriculum().activities}
    everything = Reads(
        frozenset(name for name in curriculum_digests() if not name.startswith("conversations/")),
        frozenset({*activities, *(page.slug for page in load_curriculum().afterwards.look_backs)}),
        scripts=True,
    )
    lines = [line.strip() for cell in _code(notebook) for line in cell.splitlines()]
    calls = [_CALL.fullmatch(line) for line in lines if line and not _OPENING.fullmatch(line)]
    pages = {call[1] for call in calls if call}
    if not all(calls) or not pages <= _PAGES.keys():
        return everything
    named = {word for call in calls if call for word in re.findall(r"[\w-]+", call[2])}
    back = any(_EVERY_ACTIVITY in _PAGES[page] for page in pages)
    mine = [activity for slug, activity in activities.items() if back or slug in named]
    files = {f"activities/{activity.slug}.yaml" for activity in mine}
    files |= {name for page in pages for name in _PAGES[page]} - {_EVERY_ACTIVITY}
    if any(_asks_for_signals(activity) for activity in mine):
        files |= {*_STAGES}
    answers = set(everything.answers) if back else {activity.slug for activity in mine}
    if _SCRIPTS in pages:
        answers.add("ladder-rewriting")  # the line of the ladder as the leader rewrote it
    return Reads(frozenset(files), frozenset(answers), scripts=_SCRIPTS in pages)


def _code(notebook: Path) -> list[str]:
    cells = json.loads(notebook.read_bytes()).get("cells", [])
    return [
        "".join(cell["source"])
        for cell in cells
        if _runs(cell["metadata"].get("tags", [])) and cell["cell_type"] == "code"
    ]


def _runs(tags: Collection[str]) -> bool:
    return not NOT_RUN & set(tags)


def _asks_for_signals(activity: Activity) -> bool:
    """Whether a form of it lists the signals of the stages, and not some of its own."""
    asked = [question for form in activity.forms for question in form.questions]
    fields = [field for question in asked if question.kind == "people" for field in question.fields]
    return any(q.kind == "signals" and not q.signals for q in [*asked, *fields])
