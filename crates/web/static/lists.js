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

  // --- what is left out: the boxes are written into the query, and follow what is typed. The form itself says what was ticked
  // and is not in the query yet: the boxes as they are, beside what was left out when they were shown. So they are replaced only
  // together with the query; until then each request says it again.
  let boxes = null;

  // Writes into the query and leaves the cursor at the word where it is.
  function write(text) {
    const { value, selectionStart, selectionEnd } = query;
    const shift = Math.max(0, text.indexOf(value.trim())) - Math.max(0, value.indexOf(text.trim()));
    query.value = text;
    if (document.activeElement === query) query.setSelectionRange(Math.max(0, selectionStart + shift), Math.max(0, selectionEnd + shift));
  }

  async function leaveOut() {
    const shown = document.getElementById("leave-out");
    boxes?.abort();
    const mine = (boxes = new AbortController());
    const sent = query.value;
    try {
      const answer = await fetch(shown.dataset.fragment, {
        method: "POST",
        body: new URLSearchParams(new FormData(form)),
        signal: mine.signal,
      });
      if (answer.status !== 200) return;
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("leave-out");
      if (!fresh || mine.signal.aborted) return;
      const isTicked = fresh.dataset.query !== sent;
      if (isTicked && query.value !== sent) { leaveOut(); return; }
      const held = shown.contains(document.activeElement) ? document.activeElement.id : "";
      shown.replaceWith(fresh);
      if (held) document.getElementById(held)?.focus();
      if (isTicked) {
        write(fresh.dataset.query);
        tryIt();
      }
    } catch (error) {
      if (error.name !== "AbortError") throw error;
    }
  }

  if (form && query && place) {
    query.addEventListener("input", () => {
      clearTimeout(timer);
      // What was asked for the text before is no answer to this one.
      boxes?.abort();
      timer = setTimeout(() => {
        tryIt();
        leaveOut();
      }, PAUSE);
    });
    form.addEventListener("change", (event) => {
      if (event.target.closest("#leave-out")) leaveOut();
    });
    if (query.value.trim()) leaveOut();
  }
}
