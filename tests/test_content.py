"""The event folder: what is missing, what points out of it, and what a new one looks like."""

from __future__ import annotations

import datetime
import struct
import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import workshop_kit.content as content
from workshop_kit.content import folders, kit_folder, read_event, scaffold_event
from workshop_kit.content.names import clean, is_visible
from workshop_kit.content.yaml_file import read_yaml
from workshop_kit.errors import InputError, Problem, WorkshopKitError
from workshop_kit.event import Event

GOOD = "name: Spring\ndate: 2026-12-01\n"
TEAMS = "team,leader,size,ladder\nPayments,Ana,9,a.md\n"
PNG = b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + b"IHDR"
TODAY = datetime.date(2026, 11, 22)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An event folder with nothing wrong in it."""
    folder = tmp_path / "spring"
    folder.mkdir()
    (folder / "event.yaml").write_text(GOOD, encoding="utf-8")
    (folder / "teams.csv").write_text(TEAMS, encoding="utf-8")
    return folder


def with_keys(folder: Path, keys: str) -> tuple[Problem, ...]:
    (folder / "event.yaml").write_text(GOOD + keys, encoding="utf-8")
    return read_event(folder)[2]


def with_welcome(folder: Path, markdown: str) -> tuple[Problem, ...]:
    indented = "".join(f"  {line}\n" for line in markdown.splitlines())
    return with_keys(folder, f"welcome: |\n{indented}")


def test_every_public_name_is_listed() -> None:
    modules = {path.stem for path in Path(content.__file__).parent.glob("*.py")}
    names = {name for name in vars(content) if not name.startswith("_")} - modules
    assert names == set(content.__all__)


# Where things stand


def test_the_kits_folders_are_found_in_a_wheel_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "src" / "workshop_kit"
    monkeypatch.setattr(folders, "PACKAGE", package)
    (tmp_path / "workshops").mkdir()
    assert kit_folder("workshops") == tmp_path / "workshops"
    (package / "kit" / "workshops").mkdir(parents=True)
    assert kit_folder("workshops") == package / "kit" / "workshops"


def test_a_kit_without_its_folders_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(folders, "PACKAGE", tmp_path / "site-packages" / "workshop_kit")
    (tmp_path / "data").mkdir()
    with pytest.raises(WorkshopKitError, match="Install it again"):
        kit_folder("data")


# The folder and its two files


def test_a_good_folder_gives_event_and_teams(folder: Path) -> None:
    event, teams, problems = read_event(folder)
    assert not problems
    assert event is not None
    assert event.name == "Spring"
    assert [team.slug for team in teams] == ["payments"]


def test_a_missing_folder_says_how_to_make_one(tmp_path: Path) -> None:
    _, _, (problem,) = read_event(tmp_path / "spring")
    assert problem.what == "There is no such folder."
    assert "workshop-kit new" in problem.fix


def test_a_file_instead_of_a_folder_is_refused(folder: Path) -> None:
    _, _, (problem,) = read_event(folder / "event.yaml")
    assert problem.what == "This is a file, not an event folder."


def test_a_folder_with_neither_file_is_no_event(tmp_path: Path) -> None:
    _, _, (problem,) = read_event(tmp_path)
    assert "neither event.yaml nor teams.csv" in problem.what
    assert "workshop-kit new" in problem.fix


@pytest.mark.parametrize("name", ["event.yaml", "teams.csv"])
def test_one_missing_file_is_named(folder: Path, name: str) -> None:
    (folder / name).unlink()
    _, _, (problem,) = read_event(folder)
    assert (problem.file, problem.what) == (name, "The file is missing.")


@pytest.mark.parametrize(
    ("name", "other"), [("event.yaml", "event.yml"), ("teams.csv", "Teams.CSV")]
)
def test_a_file_with_nearly_the_right_name_is_noticed(folder: Path, name: str, other: str) -> None:
    (folder / name).rename(folder / other)
    _, _, problems = read_event(folder)
    assert [problem.fix for problem in problems] == [f"Rename {other} to {name}."]


def test_a_teams_file_from_outside_is_not_read(folder: Path) -> None:
    (folder / "teams.csv").rename(folder.parent / "hr.csv")
    (folder / "teams.csv").symlink_to(folder.parent / "hr.csv")
    _, teams, (problem,) = read_event(folder)
    assert not teams
    assert problem.what == "This is a link to a file outside the event folder."


def test_problems_of_both_files_come_at_once(folder: Path) -> None:
    (folder / "event.yaml").write_text("name: x\ndate: soon\nbrand: {logo: no.png}\n")
    (folder / "teams.csv").write_text(TEAMS.replace("9", "nine"))
    event, _, problems = read_event(folder)
    assert event is None
    assert [(problem.file, problem.place) for problem in problems] == [
        ("event.yaml", "key date (line 2)"),
        ("event.yaml", "key brand.logo (line 3)"),
        ("teams.csv", "row 2"),
    ]


def test_the_name_is_one_line_without_overrides(folder: Path) -> None:
    with_keys(folder, "")
    text = 'name: "Spring\\n \\u202eoffsite"\ndate: 2026-12-01\n'
    (folder / "event.yaml").write_text(text)
    event, _, _ = read_event(folder)
    assert event is not None
    assert event.name == "Spring offsite"


# The brand


@pytest.mark.parametrize(
    ("name", "raw"),
    [
        ("logo.png", PNG),
        ("logo.PNG", PNG),
        ("my logo.jpg", b"\xff\xd8\xff\xe0"),
        ("logo.jpeg", b"\xff\xd8\xff\xe1"),
        ("logo.svg", b'<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg"/>'),
        ("logo.svg", b'\xef\xbb\xbf<svg><use xlink:href="#a"/><image href="data:x"/></svg>'),
        ("pictures/logo.png", PNG),
    ],
)
def test_a_picture_in_the_folder_is_a_logo(folder: Path, name: str, raw: bytes) -> None:
    (folder / name).parent.mkdir(exist_ok=True)
    (folder / name).write_bytes(raw)
    assert not with_keys(folder, f"brand:\n  logo: {name}\n")


@pytest.mark.parametrize(
    ("name", "raw", "what"),
    [
        ("logo.png", b"GIF89a", "is not a .png picture inside"),
        ("logo.jpg", PNG, "is not a .jpg picture inside"),
        ("logo.svg", b"hello <svg", "is not an SVG picture inside"),
        ("logo.svg", b"<html></html>", "is not an SVG picture inside"),
        ("logo.svg", b'<svg><image xlink:href="/etc/x.png"/></svg>', "draws in another file"),
        ("logo.gif", b"GIF89a", 'has the ending ".gif"'),
        ("logo", PNG, 'has the ending ""'),
        ("logo.png", PNG + b"x" * 1_000_000, "is larger than 1 MB"),
    ],
)
def test_what_is_no_picture_is_no_logo(folder: Path, name: str, raw: bytes, what: str) -> None:
    (folder / name).write_bytes(raw)
    (problem,) = with_keys(folder, f"brand:\n  logo: {name}\n")
    assert problem.place == "key brand.logo (line 4)"
    assert what in problem.what
    assert problem.fix


@pytest.mark.parametrize(
    ("logo", "what"),
    [
        ("/etc/logo.png", "is an absolute path"),
        ("C:\\\\logo.png", "is an absolute path"),
        ("~/logo.png", "is an absolute path"),
        ("https://example.org/logo.png", "is a web or other address"),
        ("//host/logo.png", "is a web or other address"),
        ("\\\\\\\\host\\\\logo.png", "is a web or other address"),
        ("data:image/png;base64,xx", "is a web or other address"),
        ("file:///etc/logo.png", "is a web or other address"),
        ("../logo.png", 'leads out of its folder with "..".'),
        ("a\\\\..\\\\logo.png", 'leads out of its folder with "..".'),
        ("a\\\\logo.png", "has a backslash."),
        ("nowhere.png", "is not a file of the event folder."),
        ("", "is empty."),
        ("x" * 3000 + ".png", "is not a file of the event folder."),
    ],
)
def test_a_logo_from_elsewhere_is_refused_in_its_own_words(
    folder: Path, logo: str, what: str
) -> None:
    (problem,) = with_keys(folder, f'brand:\n  logo: "{logo}"\n')
    assert problem.place == "key brand.logo (line 4)"
    assert what in problem.what


def test_a_logo_that_is_a_link_out_of_the_folder_is_refused(folder: Path) -> None:
    (folder.parent / "secret.png").write_bytes(PNG)
    (folder / "logo.png").symlink_to(folder.parent / "secret.png")
    (problem,) = with_keys(folder, "brand:\n  logo: logo.png\n")
    assert "leads out of the event folder" in problem.what


def test_a_light_color_is_noted_and_nothing_stops(folder: Path) -> None:
    (problem,) = with_keys(folder, 'brand:\n  color: "#ffcc00"\n')
    assert problem.severity == "note"
    assert problem.place == "key brand.color (line 4)"
    assert "too light for text on white paper (1.5:1)" in problem.what
    assert "darker shade" in problem.fix
    assert read_event(folder)[0] is not None


def test_the_limit_of_contrast_is_the_one_of_wcag(folder: Path) -> None:
    assert not with_keys(folder, 'brand:\n  color: "#767676"\n')
    assert with_keys(folder, 'brand:\n  color: "#777777"\n')


def test_a_color_that_yaml_takes_for_a_comment_is_an_error(folder: Path) -> None:
    (problem,) = with_keys(folder, "brand:\n  color: #ffcc00\n")
    assert problem.severity == "error"
    assert problem.fix == "Put the value in quotes."


# The welcome


def test_plain_markdown_is_welcome(folder: Path) -> None:
    (folder / "lake.png").write_bytes(PNG)
    (folder / "my notes.md").write_text("x")
    markdown = (
        "# Hello\n\n- [ ] a *task*\n\n![our lake](lake.png)\n\n[notes](my%20notes.md)\n\n"
        "$x < 1$ and `<b>`[^1]\n\n[^1]: a note\n"
    )
    assert not with_welcome(folder, markdown)


@pytest.mark.parametrize(
    ("markdown", "what"),
    [
        ("[x](https://example.org)", "is a web or other address"),
        ("<https://example.org>", "is a web or other address"),
        ("<ana@example.org>", "is a mail link"),
        ("[x](mailto:ana@example.org)", "is a mail link"),
        ("[x](file:///etc/passwd)", "is a web or other address"),
        ("[x](javascript:alert(1))", "is a web or other address"),
        ("[x](//host/x)", "is a web or other address"),
        ("[x](/etc/passwd)", "is an absolute path"),
        ("[x](../x)", 'leads out of its folder with "..".'),
        ("[x](%2e%2e/x)", 'leads out of its folder with "..".'),
        ("[x](nowhere.md)", "is not a file of the event folder"),
        ("[x](#heading)", "points to a heading"),
        ("[x]()", "is empty"),
        ("[x](%00)", "is not a file of the event folder"),
        ("a[^1]\n\n[^1]: see [x][y]\n\n[y]: /etc/passwd", "is an absolute path"),
        ("| a |\n|---|\n| [x](/etc/passwd) |", "is an absolute path"),
        ("![x](https://example.org/x.png)", "is a web or other address"),
        ("![x](/etc/x.png)", "is an absolute path"),
        ("![x](data:image/png;base64,xx)", "is a web or other address"),
        ("![x](../x.png)", 'leads out of its folder with "..".'),
        ("![x](nowhere.png)", "is not a file of the event folder"),
        ("![x](event.yaml)", 'has the ending ".yaml"'),
    ],
)
def test_markdown_that_leads_out_of_the_folder_is_refused(
    folder: Path, markdown: str, what: str
) -> None:
    (problem,) = with_welcome(folder, markdown)
    assert (problem.file, problem.place) == ("event.yaml", "key welcome (line 3)")
    assert problem.severity == "error"
    assert what in problem.what
    assert problem.fix


def test_a_picture_without_a_description_is_refused(folder: Path) -> None:
    (folder / "lake.png").write_bytes(PNG)
    (problem,) = with_welcome(folder, "![ ](lake.png)")
    assert problem.what == 'The picture "lake.png" has no description.'


def test_html_is_noted_as_left_out(folder: Path) -> None:
    (problem,) = with_welcome(folder, "Hi <b>there</b>\n\n<div>\nx\n</div>")
    assert problem.severity == "note"
    assert "it is left out" in problem.what


# A new event


def test_a_new_event_has_three_files_and_no_problem(tmp_path: Path) -> None:
    folder = tmp_path / "events" / "spring"
    paths = scaffold_event(folder, "Spring offsite", TODAY)
    assert [path.relative_to(folder).as_posix() for path in paths] == [
        "event.yaml",
        "teams.csv",
        "ladders/example-ladder.md",
    ]
    assert sorted(path for path in folder.rglob("*") if path.is_file()) == sorted(paths)
    event, teams, problems = read_event(folder)
    assert not problems
    assert event is not None
    assert (event.name, event.date) == ("Spring offsite", datetime.date(2027, 1, 3))
    assert len(teams) == 2
    assert {team.ladder for team in teams} == {"example-ladder"}
    assert [path.name for path in folder.parent.iterdir()] == ["spring"]


def test_what_a_new_event_leaves_commented_out_works(tmp_path: Path) -> None:
    scaffold_event(tmp_path / "x", "Spring", TODAY)
    path = tmp_path / "x" / "event.yaml"
    lines = path.read_text(encoding="utf-8").split("\n")
    start = lines.index("#welcome: |")
    for at in (*range(start, start + 4), lines.index("  #logo: logo.png")):
        lines[at] = lines[at].replace("#", "", 1)
    path.write_text("\n".join(lines), encoding="utf-8")
    (tmp_path / "x" / "logo.png").write_bytes(PNG)
    event, _, problems = read_event(tmp_path / "x")
    assert not problems
    assert event is not None
    assert event.welcome.startswith("We are here")
    assert event.welcome.endswith("still open.")
    assert event.brand.logo == "logo.png"


def test_a_new_event_may_fill_an_empty_folder(tmp_path: Path) -> None:
    (tmp_path / ".DS_Store").write_bytes(b"x")
    before = tmp_path.stat().st_ino
    scaffold_event(tmp_path, "Spring", TODAY)
    assert tmp_path.stat().st_ino == before
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        ".DS_Store", "event.yaml", "ladders", "teams.csv",
    ]  # fmt: skip


def test_a_new_event_never_touches_a_full_folder(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(InputError, match=r"not empty: it holds notes\.txt\.") as caught:
        scaffold_event(tmp_path, "Spring", TODAY)
    assert "nothing was changed" in caught.value.problems[0].fix
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


def test_a_new_event_does_not_replace_a_file(tmp_path: Path) -> None:
    (tmp_path / "spring").write_text("mine")
    with pytest.raises(InputError):
        scaffold_event(tmp_path / "spring", "Spring", TODAY)
    with pytest.raises(InputError):
        scaffold_event(tmp_path / "spring" / "below", "Spring", TODAY)
    assert (tmp_path / "spring").read_text() == "mine"


@pytest.mark.parametrize("fill", [True, False])
def test_a_new_event_is_written_whole_or_not_at_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fill: bool
) -> None:
    folder = tmp_path / "spring"
    if fill:
        folder.mkdir()
    rename = Path.rename

    def full_disk(path: Path, target: Path) -> Path:
        if path.name in ("teams.csv", "event"):
            raise OSError(28, "No space left on device")
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", full_disk)
    with pytest.raises(InputError, match="No space left on device"):
        scaffold_event(folder, "Spring", TODAY)
    assert folder.exists() == fill
    assert not [path for path in tmp_path.rglob("*") if path != folder]


@given(st.text())
def test_any_folder_name_gives_a_valid_event(name: str) -> None:
    with tempfile.TemporaryDirectory() as parent:
        folder = Path(parent) / "event"
        scaffold_event(folder, name, TODAY)
        event, problems = read_yaml(folder / "event.yaml", Event, folder)
    assert not problems
    assert event is not None
    expected = clean(name)[:300].strip()
    assert event.name == (expected if is_visible(expected) else "Our offsite")


@pytest.mark.parametrize("name", ['a: b #"', "{{date}}", "- x", "'", "\\n", "null", "🚀"])
def test_a_folder_name_full_of_yaml_stays_text(tmp_path: Path, name: str) -> None:
    scaffold_event(tmp_path / "x", name, TODAY)
    event, _, problems = read_event(tmp_path / "x")
    assert not problems
    assert event is not None
    assert event.name == name
