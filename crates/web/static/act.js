// Does what a form of a case says without leaving the page, shows it at once, and offers to take it back.
// Every form works without this. What is shown in the end is what the server answered.
"use strict";

(() => {
  const desk = window.desk;
  const pane = $("case-pane");
  if (!desk || !pane) return;

  // After these somebody who works down the list wants the next case.
  const GOES_ON = new Set(["close", "snooze", "wait", "transfer"]);
  // What these do stands in no one's way and has its opposite beside it.
  const HAS_OPPOSITE = new Set(["watch", "unwatch", "involve", "excuse", "question", "answer-question", "withdraw-question", "take-apart"]);
  // These the outbox takes back, not the history.
  const STAYS_MS = 10_000;

  // --- what is said at the edge
  const shelf = document.body.appendChild(Object.assign(document.createElement("div"), { id: "toasts" }));
  shelf.setAttribute("role", "status");
  let latest = null;

  // What holds words that were typed stays until somebody lets it go.
  function toast(said, label, work, { stays = false } = {}) {
    const box = Object.assign(document.createElement("div"), { className: stays ? "toast stays" : "toast" });
    const line = document.createElement("p");
    line.append(said);
    box.append(line);
    const gone = () => { box.remove(); if (latest === box) latest = null; };
    let timer = 0;
    const goSoon = () => { clearTimeout(timer); if (!stays) timer = setTimeout(gone, STAYS_MS); };
    goSoon();
    if (work) {
      const button = Object.assign(document.createElement("button"), { type: "button", className: "button", textContent: label });
      const key = Object.assign(document.createElement("kbd"), { textContent: "Z" });
      key.setAttribute("aria-hidden", "true");
      button.append(" ", key);
      button.addEventListener("click", () => { gone(); work(); });
      box.append(button);
      box.undo = () => button.click();
      // The key stands where it acts: on the newest.
      latest?.querySelector("kbd")?.remove();
      latest = box;
      // Whoever reads it or reaches for it is not hurried.
      for (const name of ["pointerenter", "focusin"]) box.addEventListener(name, () => clearTimeout(timer));
      for (const name of ["pointerleave", "focusout"]) box.addEventListener(name, goSoon);
    }
    if (stays) {
      const button = Object.assign(document.createElement("button"), { type: "button", className: "button bare", textContent: words("let-go") });
      button.addEventListener("click", gone);
      box.append(button);
    }
    while (shelf.childElementCount >= 3) (shelf.querySelector(".toast:not(.stays)") ?? shelf.firstElementChild).remove();
    shelf.append(box);
    return { box, gone };
  }

  document.addEventListener("keydown", (event) => {
    if (desk.letterOf(event) !== "z" || event.ctrlKey || event.metaKey || event.altKey || desk.isTyping(event) || !latest?.isConnected) return;
    event.preventDefault();
    latest.undo();
  });

  // Whether something was typed into a form that would be missed.
  const hasWords = (body) => ["note", "text", "why", "reason"].some((name) => (body.get(name) ?? "").trim().length > 10);

  // --- a form of a case
  async function post(address, body) {
    const answer = await fetch(address, { method: "POST", body, headers: { accept: "text/html" } });
    const page = parse(await answer.text());
    return { isDone: answer.ok, status: answer.status, page, fresh: page.getElementById("case") };
  }

  pane.addEventListener("submit", (event) => {
    if (event.defaultPrevented) return;
    const { target: form, submitter } = event;
    const address = new URL(submitter?.hasAttribute("formaction") ? submitter.formAction : form.action);
    const [, id, verb] = address.pathname.match(/^\/cases\/(\d+)\/([a-z-]+)$/) ?? [];
    if (!id || verb === "draft") return;
    event.preventDefault();
    const body = new URLSearchParams(new FormData(form, submitter));
    if (verb === "reply") { reply(form, submitter, address, id, body); return; }
    act(form, submitter, address, id, verb, body);
  });

  // Brings a case back that was left meanwhile; tells whether it is shown then.
  async function bringBack(id) {
    if (!desk.isShown(id) && desk.isWide()) await desk.open(desk.rowOf(id)?.firstElementChild.getAttribute("href") ?? `/cases/${id}`);
    return desk.isShown(id);
  }

  async function act(form, submitter, address, id, verb, body) {
    const row = desk.rowOf(id);
    const who = pane.querySelector("h1 bdi")?.textContent ?? "";
    const goesOn = GOES_ON.has(verb) && row && desk.isWide();
    form.closest("details")?.removeAttribute("open");
    if (goesOn) { row.toggleAttribute("data-gone", true); desk.goOn(row); }
    else { submitter?.setAttribute("aria-busy", "true"); }
    let answer;
    try { answer = await post(address, body); } catch {
      row?.removeAttribute("data-gone");
      submitter?.removeAttribute("aria-busy");
      toast(words("not-done"), words("again"), () => act(form, submitter, address, id, verb, body), { stays: hasWords(body) });
      return;
    }
    submitter?.removeAttribute("aria-busy");
    delete form.dataset.sent;
    if (!answer.isDone) {
      row?.removeAttribute("data-gone");
      refused(answer, id, address, body, form);
      return;
    }
    const event = answer.fresh?.dataset.version;
    // A form may name another case than the one that shows it: a question that was asked in one which went into this.
    if (answer.fresh && desk.isShown(answer.fresh.dataset.id)) desk.show(answer.fresh, form);
    desk.refreshList();
    const done = verb === "wait" && body.get("on") === "colleague" ? "wait-colleague" : verb;
    toast(words(`done-${done}`) + (goesOn ? `: ${who}` : ""), words("undo"), event && !HAS_OPPOSITE.has(verb) && (() => undo(id, event)));
  }

  // A refusal shows the case with what was typed, and says why; where another one is before the eye by now, when it is asked to.
  function refused({ status, page, fresh }, id, address, body, form) {
    if (status === 401) { carry(address, body); return; }
    if (fresh && desk.isShown(id)) { desk.show(fresh, form); return; }
    const why = (page.querySelector("#notice p") ?? page.querySelector(".note, main p"))?.textContent.trim();
    toast(why || words("not-done"), words("show"), fresh && (async () => { if (await bringBack(id)) desk.show(fresh); }), { stays: hasWords(body) });
  }

  // The session has ended: the log-in carries what was typed along. The form it was typed in may be gone by now.
  function carry(address, body) {
    const form = Object.assign(document.createElement("form"), { method: "post", action: address, hidden: true });
    for (const [name, value] of body) form.append(Object.assign(document.createElement("input"), { type: "hidden", name, value }));
    document.body.append(form);
    form.submit();
  }

  async function undo(id, event) {
    let answer;
    try { answer = await post(`/cases/${id}/undo`, new URLSearchParams({ version: event, event, back: `/cases/${id}` })); } catch {
      toast(words("not-done"), words("again"), () => undo(id, event));
      return;
    }
    desk.rowOf(id)?.removeAttribute("data-gone");
    if (!answer.isDone) {
      toast(answer.page.querySelector("#notice p")?.textContent?.trim() || words("not-done"));
      return;
    }
    toast(words("taken-back"));
    desk.refreshList();
    if (desk.isShown(id)) desk.reread();
    else bringBack(id);
  }

  // --- a reply: it leaves ten seconds later
  async function reply(form, submitter, address, id, body) {
    submitter?.setAttribute("aria-busy", "true");
    let answer;
    try { answer = await post(address, body); } catch {
      submitter?.removeAttribute("aria-busy");
      delete form.dataset.sent;
      toast(words("not-done"), words("again"), () => form.requestSubmit(submitter));
      return;
    }
    submitter?.removeAttribute("aria-busy");
    delete form.dataset.sent;
    if (!answer.isDone) { refused(answer, id, address, body, form); return; }
    if (answer.fresh && desk.isShown(id)) desk.show(answer.fresh, form);
    desk.refreshList();
    const queued = [...(answer.fresh?.querySelectorAll("article.reply[data-state=queued] form[action$='/withdraw']") ?? [])].pop();
    if (!queued) return;
    const [back, takeBack] = [new URL(queued.action).pathname, new URLSearchParams({ back: `/cases/${id}` })];
    const text = body.get("text") ?? "";
    let left = 10;
    const leaves = () => words("leaves", { count: left });
    // Who listens hears it once, not every second of the countdown.
    const said = document.createDocumentFragment();
    const count = Object.assign(document.createElement("span"), { textContent: leaves() });
    count.setAttribute("aria-hidden", "true");
    said.append(Object.assign(document.createElement("span"), { className: "aloud", textContent: leaves() }), count);
    const shown = toast(said, words("undo"), async () => {
      clearInterval(ticking);
      try {
        const withdrawn = await post(back, takeBack);
        if (!withdrawn.isDone) { refused(withdrawn, id, back, takeBack); return; }
        const isShown = await bringBack(id);
        if (isShown && withdrawn.fresh) desk.show(withdrawn.fresh);
        toast(words("taken-back"));
        // Not into the composer of another case.
        const field = isShown && $("reply-text");
        if (field && field.value.trim() === "") {
          field.value = text;
          field.dispatchEvent(new Event("input", { bubbles: true }));
          field.focus();
        }
      } catch { toast(words("not-done")); }
    });
    const ticking = setInterval(() => {
      left -= 1;
      if (left <= 0 || !shown.box.isConnected) { clearInterval(ticking); shown.gone(); return; }
      count.textContent = leaves();
    }, 1000);
  }
})();
