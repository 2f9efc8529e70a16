"""A kernel provisioner that forks kernels from a warm process, where the system can."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.provisioning.local_provisioner import LocalProvisioner

from workshop_kit.kernels import pool
from workshop_kit.kernels.born import Born, NotBorn
from workshop_kit.kernels.nursery import is_available

COMMAND = ["-m", "ipykernel_launcher", "-f"]
UNDERSTOOD = {"cwd", "env", "kernel_id"}


class ForkedProvisioner(LocalProvisioner):
    """Kernels forked in some hundredths of a second; by the ordinary launch where that can't be had."""

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        """Starts the kernel. None is started in the ordinary way once a forked one may exist."""
        understood = cmd[:4] == [sys.executable, *COMMAND] and set(kwargs) <= UNDERSTOOD
        if is_available() and understood:
            try:
                # In a thread: the first one takes a second, and a server has others to answer.
                born = await asyncio.to_thread(_start, cmd[4], cmd[5:], kwargs)
            except NotBorn:
                pass
            else:
                self.process = ForkedProcess(born)  # type: ignore[assignment]
                self.pid = self.pgid = born.pid
                self.cwd = kwargs.get("cwd", Path.cwd())
                return self.connection_info
        return await super().launch_kernel(cmd, **kwargs)

    async def send_signal(self, signum: int) -> None:
        """Signals the kernel and what it has started; never whoever has got its number since."""
        if await self.poll() is None:
            await super().send_signal(signum)

    async def shutdown_requested(self, restart: bool = False) -> None:  # noqa: ARG002
        """Waits for the end that was asked for: the manager would look each tenth of a second."""
        if isinstance(self.process, ForkedProcess):
            seconds = self.parent.shutdown_wait_time if self.parent else 1.0
            await self.process.end(seconds / 2)


class ForkedProcess:
    """A forked kernel with the methods of subprocess.Popen that jupyter_client uses."""

    stdin = stdout = stderr = None

    def __init__(self, born: Born) -> None:
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

    async def end(self, seconds: float) -> None:
        """Returns when it has ended, or after so many seconds."""
        if self.poll() is not None:
            return
        loop = asyncio.get_running_loop()
        ended = asyncio.Event()
        loop.add_reader(self._born.sentinel, ended.set)
        try:
            await asyncio.wait_for(ended.wait(), seconds)
        except TimeoutError:
            pass
        finally:
            loop.remove_reader(self._born.sentinel)

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


def _start(connection_file: str, arguments: list[str], kwargs: dict[str, Any]) -> Born:
    given = os.environ if kwargs.get("env") is None else kwargs["env"]
    env = {str(name): str(value) for name, value in given.items()}  # Voilà's names are of its own
    env["JPY_PARENT_PID"] = str(os.getpid())
    cwd = str(Path(kwargs.get("cwd") or ".").absolute())
    return pool.start(connection_file, arguments, env, cwd)
