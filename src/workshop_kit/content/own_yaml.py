"""The YAML files that come with the kit, read fast: every command and every notebook waits for them.

libyaml composes them twenty times as fast as ruamel.yaml does in Python (0.06 s and not 1.1 s for all
of them), and knows less well what to say about a mistake. So only what it and the model both take
without a question is taken; about anything else the careful reader has the word.
"""

from __future__ import annotations

import re
from pathlib import Path

from workshop_kit.content.yaml_file import NOT_PRINTABLE, M, Reading, as_plain, read_yaml
from workshop_kit.errors import Problem

try:
    from yaml import CSafeLoader, compose  # type: ignore[import-untyped]
except ImportError:  # a PyYAML that was built without libyaml
    compose = None

# Neither knows anchors here; libyaml would follow them.
_MAYBE_ANCHOR = re.compile(r"(?:^|[\s\[{,:])[&*][\w-]", re.MULTILINE)


def read_own_yaml(path: Path, model: type[M], root: Path) -> tuple[M | None, tuple[Problem, ...]]:
    """The file as a model, or None, and every problem found in it, as `read_yaml` has them."""
    value = _read_fast(path, model)
    return (value, ()) if value is not None else read_yaml(path, model, root)


def _read_fast(path: Path, model: type[M]) -> M | None:
    """The file as a model; None where anything at all is not as it should be."""
    if compose is None:
        return None
    try:
        text = path.read_text(encoding="utf-8")
        if NOT_PRINTABLE.search(text) or _MAYBE_ANCHOR.search(text):
            return None
        reading = Reading(path.name, text.splitlines())
        data = as_plain(compose(text, CSafeLoader), (), reading)
        return None if reading.problems else model.model_validate(data)
    except Exception:  # the careful reader finds the words for it
        return None
