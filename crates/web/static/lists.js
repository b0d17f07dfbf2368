// Tries a search while it is being typed. Without this there is the button.
"use strict";

{
  const form = document.getElementById("search-form");
  const query = document.getElementById("query");
  const place = document.getElementById("preview");
  const status = document.getElementById("preview-status");
  const PAUSE = 700; // after the last key
  let timer = 0;
  let asked = "";
  let request = null;

  async function tryIt() {
    const text = query.value.trim();
    if (!text || text === asked) return;
    asked = text;
    request?.abort();
    request = new AbortController();
    place.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(place.dataset.fragment, {
        method: "POST",
        body: new URLSearchParams({ query: text }),
        signal: request.signal,
      });
      if (answer.status === 200) {
        place.innerHTML = await answer.text();
        status.textContent = place.querySelector("h2")?.textContent ?? "";
      }
    } catch (error) {
      if (error.name !== "AbortError") asked = "";
    } finally {
      if (asked === text || !asked) place.removeAttribute("aria-busy");
    }
  }

  if (form && query && place) {
    query.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(tryIt, PAUSE);
    });
  }
}
