"""Kernels that are reached through a socket file: no race for ports, nothing on the network."""

from __future__ import annotations

import os
import sys
import uuid
from pathlib import Path

from jupyter_client.manager import AsyncKernelManager
from traitlets import default

# No history of what ran, and no log on the terminal.
QUIET = ("--HistoryManager.enabled=False", "--IPKernelApp.log_level=50")


class LocalKernel(AsyncKernelManager):
    """A kernel behind a socket file in JUPYTER_RUNTIME_DIR; on Windows, on a port of the loopback."""

    @default("transport")
    def _transport_default(self) -> str:
        return "tcp" if sys.platform == "win32" else "ipc"

    @default("ip")
    def _ip_default(self) -> str:
        # jupyter_client's own default is one file name for all, in the current directory.
        if self.transport == "tcp":
            return "127.0.0.1"
        folder = Path(os.environ["JUPYTER_RUNTIME_DIR"])
        folder.mkdir(parents=True, exist_ok=True)
        return str(folder / uuid.uuid4().hex[:8])
