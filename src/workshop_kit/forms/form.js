// A form of workshop-kit: the questions as a page, and every answer kept until it is saved.
//
// The browser is the outbox. A change is put into sessionStorage before it is sent, and taken out
// when the kernel has said that it is saved; what a dead kernel never heard is sent by the next one.
// Messages: see answer_form.py. Words from people are only ever set as text.

const SAVE_AFTER = 400; // ms without a key
const SILENT_AFTER = 4000;
const SILENT_AGAIN_AT_MOST = 15000;
const RETRY_AFTER = 3000;
const PING_EVERY = 5000;
const ONE_STEP = 2000; // keys closer together are undone together
const COUNT_AFTER = 2000; // until a word count is read out

// ---- elements ------------------------------------------------------------------------------------

function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(name, value);
  }
  element.append(...children.filter((child) => child !== null && child !== ""));
  return element;
}

function button(words, onclick, more = "", attributes = {}) {
  const hidden = more ? make("span", { class: "wk-sr" }, more) : null;
  return make("button", { type: "button", class: "wk-button", onclick, ...attributes }, words, hidden);
}

// What the kernel drew. People's words in it are escaped there; what could run is taken out here too.
function drawn(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  for (const element of template.content.querySelectorAll("*")) {
    if (/^(script|iframe|object|embed|link|base|form|meta)$/i.test(element.localName)) element.remove();
    for (const { name, value } of [...element.attributes]) {
      if (/^on/i.test(name) || /^\s*(javascript|vbscript):/i.test(value)) element.removeAttribute(name);
    }
  }
  return template.content;
}

