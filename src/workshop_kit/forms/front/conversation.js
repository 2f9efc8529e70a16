// ---- a conversation ------------------------------------------------------------------------------
//
// What a script is made of, as words and as elements; nothing here knows where somebody stands in it.

const RUNS_AT_MOST = 50;
const TIMES = ["", "once", "twice"];

const spoken = (words) => `“${words.replaceAll("“", "‘").replaceAll("”", "’")}”`;

// The node to which these turns lead; null where the script has no such way.
function nodeAfter(script, turns) {
  let at = script.start;
  for (const { node, choice } of turns) {
    if (node !== at || !script.nodes[at]?.choices[choice]) return null;
    at = script.nodes[at].choices[choice].next;
  }
  return at;
}

// The runs without those that say nothing: broken off where another one went on. The last one stays
// where one stands in it.
function tidied(runs, standing) {
  const begins = (run, other) => run.turns.every((turn, i) => same(turn, other.turns[i]));
  const says = (run, i) =>
    run.end || (standing && i === runs.length - 1) ||
    !runs.some((other, j) => j !== i && begins(run, other) && (other.turns.length > run.turns.length || j > i));
  return runs.filter(says).slice(-RUNS_AT_MOST);
}

// "Rehearsed twice, last to the end": what was done, never how well.
function doneInWords(runs) {
  const last = runs.at(-1);
  if (!last) return "Not rehearsed yet.";
  const ended = runs.filter((run) => run.end).length;
  const times = TIMES[ended] ?? `${ended} times`;
  if (last.end) return ended === 1 ? "Rehearsed once, to the end." : `Rehearsed ${times}, last to the end.`;
  const at = `turn ${last.turns.length + 1}`;
  return ended ? `Rehearsed ${times} to the end. Begun again, and now at ${at}.` : `Begun, and now at ${at}.`;
}

const NAMED = { scene: "What you see", leader: "You" };
const IS_NEW = { tabindex: "-1", "data-new": true }; // it gets the focus, and nobody tabs to it

function speech(node, attributes = {}) {
  const name = make("p", { class: "wk-name", id: newId() }, NAMED[node.voice] ?? node.speaker);
  const words = make("p", { class: "wk-says", dir: "auto", id: newId() }, node.text);
  const whole = { class: `wk-speech wk-${node.voice}`, role: "group", "aria-labelledby": `${name.id} ${words.id}` };
  return make("div", { ...whole, ...attributes }, name, words);
}

function fact(name, words) {
  return words ? make("div", {}, make("dt", {}, name), make("dd", {}, words)) : null;
}

function meant(node) {
  if (node.voice === "scene") return fact("What lies behind it", node.meant);
  return fact(node.voice === "leader" ? "What you meant" : `What ${node.speaker} meant`, node.meant);
}

function explained(node, { move, why, trust, clarity, repair }) {
  return make(
    "dl", { class: "wk-facts" },
    meant(node),
    fact("The move", move),
    fact("Why it tends to work or not", why),
    fact("Trust", trust),
    fact("Clarity", clarity),
    fact("How to mend it", repair),
  );
}

function sceneOf(script, isFirst) {
  const scene = make("p", { class: "wk-scene" }, script.scene);
  if (!isFirst) return make("details", {}, make("summary", {}, "The scene"), scene);
  const aim = make("p", {}, make("strong", {}, "What it is for. "), script.aim);
  return make("div", { role: "group", "aria-label": "The scene", ...IS_NEW }, aim, scene);
}
