#!/usr/bin/env node
// What reporters, colleagues and hand-made requests may try in a case: script in every field that somebody fills, files that are none, another desk's
// cases, and two who take the same case. And an original file, which leaves for a reason and as it was.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import test, { before } from "node:test";
import { Place, at_work, chromium, console_page, curl, photo, post_multipart, press, sha256, sign_in, until } from "./console.mjs";
import { case_screen, join_desk, open_first, tell, wait_for_rows } from "./casework.mjs";
import { age } from "../integration/casework.mjs";

let desk;
let browser;
let epoch;
before(async () => {
  const place = await Place.found({ settings: `[[desk]]\nname = "Test desk"\n\n[[desk]]\nname = "Labour"\n` });
  const file = place.write("ines.passphrase", "ines's own long passphrase\n");
  await place.succeed("desk", "create", "--config", place.config, "--name", "Labour", "--member", "ines", "--passphrase-file", file);
  desk = { place, server: await place.serve() };
  browser = await chromium();
  for (const name of ["rosa", "luis"]) await join_desk(desk, name, "caseworker");
  const { desks } = JSON.parse((await curl(`${desk.server.public}/api/v1/desks`)).text);
  desk.ids = Object.fromEntries(desks.map(({ name, id }) => [name, id]));
  epoch = desks.find(({ name }) => name === "Test desk").epoch;
});

const at_console = async (name = "demo", options = {}) => {
  const opened = await console_page(desk.server, { browser, ...options });
  await sign_in(opened.page, name === "demo" ? {} : { name, words: `${name}'s own long passphrase` });
  await at_work(opened.page);
  return opened;
};
const tell_us = (fields) => tell(desk.server, { desk: desk.ids["Test desk"], ...fields });

const seal = async (content) => {
  const encrypter = new age.Encrypter();
  encrypter.addRecipient(epoch.recipient);
  return Buffer.from(await encrypter.encrypt(new Uint8Array(content)));
};
/** Sealed files as a script sends them; their ids. */
async function upload(sealed) {
  const made = await curl(`${desk.server.public}/api/v1/uploads`, "--header", "Tus-Resumable: 1.0.0", "--request", "POST", "--header", `Upload-Length: ${sealed.length}`);
  assert.equal(made.status, 201, made.text);
  const url = desk.server.public + made.headers.location;
  const put = await curl(url, "--header", "Tus-Resumable: 1.0.0", "--request", "PATCH", "--header", "Upload-Offset: 0", "--header", "Content-Type: application/offset+octet-stream",
    "--data-binary", `@${desk.place.write(`up-${randomBytes(4).toString("hex")}`, sealed)}`);
  assert.equal(put.status, 204, put.text);
  return url.slice(-32);
}
async function report_with(story, attachments) {
  const json = JSON.stringify({ v: 1, type: "report", desk: desk.ids["Test desk"], channel: "web", language: "en", answers: { q_story: story }, consents: [], attachments });
  const file = desk.place.write(`sealed-${randomBytes(4).toString("hex")}`, await seal(Buffer.from(json.padEnd(8192))));
  const answer = await curl(`${desk.server.public}/api/v1/reports`, "--form", `report=@${file}`, "--form", `epoch=${epoch.id}`, ...attachments.flatMap(({ id }) => ["--form", `upload=${id}`]));
  assert.equal(answer.status, 201, answer.text);
}

test("an original file leaves for a reason that colleagues read, and is the very one that was sent", async () => {
  const original = Buffer.concat([photo(), randomBytes(70_000)]);
  const path = desk.place.write("evidence.jpg", original);
  const answer = await post_multipart(`${desk.server.public}/en/tell`, { q_story: "With a photo.", desk: desk.ids["Test desk"] }, [`${path};filename=../../evil\u202egpj.exe.jpg`]);
  assert.equal(answer.status, 200, answer.text);
  const { page, book, context } = await at_console();
  await open_first(page, "With a photo.");
  await press(page, "Take it");
  await case_screen(page);
  const dialog = page.locator("dialog");
  await press(page, "The original…");
  const act = dialog.getByRole("button").last();
  await act.click();
  await dialog.getByText("Say why in a few words.").waitFor();
  await dialog.getByLabel("Reason").fill("For the prosecutor");
  const [download] = await Promise.all([page.waitForEvent("download"), act.click()]);
  assert.equal(sha256(readFileSync(await download.path())), sha256(original));
  assert.doesNotMatch(download.suggestedFilename(), /[\/\\\u202e]|^\./, "a name that leads nowhere and reads as it is");
  await page.locator(".event", { hasText: "saved an original file" }).getByText("For the prosecutor").waitFor();
  assert.deepEqual(book.violations, []);
  await context.close();
});

