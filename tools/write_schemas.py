"""Writes the JSON Schemas that editors use for the curriculum's YAML, from the models themselves.

    python tools/write_schemas.py

`tests/test_schemas.py` fails when the files are not what this writes.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from workshop_kit import curriculum

FOLDER = Path(curriculum.__file__).parent / "schema"
SHAPES: dict[str, Any] = {
    "activity": curriculum.Activity,
    "agenda": curriculum.Agenda,
    "charter": curriculum.Charter,
    "conversation": curriculum.Conversation,
    "dimensions": tuple[curriculum.Dimension, ...],
    "follow_up": curriculum.Afterwards,
    "feedback": curriculum.Feedback,
    "lint": tuple[curriculum.Rule, ...],
    "own_words": curriculum.OwnWords,
    "patterns": tuple[curriculum.Pattern, ...],
    "phrases": dict[curriculum.DimensionSlug, tuple[str, ...]],
    "stages": tuple[curriculum.Stage, ...],
    "trio": curriculum.Trio,
}


def schemas() -> dict[str, str]:
    """The text of each schema file, by file name."""
    return {
        f"{name}.json": json.dumps(TypeAdapter(shape).json_schema(), indent=2, ensure_ascii=False)
        + "\n"
        for name, shape in SHAPES.items()
    }


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for name, text in schemas().items():
        (FOLDER / name).write_text(text, encoding="utf-8")
