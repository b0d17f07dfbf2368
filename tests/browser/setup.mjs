// The set-up from its one-time link to the first mention: five steps by the keyboard alone, on a feed of this machine and a
// real Bluesky, live, without a script, for everybody.
//
//   node setup.mjs LINK BROWSER SERVERS     SERVERS as SWITCHBOARD_TEST_BLUESKY announces them
//
// Hacker News and Mastodon must be set to addresses where nobody answers: what is said of them is looked at.
import { createServer } from "node:http";
import { bluesky } from "./bluesky.mjs";
import { assert, barriers as barriersOf, check, launch, looks, open as openPage, rest, sideways, sum } from "./harness.mjs";

const [link, executablePath, servers] = process.argv.slice(2);
const { origin: url, pathname: path } = new URL(link);
const { pds } = JSON.parse(servers);
await launch(executablePath);

// --- the company's site, and somebody on Bluesky who talks about it
const word = `zennel${Date.now().toString(36)}`;
const item = (number, text) => `<item><guid>${word}-${number}</guid><title>${text}</title><link>http://127.0.0.1/${number}</link><pubDate>${new Date().toUTCString()}</pubDate><description>${text}</description></item>`;
const feed = (title, items) => `<?xml version="1.0"?><rss version="2.0"><channel><title>${title}</title><link>http://127.0.0.1/</link><description>${title}</description>${items}</channel></rss>`;
const pages = {
  "/": ["text/html", "<html><head><title>Shop</title><link rel=\"alternate\" type=\"application/rss+xml\" title=\"The shop's news\" href=\"/news.xml\"></head><body>Kettles</body></html>"],
  "/news.xml": ["application/rss+xml", feed("The shop's news", item(1, "New kettles have come"))],
  "/forum.xml": ["application/rss+xml", feed("A forum", item(2, "Which kettle shall I buy?"))],
};
const site = createServer((request, answer) => {
  const [type, text] = pages[request.url] ?? ["text/plain", ""];
  answer.writeHead(text ? 200 : 404, { "content-type": type }).end(text);
});
await new Promise((done) => site.listen(0, "127.0.0.1", done));
const siteUrl = `http://127.0.0.1:${site.address().port}`;

const { join, write: writeAs } = bluesky(pds);
const somebody = await join(`ana${word.slice(-8)}`, word);
const write = (text) => writeAs(somebody, text);

// --- pages
let storageState; // who is logged in
const open = (options = {}, at = path) => openPage(url + at, { timezoneId: "Europe/Lisbon", storageState, ...options });

async function barriers(at, name) {
  const found = [];
  for (const look of looks) {
    const page = await open({ ...look, bypassCSP: true }, at);
    await page.evaluate(() => document.querySelectorAll(".setup main details").forEach((one) => { one.open = true; }));
    const said = `${name} ${look.colorScheme} ${look.viewport.width}`;
    found.push(...(await barriersOf(page, said)));
    const wide = await sideways(page);
    if (wide > 0) found.push(`${said} scrolls sideways by ${wide}`);
    await page.context().close();
  }
  return found;
}

// Walks with the Tab key until the element has the focus.
async function tabTo(page, selector) {
  for (let steps = 0; steps < 120; steps += 1) {
    if (await page.evaluate((wanted) => document.activeElement?.matches(wanted), selector)) return;
    await page.keyboard.press("Tab");
  }
  throw new Error(`the Tab key does not reach ${selector}`);
}
const submit = (page) => page.keyboard.press("Control+Enter");
const source = (page, name) => page.locator("#srcs li", { has: page.locator("b", { hasText: name }) });
const number = async (page, selector) => Number((await page.locator(selector).textContent()).replace(/\D/g, "") || -1);

// --- the link
await check("no barrier on the first step, and it does not scroll sideways", async () => {
  const found = await barriers(path, "company");
  assert(found.length === 0, `\n  ${found.join("\n  ")}`);
});

