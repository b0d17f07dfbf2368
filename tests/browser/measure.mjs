// Measures the pages; tests/measure.sh says what and how.
//
//   node measure.mjs DEMO BROWSER SETUP     DEMO is the URL of a fresh demonstration, SETUP the link of an empty installation
import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { Company } from "./demo/company.mjs";
import { fill } from "./filled.mjs";
import { isLive, launch, open, rest } from "./harness.mjs";

const CASES = 10_000;
const TIMES = Number(process.env.SWITCHBOARD_MEASURE_TIMES ?? 40);
const SLOW = { offline: false, latency: 300, downloadThroughput: 1_000_000 / 8, uploadThroughput: 1_000_000 / 8 };

const [demo, executablePath, setup] = process.argv.slice(2);
const browser = await launch(executablePath);
const company = new Company(new URL(demo).origin);
await company.begin();
const mara = await company.session("Mara");

function table(title, names, rows) {
  console.log(`\n### ${title}\n\n| ${names.join(" | ")} |\n| ${names.map(() => "---").join(" | ")} |`);
  for (const row of rows) console.log(`| ${row.join(" | ")} |`);
}

const at = (sorted, share) => sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)];
const ordered = (values) => [...values].sort((one, other) => one - other);
const kB = (bytes) => `${(bytes / 1000).toFixed(1)} kB`;
const inContext = async (cookie, url, options = {}) => {
  const page = await open("about:blank", { ...options, reducedMotion: "no-preference" });
  if (cookie) await page.context().addCookies([{ name: cookie.split("=")[0], value: cookie.slice(cookie.indexOf("=") + 1), url }]);
  return page;
};

const pages = [["desk", `${company.url}/desk?queue=all`, mara], ["desk with a case", `${company.url}/desk?queue=all&case=40`, mara], ["case", `${company.url}/cases/40`, mara], ["mentions", `${company.url}/mentions`, mara], ["set-up", setup, null]];

