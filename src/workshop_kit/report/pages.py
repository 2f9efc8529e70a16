"""The sponsor's report on paper. It holds what was released, and nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, get_args

import pandas as pd
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_notebook, new_output

from workshop_kit.content import load_curriculum
from workshop_kit.content.person_names import names_in
from workshop_kit.curriculum import DimensionSlug
from workshop_kit.errors import HandoutError, InputError, Problem
from workshop_kit.event import EventFolder
from workshop_kit.event_sheet import event_sheet
from workshop_kit.forms import bullets, div, literal, paragraphs
from workshop_kit.forms.keeping import Limits
from workshop_kit.handout import PressFailed, Sheet, print_part, read_notebook
from workshop_kit.privacy import Picture, Withheld, decided
from workshop_kit.privacy import preview as preview_picture
from workshop_kit.report.figures import STEP, Figures, Kind, Ladders, figures_now, released_figures
from workshop_kit.report.stories import Story, released_stories
from workshop_kit.store import Store, open_store
from workshop_kit.whole_file import write_whole

NAME = "sponsor-report"
HEADINGS = {
    "outcome": "What is different now",
    "specification": "What had been written down",
    "validation": "How it was checked",
    "judgment": "What was decided",
}
_MAY_NAME = (
    "A story in it may name a person: one word or more looks like a given name. Read the stories"
    " before you pass the report on; its leader can take the name out, or the release back."
)
_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")

Output = Mapping[str, Any]


def write_report(folder: EventFolder, out: Path) -> tuple[tuple[Path, ...], tuple[str, ...]]:
    """The file written, below `out/facilitator`, and remarks for the facilitator.

    Raises InputError where nothing was released yet.
    """
    with open_store(folder.path, folder.event.database) as store:
        figures = released_figures(store)
        if figures is None:
            what = "Nothing has been released for the sponsor yet."
            fix = f"To see what that would be: workshop-kit report {folder.path}"
            raise InputError([Problem("answers", "", what, fix)])
        picture = decided(store) or Withheld(reason="There is no picture of all teams together.")
        stories, held = released_stories(store.latest(), folder.teams)
    pdf, remarks = report_pdf(figures, picture, stories, event_sheet(folder))
    path = out / "facilitator" / f"{NAME}.pdf"
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, pdf)
    if held:
        remarks = [*remarks, _held(held)]
    if any(names_in(text) for story in stories for text in story.parts.values()):
        remarks = [*remarks, _MAY_NAME]
    return (path,), tuple(remarks)


def _held(held: int) -> str:
    stories = "A released story names" if held == 1 else f"{held} released stories name"
    left = "it was" if held == 1 else "they were"
    return (
        f"{stories} a team, a leader or a code of this event, so {left} left out. Ask all leaders to"
        " look for such names in what they released, and make the report again."
    )


def report_pdf(
    figures: Figures, picture: Picture | Withheld, stories: Iterable[Story], sheet: Sheet
) -> tuple[bytes, list[str]]:
    """The report as a PDF, and what could not be printed as it was written. Raises HandoutError."""
    part = read_notebook(_notebook(figures, picture, tuple(stories)), None, NAME)
    try:
        pdf, remarks = print_part(part, sheet)
    except PressFailed as error:
        raise HandoutError(NAME, "", f"Typst can't set it: {error}") from error
    return pdf, [*(remark.text for remark in part.remarks), *remarks]


def _notebook(
    figures: Figures, picture: Picture | Withheld, stories: tuple[Story, ...]
) -> NotebookNode:
    outputs: dict[str, list[Output]] = {
        "about": [_words(_about(figures.limits))],
        "picture": list(_picture(picture)),
        "moves": [_words(*_moves(figures))],
        "commitments": [_words(*_commitments(figures))],
        "ladders": list(_ladders(figures)),
        "stories": [_words(*_stories(stories))],
    }
    cells = [
        new_code_cell("", id=ident, outputs=[new_output("display_data", data) for data in found])
        for ident, found in outputs.items()
    ]
    notebook: NotebookNode = new_notebook(cells=cells)
    return notebook


def _words(*parts: str) -> Output:
    return {"text/markdown": "\n\n".join(parts)}


def _chart(chart: Any) -> Output:
    return {"application/vnd.vegalite.v6+json": chart.to_dict()}


# ---- what it is --------------------------------------------------------------------------------


def _about(limits: Limits) -> str:
    people, teams = _number(limits.people), _number(limits.teams)
    return "\n\n".join(
        [
            "# The sponsor’s report",
            "Leaders of several teams looked at how their people take a change in their work, at what"
            " their ladders pay for, and at what they themselves can do. These pages tell what came of"
            f" it for all teams together. A figure about people stands for at least {people} people in"
            f" at least {teams} teams, or it is kept back, and so are figures from which it could be"
            " worked out. Every figure was counted once. A later copy of this report repeats them, and"
            " does not count again.",
            "Apart from stories at the end that leaders released, it says nothing about a single team"
            " or person, and no other version is made that does. What leaders saw is what they noticed"
            " in one month. The five stages are one practitioner’s observation; we know of no research"
            " that tests them.",
            div(
                "aside",
                "**Not for rating, pay, promotion or redundancy, of anybody or of any team.** The"
                " leaders and their people were promised that. Please do not ask a leader for the"
                " figures of their own team.",
            ),
        ]
    )


# ---- the parts ---------------------------------------------------------------------------------


def _picture(picture: Picture | Withheld) -> Iterator[Output]:
    heading = "## What leaders noticed"
    if isinstance(picture, Withheld):
        yield _words(heading, literal(picture.reason))
        return
    yield _words(
        heading,
        "How many people show signals of which kind. Somebody is counted under signals of a stage"
        " only where several were seen, on more than one day, and all of one kind. No group is better"
        " than another.",
    )
    shown = picture.frame.dropna()
    yield _chart(_drawn(shown.astype({"people": int})))
    *_, rule, kept = picture.words if None in picture.people.values() else (*picture.words, "")
    yield _words(div("small", literal(f"{rule} {kept}")))


def _drawn(shown: pd.DataFrame) -> Any:
    from workshop_kit import charts

    told = "; ".join(f"{row.group}: {row.people}" for row in shown.itertuples())
    description = f"Bars of how many people show which signals. {told}. Other groups are not shown."
    return charts.team_picture(shown).properties(description=description)


def _moves(figures: Figures) -> Iterator[str]:
    yield "## What leaders will do for their people"
    if figures.moves:
        yield (
            f"Moves that the leaders of at least {_number(figures.limits.teams)} teams have chosen,"
            " in the order of the workshop’s own list. How many teams chose each is not told."
        )
        yield bullets(figures.moves)
        yield div("small", "Moves of fewer teams are left out, and so are those of nearly all.")
    else:
        yield (
            "Kept back. A move is listed only if several teams have chosen it and several have not,"
            " so that nobody can tell which; none is like that."
        )


def _commitments(figures: Figures) -> Iterator[str]:
    yield "## What else they have taken on"
    told = [_kind(kind) for kind in figures.commitments if kind.at_least]
    kept = [_title(kind) for kind in figures.commitments if not kind.at_least]
    if told:
        yield "Commitments, each with the activity that it came from."
        yield bullets(told)
    if kept:
        few = f"fewer than {STEP}, or from fewer than {_number(figures.limits.teams)} teams"
        yield div("small", literal(f"Kept back ({few}): {'; '.join(kept)}."))


def _kind(kind: Kind) -> str:
    when = f"most of them within {kind.within} days" if kind.within else "most without a day"
    return f"{_title(kind)}: at least {kind.at_least}, {when}."


def _title(kind: Kind) -> str:
    titles = {activity.slug: activity.title for activity in load_curriculum().activities}
    return titles.get(kind.activity, kind.activity)


def _ladders(figures: Figures) -> Iterator[Output]:
    heading, ladders = "## What the ladders pay for", figures.ladders
    if ladders is None:
        yield _words(heading, "Kept back: too few lines were rewritten, or in too few teams.")
        return
    yield _words(
        heading,
        f"{ladders.lines} lines of career ladders were rewritten, over all teams that did so. The"
        " bars show what their statements pay for, going by their words. These are drafts of the"
        " leaders; whether they come into force is decided elsewhere.",
    )
    yield _chart(_balance(ladders))


def _balance(ladders: Ladders) -> Any:
    from workshop_kit import charts

    rows = [
        (which, dimension, counts.get(dimension, 0))
        for which, counts in (("Before", ladders.before), ("After", ladders.after))
        for dimension in get_args(DimensionSlug)
    ]
    return charts.ladder_balance(pd.DataFrame(rows, columns=["level", "dimension", "statements"]))


def _stories(stories: tuple[Story, ...]) -> Iterator[str]:
    yield "## Told by leaders"
    if not stories:
        yield "No story was released for this report. A leader may well have had reason not to."
        return
    yield (
        "Each was released by its leader, after everybody in it had agreed to these words. They stand"
        " in no order, and without names. Please do not try to find out whose they are."
    )
    for number, story in enumerate(stories, 1):
        yield f"### Story {number}"
        yield from (
            f"**{HEADINGS[part]}**\n\n{paragraphs(text)}" for part, text in story.parts.items()
        )


# ---- before it is released ---------------------------------------------------------------------


def preview(folder: EventFolder, store: Store) -> tuple[str, ...]:
    """What a release would contain and keep back, in sentences and without any figure."""
    figures, picture = figures_now(folder, store), preview_picture(folder, store)
    if isinstance(picture, Withheld):
        told = [picture.reason if not picture.final else "The picture would be kept back for good."]
    elif decided(store):
        told = ["The picture of all teams together is drawn already, and would stay as it is."]
    else:
        told = ["The picture of all teams together would be drawn, some of it kept back."]
    moves = "would be listed" if figures.moves else "would be kept back"
    told.append(f"Support moves that several leaders have chosen {moves}.")
    kinds = any(kind.at_least for kind in figures.commitments)
    told.append(
        f"Commitments {'of some activities would be told' if kinds else 'would be kept back'}."
    )
    ladders = "would be shown" if figures.ladders else "would be kept back"
    told.append(f"What the ladders pay for, before and after, {ladders}.")
    stories, _ = released_stories(store.latest(), folder.teams)
    told.append(
        "Released win stories would be printed." if stories else "No win story has been released."
    )
    return tuple(told)


def _number(count: int) -> str:
    return _NUMBERS[count] if count < len(_NUMBERS) else str(count)
