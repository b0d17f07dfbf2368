// Whatever is done to a case is taken back, with Z and with the button that says so.
import { assert, assertSound, check, isLive, until } from "../harness.mjs";
import { toast } from "./keys.mjs";

const WAYS = [
  ["Z", async (page) => { await page.locator("#case-title").focus(); await page.keyboard.press("z"); }],
  ["the button", (page) => page.locator("#toasts .toast button").last().click()],
];

// How a case stands, as far as taking something back can be seen.
const standing = ({ case: one, undone, events }) => JSON.stringify({
  owner: one.owner, state: one.state, tags: one.tags, score: one.priority.score, offered: one.offer && one.offer.to, department: one.department,
  notes: events.filter((event) => event.kind === "noted" && !(undone ?? []).some((number) => (number.event ?? number) === event.number)).length,
});

export default async function run(company) {
  const mara = await company.session("Mara");
  const ines = await company.session("Ines");
  const free = await company.cases(mara, { state: "open", unclaimed: "true", department: (await company.get(mara, await company.find(mara, "lids", (one) => one.case.tags.includes("k4-lid")))).case.department });
  assert(free.length >= 24, `only ${free.length} cases are free`);
  const service = free[0].case.department;
  const sales = (await company.api(mara, "/departments")).data.find((one) => one.name === "Sales").id;
  const does = (who, verb, body = {}) => (id) => company.api(who, `/cases/${id}/${verb}`, body);
  const claimed = does(mara, "claim");
  const press = (...keys) => async (page) => {
    for (const key of keys) await (key.length === 1 || /^(Tab|Enter|Space|End|Control\+\w+)$/.test(key) ? page.keyboard.press(key) : page.keyboard.type(key));
  };
  // What is done, how the case is made ready for it, the keys that do it, what is said of it.
  const deeds = [
    ["claim", [], press("c"), "Taken"],
    ["release", [claimed], press("u", "Somebody from kettles", "Enter"), "Given back"],
    ["assign", [], press("a", "Tomasz", "Tab", "Enter"), "Given"],
    ["transfer", [claimed], press("t", "Sales", "Tab", "Tab", "About a price", "Control+Enter"), "Offered"],
    ["snooze", [claimed], press("s", "Enter"), "Put to sleep"],
    ["wait", [claimed], press("w"), "Waits for the author"],
    ["resume", [claimed, does(mara, "wait")], press("w"), "Open again"],
    ["close", [claimed], press("e", "Space", "Control+Enter"), "Closed"],
    ["reopen", [claimed, does(mara, "close", { outcome: "no_answer", reason: "Nothing is asked" })], press("e", "They wrote again", "Control+Enter"), "Reopened"],
    ["tag", [], press("g", "End", ", undone", "Enter"), "Tagged"],
    ["prioritise", [], press("p", "Control+a", "81", "Tab", "It burns", "Enter"), "Priority set"],
    ["note", [], press("n", "Only for colleagues", "Control+Enter"), "Noted"],
    ["accept", [does(ines, "claim"), does(ines, "transfer", { department: service, user: company.id("Mara"), reason: "expertise", note: "Yours" })], press("y"), "Accepted"],
    ["decline", [does(ines, "claim"), does(ines, "transfer", { department: service, user: company.id("Mara"), reason: "expertise", note: "Yours" })], press("x", "No time", "Enter"), "Declined"],
    ["withdraw an offer", [claimed, does(mara, "transfer", { department: sales, reason: "expertise", note: "Yours" })],
      (page) => page.locator("form[action$='/withdraw-offer'] button").click(), "Offer ended"],
  ];
  assert(service, "no department");

  let next = 0;
  for (const [name, ready, act, said] of deeds) {
    await check(`taken back with Z and with the button: ${name}`, async () => {
      for (const [way, undo] of WAYS) {
        const { id } = free[next].case;
        next = (next + 1) % free.length;
        for (const step of ready) await step(id);
        const page = await company.be("Mara", `/cases/${id}`);
        await isLive(page);
        const before = standing(await company.get(page.cookie, id));
        await act(page);
        await toast(page, said);
        const between = standing(await company.get(page.cookie, id));
        assert(between !== before, `case ${id} stands as before: ${before}`);
        await undo(page);
        await toast(page, "Taken back");
        const view = await company.get(page.cookie, id);
        assert(standing(view) === before, `with ${way}, case ${id} stood ${before} and stands ${standing(view)}`);
        await until("the page shows it", async () => (await page.locator("#case").getAttribute("data-version")) === String(view.case.version));
        assertSound(page);
        await page.context().close();
      }
    });
  }
}
