// Shared by the tests of the console in the browser: a desk with its server, a page of the console, and what people do there.
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { Book, Place, axe_source, chromium, passphrase } from "./support.mjs";

export * from "./support.mjs";

/** A desk of its own and its server; `hotline desk create` makes the admin "demo". */
export async function console_desk(options = {}) {
  const place = await Place.found(options);
  const server = await place.serve();
  return { place, server };
}

/** A page of the console in a context of its own, with a book of all it asked for and said. Options are those of the browser's context. */
export async function console_page(server, { browser, ...options } = {}) {
  const own = browser ?? (await chromium());
  const context = await own.newContext({ locale: "en-GB", viewport: { width: 1280, height: 800 }, ignoreHTTPSErrors: true, ...options });
  const book = await Book.keep(context);
  const page = await context.newPage();
  await page.goto(`${server.console}/`);
  return { browser: own, context, page, book };
}

export const heading = (page, name) => page.getByRole("heading", { level: 1, name }).waitFor();
export const press = (page, name) => page.getByRole("button", { name, exact: true }).click();

/** Types name and passphrase, and sends them. */
export async function sign_in(page, { name = "demo", words = passphrase } = {}) {
  await heading(page, "Sign in");
  await page.getByLabel("Name").fill(name);
  await page.getByLabel("Passphrase").fill(words);
  await press(page, "Sign in");
}
/** At work: the bar is there. */
export const at_work = (page) => page.getByRole("navigation").waitFor();

/** A new passphrase, twice. */
export async function choose_passphrase(page, words) {
  await page.getByLabel("New passphrase").fill(words);
  await page.getByLabel("The same again").fill(words);
}
/** Reads the sheet and goes on: the recovery code and the words by their label. */
export async function take_sheet(page) {
  const code = (await page.locator(".recovery_code").innerText()).replace(/\s+/g, "-");
  const words = {};
  for (const box of await page.locator(".sheet .words_to_compare").all()) {
    words[await box.locator(".words_label").innerText()] = (await box.locator("li").allInnerTexts()).map((word) => word.trim()).join("-");
  }
  await page.getByLabel("I have it on paper").check();
  await press(page, "Go to sign-in");
  return { code, words };
}
/** The eight words below a label. */
export async function words_below(page, label) {
  const box = page.locator(".words_to_compare", { hasText: label });
  return (await box.locator("li").allInnerTexts()).map((word) => word.trim()).join("-");
}

/** Nothing that axe knows of WCAG 2.2 A and AA is wrong. */
export async function accessible(page, what) {
  const found = await run_axe(page);
  assert.deepEqual(found, [], what);
}
/** In a world of its own: the page's policy lets no script in, the browser's tools are not bound by it. */
const tools = new WeakMap();
async function run_axe(page) {
  // One for each page, and left alone: a session that ends takes a virtual passkey of another one with it.
  const devtools = tools.get(page) ?? (await page.context().newCDPSession(page));
  tools.set(page, devtools);
  const frame = await devtools.send("Page.getFrameTree");
  const { executionContextId } = await devtools.send("Page.createIsolatedWorld", { frameId: frame.frameTree.frame.id, worldName: "axe" });
  const run = async (expression) => {
    const done = await devtools.send("Runtime.evaluate", { expression, contextId: executionContextId, awaitPromise: true, returnByValue: true });
    assert.equal(done.exceptionDetails, undefined, JSON.stringify(done.exceptionDetails));
    return done.result.value;
  };
  // The page's own world of that name stays until it loads another document.
  if (!(await run(`"axe" in globalThis`))) await run(axe_source());
  const found = await run(`axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] })
    .then(({ violations }) => violations.map(({ id, nodes }) => id + ": " + nodes.map(({ html, failureSummary }) => html.slice(0, 160) + " — " + failureSummary).join(" | ")))`);
  return found;
}

/** The six digits of a TOTP secret (base32) for a moment: RFC 6238 with SHA-1 and 30 seconds. */
export function totp(secret, seconds = Date.now() / 1000) {
  const bits = [...secret.replace(/[\s=]/g, "")].map((symbol) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(symbol).toString(2).padStart(5, "0")).join("");
  const key = Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(seconds / 30)));
  const hash = createHmac("sha1", key).update(counter).digest();
  const at = hash[19] & 15;
  return String((hash.readUInt32BE(at) & 0x7fffffff) % 1_000_000).padStart(6, "0");
}

/** A passkey in the browser that answers by itself: Chromium's virtual authenticator. */
export async function virtual_passkey(page) {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send("WebAuthn.enable");
  const { authenticatorId } = await devtools.send("WebAuthn.addVirtualAuthenticator", {
    options: { protocol: "ctap2", transport: "internal", hasResidentKey: true, hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true },
  });
  return { devtools, authenticatorId };
}

/** Keys work once what was drawn last has taken effect: two frames, and what they left to be done. */
export const settled = (page) => page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done)))));

/** An invitation's link, made on the members' screen. */
export async function invite(page, name, role = "Caseworker") {
  await page.getByRole("link", { name: "Members" }).click();
  await press(page, "Invite someone");
  await page.getByRole("dialog").getByLabel("Name").fill(name);
  await page.getByRole("dialog").getByLabel("Role").selectOption({ label: role });
  await press(page, "Make the invitation");
  const link = await page.locator(".link_box").innerText();
  await press(page, "Done");
  return link;
}
