"""The event's Markdown: what it links to and embeds is checked before anything is printed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from workshop_kit.content.names import clean, quoted
from workshop_kit.content.pictures import file_fault, picture_fault
from workshop_kit.errors import Problem
from workshop_kit.markup import MARKDOWN, PandocFailed, pandoc


def check_markdown(text: str, folder: Path, file: str, place: str) -> tuple[Problem, ...]:
    """Every link, picture and piece of HTML in the text that can't be printed; raises nothing."""
    if "[" not in text and "<" not in text:
        return ()  # without these two CommonMark has no link, picture or HTML: save pandoc's 30 ms
    try:
        tree = json.loads(pandoc(["--from", MARKDOWN, "--to", "json"], text)[0])
    except PandocFailed as error:
        what = f"The Markdown can't be read ({clean(str(error))[:200]})."
        return (Problem(file, place, what, "Make it simpler; check tables and formulas."),)
    found: list[Problem] = []
    html = False
    for kind, content in _elements(tree):
        if kind == "Link":
            found += _link(content, folder, file, place)
        elif kind == "Image":
            found += _picture(content, folder, file, place)
        html = html or kind in ("RawInline", "RawBlock")
    if html:
        what, fix = "There is HTML in the text; it is left out.", "Write it as Markdown."
        found.append(Problem(file, place, what, fix, "note"))
    return tuple(found)


def _link(content: list[Any], folder: Path, file: str, place: str) -> Iterator[Problem]:
    target = content[2][0]
    if fault := file_fault(folder, unquote(target)):
        yield Problem(file, place, f"The link {quoted(target)} {fault.what}", fault.fix)


def _picture(content: list[Any], folder: Path, file: str, place: str) -> Iterator[Problem]:
    target = content[2][0]
    if fault := picture_fault(folder, unquote(target)):
        yield Problem(file, place, f"The picture {quoted(target)} {fault.what}", fault.fix)
    if not _has_words(content[1]):
        what = f"The picture {quoted(target)} has no description."
        fix = "Say between the square brackets what it shows: ![our lake in spring](lake.jpg)."
        yield Problem(file, place, what, fix)


def _has_words(inlines: list[Any]) -> bool:
    return any(
        str(content[-1] if isinstance(content, list) else content).strip()
        for kind, content in _elements(inlines)
        if kind in ("Str", "Code", "Math")
    )


def _elements(tree: Any) -> Iterator[tuple[str, Any]]:
    """Every element of pandoc's tree in reading order, however deep."""
    waiting = [tree]
    while waiting:
        here = waiting.pop()
        if isinstance(here, dict):
            if isinstance(kind := here.get("t"), str):
                yield kind, here.get("c")
            waiting += reversed(list(here.values()))
        elif isinstance(here, list):
            waiting += reversed(here)
