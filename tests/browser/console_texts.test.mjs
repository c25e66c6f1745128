#!/usr/bin/env node
// An answer to a phone from the browser: what the caseworker is told before it leaves, and that it leaves once.
import assert from "node:assert/strict";
import test, { before } from "node:test";
import { FakeTwilio } from "../integration/fake_twilio.mjs";
import { accessible, at_work, chromium, console_desk, console_page, post_form, press, sign_in, twilio_message, twilio_signature, until } from "./console.mjs";
import { case_screen, open_first, quiet, wait_for_rows } from "./casework.mjs";

const [account, secret, from, token] = [`AC${"a".repeat(32)}`, "send-secret", "+15005550006", "text-token"];
let fake;
let desk;
let browser;
before(async () => {
  fake = await FakeTwilio.start({ account, secret, from });
  desk = await console_desk({ settings: `
[sms.tw]
gateway = "twilio"
token = "${token}"
automatic = "none"

[sms.tw.send]
url = "${fake.origin}"
account = "${account}"
secret = "${secret}"
from = "${from}"
hours = "00:00-24:00"
time_zone = "Etc/UTC"
per_minute = 60000
` });
  browser = await chromium();
});

async function hear(words, number) {
  const fields = twilio_message(words, { From: number });
  const answer = await post_form(`${desk.server.public}/sms/tw`, fields, "--header", `X-Twilio-Signature: ${twilio_signature(token, "http://report.test/sms/tw", fields)}`);
  assert.equal(answer.status, 200, answer.text);
}

test("an answer by text: counted, looked at for words that give away, sent once, and what came of it", async () => {
  await hear("estoy en el hotel, no puedo salir", "+5016001234");
  const { page, book, context } = await console_page(desk.server, { browser });
  await sign_in(page);
  await at_work(page);
  await wait_for_rows(page);
  await open_first(page, "estoy en el hotel");
  await press(page, "Take it");
  await case_screen(page);
  const box = page.locator(".reply textarea");
  await box.fill("La policía");
  await page.getByText("1 text · 60 characters left").waitFor();
  await page.getByText("These words may give them away").waitFor();
  await accessible(page, "a text that gives away");
  await press(page, "Send the text");
  await page.locator("dialog").getByRole("button", { name: "Cancel" }).click();
  assert.equal(fake.accepted.length, 0, "asked before it leaves");
  await box.fill("Cuando es buen momento para escribirle?");
  await page.getByText("1 text · 121 characters left").waitFor();
  await press(page, "Send the text");
  await page.locator(".event.reply", { hasText: "Cuando es buen momento" }).waitFor();
  await until(() => fake.accepted.length === 1, "the text to leave");
  assert.equal(fake.accepted[0].fields.To, "+5016001234");
  await hear("a las 8", "+5016001234");
  await page.locator(".message", { hasText: "a las 8" }).waitFor();
  await page.locator(".event.reply", { hasText: "Sent: the gateway has it." }).waitFor();
  assert.equal(fake.accepted.length, 1);
  quiet(book);
  await context.close();
});

test("who asked for no more texts gets none", async () => {
  await hear("hola que tal", "+5016005555");
  await hear("ALTO", "+5016005555");
  const { page, context } = await console_page(desk.server, { browser });
  await sign_in(page);
  await at_work(page);
  await wait_for_rows(page);
  await open_first(page, "hola que tal");
  await press(page, "Take it and answer");
  await page.getByText("This person asked for no more texts (STOP). None can be sent until they write START.").waitFor();
  await page.locator(".reply textarea").fill("hola");
  assert.equal(await page.getByRole("button", { name: "Send the text" }).isDisabled(), true);
  await context.close();
});
