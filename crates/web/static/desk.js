// Keeps the desk true while colleagues work, saves what is written, and lets keys press the buttons that show them.
// Every form works without it. Events are hints: what is shown always comes from the server.
"use strict";

(() => {
  const casePane = $("case-pane");
  if (!casePane) return;
  const wide = matchMedia("(min-width: 52.01rem)");
  const shownCase = () => $("case");
  const shownId = () => Number(shownCase()?.dataset.id ?? 0);
  const isField = (element) => element?.matches?.("input:not([type=radio]):not([type=checkbox]), textarea, select, [contenteditable]") ?? false;

  const withPart = (address, part) => address + (address.includes("?") ? "&" : "?") + `part=${part}`;

  // --- the list
  const listPane = $("list-pane");
  let latest = null; // the list as the server last told it, while its order is not shown yet
  const here = () => listPane?.querySelector("[data-here]")?.dataset.here;
  // The rows of the page, and those that came while somebody scrolled.
  const rowsIn = (root) => [...(root?.querySelectorAll("#rows > li") ?? [])];
  const allRows = () => [...(listPane?.querySelectorAll(".rows > li") ?? [])];
  function settle(list) {
    tellTimes(list);
    list.querySelector(`li[data-id="${shownId()}"] > .row`)?.setAttribute("aria-current", "true");
    marks.settle();
  }
  const marks = listPane && marking(listPane);
  const further = listPane && endless(listPane, { withPart, here, settle });

  // Shown by a line through the words, and said; neither where the row comes back.
  function sayGone(row) {
    if (row.querySelector(".has-left")) return;
    row.firstElementChild.append(Object.assign(document.createElement("span"), { className: "aloud has-left", textContent: words("has-left") }));
  }

  // Rows change their words, keeping place, height and focus. Takes out of `known` what is shown; tells what is gone.
  function update(shown, known) {
    const gone = [];
    for (const row of shown) {
      const now = known.get(row.dataset.id);
      known.delete(row.dataset.id);
      row.toggleAttribute("data-gone", !now);
      if (!now) { sayGone(row); gone.push(row); continue; }
      if (now.dataset.version !== row.dataset.version) {
        const link = row.firstElementChild;
        const next = now.firstElementChild;
        link.replaceChildren(...next.childNodes);
        link.dataset.says = next.dataset.says;
        row.dataset.version = now.dataset.version;
        const [mark, fresh] = [row, now].map((one) => one.querySelector(".mark"));
        if (mark && fresh) mark.value = fresh.value;
        tellTimes(row);
      }
    }
    return gone;
  }

  const refreshList = calmly(async () => {
    if (!listPane) return;
    const id = shownId();
    const page = await fetchPage(withPart(here(), "list") + (id ? `&case=${id}` : ""));
    refill($("queues"), page.getElementById("queues"));
    const fresh = page.getElementById("list-pane");
    const known = new Map(rowsIn(fresh).map((row) => [row.dataset.id, row]));
    const shown = rowsIn(listPane);
    if (shown.length === 0) { showList(fresh); return; }
    // What newer ones pushed over the end of the page is not gone: it is further down.
    const isKnown = (row) => known.has(row.dataset.id);
    const end = fresh.querySelector(".older") ? shown.findLastIndex(isKnown) + 1 : shown.length;
    const gone = update(shown.slice(0, end), known).length;
    latest = known.size + gone > 0 ? fresh : null;
    const isLater = "later" in (listPane.querySelector("[data-here]")?.dataset ?? {});
    const newer = $("newer");
    const said = known.size > 0 && !isLater ? words("new-cases", { count: known.size })
      : gone > 0 ? words("left", { count: gone }) : "";
    if (newer.dataset.words !== said) {
      newer.dataset.words = said;
      newer.textContent = said;
      if (said) newer.insertAdjacentHTML("beforeend", ' <kbd aria-hidden="true">.</kbd>');
    }
    hideNewer(said === "");
    await further.refresh(update);
    marks.settle();
  }, 700);

  // Whether a changed case is in the list, or belongs into it.
  function concernsList(hint) {
    if (allRows().some((row) => Number(row.dataset.id) === hint.id)) return true;
    const wants = listPane?.querySelector("[data-here]")?.dataset;
    if (!wants) return false;
    const is = (wanted, given) => wanted === "" || wanted.split(" ").includes(given ?? "");
    return is(wants.ofDepartments, hint.department) && is(wants.ofOwner, hint.owner ?? "desk") && is(wants.ofOffer, hint.offered?.user ?? hint.offered?.department);
  }

  // What happens in other queues moves no more than counters: that has time, and not everybody asks in the same moment.
  let counting = 0;
  function hearOf(hint) {
    if (!concernsList(hint)) { counting ||= setTimeout(readAgain, 2000 + 3000 * Math.random()); return; }
    clearTimeout(counting);
    readAgain();
  }
  function readAgain() {
    counting = 0;
    refreshList();
  }

  // The line above the list takes its room from the list; the rows stay where they are under the eye.
  function hideNewer(isHidden) {
    const [newer, scroll] = [$("newer"), $("scroll")];
    const before = newer.offsetHeight;
    newer.hidden = isHidden;
    if (scroll && getComputedStyle(scroll).overflowY === "auto") scroll.scrollTop += newer.offsetHeight - before;
  }

  function showList(fresh) {
    if ($("newer")) hideNewer(true);
    const focused = document.activeElement?.closest?.("#rows > li")?.dataset.id;
    // Who has scrolled beyond the page asked for what stands on top of it.
    const top = further.hasMore() ? 0 : $("scroll")?.scrollTop ?? 0;
    listPane.replaceChildren(...fresh.childNodes);
    marks.settle();
    latest = null;
    if ($("scroll")) $("scroll").scrollTop = top;
    further.begin();
    if (focused) listPane.querySelector(`li[data-id="${CSS.escape(focused)}"] .row`)?.focus({ preventScroll: true });
    mark(shownId());
    tellTimes(listPane);
  }

  function mark(id) {
    for (const row of allRows()) {
      const link = row.firstElementChild;
      if (Number(row.dataset.id) === id) { link.setAttribute("aria-current", "true"); speak(link); }
      else link.removeAttribute("aria-current");
    }
  }

  function speak(link) {
    const says = $("says");
    if (says && link?.dataset.says && says.textContent !== link.dataset.says) says.textContent = link.dataset.says;
  }

  // --- the case
  const addressNow = () => location.pathname + location.search;
  let shownAddress = addressNow();
  let wanted = 0;
  let isOnTheWay = false; // a case was chosen and is not shown yet
  let held = ""; // the key that was pressed for it meanwhile
  let ahead = ""; // what was typed after a key that opens a field
  async function open(address, { isBack = false, isQuiet = false } = {}) {
    clearTimeout(moving);
    hurry = null;
    const turn = ++wanted;
    isOnTheWay = true;
    const isShown = await bring(address, turn, isBack, isQuiet);
    if (turn !== wanted) return;
    isOnTheWay = false;
    const [key, typed] = [held, ahead];
    held = ahead = "";
    if (!key || !isShown || !press(key) || !typed) return;
    const field = document.activeElement;
    if (!field?.matches("textarea, input:is([type=text], :not([type]))")) return;
    field.setRangeText(typed, field.selectionStart, field.selectionEnd, "end");
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }

  // A quiet one leaves the page as it is where the case does not come.
  async function bring(address, turn, isBack, isQuiet) {
    await save();
    let page;
    try { page = await fetchPage(withPart(address, "case")); } catch (error) {
      // Without a connection the browser's own page would take the place of what is still here to read.
      if (error instanceof TypeError) stream.look();
      else if (!isQuiet) location.href = address;
      return false;
    }
    if (turn !== wanted) return false;
    const fresh = page.getElementById("case");
    if (!fresh) { if (!isQuiet) location.href = address; return false; }
    casePane.replaceChildren(fresh);
    document.body.classList.add("has-case");
    document.title = `${fresh.querySelector("h1").textContent.trim()} · Switchboard`;
    if (!isBack) history.pushState({}, "", address);
    shownAddress = addressNow();
    mark(shownId());
    settleCase();
    return true;
  }

  // What scrolls the conversation: itself, or with little room everything below the head; on a phone the whole page does.
  const scrolling = () => [$("talk"), $("talk")?.closest(".body")].find((part) => part && part.scrollHeight > part.clientHeight + 1 && getComputedStyle(part).overflowY === "auto");

  function settleCase() {
    tellTimes(casePane);
    const newest = $("talk")?.querySelector(".post.newest");
    const scroller = scrolling();
    if (newest && scroller) scroller.scrollTop += newest.getBoundingClientRect().top - scroller.getBoundingClientRect().top - 16;
    const text = $("reply-text");
    if (text) { saved = fields(text.form); if (text.value.trim() !== "") measure(text.form); }
    document.dispatchEvent(new CustomEvent("case-shown"));
  }

  listPane?.addEventListener("click", (event) => {
    const link = event.target.closest?.("a.row");
    if (!link || !wide.matches || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    open(link.getAttribute("href"));
  });
  listPane?.addEventListener("focusin", (event) => speak(event.target.closest?.("a.row")));
  listPane?.addEventListener("click", (event) => {
    if (event.target.closest?.("#newer") && latest) showList(latest);
  });
  window.addEventListener("popstate", () => {
    const address = addressNow();
    if (address === shownAddress) return; // a link within the page
    shownAddress = address;
    if (listPane && here() === address.split("&case=")[0] && address.includes("&case=")) open(address, { isBack: true });
    else location.reload();
  });

  // What happened elsewhere is said, and shown when it is asked for: text under the eye stays where it is. Only a reply that
  // is shown already changes in its place.
  const look = calmly(async () => {
    const shown = shownCase();
    if (!shown) return;
    const fresh = await fetchCase();
    if (!fresh || fresh.dataset.id !== shown.dataset.id || !shown.isConnected) return;
    if (Number(fresh.dataset.version) <= Number(shown.dataset.version)) return;
    for (const reply of fresh.querySelectorAll("article.reply[id]")) {
      const old = $(reply.id);
      if (old && old.dataset.state !== reply.dataset.state && !old.contains(document.activeElement)) {
        old.replaceWith(reply.cloneNode(true));
        tellTimes($(reply.id));
      }
    }
    const entries = (root) => root.querySelectorAll(".talk > :not(form), .talk > .events > li").length;
    const isSame = ["state", "owner"].every((name) => fresh.dataset[name] === shown.dataset[name]) && entries(fresh) === entries(shown);
    if (isSame) {
      shown.dataset.version = fresh.dataset.version;
      for (const field of shown.querySelectorAll("input[name=version]")) field.value = fresh.dataset.version;
      return;
    }
    const line = $("elsewhere");
    if (line.childElementCount > 0) return;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button";
    button.textContent = words("show");
    button.addEventListener("click", reread);
    line.replaceChildren(words("changed"), " ", button);
  }, 500);

  async function fetchCase() {
    const back = shownCase().querySelector("input[name=back]")?.value ?? `/cases/${shownId()}`;
    const page = await fetchPage(back.startsWith("/desk") ? withPart(back, "case") : back);
    return page.getElementById("case");
  }

  // Draws the shown case anew and keeps what is being written, in every form but the one that was `sent`.
  function redraw(fresh, sent) {
    const isChanged = (field) =>
      field.matches("select") ? [...field.options].some((option) => option.selected !== option.defaultSelected) && field.selectedIndex > 0
      : field.matches("[type=checkbox], [type=radio]") ? field.checked !== field.defaultChecked
      : field.value !== field.defaultValue;
    // Radio buttons have no id of their own: they are found by what they say.
    const found = (field) => field.id ? $(field.id)
      : [...casePane.querySelectorAll(`form[action="${CSS.escape(field.form.getAttribute("action"))}"] input[name="${CSS.escape(field.name)}"]`)].find((one) => one.value === field.value);
    const isKept = (field) => field.form !== sent && (field.id || field.type === "radio") && isChanged(field);
    const written = [...casePane.querySelectorAll("form :is(input, textarea, select)")].filter(isKept);
    const opened = casePane.querySelector("details.deed[open]")?.dataset.verb;
    const focused = casePane.contains(document.activeElement) ? document.activeElement : null;
    const stood = isField(document.activeElement) && document.activeElement.form !== sent ? document.activeElement : null;
    casePane.replaceChildren(fresh);
    settleCase();
    for (const one of written) {
      const field = found(one);
      if (!field) continue;
      if (field.matches("[type=checkbox], [type=radio]")) field.checked = one.checked;
      else if (field.value === one.value) continue;
      else if (!field.matches("select") || [...field.options].some((option) => option.value === one.value)) field.value = one.value;
      field.dispatchEvent(new Event("input", { bubbles: true }));
    }
    const deed = opened && casePane.querySelector(`details.deed[data-verb="${CSS.escape(opened)}"]`);
    // One that is open by itself shows what was refused.
    if (deed && !casePane.querySelector("details.deed[open]")) deed.open = true;
    const field = stood?.id && $(stood.id);
    if (field && field !== stood) {
      field.focus({ preventScroll: true });
      if (stood.selectionStart !== null) field.setSelectionRange?.(stood.selectionStart, stood.selectionEnd);
    } else if (focused && !focused.isConnected) standAgain(focused.closest("details.deed")?.dataset.verb);
  }

  // Whoever pressed a button that is gone goes on from the act that it belonged to, or from the top of the case.
  function standAgain(verb) {
    const title = casePane.querySelector("h1");
    if (title) title.tabIndex = -1;
    const place = $("notice") ?? (verb && casePane.querySelector(`details.deed[data-verb="${CSS.escape(verb)}"] > summary`)) ?? title;
    if (place?.id === "notice") place.tabIndex = -1;
    place?.focus({ preventScroll: true });
  }

  // Reads the case anew.
  const reread = calmly(async () => {
    if (!shownCase()) return;
    await save();
    const fresh = await fetchCase();
    if (!fresh || Number(fresh.dataset.id) !== shownId()) return;
    const top = scrolling()?.scrollTop ?? 0;
    redraw(fresh);
    if (scrolling()) scrolling().scrollTop = top;
  }, 300);

  // --- the draft: saved after two seconds of pause, and when the page goes
  let pause = 0;
  let saved = "";
  let isSaving = false;
  const fields = (form) => {
    const data = new FormData(form);
    return ["account", "to", "text"].map((name) => data.get(name) ?? "").join("\u0000");
  };

  async function measure(form) {
    if (isSaving) { clearTimeout(pause); pause = setTimeout(() => measure(form), 500); return; }
    isSaving = true;
    const now = fields(form);
    try {
      const body = new URLSearchParams(new FormData(form));
      body.set("quiet", "1");
      const answer = await fetch(form.dataset.draftTo, { method: "POST", body, redirect: "manual" });
      const meter = answer.type === "basic" ? parse(await answer.text()).querySelector(".meter") : null;
      if (!form.isConnected) return;
      if (answer.status === 401) {
        const link = Object.assign(document.createElement("a"), { href: "/log-in", target: "_blank", textContent: words("session-link") });
        $("meter").replaceChildren(words("session-before"), " ", link, words("session-after"));
        pause = setTimeout(() => form.isConnected && measure(form), 10_000);
        return;
      }
      if (!meter) throw new Error(String(answer.status));
      if (meter.dataset.draft !== "0") $("reply-draft").value = meter.dataset.draft;
      $("meter").replaceChildren(meter);
      tellTimes($("meter"));
      // What another window saved meanwhile is written over by the next change, and by no leaving.
      if (answer.ok || answer.status === 409) saved = now;
      if (answer.ok) document.dispatchEvent(new CustomEvent("draft-saved", { detail: { text: body.get("text") } }));
    } catch {
      if (form.isConnected) $("meter").textContent = words("not-saved");
      clearTimeout(pause);
      pause = setTimeout(() => form.isConnected && measure(form), 5000);
    } finally { isSaving = false; }
  }

  async function save() {
    const form = $("reply-text")?.form;
    clearTimeout(pause);
    if (form && fields(form) !== saved) await measure(form);
  }

  casePane.addEventListener("input", (event) => {
    const form = event.target.closest?.("form.compose");
    if (!form) return;
    clearTimeout(pause);
    pause = setTimeout(() => fields(form) !== saved && measure(form), event.target.matches("select") ? 50 : 2000);
  });
  casePane.addEventListener("submit", (event) => {
    clearTimeout(pause);
    const form = event.target;
    // A second press sends nothing twice; the server refuses it as well.
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "1";
    setTimeout(() => delete form.dataset.sent, 4000);
  });
  window.addEventListener("pagehide", () => {
    const form = $("reply-text")?.form;
    if (!form || form.dataset.sent || fields(form) === saved) return;
    const body = new URLSearchParams(new FormData(form));
    body.set("quiet", "1");
    navigator.sendBeacon(form.dataset.draftTo, body);
  });

  // --- keys
  const dialog = $("keys");
  // Who prefers so has no single keys at all, not even the one that lists them (WCAG 2.1.4).
  const areOff = document.documentElement.dataset.keys === "off";

  function press(key) {
    const target = casePane.querySelector(`[data-key="${CSS.escape(key)}"]`);
    if (!target) return false;
    const details = target.closest("details.deed");
    if (target.matches("summary")) {
      details.open = !details.open;
      if (details.open) details.querySelector("form :is(select, textarea, input:not([type=hidden]), button:not([hidden]))")?.focus();
      else target.focus();
      return true;
    }
    if (target.matches("a:not([href^='#'])")) { target.click(); return true; }
    if (details && !target.matches("button")) details.open = true;
    if (target.matches("a[href^='#']")) { $(target.getAttribute("href").slice(1))?.focus(); return true; }
    if (target.matches("button")) { target.form.requestSubmit(target); return true; }
    target.focus();
    target.select?.();
    return true;
  }

  const keysAct = () => !areOff;

  // What is still shown is not what a key is meant for while another case is on its way.
  function pressOrHold(key) {
    if (!isOnTheWay) return press(key);
    held ||= key;
    hurry?.();
    return true;
  }

  // Whoever asks for a field types at once: its letters are no keys, though its case is still on its way.
  function holdLetter(event) {
    if (!isOnTheWay || !held || event.key.length !== 1) return false;
    const target = casePane.querySelector(`[data-key="${CSS.escape(held)}"]`);
    if (!target || target.matches("button")) return false;
    ahead += event.key;
    return true;
  }

  // Marks the case one stands on, or the one that is shown.
  function markCase() {
    const row = document.activeElement?.closest?.(".rows > li") ?? allRows().find((one) => Number(one.dataset.id) === shownId());
    const mark = row?.querySelector(".mark");
    if (!mark) return false;
    mark.checked = !mark.checked;
    marks.toggle(mark);
    return true;
  }

  function actOnMarked() {
    if (!marks?.hasAny()) return false;
    $("bulk").requestSubmit(document.querySelector("[data-bulk]"));
    return true;
  }

  function filter() {
    const details = document.querySelector("details.filter");
    if (!details) return false;
    details.open = true;
    details.querySelector("form :is(input:not([type=hidden]), select)")?.focus();
    return true;
  }

  let moving = 0;
  let hurry = null; // opens at once what J or K would open in a moment
  function move(step) {
    const links = allRows().map((row) => row.firstElementChild);
    if (links.length === 0) return false;
    const focused = links.indexOf(document.activeElement);
    const at = focused >= 0 ? focused : links.findIndex((link) => link.hasAttribute("aria-current"));
    const next = links[Math.min(links.length - 1, Math.max(0, at + step))] ?? links[0];
    // Between two chunks that are filled lie rows that are on their way.
    const [list, from] = [next.closest("ol"), links[at]?.closest("ol")];
    if (from && list !== from && list.previousElementSibling !== from && list.nextElementSibling !== from) return true;
    next.focus();
    next.scrollIntoView({ block: "nearest" });
    // Somebody who runs down the list does not want every case on the way.
    clearTimeout(moving);
    if (wide.matches && document.body.classList.contains("has-case")) {
      isOnTheWay = true;
      held = ahead = "";
      hurry = () => open(next.getAttribute("href"));
      moving = setTimeout(hurry, 180);
    }
    return true;
  }

  // The letter of a key: with Caps Lock as without, and on another alphabet by its place.
  function letterOf({ key, code, shiftKey }) {
    if (shiftKey) return "";
    if (/^[a-z]$/i.test(key)) return key.toLowerCase();
    return (/^\p{L}$/u.test(key) && /^Key([A-Z])$/.exec(code)?.[1].toLowerCase()) || "";
  }

  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.altKey) return;
    const field = isField(event.target);
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      const form = event.target.form;
      if (form && casePane.contains(form)) { event.preventDefault(); form.requestSubmit(form.querySelector(".button.chief") ?? form.querySelector("button[type=submit]:enabled")); }
      return;
    }
    if (event.ctrlKey || event.metaKey || isModal()) return;
    if (event.key === "Escape") {
      const details = document.querySelector("details.deed[open], details.menu[open]");
      if (details) { details.open = false; details.querySelector("summary").focus(); }
      else if (field) event.target.blur();
      return;
    }
    if (field || areOff) return;
    if (holdLetter(event)) { event.preventDefault(); return; }
    if (event.key === "?") { event.preventDefault(); dialog.showModal(); return; }
    const letter = letterOf(event);
    if (event.repeat && letter !== "j" && letter !== "k") return;
    const did = letter === "j" ? move(1)
      : letter === "k" ? move(-1)
      : letter === "f" ? filter()
      : letter === "m" ? markCase()
      : letter === "b" ? actOnMarked()
      : event.key === "." ? (latest ? (showList(latest), true) : false)
      : event.key === "," ? press(",")
      : letter !== "" && pressOrHold(letter.toUpperCase());
    if (did) event.preventDefault();
  });

  document.addEventListener("click", (event) => {
    // Whoever asks for what changed goes on with what is open.
    if (event.target.closest?.("#elsewhere")) return;
    for (const details of document.querySelectorAll("details.deed[open], details.menu[open]")) {
      if (!details.contains(event.target)) details.open = false;
    }
  });

  // --- the stream; what is said of the connection stands in connection.js
  onEvent("case", (hint) => {
    if (hint.id === shownId() && hint.version > Number(shownCase().dataset.version)) look();
    hearOf(hint);
  });
  onEvent("views", refreshList);
  onEvent("missed", () => { refreshList(); look(); });
  onConnection(({ state }) => { if (state === "on") save(); });

  // What the other scripts of the desk do things with.
  window.desk = {
    open,
    press,
    reread,
    refreshList,
    isShown: (id) => shownId() === Number(id) && !isOnTheWay,
    isWide: () => wide.matches,
    isTyping: (event) => isField(event.target) || isModal() || !keysAct(),
    letterOf,
    rowOf: (id) => allRows().find((row) => row.dataset.id === id),
    show(fresh, sent) {
      redraw(document.importNode(fresh, true), sent);
      mark(shownId());
      const notice = $("notice");
      if (notice) { notice.tabIndex = -1; notice.focus(); }
    },
    // The next case below a row that is not done yet.
    goOn(row) {
      const rows = allRows();
      const next = rows.slice(rows.indexOf(row) + 1).find((one) => !one.hasAttribute("data-gone"));
      if (!next) return;
      next.firstElementChild.focus({ preventScroll: true });
      next.scrollIntoView({ block: "nearest" });
      open(next.firstElementChild.getAttribute("href"), { isQuiet: true });
    },
  };

  $("queues")?.querySelector("[aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
  const notice = $("notice");
  if (notice) { notice.tabIndex = -1; notice.focus(); }
  settleCase();
  if (location.hash.startsWith("#reply-")) $(location.hash.slice(1))?.scrollIntoView({ block: "nearest" });
})();
