"""A forked kernel: what its process begins with, and what the program that wants it sees of it."""

from __future__ import annotations

import os
import signal
import threading
import weakref
from contextlib import suppress
from multiprocessing import forkserver
from multiprocessing.connection import Connection, wait
from typing import Any

from workshop_kit.errors import WorkshopKitError

SECONDS_TO_LISTEN = 20.0

_all: weakref.WeakSet[Born] = weakref.WeakSet()


class NotBorn(WorkshopKitError):
    """There is no kernel, and none will come of what was tried."""


class Newborn:
    """What runs in the forked process, sent there by pickle; `_bootstrap` is the forkserver's name for it."""

    def __init__(self, arguments: list[str], env: dict[str, str]) -> None:
        self.arguments, self.env = arguments, env

    def _bootstrap(self, parent_sentinel: int) -> int:
        from workshop_kit.kernels.newborn import run

        os.close(parent_sentinel)
        own: Any = forkserver._forkserver
        mother = Connection(own._inherited_fds[0])
        os.set_inheritable(mother.fileno(), False)
        # As long as it were open here, the forkserver would not see its program end.
        os.close(own._forkserver_alive_fd)
        own.__init__()  # a notebook that uses forkservers gets one of its own
        return run(self.arguments, self.env, mother)


class Born:
    """A forked kernel, as the program that wants it sees it."""

    def __init__(self, nursery: object, pid: int, sentinel: int, kernel: Connection) -> None:
        self.pid, self.sentinel = pid, sentinel
        self._nursery: object = nursery  # which must not end before its kernels
        self._kernel = kernel
        self._code: int | None = None
        self._lock = threading.Lock()
        _all.add(self)

    def serve(self, connection_file: str, env: dict[str, str], cwd: str) -> None:
        """Has it listen where the connection file says. Raises NotBorn if it dies before it does.

        One that says nothing for long may still come to listen: that is for its client to see.
        """
        try:
            self._kernel.send((connection_file, env, cwd))
            if self._kernel.poll(SECONDS_TO_LISTEN):
                self._kernel.recv()
        except (OSError, EOFError) as error:
            self.dismiss()
            raise NotBorn from error

    def poll(self) -> int | None:
        """The exit code; None while it runs."""
        return self.wait(0)

    def wait(self, timeout: float | None = None) -> int | None:
        """The exit code, or None where it still runs after `timeout` seconds."""
        if self._code is None and not wait([self.sentinel], timeout):
            return None
        with self._lock:
            if self._code is None:
                try:
                    self._code = forkserver.read_signed(self.sentinel)
                except (OSError, EOFError):  # the forkserver has died
                    if self._lives_on(timeout):
                        return None
                    self._code = 255
                os.close(self.sentinel)
                self._kernel.close()
                self._nursery = None
            return self._code

    def _lives_on(self, timeout: float | None) -> bool:
        try:
            while self._kernel.poll(timeout):
                self._kernel.recv()
        except (OSError, EOFError):
            return False
        return True

    def leave(self) -> None:
        """Lets go of it: it ends when no program holds on to it."""
        self._kernel.close()

    def dismiss(self) -> None:
        """Ends a kernel that nobody wants."""
        if self.poll() is None:
            with suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGKILL)
            self.wait()


def _leave_all() -> None:
    """In a forked child: they are the parent's, and end with it."""
    for born in list(_all):
        born.leave()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_leave_all)
