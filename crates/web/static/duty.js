// Turns the weeks of the duty calendar by keys. Every link works without it.
"use strict";

(() => {
  const isField = (element) => element.matches?.("input, textarea, select, [contenteditable]") ?? false;
  const mirrored = document.documentElement.dir === "rtl";
  const areOff = document.documentElement.dataset.keys === "off";
  const turns = { ArrowLeft: mirrored ? "next" : "prev", ArrowRight: mirrored ? "prev" : "next" };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey || event.isComposing) return;
    if (isField(event.target) || document.querySelector("dialog[open]")) return;
    // What can be scrolled sideways is scrolled.
    const region = event.target.closest?.(".duty-week");
    if (region && region.scrollWidth > region.clientWidth && event.key in turns) return;
    const link = event.key in turns ? document.querySelector(`a[rel=${turns[event.key]}]`)
      : event.key.toLowerCase() === "t" && !areOff ? document.querySelector("a[data-today]")
      : null;
    if (!link) return;
    event.preventDefault();
    link.click();
  });
})();
