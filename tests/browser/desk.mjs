// The desk in a real browser: two colleagues share it, with the keyboard alone, live, without a script, and for everybody.
//
//   node desk.mjs SETUP BROWSER [FOLDER]     SETUP is the set-up link of an empty installation; pictures go to FOLDER
import http from "node:http";
import { assert, assertSound, barriers, check, isLive, isLost, launch, line, looks, mendAndTry, open as openPage, session, shows, sideways, sum, until } from "./harness.mjs";

const [setup, executablePath, pictures] = process.argv.slice(2);
const { origin: url } = new URL(setup);
await launch(executablePath);

// --- a company with two colleagues; how it is set up by hand is tested elsewhere
const PASSWORD = "correct horse battery staple";
async function form(path, fields, cookie) {
  const headers = { origin: url, ...(cookie ? { cookie } : {}) };
  const answer = await fetch(url + path, { method: "POST", body: new URLSearchParams(fields), redirect: "manual", headers });
  assert(answer.status < 400, `${path} answered ${answer.status}: ${await answer.clone().text()}`);
  return answer;
}

const DEPARTMENTS = ["service", "sales", "public-relations"];
const made = await form(new URL(setup).pathname, [
  ["company", "Acme"], ["handles", "@acme"], ["website", ""], ["name", "Mara Lindqvist"], ["email", "mara@acme.example"], ["password", PASSWORD], ["again", PASSWORD],
  ["time_zone", "Europe/Lisbon"], ...DEPARTMENTS.map((key) => ["departments", key]),
]);
const mara = session(made);
assert(mara, "the set-up logs nobody in");

async function api(path, body) {
  const answer = await fetch(url + path, { method: "POST", headers: { "content-type": "application/json", cookie: mara, origin: url }, body: JSON.stringify(body ?? {}) });
  assert(answer.ok, `${path} answered ${answer.status}: ${await answer.clone().text()}`);
  return (await answer.json()).data;
}

// Everybody of the company by the page that invites them, and the link that it shows.
async function invite(name, email, departments) {
  const page = await fetch(`${url}/settings/users/new`, { headers: { cookie: mara } });
  const choices = [...(await page.text()).matchAll(/name="departments" value="([^"]+)"[^>]*>(?:\s|<[^>]*>)*([^<]+)/g)];
  const ids = choices.filter(([, , label]) => departments.includes(label.trim())).map(([, id]) => ["departments", id]);
  assert(ids.length === departments.length, `the page offers ${choices.map(([, , label]) => label.trim()).join(", ")}`);
  const answer = await form("/settings/users", [["name", name], ["email", email], ["role", "member"], ["time_zone", "UTC"], ["languages", ""], ["duty", ""], ...ids], mara);
  const link = /\/links\/[A-Za-z0-9_-]+/.exec(await answer.text())?.[0];
  assert(link, `no link for ${name}`);
  return session(await form(link, [["password", PASSWORD], ["again", PASSWORD]]));
}

const ines = await invite("Ines Okafor", "ines@acme.example", ["Service"]);
const rui = await invite("Rui Carvalho", "rui@acme.example", ["Service", "Sales"]);

await api("/api/v1/searches", { name: "Acme", query: "acme" });
const source = await api("/api/v1/sources", { name: "forum", kind: "ingest" });
const { token } = await api(`/api/v1/sources/${source.id}/tokens`);
let number = 0;
async function say(text, author = "Ana Torres", network = "forum") {
  number += 1;
  const post = { id: String(number), network, text, url: `https://forum.example/${number}`, author: { name: author, handle: `${author.toLowerCase().replaceAll(" ", ".")}@forum.example` } };
  const answer = await fetch(`${url}/api/v1/ingest`, { method: "POST", headers: { "content-type": "application/json", authorization: `Bearer ${token}` }, body: JSON.stringify(post) });
  assert(answer.ok, await answer.text());
}

const open = (who, path = "/desk", options = {}, base = url) => openPage(base + path, { cookie: who, ...options });
const owner = (page) => page.locator("#case").getAttribute("data-owner");

