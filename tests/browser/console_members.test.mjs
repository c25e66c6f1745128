#!/usr/bin/env node
// Two people, two browsers: one invites, the other joins, they compare words, and one lets the other in; and somebody leaves.
import assert from "node:assert/strict";
import { test } from "node:test";
import { at_work, chromium, choose_passphrase, console_desk, console_page, heading, invite, press, sign_in, take_sheet, words_below } from "./console.mjs";

const { place, server } = await console_desk();
const browser = await chromium();
const admin = await console_page(server, { browser });
await sign_in(admin.page);
await at_work(admin.page);

const fresh = "seis palabras sin conexion alguna";
const listed = async () => (await place.succeed("member", "list", ...server.as())).trim().split("\n");
const desk_words = async () => /desk key ([a-z-]+)/.exec(await place.succeed("desk", "list", "--config", place.config))[1];

test("join by a link, compare words, let in", async () => {
  const link = await invite(admin.page, "ben");
  assert.match(link, new RegExp(`^${server.console}/#/join/[\\w-]{32}$`));

  const guest = await console_page(server, { browser });
  const { page } = guest;
  await page.goto(link);
  await heading(page, "Invitation");
  assert.equal(page.url(), `${server.console}/#/join`, "the code is out of the address bar");
  await page.getByText("You are invited as ben, Caseworker, at Test desk.").waitFor();
  assert.equal(await words_below(page, "Words of the desk key"), await desk_words());

  // What is wrong is said beside the field, and nothing is sent.
  await choose_passphrase(page, "short");
  await press(page, "Join");
  await page.getByText("Too short: take at least 12 characters").waitFor();
  await page.getByLabel("New passphrase").fill(fresh);
  await page.getByText("The two are not the same.").waitFor();
  await page.getByLabel("The same again").fill(fresh);
  await press(page, "Join");
  await heading(page, "You have joined");
  const { code, words } = await take_sheet(page);
  assert.match(code, /^([0-9A-HJKMNP-TV-Z]{4}-){7}[0-9A-HJKMNP-TV-Z]{4}$/);

  // Before the words are compared, ben opens nothing: the command line says the same.
  assert.ok((await listed()).some((line) => line.startsWith(`ben  caseworker  ${words["Your words"]}  (waiting`)), "the words of ben are those that the command line shows");
  await admin.page.getByRole("link", { name: "Account" }).click();
  await admin.page.getByRole("link", { name: "Members" }).click();
  await press(admin.page, "Compare words");
  assert.equal(await words_below(admin.page, "Words of ben"), words["Your words"]);
  const let_in = admin.page.getByRole("button", { name: "Let in" });
  assert.equal(await let_in.isDisabled(), true, "not before it is said that the words are the same");
  await admin.page.getByLabel("ben read exactly these words").check();
  await let_in.click();
  await admin.page.getByText("ben is let in. 1 key handed on.").waitFor();
  assert.ok((await listed()).includes(`ben  caseworker  ${words["Your words"]}`));

  await sign_in(page, { name: "ben", words: fresh });
  await at_work(page);
  await page.getByRole("link", { name: "Members" }).click();
  await heading(page, "Members");
  assert.equal(await page.getByRole("button", { name: "Invite someone" }).count(), 0, "a caseworker invites nobody");
  const file = place.write("ben", `${fresh}\n`);
  assert.match(await place.succeed("epoch", "list", ...server.as("ben", file)), /./, "the command line works with keys that a browser made");
  await guest.context.close();
});

test("a used or unknown invitation says what to do", async () => {
  const { page, context } = await console_page(server, { browser });
  await page.goto(`${server.console}/#/join/unknown`);
  await page.getByText("This invitation is unknown, used or too old.").waitFor();
  await context.close();
});

test("who leaves is gone at once, and a new epoch has begun without them", async () => {
  const epochs = async () => (await place.succeed("epoch", "list", ...server.as())).trim().split("\n").length;
  const before = await epochs();
  const { page } = admin;
  const row = page.locator(".member", { hasText: "ben" });
  await row.locator("summary").click();
  await row.getByRole("button", { name: "Remove from the desk" }).click();
  await page.getByRole("dialog").getByText("It cannot be undone and is recorded.").waitFor();
  await page.getByRole("dialog").getByRole("button", { name: "Remove from the desk" }).click();
  await page.getByText("ben is removed, and a new epoch has begun.").waitFor();
  assert.ok(!(await listed()).some((line) => line.startsWith("ben ")));
  assert.equal(await epochs(), before + 1);
  assert.equal(await page.locator(".member").count(), 1);
});

test("a new epoch when one asks for it", async () => {
  const { page } = admin;
  await page.getByRole("button", { name: "Begin a new epoch" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Begin a new epoch" }).click();
  await page.getByText("A new epoch has begun.", { exact: true }).waitFor();
  await server.tell("Help");
  assert.equal((await server.cases()).filter(({ text }) => text === "Help").length, 1, "what comes in opens");
});

test("nothing was said on the console but that nobody was signed in at first; no policy broken", () => {
  assert.deepEqual(admin.book.said, ["error: Failed to load resource: the server responded with a status of 401 (Unauthorized)"]);
  admin.book.said.length = 0;
  admin.book.clean(server.console);
});
