"""A kernel's first steps after the fork."""

from __future__ import annotations

import atexit
import os
import random
import sys


def run_kernel(arguments: list[str], env: dict[str, str], cwd: str) -> int:
    """The exit code of an ipykernel that ran here to its end."""
    os.setsid()
    os.environ.clear()
    os.environ.update(env)
    os.environ["JPY_PARENT_PID"] = str(os.getppid())
    os.chdir(cwd)
    random.seed()
    if numpy := sys.modules.get("numpy"):
        numpy.random.seed()
    sys.argv = ["ipykernel_launcher", *arguments]
    from ipykernel.kernelapp import IPKernelApp

    try:
        IPKernelApp.launch_instance(argv=arguments)
    finally:
        atexit._run_exitfuncs()
        sys.stdout.flush()
    return 0
