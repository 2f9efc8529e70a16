"""Kernels kept ready: complete but for a connection, each to serve one notebook and no other."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from workshop_kit.kernels import nursery
from workshop_kit.kernels.born import Born, NotBorn

# No history of what ran, and no log on the terminal.
QUIET = (
    "--HistoryManager.enabled=False",
    "--HistoryManager.hist_file=:memory:",
    "--IPKernelApp.log_level=50",
)
_READ_AT_START = ("IPYTHON", "JUPYTER", "MPL", "PYTHON")

_Key = tuple[object, ...]
_changing = threading.Lock()
_ready: list[tuple[_Key, Born]] = []
_wanted = 0


@contextmanager
def kept_ready(count: int) -> Iterator[None]:
    """Keeps so many kernels ready for `LocalKernel`, for as long as the block runs."""
    global _wanted
    with _changing:
        _wanted += count
    _fill_meanwhile()
    try:
        yield
    finally:
        with _changing:
            _wanted -= count
        _dismiss_surplus()


def start(connection_file: str, arguments: list[str], env: dict[str, str], cwd: str) -> Born:
    """A kernel that listens where the file says: one kept ready, or a new one. Raises NotBorn."""
    try:
        while _ready and (born := _take(_key(arguments, env))) is not None:
            try:
                born.serve(connection_file, env, cwd)
                return born
            except NotBorn:  # it has died meanwhile
                continue
        born = nursery.fork(arguments, env)
        born.serve(connection_file, env, cwd)
        return born
    finally:
        _fill_meanwhile()


def _key(arguments: list[str], env: Mapping[str, str]) -> _Key:
    read = sorted(pair for pair in env.items() if pair[0].startswith(_READ_AT_START))
    return tuple(arguments), nursery.like(env), tuple(read)


def _take(key: _Key) -> Born | None:
    with _changing:
        for number, (found, born) in enumerate(_ready):
            if found == key:
                del _ready[number]
                return born
    return None


def _fill_meanwhile() -> None:
    if len(_ready) < _wanted and nursery.is_available():
        threading.Thread(target=_fill, name="kernels kept ready", daemon=True).start()


def _fill() -> None:
    env = dict(os.environ)
    key = _key(list(QUIET), env)
    while len(_ready) < _wanted:
        try:
            born = nursery.fork(list(QUIET), env)
        except NotBorn:
            return
        with _changing:
            _ready.insert(0, (key, born))
    _dismiss_surplus()


def _dismiss_surplus() -> None:
    while True:
        with _changing:
            if len(_ready) <= _wanted:
                return
            _, born = _ready.pop()
        born.dismiss()


def _begin_anew() -> None:
    """In a forked child: the parent's kernels are the parent's."""
    global _wanted, _changing
    _wanted, _changing = 0, threading.Lock()
    _ready.clear()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_begin_anew)
