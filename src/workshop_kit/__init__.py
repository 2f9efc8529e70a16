"""workshop-kit: half-day workshops for engineering leaders, in notebooks and on paper.

Notebooks use `Workbook` (one team's pages), `facilitator_notes` and `live_view`. A program uses `check_event`,
`load_event` and `render`. Whatever goes wrong derives from `WorkshopKitError`.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from workshop_kit.iri_grammar import put_off as _put_off

_put_off()  # here, as it is of use only before anybody has imported jsonschema

if TYPE_CHECKING:
    from workshop_kit.checks import check_event, load_event
    from workshop_kit.errors import (
        HandoutError,
        InputError,
        NotebookError,
        Problem,
        StoreError,
        WorkshopKitError,
    )
    from workshop_kit.facilitation import facilitator_notes
    from workshop_kit.live import live_view
    from workshop_kit.run import render
    from workshop_kit.workbook import Workbook

_HOMES = {
    "HandoutError": "errors",
    "InputError": "errors",
    "NotebookError": "errors",
    "Problem": "errors",
    "StoreError": "errors",
    "Workbook": "workbook",
    "WorkshopKitError": "errors",
    "check_event": "checks",
    "facilitator_notes": "facilitation",
    "live_view": "live",
    "load_event": "checks",
    "render": "run",
}
__all__ = [
    "HandoutError",
    "InputError",
    "NotebookError",
    "Problem",
    "StoreError",
    "Workbook",
    "WorkshopKitError",
    "check_event",
    "facilitator_notes",
    "live_view",
    "load_event",
    "render",
]


def __getattr__(name: str) -> Any:
    """Public names are fetched when they are asked for: `workshop-kit --help` needs no pandas."""
    if name in _HOMES:
        return getattr(importlib.import_module(f"workshop_kit.{_HOMES[name]}"), name)
    raise AttributeError(f"module 'workshop_kit' has no attribute {name!r}")
