// Shared by the browser tests: a desk of its own as in tests/integration, the browsers, a neutral site that stands in for the one
// that people leave for, and a book of all that a page asked for, said or tried. Nothing leaves this machine.
import assert from "node:assert/strict";
import { createServer } from "node:https";
import { existsSync, readFileSync } from "node:fs";
import { connect, createServer as createPlainServer } from "node:net";
import { after } from "node:test";
import { Place, folder, make_certificate, root, until } from "../integration/support.mjs";

export * from "../integration/support.mjs";

const { load } = await import(`${root}/build/npm/load.mjs`);
const executable = (name) => {
  const found = [process.env[`${name.toUpperCase().replace("-", "_")}_EXECUTABLE`], `/usr/bin/${name}`].find((path) => path && existsSync(path));
  assert.ok(found, `${name} is not installed: run deploy/dependencies --tests`);
  return found;
};

/** All languages that are shipped. */
export const languages = ["en", "es"];
/** Pages that anybody may open, below /{language}/. */
export const open_pages = ["", "check", "tell", "answers"];

const catalogue = (language) => {
  const texts = {};
  const unquoted = (lines) => [...lines.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map((match) => JSON.parse(`"${match[1]}"`)).join("");
  const entries = readFileSync(`${root}/web/i18n/${language}.po`, "utf8").matchAll(/^msgid ((?:"[^\n]*"\n)+)msgstr ((?:"[^\n]*"\n?)+)/gm);
  for (const [, id, text] of entries) texts[unquoted(id)] = unquoted(text);
  return texts;
};
/** What the pages say, by language and id: the catalogues that the binary is built with. */
export const texts = Object.fromEntries(languages.map((language) => [language, catalogue(language)]));

const open_sites = [];
after(() => {
  for (const { server, cut } of open_sites) {
    server.close();
    server.closeAllConnections?.();
    cut?.();
  }
});

/** The site that people leave for: https, as the settings ask, and with one sentence to know it by. */
export class NeutralSite {
  static async open() {
    const site = new NeutralSite();
    site.requests = [];
    const files = make_certificate(folder(), "neutral");
    site.server = createServer({ cert: readFileSync(files.certificate), key: readFileSync(files.key) }, (request, response) => {
      site.requests.push({ path: request.url, headers: request.headers });
      response.writeHead(200, { "content-type": "text/html; charset=utf-8" });
      response.end("<!doctype html><html lang=en><title>Recipes</title><h1>Bread and beans</h1>");
    });
    await new Promise((resolve) => site.server.listen(0, "127.0.0.1", resolve));
    site.url = `https://127.0.0.1:${site.server.address().port}/`;
    open_sites.push(site);
    return site;
  }
}

/** A desk whose pages say all that pages can say: an emergency number, more numbers, an address to leave for. */
export async function furnished({ exit_url, onion, settings = "", ...more } = {}) {
  const place = new Place({ ...more, settings: `[emergency]
phone = "911"
hotlines = [{ name = { en = "Night line", es = "Línea de noche" }, phone = "+501 000-0000" }]

${exit_url ? `[exit]\nurl = "${exit_url}"\n` : ""}
${settings}` });
  if (onion) place.write("hotline.toml", readFileSync(place.config, "utf8").replace("[public]\n", `[public]\nonion = "${onion}"\n`));
  await place.succeed("init", "--config", place.config);
  await place.succeed("desk", "create", "--config", place.config, "--name", place.name, "--member", "demo", "--demo", "--passphrase-file", place.passphrase_file);
  return place;
}

// Only this machine can be found, whatever a page asks for; and nothing of the browser's own goes out.
export const chromium_words = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
  "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"];

const open_browsers = [];
after(async () => {
  for (const browser of open_browsers) await browser.close().catch(() => {});
});

