// A form of workshop-kit: the questions as a page, and every answer kept until it is saved.
//
// The browser is the outbox. A change is put into sessionStorage before it is sent, and taken out
// when the kernel has said that it is saved; what a dead kernel never heard is sent by the next one.
// Messages: see answer_form.py. Words from people are only ever set as text.

const SAVE_AFTER = 400; // ms without a key
const SILENT_AFTER = 4000;
const SILENT_AGAIN_AT_MOST = 15000;
const RETRY_AFTER = 3000;
const PING_EVERY = 5000;
const ONE_STEP = 2000; // keys closer together are undone together
const COUNT_AFTER = 2000; // until a word count is read out

// ---- elements ------------------------------------------------------------------------------------

function button(words, onclick, more = "", attributes = {}) {
  const hidden = more ? make("span", { class: "wk-sr" }, more) : null;
  return make("button", { type: "button", class: "wk-button", onclick, ...attributes }, words, hidden);
}

// What the kernel drew. People's words in it are escaped there; what could run is taken out here too.
function drawn(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  for (const element of template.content.querySelectorAll("*")) {
    if (/^(script|iframe|object|embed|link|base|form|meta)$/i.test(element.localName)) element.remove();
    for (const { name, value } of [...element.attributes]) {
      if (/^on/i.test(name) || /^\s*(javascript|vbscript):/i.test(value)) element.removeAttribute(name);
    }
  }
  return template.content;
}

const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);
const today = () => {
  const now = new Date();
  return new Date(now - now.getTimezoneOffset() * 60000).toISOString().slice(0, 10);
};
const brief = (text) => {
  const start = text.split(/[:;,.(]/)[0];
  return start.charAt(0).toLowerCase() + start.slice(1);
};
