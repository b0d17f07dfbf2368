// Telling people in their browsers: the page registers one, a push service of this machine takes what is sent and opens it
// with the browser's keys, the service worker shows it, and a click opens the case.
//
//   node push.mjs LINK BROWSER KEY
//
// A browser of a test has no push service, so that what `subscribe` gives is made here; everything after it is real.
import { createDecipheriv, createECDH, createPublicKey, hkdfSync, randomBytes, verify } from "node:crypto";
import { createServer } from "node:http";
import { assert, assertSound, barriers as barriersOf, check, launch, looks, open as openPage, session, sideways, sum, until } from "./harness.mjs";

const [link, executablePath, key] = process.argv.slice(2);
const { origin: url, pathname } = new URL(link);
await launch(executablePath);

// --- the push service
const [pair, auth] = [createECDH("prime256v1"), randomBytes(16)];
pair.generateKeys();
const taken = [];
let answers = [];
const service = createServer((request, answer) => {
  const parts = [];
  request.on("data", (part) => parts.push(part));
  request.on("end", () => {
    const status = answers.shift() ?? 201;
    if (status === 201) taken.push({ headers: request.headers, body: Buffer.concat(parts), path: request.url });
    answer.writeHead(status).end();
  });
});
await new Promise((done) => service.listen(0, "127.0.0.1", done));
const endpoint = `http://127.0.0.1:${service.address().port}/push/one`;
const subscription = { endpoint, keys: { p256dh: pair.getPublicKey().toString("base64url"), auth: auth.toString("base64url") } };

// RFC 8291 from the browser's side.
function opened(body) {
  const [salt, length] = [body.subarray(0, 16), body[20]];
  const [sender, record] = [body.subarray(21, 21 + length), body.subarray(21 + length)];
  const info = Buffer.concat([Buffer.from("WebPush: info\0"), pair.getPublicKey(), sender]);
  const secret = Buffer.from(hkdfSync("sha256", pair.computeSecret(sender), auth, info, 32));
  const derived = (what, bytes) => Buffer.from(hkdfSync("sha256", secret, salt, `Content-Encoding: ${what}\0`, bytes));
  const cipher = createDecipheriv("aes-128-gcm", derived("aes128gcm", 16), derived("nonce", 12));
  cipher.setAuthTag(record.subarray(-16));
  const plain = Buffer.concat([cipher.update(record.subarray(0, -16)), cipher.final()]);
  return plain.subarray(0, plain.lastIndexOf(2)).toString();
}

// RFC 8292: whoever sends has signed for this service.
function sender(authorization) {
  const [, token, point] = authorization.match(/^vapid t=([^,]+), k=(.+)$/);
  const [head, claims, signature] = token.split(".");
  const raw = Buffer.from(point, "base64url");
  const jwk = { kty: "EC", crv: "P-256", x: raw.subarray(1, 33).toString("base64url"), y: raw.subarray(33).toString("base64url") };
  const isSigned = verify("sha256", Buffer.from(`${head}.${claims}`), { key: createPublicKey({ key: jwk, format: "jwk" }), dsaEncoding: "ieee-p1363" }, Buffer.from(signature, "base64url"));
  assert(isSigned, "the token is not signed by the key beside it");
  return { ...JSON.parse(Buffer.from(claims, "base64url")), key: point };
}

// --- an installation with a case
async function call(method, path, body, proof = { authorization: `Bearer ${key}` }) {
  const answer = await fetch(url + path, { method, headers: { ...proof, ...(body && { "content-type": "application/json" }) }, body: body && JSON.stringify(body) });
  const text = await answer.text();
  assert(answer.ok, `${method} ${path}: ${answer.status} ${text.slice(0, 300)}`);
  return text ? JSON.parse(text).data : undefined;
}
const word = `kettle${Date.now().toString(36)}`;
await call("POST", "/api/v1/setup", {
  token: pathname.split("/").pop(), time_zone: "Europe/Lisbon", name: "Mara Lindqvist", email: "mara@acme.example", password: "correct horse battery", company: "Acme",
  departments: ["service", "sales"], searches: [{ name: "brand", query: word }],
});
const loggedIn = await fetch(`${url}/log-in`, { method: "POST", redirect: "manual", headers: { origin: url }, body: new URLSearchParams({ email: "mara@acme.example", password: "correct horse battery" }) });
const cookie = session(loggedIn);
const source = await call("POST", "/api/v1/sources", { name: "door", kind: "ingest", settings: {} });
const { token } = await call("POST", `/api/v1/sources/${source.id}/tokens`, { name: "test" });
const write = async (id) => {
  const post = { id, network: "forum", text: `my ${word} is broken, terrible, I want a refund` };
  await call("POST", "/api/v1/ingest", post, { authorization: `Bearer ${token}` });
};
await write("1");
let caseId;
await until("a case is open", async () => {
  const cases = await call("GET", "/api/v1/cases");
  caseId = cases[0]?.case.id;
  return caseId;
}, 20_000);

