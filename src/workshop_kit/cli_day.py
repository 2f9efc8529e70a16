"""What a facilitator prepares the day with: the run sheet on the terminal, and all papers as files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich import box
from rich.table import Table
from rich.text import Text

from workshop_kit.cli_event import EventDir, Out, read_event, written
from workshop_kit.terminal import out_console, say

if TYPE_CHECKING:
    from workshop_kit.run_sheet import SessionSheet

STYLES = {"break": "bold reverse", "spare": "italic", "end": "bold"}


def run_sheet(folder: EventDir, out: Out = None) -> None:
    """Show the day, and write it as PDF, calendar and spreadsheet."""
    from workshop_kit.run_sheet import session_sheets, write_run_sheet

    event = read_event(folder)
    for sheet in session_sheets(event):
        _show(sheet, event.event.timezone)
    written(write_run_sheet, event, out or folder / "out")


def facilitator(folder: EventDir, out: Out = None) -> None:
    """Make your own papers: run sheet, guide, slides, what to print.

    They are for you alone, beside the teams' folders and never in them.
    """
    from workshop_kit.guide import write_guide
    from workshop_kit.printing_pack import write_printing_pack
    from workshop_kit.run_sheet import write_run_sheet
    from workshop_kit.slides import write_slides

    event = read_event(folder)
    for write in (write_run_sheet, write_guide, write_slides, write_printing_pack):
        written(write, event, out or folder / "out")


def _show(sheet: SessionSheet, zone: str) -> None:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1))
    heads = ("Time", "What", "How", "Min", "Drop", "Who")
    for head in heads[: -1 if sheet.owner else None]:
        table.add_column(head, overflow="fold", justify="right" if head == "Min" else "left")
    for line in sheet.lines:
        what = Text(line.what)
        if line.needs:
            what.append(f"\n{line.needs}", style="dim")
        cells = (line.time, what, line.how, line.minutes, line.drop, line.who)
        shown = [
            cell if isinstance(cell, Text) else Text(cell) for cell in cells[: len(table.columns)]
        ]
        table.add_row(*shown, style=STYLES.get(line.kind, ""))
    say(f"{sheet.title} · {sheet.day} · {sheet.hours} · {zone}")
    out_console.print(table, soft_wrap=False)
    say(f"Minutes: {sheet.modes}")
    if sheet.late:
        say(f"Late? {sheet.late}")
    for number, drop in enumerate(sheet.drops, 1):
        say(f"  {number}. {drop}")
    say()
