"""What holds for the whole repository: who may import whom, what ships, and that it needs no network."""

from __future__ import annotations

import ast
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import workshop_kit
from tests.pages import Pages
from workshop_kit import errors

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "src" / "workshop_kit"
SOURCES = sorted(PACKAGE.rglob("*.py"))

LEVELS = {  # a module imports only from lower numbers
    "errors": 1, "model": 1, "whole_file": 1, "variables": 1, "words": 1,
    "iri_grammar": 1, "shelf": 1, "socket_folder": 1,
    "answers": 2, "markup": 2, "pictures": 2, "curriculum": 2, "ladder": 2, "event": 2, "terminal": 2,
    "noun_phrases": 2, "seniority": 2, "routes": 2,
    "agenda": 3, "content": 3, "ladder_files": 3, "tagging": 3, "charts": 3, "handout": 3, "store": 3,
    "kernels": 3, "originals": 3, "answer_words": 3, "script_tree": 3,
    "calendar_files": 4, "commitments": 4, "comparison": 4, "evaluation": 4, "execution": 4, "expiry": 4, "forms": 4,
    "linting": 4, "own_words": 4, "rewriting": 4, "rewritten": 4, "stage_map": 4, "twee": 4,
    "checks": 5, "event_sheet": 5, "facilitation": 5, "own_ladder": 5, "privacy": 5, "room": 5, "script_sheets": 5,
    "guide": 6, "live": 6, "printing_pack": 6, "reminders": 6, "report": 6, "run_sheet": 6,
    "slides": 6, "workbook": 6,
    "exchange": 7, "run": 7, "warm": 7,
    "cluster": 8, "purge": 8, "serving": 8, "cli_event": 8,
    "cli_answers": 9, "cli_conversation": 9, "cli_day": 9, "cli_follow_up": 9, "cli_ladder": 9,
    "cli_open": 9, "cli_purge": 9, "cli_report": 9,
    "cli": 10,
    "__main__": 11,
}  # fmt: skip
BESIDE = {
    ("event", "ladder"),
    ("event", "curriculum"),
    ("curriculum", "answers"),
}  # a level's own, and why: a whole needs its part
MAY_END = {
    ("run/worker.py", "os._exit"),  # a worker process ends with the one that started it
    ("run/__init__.py", "KeyboardInterrupt"),  # caught to end the workers at once, then raised on
}
COMMAND_LINE = {
    "cli.py", "cli_answers.py", "cli_conversation.py", "cli_event.py", "cli_day.py",
    "cli_follow_up.py", "cli_ladder.py", "cli_open.py", "cli_purge.py", "cli_report.py",
    "terminal.py",
}  # fmt: skip
SAYS_OR_ENDS = {"print", "input", "exit", "quit", "breakpoint", "sys.exit", "os._exit", "os.abort"}


def name_of(path: Path) -> str:
    return path.relative_to(PACKAGE).as_posix()


