// Twenty cases in a row with the keyboard alone; what became of each is read from the API.
import { assert, assertSound, check, isLive, until } from "../harness.mjs";
import { shownCase } from "./company.mjs";
import { Keys, toast } from "./keys.mjs";

const CASES = 20;
const happened = (view, kind) => view.events.some((event) => event.kind === kind && event.by.startsWith("user:"));

// What is done to a case, whether the next one comes by itself, and what is true of it afterwards.
const WAYS = [
  ["claim", async (keys) => { await keys.press("c"); await toast(keys.page, "Taken"); },
    false, ({ case: one }, mara) => one.owner.user === mara && one.state === "open"],
  ["transfer", async (keys) => {
    await keys.press("t");
    await keys.write("Sales");
    await keys.press("Tab", "Tab");
    await keys.write("They ask for a price");
    await keys.press("Control+Enter");
    await toast(keys.page, "Offered");
  }, true, ({ case: one }) => one.offer !== null && one.owner === "desk"],
  ["tag", async (keys) => { await keys.press("g", "End"); await keys.write(", seen by keys"); await keys.press("Enter"); await toast(keys.page, "Tagged"); },
    false, ({ case: one }) => one.tags.some((tag) => tag.includes("seen"))],
  ["snooze", async (keys) => { await keys.press("s", "Enter"); await toast(keys.page, "Put to sleep"); },
    true, ({ case: one }) => typeof one.state === "object" || one.state === "snoozed"],
  ["close", async (keys) => { await keys.press("e", "Space", "Control+Enter"); await toast(keys.page, "Closed"); },
    true, ({ case: one }) => one.state === "closed" || one.state.state === "closed"],
  ["note", async (keys) => { await keys.press("n"); await keys.write("Looked at, waits for the workshop"); await keys.press("Control+Enter"); await toast(keys.page, "Noted"); },
    false, (view) => happened(view, "noted")],
  ["priority", async (keys) => { await keys.press("p", "Control+a"); await keys.write("77"); await keys.press("Tab"); await keys.write("a child is near"); await keys.press("Enter"); await toast(keys.page, "Priority set"); },
    false, ({ case: one }) => one.priority.score === 77],
  ["claim and wait", async (keys) => { await keys.press("c"); await toast(keys.page, "Taken"); await keys.press("w"); await toast(keys.page, "Waits"); },
    true, ({ case: one }, mara) => one.owner.user === mara && one.state === "waiting"],
];

export default async function run(company) {
  await check(`${CASES} cases are gone through with the keyboard alone`, async () => {
    const page = await company.be("Mara", "/desk");
    await isLive(page);
    const queue = await page.locator(".queues a", { hasText: "Service, unclaimed" }).getAttribute("href");
    await page.goto(company.url + queue);
    await isLive(page);
    const keys = new Keys(page);
    const done = [];
    await keys.press("j", "Enter");
    for (let turn = 0; turn < CASES; turn += 1) {
      await until("the next case is shown", async () => (await page.locator("#case").count()) > 0 && !done.some(([id]) => id === null) && done.at(-1)?.[0] !== (await shownCase(page)));
      const id = await shownCase(page);
      const [name, act, goesOn, fits] = WAYS[turn % WAYS.length];
      try { await act(keys); } catch (error) { throw new Error(`${name}, case ${id}: ${error.message.split("\n")[0]}; ${await page.locator("#toasts").innerText()}`); }
      done.push([id, name, fits]);
      if (!goesOn) await keys.press("j");
    }
    assert(new Set(done.map(([id]) => id)).size === CASES, `some came twice: ${done.map(([id]) => id)}`);
    const wrong = [];
    for (const [id, name, fits] of done) {
      const view = await company.get(page.cookie, id);
      if (!fits(view, company.id("Mara"))) wrong.push(`${name} of case ${id}: ${JSON.stringify({ ...view.case, priority: view.case.priority.score })}`);
    }
    assert(wrong.length === 0, wrong.join("\n  "));
    assertSound(page);
    await page.context().close();
    return `${keys.pressed} keys and ${keys.written} letters, ${((keys.pressed) / CASES).toFixed(1)} keys a case`;
  });

  await check("a key that is pressed right after J acts on the case that one moved to", async () => {
    const page = await company.be("Mara", "/desk");
    await isLive(page);
    await page.goto(company.url + (await page.locator(".queues a", { hasText: "Service, unclaimed" }).getAttribute("href")));
    await isLive(page);
    await page.keyboard.press("j");
    await page.keyboard.press("Enter");
    await page.waitForSelector("#case");
    const [first, second] = await page.locator("#rows > li").evaluateAll((rows) => rows.slice(0, 2).map((row) => Number(row.dataset.id)));
    await page.keyboard.press("j");
    await page.keyboard.press("c");
    await toast(page, "Taken");
    const [before, after] = [await company.get(page.cookie, first), await company.get(page.cookie, second)];
    assert(before.case.owner === "desk", "the case that one had left was claimed");
    assert(after.case.owner.user === company.id("Mara"), "the case that one moved to was not claimed");
    await page.context().close();
  });
}