/** A new Chromium with a profile of its own. Options: words (more of the command line), page_cache (Back may bring a page from memory). */
export async function chromium({ words = [], page_cache = false } = {}) {
  const { chromium: kind } = await load("playwright-core");
  const home = folder();
  const browser = await kind.launch({
    executablePath: executable("chromium"), headless: true, args: [...chromium_words, ...words],
    env: { ...process.env, HOME: home, XDG_CONFIG_HOME: home, XDG_CACHE_HOME: home },
    ...(page_cache && { ignoreDefaultArgs: ["--disable-back-forward-cache"] }),
  });
  // A busy machine is slow, not wrong.
  const fresh = browser.newContext.bind(browser);
  browser.newContext = async (...words) => {
    const context = await fresh(...words);
    context.setDefaultTimeout(90_000);
    return context;
  };
  open_browsers.push(browser);
  return browser;
}

/** A new Firefox with a profile and a home of its own; `preferences` go into the profile. */
export async function firefox({ preferences = {} } = {}) {
  const { default: puppeteer } = await load("puppeteer-core");
  const browser = await puppeteer.launch({
    browser: "firefox", timeout: 120_000, protocolTimeout: 120_000, executablePath: executable("firefox-esr"), headless: true, acceptInsecureCerts: true,
    env: { ...process.env, HOME: folder(), MOZ_HEADLESS: "1" },
    extraPrefsFirefox: { "network.proxy.type": 0, "browser.startup.page": 0, "network.captive-portal-service.enabled": false,
      "network.connectivity-service.enabled": false, "app.normandy.enabled": false, "browser.safebrowsing.downloads.enabled": false, ...preferences },
  });
  const fresh = browser.newPage.bind(browser);
  browser.newPage = async () => {
    const page = await fresh();
    page.setDefaultTimeout(90_000);
    return page;
  };
  open_browsers.push(browser);
  return browser;
}

/** The source of axe-core, to be run inside a page. */
export const axe_source = () => readFileSync(`${root}/build/npm/node_modules/axe-core/axe.min.js`, "utf8");

/** Everything that pages of a context ask for, say or try: requests with their bodies, console lines, errors, violations of policies. */
export class Book {
  static async keep(context) {
    const book = new Book();
    book.requests = [];
    book.said = [];
    book.violations = [];
    context.on("request", (request) => book.requests.push({
      method: request.method(), url: request.url(), path: new URL(request.url(), "http://none").pathname, headers: request.headers(),
      type: request.resourceType(), body: request.postDataBuffer(), request,
    }));
    context.on("console", (line) => book.said.push(`${line.type()}: ${line.text()}`));
    context.on("weberror", (error) => book.said.push(`error: ${error.error()}`));
    await context.exposeBinding("hotline_test_violation", (_, what) => book.violations.push(what));
    await context.addInitScript(() => {
      addEventListener("securitypolicyviolation", (event) => {
        globalThis.hotline_test_violation(`${event.effectiveDirective} ${event.blockedURI} ${event.sample}`);
      });
    });
    return book;
  }
  forget() { this.requests.length = 0; }
  /** Method and path of each request that did not carry a picture of the tab. */
  paths() { return this.requests.map(({ method, path }) => `${method} ${path}`); }
  /** Nothing was said, nothing refused by a policy, nobody else asked. */
  clean(origin, { also = [] } = {}) {
    assert.deepEqual(this.violations, [], "no policy was violated");
    assert.deepEqual(this.said, [], "nothing on the console");
    for (const { url } of this.requests) {
      assert.ok(url.startsWith("data:") || url.startsWith("blob:") || [origin, ...also].some((mine) => url.startsWith(mine)), `${url} is another origin`);
    }
  }
}