def module_of(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imported(tree: ast.AST) -> Iterator[str]:
    """The kit's own modules that are imported anywhere in the file, also inside functions."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute here"
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        else:
            continue
        for parts in (name.split(".") for name in names):
            if parts[0] == "workshop_kit" and len(parts) > 1:
                yield parts[1]


# ---- the code ----------------------------------------------------------------------------------


def test_every_module_has_its_level() -> None:
    assert {module_of(path) for path in SOURCES} - {"__init__"} == set(LEVELS)


@pytest.mark.parametrize("path", [p for p in SOURCES if module_of(p) in LEVELS], ids=name_of)
def test_a_module_imports_only_from_lower_levels(path: Path) -> None:
    own = module_of(path)
    allowed = {own, *(to for one, to in BESIDE if one == own)}
    allowed |= {name for name, level in LEVELS.items() if level < LEVELS[own]}
    assert set(imported(ast.parse(path.read_text(encoding="utf-8")))) <= allowed


@pytest.mark.parametrize(
    "path", [p for p in SOURCES if name_of(p) not in COMMAND_LINE], ids=name_of
)
def test_library_code_never_prints_exits_or_asks(path: Path) -> None:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and ast.unparse(node.func) in SAYS_OR_ENDS:
            found.add(ast.unparse(node.func))
        elif isinstance(node, ast.Attribute) and ast.unparse(node) in ("sys.stdin", "sys.stdout"):
            found.add(ast.unparse(node))
        elif isinstance(node, ast.Name) and node.id in ("SystemExit", "KeyboardInterrupt"):
            found.add(node.id)
    assert {(name_of(path), name) for name in found} <= MAY_END


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_every_module_says_what_it_is(path: Path) -> None:
    assert ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))


# ---- what is public ----------------------------------------------------------------------------


def in_a_fresh_process(code: str) -> str:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    return done.stdout + done.stderr


def test_every_public_name_can_be_imported_and_stays_what_it_is() -> None:
    code = "import workshop_kit\n"
    for name in workshop_kit.__all__:
        code += f"from workshop_kit import {name}\nif not callable({name}): print({name})\n"
        code += f"if workshop_kit.{name} is not {name}: print('another thing:', {name})\n"
    assert in_a_fresh_process(code) == ""


def test_every_public_name_is_the_same_after_its_own_module_was_imported() -> None:
    code = "".join(f"import workshop_kit.{home}\n" for home in workshop_kit._HOMES.values())
    for name in workshop_kit.__all__:
        code += f"from workshop_kit import {name}\nif not callable({name}): print({name})\n"
    assert in_a_fresh_process(code) == ""


def test_the_list_of_public_names_is_complete() -> None:
    tree = ast.parse((PACKAGE / "__init__.py").read_text(encoding="utf-8"))
    (typed,) = [node for node in tree.body if isinstance(node, ast.If)]
    seen_by_type_checkers = {
        alias.name
        for node in typed.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    used = set()
    for path in (ROOT / "workshops").glob("*.ipynb"):
        for names in re.findall(
            r"from workshop_kit import ([\w, ]+)", path.read_text(encoding="utf-8")
        ):
            used |= {name.strip() for name in names.split(",")}
    listed = set(workshop_kit.__all__)
    assert seen_by_type_checkers == listed == set(workshop_kit._HOMES)
    assert used <= listed
    assert workshop_kit.__all__ == sorted(workshop_kit.__all__)


def test_every_error_of_the_tree_is_public() -> None:
    tree = {name for name, thing in vars(errors).items() if isinstance(thing, type)}
    kinds = {name for name in tree if issubclass(getattr(errors, name), Exception)}
    assert kinds <= set(workshop_kit.__all__)


def test_help_is_shown_without_loading_pandas() -> None:
    code = "import sys; from workshop_kit import cli; sys.exit('pandas' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0


# ---- the lock file -----------------------------------------------------------------------------


def test_the_lock_file_holds_no_address_and_no_path() -> None:
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    assert "://" not in lock
    assert re.findall(r"(?:^|\s)(?:/|~/|\./|\.\./|[A-Za-z]:\\|file:|-e ).*", lock) == []
    assert str(ROOT) not in lock


def test_everything_in_the_lock_file_has_a_version_and_hashes() -> None:
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8").replace("\\\n", " ")
    for line in filter(str.strip, lock.splitlines()):
        assert re.match(r"[a-z0-9][a-z0-9._-]*==\S+", line), line[:80]
        assert "--hash=sha256:" in line, line[:80]


# ---- what ships, and what it needs -------------------------------------------------------------


def bare() -> dict[str, str]:
    """The environment without anything that leads back to this checkout."""
    return {
        k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "VIRTUAL_ENV", "PYTHONHOME")
    }


def checked(*command: str | Path, cwd: Path) -> str:
    done = subprocess.run(
        list(map(str, command)),
        cwd=cwd,
        env=bare(),
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The programs of a fresh environment that has the wheel, and the dependencies of this one."""
    home = tmp_path_factory.mktemp("wheel")
    checked(
        sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", home / "dist", cwd=ROOT
    )
    (wheel,) = (home / "dist").glob("*.whl")
    checked(sys.executable, "-m", "venv", "--without-pip", home / "venv", cwd=home)
    programs = home / "venv" / ("Scripts" if os.name == "nt" else "bin")
    install = ("install", "--no-deps", "--no-index", "--disable-pip-version-check", wheel)
    checked(sys.executable, "-m", "pip", "--python", programs / "python", *install, cwd=home)
    where = "import sysconfig; print(sysconfig.get_path('purelib'))"
    site = Path(checked(programs / "python", "-c", where, cwd=home).strip())
    # A .pth file inside a folder that a .pth file names is not followed: the checkout stays out.
    folders = [path for path in sys.path if Path(path).name in ("site-packages", "dist-packages")]
    (site / "dependencies.pth").write_text("\n".join(folders) + "\n")
    return programs


def test_the_wheel_is_not_this_checkout(installed: Path, tmp_path: Path) -> None:
    code = "import workshop_kit; print(workshop_kit.__file__)"
    at = Path(checked(installed / "python", "-c", code, cwd=tmp_path).strip())
    assert at.is_relative_to(installed.parent)


def test_the_wheel_carries_the_notebooks_and_the_sample(installed: Path, tmp_path: Path) -> None:
    code = "from workshop_kit.content import kit_folder as f; print(f('workshops'), f('data'), sep='\\n')"
    workshops, data = map(
        Path, checked(installed / "python", "-c", code, cwd=tmp_path).splitlines()
    )
    wanted = sorted(path.name for path in (ROOT / "workshops").glob("*.ipynb"))
    assert sorted(path.name for path in workshops.glob("*.ipynb")) == wanted
    assert (data / "sample-offsite" / "event.yaml").is_file()


def cut_off() -> list[str]:
    """The words before a command that take its network away; an empty list where that can't be done."""
    words = ["unshare", "--user", "--map-root-user", "--net"]
    if (
        shutil.which("unshare") is None
        or subprocess.run([*words, "true"], capture_output=True).returncode
    ):
        return []
    # "lo" is there but down; bringing it up is what an aeroplane's laptop has.
    return [
        *words,
        "sh",
        "-c",
        '{ ip link set lo up || ifconfig lo up; } 2>/dev/null; exec "$@"',
        "sh",
    ]


def test_the_wheel_alone_makes_an_event_and_renders_it_without_a_network(
    installed: Path, tmp_path: Path
) -> None:
    kit, offline = installed / "workshop-kit", cut_off()
    if offline:
        probe = "import socket; socket.create_connection(('192.0.2.1', 9), timeout=2)"
        reached = subprocess.run([*offline, sys.executable, "-c", probe], capture_output=True)
        assert reached.returncode != 0
    checked(kit, "new", "spring", cwd=tmp_path)
    checked(kit, "check", "spring", cwd=tmp_path)
    arguments = ("render", "spring", "--team", "example-payments", "--out", "made")
    said = checked(*offline, kit, *arguments, cwd=tmp_path)
    assert "1 team · 6 notebooks · 7 PDFs · 0 failed" in said
    handout = Pages((tmp_path / "made" / "example-payments" / "handout.pdf").read_bytes())
    assert handout.is_ua1
    assert "Example Payments" in handout.texts[0]
