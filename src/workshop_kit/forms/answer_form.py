"""One form on the screen: a widget that shows questions, keeps every answer, and prints as its twin.

The page is built by the scripts in `front`. It sends each change as it is made and keeps it until it has heard
that it was saved; what it sends is read against its question here before anything is kept.

    browser → {type: "save", n, key, value, seen, device}    {type: "ping", n, seen: {key: revision}}
    kernel  → {type: "saved", n, key, revision, at, overtook: null | {value, at}}
              {type: "failed", n, key, why}   the store refuses; the browser tries again
              {type: "refused", n, key, why}  the answer does not fit its question
              {type: "pong", n, changes: {key: {value, revision, at}}, trouble}
              "saved" and "pong" of a form that gives hints: hints: {key: [{rule, quote, why, instead}]}
"""

from __future__ import annotations

import asyncio
import datetime
import html
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import anywidget
import traitlets
from pydantic import JsonValue

from workshop_kit.errors import StoreError, WorkshopKitError
from workshop_kit.forms.keeping import Keeping, Kept
from workshop_kit.forms.shown import Questions, is_answered, words_in
from workshop_kit.forms.twin import Twin
from workshop_kit.variables import is_rendering

REDRAW_AFTER = 0.15  # seconds: one drawing for a burst of saves
DRAWING = "<p>Drawing…</p>"
ALIVE_FOR = 20  # seconds without a sign from the page; nobody looks at a form that is older

_FRONT = Path(__file__).parent / "front"
# One module, in this order.
_SCRIPTS = (
    *("make", "elements", "keeper", "kinds", "hints", "people", "ladder"),
    *("trio", "conversation", "player", "form"),
)


def front_end(*scripts: str) -> str:
    """These parts of the form's script as one module, as the browser gets it; all of them without any."""
    names = scripts or _SCRIPTS
    return "\n".join((_FRONT / f"{name}.js").read_text(encoding="utf-8") for name in names)


Hint = dict[str, str]  # rule, quote, why, instead


