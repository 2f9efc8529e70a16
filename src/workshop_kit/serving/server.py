"""Answers at once, loads the program meanwhile, and leaves nothing behind."""

from __future__ import annotations

import asyncio
import contextlib
import importlib
import logging
import shutil
import signal
import socket
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tornado.httpserver import HTTPServer

from workshop_kit.errors import InputError, Problem, WorkshopKitError
from workshop_kit.kernels import kept_ready
from workshop_kit.serving.address import Address, write_way_in
from workshop_kit.serving.choice import LabOpening, PageOpening
from workshop_kit.serving.door import Door, Program
from workshop_kit.serving.own_jupyter import move_in
from workshop_kit.serving.page_copy import title_of

HOST = "127.0.0.1"
SECONDS_TO_TELL = 5
KERNELS_KEPT_READY = 1
_log = logging.getLogger("workshop_kit.serving")


@dataclass(frozen=True)
class Page:
    """An activity, to be served by Voilà."""

    opening: PageOpening
    module: str = "workshop_kit.serving.page"

    @property
    def title(self) -> str:
        """What the browser's tab says."""
        return f"{title_of(self.opening.notebook)} – {self.opening.team_name}"

    @property
    def participant(self) -> str:
        """Whose answers they are."""
        return self.opening.participant

    def check(self) -> None:
        """Raises InputError where the team's ladder can't be read. Slow: it reads the ladder."""
        from workshop_kit.checks import load_team

        if self.opening.team:
            load_team(self.opening.event_dir, self.opening.team)


@dataclass(frozen=True)
class Lab:
    """An event's notebooks, to be served by JupyterLab."""

    opening: LabOpening
    module: str = "workshop_kit.serving.lab"
    participant: str = "leader"

    @property
    def title(self) -> str:
        """What the browser's tab says while JupyterLab starts."""
        return f"{self.opening.event} – JupyterLab"

    def check(self) -> None:
        """Nothing to check: each notebook says by itself what is wrong."""


@contextlib.contextmanager
def scratch_folder() -> Iterator[Path]:
    """A folder that only its owner can look into, removed at the end with all that is in it.

    Its path is short, because socket files allow about 100 characters.
    """
    usual = tempfile.gettempdir()
    short = "/tmp" if len(usual) > 30 and Path("/tmp").is_dir() else None
    folder = Path(tempfile.mkdtemp(prefix="wko-", dir=short))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def serve(
    what: Page | Lab, scratch: Path, announce: Callable[[Address], object], port: int = 0
) -> None:
    """Serves until SIGINT or SIGTERM; `announce` is called as soon as a browser may come.

    Changes the environment and the signal handlers of this process. Raises InputError when the
    port can't be had or the ladder can't be read, WorkshopKitError when the program can't be started.
    """
    try:
        listening = socket.create_server((HOST, port))
    except OSError as error:
        fix = "Choose another one, or leave --port out."
        what_is = f"can't be used ({error.strerror or error})."
        raise InputError([Problem("--port", "", f"Port {port} {what_is}", fix)]) from error
    move_in(scratch, what.participant)
    listening.setblocking(False)
    with kept_ready(KERNELS_KEPT_READY):
        asyncio.run(_serve(what, scratch, announce, listening))


async def _serve(
    what: Page | Lab, scratch: Path, announce: Callable[[Address], object], listening: socket.socket
) -> None:
    port = listening.getsockname()[1]
    door = Door(port, what.title)
    server = HTTPServer(door)
    server.add_sockets([listening])
    stop = _until_stopped()
    announce(write_way_in(scratch, f"http://{HOST}:{port}/", door.token, what.title))
    starting = asyncio.ensure_future(_start(what, scratch, door))
    try:
        both: set[asyncio.Future[Any]] = {starting, stop}
        await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
        if starting.done():
            await _open_or_tell(door, starting, stop)
    finally:
        server.stop()
        if not starting.done():
            starting.cancel()
        if door.program is not None:
            await door.program.stop()
        await server.close_all_connections()


async def _start(what: Page | Lab, scratch: Path, door: Door) -> Program:
    # Both take long: in threads, so that the page that says so is answered meanwhile.
    await asyncio.to_thread(what.check)
    module = await asyncio.to_thread(importlib.import_module, what.module)
    signal_handlers = {
        number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)
    }
    program: Program = module.start(what.opening, scratch, door)
    for number, handler in signal_handlers.items():  # Jupyter's programs set their own
        signal.signal(number, handler)
    return program


async def _open_or_tell(
    door: Door, starting: asyncio.Future[Program], stop: asyncio.Future[None]
) -> None:
    try:
        door.program = starting.result()
    except WorkshopKitError as error:
        door.failed = str(error)
        await _let_the_page_tell(door)
        raise
    except Exception as error:
        reason = f"{type(error).__name__}: {error}".strip().splitlines()[0][:300]
        door.failed = f"The program could not be started. {reason}"
        await _let_the_page_tell(door)
        raise WorkshopKitError(door.failed) from error
    await stop


async def _let_the_page_tell(door: Door) -> None:
    with contextlib.suppress(TimeoutError):  # the page asks several times a second
        await asyncio.wait_for(door.told.wait(), SECONDS_TO_TELL)


def _until_stopped() -> asyncio.Future[None]:
    """Done when somebody presses Ctrl-C, closes the terminal, or ends the process kindly."""
    loop = asyncio.get_running_loop()
    stop: asyncio.Future[None] = loop.create_future()

    def end() -> None:
        if not stop.done():
            stop.set_result(None)

    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        # Windows has no such handlers; there Ctrl-C cancels all of this.
        with contextlib.suppress(NotImplementedError, AttributeError):
            loop.add_signal_handler(getattr(signal, name), end)
    return stop
