#!/usr/bin/env node
// A caseworker's day in Firefox: sign in, the queue, a report, its case, an answer that the reporter reads, a lock. The rest of the console is tried in
// Chromium; what differs between the two is the browser's own arithmetic, its dialogs and its worker.
import assert from "node:assert/strict";
import { test } from "node:test";
import { answers_on, console_desk, firefox, passphrase, post_form } from "./console.mjs";
import { tell } from "./casework.mjs";

test("sign in, queue, report, case, answer, search, lock, in Firefox", async () => {
  const { server } = await console_desk();
  const code = await tell(server, { q_story: "Ayúdenme, estoy en la finca.", q_reply: "yes" }, "es");
  const fox = await firefox();
  const page = await fox.newPage();
  await page.setViewport({ width: 1280, height: 800 });
  const errors = [];
  page.on("pageerror", (error) => errors.push(String(error)));
  const shown = (text, within = "body") => page.waitForFunction((wanted, where) => document.querySelector(where)?.innerText.includes(wanted), {}, text, within);
  /** Presses the first button or link that says so. */
  const press = async (text, within = "body") => {
    const handle = await page.waitForFunction((wanted, where) => [...document.querySelectorAll(`${where} button, ${where} a`)].find((one) => one.innerText.trim() === wanted && !one.disabled), {}, text, within);
    await handle.asElement().click();
  };
  await page.goto(`${server.console}/`);
  await page.waitForSelector("input[type=password]");
  await page.type("input:not([type=password])", "demo");
  await page.type("input[type=password]", passphrase);
  await press("Sign in");
  await shown("Ayúdenme, estoy en la finca.", ".queue_row");
  assert.equal(await page.evaluate(() => crypto.subtle !== undefined), true, "its own arithmetic is used");
  const row = await page.waitForSelector(".queue_row a");
  await row.click();
  await shown("Ayúdenme", ".timeline");
  await press("Take it");
  await page.waitForFunction(() => /^#\/case\/[0-9a-f]{32}$/.test(location.hash));
  await shown("you", ".triage_panel");
  await page.waitForSelector(".reply textarea");
  await page.type(".reply textarea", "La leemos. ¿Puede salir de noche?");
  await press("Send the answer");
  await shown("¿Puede salir de noche?", ".event.reply");
  assert.deepEqual(answers_on((await post_form(`${server.public}/es/answers`, { code })).text), ["La leemos. ¿Puede salir de noche?"]);
  await page.type("input[type=search]", "finca");
  await shown("found", ".results");
  await shown("finca", ".results .rows");
  await press("Choose labels");
  await page.waitForSelector("dialog[open] input[type=checkbox]");
  await page.keyboard.press("Escape");
  await page.waitForFunction(() => !document.querySelector("dialog"));
  await press("Lock");
  await page.waitForSelector("input[type=password]");
  await page.type("input[type=password]", passphrase);
  await press("Unlock");
  await shown("¿Puede salir de noche?", ".timeline");
  assert.deepEqual(errors, []);
});