await check("an empty desk says how cases come", async () => {
  const page = await open(mara);
  assert((await page.getByRole("heading", { name: "No case yet" }).count()) === 1, "no words");
  await isLive(page);
  await say("my acme kettle is broken, this is terrible, I want a refund");
  await page.waitForSelector("#rows .row");
  assertSound(page);
  await page.context().close();
});

await check("new cases wait until they are asked for, and nothing moves", async () => {
  const page = await open(mara);
  await isLive(page);
  await say("the acme support does not answer, this is terrible, I want a refund", "Bo Nilsson");
  await say("is the acme kettle safe for children?", "Chidi Eze");
  await page.waitForFunction(() => document.getElementById("newer").textContent.startsWith("2 new cases"));
  assert((await page.locator("#rows .row").count()) === 1, "the list moved by itself");
  await page.keyboard.press(".");
  assert((await page.locator("#rows .row").count()) === 3, "they are not shown");
  await page.context().close();
});

await check("of two who claim at once one is told who was faster, and keeps nothing twice", async () => {
  const [one, other] = [await open(ines), await open(rui)];
  for (const page of [one, other]) {
    await isLive(page);
    await page.locator("#rows .row").first().click();
    await page.waitForSelector("#case");
  }
  const address = new URL(other.url());
  await one.keyboard.press("c");
  await one.waitForSelector("#case[data-owner=you]");
  await shows(other, "#elsewhere", "changed elsewhere");
  // Whoever is faster than the stream is answered by the server.
  await other.evaluate(() => document.querySelector('form[action$="/claim"]').requestSubmit());
  await shows(other, "#notice", "Ines Okafor was faster");
  assert((await owner(other)) === "Ines Okafor", await owner(other));
  await other.goto(address.href);
  for (const page of [one, other]) assert(page.problems.every((problem) => problem.includes("409")), page.problems.join("; "));
  await one.context().close();
  await other.context().close();
});

await check("a case is offered, declined, offered again and accepted between two browsers, with the keyboard alone", async () => {
  const [one, other] = [await open(ines, "/desk?queue=yours"), await open(rui, "/desk?queue=offered")];
  await isLive(one);
  await isLive(other);
  await one.keyboard.press("j");
  await one.keyboard.press("Enter");
  await one.waitForSelector("#case");
  const transfer = async (note) => {
    await one.keyboard.press("t");
    await one.keyboard.type("Sales");
    await one.keyboard.press("Tab");
    await one.keyboard.type("it takes");
    await one.keyboard.press("Tab");
    await one.keyboard.type(note);
    await one.keyboard.press("Control+Enter");
    await one.waitForSelector(".note.offer");
  };
  await transfer("She asks for a price");
  await other.waitForSelector("#rows .row");
  await other.locator("#rows .row").first().focus();
  await other.keyboard.press("Enter");
  await shows(other, ".note.offer", "She asks for a price");
  await other.keyboard.press("x");
  await other.keyboard.type("We have no price for this");
  await other.keyboard.press("Enter");
  await other.waitForFunction(() => !document.querySelector(".note.offer") && document.querySelector("#case"));
  await shows(one, "#elsewhere", "changed elsewhere");
  assert((await owner(one)) === "you", "the sender lost it");
  await one.locator("#elsewhere button").click();
  await shows(one, ".events", "We have no price for this");
  await transfer("Only talk to her then");
  await shows(other, "#elsewhere", "changed elsewhere");
  await other.locator("#elsewhere button").click();
  await other.waitForSelector(".note.offer");
  await other.keyboard.press("y");
  await other.waitForSelector("#case[data-owner=you]");
  assertSound(one, other);
  await one.context().close();
  await other.context().close();
});

