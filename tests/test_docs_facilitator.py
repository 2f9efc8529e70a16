"""docs/run-the-day.md, follow-up.md and privacy.md are true: their commands, what those say, and their limits."""

from __future__ import annotations

import datetime
import re
import sys
from pathlib import Path

import pytest
import typer

from tests.test_run_answers import DAY, answer_of
from workshop_kit import cli
from workshop_kit.content import load_curriculum, scaffold_event
from workshop_kit.curriculum import look_back_days
from workshop_kit.event import Privacy
from workshop_kit.forms.keeping import Limits
from workshop_kit.live.day import OFFER_AFTER
from workshop_kit.privacy import TEAM_AT_LEAST
from workshop_kit.report.figures import OTHERS_AT_LEAST, STEP
from workshop_kit.serving.choice import choose_activity
from workshop_kit.store import open_store

DOCS = Path(__file__).parents[1] / "docs"
NAMES = ("run-the-day", "follow-up", "privacy")
PAGES = {name: (DOCS / f"{name}.md").read_text(encoding="utf-8") for name in NAMES}
COMMANDS = typer.main.get_command(cli.app)
SHOWN = [
    (command, said.splitlines())
    for page in (*PAGES.values(), (DOCS.parent / "README.md").read_text(encoding="utf-8"))
    for block in re.findall(r"^ *```console\n(.*?)^ *```", page, re.DOTALL | re.MULTILINE)
    for command, said in re.findall(
        r"^\$ workshop-kit (.*)\n((?:[^$].*\n)*)", re.sub(r"^ {3}", "", block, flags=re.M), re.M
    )
]
TEAMS = ("Payments", "Data", "Mobile", "Embedded", "Security", "Search", "Billing", "Web")


@pytest.fixture
def spring(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The event of the pages: eight teams, five of which have mapped somebody, in this folder."""
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "spring-offsite"
    scaffold_event(folder, "Spring offsite", today=datetime.date.today())
    rows = [f"{team},Leader of {team},9,example-ladder" for team in TEAMS]
    text = "\n".join(["team,leader,size,ladder", *rows])
    (folder / "teams.csv").write_text(text, encoding="utf-8")
    return folder


def run(command: str, monkeypatch: pytest.MonkeyPatch) -> int:
    monkeypatch.setattr(sys, "argv", ["workshop-kit", *command.split()])
    with pytest.raises(SystemExit) as end:
        cli.main()
    return int(end.value.code or 0)


def shown(command: str) -> list[str]:
    """What the pages show of it, without what they leave out."""
    (said,) = (said for known, said in SHOWN if known == command and said)
    return [line for line in said if line != "…"]


@pytest.mark.parametrize("command", sorted({command for command, _ in SHOWN}))
def test_every_command_is_one_that_the_kit_understands(command: str) -> None:
    name, *arguments = command.split()
    COMMANDS.commands[name].make_context(name, arguments)


@pytest.mark.parametrize("command", [c for c, _ in SHOWN if c.startswith("open ")])
def test_every_page_that_is_opened_is_there(command: str, spring: Path) -> None:
    _, activity, *options = command.split()
    if activity != "live":
        team = options[options.index("--team") + 1].removeprefix("example-")
        choose_activity(activity, spring, team, facilitated="--facilitated" in options)


def test_the_evening_before_says_what_is_shown(
    spring: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("check spring-offsite", monkeypatch) == 0
    assert [capsys.readouterr().out.rstrip()] == SHOWN[0][1]
    text = (spring / "event.yaml").read_text(encoding="utf-8")
    text = re.sub(r"(?m)^date:.*", "date: 2027-03-18", text).replace("UTC", "Europe/Zurich")
    (spring / "event.yaml").write_text(text, encoding="utf-8")
    run("run-sheet spring-offsite", monkeypatch)
    said = capsys.readouterr().out.splitlines()
    assert set(shown("run-sheet spring-offsite")) <= set(said)


def test_the_report_says_what_is_shown(
    spring: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("report spring-offsite --release", monkeypatch) == 2
    assert capsys.readouterr().err.splitlines()[0] in PAGES["follow-up"]
    map_five_teams(spring)
    assert run("report spring-offsite", monkeypatch) == 0
    assert capsys.readouterr().out.splitlines() == shown("report spring-offsite")
    assert run("report spring-offsite --release", monkeypatch) == 0
    assert capsys.readouterr().out.splitlines() == shown("report spring-offsite --release")


def map_five_teams(spring: Path) -> None:
    """Five leaders map three people each, and write what they will do in 30, 60 and 90 days."""
    mapping, example = (
        load_curriculum().activity(slug) for slug in ("stage-mapping", "lead-by-example")
    )
    people = next(q for form in mapping.forms for q in form.questions if q.kind == "people")
    promised = next(
        q for form in example.forms for q in form.questions if q.id == "thirty-sixty-ninety"
    )
    fields = {field.id: answer_of(field, "Ochre") for field in people.fields}
    with open_store(spring) as store:
        for team in TEAMS[:5]:
            whose = {"participant": "leader", "team": team.lower()}
            for code in ("P1", "P2", "P3"):
                store.save(
                    **whose,
                    activity=mapping.slug,
                    question=f"people/{code}",
                    value={"fields": fields},
                )
            value = answer_of(promised, "Ochre")
            store.save(**whose, activity=example.slug, question=promised.id, value=value)


def test_after_the_last_day_the_kit_says_what_is_shown(
    spring: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    text = (spring / "event.yaml").read_text(encoding="utf-8")
    text = re.sub(r"(?m)^date:.*", "date: 2020-03-18", text)
    (spring / "event.yaml").write_text(text, encoding="utf-8")
    assert run("report spring-offsite", monkeypatch) == 2
    said = capsys.readouterr().err.splitlines()[0].replace("2020", "2027")
    assert said in PAGES["follow-up"]


def test_the_figures_in_the_words_are_those_of_the_kit() -> None:
    assert OFFER_AFTER == 3
    assert "three minutes late or more" in PAGES["run-the-day"]
    assert (Limits().people, Limits().teams, Privacy().days) == (5, 3, 90)
    assert "over at least five people in at least three teams" in PAGES["privacy"]
    assert (TEAM_AT_LEAST, OTHERS_AT_LEAST, STEP) == (3, 2, 5)
    for words in ("each of three people or more", "two others did not", "“at least 5, 10, 15 …”"):
        assert words in PAGES["privacy"]
    assert look_back_days(DAY, DAY + datetime.timedelta(90))[90] == DAY + datetime.timedelta(88)
    assert "that is after 88 days" in PAGES["follow-up"]


@pytest.mark.parametrize("name", NAMES)
def test_every_link_and_picture_is_there(name: str) -> None:
    for target in re.findall(r"\]\(([^)#]*)(?:#[^)]*)?\)", PAGES[name]):
        assert (DOCS / target).exists(), target


def test_every_button_of_the_live_view_that_is_named_is_on_it() -> None:
    live = DOCS.parent / "src" / "workshop_kit" / "live"
    code = "".join((live / file).read_text(encoding="utf-8") for file in ("live.js", "shown.py"))
    rows = PAGES["run-the-day"].split("| button |")[1].split("\n\n")[0].splitlines()[2:]
    for words in (words for row in rows for words in row.split("|")[1].strip().split(", ")):
        plain = words.removesuffix(": …").replace("'", "’")
        assert plain in code or words == "End the day", words
