// ---- what is kept --------------------------------------------------------------------------------

function stored(action) {
  try {
    return action(window.sessionStorage);
  } catch {
    return null; // no storage here, or no room: the page itself still keeps the text
  }
}

class Keeper {
  // `ui` is told what to show: show(key), isBusy(key), tell(key, words, other), advise(hints), status().
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
    if (message.hints) this.ui.advise(message.hints);
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
  if (["people", "conversations"].includes(question.kind)) return [`${question.id}/`];
  if (question.kind === "rewrites") return question.levels.flatMap((level) => level.statements.map((s) => s.key));
  return [question.id];
}
