// Finds whoever fits while somebody types: beside choices (whom a case goes to) and on the page of the directory.
// Both are forms that work without it.
"use strict";

(() => {
  const PAUSE_MS = 120;
  const fieldOf = (event) => (event.target.matches?.("input[data-directory]") ? event.target : null);
  const listOf = (field) => $(field.getAttribute("aria-controls"));
  const selectOf = (field) => $(field.dataset.directory);
  let asked = 0;
  let pause = 0; // runs while what was typed last is not looked for yet

  function close(field) {
    const list = listOf(field);
    list.hidden = true;
    list.replaceChildren();
    delete list.dataset.of;
    field.setAttribute("aria-expanded", "false");
    field.removeAttribute("aria-activedescendant");
  }

  function choose(field, place) {
    const rows = [...listOf(field).children];
    const at = Math.max(0, Math.min(rows.length - 1, place));
    rows.forEach((one, number) => one.setAttribute("aria-selected", String(number === at)));
    rows[at]?.scrollIntoView({ block: "nearest" });
    field.setAttribute("aria-activedescendant", rows[at]?.id ?? "");
  }

  // Who fits and can be chosen here, the best first; nothing if something else was typed meanwhile.
  async function find(field) {
    clearTimeout(pause);
    pause = 0;
    const turn = ++asked;
    const typed = field.value.trim();
    if (!typed) return [];
    try {
      const answer = await fetch(`/directory/picks?q=${encodeURIComponent(typed)}`, { headers: { accept: "text/html" } });
      if (!answer.ok || turn !== asked) return null;
      const known = new Set([...selectOf(field).options].map((one) => one.value));
      const rows = [...parse(await answer.text()).querySelectorAll("li[data-to]")];
      for (const row of rows) row.dataset.value = row.dataset.to.split(" ").find((value) => known.has(value)) ?? "";
      return turn === asked ? rows.filter((row) => row.dataset.value).slice(0, 8) : null;
    } catch { return null; }
  }

  async function look(field) {
    const typed = field.value.trim();
    const rows = await find(field);
    if (!rows || !field.isConnected || document.activeElement !== field) return;
    const list = listOf(field);
    for (const [number, row] of rows.entries()) {
      row.id = `${list.id}-${number}`;
      row.setAttribute("role", "option");
    }
    list.replaceChildren(...rows);
    list.dataset.of = typed;
    const isNobody = rows.length === 0 && field.value.trim() !== "";
    if (isNobody) list.append(Object.assign(document.createElement("p"), { className: "faint", textContent: words("nobody-fits") }));
    list.hidden = list.childElementCount === 0;
    field.setAttribute("aria-expanded", String(rows.length > 0));
    if (rows.length > 0) choose(field, 0);
  }

  function pick(field, row) {
    selectOf(field).value = row.dataset.value;
    field.value = row.dataset.name;
    close(field);
  }

  // Nobody can be asked at the moment: a name that begins so is meant, else the server finds out.
  function meanBy(field, select) {
    const typed = field.value.trim().toLowerCase();
    const meant = [...select.options].find((one) => one.value && one.text.toLowerCase().startsWith(typed));
    if (meant) select.value = meant.value;
    else select.required = false;
  }

  // Goes on to the field behind the choices at once: what is typed next is meant for it. Who was meant follows.
  async function settle(field, { isLeft = false } = {}) {
    const select = selectOf(field);
    const isShown = listOf(field).dataset.of === field.value.trim();
    const chosen = isShown && listOf(field).querySelector("[aria-selected=true]");
    if (select.value === "" && chosen) pick(field, chosen);
    const fields = [...field.form.elements].filter((one) => one.type !== "hidden");
    const next = fields[fields.indexOf(select) + 1];
    next?.focus();
    if (select.value !== "") return;
    const found = await find(field);
    if (!field.isConnected) return;
    if (found?.length > 0) { pick(field, found[0]); return; }
    if (!found) { meanBy(field, select); return; }
    // Whoever types elsewhere by now is not called back; the form says what is missing.
    if (isLeft || document.activeElement !== next) return;
    field.focus();
    field.select();
    look(field);
  }

  document.addEventListener("input", (event) => {
    const field = fieldOf(event);
    if (!field) return;
    // Who was chosen before is not who is meant now.
    selectOf(field).value = "";
    clearTimeout(pause);
    pause = setTimeout(() => look(field), PAUSE_MS);
  });

  document.addEventListener("keydown", (event) => {
    const field = fieldOf(event);
    if (!field || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    const list = listOf(field);
    const rows = [...list.children];
    const at = rows.findIndex((one) => one.getAttribute("aria-selected") === "true");
    const hasText = field.value.trim() !== "";
    const act = event.key === "ArrowDown" && !list.hidden ? () => choose(field, at + 1)
      : event.key === "ArrowUp" && !list.hidden ? () => choose(field, at - 1)
      : event.key === "Enter" && hasText ? () => settle(field)
      : event.key === "Tab" && !event.shiftKey && hasText ? () => settle(field, { isLeft: true })
      : event.key === "Escape" && !list.hidden ? () => close(field)
      : null;
    if (!act) return;
    event.preventDefault();
    event.stopPropagation();
    act();
  }, true);

  // A click takes a line without taking the focus first.
  document.addEventListener("pointerdown", (event) => { if (event.target.closest?.(".picks [role=option]")) event.preventDefault(); });
  document.addEventListener("click", (event) => {
    const row = event.target.closest?.(".picks [role=option]");
    const field = row && document.querySelector(`input[aria-controls="${CSS.escape(row.parentElement.id)}"]`);
    if (!field) return;
    pick(field, row);
    selectOf(field).focus();
  });
  document.addEventListener("focusout", (event) => { const field = fieldOf(event); if (field) close(field); });
  // Who chooses from the list means that.
  document.addEventListener("change", (event) => {
    const field = event.target.id && document.querySelector(`input[data-directory="${CSS.escape(event.target.id)}"]`);
    if (field) field.value = "";
  });

  // --- the page of the directory
  const form = document.querySelector("form[data-live]");
  if (!form) return;
  const [text, region] = [form.elements.q, $(form.dataset.live)];
  let typing = 0;
  let turn = 0;
  text.addEventListener("input", () => {
    clearTimeout(typing);
    typing = setTimeout(async () => {
      const mine = ++turn;
      const address = text.value.trim() ? `/directory?q=${encodeURIComponent(text.value.trim())}` : "/directory";
      try {
        const answer = await fetch(address, { headers: { accept: "text/html" } });
        if (!answer.ok || mine !== turn) return;
        const fresh = parse(await answer.text()).getElementById(region.id);
        if (!fresh || mine !== turn) return;
        region.replaceChildren(...fresh.childNodes);
        history.replaceState(history.state, "", address);
      } catch { /* what is shown stays; the button asks again */ }
    }, PAUSE_MS);
  });
})();
