"""Where folders stand: the kit's own, and what lies inside an event folder and what does not."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from workshop_kit.errors import WorkshopKitError

PACKAGE = Path(__file__).resolve().parents[1]


def kit_folder(name: Literal["workshops", "exercises", "facilitator", "data"]) -> Path:
    """A folder that ships beside the code, in a wheel or in a checkout.

    Raises WorkshopKitError when this installation has it in neither place.
    """
    in_wheel, in_checkout = PACKAGE / "kit" / name, PACKAGE.parents[1] / name
    if in_wheel.is_dir():
        return in_wheel
    if PACKAGE.parent.name == "src" and in_checkout.is_dir():
        return in_checkout
    raise WorkshopKitError(
        f'This installation of workshop-kit has no "{name}" folder. '
        "Install it again: pip install --force-reinstall workshop-kit"
    )


def is_inside(folder: Path, path: Path) -> bool:
    """Whether the path, with all links followed, ends inside the folder."""
    try:
        return path.resolve().is_relative_to(folder.resolve())
    except (OSError, ValueError, RuntimeError):  # a loop of links, a NUL in the name
        return False


def name_in(root: Path, path: Path) -> str:
    """The path as messages show it: relative to the root where it stands below it, with slashes."""
    return (path.relative_to(root) if path.is_relative_to(root) else Path(path.name)).as_posix()


def reason(error: OSError) -> str:
    """Why the system refused, without the path and the error number."""
    return error.strerror or type(error).__name__
