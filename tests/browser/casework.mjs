// What the tests of casework in the browser do again and again.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { post_form } from "./console.mjs";

/** Tells by the form without script; the code. */
export async function tell(server, fields, language = "en") {
  const answer = await post_form(`${server.public}/${language}/tell`, fields);
  assert.equal(answer.status, 200, answer.text);
  return /<output[^>]*id="code"[^>]*>([^<]*)/.exec(answer.text)?.[1]?.trim();
}

/** Invites, enrols and lets in by the command line; the passphrase is "NAME's own long passphrase". */
export async function join_desk({ place, server }, name, role) {
  const file = place.write(`${name}.passphrase`, `${name}'s own long passphrase\n`);
  const invited = await place.succeed("member", "invite", name, "--role", role, ...server.as());
  await place.succeed("member", "enrol", "--invitation", /^[A-Za-z0-9_-]{32}$/m.exec(invited)[0], "--server", server.console, "--passphrase-file", file);
  await place.let_in(name, ...server.as());
}

/** The queue is there, and all that is in view is open. */
export async function wait_for_rows(page) {
  await page.locator(".queue_row a").first().waitFor();
  await page.waitForFunction(() => !document.querySelector(".queue_row .opening"));
}
export const queue_rows = (page) => page.locator(".queue_row").allInnerTexts();

/** Opens the line of the queue that holds these words. */
export async function open_first(page, words) {
  await page.locator(".queue_row a", { hasText: words }).first().click();
  await page.locator(".timeline").waitFor();
}
/** A case is open and can be worked on. */
export async function case_screen(page) {
  await page.waitForURL(/#\/case\/[0-9a-f]{32}$/);
  await page.locator(".triage_panel").waitFor();
}
export const files_of = async (download) => readFileSync(await download.path(), "utf8");

/** No policy was violated, and nothing was said but that nobody is signed in yet. */
export function quiet(book) {
  assert.deepEqual(book.violations, []);
  assert.deepEqual(book.said.filter((line) => !/status of 401/.test(line)), []);
}
