"""The one base of every model that is read from a file: frozen, and strict about keys."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Model(BaseModel):
    """A frozen record; a key it does not know is an error, white space at the ends is not kept."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)
