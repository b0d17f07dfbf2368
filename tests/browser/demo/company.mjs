// The made-up company of the demonstration: its people, whom one can be, and its cases as the API tells them.
import { assert, open, session, until } from "../harness.mjs";

export class Company {
  constructor(url) {
    this.url = url;
  }

  // Throws away what the part before has done.
  async begin() {
    if (this.wasUsed) {
      const answer = await fetch(`${this.url}/demo/start-over`, { method: "POST", headers: { origin: this.url }, redirect: "manual" });
      assert(answer.ok, `it answered ${answer.status}`);
      // For a moment the old three weeks still answer.
      const people = [...this.people.values()].join();
      await until("the three weeks have happened again", async () => (await this.ask().catch(() => new Map())).size === 20 && [...this.people.values()].join() !== people, 120_000);
    }
    this.wasUsed = true;
    await this.ask();
  }

  async ask() {
    const text = await (await fetch(`${this.url}/demo`)).text();
    this.people = new Map([...text.matchAll(/action="\/demo\/be\/([^"]+)"[^]*?<strong><bdi>([^<]+)/g)].map(([, id, name]) => [name, id]));
    return this.people;
  }

  id(name) {
    const found = [...this.people].find(([known]) => known.startsWith(name));
    assert(found, `nobody is called ${name}`);
    return found[1];
  }

  async session(name) {
    const answer = await fetch(`${this.url}/demo/be/${this.id(name)}`, { method: "POST", headers: { origin: this.url }, redirect: "manual" });
    const cookie = session(answer);
    assert(cookie, `nobody can be ${name}: ${answer.status}`);
    return cookie;
  }

  // A page of somebody, logged in.
  async be(name, path = "/desk?queue=all", options = {}) {
    const cookie = await this.session(name);
    const page = await open(this.url + path, { cookie, ...options });
    page.cookie = cookie;
    return page;
  }

  async api(cookie, path, body, method = body === undefined ? "GET" : "POST") {
    const headers = { cookie, origin: this.url, "content-type": "application/json" };
    const answer = await fetch(`${this.url}/api/v1${path}`, { method, headers, body: body === undefined ? undefined : JSON.stringify(body) });
    assert(answer.ok, `${method} ${path} answered ${answer.status}: ${await answer.clone().text()}`);
    return answer.status === 204 ? null : answer.json();
  }

  // A case with its history.
  async get(cookie, id) {
    return (await this.api(cookie, `/cases/${id}`)).data;
  }

  // All cases that fit.
  async cases(cookie, filter = {}) {
    const found = [];
    for (let after; ; ) {
      const { data, next } = await this.api(cookie, `/cases?${new URLSearchParams({ limit: "100", ...filter, ...(after && { after }) })}`);
      found.push(...data);
      if (!next) return found;
      after = next;
    }
  }

  // The id of a department by its key.
  async department(cookie, key) {
    const { data } = await this.api(cookie, "/departments");
    const found = data.find((one) => one.key === key);
    assert(found, `there is no department ${key}: ${data.map((one) => one.key)}`);
    return found.id;
  }

  async find(cookie, what, fits, filter) {
    const found = (await this.cases(cookie, filter)).find(fits);
    assert(found, `the demonstration has no case with ${what}`);
    return found.case.id;
  }
}

export const shownCase = (page) => page.locator("#case").getAttribute("data-id").then(Number);
export const ownerShown = (page) => page.locator("#case").getAttribute("data-owner");
export const opens = (page, id) => page.waitForSelector(`#case[data-id="${id}"]`);
