"""What stands around every page of an event: its name, day, paper, colour and logo."""

from __future__ import annotations

import base64

from workshop_kit.event import EventFolder, Team, written_date
from workshop_kit.handout import Sheet


def event_sheet(folder: EventFolder, team: Team | None = None) -> Sheet:
    """The sheet of a team's pages, or of pages that are for the whole event."""
    event = folder.event
    logo = event.brand.logo
    return Sheet(
        event=event.name,
        team=team.name if team else "",
        leader=team.leader if team else "",
        date=written_date(event.date),
        paper=event.paper,
        language=event.language,
        color=event.brand.color,
        logo=base64.b64encode((folder.path / logo).read_bytes()).decode() if logo else "",
        fictional=event.fictional,
    )