await check("a note, a tag, a priority, snooze and close by keys", async () => {
  const page = await open(mara);
  await page.keyboard.press("j");
  await page.keyboard.press("Enter");
  await page.waitForSelector("#case");
  const step = async (keys, selector, text) => {
    for (const key of keys) await (/^(.|Tab|Enter|Space|Control\+\w+)$/.test(key) ? page.keyboard.press(key) : page.keyboard.type(key));
    await shows(page, selector, text);
  };
  await step(["n", "Do not say recall", "Control+Enter"], ".private-note", "Do not say recall");
  await step(["g", "lid, k4", "Enter"], ".over .tag", "k4");
  await step(["p", "Control+A", "93", "Tab", "the press asks", "Enter"], ".events", "set the priority to 93");
  // What is done goes on to the next case, and is taken back by one key, which shows the case again.
  await step(["s", "Enter"], "#toasts .toast", "Put to sleep");
  await step(["z"], ".events", "took back: put it to sleep");
  await step(["w"], "#toasts .toast", "Waits for the author");
  await step(["z"], ".events", "took back: lets it wait for the author");
  await step(["e", "Space", "Control+Enter"], "#toasts .toast", "Closed");
  await step(["z"], ".events", "took back: closed it");
  await step(["?"], "#keys[open]", "Turn single keys on or off");
  await page.keyboard.press("Escape");
  const address = page.url();
  const prefer = async (keys) => {
    await page.goto(new URL("/settings/you", address).href);
    await page.locator("#keys").selectOption(keys);
    await Promise.all([page.waitForNavigation(), page.locator("form[action='/settings/you/preferences'] button").click()]);
    await page.goto(address);
  };
  await prefer("off");
  await page.keyboard.press("n");
  assert((await page.locator("details.deed[open]").count()) === 0, "keys act though they are switched off");
  await prefer("on");
  await page.keyboard.press("n");
  assert((await page.locator("details.deed[open]").count()) === 1, "keys do not act though they are switched on");
  // Caps Lock, and the same place of a Russian keyboard.
  for (const key of ["N", "т"]) {
    await page.keyboard.press("Escape");
    await page.evaluate((key) => document.body.dispatchEvent(new KeyboardEvent("keydown", { key, code: "KeyN", bubbles: true })), key);
    assert((await page.locator("details.deed[open]").count()) === 1, `${key} does nothing`);
  }
  assertSound(page);
  await page.context().close();
});

await check("everything works without a script", async () => {
  const page = await open(rui, "/desk", { javaScriptEnabled: false });
  await page.locator("#rows .row").first().click();
  await page.locator("#case").waitFor();
  await page.locator("details.deed[data-verb=note] > summary").click();
  await page.getByLabel("A note for colleagues").fill("Written without a script");
  await page.getByRole("button", { name: "Keep the note" }).click();
  await shows(page, ".private-note", "Written without a script");
  await page.context().close();
});

await check("on a phone one thing is shown at a time", async () => {
  const page = await open(rui, "/desk", { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });
  assert(!(await page.locator("#case-pane").isVisible()), "the case is shown beside the list");
  await page.locator("#rows .row").first().tap();
  await page.locator("#case").waitFor();
  assert(!(await page.locator("#list-pane").isVisible()), "the list stays");
  await page.getByRole("link", { name: "Back to the list" }).tap();
  await page.locator("#rows .row").first().waitFor();
  await page.context().close();
});

await check("a filter is saved as a view, found in its group, and removed", async () => {
  const page = await open(mara, "/desk?queue=all");
  await isLive(page);
  await page.locator("details.filter > summary").click();
  await page.locator("details.filter select[name=order]").selectOption("newest");
  await page.locator("details.filter input[name=network]").fill("forum");
  await page.getByRole("button", { name: "Show", exact: true }).click();
  await page.waitForURL("**/desk?queue=all&network=forum&order=newest");
  await page.locator("details.filter > summary").click();
  await page.locator("details.filter input[name=name]").fill("Forum, newest");
  await page.locator("details.filter input[name=is_shared]").check();
  const other = await open(ines);
  await isLive(other);
  await page.getByRole("button", { name: "Save this view" }).click();
  await page.waitForSelector(".queues a[aria-current=page]:has-text('Forum, newest')");
  await other.waitForSelector(".queues a:has-text('Forum, newest')");
  const shown = await page.locator("#rows > li").evaluateAll((rows) => rows.map((row) => Number(row.dataset.id)));
  assert(shown.length > 1 && shown.every((id, at) => at === 0 || id < shown[at - 1]), `in the order ${shown}`);
  await page.locator("details.filter > summary").click();
  await page.getByRole("button", { name: "Remove the view" }).click();
  await page.waitForURL("**/desk?queue=all&network=forum&order=newest");
  assert((await page.locator(".queues a:has-text('Forum, newest')").count()) === 0, "it is still there");
  assertSound(page);
  for (const one of [page, other]) await one.context().close();
});

