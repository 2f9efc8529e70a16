"""`workshop-kit follow-up`: a leader's way through the weeks after, rendered once, and its messages."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import nbformat
import pytest

from tests.conftest import Rendered, TinyEvent, make_notebook, make_tiny_event
from tests.pages import Pages
from workshop_kit import load_event, render
from workshop_kit.cli_follow_up import follow_up
from workshop_kit.content import load_curriculum
from workshop_kit.errors import InputError
from workshop_kit.store import open_store

DAY = datetime.date(2027, 3, 18)
DATED = ("lead-by-example", "thirty-sixty-ninety")
SIGNALS = {s.slug: [x.id for x in s.signals] for s in load_curriculum().stages}


def person(stage: str, first: datetime.date) -> dict[str, object]:
    seen = [
        {"signal": signal, "when": str(first + datetime.timedelta(days=day))}
        for day, signal in enumerate(SIGNALS[stage][:2])
    ]
    return {"fields": {"signals": {"seen": seen}, "evidence": {"chosen": ["some"], "other": ""}}}


def answers() -> Iterator[tuple[str, str, object]]:
    rows = [
        {"what": "Mend the specification", "who": "P1", "by": "2027-04-17"},
        {"what": "Move the meeting", "by": "2027-04-17"},
        {"what": "Read the ladder aloud", "by": "2027-06-01"},
    ]
    yield (*DATED, {"commitments": rows})
    key = f"kept.{'.'.join(DATED)}"
    done = {"chosen": ["as-said"], "other": "*Two* laughed.", "what": "Mend the specification"}
    yield "follow-up-30", f"{key}.1", done
    yield "follow-up-30", f"{key}.2", {"chosen": ["moved-60"], "what": "Move the meeting"}
    yield "follow-up-30", "until-60", {"commitments": [{"what": "Ask once more"}]}
    yield "follow-up-60", f"{key}.2", {"chosen": ["dropped"], "what": "Move every meeting"}
    for number in range(1, 6):
        yield "stage-mapping", f"people/P{number}", person("anxiety", DAY)
        again = person("reframing", DAY + datetime.timedelta(days=80))
        yield "follow-up-90", f"people/P{number}", again


@pytest.fixture(scope="module")
def followed(tmp_path_factory: pytest.TempPathFactory) -> Rendered:
    """A team that has answered, its follow-up rendered beside a notebook with next to nothing in it."""
    home = tmp_path_factory.mktemp("followed")
    event = make_tiny_event(home / "event", "Quokka")
    with open_store(event.path) as store:
        for activity, key, value in answers():
            store.save(
                participant="leader", team="quokka", activity=activity, question=key, value=value
            )  # type: ignore[arg-type]
    tiny = make_notebook(home / "notebooks", "1")
    report = render(load_event(event.path), home / "out", notebooks=[tiny], follow_up=True)
    assert report.failures == []
    return Rendered(home, report)


def pages(followed: Rendered, days: int) -> str:
    pdf = Pages((followed.out / f"quokka/follow-up/{days}-days.pdf").read_bytes())
    return " ".join(pdf.text.split())


def test_every_look_back_is_there_as_a_notebook_and_on_paper(followed: Rendered) -> None:
    folder = followed.out / "quokka/follow-up"
    assert sorted(path.name for path in folder.iterdir()) == [
        f"{days}-days.{kind}" for days in (30, 60, 90) for kind in ("ipynb", "pdf")
    ]


def test_the_index_names_them(followed: Rendered) -> None:
    page = followed.report.index.read_text(encoding="utf-8")
    assert "In the weeks after" in page
    for days in (30, 60, 90):
        assert f"After {days} days" in page
        assert f'href="quokka/follow-up/{days}-days.pdf"' in page


def test_after_30_days_it_says_what_became_of_each_thing_in_the_leaders_words(
    followed: Rendered,
) -> None:
    text = pages(followed, 30)
    assert "Mend the specification" in text
    assert "Done, as I said it" in text
    assert "*Two* laughed." in text
    assert "Moved: I do it by 17 May 2027" in text


def test_what_is_due_later_is_named_and_not_asked(followed: Rendered) -> None:
    text = pages(followed, 30)
    assert "Read the ladder aloud (1 June 2027)" in text


def test_after_60_days_it_asks_what_was_moved_and_added_and_no_more_what_is_done(
    followed: Rendered,
) -> None:
    text = pages(followed, 60)
    assert "Ask once more" in text
    assert "Moved to 17 May 2027" in text
    assert "Mend the specification" not in text


def test_an_answer_to_other_words_is_told_and_the_boxes_are_open(followed: Rendered) -> None:
    text = pages(followed, 60)
    assert "Move every meeting" in text
    assert "☐" in text


def test_after_90_days_two_maps_are_counted_beside_each_other(followed: Rendered) -> None:
    text = pages(followed, 90)
    assert "Signals of Anxiety 5 0" in text
    assert "Signals of Reframing 0 5" in text
    assert "A difference of one or two says nothing about a direction" in text


def test_the_chart_is_there_with_its_description(followed: Rendered) -> None:
    nb = nbformat.read(followed.out / "quokka/follow-up/90-days.ipynb", as_version=4)
    assert re.search(r"Signals of Anxiety: 5 then, 0 now", str(nb.cells))


def test_every_page_says_until_when_the_answers_are_kept(followed: Rendered) -> None:
    for days in (30, 60, 90):
        assert "kept until 16 June 2027" in pages(followed, days)


def test_no_facilitators_word_and_no_path_is_in_them(followed: Rendered) -> None:
    for path in (followed.out / "quokka/follow-up").glob("*.ipynb"):
        text = path.read_text(encoding="utf-8")
        assert str(followed.home) not in text
        assert "facilitator_notes" not in text


def test_the_next_run_finds_them_as_they_should_be(followed: Rendered, tmp_path: Path) -> None:
    copy = followed.copy_to(tmp_path)
    tiny = copy.home / "notebooks" / "01-tiny.ipynb"
    report = render(load_event(copy.folder), copy.out, notebooks=[tiny], follow_up=True)
    assert (report.notebooks, report.pdfs, report.current) == (0, 0, 5)


# ---- the command -------------------------------------------------------------------------------


def test_an_event_with_mistakes_is_told_and_nothing_is_made(
    tiny_event: Callable[..., TinyEvent],
) -> None:
    event = tiny_event("Quokka")
    (event.path / "event.yaml").write_text("name: Tiny\ndate: soon\n", encoding="utf-8")
    with pytest.raises(InputError, match="key date"):
        follow_up(event.path)
    assert not (event.path / "out").exists()
