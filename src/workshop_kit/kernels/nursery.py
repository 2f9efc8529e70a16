"""The process that kernels are forked from: the standard library's forkserver, with our imports in it.

It is started at the first kernel, has one thread, reaps its children, and ends when the program that
started it ends, as its kernels do. Another takes its place when it has died, or when what it has
imported may have changed; kernels that run live on. A program that forks has none in its child.
"""

from __future__ import annotations

import io
import os
import signal
import sys
import threading
import weakref
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from multiprocessing import forkserver, reduction
from multiprocessing.connection import Pipe, wait
from pathlib import Path
from typing import Any

from workshop_kit.kernels.born import Born, Newborn, NotBorn
from workshop_kit.socket_folder import ensure_socket_folder

PRELOADED = ["workshop_kit.kernels.nest", "workshop_kit.warm", "workshop_kit.kernels.newborn"]
SECONDS_TO_BE_BORN = 60.0
MARK = "WORKSHOP_KIT_NURSERY"
_ITS_OWN = {
    MARK: "1",
    "PYTHONSAFEPATH": "1",  # no module from the folder that the program is in
    # Threads would be missing in its children: OpenBLAS's, OpenMP's, and pyarrow's allocator's.
    "JE_ARROW_MALLOC_CONF": "background_thread:false",
    "MKL_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
}
_SOURCES = Path(__file__).parents[1]
_READ_AHEAD = (".npz", ".py", ".yaml")  # the code, the tagger's weights, the curriculum
_MATTERS_AT_IMPORT = ("PYTHON", "VIRTUAL_ENV", "CONDA_PREFIX", "LD_", "LC_", "LANG")

_one_at_a_time = threading.Lock()
_current: _Nursery | None = None
_barren: set[tuple[object, ...]] = set()


def is_available() -> bool:
    """Whether this system forks: Linux. macOS's own libraries do not bear it, Windows has no fork."""
    return sys.platform.startswith("linux") and reduction.HAVE_SEND_HANDLE


class _Nursery:
    """One forkserver, and what it was started with."""

    def __init__(self, like: tuple[object, ...], server: Any, pid: int) -> None:
        self.like, self.server, self.pid = like, server, pid
        self.fertile = False
        self.stop = weakref.finalize(self, _stop, pid, server._forkserver_alive_fd)

    def is_alive(self) -> bool:
        """Whether it can fork."""
        if isinstance(self.server, _Joined):
            return os.getppid() == self.pid
        with suppress(ChildProcessError):
            if os.waitpid(self.pid, os.WNOHANG) == (0, 0):
                if Path(self.server._forkserver_address).exists():
                    return True
                self.stop()  # nobody can reach it any more
                return False
        if self.stop.detach():  # its number may soon be that of another process
            os.close(self.server._forkserver_alive_fd)
        return False

    def fork(self, arguments: list[str], env: dict[str, str]) -> Born:
        """A kernel without a task. Raises NotBorn.

        The new process can do nothing before it has read what it is. So as long as that was not
        sent, or not all of it, nothing has been started.
        """
        message = io.BytesIO()
        reduction.dump({}, message)
        reduction.dump(Newborn(arguments, env), message)
        ours, its = Pipe()
        try:
            sentinel, to_child = self.server.connect_to_new_process([its.fileno()])
        except (OSError, EOFError, RuntimeError) as error:
            ours.close()
            raise NotBorn from error
        finally:
            its.close()
        with os.fdopen(to_child, "wb", buffering=0) as pipe:
            try:
                if not wait([sentinel], SECONDS_TO_BE_BORN):
                    raise NotBorn
                pid = forkserver.read_signed(sentinel)
                rest = message.getbuffer()
                while rest:
                    rest = rest[pipe.write(rest) :]
            except (OSError, EOFError, NotBorn) as error:
                os.close(sentinel)
                ours.close()
                raise NotBorn from error
        return Born(self, pid, sentinel, ours)


