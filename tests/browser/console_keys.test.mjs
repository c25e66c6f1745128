#!/usr/bin/env node
// Keys, focus and dialogs of the console: a key does what it says to what it is pressed for, and nothing to anything else.
import assert from "node:assert/strict";
import test, { before } from "node:test";
import { accessible, at_work, chromium, console_desk, console_page, heading, press, settled, sign_in, until } from "./console.mjs";
import { case_screen, open_first, quiet, tell, wait_for_rows } from "./casework.mjs";

let desk;
let browser;
before(async () => {
  desk = await console_desk();
  browser = await chromium();
});

const at_console = async (options = {}) => {
  const opened = await console_page(desk.server, { browser, ...options });
  await sign_in(opened.page);
  await at_work(opened.page);
  return opened;
};
const row = (page, words) => page.locator(".queue_row a", { hasText: words });
const search = (page) => page.getByRole("searchbox", { name: "Search" });
const on_heading = (page) => page.waitForFunction(() => document.activeElement?.matches(".case_title h1"));
/** All that the keys worker was given before this is done. */
async function worker_is_through(page, words) {
  await search(page).fill(words);
  await page.locator(".results .queue_row", { hasText: words }).first().waitFor();
  await search(page).fill("");
}

test("what is wanted of a line that does not open is wanted of no other", async () => {
  await tell(desk.server, { q_story: "This one does not open." });
  await tell(desk.server, { q_story: "Nobody asked for this one." });
  const { page, book, context } = await at_console();
  await wait_for_rows(page);
  const shut = (await row(page, "This one does not open.").getAttribute("href")).split("/").at(-1);
  await page.route(`**/api/v1/reports/${shut}`, (route) => route.fulfill({ status: 403, contentType: "application/problem+json", body: "{}" }));
  await row(page, "This one does not open.").focus();
  await page.keyboard.press("a");
  await page.getByText("A colleague has this case now.").waitFor();
  const seen = page.waitForResponse(/\/api\/v1\/reports\/[0-9a-f]+\/views$/);
  await row(page, "Nobody asked for this one.").click();
  await page.getByRole("heading", { name: "New report" }).waitFor();
  await seen;
  await worker_is_through(page, "Nobody asked");
  await page.getByRole("heading", { name: "New report" }).waitFor();
  assert.ok(!book.paths().includes("POST /api/v1/cases"), "nothing was taken");

  // Nor of one that is left before it is there, whoever opens it later.
  let let_go;
  await page.unroute(`**/api/v1/reports/${shut}`);
  await page.route(`**/api/v1/reports/${shut}`, (route) => new Promise((done) => {
    let_go = () => done(route.continue());
  }));
  await row(page, "This one does not open.").focus();
  await page.keyboard.press("a");
  await until(() => let_go !== undefined, "it to be asked for");
  await row(page, "Nobody asked for this one.").click();
  await page.getByRole("heading", { name: "New report" }).waitFor();
  await let_go();
  await page.unroute(`**/api/v1/reports/${shut}`);
  await row(page, "This one does not open.").click();
  await page.locator(".message", { hasText: "This one does not open." }).waitFor();
  await worker_is_through(page, "does not open");
  assert.ok(!book.paths().includes("POST /api/v1/cases"), "nothing was taken");
  await context.close();
});

test("keys of one letter do it to what lies open, also when the list does not show it; the heading takes the focus from case to case", async () => {
  await tell(desk.server, { q_story: "Open beside an empty list." });
  await tell(desk.server, { q_story: "Another of the same evening." });
  const { page, book, context } = await at_console();
  await wait_for_rows(page);
  await open_first(page, "Another of the same evening.");
  await on_heading(page);
  await open_first(page, "Open beside an empty list.");
  await on_heading(page);
  await press(page, "Open for the team");
  await case_screen(page);
  await on_heading(page);
  await page.getByRole("button", { name: /^Closed/ }).click();
  await page.getByText("Cases that are closed stand here, the newest first.").waitFor();
  assert.equal(await page.getByText("New reports appear here by themselves.").count(), 0);
  await page.keyboard.press("a");
  await until(async () => /Who has it\s+you/.test(await page.locator(".triage_panel").innerText()), "the case to be mine");
  await page.locator(".case_title h1").focus();
  await page.keyboard.press("e");
  await page.getByRole("dialog").getByRole("heading", { name: "Close" }).waitFor();
  await page.keyboard.press("Escape");
  quiet(book);
  await context.close();
});

