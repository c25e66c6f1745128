#!/usr/bin/env node
// How quick the console is on a desk as it might look after a busy year, measured, not judged: real server, real Chromium, on this machine.
//   node tests/browser/console_speed.mjs [--desk FOLDER] [--reports 20000] [--open 5000] [--runs 5] [--json]
// Prints each figure beside the bound that it is meant to keep. Filling the desk takes some minutes; with --desk it is kept in FOLDER and
// used again. Needs desk_fill (ninja desk_fill). Nothing is throttled but the first paint: 1.6 Mbit/s, 150 ms, a processor half as quick.
import assert from "node:assert/strict";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { brotliDecompressSync } from "node:zlib";
import { Place, chromium, console_page, hotline, run, sign_in, until } from "./console.mjs";

const option = (name, otherwise) => {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? otherwise : process.argv[at + 1];
};
const reports = Number(option("reports", 20_000));
const open = Number(option("open", 5_000));
const runs = Number(option("runs", 5));
const busyEvents = 30;
const line = { offline: false, latency: 150, downloadThroughput: 1_600_000 / 8, uploadThroughput: 750_000 / 8 };
const processorSlowness = 2;

const sorted = (values) => [...values].sort((a, b) => a - b);
const median = (values) => sorted(values)[Math.floor(values.length / 2)];
const figures = [];
const figure = (what, bound, values, unit = "ms") => {
  const all = [values].flat();
  figures.push({ what, bound, unit, median: Math.round(median(all)), worst: Math.round(Math.max(...all)), runs: all.length });
};

async function filled_desk() {
  const at = option("desk");
  const known = at !== undefined && existsSync(join(at, "hotline.db"));
  if (at !== undefined) mkdirSync(at, { recursive: true });
  const place = new Place({ log: "info", ...(at === undefined ? {} : { at }) });
  if (known) return place;
  await place.succeed("init", "--config", place.config);
  await place.succeed("desk", "create", "--config", place.config, "--name", place.name, "--member", "demo", "--demo", "--passphrase-file", place.passphrase_file);
  const filling = await run(join(dirname(hotline), "tests/bench/desk_fill"), ["--config", place.config, "--member", "demo", "--passphrase-file", place.passphrase_file,
    "--reports", String(reports), "--open", String(open)]);
  assert.equal(filling.status, 0, filling.stderr);
  return place;
}

/** In the page: from `begin` to the first frame after `selector` is there `count` times, as the page's own clock has it. */
const watch = (page, what) => page.evaluate(({ begin, selector, count, without }) => new Promise((resolve) => {
  const done = () => document.querySelectorAll(selector).length >= count && (without === undefined || !document.querySelector(without));
  const start = performance.now();
  const finish = () => requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - start)));
  const observer = new MutationObserver(() => {
    if (!done()) return;
    observer.disconnect();
    finish();
  });
  observer.observe(document.body, { childList: true, subtree: true, characterData: true, attributes: true });
  if (begin.hash !== undefined) location.hash = begin.hash;
  if (begin.bottom !== undefined) document.querySelector(begin.bottom).scrollIntoView();
}), what);

/** A case of some thirty events each, by the order in which desk_fill makes them. */
const busy_cases = (page, count) => page.evaluate(async ({ from, count, events }) => {
  const ids = [];
  for (let after = from; ids.length < count;) {
    const { cases } = await (await fetch(`/api/v1/cases?after=${after}&limit=100`)).json();
    if (cases.length === 0) return ids;
    for (const one of cases) {
      after = one.number;
      const stored = (await (await fetch(`/api/v1/cases/${one.id}/events`)).json()).events.length;
      if (stored >= events && ids.length < count) ids.push(one.id);
    }
  }
  return ids;
}, { from: Math.floor((reports - open) / 4), count, events: busyEvents });

async function first_paint(server) {
  const paints = [];
  const doors = [];
  for (let i = 0; i < runs; ++i) {
    const browser = await chromium();
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
    const page = await context.newPage();
    const devtools = await context.newCDPSession(page);
    await devtools.send("Network.enable");
    await devtools.send("Network.emulateNetworkConditions", line);
    await devtools.send("Emulation.setCPUThrottlingRate", { rate: processorSlowness });
    await page.goto(`${server.console}/`);
    await page.getByLabel("Passphrase").waitFor();
    doors.push(await page.evaluate(() => performance.now()));
    paints.push(await until(() => page.evaluate(() => performance.getEntriesByName("first-contentful-paint")[0]?.startTime), "something to be painted"));
    await browser.close();
  }
  figure("first paint, 1.6 Mbit/s, 150 ms, half the processor", 1000, paints);
  figure("  the sign-in form, on the same line", "", doors);
}

