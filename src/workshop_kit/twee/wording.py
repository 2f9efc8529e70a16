"""Text of a script ↔ the same text inside a passage, where Twine's story formats would run it.

Whatever could be markup or code in Harlowe, SugarCube, Chapbook or Snowman becomes an HTML entity,
which all four show as the character itself. A variable is shown as its value inside a `span` that
says which one it is; a line break is `<br>`, so that a text is one line of the passage.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Mapping

from workshop_kit.curriculum import VARIABLE

_SPECIAL = re.compile(
    "[&<>\\[\\]{}$*_`~^\\\\|%\n\r\u2028\u2029\ufeff]"  # by itself
    r"|(?<=(['\"/=@-]))\1"  # when it is doubled: '' // == @@ --
    r"|\((?=\s*[^\s():]{1,80}:)"  # (set: …)
)
_NAMED = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "\n": "<br>"}
_OURS = re.compile(r'<span data-variable="([^"<>]*)">([^<>]*)</span>|<br ?/?>|</?b>')
_CODE = re.compile(
    r"\([$_]?[\w-]{1,40}:|<<[\w=-]|</?[A-Za-z][^<>\n]{0,200}>|<!--|\$[A-Za-z_]\w{0,40}"
)


def shown(text: str, values: Mapping[str, str]) -> str:
    """The text as one line of a passage; variables that `values` has are shown as their value."""
    parts, at = [], 0
    for found in VARIABLE.finditer(text):
        if found[1].strip() in values:
            value = _escaped(values[found[1].strip()])
            name = html.escape(found[1]).replace("\n", "&#10;").replace("\r", "&#13;")
            span = f'<span data-variable="{name}">{value}</span>'
            parts += [_escaped(text[at : found.start()]), span]
            at = found.end()
    return "".join([*parts, _escaped(text[at:])])


def shown_in_link(text: str, values: Mapping[str, str]) -> str:
    """The text between `[[` and `->`: no markup at all, since not every format reads it there."""
    return _escaped(plain(text, values))


def plain(text: str, values: Mapping[str, str]) -> str:
    """The text with its variables filled in, on one line, as it is."""
    said = VARIABLE.sub(lambda found: values.get(found[1].strip(), found[0]), text)
    return " ".join(said.split())


def written(passage: str) -> str:
    """The text that `shown` was made of, exactly; of a foreign passage, its text without entities."""
    return _undone(passage, lambda found: "{" + html.unescape(found[1]) + "}")


def seen(passage: str) -> str:
    """The text as one sees it when it is played: variables by their values, on one line."""
    return " ".join(_undone(passage, lambda found: html.unescape(found[2])).split())


def code_in(passage: str) -> str:
    """The first piece that looks like a story format's code or markup; empty where there is none."""
    found = _CODE.search(_OURS.sub("", passage))
    return found[0] if found else ""


def _escaped(text: str) -> str:
    return _SPECIAL.sub(lambda found: _NAMED.get(found[0], f"&#{ord(found[0])};"), text)


def _undone(passage: str, variable: Callable[[re.Match[str]], str]) -> str:
    parts, at = [], 0
    for found in _OURS.finditer(passage):
        parts.append(html.unescape(passage[at : found.start()]))
        if found[1] is not None:
            parts.append(variable(found))
        elif "br" in found[0]:
            parts.append("\n")
        at = found.end()
    return "".join([*parts, html.unescape(passage[at:])])