// --- together
async function streams() {
  const text = await (await fetch(`${url}/metrics`)).text();
  return Number(/^switchboard_event_streams (\d+)/m.exec(text)?.[1] ?? "0");
}

// As much of a Mastodon as an account needs to be added and a composer to be shown.
const instance = http.createServer((asked, answer) => {
  const said = {
    "/api/v2/instance": { domain: "127.0.0.1", version: "4.3.0", source_url: "https://github.com/mastodon/mastodon", configuration: { statuses: { max_characters: 500 } } },
    "/api/v1/accounts/verify_credentials": { id: "1", username: "acme", acct: "acme", display_name: "Acme", url: `http://${asked.headers.host}/@acme`, uri: `http://${asked.headers.host}/users/acme` },
  }[asked.url];
  answer.writeHead(said ? 200 : 404, { "content-type": "application/json" }).end(JSON.stringify(said ?? {}));
});
await new Promise((done) => instance.listen(0, "127.0.0.1", done));
await api("/api/v1/accounts", { network: "mastodon", settings: { instance: `http://127.0.0.1:${instance.address().port}`, token: "t" } });
await say("my acme mixer is broken, this is terrible, I want a refund", "Gil Moreau", "mastodon");
// A case with a composer, by its number.
const caseId = /case=(\d+)(?=[^>]*>(?:(?!<\/li>)[^])*Gil Moreau)/.exec(await (await fetch(`${url}/desk?queue=all`, { headers: { cookie: mara } })).text())?.[1];
const casePath = `/cases/${caseId}`;
const draftOf = async (who) => {
  const answer = await fetch(`${url}/api/v1${casePath}/draft`, { headers: { cookie: who } });
  return answer.ok ? (await answer.json()).data.text : "";
};
const keptIn = (page) => page.evaluate(() => Object.keys(localStorage).filter((key) => key.startsWith("draft ")).length);

await check("the tabs of a browser share one stream, and go on when the first one is closed", async () => {
  await until("the streams of before end", async () => (await streams()) === 0);
  const one = await open(ines);
  await isLive(one);
  const other = await one.context().newPage();
  const third = await one.context().newPage();
  for (const [page, path] of [[other, "/desk?queue=all"], [third, "/mentions"]]) await page.goto(url + path);
  await isLive(other);
  await third.waitForSelector("#live[data-state=on]", { state: "attached" });
  assert((await streams()) === 1, `${await streams()} streams are open`);
  await say("the acme lid is loose, this is terrible, I want a refund", "Dara Quinn");
  await other.waitForFunction(() => document.getElementById("newer").textContent.includes("1 new case"));
  await one.close();
  await until("another tab opens a stream", async () => (await streams()) === 1);
  await say("the acme cord is too short, this is terrible, I want a refund", "Eli Brandt");
  await other.waitForFunction(() => document.getElementById("newer").textContent.includes("2 new cases"));
  await third.waitForFunction(() => document.body.textContent.includes("the acme cord is too short") || !document.getElementById("newer").hidden);
  await other.context().close();
});

await check("a tab that holds the stream and falls silent is robbed of it, and both go on with one", async () => {
  const one = await open(ines);
  await isLive(one);
  const other = await one.context().newPage();
  await other.clock.install();
  await other.goto(`${url}/desk?queue=all`);
  await isLive(other);
  await one.evaluate(() => { BroadcastChannel.prototype.postMessage = () => {}; });
  await other.clock.fastForward(60_000);
  await until("one stream is open", async () => (await streams()) === 1);
  await say("the acme plug is hot, this is terrible, I want a refund", "Hal Brook");
  for (const page of [one, other]) await page.waitForFunction(() => document.getElementById("newer").textContent.includes("new case"));
  assert((await streams()) === 1, `${await streams()} streams are open`);
  await one.context().close();
});