const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);
const today = () => {
  const now = new Date();
  return new Date(now - now.getTimezoneOffset() * 60000).toISOString().slice(0, 10);
};
const brief = (text) => {
  const start = text.split(/[:;,.(]/)[0];
  return start.charAt(0).toLowerCase() + start.slice(1);
};
const count = (number, noun) => `${number} ${noun}${number === 1 ? "" : "s"}`;

let made = 0;
const newId = () => `wk-${++made}-${Math.random().toString(36).slice(2, 8)}`;

// ---- what is kept --------------------------------------------------------------------------------

function stored(action) {
  try {
    return action(window.sessionStorage);
  } catch {
    return null; // no storage here, or no room: the page itself still keeps the text
  }
}

class Keeper {
  // `ui` is told what to show: show(key), isBusy(key), tell(key, words, other), status().
  constructor(model, ui) {
    const { answers, scope, questions } = model.get("form");
    this.model = model;
    this.ui = ui;
    this.name = `${newId()}${Math.random().toString(36).slice(2)}`; // this view of the form is a device
    this.prefix = `wk:${scope}:`;
    this.owned = questions.flatMap(ownKeys);
    this.entries = new Map();
    this.steps = [];
    this.count = 0;
    this.savedAt = "";
    this.trouble = "";
    this.met = false; // whether the first pong has come: what it brings is not news
    for (const [key, { value, revision }] of Object.entries(answers)) {
      Object.assign(this.entry(key), { value, seen: revision });
    }
    this.hear = this.hear.bind(this);
    model.on("msg:custom", this.hear);
  }

  entry(key) {
    if (!this.entries.has(key)) {
      this.entries.set(key, {
        value: null, seen: null, device: this.name, pending: false, inFlight: null, sent: new Map(),
        timer: 0, alarm: 0, tries: 0, silent: false, failed: "", refused: "", news: null,
      });
    }
    return this.entries.get(key);
  }

  value(key) {
    return this.entry(key).value;
  }

  keys(start) {
    return [...this.entries.keys()].filter((key) => key.startsWith(start));
  }

  owns(key) {
    return this.owned.some((own) => own === key || (own.endsWith("/") && key.startsWith(own)));
  }

  // What an earlier page could not get saved, back in its place and on its way.
  restore() {
    const names = stored((storage) => Object.keys(storage)) || [];
    for (const name of names.filter((name) => name.startsWith(this.prefix))) {
      const key = name.slice(this.prefix.length);
      const kept = stored((storage) => JSON.parse(storage.getItem(name)));
      if (!kept || !this.owns(key)) continue;
      const entry = this.entry(key);
      if (same(entry.value, kept.value)) this.forget(key);
      else {
        Object.assign(entry, { ...kept, pending: true });
        this.send(key);
      }
    }
  }

  remember(key) {
    const { value, seen, device } = this.entry(key);
    stored((storage) => storage.setItem(this.prefix + key, JSON.stringify({ value, seen, device })));
  }

  forget(key) {
    stored((storage) => storage.removeItem(this.prefix + key));
  }

  // A change by the person at the page. `focus` is the id of the control to go back to at an undo.
  edit(key, value, { typing = false, focus = "" } = {}) {
    const last = this.steps.at(-1);
    const going = typing && last && last.key === key && last.focus === focus;
    if (going && Date.now() - last.at < ONE_STEP) last.at = Date.now();
    else this.steps.push({ key, before: this.value(key), focus, at: typing ? Date.now() : 0 });
    this.change(key, value, typing ? SAVE_AFTER : 0);
  }

  change(key, value, after = 0) {
    const entry = this.entry(key);
    Object.assign(entry, { value, pending: true, refused: "", news: null });
    this.remember(key);
    clearTimeout(entry.timer);
    entry.timer = setTimeout(() => this.send(key), after);
    this.ui.status();
  }

  undo() {
    const step = this.steps.pop();
    if (step) this.change(step.key, step.before);
    return step;
  }

  // The field was left: what is in it goes now.
  leave(key) {
    const entry = this.entry(key);
    const last = this.steps.at(-1);
    if (last?.key === key) last.at = 0;
    if (entry.pending && entry.timer && !entry.silent && !entry.failed) this.send(key);
  }

  // What came for a field while somebody was in it.
  settle() {
    for (const [key, entry] of this.entries) {
      if (entry.news && !entry.pending && !this.ui.isBusy(key)) this.take(key, entry.news, true);
    }
  }

  send(key) {
    const entry = this.entry(key);
    clearTimeout(entry.timer);
    entry.timer = 0;
    if (!entry.pending || entry.inFlight || entry.refused) return;
    const n = `${this.name}-${++this.count}`;
    entry.inFlight = n;
    entry.sent.set(n, entry.value);
    entry.alarm = setTimeout(() => this.silence(key, n), SILENT_AFTER);
    this.post({ type: "save", n, key, value: entry.value, seen: entry.seen, device: entry.device });
  }

  post(message) {
    try {
      this.model.send(message);
    } catch {
      // The line is cut; the alarm says so.
    }
  }

  silence(key, n) {
    const entry = this.entry(key);
    if (entry.inFlight !== n) return;
    entry.inFlight = null;
    if (!entry.pending) return;
    entry.silent = true;
    entry.tries += 1;
    const again = Math.min(1000 * 2 ** (entry.tries - 1), SILENT_AGAIN_AT_MOST);
    clearTimeout(entry.timer);
    entry.timer = setTimeout(() => this.send(key), again);
    this.ui.status();
  }

  ping() {
    const seen = {};
    for (const [key, entry] of this.entries) if (entry.seen) seen[key] = entry.seen;
    this.post({ type: "ping", n: `${this.name}-${++this.count}`, seen });
  }

  hear(message) {
    if (!String(message?.n ?? "").startsWith(`${this.name}-`)) return; // for another view of this form
    if (message.type === "pong") this.heardPong(message);
    else if (this.entries.has(message.key)) {
      const entry = this.entry(message.key);
      if (entry.inFlight === message.n) {
        entry.inFlight = null;
        clearTimeout(entry.alarm);
      }
      Object.assign(entry, { silent: false, tries: 0 });
      if (message.type === "saved") this.heardSaved(entry, message);
      else if (message.type === "failed") this.heardFailed(entry, message);
      else if (message.type === "refused") this.heardRefused(entry, message);
      entry.sent.delete(message.n);
    }
    this.ui.status();
  }

  heardSaved(entry, { n, key, revision, at, overtook }) {
    entry.failed = "";
    entry.seen = Math.max(entry.seen ?? 0, revision);
    this.savedAt = at;
    if (same(entry.value, entry.sent.get(n))) {
      entry.pending = false;
      entry.device = this.name; // what was restored went out under its own name, not to overtake itself
      clearTimeout(entry.timer);
      entry.timer = 0;
      this.forget(key);
    } else {
      this.remember(key);
      if (!entry.timer) this.send(key);
    }
    if (overtook) this.ui.tell(key, `Another device had changed this at ${overtook.at}. Yours counts now.`, overtook);
    else this.ui.tell(key, "");
  }

  heardFailed(entry, { key, why }) {
    entry.failed = why;
    clearTimeout(entry.timer);
    entry.timer = setTimeout(() => this.send(key), RETRY_AFTER);
  }

  heardRefused(entry, { n, key, why }) {
    entry.failed = "";
    if (same(entry.value, entry.sent.get(n))) entry.refused = why;
    else if (!entry.timer) this.send(key);
  }

  heardPong({ changes, trouble }) {
    this.trouble = trouble || "";
    for (const [key, change] of Object.entries(changes)) {
      const entry = this.entry(key);
      if (entry.pending || change.revision <= (entry.seen ?? 0)) continue;
      if (this.ui.isBusy(key)) entry.news = change;
      else this.take(key, change, this.met);
    }
    this.met = true;
  }

  take(key, { value, revision, at }, isNews) {
    const entry = this.entry(key);
    const changed = !same(entry.value, value);
    Object.assign(entry, { value, seen: revision, news: null });
    this.ui.show(key);
    if (isNews && changed) this.ui.tell(key, `Changed on another device at ${at.slice(0, 5)}.`);
  }

  problem() {
    const all = [...this.entries.values()];
    const failed = all.find((entry) => entry.failed);
    if (failed) return `Not saved: ${failed.failed} Your text is kept here, and saved as soon as that works again.`;
    const refused = all.find((entry) => entry.refused);
    return refused ? `Not saved, because it does not fit: ${refused.refused.replace(/\.$/, "")}. Your text is still here.` : "";
  }

  words() {
    const all = [...this.entries.values()];
    if (all.some((entry) => entry.silent)) return "Not saved yet. Your text is kept here.";
    return this.savedAt && !this.problem() ? `Saved ${this.savedAt}` : "";
  }

  end() {
    this.model.off("msg:custom", this.hear);
    for (const entry of this.entries.values()) {
      clearTimeout(entry.timer);
      clearTimeout(entry.alarm);
    }
  }
}

function ownKeys(question) {
  if (question.kind === "people") return [`${question.id}/`];
  if (question.kind === "rewrites") return question.levels.flatMap((level) => level.statements.map((s) => s.key));
  return [question.id];
}

// ---- the kinds of questions ----------------------------------------------------------------------
//
// A kind takes its question and a slot, `read()` and `write(value, {typing, focus})` and `leave()`,
// and gives its element with `show()`, which brings the controls in line with what is kept.

function group(question, ...children) {
  const help = question.help ? make("p", { class: "wk-help", id: newId() }, question.help) : null;
  const element = make(
    "fieldset",
    { class: `wk-question wk-${question.kind}`, "aria-describedby": help?.id },
    make("legend", {}, question.prompt),
    help,
    ...children,
  );
  return element;
}

// A box with a name of its own. (A legend inside a box's edge can't be set without tricks.)
function box(kind, name, ...children) {
  const head = make("p", { class: "wk-name", id: newId() }, name);
  return make("div", { class: kind, role: "group", "aria-labelledby": head.id }, head, ...children);
}

function grow(area) {
  if (CSS.supports("field-sizing", "content")) return;
  area.style.height = "auto";
  if (area.scrollHeight) area.style.height = `${area.scrollHeight + 4}px`;
}

// A labelled field whose words are sent after a pause.
function wordField(label, { rows = 1, ids = "", slot, value, placeholder } = {}) {
  const id = newId();
  const field =
    rows > 1
      ? make("textarea", { id, rows, dir: "auto", "aria-describedby": ids || null, placeholder })
      : make("input", { id, type: "text", dir: "auto", autocomplete: "off", "aria-describedby": ids || null });
  field.addEventListener("input", () => {
    if (rows > 1) grow(field);
    slot.write(value(field.value), { typing: true, focus: id });
  });
  field.addEventListener("blur", () => slot.leave());
  const show = (words) => {
    if (field.value !== words) field.value = words;
    if (rows > 1) grow(field);
  };
  return { field, label: make("label", { for: id }, ...[label].flat()), show };
}

function dayField(label, { slot, value, max = null }) {
  const id = newId();
  const field = make("input", { id, type: "date", max });
  field.addEventListener("input", () => {
    if (field.value && field.value < "1900") return; // a year is being typed
    slot.write(value(field.value || null), { typing: true, focus: id });
  });
  field.addEventListener("blur", () => slot.leave());
  const show = (day) => {
    if (field.value !== (day || "")) field.value = day || "";
  };
  return { field, label: make("label", { for: id }, ...[label].flat()), show };
}

function textKind(question, slot) {
  const help = question.help ? make("p", { class: "wk-help", id: newId() }, question.help) : null;
  const starter = question.starter ? make("p", { class: "wk-starter", id: newId() }, `${question.starter} …`) : null;
  const guide = question.words ? make("p", { class: "wk-count", id: newId() }) : null;
  const ids = [help, starter, guide].filter(Boolean).map((element) => element.id).join(" ");
  const rows = Math.max(2, question.rows);
  const made = wordField(question.prompt, { rows, ids, slot, value: (text) => ({ text }) });
  let later = 0;
  const counted = () => {
    if (!guide) return "";
    const [from, to] = question.words;
    const words = made.field.value.split(/\s+/).filter(Boolean).length;
    guide.textContent = words
      ? `${count(words, "word")}; ${from} to ${to} are plenty`
      : `${from} to ${to} words are plenty`;
    return guide.textContent;
  };
  made.field.addEventListener("input", () => {
    counted();
    clearTimeout(later);
    if (guide) later = setTimeout(() => slot.announce(guide.textContent), COUNT_AFTER);
  });
  const element = make("div", { class: "wk-question wk-text" }, made.label, help, starter, made.field, guide);
  const show = () => {
    made.show(slot.read()?.text ?? "");
    counted();
  };
  return { element, show };
}

function choiceKind(question, slot) {
  const type = question.many ? "checkbox" : "radio";
  const name = newId();
  const chosen = () => slot.read()?.chosen ?? [];
  const value = (changes) => ({ chosen: chosen(), other: slot.read()?.other ?? "", ...changes });
  const inputs = question.options.map((option) => make("input", { type, name, value: option.id, id: newId() }));
  const pick = (input) => {
    const ids = question.many ? inputs.filter((i) => i.checked).map((i) => i.value) : [input.value];
    if (!same(ids, chosen())) slot.write(value({ chosen: ids }), { focus: input.id });
    show();
  };
  for (const input of inputs) {
    input.addEventListener("change", () => pick(input));
    // A radio that was set from the start does not change when it is chosen.
    input.addEventListener("click", () => input.checked && pick(input));
    input.addEventListener("keydown", (event) => event.key === " " && input.checked && type === "radio" && pick(input));
  }
  const list = make(
    "ul",
    { class: "wk-options" },
    ...inputs.map((input, i) => make("li", {}, make("label", {}, input, make("span", {}, question.options[i].text)))),
  );
  const preset = make("p", { class: "wk-help" }, "Set from the start. It is kept once you choose it, or another.");
  const clear = button("Clear", () => {
    slot.write(value({ chosen: [] }), { focus: inputs[0].id });
    show();
    inputs[0].focus();
  }, `: ${question.prompt}`, { class: "wk-button wk-quiet" });
  const other = question.other
    ? wordField(question.other, { slot, value: (words) => value({ other: words }) })
    : null;
  const show = () => {
    const ids = chosen();
    const fromStart = !ids.length && question.default ? [question.default] : [];
    for (const input of inputs) input.checked = [...ids, ...fromStart].includes(input.value);
    preset.hidden = !fromStart.length;
    clear.hidden = question.many || !ids.length;
    other?.show(slot.read()?.other ?? "");
  };
  const otherBox = other ? make("div", { class: "wk-field" }, other.label, other.field) : null;
  return { element: group(question, list, preset, clear, otherBox), show };
}

function scaleKind(question, slot) {
  const name = newId();
  const inputs = Array.from({ length: question.points }, (_, i) =>
    make("input", {
      type: "radio", name, id: newId(), value: i + 1,
      "aria-label": `${i + 1} of ${question.points}, between ‘${question.low}’ and ‘${question.high}’`,
    }),
  );
  for (const input of inputs) {
    input.addEventListener("change", () => {
      slot.write({ point: Number(input.value) }, { focus: input.id });
      show();
    });
  }
  const clear = button("Clear", () => {
    slot.write({ point: null }, { focus: inputs[0].id });
    show();
    inputs[0].focus();
  }, `: ${question.prompt}`, { class: "wk-button wk-quiet" });
  const show = () => {
    const point = slot.read()?.point ?? null;
    for (const input of inputs) input.checked = Number(input.value) === point;
    clear.hidden = point === null;
  };
  const line = make(
    "div",
    { class: "wk-line" },
    make("span", { class: "wk-low" }, question.low),
    make("span", { class: "wk-points" }, ...inputs.map((input) => make("label", {}, input))),
    make("span", { class: "wk-high" }, question.high),
  );
  return { element: group(question, line, clear), show };
}

function signalsKind(question, slot) {
  const seen = () => slot.read()?.seen ?? [];
  const dates = new Map();
  const boxes = new Map();
  const value = () => ({
    seen: question.signals
      .filter((signal) => boxes.get(signal.id).checked)
      .map((signal) => ({ signal: signal.id, when: dates.get(signal.id).field.value || null })),
  });
  const items = question.signals.map((signal) => {
    const box = make("input", { type: "checkbox", id: newId() });
    boxes.set(signal.id, box);
    const words = ["Seen on", make("span", { class: "wk-sr" }, `: ${signal.text}`)];
    const date = dayField(words, { slot, value, max: today() });
    const ahead = make("span", { class: "wk-help", hidden: true }, "That day is still to come.");
    date.field.addEventListener("change", () => (ahead.hidden = !date.field.validity.rangeOverflow));
    dates.set(signal.id, date);
    box.addEventListener("change", () => {
      slot.write(value(), { focus: box.id });
      show();
    });
    const when = make("div", { class: "wk-when" }, date.label, date.field, ahead);
    return { signal, when, element: make("li", {}, make("label", {}, box, make("span", {}, signal.text)), when) };
  });
  const show = () => {
    const days = new Map(seen().map(({ signal, when }) => [signal, when]));
    for (const { signal, when } of items) {
      boxes.get(signal.id).checked = days.has(signal.id);
      when.hidden = !days.has(signal.id);
      dates.get(signal.id).show(days.get(signal.id));
    }
  };
  const place = make("div", { class: "wk-signal-list" });
  const list = (of) => make("ul", { class: "wk-options" }, ...of.map((item) => item.element));
  const arrange = (grouped) => {
    const groups = question.stages.map((stage) =>
      make("fieldset", { class: "wk-stage" }, make("legend", {}, stage.name),
        list(items.filter((item) => item.signal.stage === stage.slug))),
    );
    place.replaceChildren(...(grouped ? groups : [list(items)]));
  };
  const toggle = button("Group by stage", () => {
    const grouped = toggle.getAttribute("aria-pressed") !== "true";
    toggle.setAttribute("aria-pressed", String(grouped));
    arrange(grouped);
    slot.announce(grouped ? "Grouped by stage." : "Mixed again.");
  }, "", { "aria-pressed": "false" });
  arrange(false);
  return { element: group(question, question.stages.length ? toggle : null, place), show };
}

function orderKind(question, slot) {
  const list = make("ol", { class: "wk-order-list" });
  const items = new Map();
  const order = () => [...list.children].map((item) => item.dataset.item);
  const keep = (focus) => {
    if (!same(order(), slot.read()?.order ?? null)) slot.write({ order: order() }, { focus });
    show();
  };
  const move = (item, by, focused) => {
    const at = order().indexOf(item.id);
    const to = at + by;
    if (to < 0 || to >= question.items.length) {
      slot.announce(`${item.text}: this is the ${by < 0 ? "first" : "last"} already.`);
      return;
    }
    const { element } = items.get(item.id);
    const neighbour = list.children[to];
    list.insertBefore(element, by < 0 ? neighbour : neighbour.nextSibling);
    keep(focused.id);
    focused.focus(); // an element that is moved loses it
    slot.announce(`${item.text}: now ${to + 1} of ${question.items.length}.`);
  };
  for (const item of question.items) {
    const up = button("Move up", () => move(item, -1, up), `: ${item.text}`, { id: newId() });
    const down = button("Move down", () => move(item, 1, down), `: ${item.text}`, { id: newId() });
    const handle = make("span", { class: "wk-handle", "aria-hidden": "true", title: "Drag to move" }, "⠿");
    const words = make("span", { class: "wk-item" }, item.text);
    const element = make("li", { "data-item": item.id }, handle, words, make("span", { class: "wk-moves" }, up, down));
    element.addEventListener("keydown", (event) => {
      if (!event.altKey || !["ArrowUp", "ArrowDown"].includes(event.key)) return;
      event.preventDefault();
      move(item, event.key === "ArrowUp" ? -1 : 1, event.target);
    });
    drag(handle, element, list, () => keep(up.id));
    items.set(item.id, { element, up, down });
  }
  const confirm = button("Start from this order", () => {
    const first = items.get(order()[0]).down;
    keep(first.id);
    first.focus();
  }, `: ${question.prompt}`);
  const note = make("p", { class: "wk-help" }, "This order is nobody’s yet. Move something, or keep it as it is:");
  const unsaved = make("div", { class: "wk-unsaved" }, note, confirm);
  const show = () => {
    const kept = slot.read()?.order;
    const wanted = kept?.length ? kept : question.items.map((item) => item.id);
    if (!same(order(), wanted)) list.replaceChildren(...wanted.map((id) => items.get(id).element));
    order().forEach((id, at) => {
      items.get(id).up.setAttribute("aria-disabled", String(at === 0));
      items.get(id).down.setAttribute("aria-disabled", String(at === question.items.length - 1));
    });
    unsaved.hidden = Boolean(kept?.length);
  };
  return { element: group(question, list, unsaved), show };
}

function drag(handle, element, list, done) {
  handle.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    element.classList.add("wk-dragged");
    const move = ({ clientY }) => {
      const after = [...list.children].find((other) => {
        const box = other.getBoundingClientRect();
        return other !== element && clientY < box.top + box.height / 2;
      });
      if (after !== element.nextElementSibling) list.insertBefore(element, after ?? null);
    };
    const end = () => {
      window.removeEventListener("pointermove", move);
      window.removeEventListener("pointerup", end);
      window.removeEventListener("pointercancel", end);
      element.classList.remove("wk-dragged");
      done();
    };
    window.addEventListener("pointermove", move); // a captured pointer is let go where its element moves
    window.addEventListener("pointerup", end);
    window.addEventListener("pointercancel", end);
  });
}