/** What a page keeps on the device: nothing, if it is ours. */
export async function kept_by(page) {
  const cookies = await page.context().cookies();
  const stored = await page.evaluate(async () => ({
    local: localStorage.length, session: sessionStorage.length,
    databases: indexedDB.databases ? (await indexedDB.databases()).length : 0,
    caches: globalThis.caches ? (await caches.keys()).length : 0,
    workers: navigator.serviceWorker ? (await navigator.serviceWorker.getRegistrations()).length : 0,
  }));
  return { cookies: cookies.length, ...stored };
}
export const keeps_nothing = { cookies: 0, local: 0, session: 0, databases: 0, caches: 0, workers: 0 };

/** Back, as the button of the browser does it; works without script and for pages that come from memory. */
export async function go_back(page) {
  const devtools = await page.context().newCDPSession(page);
  const { currentIndex, entries } = await devtools.send("Page.getNavigationHistory");
  if (currentIndex === 0) return undefined;
  const to = entries[currentIndex - 1];
  await devtools.send("Page.navigateToHistoryEntry", { entryId: to.id });
  // A page that was the answer to a form may not be there again: the browser says so on a page of its own.
  // Asked anew each time: a question to the page that is being left is not always answered.
  const arrived = () => page.evaluate((url) => [url, "chrome-error://chromewebdata/"].includes(location.href) && document.readyState === "complete", to.url);
  const late = () => new Promise((resolve) => setTimeout(resolve, 1000, false));
  await until(() => Promise.race([arrived().catch(() => false), late()]), "the page before");
  await devtools.detach();
  return to.url;
}
export async function history_of(page) {
  const devtools = await page.context().newCDPSession(page);
  const { currentIndex, entries } = await devtools.send("Page.getNavigationHistory");
  await devtools.detach();
  return entries.slice(0, currentIndex + 1).map(({ url }) => url);
}

/** Everything that was typed or chosen and is on the page now. */
export const typed_on = (page) => page.evaluate(() => [...document.querySelectorAll("textarea, input")].flatMap((field) =>
  field.type === "hidden" || field.type === "submit" ? []
    : field.type === "radio" || field.type === "checkbox" ? (field.checked ? [`${field.name}=${field.value}`] : [])
      : field.type === "file" ? [...field.files].map((file) => file.name) : field.value ? [`${field.name}: ${field.value}`] : []));

/** A small picture: a JPEG's beginning and end around bytes that are alike each time. */
export const photo = (bytes = 2000) => Buffer.concat([Buffer.from("ffd8ffe000104a46494600010100000100010000", "hex"),
  Buffer.alloc(bytes, "holiday "), Buffer.from("ffd9", "hex")]);

/**
 * The line between a browser and the server: every byte that goes either way is kept, and it can be cut. The browser opens `origin`.
 *   cut()        ends what runs, refuses what comes
 *   cut_answer(mark, done) ends the next answer that holds the mark in its middle
 *   cut_after(n) the same once n more bytes have gone to the server
 *   stall()      holds back what comes
 *   mend()       lets everything through again
 */
