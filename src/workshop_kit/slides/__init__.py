"""Slides of an event: one HTML file to present from, with speaker notes, and a PDF without them.

    deck = Deck(event_dir); deck.title(); deck.day()     what a slide says, in the notebook
    write_slides(folder, out)                            out/facilitator/slides.html and slides.pdf

`OfflineSlides` is the nbconvert exporter `slides-offline`; it works on any notebook with slides.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from workshop_kit.slides.deck import Deck
from workshop_kit.slides.shown import Slide, Slides

if TYPE_CHECKING:
    from workshop_kit.slides.exporter import OfflineSlides
    from workshop_kit.slides.making import write_slides

__all__ = ["Deck", "OfflineSlides", "Slide", "Slides", "write_slides"]


def __getattr__(name: str) -> Any:
    """What only the making of files needs is fetched when it is asked for: a notebook needs a Deck."""
    if name == "OfflineSlides":
        from workshop_kit.slides.exporter import OfflineSlides

        return OfflineSlides
    if name == "write_slides":
        from workshop_kit.slides.making import write_slides

        return write_slides
    raise AttributeError(f"module 'workshop_kit.slides' has no attribute {name!r}")
