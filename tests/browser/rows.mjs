// Ten thousand cases in a real browser: the list scrolls to its end by wheel and by key, and few rows are held at once.
//
//   node rows.mjs SETUP BROWSER     SETUP is the set-up link of an empty installation
import { assert, assertSound, check, isLive, launch, open as openPage, sum, until } from "./harness.mjs";
import { fill } from "./filled.mjs";

const [setup, executablePath] = process.argv.slice(2);
const { origin: url } = new URL(setup);
const CASES = 10_000;
const MOST_ROWS = 450;
await launch(executablePath);

const { cookie, post, say } = await fill(setup, CASES);

async function open(path = "/desk") {
  const page = await openPage(url + path, { cookie });
  await isLive(page);
  await page.evaluate(() => {
    window.longTasks = [];
    window.mostRows = 0;
    new PerformanceObserver((list) => window.longTasks.push(...list.getEntries().map((task) => Math.round(task.duration)))).observe({ type: "longtask" });
    new MutationObserver(() => { window.mostRows = Math.max(window.mostRows, document.querySelectorAll(".rows > li").length); })
      .observe(document.getElementById("list-pane"), { childList: true, subtree: true });
  });
  return page;
}

// The last one of all: the one that was opened first, since all are equally urgent.
const isAtTheEnd = (page) => page.evaluate(() => !document.querySelector(".older") && !!document.querySelector('.rows > li[data-id="1"]'));
const seen = (page) => page.evaluate(() => ({ tasks: window.longTasks, rows: window.mostRows, height: document.getElementById("scroll").scrollHeight }));

async function told(page, least = CASES * 40) {
  const { tasks, rows, height } = await seen(page);
  assert(rows <= MOST_ROWS, `${rows} rows were in the document`);
  assert(height > least, `the list is ${height} pixels high`);
  assertSound(page);
  const long = tasks.filter((task) => task >= 100);
  return `at most ${rows} rows; ${tasks.length} tasks above 50 ms, the longest ${Math.max(0, ...tasks)} ms, ${long.length} of 100 ms and more`;
}

const standsOn = (page) => page.evaluate(() => Number(document.activeElement.closest("li")?.dataset.id));

// Where rows are on their way, a key waits for them, and is pressed again.
async function walk(page, key, target) {
  for (let step = 0; step < 5000 && (await standsOn(page)) !== target; step += 1) await page.keyboard.press(key);
  assert((await standsOn(page)) === target, `it stands on case ${await standsOn(page)}`);
}

await check("the wheel reaches the last of ten thousand cases", async () => {
  const page = await open();
  assert((await page.locator(".rows > li").count()) === 50, "the page begins with one page of rows");
  await page.mouse.move(500, 500);
  await until("the end of the list", async () => {
    for (let turn = 0; turn < 10; turn += 1) await page.mouse.wheel(0, 1200);
    return isAtTheEnd(page);
  }, 120_000);
  // Back up, what was emptied is filled again at the same place.
  const before = (await seen(page)).height;
  await page.evaluate(() => { document.getElementById("scroll").scrollTop = 240_000; });
  await page.waitForFunction(() => {
    const { top, height } = document.getElementById("scroll").getBoundingClientRect();
    return document.elementFromPoint(500, top + height / 2)?.closest("a.row");
  });
  const moved = Math.abs((await seen(page)).height - before);
  assert(moved < 200, `the list changed its height by ${moved} pixels`);
  const note = await told(page);
  await page.context().close();
  return note;
});

await check("what is marked stays marked when its row leaves the page and comes back", async () => {
  const page = await open();
  await page.mouse.move(500, 500);
  for (let turn = 0; turn < 20; turn += 1) await page.mouse.wheel(0, 1200);
  await until("several chunks", async () => (await page.locator("ol.rows").count()) > 4, 30_000);
  const [place, id] = await page.evaluate(() => {
    const lists = [...document.querySelectorAll("ol.rows")];
    const place = lists.findIndex((list) => list.id !== "rows" && list.childElementCount > 0);
    return [place, lists[place].firstElementChild.dataset.id];
  });
  await page.locator(`.rows > li[data-id="${id}"] .mark`).check({ force: true });
  // Whoever stands on a row with the keyboard keeps it.
  await page.evaluate(() => document.activeElement.blur());
  for (let turn = 0; turn < 60; turn += 1) await page.mouse.wheel(0, 1200);
  await until("its row has left", async () => (await page.locator(`.rows > li[data-id="${id}"]`).count()) === 0, 30_000);
  const sent = () => page.evaluate(() => new FormData(document.getElementById("bulk")).getAll("case").map((one) => one.split(".")[0]));
  assert((await sent()).join() === id, `the form sends ${await sent()}`);
  await page.evaluate((at) => { document.querySelectorAll("ol.rows")[at].scrollIntoView(); }, place);
  await page.locator(`.rows > li[data-id="${id}"] .mark:checked`).waitFor({ state: "attached" });
  assert((await sent()).join() === id, `the form sends ${await sent()} once its row is back`);
  await page.context().close();
});

await check("End reaches the last of ten thousand cases, and K goes up again over the ends of chunks", async () => {
  const page = await open();
  await page.keyboard.press("j");
  await page.keyboard.press("End");
  await until("the end of the list", () => isAtTheEnd(page), 120_000);
  await page.locator('.rows > li[data-id="1"] a').focus();
  await walk(page, "k", 261);
  const note = await told(page);
  await page.context().close();
  return note;
});

await check("whoever closes a case beyond the first page comes to the next one", async () => {
  const page = await open();
  await walk(page, "j", CASES - 69);
  await page.keyboard.press("Enter");
  await page.waitForSelector(`#case[data-id="${CASES - 69}"]`);
  for (const key of ["e", "Space", "Control+Enter"]) await page.keyboard.press(key);
  await page.waitForSelector(`#case[data-id="${CASES - 70}"]`);
  await page.locator("#toasts .toast", { hasText: "Closed" }).waitFor();
  await page.keyboard.press("z");
  await page.waitForSelector(`#case[data-id="${CASES - 69}"]`);
  const note = await told(page, 0);
  await page.context().close();
  return note;
});

await check("J goes down over the ends of chunks, and new cases wait until they are asked for", async () => {
  const page = await open();
  await walk(page, "j", CASES - 319);
  const top = await page.evaluate(() => document.getElementById("scroll").scrollTop);
  await say([post(CASES + 1)]);
  await page.waitForFunction(() => document.getElementById("newer").textContent.startsWith("1 new case"));
  assert((await standsOn(page)) === CASES - 319, "the focus moved");
  assert(Math.abs((await page.evaluate(() => document.getElementById("scroll").scrollTop)) - top) < 60, "the list moved by itself");
  assert((await page.locator("li[data-gone]").count()) === 0, "what went to the next page is called gone");
  await page.locator("#newer").click();
  await page.waitForFunction((id) => document.querySelector("#rows > li").dataset.id === String(id), CASES + 1);
  assert((await page.evaluate(() => document.getElementById("scroll").scrollTop)) === 0, "the new one is not in sight");
  await page.locator("#rows .row").first().click();
  await page.waitForSelector("#case");
  const note = await told(page, 0);
  await page.context().close();
  return note;
});

await sum();