await check("the list of sources follows them, and the focus stays", async () => {
  await until("the streams of before end", async () => (await streams()) === 0);
  const page = await open(mara, "/sources");
  await until("it listens", async () => (await streams()) === 1);
  await page.getByRole("link", { name: "forum", exact: true }).focus();
  await api("/api/v1/sources", { name: "a second forum", kind: "ingest" });
  await shows(page, "#source-table", "a second forum");
  assert((await page.evaluate(() => document.activeElement.textContent)) === "forum", "the focus is gone");
  assertSound(page);
  await page.context().close();
});

await check("who logs out in one tab is logged out in all", async () => {
  const answer = await form("/log-in", [["email", "ines@acme.example"], ["password", PASSWORD]]);
  const page = await open(session(answer));
  await isLive(page);
  const other = await page.context().newPage();
  await other.goto(`${url}/desk?queue=all`);
  await isLive(other);
  await page.locator('form[action="/log-out"] button').click();
  await other.waitForSelector("#desk-live[data-state=ended]");
  assert((await other.locator("#desk-live").textContent()).includes("Your session ended"), "no words");
  await until("no stream is left", async () => (await streams()) === 0);
  // Logged in again in the other tab, this one goes on as well.
  await page.getByLabel("E-mail").fill("ines@acme.example");
  await page.getByLabel("Password").fill(PASSWORD);
  await page.locator("main form button[type=submit]").click();
  await page.waitForURL((address) => !address.pathname.startsWith("/log-in"));
  await page.goto(`${url}/desk`);
  await isLive(page);
  await isLive(other);
  assert((await streams()) === 1, `${await streams()} streams are open`);
  await page.context().close();
});

await check("colleagues on the same case see each other", async () => {
  const one = await open(ines, casePath);
  await isLive(one);
  assert((await one.locator("#presence").textContent()) === "", "somebody is there already");
  const other = await open(rui, casePath);
  await isLive(other);
  await shows(one, "#presence", "Rui Carvalho is reading");
  await shows(other, "#presence", "Ines Okafor is reading");
  // A second tab of the same colleague is not a second colleague.
  const again = await other.context().newPage();
  await again.goto(url + casePath);
  await shows(again, "#presence", "Ines Okafor is reading");
  assert((await one.locator("#presence").textContent()) === "Rui Carvalho is reading", await one.locator("#presence").textContent());
  await again.close();
  await other.locator("#reply-text").pressSequentially("Hello Gil");
  await shows(one, "#presence", "Rui Carvalho is writing an answer");
  await shows(one, "#writing-too", "Rui is writing an answer too.");
  assert((await other.locator("#writing-too").textContent()) === "", "one is warned of oneself");
  // The one who leaves is gone at once for the others, unless another tab of theirs says otherwise.
  await other.goto(`${url}/searches`);
  await one.waitForFunction(() => document.getElementById("presence").textContent === "");
  assertSound(one, other);
  await one.context().close();
  await other.context().close();
});

await check("a lost connection is said, and mended", async () => {
  const cable = await line(url);
  const page = await open(mara, "/desk", {}, cable.base);
  await isLive(page);
  cable.cut();
  await isLost(page);
  const said = await page.locator("#desk-live").textContent();
  assert(/Connection lost at \d\d:\d\d\. You can go on/.test(said) && /Trying again in \d+ s\.Try now/.test(said), said);
  // What is not there to be opened does not take the place of what is.
  await page.locator("#rows .row").first().click();
  await page.waitForTimeout(500);
  assert((await page.locator("#rows .row").count()) > 0, "the desk is gone");
  await say("the acme handle is hot, this is terrible, I want a refund", "Fay Ito");
  await mendAndTry(page, cable);
  assert(await page.evaluate(() => document.activeElement.matches("#list-pane .row")), "the focus went with the button");
  await page.waitForFunction(() => document.getElementById("newer").textContent.includes("new case"));
  await page.context().close();
  cable.cut();
});

