"""The process that kernels are forked from: the standard library's forkserver, with our imports in it.

It is started at the first kernel, stays single-threaded, reaps its children, and ends when the
program that started it ends; its kernels notice and end too. Each kernel has a session of its own.
"""

from __future__ import annotations

import io
import os
import sys
import threading
from multiprocessing import forkserver, popen_forkserver, process, reduction
from multiprocessing.connection import wait

PRELOADED = ["workshop_kit.warm"]
READY = b"+"
SECONDS_TO_BE_BORN = 20.0

_one_at_a_time = threading.Lock()
_server: forkserver.ForkServer | None = None


def is_available() -> bool:
    """Whether this system forks: Linux. macOS's own libraries do not bear it, Windows has no fork."""
    return sys.platform.startswith("linux") and reduction.HAVE_SEND_HANDLE


class Newborn:
    """What runs in the forked process, sent there by pickle; `_bootstrap` is the forkserver's name for it."""

    def __init__(self, arguments: list[str], env: dict[str, str], cwd: str) -> None:
        self.arguments, self.env, self.cwd = arguments, env, cwd

    def _bootstrap(self, parent_sentinel: int) -> int:
        from workshop_kit.kernels.newborn import run_kernel

        os.close(parent_sentinel)
        return run_kernel(self.arguments, self.env, self.cwd)


class Born:
    """A forked process, as its parent's parent sees it."""

    def __init__(self, pid: int, sentinel: int) -> None:
        self.pid, self.sentinel = pid, sentinel
        self._code: int | None = None

    def poll(self) -> int | None:
        """The exit code; None while it runs."""
        return self.wait(0)

    def wait(self, timeout: float | None = None) -> int | None:
        """The exit code, or None where it still runs after `timeout` seconds."""
        if self._code is None and wait([self.sentinel], timeout):
            try:
                self._code = forkserver.read_signed(self.sentinel)
            except (OSError, EOFError):  # the forkserver was killed, and its kernels with it
                self._code = 255
            os.close(self.sentinel)
        return self._code


def fork_kernel(arguments: list[str], env: dict[str, str], cwd: str) -> Born | None:
    """A kernel with these arguments of ipykernel; None where no process came to be."""
    message = io.BytesIO()
    reduction.dump({}, message)
    reduction.dump(Newborn(arguments, env, cwd), message)
    try:
        with _one_at_a_time:
            sentinel, to_child = _running().connect_to_new_process([])
    except (OSError, EOFError, RuntimeError):
        return None
    try:
        with open(to_child, "wb") as pipe:
            pipe.write(message.getbuffer())
        pid = forkserver.read_signed(sentinel)
    except (OSError, EOFError):
        os.close(sentinel)
        return None
    return Born(pid, sentinel)


def _running() -> forkserver.ForkServer:
    global _server
    if _server is None:
        _server = forkserver.ForkServer()
        _server.set_forkserver_preload(PRELOADED)
    return _server
