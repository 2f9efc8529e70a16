"""One activity as a page, by Voilà, with a template of our own."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import voila.handler
from tornado.web import Application
from traitlets.config import Config
from voila.app import Voila
from voila.notebook_renderer import NotebookRenderer

from workshop_kit.serving import faces
from workshop_kit.serving.choice import PageOpening
from workshop_kit.serving.door import Door
from workshop_kit.serving.kernels import Admitted, OwnKernel, OwnKernelSpecs
from workshop_kit.serving.page_copy import write_copy

PAGES_AT_ONCE = 8
SECONDS_WITHOUT_PAGE = 60
EXTENSIONS = [  # the only lab extensions that reach the page, whatever else is installed
    "@jupyter-widgets/jupyterlab-manager",
    "@voila-dashboards/widgets-manager8",
    "anywidget",
]
TOO_MANY = (
    f"{PAGES_AT_ONCE} pages are open already, as many as go well at once. Close one that you "
    "don't need, wait a minute, and reload this page."
)
_SERVED = ("/api/kernels/", "/voila/static/", "/voila/labextensions/")
_log = logging.getLogger("workshop_kit.serving")
_TEMPLATES = Path(__file__).parent / "voila"


class _Renderer(NotebookRenderer):  # type: ignore[misc]  # Voilà has no types
    """Ends a page that can't go on; Voilà's own would leave it at "Starting…" for ever."""

    async def generate_content_generator(
        self, kernel_id: str | None = None, kernel_future: Any = None
    ) -> AsyncIterator[tuple[str, dict[str, Any]]]:
        try:
            async for piece in super().generate_content_generator(kernel_id, kernel_future):
                yield piece
        except Exception:
            _log.exception("The page could not be finished.")
            yield "<script>kit.trouble()</script>", {}


voila.handler.NotebookRenderer = _Renderer  # Voilà has no setting for it


class PageProgram:
    """Voilà behind the door, with one notebook."""

    home = "/"

    def __init__(self, server: Any, app: Application) -> None:
        self.app = app
        self._kernels = server.kernel_manager
        self._left: set[str] = set()

    def serves(self, path: str) -> bool:
        """The page, its scripts, and its kernel."""
        return path == "/" or path.startswith(_SERVED)

    def refusal(self) -> str:
        """Why not one more page."""
        running = set(self._kernels.list_kernel_ids()) - self._left
        # One more, because a page that is loaded anew comes before the old one says that it left.
        return TOO_MANY if len(running) > PAGES_AT_ONCE else ""

    async def is_alive(self, kernel: str) -> bool:
        """Whether the kernel's process runs."""
        if kernel not in self._kernels or kernel in self._left:
            return False
        if await self._kernels.get_kernel(kernel).is_alive():
            return True
        self._left.add(kernel)
        await self._kernels.shutdown_kernel(kernel)  # removes what a dead one has left
        return False

    async def leave(self, kernel: str) -> None:
        """Ends the kernel, once it had the time to save what the page sent last."""
        if kernel in self._kernels and kernel not in self._left:
            self._left.add(kernel)
            await asyncio.sleep(1)
            if kernel in self._kernels:
                await self._kernels.shutdown_kernel(kernel)

    async def stop(self) -> None:
        """Ends all kernels."""
        await self._kernels.shutdown_all()


def start(opening: PageOpening, scratch: Path, door: Door) -> PageProgram:
    """Voilà with that notebook, ready to answer. To be called where the event loop runs."""
    folder = scratch / "page"
    folder.mkdir()
    server: Any = Voila(log_level=logging.CRITICAL)  # Voilà has no types
    server.update_config(_config(write_copy(opening, folder), folder))
    server.initialize(argv=[])
    server.template_paths.insert(0, str(_TEMPLATES))
    server.connection_dir = str(scratch / "r")
    app = Application(**server.init_settings(), log_function=lambda _handler: None)
    app.settings["workshop_kit_door"] = door
    app.settings["headers"] = {"Content-Security-Policy": door.policy}
    app.add_handlers(".*$", server.init_handlers())
    return PageProgram(server, app)


def _config(notebook: Path, folder: Path) -> Config:
    config = Config()
    config.Voila.config_file_paths = []
    config.Voila.notebook_path = str(notebook)
    config.Voila.root_dir = str(folder)
    config.Voila.identity_provider_class = Admitted
    config.VoilaConfiguration.template = "base"
    config.VoilaConfiguration.allow_template_override = "NO"
    config.VoilaConfiguration.allow_theme_override = "NO"
    config.VoilaConfiguration.extension_allowlist = EXTENSIONS
    config.VoilaConfiguration.file_allowlist = []
    config.VoilaConfiguration.kernel_spec_manager_class = OwnKernelSpecs
    config.VoilaConfiguration.show_tracebacks = True  # told to `faces`, which tells nobody
    config.VoilaExecutor.allow_errors = True
    config.VoilaExecutor.startup_timeout = 180
    config.VoilaExporter.filters = {
        "show_outputs": faces.show_outputs,
        "is_broken": faces.is_broken,
    }
    config.AsyncMappingKernelManager.kernel_manager_class = f"{OwnKernel.__module__}.OwnKernel"
    config.AsyncMappingKernelManager.cull_idle_timeout = SECONDS_WITHOUT_PAGE
    config.AsyncMappingKernelManager.cull_interval = 20
    config.OwnKernel.autorestart = False  # a new kernel would be empty: the page must know
    config.OwnKernel.shutdown_wait_time = 3.0
    return config
