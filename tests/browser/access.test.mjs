// For everyone: axe-core at WCAG 2.2 AA on every page as people meet it, by keyboard alone, at 320 px and at 400 %, in the dark, in high
// contrast, without the stylesheet, and from right to left.
import assert from "node:assert/strict";
import test, { before } from "node:test";
import { axe_source, chromium, choose, furnished, languages, open_answers, open_pages, sent_code, texts, write } from "./support.mjs";

let place;
let server;
let browser;
let code;
const axe = axe_source();
before(async () => {
  place = await furnished({ settings: `[reporter]\nretention = { en = "We delete what you send after two years.", es = "Borramos lo que envía después de dos años." }\n` });
  server = await place.serve();
  browser = await chromium();
  code = await server.tell("a page with an answer");
  const { id } = await server.case_of("a page with an answer");
  await place.succeed("case", "reply", id, "--text", "An answer.\nOf two lines.", ...server.as());
});

/** Without script axe could not look either: its own runs, that of the page does not come. */
async function watched({ script, ...more }) {
  const context = await browser.newContext(more);
  if (!script) await context.route(/\.js$/, (route) => route.abort());
  return context;
}

/** Every page as people meet it: name and how to get there. */
const pages = (language) => [
  ...open_pages.map((path) => [path || "first", (page) => page.goto(`${server.public}/${language}/${path}`, { waitUntil: "load" })]),
  ["a form that came back", async (page) => {
    await page.goto(`${server.public}/${language}/tell`);
    await page.evaluate(() => document.querySelector("main form").submit());   // as it is, whatever script there may be
    await page.locator("[role=alert]").first().waitFor();
  }],
  ["a code that is off", async (page) => {
    await page.goto(`${server.public}/${language}/answers`);
    await page.locator("[name=code]:visible").fill("0000-0000-0000-0001");
    await page.evaluate(() => document.querySelector("main form").submit());
    await page.locator("[role=alert]").first().waitFor();
  }],
  ["sent", async (page) => {
    await page.goto(`${server.public}/${language}/tell`);
    await choose(page, "q_safe_now", "yes");
    await write(page, "q_story", "for its page");
    await sent_code(page);
  }],
  ["answers found", (page) => open_answers(page, `${server.public}/${language}/answers`, code)],
  ["no such page", (page) => page.goto(`${server.public}/${language}/elsewhere`)],
];
/** The steps of the form with script: each is a page of its own to who meets it. */
async function each_step(page, look) {
  const next = page.locator("[data-go=next]");
  for (let steps = 0; steps < 60; ++steps) {
    await look(steps);
    if (!(await next.isVisible().catch(() => false))) return steps;
    await next.click();
  }
  return assert.fail("the form has no end");
}

const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
async function violations(page) {
  await page.waitForLoadState("load");   // with its style
  // In a world of our own: the page's policy lets nobody else in.
  if (!(await page.evaluate(() => "axe" in globalThis))) await page.evaluate(axe);
  const { violations: found, passes } = await page.evaluate((wanted) => globalThis.axe.run(document, { runOnly: { type: "tag", values: wanted }, resultTypes: ["violations"] }), tags);
  assert.ok(passes.length > 5, "axe looked");
  return found.flatMap(({ id, help, nodes }) => nodes.map(({ target, failureSummary }) => `${id}: ${help}: ${target} ${failureSummary.replace(/\s+/g, " ").slice(0, 200)}`));
}

for (const script of [false, true]) {
  for (const language of languages) {
    test(`axe finds nothing on any page, light and dark (${language}, ${script ? "with" : "without"} script)`, async () => {
      const context = await watched({ script, locale: language, viewport: { width: 360, height: 720 } });
      const page = await context.newPage();
      const found = [];
      for (const [name, go] of pages(language)) {
        await go(page);
        for (const colorScheme of ["light", "dark"]) {
          await page.emulateMedia({ colorScheme });
          for (const one of await violations(page)) found.push(`${name}, ${colorScheme}: ${one}`);
        }
      }
      if (script && language === "en") {
        await page.goto(`${server.public}/${language}/tell`, { waitUntil: "load" });
        await each_step(page, async (step) => {
          if (step % 4 === 0) for (const one of await violations(page)) found.push(`step ${step + 1}: ${one}`);
        });
      }
      assert.deepEqual([...new Set(found)], []);
      await context.close();
    });
  }
}

/** Looks at one screen: nothing wider than it, the exit in view, nothing above it. */
const look_at = (page) => page.evaluate(() => {
  const exit = document.querySelector("a[href^='/exit']:not(.skip)");
  const box = exit.getBoundingClientRect();
  const points = [[box.left + 3, box.top + 3], [box.left + box.width / 2, box.top + box.height / 2], [box.right - 3, box.bottom - 3]];
  return {
    wider: document.documentElement.scrollWidth - innerWidth,
    seen: box.width > 40 && box.height >= 24 && box.top >= 0 && box.left >= 0 && box.bottom <= innerHeight + 0.5 && box.right <= innerWidth + 0.5,
    covered: points.some(([x, y]) => !document.elementFromPoint(x, y)?.closest("a[href^='/exit']")),
    share: box.height / innerHeight, width: box.width,
  };
});

