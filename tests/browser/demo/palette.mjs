// The field that finds and does: a case, a colleague, a search, an action; and back to where one stood.
import { assert, assertSound, check, isLive, until } from "../harness.mjs";
import { shownCase } from "./company.mjs";
import { toast } from "./keys.mjs";

export default async function run(company) {
  const page = await company.be("Mara", "/desk?queue=all");
  await isLive(page);
  const find = async (typed, kind, text) => {
    await page.keyboard.press("Control+k");
    await page.locator("#palette[open]").waitFor();
    assert(await page.evaluate(() => document.activeElement.id === "palette-words"), "the field has no focus");
    await page.keyboard.type(typed);
    await page.locator("#palette-list [role=option]", { hasText: text }).filter({ hasText: kind }).first().waitFor();
    // Down to it with the arrow, as one would.
    await until(`${text} is chosen`, async () => {
      const chosen = await page.locator("#palette-list [aria-selected=true]").textContent();
      if (chosen.includes(kind) && chosen.includes(text)) return true;
      await page.keyboard.press("ArrowDown");
      return false;
    });
    const told = await page.evaluate(() => document.getElementById(document.getElementById("palette-words").getAttribute("aria-activedescendant"))?.textContent);
    assert(told?.includes(text), `read out is ${told}`);
    await page.keyboard.press("Enter");
  };

  await check("Escape closes the palette, and the focus is where it was", async () => {
    await page.keyboard.press("j");
    await page.keyboard.press("j");
    const stood = () => page.evaluate(() => document.activeElement.closest("li")?.dataset.id ?? document.activeElement.outerHTML.slice(0, 80));
    const before = await stood();
    await page.keyboard.press("Control+k");
    await page.keyboard.type("claim");
    await page.keyboard.press("Escape");
    assert((await page.locator("#palette[open]").count()) === 0, "it stays open");
    assert((await stood()) === before, `the focus was on ${before} and is on ${await stood()}`);
    await page.locator(".palette-open").click();
    await page.keyboard.press("Escape");
    assert(await page.evaluate(() => document.activeElement.matches(".palette-open")), "the focus is not on the button that opened it");
  });
  await check("a key that is pressed beside the field does nothing to the case behind the palette", async () => {
    await page.locator("#rows .row").first().click();
    await page.waitForSelector("#case");
    await page.keyboard.press("Control+k");
    await page.evaluate(() => document.activeElement.blur());
    await page.keyboard.press("n");
    assert((await page.locator("details.deed[open]").count()) === 0, "the note is open");
    await page.keyboard.press("Escape");
    await page.locator("#palette[open]").waitFor({ state: "detached" });
    await page.keyboard.press("n");
    assert((await page.locator("details.deed[open]").count()) === 1, "the key does nothing without the palette either");
    await page.keyboard.press("Escape");
  });
  await check("Enter right after the last letter does what was typed, not what stood there before", async () => {
    for (const [typed, shown] of [["dark", "html[data-theme=dark]"], ["device", "html:not([data-theme])"]]) {
      await page.keyboard.press("Control+k");
      await page.keyboard.type(typed);
      await page.keyboard.press("Enter");
      await page.waitForSelector(shown);
    }
  });
  await check("the palette finds a case by words of it, with its author", async () => {
    await find("flew open", "Case", "Jana Kowalczyk");
    await page.locator("#case-title", { hasText: "Jana Kowalczyk" }).waitFor();
  });
  await check("the palette does what a key does", async () => {
    const id = await shownCase(page);
    await find("claim", "Do", "Claim");
    await toast(page, "Taken");
    assert((await company.get(page.cookie, id)).case.owner.user === company.id("Mara"), "it is not claimed");
  });
  await check("the palette finds a colleague", async () => {
    await find("delph", "Colleague", "Delphine Roy");
    await page.waitForURL("**/directory?**");
    await page.locator("main", { hasText: "Delphine Roy" }).waitFor();
  });
  await check("the palette finds a search", async () => {
    await find("K4 ke", "Search", "K4 kettle");
    await page.waitForURL("**/searches/*");
  });
  await check("the palette finds an author", async () => {
    await find("jana", "Author", "Jana Kowalczyk");
    await page.waitForURL("**/find?**");
    assert((await page.locator("main").textContent()).includes("Jana Kowalczyk"), "the page does not tell of her");
  });
  await check("the palette goes to a page", async () => {
    await find("Settings", "Go to", "Settings");
    await page.waitForURL("**/settings/**");
    assertSound(page);
    await page.context().close();
  });
}
