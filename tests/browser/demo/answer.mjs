// An answer that is taken back before it leaves, and one that leaves, arrives once and is answered.
import { assert, assertSound, check, isLive, until } from "../harness.mjs";
import { opens, shownCase } from "./company.mjs";
import { toast } from "./keys.mjs";

export default async function run(company) {
  const mara = await company.session("Mara");
  const id = await company.find(mara, "a question on Mastodon on a desk", (one) => one.case.owner === "desk" && one.case.network === "mastodon" && one.post.post.lang === "en", { state: "open" });
  const replies = async () => (await company.get(mara, id)).replies;

  for (const [way, undo] of [["Z", (page) => page.keyboard.press("z")], ["the button", (page) => page.locator("#toasts .toast button").last().click()]]) {
    await check(`an answer is taken back with ${way}: its words are in the composer again, and nothing leaves`, async () => {
      const page = await company.be("Mara", `/cases/${id}`);
      await isLive(page);
      const words = `Thank you for writing. We look into it. (${way})`;
      await page.keyboard.press("r");
      await page.keyboard.press("Control+a");
      await page.keyboard.type(words);
      await page.keyboard.press("Control+Enter");
      await toast(page, "Leaves in");
      assert((await page.locator("#reply-text").inputValue()) === "", "the words stay in the composer");
      await page.locator("#case-title").focus();
      await undo(page);
      await toast(page, "Taken back");
      assert((await page.locator("#reply-text").inputValue()) === words, `the composer says: ${await page.locator("#reply-text").inputValue()}`);
      const reply = (await replies()).find((one) => one.text === words);
      assert(reply.state === "withdrawn", `it is ${reply.state}`);
      // Past the moment at which it would have left, it has not.
      await until("the moment passes", () => Date.now() > Date.parse(reply.queued_at ?? reply.at ?? reply.created_at ?? Date.now()) + 13_000, 20_000);
      const { posts, replies: later } = await company.get(mara, id);
      assert(later.find((one) => one.text === words).state === "withdrawn", "it left all the same");
      assert(!posts.some((one) => one.post.text.includes(words)), "it came back from the network");
      await page.reload();
      assert((await page.locator("#reply-text").inputValue()) === words, "the words are gone after a reload");
      assertSound(page);
      await page.context().close();
    });
  }

  await check("an answer that is taken back from another case is in its own composer again, and in no other", async () => {
    const page = await company.be("Mara", `/desk?queue=all&network=mastodon&case=${id}`);
    await isLive(page);
    const words = "Sent, left, and taken back";
    await page.locator("#reply-text").fill(words);
    await page.locator("#reply-text").press("Control+Enter");
    await toast(page, "Leaves in");
    await page.locator("#case-title").focus();
    await page.keyboard.press("j");
    await until("another case is open", async () => (await shownCase(page)) !== id);
    const other = await shownCase(page);
    await page.keyboard.press("z");
    await toast(page, "Taken back");
    await opens(page, id);
    await until("the words are in its composer", async () => (await page.locator("#reply-text").inputValue()) === words);
    await page.locator(`#list-pane li[data-id="${other}"] a`).click();
    await opens(page, other);
    assert((await page.locator("#reply-text").inputValue()) === "", `the other one says: ${await page.locator("#reply-text").inputValue()}`);
    assertSound(page);
    await page.context().close();
  });

  await check("an answer that nobody takes back arrives once, and its author writes again", async () => {
    const page = await company.be("Mara", `/cases/${id}`);
    await isLive(page);
    const words = "Please send us the number below the base; a new lid leaves today.";
    await page.locator("#reply-text").fill(words);
    await page.locator("#reply-text").press("Control+Enter");
    await toast(page, "Leaves in");
    const before = (await company.get(mara, id)).posts.length;
    await page.waitForSelector("article.reply[data-state=sent]", { timeout: 30_000 });
    assert((await replies()).filter((one) => one.text === words && one.state === "sent").length === 1, "it is not sent, or twice");
    await until("the author writes again", async () => (await company.get(mara, id)).posts.length > before, 60_000);
    await page.waitForFunction(() => document.getElementById("elsewhere")?.textContent.includes("changed elsewhere") || document.querySelectorAll(".post.newest").length > 0);
    await page.reload();
    await opens(page, id);
    assert((await page.locator(".talk .said", { hasText: words }).count()) === 1, `it is shown ${await page.locator(".talk .said", { hasText: words }).count()} times`);
    assertSound(page);
    await page.context().close();
  });
}
