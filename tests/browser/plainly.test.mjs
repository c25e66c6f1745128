// With script, when the form goes as it is after all: it goes only while there is a line, since no page keeps what it takes along, and the
// page says nothing of a lock that was not used.
import assert from "node:assert/strict";
import test, { before } from "node:test";
import { chromium, furnished, open_answers, sent_code, send, texts, typed_on, until, write } from "./support.mjs";
import { gate, impatient, later_scripts, mode_is, mode_of, open_desk, posts } from "./with_script.mjs";

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
const trouble_of = (page) => page.locator("[data-trouble]");
const no_script = later_scripts(() => false);
/** Asked whether our computer answers, `held` decides: a status, or nothing for the true answer. Gives how often it was asked. */
const asked = async (context, held) => {
  let times = 0;
  await context.route(/\/(tell|answers)$/, async (route) => {
    if (route.request().method() !== "HEAD") return route.fallback();
    const status = await held(++times);
    return status ? route.fulfill({ status, body: "" }) : route.fallback();
  });
};
const still_has = async (page, words) => assert.ok((await typed_on(page)).some((line) => line.includes(words)), `${words} is still in the page`);

test("the lock did not come and there is no line: Send loses nothing, and sends when the line is back", async () => {
  const { wire, page, close } = await desk({ prepare: no_script });
  const words = "no lock and no signal";
  await write(page, "q_story", words);
  wire.cut();
  await send(page);
  await trouble_of(page).getByText(say["script.unsent_offline"]).waitFor();
  await still_has(page, words);
  wire.mend();
  await sent_code(page);
  assert.equal((await server.case_of(words)).reports, 1);
  await close();
});

test("nothing was answered and there is no line: Send leaves the page where it is", async () => {
  const { wire, page, close } = await desk();
  wire.cut();
  await send(page);
  await trouble_of(page).getByText(say["script.unsent_offline"]).waitFor();
  await close();
});

test("the lock broke and then the line: the next Send loses nothing", async () => {
  const { wire, context, page, close } = await desk();
  const words = "first the lock, then the line";
  await write(page, "q_story", words);
  await mode_is(page, say["script.mode_here"]);
  await context.route("**/api/v1/reports", (route) => route.fulfill({ status: 400, contentType: "application/problem+json", body: "{}" }));
  await send(page);
  await trouble_of(page).getByText(say["script.broken"]).waitFor();
  wire.cut();
  await send(page);
  await trouble_of(page).getByText(say["script.unsent_offline"]).waitFor();
  await still_has(page, words);
  wire.mend();
  await sent_code(page);
  await server.case_of(words);
  await close();
});

test("a code and a message stay too where they would go as they are and there is no line", async () => {
  const told = "answered without a line";
  const code = await server.tell(told);
  const { wire, page, close } = await desk({ path: "/en/answers", prepare: no_script });
  await page.locator("[name=code]:visible").fill(code);
  wire.cut();
  await page.locator("main form button[type=submit]").first().click();
  await trouble_of(page).getByText(say["script.offline_code"]).waitFor();
  assert.equal(await page.locator("[name=code]:visible").inputValue(), code);
  await close();

  const again = await desk({ path: "/en/answers", prepare: impatient });
  await again.page.locator("[name=code]:visible").fill(code);
  await mode_is(again.page, say["script.mode_answers"]);
  await again.page.locator("main form button[type=submit]").first().click();
  await again.page.locator("[name=message]").fill("more, without a line");
  await again.context.route("**/api/v1/reports", (route) => route.fulfill({ status: 400, contentType: "application/problem+json", body: "{}" }));
  const press = () => again.page.locator("form:has([name=message]) button[type=submit]:not([name])").click();
  await press();
  await trouble_of(again.page).getByText(say["script.broken"]).waitFor();
  again.wire.cut();
  await press();
  await trouble_of(again.page).getByText(say["script.unsent_offline"]).waitFor();
  await still_has(again.page, "more, without a line");
  again.wire.mend();
  const answer = gate();
  await asked(again.context, () => answer.opened);
  await press();
  await again.page.locator("[data-wait]").getByText(say["script.wait"]).waitFor();
  answer.open();
  await again.page.getByText(say["message_sent.heading"]).waitFor();
  assert.equal((await server.case_of(told)).reports, 2);
  await again.close();
});

for (const [what, comes, tries] of [["a lock", (n) => n > 1, 2], ["a lock's worker", (n) => n !== 2, 3]]) {
  test(`${what} that did not come is asked for again with the next thing typed`, async () => {
    const { page, book, wire, close } = await desk({ prepare: later_scripts(comes) });
    await write(page, "q_story", "typed once");
    await until(() => book.requests.filter(({ path }) => path.endsWith(".js")).length >= tries, "the first try");
    await until(async () => {
      await write(page, "q_story", "typed again");
      return (await mode_of(page)).startsWith(say["script.mode_here"]);
    }, "the lock");
    await sent_code(page);
    wire.carried_none(["typed again"]);
    await close();
  });
}

/** The twenty seconds for which a Send waits for the lock pass at once. */
const hasty = (context) => context.addInitScript(() => {
  const later = globalThis.setTimeout;
  globalThis.setTimeout = (run, wait, ...more) => later(run, wait === 20_000 ? 0 : wait, ...more);
});