class _Own(forkserver.ForkServer):
    """A forkserver of this process. A `_Nursery` knows its number: once dead, it stays so."""

    def ensure_running(self) -> None:
        """Starts it, once."""
        server: Any = self
        if server._forkserver_pid is None:
            super().ensure_running()


class _Joined(forkserver.ForkServer):
    """The forkserver that this process was itself forked from."""

    def __init__(self, own: forkserver.ForkServer) -> None:
        self.__dict__.update(own.__dict__)

    def ensure_running(self) -> None:
        """It is another's to start."""


def fork(arguments: list[str], env: dict[str, str]) -> Born:
    """A kernel without a task, with these arguments of ipykernel. Raises NotBorn."""
    global _current
    nursery = _nursery(env)
    try:
        born = nursery.fork(arguments, env)
    except NotBorn:
        if not nursery.fertile:
            _barren.add(nursery.like)  # it can't start: don't wait for that again
            raise
        with _one_at_a_time:  # it has just died
            if _current is nursery:
                _current = None
        return fork(arguments, env)
    nursery.fertile = True
    return born


def like(env: Mapping[str, str]) -> tuple[object, ...]:
    """What makes another forkserver necessary when it changes."""
    variables = sorted(
        (name, value)
        for name, value in env.items()
        if name.startswith(_MATTERS_AT_IMPORT) and name not in _ITS_OWN
    )
    changed = 0
    for folder, _, names in os.walk(_SOURCES):
        for name in names:
            if name.endswith(_READ_AHEAD):
                with suppress(OSError):  # it was just being replaced
                    changed = max(changed, Path(folder, name).stat().st_mtime_ns)
    return sys.executable, tuple(variables), changed


def _nursery(env: Mapping[str, str]) -> _Nursery:
    global _current
    with _one_at_a_time:
        wanted = like(env)
        if wanted in _barren:
            raise NotBorn
        if _current is None:
            _current = _inherited()
        if _current is None or _current.like != wanted or not _current.is_alive():
            _current = None
            try:
                _current = _started(wanted, env)
            except OSError as error:
                raise NotBorn from error
        return _current


def _started(like: tuple[object, ...], env: Mapping[str, str]) -> _Nursery:
    server: Any = _Own()
    server.set_forkserver_preload(PRELOADED)
    ensure_socket_folder()
    with _environment(env):
        server.ensure_running()
    return _Nursery(like, server, server._forkserver_pid)


def _inherited() -> _Nursery | None:
    """What this process was itself forked from, where that is prepared for kernels."""
    nest = sys.modules.get("workshop_kit.kernels.nest")
    own: Any = forkserver._forkserver
    if nest is None or nest.LIKE is None or own._inherited_fds is None:
        return None
    nursery = _Nursery(nest.LIKE, _Joined(own), os.getppid())
    nursery.stop.detach()  # it has other kernels, and other workers
    return nursery


@contextmanager
def _environment(env: Mapping[str, str]) -> Iterator[None]:
    """What the forkserver inherits."""
    before = dict(os.environ)
    theirs = {name for name in before if name.startswith(_MATTERS_AT_IMPORT)}
    try:
        for name in theirs - set(env):
            del os.environ[name]
        os.environ.update({n: v for n, v in env.items() if n.startswith(_MATTERS_AT_IMPORT)})
        os.environ.update(_ITS_OWN)
        yield
    finally:
        for name in set(os.environ) - set(before):
            del os.environ[name]
        os.environ.update(before)


def _stop(pid: int, alive: int) -> None:
    """Ends the forkserver and reaps it."""
    os.close(alive)
    with suppress(OSError):
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)


def _begin_anew() -> None:
    """In a forked child: the parent's forkserver is the parent's."""
    global _current, _one_at_a_time
    if _current is not None:
        _current.stop.detach()
        os.close(_current.server._forkserver_alive_fd)
    _current, _one_at_a_time = None, threading.Lock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_begin_anew)
