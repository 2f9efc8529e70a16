// The page before the page: goes on as soon as the program is there, or says why it is not.
(() => {
  const say = (words) => {
    document.getElementById("kit-status").textContent = words;
    document.getElementById("kit-hint").hidden = true;
    document.documentElement.dataset.kit = "stopped";
  };
  const ask = async () => {
    let state;
    try {
      state = await (await fetch("/kit/state", { cache: "no-store" })).json();
    } catch {
      say("The program on this computer has stopped. Start it again with the same command.");
      return;
    }
    if (state.failed) say(state.failed);
    else if (state.ready) location.replace("/");
    else setTimeout(ask, 200);
  };
  ask();
})();
