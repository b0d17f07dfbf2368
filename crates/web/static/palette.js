// Find or do: one field for cases, people, searches, mentions and everything that a key does.
"use strict";

(() => {
  const dialog = $("palette");
  if (!dialog) return;
  const field = $("palette-words");
  const list = $("palette-list");
  let at = 0;
  let asked = 0;
  let pause = 0; // runs while what was typed last is not looked for yet

  // What can be done here: every button and link that shows its key, and every page.
  function deeds() {
    const keyed = [...document.querySelectorAll("#case-pane [data-key]")].filter((one) => one.checkVisibility?.() ?? true);
    const here = keyed.map((one) => ({
      kind: words("palette-do"),
      name: one.dataset.name ?? (one.labels?.[0]?.textContent ?? one.textContent).replace(/\s+/g, " ").trim().replace(/ \S$/, ""),
      key: one.dataset.key,
      go: () => window.desk?.press(one.dataset.key),
    }));
    const pages = [...document.querySelectorAll(".bar nav.sections a, #queues a")].map((one) => ({
      kind: words("palette-go"),
      name: (one.querySelector(".cut") ?? one).textContent.trim(),
      note: one.querySelector(".n")?.textContent ?? "",
      go: () => { location.href = one.href; },
    }));
    const looks = [["light", words("palette-light")], ["dark", words("palette-dark")], ["system", words("palette-system")]];
    const colours = looks.map(([theme, name]) => ({ kind: words("palette-do"), name, go: () => paint(theme) }));
    return [...here, ...pages, ...(reader.user ? colours : [])];
  }

  // For whoever reads, on every device of theirs.
  async function paint(theme) {
    const answer = await fetch(`/api/v1/users/${reader.user}`, {
      method: "PATCH", headers: { "content-type": "application/json" }, body: JSON.stringify({ preferences: { theme } }),
    });
    if (!answer.ok) return;
    if (theme === "system") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme;
  }

  const fold = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  const fits = (name, typed) => fold(typed).split(/\s+/).every((word) => fold(name).includes(word));

  function row({ kind, name, note, key, href, go }) {
    const one = document.createElement(href ? "a" : "button");
    if (href) one.href = href; else { one.type = "button"; one.addEventListener("click", () => { dialog.close(); go(); }); }
    one.setAttribute("role", "option");
    one.id = `palette-${list.childElementCount}`;
    const parts = [["kind", kind], ["name", name], ["note", note]];
    for (const [part, text] of parts) {
      if (text) one.append(Object.assign(document.createElement("span"), { className: part, textContent: text, dir: "auto" }));
    }
    if (key) one.append(Object.assign(document.createElement("kbd"), { textContent: key }));
    return one;
  }

  function show(rows, chosen) {
    list.replaceChildren();
    for (const one of rows) list.append(row(one));
    choose([...list.children].findIndex((one) => one.textContent === chosen));
    $("palette-none").hidden = rows.length > 0;
  }

  function choose(place) {
    const rows = [...list.children];
    at = Math.max(0, Math.min(rows.length - 1, place));
    rows.forEach((one, number) => one.setAttribute("aria-selected", String(number === at)));
    rows[at]?.scrollIntoView({ block: "nearest" });
    field.setAttribute("aria-activedescendant", rows[at]?.id ?? "");
  }

  async function look() {
    clearTimeout(pause);
    pause = 0;
    const turn = ++asked;
    const typed = field.value.trim();
    const known = deeds().filter((one) => fits(one.name, typed)).slice(0, typed ? 6 : 14);
    show(known);
    if (typed.length < 2) return;
    try {
      const answer = await fetch(`/palette?q=${encodeURIComponent(typed)}`, { headers: { accept: "text/html" } });
      if (!answer.ok || turn !== asked) return;
      const found = [...parse(await answer.text()).querySelectorAll("a[data-kind]")].map((one) => ({
        kind: one.dataset.kind, name: one.textContent.trim(), note: one.dataset.note, href: one.getAttribute("href"),
      }));
      // The last one looks through everything.
      const everything = found.splice(-1);
      // What is chosen stays chosen: Enter does what was read there.
      if (turn === asked && dialog.open) show([...found, ...known, ...everything], list.children[at]?.textContent);
    } catch { /* what is known here is shown */ }
  }

  function open() {
    field.value = "";
    look();
    dialog.showModal();
    field.focus();
  }

  field.addEventListener("input", () => { clearTimeout(pause); pause = setTimeout(look, 120); });
  field.addEventListener("keydown", (event) => {
    const act = event.key === "ArrowDown" ? () => choose(at + 1)
      : event.key === "ArrowUp" ? () => choose(at - 1)
      : event.key === "Enter" ? () => list.children[at]?.click()
      : null;
    if (!act || event.isComposing) return;
    event.preventDefault();
    // Among the lines of what is typed by now, not of what was typed before.
    if (pause) look();
    act();
  });
  dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
  for (const opener of document.querySelectorAll("[data-palette]")) {
    opener.addEventListener("click", (event) => { event.preventDefault(); open(); });
  }
  document.addEventListener("keydown", (event) => {
    if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey) || event.shiftKey || event.altKey) return;
    event.preventDefault();
    if (dialog.open) dialog.close(); else open();
  });
})();
