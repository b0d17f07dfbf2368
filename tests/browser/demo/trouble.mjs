// What goes wrong in a day: a session that ends in the middle of a word, two tabs, back and forward, no scripts.
import { assert, assertSound, check, isLive, rest, shows, until } from "../harness.mjs";
import { opens, shownCase } from "./company.mjs";

const logOut = (company, cookie) => fetch(`${company.url}/log-out`, { method: "POST", headers: { cookie, origin: company.url }, redirect: "manual" });
const giveCookie = (company, page, cookie) => page.context().addCookies([{ name: cookie.split("=")[0], value: cookie.split("=")[1], url: company.url }]);

export default async function run(company) {
  const mara = await company.session("Mara");
  const ids = (await company.cases(mara, { state: "open", unclaimed: "true" })).filter((one) => one.case.network === "mastodon").map((one) => one.case.id);
  const draftOf = async (id) => (await company.api(mara, `/cases/${id}/draft`).catch(() => ({ data: { text: "" } }))).data.text;

  await check("a note whose writer is logged out meanwhile is kept by the page that asks to log in", async () => {
    const page = await company.be("Mara", `/cases/${ids[0]}`);
    await isLive(page);
    await page.keyboard.press("n");
    await page.keyboard.type("Written while the session ended");
    await logOut(company, page.cookie);
    await page.keyboard.press("Control+Enter");
    await shows(page, "main .note", "What you wrote is kept");
    const kept = new URLSearchParams(await page.locator("input[name=carried]").inputValue());
    assert(kept.get("text") === "Written while the session ended", `kept is ${kept}`);
    await page.context().close();
  });

  for (const [what, keys, fields] of [
    ["a transfer's note", ["t", "Sales", "Tab", "Tab", "Written as the session ended", "Control+Enter"], { note: "Written as the session ended" }],
    ["until when a case sleeps", ["s", "Enter"], { until: "hour" }],
  ]) {
    await check(`on the desk, where the next case comes at once, ${what} is carried over the log-in as well`, async () => {
      const page = await company.be("Mara", `/desk?queue=all&case=${ids[0]}`);
      await isLive(page);
      await logOut(company, page.cookie);
      for (const key of keys) await (/^(.|Tab|Enter|Control\+\w+)$/.test(key) ? page.keyboard.press(key) : page.keyboard.type(key));
      await shows(page, "main .note", "What you wrote is kept");
      const kept = new URLSearchParams(await page.locator("input[name=carried]").inputValue());
      for (const [name, value] of Object.entries(fields)) assert(kept.get(name) === value, `kept is ${kept}`);
      await page.context().close();
    });
  }

  await check("an answer whose writer is logged out meanwhile stays, and is saved after the next log-in", async () => {
    const page = await company.be("Mara", `/cases/${ids[1]}`);
    await isLive(page);
    await page.locator("#reply-text").fill("Written while the session ended");
    await logOut(company, page.cookie);
    await page.locator("#reply-text").press("End");
    await page.keyboard.type(", and afterwards");
    await shows(page, "#meter", "your session ended");
    assert((await page.locator("#reply-text").inputValue()).endsWith("and afterwards"), "the words are gone");
    await giveCookie(company, page, await company.session("Mara"));
    await until("it is saved", async () => (await draftOf(ids[1])) === "Written while the session ended, and afterwards", 30_000);
    await page.context().close();
  });

  await check("back and forward go through the cases that were open, and what was being written is there", async () => {
    const page = await company.be("Mara", "/desk?queue=all");
    await isLive(page);
    const shown = [];
    for (const place of [0, 1, 2]) {
      await page.locator("#rows > li").nth(place).locator("a").click();
      shown.push(Number(await page.locator("#rows > li").nth(place).getAttribute("data-id")));
      await opens(page, shown[place]);
      if (place === 0) await page.locator("#reply-text").fill("Half a sentence");
    }
    await page.goBack();
    await opens(page, shown[1]);
    await page.goBack();
    await opens(page, shown[0]);
    assert((await page.locator("#reply-text").inputValue()) === "Half a sentence", "the words are gone");
    await page.goForward();
    await opens(page, shown[1]);
    await page.locator(".bar .sections a", { hasText: "Mentions" }).click();
    await page.waitForURL("**/mentions");
    await page.goBack();
    await opens(page, shown[1]);
    assertSound(page);
    await page.context().close();
  });

  await check("a link within the page leads to its place, and nothing is loaded anew", async () => {
    for (const path of [`/cases/${ids[0]}`, `/desk?queue=all&case=${ids[0]}`]) {
      const page = await company.be("Mara", path);
      await isLive(page);
      await page.evaluate(() => { window.isTheSame = true; document.getElementById("case").dataset.isTheSame = ""; });
      await page.locator("a[data-key=R]").click();
      await rest(1500);
      assert(await page.evaluate(() => window.isTheSame && "isTheSame" in document.getElementById("case").dataset), `${path} was loaded again`);
      await page.keyboard.type("Hello");
      assert((await page.locator("#reply-text").inputValue()).includes("Hello"), "the composer has no focus");
      await page.context().close();
    }
  });

  await check("of two tabs that write to one author, neither loses a word without being told", async () => {
    const one = await company.be("Mara", `/cases/${ids[2]}`);
    await isLive(one);
    const other = await one.context().newPage();
    await other.goto(`${company.url}/desk?queue=all&case=${ids[2]}`);
    await isLive(other);
    await one.locator("#reply-text").fill("Words of the first tab");
    await until("it is saved", async () => (await draftOf(ids[2])) === "Words of the first tab");
    await other.locator("#reply-text").fill("Words of the second tab");
    await other.waitForFunction(() => document.querySelector("#meter .wrong"), null, { timeout: 15_000 });
    assert((await other.locator("#reply-text").inputValue()) === "Words of the second tab", "the second tab's words are gone");
    assert((await one.locator("#reply-text").inputValue()) === "Words of the first tab", "the first tab's words are gone");
    assert((await draftOf(ids[2])) === "Words of the first tab", "the first draft was written over");
    const said = await other.locator("#meter .wrong").first().textContent();
    // Nor is it by leaving.
    await other.locator("#case-title").focus();
    await other.keyboard.press("j");
    await until("another case is open", async () => (await shownCase(other)) !== ids[2]);
    assert((await draftOf(ids[2])) === "Words of the first tab", "the first draft was written over as the case was left");
    await one.context().close();
    return said;
  });

  await check("without the scripts everything can be read, and forms are answered with pages", async () => {
    const page = await company.be("Mara", "/log-in");
    await page.context().route(/\.js(\?|$)/, (route) => route.abort());
    await page.goto(`${company.url}/desk?queue=all`);
    await page.locator("#rows .row").first().click();
    await page.waitForURL("**case=**");
    const id = await shownCase(page);
    assert((await page.locator("#talk .said").count()) > 0, "nothing to read");
    await page.locator("details.deed[data-verb=note] > summary").click();
    await page.locator("#note-text").fill("Without scripts");
    await page.locator("details.deed[data-verb=note] button[type=submit]").click();
    await shows(page, ".private-note", "Without scripts");
    await page.goto(`${company.url}/cases/${ids[3]}`);
    await page.locator("form[action$='/claim'] button").first().click();
    await page.waitForSelector("#case[data-owner=you]");
    await page.locator("#reply-text").fill("An answer without scripts");
    await page.locator("#reply button.chief").click();
    await page.waitForSelector("article.reply[data-state=queued]");
    await page.locator("form[action$='/withdraw'] button").click();
    await page.waitForSelector("article.reply[data-state=withdrawn]");
    assert((await company.get(page.cookie, ids[3])).replies.at(-1).state === "withdrawn", "it leaves");
    for (const path of ["/mentions", "/searches", "/find?q=lid", "/settings/you", "/directory"]) {
      await page.goto(company.url + path);
      assert((await page.locator("main h1").count()) > 0, `${path} shows nothing`);
    }
    assert(id > 0, "no case");
    await page.context().close();
  });
}
