// The facilitator's live view: draws what the kernel says, lets the seconds run, asks again.
//
// Messages: see view.py. Words from people are only ever set as text.

const ASK_EVERY = 3000;
const SILENT_AFTER = 10000;
const NOT_TWICE = 1000; // a double click is one press
const SILENCE =
  "The program behind this page does not answer. The clock goes on; nothing new is shown or saved until it does.";

function button(words, onclick, more = "", attributes = {}) {
  const hidden = more ? make("span", { class: "wk-sr" }, ` ${more}`) : null;
  return make("button", { type: "button", onclick, ...attributes }, words, hidden);
}

const list = (items, row) => make("ul", {}, ...items.map((item) => make("li", {}, row ? row(item) : item)));
const two = (number) => String(number).padStart(2, "0");

// What is left of a block: a figure to be read from the back of the room, and what it counts.
function left(milliseconds, phase) {
  if (phase === "before") {
    if (milliseconds <= 1000) return { figure: "", words: "" };
    const minutes = Math.ceil(milliseconds / 60000);
    return { figure: String(minutes), words: `${minutes === 1 ? "minute" : "minutes"} until we begin` };
  }
  if (milliseconds <= 0) {
    const over = Math.floor(-milliseconds / 60000);
    if (!over) return { figure: "0", words: "time is up" };
    return { figure: String(over), words: `${over === 1 ? "minute" : "minutes"} over` };
  }
  if (milliseconds <= 60000) {
    const seconds = Math.ceil(milliseconds / 1000);
    return { figure: String(seconds), words: `${seconds === 1 ? "second" : "seconds"} left` };
  }
  return { figure: String(Math.ceil(milliseconds / 60000)), words: "minutes left" };
}

function exact(milliseconds) {
  const seconds = Math.ceil(Math.abs(milliseconds) / 1000);
  const words = `${Math.floor(seconds / 60)}:${two(seconds % 60)}`;
  return milliseconds < 0 ? `${words} over` : `${words} left`;
}

// ---- the projector -------------------------------------------------------------------------------

// Only what the whole room may see: no words to say, no plan, no teams.
class Projector {
  constructor() {
    this.clock = make("p", { class: "wk-p-clock" });
    this.title = make("p", { class: "wk-p-title" });
    this.figure = make("span", { class: "wk-p-figure" });
    this.words = make("span", { class: "wk-p-words" });
    this.next = make("p", { class: "wk-p-next" });
    const time = make("p", { class: "wk-p-time", role: "timer" }, this.figure, " ", this.words);
    const leave = button("Leave full screen", () => this.dialog.close());
    this.dialog = make(
      "dialog", { class: "wk-projector", tabindex: "-1", autofocus: true, "aria-label": "The clock for the room" },
      this.clock, this.title, time, this.next, leave,
    );
    this.dialog.addEventListener("close", () => document.fullscreenElement && document.exitFullscreen());
    this.follow = () => document.fullscreenElement || this.dialog.close();
    document.addEventListener("fullscreenchange", this.follow);
  }

  open() {
    this.dialog.showModal();
    this.dialog.focus();
    // Where the browser refuses, the clock still covers the page.
    document.documentElement.requestFullscreen?.().catch(() => {});
  }

  draw(clock, title, time, next) {
    this.clock.textContent = clock;
    this.title.textContent = title;
    this.figure.textContent = time.figure;
    this.figure.classList.toggle("wk-p-long", time.figure.length > 2);
    this.words.textContent = time.words;
    this.next.textContent = next;
  }

  end() {
    document.removeEventListener("fullscreenchange", this.follow);
    this.dialog.close();
  }
}

// ---- the page ------------------------------------------------------------------------------------

