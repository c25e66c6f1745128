#!/usr/bin/env node
// Pictures of every page, to be looked at: node tests/browser/screens.mjs FOLDER. Phone and desk, light and dark, each language, and the
// steps of the form with script. Not a test.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { chromium, choose, furnished, languages, open_answers, open_pages, sent_code, write } from "./support.mjs";

const to = process.argv[2];
if (!to) {
  console.error("usage: tests/browser/screens.mjs FOLDER");
  process.exit(2);
}
mkdirSync(to, { recursive: true });

test("pictures", async () => {
  const place = await furnished({ settings: `[reporter]\nretention = { en = "We delete what you send after two years.", es = "Borramos lo que envía después de dos años." }\n` });
  const server = await place.serve();
  const browser = await chromium();
  const code = await server.tell("for its picture");
  const { id } = await server.case_of("for its picture");
  await place.succeed("case", "reply", id, "--text", "Thank you for writing to us.\nWe can meet you on Friday at ten, at the clinic. Nobody there will ask for papers.", ...server.as());
  for (const [width, height] of [[320, 640], [1280, 900]]) {
    for (const colorScheme of ["light", "dark"]) {
      for (const script of [false, true]) {
        const context = await browser.newContext({ viewport: { width, height }, colorScheme, javaScriptEnabled: script });
        const page = await context.newPage();
        const take = (name) => page.screenshot({ path: join(to, `${name}-${width}-${colorScheme}${script ? "-script" : ""}.png`), fullPage: true });
        for (const language of languages) {
          const at = `${server.public}/${language}`;
          for (const path of open_pages) {
            await page.goto(`${at}/${path}`, { waitUntil: "load" });
            await take(`${language}-${path || "first"}`);
          }
          if (language !== "en") continue;
          await page.goto(`${at}/tell`, { waitUntil: "load" });
          for (const [name, value] of [["q_safe_now", "no"], ["q_who", "me"], ["q_child", "unsure"], ["q_needs", "doctor"]]) {
            await choose(page, name, value);
            if (script) await take(`en-step-${name}`);
          }
          await write(page, "q_story", "They keep our papers in the office.");
          if (script) await take("en-step-words");
          if (script) {
            await page.locator("[data-go=end]").click();
            await take("en-step-last");
          }
          await sent_code(page);
          await take("en-sent");
          await page.evaluate(() => history.replaceState(null, "", location.href));
          await open_answers(page, `${at}/answers`, code);
          await take("en-found");
          await page.goto(`${at}/answers`);
          await page.locator("[name=code]:visible").fill("0000-0000-0000-0001");
          await page.evaluate(() => document.querySelector("main form").submit());
          await page.locator("[role=alert]").first().waitFor();
          await take("en-code-off");
          await page.goto(`${at}/tell`);
          await page.evaluate(() => document.querySelector("main form").submit());
          await page.locator("[role=alert]").first().waitFor();
          await take("en-nothing");
          await page.goto(`${at}/elsewhere`);
          await take("en-error");
        }
        await context.close();
      }
    }
  }
  after(() => console.log(`pictures are in ${to}`));
});
