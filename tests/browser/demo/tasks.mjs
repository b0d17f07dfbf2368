// What is done all day, with the keyboard alone, and how many keys each takes.
import { assert, assertSound, check, isLive, until } from "../harness.mjs";
import { shownCase } from "./company.mjs";
import { Keys, toast } from "./keys.mjs";

export default async function run(company) {
  const page = await company.be("Mara", "/desk?queue=all");
  await isLive(page);
  const table = [];
  let offered = 0;
  const task = (name, most, work) => check(`with keys alone: ${name}`, async () => {
    const keys = new Keys(page);
    const outcome = await work(keys);
    table.push([name, keys.pressed, keys.written]);
    assert(keys.pressed <= most, `it takes ${keys.pressed} keys, and not ${most} at most`);
    return [`${keys.pressed} keys`, keys.written > 0 ? `${keys.written} letters` : "", outcome ?? ""].filter(Boolean).join(", ");
  });
  const view = async () => company.get(page.cookie, await shownCase(page));

  await task("open the most urgent case", 2, async (keys) => {
    await keys.press("j", "Enter");
    await page.waitForSelector("#case");
    const [first] = await company.cases(page.cookie, { state: "open" });
    assert((await shownCase(page)) === first.case.id, `case ${await shownCase(page)} and not ${first.case.id}`);
  });
  await task("claim it", 1, async (keys) => {
    await keys.press("c");
    await toast(page, "Taken");
    assert((await view()).case.owner.user === company.id("Mara"), "it is somebody else's");
  });
  await task("add a note", 3, async (keys) => {
    await keys.press("n");
    await keys.write("She is at the phone until five");
    await keys.press("Control+Enter");
    await toast(page, "Noted");
    assert((await view()).events.at(-1).kind === "noted", "there is no note");
  });
  await task("tag it", 3, async (keys) => {
    await keys.press("g", "End");
    await keys.write(", third-time");
    await keys.press("Enter");
    await toast(page, "Tagged");
    assert((await view()).case.tags.includes("third-time"), (await view()).case.tags.join());
  });
  await task("answer it", 2, async (keys) => {
    await keys.press("r");
    await keys.write("I am sorry, Jana. A new lid is on its way to you today.");
    await keys.press("Control+Enter");
    await toast(page, "Leaves in");
    assert((await view()).replies.at(-1).state === "queued", "nothing is in the outbox");
  });
  await task("undo that", 1, async (keys) => {
    await keys.press("z");
    await toast(page, "Taken back");
    assert((await view()).replies.at(-1).state === "withdrawn", "it leaves");
    await page.locator("#reply-text").fill("");
    await page.locator("#case-title").focus();
  });
  await task("put it to sleep until tomorrow", 5, async (keys) => {
    const id = await shownCase(page);
    await keys.press("s");
    await keys.reach("button[name=until][value=tomorrow]");
    await keys.press("Enter");
    await toast(page, "Put to sleep");
    assert((await company.get(page.cookie, id)).events.at(-1).kind === "snoozed", "it is awake");
  });
  await task("transfer the next one to a department", 5, async (keys) => {
    await until("the next case is shown", async () => (await page.locator("#case").getAttribute("data-state")) === "open");
    const id = await shownCase(page);
    await keys.press("t");
    await keys.write("Sales");
    await keys.press("Tab", "Tab");
    await keys.write("It is about a price");
    await keys.press("Control+Enter");
    await toast(page, "Offered");
    assert((await company.get(page.cookie, id)).case.offer, "nothing is offered");
    offered = id;
  });
  await task("close the next one with an outcome", 3, async (keys) => {
    await until("the next case is shown", async () => (await shownCase(page)) !== offered && (await page.locator("details.deed[data-verb=close]").count()) > 0);
    const id = await shownCase(page);
    await keys.press("e", "Space", "Control+Enter");
    await toast(page, "Closed");
    assert((await company.get(page.cookie, id)).events.at(-1).kind === "closed", `case ${id} is open`);
  });
  const find = async (keys, typed, kind, text) => {
    await keys.press("Control+k");
    await keys.write(typed);
    const row = page.locator("#palette-list [role=option]", { hasText: text }).filter({ hasText: kind }).first();
    await row.waitFor();
    for (let step = 0; step < 20 && (await row.getAttribute("aria-selected")) !== "true"; step += 1) await keys.press("ArrowDown");
    await keys.press("Enter");
  };
  await task("find a case by the palette", 8, async (keys) => {
    await find(keys, "flew open", "Case", "Jana");
    await page.locator("#case-title", { hasText: "Jana" }).waitFor();
  });
  await task("find a colleague by the palette", 8, async (keys) => {
    await find(keys, "delph", "Colleague", "Delphine Roy");
    await page.waitForURL("**/directory?**");
    await page.locator("main", { hasText: "Delphine Roy" }).waitFor();
  });
  await task("save a view", 26, async (keys) => {
    await page.goto(`${company.url}/desk?queue=all`);
    await isLive(page);
    await keys.press("f");
    await keys.reach("details.filter input[name=tag]");
    await keys.write("injury");
    await keys.press("Enter");
    await page.waitForURL("**tag=injury**", { waitUntil: "load" });
    await isLive(page);
    await keys.press("f");
    await keys.reach("details.filter input[name=name]");
    await keys.write("Hurt");
    await keys.press("Enter");
    await page.waitForSelector(".queues a[aria-current=page]:has-text('Hurt')");
  });
  await task("change the theme", 5, async (keys) => {
    await find(keys, "dark", "Do", "Dark colours");
    await page.waitForSelector("html[data-theme=dark]");
  });
  assertSound(page);
  const width = Math.max(...table.map(([name]) => name.length));
  for (const [name, pressed, written] of [["task", "keys", "letters"], ...table]) console.log(`  ${name.padEnd(width)}  ${String(pressed).padStart(4)}  ${String(written).padStart(7)}`);
  await page.context().close();
}
