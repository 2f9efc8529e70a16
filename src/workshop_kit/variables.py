"""The environment variables by which the kit's own processes tell each other something."""

from __future__ import annotations

import os

RENDERING = "WORKSHOP_KIT_RENDERING"  # set where `render` runs a notebook: only paper counts there
HTML_LATER = "html-later"  # its value where `forms.add_html` completes the pages afterwards
PARTICIPANT = "WORKSHOP_KIT_PARTICIPANT"  # whose answers; the team's leader where it is not set


def is_rendering() -> bool:
    """Whether this process makes pages for paper, with nobody in front of it."""
    return RENDERING in os.environ
