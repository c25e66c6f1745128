// The whole way without any script, as in Tor Browser's safest mode, on the pages as Chromium draws them.
import assert from "node:assert/strict";
import test, { before } from "node:test";
import { readFileSync } from "node:fs";
import { Book, NeutralSite, chromium, choose, curl, furnished, go_back, history_of, languages, open_answers, open_pages, photo, sha256, texts, typed_on } from "./support.mjs";

let site;
let place;
let server;
let browser;
before(async () => {
  site = await NeutralSite.open();
  place = await furnished({ exit_url: site.url });
  server = await place.serve();
  browser = await chromium();
});
const context_of = (more = {}) => browser.newContext({ javaScriptEnabled: false, ignoreHTTPSErrors: true, ...more });
const code_of = async (page) => (await page.locator("output#code").innerText()).trim();
for (const language of languages) {
  const say = texts[language];

  test(`first page and self-check: nothing is asked for until someone chooses to tell (${language})`, async () => {
    const context = await context_of({ locale: language });
    const book = await Book.keep(context);
    const page = await context.newPage();
    await page.goto(`${server.public}/`);
    assert.equal(await page.locator("html").getAttribute("lang"), language, "the browser's language");
    assert.equal(await page.title(), say["page.title"]);
    const opened = book.requests.filter(({ type }) => type === "document").length;
    assert.equal(opened, 1, "no chain of redirects");
    await page.getByRole("link", { name: say["door.check"] }).click();
    await page.waitForURL(/\/check$/);
    const before_answers = book.requests.length;
    const signs = page.locator("main details", { hasText: say["check.result"] });
    assert.ok(await page.locator("main details").count() >= 12, "the questions and their answers");
    assert.ok(await signs.count() >= 6, "each has an answer that is a sign");
    for (const sign of await signs.all()) {
      await sign.locator("summary").click();
      assert.ok(await sign.getByText(say["check.result"]).isVisible(), "the result stands beside the answer");
    }
    assert.equal(book.requests.length, before_answers, "answering asked for nothing");
    assert.ok(book.requests.every(({ method, body }) => method === "GET" && !body));
    book.clean(server.public);
    assert.doesNotMatch(await page.content(), /you are a victim|usted es una víctima/i);
    assert.deepEqual(await context.cookies(), []);
    await context.close();
  });

  test(`told with every kind of answer and a photo, read again in any shape of the code (${language})`, async () => {
    const context = await context_of({ locale: language });
    const book = await Book.keep(context);
    const page = await context.newPage();
    await page.goto(`${server.public}/${language}/`);
    await page.getByRole("link", { name: say["door.tell"] }).first().click();
    await page.waitForURL(/\/tell$/);
    const own_words = `Nos quitaron los pasaportes. They took them. 🙂 (${language})`;
    for (const [name, value] of [["q_safe_now", "yes"], ["q_watched", "no"], ["q_who", "both"], ["q_know", "saw"], ["q_child", "unsure"], ["q_threat", "yes"],
      ["q_needs", "doctor"], ["q_needs", "talk"], ["q_share", "iom"]]) {
      await choose(page, name, value);
    }
    await page.locator("[name=q_where]").fill("San Pedro, the blue house");
    await page.locator("[name=q_story]").fill(own_words);
    await page.locator("[name=file]").setInputFiles([{ name: "door.jpg", mimeType: "image/jpeg", buffer: photo() }]);
    const entries = (await history_of(page)).length;
    await page.getByRole("button", { name: say["tell.send"], exact: true }).click();
    await page.locator("output#code").waitFor();
    const code = await code_of(page);
    assert.match(code, /^[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){3}$/);
    assert.equal(book.requests.filter(({ method }) => method === "POST").length, 1, "one page, one POST");
    assert.ok((await history_of(page)).length <= entries + 1);
    assert.ok((await history_of(page)).every((url) => !url.includes(code) && !/report|victim|traffick|denuncia/i.test(url.replace(server.public, ""))));

    const found = await server.case_of(own_words);
    const shown = await server.show(found.id);
    const { content } = shown.timeline[0];
    assert.deepEqual([content.answers.q_who, content.answers.q_needs, content.answers.q_where, content.language], ["both", ["doctor", "talk"], "San Pedro, the blue house", language]);
    assert.deepEqual(content.consents, ["iom"]);
    const [attachment] = content.attachments;
    assert.deepEqual([attachment.name, attachment.bytes, attachment.sha256], ["door.jpg", photo().length, sha256(photo())]);
    const to = place.path(`export-${language}`);
    await place.succeed("case", "export", found.id, "--output", to, ...server.as());
    assert.deepEqual(readFileSync(`${to}/${attachment.id}.jpg`), photo());

    // The answers.
    await place.succeed("case", "reply", found.id, "--text", "Come on Tuesday.\nBring nothing.", ...server.as());
    for (const shape of [code, code.replaceAll("-", ""), code.toLowerCase(), ` ${code.replaceAll("-", " ").toLowerCase()} `, code.replaceAll("0", "o").replaceAll("1", "l")]) {
      await page.goto(`${server.public}/${language}/answers`);
      await page.locator("[name=code]").fill(shape);
      await page.getByRole("button", { name: say["answers.open"] }).click();
      await page.getByText("Come on Tuesday.").waitFor();
    }
    assert.equal(await page.locator(".words").innerText(), "Come on Tuesday.\nBring nothing.");

    // Written again, with a file.
    await page.locator("[name=message]").fill(`On Friday, please (${language})`);
    await page.locator("form:has([name=message]) [name=file]").setInputFiles([{ name: "gate.png", mimeType: "image/png", buffer: photo(50) }]);
    await page.locator("form:has([name=message]) button[type=submit]:not([name])").click();
    await page.getByText(say["message_sent.heading"]).waitFor();
    const conversation = await server.show(found.id);
    const followup = conversation.timeline.find((entry) => entry.text === `On Friday, please (${language})`);
    assert.ok(followup, "the desk has it");
    assert.equal(followup.content.attachments[0].sha256, sha256(photo(50)));
    book.clean(server.public);
    assert.deepEqual(await context.cookies(), []);
    await context.close();
  });
}

