"""Cards for the conversations: a PDF each for the whole event, made again when they change."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import Rendered, TinyEvent
from tests.pages import Pages
from tests.scripts import GOOD, as_yaml, script
from workshop_kit.content import load_conversations
from workshop_kit.curriculum.conversation import TRIO_ROLES
from workshop_kit.run import worker
from workshop_kit.run.jobs import Job, plan, plan_cards, shipped_notebooks


def write_script(event: TinyEvent, **more: object) -> None:
    place = event.path / "conversations"
    place.mkdir(exist_ok=True)
    (place / "mine.yaml").write_text(as_yaml(script(GOOD, **more)), encoding="utf-8")


def cards_of(event: TinyEvent, out: Path) -> dict[str, Job]:
    return {job.name: job for job in plan_cards(event.load(), out)}


def test_a_whole_run_has_made_cards_for_every_script_and_the_roles(sample: Rendered) -> None:
    made = {path.name for path in (sample.out / "conversations").iterdir()}
    wanted = [script.id for script in load_conversations()] + [TRIO_ROLES]
    assert made == {f"{name}.pdf" for name in wanted}


def test_cards_are_for_the_event_and_name_no_team(sample: Rendered) -> None:
    pages = Pages((sample.out / "conversations" / "two-closed-changes.pdf").read_bytes())
    assert "Rowan Lake leadership offsite" in pages.text
    assert "Payments" not in pages.text


def test_an_events_own_script_gets_cards(
    tiny_event: Callable[..., TinyEvent], tmp_path: Path
) -> None:
    event = tiny_event("Quokka")
    write_script(event, title="A door that stays shut")
    job = cards_of(event, tmp_path / "out")["a-closed-change"]
    assert job.key == "conversations/a-closed-change"
    done = worker.work(job)
    assert isinstance(done, worker.Done), done
    pages = Pages((tmp_path / "out" / "conversations" / "a-closed-change.pdf").read_bytes())
    assert "A door that stays shut" in pages.text


@pytest.mark.parametrize("change", ["script", "event"])
def test_cards_are_made_again_when_what_they_show_has_changed(
    tiny_event: Callable[..., TinyEvent], tmp_path: Path, change: str
) -> None:
    event = tiny_event("Quokka")
    write_script(event)
    before = cards_of(event, tmp_path / "out")
    if change == "script":
        write_script(event, title="Another title")
    else:
        file = event.path / "event.yaml"
        file.write_text(file.read_text().replace("Tiny", "Small"), encoding="utf-8")
    after = cards_of(event, tmp_path / "out")
    changed = {name for name in after if after[name].inputs != before[name].inputs}
    assert changed == ({"a-closed-change"} if change == "script" else set(after))


def test_the_pages_with_the_conversations_are_made_again_when_a_script_has_changed(
    tiny_event: Callable[..., TinyEvent], tmp_path: Path
) -> None:
    event = tiny_event("Quokka")

    def inputs() -> dict[str, str]:
        jobs = plan(event.load(), tmp_path / "out", shipped_notebooks(), (), {})
        return {job.name: job.inputs for job in jobs}

    before = inputs()
    write_script(event)
    after = inputs()
    changed = {name for name in after if after[name] != before[name]}
    assert changed == {"03-naming-the-transition", "handout"}


def test_nobody_on_the_cards_has_the_name_of_a_leader(
    tiny_event: Callable[..., TinyEvent], tmp_path: Path
) -> None:
    event = tiny_event("Quokka")
    cast = {"engineer": {"names": ["Zofia", "Ingrid"], "who": "Senior engineer"}}
    write_script(event, cast=cast)
    rows = (event.path / "teams.csv").read_text(encoding="utf-8")
    (event.path / "teams.csv").write_text(
        rows.replace("Leader of Quokka", "Zofia Nowak"), encoding="utf-8"
    )
    job = cards_of(event, tmp_path / "out")["a-closed-change"]
    assert job.script is not None
    assert job.script.cast["engineer"].names == ("Ingrid",)
