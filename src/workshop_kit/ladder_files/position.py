"""Where a node stands in its file, as pandoc's `sourcepos` says it."""

from __future__ import annotations

import re
from typing import Any

_SPOT = re.compile(r"(?:^|;)(\d+):\d+-(\d+):(\d+)")


def line_of(node: Any) -> int | None:
    """The first line that the node, or the first piece of it that says so, stands on."""
    found = lines_of(node)
    return found[0] if found else None


def lines_of(node: Any) -> tuple[int, int] | None:
    """The first line and the last, both counted from 1."""
    if isinstance(node, dict):
        return lines_of(node.get("c"))
    if not isinstance(node, list):
        return None
    if len(node) == 2 and node[0] == "data-pos" and isinstance(node[1], str):
        spots = [(int(a), int(b) - (column == "1")) for a, b, column in _SPOT.findall(node[1])]
        return (min(a for a, _ in spots), max(b for _, b in spots)) if spots else None
    return next((lines for part in node if (lines := lines_of(part))), None)