// --- Lighthouse
async function lighthouse(folder) {
  const { default: run, desktopConfig } = await import(`${folder}/node_modules/lighthouse/core/index.js`);
  const profile = await mkdtemp(`${tmpdir()}/lighthouse-`);
  const chrome = spawn(executablePath, ["--headless=new", "--no-sandbox", "--disable-gpu", "--remote-debugging-port=0", `--user-data-dir=${profile}`, "about:blank"], { stdio: ["ignore", "ignore", "pipe"] });
  const port = await new Promise((done) => chrome.stderr.on("data", (text) => { const found = /127\.0\.0\.1:(\d+)\//.exec(text); if (found) done(Number(found[1])); }));
  const rows = [];
  for (const [name, url, cookie] of pages.filter(([name]) => ["desk", "case", "set-up"].includes(name))) {
    for (const [form, config] of [["desktop", desktopConfig], ["mobile", undefined]]) {
      const found = await run(url, { port, logLevel: "error", output: "json", onlyCategories: ["performance", "accessibility", "best-practices"], ...(cookie && { extraHeaders: { Cookie: cookie } }) }, config);
      const { categories, audits } = found.lhr;
      const score = (key) => Math.round((categories[key].score ?? 0) * 100);
      const missed = Object.values(categories).filter((one) => one.id !== "performance").flatMap((one) => one.auditRefs).map(({ id }) => audits[id]).filter((one) => one.score !== null && one.score < 1).map((one) => one.id);
      rows.push([name, form, score("performance"), score("accessibility"), score("best-practices"), audits["first-contentful-paint"].displayValue, audits["largest-contentful-paint"].displayValue, audits["total-blocking-time"].displayValue, audits["cumulative-layout-shift"].displayValue, missed.join(", ") || "–"]);
    }
  }
  chrome.kill();
  await new Promise((done) => chrome.on("exit", done));
  await rm(profile, { recursive: true, force: true });
  table("Lighthouse", ["page", "as", "performance", "accessibility", "best practices", "first paint", "largest paint", "blocked", "shift", "not met"], rows);
}

// --- what is transferred by a first view, compressed, with the heads of the answers
async function transferred() {
  const rows = [];
  for (const [name, url, cookie] of pages) {
    const page = await inContext(cookie, new URL(url).origin);
    const session = await page.context().newCDPSession(page);
    await session.send("Network.enable");
    const kinds = new Map();
    const bytes = { Document: 0, Stylesheet: 0, Script: 0, Font: 0, Image: 0, Other: 0 };
    session.on("Network.responseReceived", ({ requestId, type, response }) => kinds.set(requestId, /svg/.test(response.mimeType) ? "Other" : type));
    session.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => { const kind = kinds.get(requestId); bytes[kind in bytes ? kind : "Other"] += encodedDataLength; });
    await page.goto(url);
    await rest(2500);
    const sum = bytes.Document + bytes.Stylesheet + bytes.Script + bytes.Other;
    rows.push([name, ...["Document", "Stylesheet", "Script", "Other"].map((kind) => kB(bytes[kind])), `**${kB(sum)}**`, kB(bytes.Font), kB(bytes.Image)]);
    await page.context().close();
  }
  table("Transferred by a first view", ["page", "page itself", "styles", "scripts", "icons, events", "sum", "fonts, beside it", "pictures, beside it"], rows);
}

// --- over a slow line
async function slow() {
  const rows = [];
  for (const [name, url, cookie] of pages) {
    for (const visit of ["first", "again"]) {
      const paints = [];
      const reads = [];
      for (let turn = 0; turn < 3; turn += 1) {
        const page = await inContext(cookie, new URL(url).origin);
        if (visit === "again") { await page.goto(url); await rest(1000); await page.goto("about:blank"); }
        const session = await page.context().newCDPSession(page);
        await session.send("Network.enable");
        await session.send("Network.emulateNetworkConditions", SLOW);
        await page.addInitScript(() => {
          const look = () => {
            const said = document.querySelector("#talk .said, .mention .said, #rows .row, main form");
            if (said?.getBoundingClientRect().height > 0) requestAnimationFrame(() => setTimeout(() => { window.readable = performance.now(); }));
            else requestAnimationFrame(look);
          };
          requestAnimationFrame(look);
        });
        await page.goto(url, { waitUntil: "commit" });
        await page.waitForFunction(() => window.readable && performance.getEntriesByName("first-contentful-paint").length > 0, null, { timeout: 60_000 });
        const [paint, read] = await page.evaluate(() => [performance.getEntriesByName("first-contentful-paint")[0].startTime, window.readable]);
        paints.push(paint);
        reads.push(Math.max(paint, read));
        await page.context().close();
      }
      rows.push([name, visit, `${Math.round(at(ordered(paints), 0.5))} ms`, `${Math.round(at(ordered(reads), 0.5))} ms`]);
    }
  }
  table("Over 300 ms and 1 Mbit/s, median of 3", ["page", "visit", "first contentful paint", "readable"], rows);
}

// --- from a key to the next paint
async function interactions() {
  const { url, cookie } = await fill(setup, CASES);
  const page = await inContext(cookie, url, { viewport: { width: 1440, height: 900 } });
  await page.addInitScript(() => {
    window.interactions = new Map();
    new PerformanceObserver((list) => {
      for (const { interactionId, duration } of list.getEntries()) {
        if (interactionId) window.interactions.set(interactionId, Math.max(duration, window.interactions.get(interactionId) ?? 0));
      }
    }).observe({ type: "event", durationThreshold: 16, buffered: true });
  });
  const rows = [];
  const measure = async (name, times, act, settle = 60) => {
    await page.evaluate(() => window.interactions.clear());
    for (let turn = 0; turn < times; turn += 1) { await act(turn); await rest(settle); }
    await rest(400);
    // One that is painted within 16 ms is not told of.
    const told = await page.evaluate(() => [...window.interactions.values()]);
    const all = ordered([...told, ...Array(Math.max(0, times - told.length)).fill(16)]);
    rows.push([name, all.length, `${at(all, 0.5)} ms`, `${at(all, 0.98)} ms`, `${all.at(-1)} ms`]);
  };
  await page.goto(`${url}/desk?queue=all`);
  await isLive(page);
  await measure("J, no case open", TIMES, () => page.keyboard.press("j"));
  await measure("K, no case open", TIMES, () => page.keyboard.press("k"));
  await measure("a click opens a case", Math.min(TIMES, 12), (turn) => page.locator("#rows .row").nth(turn).click(), 400);
  await measure("J, a case open beside it", TIMES, () => page.keyboard.press("j"), 300);
  await measure("K, a case open beside it", TIMES, () => page.keyboard.press("k"), 300);
  await measure("C claims, with the next one", TIMES, async (turn) => { await page.keyboard.press(turn % 2 ? "j" : "c"); }, 500);
  await measure("Ctrl K opens the palette, and Escape closes it", TIMES, (turn) => page.keyboard.press(turn % 2 ? "Escape" : "Control+k"), 150);
  await page.keyboard.press("Control+k");
  await measure("a letter in the palette", TIMES, (turn) => (turn % 6 === 5 ? page.keyboard.press("Control+Backspace") : page.keyboard.press("kettl"[turn % 6])), 150);
  await page.keyboard.press("Escape");
  await measure("a click opens the filter, or closes it", TIMES, () => page.locator("details.filter > summary").click(), 150);
  await page.locator("details.filter").evaluate((one) => { one.open = true; });
  await page.locator("details.filter input[name=tag]").focus();
  await measure("a letter in the filter", TIMES, () => page.keyboard.press("a"));
  await page.context().close();
  table(`From a key or click to the next paint, ${CASES} cases`, ["interaction", "times", "p50", "p98", "most"], rows);
}

if (process.env.SWITCHBOARD_LIGHTHOUSE) await lighthouse(process.env.SWITCHBOARD_LIGHTHOUSE);
await transferred();
await slow();
await interactions();
await browser.close();
