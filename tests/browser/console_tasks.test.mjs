#!/usr/bin/env node
// The tasks of all cases in one list: every case is looked at, and what is not known is said.
import assert from "node:assert/strict";
import test, { before } from "node:test";
import { accessible, at_work, chromium, console_desk, console_page, press, sign_in, until } from "./console.mjs";
import { case_screen, open_first, tell } from "./casework.mjs";

const cases = 6;
let page;
let context;
before(async () => {
  const desk = await console_desk();
  ({ page, context } = await console_page(desk.server, { browser: await chromium() }));
  await sign_in(page);
  await at_work(page);
  for (let n = 1; n <= cases; ++n) {
    await tell(desk.server, { q_story: `To be done, number ${n}.` });
    await open_first(page, `To be done, number ${n}.`);
    await press(page, "Take it");
    await case_screen(page);
  }
});
const lines = () => page.locator(".task_rows .queue_row");
const queue = /\/api\/v1\/queue\?view=mine/;

test("tasks of every case, however many pages the queue has", async () => {
  await page.route(queue, (route) => route.continue({ url: route.request().url().replace("limit=100", "limit=1") }));
  await page.getByRole("link", { name: "Tasks" }).click();
  await until(async () => (await lines().count()) === cases, "all of them");
  await page.unroute(queue);
});

test("what went wrong is said until it is right again", async () => {
  await page.getByRole("link", { name: "Account" }).click();
  await page.route(queue, (route) => route.fulfill({ status: 403, contentType: "application/problem+json", body: "{}" }));
  await page.getByRole("link", { name: "Tasks" }).click();
  await page.getByText("This is not yours to do").waitFor();
  assert.equal(await page.getByText("Nothing to do").count(), 0, "that is not known");
  await accessible(page, "tasks that could not be read");
  await page.unroute(queue);
  await press(page, "Try again");
  await until(async () => (await lines().count()) === cases, "the tasks");
  assert.equal(await page.getByText("This is not yours to do").count(), 0);
});

test("a case with more tasks than its summary holds says so", async () => {
  await lines().first().locator("a").click();
  await case_screen(page);
  for (let n = 1; n <= 8; ++n) {
    await press(page, "+ New task");
    await page.getByLabel("What is to be done").fill(`Step ${n}`);
    await press(page, "Add");
    await page.locator(".case_tasks .task", { hasText: `Step ${n}` }).waitFor();
  }
  await page.getByRole("link", { name: "Tasks" }).click();
  await page.getByText("There may be more in this case").waitFor();
  assert.equal(await lines().count(), cases - 1 + 8);
  await accessible(page, "tasks");
  await context.close();
});
