"""A kernel provisioner that forks kernels from a warm process, where the system can."""

from __future__ import annotations

import os
import signal
import subprocess
from typing import Any

from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.provisioning import LocalProvisioner

from workshop_kit.kernels import nursery

LAUNCHER = ["-m", "ipykernel_launcher"]


class ForkedProvisioner(LocalProvisioner):
    """Kernels forked in some hundredths of a second; by the ordinary launch where that can't be had."""

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        """Starts the kernel; once a process of its own exists, no second one is ever started for it."""
        if cmd[1:3] != LAUNCHER or not nursery.is_available():
            return await super().launch_kernel(cmd, **kwargs)
        env = dict(kwargs.get("env") or os.environ)
        process = nursery.fork_kernel(cmd[3:], env, str(kwargs.get("cwd") or os.getcwd()))
        if process is None:
            return await super().launch_kernel(cmd, **kwargs)
        self.process = ForkedProcess(process)
        self.pid = self.pgid = process.pid
        return self.connection_info


class ForkedProcess:
    """A forked kernel with the methods of subprocess.Popen that jupyter_client uses."""

    stdin = stdout = stderr = None

    def __init__(self, born: nursery.Born) -> None:
        self._born = born
        self.pid = born.pid

    def poll(self) -> int | None:
        """The exit code; None while it runs."""
        return self._born.poll()

    def wait(self, timeout: float | None = None) -> int:
        """The exit code, once it has ended."""
        code = self._born.wait(timeout)
        if code is None:
            raise subprocess.TimeoutExpired("kernel", timeout or 0)
        return code

    def send_signal(self, number: int) -> None:
        """Sends the signal where the kernel still runs."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        """Asks it to end."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """Ends it."""
        self.send_signal(signal.SIGKILL)
