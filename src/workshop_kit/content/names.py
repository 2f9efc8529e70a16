"""Text that people typed into one cell or key: cleaned, shown in a message, made into a slug."""

from __future__ import annotations

import re
import unicodedata

from slugify import slugify

SLUG_AT_MOST = 60

# They turn the direction of the text around them, and so can make a page say something else.
_DIRECTION_OVERRIDES = re.compile("[\u202a-\u202e\u2066-\u2069]")
# Windows has no folder called con or nul; the kit has two of its own beside the teams'.
_TAKEN = re.compile(r"con|prn|aux|nul|com[0-9]|lpt[0-9]|conversations|facilitator")
_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


def clean(text: str) -> str:
    """The text on one line: white space collapsed, control and override characters gone, NFC.

    Everything else stays as it was typed: quotes, markup, emoji, any script.
    """
    spaced = " ".join(text.split())
    printable = "".join(c for c in spaced if unicodedata.category(c) not in ("Cc", "Cs"))
    plain = _DIRECTION_OVERRIDES.sub("", printable).replace("\ufeff", "")
    # Once more, because what was removed may have stood between two spaces or at an end.
    return unicodedata.normalize("NFC", " ".join(plain.split()))


def is_visible(text: str) -> bool:
    """Whether there is anything to see: not only spaces and zero-width characters."""
    return any(unicodedata.category(c) not in ("Cf", "Cc", "Cs", "Zs", "Zl", "Zp") for c in text)


def quoted(text: str, most: int = 60) -> str:
    """The text as messages show it: one line, in quotes, long text cut."""
    line = clean(text)
    return f'"{line[: most - 1]}…"' if len(line) > most else f'"{line}"'


def is_slug(text: str) -> bool:
    """Whether the text can name a team's folder on every system, as it is."""
    return (
        len(text) <= SLUG_AT_MOST
        and _SLUG.fullmatch(text) is not None
        and _TAKEN.fullmatch(text) is None
    )


def slug_for(name: str, otherwise: str) -> str:
    """A slug made of the name; `otherwise` where nothing of it can be spelled in ASCII."""
    slug = slugify(name, max_length=SLUG_AT_MOST, entities=False, decimal=False, hexadecimal=False)
    slug = slug or otherwise
    return f"{slug}-team" if _TAKEN.fullmatch(slug) else slug
