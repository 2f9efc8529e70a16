"""A kernel's life after the fork: ready but for its connection; then serving one client to its end."""

from __future__ import annotations

import atexit
import gc
import importlib
import os
import random
import re
import signal
import sqlite3
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Any, ClassVar

import ipykernel.ipkernel
from ipykernel.ipkernel import IPythonKernel
from ipykernel.kernelapp import IPKernelApp
from traitlets import default
from traitlets.config import Config
from traitlets.config.loader import DeferredConfigString

SECONDS_TO_TELL = 2.0
SPARE, SERVING = "wk-kernel-spare", "wk-kernel"
_ipkernel: Any = ipykernel.ipkernel
for _later in (  # which each kernel would import when it starts
    "IPython.core.completerlib",
    "IPython.core.debugger",
    "IPython.core.oinspect",
    "IPython.extensions.storemagic",
    "faulthandler",
    "pdb",
    "psutil",
    "tornado.platform.asyncio",
):
    importlib.import_module(_later)
_SETTING = re.compile(r"--(\w+)\.(\w+)=(.*)")


class _Sys:
    """`sys` as ipykernel shall see it while a kernel is made.

    It would look at each module, for its debugger, and to look at an object is to copy its page.
    """

    modules: ClassVar[dict[str, Any]] = {}

    def __getattr__(self, name: str) -> Any:
        return getattr(sys, name)


class Python(IPythonKernel):
    """An IPython kernel that looks for its children where there may be some."""

    def _process_children(self) -> list[Any]:
        try:
            os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
        except ChildProcessError:
            return []
        return list(super()._process_children())  # type: ignore[no-untyped-call]


class Kernel(IPKernelApp):
    """An ipykernel that is complete before it has a connection."""

    @default("kernel_class")
    def _kernel_class_default(self) -> type[Python]:
        return Python

    def parse_command_line(self, argv: list[str] | None = None) -> None:
        """Takes settings as they are: traitlets would first make a parser with all that could be."""
        settings = [_SETTING.fullmatch(argument) for argument in argv or []]
        if not all(settings):
            super().parse_command_line(argv)
            return
        config = Config()
        for section, name, value in (match.groups() for match in settings if match):
            config[section][name] = DeferredConfigString(value)
        self.cli_config = config
        self.update_config(config)

    def init_path(self) -> None:
        """Lets cells import what is beside the notebook, as IPython does: before what is installed.

        PYTHONSAFEPATH counts if it was set for the kernel, not because the forkserver has it.
        """
        if not os.environ.get("PYTHONSAFEPATH"):
            installed = ("site-packages", "dist-packages")
            at = (n for n, folder in enumerate(sys.path) if Path(folder).name in installed)
            sys.path.insert(next(at, 0), "")

    def init_kernel(self) -> None:
        """Makes the kernel itself."""
        _ipkernel.sys = _Sys()
        try:
            super().init_kernel()  # type: ignore[no-untyped-call]
        finally:
            _ipkernel.sys = sys

    def init_connection_file(self) -> None:
        """Not yet."""

    def init_poller(self) -> None:
        """`_end_with` sees to the program's end, without asking each second."""

    def init_heartbeat(self) -> None:
        """Not yet."""

    def write_connection_file(self, **_kwargs: Any) -> None:
        """Not yet."""

    def log_connection_info(self) -> None:
        """Not yet."""

    def _bind_socket(self, _socket: Any, _port: int) -> int:
        return 0  # not yet

    def connect(self, connection_file: str) -> None:
        """Listens where the file says. Each socket is bound in the thread that uses it."""
        self.connection_file = connection_file
        self.load_connection_file()
        shell, control = self.shell_channel_thread.io_loop, self.control_thread.io_loop
        iopub = self.iopub_thread
        self.shell_port = _in(shell, self._listen, self.shell_socket, self.shell_port)
        self.control_port = _in(control, self._listen, self.control_socket, self.control_port)
        self.iopub_port = _in(iopub.io_loop, self._listen, iopub.socket, self.iopub_port)
        self.stdin_port = self._listen(self.stdin_socket, self.stdin_port)
        super().init_heartbeat()  # type: ignore[no-untyped-call]
        super().write_connection_file()
        super().log_connection_info()  # type: ignore[no-untyped-call]
        self.kernel.record_ports({f"{name}_port": port for name, port in self._ports.items()})

    def _listen(self, socket: Any, port: int) -> int:
        self._apply_curve_server_options(socket)
        return int(super()._bind_socket(socket, port))  # type: ignore[no-untyped-call]


