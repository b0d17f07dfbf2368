// On a narrow screen one thing is shown at a time; a stroke across a case does what its two links do: back to the list,
// on to the next case.
"use strict";

(() => {
  const narrow = matchMedia("(max-width: 52rem)");
  const LEAST = 72; // pixels that a stroke is long
  const STRAIGHT = 2; // times as far across as down
  const LONGEST_MS = 700;
  const EDGE = 24; // a stroke from the edge of the screen is the browser's own
  const isRightToLeft = document.documentElement.dir === "rtl";
  let start = null;

  const back = () => document.querySelector("#case .back");
  function nextRow() {
    const current = document.querySelector("#rows .row[aria-current]")?.closest("li");
    let next = current?.nextElementSibling;
    while (next && (next.hasAttribute("data-gone") || !next.dataset.id)) next = next.nextElementSibling;
    return next?.querySelector("a.row");
  }

  // The link to the next case stands beside the way back, where there is one.
  function settle() {
    document.getElementById("next-case")?.remove();
    const row = nextRow();
    if (!row || !back()) return;
    const link = Object.assign(document.createElement("a"), { id: "next-case", className: "next", href: row.href, textContent: words("next-case") });
    back().after(link);
  }

  // What scrolls sideways by itself, or is written in, keeps its strokes.
  function isTaken(target) {
    for (let one = target; one && one.id !== "case"; one = one.parentElement) {
      if (one.matches?.("input, textarea, select, dialog") || one.scrollWidth > one.clientWidth + 1) return true;
    }
    return false;
  }

  document.addEventListener("touchstart", (event) => {
    start = null;
    const touch = event.touches[0];
    if (!narrow.matches || event.touches.length !== 1 || !event.target.closest?.("#case") || isTaken(event.target)) return;
    // Whoever has zoomed in moves what is seen.
    if ((window.visualViewport?.scale ?? 1) > 1.05 || touch.clientX < EDGE || touch.clientX > innerWidth - EDGE) return;
    start = { x: touch.clientX, y: touch.clientY, at: event.timeStamp };
  }, { passive: true });
  document.addEventListener("touchend", (event) => {
    if (!start || event.timeStamp - start.at > LONGEST_MS || getSelection()?.isCollapsed === false) return;
    const touch = event.changedTouches[0];
    const [across, down] = [touch.clientX - start.x, touch.clientY - start.y];
    start = null;
    if (Math.abs(across) < LEAST || Math.abs(across) < STRAIGHT * Math.abs(down)) return;
    ((across > 0) !== isRightToLeft ? back() : document.getElementById("next-case"))?.click();
  }, { passive: true });

  document.addEventListener("case-shown", settle);
  settle();
})();
