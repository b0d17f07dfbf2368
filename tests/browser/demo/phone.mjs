// The demonstration on a phone with a finger: from the list to an answer and back, and everything large enough to be met.
import { assert, assertSound, check, isLive, isLost, line, mendAndTry, open, shows, sideways } from "../harness.mjs";
import { opens } from "./company.mjs";
import { toast } from "./keys.mjs";
import { casePages, linkedPages } from "./pages.mjs";

const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true, deviceScaleFactor: 2 };

// Targets below 24 by 24 pixels that are neither words of a sentence nor far enough from the next one (WCAG 2.2, 2.5.8).
const small = (page) => page.evaluate(() => {
  const SIZE = 24;
  const seen = [...document.querySelectorAll("a[href], button, summary, input:not([type=hidden]), select, textarea")].filter((one) => one.checkVisibility({ visibilityProperty: true }) && !one.closest(".skip, .aloud"));
  const boxed = seen.map((one) => {
    // A label makes its field larger.
    const parts = [one, ...(one.labels ?? [])].map((part) => part.getBoundingClientRect());
    const box = one.matches("[type=radio], [type=checkbox]") && one.closest("label") ? one.closest("label").getBoundingClientRect() : parts[0];
    return { one, box };
  }).filter(({ box }) => box.width > 0 && box.height > 0);
  const isInline = (one) => getComputedStyle(one).display === "inline" && [...one.parentElement.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim().length > 1);
  const centre = ({ left, top, width, height }) => [left + width / 2, top + height / 2];
  const isNear = ([x, y], box) => Math.hypot(Math.max(box.left - x, 0, x - box.right), Math.max(box.top - y, 0, y - box.bottom)) < SIZE / 2;
  return boxed.filter(({ one, box }) => (box.width < SIZE - 0.5 || box.height < SIZE - 0.5) && !isInline(one)
    && boxed.some((other) => other.one !== one && !other.one.contains(one) && !one.contains(other.one) && isNear(centre(box), other.box)))
    .map(({ one, box }) => `${Math.round(box.width)} by ${Math.round(box.height)}: ${one.outerHTML.replace(/\s+/g, " ").slice(0, 110)}`);
});

export default async function run(company) {
  await check("from the list to a case, to an answer, and back, with a finger", async () => {
    const page = await company.be("Mara", "/desk?queue=all", PHONE);
    await isLive(page);
    const row = page.locator("#rows > li", { hasText: "Mastodon" }).nth(1);
    const id = Number(await row.getAttribute("data-id"));
    await row.locator("a").tap();
    await opens(page, id);
    await isLive(page);
    assert(!(await page.locator("#list-pane").isVisible().catch(() => false)), "the list stays beside the case");
    await page.locator("details.deed[data-verb=more] > summary").tap();
    assert(await page.locator("details.deed[data-verb=more] form").first().isVisible(), "nothing opens");
    const panel = await page.locator("details.deed[data-verb=more] > div").boundingBox();
    assert(panel.x >= 0 && panel.x + panel.width <= 390, `what opens is at ${panel.x} and ${panel.width} wide`);
    await page.locator("details.deed[data-verb=more] > summary").tap();
    await page.locator("#reply-text").tap();
    await page.keyboard.type("Written with a thumb");
    assert(await page.locator("#reply button.chief").evaluate((one) => { one.scrollIntoView({ block: "nearest" }); const { left, right } = one.getBoundingClientRect(); return left >= 0 && right <= innerWidth; }), "the button to send is outside");
    await page.locator("#reply button.chief").tap();
    await toast(page, "Leaves in");
    const box = await page.locator("#toasts .toast").last().boundingBox();
    assert(box.x >= 0 && box.x + box.width <= 390 && box.y + box.height <= 844, `the line that undoes is at ${JSON.stringify(box)}`);
    await page.locator("#toasts .toast button").last().tap();
    await toast(page, "Taken back");
    assert((await page.locator("#reply-text").inputValue()) === "Written with a thumb", "the words are gone");
    await page.getByRole("link", { name: "Back to the list" }).tap();
    await page.locator("#rows .row").first().waitFor();
    assertSound(page);
    await page.context().close();
  });

  await check("many cases are marked with a finger, by the whole row", async () => {
    const page = await company.be("Mara", "/desk?queue=all", PHONE);
    await isLive(page);
    const rows = page.locator("#rows > li");
    assert(!(await rows.first().locator(".mark").isVisible()), "boxes stand where nobody marks");
    await page.locator("[data-marking]").tap();
    for (const at of [0, 2]) await rows.nth(at).locator("a").tap();
    assert((await page.locator("#bulk output").textContent()) === "2 marked", await page.locator("#bulk output").textContent());
    assert(!(await page.evaluate(() => document.body.classList.contains("has-case"))), "a case has opened");
    await page.locator("[data-bulk]").tap();
    await page.waitForSelector(".bulk-page");
    assert((await page.locator(".bulk-page input[name=case]").count()) === 2, "other cases are asked about");
    assertSound(page);
    await page.context().close();
  });

  await check("without a connection the line that says so covers nothing, and what cannot be done is said", async () => {
    const cable = await line(company.url);
    const page = await open(`${cable.base}/desk?queue=all`, { cookie: await company.session("Mara"), ...PHONE });
    await isLive(page);
    await page.locator("[data-marking]").tap();
    await page.locator("#rows > li a").first().tap();
    await cable.cut();
    await isLost(page);
    const said = page.locator("#desk-live");
    assert(!(await said.textContent()).includes("draft"), await said.textContent());
    const [bar, box] = [await page.locator("#bulk").boundingBox(), await said.boundingBox()];
    assert(bar.y + bar.height <= box.y + 0.5 && box.y + box.height <= 844.5, `the bar is at ${JSON.stringify(bar)}, the line at ${JSON.stringify(box)}`);
    assert((await sideways(page)) <= 0, "it is too wide");
    await page.locator("[data-bulk]").tap();
    await shows(page, "#bulk output", "there is no connection");
    await mendAndTry(page, cable);
    await shows(page, "#bulk output", "1 marked");
    await page.context().close();
    cable.cut();
  });

  await check("no page scrolls sideways, and nothing on it is too small for a finger", async () => {
    const cookie = await company.session("Vera");
    const pages = [...(await linkedPages(company, cookie)), ...(await casePages(company, cookie))];
    const page = await open(`${company.url}/desk`, { cookie, ...PHONE });
    const found = new Map();
    for (const [, path] of pages) {
      await page.goto(company.url + path);
      const wide = await sideways(page);
      for (const fault of [...(wide > 0 ? [`scrolls sideways by ${wide}`] : []), ...(await small(page))]) found.set(fault, [...(found.get(fault) ?? []), path]);
    }
    await page.context().close();
    assert(found.size === 0, `\n  ${[...found].slice(0, 40).map(([fault, where]) => `${where[0]}${where.length > 1 ? ` and ${where.length - 1} more` : ""}: ${fault}`).join("\n  ")}`);
    return `${pages.length} pages`;
  });
}
