"""What a cell shows on the page: its outputs as HTML, without code and without tracebacks."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Mapping
from html import escape
from typing import Any

WIDGET = "application/vnd.jupyter.widget-view+json"
VEGALITE = re.compile(r"application/vnd\.vegalite\.v\d+[.+]json")
SORRY = "This part could not be shown. The rest of the page works without it."

_ANSI = re.compile(r"\x1b\[[0-9;]*m")
_log = logging.getLogger("workshop_kit.serving")


def is_broken(cell: Mapping[str, Any]) -> bool:
    """Whether a cell stopped with an error."""
    return any(output["output_type"] == "error" for output in cell.get("outputs", []))


def show_outputs(cell: Mapping[str, Any], after_error: bool = False) -> str:
    """The cell's outputs as HTML. A name that an earlier error left undefined is not told again."""
    return "\n".join(
        face
        for output in cell.get("outputs", [])
        if (face := _face(output, str(cell.get("id", "")), after_error))
    )


def _face(output: Mapping[str, Any], cell: str, after_error: bool) -> str:
    kind = output["output_type"]
    if kind == "error":
        return _excuse(output, cell, after_error)
    if kind == "stream":
        shown = output["name"] == "stdout" and output["text"].strip()
        return f"<pre>{escape(_ANSI.sub('', output['text']))}</pre>" if shown else ""
    return _picture_or_text(output.get("data", {}), output.get("metadata", {}))


def _excuse(output: Mapping[str, Any], cell: str, after_error: bool) -> str:
    name, value = output.get("ename", ""), output.get("evalue", "")
    told = "\n".join(output.get("traceback", [])).strip()
    if told and told == value.strip():  # an error of the kit shows its message alone
        lines = "<br>".join(escape(line) for line in told.splitlines())
        return f'<div class="kit-note" role="note"><p>{lines}</p></div>'
    if after_error and name == "NameError":
        return ""
    _log.error("cell %s: %s: %s", cell, name, " ".join(value.split())[:300])
    return f'<div class="kit-note" role="note"><p>{SORRY}</p></div>'


def _picture_or_text(data: Mapping[str, Any], metadata: Mapping[str, Any]) -> str:
    if WIDGET in data:
        return _widget(data[WIDGET])
    if "text/html" in data:
        return f'<div class="kit-html">{data["text/html"]}</div>'
    for mime in ("image/svg+xml", "image/png", "image/jpeg"):
        if mime in data:
            return _picture(mime, data, metadata)
    text = data.get("text/plain", "")
    return f"<pre>{escape(_ANSI.sub('', text))}</pre>" if text else ""


def _picture(mime: str, data: Mapping[str, Any], metadata: Mapping[str, Any]) -> str:
    spec: Mapping[str, Any] = next((data[key] for key in data if VEGALITE.fullmatch(key)), {})
    about = metadata.get(mime, {}) if isinstance(metadata.get(mime, {}), Mapping) else {}
    alt = escape(about.get("alt") or spec.get("description") or data.get("text/plain", ""))
    if mime == "image/svg+xml":
        return f'<div class="kit-picture kit-box"><div role="img" aria-label="{alt}">{data[mime]}</div></div>'
    source = f"data:{mime};base64,{''.join(data[mime].split())}"
    return f'<div class="kit-picture kit-box"><img src="{source}" alt="{alt}"></div>'


def _widget(view: Mapping[str, Any]) -> str:
    """What Voilà's script in the page makes a live widget of."""
    output = {
        "output_type": "display_data",
        "data": {WIDGET: view},
        "metadata": {},
        "trusted": True,
    }
    told = (
        json.dumps(output).replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")
    )
    kind = "application/vnd.voila.cell-output+json"
    return f'<div class="kit-form"><script type="{kind}">{told}</script></div>'
