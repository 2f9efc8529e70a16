"""What Voilà and JupyterLab have in common here: who comes in, and kernels of our own."""

from __future__ import annotations

from typing import Any

from jupyter_client.kernelspec import KernelSpecManager
from jupyter_server.auth.identity import IdentityProvider, User
from jupyter_server.services.kernels.kernelmanager import ServerKernelManager
from traitlets import default

from workshop_kit.kernels import QUIET, LocalKernel


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


class OwnKernel(LocalKernel, ServerKernelManager):
    """A kernel behind a socket file that a server can watch over; without history."""

    async def _async_pre_start_kernel(self, **kw: Any) -> tuple[list[str], dict[str, Any]]:
        kw.setdefault("extra_arguments", list(QUIET))
        prepared: tuple[list[str], dict[str, Any]] = await super()._async_pre_start_kernel(**kw)
        return prepared
