#!/usr/bin/env node
// A report from the form to the end of its case, in the browser: queue, case, labels, answer, the reporter's own page, what they write
// again, closing. And two who work at once, a line that breaks, and what people write to do harm.
import assert from "node:assert/strict";
import test, { before } from "node:test";
import { accessible, at_work, chromium, console_desk, console_page, curl, open_answers, photo, post_form, post_multipart, press, settled, sign_in, texts, twilio_message, until } from "./console.mjs";
import { case_screen, files_of, join_desk, open_first, queue_rows, quiet, tell, wait_for_rows } from "./casework.mjs";

let desk;
let browser;
before(async () => {
  desk = await console_desk();
  browser = await chromium();
  for (const [name, role] of [["rosa", "caseworker"], ["luis", "caseworker"], ["vera", "supervisor"], ["otto", "auditor"]]) await join_desk(desk, name, role);
});

const at_console = async (name = "demo", options = {}) => {
  const opened = await console_page(desk.server, { browser, ...options });
  await sign_in(opened.page, name === "demo" ? {} : { name, words: `${name}'s own long passphrase` });
  await at_work(opened.page);
  return opened;
};

test("from the form to the end of the case", async () => {
  const code = await tell(desk.server, { q_safe_now: "no", q_child: "yes", q_docs: "yes", q_story: "He took our passports. A girl here is 15.", q_reply: "yes", q_contact: "Only after 11 at night" });
  const { page, book, context } = await at_console();
  await wait_for_rows(page);
  const row = page.locator(".queue_row").first();
  // The reasons come with the questionnaire, which is fetched beside the queue.
  await until(async () => /Danger now[\s\S]*Unread[\s\S]*He took our passports[\s\S]*Not safe now · A child/.test(await row.innerText()), "the row to say why");
  await accessible(page, "the queue");

  await page.keyboard.press("j");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "New report" }).waitFor();
  assert.match(await page.locator(".timeline").innerText(), /Are you safe right now\?\s+No/, "answers with the questions");
  await settled(page);
  await page.keyboard.press("a");
  await case_screen(page);
  await until(async () => /Who has it\s+you/.test(await page.locator(".triage_panel").innerText()), "the case to be mine");
  await accessible(page, "a case");

  await press(page, "Choose labels");
  assert.equal(await page.getByLabel("Fraud").isDisabled(), true, "for a child the means are not needed");
  await page.getByLabel("Retention of identity documents").check();
  await accessible(page, "labels");
  await press(page, "Save");
  await page.locator(".labels_shown", { hasText: "Retention of identity documents" }).waitFor();

  await page.keyboard.press("r");
  assert.match(await page.locator(".reply .conditions").innerText(), /Only after 11 at night/);
  await page.locator(".reply textarea").fill("We have read it. Where is the bar?");
  await press(page, "Send the answer");
  await page.locator(".event.reply", { hasText: "Where is the bar?" }).waitFor();

  const reader = await browser.newContext();
  const theirs = await reader.newPage();
  await open_answers(theirs, `${desk.server.public}/en/answers`, code);
  await theirs.getByText("We have read it. Where is the bar?").waitFor();
  await theirs.locator("form:has([name=message]) [name=message]").fill("On the road to Orange Walk.");
  await theirs.locator("form:has([name=message]) button[type=submit]:not([name])").click();
  await theirs.getByText(texts.en["message_sent.heading"]).waitFor();
  await page.locator(".message", { hasText: "On the road to Orange Walk." }).waitFor();
  assert.equal(await page.locator(".message").count(), 2, "in the same case, without loading anything again");

  await page.locator(".case_title h1").focus();
  await page.keyboard.press("e");
  await page.getByLabel("Referred").check();
  await page.getByLabel("Reason", { exact: true }).fill("With the police and social services now");
  await page.locator("dialog").getByRole("button", { name: "Close", exact: true }).last().click();
  await page.getByText("Needed, because a child is in this.").first().waitFor();
  await accessible(page, "closing a child's case");
  for (const [label, words] of [["What gave reason to believe it", "She says that she is 15"], ["When the police were told", "today 10:00"], ["Who was told", "Sgt. Pech"], ["What was told", "age and place"], ["Who told them", "demo"]]) await page.getByLabel(label).fill(words);
  await page.locator("dialog").getByRole("button", { name: "Close", exact: true }).last().click();
  await page.locator(".case_title .tag", { hasText: "Closed" }).waitFor();
  assert.match(await page.locator(".timeline").innerText(), /closed: Referred[\s\S]*Sgt. Pech/);

  // The command line reads the same.
  const listed = (await desk.server.cases()).find((entry) => entry.text.startsWith("He took our passports"));
  assert.equal(listed.state, "closed");
  quiet(book);
  await context.close();
  await reader.close();
});

