// ---- hints -----------------------------------------------------------------------------------------
//
// What the kernel would look at again in an answer, in a list below it: advice to the writer, kept
// nowhere. Once left as it is, a hint does not come back in this page for the same words.

const HINTS_AT_MOST = 4; // at a time, and one of each rule

function hintsBelow(element, slot) {
  const list = make("ul", { class: "wk-hints", "aria-label": "Worth another look", hidden: true });
  const left = new Set();
  let given = [];
  let told = null; // the hints that were read out, or were there when the page was opened
  const name = ({ rule, quote }) => `${rule} ${quote.toLowerCase()}`;
  const quoted = ({ quote }) => (quote ? `: “${quote}”` : "");
  const item = (hint) => {
    const words = make("p", { id: newId() }, "Worth another look");
    if (hint.quote) words.append(": ", make("strong", {}, `“${hint.quote}”`));
    words.append(`. ${hint.why} ${hint.instead}`);
    const leave = button("Leave it as it is", () => {
      left.add(name(hint));
      slot.announce(["Left as it is.", ...fresh(refresh())].join(" "));
    }, quoted(hint), { class: "wk-button wk-quiet", "aria-describedby": words.id });
    return make("li", { "data-hint": name(hint) }, words, leave);
  };
  const wanted = () => {
    const text = slot.read()?.text ?? "";
    const there = given.filter((hint) => text.includes(hint.quote) && !left.has(name(hint)));
    const first = there.filter(({ rule }, i) => there.findIndex((other) => other.rule === rule) === i);
    return first.slice(0, HINTS_AT_MOST);
  };
  const refresh = () => {
    const now = wanted();
    const names = now.map(name);
    const before = [...list.children];
    if (same(before.map((li) => li.dataset.hint), names)) return now;
    const at = before.findIndex((li) => li.contains(document.activeElement));
    for (const li of before) if (!names.includes(li.dataset.hint)) li.remove();
    now.forEach((hint, i) => {
      if (list.children[i]?.dataset.hint !== names[i]) list.insertBefore(item(hint), list.children[i] ?? null);
    });
    list.hidden = !now.length;
    if (at >= 0 && !before[at].isConnected) {
      const next = list.children[Math.min(at, now.length - 1)];
      (next?.querySelector("button") ?? element.querySelector("textarea, input")).focus();
    }
    return now;
  };
  // The words of those that were not told yet.
  const fresh = (now) => {
    const known = told ?? new Set(now.map(name));
    told = new Set(now.map(name));
    const news = now.filter((hint) => !known.has(name(hint)));
    return news.map((hint) => `Worth another look${quoted(hint)}. ${hint.why} ${hint.instead}`);
  };
  const show = (hints) => {
    given = hints;
    const news = fresh(refresh());
    if (news.length) slot.announce(news.join(" "));
  };
  element.addEventListener("input", refresh); // words that are gone take their hint with them at once
  return { list, show };
}
