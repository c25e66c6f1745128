#!/usr/bin/env node
// A case about two people: who is answered is said each time, each reads what was written to them and nothing else, and each allows what they allow. By
// the browser and by the command line.
import assert from "node:assert/strict";
import test, { before } from "node:test";
import { accessible, answers_on, at_work, chromium, console_desk, console_page, post_form, press, sign_in, twilio_message } from "./console.mjs";
import { case_screen, open_first, quiet, tell } from "./casework.mjs";

let desk;
let browser;
before(async () => {
  desk = await console_desk();
  browser = await chromium();
});

const read = async (code) => answers_on((await post_form(`${desk.server.public}/en/answers`, { code })).text);
const at_console = async () => {
  const opened = await console_page(desk.server, { browser });
  await sign_in(opened.page);
  await at_work(opened.page);
  return opened;
};
/** Puts the report with these words to the case with those. */
async function link(page, words, to) {
  await page.goto(`${desk.server.console}/#/queue`);
  await open_first(page, words);
  await press(page, "Belongs to a case…");
  await page.locator("dialog").getByRole("searchbox").fill(to);
  await page.locator("dialog").getByText(to).first().click();
  await page.locator("dialog").getByRole("button").last().click();
  await case_screen(page);
}
const whom = (page) => page.getByLabel("To whom?");
async function choose_whom(page, words) {
  await whom(page).selectOption(await whom(page).locator("option", { hasText: words }).getAttribute("value"));
}
const send_button = (page) => page.locator(".reply").getByRole("button", { name: /^Send/ });

test("a case about two: an answer goes to whom it is meant for, and consents are each one's own", async () => {
  const one = await tell(desk.server, { q_story: "The boss of the bakery.", q_reply: "yes", q_share: "statistics" });
  const two = await tell(desk.server, { q_story: "The girl of the bakery.", q_reply: "yes", q_share: ["police", "iom", "statistics"] });
  const { page, book, context } = await at_console();
  await open_first(page, "The boss of the bakery.");
  await press(page, "Take it");
  await case_screen(page);
  assert.equal(await whom(page).count(), 0, "of one person nobody asks");
  await link(page, "The girl of the bakery.", "The boss of the bakery.");
  await page.locator(".message", { hasText: "The girl of the bakery." }).waitFor();

  const consent = page.locator(".panel_part", { has: page.getByRole("heading", { name: "Consent" }) });
  // That somebody may be counted tells nobody of them.
  assert.match(await consent.innerText(), /The boss of the bakery\..*\s+May be told: nobody\. Pass nothing on\.\s+May be counted in statistics\.\s+The girl of the bakery\..*\s+May be told: police, IOM\s+May be counted in statistics\./);
  await page.locator(".reply textarea").fill("We can meet you on Friday at the clinic.");
  assert.equal(await send_button(page).isDisabled(), true, "to nobody by guess");
  await accessible(page, "an answer that asks to whom");
  await choose_whom(page, "The girl of the bakery.");
  assert.match(await page.locator(".reply .conditions").innerText(), /^May be told: police, IOM$/m, "what she allows");
  await send_button(page).click();
  await page.locator(".event.reply", { hasText: "To: The girl of the bakery." }).waitFor();
  assert.deepEqual(await read(two), ["We can meet you on Friday at the clinic."]);
  assert.deepEqual(await read(one), [], "and not to him");

  await choose_whom(page, "The boss of the bakery.");
  await page.locator(".reply textarea").fill("Thank you. We have read it.");
  assert.match(await page.locator(".reply .conditions").innerText(), /^May be told: nobody\. Pass nothing on\.\s+May be counted in statistics\.$/m, "what he allows");
  await send_button(page).click();
  await page.locator(".event.reply", { hasText: "To: The boss of the bakery." }).waitFor();
  assert.deepEqual(await read(one), ["Thank you. We have read it."]);
  assert.equal((await read(two)).length, 1);

  // The command line asks as well.
  const listed = await desk.server.cases();
  const ids = Object.fromEntries(["boss", "girl"].map((who) => [who, listed.find((entry) => entry.text.includes(`The ${who} of the bakery.`)).id]));
  for (const named of Object.values(ids)) {
    const line = await desk.place.refuse(1, "case", "reply", named, "--text", "to whom?", ...desk.server.as());
    for (const id of Object.values(ids)) assert.ok(line.includes(`${id.slice(0, 8)}`) && line.includes("--to"), line);
  }
  await desk.place.succeed("case", "reply", ids.boss, "--to", ids.girl.slice(0, 8), "--text", "By the command line.", ...desk.server.as());
  assert.deepEqual(await read(two), ["We can meet you on Friday at the clinic.", "By the command line."]);
  assert.equal((await read(one)).length, 1);
  await page.locator(".event.reply", { hasText: "By the command line." }).getByText("To: The girl of the bakery.").waitFor();
  assert.equal((await desk.server.cases()).length, listed.length);
  quiet(book);
  await context.close();
});

test("who wrote by text is answered by text, also where another of the case has a mailbox, whose STOP is not theirs", async () => {
  const code = await tell(desk.server, { q_story: "By the form, of the hotel.", q_reply: "yes" });
  await desk.server.text(twilio_message("by text, of the hotel", { From: "+5016001234" }));
  await desk.server.text(twilio_message("one more of the hotel", { From: "+5016004321" }));
  await desk.server.text(twilio_message("STOP", { From: "+5016004321" }));
  const { page, context } = await at_console();
  await open_first(page, "By the form, of the hotel.");
  await press(page, "Take it");
  await case_screen(page);
  await link(page, "by text, of the hotel", "By the form, of the hotel.");
  await link(page, "one more of the hotel", "By the form, of the hotel.");
  await page.locator(".reply textarea").fill("Your parcel is here.");
  await choose_whom(page, "by text, of the hotel");
  await page.getByRole("heading", { name: "Answer by text" }).waitFor();
  assert.equal(await send_button(page).isDisabled(), false, "they did not say STOP");
  await choose_whom(page, "one more of the hotel");
  await page.getByText("This person asked for no more texts (STOP).").waitFor();
  assert.equal(await send_button(page).isDisabled(), true);
  await choose_whom(page, "By the form, of the hotel.");
  await page.getByRole("heading", { name: "Answer in their mailbox" }).waitFor();
  await send_button(page).click();
  await page.locator(".event.reply", { hasText: "Your parcel is here." }).waitFor();
  assert.deepEqual(await read(code), ["Your parcel is here."]);
  assert.equal(await page.locator(".panel_part", { has: page.getByRole("heading", { name: "Phone" }) }).count(), 2, "each number by itself");
  await context.close();
});