for (const [what, options] of [["320 px", { viewport: { width: 320, height: 568 } }], ["400 % zoom", { viewport: { width: 320, height: 256 }, deviceScaleFactor: 4 }],
  ["text twice as large", { viewport: { width: 640, height: 900 }, large: true }]]) {
  test(`${what}: nothing to scroll sideways, and the exit in view wherever one is`, async () => {
    for (const script of [false, true]) {
      const { large, ...view } = options;
      const context = await browser.newContext({ javaScriptEnabled: script, ...view });
      const page = await context.newPage();
      for (const language of languages) {
        for (const [name, go] of pages(language)) {
          await go(page);
          await page.waitForLoadState("load");
          if (large) await page.evaluate(() => document.documentElement.style.setProperty("font-size", "225%"));
          const height = await page.evaluate(() => document.documentElement.scrollHeight);
          const step = Math.max(200, Math.ceil(height / 12));
          for (let y = 0; y < height; y += step) {
            await page.evaluate((to) => scrollTo(0, to), y);
            const seen = await look_at(page);
            const where = `${language} ${name}, ${what}, ${script ? "with" : "without"} script, at ${y} of ${height}`;
            assert.ok(seen.wider <= 0, `${where}: ${seen.wider} px wider than the screen`);
            assert.ok(seen.seen, `${where}: the exit is in view`);
            assert.ok(!seen.covered, `${where}: nothing covers the exit`);
            if (what === "320 px") assert.ok(seen.share < 0.2, `${where}: the exit leaves room (${seen.share})`);
          }
        }
      }
      await context.close();
    }
  });
}

/** Where the focus is, and whether it can be seen. */
const focus_of = (page) => page.evaluate(() => {
  const element = document.activeElement;
  if (!element || element === document.body) return { name: "body" };
  const box = (element.matches("input[type=radio], input[type=checkbox]") ? element.closest("label") ?? element : element).getBoundingClientRect();
  const drawn = element.matches("input[type=radio], input[type=checkbox]") ? element.nextElementSibling ?? element : element;
  const style = getComputedStyle(drawn);
  const exit = document.querySelector("a[href^='/exit']:not(.skip)").getBoundingClientRect();
  const middle = document.elementFromPoint(box.left + Math.min(box.width / 2, innerWidth / 2), Math.min(Math.max(box.top + box.height / 2, 1), innerHeight - 1));
  return {
    name: `${element.tagName.toLowerCase()} ${element.name || element.getAttribute("href") || element.textContent.trim().slice(0, 30)} ${element.value ?? ""}`.trim(),
    in_view: box.bottom > 0 && box.top < innerHeight && box.width > 0,
    hidden_by_exit: !element.closest("header") && box.top < exit.bottom - 1 && box.bottom <= exit.bottom + 1 && exit.top < box.bottom,
    reached: Boolean(middle && (middle === element || element.contains(middle) || middle.contains(element) || middle.closest("label")?.contains(element))),
    ring: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
    in_exit: Boolean(element.closest("a[href^='/exit']")),
  };
});

for (const script of [false, true]) {
  test(`by keyboard alone, from the first page to the answer (${script ? "with" : "without"} script)`, async () => {
    const context = await browser.newContext({ javaScriptEnabled: script, viewport: { width: 360, height: 640 } });
    const page = await context.newPage();
    const tab = async () => {
      await page.keyboard.press("Tab");
      const focus = await focus_of(page);
      if (focus.name === "body") return focus;
      assert.ok(focus.in_view, `${focus.name} is in view`);
      assert.ok(focus.ring, `${focus.name}: the focus can be seen`);
      assert.ok(!focus.hidden_by_exit, `${focus.name}: the exit does not cover it`);
      return focus;
    };
    const tab_to = async (what, wanted) => {
      for (let presses = 0; presses < 200; ++presses) {
        const focus = await tab();
        if (await page.evaluate(wanted)) return focus;
      }
      return assert.fail(`${what} cannot be reached`);
    };
    await page.goto(`${server.public}/en/`, { waitUntil: "load" });
    assert.ok((await tab()).in_exit, "the first stop is the exit");
    await tab_to("the door", () => document.activeElement.matches("a[href='/en/tell']"));
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/tell$/);
    assert.ok((await tab()).in_exit);
    await tab_to("an answer", () => document.activeElement.matches("input[name=q_safe_now]"));
    await page.keyboard.press("ArrowDown");
    assert.equal(await page.locator("input[name=q_safe_now]:checked").count(), 1);
    for (let steps = 0; steps < 60 && !(await page.locator("[name=q_story]").isVisible()); ++steps) {
      await tab_to("Next", () => document.activeElement.matches("[data-go=next]"));
      await page.keyboard.press("Enter");
      assert.ok(await page.evaluate(() => document.activeElement.matches("legend, label, h1, h2, h3")), "the focus is at the new question");
    }
    await tab_to("the words", () => document.activeElement.matches("[name=q_story]"));
    const words = `typed by keyboard alone, ${script}`;
    await page.keyboard.type(words);
    if (script) {
      await tab_to("the end", () => document.activeElement.matches("[data-go=end]"));
      await page.keyboard.press("Enter");
    }
    await tab_to("Send", () => document.activeElement.matches("button[type=submit]"));
    await page.keyboard.press("Enter");
    await page.locator("output#code").waitFor();
    await server.case_of(words);
    const own = (await page.locator("output#code").innerText()).trim();
    await page.goto(`${server.public}/en/answers`, { waitUntil: "load" });
    await tab_to("the code", () => document.activeElement.matches("[name=code]"));
    await page.keyboard.type(own);
    await page.keyboard.press("Enter");
    await page.getByText(texts.en["found.none"]).waitFor();
    await tab_to("the message", () => document.activeElement.matches("[name=message]"));
    await context.close();
  });
}