test("two at once: one takes it, the other is told in words and nothing of theirs is lost", async () => {
  await tell(desk.server, { q_story: "Who takes this one?" });
  const rosa = await at_console("rosa");
  const luis = await at_console("luis");
  for (const { page } of [rosa, luis]) {
    await open_first(page, "Who takes this one?");
    await page.getByRole("heading", { name: "New report" }).waitFor();
  }
  // For the team first, so that both stand before the same case.
  await press(rosa.page, "Open for the team");
  await case_screen(rosa.page);
  await case_screen(luis.page);
  await luis.page.locator(".note_box summary").click();
  await luis.page.getByLabel("Note", { exact: true }).fill("I know this place.");
  await luis.page.route("**/api/v1/changes*", (route) => route.abort());   // Luis' page does not hear of it in time
  await rosa.page.locator(".triage_panel").getByRole("button", { name: "Take it" }).click();
  await until(async () => /Who has it\s+you/.test(await rosa.page.locator(".triage_panel").innerText()), "Rosa to have it");
  const take = luis.page.locator(".triage_panel").getByRole("button", { name: "Take it" });
  if (await take.isVisible()) await take.click();
  await until(async () => /rosa|not for you|no key|does not belong/i.test(await luis.page.locator(".case_view").innerText()), "Luis to be told");
  await rosa.context.close();
  await luis.context.close();
});

test("whoever goes on to the next while a slow line takes the first stays there", async () => {
  for (const q_story of ["Taken over a slow line.", "Read in the meantime."]) await tell(desk.server, { q_story });
  const { page, context } = await at_console();
  await open_first(page, "Taken over a slow line.");
  let arrive;
  const arrived = new Promise((resolve) => (arrive = resolve));
  await page.route("**/api/v1/cases/*/events", async (route) => {
    await arrived;
    return route.continue();
  });
  const asked = page.waitForRequest(/cases\/[0-9a-f]{32}\/events$/);
  await page.locator(".new_here").getByRole("button", { name: "Take it" }).click();
  await asked;   // it is stored, and read again
  await open_first(page, "Read in the meantime.");
  await page.locator(".message", { hasText: "Read in the meantime." }).waitFor();
  await page.locator('.queue_row a[href^="#/case/"]', { hasText: "Taken over a slow line." }).waitFor();   // the list knows of it by itself
  const here = page.url();
  const shown = page.waitForResponse((response) => response.url().includes("/api/v1/queue"));   // what is shown now asks for the list again
  arrive();
  await shown;
  await settled(page);
  assert.equal(page.url(), here);
  assert.equal(await page.locator(".message", { hasText: "Read in the meantime." }).count(), 1);
  await context.close();
});

test("an answer whose line breaks is sent again and arrives once", async () => {
  const code = await tell(desk.server, { q_story: "The line will break.", q_reply: "yes" });
  const { page, context } = await at_console();
  await open_first(page, "The line will break.");
  await press(page, "Take it");
  await case_screen(page);
  await page.locator(".reply textarea").fill("This arrives once.");
  let broken = 0;
  await page.route("**/api/v1/cases/*/events", async (route) => {
    if (route.request().method() !== "POST" || broken++ > 0) return route.continue();
    await route.fetch();            // the server has it, and the answer is lost
    return route.abort("connectionreset");
  });
  await press(page, "Send the answer");
  await page.getByText("it arrives once").first().waitFor();
  assert.equal(await page.locator(".reply textarea").inputValue(), "This arrives once.");
  await press(page, "Send again");
  await page.locator(".event.reply", { hasText: "This arrives once." }).waitFor();
  assert.equal(await page.locator(".event.reply", { hasText: "This arrives once." }).count(), 1);
  const reader = await browser.newContext();
  const theirs = await reader.newPage();
  await open_answers(theirs, `${desk.server.public}/en/answers`, code);
  assert.equal(await theirs.getByText("This arrives once.").count(), 1);
  await context.close();
  await reader.close();
});

