"""What must hold for a whole script, each problem with its line in the file.

Works on the document as it was read, not on the models: a key that is missing somewhere must not
hide a target that does not exist somewhere else.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from workshop_kit import routes
from workshop_kit.content.names import quoted
from workshop_kit.content.person_names import given_names, names_in
from workshop_kit.content.yaml_file import YamlFile
from workshop_kit.content.yaml_words import Loc, did_you_mean
from workshop_kit.curriculum import FACTS, LEADER, LETTERS, SCENE, VARIABLE
from workshop_kit.curriculum.conversation import NODES_AT_MOST, TRIO_ROLES
from workshop_kit.errors import Problem

MINUTES_AT_MOST = 10
TOO_LONG = 2  # times the mean length of the other choices

_TRUE = ("true", "yes", "on", "1", "y", "t")  # what pydantic takes for true
_TOLD = ("why", "trust", "clarity", "repair")  # what one reads after a choice


@dataclass
class _Script:
    """What can be read of a script, whatever else is wrong with it."""

    document: YamlFile
    cast: Mapping[str, Any]
    nodes: dict[str, dict[str, Any]] = field(default_factory=dict)

    @classmethod
    def of(cls, document: YamlFile) -> _Script:
        data = document.data if isinstance(document.data, dict) else {}
        found = data.get("nodes")
        nodes = found if isinstance(found, dict) else {}
        cast = data.get("cast")
        return cls(
            document,
            cast if isinstance(cast, dict) else {},
            {name: node for name, node in nodes.items() if isinstance(node, dict)},
        )

    def choices(self, node: str) -> list[tuple[int, dict[str, Any]]]:
        """The choices of a node that are sets of keys, with their place in the list."""
        listed = self.nodes[node].get("choices")
        if not isinstance(listed, list):
            return []
        return [(n, choice) for n, choice in enumerate(listed) if isinstance(choice, dict)]

    @property
    def targets(self) -> dict[str, list[str]]:
        return {
            node: [_text(choice.get("next")) for _, choice in self.choices(node)]
            for node in self.nodes
        }

    def problem(self, loc: Loc, what: str, fix: str, note: bool = False) -> Problem:
        severity: Any = "note" if note else "error"
        return Problem(self.document.file, self.document.place(*loc), what, fix, severity)


def script_problems(
    document: YamlFile, signals: Collection[str], leaders: Collection[str] = ()
) -> tuple[Problem, ...]:
    """Every problem that needs more than one key of the script; `signals` are those of the stages.

    `leaders` are the names of an event's leaders, which no script may hold.
    """
    script = _Script.of(document)
    if max(len(script.nodes), len(script.cast)) > NODES_AT_MOST:
        return ()  # the model says so, and what follows would take time in their square
    return (
        *_ident(script),
        *_speakers(script),
        *_structure(script),
        *_ways(script),
        *_choices(script),
        *_minutes(script),
        *_signals(script, signals),
        *_variables(script),
        *_names(script, leaders),
    )


def _ident(script: _Script) -> Iterator[Problem]:
    data = script.document.data
    if isinstance(data, dict) and _text(data.get("id")) == TRIO_ROLES:
        what = f"The role cards of a trio are called {quoted(TRIO_ROLES)}, and their PDF too."
        yield script.problem(("id",), what, "Give the script another id.")


def _speakers(script: _Script) -> Iterator[Problem]:
    known = [*script.cast, LEADER, SCENE]
    for role in {LEADER, SCENE} & set(script.cast):
        what = f'The cast has a person called "{role}", which means the {role} in every script.'
        yield script.problem(("cast", role), what, "Call them by their part, such as engineer.")
    for name, node in script.nodes.items():
        speaker = _text(node.get("speaker"))
        if speaker and speaker not in known:
            near = did_you_mean(speaker, known) or f"There are: {', '.join(known)}."
            what = f"Nobody in the cast is called {quoted(speaker)}."
            yield script.problem(("nodes", name, "speaker"), what, near)


def _structure(script: _Script) -> Iterator[Problem]:
    for name, node in script.nodes.items():
        has = [key for key in ("choices", "end") if node.get(key)]
        if not has:
            what = f"The node {quoted(name)} has neither choices nor an end."
            yield script.problem(("nodes", name), what, "Give it choices: … or end: ….")
        elif len(has) == 2:
            what = f"The node {quoted(name)} has both choices and an end."
            yield script.problem(("nodes", name), what, "Keep one of them.")
    data = script.document.data
    start = _text(data.get("start")) if isinstance(data, dict) else ""
    if start and start not in script.nodes:
        near = did_you_mean(start, script.nodes) or _there(script)
        what = f"The script starts at {quoted(start)}, which is no node."
        yield script.problem(("start",), what, near)
    for name in script.nodes:
        for number, choice in script.choices(name):
            target = _text(choice.get("next"))
            if target and target not in script.nodes:
                near = did_you_mean(target, script.nodes) or _there(script)
                what = f"The choice leads to {quoted(target)}, which is no node."
                yield script.problem(("nodes", name, "choices", number, "next"), what, near)


def _there(script: _Script) -> str:
    return f"The nodes are: {', '.join(script.nodes)}."


def _ways(script: _Script) -> Iterator[Problem]:
    targets = script.targets
    data = script.document.data
    start = _text(data.get("start")) if isinstance(data, dict) else ""
    for name in routes.unreachable(targets, start):
        what = f"No choice leads to the node {quoted(name)}."
        fix = "Lead a choice to it with next, or remove it."
        yield script.problem(("nodes", name), what, fix)
    ends = [name for name, node in script.nodes.items() if node.get("end")]
    stuck = routes.endless(targets, ends)
    for loop in routes.loops(targets):
        if set(loop) <= set(stuck):
            way = " → ".join([*loop, loop[0]])
            what = f"The choices go round without a way out: {way}."
            fix = "Lead one of them on towards an end."
            yield script.problem(("nodes", loop[0]), what, fix)
    for name in stuck:
        if script.nodes[name].get("choices"):
            what = f"From the node {quoted(name)} no end can be reached."
            yield script.problem(("nodes", name), what, "Lead one of its choices to an end.")


def _choices(script: _Script) -> Iterator[Problem]:
    for name in script.nodes:
        choices = script.choices(name)
        lengths = {number: _words(choice.get("say")) for number, choice in choices}
        for number, choice in choices:
            loc = ("nodes", name, "choices", number)
            others = [length for other, length in lengths.items() if other != number]
            mean = sum(others) / len(others) if others else 0
            if mean and lengths[number] >= TOO_LONG * mean:
                what = (
                    f"Choice {_letter(number)} has {lengths[number]} words, the others"
                    f" {mean:.0f} on average: its length gives it away."
                )
                yield script.problem((*loc, "say"), what, "Make them about equally long.")
            misstep = _text(choice.get("misstep")).casefold() in _TRUE
            if misstep and not _text(choice.get("repair")):
                what = f"Choice {_letter(number)} is a misstep without a repair."
                fix = "Add a line repair: … with what one can say when it has been said."
                yield script.problem(loc, what, fix)


def _letter(number: int) -> str:
    return LETTERS[number] if number < len(LETTERS) else str(number + 1)


def _minutes(script: _Script) -> Iterator[Problem]:
    data = script.document.data
    if not isinstance(data, dict):
        return
    longest = routes.longest(
        script.targets,
        _text(data.get("start")),
        {name: node_minutes(n) for name, n in script.nodes.items()},
    )
    given = _text(data.get("minutes"))
    said = int(given) if given.isdecimal() and len(given) < 4 else None
    if longest > MINUTES_AT_MOST:
        what = f"The longest way through takes about {longest:.1f} minutes."
        fix = f"Shorten texts, or make it end earlier: {MINUTES_AT_MOST} minutes at most."
        yield script.problem(("minutes",), what, fix)
    elif said is not None and longest > said:
        what = f"The longest way through takes about {longest:.1f} minutes, and here stands {said}."
        fix = f"Write {int(longest) + 1}, or shorten the script."
        yield script.problem(("minutes",), what, fix)


def node_minutes(node: Mapping[str, Any]) -> float:
    """Minutes that a node takes at most: heard, chosen, said, and what is read afterwards."""
    listed = node.get("choices")
    choices = [c for c in listed if isinstance(c, dict)] if isinstance(listed, list) else []
    end = node.get("end")
    outcome = _words(end.get("outcome")) if isinstance(end, dict) else 0
    offered = sum(_words(choice.get("say")) for choice in choices)
    chosen = max(
        (
            routes.minutes_of(
                _words(choice.get("say")), sum(_words(choice.get(key)) for key in _TOLD), 1
            )
            for choice in choices
        ),
        default=0.0,
    )
    silently = _words(node.get("meant")) + offered + outcome
    return routes.minutes_of(_words(node.get("text")), silently) + chosen


def _signals(script: _Script, signals: Collection[str]) -> Iterator[Problem]:
    data = script.document.data
    listed = data.get("signals") if isinstance(data, dict) else None
    for number, signal in enumerate(listed if isinstance(listed, list) else []):
        if isinstance(signal, str) and signal not in signals:
            what = f"No stage has the signal {quoted(signal)}."
            near = did_you_mean(signal, signals) or "The list is in docs/write-a-conversation.md."
            yield script.problem(("signals", number), what, near)


def _variables(script: _Script) -> Iterator[Problem]:
    known = [*script.cast, *FACTS]
    for loc, text in _texts(script.document.data):
        if loc[:1] == ("cast",) and "names" in loc:
            if re.search(r"[{}]", text):
                what = f"The name {quoted(text)} holds a brace, and names are printed as they are."
                yield script.problem(loc, what, "Write the name itself.")
            continue
        for found in VARIABLE.finditer(text):
            if found[1].strip() not in known:
                near = did_you_mean(found[1], known) or f"There are: {', '.join(known)}."
                what = f"There is no variable {quoted(found[0])}."
                yield script.problem(loc, what, near)
        if re.search(r"[{}]", VARIABLE.sub("", text)):
            what = "A brace stands alone."
            yield script.problem(loc, what, "Write variables as {engineer}, and no other braces.")


def _names(script: _Script, leaders: Collection[str]) -> Iterator[Problem]:
    """Names that are written out: those of the cast and of the event are sure, others are likely."""
    of_cast = {name: role for role, person in script.cast.items() for name in _cast_names(person)}
    given = {part for leader in leaders for part in leader.split() if part in given_names()}
    likely: dict[str, Loc] = {}
    for loc, text in _texts(script.document.data):
        if loc[:1] == ("cast",) and "names" in loc:
            continue
        for name in sorted(name for name in of_cast if _holds(text, name)):
            what = f"The name {quoted(name)} is written out."
            yield script.problem(loc, what, f"Write {{{of_cast[name]}}} instead.")
        for leader in sorted({leader for leader in leaders if leader and _holds(text, leader)}):
            what = f"It names {quoted(leader)}, who leads a team of this event."
            yield script.problem(loc, what, "Scripts are about invented people: change it.")
        for name in names_in(text) + sorted(name for name in given if _holds(text, name)):
            if name not in of_cast:
                likely.setdefault(name, loc)
    for name, loc in likely.items():
        whose = ", and a leader of this event has it" if name in given else ""
        fix = "If it is a person, put them into the cast and write {role} here; if not, leave it."
        what = f"{quoted(name)} looks like a person's name{whose}."
        yield script.problem(loc, what, fix, note=True)


def _cast_names(person: object) -> list[str]:
    names = person.get("names") if isinstance(person, dict) else None
    return (
        [name for name in names if isinstance(name, str) and name]
        if isinstance(names, list)
        else []
    )


def _holds(text: str, name: str) -> bool:
    return re.search(rf"(?<![\w{{]){re.escape(name)}(?![\w}}])", text) is not None


def _texts(data: object, loc: Loc = ()) -> Iterator[tuple[Loc, str]]:
    """Every text of the document that people read, with its place."""
    if isinstance(data, str):
        if loc and loc[-1] not in ("id", "start", "next", "speaker", "minutes", "misstep"):
            yield loc, data
    elif isinstance(data, dict):
        for key, value in data.items():
            yield from _texts(value, (*loc, key))
    elif isinstance(data, list):
        for number, value in enumerate(data):
            yield from _texts(value, (*loc, number))


def _text(value: object) -> str:
    return value.strip() if isinstance(value, str) else ""


def _words(value: object) -> int:
    return len(value.split()) if isinstance(value, str) else 0
