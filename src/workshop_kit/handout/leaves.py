"""A document's markup in leaves: files of its sections, which Typst knows again in the next document.

Typst keeps what it made of content by its file and its place there. In one long file, one word more in
a team's ladder would make everything after it new. A leaf with the same words is the same file.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Collection, Iterator, Mapping
from pathlib import PurePath

from workshop_kit.markup import Blocks, Node, call_block

# Typst has 65,535 names of files for all the life of a process, and panics at the next one.
NAMES = 8_192
CUT = f"//{uuid.uuid4().hex}"  # on a line of its own; no text can know it
ENOUGH = 8  # blocks: a file has its price, too
LEAVES_AT_MOST = NAMES // 4
BARE = call_block("#bare")  # such a document looks for its first block: it stays in one file


def with_cuts(blocks: Blocks) -> Blocks:
    """The blocks with a mark where a leaf begins: at headings, and after some blocks between divs."""
    marked = list(_marked(blocks))
    too_many = len(marked) - len(blocks) > LEAVES_AT_MOST
    return blocks if too_many or BARE in blocks else marked


def _marked(blocks: Blocks) -> Iterator[Node]:
    cut = call_block(CUT)
    depth = since = 0
    for block in blocks:
        code = block["c"][1] if block["t"] == "RawBlock" else ""
        opens = code.endswith("[")
        if depth == 0 and (block["t"] == "Header" or (opens and since >= ENOUGH)):
            yield cut
            since = 0
        depth += opens - (code == "]")
        since += 1
        yield block


def as_files(source: str) -> dict[str, str]:
    """The files of a document whose markup has marks: `main.typ`, and its leaves by their names."""
    opening, *leaves = (part.strip("\n") for part in source.split(CUT))
    hashes = {leaf: f"{hashlib.sha256(leaf.encode()).hexdigest()}.typ" for leaf in leaves if leaf}
    names = short_names(hashes.values())
    files = {names[name]: f'#import "template.typ": *\n{leaf}\n' for leaf, name in hashes.items()}
    included = [f'#include "{names[hashes[leaf]]}"' for leaf in leaves if leaf]
    return {**files, "main.typ": "\n\n".join([opening, *included]) + "\n"}


def short_names(names: Collection[str]) -> Mapping[str, str]:
    """For each name that begins with a hash, one of few names: the same in most documents."""
    taken: dict[str, str] = {}
    for name in dict.fromkeys(names):
        number = int(name[:8], 16) % NAMES
        while (short := f"{number}{PurePath(name).suffix}") in taken:
            number += 1
        taken[short] = name
    return {name: short for short, name in taken.items()}
