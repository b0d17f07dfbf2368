// What the browser tests share: checks and their sum, a page of somebody, a line that can be cut, what axe says.
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import net from "node:net";
import { chromium } from "playwright-core";

const axeSource = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
let browser;
let passed = 0;
let failed = 0;

export async function launch(executablePath) {
  browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu"] });
  return browser;
}

export async function check(name, work) {
  try {
    const note = await work();
    passed += 1;
    console.log(`ok: ${name}${note ? ` (${note})` : ""}`);
  } catch (error) {
    failed += 1;
    console.log(`FAILED: ${name}: ${error.message}`);
  }
}

export function assert(condition, message) {
  if (!condition) throw new Error(message);
}

// Ends the program with the sum, and with what it was about.
export async function sum() {
  await browser.close();
  console.log(`${passed} passed, ${failed} failed`);
  process.exit(failed === 0 ? 0 : 1);
}

// --- waiting
export const rest = (ms) => new Promise((done) => setTimeout(done, ms));

export async function until(what, condition, withinMs = 30_000) {
  for (const end = Date.now() + withinMs; Date.now() < end; await rest(50)) {
    if (await condition()) return;
  }
  throw new Error(`waited in vain: ${what}`);
}

export const shows = (page, selector, text) => page.locator(selector, { hasText: text }).first().waitFor();

// --- pages
// The cookie that an answer logs somebody in with.
export const session = (answer) => answer.headers.getSetCookie().map((one) => one.split(";")[0]).find((one) => one.startsWith("switchboard_session="));

// A page in a browser of its own; `cookie` says whose it is. What goes wrong on it stands in `page.problems`.
export async function open(address, { cookie, ...options } = {}) {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, reducedMotion: "reduce", ...options });
  if (cookie) {
    const [name, value] = cookie.split("=");
    await context.addCookies([{ name, value, url: new URL(address).origin }]);
  }
  const page = await context.newPage();
  watch(page);
  await page.goto(address);
  return page;
}

export function watch(page) {
  page.problems = [];
  page.on("pageerror", (error) => page.problems.push(error.message));
  page.on("console", (message) => message.type() === "error" && page.problems.push(message.text()));
}

export function assertSound(...pages) {
  for (const page of pages) assert(page.problems.length === 0, page.problems.join("; "));
}

export const isLive = (page) => page.waitForSelector("#desk-live[data-state=on]", { state: "attached" });
export const isLost = (page) => page.waitForSelector("#desk-live[data-state=lost]");
export const sideways = (page) => page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

// Texts that stand in a place so narrow that hardly a word has room.
export const squeezed = (page) => page.evaluate(() => {
  const isSeen = (one) => one.checkVisibility({ visibilityProperty: true }) && !one.closest(".aloud, .skip") && !one.closest("thead");
  const lines = (text) => {
    const range = document.createRange();
    range.selectNodeContents(text);
    return new Set([...range.getClientRects()].map((box) => Math.round(box.top))).size;
  };
  const words = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const found = [];
  while (words.nextNode()) {
    const said = words.currentNode.textContent.trim().replace(/\s+/g, " ");
    if (said.length >= 12 && isSeen(words.currentNode.parentElement) && said.length / lines(words.currentNode) < 4) found.push(said.slice(0, 40));
  }
  return found;
});

// Light and dark, wide and narrow.
export const looks = ["light", "dark"].flatMap((colorScheme) => [[1440, 900], [390, 844]].map(([width, height]) => ({ colorScheme, viewport: { width, height } })));

const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

// What axe finds on a page as it stands.
export async function barriers(page, name = "") {
  if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(axeSource);
  const { violations } = await page.evaluate((runOnly) => window.axe.run(document, { resultTypes: ["violations"], runOnly }), TAGS);
  return violations.map((one) => `${name} ${one.id}: ${one.nodes.slice(0, 2).map((node) => node.html.slice(0, 160)).join(" | ")}`);
}

// --- a line to the program that can be cut
export async function line(url) {
  const sockets = new Set();
  const target = new URL(url);
  const server = net.createServer((near) => {
    const far = net.connect(Number(target.port), target.hostname);
    for (const [one, other] of [[near, far], [far, near]]) {
      sockets.add(one);
      one.on("close", () => { sockets.delete(one); other.destroy(); });
      one.on("error", () => other.destroy());
      one.pipe(other);
    }
  });
  const listen = (port) => new Promise((done) => server.listen(port, "127.0.0.1", done));
  await listen(0);
  const { port } = server.address();
  return {
    base: `http://127.0.0.1:${port}`,
    cut() { server.close(); for (const socket of sockets) socket.destroy(); },
    mend: () => listen(port),
  };
}

// Mends the line and has the page try at once. The page tries by itself as well, and takes the button away when it gets
// through; so it is proved before that the button can be reached, and then it is pressed without another look.
export async function mendAndTry(page, cable) {
  const button = page.getByRole("button", { name: "Try now" });
  await button.click({ trial: true });
  await button.focus();
  await cable.mend();
  await page.evaluate(() => document.querySelector("#desk-live button")?.click());
  await isLive(page);
}
