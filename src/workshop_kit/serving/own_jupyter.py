"""A Jupyter of our own: nothing that the person has installed or set up for theirs plays a part."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from workshop_kit.variables import PARTICIPANT, RENDERING

_NOT_OURS = (
    "IPYTHON_DIR",
    "JUPYTERLAB_DIR",
    "JUPYTERLAB_SETTINGS_DIR",
    "JUPYTERLAB_WORKSPACES_DIR",
    "JUPYTER_CONFIG_PATH",
    "JUPYTER_PATH",
    "JUPYTER_TOKEN",
    "PYTHONSTARTUP",
    RENDERING,
)


def move_in(scratch: Path, participant: str) -> None:
    """Makes this process, and the kernels it will start, use folders in `scratch` alone."""
    for name in _NOT_OURS:
        os.environ.pop(name, None)
    folders = {
        "JUPYTER_CONFIG_DIR": scratch / "config",
        "JUPYTER_DATA_DIR": scratch / "data",
        "JUPYTER_RUNTIME_DIR": scratch / "r",  # short: kernels' socket files are in it
        "IPYTHONDIR": scratch / "ipython",
    }
    for name, folder in folders.items():
        folder.mkdir()
        os.environ[name] = str(folder)
    os.environ["JUPYTER_NO_CONFIG"] = "1"
    os.environ["JUPYTER_PREFER_ENV_PATH"] = "1"
    os.environ[PARTICIPANT] = participant
    tempfile.tempdir = str(scratch)
