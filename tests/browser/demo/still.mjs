// Nothing jumps: while a page loads, and while new cases and mentions arrive.
import { assert, check, isLive, open, until } from "../harness.mjs";

// The same pixels are a larger share of a small page.
const MOST = (width) => (width > 1000 ? 0.01 : 0.02);

function observe() {
  window.shifts = [];
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      if (!entry.hadRecentInput) window.shifts.push([entry.value, (entry.sources ?? []).map(({ node }) => node?.nodeType === 1 ? node.outerHTML.slice(0, 80) : node?.textContent?.slice(0, 40)).slice(0, 3)]);
    }
  }).observe({ type: "layout-shift", buffered: true });
  // On top of the mentions new ones are shown at once.
  window.arrived = 0;
  new MutationObserver((changes) => {
    window.arrived += changes.flatMap(({ addedNodes }) => [...addedNodes]).filter((node) => document.readyState === "complete" && node.matches?.("li.mention")).length;
  }).observe(document, { childList: true, subtree: true });
}

async function settled(page) {
  await page.evaluate(() => document.fonts.ready);
  // The network is never idle where a stream is open.
  await page.waitForLoadState("load");
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => setTimeout(done, 1200))));
}

async function shifted(page, what) {
  const shifts = await page.evaluate(() => window.shifts);
  const total = shifts.reduce((all, [value]) => all + value, 0);
  assert(total < MOST(page.viewportSize().width), `${what} moved by ${total.toFixed(4)}: ${JSON.stringify(shifts.slice(0, 4))}`);
  return total;
}

export default async function run(company) {
  const cookie = await company.session("Mara");
  const pictured = await company.find(cookie, "pictures", (one) => one.post?.post.media.length > 0);
  const start = async (path, viewport) => {
    const page = await open("about:blank", { viewport });
    await page.context().addCookies([{ name: cookie.split("=")[0], value: cookie.slice(cookie.indexOf("=") + 1), url: company.url }]);
    await page.addInitScript(observe);
    await page.goto(company.url + path);
    return page;
  };

  const loaded = async (path, viewport) => {
    const page = await start(path, viewport);
    await settled(page);
    try {
      if (await page.evaluate(() => window.arrived > 0)) throw new Error("a post arrived each time while the page loaded");
      return await shifted(page, path);
    } finally { await page.context().close(); }
  };
  // A post may arrive while a page loads; what jumps by itself jumps each time.
  const least = async (look) => {
    for (let tries = 1; ; tries += 1) {
      try { return await look(); } catch (error) { if (tries === 5) throw error; }
    }
  };

  for (const [width, height] of [[1440, 900], [390, 844]]) {
    await check(`nothing jumps while a page loads, at ${width} pixels`, async () => {
      const totals = [];
      for (const path of ["/desk?queue=all", `/desk?queue=all&case=${pictured}`, `/cases/${pictured}`, "/cases/40", "/mentions", "/searches", "/settings/you"]) {
        totals.push(`${path} ${(await least(() => loaded(path, { width, height }))).toFixed(4)}`);
      }
      return totals.join(", ");
    });
  }

  await check("nothing jumps while new cases and mentions arrive", async () => {
    const [desk, mentions] = [await start("/desk?queue=all", { width: 1440, height: 900 }), await start("/mentions", { width: 1440, height: 900 })];
    await isLive(desk);
    await mentions.waitForSelector("#live[data-state=on]");
    // Who reads further down is not shown what comes on top.
    await mentions.evaluate(() => window.scrollTo(0, 900));
    for (const page of [desk, mentions]) { await settled(page); await page.evaluate(() => { window.shifts.length = 0; }); }
    const answer = await fetch(`${company.url}/demo/next`, { method: "POST", headers: { cookie, origin: company.url }, redirect: "manual" });
    assert(answer.status < 400, `the story answered ${answer.status}`);
    await until("the chapter has been told", async () => !(await (await fetch(`${company.url}/demo`)).text()).includes("It is happening now"), 240_000);
    await until("cases wait", () => desk.locator("#newer").isVisible(), 20_000);
    await until("mentions wait", () => mentions.locator("#newer").isVisible(), 20_000);
    const totals = [await shifted(desk, "the desk"), await shifted(mentions, "the mentions")];
    for (const page of [desk, mentions]) await page.context().close();
    return totals.map((total) => total.toFixed(4)).join(" and ");
  });
}
