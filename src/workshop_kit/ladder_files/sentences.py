"""The text of a cell or paragraph → the statements in it."""

from __future__ import annotations

import re

from workshop_kit.ladder_files.document import tidy, word_set

_BULLET = re.compile(r"\s*(?:[•·▪◦‣●○■□☐☑☒]\s*|[-–—*+o]\s+|\(?\d{1,2}[.)]\s+|\(?[a-z][.)]\s+)")
_INLINE_BULLET = re.compile(r"(?<=\S)\s*[•▪◦‣●■]\s*")
_END = re.compile(r"""[.!?…]["'”’)\]]*(?=\s+\S)|[。！？](?=\S)""")
# After these a full stop ends no sentence.
_ABBREVIATION = re.compile(
    r"(?:^|[\s(])(?:e\.g|i\.e|vs|cf|incl|approx|resp|dr|mr|mrs|ms|st|no|[A-Za-z])\.$", re.IGNORECASE
)
_FILLERS = word_set("n/a na none tbd todo yes no x same ditto idem null nil")


def statements_in(text: str) -> list[str]:
    """The statements of a cell: one a bullet where it has bullets, else one a line and sentence."""
    lines = [line for line in _INLINE_BULLET.sub("\n• ", text).splitlines() if line.strip()]
    if any(_BULLET.match(line) for line in lines):
        return [bullet for bullet in _bullets(lines) if has_words(bullet)]
    found = [sentence for line in lines for sentence in sentences_in(line)]
    return [sentence for sentence in found if has_words(sentence)]


def sentences_in(line: str) -> list[str]:
    """The sentences of one line, each with its own full stop."""
    line = tidy(line)
    found, start = [], 0
    for end in _END.finditer(line):
        following = line[end.end() : end.end() + 2].lstrip()
        last_word = line[max(start, end.end() - 12) : end.end()]
        if following[0].islower() or _ABBREVIATION.search(last_word):
            continue
        found.append(line[start : end.end()].strip())
        start = end.end()
    return [*found, line[start:].strip()]


def without_bullet(text: str) -> str:
    """The text without the mark of a bullet, a number or a box to tick before it."""
    return _BULLET.sub("", text, count=1) if _BULLET.match(text) else text


def has_words(text: str) -> bool:
    """Whether there is anything to read: not a dash, a tick, a number, "n/a" or "TBD"."""
    bare = text.strip(" .-–—*").casefold()
    return bare not in _FILLERS and any(character.isalpha() for character in bare)


def _bullets(lines: list[str]) -> list[str]:
    found: list[list[str]] = []
    for line in lines:
        if _BULLET.match(line) or not found:
            found.append([tidy(without_bullet(line))])
        else:  # a bullet that the author wrapped by hand
            found[-1].append(tidy(line))
    return [" ".join(parts) for parts in found]