test("high contrast: what is chosen can be told from what is not, and edges stay", async () => {
  const context = await watched({ script: false, forcedColors: "active" });
  const page = await context.newPage();
  await page.goto(`${server.public}/en/tell`);
  await choose(page, "q_safe_now", "yes");
  const look = (value) => page.evaluate((one) => {
    const drawn = document.querySelector(`input[name=q_safe_now][value=${one}]`).nextElementSibling;
    const mark = getComputedStyle(drawn, "::before");
    const style = getComputedStyle(drawn);
    return { mark: [style.backgroundColor, mark.borderTopWidth, mark.content].join(), edge: parseFloat(style.borderTopWidth) };
  }, value);
  const [chosen, other] = [await look("yes"), await look("no")];
  assert.notEqual(chosen.mark, other.mark, "what is chosen differs by more than a colour that is gone");
  assert.ok(chosen.edge >= 1 && other.edge >= 1);
  // The exit is drawn in the person's own colours, with an edge.
  const exit = await page.evaluate(() => {
    const style = getComputedStyle(document.querySelector("a[href^='/exit']:not(.skip)"));
    const edge = getComputedStyle(document.querySelector("a[href^='/exit']:not(.skip)").closest("header"));
    return { color: style.color, edges: [style.borderTopWidth, edge.borderTopWidth, edge.borderBottomWidth].map(parseFloat) };
  });
  const own = await page.evaluate(() => {
    const link = document.createElement("a");
    link.href = "/exit";
    document.body.append(link);
    return getComputedStyle(link).color;
  });
  assert.equal(exit.color, own);
  assert.ok(Math.max(...exit.edges) >= 1);
  await context.close();
});

test("without the stylesheet every page works", async () => {
  const context = await browser.newContext({ javaScriptEnabled: false });
  await context.route(/\.css$/, (route) => route.abort());
  const page = await context.newPage();
  await page.goto(`${server.public}/en/`);
  await page.getByRole("link", { name: texts.en["door.tell"] }).first().click();
  await page.waitForURL(/\/tell$/);
  await page.locator("input[name=q_safe_now][value=yes]").check();
  await page.locator("[name=q_story]").fill("without any style");
  await page.getByRole("button", { name: texts.en["tell.send"], exact: true }).click();
  const own = (await page.locator("output#code").innerText()).trim();
  await open_answers(page, `${server.public}/en/answers`, own);
  await page.getByText(texts.en["found.none"]).waitFor();
  assert.equal(await page.getByRole("link", { name: texts.en["exit.bar"] }).last().isVisible(), true);
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
  await context.close();
});

test("from right to left: the page turns round, nothing sticks out, the exit stays", async () => {
  for (const script of [false, true]) {
    const context = await watched({ script, viewport: { width: 320, height: 568 } });
    // The same page with its direction turned; a language that reads so needs no more (language.dir).
    await context.route(/\/en\/(\w*)$/, async (route) => {
      const answer = await route.fetch();
      await route.fulfill({ response: answer, body: (await answer.text()).replace('dir="ltr"', 'dir="rtl"') });
    });
    const page = await context.newPage();
    for (const path of open_pages) {
      await page.goto(`${server.public}/en/${path}`, { waitUntil: "load" });
      assert.equal(await page.evaluate(() => getComputedStyle(document.body).direction), "rtl");
      for (const y of [0, 400, 2000]) {
        await page.evaluate((to) => scrollTo(0, to), y);
        const seen = await look_at(page);
        assert.ok(seen.wider <= 0 && seen.seen && !seen.covered, `${path} at ${y}: ${JSON.stringify(seen)}`);
      }
      // Marks of answers stand on the side where reading begins.
      const marks = await page.evaluate(() => [...document.querySelectorAll("label:has(input) > span")]
        .filter((span) => span.offsetParent && getComputedStyle(span, "::before").content !== "none").map((span) => getComputedStyle(span, "::before").marginLeft !== "0px"));
      assert.ok(marks.every(Boolean), path);
      await page.evaluate(() => scrollTo(0, 0));
      assert.deepEqual(await violations(page), [], path);
    }
    await context.close();
  }
});
