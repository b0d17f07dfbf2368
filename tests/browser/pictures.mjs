// The pictures of the README and the guides, taken from the demonstration, each light and dark.
//
//   node pictures.mjs URL BROWSER FOLDER     URL of a fresh `switchboard demo`
import { writeFile } from "node:fs/promises";
import { Company } from "./demo/company.mjs";
import { isLive, launch } from "./harness.mjs";

const MOST_BYTES = 120_000;
const WIDE = { viewport: { width: 1440, height: 900 } };
const PHONE = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, hasTouch: true, isMobile: true };
const WORDS = "Jana, I am sorry: you wrote three times and we should have acted after the first. Please do not use the kettle any more. A new lid leaves today; tell me where to?";

const [url, executablePath, folder] = process.argv.slice(2);
const browser = await launch(executablePath);
const company = new Company(new URL(url).origin);
await company.begin();

// Without loss, as text wants it; where that is too large, with its most frequent colours only.
const studio = await (await browser.newContext()).newPage();
async function small(png) {
  for (const most of [1e9, 256, 128, 64, 32]) {
    const data = await studio.evaluate(async ([png, most]) => {
      const picture = await createImageBitmap(await (await fetch(`data:image/png;base64,${png}`)).blob());
      const canvas = Object.assign(document.createElement("canvas"), { width: picture.width, height: picture.height });
      const context = canvas.getContext("2d");
      context.drawImage(picture, 0, 0);
      const image = context.getImageData(0, 0, canvas.width, canvas.height);
      const pixels = new Uint32Array(image.data.buffer);
      const counts = new Map();
      for (const pixel of pixels) counts.set(pixel, (counts.get(pixel) ?? 0) + 1);
      const palette = [...counts].sort(([, one], [, other]) => other - one).slice(0, most).map(([pixel]) => pixel);
      const apart = (one, other) => [0, 8, 16].reduce((sum, shift) => sum + (((one >> shift) & 255) - ((other >> shift) & 255)) ** 2, 0);
      const nearest = (pixel) => palette.reduce((best, each) => (apart(pixel, each) < apart(pixel, best) ? each : best));
      if (most < counts.size) {
        const known = new Map([...counts.keys()].map((pixel) => [pixel, nearest(pixel)]));
        pixels.forEach((pixel, at) => { pixels[at] = known.get(pixel); });
      }
      context.putImageData(image, 0, 0);
      return canvas.toDataURL("image/webp", 1).split(",")[1];
    }, [png.toString("base64"), most]);
    const bytes = Buffer.from(data, "base64");
    if (bytes.length < MOST_BYTES) return bytes;
  }
  throw new Error("it cannot be made small enough");
}

async function readerOf(page) {
  await page.locator(".post.newest").first().waitFor();
  await isLive(page);
}

// What is shown, where, and what is done before the picture is taken.
const PICTURES = [
  ["desk", "/demo/first-case", WIDE, readerOf],
  ["case", "/demo/first-case", WIDE, async (page) => {
    await readerOf(page);
    await page.locator("#reply-text").fill(WORDS);
    await page.locator("#meter .length").waitFor();
    await page.locator("details.deed[data-verb=transfer] > summary").click();
    await page.locator("#transfer-to").selectOption({ index: 2 });
  }],
  ["searches", "/searches", WIDE, (page) => page.locator("main h1").waitFor()],
  ["mentions", "/mentions", WIDE, (page) => page.waitForSelector("#live[data-state=on]")],
  ["tour", "/desk?queue=all", WIDE, async (page) => {
    await page.locator("[data-tour]").click();
    for (const step of [1, 2, 3]) {
      await page.locator("#tour-step", { hasText: `${step} / 7` }).waitFor();
      if (step < 3) await page.locator("#tour-step .button.chief").click();
    }
    await readerOf(page);
  }],
  ["phone", "/demo/first-case", PHONE, async (page) => {
    await page.waitForURL("**case=**");
    await page.locator(".post.newest").first().waitFor();
  }],
];

for (const [name, path, look, work] of PICTURES) {
  for (const colorScheme of ["light", "dark"]) {
    const page = await company.be("Mara", path, { ...look, colorScheme });
    await work(page);
    await page.evaluate(() => document.fonts.ready);
    await page.evaluate(() => document.activeElement.blur());
    const bytes = await small(await page.screenshot());
    await writeFile(`${folder}/${name}-${colorScheme}.webp`, bytes);
    console.log(`${folder}/${name}-${colorScheme}.webp ${bytes.length}`);
    await page.context().close();
  }
}
await browser.close();