test("an answer that lies in the mailbox is recorded, also when its words are changed before it is sent again", async () => {
  const code = await tell(desk.server, { q_story: "Changed half way.", q_reply: "yes" });
  const { page, context } = await at_console();
  await open_first(page, "Changed half way.");
  await press(page, "Take it");
  await case_screen(page);
  await page.locator(".reply textarea").fill("The first words.");
  let refused = 0;
  await page.route("**/api/v1/cases/*/events", (route) => (route.request().method() === "POST" && refused++ === 0 ? route.fulfill({ status: 500, contentType: "application/problem+json", body: "{}" }) : route.continue()));
  await press(page, "Send the answer");
  await page.locator(".reply").getByText("Send it again: it arrives once.").waitFor();
  await page.locator(".reply textarea").fill("Other words.");
  await page.locator(".reply").getByRole("button", { name: "Send again" }).click();
  await page.locator(".event.reply", { hasText: "Other words." }).waitFor();
  assert.equal(await page.locator(".event.reply", { hasText: "The first words." }).count(), 1, "what the reporter reads stands in the case");
  const reader = await browser.newContext();
  const theirs = await reader.newPage();
  await open_answers(theirs, `${desk.server.public}/en/answers`, code);
  await theirs.getByText("Other words.").waitFor();
  assert.equal(await theirs.getByText("The first words.").count(), 1);
  await context.close();
  await reader.close();
});

test("a draft is there again after a lock", async () => {
  await tell(desk.server, { q_story: "A draft for this one.", q_reply: "yes" });
  const { page, context } = await at_console();
  await open_first(page, "A draft for this one.");
  await press(page, "Take it");
  await case_screen(page);
  await page.locator(".reply textarea").fill("Half a sent");
  await press(page, "Lock");
  await page.getByLabel("Passphrase").fill("correct horse battery staple");
  await page.getByRole("button", { name: /Unlock/ }).click();
  await case_screen(page);
  await until(async () => (await page.locator(".reply textarea").inputValue()) === "Half a sent", "the draft");
  assert.ok(!JSON.stringify(await page.evaluate(() => ({ ...sessionStorage }))).includes("Half a"), "sealed");
  await context.close();
});

test("what is typed stays when the report is taken meanwhile: by the same person, or by a colleague", async () => {
  await tell(desk.server, { q_story: "Typed before it was taken.", q_reply: "yes" });
  await tell(desk.server, { q_story: "Typed while a colleague opened it.", q_reply: "yes" });
  const { page, context } = await at_console();
  await open_first(page, "Typed before it was taken.");
  await press(page, "Take it and answer");
  await page.locator(".reply textarea").fill("Half an answer");
  await press(page, "Take it");
  await case_screen(page);
  await until(async () => (await page.locator(".reply textarea").inputValue()) === "Half an answer", "the draft in the case");
  // Sent, it is no draft any more.
  await press(page, "Send the answer");
  await page.locator(".event.reply", { hasText: "Half an answer" }).waitFor();
  await until(async () => (await page.locator(".reply textarea").inputValue()) === "", "the box to be empty");
  await page.goto(`${desk.server.console}/#/queue`);
  await open_first(page, "Typed before it was taken.");
  await case_screen(page);
  assert.equal(await page.locator(".reply textarea").inputValue(), "");

  await page.goto(`${desk.server.console}/#/queue`);
  await open_first(page, "Typed while a colleague opened it.");
  await press(page, "Take it and answer");
  await page.locator(".reply textarea").fill("Another half");
  const rosa = await at_console("rosa");
  await open_first(rosa.page, "Typed while a colleague opened it.");
  await press(rosa.page, "Open for the team");
  await case_screen(rosa.page);
  await rosa.context.close();
  await case_screen(page);
  await until(async () => (await page.locator(".reply textarea").inputValue()) === "Another half", "the draft in the colleague's case");

  // Notes too, over a lock.
  await page.locator(".note_box summary").click();
  await page.getByLabel("Note", { exact: true }).fill("Half a note");
  await press(page, "Lock");
  await page.getByLabel("Passphrase").fill("correct horse battery staple");
  await page.getByRole("button", { name: /Unlock/ }).click();
  await case_screen(page);
  await until(async () => (await page.getByLabel("Note", { exact: true }).inputValue().catch(() => "")) === "Half a note", "the note");
  await context.close();
});

