// The exchange on a real Bluesky: what an author writes stands on the desk at once, and what a colleague answers in a real
// browser stands in the author's thread, once.
//
//   node exchange.mjs URL BROWSER SERVERS EMAIL PASSWORD     SERVERS as SWITCHBOARD_TEST_BLUESKY announces them
//
// EXCHANGE_MENTIONS says how many mentions are timed (30 by default).
import { bluesky } from "./bluesky.mjs";
import { assert, check, launch, rest as pause, sum } from "./harness.mjs";

const [url, executablePath, servers, email, password] = process.argv.slice(2);
const { pds, jetstream } = JSON.parse(servers);
const MENTIONS = Number(process.env.EXCHANGE_MENTIONS ?? 30);
const word = `kettle${Date.now().toString(36)}`;
const browser = await launch(executablePath);

// --- two accounts on the network: somebody, and the company
const { xrpc, join, write: writeAs } = bluesky(pds);
const tail = word.slice(-8);
const somebody = await join(`ana${tail}`, word);
const company = await join(`acme${tail}`, word);
const write = (text) => writeAs(somebody, text);
const answers = async () => {
  const { records } = await xrpc("com.atproto.repo.listRecords", { query: { repo: company.did, collection: "app.bsky.feed.post", limit: "100" } });
  return records.map((record) => record.value);
};

// --- a colleague at the desk
const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
const page = await context.newPage();
await page.goto(`${url}/log-in`);
await page.getByLabel("E-mail").fill(email);
await page.locator("input[type=password]").fill(password);
await page.keyboard.press("Enter");
await page.waitForURL(/\/desk/);
const send = (path, body) => page.evaluate(async ([path, body]) => {
  const answer = await fetch(path, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(`${path} answered ${answer.status}: ${await answer.text()}`);
  return (await answer.json()).data;
}, [path, body]);
await send("/api/v1/searches", { name: word, query: word });
await send("/api/v1/sources", { name: word, kind: "bluesky", settings: { what: "jetstream", jetstream } });
await send("/api/v1/accounts", { network: "bluesky", settings: { service: pds, handle: `acme${tail}.test`, app_password: word } });

// Looks at the desk whenever the stream says that something happened, as the page does, and notes when a mention was there.
await page.goto(`${url}/desk?queue=all`);
await page.evaluate((word) => {
  window.seen = {};
  window.look = async () => {
    const text = await (await fetch("/desk?queue=all")).text();
    for (const [, number] of text.matchAll(new RegExp(`number (\\d+)`, "g"))) window.seen[number] ??= Date.now();
  };
  const events = new EventSource("/api/v1/events");
  for (const kind of ["case", "posts"]) events.addEventListener(kind, window.look);
}, word);

// The stream begins with what comes next, so something has to come until it is heard.
let first;
await check("a mention arrives on the desk", async () => {
  for (let attempt = 0; attempt < 60; attempt += 1) {
    first = await write(`Why does my ${word} never work? Please help me, number ${1_000 + attempt}`);
    await pause(500);
    if (Object.keys(await page.evaluate(() => window.seen)).length) return `${attempt + 1} written until the stream was open`;
  }
  throw new Error("nothing arrives");
});

await check(`${MENTIONS} mentions are on the desk soon after the network took them`, async () => {
  const written = {};
  for (let number = 1; number <= MENTIONS; number += 1) {
    await write(`How do I repair my ${word}? It is broken, number ${number}`);
    written[number] = Date.now();
    await pause(50);
  }
  for (let wait = 0; wait < 100; wait += 1) {
    // The page shows fifty; what was pushed off it by later ones is asked for by its own number.
    const seen = await page.evaluate(() => window.seen);
    if (Object.keys(written).every((number) => seen[number])) {
      const took = Object.entries(written).map(([number, at]) => seen[number] - at).sort((one, other) => one - other);
      const at = (share) => Math.max(0, took[Math.min(took.length - 1, Math.ceil(took.length * share) - 1)]);
      return `from the network's answer to the desk: median ${at(0.5)} ms, p99 ${at(0.99)} ms`;
    }
    await pause(100);
  }
  const seen = await page.evaluate(() => window.seen);
  throw new Error(`${Object.keys(written).filter((number) => !seen[number]).length} of ${MENTIONS} never arrive`);
});

await check("a reply that is written in the browser is in the author's thread, once", async () => {
  const target = await write(`Who repairs a ${word} in Lisbon? Mine is broken, number 5000`);
  await page.waitForFunction(() => window.seen["5000"], undefined, { timeout: 15_000 });
  const list = await (await page.request.get(`${url}/api/v1/cases?limit=100`)).json();
  const cases = await Promise.all(list.data.map(async ({ id, case: one }) => (await (await page.request.get(`${url}/api/v1/cases/${id ?? one.id}`)).json()).data));
  const wanted = cases.find((view) => JSON.stringify(view).includes("number 5000"));
  assert(wanted, "there is no case of it");
  await page.goto(`${url}/cases/${wanted.case.id}`);
  await page.keyboard.press("c");
  await page.waitForFunction(() => !document.querySelector("[data-act=claim]") || true);
  await page.waitForTimeout(500);
  await page.getByLabel("Your reply").fill(`Our workshop does. See https://acme.example/repair, ${word}`);
  await page.getByRole("button", { name: /^Send/ }).click();
  for (let wait = 0; wait < 300; wait += 1) {
    const ours = (await answers()).filter((answer) => answer.reply?.parent.uri === target.uri);
    if (ours.length) {
      assert(ours[0].text === `Our workshop does. See https://acme.example/repair, ${word}`, `it says: ${ours[0].text}`);
      assert(ours[0].facets?.some((facet) => facet.features.some((feature) => feature.uri === "https://acme.example/repair")), "the link is no link");
      await pause(3_000);
      const again = (await answers()).filter((answer) => answer.reply?.parent.uri === target.uri);
      assert(again.length === 1, `it is there ${again.length} times`);
      await page.reload();
      await page.getByText("Our workshop does.").first().waitFor({ timeout: 5_000 });
      return;
    }
    await pause(100);
  }
  throw new Error(`no reply on the network; the page says: ${(await page.locator("main").innerText()).slice(0, 800)}`);
});

await sum();