test("without the record of it no file leaves", async () => {
  const answer = await post_multipart(`${desk.server.public}/en/tell`, { q_story: "With another photo.", desk: desk.ids["Test desk"] }, [desk.place.write("other.jpg", photo())]);
  assert.equal(answer.status, 200);
  const { page, book, context } = await at_console();
  await open_first(page, "With another photo.");
  await press(page, "Take it");
  await case_screen(page);
  await page.route("**/api/v1/cases/*/events", (route) => (route.request().method() === "POST" ? route.fulfill({ status: 500, contentType: "application/problem+json", body: "{}" }) : route.continue()));
  book.forget();
  await press(page, "The original…");
  await page.locator("dialog").getByLabel("Reason").fill("For the prosecutor");
  await page.locator("dialog").getByRole("button").last().click();
  await page.locator("dialog .notice.problem").waitFor();
  assert.ok(!book.paths().some((line) => line.includes("/files/")), "not even fetched");
  await context.close();
});

test("files that are none, are another's, or are not what the report says: each says so, and the rest works", async () => {
  const content = photo(5000);
  const entry = async (name, sealed, more = {}) => ({ id: await upload(sealed), name, media_type: "image/jpeg", bytes: content.length, sha256: sha256(content), ...more });
  const right = await seal(content);
  const cut = right.subarray(0, right.length - 40);
  // With more recipients the server does not take it (sealed.test.mjs).
  const none = Buffer.from(`age-encryption.org/v1\n-> mlkem768x25519 ${"A".repeat(1494)}\n${"A".repeat(43)}\n--- ${"A".repeat(43)}\n`);
  const attachments = [
    await entry("flipped.jpg", Buffer.concat([right.subarray(0, -1), Buffer.from([right.at(-1) ^ 1])])), await entry("cut.jpg", cut), await entry("none.jpg", Buffer.concat([none, randomBytes(4000)])),
    await entry("other.jpg", await seal(photo(4999))), await entry("long.jpg", right, { bytes: 2 ** 40 }), await entry("page.svg", await seal(Buffer.from("<svg xmlns='http://www.w3.org/2000/svg' onload='hurt=1'/>")), { media_type: "image/svg+xml" }),
  ];
  await report_with("Files to do harm.", attachments.slice(0, 3));
  await report_with("Files of another kind.", attachments.slice(3));
  const { page, book, context } = await at_console();
  await open_first(page, "Files to do harm.");
  for (const name of ["flipped.jpg", "cut.jpg", "none.jpg"]) {
    const card = page.locator(".file", { hasText: name });
    await card.getByRole("button", { name: "Fetch the picture" }).click();
    await card.getByText("This file does not open: it is damaged, or not for this desk.").waitFor();
  }
  await page.goto(`${desk.server.console}/#/queue`);
  await open_first(page, "Files of another kind.");
  for (const name of ["other.jpg", "long.jpg", "page.svg"]) {
    const card = page.locator(".file", { hasText: name });
    await card.getByRole("button").first().click();
    await card.locator(".tag.alarm").waitFor();
  }
  assert.equal(await page.locator(".file img").count(), 0);
  assert.equal(await page.evaluate(() => window.hurt), undefined);
  await page.goto(`${desk.server.console}/#/queue`);
  await wait_for_rows(page);
  assert.deepEqual(book.violations, []);
  await context.close();
});

test("a report is put to no case of another desk, nor to one that is not there", async () => {
  await tell_us({ q_story: "Ours." });
  await tell(desk.server, { q_story: "Theirs, at Labour.", desk: desk.ids.Labour });
  const ines = await at_console("ines");
  await open_first(ines.page, "Theirs, at Labour.");
  await press(ines.page, "Take it");
  await case_screen(ines.page);
  const theirs = ines.page.url().slice(-32);
  await ines.context.close();
  const { page, context } = await at_console();
  await open_first(page, "Ours.");
  const report = page.url().slice(-32);
  await press(page, "Belongs to a case…");
  const dialog = page.locator("dialog");
  await dialog.getByRole("group").waitFor();
  assert.equal(await dialog.getByText("Theirs").count(), 0);
  await dialog.getByRole("searchbox").fill("Theirs");
  await until(async () => (await dialog.locator("fieldset .soft").count()) === 1 && (await dialog.locator("input[type=radio]").count()) === 0, "nothing to be found");
  // By hand, as a page that was changed might ask.
  const asked = (id, body) => page.evaluate(async ({ id, body }) => (await fetch(`/api/v1/cases/${id}/events`, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) })).status, { id, body });
  const event = (id) => ({ id: randomBytes(16).toString("hex"), case: id, sealed: Buffer.from("age-encryption.org/v1\n").toString("base64url") });
  const nobody = randomBytes(16).toString("hex");
  for (const id of [theirs, nobody]) {
    const status = await asked(id, { events: [event(id)], after: 0, files: [report] });
    assert.ok([403, 404].includes(status), `${id === theirs ? "another desk's" : "unknown"}: ${status}`);
  }
  assert.equal(await page.evaluate(async (id) => (await (await fetch(`/api/v1/reports/${id}`)).json()).state, report) === "filed", false);
  assert.equal(await page.evaluate(async (id) => (await fetch(`/api/v1/cases/${id}`)).status, theirs) >= 403, true);
  await context.close();
});

