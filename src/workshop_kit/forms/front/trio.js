// ---- three people, one screen --------------------------------------------------------------------
//
// What a rehearsal in a trio has beside the conversation: the seats, the clock, the order in which
// people look back.

const SPEAK_IN_ORDER = ["observer", "engineer", "leader"];
const TICK = 250;
const MINUTE = 60000;

const list = (texts, attributes = {}) => make("ul", attributes, ...texts.map((text) => make("li", {}, text)));

// Counts down by the time of day, so that a page that was hidden is right when it is seen again.
// `state` is {of, left, since}: of what, milliseconds at the last start or stop, and when it started.
function roomClock(trio, { read, write }, announce) {
  const whole = { talk: trio.talk_minutes * MINUTE, debrief: trio.debrief_minutes * MINUTE };
  const names = { talk: "Time to talk", debrief: "Time to look back" };
  const label = make("p", { class: "wk-name", id: newId() });
  const time = make("p", { class: "wk-time", role: "timer", "aria-labelledby": label.id });
  const words = make("p", { class: "wk-clock-words" });
  const run = button("Start", () => (read().since ? pause() : begin()));
  const reset = button("Reset", () => set(read().of), " the clock");
  const element = make("div", { class: "wk-clock", role: "group", "aria-labelledby": label.id }, label, time, words,
    make("div", { class: "wk-starts" }, run, reset));
  let beat = 0;
  let told = "";

  const left = () => {
    const { left: then, since } = read();
    return since ? Math.max(0, then - (Date.now() - since)) : then;
  };
  const said = (rest, of) => {
    if (!rest) return "Time is up.";
    return rest <= MINUTE && whole[of] > MINUTE ? "The last minute has begun." : "";
  };
  const show = () => {
    const { of, since } = read();
    const rest = left();
    const seconds = Math.ceil(rest / 1000);
    const digits = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
    if (time.textContent !== digits) time.textContent = digits;
    label.textContent = names[of];
    const now = said(rest, of);
    if (words.textContent !== now) words.textContent = now;
    if (since && now && now !== told) announce(now);
    told = now;
    if (since && !rest) write({ of, left: 0, since: 0 });
    const going = Boolean(read().since);
    run.firstChild.data = going ? "Pause" : rest && rest < whole[of] ? "Go on" : "Start";
    run.disabled = !rest;
    clearInterval(beat);
    beat = going ? setInterval(() => (element.isConnected ? show() : clearInterval(beat)), TICK) : 0;
  };
  const change = (state) => {
    write(state);
    show();
  };
  const begin = () => change({ of: read().of, left: left(), since: Date.now() });
  const pause = () => {
    change({ of: read().of, left: left(), since: 0 });
    announce(`Paused at ${time.textContent}.`);
  };
  const set = (of) => change({ of, left: whole[of], since: 0 });
  // Another part of the rehearsal has another time; the same one goes on as it is.
  const turnTo = (of) => (whole[of] && read()?.of === of ? show() : set(of));
  return { element, turnTo };
}

function seats(trio) {
  const cards = trio.roles.map((role) => box("wk-seat", role.name, list(role.does, { class: "wk-points-list" })));
  return make(
    "div", {},
    make("p", {}, trio.intro),
    make("div", { class: "wk-seats" }, ...cards),
    make("p", { class: "wk-sit-out" }, trio.sit_out),
  );
}

function watching(trio) {
  const observer = trio.roles.find((role) => role.slug === "observer");
  return observer ? box("wk-watching", observer.name, list(observer.prompts, { class: "wk-points-list" })) : null;
}

function lookingBack(trio) {
  const order = SPEAK_IN_ORDER.map((slug) => trio.roles.find((role) => role.slug === slug)).filter(Boolean);
  return make("ol", { class: "wk-seats" }, ...order.map((role) =>
    make("li", { class: "wk-seat" },
      make("p", { class: "wk-name" }, role.name),
      make("p", {}, role.afterwards),
      list(role.prompts, { class: "wk-points-list" }))));
}

// A projector shows the form and nothing around it. Not every page may do that.
function fillScreen() {
  if (!document.fullscreenEnabled) return null;
  const fill = button("Fill the screen", async () => {
    const section = fill.closest("section");
    section.onfullscreenchange = () => {
      fill.firstChild.data = document.fullscreenElement ? "Leave the full screen" : "Fill the screen";
    };
    try {
      await (document.fullscreenElement ? document.exitFullscreen() : section.requestFullscreen());
    } catch {
      fill.hidden = true; // the browser does not let us
    }
  });
  return fill;
}
