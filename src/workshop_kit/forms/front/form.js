// ---- the form ------------------------------------------------------------------------------------

class Page {
  constructor(model, element) {
    const form = model.get("form");
    this.model = model;
    this.questions = new Map();
    this.keeper = new Keeper(model, this);
    this.sr = make("p", { class: "wk-sr", "aria-live": "polite" });
    this.waiting = make("p", { class: "wk-waits" });
    this.notices = make("div", { class: "wk-notices" });
    this.summary = make("div", { class: "wk-summary" });
    this.examples = make("div", { class: "wk-examples" });
    this.state = make("p", { class: "wk-status", role: "status" });
    this.alert = make("p", { class: "wk-alert", role: "alert" });
    this.undo = button("Undo", () => this.takeBack(), "", { disabled: true });
    const title = form.title ? make("h3", { id: newId() }, form.title) : null;
    const questions = form.questions.map((question) => this.build(question));
    const chartFirst = form.questions.some((question) => question.kind === "rewrites");
    const bar = questions.length ? make("div", { class: "wk-bar" }, this.alert, this.undo, this.state) : null;
    const intro = form.intro ? make("p", { class: "wk-intro" }, form.intro) : null;
    this.body = make(
      "div", { class: "wk-body" },
      intro, this.notices, chartFirst ? this.summary : null, ...questions, bar,
      chartFirst ? null : this.summary, this.examples,
    );
    const section = make("section", { "aria-labelledby": title?.id }, title, this.waiting, this.body, this.sr);
    element.classList.add("wk-form");
    // JupyterLab would take keys on anything but a text field for its own (D, D deletes a cell).
    element.dataset.lmSuppressShortcuts = "true";
    element.addEventListener("keydown", (event) => event.stopPropagation());
    element.addEventListener("focusout", () => setTimeout(() => this.keeper.settle()));
    element.replaceChildren(section);
    this.element = element;
  }

  build(question) {
    const { keeper } = this;
    const announce = (words) => this.announce(words);
    const key = question.id;
    const slot = {
      announce,
      read: () => keeper.value(key),
      write: (value, how) => keeper.edit(key, value, how),
      leave: () => keeper.leave(key),
    };
    const made =
      question.kind === "people" ? peopleKind(question, keeper, announce)
      : question.kind === "rewrites" ? rewritesKind(question, keeper, announce)
      : question.kind === "conversations" ? conversationsKind(question, keeper, announce)
      : SIMPLE[question.kind](question, slot);
    const told = make("div", { class: "wk-told" });
    const hints = question.hints ? hintsBelow(made.element, slot) : null;
    this.questions.set(question.id, { ...made, told, hints, element: made.element });
    return make("div", { class: "wk-asked" }, made.element, hints && hints.list, told);
  }

  start() {
    this.keeper.restore();
    for (const { show } of this.questions.values()) show();
    this.listeners = [
      ["change:waits", () => this.gate(true)],
      ["change:summary", () => this.draw()],
      ["change:examples", () => this.compare()],
      ["change:notices", () => this.status()],
    ];
    for (const [event, listener] of this.listeners) this.model.on(event, listener);
    this.gate(false);
    this.draw();
    this.compare();
    this.status();
    this.beat = () => document.visibilityState === "visible" && this.keeper.ping();
    this.timer = setInterval(this.beat, PING_EVERY);
    document.addEventListener("visibilitychange", this.beat);
    this.beat();
  }

  end() {
    clearInterval(this.timer);
    document.removeEventListener("visibilitychange", this.beat);
    for (const [event, listener] of this.listeners) this.model.off(event, listener);
    this.keeper.end();
  }

  asked(key) {
    return this.questions.get(key.split("/")[0]);
  }

  // ---- what the keeper asks for

  show(key) {
    this.asked(key)?.show(key);
  }

  isBusy(key) {
    return Boolean(this.asked(key)?.element.contains(document.activeElement));
  }

  // A line below the question; one that offers a choice stays until it is made.
  tell(key, words, other = null) {
    const asked = this.asked(key);
    if (!asked) return;
    const before = [...asked.told.children].find((line) => line.dataset.key === key);
    if (!words && (!before || before.querySelector("button"))) return;
    before?.remove();
    if (!words) return;
    const whose = asked.named ? `${asked.named(key)}: ` : "";
    const line = make("p", { "data-key": key }, `${whose}${words} `);
    const settled = () => {
      line.remove();
      this.firstControl(asked)?.focus();
    };
    if (other) {
      const use = () => {
        this.keeper.edit(key, other.value, { focus: this.firstControl(asked)?.id });
        this.reveal(key);
        settled();
      };
      line.append(button("Use the other one", use), " ", button("Keep mine", settled));
    }
    asked.told.append(line);
    this.announce(whose + words);
  }

  // What the kernel would look at again, by question; never in the way of anything.
  advise(hints) {
    for (const [key, asked] of this.questions) asked.hints?.show(hints[key] ?? []);
  }

  status() {
    const words = this.keeper.words();
    if (this.state.textContent !== words) this.state.textContent = words;
    const problem = this.keeper.problem();
    if (this.alert.textContent !== problem) this.alert.textContent = problem;
    this.alert.hidden = !problem;
    this.undo.disabled = !this.keeper.steps.length;
    const { trouble } = this.keeper;
    const told = trouble
      ? [`Your earlier answers can’t be read just now: ${trouble} What you write is kept here; the rest comes back by itself.`]
      : [];
    const lines = [...this.model.get("notices"), ...told];
    if (!same(lines, [...this.notices.children].map((line) => line.textContent))) {
      this.notices.replaceChildren(...lines.map((line) => make("p", {}, line)));
    }
  }

  // ---- what the person asks for

  takeBack() {
    const step = this.keeper.undo();
    if (!step) return;
    this.reveal(step.key);
    const field = step.focus ? this.element.querySelector(`#${CSS.escape(step.focus)}`) : null;
    (field && !field.closest("[hidden]") ? field : this.firstControl(this.asked(step.key)))?.focus();
    this.announce("Undone.");
    this.status();
  }

  reveal(key) {
    const asked = this.asked(key);
    asked.reveal?.(key);
    asked.show(key);
  }

  firstControl({ element }) {
    return element.querySelector("input:checked, textarea, select, input, button");
  }

  announce(words) {
    this.sr.textContent = this.sr.textContent === words ? `${words}\u00a0` : words;
  }

  // ---- what the kernel changes

  gate(isNews) {
    const waits = this.model.get("waits");
    const opens = isNews && !waits && this.body.hidden;
    this.waiting.textContent = waits;
    this.waiting.hidden = !waits;
    this.body.hidden = Boolean(waits);
    if (opens) {
      for (const { show } of this.questions.values()) show();
      this.announce("This part is open now.");
    }
  }

  draw() {
    const html = this.model.get("summary");
    this.summary.replaceChildren(drawn(html));
    this.summary.hidden = !html;
  }

  compare() {
    const html = this.model.get("examples");
    if (html) {
      const open = this.examples.querySelector("details")?.open ?? false;
      this.examples.replaceChildren(
        make("details", { open }, make("summary", {}, "Compare with a worked example"), drawn(html)),
      );
    } else if (this.model.get("form").examples) {
      const words = "A worked example to compare with appears here once you have answered.";
      this.examples.replaceChildren(make("p", { class: "wk-help" }, words));
    }
  }
}

function render({ model, el }) {
  const page = new Page(model, el);
  page.start();
  return () => page.end();
}

export default { render };