class LivePage {
  constructor(model, element) {
    this.model = model;
    this.page = model.get("page");
    this.name = newId();
    this.count = 0;
    this.pressedAt = 0;
    this.drawn = new Map();
    this.projector = new Projector();
    this.build(element);
    this.hear = this.hear.bind(this);
    model.on("msg:custom", this.hear);
    this.take(this.page.state);
    this.ticking = setInterval(() => this.tick(), 250);
    this.onVisible = () => document.visibilityState === "visible" && this.look();
    document.addEventListener("visibilitychange", this.onVisible);
    this.look();
  }

  build(element) {
    const area = (name) => (this[name] = make("div", { class: `wk-${name}` }));
    this.clock = make("p", { class: "wk-clock" });
    this.time = make("p", { class: "wk-time", role: "timer" });
    this.late = make("p", { class: "wk-late" });
    this.told = make("p", { class: "wk-told", role: "status" });
    this.alert = make("p", { class: "wk-alert", role: "alert", hidden: true });
    this.go = button("", () => this.pressOnce({ do: "next" }), "", { class: "wk-go" });
    this.back = button("Back", () => this.pressOnce({ do: "back" }), "one block");
    this.again = button("Begin again", () => this.pressOnce({ do: "again" }), "with the rehearsal");
    const full = button("Fill the screen", () => this.projector.open(), "with the clock, for the room");
    this.bar = make("div", { class: "wk-bar" }, this.go, this.back, full, this.again);
    const now = make(
      "div", { class: "wk-now" },
      make("div", { class: "wk-standing" }, this.clock, area("block"), this.time, this.late, area("after"), this.bar, this.told),
      area("words"),
    );
    this.dayParts = [
      this.section("Now", area("about"), now, this.lateForm()),
      this.section("The plan", area("offer"), area("plan")),
    ];
    this.reported = this.section("Planned and actual", area("report"));
    this.nowhere = area("alone");
    const room = this.section("The room", make("p", { class: "wk-soft" }, "How many questions each team has answered. No words of anybody’s are read for it. It is about where to walk next, and not about who is quick."), area("room"));
    const parked = this.section("Parked questions", this.parkForm(), area("parked"));
    const picture = this.section("The room’s picture", area("picture"));
    element.classList.add("wk-live");
    // JupyterLab would take keys on anything but a text field for its own (D, D deletes a cell).
    element.dataset.lmSuppressShortcuts = "true";
    element.addEventListener("keydown", (event) => event.stopPropagation());
    element.replaceChildren(this.alert, this.nowhere, ...this.dayParts, this.reported, room, parked, picture, this.projector.dialog);
  }

  section(title, ...children) {
    const id = newId();
    return make("section", { "aria-labelledby": id }, make("h2", { id }, title), ...children);
  }

  lateForm() {
    const [where, minutes] = [newId(), newId()];
    this.where = make("select", { id: where });
    this.minutes = make("input", { id: minutes, type: "number", min: "0", max: "240", value: "5", required: true });
    const say = (event) => {
      event.preventDefault();
      this.press({ do: "late", block: this.where.value, minutes: Number(this.minutes.value) });
    };
    const form = make(
      "form", { onsubmit: say },
      make("label", { for: where }, "We are at"), this.where,
      make("label", { for: minutes }, "and"), this.minutes, make("span", {}, "minutes late."),
      make("button", { type: "submit" }, "Say so"),
    );
    return make("details", { class: "wk-say-late" }, make("summary", {}, "The clock does not know how late we are"), form);
  }

  parkForm() {
    const id = newId();
    this.text = make("input", { id, type: "text", maxlength: this.page.wordsAtMost, autocomplete: "off", required: true, "aria-describedby": `${id}-help` });
    const park = (event) => {
      event.preventDefault();
      if (!this.text.value.trim()) return;
      this.press({ do: "park", text: this.text.value }, () => (this.text.value = ""));
    };
    return make(
      "form", { class: "wk-park", onsubmit: park },
      make("label", { for: id }, "A question for later"),
      make("p", { id: `${id}-help`, class: "wk-soft" }, "The question, and not who asked it. No names."),
      this.text, make("button", { type: "submit" }, "Park it"),
    );
  }

