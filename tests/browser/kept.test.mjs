// With script: what was typed, chosen or shown is not lost by a tap beside, a reload, a cut line or a change of mind, and nothing of it goes unsaid.
import assert from "node:assert/strict";
import test, { before } from "node:test";
import { NeutralSite, attach, chromium, choose, furnished, history_of, open_answers, photo, send, sent_code, texts, typed_on, until, write } from "./support.mjs";
import { gate, impatient, later_scripts, mode_is, open_desk, posts } from "./with_script.mjs";

const say = texts.en;
let place;
let server;
let browser;
before(async () => {
  const site = await NeutralSite.open();
  place = await furnished({ exit_url: site.url, settings: "[limits]\nfile_bytes_max = 65536\n" });
  server = await place.serve();
  browser = await chromium();
});
const desk = (options) => open_desk({ browser, at: server, ...options });
const sealed = (page) => mode_is(page, say["script.mode_here"]);
const ways = (page) => page.locator("nav.languages, footer").filter({ visible: true }).count();
const choose_safe = (page, value) => page.locator(`label:has(input[name=q_safe_now][value=${value}])`).click();
const last_of = async (text) => (await server.show((await server.case_of(text)).id)).timeline.at(-1);

test("past the first question no link leads to another page of ours, and none from the code", async () => {
  const { page, close } = await desk();
  assert.equal(await ways(page), 2);
  await choose(page, "q_safe_now", "yes");
  await write(page, "q_story", "typed and kept");
  assert.equal(await ways(page), 0);
  for (const back = page.locator("[data-go=back]"); await back.isVisible();) await back.click();
  assert.equal(await ways(page), 0, "nor back at the first question");
  await sealed(page);
  await sent_code(page);
  assert.equal(await ways(page), 0);
  await close();
});

test("the code is shown once: the page says so, and a pull on it does not load it again", async () => {
  const { page, close } = await desk();
  await write(page, "q_story", "shown once");
  await sealed(page);
  const code = await sent_code(page);
  const said = await page.locator("main").innerText();
  assert.ok(said.includes(say["sent.code_use"]));
  assert.match(say["sent.code_use"], /only this once/);
  assert.equal(await page.evaluate(() => getComputedStyle(document.documentElement).overscrollBehaviorY), "none");
  assert.equal(await page.locator("output#code").getAttribute("translate"), "no");
  await page.reload();
  await page.locator("[data-progress]").waitFor();
  assert.ok(!(await page.content()).includes(code), "as it says");
  await close();
});

test("beside a wish what was typed goes along; what is ticked goes with each button, and is not dropped beside the wish to delete", async () => {
  const told = "who changes their mind with script";
  const code = await server.tell(told);
  const { wire, page, book, close } = await desk({ path: "/en/answers" });
  const open = async () => {
    await open_answers(page, `${wire.origin}/en/answers`, code);
    await sealed(page);
  };
  const unfold = (kind) => page.locator(`details:has(button[name=${kind}]) > summary`).click();
  await open();
  await page.locator("[name=message]").fill("beside the ticks");
  await unfold("consents");
  await page.locator("label:has(input[value=iom])").click();
  await page.locator("button[type=submit]:not([name])").click();
  await page.getByText(say["consents_kept.heading"]).waitFor();
  let { content } = await last_of(told);
  assert.deepEqual([content.text, content.wish, content.consents], ["beside the ticks", "consents", ["iom"]]);

  await open();
  await page.locator("[name=message]").fill("beside the wish");
  await unfold("consents");
  await page.locator("label:has(input[value=iom])").click();
  await unfold("delete");
  await page.locator("button[name=delete]").click();
  await page.locator("[data-trouble]").getByText(say["problem.wish_two"]).waitFor();
  await page.locator("label:has(input[value=iom])").click();
  await page.locator("button[name=delete]").click();
  await page.getByText(say["delete_asked.heading"]).waitFor();
  ({ content } = await last_of(told));
  assert.deepEqual([content.text, content.wish], ["beside the wish", "delete"]);

  await open();
  await choose_safe(page, "no");
  await page.locator("button[type=submit]:not([name])").click();
  await page.getByText(say["message_sent.heading"]).waitFor();
  const urgent = await last_of(told);
  assert.deepEqual([urgent.urgency, urgent.content.answers], [1, { q_safe_now: "no" }]);
  assert.ok(posts(book).every((line) => line.includes(" /api/v1/")), posts(book).join(", "));
  wire.carried_none(["beside the", code]);
  await close();
});

test("an answer that is cut in its middle is asked for again, and the code stays here", async () => {
  const told = "answered over a bad line";
  const code = await server.tell(told);
  await place.succeed("case", "reply", (await server.case_of(told)).id, "--text", "read over a bad line", ...server.as());
  let cuts = 0;
  const { wire, page, close } = await desk({ path: "/en/answers", prepare: impatient });
  await page.locator("[name=code]:visible").fill(code);
  await mode_is(page, say["script.mode_answers"]);
  wire.cut_answer("\"answers\"", () => ++cuts);
  await page.locator("main form button[type=submit]").first().click();
  await page.getByText("read over a bad line").waitFor();
  assert.equal(cuts, 1);
  wire.carried_none([code, code.replaceAll("-", "")]);
  await close();
});

