// The set-up, while it is open: counts and words of the searches, the first mentions and how each source is doing are kept
// true in their places, so that nothing moves under a reader's eyes. Everything works without it; a reload shows the newest.
"use strict";

(() => {
  const column = $("live-column");
  const searches = $("searches");
  const form = document.querySelector("main form");
  const PAUSE_MS = 2500;

  // --- beside the step: mentions and sources
  const look = calmly(async () => {
    const answer = await fetch(column.dataset.from, { headers: { accept: "text/html" } });
    if (answer.status !== 200) return;
    const page = parse(await answer.text());
    const [said, fresh] = [$("live-said"), page.getElementById("live-said")];
    if (said.textContent !== fresh.textContent) said.textContent = fresh.textContent;
    said.dataset.state = fresh.dataset.state;
    put($("first-more"), page.getElementById("first-more"));
    for (const shown of document.querySelectorAll("#remedy, [data-remedy]")) put(shown, page.getElementById("remedy"));
    addMentions(page);
    tellSources(page);
    tellTimes(document);
  }, 400);

  function put(shown, fresh) {
    if (shown && fresh && shown.innerHTML !== fresh.innerHTML) shown.innerHTML = fresh.innerHTML;
  }

  // A mention takes the next place; once the places are taken, the line below them counts.
  function addMentions(page) {
    const first = $("first");
    const known = new Set([...first.children].map((one) => one.dataset.seq));
    for (const one of page.getElementById("first").children) {
      if (first.children.length >= 4) break;
      if (known.has(one.dataset.seq)) continue;
      one.classList.add("fresh");
      first.append(one);
    }
  }

  function tellSources(page) {
    const list = $("srcs");
    const fresh = new Map([...page.getElementById("srcs").children].map((one) => [one.dataset.id, one]));
    for (const shown of document.querySelectorAll("[data-how]")) {
      const one = fresh.get(shown.dataset.how);
      if (!one) continue;
      const row = shown.closest("[data-state]");
      if (row.dataset.state !== one.dataset.state) row.dataset.state = one.dataset.state;
      // A time of ours stands there in the reader's own words, so the text of the server is compared with the server's.
      const said = one.querySelector("[data-how]").innerHTML;
      if (shown.said !== said) { shown.said = said; shown.innerHTML = said; }
    }
    const known = new Set([...list.children].map((one) => one.dataset.id));
    for (const [id, one] of fresh) if (!known.has(id)) list.append(one);
    for (const one of [...list.children]) if (!fresh.has(one.dataset.id)) one.remove();
    $("no-source")?.toggleAttribute("hidden", fresh.size > 0);
  }

  if (column) {
    for (const kind of ["posts", "source", "search", "people", "missed"]) onEvent(kind, look);
    onConnection(({ state }) => { if (state === "on") look(); });
    // Posts that no search wants are told by no event.
    setInterval(() => { if (!document.hidden && $("live-said").dataset.state === "off") look(); }, PAUSE_MS);
  }

  // --- searches: words and counts of what stands in the form at the moment
  const count = calmly(async () => {
    const answer = await fetch(searches.dataset.partFrom, { method: "POST", body: new URLSearchParams(new FormData(searches)) });
    if (answer.status !== 200) return;
    const page = parse(await answer.text());
    put($("lead"), page.getElementById("lead"));
    for (const shown of searches.querySelectorAll("[data-part]")) {
      // Whoever reads examples goes on reading them.
      if (shown.closest("details.sample[open]") && shown.querySelector("li")) continue;
      put(shown, page.getElementById(shown.id));
    }
    tellTimes(searches);
  }, PAUSE_MS);

  if (searches) {
    const chief = searches.querySelector(".chief");
    const key = chief.querySelector("kbd");
    const tell = () => {
      const chosen = searches.querySelectorAll("input[name=search]:checked").length;
      chief.replaceChildren(chosen === 0 ? words("listen-to-none") : words("listen-to", { count: chosen }), " ", key);
    };
    searches.addEventListener("change", tell);
    searches.addEventListener("change", (event) => { if (event.target.name.startsWith("leave_out_")) count(); });
    let timer = 0;
    searches.addEventListener("input", (event) => {
      if (!event.target.matches("textarea")) return;
      clearTimeout(timer);
      timer = setTimeout(count, 600);
    });
    setInterval(() => { if (!document.hidden) count(); }, PAUSE_MS);
    onEvent("posts", count);
  }

  // Whoever comes back to a page that answered a form sees the step as it is now, and sends nothing twice.
  if (column && form) history.replaceState(null, "", new URL(form.action).pathname);

  // --- the first button from anywhere in the form
  form?.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    form.requestSubmit(form.querySelector(".acts button[type=submit]"));
  });
})();
