// The page in a real browser: what happens is on the screen within a second, nothing moves under a reader's eyes, a lost
// connection is said and mended, everything can be read without a script and by everybody.
//
//   node page.mjs URL BROWSER LINK KEY     URL of an empty installation, the link that sets it up, the operator's key
import { assert, assertSound, barriers, check, launch, line, looks, open as openPage, sideways, sum } from "./harness.mjs";

const [url, executablePath, link, key] = process.argv.slice(2);
await launch(executablePath);

async function send(path, body, headers = {}, method = "POST") {
  const answer = await fetch(url + path, {
    method,
    headers: { "content-type": "application/json", authorization: `Bearer ${key}`, ...headers },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  assert(answer.ok, `${method} ${path} answered ${answer.status}: ${await answer.clone().text()}`);
  return answer.status === 204 ? null : (await answer.json()).data;
}

let token;
let number = 0;
const post = (text, more = {}) => ({ id: String((number += 1)), network: "forum", text, author: { name: "Ana", handle: "ana@forum.example" }, url: `https://forum.example/${number}`, ...more });
const ingest = (posts) => send("/api/v1/ingest", posts, { authorization: `Bearer ${token}` });

let storageState; // who is logged in
const open = (options = {}, path = "/mentions", base = url) => openPage(base + path, { storageState, ...options });

const isLive = (page) => page.waitForSelector("#live[data-state=on]", { state: "attached" });
const rows = (page) => page.locator("#list .mention").count();

// --- the set-up
const password = "correct horse battery";
async function fillIn(page) {
  await page.getByLabel("What is it called?").fill("Acme Kettles");
  await page.getByLabel("Its handles on networks").fill("@acme");
  // What is proposed would be fetched from elsewhere.
  await page.getByLabel("Listen to public sources").uncheck();
  await page.getByLabel("Your name").fill("Mara Lindqvist");
  await page.getByLabel("Your e-mail address").fill("mara@acme.example");
}

await check("nothing but the set-up works before it, and the page says where the link is", async () => {
  const page = await open({}, "/desk");
  assert((await page.locator("main").textContent()).includes("terminal"), "no word of the link");
  await page.context().close();
});

await check("the link sets it up on a phone and without a script", async () => {
  const page = await open({ javaScriptEnabled: false, viewport: { width: 390, height: 844 } }, new URL(link).pathname);
  await fillIn(page);
  await page.getByLabel("Password").fill("short");
  await page.getByRole("button", { name: "Begin" }).click();
  await page.locator("#password-wrong").waitFor();
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Begin" }).click();
  await page.waitForURL("**/setup/searches");
  for (const step of ["sources", "departments", "colleagues", ""]) {
    await page.getByRole("button", { name: step ? "Skip" : "Go to the desk" }).click();
    await page.waitForURL(step ? `**/setup/${step}` : "**/desk");
  }
  assert((await page.locator(".unfinished").count()) === 0, "it says that the set-up is not finished");
  storageState = await page.context().storageState();
  await page.context().close();
});

await check("logging out and in again leads back, also to words that were being written", async () => {
  const page = await open({ storageState: undefined }, "/mentions");
  await page.waitForURL("**/log-in?to=**");
  await page.getByLabel("E-mail address").fill("mara@acme.example");
  await page.getByLabel("Password").fill("not this one");
  await page.getByRole("button", { name: "Log in" }).click();
  await page.getByRole("alert").waitFor();
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Log in" }).click();
  await page.waitForURL("**/mentions");
  await page.goto(`${url}/settings/departments/new`);
  await page.getByLabel("Name", { exact: true }).fill("Repairs <b>");
  await page.context().clearCookies();
  await page.getByRole("button", { name: "Add", exact: true }).click();
  await page.getByText("What you wrote is kept").waitFor();
  await page.getByLabel("E-mail address").fill("mara@acme.example");
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Log in" }).click();
  await page.getByText("Repairs <b>").first().waitFor();
  await page.getByRole("button", { name: "Send it now" }).click();
  await page.waitForURL("**/settings/departments");
  assert(await page.getByRole("link", { name: "Repairs <b>" }).isVisible(), "the words are lost");
  await page.getByRole("button", { name: "Log out" }).click();
  await page.waitForURL("**/log-in");
  await page.context().close();
});

// --- an empty installation
await check("an empty page says what to do next", async () => {
  const page = await open();
  assert(await page.getByRole("link", { name: "Follow something" }).isVisible(), "no way to begin");
  await page.context().close();
});

await check("a search is added, and a bad one is marked, with the keyboard alone", async () => {
  const page = await open({}, "/searches/new");
  await page.getByLabel("What to search for").focus();
  await page.keyboard.type("acme langauge:en");
  for (let step = 0; step < 10 && !(await page.evaluate(() => document.activeElement.matches("button.chief"))); step += 1) await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await page.waitForSelector(".here");
  assert((await page.locator(".here").textContent()) === "l", "the marker stands elsewhere");
  await page.getByLabel("What to search for").fill("acme OR أكمي");
  await page.getByLabel("Name").fill("Acme");
  await page.getByRole("button", { name: "Listen for this" }).click();
  // What was said before is taken in, and its page tells how far that is.
  await page.waitForURL(/\/searches\/[0-9a-f-]{36}$/);
  await page.getByText("What was said before").first().waitFor();
  await page.context().close();
});

const source = await send("/api/v1/sources", { name: "forum", kind: "ingest" });
token = (await send(`/api/v1/sources/${source.id}/tokens`)).token;

// --- live
await check("a first mention takes the place of the empty page", async () => {
  const page = await open();
  await isLive(page);
  await ingest([post("the first acme word")]);
  await page.waitForSelector("#list .mention");
  assert(!(await page.locator("#empty").count()), "the empty words stay");
  assertSound(page);
  await page.context().close();
});

await check("50 mentions a second are on the screen within a second (p99)", async () => {
  const page = await open();
  await isLive(page);
  await page.evaluate(() => {
    window.seen = {};
    new MutationObserver((changes) => {
      for (const change of changes) for (const node of change.addedNodes) if (node.dataset?.id) window.seen[node.dataset.id] ??= Date.now();
    }).observe(document.getElementById("list"), { childList: true, subtree: true });
  });
  const sent = {};
  const began = Date.now();
  for (let turn = 0; turn < 100; turn += 1) {
    const posts = Array.from({ length: 5 }, () => post("a quick acme mention"));
    await ingest(posts);
    for (const one of posts) sent[`forum:${one.id}`] = Date.now(); // stored
    const rest = began + (turn + 1) * 100 - Date.now();
    if (rest > 0) await new Promise((done) => setTimeout(done, rest));
  }
  const rate = 500 / ((Date.now() - began) / 1000);
  await page.waitForTimeout(3000);
  const seen = await page.evaluate(() => window.seen);
  const waits = Object.entries(sent).map(([id, at]) => (seen[id] ?? Infinity) - at).sort((one, other) => one - other);
  const p99 = waits[Math.floor(waits.length * 0.99)];
  assert(p99 < 1000, `p50 ${waits[waits.length >> 1]} ms, p99 ${p99} ms, seen ${Object.keys(seen).length} of ${waits.length}`);
  assert((await rows(page)) <= 200, "the list grows without end");
  await page.context().close();
  return `p50 ${waits[waits.length >> 1]} ms, p99 ${p99} ms at ${rate.toFixed(0)} a second`;
});

await check("nothing moves while somebody reads further down", async () => {
  const page = await open();
  await isLive(page);
  await page.evaluate(() => window.scrollTo(0, 1500));
  const before = await page.evaluate(() => document.elementFromPoint(300, 500).closest(".mention").dataset.seq);
  await ingest([post("acme one"), post("acme two")]);
  await page.waitForSelector("#newer:not([hidden])");
  assert((await page.locator("#newer").textContent()) === "2 new: show", await page.locator("#newer").textContent());
  assert(before === (await page.evaluate(() => document.elementFromPoint(300, 500).closest(".mention").dataset.seq)), "the list moved");
  await page.locator("#newer").click();
  assert((await page.locator("#list .mention .said").first().textContent()) === "acme two", "the newest is not on top");
  assert(await page.locator("#newer").isHidden(), "the button stays");
  await page.context().close();
});

await check("paused means paused", async () => {
  const page = await open();
  await isLive(page);
  await page.getByRole("button", { name: "Pause" }).click();
  await ingest([post("acme while paused")]);
  await page.waitForSelector("#newer:not([hidden])");
  await page.getByRole("button", { name: "Go on" }).click();
  await page.waitForFunction(() => document.querySelector("#list .said").textContent === "acme while paused");
  await page.context().close();
});

await check("an edit and a deletion reach a row that is shown", async () => {
  const page = await open();
  const one = post("acme before the edit");
  await ingest([one]);
  await isLive(page);
  await page.waitForFunction(() => document.querySelector("#list .said")?.textContent === "acme before the edit");
  await ingest([{ ...one, text: "acme after the edit", edited_at: new Date().toISOString() }]);
  await page.waitForFunction(() => document.querySelector("#list .said")?.textContent === "acme after the edit");
  await ingest([{ ...one, text: "", deleted: true }]);
  await page.waitForSelector("#list .mention:first-child .gone");
  await page.context().close();
});

await check("counts and health follow", async () => {
  const page = await open();
  await isLive(page);
  await send("/api/v1/searches", { name: "Another", query: "another" });
  await page.waitForSelector("#searches :text('Another')");
  await page.context().close();
});

await check("a lost connection is said, and what was missed comes when it is back", async () => {
  const cable = await line(url);
  const page = await open({}, "/mentions", cable.base);
  await isLive(page);
  cable.cut();
  await page.waitForSelector("#live[data-state=lost]");
  await ingest([post("acme while away")]);
  await cable.mend();
  await page.waitForFunction(() => document.querySelector("#list .said").textContent === "acme while away", null, { timeout: 20_000 });
  await isLive(page);
  await page.context().close();
  cable.cut();
});

// --- hostile and strange words
const strange = {
  "a word without end": `acme ${"x".repeat(3000)}`,
  "marks upon marks": `acme ${"z\u0300\u0301\u0302\u0303\u0304".repeat(1)}${"\u0335\u0336".repeat(200)} end`,
  "right to left": "أكمي لا تعمل، أريد استرداد المال",
  "an override": "acme \u202e\u2067 txet",
  "a hundred lines": Array.from({ length: 100 }, (_, line) => `acme line ${line}`).join("\n"),
  markup: `acme <img src=x onerror="document.title='owned'"><script>document.title='owned'</script>`,
  emoji: `acme ${"👩‍👩‍👧‍👦".repeat(60)}`,
};
await ingest(Object.values(strange).map((text) => post(text, { author: { name: text.slice(0, 400), handle: text.slice(0, 400), url: "javascript:document.title='owned'" }, url: "javascript:document.title='owned'", title: text.slice(0, 900) })));

for (const [width, height] of [[1440, 900], [1000, 700], [390, 844], [320, 640]]) {
  await check(`strange words stay in their place at ${width} pixels`, async () => {
    const page = await open({ viewport: { width, height } });
    await isLive(page);
    assert((await page.title()).startsWith("All mentions"), "a mention ran as script");
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    assert(wide <= 0, `the page scrolls sideways by ${wide} pixels`);
    const tall = await page.evaluate(() => Math.max(...[...document.querySelectorAll(".mention")].map((row) => row.offsetHeight)));
    assert(tall < 460, `a row is ${tall} pixels high`);
    const links = await page.evaluate(() => [...document.links].filter((link) => link.protocol === "javascript:").length);
    assert(links === 0, "a link runs a script");
    await page.context().close();
  });
}

// --- without a script
await check("everything can be read and paged without a script", async () => {
  const page = await open({ javaScriptEnabled: false });
  assert((await rows(page)) === 50, "not a full page");
  assert(await page.locator("#live").isHidden(), "a live sign that is none");
  await page.getByRole("link", { name: "Older mentions" }).click();
  assert(await page.getByRole("link", { name: "Back to the newest" }).isVisible(), "no way back");
  await page.getByRole("link", { name: "Why it is here" }).first().click();
  assert(await page.getByRole("heading", { name: "Why it matched" }).isVisible(), "no reasons");
  await page.context().close();
});

// --- for everybody
const first = (await send("/api/v1/posts?limit=1", undefined, {}, "GET"))[0];
const search = (await send("/api/v1/searches", undefined, {}, "GET"))[0];
const pages = ["/mentions", `/mentions?search=${search.id}`, `/posts/${encodeURIComponent(first.post.id)}`, "/searches/new", `/searches/${search.id}`, "/sources/new", `/sources/${source.id}`, "/nowhere"];
const people = await send("/api/v1/users", undefined, {}, "GET");
const departments = await send("/api/v1/departments", undefined, {}, "GET");
const settings = ["company", "users", "users/new", `users/${people[0].id}`, "departments", "departments/new", `departments/${departments[0].id}`, "rules", "rules/new", "keys", "you"];
pages.push("/directory", "/directory?q=nobody", ...settings.map((page) => `/settings/${page}`));
for (const look of looks) {
  await check(`no barrier that axe can find, ${look.colorScheme}, ${look.viewport.width} pixels, ${pages.length + 1} pages`, async () => {
    const found = [];
    for (const path of [...pages, "/log-in"]) {
      const page = await open(path === "/log-in" ? { ...look, storageState: undefined } : look, path);
      found.push(...(await barriers(page, path)));
      const wide = await sideways(page);
      if (wide > 0) found.push(`${path} scrolls sideways by ${wide}`);
      await page.context().close();
    }
    assert(found.length === 0, `\n  ${found.join("\n  ")}`);
  });
}

await sum();
