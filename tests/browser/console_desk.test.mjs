#!/usr/bin/env node
// What a desk keeps about itself, in the browser: invitations that wait, a new paper code, figures, and new keys for cases after somebody has left.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { accessible, at_work, chromium, console_desk, console_page, heading, invite, press, settled, sign_in, totp, until } from "./console.mjs";

const { place, server } = await console_desk();
const { page, book, browser } = await console_page(server, { browser: await chromium() });
const panel = (name) => page.locator(".panel", { has: page.getByRole("heading", { name, exact: true }) });
const recover = (code, name) => ["member", "recover", name, "--server", server.console, "--passphrase-file", place.passphrase_file, "--recovery-code-file", place.write("code", `${code}\n`)];

test("a desk for trying out says so before anybody signs in", async () => {
  await heading(page, "Sign in");
  await page.getByText("Practice desk: nobody reads what is sent here.").waitFor();
  await accessible(page, "sign in");
  await sign_in(page);
  await at_work(page);
});

test("an invitation waits on the members' screen until it is withdrawn", async () => {
  const link = await invite(page, "luis", "Auditor");
  const waiting = panel("Invitations that wait");
  await waiting.getByText("luis").waitFor();
  assert.match(await waiting.innerText(), /Auditor, invited by demo/);
  assert.ok(!(await waiting.innerHTML()).includes(link.split("/").at(-1)), "the code is not shown again");
  await accessible(page, "members");
  await waiting.getByRole("button", { name: "Withdraw the invitation of luis" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Withdraw" }).click();
  await page.getByText("The invitation of luis is withdrawn.").waitFor();
  await waiting.getByText("No invitation waits.").waitFor();
  const guest = await console_page(server, { browser });
  await guest.page.goto(link);
  await guest.page.getByText("This invitation is unknown, used or too old.").waitFor();
  await guest.context.close();
});

test("a new recovery code whose receipt is lost is shown, and not called void; a proof that took too long begins again", async () => {
  await page.getByRole("link", { name: "Account" }).click();
  const dialog = page.getByRole("dialog");
  const begin = async () => {
    await dialog.getByLabel("Passphrase").fill(readFileSync(place.passphrase_file, "utf8").trim());
    await dialog.getByRole("button", { name: "Continue" }).click();
  };
  await panel("Recovery code on paper").getByRole("button", { name: "Make a new recovery code" }).click();
  await begin();
  const path = "**/api/v1/recovery-code";
  let puts = 0;
  await page.route(path, async (route) => {
    if (route.request().method() !== "PUT" || ++puts > 2) return route.continue();
    if (puts === 1) return route.fulfill({ status: 403, contentType: "application/problem+json", body: JSON.stringify({ type: "proof-ended" }) });
    await route.fetch();   // stored, and nobody hears of it
    return route.abort("connectionreset");
  });
  await dialog.getByRole("button", { name: "Make a new recovery code" }).click();
  await dialog.getByText("That took longer than two minutes").waitFor();
  await begin();
  await dialog.getByRole("button", { name: "Make a new recovery code" }).click();
  await dialog.getByRole("heading", { name: "Perhaps your new recovery code" }).waitFor();
  await dialog.getByText("keep both sheets until one of them has worked").waitFor();
  assert.match(await dialog.locator(".recovery_code").innerText(), /^[0-9A-Z]{4}-/);
  await page.unroute(path);
  await dialog.getByLabel("I have it on paper").check();
  await dialog.getByRole("button", { name: "Done, the sheet is put away" }).click();
});

test("a new recovery code asks for the passphrase and the second step again", async () => {
  await page.getByRole("link", { name: "Account" }).click();
  const renew = async () => panel("Recovery code on paper").getByRole("button", { name: "Make a new recovery code" }).click();
  const dialog = page.getByRole("dialog");
  await renew();
  await dialog.getByLabel("Passphrase").fill("not the passphrase at all");
  await dialog.getByRole("button", { name: "Continue" }).click();
  await dialog.getByText("The passphrase is wrong", { exact: false }).waitFor();
  await dialog.getByLabel("Passphrase").fill(readFileSync(place.passphrase_file, "utf8").trim());
  await accessible(page, "new recovery code");
  await dialog.getByRole("button", { name: "Continue" }).click();
  await dialog.getByRole("button", { name: "Make a new recovery code" }).click();
  await dialog.getByText("The old code is of no use any more").waitFor();
  const first = (await dialog.locator(".recovery_code").innerText()).replace(/\s+/g, "-");
  await accessible(page, "the sheet");
  await dialog.getByLabel("I have it on paper").check();
  await dialog.getByRole("button", { name: "Done, the sheet is put away" }).click();

  // Now with an authenticator app.
  await press(page, "Set up an authenticator app");
  await dialog.locator("summary").click();
  const secret = (await dialog.locator("p.code").innerText()).replace(/\s/g, "");
  await dialog.getByLabel("Six digits").fill(totp(secret));
  await dialog.getByRole("button", { name: "Confirm" }).click();
  await page.getByText("The second step is set up.").waitFor();
  await renew();
  await dialog.getByLabel("Passphrase").fill(readFileSync(place.passphrase_file, "utf8").trim());
  await dialog.getByRole("button", { name: "Continue" }).click();
  await dialog.getByLabel("Six digits").fill("000000");
  await dialog.getByRole("button", { name: "Make a new recovery code" }).click();
  await dialog.getByText("These digits are not right").waitFor();
  // The next step's, which is right now and for a minute; the one of now was used.
  await dialog.getByLabel("Six digits").fill(totp(secret, 30 + Date.now() / 1000));
  await dialog.getByRole("button", { name: "Make a new recovery code" }).click();
  await dialog.getByText("The old code is of no use any more").waitFor();
  const second = (await dialog.locator(".recovery_code").innerText()).replace(/\s+/g, "-");
  await dialog.getByLabel("I have it on paper").check();
  await dialog.getByRole("button", { name: "Done, the sheet is put away" }).click();
  assert.notEqual(second, first);
  assert.match(await place.refuse(1, ...recover(first, "demo")), /wrong, or this account has no code/);
});

test("figures hold small numbers back, and a table of them is saved", async () => {
  for (let i = 0; i < 2; ++i) await server.tell(`for the figures ${i}`);
  await page.getByRole("link", { name: "Figures" }).click();
  await heading(page, "Figures");
  const table = page.getByRole("region", { name: "By urgency" }).first();
  await table.waitFor();
  assert.equal(await table.locator("tbody tr").count(), 12);
  assert.ok((await table.locator("tbody td").allInnerTexts()).every((text) => text === "<5*"));
  await accessible(page, "figures");
  const saving = page.waitForEvent("download");
  await press(page, "Save as a table");
  const saved = readFileSync(await (await saving).path(), "utf8");
  assert.ok(saved.startsWith("\uFEFF\"month\",\"what\",\"by\",\"value\",\"count\"\r\n"));
  assert.ok(!/^"[=+\-@]|,"[=+\-@]/m.test(saved));
  await page.getByLabel("Exact numbers, and this month too").check();
  const newest = page.getByRole("region", { name: "By state" }).first().locator("tbody tr").first();
  await newest.locator("td", { hasText: /^\d+$/ }).first().waitFor();
  assert.deepEqual((await newest.locator("td").allInnerTexts()).map(Number), [2, 2, 0]);
});

test("figures shown and saved are those that are asked for now, whatever was on its way before", async () => {
  const save = page.getByRole("button", { name: "Save as a table" });
  const exact = page.getByLabel("Exact numbers, and this month too");
  await save.waitFor();
  // The line is down: what was exact is gone at once, and cannot be saved as what is held back.
  await page.route("**/api/v1/figures*", (route) => route.abort("connectionreset"));
  await exact.uncheck();
  await page.locator(".line_state", { hasText: "No connection." }).waitFor();
  assert.equal(await page.locator(".numbers").count(), 0);
  assert.equal(await save.count(), 0);
  // Asked for exactly and then not, before the first answer is there: the answer that comes last is not the one that is shown.
  await page.unroute("**/api/v1/figures*");
  let late;
  await page.route("**/api/v1/figures*exact=true*", (route) => new Promise((done) => {
    late = () => done(route.continue());
  }));
  const asked = page.waitForRequest(/figures\?.*exact=true/);
  await exact.check();
  await asked;
  await until(() => late !== undefined, "the exact figures to be asked for");
  await exact.uncheck();
  const cells = page.getByRole("region", { name: "By urgency" }).first().locator("tbody td");
  await cells.first().waitFor();
  await late();
  await settled(page);
  assert.ok((await cells.allInnerTexts()).every((text) => text === "<5*"));
  const saving = page.waitForEvent("download");
  await save.click();
  const saved = await saving;
  assert.equal(saved.suggestedFilename(), "figures.csv");
  assert.match(readFileSync(await saved.path(), "utf8"), /"all","","<5\*"/);
  await page.unroute("**/api/v1/figures*exact=true*");
});

test("who leaves takes no key along of what is written later", async () => {
  const file = place.write("ben", "seis palabras sin conexion alguna\n");
  const link = await invite(page, "ben");
  await place.succeed("member", "enrol", "--invitation", link.split("/").at(-1), "--server", server.console, "--passphrase-file", file);
  const by_config = ["--config", place.config, "--member", "demo", "--passphrase-file", place.passphrase_file];
  await place.let_in("ben", ...by_config);
  const ben = server.as("ben", file);
  await server.tell("a case that goes on");
  const row = (await server.cases("ben", file)).find(({ text }) => text === "a case that goes on");
  await place.succeed("case", "note", row.id, "--text", "while ben was here", ...ben);
  await page.getByRole("link", { name: "Account" }).click();
  await page.getByRole("link", { name: "Members" }).click();
  const member = page.locator(".member", { hasText: "ben" });
  await member.locator("summary").click();
  await member.getByRole("button", { name: "Remove from the desk" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Remove from the desk" }).click();
  await page.getByText("All open cases have new keys.").waitFor();
  assert.equal(await page.getByRole("heading", { name: "Cases need new keys" }).count(), 0);
  // What is written before and after opens in the browser and by the command line.
  await place.succeed("case", "note", row.id, "--text", "when ben had left", ...by_config);
  const { timeline } = JSON.parse(await place.succeed("case", "show", row.id, "--json", ...by_config));
  assert.deepEqual(timeline.filter(({ kind }) => kind === "note").map(({ text }) => text), ["while ben was here", "when ben had left"]);
  await page.getByRole("link", { name: "Queue" }).click();
  // The line that ben wrote about it is written anew.
  await page.locator(".queue_row a", { hasText: "a case that goes on" }).click();
  await page.getByText("when ben had left").waitFor();
  await page.getByText("while ben was here").waitFor();
});

test("no policy was broken", () => {
  book.said.length = 0;
  book.clean(server.console);
});
