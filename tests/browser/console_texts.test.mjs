#!/usr/bin/env node
// An answer to a phone from the browser: what the caseworker is told before it leaves, and that it leaves once.
import assert from "node:assert/strict";
import test, { before } from "node:test";
import { FakeTwilio } from "../integration/fake_twilio.mjs";
import { accessible, at_work, chromium, console_desk, console_page, post_form, press, sign_in, twilio_message, twilio_signature, until } from "./console.mjs";
import { case_screen, open_first, quiet, wait_for_rows } from "./casework.mjs";

const [account, secret, from, token] = [`AC${"a".repeat(32)}`, "send-secret", "+15005550006", "text-token"];
/** A gateway that is open from six hours from now is closed now. */
const [opens, closes] = [6, 7].map((hours) => new Date(Date.now() + 3_600_000 * hours).toISOString().slice(11, 16));
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

[sms.night]
gateway = "twilio"
token = "${token}"
automatic = "none"

[sms.night.send]
url = "${fake.origin}"
account = "${account}"
secret = "${secret}"
from = "${from}"
hours = "${opens}-${closes}"
time_zone = "Etc/UTC"
per_minute = 60000
` });
  browser = await chromium();
});

async function hear(words, number, gateway = "tw") {
  const fields = twilio_message(words, { From: number });
  const answer = await post_form(`${desk.server.public}/sms/${gateway}`, fields, "--header", `X-Twilio-Signature: ${twilio_signature(token, `http://report.test/sms/${gateway}`, fields)}`);
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

/** A case of the gateway that is closed now, with its first answer written. */
async function closed_hours(page, words, number, answer) {
  await hear(words, number, "night");
  await wait_for_rows(page);
  await open_first(page, words);
  await press(page, "Take it");
  await case_screen(page);
  await page.getByText(`Texts leave between ${opens} and ${closes} (Etc/UTC)`).waitFor();
  await page.locator(".reply textarea").fill(answer);
}
const reply = (page, words) => page.locator(".event.reply", { hasText: words });

test("a text that waits for its hours is taken back, and does not leave", async () => {
  const { page, book, context } = await console_page(desk.server, { browser });
  await sign_in(page);
  await at_work(page);
  await closed_hours(page, "mensaje de noche", "+5016007001", "Esto no debe salir");
  const before = fake.accepted.length;
  await press(page, "Send the text");
  await reply(page, "Esto no debe salir").getByText("Waits to leave.").waitFor();
  await accessible(page, "a text that waits");
  await reply(page, "Esto no debe salir").getByRole("button", { name: "Take it back" }).click();
  await reply(page, "Esto no debe salir").getByText("Not sent: taken back").waitFor();
  assert.equal(await page.getByRole("button", { name: "Take it back" }).count(), 0);

  // Too late: a colleague, or the gateway, was quicker.
  await page.locator(".reply textarea").fill("Retirado dos veces");
  await press(page, "Send the text");
  const waiting = reply(page, "Retirado dos veces");
  await waiting.getByText("Waits to leave.").waitFor();
  await page.route("**/api/v1/cases/*/texts/*", async (route) => {
    await route.fetch();
    return route.continue();   // the same again, and that is the answer
  });
  await waiting.getByRole("button", { name: "Take it back" }).click();
  await waiting.getByText("Not sent: taken back").waitFor();
  await waiting.getByText("This text does not wait any more").waitFor();
  assert.equal(fake.accepted.length, before);
  book.said = book.said.filter((line) => !/status of 409/.test(line));
  quiet(book);
  await context.close();
});

test("sent once more at any hour it leaves, whether the first order had arrived or not", async () => {
  const { page, context } = await console_page(desk.server, { browser });
  await sign_in(page);
  await at_work(page);
  for (const [number, arrives] of [["+5016007002", false], ["+5016007003", true]]) {
    const words = arrives ? "Llega la primera orden" : "Se pierde la primera orden";
    await closed_hours(page, `escribe ${number}`, number, words);
    const before = fake.accepted.length;
    let orders = 0;
    await page.route("**/api/v1/cases/*/texts", async (route) => {
      if (route.request().method() !== "POST" || orders++ > 0) return route.continue();
      if (arrives) await route.fetch();
      return route.fulfill({ status: 500, contentType: "application/problem+json", body: "{}" });
    });
    await press(page, "Send the text");
    await page.locator(".reply").getByText("Send it again: it arrives once.").waitFor();
    await page.getByLabel("Send at any hour").check();
    await page.locator(".reply").getByRole("button", { name: "Send again" }).click();
    await until(() => fake.accepted.length === before + 1, "the text to leave");
    await hear("gracias", number, "night");
    await reply(page, words).getByText("Sent: the gateway has it.").waitFor();
    assert.equal(fake.accepted.length, before + 1);
    assert.equal(await reply(page, words).count(), arrives ? 2 : 1, "what was taken back stands there as well");
    await page.unroute("**/api/v1/cases/*/texts");
    await page.goto(`${desk.server.console}/#/queue`);
  }
  await context.close();
});