test("a code with a letter off is named at once, and what was typed stays", async () => {
  const code = await server.tell("mistyped in a browser");
  const context = await context_of();
  const page = await context.newPage();
  await page.goto(`${server.public}/en/answers`);
  const wrong = `${code.slice(0, -1)}${code.endsWith("A") ? "B" : "A"}`;
  await page.locator("[name=code]").fill(wrong.toLowerCase());
  await page.getByRole("button", { name: texts.en["answers.open"] }).click();
  await page.getByRole("alert").waitFor();
  assert.match(await page.getByRole("alert").innerText(), /letter or number is off/i);
  assert.equal((await page.locator("[name=code]").inputValue()).toUpperCase(), wrong);
  assert.equal(await page.locator("[role=alert]").evaluate((alert) => document.activeElement === alert), true, "and the problem has the focus");
  await page.locator("[name=code]").fill(code);
  await page.getByRole("button", { name: texts.en["answers.open"] }).click();
  await page.getByText(texts.en["found.none"]).waitFor();
  await context.close();
});

test("what was agreed to can be taken back, and the wish to be forgotten reaches the desk", async () => {
  const story = "agreed, and then not";
  const code = await server.tell(story, { q_share: ["iom", "statistics"] });
  const { id } = await server.case_of(story);
  const context = await context_of();
  const page = await context.newPage();
  await open_answers(page, `${server.public}/en/answers`, code);
  await page.locator("details:has([name=consents]) > summary").click();
  assert.deepEqual(await page.locator("input[name=q_share]:checked").count(), 0, "nothing is ticked beforehand");
  await page.locator("label:has(input[value=statistics])").click();
  await page.locator("[name=message]").fill("and a word with it");
  await page.locator("button[name=consents]").click();
  await page.getByText(texts.en["consents_kept.heading"]).waitFor();
  const said = (await server.show(id)).timeline.at(-1).content;
  assert.deepEqual(said.consents, ["statistics"]);
  assert.equal(said.wish, "consents");
  assert.equal(said.text, "and a word with it", "what was typed beside it came along");

  await open_answers(page, `${server.public}/en/answers`, code);
  await page.locator("details:has([name=delete]) > summary").click();
  await page.locator("button[name=delete]").click();
  await page.getByText(texts.en["delete_asked.heading"]).waitFor();
  assert.equal((await server.show(id)).timeline.at(-1).content.wish, "delete");
  await context.close();
});

