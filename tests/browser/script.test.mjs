// With script: words and files are sealed before they leave, the code stays here, and whatever fails, the plain form still works with what
// was typed. Judged on the line between browser and server, where every byte is kept.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import test, { before } from "node:test";
import { attach, chromium, choose, furnished, history_of, keeps_nothing, kept_by, open_answers, photo, send, sent_code, sha256, texts, typed_on, until, write } from "./support.mjs";
import { impatient, mode_is, mode_of, open_desk, posts } from "./with_script.mjs";

const say = texts.en;
let place;
let server;
let browser;
before(async () => {
  place = await furnished();
  server = await place.serve();
  browser = await chromium();
});

const desk = (options) => open_desk({ browser, at: server, ...options });
/** Waits until the page says that it seals here. */
const sealed_here = (page, mode = say["script.mode_here"]) => mode_is(page, mode);
/** What the desk reads: the case, its answers, its files bit for bit. */
async function read(text, files, at = server) {
  const found = await at.case_of(text);
  assert.equal(found.reports, 1);
  const { content } = (await at.show(found.id)).timeline[0];
  assert.deepEqual(content.attachments.map(({ name, bytes, sha256: hash }) => [name, bytes, hash]), files.map(([name, bytes]) => [name, bytes.length, sha256(bytes)]));
  if (files.length > 0) {
    const to = place.path(`export-${found.id}`);
    await place.succeed("case", "export", found.id, "--output", to, ...at.as());
    for (const [index, { id }] of content.attachments.entries()) {
      const ending = /\.(\w+)$/.exec(files[index][0])?.[1] ?? "bin";
      assert.deepEqual(readFileSync(`${to}/${id}.${ending}`), files[index][1]);
    }
  }
  return { ...found, content };
}

test("a report with a photo: sealed in the browser, opened by the desk bit for bit, no word of it on the line", async () => {
  const { wire, book, page, close } = await desk();
  const entries = (await history_of(page)).length;
  assert.equal(await mode_of(page), say["mode.server"], "before anything is answered, the plain way is true");
  assert.ok(!book.requests.some(({ path, type }) => type === "fetch" || path.startsWith("/api/")), "nothing is asked before the first answer");
  await choose(page, "q_safe_now", "yes");
  await sealed_here(page);
  await choose(page, "q_who", "someone_else");
  await choose(page, "q_know", "told");
  const words = "Marisol is kept in the house behind the bakery.";
  await write(page, "q_where", "Calle Almendra 14");
  await write(page, "q_story", words);
  await attach(page, [place.write("bakery door.jpg", photo(120_000))]);
  await choose(page, "q_needs", "talk");
  assert.equal(await mode_of(page), say["script.mode_here"]);
  const code = await sent_code(page);
  assert.match(code, /^[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){3}$/);

  const { content } = await read(words, [["bakery door.jpg", photo(120_000)]]);
  assert.equal(content.answers.q_where, "Calle Almendra 14");
  assert.deepEqual([content.answers.q_needs].flat(), ["talk"]);
  assert.equal(content.language, "en");
  assert.ok(posts(book).every((line) => line.includes(" /api/v1/")), posts(book).join(", "));
  assert.ok(posts(book).includes("POST /api/v1/reports"));
  // The bytes themselves: an age file in the form, and nothing that was typed, chosen, named or shown.
  const bytes = wire.bytes.toString("latin1");
  const body = bytes.slice(bytes.indexOf("POST /api/v1/reports"));
  assert.match(body, /name="report"[\s\S]{0,200}?\r\n\r\nage-encryption\.org\/v1\n-> mlkem768x25519 /);
  wire.carried_none([words, "Marisol", "Calle Almendra", "bakery", "someone_else", "holiday ", code, code.replaceAll("-", "")]);
  for (const key of ["q_safe_now", "q_story", "q_where"]) assert.ok(!bytes.includes(key), key);
  assert.ok((await history_of(page)).length === entries, "no new entry in the history");
  assert.ok(!page.url().includes(code));
  assert.deepEqual(await kept_by(page), keeps_nothing);
  book.clean(wire.origin);
  await close();
});

