// The guided tour, run whole by mouse and by keys, and everybody whom one can be.
import { assert, assertSound, check, open } from "../harness.mjs";

const STEPS = 7;

// What the card says, where it points, and whether both can be seen.
const look = (page) => page.evaluate(() => {
  const card = document.getElementById("tour-step");
  const target = document.querySelector(".tour-points-at");
  const box = (one) => { const { left, top, right, bottom } = one.getBoundingClientRect(); return { left, top, right, bottom }; };
  // Something taller than the page cannot be shown whole.
  const seenOf = ({ top, bottom }) => (Math.min(bottom, innerHeight) - Math.max(top, 0)) / Math.min(bottom - top, innerHeight);
  const isInside = ({ left, top, right, bottom }) => left >= 0 && top >= 0 && right <= innerWidth + 1 && bottom <= innerHeight + 1;
  if (!card || !target) return { count: card?.querySelector("p").textContent, trouble: card ? "it points at nothing" : "there is no card" };
  const [own, there] = [box(card), box(target)];
  const seen = document.elementFromPoint((there.left + there.right) / 2, (there.top + there.bottom) / 2);
  const across = Math.max(0, Math.min(own.right, there.right) - Math.max(own.left, there.left));
  const down = Math.max(0, Math.min(own.bottom, there.bottom) - Math.max(own.top, there.top));
  const covered = (across * down) / ((there.right - there.left) * (there.bottom - there.top));
  const trouble = !isInside(own) ? `the card is outside: ${JSON.stringify(own)}`
    : !isInside(there) && seenOf(there) < 0.6 ? `what it points at is outside: ${JSON.stringify(there)}`
    : !(target.contains(seen) || card.contains(seen) || seen?.contains(target)) ? `${seen?.outerHTML.slice(0, 80)} covers what it points at`
    : covered > 0.3 && seenOf(there) === 1 ? `the card covers ${Math.round(covered * 100)} % of what it points at` : "";
  return { count: card.querySelector("p").textContent, title: card.querySelector("h2").textContent, hasFocus: card.contains(document.activeElement), trouble };
});

// `left` names the steps that have nothing to point at here.
async function follow(page, next, left = []) {
  const titles = [];
  const trouble = [];
  for (let step = 1; step <= STEPS; step += 1) {
    if (left.includes(step)) continue;
    await page.waitForFunction((count) => document.querySelector("#tour-step p")?.textContent === count, `${step} / ${STEPS}`);
    const seen = await look(page);
    if (seen.trouble) trouble.push(`step ${step}: ${seen.trouble}`);
    if (!seen.hasFocus) trouble.push(`step ${step}: the focus is elsewhere`);
    titles.push(seen.title);
    await next(step);
  }
  assert(trouble.length === 0, trouble.join("; "));
  assert(new Set(titles).size === STEPS - left.length, titles.join(", "));
  assert((await page.locator("#tour-step, .tour-points-at").count()) === 0, "the tour does not end");
  assert((await page.evaluate(() => sessionStorage.getItem("tour"))) === null, "the tour would go on");
}

export default async function run(company) {
  for (const [width, height] of [[1440, 900], [1024, 700], [390, 844]]) {
    await check(`the tour points at seven things that are there, with the mouse, at ${width} by ${height}`, async () => {
      const page = await company.be("Mara", "/desk", { viewport: { width, height } });
      await (width > 1000 ? page.locator("[data-tour]").click() : page.goto(`${company.url}/demo/tour`).then(() => page.locator("[data-tour-begin]").click()));
      // On a phone there is no line below the list.
      await follow(page, () => page.locator("#tour-step .button.chief").click(), width > 832 ? [] : [2]);
      assertSound(page);
      await page.context().close();
    });
  }

  await check("the tour is run whole with the keyboard, back as well, and Escape ends it", async () => {
    const page = await company.be("Mara", "/desk");
    await page.locator("[data-tour]").focus();
    await page.keyboard.press("Enter");
    let isBack = false;
    await follow(page, async (step) => {
      if (step === 4 && !isBack) {
        isBack = true;
        for (const key of ["Tab", "Tab", "Enter"]) await page.keyboard.press(key);
        await page.waitForFunction(() => document.querySelector("#tour-step p")?.textContent.startsWith("3 "));
        for (const key of ["Tab", "Enter"]) await page.keyboard.press(key);
        await page.waitForFunction(() => document.querySelector("#tour-step p")?.textContent.startsWith("4 "));
      }
      await page.keyboard.press("Tab");
      await page.keyboard.press("Enter");
    });
    assert(await page.evaluate(() => document.activeElement !== document.body), "the focus is lost at the end");
    await page.locator("[data-tour]").focus();
    await page.keyboard.press("Enter");
    await page.waitForSelector("#tour-step");
    await page.keyboard.press("Escape");
    assert((await page.locator("#tour-step").count()) === 0, "Escape does not end it");
    assertSound(page);
    await page.context().close();
  });

  await check("one can be each of twenty people with one click", async () => {
    const page = await open(`${company.url}/demo`);
    const wrong = [];
    for (const name of company.people.keys()) {
      await page.goto(`${company.url}/demo`);
      await page.getByRole("button", { name }).click();
      await page.waitForURL("**/desk?queue=all");
      const shown = await page.locator(".you bdi").textContent();
      if (shown !== name) wrong.push(`${name} is called ${shown}`);
      if ((await page.locator("#rows .row").count()) === 0) wrong.push(`${name} sees no case`);
    }
    assert(company.people.size === 20, `${company.people.size} people`);
    assert(wrong.length === 0, wrong.join("; "));
    assertSound(page);
    await page.context().close();
  });
}
