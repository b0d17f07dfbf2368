// A senior is asked to call an author with the keyboard, says yes, and logs what came of it; until then the case stays open.
import { assert, assertSound, barriers, check, isLive, sideways } from "../harness.mjs";

async function isSound(page) {
  assertSound(page);
  const found = await barriers(page);
  assert(found.length === 0, found.join("; "));
  assert((await sideways(page)) <= 0, `${page.url()} is too wide`);
}

export default async function run(company) {
  const mara = await company.session("Mara");
  const mine = await company.cases(mara, { state: "open", owner: company.id("Mara") });
  const id = mine[0].case.id;
  const number = "+43 660 1234567";

  for (const [what, options] of [["on a desk", {}], ["on a telephone", { viewport: { width: 390, height: 844 } }]]) {
    await check(`a call is asked for, made and logged ${what}`, async () => {
      const page = await company.be("Mara", `/cases/${id}`, options);
      await isLive(page);
      await page.locator("#case-title").focus();
      await page.keyboard.press(",");
      await page.waitForURL(`**/cases/${id}/outreach`);
      await isSound(page);
      await page.locator("[name=channel][value=call]").check();
      await page.locator("li", { hasText: "Rui Carvalho" }).locator("[name=senior]").check();
      await page.fill("#reason", "Patient with us for a day");
      await page.fill("#contact", number);
      await page.getByRole("button", { name: "Ask", exact: true }).click();
      await page.waitForURL(`**/cases/${id}`);
      const told = JSON.stringify(await company.get(mara, id));
      assert(told.includes("outreach_asked") && !told.includes(number), "how somebody is reached stands in the case");
      const refused = await page.request.post(new URL(`/api/v1/cases/${id}/close`, page.url()).href, { data: { outcome: "solved_publicly", reason: "" }, headers: { origin: new URL(page.url()).origin } });
      assert(refused.status() === 409 || refused.status() === 422, `it closes over a call: ${refused.status()}`);
      assert((await refused.text()).includes("Rui Carvalho"), "the refusal names nobody");
      await page.goto(new URL("/outreach", page.url()).href);
      await isSound(page);
      const senior = await company.be("Rui", "/outreach", options);
      await senior.locator("a", { hasText: "Call" }).filter({ hasNotText: "Calls" }).first().waitFor();
      await senior.goto(new URL((await senior.locator(`tr:has(a[href="/cases/${id}"]) a[href^="/outreach/"]`).first().getAttribute("href")), senior.url()).href);
      await senior.getByText(number).waitFor();
      await isSound(senior);
      // Begun before saying yes: it stays.
      await senior.fill("#note", "She is content");
      await senior.getByRole("button", { name: "Yes" }).or(senior.locator("button[value=accept]")).first().click();
      await senior.locator("button[value=accept]").waitFor({ state: "detached" });
      assert((await senior.inputValue("#note")) === "She is content", "what was begun is gone");
      await senior.locator("[name=outcome][value=solved]").check();
      await senior.fill("#note", "She is content and gets a new lid");
      await senior.fill("#promised", "A lid by Friday");
      await senior.locator("button[value=outcome]").click();
      await senior.getByText("A lid by Friday").waitFor();
      await isSound(senior);
      const events = (await company.get(mara, id)).events.map((event) => event.kind);
      for (const kind of ["outreach_asked", "outreach_accepted", "outreach_done"]) assert(events.includes(kind), `${kind} is not in the history: ${events}`);
      for (const one of [page, senior]) {
        one.problems = one.problems.filter((problem) => !/40[09]|422/.test(problem));
        assertSound(one);
        await one.context().close();
      }
    });
  }
}
