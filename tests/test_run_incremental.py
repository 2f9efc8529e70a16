"""What is rendered again after a change: all that depends on it, and no more.

Every sentence of the curriculum gets a mark that names its file; then the shipped notebooks' cells
are run, in this process, and what they show is searched for the marks.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import nbformat
import pytest
from IPython.core.formatters import DisplayFormatter

from tests.conftest import LADDER, TinyEvent, make_tiny_event
from tests.test_run_answers import every_answer
from workshop_kit.content import conversation_files, curriculum_files, kit_folder, load_curriculum
from workshop_kit.content.yaml_file import read_document
from workshop_kit.curriculum import filled
from workshop_kit.run import jobs, shipped_notebooks
from workshop_kit.run.fingerprints import (
    PRINTING,
    code_fingerprint,
    curriculum_digests,
    digest,
    kit_fingerprint,
)
from workshop_kit.run.jobs import Job, plan, plan_cards
from workshop_kit.run.manifest import Made
from workshop_kit.run.reading import NOT_RUN, reads_of
from workshop_kit.run.remaining import remaining
from workshop_kit.store import open_store
from workshop_kit.variables import RENDERING

KINDS = ("workshops", "exercises", "follow-up")
NOTEBOOKS = {f"{kind}/{path.stem}": path for kind in KINDS for path in shipped_notebooks(kind)}
# Values that the code goes by; a mark would change what they do.
RULES = {"words", "beside", "unless", "before", "after", "framed", "found", "id", "slug"}
# Read by a notebook, though the sample has nothing that makes it show.
NOT_SHOWN = {
    "workshops/03-naming-the-transition": {"patterns.yaml"},  # no script of the kit quotes a draft
    "exercises/03-naming-the-transition": {"patterns.yaml"},
    "follow-up/30-days": {"stages.yaml"},  # only the last look back maps the team again
    "follow-up/60-days": {"stages.yaml"},
}
WIDGET = "application/vnd.jupyter.widget-view+json"


def mark_of(file: str) -> str:
    return "Zq" + "".join(c for c in file.removesuffix(".yaml").title() if c.isalpha()) + "q"


def marked(value: object, mark: str, key: str = "") -> object:
    """The value with the mark at the end of every text of more than one word."""
    if isinstance(value, dict):
        return {name: marked(inner, mark, name) for name, inner in value.items()}
    if isinstance(value, list):
        return [marked(inner, mark, key) for inner in value]
    if not isinstance(value, str) or " " not in value or key in RULES:
        return value
    end = value[-1] if value.endswith((".", "?", "!")) else ""
    return f"{value.removesuffix(end)} {mark}{end}"


def forget_what_was_read() -> None:
    for name, module in list(sys.modules.items()):
        if name.startswith("workshop_kit"):
            for function in list(vars(module).values()):
                if hasattr(function, "cache_clear"):
                    function.cache_clear()


def shown_by(notebook: Path) -> str:
    """What the cells of a notebook show, with the parameters that it has itself."""
    formatter, names, shown = DisplayFormatter(), dict[str, object](), []
    for cell in nbformat.read(notebook, as_version=4).cells:
        if cell.cell_type != "code" or NOT_RUN & set(cell.metadata.get("tags", [])):
            continue
        *first, last = cell.source.splitlines()
        exec("\n".join(first), names)
        try:
            found = eval(last, names)
        except SyntaxError:
            exec(last, names)
            continue
        if found is not None:
            data = dict(formatter.format(found)[0])
            data.pop(WIDGET, None)
            shown.append(json.dumps(data, default=str))
    return "".join(shown)


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, str]:
    """What each notebook shows of the sample, from a curriculum with a mark in every sentence."""
    home = tmp_path_factory.mktemp("marked")
    package = curriculum_files.PACKAGE
    for path in sorted((package / "curriculum").rglob("*.yaml")):
        document, problems = read_document(path, package)
        assert document, problems
        target = home / path.relative_to(package)
        target.parent.mkdir(parents=True, exist_ok=True)
        file = path.relative_to(package / "curriculum").as_posix()
        target.write_text(json.dumps(marked(document.data, mark_of(file)), ensure_ascii=False))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(RENDERING, "1")
        patch.setattr(curriculum_files, "PACKAGE", home)
        patch.setattr(conversation_files, "PACKAGE", home)
        forget_what_was_read()
        found = {}
        for name, path in NOTEBOOKS.items():
            patch.chdir(path.parent)
            found[name] = shown_by(path)
    forget_what_was_read()
    return found


def files_in(text: str) -> set[str]:
    return {file for file in curriculum_digests() if mark_of(file) in text}


def is_script(file: str) -> bool:
    return file.startswith("conversations/")


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_notebook_shows_no_file_of_the_curriculum_that_it_is_not_known_to_read(
    shown: Mapping[str, str], name: str
) -> None:
    found, reads = files_in(shown[name]), reads_of(NOTEBOOKS[name])
    assert found
    assert {file for file in found if not is_script(file)} <= reads.files
    assert reads.scripts or not any(map(is_script, found))


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_notebook_is_known_to_read_no_more_of_the_curriculum_than_it_shows(
    shown: Mapping[str, str], name: str
) -> None:
    found, reads = files_in(shown[name]), reads_of(NOTEBOOKS[name])
    assert reads.files - found == NOT_SHOWN.get(name, set())
    assert reads.scripts == any(map(is_script, found))


def test_every_file_of_the_curriculum_that_leaders_see_was_met(shown: Mapping[str, str]) -> None:
    met = files_in("".join(shown.values()))
    # Only the screen, the facilitator or the cards have these; phrases are the report's.
    elsewhere = {"feedback.yaml", "own_words.yaml", "phrases.yaml", "trio.yaml"}
    assert set(curriculum_digests()) - met <= elsewhere


@pytest.fixture(scope="module")
def answered(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, str]:
    """What each notebook of the day shows of a team that answered everything, by a mark an activity."""
    home = tmp_path_factory.mktemp("answered")
    event = make_tiny_event(home / "event", "Quokka")
    with open_store(event.path) as store:
        for activity in load_curriculum().activities:
            for slug, key, value in every_answer(mark_of(activity.slug)):
                if slug == activity.slug:
                    store.save(
                        participant="leader",
                        team="quokka",
                        activity=slug,
                        question=key,
                        value=value,
                    )
    found = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(RENDERING, "1")
        for path in (*shipped_notebooks(), *shipped_notebooks("follow-up")):
            nb = nbformat.read(path, as_version=4)
            for cell in nb.cells:
                if "parameters" in cell.metadata.get("tags", []):
                    cell.source = f"event_dir = {str(event.path)!r}\nteam = 'quokka'"
            nbformat.write(nb, home / path.name)
            found[path.stem] = shown_by(home / path.name)
    return found


def test_a_notebook_shows_no_answers_that_it_is_not_known_to_read(
    answered: Mapping[str, str],
) -> None:
    slugs = [activity.slug for activity in load_curriculum().activities]
    for path in (*shipped_notebooks(), *shipped_notebooks("follow-up")):
        found = {slug for slug in slugs if mark_of(slug) in answered[path.stem]}
        assert found, path
        assert found <= reads_of(path).answers, path


def test_a_notebook_with_code_of_its_own_is_taken_to_read_everything(
    notebook_of: Callable[..., Path], tmp_path: Path
) -> None:
    for code in ("book.pages_to_come()", "print(open('x').read())", 'book.form(slug, "reading")'):
        reads = reads_of(notebook_of(tmp_path, code))
        assert {"stages.yaml", "lint.yaml", "activities/stage-mapping.yaml"} <= reads.files, code
        assert reads.scripts
        assert "stage-mapping" in reads.answers


# ---- the plan ----------------------------------------------------------------------------------


@pytest.fixture
def event(tiny_event: Callable[..., TinyEvent]) -> TinyEvent:
    return tiny_event("One", "Two", "Three", ladders={"Three": "two.md"})


def every_job(event: TinyEvent, answers: Mapping[str, str] | None = None) -> dict[str, Job]:
    folder, out = event.load(), event.path.parent / "out"
    found = plan(
        folder,
        out,
        shipped_notebooks(),
        shipped_notebooks("exercises"),
        answers or {},
        shipped_notebooks("follow-up"),
    )
    return {job.key: job for job in (*found, *plan_cards(folder, out))}


def changed(before: Mapping[str, Job], after: Mapping[str, Job]) -> set[str]:
    """The jobs that depend on something else now."""
    assert before.keys() == after.keys()
    return {key for key in before if before[key].inputs != after[key].inputs}


def of_every_team(*names: str) -> set[str]:
    return {f"{team}/{name}" for team in ("one", "two", "three") for name in names}


LOOK_BACKS = ("follow-up/30-days", "follow-up/60-days", "follow-up/90-days")


@pytest.mark.parametrize(
    ("file", "names"),
    [
        ("activities/stage-mapping.yaml", ("02-stage-mapping", "exercises/02-stage-mapping")),
        ("activities/lead-by-example.yaml", ("06-lead-by-example", "exercises/06-lead-by-example")),
        ("charter.yaml", ("02-stage-mapping", "exercises/02-stage-mapping")),
        ("lint.yaml", ("01-ladder-rewriting", "exercises/01-ladder-rewriting")),
    ],
)
def test_a_sentence_of_the_curriculum_renders_the_pages_that_have_it_again(
    event: TinyEvent, monkeypatch: pytest.MonkeyPatch, file: str, names: tuple[str, ...]
) -> None:
    before = every_job(event)
    monkeypatch.setattr(jobs, "curriculum_digests", lambda: {**curriculum_digests(), file: "x"})
    backs = LOOK_BACKS if file.startswith("activities/") else ()
    assert changed(before, every_job(event)) == of_every_team("handout", *names, *backs)


def test_a_sentence_that_no_page_has_renders_nothing_again(
    event: TinyEvent, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = every_job(event)
    changes = {"feedback.yaml": "x", "own_words.yaml": "x"}
    monkeypatch.setattr(jobs, "curriculum_digests", lambda: {**curriculum_digests(), **changes})
    assert changed(before, every_job(event)) == set()


def test_the_signals_and_the_roles_print_the_cards_again(
    event: TinyEvent, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = every_job(event)
    monkeypatch.setattr(
        jobs, "curriculum_digests", lambda: {**curriculum_digests(), "trio.yaml": "x"}
    )
    cards = {key for key in before if key.startswith("conversations/")}
    assert changed(before, every_job(event)) == cards


def test_a_row_renders_its_team_again_and_no_other(event: TinyEvent) -> None:
    before = every_job(event)
    path = event.path / "teams.csv"
    path.write_text(path.read_text().replace("Leader of Two", "Ada Newcome"))
    assert changed(before, every_job(event)) == {key for key in before if key.startswith("two/")}


def test_a_ladder_renders_its_teams_again_and_no_other(event: TinyEvent) -> None:
    before = every_job(event)
    event.write_ladder("two.md", LADDER + "- Mentors two people.\n")
    assert changed(before, every_job(event)) == {key for key in before if key.startswith("three/")}


def test_an_answer_renders_what_shows_it_again(event: TinyEvent) -> None:
    before, answers = every_job(event), {"two/ladder-rewriting": "x"}
    assert changed(before, every_job(event, answers)) == {
        "two/01-ladder-rewriting",
        "two/03-naming-the-transition",  # which rehearses with the line as it was rewritten
        "two/handout",
        "two/exercises/01-ladder-rewriting",
        "two/exercises/03-naming-the-transition",
        *(f"two/{name}" for name in LOOK_BACKS),
    }


def test_the_word_of_welcome_prints_the_handouts_again(event: TinyEvent) -> None:
    before = every_job(event)
    with (event.path / "event.yaml").open("a") as file:
        file.write("welcome: Good morning.\n")
    assert changed(before, every_job(event)) == of_every_team("handout")


def test_the_template_changes_what_is_printed_and_nothing_that_is_run(
    event: TinyEvent, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = every_job(event)
    monkeypatch.setattr(jobs, "printing_fingerprint", lambda: "x")
    after = every_job(event)
    assert changed(before, after) == set()
    assert all(before[key].printed != after[key].printed for key in before)


def test_code_renders_everything_again(event: TinyEvent, monkeypatch: pytest.MonkeyPatch) -> None:
    before = every_job(event)
    monkeypatch.setattr(jobs, "code_fingerprint", lambda: "x")
    assert changed(before, every_job(event)) == set(before)


def test_another_python_stands_in_the_notebooks_and_renders_everything_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    before = code_fingerprint.__wrapped__()
    assert code_fingerprint.__wrapped__() == before
    monkeypatch.setattr("platform.python_version", lambda: "3.99.0")
    assert code_fingerprint.__wrapped__() != before


def test_a_leaders_name_that_a_conversation_has_changes_the_conversation_for_all(
    event: TinyEvent,
) -> None:
    folder = event.load()
    person = next(person for script in folder.conversations for person in script.cast.values())
    name = next(iter(person.who.split()), "")
    leaders = tuple(team.leader for team in folder.teams)
    renamed = (*leaders, name)
    facts = {"event": folder.event.name}
    differ = any(
        filled(script, facts, leaders) != filled(script, facts, renamed)
        for script in folder.conversations
    )
    before = every_job(event)
    path = event.path / "teams.csv"
    path.write_text(path.read_text().replace("Leader of Two", name))
    others = {key for key in changed(before, every_job(event)) if not key.startswith("two/")}
    assert bool(others & of_every_team("03-naming-the-transition")) == differ


def test_no_notebook_runs_code_of_what_only_prints() -> None:
    """`handout` is not imported by anything that a notebook uses; fonts are drawn with afterwards."""
    code = (
        "import sys, workshop_kit.workbook, workshop_kit.facilitation, workshop_kit.charts\n"
        "print([name for name in sys.modules if name.startswith('workshop_kit.handout')])"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "[]"
    assert PRINTING == ("fonts/", "handout/")


def test_the_kits_fingerprint_is_of_every_part() -> None:
    assert kit_fingerprint() != digest()
    assert len(curriculum_digests()) > 20
    assert all((curriculum_files.PACKAGE / "curriculum" / f).exists() for f in curriculum_digests())


# ---- what is there already ---------------------------------------------------------------------

MADE = Made(inputs="in", printed="print", files={"a.ipynb": "n", "a.pdf": "p"})


def job(**changes: object) -> Job:
    values: dict[str, object] = {
        "team": "one",
        "name": "a",
        "notebook": kit_folder("workshops") / "a.ipynb",
        "folder": Path(),
        "event_dir": Path(),
        "event_shown": "",
        "inputs": "in",
        "sheet": {},
        "printed": "print",
    }
    return Job(**{**values, **changes})  # type: ignore[arg-type]


def left(job: Job, *damaged: str) -> list[Job]:
    return remaining([job], {"one/a": MADE}, lambda _job, name, _digest: name not in damaged)


def test_what_is_current_is_not_done_again() -> None:
    assert left(job()) == []


def test_a_new_template_keeps_the_notebook() -> None:
    assert [one.keeps_notebook for one in left(job(printed="other"))] == [True]


def test_a_missing_pdf_is_printed_from_the_notebook_that_is_there() -> None:
    assert [one.keeps_notebook for one in left(job(), "a.pdf")] == [True]


def test_a_changed_notebook_is_run_again_and_not_printed() -> None:
    assert [one.keeps_notebook for one in left(job(printed="other"), "a.ipynb")] == [False]
    assert [one.keeps_notebook for one in left(job(), "a.ipynb", "a.pdf")] == [False]


def test_other_inputs_run_the_notebook_again() -> None:
    assert [one.keeps_notebook for one in left(job(inputs="other"))] == [False]


def test_a_job_that_was_never_done_is_done() -> None:
    assert remaining([job(name="b")], {"one/a": MADE}, lambda *_: True) == [job(name="b")]