await check("what cannot be used is said beside its field, also without a script", async () => {
  const page = await open({ javaScriptEnabled: false, viewport: { width: 390, height: 844 } });
  await page.getByLabel("What is it called?").fill("A".repeat(300));
  await page.getByLabel("Your name").fill("Mara Lindqvist");
  await page.getByLabel("Your e-mail address").fill("mara@acme.example");
  await page.getByLabel("Password").fill("short");
  await page.getByRole("button", { name: "Begin" }).click();
  const wrong = page.locator("#password-wrong, #company-wrong");
  await wrong.first().waitFor();
  assert((await page.getByLabel("What is it called?").inputValue()).length === 300, "what was typed is gone");
  assert((await page.getByLabel("Password").inputValue()) === "", "a password came back");
  await page.getByLabel("Password").fill("correct horse battery");
  await page.getByRole("button", { name: "Begin" }).click();
  await page.locator("#company-wrong", { hasText: "200 characters" }).waitFor();
  await page.context().close();
});

// One page goes through all five steps, by the keyboard.
const page = await open();
const opened = Date.now();
let founded;

await check("the first step founds the company, by the keyboard", async () => {
  const type = async (selector, text) => { await tabTo(page, selector); await page.keyboard.type(text); };
  await type("#company", word);
  await type("#handles", "@kettlehelp\nkettles.bsky.social");
  await type("#website", siteUrl);
  await type("#name", "Mara Lindqvist");
  await type("#email", "mara@acme.example");
  await type("#password", "correct horse battery");
  assert((await page.locator("#time_zone").inputValue()) === "Europe/Lisbon", "the time zone of the browser is not there");
  assert(await page.locator("#listen").isChecked(), "it does not listen meanwhile");
  await submit(page);
  await page.waitForURL("**/setup/searches");
  founded = Date.now();
  storageState = await page.context().storageState();
});

await check("no barrier on the desk while the set-up is not finished, and it does not scroll sideways", async () => {
  const desk = await open({}, "/desk");
  assert((await desk.getByRole("complementary", { name: "Set up" }).count()) === 1, "it does not say that the set-up is not finished");
  await desk.context().close();
  const found = await barriers("/desk", "desk");
  assert(found.length === 0, `\n  ${found.join("\n  ")}`);
});

await check("searches are proposed in words", async () => {
  const said = await page.locator(".words").allTextContents();
  assert(said[0].includes(`Posts that say ${word}, or carry #${word}.`), said[0]);
  assert(said[1].includes("Posts that mention @kettlehelp or @kettles."), said[1]);
  assert(said[2].includes("Posts that link to 127.0.0.1."), said[2]);
});

await check("what cannot be reached is said with host, reason and remedy, and the rest answers", async () => {
  const hackernews = source(page, "Hacker News").locator(".how");
  await page.waitForFunction(() => [...document.querySelectorAll("#srcs li")].some((one) => one.textContent.includes("Hacker News") && one.dataset.state === "failing"), undefined, { timeout: 20_000 });
  const said = await hackernews.textContent();
  assert(/cannot be reached from this network \(127\.0\.0\.1.*refused\)/.test(said) && /Next try/.test(said), said);
  const remedy = await page.locator("#remedy").textContent();
  assert(/firewall/.test(remedy), remedy);
  await page.waitForFunction(() => [...document.querySelectorAll("#srcs li")].some((one) => one.textContent.includes("The shop's news") && one.dataset.state === "ok"), undefined, { timeout: 20_000 });
});

await check("the count rises while somebody writes, and nothing is reloaded", async () => {
  await page.evaluate(() => { window.stays = true; });
  // The stream begins with what comes next, so something has to come until it is heard.
  for (let attempt = 1; attempt <= 60; attempt += 1) {
    await write(`my ${word} kettle is broken, who repairs it? number ${attempt}`);
    await rest(1000);
    if ((await number(page, "#count-0 strong")) > 0) {
      assert(await page.evaluate(() => window.stays), "the page was loaded anew");
      const unit = await page.locator("#count-0").textContent();
      assert(/of \d+ heard/.test(unit), unit);
      return `after ${attempt} posts and ${((Date.now() - founded) / 1000).toFixed(1)} s`;
    }
  }
  throw new Error(`it stays at ${await page.locator("#count-0").textContent()}`);
});