function commitmentsKind(question, slot) {
  const place = make("div", { class: "wk-rows" });
  let rows = [];
  const blank = (at) => ({ what: "", who: "", by: question.days[at] ?? null, about: "" });
  const untouched = (row) => !row.what && !row.who && !row.about && (!row.by || question.days.includes(row.by));
  const kept = () => {
    const all = rows.map((row) => row.data);
    while (all.length && untouched(all.at(-1))) all.pop();
    return { commitments: all.map((data) => ({ ...data })) };
  };
  const one = (data, at) => {
    const row = { data: { ...data } };
    const value = (name) => (given) => {
      row.data[name] = given;
      return kept();
    };
    const what = wordField(question.what, { rows: 2, slot, value: value("what") });
    const about = question.about ? wordField(question.about, { slot, value: value("about") }) : null;
    const who = wordField(question.who, { slot, value: value("who") });
    const by = dayField("By", { slot, value: value("by") });
    const fields = { what, about, who, by };
    const remove = button("Remove", () => {
      const now = rows.filter((other) => other !== row).map((other) => other.data);
      build(now.length ? now : [blank(0)]);
      slot.write(kept(), { focus: add.id });
      refresh();
      (rows[at] ?? rows.at(-1)).fields.what.field.focus();
      slot.announce(`Commitment ${at + 1} is removed.`);
    }, ` commitment ${at + 1}`, { class: "wk-button wk-quiet" });
    const small = [about, who, by].filter(Boolean);
    row.fields = fields;
    row.element = box(
      "wk-row",
      `Commitment ${at + 1}`,
      make("div", { class: "wk-field" }, what.label, what.field),
      make("div", { class: "wk-small-fields" }, ...small.map((f) => make("div", { class: "wk-field" }, f.label, f.field))),
      remove,
    );
    row.show = () => {
      for (const [name, field] of Object.entries(fields)) field?.show(row.data[name] ?? "");
    };
    return row;
  };
  const build = (all) => {
    rows = all.map(one);
    place.replaceChildren(...rows.map((row) => row.element));
    for (const row of rows) row.show();
  };
  const refresh = () => {
    add.hidden = rows.length >= question.most;
  };
  const append = (data) => {
    const row = one(data, rows.length);
    rows.push(row);
    place.append(row.element);
    row.show();
    refresh();
    return row;
  };
  const add = button("Add a commitment", () => append(blank(rows.length)).fields.what.field.focus(), "", { id: newId() });
  const use = (words) => {
    const free = rows.find((row) => !row.data.what);
    if (!free && rows.length >= question.most) {
      slot.announce(`All ${question.most} rows are in use. Clear one first.`);
      return;
    }
    const row = free ?? append(blank(rows.length));
    row.data.what = words;
    row.show();
    slot.write(kept(), { focus: row.fields.what.field.id });
    row.fields.what.field.focus();
  };
  const show = () => {
    const all = (slot.read()?.commitments ?? []).map((data) => ({ ...blank(-1), ...data }));
    const shown = Math.min(question.most, Math.max(1, question.days.length, all.length));
    while (all.length < shown) all.push(blank(all.length));
    if (rows.length < all.length || rows.slice(all.length).some((row) => !untouched(row.data))) build(all);
    rows.forEach((row, at) => {
      row.data = all[at] ?? row.data;
      row.show();
    });
    refresh();
  };
  const offers = question.suggest.map(({ group: name, texts }) =>
    make("section", {}, make("h4", {}, name), make("ul", { class: "wk-offers" }, ...texts.map((words) =>
      make("li", {}, make("span", {}, words), button("Use this", () => use(words), `: ${words}`)),
    ))),
  );
  const ready = offers.length
    ? make("details", { class: "wk-ready" }, make("summary", {}, "Ready ones to start from"), ...offers)
    : null;
  return { element: group(question, place, add, ready), show };
}

