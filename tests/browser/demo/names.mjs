// What a screen reader is told: names of everything that takes the focus, what a row says, landmarks, headings, live regions.
import { assert, check, isLive } from "../harness.mjs";
import { casePages, linkedPages } from "./pages.mjs";

const LANDMARKS = ["main", "banner", "navigation", "search", "complementary", "form", "region"];
const value = (node, name) => node.properties?.find((one) => one.name === name)?.value.value;

async function tree(page) {
  // A reader makes the browser lay out also what is not in sight; only looking at the tree does not.
  await page.evaluate(() => { for (const row of document.querySelectorAll(".row")) row.style.contentVisibility = "visible"; });
  const session = await page.context().newCDPSession(page);
  const { nodes } = await session.send("Accessibility.getFullAXTree");
  await session.detach();
  return nodes.filter((node) => !node.ignored).map((node) => ({ role: node.role?.value, name: node.name?.value?.replace(/\s+/g, " ").trim() ?? "", level: value(node, "level"), canFocus: value(node, "focusable") === true, live: value(node, "live"), id: node.backendDOMNodeId }));
}

// What is wrong with a page, by its tree alone.
function faults(nodes) {
  const found = [];
  const nameless = nodes.filter((node) => node.canFocus && node.name === "" && !["RootWebArea", "generic", "none", "paragraph", "StaticText"].includes(node.role));
  found.push(...nameless.map((node) => `a ${node.role} has no name`));
  for (const [role, count] of [["main", 1], ["banner", 1]]) {
    const there = nodes.filter((node) => node.role === role).length;
    if (there !== count) found.push(`${there} of ${role}`);
  }
  for (const role of ["navigation", "complementary", "region", "form"]) {
    const names = nodes.filter((node) => node.role === role && (role === "navigation" || node.name !== "")).map((node) => node.name);
    if (names.length > 1 && new Set(names).size < names.length) found.push(`two ${role} have one name: ${names.join(", ")}`);
  }
  const headings = nodes.filter((node) => node.role === "heading");
  if (!headings.some((one) => one.level === 1)) found.push("no first heading");
  let before = 0;
  for (const one of headings) {
    if (one.name === "") found.push("a heading without words");
    // The queues stand before the list, and begin with headings of the second level.
    if (before > 0 && one.level > before + 1) found.push(`after a heading of level ${before} comes "${one.name}" of level ${one.level}`);
    before = one.level;
  }
  return found;
}

