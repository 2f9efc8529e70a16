"""One YAML file → plain Python with line numbers → a model. The only reader of YAML but `own_yaml`.

YAML 1.2, so that `9:00` and `no` stay what was written. Every scalar stays text, and the model
decides what it is meant to be: a team called `2026` or `on` needs no quotes. Anchors, aliases and
tags are refused, which leaves neither bombs nor surprises.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, SequenceNode

from workshop_kit.content.folders import is_inside, name_in, reason
from workshop_kit.content.names import quoted
from workshop_kit.content.yaml_words import MISSING, Loc, explain, place
from workshop_kit.errors import Problem

M = TypeVar("M", bound=BaseModel)

BYTES_AT_MOST = 1_000_000

_NULL = "tag:yaml.org,2002:null"
_PLAIN_TAG = re.compile("tag:yaml.org,2002:(map|seq|str|null|bool|int|float|timestamp|merge|value)")
NOT_PRINTABLE = re.compile("[^\t\n\r -~\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_LINE = re.compile(r"line ([0-9]+)\)?$")
_COMMENTED_OUT = re.compile(r":\s+#\S")


@dataclass(frozen=True)
class YamlFile:
    """A YAML mapping or list in plain Python, all scalars text, with the line of each key."""

    file: str
    data: object
    lines: Mapping[Loc, int]

    def place(self, *loc: str | int) -> str:
        """Where a key stands, as problems name it: `key brand.color (line 7)`."""
        return place(loc, self.lines)

    def text(self, *loc: str) -> str | None:
        """The text under a key; None where there is none."""
        value: object = self.data
        for key in loc:
            value = value.get(key) if isinstance(value, dict) else None
        return value if isinstance(value, str) else None


@dataclass
class Reading:
    """What collects while a tree of nodes is turned into plain Python."""

    file: str
    source: list[str]
    lines: dict[Loc, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def problem(self, where: str, what: str, fix: str) -> None:
        self.problems.append(Problem(self.file, where, what, fix))


def read_yaml(
    path: Path, model: type[M], root: Path, forms: Mapping[str, str] | None = None
) -> tuple[M | None, tuple[Problem, ...]]:
    """The file as a model, or None, and every problem found in it; raises nothing.

    `forms` says for dotted keys what their value should look like ("a clock time, such as 09:00").
    """
    document, problems = read_document(path, root)
    if document is None:
        return None, problems
    value, more = as_model(document, model, forms)
    return (None if problems else value), in_reading_order((*problems, *more))


def as_model(
    document: YamlFile, model: type[M], forms: Mapping[str, str] | None = None
) -> tuple[M | None, tuple[Problem, ...]]:
    """What was read, as a model, or None with every problem in plain words."""
    try:
        return model.model_validate(document.data), ()
    except ValidationError as error:
        return None, explain(error, model, document.file, document.lines, forms or {})


def in_reading_order(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """The problems by line, those without a line last; a key that is broken is not missing too."""
    by_place: dict[tuple[str, str], list[Problem]] = {}
    for problem in problems:
        at_place = by_place.setdefault((problem.file, problem.place), [])
        if not at_place or problem.what != MISSING:
            at_place.append(problem)
    found = [problem for at_place in by_place.values() for problem in at_place]
    return tuple(sorted(found, key=_line))


def _line(problem: Problem) -> int:
    numbered = _LINE.search(problem.place)
    return int(numbered[1]) if numbered else BYTES_AT_MOST


def read_document(path: Path, root: Path) -> tuple[YamlFile | None, tuple[Problem, ...]]:
    """The file in plain Python, or None, with every problem of its form; raises nothing."""
    file = name_in(root, path)
    text = _read_text(path, root, file)
    if isinstance(text, Problem):
        return None, (text,)
    node = _parse(text, file)
    if isinstance(node, Problem):
        return None, (node,)
    reading = Reading(file, text.splitlines())
    if (anchor := _first_anchor(node)) is not None:
        line = anchor.start_mark.line + 1
        what = f"The anchor or alias {quoted(str(anchor.anchor))} (& or *) is not supported here."
        fix = "Write the text out, or put it in quotes if it is meant to start with & or *."
        return None, (Problem(file, f"line {line}", what, fix),)
    data = as_plain(node, (), reading)
    return YamlFile(file, data, reading.lines), tuple(reading.problems)


def _read_text(path: Path, root: Path, file: str) -> str | Problem:
    try:
        if not path.exists():
            return Problem(file, "", "The file is missing.", f"Put {path.name} there.")
        if not path.is_file():
            return Problem(file, "", "This is not a file.", "Replace it with a text file.")
        if not is_inside(root, path):
            what = "This is a link to a file outside the folder."
            return Problem(file, "", what, "Copy the file itself into the folder.")
        raw = path.read_bytes() if path.stat().st_size <= BYTES_AT_MOST else None
    except OSError as error:
        return Problem(file, "", f"The file can't be read ({reason(error)}).", "Check its rights.")
    if raw is None:
        return Problem(file, "", "The file is larger than 1 MB.", "Is it the right file?")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        what = "The file is not saved as UTF-8."
        return Problem(file, f"line {line}", what, 'In the editor, save it with encoding "UTF-8".')
    if found := NOT_PRINTABLE.search(text):
        line = text.count("\n", 0, found.start()) + 1
        what = f"There is an invisible control character (U+{ord(found[0]):04X})."
        return Problem(file, f"line {line}", what, "Delete the line and type it again.")
    return text


def _parse(text: str, file: str) -> Node | Problem:
    try:
        # Not typ="rt": its scanner leaves a BEL in folded text where a line was folded.
        node: Node | None = YAML(typ="safe", pure=True).compose(text)
    except MarkedYAMLError as error:
        return _not_yaml(error, text, file)
    except RecursionError:
        return Problem(file, "", "The file is nested too deeply.", "Is it the right file?")
    except (YAMLError, ValueError, LookupError, AttributeError, AssertionError) as error:
        # ruamel.yaml has no mark for a few kinds of broken input, and stumbles over some.
        what = f"This is not YAML ({str(error).splitlines()[0] if str(error) else 'not readable'})."
        return Problem(file, "", what, "Compare it with a file that workshop-kit new writes.")
    if node is None:
        return Problem(file, "", "The file is empty.", "Fill it in, or restore it.")
    return node


def _not_yaml(error: MarkedYAMLError, text: str, file: str) -> Problem:
    mark, opened = error.problem_mark or error.context_mark, error.context_mark
    line = mark.line + 1 if mark else 1
    said = error.problem or error.context or "not readable"
    tab = next((n for n, row in enumerate(text.splitlines(), 1) if re.match(r" *\t", row)), None)
    if tab is not None:
        what, fix, line = "The line starts with a tab.", "Use spaces to indent.", tab
    elif "unexpected end of stream" in said and opened:
        line = opened.line + 1
        what, fix = "A quote is opened here and never closed.", "Add the closing quote."
    elif "mapping values are not allowed" in said:
        what = "There is a colon that can't be understood."
        fix = 'Put text with a colon in quotes: name: "Offsite: spring". Check the indent too.'
    elif "another document" in said:
        what, fix = "A second document starts here.", "Remove the line ---."
    else:
        what = f"This is not YAML: {said}."
        fix = "Check the line above as well: quotes, brackets, colons, spaces at the start."
    return Problem(file, f"line {line}", what, fix)


def _first_anchor(node: Node) -> Node | None:
    waiting, seen = [node], set()
    while waiting:
        node = waiting.pop()
        if node.anchor is not None:
            return node
        if id(node) not in seen and isinstance(node, MappingNode):
            waiting += [part for pair in reversed(node.value) for part in reversed(pair)]
        elif id(node) not in seen and isinstance(node, SequenceNode):
            waiting += reversed(node.value)
        seen.add(id(node))
    return None


def as_plain(node: Any, loc: Loc, reading: Reading) -> object:
    """The node in plain Python; the lines of its keys and its problems go into `reading`.

    Nodes of ruamel.yaml and of PyYAML are alike as far as this is concerned.
    """
    reading.lines.setdefault(loc, node.start_mark.line + 1)
    if not _PLAIN_TAG.fullmatch(str(node.tag)):
        what = f"The tag {quoted(str(node.tag))} is not supported."
        reading.problem(place(loc, reading.lines), what, "Put text that starts with ! in quotes.")
    if node.id == "mapping":
        return _mapping(node, loc, reading)
    if node.id == "sequence":
        return [as_plain(item, (*loc, number), reading) for number, item in enumerate(node.value)]
    if NOT_PRINTABLE.search(node.value):
        what = "The text holds a control character, written with a backslash."
        reading.problem(place(loc, reading.lines), what, "Remove it, or use single quotes.")
        return NOT_PRINTABLE.sub("", node.value)
    return node.value


def _mapping(node: Any, loc: Loc, reading: Reading) -> dict[str, object]:
    plain: dict[str, object] = {}
    for key_node, value_node in node.value:
        line = key_node.start_mark.line + 1
        if key_node.id != "scalar":
            fix = "Put text that holds brackets or braces in quotes."
            reading.problem(f"line {line}", "There is no simple key here.", fix)
            continue
        key = key_node.value
        here = (*loc, key)
        if here in reading.lines:
            what = f"The key stands twice, in lines {reading.lines[here]} and {line}."
            reading.problem(place(here, {here: line}), what, "Keep one of them.")
            if key in plain:
                continue
        reading.lines[here] = line
        if value_node.tag != _NULL:
            plain[key] = as_plain(value_node, here, reading)
        elif _COMMENTED_OUT.search(reading.source[line - 1]):
            what = "The key is empty, because everything after # is a comment."
            reading.problem(place(here, reading.lines), what, "Put the value in quotes.")
        # A key without a value is as good as no key: the default holds, or it is missing.
    return plain
