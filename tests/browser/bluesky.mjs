// A real Bluesky for the browser tests: its calls, accounts of its own, and what they write.
import { assert } from "./harness.mjs";

export function bluesky(pds) {
  async function xrpc(method, { body, token, query } = {}) {
    const address = `${pds}/xrpc/${method}${query ? `?${new URLSearchParams(query)}` : ""}`;
    const headers = { ...(body ? { "content-type": "application/json" } : {}), ...(token ? { authorization: `Bearer ${token}` } : {}) };
    const answer = await fetch(address, { method: body ? "POST" : "GET", headers, body: body && JSON.stringify(body) });
    assert(answer.ok, `${method} answered ${answer.status}: ${await answer.clone().text()}`);
    return answer.json();
  }
  const join = (name, password) => xrpc("com.atproto.server.createAccount", { body: { handle: `${name}.test`, email: `${name}@example.test`, password } });
  const write = (account, text) => xrpc("com.atproto.repo.createRecord", {
    token: account.accessJwt,
    body: { repo: account.did, collection: "app.bsky.feed.post", record: { $type: "app.bsky.feed.post", text, createdAt: new Date().toISOString() } },
  });
  return { xrpc, join, write };
}
