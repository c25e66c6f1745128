// Leaving: one tap and another site is there; Back shows no typed word, no session, no report; in Chromium and Firefox, with and without
// script, with pages that browsers keep in memory for Back.
import assert from "node:assert/strict";
import test, { before } from "node:test";
import { isDeepStrictEqual } from "node:util";
import { NeutralSite, Wire, chromium, firefox, furnished, go_back, history_of, kept_by, keeps_nothing, open_answers, open_pages, sent_code, texts, typed_on, until, write } from "./support.mjs";

const secret = "my secret words";
let site;
let server;
let browser;
before(async () => {
  site = await NeutralSite.open();
  const place = await furnished({ exit_url: site.url });
  server = await place.serve();
  browser = await chromium({ page_cache: true });
});
const exit_link = "a[href^='/exit']:not(.skip)";

async function fill(page) {
  for (const field of await page.locator("textarea:visible, input[type=text]:visible").all()) await field.fill(secret);
  const answer = page.locator("label:has(input[name=q_safe_now][value=no])");
  if (await answer.isVisible().catch(() => false)) await answer.click();
}
const shows_nothing = async (page, what) => {
  assert.deepEqual(await typed_on(page), [], what);
  const shown = await page.evaluate(() => document.documentElement.outerHTML + [...document.querySelectorAll("textarea, input")].map((field) => field.value).join());
  assert.ok(!shown.includes(secret), what);
  assert.equal(await page.locator("output#code").count(), 0, `${what}: no code`);
};

/** Tells, and leaves from the page with the code. */
async function left_with_code(script) {
  const context = await browser.newContext({ javaScriptEnabled: script, ignoreHTTPSErrors: true });
  const page = await context.newPage();
  await page.goto(`${server.public}/en/tell`);
  await write(page, "q_story", secret);
  const code = await sent_code(page);
  await page.locator(exit_link).first().click();
  await page.waitForURL(site.url);
  return { context, page, code };
}

for (const script of [false, true]) {
  const mode = script ? "with script" : "without script";

  test(`Chromium ${mode}: leaving from every page, and Back`, async () => {
    for (const path of open_pages) {
      const context = await browser.newContext({ javaScriptEnabled: script, ignoreHTTPSErrors: true });
      const page = await context.newPage();
      await page.goto(`${server.public}/en/`);
      if (path) await page.goto(`${server.public}/en/${path}`, { waitUntil: "networkidle" });
      await fill(page);
      const entries = await history_of(page);
      await page.locator(exit_link).first().click();
      await page.waitForURL(site.url);
      assert.equal(await page.title(), "Recipes");
      const now = await history_of(page);
      // With script the page is replaced: it is not in the history. Without, a link can only add one.
      assert.ok(now.length <= entries.length + (script ? 0 : 1), `${path}: ${now.join(" ")}`);
      if (script) assert.ok(!now.slice(0, -1).some((url) => path && url.endsWith(`/en/${path}`)), `${path} is gone from the history: ${now.join(" ")}`);
      assert.ok(!now.some((url) => url.endsWith("/exit")), now.join(" "));
      await go_back(page);
      await shows_nothing(page, `${mode}, Back to ${page.url()}`);
      // What makes browsers forget the page may be a cookie, for a second.
      if (page.url() !== "about:blank") await until(async () => isDeepStrictEqual(await kept_by(page), keeps_nothing), "nothing to be kept");
      await context.close();
    }
  });

  test(`Chromium ${mode}: leaving from the page with the code, and Back, Back`, async () => {
    const { context, page, code } = await left_with_code(script);
    for (let steps = 0; steps < 3; ++steps) {
      const back = await go_back(page);
      if (back === undefined || back === "about:blank") break;
      const shown = await page.evaluate(() => document.documentElement.outerHTML);
      assert.ok(!shown.includes(code), `Back shows no code (${back})`);
      await shows_nothing(page, back);
    }
    await context.close();
  });
}

/** Every page of the tab, backwards; where the browser asks whether to send a form again, somebody agrees. Gives where that led. */
async function go_back_and_agree(page, look) {
  const led_to = [];
  for (;;) {
    const back = await go_back(page);
    if (back === undefined) return led_to;
    if (await page.evaluate(() => location.href.startsWith("chrome-error:"))) {
      await page.reload();
      led_to.push(page.url());
    }
    await shows_nothing(page, back);
    await look(await page.evaluate(() => document.documentElement.outerHTML), back);
  }
}

test("Chromium without script: a form that is sent again after leaving shows nothing", async () => {
  const { context, page, code } = await left_with_code(false);
  assert.deepEqual(await go_back_and_agree(page, (shown, back) => assert.ok(!shown.includes(code), back)), [site.url]);
  await context.close();

  const again = await browser.newContext({ javaScriptEnabled: false, ignoreHTTPSErrors: true });
  const reader = await again.newPage();
  await open_answers(reader, `${server.public}/en/answers`, code);
  await reader.locator("[name=message]").fill(secret);
  await reader.locator("main form button[type=submit]").first().click();
  await reader.locator("main a[href*='/answers']").click();
  await reader.locator("[name=code]:visible").fill(code);
  await reader.locator("main form button[type=submit]").first().click();
  await reader.locator("main form [name=message]").waitFor();
  await reader.locator(exit_link).first().click();
  await reader.waitForURL(site.url);
  const led_to = await go_back_and_agree(reader, async (shown, back) => {
    assert.ok(!shown.includes(code), back);
    assert.equal(await reader.locator("[name=message]:visible").count(), 0, back);
  });
  assert.deepEqual(led_to, [site.url, site.url, site.url], "answers, what was written, answers");
  await again.close();
});

