#!/usr/bin/env node
// How long it takes on a slow line, measured, not judged: Chromium held to 50 kbit/s and 600 ms both ways. Prints one line of JSON.
//   node tests/browser/slow.mjs [--runs N]
// First view: navigation to the page drawn and its doors in place. A report of 1 KiB: tap on Send to the code on the page, without script
// and with it (sealed in the browser; the sealing script came while the words were typed).
import { test } from "node:test";
import { chromium, furnished, languages, sent_code, texts, until, write } from "./support.mjs";

const asked = process.argv.indexOf("--runs");
const runs = asked < 0 ? 3 : Number(process.argv[asked + 1]);
const line = { offline: false, latency: 600, downloadThroughput: 50_000 / 8, uploadThroughput: 50_000 / 8 };
const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
const seconds = (values) => Number((median(values) / 1000).toFixed(2));

test("slow line", async () => {
  const place = await furnished();
  const server = await place.serve();
  const browser = await chromium();
  const slow_page = async (script) => {
    const context = await browser.newContext({ javaScriptEnabled: script });
    const page = await context.newPage();
    const devtools = await context.newCDPSession(page);
    await devtools.send("Network.enable");
    await devtools.send("Network.emulateNetworkConditions", line);
    return { context, page };
  };
  const result = { kbit_s: 50, latency_ms: 600, runs };
  for (const script of [false, true]) {
    const first = [];
    const told = [];
    const sealing = [];
    for (let i = 0; i < runs; ++i) {
      const { context, page } = await slow_page(script);
      const start = performance.now();
      await page.goto(`${server.public}/${languages[i % languages.length]}/`, { waitUntil: "commit" });
      await page.locator("a[href$='/tell']").first().waitFor();
      // Asked from outside: a page without script has no timers to wait with.
      await until(() => page.evaluate(() => document.styleSheets.length > 0 && document.querySelector("a[href^='/exit']:not(.skip)") !== null), "the style");
      first.push(performance.now() - start);
      await page.goto(`${server.public}/en/tell`);
      const typing = performance.now();
      await write(page, "q_story", `${i}${script} ${"x".repeat(1000)}`);
      if (script) {
        await until(async () => (await page.locator("[data-mode]").first().textContent()).trim().startsWith(texts.en["script.mode_here"]), "the sealing script", 60);
        sealing.push(performance.now() - typing);
      }
      const sending = performance.now();
      await sent_code(page);
      told.push(performance.now() - sending);
      await context.close();
    }
    result[script ? "with_script" : "without_script"] = { first_view_s: seconds(first), report_1_kib_s: seconds(told), ...(script && { sealing_script_ready_s: seconds(sealing) }) };
  }
  console.log(JSON.stringify(result));
});
