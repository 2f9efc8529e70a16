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
