"""What each passage of a story is: a node, a choice, the scene … or nothing that a script has."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from workshop_kit.content.names import quoted, slug_for
from workshop_kit.errors import Problem
from workshop_kit.twee import fields
from workshop_kit.twee.links import with_words_of_links
from workshop_kit.twee.passages import Passage
from workshop_kit.twee.wording import code_in

_SLUG = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
# Passages and tags that story formats and compilers run or show beside the story.
_FOR_FORMATS = {
    "PassageDone", "PassageFooter", "PassageHeader", "PassageReady", "StoryAuthor", "StoryBanner",
    "StoryCaption", "StoryDisplayTitle", "StoryIncludes", "StoryInit", "StoryInterface", "StoryMenu",
    "StoryScript", "StorySettings", "StoryShare", "StoryStylesheet", "StorySubtitle",
}  # fmt: skip
_TAGS_FOR_FORMATS = {
    "Twine.image", "Twine.private", "debug-footer", "debug-header", "debug-startup", "footer", "header",
    "init", "script", "startup", "stylesheet", "widget",
}  # fmt: skip


@dataclass
class Parts:
    """A story's passages by what they are, and the notes on what a script has no place for."""

    file: str
    notes: list[Problem]
    title: str = ""
    data: dict[str, object] = field(default_factory=dict)
    by_name: dict[str, Passage] = field(default_factory=dict)  # of those with one name, the first
    nodes: list[Passage] = field(default_factory=list)  # in the order of Twine's map
    slugs: dict[int, str] = field(default_factory=dict)  # of each node, by the line of its header
    used: set[str] = field(default_factory=set)  # names of the passages that others led to

    def note(self, passage: Passage, what: str, fix: str, offset: int = -1) -> None:
        """A note on a line of the passage, counted from 0; on its header otherwise."""
        place = f"line {passage.line + 1 + offset}"
        self.notes.append(Problem(self.file, place, what, fix, "note"))

    def first(self, tag: str) -> Passage | None:
        """The first passage with that tag of the kit's."""
        return next((p for p in self.by_name.values() if tag in p.tags), None)

    def slug_of(self, target: str) -> str:
        """The id of the node that a link names; of no node, an id that is like its name."""
        passage = self.by_name.get(target)
        if passage is not None and passage.line in self.slugs:
            return self.slugs[passage.line]
        return as_slug(target)


def sort_out(passages: Iterable[Passage], notes: Sequence[Problem], file: str) -> Parts:
    """The passages by what they are; each that is left out has a note."""
    parts = Parts(file, list(notes))
    for passage in passages:
        if passage.name == "StoryTitle":
            parts.title = " ".join(passage.text.split())
        elif passage.name == "StoryData":
            _read_data(passage, parts)
        elif passage.name in _FOR_FORMATS or _TAGS_FOR_FORMATS & set(passage.tags):
            what = f"The passage {quoted(passage.name)} is for the story format, and was left out."
            parts.note(passage, what, "A script has neither code nor styles.")
        else:
            _sort_in(passage, parts)
    # Twine writes passages by their name; the map has the order that somebody gave them.
    if all(node.position for node in parts.nodes):
        parts.nodes.sort(key=lambda node: (node.position or (0, 0))[::-1])
    _name_nodes(parts)
    return parts


def as_slug(name: str) -> str:
    """The name as an id of a script: itself, where it is one."""
    slug = name if _SLUG.fullmatch(name) else slug_for(name, "passage")
    return slug if slug[0].isalpha() else f"passage-{slug}"


def _read_data(passage: Passage, parts: Parts) -> None:
    try:
        data = json.loads(passage.text)
    except (ValueError, RecursionError):
        what = "StoryData is not JSON, and was left out."
        parts.note(passage, what, "It names the first passage: check the key start.")
        return
    parts.data = data if isinstance(data, dict) else {}


def _sort_in(passage: Passage, parts: Parts) -> None:
    if passage.name in parts.by_name:
        first = parts.by_name[passage.name].line
        what = (
            f"Two passages are called {quoted(passage.name)}: links lead to that in line {first}."
        )
        parts.note(passage, what, "Give each its own name.")
    parts.by_name.setdefault(passage.name, passage)
    for tag in (fields.SCENE, fields.CAST):
        if tag in passage.tags and parts.first(tag) != passage:
            what = f"A second passage has the tag {tag}, and was left out."
            parts.note(passage, what, "Keep one of them.")
    kinds = {fields.SCENE, fields.CAST, fields.CHOICE, fields.END}
    if not kinds & set(passage.tags):
        parts.nodes.append(passage)
    text = with_words_of_links(passage.text)
    if code := code_in(text):
        before = text[: text.find(code)]
        what = f"There is code of a story format here, such as {quoted(code)}; it stays as text."
        fix = "A script has only texts: take it out of the YAML."
        parts.note(passage, what, fix, before.count("\n"))


def _name_nodes(parts: Parts) -> None:
    """Gives each node its id; names that are ids already keep them."""
    ready = [node for node in parts.nodes if _SLUG.fullmatch(node.name)]
    other = [node for node in parts.nodes if not _SLUG.fullmatch(node.name)]
    taken: set[str] = set()
    for node in (*ready, *other):
        slug = wanted = as_slug(node.name)
        number = 1
        while slug in taken:
            number += 1
            slug = f"{wanted}-{number}"
        taken.add(slug)
        parts.slugs[node.line] = slug
