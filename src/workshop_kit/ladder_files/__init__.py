"""A company's career ladder, as its file is → `Ladder`, and back.

```
bytes ──decode──> text ──┐
bytes ──archive─> XML  ──┴─reader──> Document ──outline, matrix──> Found ──> Ladder
Ladder ──writing──> bytes, which read back as the same ladder
```

A reader takes one format apart into blocks (bullets under headings, paragraphs, grids) and knows
nothing of ladders; what is a level, a dimension and a statement is decided once, for all of them.
A new format is a new reader in `READERS`. Nothing that a ladder links to or embeds is ever opened.
"""

from workshop_kit.ladder_files.reading import BYTES_AT_MOST, READERS, read_ladder
from workshop_kit.ladder_files.writing import WRITERS, ladder_bytes, write_ladder

__all__ = [
    "BYTES_AT_MOST",
    "READERS",
    "WRITERS",
    "ladder_bytes",
    "read_ladder",
    "write_ladder",
]
