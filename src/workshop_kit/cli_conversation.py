"""`workshop-kit conversation …`: list, begin, check, print and exchange conversation scripts."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from workshop_kit.cli_event import read_event
from workshop_kit.curriculum.conversation import TRIO_ROLES
from workshop_kit.terminal import WRONG_INPUT, count, list_problems, say, warn

if TYPE_CHECKING:
    from workshop_kit.curriculum import Conversation
    from workshop_kit.event import EventFolder, Team
    from workshop_kit.handout import Sheet

SCHEMA = "conversation.schema.json"
WAYS_AT_MOST = 10_000

app = typer.Typer(
    help="Conversations to rehearse: list, begin, check, print, exchange with Twine.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

Script = Annotated[
    str, typer.Argument(metavar="SCRIPT", help="The id of a conversation, or a .yaml file.")
]


@app.command("list")
def list_(
    folder: Annotated[
        Path | None, typer.Argument(metavar="DIR", help="An event folder, for its own as well.")
    ] = None,
) -> None:
    """List all conversations: with whom, how long, in how many ways."""
    from workshop_kit.content import conversations_of, load_conversations
    from workshop_kit.curriculum import filled

    if folder is not None and not folder.is_dir():
        raise _wrong(str(folder), "There is no such folder.", "Check the name.")
    scripts, problems = conversations_of(folder) if folder else (load_conversations(), ())
    for script in map(filled, scripts):
        people = [f"{person.names[0]} ({person.who})" for person in script.cast.values()]
        figures = Figures.of(script)
        say(f"{script.id}: {script.title}")
        say(f"  with {', '.join(people)}")
        sizes = (count(figures.nodes, "node"), count(figures.choices, "choice"))
        minutes = count(script.minutes, "minute")
        say(f"  {' · '.join((minutes, *sizes, figures.ways_said))}")
    say()
    say(count(len(scripts), "conversation"))
    list_problems(problems)
    if any(problem.severity == "error" for problem in problems):
        raise typer.Exit(WRONG_INPUT)


@app.command()
def new(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="The .yaml file to make, such as my-talk.yaml.")
    ],
) -> None:
    """Begin a conversation of your own.

    The file holds a short one that passes the check, with comments that explain every key.
    """
    from workshop_kit.content.folders import PACKAGE
    from workshop_kit.content.names import slug_for

    _refuse_other(file, ".yaml")
    _refuse_taken(file)
    ident = slug_for(file.stem, "my-conversation")
    # No id of a script; no text in YAML; the role cards'.
    if not ident[0].isalpha() or ident in ("null", TRIO_ROLES):
        ident = f"talk-{ident}"
    starter = PACKAGE / "content" / "scaffold" / "conversation.yaml"
    text = starter.read_text(encoding="utf-8").replace("{{id}}", ident)
    _write(file, text.replace("{{file}}", shlex.quote(" ".join(str(file).split()))).encode())
    say(f"Made {file}")
    _put_schema_beside(file)
    check = f"workshop-kit conversation check {shlex.quote(str(file))}"
    say(f"Next: change it line by line, then run: {check}")


@app.command()
def check(
    files: Annotated[list[Path], typer.Argument(metavar="FILE", help="The scripts to check.")],
) -> None:
    """Report every problem of conversation scripts.

    Of each good one it says what it amounts to.
    """
    from workshop_kit.content import read_conversation
    from workshop_kit.errors import Problem

    problems: list[Problem] = []
    good: list[str] = []
    for file in files:
        script, found = read_conversation(file, file.parent)
        problems += [replace(problem, file=str(file)) for problem in found]
        if script is not None:
            good.append(f"{file}: {Figures.of(script)}")
    list_problems(problems)
    for line in good:
        say(line)
    if len(good) < len(files):
        raise typer.Exit(WRONG_INPUT)


@app.command("print")
def print_(
    script: Annotated[
        str,
        typer.Argument(
            metavar="SCRIPT",
            help=f"The id of a conversation, a .yaml file, or {TRIO_ROLES} for the role cards.",
        ),
    ],
    event: Annotated[
        Path | None,
        typer.Option("--event", metavar="DIR", help="The event that it is for. [default: none]"),
    ] = None,
    team: Annotated[
        str | None, typer.Option("--team", metavar="SLUG", help="A team of the event.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="The PDF. [default: SCRIPT.pdf]")
    ] = None,
) -> None:
    """Print the sheets of a conversation, or the role cards, as PDF.

    A PDF of that name is replaced: it is printed again after each change.
    """
    from workshop_kit.content import load_conversations, load_curriculum, load_trio
    from workshop_kit.curriculum import filled
    from workshop_kit.script_sheets import script_pdf, trio_pdf

    if team and event is None:
        raise _wrong(f"--team {team}", "A team belongs to an event.", "Name the event by --event.")
    folder = read_event(event) if event else None
    mine = _team(folder, team) if folder and team else None
    facts = {"event": folder.event.name} if folder else {}
    if folder and mine:
        from workshop_kit.workbook import Workbook

        facts |= Workbook(folder.path, mine.slug).conversation_facts()
    chosen = None
    if script != TRIO_ROLES:
        chosen = _script(script, folder.conversations if folder else load_conversations())
    target = out or Path(f"{chosen.id if chosen else TRIO_ROLES}.pdf")
    _refuse_other(target, ".pdf")
    if not _is_pdf(target):
        _refuse_taken(target)
    sheet = _sheet(folder, mine)
    if chosen:
        leaders = tuple(one.leader for one in folder.teams) if folder else ()
        texts = load_curriculum().signal_texts
        pdf, remarks = script_pdf(filled(chosen, facts, leaders), sheet, texts)
    else:
        pdf, remarks = trio_pdf(load_trio(), sheet)
    for remark in remarks:
        warn(f"note   {remark}")
    _write(target, pdf)
    say(f"Wrote {target}")


@app.command()
def export(
    script: Script,
    to: Annotated[
        Path | None,
        typer.Option("--to", metavar="FILE", help="The .twee file. [default: SCRIPT.twee]"),
    ] = None,
) -> None:
    """Write a conversation as Twee 3, to play and change in Twine."""
    from workshop_kit.content import load_conversations
    from workshop_kit.twee import to_twee

    chosen = _script(script, load_conversations())
    target = to or Path(f"{chosen.id}.twee")
    _refuse_other(target, ".twee", ".tw")
    _refuse_taken(target)
    _write(target, to_twee(chosen).encode())
    say(f"Wrote {target}")
    say("In Twine 2, take Library, then Import. Leave the words in bold: they are read back.")


@app.command("import")
def import_(
    story: Annotated[Path, typer.Argument(metavar="STORY", help="The .twee file, out of Twine.")],
    target: Annotated[Path, typer.Argument(metavar="TARGET", help="The .yaml file to make.")],
) -> None:
    """Make a conversation script of a Twine story.

    What is found stands in its place; what is missing or was left out is told line by line.
    """
    from workshop_kit.twee import from_twee, read_story

    _refuse_other(target, ".yaml")
    _refuse_taken(target)
    yaml, problems = from_twee(read_story(story), str(story), str(target))
    list_problems(problems)
    _write(target, yaml.encode())
    say(f"Wrote {target}")
    _put_schema_beside(target)
    if any(problem.severity == "error" for problem in problems):
        say("It is not whole yet. What is to be filled in or mended stands above, and again by:")
        say(f"workshop-kit conversation check {target}")


@dataclass(frozen=True)
class Figures:
    """What a script amounts to; `turns` are the fewest and the most of the ways counted."""

    nodes: int
    choices: int
    ends: int
    ways: int
    turns: tuple[int, int]
    minutes: float

    @classmethod
    def of(cls, script: Conversation) -> Figures:
        """The figures of a script whose rules hold; beyond `WAYS_AT_MOST` no ways are counted."""
        from workshop_kit import routes
        from workshop_kit.content.conversation_rules import node_minutes

        targets = script.targets
        ways = list(islice(routes.paths(targets, script.start), WAYS_AT_MOST + 1))
        turns = [len(way) - 1 for way in ways]
        each = {name: node_minutes(n.model_dump(mode="json")) for name, n in script.nodes.items()}
        return cls(
            nodes=len(script.nodes),
            choices=sum(map(len, targets.values())),
            ends=sum(node.end is not None for node in script.nodes.values()),
            ways=len(ways),
            turns=(min(turns), max(turns)),
            minutes=routes.longest(targets, script.start, each),
        )

    @property
    def ways_said(self) -> str:
        """How many ways lead through, such as "60 ways through"."""
        if self.ways > WAYS_AT_MOST:
            return f"more than {WAYS_AT_MOST:,} ways through"
        return f"{count(self.ways, 'way')} through"

    def __str__(self) -> str:
        fewest, most = self.turns
        turns = count(most, "turn") if fewest == most else f"{fewest} to {most} turns"
        sizes = (count(self.nodes, "node"), count(self.choices, "choice"), count(self.ends, "end"))
        return f"{' · '.join((*sizes, self.ways_said, turns))} · {self.minutes:.1f} minutes at most"


def _script(wanted: str, scripts: Sequence[Conversation]) -> Conversation:
    """The script of that id, or in that file."""
    from workshop_kit.content import read_conversation
    from workshop_kit.content.names import quoted
    from workshop_kit.content.yaml_words import did_you_mean

    by_id = {script.id: script for script in scripts}
    if wanted in by_id:
        return by_id[wanted]
    file = Path(wanted)
    is_file = file.suffix in (".yaml", ".yml")
    with suppress(OSError):  # a name may be too long to be asked for
        is_file = is_file or file.is_file()
    if not is_file:
        near = did_you_mean(wanted, by_id) or "To see them all: workshop-kit conversation list."
        raise _wrong(quoted(wanted), "There is no such conversation, and no such file.", near)
    script, problems = read_conversation(file, file.parent)
    list_problems([replace(problem, file=wanted) for problem in problems])
    if script is None:
        raise typer.Exit(WRONG_INPUT)
    return script


def _team(folder: EventFolder, slug: str) -> Team:
    by_slug = {team.slug: team for team in folder.teams}
    if slug not in by_slug:
        there = f"There are: {', '.join(by_slug)}."
        raise _wrong(f"--team {slug}", "The event has no such team.", there)
    return by_slug[slug]


def _sheet(folder: EventFolder | None, team: Team | None) -> Sheet:
    """What stands around the page: as `render` prints it for the event, with the team's name."""
    from workshop_kit.event_sheet import event_sheet
    from workshop_kit.handout import Sheet

    return event_sheet(folder, team) if folder else Sheet()


