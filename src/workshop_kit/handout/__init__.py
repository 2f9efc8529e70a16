"""Notebooks on paper: an nbconvert exporter, from cells through pandoc and Typst to PDF/UA-1."""

from workshop_kit.handout.cells import Part, Remark, page_of, read_notebook
from workshop_kit.handout.exporter import HandoutExporter, complain
from workshop_kit.handout.press import (
    PressFailed,
    Sheet,
    print_part,
    print_parts,
    printed,
    readable,
)

__all__ = [
    "HandoutExporter",
    "Part",
    "PressFailed",
    "Remark",
    "Sheet",
    "complain",
    "page_of",
    "print_part",
    "print_parts",
    "printed",
    "read_notebook",
    "readable",
]
