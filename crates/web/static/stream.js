// One event stream for each browser, not for each tab: over plain HTTP/1.1 a browser opens six connections and no more.
// The tab that holds a Web Lock opens the stream and passes every event on to the others; when it goes, the next one
// takes over, and all look anew, because something may have been missed. One that falls silent, since it sleeps with the
// lock in its hand, is robbed of it. Without locks or channels each tab opens its own.
//
//   onEvent(kind, (data) => …)    an event of the server; `missed`: look at everything anew
//   onConnection((now) => …)      now.state is "on", "lost" (since now.since, next try at now.retryAt) or "ended"
//   stream.now                    the same, at this moment
//   stream.tryNow()               do not wait for the next try
//   stream.look()                 something failed: is the server there?
"use strict";

const stream = (() => {
  const ADDRESS = "/api/v1/events";
  // Of the lock and of the channel. Tabs of somebody else, who was logged in before, keep to themselves.
  const NAME = `switchboard-stream ${document.documentElement.dataset.user ?? ""}`;
  const KINDS = ["posts", "source", "search", "case", "presence", "people", "views", "notified", "missed"];
  const LOOK_MS = 5000; // so often the leader tells the others that it is there, and all look who is silent
  const SILENT_MS = 40_000; // the server says something every 15 seconds; after this long without, nobody is there
  const AWAY_MS = 60_000; // a page that nobody sees gives the stream back
  const LEAVING_MS = 300;
  const WAITS_MS = [1000, 2000, 4000, 8000, 15_000, 30_000];
  const isShared = Boolean(navigator.locks && "BroadcastChannel" in window);

  const handlers = new Map(); // kind → functions
  const watchers = [];
  let now = { state: "off" };
  let wasOn = false; // this tab has been told everything up to some moment
  let channel = null;
  let isIn = false; // wants to lead or to follow
  let waiting = null; // aborts the wait for the lock
  let release = null; // gives the lock back; there only while this tab leads
  let source = null;
  let heardAt = 0; // who leads hears the server, who follows hears the leader
  let tries = 0;
  let retry = 0;
  let away = 0;

  const tell = (message) => channel?.postMessage(message);

  function happen(kind, data) {
    for (const handler of handlers.get(kind) ?? []) {
      try { handler(data); } catch (error) { console.error(error); }
    }
  }

  function become(next) {
    if (next.state === "on" && now.state === "ended") stepIn(); // logged in again, in another tab
    now = next;
    for (const watcher of watchers) watcher(now);
  }

  // What was missed while there was no stream is not known, so everything is looked at.
  function goOn() {
    const hasMissed = wasOn;
    wasOn = true;
    become({ state: "on" });
    if (hasMissed) happen("missed", {});
  }

  // --- the tab that leads
  function open() {
    clearTimeout(retry);
    source?.close();
    source = new EventSource(ADDRESS);
    heardAt = Date.now();
    const hear = (kind, handle) => source.addEventListener(kind, (event) => { heardAt = Date.now(); handle(event); });
    hear("hello", () => { tries = 0; tell({ kind: "hello" }); goOn(); });
    hear("alive", () => {});
    hear("ended", end);
    for (const kind of KINDS) {
      hear(kind, (event) => {
        const data = JSON.parse(event.data);
        tell({ kind: "event", name: kind, data });
        happen(kind, data);
      });
    }
    source.addEventListener("error", fail);
  }

  // The browser's own tries are not used: it gives up after some answers, and does not say when it tries again.
  function fail() {
    source?.close();
    source = null;
    clearTimeout(retry);
    // A page that is left fails as well, a moment before it goes; that is nobody's concern.
    retry = setTimeout(lose, LEAVING_MS);
  }

  async function lose() {
    const wait = WAITS_MS[Math.min(tries, WAITS_MS.length - 1)] * (1 + Math.random() / 4);
    tries += 1;
    const lost = { state: "lost", since: now.since ?? Date.now(), retryAt: Date.now() + wait };
    retry = setTimeout(open, wait);
    become(lost);
    tell({ kind: "state", now: lost });
    if (await isLoggedOut() && release) end();
  }

  // An event source does not tell why it was refused.
  async function isLoggedOut() {
    try { return (await fetch("/api/v1/company", { cache: "no-store" })).status === 401; } catch { return false; }
  }

  function end() {
    tell({ kind: "state", now: { state: "ended" } });
    ended();
  }

  function ended() {
    stepOut();
    become({ state: "ended" });
  }

  setInterval(() => {
    if (release) tell({ kind: "alive" });
    if (!isIn || Date.now() - heardAt <= SILENT_MS) return;
    if (source) fail();
    else if (!release && !document.hidden) takeOver();
  }, LOOK_MS);
  // What the browser knows of its network says nothing about a server on the same machine; so it is only a reason to look.
  window.addEventListener("offline", look);
  window.addEventListener("online", tryNow);

  // Whether the server is there, for whoever has reason to doubt it.
  async function look() {
    if (now.state !== "on") { tryNow(); return; }
    try {
      await fetch("/healthz", { cache: "no-store", signal: AbortSignal.timeout(3000) });
    } catch {
      if (release) fail();
      else tell({ kind: "look" });
    }
  }

  function tryNow() {
    if (now.state !== "lost") return;
    if (!release) { tell({ kind: "now" }); return; }
    tries = 0;
    open();
  }

  function lead() {
    return new Promise((done) => { release = done; open(); });
  }

  // --- every tab
  function stepIn() {
    if (isIn || !("EventSource" in window) || handlers.size + watchers.length === 0) return;
    isIn = true;
    if (!isShared) { lead(); return; }
    if (!channel) {
      channel = new BroadcastChannel(NAME);
      channel.addEventListener("message", ({ data }) => hear(data));
    }
    heardAt = Date.now();
    waiting = new AbortController();
    ask({ signal: waiting.signal });
    tell({ kind: "who" });
  }

  function ask(options) {
    navigator.locks.request(NAME, options, () => (isIn ? lead() : undefined)).catch((error) => {
      if (error.name !== "AbortError") { if (isIn) lead(); return; }
      // Robbed of it while this tab slept; else it only waits no longer.
      if (release) { stepOut(); comeBack(); }
    });
  }

  function takeOver() {
    waiting?.abort();
    waiting = null;
    heardAt = Date.now();
    ask({ steal: true });
  }

  function stepOut() {
    isIn = false;
    clearTimeout(retry);
    waiting?.abort();
    waiting = null;
    source?.close();
    source = null;
    release?.();
    release = null;
    now = { state: "off" };
  }

  function hear(message) {
    if (message.kind === "who") { if (release && now.state !== "off") tell({ kind: "state", now }); return; }
    if (message.kind === "now") { if (release) tryNow(); return; }
    if (message.kind === "look") { if (release) look(); return; }
    heardAt = Date.now();
    const isOn = message.kind === "hello" || message.now?.state === "on";
    // Who was logged out hears only that somebody has logged in again.
    if (now.state === "ended" ? !isOn : !isIn) return;
    if (message.kind === "event") happen(message.name, message.data);
    else if (message.kind === "hello" || (isOn && now.state !== "on")) goOn();
    else if (message.now?.state === "ended") ended();
    else if (message.kind === "state") become(message.now);
  }

  document.addEventListener("visibilitychange", () => {
    clearTimeout(away);
    if (document.hidden) away = setTimeout(() => now.state !== "ended" && stepOut(), AWAY_MS);
    else comeBack();
  });
  function comeBack() {
    if (isIn || document.hidden) return;
    if (now.state !== "ended") { stepIn(); return; }
    isLoggedOut().then((isOut) => { if (!isOut) { now = { state: "off" }; stepIn(); } });
  }
  window.addEventListener("pagehide", stepOut);
  window.addEventListener("pageshow", (event) => { if (event.persisted) comeBack(); });

  // Scripts of a page say what they want to hear before anything is opened.
  const soon = () => queueMicrotask(() => { if (now.state !== "ended") stepIn(); });
  return {
    get now() { return now; },
    tryNow,
    look,
    onEvent(kind, handler) { handlers.set(kind, [...(handlers.get(kind) ?? []), handler]); soon(); },
    onConnection(handler) { watchers.push(handler); if (now.state !== "off") handler(now); soon(); },
  };
})();
const { onEvent, onConnection } = stream;
