"""SHA-256 over what comes with the kit, in three parts, so that a change asks for no more than it must.

The code: everything is rendered again. What only prints (template, fonts, the exporter): nothing is
run, everything is printed again. The curriculum: file by file (see `reading`).
"""

from __future__ import annotations

import functools
import hashlib
import importlib.metadata
import json
import platform
from collections.abc import Iterable
from pathlib import Path

PACKAGE = Path(__file__).parents[1]
CURRICULUM = "curriculum/"
PRINTING = ("fonts/", "handout/")  # no notebook uses these when it runs
RUN_WITH = ("altair", "nbformat", "numpy", "pandas", "papermill", "pypandoc_binary")
PRINTED_WITH = ("nbconvert", "pypandoc_binary", "typst", "vl-convert-python")


@functools.cache
def kit_fingerprint() -> str:
    """Over the whole kit: two machines with the same one make the same of an event."""
    parts = [code_fingerprint(), printing_fingerprint()]
    return digest(*parts, *(f"{name} {one}" for name, one in curriculum_digests().items()))


@functools.cache
def code_fingerprint() -> str:
    """Over the code, and what a notebook runs with; Python's version stands in it."""
    others = (CURRICULUM, *PRINTING)
    files = {
        name: one
        for name, one in _files().items()
        if not name.startswith(others) or (name.endswith(".py") and not name.startswith(PRINTING))
    }
    return digest(json.dumps([files, _versions(RUN_WITH), platform.python_version()]))


@functools.cache
def printing_fingerprint() -> str:
    """Over what only printing depends on, and the packages that print."""
    files = {name: one for name, one in _files().items() if name.startswith(PRINTING)}
    return digest(json.dumps([files, _versions(PRINTED_WITH)]))


@functools.cache
def curriculum_digests() -> dict[str, str]:
    """Of each file of the curriculum, by its path there, such as `activities/stage-mapping.yaml`."""
    return {
        name.removeprefix(CURRICULUM): one
        for name, one in _files().items()
        if name.startswith(CURRICULUM) and name.endswith(".yaml")
    }


def digest(*facts: str | bytes) -> str:
    """A SHA-256 over the facts, each marked off by its length."""
    total = hashlib.sha256()
    for fact in facts:
        data = fact.encode() if isinstance(fact, str) else fact
        total.update(f"{len(data)}:".encode())
        total.update(data)
    return total.hexdigest()


@functools.cache
def _files() -> dict[str, str]:
    """The digest of each file of the package, by its path there; not of what else ships beside it."""
    paths = sorted(
        path
        for path in PACKAGE.rglob("*")
        if path.is_file()
        and "__pycache__" not in path.parts
        and path.parts[len(PACKAGE.parts)] != "kit"
    )
    return {path.relative_to(PACKAGE).as_posix(): digest(path.read_bytes()) for path in paths}


def _versions(packages: Iterable[str]) -> dict[str, str]:
    return {name: importlib.metadata.version(name) for name in packages}