test("the answer is opened in the browser, and the code never leaves it; written again, consents and the wish to be forgotten too", async () => {
  const first = await desk();
  const words = "Please answer me here.";
  await write(first.page, "q_story", words);
  await sealed_here(first.page);
  const code = await sent_code(first.page);
  await first.close();
  const { id } = await server.case_of(words);
  await place.succeed("case", "reply", id, "--text", "We can meet you on <Friday>.\nÑ 🙂", ...server.as());

  const { wire, book, page, close } = await desk({ path: "/en/answers" });
  const shapes = [code.toLowerCase().replaceAll("-", " "), code.replaceAll("-", "").replaceAll("0", "o").replaceAll("1", "l")];
  for (const shape of shapes) {
    await open_answers(page, `${wire.origin}/en/answers`, shape);
    await page.locator(".words").first().waitFor();
    assert.equal(await page.locator(".words").first().innerText(), "We can meet you on <Friday>.\nÑ 🙂");
  }
  assert.deepEqual([...new Set(posts(book))], ["POST /api/v1/mailbox"]);
  assert.equal(await mode_of(page), say["script.mode_here"]);
  await page.locator("form:has([name=message]) [name=message]").fill("Friday is good. I wear green.");
  await page.locator("form:has([name=message]) [name=file]").setInputFiles([place.write("green coat.png", photo(800))]);
  await page.locator("form:has([name=message]) button[type=submit]:not([name])").click();
  await page.getByText(say["message_sent.heading"]).waitFor();
  const followup = (await server.show(id)).timeline.find((entry) => entry.text === "Friday is good. I wear green.");
  assert.equal(followup.content.attachments[0].sha256, sha256(photo(800)));

  for (const [kind, done, check] of [["consents", "consents_kept.heading", (content) => assert.deepEqual(content.consents, ["iom"])], ["delete", "delete_asked.heading", (content) => assert.equal(content.wish, "delete")]]) {
    await open_answers(page, `${wire.origin}/en/answers`, code);
    await page.locator(`details:has([name=${kind}]) > summary`).click();
    if (kind === "consents") await page.locator("label:has(input[value=iom])").click();
    await page.locator(`button[name=${kind}]`).click();
    await page.getByText(say[done]).first().waitFor();
    check((await server.show(id)).timeline.at(-1).content);
  }
  wire.carried_none([code, code.toLowerCase(), code.replaceAll("-", ""), ...shapes, "Friday is good", "green coat"]);
  assert.ok(posts(book).every((line) => line.includes(" /api/v1/")), posts(book).join(", "));
  assert.deepEqual(await kept_by(page), keeps_nothing);
  book.clean(wire.origin);
  await close();
});

test("a wrong letter is named while the code is typed, without a request; an unknown code looks like one without an answer", async () => {
  const code = await server.tell("nobody answers this one");
  const { wire, book, page, close } = await desk({ path: "/en/answers" });
  const wrong = `${code.slice(0, -1)}${code.endsWith("A") ? "B" : "A"}`;
  await page.locator("[name=code]:visible").fill(wrong);
  await page.getByText(say["problem.code_check"]).waitFor();
  assert.deepEqual(posts(book), []);
  await page.locator("[name=code]:visible").fill(code);
  await until(async () => !(await page.getByText(say["problem.code_check"]).isVisible()), "the hint to go");
  await page.locator("main form button[type=submit]").first().click();
  await page.getByText(say["found.none"]).waitFor();
  wire.carried_none([code, code.replaceAll("-", ""), wrong]);
  book.clean(wire.origin);
  await close();
});

for (const [what, prepare] of [
  // The page's own script comes first; what is asked for later is the one that seals.
  ["the sealing script does not come", (page, seen = []) => page.route(/\.js$/, (route) => (seen.push(1) === 1 ? route.continue() : route.abort()))],
  ["no script comes at all", (page) => page.route(/\.js$/, (route) => route.abort())],
  ["the browser has no workers", (page) => page.addInitScript(() => { delete globalThis.Worker; })],
]) {
  test(`${what}: the form is sent as it is, with all that was typed, and the page says so`, async () => {
    const context = await browser.newContext();
    const page = await context.newPage();
    await prepare(page);
    await page.goto(`${server.public}/en/tell`, { waitUntil: "load" });
    const words = `told although ${what}`;
    await choose(page, "q_who", "me");
    await write(page, "q_where", "Dangriga");
    await write(page, "q_story", words);
    await choose(page, "q_needs", "doctor");
    assert.equal(await mode_of(page), say["mode.server"], "the plain way is named");
    await attach(page, [place.write("a.jpg", photo(40))]);
    await sent_code(page);
    const { content } = await read(words, [["a.jpg", photo(40)]]);
    assert.deepEqual([content.answers.q_who, content.answers.q_where, [content.answers.q_needs].flat()], ["me", "Dangriga", ["doctor"]]);
    await context.close();
  });
}

