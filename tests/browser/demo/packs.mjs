// What a search leaves out: boxes that are written into the query at once, and without a script when it is tried or saved.
import { assert, assertSound, barriers, check, open, until } from "../harness.mjs";

export default async function run(company) {
  const vera = await company.session("Vera");
  const box = (page, name) => page.locator(`#leave-out-${name}`);

  await check("a box is written into the query at once and keeps the focus", async () => {
    const page = await open(`${company.url}/searches/new`, { cookie: vera });
    await page.fill("#query", "kettle OR oven");
    await until("each pack says what it would take", () => page.locator("#leave-out label", { hasText: "would take" }).count());
    await box(page, "jobs").focus();
    await page.keyboard.press("Space");
    await until("the query leaves jobs out", async () => (await page.inputValue("#query")) === "(kettle OR oven) -in:jobs");
    assert(await box(page, "jobs").evaluate((one) => one === document.activeElement), "the focus is lost");
    assert(await box(page, "jobs").isChecked(), "the box is not ticked");
    await until("the preview is of that query", () => page.locator("#preview h2").count());
    await box(page, "coupons").check();
    await until("coupons as well", async () => (await page.inputValue("#query")) === "(kettle OR oven) -in:jobs,coupons");
    await box(page, "jobs").uncheck();
    await until("only coupons", async () => (await page.inputValue("#query")) === "(kettle OR oven) -in:coupons");
    await page.locator("#preview:not([aria-busy=true])").waitFor();
    const found = await barriers(page, "a search with boxes");
    assert(found.length === 0, found.join("\n"));
    assertSound(page);
    await page.context().close();
  });

  await check("what is typed ticks a box", async () => {
    const page = await open(`${company.url}/searches/new`, { cookie: vera });
    await page.fill("#query", "kettle -in:spam");
    await until("spam is ticked", () => box(page, "spam").isChecked());
    await page.fill("#query", "kettle");
    await until("and is not any more", async () => !(await box(page, "spam").isChecked()));
    assertSound(page);
    await page.context().close();
  });

  await check("a tick that is followed by typing is written, and so is one that is taken off", async () => {
    const page = await open(`${company.url}/searches/new`, { cookie: vera });
    await page.fill("#query", "kettle");
    await until("each pack says what it would take", () => page.locator("#leave-out label", { hasText: "would take" }).count());
    // The answer to the tick is under way while the typing goes on.
    await box(page, "jobs").check();
    await page.locator("#query").focus();
    await page.keyboard.press("End");
    await page.keyboard.type(" lid");
    await until("the tick is in the query", async () => (await page.inputValue("#query")) === "kettle lid -in:jobs");
    const before = page.locator("[name=left_out_before]");
    assert((await before.inputValue()) === "jobs" && (await box(page, "jobs").isChecked()), "boxes and query do not fit");
    // The cursor stays at the word.
    await page.keyboard.type("s");
    assert((await page.inputValue("#query")) === "kettle lids -in:jobs", await page.inputValue("#query"));
    await box(page, "jobs").uncheck();
    await page.locator("#query").focus();
    await page.keyboard.press("Home");
    await page.keyboard.type("big ");
    await until("it is out of the query", async () => (await page.inputValue("#query")) === "big kettle lids");
    assertSound(page);
    await page.context().close();
  });

  await check("a tick waits until the query can take it", async () => {
    const page = await open(`${company.url}/searches/new`, { cookie: vera });
    const answered = () => page.waitForResponse((answer) => answer.url().endsWith("/searches/leave-out"));
    await Promise.all([answered(), box(page, "jobs").check()]);
    await Promise.all([answered(), page.fill("#query", 'kettle "lid')]);
    assert(await box(page, "jobs").isChecked(), "the tick is gone");
    await page.fill("#query", 'kettle "lid"');
    await until("the query leaves jobs out", async () => (await page.inputValue("#query")) === 'kettle "lid" -in:jobs');
    assertSound(page);
    await page.context().close();
  });

  await check("without a script a box is written into the query when it is tried", async () => {
    const page = await open(`${company.url}/searches/new`, { cookie: vera, javaScriptEnabled: false });
    await page.fill("#query", "kettle");
    await box(page, "giveaways").check();
    await page.locator("button[formaction='/searches/preview']").click();
    assert((await page.inputValue("#query")) === "kettle -in:giveaways", `the query is ${await page.inputValue("#query")}`);
    assert(await box(page, "giveaways").isChecked(), "the box is not ticked");
    await page.context().close();
  });

  await check("a pack for another meaning is made, tried and kept", async () => {
    const page = await open(`${company.url}/settings/packs/homonym`, { cookie: vera });
    await page.fill("[name=word]", "fennel");
    await page.fill("[name=others]", "tea\nsoup\nseed");
    await page.fill("[name=ours]", "kettle");
    await page.locator("button.chief").click();
    const query = await page.inputValue("[name=query]");
    assert(query === "(fennel NEAR/8 (tea OR soup OR seed)) -kettle", `the query is ${query}`);
    await page.locator("button[formaction^='/settings/packs/try']").click();
    await page.locator("#tried li").first().waitFor();
    // What the head of the page half covers is not small.
    await page.evaluate(() => scrollTo(0, 0));
    const found = await barriers(page, "a pack that was tried");
    assert(found.length === 0, found.join("\n"));
    await page.locator("form[action='/settings/packs'] button.chief").click();
    await page.locator("code", { hasText: "in:other-fennel" }).first().waitFor();
    assertSound(page);
    await page.context().close();
  });
}