test("who is too late to take a case keeps every word that they typed", async () => {
  await tell_us({ q_story: "Taken by the other.", q_reply: "yes" });
  const rosa = await at_console("rosa");
  const luis = await at_console("luis");
  await open_first(rosa.page, "Taken by the other.");
  await press(rosa.page, "Open for the team");
  await case_screen(rosa.page);
  await open_first(luis.page, "Taken by the other.");
  await case_screen(luis.page);
  await luis.page.locator(".note_box summary").click();
  await luis.page.getByLabel("Note", { exact: true }).fill("I know this place.");
  await luis.page.locator(".reply textarea").fill("We come on Friday.");
  await luis.page.route("**/api/v1/changes*", (route) => route.abort());   // Luis' page does not hear of it in time
  await rosa.page.locator(".triage_panel").getByRole("button", { name: "Take it" }).click();
  await until(async () => /Who has it\s+you/.test(await rosa.page.locator(".triage_panel").innerText()), "Rosa to have it");
  await luis.page.locator(".triage_panel").getByRole("button", { name: "Take it" }).click();
  await luis.page.getByText(/quicker|A colleague has this case now/).first().waitFor();
  assert.equal(await luis.page.getByLabel("Note", { exact: true }).inputValue(), "I know this place.");
  assert.equal(await luis.page.locator(".reply textarea").inputValue(), "We come on Friday.");
  await rosa.context.close();
  await luis.context.close();
});

test("script in everything that people fill in is text wherever it stands, and Trusted Types would stop it", async () => {
  const naughty = `"><img src=x onerror="window.hurt=1"><script>window.hurt=1</script><svg onload=window.hurt=1> javascript:alert(1)`;
  const form = (await curl(`${desk.server.public}/es/tell`)).text;
  const free = [...form.matchAll(/<(?:textarea|input(?![^>]*type="?(?:radio|checkbox|hidden|file|submit)))[^>]*\bname="?(q_\w+)/g)].map(([, name]) => name);
  assert.ok(free.length >= 3, free.join());
  const fields = Object.fromEntries(free.map((name) => [name, naughty]));
  const answer = await post_multipart(`${desk.server.public}/es/tell`, { ...fields, q_story: `Everywhere ${naughty}`, desk: desk.ids["Test desk"] },
    [`${desk.place.write("named.jpg", photo())};filename=${naughty.replaceAll('"', "'").replaceAll(";", "")}.jpg`]);
  assert.equal(answer.status, 200, answer.text);
  const { page, book, context } = await at_console();
  await open_first(page, "Everywhere");
  await press(page, "Take it");
  await case_screen(page);
  const dialog = page.locator("dialog");
  await press(page, "Choose labels");
  await page.getByLabel("New label").fill(naughty.slice(0, 60));
  await press(page, "Add");
  await press(page, "Save");
  await page.locator(".labels_shown .label").waitFor();
  await page.locator(".note_box summary").click();
  await page.getByLabel("Note", { exact: true }).fill(naughty);
  await press(page, "Save the note");
  await page.locator(".event.note").waitFor();
  await page.locator(".panel_part", { hasText: "Urgency" }).getByRole("button", { name: "Change" }).click();
  await dialog.locator("input[type=radio]:not(:checked)").first().check();
  await dialog.getByLabel("Reason").fill(naughty);
  await dialog.getByRole("button").last().click();
  await dialog.waitFor({ state: "detached" });
  await page.getByRole("button", { name: "Translate" }).first().click();
  await page.locator(".translations textarea").fill(naughty);
  await page.locator(".translations").getByRole("button", { name: "Save" }).click();
  await page.locator(".translation").waitFor();
  await page.getByRole("button", { name: "New task" }).click();
  await page.locator(".new_task input").first().fill(naughty.slice(0, 80));
  await page.locator(".new_task").getByRole("button", { name: "Add", exact: true }).click();
  await page.locator(".task", { hasText: "onerror" }).waitFor();
  await page.locator(".reply textarea").fill(naughty).catch(() => undefined);
  assert.equal(await page.evaluate(() => window.hurt), undefined);
  assert.equal(await page.locator("main img, main script, main svg[onload]").count(), 0);
  await page.goto(`${desk.server.console}/#/tasks`);
  await page.getByText("onerror").first().waitFor();
  await page.goto(`${desk.server.console}/#/queue`);
  await page.getByRole("searchbox").fill("onerror");
  await page.locator(".results li").first().waitFor();
  assert.equal(await page.evaluate(() => window.hurt), undefined);
  assert.equal(await page.locator("main img, main script").count(), 0);
  assert.deepEqual(book.violations, [], "nothing had to be stopped");
  // And had a part of the page made markup of it, the browser would not have taken it.
  const stopped = await page.evaluate((text) => {
    try {
      document.querySelector("main").insertAdjacentHTML("beforeend", text);
      return "taken";
    } catch (error) {
      return error.name;
    }
  }, naughty);
  assert.equal(stopped, "TypeError");
  await context.close();
});
