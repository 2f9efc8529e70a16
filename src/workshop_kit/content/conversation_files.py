"""Conversation scripts: the kit's own, and those of an event folder's `conversations`."""

from __future__ import annotations

from collections.abc import Collection
from functools import cache
from pathlib import Path
from typing import Literal

from workshop_kit.content.curriculum_files import load_curriculum, load_part
from workshop_kit.content.folders import PACKAGE, is_inside
from workshop_kit.content.own_yaml import read_own_yaml
from workshop_kit.content.yaml_file import as_model, in_reading_order, read_document
from workshop_kit.curriculum import Conversation, Trio
from workshop_kit.errors import InputError, Problem

FOLDER = "conversations"
# What a script may be called by mistake (Notepad adds .txt), and how much that matters.
NEARLY: dict[str, Literal["error", "note"]] = {".yml": "error", ".txt": "note", ".twee": "note"}


@cache
def load_conversations() -> tuple[Conversation, ...]:
    """The kit's own scripts in the order of their files; raises InputError with file and line.

    That they keep the rules is for the tests to say, not for every notebook that opens.
    """
    scripts: list[Conversation] = []
    problems: list[Problem] = []
    for path in sorted((PACKAGE / "curriculum" / FOLDER).glob("*.yaml")):
        script, found = read_own_yaml(path, Conversation, PACKAGE)
        problems += found
        scripts += [script] if script else []
    if problems:
        raise InputError(problems)
    return tuple(scripts)


@cache
def load_trio() -> Trio:
    """How three people rehearse; raises InputError with file and line."""
    return load_part("trio.yaml", Trio)


def conversations_of(
    folder: Path, leaders: Collection[str] = ()
) -> tuple[tuple[Conversation, ...], tuple[Problem, ...]]:
    """The kit's scripts and the event's own, and every problem of the latter; raises nothing for them.

    A script of the event with the id of one of the kit's takes its place.
    """
    own, problems = read_conversations(folder, leaders)
    by_id = {script.id: script for script in (*load_conversations(), *own)}
    return tuple(by_id.values()), problems


def read_conversations(
    folder: Path, leaders: Collection[str] = ()
) -> tuple[tuple[Conversation, ...], tuple[Problem, ...]]:
    """The scripts in a folder's `conversations`, by file name, and every problem of each.

    `leaders` are the names of an event's leaders. A folder that is not there has no scripts.
    """
    scripts: dict[str, Conversation] = {}
    problems: list[Problem] = []
    place = folder / FOLDER
    if not place.exists() and not place.is_symlink():
        return (), ()
    if not place.is_dir() or not is_inside(folder, place):
        what = "This is not a folder, or a link that leads out of the event folder."
        return (), (Problem(FOLDER, "", what, "Make it a folder, and put the scripts into it."),)
    for path in sorted(place.iterdir()):
        suffix = path.suffix.lower()
        if path.name.startswith(".") or (path.is_dir() and suffix != ".yaml"):
            continue
        if suffix in NEARLY:
            what = "This file is not read: the scripts of an event end in .yaml."
            fix = "Rename it, or put it elsewhere."
            problems.append(Problem(f"{FOLDER}/{path.name}", "", what, fix, NEARLY[suffix]))
        if suffix != ".yaml":
            continue
        script, found = read_conversation(path, folder, leaders)
        problems += found
        if script is None:
            continue
        if script.id in scripts:
            what = f'Another script here has the id "{script.id}" too.'
            place_of_id = Problem(f"{FOLDER}/{path.name}", "key id", what, "Give each its own.")
            problems.append(place_of_id)
        scripts.setdefault(script.id, script)
    return tuple(scripts.values()), tuple(problems)


def read_conversation(
    path: Path, root: Path, leaders: Collection[str] = ()
) -> tuple[Conversation | None, tuple[Problem, ...]]:
    """The script in a file, or None where it has errors, and every problem, by line.

    `root` is the folder that messages name the file from; `leaders` are names no script may hold.
    """
    # Here and not above: its graph library and lists of names are not for notebooks that only play.
    from workshop_kit.content.conversation_rules import script_problems

    document, problems = read_document(path, root)
    if document is None:
        return None, problems
    script, of_model = as_model(document, Conversation)
    of_script = script_problems(document, load_curriculum().signal_ids, leaders)
    found = in_reading_order((*problems, *of_model, *of_script))
    whole = all(problem.severity == "note" for problem in found)
    return (script if whole else None), found