test("without WebAssembly the server helps with the code alone, and the page says so; the words stay sealed", async () => {
  // As where a browser locks itself down: neither the page nor its worker has any.
  const { wire, book, page, close } = await desk({ prepare: async (context) => {
    await context.addInitScript(() => { delete globalThis.WebAssembly; });
    await context.route(/\.js$/, async (route) => {
      const answer = await route.fetch();
      const text = await answer.text();
      await route.fulfill({ response: answer, body: text.includes("self.onmessage=") ? `delete globalThis.WebAssembly;${text}` : text });
    });
  } });
  let in_worker;
  page.on("worker", (worker) => worker.evaluate(() => typeof WebAssembly).then((kind) => (in_worker = kind), () => {}));
  const words = "from an old telephone";
  await write(page, "q_story", words);
  await sealed_here(page);
  await until(() => in_worker, "the worker to tell");
  assert.equal(in_worker, "undefined", "there is none in the worker");
  await until(async () => (await mode_of(page)).includes(say["script.mode_assisted"]), "what the page says of the code");
  const code = await sent_code(page);
  await read(words, []);
  assert.ok(posts(book).includes("POST /api/v1/return-code"), posts(book).join(", "));
  wire.carried_none([words]);
  // And reading: the plain way, which says what it is.
  const { id } = await server.case_of(words);
  await place.succeed("case", "reply", id, "--text", "read on an old telephone", ...server.as());
  await open_answers(page, `${wire.origin}/en/answers`, code);
  assert.equal(await page.locator(".words").first().innerText(), "read on an old telephone");
  assert.equal(await mode_of(page), say["mode.server"]);
  book.clean(wire.origin);
  await close();
});

test("the line is cut while it is sent: the page says so, nothing is lost, and it goes on by itself: one report", async () => {
  const { wire, page, book, close } = await desk();
  const words = "the line was cut";
  await write(page, "q_story", words);
  await sealed_here(page);
  await attach(page, [place.write("cut.jpg", photo(900))]);
  wire.cut();
  await send(page);
  await until(async () => /line is gone/.test(await page.locator("[data-status]").textContent().catch(() => "")), "the page to say that it waits");
  assert.ok((await typed_on(page)).some((line) => line.includes(words)), "what was typed is still in the page");
  wire.mend();
  await page.locator("output#code").waitFor();
  await read(words, [["cut.jpg", photo(900)]]);
  assert.deepEqual(book.violations, []);
  await close();
});

test("an upload goes on after a cut and after the server was started again, and arrives whole", async () => {
  const other = await furnished();
  const before_restart = await other.serve();
  const { wire, page, book, close } = await desk({ at: before_restart });
  const film = randomBytes(6_000_000);
  const words = "with a film";
  await write(page, "q_story", words);
  await sealed_here(page);
  await attach(page, [other.write("film.mp4", film)]);
  wire.cut_after(2_500_000);
  await send(page);
  await until(() => wire.cuts === 1, "the cut");
  await until(async () => Number(await page.locator("progress").getAttribute("value").catch(() => 0)) > 0, "some of it to be there", 10).catch(() => {});
  wire.mend();
  wire.cut_after(1_500_000);
  await until(() => wire.cuts === 2, "the second cut");
  await before_restart.stop();
  const after_restart = await other.serve();
  const carried = wire.bytes.length;
  wire.mend(after_restart);
  await page.locator("output#code").waitFor();
  assert.ok(wire.bytes.length - carried < film.length, "what had arrived was not sent again");
  assert.ok(book.requests.some(({ method, path }) => method === "HEAD" && path.startsWith("/api/v1/uploads/")), "it asked where to go on");
  const found = await after_restart.case_of(words);
  const { attachments } = (await after_restart.show(found.id)).timeline[0].content;
  assert.deepEqual([attachments[0].name, attachments[0].bytes, attachments[0].sha256], ["film.mp4", film.length, sha256(film)]);
  const to = other.path("export");
  await other.succeed("case", "export", found.id, "--output", to, ...after_restart.as());
  assert.equal(sha256(readFileSync(`${to}/${attachments[0].id}.mp4`)), sha256(film));
  await close();
  await after_restart.stop();
});