export default async function run(company) {
  const cookie = await company.session("Vera");
  const pages = [...(await linkedPages(company, cookie)), ...(await casePages(company, cookie))];

  await check(`everything that takes the focus has a name, and landmarks and headings are in order, on ${pages.length} pages`, async () => {
    const page = await company.be("Vera");
    const found = new Map();
    const count = { focusable: 0, landmarks: 0 };
    for (const [, path] of pages) {
      await page.goto(company.url + path);
      const nodes = await tree(page);
      count.focusable += nodes.filter((node) => node.canFocus).length;
      count.landmarks += nodes.filter((node) => LANDMARKS.includes(node.role)).length;
      for (const fault of faults(nodes)) found.set(fault, [...(found.get(fault) ?? []), path]);
    }
    await page.context().close();
    assert(found.size === 0, `\n  ${[...found].map(([fault, where]) => `${fault}: ${where.slice(0, 3).join(" ")}${where.length > 3 ? ` and ${where.length - 3} more` : ""}`).join("\n  ")}`);
    return `${count.focusable} elements, ${count.landmarks} landmarks`;
  });

  await check("what opens has names as well: the forms of a case, the menus, the palette, the keys", async () => {
    const page = await company.be("Mara", "/desk?queue=all");
    await isLive(page);
    await page.locator("#rows .row").first().click();
    await page.waitForSelector("#case");
    const found = [];
    for (const selector of ["details.deed[data-verb=transfer]", "details.deed[data-verb=snooze]", "details.deed[data-verb=close]", "details.deed[data-verb=note]", "details.deed[data-verb=more]", "details.menu:not(.filter)", "details.filter"]) {
      await page.evaluate((selector) => { for (const one of document.querySelectorAll("details[open]")) one.open = false; document.querySelector(selector).open = true; }, selector);
      found.push(...faults(await tree(page)).map((fault) => `${selector}: ${fault}`));
    }
    await page.keyboard.press("Control+k");
    await page.keyboard.type("lid");
    await page.locator("#palette-list [role=option]").first().waitFor();
    const nodes = await tree(page);
    for (const role of ["combobox", "listbox"]) if (!nodes.some((node) => node.role === role && node.name !== "")) found.push(`the palette has no ${role} with a name`);
    if (nodes.some((node) => node.role === "option" && node.name === "")) found.push("something that was found has no name");
    await page.keyboard.press("Escape");
    await page.keyboard.press("?");
    if (!(await tree(page)).some((node) => node.role === "dialog" && node.name === "Keys")) found.push("the list of keys has no name");
    await page.context().close();
    assert(found.length === 0, found.join("; "));
  });

  await check("a row of the list says who wrote where and when, how urgent it is, who has it, and how it was read", async () => {
    const page = await company.be("Mara", "/desk?queue=all");
    await isLive(page);
    const nodes = await tree(page);
    const cases = new Map((await company.cases(page.cookie)).map((one) => [one.case.id, one]));
    const rows = await page.locator("#rows > li").evaluateAll((all) => all.map((li) => ({ id: Number(li.dataset.id), signs: [...li.querySelectorAll(".signs .aloud")].map((one) => one.textContent.trim()) })));
    const links = nodes.filter((node) => node.role === "link").map((node) => node.name).filter((name) => name.startsWith("Priority"));
    assert(links.length === rows.length, `${links.length} of ${rows.length} rows begin with their priority`);
    const wrong = [];
    for (const [place, { id, signs }] of rows.entries()) {
      const name = links[place];
      const { case: one, post } = cases.get(id) ?? {};
      if (!one) continue;
      const author = post.post.author.name || post.post.author.handle;
      for (const [what, is] of [
        ["its priority", name.startsWith(`Priority ${one.priority.score} `)], ["its author", name.includes(author.replace(/\s+/g, " "))],
        ["its network", /mastodon|bluesky|forum|discourse|review|feed|press|web/i.test(name)], ["its age", /(\d+ (s|min|h|days?) ago|just now|[A-Z][a-z]{2} \d)/.test(name)],
        ["its owner", /Owner: \S/.test(name)], ["its signs", signs.every((sign) => name.includes(sign))],
      ]) if (!is) wrong.push(`case ${id} does not say ${what}: ${name}`);
    }
    await page.context().close();
    assert(wrong.length === 0, wrong.slice(0, 6).join("\n  "));
    return `${rows.length} rows; the first: ${links[0].slice(0, 160)}`;
  });

  await check("what changes by itself is in a live region that is there from the beginning", async () => {
    const page = await company.be("Mara", "/desk?queue=all");
    await isLive(page);
    await page.locator("#rows .row").first().click();
    await page.waitForSelector("#case");
    const missing = await page.evaluate(() => ["desk-live", "toasts", "elsewhere", "presence", "meter", "writing-too"].filter((id) => {
      const one = document.getElementById(id);
      return !one || !(one.matches("[role=status], [role=alert]") || ["polite", "assertive"].includes(one.getAttribute("aria-live")));
    }));
    assert(missing.length === 0, missing.join(", "));
    await page.goto(`${company.url}/mentions`);
    assert(await page.locator("#live").evaluate((one) => one.matches("[role=status]") || one.hasAttribute("aria-live")), "the list of mentions does not say that it is live");
    await page.context().close();
  });
}
