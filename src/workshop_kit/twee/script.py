"""A story from Twine → a script in YAML: every piece in its place, empty keys where some is missing."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

from workshop_kit.content import read_conversation
from workshop_kit.content.folders import reason
from workshop_kit.errors import InputError, Problem
from workshop_kit.twee import fields
from workshop_kit.twee.fields import fields_in
from workshop_kit.twee.links import links_in, without_links
from workshop_kit.twee.nodes import by_label, inner_links, node_in
from workshop_kit.twee.parts import Parts, as_slug, sort_out
from workshop_kit.twee.passages import Passage, read_passages, unescape_text
from workshop_kit.twee.script_yaml import as_yaml, printable
from workshop_kit.twee.wording import seen, written

BYTES_AT_MOST = 1_000_000
PASSAGES_AT_MOST, LINKS_AT_MOST = 300, 1000

_HEADER = """yaml-language-server: $schema=conversation.schema.json
Made of a story from Twine. What is still to be filled in or mended here:
workshop-kit conversation check THIS-FILE"""


def read_story(path: Path) -> str:
    """The text of a Twee file. Raises InputError for whatever is no text, or too large for it."""

    def wrong(what: str, fix: str, place: str = "") -> InputError:
        return InputError([Problem(str(path), place, what, fix)])

    try:
        if not path.is_file():
            raise wrong("There is no such file.", "Check the name.")
        if path.stat().st_size > BYTES_AT_MOST:
            raise wrong("The file is larger than 1 MB.", "Is it the right file?")
        raw = path.read_bytes()
    except OSError as error:
        raise wrong(f"The file can't be read ({reason(error)}).", "Check its rights.") from error
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        what = "The file is not saved as UTF-8."
        raise wrong(what, "Export it from Twine again.", f"line {line}") from error


def from_twee(text: str, file: str, target: str = "") -> tuple[str, tuple[Problem, ...]]:
    """The script as YAML text, and every problem: what to fill in, then what was left out.

    The first have the line of the YAML, which they call `target`; the others are notes, with the
    line of the Twee `file`. Raises InputError for what is no Twee, or is too large for a script.
    """
    _refuse_large(text, file)
    lines = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    passages, notes = read_passages(printable(lines), file)
    links = sum(len(links_in(passage.text)) for passage in passages)
    if not passages:
        what = "This is not Twee: no line begins with :: and a name."
        fix = "In Twine, take Build, then Export As Twee."
        raise InputError([Problem(file, "", what, fix)])
    if len(passages) > PASSAGES_AT_MOST or links > LINKS_AT_MOST:
        what = f"The story has {len(passages)} passages and {links} links."
        fix = f"At most {PASSAGES_AT_MOST} and {LINKS_AT_MOST} are read: cut it down in Twine."
        raise InputError([Problem(file, "", what, fix)])
    parts = sort_out(passages, notes, file)
    yaml = as_yaml(_script_in(parts), _HEADER)
    _refuse_large(yaml, file)  # it is a little longer than the story
    to_mend = _problems_of(yaml, target or f"{Path(file).stem}.yaml")
    return yaml, (*to_mend, *sorted(parts.notes, key=lambda note: int(note.place[5:])))


def _refuse_large(text: str, file: str) -> None:
    if len(text) > BYTES_AT_MOST or len(text.encode(errors="replace")) > BYTES_AT_MOST:
        what = "The file is larger than 1 MB."
        raise InputError([Problem(file, "", what, "Is it the right file?")])


def _script_in(parts: Parts) -> dict[str, Any]:
    scene = parts.first(fields.SCENE)
    told, begin, tags = _scene(scene, parts)
    cast = _cast(parts.first(fields.CAST), parts)
    roles = {person["names"][0]: role for role, person in cast.items() if person["names"][0]}
    nodes = {parts.slugs[passage.line]: node_in(passage, parts, roles) for passage in parts.nodes}
    for name, passage in parts.by_name.items():
        if {fields.CHOICE, fields.END} & set(passage.tags) and name not in parts.used:
            what = "No link leads to this choice or end, and it was left out."
            parts.note(passage, what, "Lead a link to it.")
    title = _title(told.get("title"), parts)
    minutes = written(told.get("minutes", ""))
    ids = [tag.removeprefix(fields.ID) for tag in tags if tag.startswith(fields.ID)]
    signals = [tag.removeprefix(fields.SIGNAL) for tag in tags if tag.startswith(fields.SIGNAL)]
    return {
        "id": ids[0] if ids else as_slug(title or Path(parts.file).stem),
        "title": title or None,
        **({"signals": signals} if signals else {}),
        "aim": written(told.get("aim", "")),
        "minutes": int(minutes) if minutes.isdecimal() and len(minutes) < 4 else minutes,
        "content_note": written(told.get("content_note", "")),
        "scene": written(told.get("scene", "")),
        "cast": cast or {"engineer": {"names": [None], "who": None}},
        "start": begin or _start(parts),
        "nodes": nodes or None,
    }


def _scene(scene: Passage | None, parts: Parts) -> tuple[dict[str, str], str, tuple[str, ...]]:
    """The texts of the first passage by key, the node that it leads to, and its tags."""
    if scene is None:
        return {}, "", ()
    told = by_label(scene, fields.OF_SCENE, parts)
    cast = parts.first(fields.CAST)
    targets = [link.target for link in inner_links(scene, parts)]
    onward = [target for target in targets if not cast or target != cast.name]
    begin = parts.slug_of(onward[0]) if onward else ""
    return {k: "\n".join(f.text for f in texts) for k, texts in told.items()}, begin, scene.tags


def _title(told: str | None, parts: Parts) -> str:
    """The title of the scene, which knows its variables, unless the story was given another in Twine."""
    if told and unescape_text(seen(told)) in (parts.title, ""):
        return written(told)
    return parts.title or written(told or "")


def _start(parts: Parts) -> str | None:
    named = parts.data.get("start")
    if isinstance(named, str) and named in parts.by_name:
        return parts.slug_of(named)  # Twine always says where it starts; older Twee does not
    if "Start" in parts.by_name:
        return parts.slug_of("Start")
    return parts.slugs[parts.nodes[0].line] if parts.nodes else None


def _cast(passage: Passage | None, parts: Parts) -> dict[str, dict[str, Any]]:
    """The people by role. In their passage each begins with the role, and names follow."""
    cast: dict[str, dict[str, Any]] = {}
    if passage is None:
        return cast
    person: dict[str, Any] | None = None
    for field in fields_in(without_links(passage.text)):
        if field.label in (fields.NAMED, fields.OR_NAMED) and person:
            person["names"].append(written(field.text))
        elif field.label and as_slug(field.label) not in cast:
            person = {"names": [], "who": written(field.text)}
            cast[as_slug(field.label)] = person
        else:
            what = "This line belongs to nobody in the cast, and was left out."
            parts.note(
                passage, what, "A person begins with their part, such as engineer.", field.line
            )
    for person in cast.values():
        person["names"] = person["names"] or [None]
    return cast


def _problems_of(yaml: str, target: str) -> tuple[Problem, ...]:
    """What reading the YAML says; it is read as a file, since that is what gives lines."""
    with tempfile.TemporaryDirectory(prefix="workshop-kit-") as folder:
        path = Path(folder) / "script.yaml"
        path.write_text(yaml, encoding="utf-8", newline="")
        problems = read_conversation(path, Path(folder))[1]
    return tuple(replace(problem, file=target) for problem in problems)
