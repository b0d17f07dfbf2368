// Says on the desk whether it is live, and since when not; counts down to the next try.
"use strict";

(() => {
  const live = $("desk-live");
  if (!live) return;
  const line = live.querySelector(".words");
  // Who listens hears the line, not every second of the countdown.
  const again = Object.assign(document.createElement("span"), { className: "again" });
  again.setAttribute("aria-hidden", "true");
  const button = Object.assign(document.createElement("button"), { type: "button", className: "button", textContent: words("try-now") });
  button.addEventListener("click", () => stream.tryNow());
  let ticking = 0;
  const unsaid = new Map(); // where "not done" is said, and what stood there

  function count() {
    const { state, retryAt } = stream.now;
    if (state !== "lost") return;
    const said = words("again", { count: Math.max(0, Math.ceil((retryAt - Date.now()) / 1000)) });
    if (again.textContent !== said) again.textContent = said;
  }

  onConnection(({ state, since }) => {
    const hadFocus = live.contains(document.activeElement);
    clearInterval(ticking);
    live.hidden = false;
    live.dataset.state = state;
    // A draft is spoken of where one is written.
    const at = () => today.format(rightTime(since));
    const lost = () => document.querySelector(".compose textarea") ? words("lost-writing", { time: at() }) : words("lost-at", { time: at() });
    const said = state === "on" ? words("live") : state === "ended" ? words("ended") : lost();
    if (line.textContent !== said) line.textContent = said;
    const rest = [];
    if (state === "lost") {
      count();
      ticking = setInterval(count, 250);
      rest.push(again, button);
    }
    if (state === "ended") rest.push(Object.assign(document.createElement("a"), { href: "/log-in", target: "_blank", textContent: words("log-in") }));
    // The button keeps the focus while it stays.
    if (!rest.every((part) => part.parentNode === live) || live.childElementCount !== rest.length + 1) live.replaceChildren(line, ...rest);
    if (hadFocus && !live.contains(document.activeElement)) ($("case-title") ?? document.querySelector("#list-pane .row"))?.focus({ preventScroll: true });
    if (state === "on") takeBack();
  });

  function takeBack() {
    for (const [place, before] of unsaid) if (place.textContent === words("not-sent")) place.replaceChildren(...before);
    unsaid.clear();
  }

  // A form that is sent without a connection would be answered by the browser's own page, and the desk be gone.
  const sure = new WeakSet();
  document.addEventListener("submit", async (event) => {
    const { target: form, submitter } = event;
    if (stream.now.state !== "lost" || form.method === "dialog" || sure.delete(form)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const isThere = await fetch("/healthz", { cache: "no-store", signal: AbortSignal.timeout(5000) }).then(() => true, () => false);
    if (isThere) { sure.add(form); form.requestSubmit(submitter); return; }
    stream.tryNow();
    // Beside what was pressed; without a case before the eye, where it says that the connection is lost.
    const place = (form.matches(".compose") ? $("meter") : form.matches(".bulk-bar") ? form.querySelector("output") : $("elsewhere")) ?? line;
    if (place.textContent === words("not-sent")) return;
    unsaid.set(place, [...place.childNodes]);
    place.textContent = words("not-sent");
  }, true);
})();