const SIMPLE = {
  text: textKind,
  choice: choiceKind,
  scale: scaleKind,
  signals: signalsKind,
  order: orderKind,
  commitments: commitmentsKind,
};

// ---- people, one at a time -----------------------------------------------------------------------

function peopleKind(question, keeper, announce) {
  const start = `${question.id}/`;
  const number = (key) => Number(key.slice(start.length + 1));
  const there = () => keeper.keys(`${start}P`).filter((key) => keeper.value(key)).sort((a, b) => number(a) - number(b));
  const list = make("ul", { class: "wk-codes" });
  const place = make("div", { class: "wk-person-place" });
  const panels = new Map();
  const buttons = new Map();
  let current = null;

  const panel = (key) => {
    if (panels.has(key)) return panels.get(key);
    const code = key.slice(start.length);
    const fields = question.fields.map((field) => {
      const slot = {
        announce,
        read: () => keeper.value(key)?.fields?.[field.id] ?? null,
        write: (value, how) => {
          keeper.edit(key, { fields: { ...keeper.value(key)?.fields, [field.id]: value } }, how);
          refresh();
        },
        leave: () => keeper.leave(key),
      };
      return SIMPLE[field.kind](field, slot);
    });
    const remove = button("Remove", () => {
      keeper.edit(key, null, { focus: add.id });
      show(key);
      (buttons.get(current) ?? add).focus();
      announce(`${code} is removed. Undo brings it back.`);
    }, ` ${code}`, { class: "wk-button wk-quiet" });
    const element = box("wk-person", code, ...fields.map((f) => f.element), remove);
    panels.set(key, { element, fields });
    return panels.get(key);
  };
  const select = (key) => {
    current = key;
    place.replaceChildren(...(key ? [panel(key).element] : []));
    if (key) for (const field of panel(key).fields) field.show();
    refresh();
  };
  // "3 signals, not enough evidence": what is there in a few words, so that one finds one's place.
  const inWords = (key) => {
    const given = keeper.value(key)?.fields ?? {};
    const parts = [];
    const choice = question.fields.find((field) => field.kind === "choice");
    for (const field of question.fields) {
      const value = given[field.id];
      if (field.kind === "signals" && value?.seen?.length) parts.push(count(value.seen.length, "signal"));
      if (field === choice) {
        const ids = value?.chosen?.length ? value.chosen : [field.default];
        parts.push(...field.options.filter((option) => ids.includes(option.id)).map((option) => brief(option.text)));
      }
    }
    return parts.join(", ") || "nothing yet";
  };
  const refresh = () => {
    const keys = there();
    for (const key of keys) {
      if (!buttons.has(key)) {
        const told = make("span", { class: "wk-code-words" });
        const made = button(key.slice(start.length), () => {
          select(key);
          place.querySelector("input, textarea, button")?.focus();
        });
        made.append(" ", told);
        buttons.set(key, made);
      }
      const shown = buttons.get(key);
      const words = inWords(key);
      if (shown.lastChild.textContent !== words) shown.lastChild.textContent = words;
      shown.setAttribute("aria-current", String(key === current));
    }
    const wanted = keys.map((key) => buttons.get(key));
    if (!same([...list.children].map((li) => li.dataset.key), keys)) {
      list.replaceChildren(...wanted.map((b, i) => make("li", { "data-key": keys[i] }, b)));
    }
    list.hidden = !keys.length;
    add.hidden = keys.length >= question.most;
  };
  const add = button("Add a person", () => {
    // A code that was removed is not given again: on somebody's paper it stands for somebody.
    const used = keeper.keys(`${start}P`).map(number);
    const key = `${start}P${Math.max(0, ...used) + 1}`;
    keeper.edit(key, { fields: {} }, { focus: add.id });
    select(key);
    place.querySelector("input, textarea, button")?.focus();
    announce(`${key.slice(start.length)} is added.`);
  }, "", { id: newId() });
  const show = (key) => {
    const keys = there();
    if (key && keys.includes(key) && !current) current = key;
    if (!keys.includes(current)) current = keys.find((k) => !key || number(k) > number(key)) ?? keys.at(-1) ?? null;
    select(current);
  };
  const reveal = (key) => there().includes(key) && select(key);
  return { element: group(question, list, add, place), show, reveal, named: (key) => key.slice(start.length) };
}

