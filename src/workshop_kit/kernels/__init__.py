"""Kernels for notebooks: behind a socket file, and forked from a process that has imported everything.

`LocalKernel` is the kernel manager of everything that this kit starts. Its kernels come from
`ForkedProvisioner`, as do those of every program that asks for the kernelspec `workshop-kit`.
"""

from workshop_kit.kernels.local import QUIET, LocalKernel

__all__ = ["QUIET", "LocalKernel"]
