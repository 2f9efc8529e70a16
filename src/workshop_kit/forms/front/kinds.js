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