test("what is wrong with a message leads to its place, without an entry in the history, whoever found it", async () => {
  const code = await server.tell("who sends nothing");
  const { page, close } = await desk({ path: "/en/answers" });
  const press = () => page.locator("form:has([name=message]) button[type=submit]:not([name])").click();
  const leads = async (name) => {
    const entries = (await history_of(page)).length;
    await page.getByRole("alert").getByRole("link", { name }).click();
    assert.ok(await page.evaluate(() => document.activeElement.matches("label[for=message]")));
    assert.equal((await history_of(page)).length, entries);
  };
  await open_answers(page, page.url(), code);
  await press();
  await leads(say["found.message"]);
  await page.evaluate((own) => {
    const form = document.querySelector("form:has([name=message])");
    form.querySelector("[name=code]").value = own;
    form.submit();
  }, code);
  await page.locator("main > .problem").waitFor();
  await leads(say["found.message"]);
  await close();
});

test("a file that is too large and was picked before the lock was there is named before anything is sent", async () => {
  const lock = gate();
  const { page, book, close } = await desk({ prepare: later_scripts(() => lock.opened) });
  await attach(page, [place.write("large.jpg", photo(100_000))]);
  await write(page, "q_want", "help with this picture");
  await send(page);
  await page.locator("[data-wait]").getByText(say["script.wait"]).waitFor();
  lock.open();
  const trouble = page.locator("[data-trouble]");
  await trouble.waitFor();
  assert.match(await trouble.innerText(), /too big/);
  assert.ok(!posts(book).some((line) => line.includes("/reports")));
  await trouble.getByRole("link", { name: say.file }).click();
  assert.ok(await page.locator("[name=file]").isVisible(), "and the link leads to it");
  await sent_code(page);
  assert.equal(posts(book).filter((line) => line.endsWith("/api/v1/reports")).length, 1);
  await close();
});

test("sending can be stopped: everything is back, and sent again it is one report", async () => {
  const { wire, page, close } = await desk();
  const words = "stopped on its way";
  await write(page, "q_story", words);
  await sealed(page);
  wire.stall();
  await send(page);
  await page.getByRole("button", { name: say["script.stop"] }).click();
  await page.locator("[data-trouble]").getByText(say["script.stopped"]).waitFor();
  assert.ok((await typed_on(page)).some((line) => line.includes(words)));
  wire.mend();
  await sent_code(page);
  assert.equal((await server.case_of(words)).reports, 1);
  await close();
});

test("words that came back with the page load the lock, before anything more is typed", async () => {
  const { context, page, book, close } = await desk({ prepare: later_scripts(() => false) });
  await write(page, "q_story", "x".repeat(70_000));
  await send(page);
  await page.locator("main > .problem").waitFor();
  await context.unrouteAll({ behavior: "ignoreErrors" });
  book.forget();
  await page.reload();
  await sealed(page);
  await close();
});

test("a mistyped code that came back with the page is mended on this phone, and its old problem does not stand above the answers", async () => {
  const told = "mistyped, then opened here";
  const code = await server.tell(told);
  await place.succeed("case", "reply", (await server.case_of(told)).id, "--text", "opened after a slip", ...server.as());
  const { wire, context, page, close } = await desk({ path: "/en/answers", prepare: later_scripts(() => false) });
  const field = page.locator("[name=code]:visible");
  const open = () => page.locator("main form button[type=submit]").first().click();
  await field.fill(`${code.slice(0, -1)}${code.endsWith("A") ? "B" : "A"}`);
  await open();
  await page.locator("main > .problem").waitFor();
  await context.unrouteAll({ behavior: "ignoreErrors" });
  await page.reload();
  await mode_is(page, say["script.mode_answers"]);
  await field.fill(code);
  await open();
  await page.getByText("opened after a slip").waitFor();
  assert.equal(await page.getByRole("alert").count(), 0);
  wire.carried_none([code, code.replaceAll("-", "")]);
  await close();
});

test("a code that a browser filled in without saying so does not go to our computer", async () => {
  const code = await server.tell("filled in by a browser");
  const { wire, page, close } = await desk({ path: "/en/answers" });
  await page.evaluate((filled) => (document.querySelector("[name=code]").value = filled), code);
  await page.locator("main form button[type=submit]").first().click();
  await page.getByText(say["found.none"]).waitFor();
  wire.carried_none([code, code.replaceAll("-", "")]);
  await close();
});

test("without a line the way out shows an empty page, not the browser's error with our name", async () => {
  const { context, page, close } = await desk();
  await page.locator("[data-go=end]").waitFor();
  await context.setOffline(true);
  await page.locator("a.leave").click();
  await page.waitForURL("about:blank");
  await close();
});

test("over a line that is dead, whether it says so or not, the way out shows an empty page", async () => {
  for (const dead of ["cut", "stall"]) {
    const { wire, page, close } = await desk();
    await page.locator("[data-go=end]").waitFor();
    await write(page, "q_story", "gone at once");
    wire[dead]();
    await page.locator("a.leave").click({ noWaitAfter: true });
    await page.waitForURL("about:blank");
    await close();
  }
});

test("on a keyboard the first page tells of the other way out", async () => {
  const { page, close } = await desk({ path: "/en/" });
  await page.getByText(say["exit.shift"]).waitFor();
  await close();
});
