"""A leader's copy of a notebook, for one team: what is not for their eyes is not in it."""

from __future__ import annotations

import json
import re
from pathlib import Path

from workshop_kit.serving.choice import PageOpening

LEFT_OUT = {"facilitator", "solution", "handout-only"}
_HEADING = re.compile(r"^# +(.+?) *#*$", re.MULTILINE)


def title_of(notebook: Path) -> str:
    """The notebook's own title; else one made of its slug."""
    cells = json.loads(notebook.read_text(encoding="utf-8")).get("cells", [])
    sources = ("".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown")
    found = next((heading for source in sources if (heading := _HEADING.search(source))), None)
    words = notebook.stem.partition("-")[2].replace("-", " ")
    return found[1] if found else words[:1].upper() + words[1:]


def write_copy(opening: PageOpening, folder: Path) -> Path:
    """Writes the copy that the page runs: this team's parameters, no outputs, no foreign metadata."""
    import nbformat  # takes a second to load: not before "Starting…" is on the screen

    nb = nbformat.read(opening.notebook, as_version=4)
    nb.cells = [cell for cell in nb.cells if not LEFT_OUT & set(cell.metadata.get("tags", []))]
    has_title = any(c.cell_type == "markdown" and _HEADING.search(c.source) for c in nb.cells)
    title = title_of(opening.notebook)
    if not has_title:
        nb.cells.insert(0, nbformat.v4.new_markdown_cell(f"# {title}", id="title"))
    for cell in nb.cells:
        tags = cell.metadata.get("tags", [])
        cell.metadata = nbformat.from_dict({"tags": tags} if tags else {})
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
        if "parameters" in tags:
            given = {"event_dir": str(opening.event_dir), "team": opening.team}
            cell.source = "\n".join(f"{name} = {value!r}" for name, value in given.items() if value)
    nb.metadata = nbformat.from_dict(
        {
            "kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"},
            "workshop_kit": {
                "title": title,
                "event": opening.event,
                "team": opening.team_name,
                "language": opening.language,
            },
        }
    )
    path = folder / opening.notebook.name
    nbformat.write(nb, path)
    return path
