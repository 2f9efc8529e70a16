"""The nbconvert exporter `slides-offline`: a notebook as one HTML file of slides, with all it needs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from nbconvert.exporters import SlidesExporter
from nbformat import NotebookNode
from pydantic import ValidationError
from traitlets import default

from workshop_kit import pictures
from workshop_kit.handout import Sheet, readable
from workshop_kit.slides import inlined
from workshop_kit.slides.reading import slide_type, split_outputs
from workshop_kit.slides.screen import as_html, picture_address


class OfflineSlides(SlidesExporter):
    """reveal.js slides in one file that asks nobody for anything: no CDN, no server, no network.

    Which cell is a slide, a fragment or a note is read as nbconvert reads it; an output may say so,
    too, in its metadata. What stands around the slides comes from the notebook's metadata, key
    `workshop_kit` (see `handout.Sheet`). Code is not shown.
    """

    export_from_notebook = "Slides, offline (HTML)"

    @default("template_name")
    def _template_name_default(self) -> str:
        return "workshop-slides"

    @default("extra_template_basedirs")
    def _default_extra_template_basedirs(self) -> list[str]:
        return [str(Path(__file__).with_name("template"))]

    def from_notebook_node(  # type: ignore[override]  # nbconvert's own signature is looser
        self, nb: NotebookNode, resources: dict[str, Any] | None = None, **kwargs: Any
    ) -> tuple[str, dict[str, Any]]:
        """The page, and nbconvert's resources. Raises HandoutError where reveal.js is missing."""
        sheet = self._sheet(nb)
        parts = split_outputs(nb)
        place = (resources or {}).get("metadata", {}).get("path")
        shown = [cell for cell in parts.cells if slide_type(cell) != "skip"]
        made, remarks = as_html(shown, Path(place) if place is not None else None)
        for cell, html in zip(shown, made, strict=True):
            cell.metadata.slide_html = html
        for remark in remarks:
            self.log.warning("slides: %s", remark)
        resources = {**(resources or {}), "sheet": self._around(sheet)}
        page, resources = super().from_notebook_node(parts, resources, **kwargs)
        # Put in last: nbconvert reads the whole page once more, and these are a megabyte.
        page = page.replace("/*styles*/", inlined.styles(page), 1)
        page = page.replace("/*scripts*/", inlined.scripts(), 1)
        return page, resources

    def _sheet(self, nb: NotebookNode) -> Sheet:
        try:
            return Sheet.model_validate(nb.metadata.get("workshop_kit", {}))
        except ValidationError:
            self.log.warning(
                "The notebook's workshop_kit metadata is not usable; the look is plain."
            )
            return Sheet()

    def _around(self, sheet: Sheet) -> dict[str, Any]:
        logo = ""
        if sheet.logo:
            try:
                logo = picture_address(pictures.decoded(sheet.logo, ""))
            except pictures.Unprintable as error:
                self.log.warning("slides: the logo can't be shown: %s", error)
        return {
            **sheet.model_dump(include={"event", "date", "language", "fictional"}),
            "color": readable(sheet.color),
            "logo": logo,
        }