async function sizes(server) {
  const page = await (await fetch(`${server.console}/`)).text();
  let wire = 0;
  for (const [, path] of page.matchAll(/(?:src|href|content)="(\/s\/[0-9a-f]{16}\.(?:js|css))"/g)) {
    // What goes over the wire, not what it becomes.
    const { body } = await new Promise((resolve, reject) => import("node:http").then(({ get }) => get(`${server.console}${path}`, { headers: { "accept-encoding": "br" } }, (answer) => {
      const pieces = [];
      answer.on("data", (piece) => pieces.push(piece));
      answer.on("end", () => resolve({ body: Buffer.concat(pieces) }));
    }).on("error", reject)));
    assert.ok(brotliDecompressSync(body).length > body.length);
    wire += body.length;
  }
  figure("script and style, compressed", 250, wire / 1024, "KiB");
}

async function keys_pressed(page, when) {
  const words = ["pasa", "finca", "cousin", "amena"];
  const spent = [];
  for (let i = 0; i < runs; ++i) {
    const word = words[i % words.length];
    await page.getByRole("searchbox").fill("");
    for (let letters = 1; letters <= word.length; ++letters) {
      spent.push(await page.evaluate((text) => new Promise((resolve) => {
        const field = document.querySelector("input[type=search]");
        const start = performance.now();
        const observer = new MutationObserver(() => {
          if (document.querySelector(".results")?.getAttribute("aria-busy") !== "false") return;
          observer.disconnect();
          requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - start)));
        });
        observer.observe(document.body, { childList: true, subtree: true, characterData: true, attributes: true });
        Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value").set.call(field, text);
        field.dispatchEvent(new InputEvent("input", { bubbles: true }));
      }), word.slice(0, letters)));
    }
  }
  await page.getByRole("searchbox").fill("");
  figure(`a key press in the search, ${when}`, 100, spent);
}

test("the console's speed", { timeout: 1_800_000 }, async () => {
  const place = await filled_desk();
  const server = await place.serve();
  await first_paint(server);
  await sizes(server);

  const from_press = [];
  const from_answer = [];
  const cases = [];
  let last;
  for (let i = 0; i < runs; ++i) {
    if (last) await last.context.close();
    last = await console_page(server, last ? { browser: last.browser } : {});
    const { page } = last;
    let answered = 0;
    page.on("response", (response) => {
      if (response.request().method() === "POST" && new URL(response.url()).pathname === "/api/v1/session") answered = performance.now();
    });
    const start = performance.now();
    await sign_in(page);
    await page.waitForFunction(() => {
      const seen = [...document.querySelectorAll(".queue_row a")].filter((row) => row.getBoundingClientRect().top < innerHeight);
      return seen.length > 0 && seen.every((row) => !row.querySelector(".opening"));
    });
    const now = performance.now();
    from_press.push(now - start);
    from_answer.push(now - answered);
  }
  figure("queue shown after sign-in", 1000, from_answer);
  figure("  from the press on Sign in, with Argon2id", "", from_press);

  const { page, browser } = last;
  const started = performance.now();
  const pages = [];
  for (let i = 0; i < runs; ++i) {
    const rows = await page.locator(".queue_row").count();
    pages.push(await watch(page, { begin: { bottom: ".queue_list .foot" }, selector: ".queue_row", count: rows + 1 }));
  }
  figure("the queue's next page", 300, pages);

  const ids = await busy_cases(page, runs);
  const opening = async (id) => watch(page, { begin: { hash: `#/case/${id}` }, selector: ".timeline > li", count: busyEvents });
  for (const id of ids) cases.push(await opening(id));
  figure(`a case of ${busyEvents} events, while reports are opened for the search`, 500, cases);
  await page.evaluate(() => (location.hash = "#/queue"));
  await page.locator(".case_view").waitFor({ state: "detached" });
  await keys_pressed(page, "while reports are opened for it");

  await page.getByRole("searchbox").fill("pasa");
  await page.waitForFunction(() => {
    const said = document.querySelector(".results [role=status]")?.textContent ?? "Still reading";
    return !/Still reading|Searching/i.test(said);
  }, undefined, { timeout: 900_000, polling: 250 });
  figure("all reports opened for the search, in the background", "", performance.now() - started);
  await keys_pressed(page, "with all of them in it");
  const again = [];
  for (const id of ids) again.push(await opening(id));
  figure(`a case of ${busyEvents} events, nothing else going on`, 500, again);
  await browser.close();
  await server.stop();

  if (process.argv.includes("--json")) console.log(JSON.stringify(figures));
  else for (const { what, bound, unit, median: half, worst, runs: n } of figures) console.log(`${what.padEnd(70)} ${String(half).padStart(7)} ${unit}, at worst ${worst} (${n}); bound ${bound === "" ? "none" : bound}`);
});
