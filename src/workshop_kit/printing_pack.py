"""What is printed for the room, in one PDF: its plan, the cover, the charter, cards, tents, the form.

Everything is for one side of the paper. The first page says which pages, how many copies, on what.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from workshop_kit import markup
from workshop_kit.agenda import begins, ends
from workshop_kit.content import load_curriculum, load_trio
from workshop_kit.content.curriculum_files import load_part
from workshop_kit.content.names import clean
from workshop_kit.curriculum import Charter, Feedback
from workshop_kit.event import Event, EventFolder, written_date
from workshop_kit.event_sheet import event_sheet
from workshop_kit.forms import div, lines, literal
from workshop_kit.handout import Part, page_of, printed
from workshop_kit.pictures import Album
from workshop_kit.script_sheets import trio_cards
from workshop_kit.whole_file import write_whole

NAME = "printing-pack"


def write_printing_pack(folder: EventFolder, out: Path) -> tuple[tuple[Path, ...], tuple[str, ...]]:
    """Writes printing-pack.pdf into out/facilitator; the file, and remarks on the print.

    Raises HandoutError where it can't be printed, OSError where it can't be written.
    """
    pdf, remarks = printed(_pack(folder), NAME, event_sheet(folder))
    path = out / "facilitator" / f"{NAME}.pdf"
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, pdf)
    if not folder.agenda.facilitated:
        remarks.append(
            "Everybody works through this agenda alone: the pack is for a day in a room."
        )
    return (path,), tuple(remarks)


def _pack(folder: EventFolder) -> Part:
    """All sections in their order; `template.typ` has a function for each, called as here."""
    feedback = load_part("feedback.yaml", Feedback)
    cover = {"title": clean(folder.event.name), "days": _days(folder)}
    tents = [{"name": clean(t.leader), "team": clean(t.name)} for t in folder.teams]
    blocks = [
        markup.call_block("#bare"),
        *markup.data_call("pack-plan", _plan(folder)),
        *markup.data_call("pack-cover", cover),
        *_written("poster", _charter(load_curriculum().charter, folder.event)),
        *_written("card-page", trio_cards(load_trio())),
        *markup.data_call("tents", {"tents": tents}),
        *_written("form-page", _form(feedback)),
    ]
    return Part(markup.words("What to print for the room"), blocks, Album())


def _written(function: str, markdown: str) -> markup.Blocks:
    """What a function of the template makes of a page in Markdown that begins with its heading."""
    part = page_of(function, markdown)
    page = [markup.heading(1, part.title), *part.blocks]
    return [markup.call_block(f"#{function}["), *page, markup.call_block("]")]


# ---- the plan ----------------------------------------------------------------------------------


def _plan(folder: EventFolder) -> dict[str, Any]:
    leaders = len(folder.teams)
    trios = -(-leaders // 3)
    a4 = folder.event.paper == "a4"
    plain, card = ("Ordinary", "Card, 160 g/m² or more") if a4 else ("Ordinary", "Card stock")
    larger = "A3 (141\u00a0%)" if a4 else "Tabloid (129\u00a0%)"
    people = "1 leader" if leaders == 1 else f"{leaders} leaders"
    threes = "1 group of three" if trios == 1 else f"{trios} groups of three"
    return {
        "intro": f"For {people} in {threes}. Print on one side only, at 100\u00a0%, never “fit to page”."
        " Black is enough.",
        "beside": "Not in here: each leader’s handout, and the cards of one conversation for each"
        " group of three. “workshop-kit render” makes them, in the teams’ folders and in the folder"
        " conversations.",
        "heads": ["What", "Pages", "Copies", "Paper", "Then"],
        "rows": [
            _row("pack-plan", "This plan", "1", plain, "Keep it, and tick off."),
            _row("pack-cover", "Cover", "1", plain, "On the door of the room."),
            _row(
                "poster",
                "The charter",
                str(leaders + 1),
                plain,
                f"One each. One on the wall, larger if you can: {larger}.",
            ),
            _row("card-page", "Role cards", str(trios), card, "Cut. Three cards for each trio."),
            _row("tents", "Name tents", "1 of each page", card, "Fold. The name shows twice."),
            _row("form-page", "Feedback form", str(leaders), plain, "Hand out at the end."),
        ],
    }


def _row(key: str, what: str, copies: str, paper: str, then: str) -> dict[str, str]:
    return {"key": key, "what": what, "copies": copies, "paper": paper, "then": then}


def _days(folder: EventFolder) -> list[str]:
    """Each day of the event with its hours, such as “22 April 2027, 09:00–13:00”."""
    days = []
    for session in folder.agenda.sessions:
        start, over = begins(session, folder.event), ends(session, folder.event)
        days.append(f"{written_date(start.date())}, {start:%H:%M}–{over:%H:%M}")
    return days


# ---- the pages in Markdown ---------------------------------------------------------------------


def _charter(charter: Charter, event: Event) -> str:
    promises = "\n".join(f"1. {literal(promise)}" for promise in charter.promises)
    here = (
        f"At this event: pooled over at least {event.privacy.people} people and"
        f" {event.privacy.teams} teams; data expires on {written_date(event.expires)}."
    )
    return _joined(
        f"# {literal(charter.title)}",
        promises,
        literal(charter.closing),
        f"**{literal(here)}**",
    )


def _form(feedback: Feedback) -> str:
    asked = [
        div("together", f"**{number}. {literal(question.text)}**", lines(question.lines))
        for number, question in enumerate(feedback.questions, 1)
    ]
    return _joined(
        f"# {literal(feedback.title)}",
        literal(feedback.intro),
        *asked,
        div("aside", f"**What happens with it.** {literal(feedback.afterwards)}"),
    )


def _joined(*parts: str) -> str:
    return "\n\n".join(parts)