test("a lock that is ready too late says nothing of itself, and sends no second report, whatever is typed meanwhile", async () => {
  const desks = gate();
  const answer = gate();
  let heads = 0;
  const { context, page, book, close } = await desk({ prepare: async (context) => {
    await hasty(context);
    // The form is on its way for as long as the page is looked at.
    await context.addInitScript(() => {
      globalThis.gone = 0;
      HTMLFormElement.prototype.submit = () => { ++globalThis.gone; };
    });
    await context.route("**/api/v1/desks", async (route) => {
      await desks.opened;
      await route.continue();
    });
  } });
  await asked(context, async (times) => {
    heads = times;
    await answer.opened;
  });
  const gone = (times) => page.waitForFunction((number) => globalThis.gone === number, times);
  const scripts = () => book.requests.filter(({ path }) => path.endsWith(".js")).length;
  await write(page, "q_story", "sent before the lock was ready");
  await until(() => page.workers().length === 1, "the lock to be on its way");
  const before = scripts();
  await send(page);
  await until(() => heads === 1, "our computer to be asked");
  await write(page, "q_story", "typed while it is asked");
  answer.open();
  await gone(1);
  await write(page, "q_story", "typed while the form is on its way");
  desks.open();
  await until(() => page.workers().length === 0, "the lock to give up");
  assert.equal(scripts(), before, "no other lock is asked for");
  assert.equal(await mode_of(page), say["mode.server"]);
  await send(page);
  await gone(2);
  assert.deepEqual(posts(book), []);
  await close();
});

test("who stands in front of our computer is not our computer: while it is away nothing goes", async () => {
  for (const status of [502, 503, 429]) {
    const words = `in front of it stood a ${status}`;
    const { context, page, book, close } = await desk({ prepare: no_script });
    let away = true;
    await asked(context, () => away && status);
    await write(page, "q_story", words);
    await send(page);
    await trouble_of(page).getByText(say["script.unsent_busy"]).waitFor();
    await still_has(page, words);
    assert.deepEqual(posts(book), []);
    away = false;
    await sent_code(page);
    assert.equal((await server.case_of(words)).reports, 1);
    await close();
  }
});

test("sent without the lock while our computer is away, the words stay; pressed beside it, Send sends no second one", async () => {
  const words = "its restart took a while";
  const answer = gate();
  const { context, page, book, close } = await desk({ prepare: impatient });
  let asks = 0;
  let away = true;
  await asked(context, async (times) => {
    asks = times;
    if (times === 2) await answer.opened;
    return away && 502;
  });
  await write(page, "q_story", words);
  await mode_is(page, say["script.mode_here"]);
  await context.route("**/api/v1/reports", (route) => route.fulfill({ status: 502, body: "" }));
  await send(page);
  await trouble_of(page).getByText(say["script.busy"]).waitFor();
  const plainly = page.getByRole("button", { name: say["script.plainly"] });
  const before = await trouble_of(page).elementHandle();
  await plainly.click();
  await until(async () => !(await before.evaluate((box) => box.isConnected)), "the page to say it again");
  await trouble_of(page).getByText(say["script.busy"]).waitFor();
  await still_has(page, words);
  book.forget();
  away = false;
  await plainly.click();
  await until(() => asks === 2, "our computer to be asked");
  await page.locator("main form button[type=submit]").last().click();
  assert.ok(await page.locator("main form").isVisible(), "nothing else is on its way");
  answer.open();
  await page.locator("output#code").waitFor();
  assert.deepEqual(posts(book), ["POST /en/tell"]);
  await server.case_of(words);
  await close();
});

test("a worker that this browser cannot read is not asked for again", async () => {
  const { context, page, book, close } = await desk({ prepare: (context) => context.route(/\.js$/, async (route) => {
    const answer = await route.fetch();
    const text = await answer.text();
    await route.fulfill({ response: answer, body: text.includes("self.onmessage=") ? `let not = ;${text}` : text });
  }) });
  const scripts = () => book.requests.filter(({ path }) => path.endsWith(".js")).length;
  const words = "from a browser that is too old for it";
  let away = true;
  await asked(context, () => away && 503);
  await write(page, "q_story", "typed first");
  await until(() => scripts() === 3, "the worker to be asked for");
  await send(page);
  await trouble_of(page).getByText(say["script.unsent_busy"]).waitFor();
  await write(page, "q_story", words);
  away = false;
  await send(page);
  await page.locator("output#code").waitFor();
  assert.equal(scripts(), 4, "the last is of the page with the code");
  await server.case_of(words);
  await close();
});

test("what is written to answers that our computer opened goes once it answers, with the button that was pressed", async () => {
  const told = "opened by our computer, then no line";
  const code = await server.tell(told);
  const { wire, context, page, close } = await desk({ path: "/en/answers", prepare: no_script });
  const wait = page.locator("[data-wait]");
  const write_to = page.locator("[name=message]");
  const press = (name) => page.locator(name ? `button[name=${name}]` : "form:has([name=message]) button[type=submit]:not([name])").click();
  await open_answers(page, page.url(), code);
  assert.equal(await wait.isVisible(), false);
  await write_to.fill("written to an open answer");
  wire.cut();
  await press();
  await trouble_of(page).getByText(say["script.unsent_offline"]).waitFor();
  await still_has(page, "written to an open answer");
  wire.mend();
  const answer = gate();
  await asked(context, () => answer.opened);
  await press();
  await wait.getByText(say["script.wait"]).waitFor();
  answer.open();
  await page.getByText(say["message_sent.heading"]).waitFor();
  assert.equal((await server.case_of(told)).reports, 2);

  await open_answers(page, `${wire.origin}/en/answers`, code);
  await write_to.fill("beside the wish");
  await page.locator("details:has(button[name=delete]) > summary").click();
  await press("delete");
  await page.getByText(say["delete_asked.heading"]).waitFor();
  const { content } = (await server.show((await server.case_of(told)).id)).timeline.at(-1);
  assert.deepEqual([content.wish, content.text], ["delete", "beside the wish"]);
  await close();
});