test("two at one computer, one after the other: the look of each is recorded", async () => {
  await tell(desk.server, { q_story: "Seen by two at one computer." });
  const seen_by = async (name) => (await desk.server.cases()).find((entry) => entry.text === "Seen by two at one computer.").views.some((view) => JSON.stringify(view).includes(name));
  const { page, context } = await at_console("rosa");
  await open_first(page, "Seen by two at one computer.");
  await until(() => seen_by("rosa"), "rosa's look");
  await page.getByRole("link", { name: "Account" }).click();
  await page.locator(".head").getByRole("button", { name: "Sign out" }).click();
  await sign_in(page, { name: "luis", words: "luis's own long passphrase" });
  await at_work(page);
  await page.goto(`${desk.server.console}/#/queue`);
  await open_first(page, "Seen by two at one computer.");
  await until(() => seen_by("luis"), "luis's look");
  await context.close();
});

test("what people write is text wherever it stands", async () => {
  const naughty = `<img src=x onerror="window.hurt=1"><script>window.hurt=1</script>javascript:alert(1) \u202eabc {{7*7}} '--`;
  const answer = await post_multipart(`${desk.server.public}/en/tell`, { q_story: `Stored ${naughty}`, q_where: naughty, q_contact: naughty, q_reply: "yes" },
    [desk.place.write("a <img src=x onerror=hurt>.jpg", photo())]);
  assert.equal(answer.status, 200);
  const { page, book, context } = await at_console();
  await open_first(page, "Stored");
  await press(page, "Take it");
  await case_screen(page);
  await press(page, "Choose labels");
  await page.getByLabel("New label").fill("<b>own</b>&amp;");
  await press(page, "Add");
  await press(page, "Save");
  await page.locator(".labels_shown", { hasText: "<b>own</b>&amp;" }).waitFor();
  await page.locator(".note_box summary").click();
  await page.getByLabel("Note", { exact: true }).fill(naughty);
  await press(page, "Save the note");
  await page.locator(".event.note").waitFor();
  assert.match(await page.locator(".file_name").first().innerText(), /onerror/);
  await press(page, "Fetch the picture");
  await page.getByText("There is no picture of this to show.").waitFor();
  assert.equal(await page.evaluate(() => window.hurt), undefined);
  assert.equal(await page.locator(".case_view img, .case_view script").count(), 0);
  assert.deepEqual(book.violations, []);
  await context.close();
});

test("a phone number and an original file are shown for a reason that is recorded", async () => {
  await desk.server.text(twilio_message("estoy en el hotel", { From: "+5016001299" }));
  const { page, context } = await at_console("vera");
  await open_first(page, "estoy en el hotel");
  await press(page, "Take it");
  await case_screen(page);
  assert.ok(!(await page.locator("body").innerText()).includes("6001299"));
  await press(page, "Show the number");
  const dialog = page.locator("dialog");
  await dialog.getByRole("button", { name: "Show the number" }).click();
  await dialog.getByText("Say why in a few words.").waitFor();
  await dialog.getByLabel("Reason").fill("To call the clinic");
  await dialog.getByRole("button", { name: "Show the number" }).click();
  await page.getByText("+5016001299").waitFor();
  await page.locator(".event", { hasText: "saw the phone number" }).getByText("To call the clinic").waitFor();
  await context.close();
});

test("a sealed report that is no report says so, and nothing else breaks", async () => {
  const { epoch } = JSON.parse((await curl(`${desk.server.public}/api/v1/desk`)).text);
  const { Encrypter } = (await import("../integration/casework.mjs")).age;
  const seal = async (text) => {
    const encrypter = new Encrypter();
    encrypter.addRecipient(epoch.recipient);
    return Buffer.from(await encrypter.encrypt(text.padEnd(1024)));
  };
  const header = (stanzas) => Buffer.from(`age-encryption.org/v1\n${stanzas}--- ${"A".repeat(43)}\n`);
  const bad = [header(`-> X25519 ${"A".repeat(43)}\n${"A".repeat(43)}\n`.repeat(2000)), header(`-> mlkem768x25519 ${"A".repeat(60_000)}\n\n`), Buffer.from("no age file at all"),
    await seal("[1,2,3]"), await seal('{"v":99,"type":"report"}'), await seal(JSON.stringify({ v: 1, type: "report", answers: "x", attachments: { a: 1 }, mailbox: 7, consents: 3, never: [1], sms: [] }))];
  for (const [i, content] of bad.entries()) {
    await curl(`${desk.server.public}/api/v1/reports`, "--form", `report=@${desk.place.write(`bad-${i}`, content)}`, "--form", `epoch=${epoch.id}`, "--form", "priority=2");
  }
  await tell(desk.server, { q_story: "I am fine among them" });
  const { page, book, context } = await at_console();
  await wait_for_rows(page);
  await page.locator(".queue_row", { hasText: "I am fine among them" }).waitFor();
  const rows = (await queue_rows(page)).join("\n");
  assert.match(rows, /cannot be read|does not open|newer/i);
  for (const row of await page.locator(".queue_row", { hasText: /High/ }).all()) {
    await row.locator("a").click();
    await page.locator(".case_view .message, .case_view .notice").first().waitFor();
  }
  quiet(book);
  await context.close();
});

