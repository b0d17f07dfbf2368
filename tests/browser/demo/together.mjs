// Two browsers: what one does is seen in the other, also who looks at the same case.
import { assert, assertSound, check, isLive, shows, until } from "../harness.mjs";
import { toast } from "./keys.mjs";

const row = (page, id) => page.locator(`#rows > li[data-id="${id}"]`);

export default async function run(company) {
  const [one, other] = [await company.be("Mara", "/desk?queue=all"), await company.be("Tomasz", "/desk?queue=all")];
  for (const page of [one, other]) await isLive(page);
  const queue = (await one.locator(".queues a", { hasText: "Service, unclaimed" }).getAttribute("href"));
  for (const page of [one, other]) { await page.goto(company.url + queue.replace(/&.*/, "")); await isLive(page); }
  const ids = await one.locator("#rows > li").evaluateAll((rows) => rows.slice(0, 4).map((li) => Number(li.dataset.id)));
  const count = async (page) => Number((await page.locator(".queues a", { hasText: "Service, unclaimed" }).locator(".n").textContent()).replaceAll(",", ""));
  const openBy = async (page, id) => { await row(page, id).locator("a").click(); await page.waitForSelector(`#case[data-id="${id}"]`); };

  await check("a claim of one colleague empties the place in the other's queue, and its count", async () => {
    const before = await count(other);
    await openBy(one, ids[0]);
    await one.keyboard.press("c");
    await toast(one, "Taken");
    await other.waitForFunction((id) => document.querySelector(`#rows > li[data-id="${id}"]`)?.hasAttribute("data-gone"), ids[0]);
    await until("the count follows", async () => (await count(other)) < before + 1);
    await one.keyboard.press("z");
    await toast(one, "Taken back");
    await other.waitForFunction((id) => document.querySelector(`#rows > li[data-id="${id}"]`) && !document.querySelector(`#rows > li[data-id="${id}"]`).hasAttribute("data-gone"), ids[0]);
  });

  await check("a tag and a priority of one colleague are in the other's row, which stays in its place", async () => {
    const place = () => other.evaluate((id) => document.querySelector(`#rows > li[data-id="${id}"]`).getBoundingClientRect().top, ids[1]);
    const before = await place();
    await openBy(one, ids[1]);
    await one.keyboard.press("g");
    await one.keyboard.press("End");
    await one.keyboard.type(", seen-by-two");
    await one.keyboard.press("Enter");
    await toast(one, "Tagged");
    await row(other, ids[1]).locator(".marks", { hasText: /seen-by-two|\+\d/ }).waitFor();
    assert((await place()) === before, `the row went from ${before} to ${await place()}`);
  });

  await check("who reads the same case is told, and what the other does there is shown when it is asked for", async () => {
    for (const page of [one, other]) await openBy(page, ids[2]);
    await shows(one, "#presence", "Tomasz Zawadzki is reading");
    await shows(other, "#presence", "Mara Lindqvist is reading");
    await one.keyboard.press("n");
    await one.keyboard.type("Seen by two of us");
    await one.keyboard.press("Control+Enter");
    await toast(one, "Noted");
    await shows(other, "#elsewhere", "changed elsewhere");
    assert((await other.locator(".private-note", { hasText: "Seen by two" }).count()) === 0, "it came by itself");
    await other.locator("#elsewhere button").click();
    await shows(other, ".private-note", "Seen by two of us");
    await openBy(other, ids[3]);
    await one.waitForFunction(() => document.getElementById("presence").textContent === "");
  });

  await check("what is typed after a key, while its case is on its way, is in the field that the key opens", async () => {
    await other.route(/part=case/, async (route) => {
      await new Promise((done) => setTimeout(done, 400));
      await route.continue();
    });
    await row(other, ids[2]).locator("a").click();
    await other.keyboard.press("n");
    await other.keyboard.type("Just in time");
    await other.waitForSelector(`#case[data-id="${ids[2]}"]`);
    await until("the note is there", async () => (await other.locator("#note-text").inputValue()) === "Just in time");
    await other.keyboard.type(", or not");
    assert((await other.locator("#note-text").inputValue()) === "Just in time, or not", "the field lost the focus");
    for (const key of ["Control+a", "Delete", "Escape"]) await other.keyboard.press(key);
    await other.unroute(/part=case/);
  });

  await check("what is being written stays while a colleague's changes are shown, and while one does something else", async () => {
    await openBy(one, ids[3]);
    await openBy(other, ids[3]);
    const note = other.locator("#note-text");
    await other.keyboard.press("n");
    await other.keyboard.type("Half a note");
    await company.api(one.cookie, `/cases/${ids[3]}/notes`, { text: "Said meanwhile" });
    await shows(other, "#elsewhere", "changed elsewhere");
    await other.locator("#elsewhere button").click();
    await shows(other, ".private-note", "Said meanwhile");
    assert((await note.inputValue()) === "Half a note" && (await note.isVisible()), `the note says: ${await note.inputValue()}`);
    await other.keyboard.press("Escape");
    await other.keyboard.press("c");
    await toast(other, "Taken");
    assert((await note.inputValue()) === "Half a note", `after the claim the note says: ${await note.inputValue()}`);
    await other.keyboard.press("n");
    await other.keyboard.press("Control+Enter");
    await toast(other, "Noted");
    assert((await note.inputValue()) === "", "what was kept stays in the field");
  });

  await check("what is refused once the next case is open is said, and shown when it is asked for", async () => {
    await openBy(one, ids[1]);
    // As if a colleague had been faster than the stream.
    await one.evaluate(() => { for (const field of document.querySelectorAll("#case input[name=version]")) field.value = "1"; });
    for (const key of ["e", "Space", "Control+Enter"]) await one.keyboard.press(key);
    await toast(one, "Show");
    assert((await one.locator("#case").getAttribute("data-id")) !== String(ids[1]), "it takes the place of the next case");
    assert((await row(one, ids[1]).getAttribute("data-gone")) === null, "its row says that it has left");
    await one.keyboard.press("z");
    await one.waitForSelector(`#case[data-id="${ids[1]}"] #notice`);
    one.problems = one.problems.filter((problem) => !problem.includes("409"));
  });

  await check("a reply of one colleague is on the other's page, and goes from queued to sent in its place", async () => {
    const id = await company.find(one.cookie, "a composer", (each) => each.case.network === "mastodon" && each.case.owner === "desk", { state: "open" });
    for (const page of [one, other]) { await page.goto(`${company.url}/cases/${id}`); await isLive(page); }
    await one.locator("#reply-text").fill("We send you a new lid today.");
    await shows(other, "#presence", "Mara Lindqvist is writing");
    await one.locator("#reply-text").press("Control+Enter");
    await toast(one, "Leaves in");
    await shows(other, "#elsewhere", "changed elsewhere");
    await other.locator("#elsewhere button").click();
    await other.waitForSelector("article.reply[data-state=queued]");
    await other.waitForSelector("article.reply[data-state=sent]", { timeout: 30_000 });
    assertSound(one, other);
    for (const page of [one, other]) await page.context().close();
  });
}
