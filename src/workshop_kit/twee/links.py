"""The links of a passage, in all the forms in which Twine's users write them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_MACRO = re.compile(
    r"""\((?i:link[-_]?(?:reveal[-_]?)?goto):\s*("[^"\n]*"|'[^'\n]*')\s*"""
    r"""(?:,\s*("[^"\n]*"|'[^'\n]*')\s*)?\)"""
)
_OUTSIDE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://|mailto:")
_LINK = re.compile("\0[^\0]*\0")  # marked for the time that it takes: no text of a file has it


@dataclass(frozen=True)
class Link:
    """One link: what it says and where it leads, both as written; `start` and `end` in the text.

    `code` is what some story formats run when it is followed.
    """

    say: str
    target: str
    start: int
    end: int
    code: str = ""

    @property
    def leads_outside(self) -> bool:
        """Whether it leads to a page on the web, not to a passage."""
        return _OUTSIDE.match(self.target) is not None


def links_in(text: str) -> list[Link]:
    """Every link, in its order: `[[a->b]]`, `[[b<-a]]`, `[[a|b]]`, `[[b]]`, `(link-goto: "a", "b")`."""
    brackets = list(_bracketed(text))
    macros = [
        Link(found[1][1:-1], (found[2] or found[1])[1:-1].strip(), *found.span())
        for found in _MACRO.finditer(text)
    ]
    links: list[Link] = []
    for link in sorted([*brackets, *macros], key=lambda link: link.start):
        if not links or link.start >= links[-1].end:  # not one inside another
            links.append(link)
    return links


def _bracketed(text: str) -> Iterator[Link]:
    start = text.find("[[")
    while start >= 0:
        while text.startswith("[[[", start):
            start += 1
        end = text.find("]]", start)
        if end < 0:
            return
        inner, _, code = text[start + 2 : end].partition("][")
        say, target = _parts(inner)
        if target:
            yield Link(say, target, start, end + 2, code)
        start = text.find("[[", end)


def _parts(inner: str) -> tuple[str, str]:
    """What the link says, and its target: the last ->, else the first <-, else the last | divides."""
    if "->" in inner:
        say, _, target = inner.rpartition("->")
    elif "<-" in inner:
        target, _, say = inner.partition("<-")
    elif "|" in inner:
        say, _, target = inner.rpartition("|")
    else:
        say = target = inner
    return say.strip() or target.strip(), target.strip()


def with_words_of_links(text: str) -> str:
    """The text with as many lines, each link replaced by what it says."""
    pieces, at = [], 0
    for link in links_in(text):
        breaks = "\n" * text.count("\n", link.start, link.end)
        pieces += [text[at : link.start], _one_line(link.say), breaks]
        at = link.end
    return "".join([*pieces, text[at:]])


def without_links(text: str) -> str:
    """The text with as many lines, those empty that were nothing but links.

    A link in a sentence leaves its words.
    """
    pieces, at = [], 0
    for link in links_in(text):
        breaks = "\n" * text.count("\n", link.start, link.end)
        pieces += [text[at : link.start], f"\0{_one_line(link.say)}\0", breaks]
        at = link.end
    kept = [
        line.replace("\0", "") if "\0" not in line or re.search(r"\w", _LINK.sub("", line)) else ""
        for line in "".join([*pieces, text[at:]]).split("\n")
    ]
    return "\n".join(kept)


def _one_line(say: str) -> str:
    return " ".join(say.replace("\0", "").split())
