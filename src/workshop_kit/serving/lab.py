"""An event's notebooks in JupyterLab: trusted, with the kit's kernel, and without the rest of it."""

from __future__ import annotations

import json
import logging
import shutil
from pathlib import Path
from typing import Any
from urllib.parse import quote

import nbformat
from jupyter_core.paths import jupyter_config_dir, jupyter_path
from jupyter_core.utils import ensure_async
from jupyter_server.serverapp import ServerApp
from jupyter_server.services.contents.filecheckpoints import AsyncFileCheckpoints
from jupyterlab.handlers.announcements import NeverCheckForUpdate
from tornado.web import Application
from traitlets.config import Config

from workshop_kit.serving.choice import LabOpening
from workshop_kit.serving.door import Door
from workshop_kit.serving.kernels import Admitted, OwnKernel, OwnKernelSpecs

EXTENSIONS = ("@jupyter-widgets/jupyterlab-manager", "anywidget")
_DISABLED = (  # they ask other machines, or offer what has no place in a workshop
    "@jupyterlab/apputils-extension:announcements",
    "@jupyterlab/extensionmanager-extension",
    "@jupyterlab/fileeditor-extension:language-server",
    "@jupyterlab/lsp-extension",
    "@jupyterlab/notebook-extension:language-server",
    "@jupyterlab/terminal-extension",
)
_SETTINGS = {
    "@jupyterlab/apputils-extension:notification": {"fetchNews": "false", "checkForUpdates": False},
    # "All variables will be lost" frightens people whose answers are safe.
    "@jupyterlab/apputils-extension:sessionDialogs": {"skipKernelRestartDialog": True},
}


class Checkpoints(AsyncFileCheckpoints):
    """Copies to go back to, for as long as JupyterLab runs: none stays beside people's notebooks."""

    def checkpoint_path(self, checkpoint_id: str, path: str) -> str:
        """Where the copy of that notebook is."""
        copy = Path(self.checkpoint_dir, f"{path.strip('/')}.{checkpoint_id}")
        copy.parent.mkdir(parents=True, exist_ok=True)
        return str(copy)


class LabProgram:
    """JupyterLab behind the door."""

    def __init__(self, server: ServerApp, home: str) -> None:
        self.app: Application = server.web_app
        self.home = home
        self._server = server

    def serves(self, _path: str) -> bool:
        """All of it."""
        return True

    def refusal(self) -> str:
        """Never: one JupyterLab has as many tabs as one likes."""
        return ""

    async def is_alive(self, _kernel: str) -> bool:
        """JupyterLab itself says when a kernel dies."""
        return True

    async def leave(self, _kernel: str) -> None:
        """JupyterLab keeps kernels when a tab is closed."""

    async def stop(self) -> None:
        """Ends all kernels."""
        await ensure_async(self._server.kernel_manager.shutdown_all())
        await self._server.cleanup_extensions()


def start(opening: LabOpening, scratch: Path, door: Door) -> LabProgram:
    """JupyterLab on those notebooks, ready to answer. To be called where the event loop runs."""
    root = opening.folder / opening.team
    _write_settings()
    server = ServerApp.instance(log_level=logging.CRITICAL)
    server.update_config(_config(root, scratch))
    server.jpserver_extensions = {"jupyterlab": True}
    server.initialize(argv=[], find_extensions=False, new_httpserver=False)
    server.web_app.settings.update(
        workshop_kit_door=door,
        headers={"Content-Security-Policy": door.policy},
        log_function=lambda _handler: None,
    )
    notebooks = opening.notebooks()
    _trust(notebooks, server.contents_manager.notary)
    teams = {path.relative_to(opening.folder).parts[0] for path in notebooks}
    at = f"/tree/{quote(notebooks[0].relative_to(root).as_posix())}" if len(teams) == 1 else ""
    return LabProgram(server, f"/lab{at}")


def _config(root: Path, scratch: Path) -> Config:
    config = Config()
    config.Application.log_level = logging.CRITICAL
    config.ServerApp.root_dir = str(root)
    config.ServerApp.identity_provider_class = Admitted
    config.ServerApp.kernel_spec_manager_class = OwnKernelSpecs
    config.ServerApp.terminals_enabled = False
    config.ServerApp.open_browser = False
    config.Admitted.token = ""  # the door has it
    config.MappingKernelManager.kernel_manager_class = f"{OwnKernel.__module__}.OwnKernel"
    config.ContentsManager.checkpoints_class = Checkpoints
    config.Checkpoints.checkpoint_dir = str(scratch / "checkpoints")
    config.LabApp.news_url = None
    config.LabApp.check_for_updates_class = NeverCheckForUpdate
    config.LabApp.extension_manager = "readonly"
    config.LabApp.labextensions_path = [str(_own_extensions(scratch))]
    config.LabApp.extra_labextensions_path = []
    config.LabApp.user_settings_dir = str(scratch / "lab" / "user-settings")
    config.LabApp.workspaces_dir = str(scratch / "lab" / "workspaces")
    config.LabApp.app_settings_dir = str(scratch / "lab" / "settings")
    return config


def _own_extensions(scratch: Path) -> Path:
    """A folder with the extensions that forms need, and no other: JupyterLab looks nowhere else."""
    folder = scratch / "lab" / "extensions"
    for name in EXTENSIONS:
        found = [Path(path, name) for path in jupyter_path("labextensions")]
        source = next((path for path in found if (path / "package.json").is_file()), None)
        if source is not None:
            shutil.copytree(source, folder / name)
    return folder


def _write_settings() -> None:
    """What JupyterLab reads as this machine's settings, in the configuration folder of our own."""
    folder = Path(jupyter_config_dir(), "labconfig")
    folder.mkdir(parents=True, exist_ok=True)
    settings: dict[str, dict[str, Any]] = {
        "default_setting_overrides": _SETTINGS,
        "page_config": {"disabledExtensions": dict.fromkeys(_DISABLED, True)},
    }
    for name, value in settings.items():
        (folder / f"{name}.json").write_text(json.dumps(value), encoding="utf-8")


def _trust(notebooks: list[Path], notary: Any) -> None:
    """Signs the event's own notebooks, so that their HTML is shown as it is."""
    for path in notebooks:
        notary.sign(nbformat.read(path, as_version=4))
