"""The kernel manager of all that the kit starts."""

from __future__ import annotations

import os
import sys
import time
import uuid
from collections.abc import Mapping
from pathlib import Path
from queue import Empty
from typing import Any

from jupyter_client.asynchronous.client import AsyncKernelClient
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from traitlets import default


class LocalClient(AsyncKernelClient):
    """A client that is ready as soon as the kernel's outputs reach it."""

    async def wait_for_ready(self, timeout: float | None = None) -> None:
        """Returns when it has the kernel's answer and its outputs.

        jupyter_client's own then waits until there was silence for 0.2 seconds.
        """
        end = time.monotonic() + (timeout or float("inf"))
        while time.monotonic() < end:
            request = self.kernel_info()
            try:
                # What answers an earlier request is passed over, not asked for again: a slow kernel
                # would be behind with its answers for ever.
                while not _answers(request, answer := await self.get_shell_msg(timeout=1)):
                    pass
                while not _answers(request, await self.get_iopub_msg(timeout=0.2)):
                    pass
                self._handle_kernel_info_reply(answer)
                return
            except Empty:
                if not await self.is_alive():
                    raise RuntimeError("Kernel died before replying to kernel_info") from None
        raise RuntimeError(f"Kernel didn't respond in {timeout} seconds")


def _answers(request: str, message: Mapping[str, Any]) -> bool:
    return bool(message["parent_header"].get("msg_id") == request)


class LocalKernel(AsyncKernelManager):
    """A kernel behind a socket file in JUPYTER_RUNTIME_DIR; on Windows, on a port of the loopback."""

    @property
    def kernel_spec(self) -> KernelSpec:
        """This very Python, forked where that can be, whatever kernels are installed."""
        return KernelSpec(
            argv=[sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"],
            display_name="Python 3 (ipykernel)",
            language="python",
            metadata={"kernel_provisioner": {"provisioner_name": "workshop-kit"}},
        )

    @default("client_factory")
    def _client_factory_default(self) -> type[LocalClient]:
        return LocalClient

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