await check("what is typed without a connection is saved once there is one", async () => {
  const cable = await line(url);
  const page = await open(mara, casePath, {}, cable.base);
  await isLive(page);
  cable.cut();
  await isLost(page);
  await page.locator("#reply-text").fill("Typed without a connection");
  await until("it is kept here", async () => (await keptIn(page)) === 1);
  // Sent now, it would be lost with the page.
  await page.locator("#reply-text").press("Control+Enter");
  await shows(page, "#meter", "there is no connection");
  await cable.mend();
  await isLive(page);
  await until("it is saved", async () => (await draftOf(mara)) === "Typed without a connection");
  assert((await page.locator("#reply-text").inputValue()) === "Typed without a connection", "the words are gone");
  await until("nothing is kept twice", async () => (await keptIn(page)) === 0);
  await page.context().close();
  cable.cut();
});

await check("what was typed in a tab that was closed without a connection is offered back", async () => {
  const cable = await line(url);
  const page = await open(mara, casePath, {}, cable.base);
  const context = page.context();
  await isLive(page);
  cable.cut();
  await isLost(page);
  await page.locator("#reply-text").fill("Typed and closed");
  await until("it is kept here", async () => (await keptIn(page)) === 1);
  // The last words of a page that goes would arrive where the line is mended fast enough.
  await page.evaluate(() => { navigator.sendBeacon = () => false; });
  await page.close();
  await cable.mend();
  const again = await context.newPage();
  await again.goto(cable.base + casePath);
  await shows(again, ".kept", "You wrote this while the connection was lost:");
  assert((await again.locator("#reply-text").inputValue()) === "Typed without a connection", "the server's draft is not shown");
  const found = await barriers(again);
  assert(found.length === 0, found.join("; "));
  await again.getByRole("button", { name: "Put it back" }).click();
  assert((await again.locator("#reply-text").inputValue()) === "Typed and closed", "it is not put back");
  await until("it is saved", async () => (await draftOf(mara)) === "Typed and closed");
  await until("nothing is kept twice", async () => (await keptIn(again)) === 0);
  await again.reload();
  await isLive(again);
  assert((await again.locator(".kept").count()) === 0, "it is offered twice");
  await context.close();
  cable.cut();
});

await check("what is written beside words that are offered back is kept with them", async () => {
  const cable = await line(url);
  let page = await open(mara, casePath, {}, cable.base);
  const context = page.context();
  for (const words of ["Offered back", "Written beside it"]) {
    await isLive(page);
    cable.cut();
    await isLost(page);
    await page.locator("#reply-text").fill(words);
    await page.waitForFunction((words) => Object.values(localStorage).some((kept) => kept.includes(words)), words);
    await page.evaluate(() => { navigator.sendBeacon = () => false; });
    await page.close();
    await cable.mend();
    page = await context.newPage();
    await page.goto(cable.base + casePath);
    await shows(page, ".kept", words);
  }
  await shows(page, ".kept", "Offered back");
  await page.getByRole("button", { name: "Drop it" }).click();
  await until("nothing is kept", async () => (await keptIn(page)) === 0);
  await context.close();
  cable.cut();
});