def _put_schema_beside(file: Path) -> None:
    """The schema that editors check a script by; one that is there already is left alone."""
    from workshop_kit.content.folders import PACKAGE

    beside = file.with_name(SCHEMA)
    if not beside.exists():
        schema = PACKAGE / "curriculum" / "schema" / "conversation.json"
        _write(beside, schema.read_bytes())
        say(f"Made {beside}, by which editors complete and check it")


def _write(path: Path, data: bytes) -> None:
    from workshop_kit.content.folders import reason
    from workshop_kit.whole_file import write_whole

    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, data)
    except OSError as error:
        what = f"The file can't be written ({reason(error)})."
        raise _wrong(str(path), what, "Choose another place.") from error


def _refuse_taken(path: Path) -> None:
    there = True  # what can't even be asked for can't be written
    with suppress(OSError):
        there = path.exists() or path.is_symlink()
    if there:
        raise _wrong(str(path), "is there already.", "Name a new file.")


def _is_pdf(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return file.read(4) == b"%PDF"
    except OSError:
        return False


def _refuse_other(path: Path, *suffixes: str) -> None:
    if path.suffix not in suffixes:
        what = f"The name does not end in {suffixes[0]}."
        raise _wrong(str(path), what, f"Name it {path.stem or 'my-talk'}{suffixes[0]}.")


def _wrong(file: str, what: str, fix: str, place: str = "") -> Exception:
    from workshop_kit.errors import InputError, Problem

    return InputError([Problem(file, place, what, fix)])
