"""What a statement links to or embeds → a problem, or nothing. Spelling only: nothing is opened."""

from __future__ import annotations

import html
import posixpath
import re
from urllib.parse import unquote

from workshop_kit.errors import Problem
from workshop_kit.ladder_files.document import Reference, Words, shorten

# Two letters at least, so that C:\ is a path and not a scheme.
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+):")
_ABSOLUTE = re.compile(r"/|~|[A-Za-z]:")
_IN_TAG = re.compile(
    r"""\b(src|href|srcset|data|poster|background)\s*=\s*("[^"]*"|'[^']*'|[^\s>"']+)""",
    re.IGNORECASE,
)
# Known tags only: `List<String>` is words.
_TAG = re.compile(
    r"</?(?:a|abbr|area|audio|b|br|code|del|details|div|em|embed|font|h[1-6]|hr|i|iframe|img|input"
    r"|ins|kbd|li|link|mark|object|ol|p|picture|pre|s|script|small|source|span|strong|style|sub"
    r"|summary|sup|svg|table|tbody|td|tfoot|th|thead|tr|track|tt|u|ul|video)\b[^<>]*>",
    re.IGNORECASE,
)
_BREAK = re.compile(r"<br\s*/?>|</(?:p|li|div)>", re.IGNORECASE)
_BULLET = re.compile(r"<li(?:\s[^<>]*)?>", re.IGNORECASE)
_IN_TEXT = re.compile(r"(!?)\[([^\[\]]*)\]\(\s*+<?([^()<>\s]++)>?[^()]*+\)")
_WORDS_KEPT = "Nothing to do: its words are kept."


def is_tag(text: str) -> bool:
    """Whether the text is a tag or a comment of HTML, not words between angle brackets."""
    return text.startswith(("<!--", "<?", "<!")) or bool(_TAG.fullmatch(text))


def references_in_tag(tag: str) -> tuple[Reference, ...]:
    """What one or more HTML tags point to."""
    is_link = re.match(r"\s*<\s*(a|area)\b", tag, re.IGNORECASE)
    found = []
    for name, value in _IN_TAG.findall(tag):
        target = html.unescape(value.strip("\"'")).strip()
        if name.lower() == "srcset":
            targets = [part.split()[0] for part in target.split(",") if part.split()]
        else:
            targets = [target]
        found += [Reference("link" if is_link else "image", target) for target in targets]
    return tuple(found)


def without_markup(words: Words) -> Words:
    """Words of a plain-text file, with Markdown links, pictures and HTML tags taken out of them."""
    text = words.text
    if "](" not in text and "<" not in text:
        return words
    found = [Reference("image" if m[1] else "link", m[3]) for m in _IN_TEXT.finditer(text)]
    tags = _TAG.findall(text)
    found += [reference for tag in tags for reference in references_in_tag(tag)]
    text = _BREAK.sub("\n", _BULLET.sub("\n• ", _IN_TEXT.sub(r"\2", text)))
    text = _TAG.sub("", text).strip()
    return Words(text, words.place, (*words.references, *found))


def judge(words: Words, file: str) -> list[Problem]:
    """The problems of what these words link to or embed, for a ladder at `file` in the event."""
    found = (_judge(reference, words.place, file) for reference in words.references)
    return [problem for problem in found if problem]


def _judge(reference: Reference, place: str, file: str) -> Problem | None:
    verb = "embeds" if reference.kind == "image" else "links to"
    said = f"The statement {verb} `{shorten(reference.target)}`"
    target = unquote(reference.target).strip().replace("\\", "/")
    if not target or target.startswith("#"):
        return None
    if reference.on_site and reference.kind == "link":
        what = f"{said}, a page of the same site; the link is refused."
        return Problem(file, place, what, _WORDS_KEPT, "note")
    scheme = _SCHEME.match(target)
    if scheme and reference.kind == "link" and scheme[1].lower() in ("http", "https", "mailto"):
        return Problem(file, place, f"{said}; the link is refused.", _WORDS_KEPT, "note")
    fix = f"Delete the {reference.kind}; what matters belongs into the words."
    if scheme or target.startswith("//"):
        what = f"{said}, an address outside the event folder; nothing is fetched."
        return Problem(file, place, what, fix)
    if _ABSOLUTE.match(target):
        what = f"{said}, an absolute path, which is outside the event folder."
        return Problem(file, place, what, fix)
    path = posixpath.normpath(posixpath.join(posixpath.dirname(file), re.split("[?#]", target)[0]))
    if path == ".." or path.startswith(("../", "/")):
        return Problem(file, place, f"{said}, which is outside the event folder.", fix)
    return Problem(file, place, f"{said}; the file is not opened.", _WORDS_KEPT, "note")
