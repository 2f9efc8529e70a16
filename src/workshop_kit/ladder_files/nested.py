"""YAML and JSON → document: keys are headings, texts are bullets, lists of records are grids.

What a key means is told by its word. `levels` and `tracks` say what their children are; `name` and
`level` name a record; `summary`, `signals` and `statements` hold statements; `examples` and the
like are listed as skipped. Any other key is a heading.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice

from workshop_kit.errors import Problem
from workshop_kit.ladder_files.document import (
    BLOCKS_AT_MOST,
    Block,
    Document,
    Grid,
    Item,
    Path,
    Role,
    Words,
    skip,
    word_set,
)
from workshop_kit.ladder_files.matrix import is_long
from workshop_kit.ladder_files.references import without_markup
from workshop_kit.ladder_files.sentences import statements_in
from workshop_kit.ladder_files.values import (
    Leaf,
    Listing,
    Mapping,
    Unreadable,
    Value,
    json_values,
    yaml_values,
)

_LEVEL = ("level", "grade", "band")
_DIMENSION = ("dimension", "competency", "competence", "skill", "area", "theme", "pillar", "track")
_NAME = ("name", "title", "label", "role", "id")
_TEXT = word_set("statement statements summary signal signals expectation expectations text items")
_TEXT |= word_set("bullets points behaviour behaviours behavior behaviors")
_ALONE = word_set("description definition")  # a statement only where there is nothing else
_ASIDE = word_set(
    """example examples note notes comment comments link links source sources url owner author
    version date updated license licence colour color icon weight order slug tags layout permalink
    lang language schema $schema id description definition"""
)
_OVER_LEVELS = word_set("level levels milestone milestones grade grades band bands stages steps")
_OVER_DIMENSIONS = word_set(
    """dimension dimensions track tracks competency competencies competence competences skills
    areas category categories pillars themes"""
)
_OVER_ANYTHING = word_set("ladder ladders framework data content roles")
_FIX = "Mend it in the program that wrote it, or save the ladder as .md, .csv, .docx or .xlsx."


def read_json(text: str, file: str) -> Document:
    """The document of a JSON file."""
    return _read(json_values, text, file)


def read_yaml(text: str, file: str) -> Document:
    """The document of a YAML file."""
    return _read(yaml_values, text, file)


def front_matter_blocks(text: str, first_line: int) -> tuple[Block, ...]:
    """The blocks of YAML front matter that holds a ladder; none where it holds only fields."""
    try:
        value = yaml_values(text, first_line)
    except Unreadable:
        return ()
    return tuple(_value(value, ())) if isinstance(value, Mapping) and _holds(value) else ()


def _holds(value: Mapping) -> bool:
    def nested(key: Leaf, inside: Value) -> bool:
        if isinstance(inside, Listing):
            return _word(key) in _TEXT or any(not isinstance(item, Leaf) for item in inside.items)
        return isinstance(inside, Mapping)

    return any(nested(key, inside) for key, inside in value.pairs)


def _read(values: Callable[[str], Value], text: str, file: str) -> Document:
    try:
        value = values(text)
    except Unreadable as error:
        return Document(problems=(Problem(file, error.place, error.what, _FIX),))
    if isinstance(value, Leaf):
        return Document()  # a text alone is no ladder
    named = _label(value).path if isinstance(value, Mapping) else ()
    blocks = tuple(islice(_value(value, ()), BLOCKS_AT_MOST + 1))
    return Document(blocks, title=named[-1].tidy if named else "")


@dataclass(frozen=True)
class _Label:
    """What a record calls itself, as headings, and under which of its keys."""

    path: Path = ()
    keys: frozenset[str] = frozenset()


def _value(value: Value, under: Path, role: Role = "") -> Iterator[Block]:
    """The blocks of a value; `role` is what its keys, or the records of its list, are."""
    match value:
        case Leaf():
            yield from _texts(value, under)
        case Listing():
            yield from _listing(value, under, role)
        case Mapping():
            yield from _mapping(value, under, role)


def _texts(leaf: Leaf, under: Path) -> Iterator[Item]:
    words = without_markup(Words(leaf.text.strip(), leaf.place))
    # What has no words is left for the outline to note.
    for text in statements_in(words.text) or ([words.text] if words.text else []):
        yield Item(Words(text, words.place, words.references), under)


def _listing(value: Listing, under: Path, role: Role) -> Iterator[Block]:
    if _are_rows(value) or _are_records(value):
        yield _grid(value, under)
        return
    for number, item in enumerate(value.items, 1):
        if isinstance(item, Leaf):
            if "\n" in item.text.strip():
                yield from _texts(item, under)
            elif item.text.strip():
                yield Item(without_markup(Words(item.text.strip(), item.place)), under)
        elif isinstance(item, Mapping):
            label = _label(item, role)
            path = label.path
            if not path and (role or _direct(item)) and len(value.items) > 1:
                path = (Words(str(number), item.place, role=role),)
            yield from _mapping(item, (*under, *path), "", label.keys)
        else:
            yield from _listing(item, under, role)


def _mapping(
    value: Mapping, under: Path, role: Role, named_by: frozenset[str] | None = None
) -> Iterator[Block]:
    if named_by is None:
        label = _Label() if role else _label(value)  # a record that stands alone has a name too
        named_by, under = label.keys, (*under, *label.path)
    pairs = [(key, inside) for key, inside in value.pairs if _word(key) not in named_by]
    alone = all(_word(key) in _ASIDE for key, _ in pairs)
    for key, inside in pairs:
        word = _word(key)
        if word in _TEXT or (alone and word in _ALONE):
            yield from _value(inside, under)
        elif word in _ASIDE:
            yield from _aside(inside, word)
        elif _is_wrapper(word, inside):
            yield from _value(inside, under, _role_below(word))
        else:
            heading = Words(key.text.strip(), key.place, role=role)
            yield from _value(inside, (*under, heading) if heading.text else under)


def _aside(value: Value, word: str) -> Iterator[Block]:
    reason = "an example" if word.startswith("example") else f"the field {word}"
    match value:
        case Leaf():
            if value.text.strip():
                yield skip(Words(value.text, value.place), reason)
        case Listing():
            for item in value.items:
                yield from _aside(item, word)
        case Mapping():
            for _, inside in value.pairs:
                yield from _aside(inside, word)


def _label(value: Mapping, role: Role = "") -> _Label:
    """The dimension of a record, and its level and name as one heading: "3 – Senior"."""
    given = {_word(key): inside for key, inside in value.pairs if isinstance(inside, Leaf)}
    texts = {word: leaf.text.strip() for word, leaf in given.items() if leaf.text.strip()}
    level = next((word for word in _LEVEL if word in texts), "")
    dimension = next((word for word in _DIMENSION if word in texts), "")
    name = next((word for word in _NAME if word in texts), "")
    path: list[Words] = []
    if dimension:
        path.append(Words(texts[dimension], given[dimension].place, role="dimension"))
    if own := [word for word in (level, name) if word]:
        text = " – ".join(dict.fromkeys(texts[word] for word in own))
        path.append(Words(text, given[own[0]].place, role="level" if level else role))
    return _Label(tuple(path), frozenset(word for word in (level, dimension, name) if word))


def _word(key: Leaf) -> str:
    return key.text.strip().casefold().replace("_", " ").replace("-", " ")


def _role_below(word: str) -> Role:
    if word in _OVER_LEVELS:
        return "level"
    return "dimension" if word in _OVER_DIMENSIONS else ""


def _is_wrapper(word: str, inside: Value) -> bool:
    if isinstance(inside, Listing):
        nested = any(not isinstance(item, Leaf) for item in inside.items)
    else:
        nested = isinstance(inside, Mapping)
    return nested and word in _OVER_LEVELS | _OVER_DIMENSIONS | _OVER_ANYTHING


def _direct(value: Mapping) -> bool:
    return any(_word(key) in _TEXT for key, _ in value.pairs)


def _are_rows(value: Listing) -> bool:
    """Whether a list holds lists of cells, as a table written in JSON does."""
    rows = [item for item in value.items if isinstance(item, Listing)]
    flat = all(isinstance(cell, Leaf) for row in rows for cell in row.items)
    return len(rows) > 1 and len(rows) == len(value.items) and flat


def _are_records(value: Listing) -> bool:
    """Whether a list holds records of one statement each, with its level and dimension beside it."""
    records = [item for item in value.items if isinstance(item, Mapping)]
    if not records or len(records) < len(value.items):
        return False
    names = list(dict.fromkeys(_word(key) for record in records for key, _ in record.pairs))
    named = any(word in ("name", "title", "label") for word in names)
    flat = all(_is_cell(inside) for record in records for _, inside in record.pairs)
    return flat and is_long(names) and not named and ("statement" in names or "level" in names)


def _is_cell(value: Value) -> bool:
    leaf = isinstance(value, Leaf)
    return leaf or (isinstance(value, Listing) and all(isinstance(i, Leaf) for i in value.items))


def _grid(value: Listing, under: Path) -> Grid:
    if isinstance(value.items[0], Listing):
        rows = [row.items for row in value.items if isinstance(row, Listing)]
        return Grid(tuple(tuple(_cell(cell) for cell in row) for row in rows), value.place, under)
    records = [
        {_word(key): inside for key, inside in record.pairs}
        for record in value.items
        if isinstance(record, Mapping)
    ]
    keys = [key for item in value.items if isinstance(item, Mapping) for key, _ in item.pairs]
    names = list(dict.fromkeys(_word(key) for key in keys))
    places = {_word(key): key.place for key in reversed(keys)}
    header = tuple(Words(name, places[name]) for name in names)
    body = [tuple(_cell(record.get(name)) for name in names) for record in records]
    return Grid((header, *body), value.place, under)


def _cell(value: Value | None) -> Words:
    if isinstance(value, Listing):
        texts = [item.text.strip() for item in value.items if isinstance(item, Leaf)]
        return without_markup(Words("\n".join(f"• {t}" for t in texts if t), value.place))
    if isinstance(value, Leaf):
        return without_markup(Words(value.text.strip(), value.place))
    return Words("")