test("an empty form is named without a request; sent twice in haste it is one report", async () => {
  const { book, page, close } = await desk();
  await choose(page, "q_safe_now", "yes");
  await sealed_here(page);
  await page.locator("label:has(input[name=q_safe_now][value=yes])").isVisible();
  book.forget();
  const { page: bare, book: bare_book, close: close_bare } = await desk();
  await bare.locator("[data-go=end]").click();
  await bare.locator("main form button[type=submit]").last().click();
  await bare.getByRole("alert").first().waitFor();
  assert.ok((await bare.getByRole("alert").first().innerText()).includes(say["problem.nothing"]));
  assert.ok(posts(bare_book).length <= 1);
  await close_bare();
  await write(page, "q_story", "in haste");
  const button = page.locator("main form button[type=submit]").last();
  await page.locator("[data-go=end]").click();
  await button.dblclick({ noWaitAfter: true });
  await page.locator("output#code").waitFor();
  assert.equal((await server.cases()).filter((entry) => entry.text === "in haste").length, 1);
  assert.equal((await server.case_of("in haste")).reports, 1);
  await close();
});

test("in Spanish with script, and what is hidden by an answer is not sent", async () => {
  const { wire, page, book, close } = await desk({ path: "/es/tell", locale: "es" });
  await choose(page, "q_who", "someone_else");
  await choose(page, "q_know", "guess");
  await sealed_here(page, texts.es["script.mode_here"]);
  await write(page, "q_story", "Lo vi en la finca.");
  await sent_code(page);
  const { content } = await read("Lo vi en la finca.", []);
  assert.deepEqual([content.language, content.answers.q_know], ["es", "guess"]);
  wire.carried_none(["Lo vi en la finca."]);
  book.clean(wire.origin);
  await close();
});

test("sent without the lock while there is no line: nothing typed is lost, and it goes when the line is back", async () => {
  const { wire, page, close } = await desk({ prepare: impatient });
  const words = "typed where there is no signal";
  await write(page, "q_story", words);
  await sealed_here(page);
  wire.cut();
  await send(page);
  const trouble = page.locator("[data-trouble]");
  await trouble.getByText(say["script.offline"]).waitFor();
  const plainly = trouble.getByRole("button", { name: say["script.plainly"] });
  const before = await trouble.elementHandle();
  await plainly.click();
  await until(async () => !(await before.evaluate((box) => box.isConnected)), "the page to say it again");
  await trouble.getByText(say["script.offline"]).waitFor();
  assert.ok((await typed_on(page)).some((line) => line.includes(words)), "what was typed is still in the page");
  wire.mend();
  await plainly.click();
  await page.locator("output#code").waitFor();
  await read(words, []);
  await close();
});

test("browsers that cannot replace children show the code and the answers all the same", async () => {
  const old = (context) => context.addInitScript(() => {
    for (const kind of [Element, Document, DocumentFragment]) delete kind.prototype.replaceChildren;
  });
  const { page, close } = await desk({ prepare: old });
  const words = "from a browser of 2020";
  await write(page, "q_story", words);
  await sealed_here(page);
  await attach(page, [place.write("old.jpg", photo(60))]);
  const code = await sent_code(page);
  assert.match(code, /^[0-9A-Z-]{19}$/);
  const { id } = await read(words, [["old.jpg", photo(60)]]);
  await place.succeed("case", "reply", id, "--text", "read by a browser of 2020", ...server.as());
  const reader = await desk({ path: "/en/answers", prepare: old });
  await open_answers(reader.page, `${reader.wire.origin}/en/answers`, code);
  await reader.page.getByText("read by a browser of 2020").waitFor();
  await reader.close();
  await close();
});

