"""A form in a real browser, on a page of its own, with the kernel's side in the test's process.

The page loads the form's script as it ships. What it sends goes to a real `AnswerForm` over a real store, so
that a test can take the store away, silence the kernel, or write from another device.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, Route
from pydantic import JsonValue

from workshop_kit.content import load_curriculum
from workshop_kit.curriculum import Form
from workshop_kit.errors import StoreError
from workshop_kit.forms import Keeping, Questions, Twin, questions_of
from workshop_kit.forms.answer_form import AnswerForm
from workshop_kit.store import Revision, Saved, open_store

HOST = "http://form.test/"
DAY = datetime.date(2027, 3, 18)
STAGES = load_curriculum().stages
WHOSE = {"team": "payments", "participant": "lead", "activity": "trying"}
HOSTILE = "</script><img src=x onerror=alert(1)> & <b>bold</b> {{x}}"

PAGE = """<!doctype html><html lang="en"><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>Form</title>
<link rel="stylesheet" href="form.css"><style>body { margin: 1rem; font-family: sans-serif }</style>
<body><main><h1>Activity</h1><h2>Part</h2><div id="form"></div></main>
<script type="module">
import form from "./form.js";
const listeners = new Map();
const tell = (name, ...rest) => (listeners.get(name) ?? []).forEach((listener) => listener(...rest));
const state = await kernel({ type: "open" });
const model = {
  get: (name) => state[name],
  on: (name, listener) => listeners.set(name, [...(listeners.get(name) ?? []), listener]),
  off: (name, listener) => listeners.set(name, listeners.get(name).filter((l) => l !== listener)),
  async send(message) {
    const { said, changed } = await kernel(message);
    for (const [name, value] of Object.entries(changed)) {
      state[name] = value;
      tell(`change:${name}`);
    }
    for (const answer of said) tell("msg:custom", answer, []);
  },
};
window.end = form.render({ model, el: document.getElementById("form") });
window.ready = true;
</script>"""


def make_form(*questions: dict[str, Any], **more: Any) -> Form:
    """A form of these questions; each needs no more than its kind and what is special about it."""
    whole = [DEFAULTS[q["kind"]] | {"id": f"q-{n}"} | q for n, q in enumerate(questions, 1)]
    given = {
        "id": "one",
        "title": "A form",
        "example_context": "Somebody else’s.",
        "questions": whole,
    }
    return Form.model_validate(given | more)


OPTIONS = [
    {"id": "red", "text": "Red"},
    {"id": "green", "text": "Green"},
    {"id": "blue", "text": "Blue"},
]
DEFAULTS: dict[str, dict[str, Any]] = {
    "text": {"prompt": "What did you write?", "example": "Half a page."},
    "choice": {"prompt": "Which one?", "options": OPTIONS, "example": ["red"]},
    "scale": {"prompt": "How sure?", "low": "guessing", "high": "seen it", "example": 2},
    "signals": {"prompt": "What was seen?", "example": [{"signal": "toy-remark"}]},
    "order": {"prompt": "What comes first?", "items": OPTIONS, "example": ["red", "blue", "green"]},
    "commitments": {"prompt": "What will you do?", "example": [{"what": "Ask.", "days_after": 30}]},
    "people": {"prompt": "Who is there?", "fields": []},
}  # fmt: skip
OWN_SIGNALS = [{"id": "asks", "text": "Asks first."}, {"id": "waits", "text": "Waits for answers."}]
PERSON = [
    {"id": "signs", "kind": "signals", "prompt": "What did you see?", "signals": OWN_SIGNALS,
     "example": [{"signal": "asks", "days_before": 3}]},
    {"id": "sure", "kind": "choice", "prompt": "How sure are you?", "default": "no",
     "options": [{"id": "no", "text": "Not enough evidence"}, {"id": "yes", "text": "Some evidence"}],
     "example": ["yes"]},
    {"id": "else", "kind": "text", "prompt": "What else could it be?", "example": "A bad week."},
]  # fmt: skip
PEOPLE = {"kind": "people", "id": "people", "fields": PERSON, "most": 3}
EVERY_KIND = make_form(
    {
        "kind": "text",
        "words": [2, 5],
        "starter": "I want to say that",
        "help": "In your own words.",
    },
    {"kind": "choice", "other": "Another one", "help": "Take one."},
    {"kind": "choice", "id": "many", "many": True, "prompt": "Which of them?"},
    {"kind": "scale"},
    {"kind": "signals"},
    {"kind": "order"},
    {"kind": "commitments", "about": "For whom", "days": [30, 60], "suggest": "stage-moves"},
    PEOPLE,
    intro="A few questions.",
)


class AwayStore:
    """The store of a folder, which can be taken `away`."""

    def __init__(self, folder: Path) -> None:
        self.away = ""
        self.kept = open_store(folder)

    def _there(self) -> None:
        if self.away:
            raise StoreError(self.away, "away")

    def save(self, **given: Any) -> Saved:
        self._there()
        return self.kept.save(**given)

    def latest(self, **whose: str) -> tuple[Revision, ...]:
        self._there()
        return self.kept.latest(**whose)

    def since(self, revision: int, **whose: str) -> tuple[Revision, ...]:
        self._there()
        return self.kept.since(revision, **whose)


class Kernel:
    """The kernel's side of a page: a form made anew each time that the page is opened."""

    def __init__(self, folder: Path, questions: Questions, options: dict[str, Any]) -> None:
        self.store = AwayStore(folder)
        self.silent = False
        self.heard: list[dict[str, Any]] = []
        self._questions, self._options = questions, options
        self._said: list[Any] = []

    def open(self) -> None:
        """A kernel has started."""
        self.keeping = Keeping(self.store, WHOSE["participant"], WHOSE["team"], WHOSE["activity"])
        options = {"title": "A form", "scope": "tiny/payments/lead/trying", **self._options}
        if callable(made := options.get("summary")):
            options["summary"] = lambda: made(self.keeping)
        self.form = AnswerForm(self.keeping, self._questions, Twin("On paper."), **options)
        self.form.send = lambda content, _buffers=None: self._said.append(content)  # type: ignore[method-assign]

    def __call__(self, message: dict[str, Any]) -> Any:
        if message["type"] == "open":
            self.open()
            return self._state()
        self.heard.append(message)
        if self.silent:
            return {"said": [], "changed": {}}
        before = self._state()
        self._said = []
        self.form._hear(self.form, message, [])
        if self.form._redraw_due:
            self.form._redraw_due.cancel()
            self.form._redraw()
        after = self._state()
        changed = {name: value for name, value in after.items() if before[name] != value}
        return {"said": self._said, "changed": changed}

    def _state(self) -> dict[str, Any]:
        names = ("form", "notices", "waits", "summary", "examples")
        return {name: getattr(self.form, name) for name in names}


