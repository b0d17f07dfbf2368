// A list of any length that scrolls as one: further rows come while the reader scrolls, in chunks, and chunks far from the
// eye give their rows back and keep their height. Without it "Further down" leads to the next page.
"use strict";

// What is near: so much before and after what is seen, in pixels. A chunk is higher than that, so few are filled at a time.
const NEAR = "1200px 0px 1800px 0px";

// How long a page that did not come is left alone.
const AGAIN_MS = 3000;

// `desk` knows which address the list and a part of it has, and what to do with rows that come in.
function endless(listPane, desk) {
  let scroller = null;
  let observer = null;
  let chunks = []; // the chunks after the first, in their order: { list, address, isFilled, isNear }
  let isAsking = false;
  let toTheEnd = false; // somebody asked for the end: go on until it is there

  const older = () => listPane.querySelector(".older");
  const chunkOf = (list) => chunks.find((chunk) => chunk.list === list);

  async function fetchRows(address) {
    const page = await fetchPage(desk.withPart(address, "rows"));
    const list = page.querySelector("ol.rows");
    if (!list) throw new Error("no rows");
    // Whatever the place it was fetched from, a row leads to its case beside this list.
    for (const row of list.children) row.firstElementChild.setAttribute("href", `${desk.here()}&case=${row.dataset.id}`);
    return { rows: [...list.children], next: list.dataset.next };
  }

  async function add() {
    const link = older()?.querySelector("a");
    if (isAsking || !link) return;
    isAsking = true;
    const mine = observer;
    let pauseMs = 0;
    const address = link.getAttribute("href");
    try {
      const { rows, next } = await fetchRows(address);
      if (mine !== observer) return;
      const chunk = { list: document.createElement("ol"), address, isFilled: true, isNear: true };
      chunk.list.className = "rows";
      chunk.list.append(...rows);
      older().before(chunk.list);
      chunks.push(chunk);
      observer.observe(chunk.list);
      desk.settle(chunk.list);
      if (next) link.setAttribute("href", next);
      else older().remove();
      if (toTheEnd) scroller.scrollTop = scroller.scrollHeight;
    } catch {
      // The link stays, and is tried again after a while.
      toTheEnd = false;
      pauseMs = AGAIN_MS;
    }
    // A list that has come meanwhile asks by itself.
    if (mine !== observer) return;
    isAsking = false;
    // An observer tells only of what changes; what is still in sight is asked for anew.
    if (older()) { observer.unobserve(older()); setTimeout(() => mine === observer && older() && observer.observe(older()), pauseMs); }
  }

  async function fill(chunk) {
    if (chunk.isFilled || chunk.isFilling) return;
    chunk.isFilling = true;
    try {
      const { rows } = await fetchRows(chunk.address);
      // It may be far away again by now.
      if (!chunk.isNear || !chunk.list.isConnected) return;
      chunk.list.replaceChildren(...rows);
      chunk.list.style.blockSize = "";
      chunk.isFilled = true;
      desk.settle(chunk.list);
    } catch { setTimeout(() => chunk.isNear && fill(chunk), 2000); } finally { chunk.isFilling = false; }
  }

  function empty(chunk) {
    // Who stands on a row with the keyboard keeps standing there.
    if (!chunk.isFilled || chunk.list.contains(document.activeElement)) return;
    chunk.list.style.blockSize = `${chunk.list.offsetHeight}px`;
    chunk.list.replaceChildren();
    chunk.isFilled = false;
  }

  function look(entries) {
    for (const { target, isIntersecting } of entries) {
      const chunk = chunkOf(target);
      if (chunk) {
        chunk.isNear = isIntersecting;
        if (isIntersecting) fill(chunk);
        else empty(chunk);
      } else if (isIntersecting) add();
    }
    // One that was kept for the keyboard's sake and is left by now.
    for (const chunk of chunks) if (!chunk.isNear) empty(chunk);
  }

  // Begins with the list as it stands in the page; its rows are the first chunk, which is never emptied.
  function begin() {
    observer?.disconnect();
    chunks = [];
    isAsking = false;
    toTheEnd = false;
    scroller = listPane.querySelector("#scroll");
    if (!scroller) { observer = null; return; }
    observer = new IntersectionObserver(look, { root: scroller, rootMargin: NEAR });
    // Most readers stay at the top: nothing is asked for before somebody scrolls, or sees the end.
    const watch = () => older() && observer.observe(older());
    if (scroller.scrollHeight <= scroller.clientHeight) watch();
    else scroller.addEventListener("scroll", watch, { once: true, passive: true });
  }

  listPane.addEventListener("keydown", (event) => {
    const isPlain = !event.ctrlKey && !event.metaKey && !event.altKey && !event.shiftKey;
    toTheEnd = isPlain && event.key === "End" && !!older() && !!event.target.closest?.("#scroll");
  });
  for (const kind of ["wheel", "pointerdown", "touchstart"]) listPane.addEventListener(kind, () => { toTheEnd = false; }, { passive: true });

  begin();
  return {
    begin,
    // Whether rows were added to those of the page.
    hasMore: () => chunks.length > 0,
    // Brings the chunks near the eye up to date: `update` takes the rows that are shown and those as they are now.
    async refresh(update) {
      for (const chunk of chunks.filter((one) => one.isNear && one.isFilled)) {
        const { rows, next } = await fetchRows(chunk.address);
        if (!chunk.isFilled) continue;
        const known = new Map(rows.map((row) => [row.dataset.id, row]));
        const shown = [...chunk.list.children];
        // What others pushed over the end of the chunk is not gone: it is further down.
        const end = next ? shown.findLastIndex((row) => known.has(row.dataset.id)) + 1 : shown.length;
        update(shown.slice(0, end), known);
      }
    },
  };
}
