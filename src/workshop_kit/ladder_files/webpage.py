"""HTML → document: a page saved from a wiki, or pieces of HTML inside Markdown. Through pandoc."""

from __future__ import annotations

import json
import tempfile
import uuid
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from workshop_kit.errors import Problem
from workshop_kit.ladder_files.document import Document
from workshop_kit.ladder_files.inlines import Node, plain
from workshop_kit.ladder_files.page_source import plain_page
from workshop_kit.ladder_files.places import placed
from workshop_kit.ladder_files.tree import blocks_of, title_of
from workshop_kit.markup import PandocFailed, pandoc

SECONDS_AT_MOST = 20
HEAP_AT_MOST = "384m"
PIECES_AT_MOST = 1_000

_DECORATION = frozenset(["emoticon", "emoji", "icon", "avatar", "userLogo", "logo", "aui-icon"])


def read_webpage(text: str, file: str) -> Document:
    """The document: content alone; navigation, menus and hidden parts are noted as skipped."""
    try:
        out, _ = _html(["--from", "html"], plain_page(text))
        tree = [_settled(node, on_site=True) for node in out["blocks"]]
        blocks = placed(blocks_of(tree))
        title = title_of(tree) or plain(out["meta"].get("title", {}).get("c", []))
    except (PandocFailed, RecursionError, ValueError):
        what = "The page is too long or nested too deeply to be a ladder."
        fix = "Copy the ladder alone into a page of its own, and save that."
        return Document(problems=(Problem(file, "", what, fix),))
    return Document(blocks, title=title)


def trees_of(texts: Sequence[str]) -> list[list[Node]]:
    """The nodes of each piece of HTML, in one call of pandoc; raises PandocFailed or ValueError."""
    if not texts:
        return []
    if len(texts) > PIECES_AT_MOST:
        raise ValueError("too many pieces of HTML")
    mark = uuid.uuid4().hex  # between the pieces, so that an unclosed tag stays in its own
    with tempfile.TemporaryDirectory(prefix="workshop-kit-") as name:
        folder = Path(name)
        (folder / "divider").write_text(f"<p>{mark}</p>", encoding="utf-8")
        files: list[str] = []
        for number, text in enumerate(texts):
            (folder / str(number)).write_bytes(plain_page(text).encode("utf-8", "replace"))
            files += [str(number), "divider"]
        out, _ = _html(["--from", "html", "--file-scope", *files], "", folder)
    found: list[list[Node]] = [[]]
    for node in out["blocks"]:
        if node["t"] in ("Para", "Plain") and node["c"] == [{"t": "Str", "c": mark}]:
            found.append([])
        else:
            found[-1].append(_settled(node))
    return found[: len(texts)]


def _html(
    arguments: list[str], text: str, folder: Path | None = None
) -> tuple[dict[str, Any], str]:
    arguments = [*arguments, "--to", "json"]
    out, said = pandoc(arguments, text, folder, SECONDS_AT_MOST, HEAP_AT_MOST)
    return json.loads(out), said


def _settled(node: Any, on_site: bool = False) -> Any:
    """The node without decoration; furniture as one node `Aside`, links on the site marked."""
    if isinstance(node, list):
        return [_settled(part, on_site) for part in node if not _is_decoration(part)]
    if not isinstance(node, dict):
        return node
    content: Any = node.get("c")
    if node.get("t") == "Div" and (part := dict(content[0][2]).get("part")):
        return {"t": "Aside", "c": [part, plain(content[1])]}
    if on_site and node.get("t") == "Link" and content[2][0].startswith("/"):
        attr = ["", ["on-site"], []]
        return {"t": "Link", "c": [attr, _settled(content[1], on_site), content[2]]}
    return {key: _settled(value, on_site) for key, value in node.items()}


def _is_decoration(node: Any) -> bool:
    """Whether this is a sign drawn as a picture: an emoticon, or an icon inside the page itself."""
    if not isinstance(node, dict) or node.get("t") != "Image":
        return False
    (_, classes, _), _, (target, _) = node["c"]
    return bool(_DECORATION & set(classes)) or target.startswith("data:image/")
