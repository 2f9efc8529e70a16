"""What the forkserver does before it imports anything else; in any other process, nothing."""

import atexit
import os
import sys
from contextlib import suppress
from multiprocessing import forkserver
from pathlib import Path
from typing import Any

from workshop_kit.kernels.nursery import MARK, like

LIKE = like(os.environ) if MARK in os.environ else None


def _remove_socket(mine: int) -> None:
    """Does what a program that was killed could not."""
    own: Any = forkserver._forkserver
    if os.getpid() == mine:
        with suppress(OSError):
            socket = Path(own._forkserver_address)
            socket.unlink()
            if socket.parent.name.startswith("pymp-"):
                socket.parent.rmdir()


if LIKE is not None:
    atexit.register(_remove_socket, os.getpid())

    # The folder in which the first kernel was wanted may be removed, its terminal closed. What a
    # cell's subprocess writes is caught by ipykernel; what is left goes nowhere.
    os.chdir("/")
    nowhere = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(nowhere, descriptor)
    os.close(nowhere)

    # The debugger costs 0.07 s of each start. ipykernel takes what is None for not installed.
    sys.modules["debugpy"] = None  # type: ignore[assignment]
    import ipykernel.debugger  # noqa: F401

    del sys.modules["debugpy"]
