// The tour: points at real things, one after the other, over several pages.
"use strict";

(() => {
  const KEPT = "tour";
  const read = () => { try { return JSON.parse(sessionStorage.getItem(KEPT) ?? "null"); } catch { return null; } };
  const keep = (tour) => { try { tour ? sessionStorage.setItem(KEPT, JSON.stringify(tour)) : sessionStorage.removeItem(KEPT); } catch { /* no storage: no tour over pages */ } };

  async function begin() {
    const answer = await fetch("/demo/tour", { headers: { accept: "text/html" } });
    const list = parse(await answer.text()).getElementById("tour");
    if (!list) return;
    const steps = [...list.children].map((one) => ({
      address: one.dataset.address, at: one.dataset.at,
      title: one.querySelector("h2").textContent, text: one.querySelector("p").textContent,
    }));
    go({ steps, at: 0, way: 1, names: { ...list.dataset } });
  }

  // Two addresses of one place: the desk with and without a case.
  const isHere = (address) => address === "/demo/first-case" ? Boolean(new URLSearchParams(location.search).get("case")) && sessionStorage.getItem("tour-case") === location.href
    : address === location.pathname + location.search;

  function go(tour) {
    keep(tour);
    const step = tour.steps[tour.at];
    if (!isHere(step.address)) { sessionStorage.setItem("tour-goes", step.address); location.href = step.address; return; }
    show(tour);
  }

  function clear() {
    document.getElementById("tour-step")?.remove();
    document.querySelector(".tour-points-at")?.classList.remove("tour-points-at");
  }

  function show(tour) {
    clear();
    const step = tour.steps[tour.at];
    const target = step.at.split(",").map((one) => document.querySelector(one.trim())).find((one) => one && one.getClientRects().length > 0);
    // Some of it is not on a small screen; then the step is left out.
    if (!target && tour.steps[tour.at + tour.way]) { go({ ...tour, at: tour.at + tour.way }); return; }
    const card = Object.assign(document.createElement("div"), { id: "tour-step", className: "dialog tour-step" });
    card.setAttribute("role", "dialog");
    card.setAttribute("aria-label", step.title);
    const count = Object.assign(document.createElement("p"), { className: "faint", textContent: `${tour.at + 1} / ${tour.steps.length}` });
    const title = Object.assign(document.createElement("h2"), { textContent: step.title, tabIndex: -1 });
    const text = Object.assign(document.createElement("p"), { textContent: step.text });
    const row = Object.assign(document.createElement("p"), { className: "act" });
    const button = (name, chief, work) => {
      const one = Object.assign(document.createElement("button"), { type: "button", className: chief ? "button chief" : "button", textContent: name });
      one.addEventListener("click", work);
      row.append(one);
    };
    const isLast = tour.at === tour.steps.length - 1;
    button(isLast ? tour.names.last : tour.names.next, true, () => isLast ? end() : go({ ...tour, at: tour.at + 1, way: 1 }));
    if (tour.at > 0) button(tour.names.back, false, () => go({ ...tour, at: tour.at - 1, way: -1 }));
    if (!isLast) button(tour.names.end, false, end);
    card.append(count, title, text, row);
    document.body.append(card);
    if (target) {
      target.classList.add("tour-points-at");
      target.scrollIntoView({ block: "nearest" });
      const there = target.getBoundingClientRect();
      const own = card.getBoundingClientRect();
      const below = there.bottom + own.height + 24 < innerHeight;
      const above = there.top - own.height - 24 > 0;
      // On a narrow screen the card stays at the edge that the target is not at, so that it covers nothing it points at.
      if (innerWidth < 832) {
        card.style.setProperty("--top", there.top > innerHeight / 2 ? "12px" : `${innerHeight - own.height - 12}px`);
        card.style.setProperty("--start", "4vw");
        title.focus({ preventScroll: true });
        return;
      }
      const top = below ? there.bottom + 12 : above ? there.top - own.height - 12 : Math.max(12, innerHeight - own.height - 24);
      card.style.setProperty("--top", `${top}px`);
      card.style.setProperty("--start", `${Math.min(Math.max(12, there.left), innerWidth - own.width - 12)}px`);
    }
    title.focus({ preventScroll: true });
  }

  // Whoever followed with the keyboard stands where the tour pointed last.
  function end() {
    const stood = document.querySelector(".tour-points-at") ?? document.getElementById("main");
    keep(null);
    clear();
    const FOCUSABLE = "a[href], button, textarea, summary";
    (stood.matches(FOCUSABLE) ? stood : stood.querySelector(FOCUSABLE) ?? document.querySelector("main a[href]"))?.focus({ preventScroll: true });
  }

  // While a chapter is told its button waits; the page is asked when it may be pressed again.
  async function waitForChapter() {
    const strip = document.querySelector(".demo-strip");
    if (!strip?.querySelector("#demo-next[aria-disabled]")) return;
    await new Promise((done) => setTimeout(done, 3000));
    try {
      const fresh = parse(await (await fetch("/demo", { cache: "no-store" })).text()).querySelector(".demo-strip");
      if (fresh && !fresh.querySelector("#demo-next[aria-disabled]")) { strip.querySelector("form")?.replaceWith(...(fresh.querySelector("form") ? [document.importNode(fresh.querySelector("form"), true)] : [])); return; }
    } catch { /* asked again */ }
    waitForChapter();
  }
  waitForChapter();

  document.addEventListener("keydown", (event) => { if (event.key === "Escape" && !isModal() && document.getElementById("tour-step")) end(); });
  for (const opener of document.querySelectorAll("[data-tour], [data-tour-begin]")) {
    opener.addEventListener("click", (event) => { event.preventDefault(); begin(); });
  }

  const tour = read();
  if (!tour) return;
  const goes = sessionStorage.getItem("tour-goes");
  sessionStorage.removeItem("tour-goes");
  if (goes === "/demo/first-case") sessionStorage.setItem("tour-case", location.href);
  if (goes || isHere(tour.steps[tour.at]?.address)) show(tour);
})();
