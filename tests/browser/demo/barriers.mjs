// What axe finds on every page of the demonstration, light and dark, wide and narrow, with more contrast, and mirrored;
// and what scrolls sideways or has no room.
import { assert, barriers, check, looks, open, sideways, squeezed } from "../harness.mjs";
import { casePages, linkedPages } from "./pages.mjs";

// What one prefers, and how it is set.
const prefer = (company, cookie, wishes) =>
  fetch(`${company.url}/settings/you/preferences`, { method: "POST", headers: { cookie, origin: company.url }, body: new URLSearchParams(wishes), redirect: "manual" }).then((answer) => assert(answer.status < 400, `the wish was answered with ${answer.status}`));

const PLAIN = { theme: "system", contrast: "system", density: "normal", language: "system" };

export default async function run(company) {
  const cookie = await company.session("Vera");
  const pages = [...(await linkedPages(company, cookie)), ...(await casePages(company, cookie)).map(([what, path]) => [`case ${what}`, path])];
  const states = [
    ...looks.map((look) => [`${look.colorScheme}, ${look.viewport.width} pixels`, PLAIN, look]),
    ["more contrast, dense, dark", { ...PLAIN, contrast: "more", density: "compact" }, { colorScheme: "dark" }],
    ["mirrored", { ...PLAIN, language: "ar-XB" }, { colorScheme: "light" }],
    ["mirrored, 390 pixels", { ...PLAIN, language: "ar-XB" }, { colorScheme: "light", viewport: { width: 390, height: 844 } }],
  ];
  for (const [name, wishes, look] of states) {
    await check(`no barrier that axe can find, ${name}, ${pages.length} pages`, async () => {
      await prefer(company, cookie, wishes);
      const page = await open(`${company.url}/desk`, { cookie, ...look });
      if (wishes.language === "ar-XB") assert((await page.locator("html").getAttribute("dir")) === "rtl", "the page is not mirrored");
      const found = [];
      for (const [what, path] of pages) {
        await page.goto(company.url + path);
        found.push(...(await barriers(page, what)));
        const wide = await sideways(page);
        if (wide > 0) found.push(`${what} scrolls sideways by ${wide}`);
        const narrow = await squeezed(page);
        if (narrow.length > 0) found.push(`${what} leaves too little room for ${narrow.slice(0, 3).join(", ")}`);
      }
      await page.context().close();
      assert(found.length === 0, `\n  ${found.join("\n  ")}`);
    });
  }
  await prefer(company, cookie, PLAIN);

  await check("what opens on a case has room for all that it holds", async () => {
    const found = [];
    for (const look of looks.filter(({ colorScheme }) => colorScheme === "light")) {
      const page = await open(`${company.url}/desk`, { cookie, ...look });
      for (const [what, path] of await casePages(company, cookie)) {
        await page.goto(company.url + path);
        const narrow = await page.locator("details.deed").evaluateAll((deeds) => deeds.flatMap((deed) => {
          deed.open = true;
          const cut = [...deed.children].slice(1).filter((panel) => panel.scrollWidth > panel.clientWidth);
          deed.open = false;
          return cut.length > 0 ? [deed.dataset.verb] : [];
        }));
        found.push(...narrow.map((verb) => `${what}, ${look.viewport.width} pixels: ${verb}`));
      }
      await page.context().close();
    }
    assert(found.length === 0, `\n  ${found.join("\n  ")}`);
  });
}
