#!/usr/bin/env node
// Pictures of the console's screens, to be looked at: node tests/browser/console_screens.mjs FOLDER [WIDTH-SCHEME-LANGUAGE...]. Phone and desk, light
// and dark, each language, unless some are named ("360-dark-es"). Not a test.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { chromium, console_desk, console_page, passphrase, photo, post_form, post_multipart, twilio_message } from "./console.mjs";
import { join_desk, tell } from "./casework.mjs";

const [to, ...only] = process.argv.slice(2);
if (!to) {
  console.error("usage: tests/browser/console_screens.mjs FOLDER [WIDTH-SCHEME-LANGUAGE...]");
  process.exit(2);
}
mkdirSync(to, { recursive: true });

test("pictures", { timeout: 1_800_000 }, async () => {
  const desk = await console_desk();
  const browser = await chromium();
  await join_desk(desk, "rosa", "caseworker");
  const code = await tell(desk.server, { q_safe_now: "no", q_child: "yes", q_docs: "yes", q_story: "They took our passports at the bar. A girl here is 15. They say that we owe for the journey.", q_reply: "yes", q_contact: "Only after 11 at night" });
  await desk.place.succeed("case", "claim", (await desk.server.case_of("They took our passports at the bar. A girl here is 15. They say that we owe for the journey.")).id, ...desk.server.as());
  await post_form(`${desk.server.public}/en/answers`, { code, delete: "1" });
  await post_multipart(`${desk.server.public}/es/tell`, { q_story: "Mi prima no puede salir de la casa donde trabaja. El dueño tiene su pasaporte.", q_reply: "yes" }, [desk.place.write("puerta.jpg", photo())]);
  await desk.server.text(twilio_message("ayuda estoy en el hotel de la esquina", { From: "+5016001299" }));
  for (const story of ["The boss does not pay us since March.", "No nos dejan llamar a casa."]) await tell(desk.server, { q_story: story });
  for (const width of [360, 1280]) for (const scheme of ["light", "dark"]) for (const language of ["en", "es"]) {
    const name = `${width}-${scheme}-${language}`;
    if (only.length > 0 && !only.includes(name)) continue;
    const { page, context } = await console_page(desk.server, { browser, viewport: { width, height: 780 }, colorScheme: scheme, locale: language === "es" ? "es-BZ" : "en-GB" });
    const take = (what, fullPage = true) => page.screenshot({ path: join(to, `${name}-${what}.png`), fullPage });
    const go = async (hash) => {
      await page.goto(`${desk.server.console}/#/${hash}`);
      await page.locator("main h1, main h2").first().waitFor();
    };
    const dialog = async (what, open) => {
      await open.click();
      await page.locator("dialog[open]").waitFor();
      await take(what, false);
      await page.keyboard.press("Escape");
      await page.locator("dialog[open]").waitFor({ state: "detached" });
    };
    await page.locator("form input").first().waitFor();
    await take("sign-in");
    await page.locator("form input").first().fill("demo");
    await page.locator("form input").nth(1).fill(passphrase);
    await page.locator("form button[type=submit]").click();
    await page.locator(".queue_row a").first().waitFor();
    await page.waitForFunction(() => !document.querySelector(".queue_row .opening"));
    await take("queue", false);
    const rows = page.locator(".queue_row a");
    for (const [what, words] of [["case", "15"], ["report", "Mi prima"], ["text", "hotel"]]) {
      await go("queue");
      await rows.filter({ hasText: words }).first().click();
      await page.locator(".timeline").waitFor();
      await page.locator(".triage_panel").waitFor();
      await take(what, width === 360);
      if (what !== "case") continue;
      const panel = page.locator(".triage_panel .panel_part .button");
      await dialog("labels", panel.filter({ hasText: /labels|etiquetas/i }));
      await dialog("urgency", panel.first());
      await dialog("keep", page.locator(".notice .button").nth(1));
      await dialog("delete", page.locator(".notice .button").first());
      await dialog("close", page.locator(".case_head .button").nth(1));
    }
    await go("queue");
    await page.getByRole("searchbox").fill("pas");
    await page.locator(".results[aria-busy=false]").waitFor();
    await take("search", false);
    await page.getByRole("searchbox").fill("");
    for (const screen of ["tasks", "members", "activity", "account"]) {
      await go(screen);
      await page.waitForLoadState("networkidle", { timeout: 2000 }).catch(() => {});   // the page always waits for changes
      await take(screen);
    }
    await go("members");
    await dialog("invite", page.locator(".head .button").last());
    await page.keyboard.press("?");
    await page.locator("dialog[open]").waitFor();
    await take("keys", false);
    await page.keyboard.press("Escape");
    await page.locator(".bar_me .button").last().click();
    await page.locator("input[type=password]").waitFor();
    await take("locked");
    await context.close();
  }
  console.log(`pictures are in ${to}`);
});
