"""The process that workers are forked from: it has imported what they and their kernels need.

Light to import, so that a command can begin with it: while the event is read, the imports are made
on another core. Kernels of a forked worker come from the same process (see `kernels.nursery`).
"""

from __future__ import annotations

import os
import sys
import types
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import forkserver
from pathlib import Path
from typing import Any

from workshop_kit.socket_folder import ensure_socket_folder

# As `kernels.nursery` has it, since kernels are forked here too: it is not imported for that, so that
# the server starts at once. Nothing of this starts an engine or a thread.
PRELOADED = [
    "workshop_kit.kernels.nest",
    "workshop_kit.warm",
    "workshop_kit.kernels.newborn",
    "workshop_kit.run.worker",
]
ONE_THREAD = {  # each: there is a process for every core already
    "MKL_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "RAYON_NUM_THREADS": "1",
    "TOKIO_WORKER_THREADS": "1",
}
ITS_OWN = {
    **ONE_THREAD,
    "JE_ARROW_MALLOC_CONF": "background_thread:false",
    "PYTHONSAFEPATH": "1",
    "WORKSHOP_KIT_NURSERY": "1",
}


def is_available() -> bool:
    """Whether workers are forked here; elsewhere each starts by itself and imports everything."""
    return sys.platform.startswith("linux")


def begin() -> None:
    """Starts the process, where it does not run yet, and returns at once."""
    if not is_available():
        return
    before = {name: os.environ.get(name) for name in ITS_OWN}
    os.environ.update(ITS_OWN)
    try:
        forkserver.set_forkserver_preload(PRELOADED)
        _forget_what_nobody_can_reach()
        ensure_socket_folder()
        with without_main():
            forkserver.ensure_running()
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def _forget_what_nobody_can_reach() -> None:
    """Has another forkserver take the place of one whose socket was removed, as a cleaner of /tmp may."""
    known: Any = forkserver._forkserver
    address = known._forkserver_address
    if address and known._forkserver_pid and not Path(address).exists():
        os.close(known._forkserver_alive_fd)  # on which it ends
        known._forkserver_address = known._forkserver_alive_fd = known._forkserver_pid = None


@contextmanager
def without_main() -> Iterator[None]:
    """Nothing of the program that called is run again in a process that is started meanwhile.

    multiprocessing runs the main module's file in each process it starts: a script that calls
    `render` would have to guard against that, and the command line would be imported for nothing.
    """
    main = sys.modules["__main__"]
    sys.modules["__main__"] = types.ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = main
