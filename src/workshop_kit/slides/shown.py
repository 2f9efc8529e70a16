"""A slide, and how a notebook shows it.

A `Slides` becomes one output for each slide and one for its notes; the output's metadata says which, in
the words that nbconvert reads from a cell (`slideshow`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from IPython.display import display

from workshop_kit.forms import literal

LONG, VERY_LONG = 45, 110  # characters of a title

State = Literal["title", "session", "plan", "charter", "stages", "opening", "work", "break", "end"]


@dataclass(frozen=True)
class Slide:
    """One slide and its notes, both Markdown. `below` is True where it goes on with the one before."""

    state: State
    title: str
    body: str = ""
    notes: str = ""
    below: bool = False

    @property
    def markdown(self) -> str:
        """The slide with its heading."""
        mark = "#" if self.state == "title" else "##"
        return f"{mark} {literal(self.title)}\n\n{self.body}".strip()

    @property
    def data(self) -> dict[str, str]:
        """What the slide's look depends on."""
        count = len(self.title)
        length = "very-long" if count > VERY_LONG else "long" if count > LONG else ""
        return {"state": self.state, **({"length": length} if length else {})}


class Slides(tuple[Slide, ...]):
    """Some slides in their order, as a notebook shows them."""

    def _ipython_display_(self) -> None:
        for slide in self:
            told: dict[str, Any] = {"slide_type": "subslide" if slide.below else "slide"}
            _show(slide.markdown, {**told, "data": slide.data})
            if slide.notes:
                _show(slide.notes, {"slide_type": "notes"})


def _show(markdown: str, slideshow: dict[str, Any]) -> None:
    faces = {"text/markdown": markdown, "text/plain": markdown}
    told = {"slideshow": slideshow}
    display(faces, raw=True, metadata=told)  # type: ignore[no-untyped-call]
