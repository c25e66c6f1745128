#!/usr/bin/env node
// What comes of a wish to delete, in the browser: kept with a reason that the reporter reads, or deleted for good; broken off half way; who may; and
// the other people of a case, who are asked about first.
import assert from "node:assert/strict";
import test, { before } from "node:test";
import { accessible, answers_on, at_work, chromium, console_desk, console_page, post_form, press, sign_in, texts, twilio_message, until } from "./console.mjs";
import { case_screen, join_desk, open_first, tell, wait_for_rows } from "./casework.mjs";

let desk;
let browser;
before(async () => {
  desk = await console_desk();
  browser = await chromium();
  await join_desk(desk, "rosa", "caseworker");
});

const at_console = async (name = "demo", options = {}) => {
  const opened = await console_page(desk.server, { browser, ...options });
  await sign_in(opened.page, name === "demo" ? {} : { name, words: `${name}'s own long passphrase` });
  await at_work(opened.page);
  return opened;
};
const ask_to_delete = async (code) => assert.equal((await post_form(`${desk.server.public}/en/answers`, { code, delete: "1" })).status, 200);
const read = async (code, language = "en") => answers_on((await post_form(`${desk.server.public}/${language}/answers`, { code })).text);
const listed = async (text) => (await desk.server.cases()).find((entry) => entry.text === text);
const dialog_of = (page) => page.locator("dialog");
const delete_button = (page) => dialog_of(page).getByRole("button", { name: "Delete for good" });

test("a wish is refused with a reason, which the reporter reads once", async () => {
  const code = await tell(desk.server, { q_story: "Please forget me.", q_reply: "yes" });
  await ask_to_delete(code);
  const { page, book, context } = await at_console("rosa");
  await open_first(page, "Asks that everything be deleted");
  await page.getByText("The reporter asks that everything be deleted. A supervisor deletes; you can keep it and say why.").waitFor();
  assert.equal(await page.getByRole("button", { name: "Delete…" }).count(), 0, "a caseworker does not delete");
  await press(page, "Keep it…");
  await press(page, "Keep it and tell them");
  await page.getByText("Say why: they will read it.").waitFor();
  await accessible(page, "the dialog of keeping");
  await page.getByLabel("Why it is kept").fill("A child is in danger. The law lets us keep it for now.");
  // The line breaks after the reason is recorded and before it is in the mailbox.
  let broken = 0;
  await page.route("**/api/v1/answers", (route) => (broken++ < 2 ? route.fulfill({ status: 500, contentType: "application/problem+json", body: "{}" }) : route.continue()));
  await press(page, "Keep it and tell them");
  await case_screen(page);
  await page.getByText("whether the reporter can read it is not sure").waitFor();
  assert.deepEqual(await read(code), []);
  await press(page, "Send it again");
  await page.locator(".notice .notice").first().waitFor();
  await press(page, "Send it again");
  await page.getByText("whether the reporter can read it is not sure").waitFor({ state: "detached" });
  assert.deepEqual(await read(code), ["A child is in danger. The law lets us keep it for now."]);
  assert.match(await page.locator(".timeline").innerText(), /kept it, and said why[\s\S]*The law lets us keep it for now/);
  assert.equal(await page.getByText("asks that everything be deleted.").count(), 0, "the wish is answered");
  // The command line knows of it, and does it no second time.
  const { id } = await listed("Please forget me.");
  await desk.place.succeed("case", "keep", id, "--text", "A child is in danger. The law lets us keep it for now.", ...desk.server.as());
  assert.equal((await read(code)).length, 1);
  assert.deepEqual(book.violations, []);
  await context.close();
});

