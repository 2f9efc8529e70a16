"""The form for rewriting a ladder: correct a tag, start from a draft, see the balance move.

What is chosen and written is kept in the event folder at once (see `workshop_kit.rewritten`), so
that a reload, or a dead kernel, loses nothing. On paper the form is its printed twin.
"""

from __future__ import annotations

import datetime
import html
import os
from pathlib import Path
from typing import Any

import ipywidgets as widgets

from workshop_kit import charts, comparison
from workshop_kit.curriculum import DimensionSlug
from workshop_kit.errors import WorkshopKitError
from workshop_kit.forms import Twin
from workshop_kit.ladder import Ladder, Statement
from workshop_kit.pictures import draw_chart
from workshop_kit.rewriting import drafts_for
from workshop_kit.rewritten import (
    DIMENSIONS,
    Rewriting,
    put_back,
    save_labels,
    save_ladder,
    tags_of,
    with_texts,
)

WIDE = widgets.Layout(width="100%")


class LadderForm(widgets.VBox):  # type: ignore[misc]  # ipywidgets has no types
    """The form, one level at a time; `twin` is what it prints."""

    def __init__(
        self, folder: Path, team: str, ladder: Ladder, rewriting: Rewriting, twin: Twin
    ) -> None:
        self.folder, self.team, self.ladder, self.twin = folder, team, ladder, twin
        self.labels: dict[str, DimensionSlug] = dict(rewriting.labels)
        self.kept = rewriting.ladder or ladder
        self.places = _places(ladder, self.kept)
        self.texts = {
            index: self.kept.statements[place].text
            for index, place in self.places.items()
            if self.kept.statements[place].text != ladder.statements[index].text
        }
        self.level = widgets.Dropdown(
            options=[(level or "All statements", level) for level in reversed(ladder.levels)],
            description="Level",
        )
        self.balance = widgets.HTML()
        self.saved = widgets.HTML()
        self.rows = widgets.VBox()
        super().__init__([self.level, self.balance, self.saved, self.rows])
        if charts.RENDERING in os.environ:
            return  # only the twin is kept of it
        self.level.observe(lambda _: self._show_level(), "value")
        self._show_level()

    def rewritten(self) -> Ladder:
        """The ladder as the team keeps it, with what was written so far. What is taken back says
        again what the ladder said; lines that the team added by hand stay."""
        texts = {
            self.places[index]: text if text.strip() else self.ladder.statements[index].text
            for index, text in self.texts.items()
            if index in self.places
        }
        return with_texts(self.kept, texts)

    def _show_level(self) -> None:
        tags = tags_of(self.ladder, self.labels)
        drafts = drafts_for(self.ladder, tags)
        rows = []
        for index, statement in enumerate(self.ladder.statements):
            if statement.level == self.level.value:
                rows.append(self._row(index, tags[index], drafts.get(index, ())))
        self.rows.children = tuple(rows)
        self._draw()

    def _row(self, index: int, tag: Any, drafts: Any) -> widgets.VBox:
        statement = self.ladder.statements[index]
        because = f" <small>because of: {html.escape(', '.join(tag.phrases))}</small>"
        told = widgets.HTML(f"<b>{html.escape(statement.text)}</b>{because if tag.phrases else ''}")
        label = widgets.Dropdown(options=DIMENSIONS, value=tag.dimension, description="Pays for")
        text = widgets.Textarea(
            value=self.texts.get(index, ""),
            description="Rewritten",
            placeholder="What would you see somebody do?",
            layout=WIDE,
        )
        starts = []
        for draft in drafts:
            start = widgets.Button(
                description=f"Start towards {draft.dimension}",
                tooltip=draft.text,
                layout=widgets.Layout(width="auto"),
            )
            start.on_click(lambda _, words=draft.text: setattr(text, "value", words))
            starts.append(start)
        label.observe(lambda change: self._relabel(statement.text, change["new"]), "value")
        text.observe(lambda change: self._rewrite(index, change["new"]), "value")
        return widgets.VBox([told, label, widgets.HBox(starts), text])

    def _relabel(self, text: str, label: DimensionSlug) -> None:
        self.labels[text] = label
        self._keep(lambda: save_labels(self.folder, self.team, self.labels))
        self._draw()

    def _rewrite(self, index: int, text: str) -> None:
        self.texts[index] = text
        if index not in self.places:
            self._put_back(index)
        self._keep(lambda: save_ladder(self.folder, self.team, self.rewritten()))
        self._draw()

    def _put_back(self, index: int) -> None:
        """A statement that the team had dropped is written again: it gets a place."""
        self.kept, new = put_back(self.kept, self.ladder.statements[index])
        later = {i: place + (place >= new) for i, place in self.places.items()}
        self.places = {**later, index: new}

    def _keep(self, save: Any) -> None:
        try:
            save()
            now = f"{datetime.datetime.now():%H:%M:%S}"
            self.saved.value = f"<span role='status'>Saved {now}</span>"
        except WorkshopKitError as error:
            told = html.escape(str(error))
            self.saved.value = (
                f"<span role='alert'>Not saved: {told} Your text is still here.</span>"
            )

    def _draw(self) -> None:
        ladder = self.rewritten()
        chart = charts.ladder_balance(comparison.coverage(ladder, tags_of(ladder, self.labels)))
        spec = chart.to_dict()
        told = html.escape(spec["description"], quote=True)
        svg = draw_chart(spec, "application/vnd.vegalite.v6+json")
        self.balance.value = f'<div role="img" aria-label="{told}">{svg}</div>'

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        bundle = super()._repr_mimebundle_(**kwargs)
        data = bundle[0] if isinstance(bundle, tuple) else bundle
        return {**data, **self.twin._repr_mimebundle_()}


def _places(ladder: Ladder, kept: Ladder) -> dict[int, int]:
    """Where each statement of the ladder stands in the one that the team keeps; none if it is gone.

    The form keeps every statement in its place. Where somebody has edited the file by hand, the
    words decide, and what is then left of a level is paired in order if there is as much of it.
    """
    if _shape(ladder) == _shape(kept):
        return {index: index for index in range(len(ladder.statements))}
    old = {id(statement): index for index, statement in enumerate(ladder.statements)}
    new = {id(statement): index for index, statement in enumerate(kept.statements)}
    changes = comparison.compare(ladder, kept)
    places = {old[id(c.before)]: new[id(c.after)] for c in changes if c.before and c.after}
    for level in ladder.levels:
        gone = [old[id(c.before)] for c in changes if c.kind == "gone" and _at(c.before, level)]
        added = [new[id(c.after)] for c in changes if c.kind == "new" and _at(c.after, level)]
        if len(gone) == len(added):
            places |= zip(gone, added, strict=True)
    return places


def _at(statement: Statement | None, level: str) -> bool:
    return statement is not None and statement.level == level


def _shape(ladder: Ladder) -> list[tuple[str, str]]:
    return [(statement.level, statement.heading) for statement in ladder.statements]
