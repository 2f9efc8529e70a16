"""An event's visit to a cluster: its copy comes to every worker once, and leaves with its driver.

Imported only where Dask is installed.
"""

from __future__ import annotations

import asyncio
import os
import signal
import socket
from pathlib import Path
from typing import Any

from distributed.diagnostics.plugin import SchedulerPlugin, WorkerPlugin

from workshop_kit.cluster.team_work import begin_visit, end_visit
from workshop_kit.run.fingerprints import kit_fingerprint


class EventVisit(WorkerPlugin):
    """The event on a worker, also on one that joins later or comes back after its process died."""

    def __init__(self, name: str, packed: bytes, snapshot: bool) -> None:
        self.name, self.packed, self.snapshot = name, packed, snapshot
        self.driver = os.getpid(), socket.gethostname()
        self.kit = kit_fingerprint()

    def setup(self, worker: Any) -> None:
        """Unpacks the copy. A worker that can't, or joins later with another kit, is sent away.

        Left there it would fail at once whatever it is given, and so be given everything.
        """
        if (os.getppid(), socket.gethostname()) == self.driver:
            signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the driver's to handle
        unfit = "it has another version of workshop-kit" if kit_fingerprint() != self.kit else ""
        try:
            if not unfit:
                local = Path(worker.local_directory)
                begin_visit(self.name, self.packed, local, self.snapshot)
        except OSError as error:
            unfit = f"it can't keep a copy of an event ({error.strerror})"
        if unfit:
            worker.loop.add_callback(worker.close, reason=unfit)

    def teardown(self, worker: Any) -> None:  # noqa: ARG002
        """Removes the copy."""
        end_visit(self.name)


class EndWithDriver(SchedulerPlugin):
    """Ends a visit when its driver has gone, however it went."""

    def __init__(self, visit: str, client: str) -> None:
        self.name, self._visit, self._client = f"{visit}-end", visit, client

    def remove_client(self, scheduler: Any, client: str) -> None:
        """Takes the event off all workers where this was its driver."""
        if client == self._client and self._visit in scheduler.worker_plugins:
            self._leaving = asyncio.ensure_future(
                scheduler.unregister_worker_plugin(comm=None, name=self._visit)
            )
            scheduler.remove_plugin(self.name)


def begin(client: Any, visit: str, packed: bytes, snapshot: bool) -> None:
    """Brings the event to every worker; whatever becomes of this process, it is removed."""
    client.register_plugin(EndWithDriver(visit, client.id))
    client.register_plugin(EventVisit(visit, packed, snapshot))


def end(client: Any, visit: str) -> None:
    """Removes the event from every worker."""
    client.unregister_worker_plugin(visit)
    client.unregister_scheduler_plugin(f"{visit}-end")