test("sent while the lock is still on its way, by a browser without requestSubmit: locked all the same", async () => {
  let arrive;
  const held = new Promise((resolve) => (arrive = resolve));
  let seen = 0;
  const { wire, page, book, close } = await desk({ prepare: async (context) => {
    await context.addInitScript(() => { delete HTMLFormElement.prototype.requestSubmit; });
    await context.route(/\.js$/, async (route) => {
      if (++seen > 1) await held;
      await route.continue();
    });
  } });
  const words = "in haste, and never in clear";
  await write(page, "q_story", words);
  await page.locator("[data-go=end]").click();
  await page.locator("main form button[type=submit]").last().click();
  await page.locator("[data-wait]").getByText(say["script.wait"]).waitFor();
  arrive();
  await page.locator("output#code").waitFor();
  await read(words, []);
  wire.carried_none([words]);
  assert.ok(posts(book).every((line) => line.includes(" /api/v1/")), posts(book).join(", "));
  await close();
});

test("nobody is told to wait before anything was sent", async () => {
  for (const path of ["/en/tell", "/en/answers"]) {
    const { page, close } = await desk({ path });
    await page.locator("main h1").waitFor();
    if (path.endsWith("tell")) await page.locator("[data-progress]").waitFor();
    assert.equal(await page.locator("[data-wait]").isVisible(), false, path);
    await close();
  }
});

test("who lets our computer open the answer is told that it sees the code and the answer", async () => {
  const words = "may our computer open it?";
  const code = await server.tell(words);
  const { id } = await server.case_of(words);
  await place.succeed("case", "reply", id, "--text", "opened by our computer", ...server.as());
  const { wire, page, close } = await desk({ path: "/en/answers", prepare: impatient });
  assert.equal(await mode_of(page), say["mode.server_code"], "without script");
  await page.locator("[name=code]:visible").fill(code);
  await sealed_here(page, say["script.mode_answers"]);
  wire.cut();
  await page.locator("main form button[type=submit]").first().click();
  const trouble = page.locator("[data-trouble]");
  await trouble.getByText(say["script.offline_code"]).waitFor();
  await trouble.getByText(say["mode.server_code"]).waitFor();
  assert.equal(await page.locator("[data-wait]").isVisible(), false);
  wire.mend();
  wire.carried_none([code]);
  await trouble.getByRole("button", { name: say["script.plainly_code"] }).click();
  await page.getByText("opened by our computer").waitFor();
  await close();

  // The same of what is written to an answer that was opened here.
  const again = await desk({ path: "/en/answers", prepare: impatient });
  await open_answers(again.page, `${again.wire.origin}/en/answers`, code);
  assert.equal(await mode_of(again.page), say["script.mode_here"]);
  await again.page.locator("form:has([name=message]) [name=message]").fill("more words");
  again.wire.cut();
  await again.page.locator("form:has([name=message]) button[type=submit]:not([name])").click();
  await again.page.locator("[data-trouble]").getByText(say["mode.server_code"]).waitFor();
  await again.close();
});

test("a file that was stopped does not go with the next try", async () => {
  const { wire, context, page, close } = await desk();
  await write(page, "q_story", "one picture, not two");
  await sealed_here(page);
  await attach(page, [place.write("not-this.jpg", photo(500)), place.write("this.jpg", photo(700))]);
  await context.route("**/api/v1/reports", (route) => route.fulfill({ status: 400, contentType: "application/problem+json", body: "{}" }));
  wire.stall();
  await send(page);
  await page.getByRole("button", { name: `${say["script.file_stop"]} not-this.jpg` }).click();
  wire.mend();
  await page.locator("[data-trouble]").getByText(say["script.broken"]).waitFor();
  const typed = await typed_on(page);
  assert.ok(typed.includes("this.jpg") && !typed.includes("not-this.jpg"), typed.join(", "));
  await sent_code(page);
  const { content } = await read("one picture, not two", [["this.jpg", photo(700)]]);
  assert.equal(content.attachments.length, 1);
  await close();
});