test("j and k go through what the search found, while that is what is shown", async () => {
  for (const n of ["one", "two"]) await tell(desk.server, { q_story: `Lighthouse keeper ${n}.` });
  await tell(desk.server, { q_story: "Not found by that.", q_safe_now: "no" });
  const { page, context } = await at_console();
  await wait_for_rows(page);
  await search(page).fill("lighthouse");
  const found = page.locator(".results .queue_row a");
  await until(async () => (await found.count()) === 2, "both to be found");
  const hashes = await found.evaluateAll((links) => links.map((link) => link.hash));
  await found.first().focus();
  await page.keyboard.press("Enter");
  await page.locator(".message", { hasText: "Lighthouse keeper" }).waitFor();
  await on_heading(page);
  await page.keyboard.press("j");
  await page.waitForURL((url) => url.hash === hashes[1]);
  await on_heading(page);
  await page.keyboard.press("j");
  await settled(page);
  assert.equal(new URL(page.url()).hash, hashes[1], "the last one stays");
  // Beside one that is in no list a line is chosen, not opened.
  await search(page).fill("");
  await page.getByRole("button", { name: /^Mine/ }).click();
  await page.locator(".case_title h1").focus();
  await page.keyboard.press("j");
  await settled(page);
  assert.equal(new URL(page.url()).hash, hashes[1]);
  await context.close();
});

test("going through Unread, each that is read makes room for the next", async () => {
  const { page, context } = await at_console();
  await wait_for_rows(page);
  for (const n of [1, 2, 3]) await tell(desk.server, { q_story: `Unread number ${n}.` });
  await page.getByRole("button", { name: /^Unread/ }).click();
  await row(page, "Unread number 1.").waitFor();
  await row(page, "Unread number 3.").waitFor();
  await page.locator(".queue_row a").first().click();
  const read = [];
  for (let n = 0; n < 3; ++n) {
    await on_heading(page);
    read.push(await page.locator(".message").first().innerText());
    const hash = new URL(page.url()).hash;
    await until(async () => (await page.locator(`.queue_row a[href="${hash}"]`).count()) === 0, "it to leave the view");
    if (n < 2) {
      await page.keyboard.press("j");
      await page.waitForURL((url) => url.hash !== hash);
    }
  }
  assert.equal(new Set(read).size, 3);
  await context.close();
});

test("keys of one letter can be switched off, for this browser", async () => {
  const { page, book, context } = await at_console();
  await page.keyboard.press("?");
  await page.getByRole("heading", { name: "Keys on this page" }).waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("link", { name: "Account" }).click();
  await page.getByLabel("Keys of one letter").uncheck();
  await accessible(page, "account");
  await page.getByRole("link", { name: "Queue" }).click();
  await wait_for_rows(page);
  for (const key of ["?", "g", "m", "j", "/", "L"]) await page.keyboard.press(key);
  await settled(page);
  assert.equal(await page.getByRole("dialog").count(), 0);
  assert.match(page.url(), /#\/queue$/);
  assert.equal(await page.evaluate(() => document.activeElement?.matches(".queue_row a, input")), false);
  await page.locator(".queue_row a").first().focus();
  await page.keyboard.press("Enter");
  await page.locator(".timeline").waitFor();
  await press(page, "Keys on this page");
  await page.getByRole("dialog").getByText("Keys of one letter are switched off, under Account.").waitFor();
  assert.deepEqual(await page.locator(".shortcuts kbd").allInnerTexts(), ["Enter"]);
  await page.reload();
  await page.getByLabel("Passphrase").waitFor();
  assert.equal(await page.evaluate(() => localStorage.getItem("letter_keys")), "off");
  quiet(book);
  await context.close();
});

test("a selection that is dragged out of a dialog leaves it open; a press beside it closes it", async () => {
  const { page, context } = await at_console();
  await page.getByRole("link", { name: "Members" }).click();
  await heading(page, "Members");
  await press(page, "Invite someone");
  const name = page.getByRole("dialog").getByLabel("Name");
  await name.fill("Somebody with a long name");
  const { x, y, height } = await name.boundingBox();
  await page.mouse.move(x + 60, y + height / 2);
  await page.mouse.down();
  await page.mouse.move(5, 5, { steps: 4 });
  await page.mouse.up();
  await settled(page);
  assert.equal(await name.inputValue(), "Somebody with a long name");
  await page.mouse.click(5, 5);
  await page.getByRole("dialog").waitFor({ state: "detached" });
  await context.close();
});

test("with the hour the counts are asked for again, though nothing has changed", async () => {
  const { page, context } = await console_page(desk.server, { browser });
  const hour = 3_600_000;
  await page.clock.install({ time: Math.floor(Date.now() / hour) * hour + 57 * 60_000 });
  await page.reload();
  await sign_in(page);
  await at_work(page);
  await page.locator(".views .count").first().waitFor();
  const asked = page.waitForRequest("**/api/v1/queue/counts");
  await page.clock.fastForward("04:00");
  await asked;
  await context.close();
});
