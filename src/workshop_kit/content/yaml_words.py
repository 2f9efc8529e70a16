"""What pydantic says about a file, in plain English with the key and its line."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from typing import Any, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from workshop_kit.content.names import quoted
from workshop_kit.curriculum.slugs import SLUG
from workshop_kit.errors import Problem

Loc = tuple[str | int, ...]

_FORMS = {SLUG: "Use small letters, digits and hyphens, such as after-the-talk."}
MISSING = "The key is missing or has no value."


def place(loc: Loc, lines: Mapping[Loc, int]) -> str:
    """Where a key stands: `key brand.color (line 7)`; entries of lists are counted from 1."""
    if not loc:
        return ""
    parts = [f"entry {loc[0] + 1}"] if isinstance(loc[0], int) else []
    if key := dotted(loc[len(parts) :]):
        parts.append(f"key {key}")
    line = next((lines[loc[:n]] for n in range(len(loc), 0, -1) if loc[:n] in lines), None)
    return ", ".join(parts) + (f" (line {line})" if line else "")


def dotted(loc: Loc) -> str:
    """The path of a key in words: `brand.color`, `signals.2.id`."""
    return ".".join(str(part + 1) if isinstance(part, int) else part for part in loc)


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """`Did you mean "color"?`, or nothing where no known word is near."""
    by_folded = {name.casefold(): name for name in known}
    near = difflib.get_close_matches(word.casefold(), by_folded, n=1, cutoff=0.6)
    return f"Did you mean {quoted(by_folded[near[0]])}?" if near else ""


def explain(
    error: ValidationError,
    model: type[BaseModel],
    file: str,
    lines: Mapping[Loc, int],
    forms: Mapping[str, str],
) -> tuple[Problem, ...]:
    """Every problem of one file, in the order of its lines, missing keys last."""
    told = [one for one in error.errors() if not _there_are_enough(one)]
    found = sorted(told, key=lambda one: lines.get(one["loc"], 1_000_000))
    return tuple(
        Problem(file, place(_of_key(one["loc"]), lines), *_words(one, model, forms))
        for one in found
    )


def _of_key(loc: Loc) -> Loc:
    """The place of a key that an author chose, which pydantic marks as being the key itself."""
    return loc[:-1] if loc[-1:] == ("[key]",) else loc


def _there_are_enough(error: ErrorDetails) -> bool:
    """Whether a list is called too short that is not: pydantic leaves entries with errors out."""
    return error["type"] == "too_short" and len(error["input"]) >= error["ctx"]["min_length"]


def _words(
    error: ErrorDetails, model: type[BaseModel], forms: Mapping[str, str]
) -> tuple[str, str]:
    loc, kind, ctx = error["loc"], error["type"], error.get("ctx", {})
    form = forms.get(dotted(loc), "")
    should = f"It should be {form}." if form else ""
    given = f"The value {_shown(error['input'])}"
    match kind:
        case "missing":
            key = str(loc[-1])
            return MISSING, f"Add a line {key}: … {should}".rstrip()
        case "extra_forbidden":
            known = _keys_at(model, loc[:-1])
            near = did_you_mean(str(loc[-1]), known)
            fix = near or (f"It knows: {', '.join(known)}." if known else "Remove it.")
            return "The kit does not know this key.", fix
        case "literal_error":
            choices = str(ctx["expected"]).replace("'", '"')
            near = did_you_mean(str(error["input"]), choices.split('"')[1::2])
            return f"{given} is not one of the choices.", near or f"Write {choices}."
        case "string_too_short":
            return "The text is empty.", should or "Write something, or remove the key."
        case "string_too_long":
            return f"The text is longer than {ctx['max_length']} characters.", "Shorten it."
        case "too_short" | "too_long":
            few = "few" if kind == "too_short" else "many"
            limit = ctx["min_length"] if kind == "too_short" else ctx["max_length"]
            most = "at least" if kind == "too_short" else "at most"
            what = f"There are too {few} entries: {len(error['input'])}."
            return what, f"Write {most} {limit}."
        case "greater_than_equal" | "less_than_equal":
            limit = f"{ctx['ge']} or more" if "ge" in ctx else f"{ctx['le']} or less"
            return f"{given} is out of range.", f"Write {limit}."
        case "bool_parsing" | "bool_type":
            return f"{given} is neither yes nor no.", "Write true or false."
        case "int_parsing" | "int_type" | "int_from_float":
            return f"{given} is not a whole number.", should or "Write a number, such as 9."
        case "string_pattern_mismatch":
            what = "name" if loc[-1:] == ("[key]",) else "value"
            said = f"The {what} {_shown(error['input'])} does not have the right form."
            return said, should or _FORMS.get(ctx["pattern"], f"It must match {ctx['pattern']}")
        case "value_error":
            return f"{given} {ctx['error']}.", ""
        case "string_type" | "model_type" | "tuple_type" | "list_type" | "dict_type":
            wanted = {"string_type": "text", "tuple_type": "a list", "list_type": "a list"}
            return (
                f"Here stands {_kind(error['input'])}, not {wanted.get(kind, 'keys with values')}.",
                should or _example(kind, model, loc),
            )
        case _ if kind.startswith(("date_", "time_")):
            return f"{given} is no {kind[:4]} that exists.", should
        case _:
            return f"{given} can't be used ({error['msg']}).", should


def _shown(value: object) -> str:
    return quoted(value) if isinstance(value, str) else f"({_kind(value)})"


def _kind(value: object) -> str:
    if isinstance(value, dict):
        return "a set of keys"
    return "a list" if isinstance(value, list) else f"the text {quoted(str(value))}"


def _example(kind: str, model: type[BaseModel], loc: Loc) -> str:
    if kind == "string_type":
        return "Put the text in quotes."
    if kind != "model_type":
        return "Write each entry on its own line, after a dash and a space."
    return f"Write lines such as {next(iter(_keys_at(model, loc)), 'key')}: value."


def _keys_at(model: type[BaseModel], loc: Loc) -> list[str]:
    """The keys that the model knows at that place; none where that can't be told."""
    here: list[type[BaseModel]] = [model]
    chosen = False  # whether the next part is a name that the author chose, such as that of a node
    for part in ("root" if "root" in model.model_fields else "", *loc):
        if chosen or not isinstance(part, str) or not part:
            chosen = False
            continue
        if tagged := [one for one in here if _tag(one) == part]:
            here = tagged  # pydantic names the branch of a union that it took
        else:
            fields = [one.model_fields[part] for one in here if part in one.model_fields]
            here = [inner for field in fields for inner in _models_in(field.annotation)]
            chosen = any(get_origin(field.annotation) is dict for field in fields)
    return list(here[0].model_fields) if len(here) == 1 else []


def _tag(model: type[BaseModel]) -> str:
    """What a file writes under `kind` to mean this model; empty for a model that has no kinds."""
    field = model.model_fields.get("kind")
    return str((*get_args(field.annotation), "")[0]) if field else ""


def _models_in(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [found for part in get_args(annotation) for found in _models_in(part)]
