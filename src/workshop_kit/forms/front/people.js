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
