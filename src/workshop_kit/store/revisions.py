"""A revision: one answer at one moment; and what may stand in it."""

from __future__ import annotations

import datetime
import json
from typing import NamedTuple

from pydantic import ConfigDict, JsonValue, SkipValidation

from workshop_kit.errors import StoreError
from workshop_kit.model import Model

# PostgreSQL's index takes 2700 bytes a row, and a sign may be 4 bytes: 4 × (60 + 3 × 200) fits.
TEAM_AT_MOST = 60
NAME_AT_MOST = 200
VALUE_AT_MOST = 1_000_000
DEPTH_AT_MOST = 100


class Revision(Model):
    """One answer at one moment. The largest `id` of a key is the latest; `value` None: taken back.

    The key is team, activity, participant and question. `device` is the form that wrote it.
    """

    # White space is part of what somebody wrote.
    model_config = ConfigDict(str_strip_whitespace=False)

    id: int
    at: datetime.datetime
    participant: str
    team: str
    activity: str
    question: str
    # Checked when it was saved; pydantic's own check stops at 255 levels and is slow on long lists.
    value: SkipValidation[JsonValue]
    device: str


class Saved(Model):
    """What became of a save: the `revision` that is the latest now.

    `overtook` is a revision of the same key by another device that the writer had not seen; it
    stays in the history. `new` is False where the latest value was equal and nothing was written.
    """

    revision: Revision
    overtook: Revision | None
    new: bool


class Key(NamedTuple):
    """What an answer is an answer to, and whose."""

    team: str
    activity: str
    participant: str
    question: str

    def check(self) -> Key:
        """The same key; StoreError where a part of it can't be a name."""
        for part, text in self._asdict().items():
            check_name(part, text, TEAM_AT_MOST if part == "team" else NAME_AT_MOST)
            if not text:
                raise _refused(f"The {part} is empty")
        return self


def check_name(part: str, text: str, at_most: int = NAME_AT_MOST) -> None:
    """StoreError where `text` is something that not every database can hold."""
    if not isinstance(text, str):
        raise _refused(f"The {part} is not text")
    if len(text) > at_most:
        raise _refused(f"The {part} is longer than {at_most} characters")
    if "\0" in text or any("\ud800" <= sign <= "\udfff" for sign in text):
        raise _refused(f"The {part} holds a sign that is no character")


def to_text(value: JsonValue) -> str:
    """The value as JSON in plain ASCII; StoreError where it is none.

    Not PostgreSQL's jsonb: that refuses NUL and half a surrogate pair, which people do paste.
    """
    if not _is_json(value):
        raise _refused("The answer holds something that JSON has no form for")
    try:
        text = json.dumps(value, ensure_ascii=True, allow_nan=False, separators=(",", ":"))
    except ValueError as error:  # NaN, Infinity, or an integer of thousands of digits
        raise _refused("The answer holds a number that JSON has no form for") from error
    if len(text) > VALUE_AT_MOST:
        raise _refused(f"The answer is longer than {VALUE_AT_MOST:,} characters")
    return text


def from_text(text: str) -> JsonValue:
    """The value that `to_text` wrote."""
    value: JsonValue = json.loads(text)
    return value


def is_same(one: str, other: str) -> bool:
    """Whether two texts of `to_text` mean the same; 1, 1.0 and true differ, order of keys does not matter."""
    return one == other or _in_order(one) == _in_order(other)


def _in_order(text: str) -> str:
    return json.dumps(json.loads(text), sort_keys=True)


def _is_json(value: object, depth: int = 0) -> bool:
    if value is None or isinstance(value, (bool, int, float, str)):
        return True
    if depth == DEPTH_AT_MOST:
        return False
    if isinstance(value, (list, tuple)):  # a widget gives tuples
        return all(_is_json(one, depth + 1) for one in value)
    return isinstance(value, dict) and all(
        isinstance(key, str) and _is_json(one, depth + 1) for key, one in value.items()
    )


def _refused(what: str) -> StoreError:
    return StoreError(f"{what}. It was not saved. Change it, then save again.", "value")
