"""The nbconvert exporter `handout`: a notebook as a designed, accessible PDF."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from nbconvert.exporters import Exporter
from nbformat import NotebookNode
from pydantic import ValidationError
from traitlets import Bool, default

from workshop_kit.errors import HandoutError
from workshop_kit.handout import cells, press


class HandoutExporter(Exporter):
    """A notebook as a PDF/UA-1 document, made by Typst: no LaTeX, no browser, no network.

    Works on any notebook. What stands around the text comes from the notebook's metadata, key
    `workshop_kit` (see `press.Sheet`), which `render` fills in; without it the page is plain.
    """

    export_from_notebook = "Handout (PDF)"
    output_mimetype = "application/pdf"

    strict = Bool(
        False, help="Fail where a description is missing or an output can't be printed."
    ).tag(config=True)

    @default("file_extension")
    def _file_extension_default(self) -> str:
        return ".pdf"

    def from_notebook_node(  # type: ignore[override]  # nbconvert types the base as text only
        self, nb: NotebookNode, resources: dict[str, Any] | None = None, **kwargs: Any
    ) -> tuple[bytes, dict[str, Any]]:
        """The PDF's bytes and nbconvert's resources.

        Raises HandoutError when `strict` and a reader would miss something, or when Typst refuses.
        Otherwise what is amiss is logged as a warning, with the cell it concerns.
        """
        nb, resources = super().from_notebook_node(nb, resources, **kwargs)
        place = resources.get("metadata", {})
        name = str(place.get("name") or "notebook")
        folder = Path(place["path"]) if place.get("path") is not None else None
        part = cells.read_notebook(nb, folder, name)
        complain(part, name, self.strict, self.log.warning)
        sheet = self._sheet(nb)
        try:
            pdf, remarks = press.print_part(part, sheet)
        except press.PressFailed as first:
            self.log.warning("%s: formulas are printed as typed (%s)", name, first)
            part = cells.read_notebook(nb, folder, name, formulas_as_text=True)
            try:
                pdf, remarks = press.print_part(part, sheet)
            except press.PressFailed as error:
                raise HandoutError(name, "", f"Typst can't set it: {error}") from error
        for remark in remarks:
            self.log.warning("%s: %s", name, remark)
        resources["output_extension"] = self.file_extension
        return pdf, resources

    def _sheet(self, nb: NotebookNode) -> press.Sheet:
        try:
            return press.Sheet.model_validate(nb.metadata.get("workshop_kit", {}))
        except ValidationError:
            self.log.warning(
                "The notebook's workshop_kit metadata is not usable; a plain page is made."
            )
            return press.Sheet()


def complain(part: cells.Part, name: str, strict: bool, warn: Any) -> None:
    """Warn of each remark; when `strict`, raise one HandoutError that tells them all instead."""
    if strict and part.remarks:
        first, *others = part.remarks
        more = [f"cell {remark.cell}: {remark.text}" for remark in others]
        raise HandoutError(name, first.cell, "; ".join([first.text, *more]))
    for remark in part.remarks:
        warn("%s, cell %s: %s", name, remark.cell, remark.text)