await check("a query is changed in its place, and said in words", async () => {
  await tabTo(page, "details.change > summary");
  await page.keyboard.press("Enter");
  await tabTo(page, "#query-0");
  await page.keyboard.press("End");
  await page.keyboard.type(" -recall");
  // A minus belongs to the last part of the query alone.
  await page.waitForFunction(() => document.querySelector("#words-0").textContent.includes("without recall"));
  await page.locator("#query-0").fill("((");
  await submit(page);
  await page.locator("#query-0-wrong").waitFor();
  assert((await page.getByRole("alert").count()) === 1, "it is not said above as well");
  await page.locator("#query-0").fill(`${word} OR #${word}`);
});

await check("listening brings the first mention into the right column", async () => {
  await submit(page);
  await page.waitForURL("**/setup/sources");
  await page.waitForSelector("#first li mark", { timeout: 20_000 });
  const seen = Date.now();
  const headline = await page.locator("#live-title").textContent();
  assert(/First mention after \d+ (s|min)/.test(headline), headline);
  const said = await page.locator("#first li").first().textContent();
  assert(said.includes(word) && said.includes("Bluesky"), said);
  return `${((seen - opened) / 1000).toFixed(1)} s from the link, ${((seen - founded) / 1000).toFixed(1)} s from the company; it says “${headline.trim()}”`;
});

await check("the next mention takes the next place, and what stands there does not move", async () => {
  const top = () => page.locator("#first li").first().evaluate((one) => [one.dataset.seq, one.getBoundingClientRect().top]);
  const before = await top();
  const many = await page.locator("#first li").count();
  const where = await page.locator("#srcs-title").evaluate((one) => one.getBoundingClientRect().top);
  await write(`another word about ${word}`);
  await page.waitForFunction((many) => document.querySelectorAll("#first li").length > many || /more/.test(document.querySelector("#first-more").textContent), many);
  assert(JSON.stringify(await top()) === JSON.stringify(before), "the first one moved");
  assert((await page.locator("#srcs-title").evaluate((one) => one.getBoundingClientRect().top)) === where, "the sources moved");
});

await check("sources: a link by hand, one that leads nowhere, one that is private", async () => {
  const find = async (text) => {
    await page.locator("#link").fill(text);
    await tabTo(page, "button[formaction='/setup/sources/find']");
    await Promise.all([page.waitForEvent("load"), page.keyboard.press("Enter")]);
  };
  await page.locator("#link").focus();
  await find("http://127.0.0.1:1/");
  const nowhere = await page.locator("#link-wrong").textContent();
  assert(/127\.0\.0\.1.* cannot be reached/.test(nowhere) && /firewall/.test(nowhere), nowhere);
  await page.locator("#link").focus();
  await find("http://10.0.0.7/feed");
  const secret = await page.locator("#link-wrong").textContent();
  assert(/not a public address/.test(secret) && /allow/.test(secret), secret);
  await page.locator("#link").focus();
  await find(`${siteUrl}/forum.xml`);
  const found = page.getByLabel("A forum");
  assert((await found.count()) === 1, `nothing was found: ${await page.locator(".by-hand").innerText()}`);
  assert(await found.isChecked(), "what was found is not ticked");
  // What nobody can reach is turned off.
  await page.getByLabel("Hacker News").focus();
  await page.keyboard.press("Space");
  await submit(page);
  await page.waitForURL("**/setup/departments");
  await page.waitForFunction(() => [...document.querySelectorAll("#srcs li")].some((one) => one.textContent.includes("A forum")));
  const off = await source(page, "Hacker News").locator(".how").textContent();
  assert(/is off/.test(off), off);
  await page.goBack();
  await page.goForward();
  assert(page.url().endsWith("/setup/departments"), `back and forward lead to ${page.url()}`);
});

