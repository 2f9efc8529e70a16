"""The facilitator's live view: the clock, the plan, the room. One widget in `facilitator/live.ipynb`.

`live_view` gives it. What it shows is computed in Python, from the agenda and the store; the page
draws it, lets the seconds run, and asks again every three seconds.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from workshop_kit.live.view import LiveView

__all__ = ["live_view"]


def live_view(event_dir: str | Path) -> LiveView:
    """The live view of an event. Raises InputError where event.yaml, teams.csv or the agenda is wrong.

    No ladder is read: a file that is broken on the day must not stop the clock.
    """
    from workshop_kit.live.view import LiveView

    return LiveView(Path(event_dir))