def _in(loop: Any, act: Callable[..., int], *given: Any) -> int:
    """What `act` returns in that loop's thread."""
    result: Future[int] = Future()

    def do() -> None:
        try:
            result.set_result(act(*given))
        except BaseException as error:
            result.set_exception(error)

    loop.add_callback(do)
    return result.result()


def run(arguments: list[str], env: dict[str, str], mother: Connection) -> int:
    """The exit code of a kernel that ran here to its end. `mother` is the program that started it."""
    gc.freeze()  # what is shared with the others stays shared: no collection writes into it
    os.setsid()
    _replace_environment(env)
    sys.path[:] = [folder for folder in sys.path if folder]
    sys.argv = ["ipykernel_launcher", *arguments]
    Kernel.parent_handle.default_value = os.getppid()
    kernel: Any = Kernel.instance()
    kernel.initialize(arguments)
    own = {name: value for name, value in os.environ.items() if env.get(name) != value}
    _be_called(SPARE)
    try:
        connection_file, wanted, cwd = mother.recv()
    except EOFError:  # nobody needs it
        return 0
    if "MPLBACKEND" in wanted:
        own.pop("MPLBACKEND", None)
    _replace_environment(wanted | own)
    if session := wanted.get("JPY_SESSION_NAME"):
        kernel.shell.user_ns["__session__"] = session
    os.chdir(cwd)
    _reseed()
    kernel.connect(connection_file)
    _be_called(SERVING)
    left = [Path(connection_file), *_socket_files(kernel)]
    threading.Thread(target=_end_with, args=(mother, left), daemon=True).start()
    mother.send(True)
    kernel.start()
    _end(kernel)
    return 0


def _be_called(name: str) -> None:
    """Has `ps` and `top` show it under this name, of 15 letters at most."""
    with suppress(OSError):
        Path("/proc/self/comm").write_text(name, encoding="ascii")


def _replace_environment(env: dict[str, str]) -> None:
    os.environ.clear()
    os.environ.update(env)
    time.tzset()


def _reseed() -> None:
    """Two kernels of one parent would throw the same dice."""
    random.seed()
    if numpy := sys.modules.get("numpy"):
        numpy.random.seed()
    if faker := sys.modules.get("faker.generator"):
        faker.mod_random.seed()


def _socket_files(kernel: Kernel) -> list[Path]:
    if kernel.transport != "ipc":
        return []
    ports = ("shell", "iopub", "stdin", "control", "hb")
    return [Path(f"{kernel.ip}-{getattr(kernel, f'{name}_port')}") for name in ports]


def _end_with(mother: Connection, left: list[Path]) -> None:
    """Ends the kernel, its files and what it has started when the program is gone."""
    wait([mother])  # which has nothing more to say
    for path in left:
        with suppress(OSError):
            path.unlink()
    os.killpg(0, signal.SIGKILL)


def _end(kernel: Kernel) -> None:
    """What an interpreter does at its end, but for taking all modules apart.

    ipykernel 7 waits at its end for a thread that may be waiting for one that it has just stopped:
    of ten kernels, three hung until they were terminated. So that thread is waited for first.
    """
    kernel.control_thread.join(SECONDS_TO_TELL)
    threading._shutdown()  # type: ignore[attr-defined]
    atexit._run_exitfuncs()
    for thing in gc.get_objects():
        if isinstance(thing, sqlite3.Connection):  # closed, it leaves no -wal and -shm file
            with suppress(sqlite3.Error):
                thing.close()
