// What our page adds to Voilà's: progress while it starts, and plain words when something is gone.
// data-kit on <html> says how it stands: "starting", "ready", or "stopped".
const kit = (() => {
  const root = document.documentElement;
  const kernel = root.dataset.kernel;
  const byId = (id) => document.getElementById(id);
  const LOST = "The page lost its connection to the program behind it. What you saved is safe.";
  const GONE = "The program on this computer has stopped. Start it again with the same command.";
  const SLOW = "This takes longer than it should. Reload the page to try again.";
  const FAILED = "The forms on this page could not be loaded. Reload the page to try again.";
  const EVERY = 2000;
  const LONGEST = 180_000;

  let leaving = false;
  let failures = 0;
  let lastStep = Date.now();

  // Voilà ends the program behind the page at each "beforeunload", which also a mailto: link or a
  // download fires. The page tells by itself when it is really left (see "pagehide").
  const listen = window.addEventListener;
  window.addEventListener = function (type, listener, ...rest) {
    const isVoilas = type === "beforeunload" && String(listener).includes("api/shutdown");
    if (!isVoilas) listen.call(window, type, listener, ...rest);
  };
  window.voila_heartbeat = () => {}; // sent by Voilà while a cell takes long
  window.voila_finish = () => {};

  function banner(words, button) {
    const place = byId("kit-banner");
    if (!place || place.dataset.words === words) return;
    place.dataset.words = words;
    const told = document.createElement("p");
    told.textContent = words;
    place.replaceChildren(told);
    if (button) {
      const again = document.createElement("button");
      again.type = "button";
      again.textContent = button;
      again.addEventListener("click", () => location.reload());
      place.append(again);
    }
    place.hidden = false;
    byId("kit-starting")?.remove();
    root.dataset.kit = "stopped";
  }

  function recovered() {
    const place = byId("kit-banner");
    if (place?.dataset.words !== GONE) return;
    place.hidden = true;
    delete place.dataset.words;
    root.dataset.kit = byId("kit-starting") ? "starting" : "ready";
  }

  async function look() {
    if (leaving) return;
    try {
      const answer = await fetch(`/kit/kernels/${kernel}`, { cache: "no-store" });
      if (leaving) return;
      if (answer.status === 403) return banner(GONE); // another program has taken the address
      failures = 0;
      recovered();
      if (!(await answer.json()).alive) return banner(LOST, "Bring everything back");
    } catch {
      if (!leaving && ++failures >= 2) banner(GONE);
    }
    if (byId("kit-starting") && Date.now() - lastStep > LONGEST) banner(SLOW, "Reload");
  }

  function step(number, count) {
    lastStep = Date.now();
    const place = byId("kit-step");
    if (!place) return;
    place.textContent = `step ${number} of ${count}`;
    byId("kit-progress").value = number;
  }

  // All cells have run. What is left is to bring the forms to life.
  function complete() {
    step(byId("kit-progress")?.max ?? 0, byId("kit-progress")?.max ?? 0);
    const since = Date.now();
    const waiting = () =>
      document.querySelector('script[type="application/vnd.voila.cell-output+json"]') ||
      [...document.querySelectorAll(".kit-form")].some(
        (form) => !form.querySelector(".jp-OutputArea-output > *"),
      );
    const check = () => {
      if (root.dataset.kit !== "starting") return;
      if (!waiting()) return ready();
      if (Date.now() - since > 60_000) return trouble();
      setTimeout(check, 50);
    };
    boxTables(document);
    check();
  }

  function ready() {
    byId("kit-status").textContent = "Ready.";
    byId("kit-starting").classList.add("kit-done");
    byId("kit-starting").removeAttribute("id");
    root.dataset.kit = "ready";
    boxTables(document);
    new MutationObserver(() => boxTables(document)).observe(byId("content"), {
      childList: true,
      subtree: true,
    });
    window.addEventListener("resize", nameBoxes);
    if (location.hash) document.querySelector(location.hash)?.scrollIntoView();
  }

  function trouble() {
    banner(FAILED, "Reload");
  }

  // A table or chart that is wider than the page moves in a box of its own, which the keyboard reaches.
  function boxTables(where) {
    for (const table of where.querySelectorAll(".kit-html table, .kit-prose table")) {
      if (table.parentElement.classList.contains("kit-box")) continue;
      const box = document.createElement("div");
      box.className = "kit-box";
      table.replaceWith(box);
      box.append(table);
    }
    nameBoxes();
  }

  function nameBoxes() {
    for (const box of document.querySelectorAll(".kit-box")) {
      if (box.scrollWidth > box.clientWidth + 1) {
        box.tabIndex = 0;
        box.setAttribute("role", "region");
        box.setAttribute("aria-label", `${box.querySelector("table") ? "Table" : "Chart"}: ${heading(box)}`);
      } else {
        for (const name of ["tabindex", "role", "aria-label"]) box.removeAttribute(name);
      }
    }
  }

  function heading(box) {
    const caption = box.querySelector("caption");
    if (caption) return caption.textContent.trim();
    const before = [...document.querySelectorAll("h1, h2, h3")].filter(
      (one) => one.compareDocumentPosition(box) & Node.DOCUMENT_POSITION_FOLLOWING,
    );
    return before.at(-1)?.textContent.trim() ?? "scrolls sideways";
  }

  if (kernel) {
    setInterval(look, EVERY);
    listen.call(window, "online", look);
    listen.call(document, "visibilitychange", () => document.hidden || look());
    listen.call(window, "pageshow", (event) => event.persisted && location.reload());
    listen.call(window, "pagehide", (event) => {
      leaving = true;
      if (!event.persisted) navigator.sendBeacon(`/kit/kernels/${kernel}`);
    });
  }
  return { step, complete, trouble };
})();