class FormPage:
    """A form that is open in a browser, and what the store has of it."""

    def __init__(self, page: Page, kernel: Kernel) -> None:
        self.page, self.kernel = page, kernel
        self.status = page.get_by_role("status")
        self.alert = page.get_by_role("alert")
        self.told = page.locator(".wk-told")

    def value(self, key: str) -> JsonValue:
        """What the store has under that key; None for nothing."""
        found = {r.question: r.value for r in self.kernel.store.kept.latest(**WHOSE)}
        return found.get(key)

    def history(self, key: str) -> list[JsonValue]:
        """All that was ever saved under that key, oldest first."""
        return [r.value for r in self.kernel.store.kept.history(**WHOSE, question=key)]

    def save_elsewhere(self, key: str, value: JsonValue) -> None:
        """Another device, which has seen everything, saves this."""
        self.kernel.store.kept.save(**WHOSE, question=key, value=value, device="other", seen=10**9)

    def outbox(self) -> dict[str, str]:
        """What the browser keeps because it is not saved yet."""
        found: dict[str, str] = self.page.evaluate("({...sessionStorage})")
        return found

    def saved(self) -> None:
        """Waits until everything is saved."""
        self.page.wait_for_function("Object.keys(sessionStorage).length === 0")

    def reload(self) -> None:
        """The page is loaded anew; a new kernel opens the form from what is kept."""
        self.page.reload()
        self.page.wait_for_function("window.ready")

    def focused(self) -> str:
        """The accessible label of what has the focus, as far as the page's text gives it."""
        words: str = self.page.evaluate(
            """() => { const e = document.activeElement;
              return e.getAttribute("aria-label") ?? e.labels?.[0]?.textContent ?? e.textContent; }"""
        )
        return words


def _serve(route: Route) -> None:
    name = route.request.url.removeprefix(HOST)
    files = {"form.js": (AnswerForm._esm, "javascript"), "form.css": (AnswerForm._css, "css")}
    if name in files:
        text, kind = files[name]
        route.fulfill(body=str(text), content_type=f"text/{kind}")
    elif name == "":
        route.fulfill(body=PAGE, content_type="text/html")
    else:
        route.fulfill(status=404)


OpenForm = Callable[..., FormPage]


@contextmanager
def form_pages(browser: Browser, folder: Path) -> Iterator[OpenForm]:
    """Opens forms in pages that load nothing from anywhere; a page's error fails the test."""
    errors: list[str] = []
    contexts = []

    def opened(
        form: Form | Questions, *, width: int = 1366, height: int = 768, clock: bool = False,
        store: Callable[[Kernel], None] | None = None, context: dict[str, Any] | None = None,
        **options: Any,
    ) -> FormPage:  # fmt: skip
        questions = questions_of(form, DAY, STAGES) if isinstance(form, Form) else form
        kernel = Kernel(folder, questions, options)
        if store:
            store(kernel)
        made = browser.new_context(viewport={"width": width, "height": height}, **(context or {}))
        contexts.append(made)
        page = made.new_page()
        page.set_default_timeout(60_000)
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("dialog", lambda dialog: (errors.append(dialog.message), dialog.dismiss()))
        if clock:
            page.clock.install()
        page.expose_function("kernel", kernel)
        page.route("**/*", _serve)
        page.goto(HOST)
        page.wait_for_function("window.ready")
        return FormPage(page, kernel)

    yield opened
    for context in contexts:
        context.close()
    assert errors == []
