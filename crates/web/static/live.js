// Keeps an open page true while things happen, and says times as the reader's own clock does.
// Everything can be read without it. Events are hints: what is shown always comes from the server.
"use strict";

const $ = (id) => document.getElementById(id);

// One request at a time; what is asked for meanwhile is asked once afterwards. A costly answer is asked for more rarely.
// One that failed is left to the next event or the reconnection.
function calmly(work, pauseMs) {
  let isBusy = false;
  let isWanted = false;
  return async function run() {
    if (isBusy) { isWanted = true; return; }
    isBusy = true;
    const began = performance.now();
    try { await work(); } catch { /* see above */ }
    setTimeout(() => { isBusy = false; if (isWanted) { isWanted = false; run(); } }, Math.max(pauseMs, 3 * (performance.now() - began)));
  };
}

const parse = (html) => new DOMParser().parseFromString(html, "text/html");

async function fetchPage(address) {
  const answer = await fetch(address, { headers: { accept: "text/html" } });
  // A session that ended answers with another page; a full load shows it.
  if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
  return parse(await answer.text());
}

// Fills a part anew. Whoever stands on a link in it with the keyboard keeps standing there.
function refill(part, fresh) {
  const focused = part.contains(document.activeElement) ? document.activeElement.getAttribute("href") : null;
  const top = part.scrollTop;
  part.replaceChildren(...fresh.childNodes);
  part.scrollTop = top;
  if (focused) part.querySelector(`a[href="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
  tellTimes(part);
}

// Keys act on the page only while nothing stands in front of it.
const isModal = () => document.querySelector("dialog[open]") !== null;

// --- who reads, and what is said to them
const { lang, dataset: reader } = document.documentElement;
// Dates of English stand as the server writes them: the day before the month.
const region = lang === "en" ? "en-GB" : lang;
const plurals = new Intl.PluralRules(lang);
const numbers = new Intl.NumberFormat(lang);

// A message of script.ftl with its parts. With a count it is the plural form that fits, where there are several.
// The server's messages are in window.words; this name hides it.
const words = (name, parts = {}) => {
  const texts = window.words ?? {};
  const form = "count" in parts ? texts[`${name}-${plurals.select(parts.count)}`] ?? texts[`${name}-other`] : texts[name];
  const shown = (part) => (typeof part === "number" ? numbers.format(part) : part);
  return (form ?? name).replace(/\{(\w+)\}/g, (place, part) => (part in parts ? shown(parts[part]) : place));
};

// --- times, by the clock of who reads
function clock(options) {
  const hourCycle = reader.clock === "12" ? "h12" : "h23";
  try { return new Intl.DateTimeFormat(region, { ...options, hourCycle, timeZone: reader.zone }); }
  catch { return new Intl.DateTimeFormat(region, { ...options, hourCycle }); } // a zone that is newer than the browser
}
const minute = { hour: reader.clock === "12" ? "numeric" : "2-digit", minute: "2-digit" };
const today = clock(minute);
const thisYear = clock({ day: "numeric", month: "short", ...minute });
const exact = clock({ dateStyle: "full", timeStyle: "long" });
const dayOf = clock({ year: "numeric", month: "numeric", day: "numeric" });

function unit(seconds) {
  return seconds < 60 ? ["seconds", Math.floor(seconds)]
    : seconds < 3600 ? ["minutes", Math.floor(seconds / 60)]
    : seconds < 86400 ? ["hours", Math.floor(seconds / 3600)]
    : ["days", Math.floor(seconds / 86400)];
}

// "in 4 min", "4 min ago" or "4 min", as the form is `in`, `ago` or `long`.
function inUnits(form, seconds) {
  const [name, count] = unit(seconds);
  return words(`${form}-${name}`, { count });
}

function age(seconds) {
  const past = Math.abs(seconds);
  if (past < 10) return seconds < 0 ? words("in-a-moment") : words("just-now");
  return inUnits(seconds < 0 ? "in" : "ago", past);
}

// The reader's clock may be wrong; the server's says how far. It is asked again after a while, and where the clock was set.
const KNOWN_MS = 600_000;
let clockOff = JSON.parse(sessionStorage.getItem("clock")) ?? { ms: 0, at: 0 };
const rightTime = (ms) => new Date(ms + clockOff.ms); // of a moment by the reader's clock
const rightNow = () => rightTime(Date.now());
async function askTheTime() {
  if (Math.abs(Date.now() - clockOff.at) < KNOWN_MS) return;
  const answer = await fetch("/healthz", { cache: "no-store" }).catch(() => null);
  const ahead = Date.parse(answer?.headers.get("date") ?? "") - Date.now();
  if (Number.isNaN(ahead)) return;
  // The header has seconds, and the answer took its time.
  clockOff = { ms: Math.abs(ahead) < 30_000 ? 0 : ahead, at: Date.now() };
  sessionStorage.setItem("clock", JSON.stringify(clockOff));
  tellTimes(document);
}

// A clock empties, turns amber and then red while one looks at it.
function tellDue(time, at, now) {
  const left = inUnits("long", Math.abs(at - now) / 1000);
  const drawn = time.closest(".clock");
  const warn = Date.parse(drawn?.dataset.warn ?? "");
  if (drawn) {
    drawn.dataset.state = at <= now ? "late" : warn <= now ? "soon" : "running";
    const since = Date.parse(drawn.dataset.since ?? "");
    const share = Math.round(Math.min(100, Math.max(0, (100 * (at - now)) / Math.max(1, at - since))));
    drawn.querySelector(".left")?.setAttribute("stroke-dasharray", `${share} 100`);
  }
  return at <= now ? words("late", { time: left }) : left;
}

const opened = dayOf.format(rightNow());
function tellTimes(root) {
  const now = rightNow();
  for (const time of root.querySelectorAll("time[data-form]")) {
    const at = new Date(time.dateTime);
    if (Number.isNaN(at.getTime())) continue;
    const form = time.dataset.form;
    // Days and times stand as the server wrote them, for the reader's own zone; only midnight makes them longer.
    const told =
      form === "age" ? age((now - at) / 1000)
      : form === "due" ? tellDue(time, at, now)
      : form === "long" ? inUnits("long", Math.abs(now - at) / 1000)
      : form === "clock" && opened !== dayOf.format(now) && opened === dayOf.format(at) ? thisYear.format(at)
      : time.textContent;
    if (time.textContent !== told) time.textContent = told;
    if (!time.title) time.title = exact.format(at);
  }
}

function keepTime() {
  if (document.hidden) return;
  tellTimes(document);
  askTheTime();
}
keepTime();
setInterval(keepTime, 20_000);
document.addEventListener("visibilitychange", keepTime);

// --- avatars: one that does not come leaves the initials alone, one that came covers them
function settleAvatar(image, hasCome) {
  if (!image.matches?.("img.avatar")) return;
  if (hasCome) image.parentElement.classList.add("pictured");
  else image.remove();
}

for (const [kind, hasCome] of [["load", true], ["error", false]]) {
  document.addEventListener(kind, (event) => settleAvatar(event.target, hasCome), { capture: true });
}
for (const image of document.querySelectorAll("img.avatar")) {
  if (image.complete) settleAvatar(image, image.naturalWidth > 0);
}

// --- the list of sources
const sourceTable = $("source-table");
if (sourceTable) {
  const look = calmly(async () => {
    const page = await fetchPage(location.href);
    for (const part of [$("source-sum"), sourceTable]) refill(part, page.getElementById(part.id));
  }, 1000);
  onEvent("source", look);
  onEvent("missed", look);
}

// --- the live list
const list = $("list");
if (list && "EventSource" in window) live();

function live() {
  const ROWS = 200; // more than that stays on the older pages
  const status = $("live");
  const pause = $("pause");
  const newer = $("newer");
  const overview = $("overview");
  const isOlder = "older" in list.dataset;
  let waiting = []; // rows that came and are not shown yet, newest first
  let hasMore = false; // there are more than those
  let isPaused = false;
  let touched = -Infinity; // when somebody last used the list
  let later = 0; // the timer that shows what waits for that
  let newest = Number(list.querySelector(".mentions")?.dataset.newest ?? 0);

  const rows = () => list.querySelector(".mentions");

  function say(state, said) {
    if (status.dataset.state === state && status.textContent === said) return;
    status.hidden = false;
    status.dataset.state = state;
    status.querySelector(".words").textContent = said;
  }

  const at = (place) => list.dataset.fragment + (list.dataset.fragment.includes("?") ? "&" : "?") + place;

  const look = calmly(async () => {
    // Pages of what came since are oldest first, so that a burst leaves no gap.
    for (let isMore = true; isMore && waiting.length <= ROWS; ) {
      const page = await fetchPage(at(`after=${newest}`));
      const came = page.querySelector(".mentions");
      const fresh = [...came.children].filter((row) => Number(row.dataset.seq) > newest);
      if (fresh.length === 0) break;
      newest = Math.max(newest, Number(came.dataset.newest));
      waiting = [...fresh, ...waiting];
      isMore = "more" in came.dataset;
      if (isMore && waiting.length <= ROWS) settle();
    }
    if (waiting.length > ROWS) {
      // More than the list holds: it begins anew with the newest page.
      const latest = (await fetchPage(at(""))).querySelector(".mentions");
      newest = Math.max(newest, Number(latest.dataset.newest));
      waiting = [...latest.children];
      hasMore = true;
    }
    if (waiting.length > 0) settle();
  }, 100);

  const refreshOverview = calmly(async () => {
    refill(overview, (await fetchPage(overview.dataset.from)).body);
  }, 1000);

  // An edit or a deletion changes a row that is shown.
  const refreshRows = calmly(async () => {
    const page = await fetchPage(at(""));
    for (const row of page.querySelectorAll(".mention")) {
      const shown = rows()?.querySelector(`.mention[data-seq="${CSS.escape(row.dataset.seq)}"]`);
      if (shown && shown.dataset.state !== row.dataset.state && !shown.contains(document.activeElement)) {
        shown.replaceWith(row);
        tellTimes(row);
      }
    }
  }, 2000);

  const isReading = () =>
    isPaused || isOlder || window.scrollY > 120 || list.contains(document.activeElement) ||
    String(getSelection()) !== "";

  // New mentions go on top if nobody is reading further down, else they wait.
  function settle() {
    if (waiting.length === 0 && !hasMore) { newer.hidden = true; return; }
    const rest = 1500 - (performance.now() - touched);
    if (!isReading() && rest > 0) { clearTimeout(later); later = setTimeout(settle, rest + 20); return; }
    if (isReading()) {
      const said = hasMore ? words("new-many") : words("new", { count: waiting.length });
      if (newer.textContent !== said) newer.textContent = said;
      newer.hidden = false;
      return;
    }
    show();
  }

  function show() {
    newer.hidden = true;
    if (isOlder) { location.href = "/mentions" + location.search.replace(/([?&])before=\d+&?/, "$1").replace(/[?&]$/, ""); return; }
    $("empty")?.remove();
    let target = rows();
    if (hasMore) target.replaceChildren();
    for (const row of waiting) row.classList.add("fresh");
    target.prepend(...waiting);
    waiting = [];
    hasMore = false;
    while (target.children.length > ROWS) target.lastElementChild.remove();
    const last = target.lastElementChild;
    const older = list.querySelector(".older a");
    if (older && last) older.href = older.getAttribute("href").replace(/before=\d+/, `before=${last.dataset.seq}`);
    tellTimes(target);
  }

  newer.addEventListener("click", () => {
    document.activeElement?.blur();
    window.scrollTo({ top: 0 });
    show();
  });
  window.addEventListener("scroll", () => { if (!newer.hidden) settle(); }, { passive: true });
  for (const kind of ["pointermove", "pointerdown"]) {
    list.addEventListener(kind, () => { touched = performance.now(); }, { passive: true });
  }

  pause.hidden = false;
  pause.addEventListener("click", () => {
    isPaused = !isPaused;
    pause.setAttribute("aria-pressed", String(isPaused));
    pause.textContent = isPaused ? words("go-on") : words("pause");
    say("on", isPaused ? words("held") : words("live"));
    settle();
  });

  overview.dataset.from = list.dataset.overview;
  onEvent("posts", (hint) => {
    if (hint.newest > newest) look();
    if (hint.newest <= newest || hint.posts > 1) refreshRows();
    refreshOverview();
  });
  onEvent("missed", () => { look(); refreshRows(); refreshOverview(); });
  onEvent("source", refreshOverview);
  onEvent("search", refreshOverview);
  onConnection(({ state }) => {
    if (state === "lost") { say("lost", words("lost")); return; }
    if (state === "ended") { say("lost", words("ended")); return; }
    say("on", isPaused ? words("held") : words("live"));
    look();
    refreshOverview();
  });
}

// --- the bell beside the name
const bell = $("bell");
if (bell) {
  onEvent("notified", ({ unread }) => {
    const count = $("bell-count");
    count.textContent = numbers.format(unread);
    count.hidden = unread === 0;
    bell.setAttribute("aria-label", words("unread", { count: unread }));
  });
}
