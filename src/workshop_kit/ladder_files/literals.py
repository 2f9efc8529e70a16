"""Text that would be taken for something else in a cell, marked with an apostrophe and unmarked.

The apostrophe is what spreadsheets themselves put before text that looks like a formula. Here it
also stands before a statement without words ("n/a"), and before a name without letters; a dash
alone in the column of levels or dimensions means that there is none. Each mark is taken off by the
same rule that sets it, so nothing is lost, and an apostrophe that is no mark stays.
"""

from __future__ import annotations

from collections.abc import Callable

from workshop_kit.ladder_files.document import Words
from workshop_kit.ladder_files.references import without_markup
from workshop_kit.ladder_files.sentences import has_words

MARK = "'"
NONE = "–"
FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


def cell_words(text: str, place: str, formulas: bool = True) -> Words:
    """The words of a spreadsheet's cell: a marked one as it is, others without markup."""
    marked = _cell_needs(formulas)
    if _is_marked(text, marked):
        return Words(text.removeprefix(MARK), place)
    return without_markup(Words(text, place))


def text_in(cell: Words) -> str | None:
    """The one statement of a cell in a column of statements; None if it has no words of its own."""
    text = cell.tidy
    if _is_marked(text, _is_wordless):
        return text.removeprefix(MARK).strip() or None
    return text if has_words(text) else None


def name_in(cell: Words) -> str:
    """The level or dimension that a cell names; empty where it holds a dash."""
    text = cell.tidy
    if _is_marked(text, _is_nameless):
        return text.removeprefix(MARK)
    return "" if _is_nameless(text) else text


def text_out(text: str) -> str:
    """A statement as `text_in` reads it."""
    return _with_mark(text, _is_wordless)


def name_out(name: str) -> str:
    """A level or dimension as `name_in` reads it."""
    return _with_mark(name, _is_nameless) if name else NONE


def cell_out(text: str, formulas: bool = True) -> str:
    """A cell as `cell_words` reads it: no formula to a spreadsheet, no markup to the kit."""
    return _with_mark(text, _cell_needs(formulas))


def _is_wordless(text: str) -> bool:
    return not has_words(text)


def _is_nameless(text: str) -> bool:
    return not any(character.isalnum() for character in text)


def _cell_needs(formulas: bool) -> Callable[[str], bool]:
    def needs(text: str) -> bool:
        is_formula = formulas and text.startswith(FORMULA)
        return is_formula or without_markup(Words(text)).text != text

    return needs


# What a text needs is asked of it without its apostrophes: that makes both ways each other's inverse.
def _is_marked(text: str, needs: Callable[[str], bool]) -> bool:
    return text.startswith(MARK) and needs(text.lstrip(MARK))


def _with_mark(text: str, needs: Callable[[str], bool]) -> str:
    return MARK + text if needs(text.lstrip(MARK)) else text