test("deleted for good: the reporter is told in their language, once, and nothing is left", async () => {
  const code = await tell(desk.server, { q_story: "Bórrenme, por favor.", q_reply: "yes" }, "es");
  await tell(desk.server, { q_story: "I stay." });
  await ask_to_delete(code);
  const { page, book, context } = await at_console();
  await open_first(page, "Asks that everything be deleted");
  await page.getByRole("button", { name: "Delete…" }).first().click();
  await dialog_of(page).getByText("This deletes 2 messages, 0 files").waitFor();
  await dialog_of(page).getByText("It cannot be undone.").waitFor();
  await dialog_of(page).getByText("Recorded for the auditor").waitFor();
  await accessible(page, "the dialog of deletion");
  const told = dialog_of(page).getByLabel("The reporter is told first");
  assert.equal(await told.inputValue(), texts.es["found.deleted"]);
  await dialog_of(page).getByRole("button", { name: "Cancel" }).click();
  assert.ok(await listed("Bórrenme, por favor."), "nothing happens without the press");

  await page.getByRole("button", { name: "Delete…" }).first().click();
  // The answer is stored and its receipt lost; then the deletion itself is not taken.
  let lost = 0;
  await page.route("**/api/v1/deletions", (route) => (lost++ === 0 ? route.fulfill({ status: 500, contentType: "application/problem+json", body: "{}" }) : route.continue()));
  await delete_button(page).click();
  await dialog_of(page).getByText("nobody is told twice").waitFor();
  assert.equal((await listed("Bórrenme, por favor.")).deletion, "begun", "as the command line says it");
  assert.deepEqual(await read(code, "es"), [texts.es["found.deleted"]]);
  await delete_button(page).click();
  await page.getByText("Deleted for good.").waitFor();
  await page.waitForURL(/#\/queue$/);
  assert.equal(await listed("Bórrenme, por favor."), undefined);
  assert.deepEqual(await read(code, "es"), [texts.es["found.deleted"]], "told once");
  await wait_for_rows(page);
  await page.getByText("I stay.").first().waitFor();
  assert.equal(await page.getByText("Bórrenme").count(), 0);
  await page.getByRole("searchbox").fill("borrenme");
  await page.locator(".results[aria-busy=false]").waitFor();
  assert.equal(await page.locator(".results li").count(), 0, "nor in the search");
  assert.deepEqual(book.violations, []);
  await context.close();
});

test("what was begun and broken off is finished by whoever comes next", async () => {
  const code = await tell(desk.server, { q_story: "Begun and not finished.", q_reply: "yes" });
  await ask_to_delete(code);
  const first = await at_console();
  await first.page.route("**/api/v1/deletions", (route) => route.abort());
  await open_first(first.page, "Asks that everything be deleted");
  await first.page.getByRole("button", { name: "Delete…" }).first().click();
  await delete_button(first.page).click();
  await until(async () => (await read(code)).length === 1, "the reporter to be told");
  await first.context.close();
  const rosa = await at_console("rosa");
  await open_first(rosa.page, "Begun and not finished.");
  await rosa.page.getByText("demo has begun to delete this").waitFor();
  assert.equal(await rosa.page.getByRole("button", { name: /Delete|Finish|Keep it/ }).count(), 0, "nothing for a caseworker to do");
  const { page, context } = await at_console();
  await open_first(page, "Begun and not finished.");
  await press(page, "Finish deleting…");
  await dialog_of(page).getByText("The reporter is told what was written when this was begun.").waitFor();
  await delete_button(page).click();
  await page.getByText("Deleted for good.").waitFor();
  assert.equal((await read(code)).length, 1);
  // Rosa, who has it open, hears of it.
  await rosa.page.getByText("This is not there any more.").waitFor();
  await rosa.context.close();
  await context.close();
});

test("a case about two people goes as a whole, and only when that is said", async () => {
  const one = await tell(desk.server, { q_story: "The first of two.", q_reply: "yes" });
  const two = await tell(desk.server, { q_story: "The second of two.", q_reply: "yes" }, "es");
  const { page, book, context } = await at_console();
  await open_first(page, "The first of two.");
  await press(page, "Take it");
  await case_screen(page);
  await page.goto(`${desk.server.console}/#/queue`);
  await open_first(page, "The second of two.");
  await press(page, "Belongs to a case…");
  await dialog_of(page).getByRole("searchbox").fill("first of two");
  await dialog_of(page).getByText("The first of two.").first().click();
  await dialog_of(page).getByRole("button").last().click();
  await case_screen(page);
  await page.locator(".message", { hasText: "The second of two." }).waitFor();
  await page.locator(".triage_panel").getByRole("button", { name: "Delete…" }).click();
  await dialog_of(page).getByText("The reporter has not asked for this.").waitFor();
  await dialog_of(page).locator("li", { hasText: "The second of two." }).waitFor();
  await delete_button(page).click();
  await dialog_of(page).getByText("Say that theirs may go as well").waitFor();
  assert.ok(await listed("The first of two."));
  await accessible(page, "the dialog of a case about two");
  await page.getByLabel("Delete what they sent as well").check();
  await delete_button(page).click();
  await page.getByText("Deleted for good.").waitFor();
  assert.deepEqual(await read(one), [texts.en["found.deleted"]]);
  assert.deepEqual(await read(two, "es"), [texts.es["found.deleted"]], "each in their own language");
  assert.equal(await listed("The first of two."), undefined);
  assert.equal(await listed("The second of two."), undefined);
  assert.deepEqual(book.violations, []);
  await context.close();
});

test("a text's sender cannot be told, and the dialog says so", async () => {
  await desk.server.text(twilio_message("bórrame ya", { From: "+5016007777" }));
  const { page, context } = await at_console();
  await open_first(page, "bórrame ya");
  await page.getByRole("button", { name: "Delete…" }).first().click();
  await dialog_of(page).getByText("It came by SMS, and the sender is told nothing.").waitFor();
  await delete_button(page).click();
  await page.getByText("Deleted for good.").waitFor();
  assert.equal(await listed("bórrame ya"), undefined);
  await context.close();
});

test("what is under a legal hold is not deleted, and nobody is told that it was", async () => {
  const code = await tell(desk.server, { q_story: "Held by a court.", q_reply: "yes" });
  const { id } = await listed("Held by a court.");
  await desk.place.succeed("case", "claim", id, ...desk.server.as());
  const opened = (await listed("Held by a court.")).id;
  const { page, context } = await at_console();
  await open_first(page, "Held by a court.");
  await page.locator(".triage_panel").getByRole("button", { name: "Delete…" }).click();
  await delete_button(page).waitFor();
  // While the dialog is open, so that the page need not know of it.
  await desk.place.succeed("case", "hold", opened, "--reason", "Court order 12", ...desk.server.as());
  await delete_button(page).click();
  await dialog_of(page).getByText("A case is under a legal hold").waitFor();
  assert.deepEqual(await read(code), []);
  assert.ok(await listed("Held by a court."));
  await context.close();
});
