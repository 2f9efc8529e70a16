"""What a reader finds in a PDF: its words, its tags, its bookmarks."""

from __future__ import annotations

import functools
import io
from collections.abc import Iterator
from dataclasses import dataclass

import pikepdf
import pypdf


@dataclass
class Pages:
    """A PDF, opened."""

    data: bytes

    @functools.cached_property
    def texts(self) -> list[str]:
        """The text of each page, white space folded."""
        reader = pypdf.PdfReader(io.BytesIO(self.data))
        return [" ".join(page.extract_text().split()) for page in reader.pages]

    @functools.cached_property
    def text(self) -> str:
        return " ".join(self.texts)

    @property
    def squeezed(self) -> str:
        """All text without any white space: a long name may be broken anywhere."""
        return "".join(self.text.split())

    @property
    def title(self) -> str:
        return str(self._pdf.open_metadata().get("dc:title"))

    @property
    def language(self) -> str:
        return str(self._pdf.Root.Lang)

    @property
    def is_ua1(self) -> bool:
        return self._pdf.open_metadata().get("pdfuaid:part") == "1"

    @property
    def size(self) -> tuple[int, int]:
        box = self._pdf.pages[0].mediabox
        return round(float(box[2])), round(float(box[3]))

    @property
    def bookmarks(self) -> list[str]:
        """Titles of the outline, children after their parent, two spaces deeper."""
        with self._pdf.open_outline() as outline:
            return list(_titles(outline.root, 0))

    @property
    def tags(self) -> list[str]:
        """The structure tree's tags in reading order, such as H1, P, Table, TH."""
        return [str(node.S)[1:] for node in self._nodes()]

    @property
    def alts(self) -> list[str]:
        """The alternative texts of figures and formulas."""
        return [str(node.Alt) for node in self._nodes() if "/Alt" in node]

    def _nodes(self) -> Iterator[pikepdf.Dictionary]:
        yield from _walk(self._pdf.Root.StructTreeRoot)

    @functools.cached_property
    def _pdf(self) -> pikepdf.Pdf:
        return pikepdf.open(io.BytesIO(self.data))


def _titles(items: list[pikepdf.OutlineItem], depth: int) -> Iterator[str]:
    for item in items:
        yield "  " * depth + item.title
        yield from _titles(item.children, depth + 1)


def _walk(node: pikepdf.Object) -> Iterator[pikepdf.Dictionary]:
    if isinstance(node, pikepdf.Array):
        for child in node:
            yield from _walk(child)
    elif isinstance(node, pikepdf.Dictionary):
        if "/S" in node and "/P" in node:
            yield node
        if "/K" in node:
            yield from _walk(node.K)
