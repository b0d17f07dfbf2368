// Keeps an answer in this browser from the first letter until the server has saved it, so that neither a lost connection
// nor a closed tab loses a word; and offers it back when its case is opened again.
"use strict";

(() => {
  const pane = $("case-pane");
  const user = document.documentElement.dataset.user;
  if (!pane || !user) return;
  const PREFIX = `draft ${user} `;
  const MOST = 50; // cases; the oldest go first
  const LONGEST = 20_000; // characters, as many as the field takes
  const LASTS_MS = 7 * 86_400_000;
  let offered = null; // the case whose words are offered back and neither taken nor dropped; they stay kept until then
  let pending = 0;

  const caseId = () => $("case")?.dataset.id;
  // What is written beside words that are offered back is kept beside them.
  const beside = (id) => `${id} new`;
  const place = (id) => (offered === id ? beside(id) : id);

  function read(key) {
    try { return JSON.parse(localStorage.getItem(key)); } catch { return null; }
  }
  function drop(id) {
    try { localStorage.removeItem(PREFIX + id); } catch { /* nothing was kept */ }
  }
  function write(id, entry) {
    try {
      localStorage.setItem(PREFIX + id, JSON.stringify(entry));
      tidy();
    } catch { /* no storage, or it is full: the server saves it as ever */ }
  }
  function tidy() {
    const keys = Object.keys(localStorage).filter((key) => key.startsWith("draft "));
    const aged = keys.map((key) => [read(key)?.at ?? 0, key]).sort(([one], [other]) => other - one);
    for (const [rank, [at, key]] of aged.entries()) {
      if (rank >= MOST || rightNow() - at > LASTS_MS) localStorage.removeItem(key);
    }
  }
  try { tidy(); } catch { /* no storage */ }

  function keep() {
    clearTimeout(pending);
    pending = 0;
    const [id, text] = [caseId(), $("reply-text")];
    if (!id || !text) return;
    if (text.value.trim() === "") { drop(place(id)); return; }
    const value = (name) => text.form.elements[name]?.value ?? "";
    write(place(id), { text: text.value.slice(0, LONGEST), account: value("account"), to: value("to"), draft: value("draft"), at: rightNow().getTime() });
  }

  pane.addEventListener("input", (event) => {
    if (event.target.form?.matches("form.compose") && !pending) pending = setTimeout(keep, 200);
  });
  // While a case is left its words are still there.
  pane.addEventListener("focusout", () => { if (pending) keep(); });
  window.addEventListener("pagehide", () => { if (pending) keep(); });

  document.addEventListener("draft-saved", ({ detail }) => {
    const id = caseId();
    if (read(PREFIX + place(id))?.text === detail.text) drop(place(id));
    // What is saved beside words that are offered back makes them no older.
    if (offered && offered === id) write(id, { ...read(PREFIX + id), draft: $("reply-draft").value });
  });

  // --- what was kept is offered back
  document.addEventListener("case-shown", () => queueMicrotask(settle));

  function settle() {
    offered = null;
    const [id, text] = [caseId(), $("reply-text")];
    if (!id || !text) return;
    const sent = [...$("talk").querySelectorAll(".reply .said")].map((said) => said.textContent.trim());
    const isThere = (kept) => [...sent, text.value.trim()].includes(kept.text.trim()) || isOlder(kept);
    const kept = [id, beside(id)].map((at) => read(PREFIX + at)).filter((one) => one && !isThere(one));
    if (kept.length === 0) { drop(id); drop(beside(id)); return; }
    const whole = { ...kept.at(-1), text: kept.map((one) => one.text).join("\n\n") };
    write(id, whole);
    drop(beside(id));
    offer(id, text, whole);
  }

  // Whether the server's draft is newer than what was kept. One that has not changed since then is not.
  function isOlder(kept) {
    if ($("reply-draft").value === kept.draft) return false;
    const saved = $("meter").querySelector("time")?.dateTime;
    return Boolean(saved) && Date.parse(saved) > kept.at;
  }

  function offer(id, text, kept) {
    offered = id;
    const make = (name, more, ...inside) => {
      const made = Object.assign(document.createElement(name), more);
      made.append(...inside);
      return made;
    };
    const button = (name, act) => {
      const made = make("button", { type: "button", className: "button" }, name);
      made.addEventListener("click", () => { offered = null; act(); if (read(PREFIX + beside(id))) keep(); drop(beside(id)); box.remove(); text.focus(); });
      return made;
    };
    const put = () => {
      for (const name of ["account", "to"]) {
        const field = text.form.elements[name];
        if (field?.matches?.("select") && [...field.options].some((option) => option.value === kept[name])) field.value = kept[name];
      }
      text.value = kept.text;
      text.dispatchEvent(new Event("input", { bubbles: true }));
    };
    const text_ = make("q", { className: "kept-words", dir: "auto" }, kept.text);
    const box = make("div", { className: "kept" }, make("p", {}, words("kept")), text_,
      button(words("put-back"), put), button(words("drop"), () => drop(id)));
    box.setAttribute("role", "status");
    text.form.prepend(box);
  }
})();
