// Tells colleagues that this case is open here and whether an answer is being written, and shows the same of them.
"use strict";

(() => {
  const pane = $("case-pane");
  if (!pane) return;
  const LIFE_MS = 20_000; // a sign of life this often; the server waits 45 seconds
  const WRITING_MS = 10_000; // and that somebody writes at most this often
  const CALM_MS = 500;
  let shown = null; // the number of the case
  let wroteAt = -Infinity;
  let isBusy = false;
  let next = null; // what is to be said once the sign under way has been answered

  const address = (id) => `/cases/${id}/presence`;
  const body = (doing) => new URLSearchParams({ doing });

  async function sign(doing) {
    if (!shown || document.hidden || stream.now.state === "ended") return;
    if (isBusy) { next = next === "writing" ? next : doing; return; }
    isBusy = true;
    const id = shown;
    try {
      const answer = await fetch(address(id), { method: "POST", body: body(doing), redirect: "manual" });
      if (answer.ok && id === shown) show(parse(await answer.text()));
    } catch { /* the next sign says it again */ }
    setTimeout(() => {
      isBusy = false;
      const then = next;
      next = null;
      if (then) sign(then);
    }, CALM_MS);
  }

  // What stays as it is is not read out again.
  function show(page) {
    for (const [part, place] of [[".present", $("presence")], [".writing", $("writing-too")]]) {
      const fresh = page.querySelector(part);
      if (fresh && place && place.textContent.trim() !== fresh.textContent.trim()) place.replaceChildren(...fresh.childNodes);
    }
  }

  function leave() {
    if (shown) navigator.sendBeacon(address(shown), body("gone"));
    shown = null;
    wroteAt = -Infinity;
  }

  function settle() {
    const id = $("case")?.dataset.id ?? null;
    if (id !== shown) leave();
    shown = id;
    sign("reading");
  }

  document.addEventListener("case-shown", settle);
  pane.addEventListener("input", (event) => {
    if (!event.target.matches?.("form.compose textarea") || performance.now() - wroteAt < WRITING_MS) return;
    wroteAt = performance.now();
    sign("writing");
  });
  // Another tab that closes says for both that one is gone; so what is said here is what is done here.
  const signAgain = () => sign(performance.now() - wroteAt < WRITING_MS ? "writing" : "reading");
  document.addEventListener("visibilitychange", () => document.hidden || signAgain());
  window.addEventListener("pagehide", leave);
  window.addEventListener("pageshow", (event) => { if (event.persisted) settle(); });
  setInterval(signAgain, LIFE_MS);
  onEvent("presence", (hint) => { if (String(hint.case) === shown) signAgain(); });
  onEvent("missed", signAgain);
})();
