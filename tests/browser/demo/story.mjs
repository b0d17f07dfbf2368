// The storm in five chapters, and beginning anew.
import { assert, assertSound, check, isLive, until } from "../harness.mjs";

const CHAPTERS = 5;
const begun = (company) => fetch(`${company.url}/demo`).then((answer) => answer.text());

export default async function run(company) {
  // One reads in the middle of the list while another presses the button.
  const reader = await company.be("Ines", "/desk?queue=all");
  await isLive(reader);
  await reader.locator("#rows > li").nth(12).locator("a").click();
  await reader.waitForSelector("#case");
  await reader.locator("#rows > li").nth(12).locator("a").focus();
  const eye = () => reader.evaluate(() => {
    const row = document.activeElement.closest("li");
    return `case ${row?.dataset.id} at ${Math.round(row?.getBoundingClientRect().top)}, shown is ${document.getElementById("case").dataset.id}`;
  });
  const presser = await company.be("Mara", "/demo");

  for (let chapter = 1; chapter <= CHAPTERS; chapter += 1) {
    await check(`what happens next, ${chapter} of ${CHAPTERS}: new cases come, and nothing moves under the eye`, async () => {
      const cases = new Set((await company.cases(reader.cookie)).map((one) => one.case.id));
      const before = await eye();
      await presser.goto(`${company.url}/desk?queue=all`);
      await presser.locator("#demo-next").click();
      await presser.waitForURL("**/desk?queue=all");
      assert((await presser.locator("#demo-next").count()) === 0 || (await presser.locator("#demo-next").getAttribute("aria-disabled")) === "true", "it can be pressed twice");
      await until("the chapter has been told", async () => !(await begun(company)).includes("It is happening now"), 240_000);
      await reader.waitForFunction(() => !document.getElementById("newer").hidden);
      assert((await eye()) === before, `before: ${before}; after: ${await eye()}`);
      const came = (await company.cases(reader.cookie)).filter((one) => !cases.has(one.case.id)).length;
      assert(came > 0, "no case is new");
      await reader.keyboard.press(".");
      await reader.waitForFunction(() => document.getElementById("newer")?.hidden ?? true);
      assert((await eye()).split(" at ")[0] === before.split(" at ")[0], `the focus went from ${before} to ${await eye()}`);
      // Back to where there is something above and below.
      await reader.locator("#rows > li").nth(12).locator("a").click();
      await reader.waitForFunction(() => document.getElementById("case").dataset.id === document.querySelector("#rows > li:nth-child(13)").dataset.id);
      await reader.locator("#rows > li").nth(12).locator("a").focus();
      return `${came} new cases`;
    });
  }

  await check("after the fifth chapter the story is told, and everything can be begun anew", async () => {
    await presser.goto(`${company.url}/demo`);
    assert((await presser.getByText("is told to its end").count()) === 1, "no words of the end");
    assertSound(presser, reader);
    const before = [...company.people.values()].join();
    await presser.getByRole("button", { name: "Begin anew" }).click();
    await presser.waitForURL("**/demo", { timeout: 120_000 });
    await company.ask();
    assert([...company.people.values()].join() !== before, "the same people are there");
    await presser.getByRole("button", { name: "Mara Lindqvist" }).click();
    await presser.waitForURL("**/desk?queue=all");
    assert((await presser.locator("#demo-next").textContent()).includes("The film"), "it does not begin with the film");
    for (const page of [reader, presser]) await page.context().close();
  });
}
