"""Kernels for notebooks: forked from a process that has imported everything, behind a socket file.

`LocalKernel` is the kernel manager of everything that this kit starts. Its kernels come from
`ForkedProvisioner`, as do those of every program that asks for the kernelspec `workshop-kit`.
"""

from workshop_kit.kernels.local import LocalKernel
from workshop_kit.kernels.pool import QUIET, kept_ready

__all__ = ["QUIET", "LocalKernel", "kept_ready"]
