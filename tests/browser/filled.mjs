// A company, and as many complaints as wanted, each of them a case.
import { assert, session } from "./harness.mjs";

const PASSWORD = "correct horse battery staple";

// `setup` is the set-up link of an empty installation.
export async function fill(setup, cases) {
  const { origin: url, pathname } = new URL(setup);
  const made = await fetch(url + pathname, {
    method: "POST", redirect: "manual", headers: { origin: url },
    body: new URLSearchParams([
      ["company", "Acme"], ["handles", "@acme"], ["website", ""], ["name", "Mara Lindqvist"], ["email", "mara@acme.example"],
      ["password", PASSWORD], ["again", PASSWORD], ["time_zone", "UTC"], ["departments", "service"],
    ]),
  });
  const cookie = session(made);
  assert(cookie, "the set-up logs nobody in");

  async function api(path, body) {
    const answer = await fetch(url + path, { method: "POST", headers: { "content-type": "application/json", cookie, origin: url }, body: JSON.stringify(body ?? {}) });
    assert(answer.ok, `${path} answered ${answer.status}: ${await answer.clone().text()}`);
    return (await answer.json()).data;
  }

  await api("/api/v1/searches", { name: "Acme", query: "acme" });
  const source = await api("/api/v1/sources", { name: "forum", kind: "ingest" });
  const { token } = await api(`/api/v1/sources/${source.id}/tokens`);
  const post = (number) => ({
    id: String(number), network: "forum", url: `https://forum.example/${number}`, author: { name: `Ana ${number}`, handle: `ana${number}` },
    text: `my acme kettle number ${number} is broken, this is terrible, I want a refund`,
  });
  async function say(posts) {
    const body = posts.map((one) => JSON.stringify(one)).join("\n");
    const answer = await fetch(`${url}/api/v1/ingest`, { method: "POST", headers: { "content-type": "application/x-ndjson", authorization: `Bearer ${token}` }, body });
    assert(answer.ok, await answer.text());
  }
  for (let from = 0; from < cases; from += 1000) await say(Array.from({ length: 1000 }, (_, place) => post(from + place + 1)));
  return { url, cookie, post, say };
}