const open = (at, options = {}) => openPage(url + at, { cookie, ...options });

await check("before an administrator wants it no page offers it", async () => {
  const page = await open("/settings/notifications");
  assert(await page.locator("#browsers").count() === 0, "it is offered");
  await page.goto(`${url}/settings/push`);
  await page.getByLabel("Tell people in their browsers").check();
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByText("Saved.").waitFor();
  assertSound(page);
  await page.context().close();
});

const settings = await call("GET", "/api/v1/push");
let page;
await check("the button registers this browser, which is listed", async () => {
  page = await open("/log-in");
  await page.context().grantPermissions(["notifications"], { origin: url });
  await page.context().addInitScript((given) => {
    window.asked = [];
    const kept = () => sessionStorage.getItem("subscribed");
    const made = () => ({ toJSON: () => given, endpoint: given.endpoint, options: {} });
    PushManager.prototype.subscribe = async function subscribe(options) {
      sessionStorage.setItem("subscribed", JSON.stringify({ userVisibleOnly: options.userVisibleOnly, key: [...options.applicationServerKey] }));
      return made();
    };
    PushManager.prototype.getSubscription = async () => (kept() ? made() : null);
  }, subscription);
  await page.goto(`${url}/settings/notifications`);
  const button = page.getByRole("button", { name: "Tell me in this browser" });
  await button.click();
  await page.locator("#browsers .lines li").waitFor();
  await page.getByText("You are told in this browser.").waitFor();
  assert(!await button.isVisible(), "the button is still there");
  const asked = JSON.parse(await page.evaluate(() => sessionStorage.getItem("subscribed")));
  assert(asked.userVisibleOnly, "messages may stay unseen");
  assert(Buffer.from(asked.key).toString("base64url") === settings.public_key, "another key than ours");
  const [listed] = await call("GET", "/api/v1/push/browsers?as=mara@acme.example");
  assert(/Chrome/.test(listed.name), listed.name);
  assertSound(page);
});

let protocol, registrationId;
await check("the service worker has the whole site as its scope", async () => {
  protocol = await page.context().newCDPSession(page);
  protocol.on("ServiceWorker.workerRegistrationUpdated", ({ registrations }) => {
    registrationId = registrations.find(({ scopeURL }) => scopeURL === `${url}/`)?.registrationId ?? registrationId;
  });
  await protocol.send("ServiceWorker.enable");
  await until("a worker is registered", () => registrationId);
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => true));
});

// What the service worker shows.
const shown = () => page.evaluate(async () => {
  const worker = await navigator.serviceWorker.getRegistration("/");
  const all = await worker.getNotifications();
  return all.map(({ title, tag, data, actions }) => ({ title, tag, place: data.place, actions: (actions ?? []).map((one) => one.title) }));
});

let message;
await check("what happens is sealed for the browser and signed for its push service", async () => {
  await call("POST", `/api/v1/cases/${caseId}/assign`, { to: (await call("GET", "/api/v1/users")).find((user) => user.email === "mara@acme.example").id });
  await until("the push service has it", () => taken.length > 0, 20_000);
  const { headers, body, path } = taken[0];
  assert(path === "/push/one" && headers["content-encoding"] === "aes128gcm" && Number(headers.ttl) > 0, JSON.stringify(headers));
  assert(!body.includes("Case"), "it can be read on the way");
  const who = sender(headers.authorization);
  assert(who.aud === new URL(endpoint).origin && who.sub === "mailto:mara@acme.example" && who.key === settings.public_key, JSON.stringify(who));
  message = opened(body);
  const { title, place, tag } = JSON.parse(message);
  assert(title === `Case ${caseId} is yours now` && place === `/cases/${caseId}` && tag === `case-${caseId}`, message);
});

const deliver = (data) => protocol.send("ServiceWorker.deliverPushMessage", { origin: url, registrationId, data });

