"""The chapters of the guide, in order, as they stand in the kit's folder `facilitator`."""

from __future__ import annotations

import re
from dataclasses import dataclass

from workshop_kit.content import kit_folder
from workshop_kit.forms import div

START = "README"
CHAPTERS = (
    START,
    "before-and-after",
    "the-room",
    "the-charter",
    "stage-mapping",
    "ladder-rewriting",
    "naming-the-transition",
    "orchestration-wins",
    "psychological-safety",
    "lead-by-example",
    "difficult-moments",
    "what-to-drop",
)
EXCERPT = re.compile(r"<!-- from the (\w+): [^\n]* -->\n(.*?)<!-- to here -->\n", re.DOTALL)
_LINK = re.compile(r"\]\(([\w-]+)\.md\)")


@dataclass(frozen=True)
class Chapter:
    """A page of the guide; `source` is its Markdown, the title in the first line."""

    name: str
    source: str

    @property
    def title(self) -> str:
        """The words of its first heading."""
        return self.source.partition("\n")[0].removeprefix("# ").strip()

    @property
    def file(self) -> str:
        """The name of its page for the browser; the first chapter is the index."""
        return page_of(self.name)

    @property
    def own_words(self) -> str:
        """The Markdown without what comes from the curriculum and the agenda."""
        return EXCERPT.sub("", self.source)

    @property
    def markdown(self) -> str:
        """The Markdown as it is printed: without comments, the charter in large type to read out."""
        return EXCERPT.sub(lambda found: _printed(found[1], found[2].strip()), self.source)

    @property
    def linked(self) -> str:
        """The same, with links that lead to the pages for the browser."""
        return _LINK.sub(lambda found: f"]({page_of(found[1])})", self.markdown)


def page_of(name: str) -> str:
    """The file of the chapter's page."""
    return "index.html" if name == START else f"{name}.html"


def guide_chapters() -> tuple[Chapter, ...]:
    """Every chapter, in the order of the book. Raises WorkshopKitError where the folder is missing."""
    folder = kit_folder("facilitator")
    return tuple(
        Chapter(name, (folder / f"{name}.md").read_text(encoding="utf-8")) for name in CHAPTERS
    )


def _printed(source: str, text: str) -> str:
    if source != "charter":
        return f"{text}\n"
    title, _, words = text.partition("\n")
    return div("newpage", title, div("aloud", words.strip())) + "\n"
