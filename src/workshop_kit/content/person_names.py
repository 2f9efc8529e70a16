"""Words in a text that look like a person's name, so that a script names nobody by accident."""

from __future__ import annotations

import importlib
import pkgutil
import re
from functools import cache

NEAR = 40  # characters

_WORD = re.compile(r"(?<![\w{’'-])[^\W\d_a-z][\w’'-]*\w(?![\w}])")
_OPENS = re.compile(r"(?:^|[.!?:…]\s*[”’\"')]*\s|[“‘\"'(—–]\s*)$")  # here a capital says nothing
_CALLED = re.compile(r"\s*[,!?.…]")
_MONTHS_AND_DAYS = frozenset(
    [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
        "monday",
        "tuesday",
        "wednesday",
        "thursday",
        "friday",
        "saturday",
        "sunday",
    ]
)
_CALLS = re.compile(r",\s*$")
# Capitalised after a comma and yet nobody: what English writes with a capital in any place.
_NOBODY = frozenset(
    ["i", "i’m", "i'm", "i’ve", "i'd", "i’d", "i’ll", "i'll", "i've", "english", "ok"]
)


def names_in(text: str) -> list[str]:
    """Words that look like somebody's given name, in their order, each once.

    A capitalised word in the middle of a sentence that is a given name in one of Faker's lists
    (about seventy languages and countries), or that somebody is called by: set off by commas.
    """
    found = []
    for word in _WORD.finditer(text):
        said = word[0].removesuffix("’s").removesuffix("'s")
        if said.casefold() in _MONTHS_AND_DAYS | _NOBODY or said.isupper():
            continue
        # A look at its neighbours, not at all of the text: that would take time in its square.
        cut = max(0, word.start() - NEAR)
        before = ("…x " if cut else "") + text[cut : word.start()]
        after = text[word.end() : word.end() + NEAR]
        opens = _OPENS.search(before) is not None
        listed = said in given_names()
        called = _CALLED.match(after) is not None
        if opens:
            # “Priya, do you have a minute?” but not “Will you …” or “Yes, …”
            likely = listed and called and after.lstrip().startswith((",", "!", "?"))
        else:
            likely = listed or (called and _CALLS.search(before) is not None)
        if likely:
            found.append(said)
    return list(dict.fromkeys(found))


@cache
def given_names() -> frozenset[str]:
    """The given names of all of Faker's lists that are written with a capital letter."""
    from faker.providers import person

    names: set[str] = set()
    for module in pkgutil.iter_modules(person.__path__):
        provider = importlib.import_module(f"{person.__name__}.{module.name}").Provider
        for kind in ("first_names", "first_names_male", "first_names_female"):
            listed = getattr(provider, kind, ())
            if not isinstance(listed, property):
                names.update(str(name) for name in listed)
    return frozenset(name for name in names if name[:1].isupper() and len(name) > 1)
