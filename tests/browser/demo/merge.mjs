// Two cases become one with the keyboard, say so to each other, and come apart again.
import { assert, assertSound, barriers, check, isLive, sideways, until } from "../harness.mjs";
import { toast } from "./keys.mjs";

// No fault, no barrier, nothing that has to be moved sideways.
async function isSound(page) {
  assertSound(page);
  const found = await barriers(page);
  assert(found.length === 0, found.join("; "));
  assert((await sideways(page)) <= 0, `${page.url()} is too wide`);
}

export default async function run(company) {
  const mara = await company.session("Mara");
  const lids = await company.find(mara, "lids", (one) => one.case.tags.includes("k4-lid"));
  const department = (await company.get(mara, lids)).case.department;
  const free = await company.cases(mara, { state: "open", unclaimed: "true", department });
  const [one, other] = [free[0].case.id, free[1].case.id];

  for (const [what, options] of [["on a desk", {}], ["on a telephone", { viewport: { width: 390, height: 844 } }]]) {
    await check(`two cases become one and come apart ${what}`, async () => {
      const page = await company.be("Mara", `/cases/${one}`, options);
      await isLive(page);
      await page.locator("#case-title").focus();
      await page.keyboard.press("l");
      await page.waitForURL(`**/cases/${one}/merge`);
      await isSound(page);
      await page.fill("#number", String(other));
      await page.fill("#why", "The same kettle");
      await page.locator("[name=way][value=into]").check();
      // Looking for a case, also by Enter, keeps what was written.
      await page.fill("#q", "kettle");
      await page.locator("#q").press("Enter");
      await page.waitForURL("**/merge?*q=kettle*");
      await isSound(page);
      assert((await page.inputValue("#number")) === String(other) && (await page.inputValue("#why")) === "The same kettle", "the form is empty");
      await page.getByRole("button", { name: "Merge the two cases" }).click();
      await page.waitForURL(`**/cases/${one}`);
      await page.getByText(`Case ${other} is in this one.`).waitFor();
      await isSound(page);
      const gone = (await company.get(page.cookie, other)).case;
      assert(gone.merged_into === one && gone.outcome === "merged", JSON.stringify(gone));
      await page.goto(new URL(`/cases/${other}`, page.url()).href);
      await page.getByText(`This case went into case ${one}.`).waitFor();
      await isLive(page);
      await isSound(page);
      await page.getByRole("button", { name: "Take it out again" }).click();
      await toast(page, "Taken out again");
      await until("the case is open again", async () => (await company.get(page.cookie, other)).case.merged_into === null);
      await page.getByText(`This case went into case ${one}.`).waitFor({ state: "detached" });
      await page.context().close();
    });
  }
}
