"""The facilitator's guide: the pages of `facilitator/` as a book to print and as pages to read.

Kept apart from everything that leaders get: nothing of it goes anywhere but to `out/facilitator`.
The parts of a page between two comments come from the curriculum and the agenda; `tools/write_guide.py`
writes them.
"""

from workshop_kit.guide.book import NAME, write_guide
from workshop_kit.guide.chapters import CHAPTERS, Chapter, guide_chapters

__all__ = ["CHAPTERS", "NAME", "Chapter", "guide_chapters", "write_guide"]
