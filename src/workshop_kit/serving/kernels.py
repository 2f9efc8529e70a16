"""What Voilà and JupyterLab have in common here: who comes in, and kernels of our own."""

from __future__ import annotations

import os
import sys
import uuid
from pathlib import Path
from typing import Any

from jupyter_client.kernelspec import KernelSpecManager
from jupyter_server.auth.identity import IdentityProvider, User
from jupyter_server.services.kernels.kernelmanager import ServerKernelManager
from traitlets import default

_ARGUMENTS = ["--HistoryManager.enabled=False", "--IPKernelApp.log_level=50"]


class Admitted(IdentityProvider):
    """Everybody whom the door lets in, and nobody else."""

    def get_user(self, handler: Any) -> User | None:
        door = handler.settings["workshop_kit_door"]
        return User("leader") if door.admits(handler.request) else None

    def get_handlers(self) -> list[Any]:
        return []  # no login page


class OwnKernelSpecs(KernelSpecManager):
    """Knows one kernel, `python3`: the Python that runs the kit. What else is installed is ignored."""

    @default("kernel_dirs")
    def _no_folders(self) -> list[str]:
        return []


class OwnKernel(ServerKernelManager):
    """A kernel that is reached through a socket file, so that nothing of it is on the network; no history."""

    @default("transport")
    def _transport_default(self) -> str:
        return "tcp" if sys.platform == "win32" else "ipc"

    @default("ip")
    def _ip_default(self) -> str:
        # jupyter_client's own default is one file name for all, in the current directory.
        if self.transport == "tcp":
            return "127.0.0.1"
        return str(Path(os.environ["JUPYTER_RUNTIME_DIR"], uuid.uuid4().hex[:8]))

    async def _async_pre_start_kernel(self, **kw: Any) -> tuple[list[str], dict[str, Any]]:
        kw.setdefault("extra_arguments", _ARGUMENTS)
        prepared: tuple[list[str], dict[str, Any]] = await super()._async_pre_start_kernel(**kw)
        return prepared
