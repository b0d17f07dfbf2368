// Every page of the demonstration that a link leads to, and cases in every state.

export async function casePages(company, cookie) {
  const all = [...(await company.cases(cookie)), ...(await company.cases(cookie, { state: "closed" }))];
  const found = (what, fits) => {
    const one = all.find(fits);
    if (!one) throw new Error(`the demonstration has no case: ${what}`);
    return [what, `/cases/${one.case.id}`];
  };
  const views = new Map();
  const view = async (one) => views.get(one.case.id) ?? views.set(one.case.id, await company.get(cookie, one.case.id)).get(one.case.id);
  let longest = [0, null];
  let edited = null;
  let pictured = null;
  for (const one of all) {
    const { posts } = await view(one);
    if (posts.length > longest[0]) longest = [posts.length, one];
    if (!edited && posts.some((post) => post.version > 1)) edited = one;
    if (!pictured && posts.some((post) => post.post.media.length > 0)) pictured = one;
  }
  return [
    found("on a desk", (one) => one.case.owner === "desk" && one.case.state === "open"),
    found("with an offer", (one) => one.case.offer !== null),
    found("closed", (one) => views.get(one.case.id).case.state === "closed" || views.get(one.case.id).case.state.state === "closed"),
    found("asleep", (one) => one.case.state === "snoozed" || typeof one.case.state === "object"),
    found("waiting", (one) => one.case.state === "waiting"),
    found("deleted", (one) => one.post?.deleted_at),
    found("right to left", (one) => /^(he|ar|fa)/.test(one.post?.post.lang ?? "")),
    found("private", (one) => one.case.visibility !== "public"),
    found("with pictures", (one) => one === pictured),
    found("edited", (one) => one === edited),
    found("the longest", (one) => one === longest[1]),
  ];
}

// What the navigation and the pages that it leads to link to, one of each kind.
export async function linkedPages(company, cookie) {
  const kinds = new Map();
  const queue = ["/desk?queue=all", "/mentions", "/searches", "/sources", "/directory", "/settings", "/find?q=lid", "/demo", "/demo/tour", "/settings/you"];
  const kindOf = (path) => path.replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, "ID").replace(/\?.*/, "").replace(/\/(posts|cases)\/[^/]+$/, "/$1/ID");
  for (const path of queue) kinds.set(kindOf(path), path);
  for (let at = 0; at < queue.length; at += 1) {
    const answer = await fetch(company.url + queue[at], { headers: { cookie, accept: "text/html" } });
    const text = await answer.text();
    for (const [, link] of text.matchAll(/href="(\/[^"#]*)/g)) {
      const path = link.replaceAll("&amp;", "&");
      const kind = kindOf(path);
      if (kinds.has(kind) || /^\/(static|api|words|cases|log-out|authors)/.test(path) || path.endsWith("/export") || kind === "/" || kind === "/demo/first-case") continue;
      kinds.set(kind, path);
      queue.push(path);
    }
  }
  return [...kinds.values()].map((path) => [path, path]);
}