// ---- the statements of a ladder ------------------------------------------------------------------

function rewritesKind(question, keeper, announce) {
  const names = new Map(question.dimensions.map(({ slug, name }) => [slug, name]));
  const place = make("div", { class: "wk-statements" });
  const panels = new Map();
  const shows = new Map();
  const levelOf = new Map(question.levels.flatMap((level, i) => level.statements.map((s) => [s.key, i])));

  const row = (statement, level) => {
    const { key } = statement;
    const whole = (changes) => ({
      statement: statement.text, level: level.name, heading: statement.heading,
      label: keeper.value(key)?.label ?? "", text: keeper.value(key)?.text ?? "", ...changes,
    });
    const slot = {
      write: (value, how) => keeper.edit(key, value, how),
      leave: () => keeper.leave(key),
    };
    const name = make("p", { class: "wk-statement", id: newId() });
    if (statement.heading) name.append(make("span", { class: "wk-heading" }, `${statement.heading}: `));
    name.append(statement.text);
    const because = statement.phrases.length
      ? make("p", { class: "wk-help" }, `because of: ${statement.phrases.join(", ")}`)
      : null;
    const label = make("select", { id: newId() }, ...[...names].map(([slug, words]) => make("option", { value: slug }, words)));
    label.addEventListener("change", () =>
      slot.write(whole({ label: label.value === statement.label ? "" : label.value }), { focus: label.id }));
    label.addEventListener("blur", () => slot.leave());
    const text = wordField("Rewritten", { rows: 2, slot, value: (words) => whole({ text: words }), placeholder: "What would you see somebody do?" });
    const starts = statement.drafts.map((draft) =>
      button(`Start towards ${names.get(draft.dimension)?.toLowerCase() ?? draft.dimension}`, () => {
        slot.write(whole({ text: draft.text }), { focus: text.field.id });
        text.show(draft.text);
        text.field.focus();
      }, "", { title: draft.text }));
    shows.set(key, () => {
      label.value = keeper.value(key)?.label || statement.label;
      text.show(keeper.value(key)?.text ?? "");
    });
    return make(
      "div",
      { class: "wk-rewrite", role: "group", "aria-labelledby": name.id },
      name,
      because,
      make("div", { class: "wk-field" }, make("label", { for: label.id }, "Pays for"), label),
      starts.length ? make("div", { class: "wk-starts" }, ...starts) : null,
      make("div", { class: "wk-field" }, text.label, text.field),
    );
  };
  const choose = make("select", { id: newId() }, ...question.levels.map((level, i) => make("option", { value: i }, level.name)));
  const select = (i) => {
    choose.value = i;
    const level = question.levels[i];
    if (!panels.has(i)) panels.set(i, make("div", {}, ...level.statements.map((s) => row(s, level))));
    place.replaceChildren(panels.get(i));
    for (const { key } of level.statements) shows.get(key)();
  };
  choose.addEventListener("change", () => {
    select(Number(choose.value));
    announce(`${question.levels[Number(choose.value)].name} is shown.`);
  });
  const chooser = make("div", { class: "wk-field" }, make("label", { for: choose.id }, "Level"), choose);
  const show = (key) => {
    if (!place.children.length) select(0);
    else if (key) shows.get(key)?.();
    else select(Number(choose.value));
  };
  const reveal = (key) => select(levelOf.get(key));
  const texts = new Map(question.levels.flatMap((level) => level.statements.map((s) => [s.key, s.text])));
  const named = (key) => `“${texts.get(key)}”`;
  return { element: group(question, question.levels.length > 1 ? chooser : null, place), show, reveal, named };
}

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
      : SIMPLE[question.kind](question, slot);
    const told = make("div", { class: "wk-told" });
    this.questions.set(question.id, { ...made, told, element: made.element });
    return make("div", { class: "wk-asked" }, made.element, told);
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
