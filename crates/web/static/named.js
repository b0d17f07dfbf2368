// Whom a note names: after "@" the people who fit stand below the field. The note itself is plain text; without this script
// a name is typed out, and the server reads it the same way.
"use strict";

(() => {
  const PAUSE_MS = 120;
  const MOST = 6;
  const fieldOf = (event) => (event.target.matches?.("textarea[data-named]") ? event.target : null);
  const listOf = (field) => $(field.getAttribute("aria-controls"));
  let asked = 0;
  let pause = 0;

  // The name that is being typed before the caret; what follows a letter is an e-mail address or a handle.
  function begun(field) {
    const before = field.value.slice(0, field.selectionStart);
    const found = /(?:^|[^\p{L}\p{N}@])@([\p{L}\p{N}][\p{L}\p{N}._-]{0,60})$/u.exec(before);
    return found && { start: before.length - found[1].length, text: found[1] };
  }

  function close(field) {
    asked += 1;
    clearTimeout(pause);
    const list = listOf(field);
    if (list.hidden) return;
    list.hidden = true;
    list.replaceChildren();
    field.removeAttribute("aria-activedescendant");
  }

  function choose(field, place) {
    const rows = [...listOf(field).children];
    const at = (place + rows.length) % rows.length;
    rows.forEach((one, number) => one.setAttribute("aria-selected", String(number === at)));
    rows[at].scrollIntoView({ block: "nearest" });
    field.setAttribute("aria-activedescendant", rows[at].id);
  }

  // Only names count here, whatever else the directory knows of somebody; who is called so stands before who is also called so.
  function fits(row, typed) {
    const plain = (text) => text.normalize("NFD").replace(/[^\p{L}\p{N} ]/gu, "").toLowerCase();
    const [name, wanted] = [plain(row.dataset.name), plain(typed)];
    if (name.startsWith(wanted) || plain(row.dataset.handle).startsWith(wanted)) return 2;
    return name.split(" ").some((word) => word.startsWith(wanted)) ? 1 : 0;
  }

  async function look(field) {
    const name = begun(field);
    if (!name) { close(field); return; }
    const turn = ++asked;
    let rows;
    try {
      const answer = await fetch(`/directory/picks?q=${encodeURIComponent(name.text)}`, { headers: { accept: "text/html" } });
      if (!answer.ok) return;
      const found = [...parse(await answer.text()).querySelectorAll("li[data-handle]")].filter((row) => fits(row, name.text) > 0);
      rows = found.sort((a, b) => fits(b, name.text) - fits(a, name.text)).slice(0, MOST);
    } catch { return; }
    if (turn !== asked || !field.isConnected || document.activeElement !== field) return;
    if (rows.length === 0) { close(field); return; }
    const list = listOf(field);
    for (const [number, row] of rows.entries()) {
      row.id = `${list.id}-${number}`;
      row.setAttribute("role", "option");
    }
    list.replaceChildren(...rows);
    list.hidden = false;
    choose(field, 0);
  }

  function take(field, row) {
    const name = begun(field);
    if (name) field.setRangeText(`${row.dataset.handle} `, name.start, field.selectionStart, "end");
    close(field);
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }

  document.addEventListener("input", (event) => {
    const field = fieldOf(event);
    if (!field) return;
    clearTimeout(pause);
    pause = setTimeout(() => look(field), PAUSE_MS);
  });

  document.addEventListener("keydown", (event) => {
    const field = fieldOf(event);
    if (!field || event.isComposing || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey || listOf(field).hidden) return;
    const rows = [...listOf(field).children];
    const at = rows.findIndex((one) => one.getAttribute("aria-selected") === "true");
    const act = event.key === "ArrowDown" ? () => choose(field, at + 1)
      : event.key === "ArrowUp" ? () => choose(field, at - 1)
      : event.key === "Enter" || event.key === "Tab" ? () => take(field, rows[at])
      : event.key === "Escape" ? () => close(field)
      : null;
    if (!act) return;
    event.preventDefault();
    event.stopPropagation();
    act();
  }, true);

  document.addEventListener("pointerdown", (event) => { if (event.target.closest?.(".picks [role=option]")) event.preventDefault(); });
  document.addEventListener("click", (event) => {
    const row = event.target.closest?.(".picks [role=option]");
    const field = row && document.querySelector(`textarea[aria-controls="${CSS.escape(row.parentElement.id)}"]`);
    if (field) take(field, row);
  });
  document.addEventListener("focusout", (event) => { const field = fieldOf(event); if (field) close(field); });
})();
