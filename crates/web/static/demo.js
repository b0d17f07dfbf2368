// Goes on by itself once the demonstration has begun anew.
"use strict";

(() => {
  if (!document.querySelector("[data-again]")) return;
  const look = async () => {
    try {
      const answer = await fetch("/readyz", { cache: "no-store" });
      if (answer.ok) { location.replace("/demo"); return; }
    } catch { /* not there yet */ }
    setTimeout(look, 500);
  };
  setTimeout(look, 1500);
})();
