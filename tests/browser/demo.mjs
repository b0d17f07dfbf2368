// The demonstration in a real browser: what it shows by itself, and a day's work on it with mouse, keys and finger.
//
//   node demo.mjs URL BROWSER [PART…]     URL of a running `switchboard demo`; a part is a file in demo/, all in this order
import { Company } from "./demo/company.mjs";
import { check, launch, sum } from "./harness.mjs";

const PARTS = ["tour", "still", "triage", "tasks", "answer", "undo", "merge", "palette", "together", "ownership", "duty", "packs", "outreach", "phone", "names", "trouble", "barriers", "story"];

const [url, executablePath, ...chosen] = process.argv.slice(2);
await launch(executablePath);
const company = new Company(new URL(url).origin);
for (const part of chosen.length > 0 ? chosen : PARTS) {
  await check(`the demonstration begins anew for: ${part}`, () => company.begin());
  const { default: run } = await import(`./demo/${part}.mjs`);
  await run(company);
}
await sum();