await check("departments are renamed and trimmed", async () => {
  const many = await page.locator("input[name=department]").count();
  const box = page.locator("input[name=department]:not([disabled])").last();
  const gone = (await box.getAttribute("aria-label")).replace(" is kept", "");
  await box.focus();
  await page.keyboard.press("Space");
  const field = page.locator("input[name^=name_]").first();
  await field.fill("Kettle service");
  await submit(page);
  await page.waitForURL("**/setup/colleagues");
  assert((await page.locator(".steps li").nth(3).textContent()).includes(`${many - 1} departments`), "the step does not say how many");
  const departments = await (await page.request.get(`${url}/api/v1/departments`)).json();
  assert(departments.data.some((one) => one.name === "Kettle service"), "it is not renamed");
  assert(departments.data.some((one) => one.name === gone && !one.is_active), `${gone} is still open`);
});

await check("colleagues get links, and the desk says nothing more of the set-up", async () => {
  await tabTo(page, "#name-0");
  await page.keyboard.type("Ines Okafor");
  await tabTo(page, "#email-0");
  await page.keyboard.type("ines@acme.example");
  await tabTo(page, "#email-1");
  await page.keyboard.type("not-an-address");
  await page.locator("form[action='/setup/colleagues']").evaluate((form) => { form.noValidate = true; });
  await submit(page);
  await page.locator(".token", { hasText: "/links/" }).waitFor();
  await page.locator("#wrong-0").waitFor();
  // What is typed beside the links is not thrown away.
  await page.locator("#name-0").fill("Ana Reis");
  await page.locator("#email-0").fill("ana@acme.example");
  await submit(page);
  await page.locator(".handed bdi", { hasText: "Ana Reis" }).waitFor();
  await tabTo(page, "button[value=colleagues]");
  await page.keyboard.press("Enter");
  await page.waitForURL("**/desk**");
  assert((await page.locator(".unfinished").count()) === 0, "it says that the set-up is not finished");
  assert(page.problems.every((problem) => /status of 422/.test(problem)), page.problems.join("; "));
});

await check("the link leads nobody anywhere any more", async () => {
  const stranger = await open({ storageState: undefined });
  assert(stranger.url().includes("/log-in"), stranger.url());
  await stranger.context().close();
  const answer = await fetch(link, { method: "POST", headers: { origin: url }, body: new URLSearchParams({ company: "Other", name: "Eve", email: "eve@acme.example", password: "correct horse battery" }) });
  assert(answer.status === 409 && /set up already/.test(await answer.text()), `it answered ${answer.status}`);
});

await check("steps are repeated, also without a script: a search that is not wanted is off and not gone", async () => {
  const still = await open({ javaScriptEnabled: false }, "/setup/searches");
  await still.getByRole("button", { name: "Another search" }).click();
  await still.locator("textarea").last().fill("kettle recall");
  await still.locator(".prop").last().getByRole("button", { name: "Try it" }).click();
  assert((await still.locator(".words").last().textContent()).includes("say kettle and recall"), "it is not said in words");
  await still.locator("input[name=search]").nth(1).uncheck();
  await still.locator(".acts .chief").click();
  await still.waitForURL("**/setup/sources");
  const searches = (await (await still.request.get(`${url}/api/v1/searches`)).json()).data;
  assert(searches.length === 4 && searches.filter((one) => one.is_enabled).length === 3, JSON.stringify(searches.map((one) => [one.name, one.is_enabled])));
  assert((await still.locator("#first li").count()) > 0, "a reload does not show the mentions");
  await still.context().close();
});

await check("no barrier on the other steps, and none scrolls sideways", async () => {
  const found = [];
  for (const step of ["company", "searches", "sources", "departments", "colleagues"]) found.push(...(await barriers(`/setup/${step}`, step)));
  assert(found.length === 0, `\n  ${found.join("\n  ")}`);
});

site.close();
await sum();
