"""The short names that files use, and the two kinds of text that every model is made of."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

Text = Annotated[str, Field(min_length=1)]
SLUG = r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$"
Slug = Annotated[str, Field(pattern=SLUG)]
StageSlug = Literal["dismissal", "augmentation", "anxiety", "reframing", "leverage"]
DimensionSlug = Literal[
    "implementation", "specification", "validation", "orchestration", "judgment", "other"
]
TargetSlug = Literal["specification", "validation", "orchestration", "judgment"]