class AnswerForm(anywidget.AnyWidget):
    """A form of an activity; with no questions, a live display of what was answered elsewhere.

    `twin` is what it prints, made when it is asked for. `summary` gives HTML from the answers (a
    chart, a few sentences; words from people escaped) and is asked again after each save; with `later`
    first when the page is alive, so that nobody waits for a chart before they can write. `examples`
    makes HTML to compare with, once this form has an answer. `after` says what has to be answered
    before this form opens: keys of questions, any of which will do, or a function of the answers;
    until then the page shows the sentence `waits`. `hints` reads the answers, by key, and says what
    the writer might look at again; it is shown and nothing else. `scope` names the outbox in the
    browser: event, team, participant and activity.
    """

    _esm = front_end()
    _css = (_FRONT / "form.css").read_text(encoding="utf-8")
    _deafen: Callable[[], None] | None = None

    form = traitlets.Dict().tag(sync=True)
    notices: traitlets.List[Any] = traitlets.List().tag(sync=True)
    waits = traitlets.Unicode().tag(sync=True)
    summary = traitlets.Unicode().tag(sync=True)
    examples = traitlets.Unicode().tag(sync=True)

    def __init__(
        self,
        keeping: Keeping,
        questions: Questions | None = None,
        twin: Twin | Callable[[], Twin] | None = None,
        *,
        title: str = "",
        intro: str = "",
        summary: Callable[[], str] | None = None,
        later: bool = False,
        examples: Callable[[], str] | None = None,
        notices: Sequence[str] = (),
        after: Sequence[str] | Callable[[Mapping[str, Kept]], bool] | None = None,
        waits: str = "",
        hints: Callable[[Mapping[str, JsonValue]], Mapping[str, list[Hint]]] | None = None,
        scope: str = "",
    ) -> None:
        self.keeping = keeping
        self.questions = questions or Questions()
        self._twin = twin or Twin()
        self._rendering = is_rendering()
        if self._rendering:
            super().__init__()
            return
        self._summary, self._examples, self._notices = summary, examples, tuple(notices)
        self._after, self._waits, self._hints = after, waits, hints
        self._redraw_due: asyncio.TimerHandle | None = None
        self._stale = later
        self._heard_at = time.monotonic()
        shown = {
            "title": title,
            "intro": intro,
            "questions": list(self.questions.shown),
            "answers": {key: self._shown(key) for key in self._own_keys()},
            "examples": examples is not None,
            "scope": scope,
        }
        super().__init__(
            form=shown,
            notices=self._all_notices(),
            waits=self._sentence(),
            summary=DRAWING if later else self._drawn(),
            examples=self._examples_now(),
        )
        self.on_msg(self._hear)
        self._deafen = keeping.listen(self._follow)

    # ---- what it shows -------------------------------------------------------------------------

    @property
    def twin(self) -> Twin:
        """What it prints, with the answers as they are kept now."""
        return self._twin if isinstance(self._twin, Twin) else self._twin()

    def open(self) -> None:
        """Opens the line to the page; in a print run there is none."""
        if not self._rendering:
            super().open()

    def close(self) -> None:
        """Ends the widget; it no longer follows what is answered."""
        if self._deafen is not None:
            self._deafen()
            self._deafen = None
        super().close()

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        twin = self.twin._repr_mimebundle_()
        if self._rendering:
            return twin
        bundle = super()._repr_mimebundle_(**kwargs)
        data, metadata = bundle if isinstance(bundle, tuple) else (bundle, {})
        return {**(data or {}), **twin}, metadata

    def _own_keys(self) -> list[str]:
        return [key for key in self.keeping.kept if self.questions.owns(key)]

    def _shown(self, key: str) -> dict[str, Any]:
        kept = self.keeping.kept[key]
        value, _ = self._read(key, kept.value)
        return {"value": value, "revision": kept.revision, "at": clock(kept.at)}

    def _read(self, key: str, value: JsonValue) -> tuple[JsonValue, str]:
        """The value as its question has it today, or None and why it does not fit."""
        try:
            return self.questions.read(key, value), ""
        except ValueError as error:
            return None, str(error)

    def _all_notices(self) -> list[str]:
        told = list(self._notices)
        for key in self._own_keys():
            value = self.keeping.kept[key].value
            _, why = self._read(key, value)
            if why:
                told.append(
                    f"An earlier answer to “{self.questions.prompt(key)}” no longer fits the "
                    f"question: {why}. It is kept and not lost. It said: {words_in(value)}"
                )
        return told

    def _sentence(self) -> str:
        if self._after is None:
            return ""
        kept = self.keeping.kept
        if callable(self._after):
            return "" if self._after(kept) else self._waits
        answered = {
            key.partition("/")[0] for key, given in kept.items() if is_answered(given.value)
        }
        return "" if answered & set(self._after) else self._waits

    def _examples_now(self) -> str:
        kept = self.keeping.kept
        there = any(is_answered(kept[key].value) for key in self._own_keys())
        if not there or self._examples is None:
            return ""
        try:
            return self.examples or self._examples()
        except Exception:  # nor must examples that fail stop the saving
            return ""

    # ---- what it hears -------------------------------------------------------------------------

    def _hear(self, _widget: Any, content: Any, _buffers: Any) -> None:
        self._heard_at = time.monotonic()
        match content:
            case {"type": "save", "n": n, "key": str(key)}:
                self.send({"n": n, "key": key, **self._save(key, content)})
            case {"type": "ping", "n": n}:
                self.send({"type": "pong", "n": n, **self._news(content.get("seen"))})
        if self._stale:
            self._redraw_soon()

    def _save(self, key: str, content: Mapping[str, Any]) -> dict[str, Any]:
        seen, device = content.get("seen"), str(content.get("device", ""))[:100]
        try:
            value = self.questions.read(key, content.get("value"))
        except ValueError as error:
            return {"type": "refused", "why": str(error)}
        try:
            saved = self.keeping.save(key, value, seen if isinstance(seen, int) else None, device)
        except WorkshopKitError as error:
            hopeless = isinstance(error, StoreError) and error.reason == "value"
            return {"type": "refused" if hopeless else "failed", "why": str(error)}
        overtook = saved.overtook
        told = None
        if overtook and overtook.value != value:
            told = {"value": self._read(key, overtook.value)[0], "at": clock(overtook.at)}
        return {
            "type": "saved",
            "revision": saved.revision.id,
            "at": clock(saved.revision.at),
            "overtook": told,
            **self._advice(),
        }

    def _news(self, seen: Any) -> dict[str, Any]:
        """What is kept and newer than what the page knows."""
        known = seen if isinstance(seen, dict) else {}
        self.keeping.refresh()
        changes = {
            key: self._shown(key)
            for key in self._own_keys()
            if self.keeping.kept[key].revision > (known.get(key) or 0)
        }
        return {"changes": changes, "trouble": self.keeping.trouble, **self._advice()}

    def _advice(self) -> dict[str, Any]:
        """The hints about what is kept now; nothing at all where the form gives none."""
        if self._hints is None:
            return {}
        kept = self.keeping.kept
        answers = {key: self._read(key, kept[key].value)[0] for key in self._own_keys()}
        try:
            return {"hints": dict(self._hints(answers))}
        except Exception:  # advice must not stop the saving
            return {"hints": {}}

    def _follow(self, _keys: frozenset[str]) -> None:
        """Something was answered, here or in another form."""
        self.waits = self._sentence()
        self.examples = self._examples_now()
        self.notices = self._all_notices()
        self._redraw_soon()

    # ---- the summary ---------------------------------------------------------------------------

    def _redraw_soon(self) -> None:
        if self._summary is None or self._redraw_due is not None:
            return
        self._stale = time.monotonic() - self._heard_at > ALIVE_FOR
        if self._stale:
            return
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:  # no kernel around it
            self._redraw()
        else:
            self._redraw_due = loop.call_later(REDRAW_AFTER, self._redraw)

    def _redraw(self) -> None:
        self._redraw_due = None
        self.summary = self._drawn()

    def _drawn(self) -> str:
        if self._summary is None:
            return ""
        try:
            return self._summary()
        except Exception as error:  # a chart that fails must not stop the saving
            return f"<p>This can’t be shown just now: {html.escape(str(error))}</p>"


def clock(at: datetime.datetime) -> str:
    """The time of day where this runs."""
    return f"{at.astimezone():%H:%M:%S}"