test("an empty form says what to do, and is one report once something is chosen", async () => {
  const count = (await server.cases()).length;
  const context = await context_of();
  const page = await context.newPage();
  await page.goto(`${server.public}/en/tell`);
  await page.getByRole("button", { name: texts.en["tell.send"], exact: true }).click();
  await page.getByRole("alert").waitFor();
  assert.ok((await page.getByRole("alert").innerText()).includes(texts.en["problem.nothing"]));
  await choose(page, "q_safe_now", "unsure");
  await page.getByRole("button", { name: texts.en["tell.send"], exact: true }).click();
  await page.locator("output#code").waitFor();
  assert.equal((await server.cases()).length, count + 1);
  await context.close();
});

test("the way out: a link on every page, to the neutral site, and Back brings no typed word", async () => {
  const context = await context_of();
  const page = await context.newPage();
  for (const [index, path] of open_pages.entries()) {
    await page.goto(`${server.public}/en/${path}`);
    const exit = page.locator("a[href^='/exit']", { hasText: texts.en["exit.bar"] }).last();
    assert.ok(await exit.isVisible(), path);
    for (const field of await page.locator("textarea:visible, input[type=text]:visible").all()) await field.fill("a secret word");
    const before_leaving = (await history_of(page)).length;
    await exit.click();
    await page.waitForURL(site.url);
    assert.equal(await page.title(), "Recipes");
    assert.ok((await history_of(page)).length <= before_leaving + 1, "one entry more at most");
    assert.equal(site.requests.filter((request) => request.path === "/").length, index + 1);
    assert.equal(site.requests.filter((request) => request.path === "/").at(-1).headers.referer, undefined, "the other site is not told where they come from");
    await go_back(page);
    assert.deepEqual(await typed_on(page), [], `typed words on /${path}`);
    assert.doesNotMatch(await page.content(), /a secret word/);
  }
  await context.close();
});

test("behind Tor: the same pages through a Unix socket, and the onion address is offered", async () => {
  const socket = place.path("tor.sock");
  const onion = "http://2gzyxa5ihm7nsggfxnu52rck2vv4rvmdlkiu3zzui5du4xyclen53wid.onion";
  const { Place } = await import("../integration/support.mjs");
  const other = new Place({ unix: socket });
  other.write("hotline.toml", readFileSync(other.config, "utf8").replace(`origin = "${other.origin}"`, `origin = "https://info.example"\nonion = "${onion}"`));
  await other.succeed("init", "--config", other.config);
  await other.succeed("desk", "create", "--config", other.config, "--name", other.name, "--member", "demo", "--demo", "--passphrase-file", other.passphrase_file);
  const behind = await other.serve();
  const shown = await curl("http://localhost/en/tell", "--unix-socket", socket);
  assert.equal(shown.status, 200);
  assert.ok((await curl(`${behind.public}/en/`)).headers["onion-location"]?.startsWith(onion));
  const sent = await curl("http://localhost/en/tell", "--unix-socket", socket, "--data-urlencode", "q_story=through a socket");
  assert.equal(sent.status, 200);
  await behind.case_of("through a socket");
  await behind.stop();
});
