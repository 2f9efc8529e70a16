"""Chapters → `guide.pdf`, and a folder of pages that open in any browser without a network."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined

from workshop_kit.errors import HandoutError
from workshop_kit.event import EventFolder
from workshop_kit.event_sheet import event_sheet
from workshop_kit.guide.chapters import Chapter, guide_chapters
from workshop_kit.handout import PressFailed, Sheet, page_of, print_parts, readable
from workshop_kit.markup import READERS, pandoc
from workshop_kit.whole_file import write_whole

NAME = "guide"
TITLE = "The facilitator’s guide"
FOR_WHOM = "For the facilitator"
WRITTEN_FOR = "half-day"
_WARNING = (
    "It holds what to say and what to watch for, and some of it is about the people in the room."
    " Leaders do not get it."
)
_pages = Environment(
    loader=PackageLoader("workshop_kit.guide", "."),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
)


def write_guide(folder: EventFolder, out: Path) -> tuple[tuple[Path, ...], tuple[str, ...]]:
    """Writes guide.pdf and the pages in guide/ into out/facilitator; the files, and remarks.

    Raises HandoutError where it can't be printed, OSError where it can't be written.
    """
    chapters = guide_chapters()
    sheet = event_sheet(folder).model_copy(update={"team": FOR_WHOM, "language": "en"})
    pdf, remarks = _book(chapters, sheet)
    if folder.agenda.slug != WRITTEN_FOR:
        remarks.append(
            f'The guide speaks of the half day. The minutes of "{folder.agenda.title}" are on the'
            " run sheet."
        )
    target = out / "facilitator"
    (target / NAME).mkdir(parents=True, exist_ok=True)
    contents = {target / f"{NAME}.pdf": pdf}
    for number, page in enumerate(_pages_of(chapters, sheet)):
        contents[target / NAME / chapters[number].file] = page.encode()
    for path, data in contents.items():
        write_whole(path, data)
    return tuple(contents), tuple(remarks)


# ---- on paper ----------------------------------------------------------------------------------


def _book(chapters: Sequence[Chapter], sheet: Sheet) -> tuple[bytes, list[str]]:
    parts = [page_of(chapter.name, chapter.markdown) for chapter in chapters]
    welcome = page_of("welcome", f"**{FOR_WHOM}.** {_WARNING}")
    try:
        pdf, remarks = print_parts(parts, sheet, TITLE, welcome)
    except PressFailed as error:
        raise HandoutError(NAME, "", f"Typst can't set it: {error}") from error
    return pdf, [*(remark.text for part in parts for remark in part.remarks), *remarks]


# ---- on a screen -------------------------------------------------------------------------------


def _pages_of(chapters: Sequence[Chapter], sheet: Sheet) -> list[str]:
    template = _pages.get_template("page.html.j2")
    reader = READERS["twin"] + "+gfm_auto_identifiers"
    shown = []
    for number, chapter in enumerate(chapters):
        body, _ = pandoc(["--from", reader, "--to", "html", "--wrap=none"], chapter.linked)
        before, after = chapters[number - 1 : number], chapters[number + 1 : number + 2]
        page = template.render(
            sheet=sheet,
            color=readable(sheet.color),
            title=TITLE,
            for_whom=FOR_WHOM,
            chapters=chapters,
            chapter=chapter,
            body=body,
            before=before[0] if before else None,
            after=after[0] if after else None,
        )
        shown.append(page)
    return shown