export class Wire {
  static async open(server) {
    const wire = new Wire();
    wire.target = server.public;
    wire.sent = [];
    wire.pairs = new Set();
    wire.whole = true;
    wire.allowed = Infinity;
    wire.server = createPlainServer({ noDelay: true }, (near) => wire.join(near));
    await new Promise((resolve) => wire.server.listen(0, "127.0.0.1", resolve));
    wire.origin = `http://127.0.0.1:${wire.server.address().port}`;
    open_sites.push({ server: wire.server, cut: () => wire.cut() });
    return wire;
  }
  join(near) {
    near.on("error", () => {});
    if (!this.whole) return near.resetAndDestroy?.() ?? near.destroy();
    const { hostname, port } = new URL(this.target);
    const far = connect({ host: hostname, port: Number(port), noDelay: true });
    far.on("error", () => near.destroy());
    const pair = { near, far };
    this.pairs.add(pair);
    near.on("data", async (piece) => {
      if (this.stalled) await this.stalled;
      this.sent.push(piece);
      this.allowed -= piece.length;
      if (this.allowed <= 0) return this.cut();
      if (!far.write(piece)) {
        near.pause();
        far.once("drain", () => near.resume());
      }
    });
    far.on("data", (piece) => {
      if (this.cutting && piece.includes(this.cutting.mark)) {
        // Its head and a little more, and then nothing.
        const end = piece.indexOf("\r\n\r\n") + 8;
        const { done } = this.cutting;
        this.cutting = undefined;
        done();
        return near.end(piece.subarray(0, end), () => near.destroy());
      }
      if (!near.write(piece)) {
        far.pause();
        near.once("drain", () => far.resume());
      }
      return undefined;
    });
    far.on("end", () => near.end());
    near.on("close", () => {
      far.destroy();
      this.pairs.delete(pair);
    });
    far.on("close", () => near.destroy());
    return undefined;
  }
  cut() {
    this.whole = false;
    this.cuts = (this.cuts ?? 0) + 1;
    for (const { near, far } of this.pairs) {
      near.destroy();
      far.destroy();
    }
  }
  /** The next answer that holds `mark` ends behind its head. */
  cut_answer(mark, done) { this.cutting = { mark, done }; }
  cut_after(bytes) { this.allowed = bytes; }
  /** Nothing more goes to the server until mend(). */
  stall() { this.stalled = new Promise((resolve) => (this.flow = resolve)); }
  mend(server) {
    if (server) this.target = server.public;
    this.allowed = Infinity;
    this.whole = true;
    this.flow?.();
    this.stalled = undefined;
  }
  /** All that the browser sent, as bytes. */
  get bytes() { return Buffer.concat(this.sent); }
  /** That none of these words went over the line, in any of the forms in which a browser may write them. */
  carried_none(words) {
    const bytes = this.bytes;
    for (const word of words) {
      for (const form of [word, encodeURIComponent(word), new URLSearchParams({ a: word }).toString().slice(2), Buffer.from(word).toString("base64").replace(/=+$/, "").slice(0, -1),
        Buffer.from(word, "utf16le").toString("latin1")]) {
        assert.ok(!bytes.includes(Buffer.from(form, form === word ? "utf8" : "latin1")), `${JSON.stringify(word)} went over the line`);
      }
    }
  }
}

// The form, with the questions one at a time (script) or all on one page: the same words reach both.
const shown = (locator) => locator.isVisible().catch(() => false);
/** Goes on until the field is in view. */
export async function reach(page, name) {
  const field = page.locator(`main form [name="${name}"]`).first();
  const seen = async () => (await shown(field)) || shown(page.locator(`main form label:has([name="${name}"])`).first());
  for (const way of ["next", "back"]) {
    const go = page.locator(`[data-go=${way}]`);
    for (let steps = 0; steps < 60 && !(await seen()) && (await shown(go)); ++steps) await go.click();
  }
  assert.ok(await seen(), `${name} is asked`);
  return field;
}
/** Chooses an answer the way a thumb does: on its words. */
export async function choose(page, name, value) {
  await reach(page, name);
  await page.locator(`main form label:has(input[name="${name}"][value="${value}"])`).click();
}
export async function write(page, name, words) {
  await (await reach(page, name)).fill(words);
}
export async function attach(page, paths) {
  await (await reach(page, "file")).setInputFiles(paths);
}
/** Goes to the end of the form and sends it. */
export async function send(page) {
  const button = page.locator("main form button[type=submit]").last();
  const end = page.locator("[data-go=end]");
  if (!(await shown(button)) && (await shown(end))) await end.click();
  await button.click();
}
/** Sends, and gives the code. */
export async function sent_code(page) {
  await send(page);
  const code = page.locator("output#code");
  await code.waitFor();
  return (await code.innerText()).trim();
}
/** Types a code and opens its answers. */
export async function open_answers(page, url, code) {
  await page.goto(url);
  await page.locator("[name=code]:visible").fill(code);
  await page.locator("main form button[type=submit]").first().click();
  await page.locator("main form [name=message]").waitFor();
}
