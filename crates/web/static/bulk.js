// Which cases are marked, to do one thing with all of them. A mark outlives its row: rows far from the eye leave the page,
// and come back without marks. Without this script the boxes of the page are what the form sends.
"use strict";

function marking(listPane) {
  const marked = new Map(); // by case: what the form sends of it
  let from = null; // the row that was marked last, from which Shift marks on

  const boxes = () => [...listPane.querySelectorAll(".rows .mark")];
  const caseOf = (box) => box.closest("li").dataset.id;

  function set(box, isMarked) {
    if (isMarked) marked.set(caseOf(box), box.value);
    else marked.delete(caseOf(box));
  }

  // Brings boxes, form and count in step with what is marked. A row that has changed is marked as it is now.
  function settle() {
    const away = new Map(marked);
    for (const box of boxes()) {
      box.checked = marked.has(caseOf(box));
      if (box.checked) set(box, true);
      away.delete(caseOf(box));
    }
    const form = listPane.querySelector("#bulk");
    if (!form) return;
    for (const field of form.querySelectorAll("input[name=case]")) field.remove();
    form.append(...[...away.values()].map((value) => Object.assign(document.createElement("input"), { type: "hidden", name: "case", value })));
    listPane.classList.toggle("has-marks", marked.size > 0);
    listPane.querySelector("[data-marking]").setAttribute("aria-pressed", listPane.classList.contains("is-marking"));
    const count = form.querySelector("output");
    const said = marked.size > 0 ? words("marked", { count: marked.size }) : "";
    if (count.textContent !== said) count.textContent = said;
  }

  // All from the one that was marked last up to this one.
  function markUpTo(box) {
    const all = boxes();
    const ends = [all.findIndex((one) => caseOf(one) === from), all.indexOf(box)].sort((a, b) => a - b);
    if (ends[0] < 0) return;
    for (const one of all.slice(ends[0], ends[1] + 1)) set(one, box.checked);
  }

  function toggle(box, { isRange = false } = {}) {
    set(box, box.checked);
    if (isRange) markUpTo(box);
    from = caseOf(box);
    settle();
  }

  listPane.addEventListener("click", (event) => {
    const box = event.target.closest?.(".mark");
    if (box) { toggle(box, { isRange: event.shiftKey }); return; }
    if (event.target.closest?.("[data-marking]")) {
      if (!listPane.classList.toggle("is-marking")) marked.clear();
      settle();
      return;
    }
    if (event.target.closest?.("[data-mark-all]")) {
      for (const one of boxes()) set(one, true);
      settle();
      return;
    }
    // While a finger marks, a row is as large as its box.
    const row = listPane.classList.contains("is-marking") && event.target.closest?.(".rows .row");
    const mine = row && row.parentElement.querySelector(".mark");
    if (!mine) return;
    event.preventDefault();
    event.stopPropagation();
    mine.checked = !mine.checked;
    toggle(mine);
  }, { capture: true });

  listPane.addEventListener("reset", () => {
    marked.clear();
    from = null;
    setTimeout(settle);
  });

  // What the browser marked again by itself when somebody came back to the page.
  function begin() {
    for (const box of boxes()) if (box.checked) set(box, true);
    settle();
  }
  begin();
  addEventListener("pageshow", begin);
  return { settle, toggle, hasAny: () => marked.size > 0 };
}
