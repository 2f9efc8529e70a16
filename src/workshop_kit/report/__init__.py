"""What the sponsor of an event may read: figures over all teams, and stories that were released.

release_figures(folder, store)     fixes the figures, once for the event
write_report(folder, out)          → out/facilitator/sponsor-report.pdf
preview(folder, store)             what a release would contain, in sentences without a figure
"""

from workshop_kit.report.figures import (
    Figures,
    Kind,
    Ladders,
    release_figures,
    released_figures,
)
from workshop_kit.report.pages import preview, report_pdf, write_report
from workshop_kit.report.stories import Story, released_stories

__all__ = [
    "Figures",
    "Kind",
    "Ladders",
    "Story",
    "preview",
    "release_figures",
    "released_figures",
    "released_stories",
    "report_pdf",
    "write_report",
]
