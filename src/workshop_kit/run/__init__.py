"""An event → every team's notebooks and handouts, and the cards for its conversations.

    report = render(load_event(folder), out)

Jobs go to worker processes; each finished job is recorded at once, so that a run that was killed is
taken up where it stopped. One team's failure leaves the others to finish.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from workshop_kit.run.jobs import EXERCISES, FOLLOW_UP, shipped_notebooks
    from workshop_kit.run.progress import Progress
    from workshop_kit.run.rendering import carry_out, prepare, render
    from workshop_kit.run.results import Failure
    from workshop_kit.run.work import Report, Run

_HOMES = {
    "EXERCISES": "jobs",
    "FOLLOW_UP": "jobs",
    "Failure": "results",
    "Progress": "progress",
    "Report": "work",
    "Run": "work",
    "carry_out": "rendering",
    "prepare": "rendering",
    "render": "rendering",
    "shipped_notebooks": "jobs",
}
__all__ = [
    "EXERCISES",
    "FOLLOW_UP",
    "Failure",
    "Progress",
    "Report",
    "Run",
    "carry_out",
    "prepare",
    "render",
    "shipped_notebooks",
]


def __getattr__(name: str) -> Any:
    """Fetched when asked for: a command starts `run.server` before it imports anything else."""
    if name in _HOMES:
        return getattr(importlib.import_module(f"workshop_kit.run.{_HOMES[name]}"), name)
    raise AttributeError(f"module 'workshop_kit.run' has no attribute {name!r}")
