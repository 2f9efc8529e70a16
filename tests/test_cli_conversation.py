"""`workshop-kit conversation …` as somebody meets it in a terminal."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import typer
from jsonschema import Draft202012Validator
from pypdf import PdfReader
from ruamel.yaml import YAML

from tests.conftest import TinyEvent
from tests.scripts import GOOD, as_yaml, script
from tests.terminal import Kit, kit_in
from workshop_kit.cli_conversation import SCHEMA, WAYS_AT_MOST, app
from workshop_kit.content import load_conversations, read_conversation
from workshop_kit.content.folders import PACKAGE
from workshop_kit.curriculum import Conversation

COMMANDS = typer.main.get_command(app)
SHIPPED = load_conversations()
ONE = "two-closed-changes"
TWEE = """:: StoryTitle
The late review

:: Start
She waits. (set: $x to 1)
[[Ask her->Asks]]
[[Say nothing]]

:: Asks
She nods.
"""


@pytest.fixture
def kit(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Kit:
    """`workshop-kit conversation` standing in `tmp_path`: its exit code, and what it said."""
    return kit_in(tmp_path, monkeypatch, capsys, "conversation")


def put(path: Path, targets: Any = GOOD, **more: Any) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(as_yaml(script(targets, **more)), encoding="utf-8")
    return path


def paper(path: Path) -> str:
    """The words of a PDF, on one line."""
    return " ".join(" ".join(page.extract_text() for page in PdfReader(path).pages).split())


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


# ---- help --------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(COMMANDS.commands))
def test_every_command_says_what_it_does(kit: Kit, name: str) -> None:
    command = COMMANDS.commands[name]
    assert command.help, f"{name} has no help"
    assert [p.name for p in command.params if not getattr(p, "help", None)] == []
    said = kit(name, "--help")
    assert said.code == 0
    assert " ".join(command.help.split()) in " ".join(said.out.split())


def test_the_list_of_commands_has_a_whole_line_for_each(kit: Kit) -> None:
    said = kit("--help")
    lines = [
        line
        for line in said.out.splitlines()
        if line.split()[:1] and line.split()[0] in COMMANDS.commands
    ]
    assert len(lines) == len(COMMANDS.commands) == 6
    assert [line for line in lines if not line.endswith(".") or line.endswith("...")] == []


def test_without_a_command_the_list_of_commands_is_shown(kit: Kit) -> None:
    said = "".join(kit()[1:])
    assert [name for name in COMMANDS.commands if name not in said] == []


# ---- list --------------------------------------------------------------------------------------


def test_list_tells_of_every_conversation_with_whom_and_how_long(kit: Kit) -> None:
    said = kit("list")
    assert (said.code, said.err) == (0, "")
    for shipped in SHIPPED:
        parts = said.out.partition(f"{shipped.id}: ")[2].splitlines()
        assert parts[0] == shipped.title
        for person in shipped.cast.values():
            assert f"{person.names[0]} ({person.who})" in parts[1]
        choices = sum(len(node.choices) for node in shipped.nodes.values())
        sizes = f"  {shipped.minutes} minutes · {len(shipped.nodes)} nodes · {choices} choices · "
        assert re.fullmatch(re.escape(sizes) + r"\d+ ways through", parts[2])
    assert said.out.endswith(f"\n{len(SHIPPED)} conversations\n")


def test_list_of_an_event_has_its_own_too(kit: Kit, tmp_path: Path) -> None:
    put(tmp_path / "event" / "conversations" / "own.yaml", title="Talk in {team}")
    put(tmp_path / "event" / "conversations" / "mine.yaml", id=ONE, title="My version")
    said = kit("list", "event")
    assert said.code == 0
    assert "a-closed-change: Talk in your team" in said.out
    assert f"{ONE}: My version" in said.out
    assert said.out.endswith(f"\n{len(SHIPPED) + 1} conversations\n")


def test_list_tells_problems_and_lists_the_others(kit: Kit, tmp_path: Path) -> None:
    path = put(tmp_path / "event" / "conversations" / "own.yaml")
    path.write_text(path.read_text().replace("next: third", "next: nowhere"))
    said = kit("list", "event")
    assert said.code == 2
    assert "conversations/own.yaml, key nodes.opening.choices.2.next" in said.err
    assert said.out.endswith(f"\n{len(SHIPPED)} conversations\n")


def test_list_of_no_folder_is_told(kit: Kit) -> None:
    said = kit("list", "nowhere")
    assert (said.code, said.out) == (2, "")
    assert "nowhere: There is no such folder." in said.err


# ---- new ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "ident"),
    [
        ("my-talk", "my-talk"),
        ("The Late Review", "the-late-review"),
        ("3 calls", "talk-3-calls"),
        ("null", "talk-null"),
        ("trio-roles", "talk-trio-roles"),
        ("%%%", "my-conversation"),
        ("日本", "ri-ben"),
    ],
)
def test_what_new_makes_passes_the_check(kit: Kit, tmp_path: Path, name: str, ident: str) -> None:
    said = kit("new", f"talks/{name}.yaml")
    assert (said.code, said.err) == (0, "")
    assert said.out.startswith(f"Made talks/{name}.yaml\n")
    found, problems = read_conversation(tmp_path / "talks" / f"{name}.yaml", tmp_path)
    assert problems == ()
    assert found is not None
    assert (found.id, len(found.nodes)) == (ident, 5)
    said = kit("check", f"talks/{name}.yaml")
    assert (said.code, said.err) == (0, "")


def test_new_explains_every_key(kit: Kit, tmp_path: Path) -> None:
    kit("new", "my-talk.yaml")
    text = (tmp_path / "my-talk.yaml").read_text(encoding="utf-8")
    schema = json.loads((PACKAGE / "curriculum/schema/conversation.json").read_text("utf-8"))
    keys = {key for part in (schema, *schema["$defs"].values()) for key in part["properties"]}
    assert [key for key in keys if not re.search(rf"^[ #-]*{key}:", text, re.MULTILINE)] == []
    assert "{{" not in text


def test_new_puts_the_schema_beside_and_points_to_it(kit: Kit, tmp_path: Path) -> None:
    said = kit("new", "my-talk.yaml")
    assert f"Made {SCHEMA}" in said.out
    path = tmp_path / "my-talk.yaml"
    first = path.read_text(encoding="utf-8").splitlines()[0]
    assert first == f"# yaml-language-server: $schema={SCHEMA}"
    schema = json.loads((tmp_path / SCHEMA).read_text(encoding="utf-8"))
    data = YAML(typ="safe").load(path.read_text(encoding="utf-8"))
    assert list(Draft202012Validator(schema).iter_errors(data)) == []


def test_new_leaves_a_schema_that_is_there(kit: Kit, tmp_path: Path) -> None:
    (tmp_path / SCHEMA).write_text("mine")
    said = kit("new", "my-talk.yaml")
    assert said.code == 0
    assert SCHEMA not in said.out
    assert (tmp_path / SCHEMA).read_text() == "mine"


# ---- check -------------------------------------------------------------------------------------


def test_check_says_what_each_good_script_amounts_to(kit: Kit, tmp_path: Path) -> None:
    put(tmp_path / "one.yaml")
    put(tmp_path / "two.yaml", {"a": ["b", "b"], "b": []})
    said = kit("check", "one.yaml", "two.yaml")
    assert (said.code, said.err) == (0, "")
    one, two = said.out.splitlines()
    head = "one.yaml: 4 nodes · 6 choices · 1 end · 5 ways through · 2 to 3 turns · "
    assert re.fullmatch(re.escape(head) + r"\d\.\d minutes at most", one)
    assert two.startswith("two.yaml: 2 nodes · 2 choices · 1 end · 2 ways through · 1 turn · ")


def test_check_counts_no_more_ways_than_it_has_time_for(kit: Kit, tmp_path: Path) -> None:
    long = {f"n{i}": [f"n{i + 1}"] * 4 for i in range(8)}
    put(tmp_path / "long.yaml", {**long, "n8": []})
    said = kit("check", "long.yaml")
    assert said.code == 0, said.err
    assert WAYS_AT_MOST == 10_000
    assert "more than 10,000 ways through" in said.out


def test_check_tells_every_problem_of_every_file_with_its_line(kit: Kit, tmp_path: Path) -> None:
    put(tmp_path / "talks" / "bad.yaml", minutes=11, start="nowhere")
    put(tmp_path / "good.yaml")
    (tmp_path / "broken.yaml").write_text("id: [")
    said = kit("check", "talks/bad.yaml", "good.yaml", "broken.yaml", "missing.yaml")
    assert said.code == 2
    assert re.search(r"error +talks/bad.yaml, key minutes \(line \d+\): ", said.err)
    assert re.search(r"error +talks/bad.yaml, key start \(line \d+\): ", said.err)
    assert re.search(r"error +broken.yaml, line 1: ", said.err)
    assert re.search(r"error +missing.yaml: The file is missing.", said.err)
    assert [line.partition(":")[0] for line in said.out.splitlines()] == ["good.yaml"]
    assert "Traceback" not in said.err


def test_a_note_is_told_and_stops_nothing(kit: Kit, tmp_path: Path) -> None:
    put(tmp_path / "one.yaml", scene="We were waiting for Zofia, and for Anneliese.")
    put(tmp_path / "two.yaml", scene="We were waiting for Anneliese here.")
    assert kit("check", "one.yaml").code == 2
    said = kit("check", "two.yaml")
    assert said.code == 0
    assert said.err.startswith("note   two.yaml, key scene (line ")


# ---- print -------------------------------------------------------------------------------------


def test_print_writes_the_sheets_of_a_conversation(kit: Kit, tmp_path: Path) -> None:
    said = kit("print", ONE)
    assert (said.code, said.out, said.err) == (0, f"Wrote {ONE}.pdf\n", "")
    assert "Zofia" in paper(tmp_path / f"{ONE}.pdf")


def test_print_takes_a_file(kit: Kit, tmp_path: Path) -> None:
    put(tmp_path / "own.yaml", scene="{leader} waits in {team}.")
    assert kit("print", "own.yaml", "--out", "sheets/own.pdf").code == 0
    assert "the leader waits in your team." in paper(tmp_path / "sheets" / "own.pdf")


def test_print_for_a_team_fills_in_its_names(
    kit: Kit, tiny_event: Callable[..., TinyEvent], tmp_path: Path
) -> None:
    event = tiny_event("Quokka", "Wombat")
    own = script(GOOD, scene="{leader} waits in {team} at {event} for {engineer}.")
    own["cast"]["engineer"]["names"] = ["Leader", "Noor"]  # the leaders are Leader of …
    (event.path / "conversations").mkdir()
    (event.path / "conversations" / "own.yaml").write_text(as_yaml(own), encoding="utf-8")
    said = kit("print", "a-closed-change", "--event", "event", "--team", "quokka")
    assert said.code == 0, said.err
    text = paper(tmp_path / "a-closed-change.pdf")
    assert "Leader of Quokka waits in Quokka at Tiny offsite for Noor." in text
    assert text.count("Tiny offsite") > 1


def test_print_of_the_role_cards(kit: Kit, tmp_path: Path) -> None:
    said = kit("print", "trio-roles")
    assert (said.code, said.out) == (0, "Wrote trio-roles.pdf\n")
    assert "You lead" in paper(tmp_path / "trio-roles.pdf")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["two-closed-change"], f'Did you mean "{ONE}"?'),
        (["quite-another"], "workshop-kit conversation list"),
        (["x" * 300], "There is no such conversation, and no such file."),
        (["gone.yaml"], "gone.yaml: The file is missing."),
        ([ONE, "--team", "quokka"], "A team belongs to an event."),
        ([ONE, "--event", "nowhere"], "There is no such folder."),
        ([ONE, "--event", "event", "--team", "numbat"], "There are: quokka."),
        ([ONE, "--out", "sheet.txt"], "Name it sheet.pdf."),
    ],
)
def test_what_can_not_be_printed_is_told(
    kit: Kit,
    tiny_event: Callable[..., TinyEvent],
    tmp_path: Path,
    arguments: list[str],
    words: str,
) -> None:
    tiny_event("Quokka")
    said = kit("print", *arguments)
    assert (said.code, said.out) == (2, "")
    assert words in said.err
    assert "Traceback" not in said.err
    assert names_in(tmp_path) == ["event"]


# ---- Twine -------------------------------------------------------------------------------------


@pytest.mark.parametrize("shipped", SHIPPED, ids=lambda shipped: shipped.id)
def test_what_is_exported_comes_back_by_import(
    kit: Kit, tmp_path: Path, shipped: Conversation
) -> None:
    said = kit("export", shipped.id)
    assert (said.code, said.err) == (0, "")
    assert said.out.startswith(f"Wrote {shipped.id}.twee\n")
    said = kit("import", f"{shipped.id}.twee", "back.yaml")
    assert (said.code, said.err) == (0, "")
    assert said.out.splitlines()[0] == "Wrote back.yaml"
    assert "not whole" not in said.out
    found, problems = read_conversation(tmp_path / "back.yaml", tmp_path)
    assert problems == ()
    assert found == shipped


def test_export_takes_a_file_and_a_name(kit: Kit, tmp_path: Path) -> None:
    put(tmp_path / "own.yaml")
    assert kit("export", "own.yaml", "--to", "twine/own.twee").code == 0
    assert (tmp_path / "twine" / "own.twee").read_text("utf-8").startswith(":: StoryTitle\n")


def test_import_tells_what_is_to_be_filled_in_and_what_was_left_out(
    kit: Kit, tmp_path: Path
) -> None:
    (tmp_path / "late.twee").write_bytes(b"\xef\xbb\xbf" + TWEE.replace("\n", "\r\n").encode())
    said = kit("import", "late.twee", "late.yaml")
    assert said.code == 0
    assert "error  late.yaml, key aim (line " in said.err
    assert (
        'note   late.twee, line 5: There is code of a story format here, such as "(set:"'
        in said.err
    )
    assert 'note   late.twee, line 7: The link leads to "Say nothing"' in said.err
    assert said.out.splitlines()[-2:] == [
        "It is not whole yet. What is to be filled in or mended stands above, and again by:",
        "workshop-kit conversation check late.yaml",
    ]
    data = YAML(typ="safe").load((tmp_path / "late.yaml").read_text("utf-8"))
    assert data["title"] == "The late review"
    assert names_in(tmp_path) == [SCHEMA, "late.twee", "late.yaml"]


def test_check_says_of_an_import_what_import_said(kit: Kit, tmp_path: Path) -> None:
    (tmp_path / "late.twee").write_text(TWEE)
    imported = [
        line for line in kit("import", "late.twee", "late.yaml").err.splitlines() if "yaml" in line
    ]
    checked = kit("check", "late.yaml")
    assert checked.code == 2
    assert [line for line in checked.err.splitlines() if "yaml" in line] == imported


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (None, "late.twee: There is no such file."),
        (b"", "This is not Twee"),
        (b"Dear Zofia", "This is not Twee"),
        (b":: A\n\xff", "late.twee, line 2: The file is not saved as UTF-8."),
        (b":: A\n" + b"x" * 1_000_000, "larger than 1 MB"),
    ],
    ids=["missing", "empty", "letter", "latin-1", "large"],
)
def test_what_can_not_be_imported_is_told_and_nothing_is_written(
    kit: Kit, tmp_path: Path, raw: bytes | None, words: str
) -> None:
    if raw is not None:
        (tmp_path / "late.twee").write_bytes(raw)
    before = names_in(tmp_path)
    said = kit("import", "late.twee", "late.yaml")
    assert (said.code, said.out) == (2, "")
    assert words in said.err
    assert "Traceback" not in said.err
    assert names_in(tmp_path) == before


# ---- files -------------------------------------------------------------------------------------


def test_a_pdf_that_was_printed_before_is_printed_again(kit: Kit, tmp_path: Path) -> None:
    (tmp_path / "there.pdf").write_bytes(b"%PDF-1.7 of yesterday")
    said = kit("print", ONE, "--out", "there.pdf")
    assert (said.code, said.out) == (0, "Wrote there.pdf\n")
    assert len((tmp_path / "there.pdf").read_bytes()) > 1000


WRITES = {
    "new": (["new"], "there.yaml"),
    "print": (["print", ONE, "--out"], "there.pdf"),
    "export": (["export", ONE, "--to"], "there.twee"),
    "import": (["import", "late.twee"], "there.yaml"),
}


@pytest.mark.parametrize("command", WRITES)
def test_no_file_is_written_over(kit: Kit, tmp_path: Path, command: str) -> None:
    arguments, name = WRITES[command]
    (tmp_path / "late.twee").write_text(TWEE)
    (tmp_path / name).write_text("mine")
    said = kit(*arguments, name)
    assert (said.code, said.out) == (2, "")
    assert f"{name}: is there already." in said.err
    assert (tmp_path / name).read_text() == "mine"
    assert names_in(tmp_path) == ["late.twee", name]


@pytest.mark.parametrize("command", WRITES)
@pytest.mark.parametrize("name", ["late.twee/{}", "x" * 300 + "{}", "odd.txt", "."])
def test_a_name_that_can_not_be_written_is_told(
    kit: Kit, tmp_path: Path, command: str, name: str
) -> None:
    arguments, there = WRITES[command]
    (tmp_path / "late.twee").write_text(TWEE)
    said = kit(*arguments, name.format(there))
    assert said.code == 2
    assert said.err.endswith("1 problem to mend.\n")
    assert "Traceback" not in said.err
    assert names_in(tmp_path) == ["late.twee"]
