"""The folder in which multiprocessing keeps the sockets of its forkservers."""

from __future__ import annotations

import shutil
import tempfile
from multiprocessing import process, util
from pathlib import Path
from typing import Any


def ensure_socket_folder() -> None:
    """Makes it where there is none, or none any more.

    multiprocessing would make it once, where temporary files happen to go at that moment. A room's
    server has a folder of its own for these, which may vanish before the program ends; then
    multiprocessing could start nothing more, and its own tidying up would complain.
    """
    config: dict[str, Any] = process.current_process()._config  # type: ignore[attr-defined]
    if config.get("tempdir") is None or not Path(config["tempdir"]).is_dir():
        config["tempdir"] = tempfile.mkdtemp(prefix="pymp-")
        util.Finalize(None, shutil.rmtree, args=(config["tempdir"], True), exitpriority=-100)
