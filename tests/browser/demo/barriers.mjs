// What axe finds on every page of the demonstration, light and dark, wide and narrow, with more contrast, and mirrored.
import { assert, barriers, check, looks, open, sideways } from "../harness.mjs";
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
      }
      await page.context().close();
      assert(found.length === 0, `\n  ${found.join("\n  ")}`);
    });
  }
  await prefer(company, cookie, PLAIN);
}