test("Chromium with script: the page is covered before it leaves, however slow the way out is", async () => {
  const wire = await Wire.open(server);
  const context = await browser.newContext({ ignoreHTTPSErrors: true });
  const looks = [];   // told by the page itself at each change of what stands in it
  await context.exposeBinding("hotline_test_look", (_, look) => looks.push(look));
  await context.addInitScript(() => addEventListener("DOMContentLoaded", () => new MutationObserver(() => globalThis.hotline_test_look({
    words: document.body.innerText, forms: document.forms.length, html: document.documentElement.outerHTML, url: location.href,
  })).observe(document.body, { childList: true })));
  const page = await context.newPage();
  await page.goto(`${wire.origin}/en/tell`, { waitUntil: "networkidle" });
  await fill(page);
  await until(async () => (await page.locator("[data-mode]").first().textContent()).includes(texts.en["script.mode_here"]), "the sealing script");
  wire.stall();
  await page.locator(exit_link).first().click({ noWaitAfter: true, timeout: 15_000 }).catch(() => {});   // the driver waits for the page that is to come
  const last = await until(() => looks.find(({ words, forms }) => words.trim() === "" && forms === 0), "the page to be cleared");
  assert.match(last.url, /\/tell$/, "it is still on its way");
  assert.ok(!last.html.includes(secret));
  wire.mend();
  await page.waitForURL(site.url);
  await context.close();
});

test("Chromium with script: what was sent a moment before does not come in front of the other site", async () => {
  const context = await browser.newContext({ ignoreHTTPSErrors: true });
  const page = await context.newPage();
  await page.goto(`${server.public}/en/answers`, { waitUntil: "networkidle" });
  const held = {};
  const hold = (name, url) => page.route(url, (route) => (name in held ? route.continue() : new Promise((release) => (held[name] = () => release(route.continue().catch(() => {}))))));
  await hold("sent", (url) => url.pathname === "/en/answers");
  await hold("exit", (url) => url.pathname === "/exit");
  const over = new Promise((resolve) => {
    page.on("requestfailed", (request) => request.method() === "POST" && resolve());
    page.on("response", (response) => response.request().method() === "POST" && resolve());
  });
  await page.evaluate(() => document.querySelector("main form").submit());
  await until(() => held.sent, "the form to be on its way");
  for (let i = 0; i < 3; ++i) await page.keyboard.press("Shift");   // a click would wait for the page that is to come
  await until(() => held.exit, "the way out to be asked for");
  held.sent();
  await over;
  held.exit();
  await page.waitForURL(site.url, { timeout: 10_000 });
  await context.close();
});

test("Chromium with script: Shift three times leaves; three times over a long while, or with a letter between, does not", async () => {
  for (const path of open_pages) {
    const context = await browser.newContext({ ignoreHTTPSErrors: true });
    const page = await context.newPage();
    await page.clock.install();
    await page.goto(`${server.public}/en/${path}`, { waitUntil: "networkidle" });
    const here = page.url();
    for (let i = 0; i < 3; ++i) {
      await page.keyboard.press("Shift");
      await page.clock.fastForward(6000);
    }
    for (let i = 0; i < 4; ++i) {
      await page.keyboard.press("Shift");
      await page.keyboard.press("a");
    }
    await page.evaluate(() => {});
    assert.equal(page.url(), here, path);
    await page.clock.fastForward(6000);
    for (let i = 0; i < 3; ++i) await page.keyboard.press("Shift");
    await page.waitForURL(site.url);
    await context.close();
  }
});

for (const script of [false, true]) {
  test(`Firefox ${script ? "with" : "without"} script: leaving, and Back shows no typed word`, async () => {
    const fox = await firefox();
    for (const path of ["tell", "answers"]) {
      const page = await fox.newPage();
      if (!script) {
        // Turned off altogether it would not let itself be driven; so the page's own script does not come.
        await page.setRequestInterception(true);
        page.on("request", (request) => (request.url().endsWith(".js") ? request.abort() : request.continue()).catch(() => {}));
      }
      const value_of = (name) => page.evaluate((field) => document.querySelector(`[name=${field}]`)?.value, name);
      await page.goto(`${server.public}/en/`);
      await page.goto(`${server.public}/en/${path}`);
      const name = path === "tell" ? "q_story" : "code";
      const entries = await page.evaluate(() => history.length);
      await page.evaluate((field, words) => {
        document.querySelector(`[name=${field}]`).value = words;   // steps may hide it; what Back restores is the value
        document.querySelector(`[name=${field}]`).dispatchEvent(new Event("input", { bubbles: true }));
      }, name, secret);
      assert.equal(await value_of(name), secret);
      await Promise.all([page.waitForNavigation({ waitUntil: "load" }), page.click(exit_link)]);
      await until(() => page.url() === site.url, "the neutral site");
      assert.ok((await page.evaluate(() => history.length)) <= entries + (script ? 0 : 1));
      await page.goBack({ waitUntil: "load" }).catch(() => {});
      await until(() => page.url().startsWith(server.public), "the page before");
      if (script) assert.ok(!page.url().endsWith(path), `${path} is gone from the history`);
      const shown = await page.evaluate(() => document.documentElement.outerHTML + [...document.querySelectorAll("textarea, input")].map((field) => field.value).join());
      assert.ok(!shown.includes(secret), page.url());
      await page.close();
    }
    await fox.close();
  });
}

test("Firefox with script: Shift three times leaves", async () => {
  const fox = await firefox();
  const page = await fox.newPage();
  await page.goto(`${server.public}/en/tell`);
  await until(() => page.evaluate(() => document.readyState === "complete"), "the page");
  for (let i = 0; i < 3; ++i) await page.keyboard.press("Shift");
  await until(() => page.url() === site.url, "the neutral site");
  await fox.close();
});
