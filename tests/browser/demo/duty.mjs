// Who is there: whom a case goes to is chosen by extension and by topic with the keyboard; the directory while one types;
// the weeks of the duty calendar; absences with where each case goes.
import { assert, assertSound, check, isLive, rest, shows, sideways, until } from "../harness.mjs";
import { Keys, toast } from "./keys.mjs";

export default async function run(company) {
  const mara = await company.session("Mara");
  const service = await company.department(mara, "service");
  const find = async () => company.find(mara, "a case of Service", (one) => one.case.owner === "desk" && one.case.offer === null && one.case.department === service, { state: "open", unclaimed: "true" });

  await check("an extension and Enter choose department and person, and the case is offered to them", async () => {
    const id = await find();
    const page = await company.be("Mara", `/cases/${id}`);
    await isLive(page);
    const keys = new Keys(page);
    await keys.press("t");
    assert(await page.evaluate(() => document.activeElement.id === "transfer-find"), "the field has no focus");
    await keys.write("33");
    await shows(page, "#transfer-found [role=option]", "Grace Mwangi");
    const line = await page.locator("#transfer-found [role=option]").first().innerText();
    assert(/in Nairobi/.test(line) && /cases/.test(line), `it says: ${line}`);
    await keys.press("Enter");
    assert(await page.evaluate(() => document.activeElement.id === "transfer-reason"), "the focus does not go on");
    assert((await page.locator("#transfer-to").inputValue()).endsWith(`/${company.id("Grace")}`), "somebody else is chosen");
    await keys.press("Tab");
    await keys.write("She sells to homes");
    await keys.press("Control+Enter");
    await toast(page, "Offered");
    const { case: one } = await company.get(mara, id);
    assert(one.offer?.user === company.id("Grace"), JSON.stringify(one.offer));
    assertSound(page);
    await page.context().close();
    return `${keys.pressed} keys and ${keys.written} letters`;
  });

  await check("who types faster than the network answers gets whom they meant", async () => {
    const id = await find();
    const page = await company.be("Mara", `/cases/${id}`);
    await isLive(page);
    await page.route("**/directory/picks*", async (route) => { await rest(400); await route.continue(); });
    await page.keyboard.press("t");
    await page.keyboard.type("41");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Tab");
    await page.keyboard.type("They write for a paper");
    await until("Rui is chosen", async () => (await page.locator("#transfer-to").inputValue()).endsWith(`/${company.id("Rui")}`));
    assert(await page.evaluate(() => document.activeElement.id === "transfer-note"), "the focus was taken away");
    await page.keyboard.press("Control+Enter");
    await toast(page, "Offered");
    assert((await company.get(mara, id)).case.offer?.user === company.id("Rui"), "it is offered to somebody else");
    assertSound(page);
    await page.context().close();
  });

  await check("without a script an extension is found by the server", async () => {
    const id = await find();
    const page = await company.be("Mara", `/cases/${id}`, { javaScriptEnabled: false });
    await page.locator("details[data-verb=transfer] summary").click();
    await page.locator("#transfer-find").fill("32");
    await page.locator("#transfer-note").fill("A bakery asks");
    await page.locator("details[data-verb=transfer] button[type=submit]").click();
    await page.waitForLoadState();
    assert((await company.get(mara, id)).case.offer?.user === company.id("Andrei"), "it is not offered to him");
    await page.context().close();
  });

  await check("the directory changes while one types, and says who is away", async () => {
    const page = await company.be("Mara", "/directory");
    await page.locator("#q").pressSequentially("apprent");
    await shows(page, "#directory-found .cards li", "Karim Osei");
    await shows(page, "#directory-found .cards li", "Delphine Roy stands in");
    await until("nobody else is shown", async () => (await page.locator("section[aria-labelledby=people-title] .cards > li").count()) <= 3);
    await page.locator("#q").fill("swahili");
    await shows(page, "#directory-found .cards li", "Grace Mwangi");
    assertSound(page);
    await page.context().close();
  });

  await check("the duty calendar turns by keys, and a phone shows one day", async () => {
    const page = await company.be("Mara", "/duty");
    const week = () => page.locator(".duty-turn strong").innerText();
    const now = await week();
    await page.keyboard.press("ArrowRight");
    await until("the next week is shown", async () => (await week()) !== now);
    await page.keyboard.press("ArrowLeft");
    await until("this week is shown", async () => (await week()) === now);
    assert((await page.locator("tr.duty-department").count()) === 8, "a department is missing");
    assert((await page.locator("td", { hasText: "Delphine Roy stands in" }).count()) > 0, "nobody is away");
    const phone = await company.be("Mara", "/duty", { viewport: { width: 390, height: 844 } });
    assert((await phone.locator("tr.duty-department").first().locator("td:visible").count()) === 1, "a phone shows more than a day");
    assert((await sideways(phone)) <= 0, "it scrolls sideways");
    assertSound(page, phone);
    await page.context().close();
    await phone.context().close();
  });

  await check("an absence shows where each open case goes, before and after it is entered", async () => {
    const page = await company.be("Mara", "/settings/you/absences");
    const day = (days) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
    await page.locator("#from").fill(day(3));
    await page.locator("#until").fill(day(6));
    await page.locator("#stand_in").selectOption({ label: "Tomasz Zawadzki" });
    await page.locator("button[name=show]").click();
    await shows(page, "section.apart td", "Tomasz Zawadzki");
    const cases = await page.locator("section.apart tbody tr").count();
    assert((await page.locator("ul.lines li").count()) === 0, "it is entered already");
    await page.locator("form.apart button.chief").click();
    await shows(page, "ul.lines li", "Tomasz Zawadzki stands in");
    assert((await page.locator("section.apart tbody tr").count()) === cases, "other cases go now");
    assertSound(page);
    await page.context().close();
    return `${cases} cases`;
  });
}