test("the search finds words and numbers in any writing, and asks nobody", async () => {
  await tell(desk.server, { q_story: "El Niño Perdido, teléfono +501 622-1234" });
  const { page, book, context } = await at_console();
  await wait_for_rows(page);
  await page.keyboard.press("/");
  for (const words of ["nino perdido", "6221234", "622 12"]) {
    await page.getByRole("searchbox", { name: "Search" }).fill(words);
    await page.locator(".results .queue_row", { hasText: "El Niño Perdido" }).waitFor();
  }
  await accessible(page, "the search");
  const sent = book.requests.map(({ url, body }) => `${decodeURIComponent(url)} ${body ?? ""}`).join("\n");
  assert.ok(!/nino|622/i.test(sent), "no query left the page");
  await context.close();
});

test("an auditor sees who did what, and saves it as a table without formulas", async () => {
  const { page, context } = await at_console("otto");
  await page.getByRole("link", { name: "Activity" }).click();
  await page.locator(".activity_table tbody tr").first().waitFor();
  assert.match(await page.locator(".activity_table").innerText(), /changed a case/);
  assert.equal(await page.getByRole("link", { name: "Queue" }).count(), 0);
  await accessible(page, "activity");
  // What is refused while it is read is said, in the person's language, and nothing is saved.
  await page.route("**/api/v1/activity*", (route) => route.fulfill({ status: 403, contentType: "application/problem+json", body: JSON.stringify({ type: "about:blank", detail: "Your role at the desk does not include this." }) }));
  await press(page, "Español");
  await press(page, "Guardar como tabla");
  await page.getByRole("dialog").getByRole("button", { name: "Guardar como tabla" }).click();
  await page.getByRole("dialog").getByText("Su función en la oficina no incluye esto.").waitFor();
  await page.getByRole("dialog").getByRole("button", { name: "Cancelar" }).click();
  await press(page, "English");
  await page.unroute("**/api/v1/activity*");
  await press(page, "Save as a table");
  const [download] = await Promise.all([page.waitForEvent("download"), page.locator("dialog").getByRole("button", { name: "Save as a table" }).click()]);
  const table = await files_of(download);
  assert.match(table, /^\ufeff"number","hour","member","act","subject kind","subject"\r\n/);
  assert.ok(table.split("\r\n").every((line) => !/^"?[=+\-@]/.test(line)));
  await context.close();
});

for (const [width, scheme, locale] of [[360, "light", "es-BZ"], [1280, "dark", "en-GB"]]) {
  test(`${width} px, ${scheme}, ${locale}`, async () => {
    await tell(desk.server, { q_story: `Read at ${width} px` });
    const { page, context } = await console_page(desk.server, { browser, viewport: { width, height: 780 }, colorScheme: scheme, locale });
    await page.getByLabel(/Name|Nombre/).fill("demo");
    await page.getByLabel(/Passphrase|Frase/).fill("correct horse battery staple");
    await page.locator("form button[type=submit]").click();
    await wait_for_rows(page);
    await accessible(page, "queue");
    const wide = () => page.evaluate(() => document.documentElement.scrollWidth <= innerWidth);
    assert.ok(await wide(), "nothing to scroll sideways");
    const ways = await page.getByRole("navigation").getByRole("link").all();
    assert.equal(ways.length, 6);
    for (const way of ways) {
      const { x, width: across, height } = await way.boundingBox();
      assert.ok(x >= 0 && x + across <= width, `${await way.innerText()} is in view`);
      assert.ok(across >= 44 && height >= 44, `${await way.innerText()} is large enough for a thumb`);
      assert.ok(await way.evaluate((link) => [...link.querySelectorAll("span")].every((word) => word.scrollWidth <= word.clientWidth + 1)), `${await way.innerText()} is readable whole`);
    }
    await page.locator(".queue_row a").first().click();
    await page.locator(".timeline").waitFor();
    await accessible(page, "case");
    assert.ok(await wide());
    await context.close();
  });
}
