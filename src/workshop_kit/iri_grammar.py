"""The grammar of internationalized addresses, built when one is checked and not when it is imported.

nbformat, papermill and Altair import jsonschema, which imports `rfc3987_syntax` where it is there
(JupyterLab brings it), which builds a parser: 0.8 s of each process, for a check that nothing here
asks for.
"""

from __future__ import annotations

import importlib
import sys
from importlib.util import find_spec
from types import ModuleType
from typing import Any

NAME = "rfc3987_syntax"


class _Later(ModuleType):
    """Stands for the module until something of it is used."""

    def is_valid_syntax(self, term: str, text: str) -> bool:
        """What the real function says."""
        return bool(_real().is_valid_syntax(term, text))

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return getattr(_real(), name)


def _real() -> ModuleType:
    if isinstance(sys.modules.get(NAME), _Later):
        del sys.modules[NAME]
    return importlib.import_module(NAME)


def put_off() -> None:
    """From now on the grammar is built at its first use; nothing where it is built, or not installed."""
    if NAME not in sys.modules and find_spec(NAME) is not None:
        sys.modules[NAME] = _Later(NAME)
