"""The day on one page: what happens when, how long at least, and what is left out when a room is late.

The same lines go to paper (a page a session), to a calendar, to a spreadsheet and to the terminal.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import groupby
from pathlib import Path

from workshop_kit import markup
from workshop_kit.agenda import HOW, Row, ends, minutes_by_mode, timetable
from workshop_kit.calendar_files import Entry, stable_uid, write_calendar
from workshop_kit.content.names import clean
from workshop_kit.curriculum import Agenda, Block, Session
from workshop_kit.event import EventFolder, written_date
from workshop_kit.event_sheet import event_sheet
from workshop_kit.handout import Part, printed
from workshop_kit.ladder_files.archive import steady
from workshop_kit.ladder_files.sheets_written import put_text
from workshop_kit.pictures import Album
from workshop_kit.whole_file import write_whole

NAME = "run-sheet"
HEADS = ("Time", "Began", "What, and what it needs", "How", "Minutes", "Drop", "Who")


@dataclass(frozen=True)
class Line:
    """A line of the run sheet, in words. `kind` is block, break, spare or end."""

    kind: str
    time: str
    what: str
    needs: str = ""
    how: str = ""
    minutes: str = ""
    drop: str = ""
    who: str = ""


@dataclass(frozen=True)
class SessionSheet:
    """One session's page: `modes` are its minutes by mode; `late` is what to do when it runs late, and
    `drops` is what is left out then, first things first; `owner` is set where all blocks have one.
    """

    title: str
    day: str
    hours: str
    lines: tuple[Line, ...]
    owner: str
    modes: str
    late: str
    drops: tuple[str, ...]


def session_sheets(folder: EventFolder) -> tuple[SessionSheet, ...]:
    """The run sheet of each session."""
    return tuple(_sheet(folder, session, rows) for session, rows in _by_session(folder))


def write_run_sheet(folder: EventFolder, out: Path) -> tuple[tuple[Path, ...], tuple[str, ...]]:
    """Writes run-sheet.pdf, .ics and .xlsx into out/facilitator; the files, and remarks on the print.

    Raises HandoutError where it can't be printed, OSError where it can't be written.
    """
    pdf, remarks = _pdf(folder)
    target = out / "facilitator"
    target.mkdir(parents=True, exist_ok=True)
    paper, calendar, table = (target / f"{NAME}.{kind}" for kind in ("pdf", "ics", "xlsx"))
    write_whole(paper, pdf)
    write_calendar(calendar, _entries(folder), folder.event.name)
    write_whole(table, _excel(folder))
    return (paper, calendar, table), tuple(remarks)


def _by_session(folder: EventFolder) -> Iterator[tuple[Session, list[Row]]]:
    rows = timetable(folder.agenda, folder.event)
    for session, of_it in groupby(rows, key=lambda row: row.session):
        yield session, list(of_it)


# ---- the lines ---------------------------------------------------------------------------------


def _sheet(folder: EventFolder, session: Session, rows: Sequence[Row]) -> SessionSheet:
    agenda, over = folder.agenda, ends(session, folder.event)
    owners = {clean(block.owner) for block in session.blocks}
    drops = sorted((b for b in session.blocks if b.cut), key=lambda b: (b.cut, b.title))
    return SessionSheet(
        title=clean(session.title),
        day=written_date(rows[0].start.date()),
        hours=f"{rows[0].start:%H:%M}–{over:%H:%M}",
        lines=(
            *(line for row in rows for line in _lines(row)),
            Line("end", f"{over:%H:%M}", "End"),
        ),
        owner=f"{owners.pop()}, throughout." if len(owners) == 1 else "",
        modes=_modes(agenda.model_copy(update={"sessions": (session,)})),
        late=_late(session.blocks) if agenda.facilitated else "",
        drops=tuple(f"{clean(block.title)} (saves {block.target})" for block in drops),
    )


def _lines(row: Row) -> Iterator[Line]:
    block = row.block
    is_break = block.mode == "break"
    yield Line(
        kind="break" if is_break else "block",
        time=f"{row.start:%H:%M}",
        what=clean(block.title),
        needs=clean(" · ".join(block.materials)),
        how="" if is_break else HOW[block.mode],
        minutes=_minutes(block),
        drop=str(block.cut or ""),
        who=clean(block.owner),
    )
    if block.spare:
        yield Line("spare", f"{row.end:%H:%M}", "Spare minutes", minutes=str(block.spare))


def _minutes(block: Block) -> str:
    return f"{block.min}–{block.target}" if block.min < block.target else str(block.target)


def _modes(agenda: Agenda) -> str:
    """The minutes by mode, such as “You talk 28 · Alone 72 · … · 240 together.”"""
    minutes = minutes_by_mode(agenda)
    told = [f"{HOW.get(mode, 'Spare')} {count}" for mode, count in minutes.items() if count]
    return f"{' · '.join(told)} · {sum(minutes.values())} together. In the table: at least–planned."


def _late(blocks: Sequence[Block]) -> str:
    """What to do first when it runs late; where anything may be left out, it ends before what."""
    spare = any(block.spare for block in blocks)
    first = "Shorten blocks to their least minutes."
    if spare:
        first = "Use up the spare minutes, then shorten blocks to their least minutes."
    if any(block.cut for block in blocks):
        return f"{first} Only then leave out, in this order:"
    return f"{first} Nothing here may be left out."


# ---- on paper ----------------------------------------------------------------------------------


def _pdf(folder: EventFolder) -> tuple[bytes, list[str]]:
    sheets = session_sheets(folder)
    data = {
        "heads": HEADS,
        "zone": folder.event.timezone,
        "sessions": [asdict(sheet) for sheet in sheets],
    }
    title = markup.words(f"Run sheet: {clean(folder.agenda.title)}")
    blocks = [markup.call_block("#bare"), *markup.data_call("run-sheet", data)]
    return printed(Part(title, blocks, Album()), NAME, event_sheet(folder))


# ---- in a calendar -----------------------------------------------------------------------------


def _entries(folder: EventFolder) -> list[Entry]:
    """An entry a block, so that a phone shows what is on and what is next."""
    return [
        Entry(
            # Without the date: an event that is moved moves its entries.
            uid=stable_uid(NAME, folder.event.name, folder.agenda.slug, row.block.id),
            title=row.block.title,
            start=row.start,
            end=row.end,
            description=_description(row.block),
        )
        for row in timetable(folder.agenda, folder.event)
    ]


def _description(block: Block) -> str:
    how = [] if block.mode == "break" else [HOW[block.mode]]
    told = [" · ".join([*how, f"{_minutes(block)} minutes", block.owner])]
    if block.say:
        told.append(f"Say: {block.say}")
    if block.materials:
        told.append(f"You need: {' · '.join(block.materials)}")
    if block.spare:
        told.append(f"Then {block.spare} spare minutes.")
    if block.cut is not None:
        told.append(f"When late: number {block.cut} to leave out.")
    return "\n\n".join(told)


# ---- in a spreadsheet --------------------------------------------------------------------------

_COLUMNS = (  # title, width in characters, number format
    ("Session", 16, "General"),
    ("Day", 11, "yyyy-mm-dd"),
    ("Begins", 8, "hh:mm"),
    ("Ends", 8, "hh:mm"),
    ("Actual", 8, "hh:mm"),
    ("Block", 30, "General"),
    ("How", 12, "General"),
    ("At least", 8, "0"),
    ("Planned", 8, "0"),
    ("Spare after", 8, "0"),
    ("Drop", 6, "0"),
    ("Who", 14, "General"),
    ("What it needs", 36, "General"),
)


def _excel(folder: EventFolder) -> bytes:
    """A workbook of one sheet, a row a block, with a column to write the actual times into."""
    from openpyxl import Workbook  # here, because the other papers need not wait for its import
    from openpyxl.styles import Alignment, Font

    book = Workbook()
    sheet = book.active
    sheet.title = "Run sheet"
    book.properties.title = clean(f"Run sheet: {folder.event.name}")
    book.properties.creator = "workshop-kit"
    rows: list[Sequence[object]] = [[title for title, _, _ in _COLUMNS]]
    rows += [_cells(row) for row in timetable(folder.agenda, folder.event)]
    for y, row in enumerate(rows, 1):
        for x, value in enumerate(row, 1):
            cell = sheet.cell(y, x)
            if isinstance(value, str):
                put_text(cell, value)
            else:
                cell.value = value
            cell.number_format = _COLUMNS[x - 1][2] if y > 1 else "General"
            cell.alignment = Alignment(vertical="top", wrap_text=True)
            cell.font = Font(bold=y == 1)
    for x, (_, width, _) in enumerate(_COLUMNS):
        sheet.column_dimensions["ABCDEFGHIJKLM"[x]].width = width
    sheet.freeze_panes = "A2"
    sheet.print_title_rows = "1:1"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = 9 if folder.event.paper == "a4" else 1
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    out = io.BytesIO()
    book.save(out)
    return steady(out.getvalue())


def _cells(row: Row) -> list[object]:
    block = row.block
    return [
        clean(row.session.title),
        row.start.date(),
        row.start.time(),
        row.end.time(),
        None,
        clean(block.title),
        HOW[block.mode],
        block.min,
        block.target,
        block.spare or None,
        block.cut,
        clean(block.owner),
        clean(" · ".join(block.materials)),
    ]