  // ---- the line to the kernel

  send(message, then) {
    const n = `${this.name}-${++this.count}`;
    this.waiting = { n, then };
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.alarm(SILENCE);
      this.look();
    }, SILENT_AFTER);
    try {
      this.model.send({ ...message, n });
    } catch {
      // The line is cut; the timer says so.
    }
  }

  look() {
    this.send({ type: "look" });
  }

  press(what, then) {
    this.told.textContent = "Saving…"; // the first one of an event takes a second
    this.send({ type: "press", at: this.state.day.at, ...what }, then);
  }

  // For buttons that go a block further or back.
  pressOnce(what) {
    if (Date.now() - this.pressedAt < NOT_TWICE) return;
    this.pressedAt = Date.now();
    this.press(what);
  }

  hear(message) {
    if (message?.type !== "state") return;
    this.take(message.state);
    if (message.n !== this.waiting?.n) return;
    this.alarm(message.state.trouble);
    this.told.textContent = message.told;
    if (!message.told) this.waiting.then?.();
    this.waiting = null;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.look(), ASK_EVERY);
  }

  alarm(words) {
    if (this.alert.textContent !== words) this.alert.textContent = words;
    this.alert.hidden = !words;
  }

  // ---- what it shows

  take(state) {
    this.state = state;
    const { day } = state;
    this.skew = day.now - Date.now();
    const alone = day.phase === "alone";
    for (const part of this.dayParts) part.hidden = alone;
    this.put("alone", alone ? day.about : "", () => (alone ? [day.about] : []));
    if (!alone) this.takeDay(day);
    this.reported.hidden = !day.report;
    if (day.report) this.put("report", day.report, () => this.reportOf(day.report));
    this.put("room", state.room, () => this.roomOf(state.room));
    this.put("parked", state.parked, () => this.parkedOf(state.parked));
    this.put("picture", [state.picture, state.mapped], () => this.pictureOf(state.picture, state.mapped));
    this.tick();
  }

  takeDay(day) {
    this.put("about", day.about, () => (day.about ? [make("p", {}, day.about)] : []));
    this.put("block", [day.block, day.waits], () => this.blockOf(day));
    this.put("words", day.block, () => this.wordsOf(day.block));
    this.put("after", day.next, () => this.nextOf(day.next));
    this.put("plan", [day.steps, day.following, day.phase], () => this.planOf(day));
    this.put("offer", day.offer, () => this.offerOf(day.offer));
    this.late.textContent = day.late;
    this.go.hidden = !day.press;
    if (this.go.textContent !== day.press) this.go.textContent = day.press;
    this.back.hidden = !day.back;
    this.again.hidden = !(day.rehearsing && day.back);
    const ids = day.choices.map(({ id }) => id).join();
    if (ids !== this.chosenFrom) {
      this.chosenFrom = ids;
      this.where.replaceChildren(...day.choices.map(({ id, words }) => make("option", { value: id }, words)));
    }
    this.where.closest("details").hidden = !day.choices.length;
  }

  // Draws an area anew where something in it changed, and leaves the focus where it was.
  put(name, data, draw) {
    const key = JSON.stringify(data);
    if (this.drawn.get(name) === key) return;
    this.drawn.set(name, key);
    const area = name === "alone" ? this.nowhere : this[name];
    const focused = area.contains(document.activeElement) ? document.activeElement.dataset.key : null;
    area.replaceChildren(...draw().filter(Boolean));
    if (focused) [...area.querySelectorAll("[data-key]")].find((one) => one.dataset.key === focused)?.focus();
  }

  tick() {
    const { day } = this.state;
    const now = Date.now() + this.skew;
    const local = new Date(now + day.offset);
    const clock = `${two(local.getUTCHours())}:${two(local.getUTCMinutes())}`;
    const running = day.phase === "running";
    const set = (element, words) => element.textContent !== words && (element.textContent = words);
    set(this.clock, `${clock} ${this.page.zone}`);
    const time = day.ends ? left(day.ends - now, day.phase) : { figure: "", words: "" };
    set(this.time, running ? exact(day.ends - now) : [time.figure, time.words].join(" ").trim());
    if (this.projector.dialog.open) {
      const next = day.next && running ? `Next, ${day.next.at}: ${day.next.title}` : "";
      this.projector.draw(clock, day.block?.title ?? day.waits ?? "", time, next);
    }
  }

  blockOf({ block, waits }) {
    if (!block) return [make("p", { class: "wk-title" }, waits)];
    const about = [block.mode, block.activity, block.owner].filter(Boolean).join(" · ");
    return [make("p", { class: "wk-title" }, block.title), make("p", { class: "wk-soft" }, about)];
  }

  nextOf(next) {
    if (!next) return [];
    const ready = next.materials.length ? make("p", { class: "wk-soft" }, `Have ready: ${next.materials.join("; ")}`) : null;
    return [make("p", {}, `Next, ${next.at}: ${next.title}`), ready];
  }

  wordsOf(block) {
    if (!block) return [];
    const part = (title, items) => (items.length ? [make("h3", {}, title), list(items)] : []);
    return [
      block.say ? make("h3", {}, "Say") : null,
      block.say ? make("p", { class: "wk-say" }, block.say) : null,
      ...part("Materials", block.materials),
      block.watch.length ? this.watchFor(block, [...part("Watch for", block.watch), ...part("Ask", block.ask)]) : null,
    ];
  }

  watchFor(block, parts) {
    const opened = (event) => (this.watching = event.target.open);
    const title = make("summary", {}, `What to watch for and ask, in “${block.activity}”`);
    return make("details", { open: this.watching, ontoggle: opened }, title, ...parts);
  }

  // ---- the plan

  table(caption, heads, rows) {
    const head = make("tr", {}, ...heads.map((words) => make("th", { scope: "col" }, words)));
    const table = make("table", {}, make("caption", {}, caption), make("thead", {}, head), make("tbody", {}, ...rows));
    return make("div", { class: "wk-box", tabindex: "0", role: "region", "aria-label": caption }, table);
  }

  planOf({ steps, following, phase }) {
    if (!steps.length && !following.length) {
      return [make("p", {}, phase === "over" ? "Nothing is left of it." : "This is the last block.")];
    }
    const row = (step) => {
      const keep = step.dropped ? this.keepButton(step, "Take it back in") : "";
      return make(
        "tr", { class: step.dropped ? "wk-dropped" : null },
        make("td", {}, step.at), make("th", { scope: "row" }, step.title),
        make("td", {}, step.minutes, " ", keep), make("td", {}, step.mode),
      );
    };
    return [
      steps.length ? this.table("What is to come", ["Begins", "Block", "Minutes", "How"], steps.map(row)) : null,
      ...following.map((words) => make("p", {}, words)),
    ];
  }

  keepButton(step, words) {
    const press = () => this.press({ do: "keep", block: step.id });
    return button(words, press, step.title, { "data-key": `keep-${step.id}` });
  }

  offerOf(offer) {
    if (!offer) return [];
    const ask = () => this.press({ do: "ask" });
    if (offer.declined) {
      return [
        make("p", { role: "status" }, `${offer.words.split(". ")[0].replace(/\.$/, "")}. You stay with the old plan.`),
        make("p", {}, button("Show the new plan", ask, "", { "data-key": "ask" })),
      ];
    }
    const line = (step) => [
      make("strong", {}, step.title), step.dropped ? ": dropped. " : ": ", step.reason, " ",
      step.dropped ? this.keepButton(step, "Keep it in") : "",
    ];
    const items = offer.steps.map((step) => make("li", {}, ...line(step)));
    return [
      make("p", { role: "status" }, offer.words),
      items.length ? make("ul", {}, ...items) : null,
      make(
        "p", { class: "wk-choice" },
        offer.useful ? button("Follow this plan", () => this.press({ do: "follow" }), "", { "data-key": "follow" }) : null,
        button("Stay with the old one", () => this.press({ do: "stay" }), "", { "data-key": "stay" }),
      ),
    ];
  }

  reportOf({ rows, words }) {
    const row = ([title, ...cells]) =>
      make("tr", {}, make("th", { scope: "row" }, title), ...cells.map((cell) => make("td", {}, cell)));
    return [this.table("Planned, actual, and next time", ["Block", "Planned", "Actual", "Next time"], rows.map(row)), make("p", {}, words)];
  }

  // ---- the room

  roomOf(room) {
    const { activities } = this.page;
    if (!room.length || !activities.length) return [make("p", {}, "There is no team, or no activity, to show.")];
    const summed = activities.map((_, n) => {
      const cells = room.map(({ cells }) => cells[n]);
      const begun = cells.filter((words) => words !== "not begun").length;
      const all = cells.filter((words) => words.startsWith("all")).length;
      return all ? `${begun} begun, ${all} with all` : `${begun} begun`;
    });
    const cell = (words) => make("td", { class: words === "not begun" ? "wk-soft" : null }, words);
    const row = (name, cells) => make("tr", {}, make("th", { scope: "row" }, name), ...cells.map(cell));
    const rows = [row(`All ${count(room.length, "team")}`, summed), ...room.map(({ team, cells }) => row(team, cells))];
    return [this.table("Questions answered, by team and activity", ["Team", ...activities], rows)];
  }

  parkedOf(parked) {
    if (!parked.length) return [make("p", { class: "wk-soft" }, "Nothing is parked.")];
    const item = ({ key, text, answered }) => {
      const id = newId();
      const tick = make("input", { id, type: "checkbox", "data-key": `tick-${key}`, onchange: (event) => this.press({ do: "tick", key, answered: event.target.checked }) });
      tick.checked = answered;
      const label = make("label", { for: id }, make("span", { class: answered ? "wk-answered" : null }, text), make("span", { class: "wk-soft" }, answered ? " answered" : ""));
      const remove = button("Take away", () => this.press({ do: "remove", key }), text, { class: "wk-quiet" });
      return make("li", {}, tick, label, remove);
    };
    return [make("ul", { class: "wk-list", "aria-label": "Parked questions; a tick means answered" }, ...parked.map(item))];
  }

  pictureOf(picture, mapped) {
    if (!picture) {
      const draw = () => this.press({ do: "picture" });
      const open = this.picture.querySelector("details")?.open ?? false;
      return [
        make("p", {}, "All teams’ signals pooled, where enough people and teams are in it."),
        make("details", { open },
          make("summary", {}, "Draw the room’s picture"),
          make("p", {}, `${mapped} It is drawn once for the event and then stays as it is: what is answered afterwards does not change it. So wait until the room has finished.`),
          make("p", {}, button("Draw it now, once", draw, "", { "data-key": "picture" })),
        ),
      ];
    }
    const row = ({ group, people }) =>
      make("tr", {}, make("th", { scope: "row" }, group), make("td", {}, people === null ? "kept back" : String(people)));
    return [
      this.table("The room’s picture, drawn once", ["Group", "People"], picture.rows.map(row)),
      ...picture.words.map((words) => make("p", {}, words)),
    ];
  }

  end() {
    clearTimeout(this.timer);
    clearInterval(this.ticking);
    document.removeEventListener("visibilitychange", this.onVisible);
    this.model.off("msg:custom", this.hear);
    this.projector.end();
  }
}

export default {
  render({ model, el }) {
    const page = new LivePage(model, el);
    return () => page.end();
  },
};
