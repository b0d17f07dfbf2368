// Who has a case: offered and accepted between two browsers, back by its clock, answered once, and many at once.
import { assert, assertSound, check, isLive, shows, until } from "../harness.mjs";
import { opens, shownCase } from "./company.mjs";
import { Keys, toast } from "./keys.mjs";

const PLAIN = 20;

export default async function run(company) {
  const mara = await company.session("Mara");
  const onDesk = async (fits = () => true) => company.find(mara, "an open case of Service on its desk", (one) => one.case.owner === "desk" && one.case.offer === null && one.due && fits(one), { state: "open", unclaimed: "true", department: await company.department(mara, "service") });

  await check("a transfer is offered in one browser and accepted in another; nobody is ever without it", async () => {
    const id = await onDesk();
    const [one, other] = [await company.be("Mara", `/cases/${id}`), await company.be("Grace", "/desk?queue=offered")];
    for (const page of [one, other]) await isLive(page);
    const keys = new Keys(one);
    await keys.press("c");
    await toast(one, "Taken");
    await keys.press("t");
    await keys.write("Sales");
    await keys.press("Tab", "Tab");
    await keys.write("She asks for a price");
    await keys.press("Control+Enter");
    await toast(one, "Offered");
    assert(/You/.test(await one.locator(".cord [aria-current]").innerText()), "the sender does not have it any more");
    const row = other.locator(`#rows > li[data-id="${id}"]`);
    await until("it is among what is offered", async () => { if (await other.locator("#newer:not([hidden])").count()) await other.keyboard.press("."); return (await row.count()) > 0; });
    await row.locator("a").click();
    await opens(other, id);
    await shows(other, ".offer", "She asks for a price");
    await other.keyboard.press("y");
    await toast(other, "Accepted");
    await shows(one, "#elsewhere", "changed elsewhere");
    await one.locator("#elsewhere button").click();
    await shows(one, ".cord [aria-current]", "Grace Mwangi");
    const view = await company.get(mara, id);
    assert(view.case.owner.user === company.id("Grace") && view.clocks.hops.length >= 3, JSON.stringify(view.clocks.hops));
    assert(view.case.watchers.includes(company.id("Mara")), "the sender wanted to go on following it");
    await one.goto(`${company.url}/desk?queue=watched`);
    assert((await one.locator(`#rows > li[data-id="${id}"]`).count()) === 1, "it is not among what is followed");
    assertSound(one, other);
    for (const page of [one, other]) await page.context().close();
  });

  await check("an offer that nobody accepts comes back within its minute and another one, and says so", async () => {
    const id = await onDesk();
    await company.api(mara, `/cases/${id}/claim`, {});
    await company.api(mara, `/cases/${id}/transfer`, { department: await company.department(mara, "sales"), reason: "expertise", note: "One minute", accept_within_min: 1 });
    const page = await company.be("Mara", `/cases/${id}`);
    await isLive(page);
    const begun = Date.now();
    await shows(page, ".offer", "One minute");
    await until("the offer is over", async () => (await company.get(mara, id)).case.offer === null, 120_000);
    const took = Math.round((Date.now() - begun) / 1000);
    const { case: now, events } = await company.get(mara, id);
    assert(now.owner.user === company.id("Mara"), `it is with ${JSON.stringify(now.owner)}`);
    assert(events.at(-1).kind === "offer_ended" || events.some((one) => one.kind === "offer_ended"), events.map((one) => one.kind).join());
    await shows(page, "#elsewhere", "changed elsewhere");
    await page.locator("#elsewhere button").click();
    await shows(page, ".events", "nobody accepted in time");
    assertSound(page);
    await page.context().close();
    return `${took} s`;
  });

  await check("of two answers to one post the second is refused, and leaves with a reason", async () => {
    const id = await onDesk((one) => one.case.network === "mastodon" && one.case.replied_at === null);
    const [one, other] = [await company.be("Mara", `/cases/${id}`), await company.be("Tomasz", `/cases/${id}`)];
    for (const page of [one, other]) { await isLive(page); await page.locator("#reply-text").fill(`An answer of ${page === one ? "Mara" : "Tomasz"}`); }
    await one.locator("#reply-text").press("Control+Enter");
    await toast(one, "Leaves in");
    await shows(other, "#elsewhere", "changed elsewhere");
    await other.locator("#elsewhere button").click();
    await other.waitForSelector("#reply-despite");
    await other.locator("#reply-text").press("Control+Enter");
    await shows(other, "#notice", "answered this post already");
    assert((await other.locator("#reply-text").inputValue()) === "An answer of Tomasz", "its words are lost");
    await other.locator("#reply-despite").fill("Mara forgot the address");
    await other.locator("#reply-text").press("Control+Enter");
    await toast(other, "Leaves in");
    const { replies, events } = await company.get(mara, id);
    assert(replies.filter((reply) => reply.text.startsWith("An answer of") && reply.state !== "withdrawn").length === 2, JSON.stringify(replies.map((reply) => reply.state)));
    assert(events.some((event) => event.despite === "Mara forgot the address"), "the reason is not in the history");
    for (const page of [one, other]) page.problems = page.problems.filter((problem) => !problem.includes("409"));
    assertSound(one, other);
    for (const page of [one, other]) await page.context().close();
  });

  await check("many cases are marked with the keyboard, tagged at once, and taken back", async () => {
    const page = await company.be("Mara", "/desk?queue=unclaimed:service");
    await isLive(page);
    const keys = new Keys(page);
    const marked = [];
    for (let turn = 0; turn < 3; turn += 1) {
      await keys.press("j", "m");
      marked.push(await page.evaluate(() => Number(document.activeElement.closest("li").dataset.id)));
    }
    assert((await page.locator(".mark:checked").count()) === 3, "three are marked");
    await page.keyboard.press("b");
    await page.waitForSelector(".bulk-page");
    await page.locator("#tag-add").fill("seen together");
    await page.locator("button[name=verb][value=tag]").click();
    await shows(page, "[role=status]", "3 cases done");
    for (const id of marked) assert((await company.get(mara, id)).case.tags.includes("seen together"), `case ${id} is not tagged`);
    await page.locator("button", { hasText: "Take it back" }).click();
    await shows(page, "[role=status]", "3 cases done");
    for (const id of marked) assert(!(await company.get(mara, id)).case.tags.includes("seen together"), `case ${id} is tagged`);
    assertSound(page);
    await page.context().close();
  });

  await check("Shift marks all rows up to one, and what is unmarked leaves the count", async () => {
    const page = await company.be("Mara", "/desk?queue=all");
    await isLive(page);
    const marks = page.locator(".rows .mark");
    await marks.nth(1).check({ force: true });
    await marks.nth(4).click({ force: true, modifiers: ["Shift"] });
    await shows(page, "#bulk output", "4 marked");
    await marks.nth(2).uncheck({ force: true });
    await shows(page, "#bulk output", "3 marked");
    await page.locator("#bulk [type=reset]").click();
    assert((await page.locator(".mark:checked").count()) === 0 && !(await page.locator("#bulk").isVisible()), "something is still marked");
    assertSound(page);
    await page.context().close();
  });

  await check("a colleague is named in a note by the first letters, and follows the case", async () => {
    const page = await company.be("Mara", "/desk?queue=all");
    await isLive(page);
    const keys = new Keys(page);
    await keys.press("j", "Enter");
    await page.waitForSelector("#case");
    const id = await shownCase(page);
    await page.keyboard.press("n");
    const field = page.locator("#note-text");
    await field.waitFor();
    await page.keyboard.type("can you look at this, @to");
    const picks = page.locator("#note-text-named [role=option]");
    await picks.first().waitFor();
    assert((await picks.first().getAttribute("data-name")).startsWith("Tomasz"), "who is called so stands first");
    await page.keyboard.press("Enter");
    assert((await field.inputValue()) === "can you look at this, @tomasz ", await field.inputValue());
    await page.keyboard.type("mail a@b");
    await page.waitForTimeout(300);
    assert(await page.locator("#note-text-named").isHidden(), "an address names nobody");
    await page.keyboard.press("Control+Enter");
    await until("Tomasz follows it", async () => {
      const { events } = await company.get(mara, id);
      return events.some((event) => event.kind === "noted" && event.text.includes("@tomasz")) && events.some((event) => event.kind === "watched");
    });
    assertSound(page);
    await page.context().close();
  });

  await check(`${PLAIN} plain cases take at most three keys each`, async () => {
    const page = await company.be("Mara", "/desk?queue=unclaimed:service");
    await isLive(page);
    const keys = new Keys(page);
    await keys.press("j", "Enter");
    const counts = [];
    const done = new Set();
    const next = async () => {
      await until("the next case is shown", async () => (await page.locator("#case").count()) > 0 && !done.has(await shownCase(page)));
      const id = await shownCase(page);
      done.add(id);
      // One for which somebody is to be called stays open until that is over: it is not plain.
      if ((await company.get(mara, id)).case.outreaches.length === 0) return;
      await keys.press("j");
      await next();
    };
    for (let turn = 0; turn < PLAIN; turn += 1) {
      await next();
      const before = keys.pressed;
      if (turn % 2 === 0) {
        // Nothing to do: it is closed as thanked or without an answer.
        await keys.press("e", "Space", "Control+Enter");
        await toast(page, "Closed");
      } else {
        await keys.press("c", "j");
        await toast(page, "Taken");
      }
      counts.push(keys.pressed - before);
    }
    assert(counts.every((count) => count <= 3), counts.join());
    assertSound(page);
    await page.context().close();
    return `${counts.reduce((sum, count) => sum + count)} keys for ${PLAIN}`;
  });
}
