// ---- conversations to rehearse -------------------------------------------------------------------
//
// A rehearsal is kept as {mode, runs: [{turns: [{node, choice}], end}], note}, one for each script.
// One stands where the last run stands. To go back begins another run, so that the page knows what
// was said before. Which screen is open is this tab's own and outlives a reload in sessionStorage.

const TURNS_AT_MOST = 60;
const LETTERS = "abcd";

function conversationsKind(question, keeper, announce) {
  const start = `${question.id}/`;
  const base = newId();
  const scripts = new Map(question.scripts.map((script) => [script.id, script]));
  const screen = make("div", { class: "wk-screen" });
  const element = group(question, screen);
  const legend = element.querySelector("legend");
  const placeName = keeper.prefix.replace(/^wk:/, "wk-place:") + question.id;
  const place = { open: "", mode: "alone", phase: "ask", fresh: true, shown: false, clock: null };
  const placesThen = new WeakMap(); // where one stood when a value was replaced, for Undo
  let drawnFrom = ""; // the turns that are on the screen
  let noteField = null;

  const remember = () => stored((storage) => storage.setItem(placeName, JSON.stringify(place)));
  const clock = roomClock(
    question.trio,
    { read: () => place.clock, write: (state) => { place.clock = state; remember(); } },
    announce,
  );
  const fill = fillScreen();

  // ---- what is kept

  const kept = (id = place.open) => {
    const value = keeper.value(start + id);
    const runs = (value?.runs ?? []).map(({ turns, end }) => ({
      turns: turns.map(({ node, choice }) => ({ node, choice })),
      end: end ?? "",
    }));
    return { runs: runs.filter((run) => nodeAfter(scripts.get(id), run.turns)), note: value?.note ?? "" };
  };
  const turnsNow = () => (place.fresh ? [] : (kept().runs.at(-1)?.turns ?? []));
  const write = (changes, how) => {
    const key = start + place.open;
    const before = keeper.value(key);
    if (before) placesThen.set(before, { phase: place.phase, fresh: place.fresh });
    const mode = changes.runs ? place.mode : (before?.mode ?? place.mode);
    keeper.edit(key, { mode, ...kept(), ...changes }, how);
  };
  // To stand after these turns; a run goes on, or another one begins.
  const stand = (turns, runs, focus) => {
    const fresh = !turns.length;
    const tidy = tidied(runs, !fresh);
    if (!same(tidy, kept().runs)) write({ runs: tidy }, { focus });
    place.fresh = fresh;
  };

  const choose = (choice, focus) => {
    const script = scripts.get(place.open);
    const turns = turnsNow();
    const node = nodeAfter(script, turns);
    const { next } = script.nodes[node].choices[choice];
    const { runs } = kept();
    const others = turns.length ? runs.slice(0, -1) : runs;
    const after = [...turns, { node, choice }];
    stand(after, [...others, { turns: after, end: script.nodes[next].end ? next : "" }], focus);
    go({ phase: "heard", shown: false }, place.mode === "trio" ? "Talk first." : "What was meant stands below.");
  };
  const backTo = (turns, focus) => {
    const { runs } = kept();
    stand(turns, turns.length ? [...runs, { turns, end: "" }] : runs, focus);
    go({ phase: "ask" }, `Back at turn ${turns.length + 1}.`);
  };
  const again = () => go({ phase: "ask", fresh: true }, "From the start.");
  const leave = async () => {
    const id = place.open;
    if (document.fullscreenElement) await document.exitFullscreen();
    go({ open: "" });
    screen.querySelector(`[data-script="${CSS.escape(id)}"] button`)?.focus();
  };
  const open = (id, mode, changes) => {
    const fresh = !kept(id).runs.length;
    go({ open: id, mode, phase: mode === "trio" ? "seats" : "ask", fresh, shown: false, clock: null, ...changes });
  };

  // ---- the menu

  const entry = (script) => {
    const { runs } = kept(script.id);
    const last = runs.at(-1);
    const more = `: ${script.title}`;
    const alone = last && !last.end
      ? button(`Go on at turn ${last.turns.length + 1}`, () => open(script.id, "alone"), more)
      : button(last ? "Rehearse again" : "Rehearse alone", () => open(script.id, "alone", { fresh: true }), more);
    const trio = button("In a trio", () => open(script.id, "trio"), more);
    const look = last?.end ? button("Look back", () => open(script.id, "alone", { phase: "end" }), more) : null;
    return make(
      "li", { class: "wk-script", "data-script": script.id },
      make("h4", {}, script.title),
      ...script.cast.map(({ name, who }) => make("p", { class: "wk-cast" }, `${name}: ${who}`)),
      make("p", { class: "wk-cast" }, `${count(script.minutes, "minute")} at most`),
      script.signals.length
        ? make("div", { class: "wk-help" }, "You may have seen:", list(script.signals, { class: "wk-points-list" }))
        : null,
      make("p", { class: "wk-help" }, `What comes up: ${script.content_note}`),
      make("p", { class: last ? "wk-done" : "wk-help" }, doneInWords(runs)),
      make("div", { class: "wk-starts" }, alone, trio, look),
    );
  };

  // ---- pieces of a conversation

  const own = () => (place.mode === "trio" ? "The leader said" : "You said");
  const ownWords = (script, turns) => turns.map(({ node, choice }) => script.nodes[node].choices[choice]);

  // Each turn with the other things that could have been said there.
  const ways = (script, turns, isOpen) => {
    if (!turns.length) return null;
    const taken = new Set(kept().runs.flatMap((run) => run.turns).map(({ node, choice }) => `${node} ${choice}`));
    const items = turns.map(({ node, choice }, i) => {
      const { voice, speaker, text, choices } = script.nodes[node];
      const said = choices.map(({ say }, n) => {
        if (n === choice) return make("li", { class: "wk-own" }, `${own()}: ${spoken(say)}`);
        const mark = taken.has(`${node} ${n}`) ? "taken before" : "not yet";
        return make("li", {}, spoken(say), " ", make("span", { class: "wk-mark" }, `(${mark})`));
      });
      const back = button(`Go back to turn ${i + 1}`, () => backTo(turns.slice(0, i), back.id), "", { id: `${base}-to-${i}` });
      const who = NAMED[voice] ?? speaker;
      return make("li", {},
        make("p", {}, make("strong", {}, `Turn ${i + 1}. `), `${who}: ${voice === "scene" ? text : spoken(text)}`),
        make("ul", { class: "wk-points-list" }, ...said), back);
    });
    return make("details", { open: isOpen, class: "wk-ways" },
      make("summary", {}, "Turn by turn, and what else could be said"), make("ol", {}, ...items));
  };
  const tools = (turns) => make(
    "div", { class: "wk-starts wk-tools" },
    turns.length ? button("Back one step", () => backTo(turns.slice(0, -1), `${base}-back`), "", { id: `${base}-back` }) : null,
    turns.length ? button("Start again", again) : null,
    button("All conversations", leave),
  );

  // ---- the screens of a conversation: each gives its parts, one of them marked as what is new

  const screens = {
    seats: () => {
      const last = kept().runs.at(-1);
      const goOn = last && !last.end
        ? button(`Go on at turn ${last.turns.length + 1}`, () => go({ phase: "ask", fresh: false }))
        : null;
      return [
        make("div", { class: "wk-large", role: "group", "aria-label": "Three seats", ...IS_NEW }, seats(question.trio)),
        make("div", { class: "wk-starts" },
          button("Begin", () => go({ phase: "ask", fresh: true }), "", { class: "wk-button wk-first" }),
          goOn, fill, button("All conversations", leave)),
      ];
    },

    ask: (script, turns, node) => {
      const before = ownWords(script, turns).at(-1);
      const head = make("p", { class: "wk-name", id: newId() }, place.mode === "trio" ? "The leader chooses" : "What do you say?");
      const choices = node.choices.map(({ say }, n) => {
        const id = `${base}-${LETTERS[n]}`;
        const letter = make("span", { class: "wk-letter" }, LETTERS[n]);
        const words = make("span", { dir: "auto" }, say);
        return make("li", {}, make("button", { type: "button", class: "wk-reply", id, onclick: () => choose(n, id) }, letter, " ", words));
      });
      return [
        sceneOf(script, !turns.length),
        before ? make("p", { class: "wk-before" }, `${own()}: ${spoken(before.say)}`) : null,
        speech(node, turns.length ? IS_NEW : {}),
        ...(turns.length < TURNS_AT_MOST
          ? [head, make("ol", { class: "wk-choices", "aria-labelledby": head.id }, ...choices)]
          : [make("p", {}, `After ${TURNS_AT_MOST} turns this goes no further. Go back, or start again.`)]),
      ];
    },

    heard: (script, turns) => {
      const { node: name, choice } = turns.at(-1);
      const node = script.nodes[name];
      const chosen = node.choices[choice];
      const opens = place.mode === "trio" && !place.shown;
      const first = { class: "wk-button wk-first" };
      const show = button("Show what was meant", () => go({ shown: true }), "", first);
      const goOn = button("Go on", () => go({ phase: "ask" }, `Turn ${turns.length + 1}.`), "", opens ? {} : first);
      const head = make("p", { class: "wk-name", id: newId() }, own());
      const words = make("p", { class: "wk-says", dir: "auto", id: newId() }, chosen.say);
      const line = { class: "wk-speech wk-leader", role: "group", "aria-labelledby": `${head.id} ${words.id}` };
      return [
        speech(node),
        make("div", { ...line, ...(place.shown ? {} : IS_NEW) }, head, words),
        opens
          ? make("p", {}, `Talk first. What did ${NAMED[node.voice] ? "the other one" : node.speaker} want to hear, and what did the leader want?`)
          : make("div", { role: "group", "aria-label": "What was meant", ...(place.shown ? IS_NEW : {}) }, explained(node, chosen)),
        place.mode === "trio" && turns.length % 2 === 0 ? make("p", {}, "Change seats before you go on.") : null,
        make("div", { class: "wk-starts" }, opens ? show : null, goOn),
      ];
    },

    end: (script, turns, node) => {
      const said = ownWords(script, turns).map(({ say, move }) => make("li", {}, `${own()}: ${spoken(say)} · ${move}`));
      noteField = wordField("A note for yourself", {
        rows: 3,
        slot: { write: (note, how) => write({ note }, how), leave: () => keeper.leave(start + place.open) },
        value: (words) => words,
      });
      noteField.show(kept().note);
      const ended = node.end
        ? [speech(node, IS_NEW), make("dl", { class: "wk-facts" }, meant(node), fact("How it ended", node.end.outcome))]
        : [
            make("p", IS_NEW, "You stopped here. There is enough to look back at."),
            make("div", { class: "wk-starts" }, button(`Go on at turn ${turns.length + 1}`, () => go({ phase: "ask" }))),
          ];
      return [
        ...ended,
        ...(place.mode === "trio" ? [make("h4", {}, "Look back, in this order"), lookingBack(question.trio)] : []),
        node.end ? make("h4", {}, "Questions to look back with") : null,
        node.end ? make("ol", { class: "wk-questions" }, ...node.end.debrief.map((asked) => make("li", {}, asked))) : null,
        said.length ? make("h4", {}, place.mode === "trio" ? "What the leader said" : "What you said") : null,
        make("ol", { class: "wk-questions" }, ...said),
        node.end ? make("p", { class: "wk-take-away" }, make("strong", {}, "To take away. "), node.end.take_away) : null,
        make("div", { class: "wk-field" }, noteField.label, noteField.field),
      ];
    },
  };

  const phaseOf = (turns, node) => {
    if (place.phase === "seats" && place.mode === "trio") return "seats";
    if (place.phase === "heard" && turns.length) return "heard";
    return node.end || (place.phase === "end" && place.mode === "trio") ? "end" : "ask";
  };

  const conversation = (script) => {
    const turns = turnsNow();
    const node = script.nodes[nodeAfter(script, turns)];
    const phase = phaseOf(turns, node);
    const turn = { ask: turns.length + 1, heard: turns.length }[phase];
    const parts = screens[phase](script, turns, node).filter(Boolean);
    const after = phase === "seats" ? [] : [tools(turns), ways(script, turns, phase === "end")].filter(Boolean);
    const head = turn ? [make("p", { class: "wk-turn" }, `Turn ${turn}`)] : [];
    if (place.mode !== "trio" || phase === "seats") return [...head, ...parts, ...after];
    clock.turnTo(phase === "end" ? "debrief" : "talk");
    const stop = phase === "end" ? null : button("Stop here, and look back", () => go({ phase: "end" }, "Look back."));
    return [make(
      "div", { class: "wk-stage wk-large" },
      make("div", { class: "wk-stage-talk" }, ...head, ...parts, ...after),
      make("div", { class: "wk-stage-side" }, clock.element, make("div", { class: "wk-starts" }, stop, fill),
        phase === "end" ? null : watching(question.trio)),
    )];
  };

  // ---- what is on the screen

  const draw = () => {
    const script = scripts.get(place.open);
    drawnFrom = JSON.stringify([place.open, kept().runs]);
    noteField = null;
    legend.textContent = script?.title ?? question.prompt;
    for (const help of element.querySelectorAll(":scope > .wk-help")) help.hidden = Boolean(script);
    screen.replaceChildren(
      ...(script ? conversation(script) : [make("ul", { class: "wk-scripts" }, ...question.scripts.map(entry))]),
    );
  };
  const go = (changes, words = "") => {
    Object.assign(place, changes);
    remember();
    draw();
    screen.querySelector("[data-new]")?.focus();
    if (words) announce(words);
  };
  // The turns changed under the page: by another device, or by Undo, which knows where one stood.
  const settle = () => {
    const then = placesThen.get(keeper.value(start + place.open) ?? place);
    Object.assign(place, then ?? { phase: "ask", fresh: !kept().runs.length });
    remember();
    draw();
  };
  const show = (key) => {
    if (!key) {
      Object.assign(place, stored((storage) => JSON.parse(storage.getItem(placeName))));
      if (!scripts.has(place.open)) place.open = "";
      draw();
    } else if (!place.open) draw();
    else if (key !== start + place.open) return;
    else if (drawnFrom !== JSON.stringify([place.open, kept().runs])) settle();
    else noteField?.show(kept().note);
  };
  const reveal = (key) => {
    const id = key.slice(start.length);
    if (place.open !== id) Object.assign(place, { open: id, mode: "alone", fresh: false, phase: "ask" });
    settle();
  };

  screen.addEventListener("keydown", (event) => {
    const { key, target, repeat, altKey, ctrlKey, metaKey } = event;
    if (key.length !== 1 || repeat || altKey || ctrlKey || metaKey || target.matches("textarea, input")) return;
    const at = Math.max(LETTERS.indexOf(key.toLowerCase()), "1234".indexOf(key));
    const choices = screen.querySelectorAll(".wk-reply");
    if (at < 0 || at >= choices.length) return;
    event.preventDefault();
    choices[at].click();
  });
  const title = (key) => spoken(scripts.get(key.slice(start.length))?.title ?? "");
  return { element, show, reveal, named: title };
}