// --- what networks send
const zalgo = "acme Z\u0351\u036b\u0343\u036a\u0302\u036b\u033d\u034f\u0334\u0319\u0324\u031e\u0349\u035a\u032f\u031e\u0320\u034da".repeat(40);
const hostile = {
  "a handle of 300 characters": { text: "acme is broken, I want a refund", author: { name: "N".repeat(300), handle: `${"h".repeat(300)}@forum.example` } },
  "a word of 5,000 characters": { text: `acme ${"w".repeat(5000)} is broken, I want a refund` },
  "a hundred lines": { text: `acme is broken, I want a refund\n${"one more line\n".repeat(100)}` },
  "right to left in left to right": { text: "acme \u202eis broken\u202c \u0645\u0643\u0633\u0648\u0631\u0629 \u05e9\u05d1\u05d5\u05e8 I want a refund" },
  "marks upon marks": { text: `${zalgo} is broken, I want a refund` },
  "twenty pictures": { text: "acme is broken, look, I want a refund", media: Array.from({ length: 20 }, (_, place) => ({ type: "image", url: `https://127.0.0.1:1/${place}.png`, alt: place % 2 ? "A picture ".repeat(40) : "" })) },
  "markup": { text: "<script>document.title='x'</script><img src=x onerror=\"document.title='x'\"> acme is broken, I want a refund", author: { name: "<b onclick=alert(1)>Bold</b>", handle: "\"><script>x</script>" } },
};
await check("whatever a network sends stays in its place", async () => {
  const posts = Object.values(hostile).map((post, place) => ({ id: `hostile-${place}`, network: "forum", url: `https://forum.example/h/${place}`, author: { name: "Ana", handle: "ana@forum.example" }, ...post }));
  const answer = await fetch(`${url}/api/v1/ingest`, { method: "POST", headers: { "content-type": "application/json", authorization: `Bearer ${token}` }, body: JSON.stringify(posts) });
  assert(answer.ok, await answer.text());
  const told = [];
  for (const look of looks) {
    const page = await open(mara, "/desk?queue=all", look);
    await until("the cases are there", async () => { await page.goto(`${url}/desk?queue=all`); return (await page.locator("#rows .row").count()) >= posts.length; });
    const addresses = await page.locator("#rows .row").evaluateAll((rows) => rows.map((row) => row.getAttribute("href")));
    for (const [place, address] of [["the list", "/desk?queue=all"], ["mentions", "/mentions"], ...addresses.slice(0, 12).map((address) => ["a case", address])]) {
      await page.goto(url + address);
      const wide = await sideways(page);
      if (wide > 0) told.push(`${place} ${address} at ${look.viewport.width} is ${wide} pixels too wide`);
      const tall = await page.locator("#rows .row").evaluateAll((rows) => Math.max(0, ...rows.map((row) => row.getBoundingClientRect().height)));
      if (tall > 140) told.push(`a row of ${address} at ${look.viewport.width} is ${tall} pixels high`);
      assert((await page.title()) !== "x", "what a network sent was run");
      if (pictures && place === "a case") await page.screenshot({ path: `${pictures}/hostile-${look.viewport.width}-${look.colorScheme}-${addresses.indexOf(address)}.png` });
    }
    if (pictures) { await page.goto(`${url}/desk?queue=all`); await page.screenshot({ path: `${pictures}/hostile-${look.viewport.width}-${look.colorScheme}-list.png` }); }
    await page.context().close();
  }
  assert(told.length === 0, told.join("; "));
  return `${posts.length} posts, ${looks.length} looks`;
});

await check("a browser's clock that is an hour ahead makes nothing older", async () => {
  const page = await open(mara, "/desk?queue=all");
  const ages = () => page.locator("#rows time[data-form=age]").allTextContents();
  await page.clock.setSystemTime(Date.now() + 3_600_000);
  await page.reload();
  await until("ages are those of the server's clock", async () => (await ages()).every((age) => !/ h | d /.test(age)));
  return (await ages()).slice(0, 3).join(", ");
});

// --- for everybody
const first = (await (await open(mara)).locator("#rows .row").first().getAttribute("href")) ?? "/desk";
for (const [name, path] of [["empty desk", "/desk?queue=all&state=snoozed"], ["busy desk", first], ["case", `/cases/${/case=(\d+)/.exec(first)?.[1]}`]]) {
  await check(`${name}: nothing that axe objects to, light and dark, wide and narrow`, async () => {
    for (const { colorScheme, viewport } of looks) {
      const { width } = viewport;
      const page = await open(rui, path, { viewport, colorScheme });
      for (const deed of [null, ...(width > 1000 ? ["filter", "note", "more"] : [])]) {
        if (deed) await page.evaluate((verb) => { const details = document.querySelector(`details.deed[data-verb=${verb}], details.menu.${verb}`); if (details) details.open = true; }, deed);
        const found = await barriers(page, `${width} ${colorScheme} ${deed ?? ""}`);
        assert(found.length === 0, found.join("; "));
        if (pictures) await page.screenshot({ path: `${pictures}/${name.replaceAll(" ", "-")}-${width}-${colorScheme}${deed ? `-${deed}` : ""}.png` });
      }
      const wide = await sideways(page);
      assert(wide <= 0, `${width}: scrolls sideways by ${wide}`);
      await page.context().close();
    }
  });
}

instance.close();
await sum();