await check("it is shown with what can be done", async () => {
  await deliver(message);
  await until("it is shown", async () => (await shown()).length === 1);
  const [one] = await shown();
  assert(one.title === `Case ${caseId} is yours now` && one.place === `${url}/cases/${caseId}`, JSON.stringify(one));
  assert(one.actions.join() === "Transfer it", one.actions.join());
});

await check("what comes later about the case takes its place, and nothing leads elsewhere", async () => {
  await deliver(JSON.stringify({ title: "Again", place: "https://evil.example/x", tag: `case-${caseId}` }));
  await until("it is shown", async () => (await shown())[0]?.title === "Again");
  const all = await shown();
  assert(all.length === 1 && all[0].place === `${url}/notifications`, JSON.stringify(all));
  await deliver("no JSON");
  await until("both are shown", async () => (await shown()).length === 2);
});

// DevTools cannot press a notification, so that the worker is told of the click; who may open a window is the browser's to say.
const click = (action) => async (title) => {
  const [worker] = page.context().serviceWorkers();
  return worker.evaluate(async ([title, action]) => {
    const opened = [];
    self.clients.openWindow = async (address) => { opened.push(address); };
    const notification = (await self.registration.getNotifications()).find((one) => one.title === title);
    const waits = [];
    const event = new Event("notificationclick");
    Object.assign(event, { notification, action, waitUntil: (work) => waits.push(work) });
    self.dispatchEvent(event);
    await Promise.allSettled(waits);
    return { opened, left: (await self.registration.getNotifications()).map((one) => one.title) };
  }, [title, action]);
};

await check("a click opens the case, an act the page of its link", async () => {
  await deliver(message);
  await until("it is shown", async () => (await shown()).some((one) => one.title === `Case ${caseId} is yours now`));
  const { opened: [address], left } = await click("")(`Case ${caseId} is yours now`);
  assert(address === `${url}/cases/${caseId}`, address);
  assert(!left.includes(`Case ${caseId} is yours now`), "it stays");
  await page.goto(address);
  await page.getByRole("heading", { level: 1 }).first().waitFor();
  await deliver(message);
  await until("it is shown", async () => (await shown()).some((one) => one.title === `Case ${caseId} is yours now`));
  const { opened: [act] } = await click("transfer")(`Case ${caseId} is yours now`);
  assert(act.startsWith(`${url}/act/transfer.`), act);
  const before = await call("GET", `/api/v1/cases/${caseId}`);
  await page.goto(act);
  const sales = await page.locator("#to option", { hasText: "Sales" }).first().getAttribute("value");
  await page.locator("#to").selectOption(sales);
  await page.locator("#note").fill("They know this kettle");
  assert((await call("GET", `/api/v1/cases/${caseId}`)).case.version === before.case.version, "opening it did something");
  await page.getByRole("button", { name: "Offer it" }).click();
  await page.getByText("The case is offered.").waitFor();
  const { events } = await call("GET", `/api/v1/cases/${caseId}`);
  const offered = events.findLast((event) => event.kind === "offered");
  assert(offered.via === "push", JSON.stringify(offered));
  await page.goto(act);
  await page.getByText("This link was used on").waitFor();
});

await check("pages are for everybody, light and dark, wide and narrow", async () => {
  const fresh = await call("POST", `/api/v1/cases/${caseId}/withdraw`, {});
  assert(fresh, "no case");
  const found = [];
  for (const look of looks) {
    for (const at of ["/settings/notifications", "/settings/push", "/settings/mail"]) {
      const one = await open(at, { ...look, bypassCSP: true });
      const said = `${at} ${look.colorScheme} ${look.viewport.width}`;
      found.push(...(await barriersOf(one, said)));
      const wide = await sideways(one);
      if (wide > 0) found.push(`${said} scrolls sideways by ${wide}`);
      await one.context().close();
    }
  }
  assert(found.length === 0, found.join("; "));
});

await check("a browser is removed, and one that is gone is forgotten", async () => {
  await page.goto(`${url}/settings/notifications`);
  await page.getByRole("button", { name: /^Remove/ }).click();
  await page.locator("#browsers .lines").waitFor({ state: "detached" });
  await page.getByRole("button", { name: "Tell me in this browser" }).click();
  await page.locator("#browsers .lines li").waitFor();
  answers = [410];
  await page.getByRole("button", { name: /^Try it/ }).click();
  await page.getByRole("alert").getByText("did not take it").waitFor();
  assert((await call("GET", "/api/v1/push/browsers?as=mara@acme.example")).length === 0, "it is still listed");
});

service.close();
await sum();
