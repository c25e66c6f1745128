#!/usr/bin/env node
// Every screen of the shell for everyone: axe in both colours, narrow and wide without scrolling sideways, in both languages, by keyboard.
//   CONSOLE_SCREENS=FOLDER console_access.test.mjs    also keeps a picture of each
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { Place, accessible, at_work, choose_passphrase, chromium, console_desk, console_page, heading, invite, passphrase, press, settled, sign_in } from "./console.mjs";

const pictures = process.env.CONSOLE_SCREENS;
const browser = await chromium();
const { server } = await console_desk();
const forms = [
  { form: "wide light", viewport: { width: 1280, height: 800 }, colorScheme: "light" },
  { form: "wide dark", viewport: { width: 1280, height: 800 }, colorScheme: "dark" },
  { form: "narrow light", viewport: { width: 360, height: 740 }, colorScheme: "light" },
  { form: "narrow dark", viewport: { width: 360, height: 740 }, colorScheme: "dark" },
];

async function look(page, name) {
  for (const { form, viewport, colorScheme } of forms) {
    await page.setViewportSize(viewport);
    await page.emulateMedia({ colorScheme });
    await accessible(page, `${name}, ${form}`);
    const sideways = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    assert.ok(sideways <= 0, `${name}, ${form}: ${sideways} px too wide`);
    if (pictures) await page.screenshot({ path: join(pictures, `${name} ${form}.png`), fullPage: !(await page.locator("dialog[open]").count()) });
  }
  await page.setViewportSize(forms[0].viewport);
  await page.emulateMedia({ colorScheme: "light" });
}

test("before the desk", async () => {
  const { page, context } = await console_page(server, { browser });
  await heading(page, "Sign in");
  await look(page, "sign in");
  await sign_in(page, { words: "not this passphrase" });
  await page.getByText("The name or the passphrase is wrong.").waitFor();
  await look(page, "sign in wrong");
  await page.goto(`${server.console}/#/recover`);
  await heading(page, "Recovery");
  await look(page, "recover");
  await page.goto(`${server.console}/#/join/unknown`);
  await page.getByText("This invitation is unknown").waitFor();
  await look(page, "join unknown");
  await context.close();
});

test("at the desk", async () => {
  const { page, context } = await console_page(server, { browser });
  await sign_in(page);
  await at_work(page);
  const link = await invite(page, "Benedicta Alejandra");
  const guest = await console_page(server, { browser });
  await guest.page.goto(link);
  await guest.page.getByText("You are invited as").waitFor();
  await look(guest.page, "join");
  await choose_passphrase(guest.page, passphrase);
  await press(guest.page, "Join");
  await heading(guest.page, "You have joined");
  await look(guest.page, "sheet");
  await guest.context.close();

  await page.getByRole("link", { name: "Account" }).click();
  await page.getByText("this one").waitFor();
  await look(page, "account");
  await press(page, "Change the passphrase");
  await look(page, "passphrase");
  await press(page, "Close");
  await press(page, "Set up an authenticator app");
  await page.getByRole("img", { name: "QR code" }).waitFor();
  await look(page, "authenticator app");
  await page.getByRole("dialog").getByRole("button", { name: "Close" }).click();
  await page.getByRole("link", { name: "Members" }).click();
  await page.getByText("opens nothing until words are compared").waitFor();
  await look(page, "members");
  await press(page, "Compare words");
  await look(page, "compare");
  await press(page, "Cancel");
  await press(page, "Invite someone");
  await look(page, "invite");
  await press(page, "Cancel");
  await page.locator(".member", { hasText: "Benedicta" }).locator("summary").click();
  await look(page, "member menu");
  await page.getByRole("button", { name: "Remove from the desk" }).click();
  await look(page, "remove");
  await press(page, "Cancel");
  await page.keyboard.press("?");
  await page.getByRole("dialog").waitFor();
  await look(page, "keys");
  await page.keyboard.press("Escape");
  await press(page, "Lock");
  await heading(page, "Locked");
  await look(page, "locked");
  await context.close();
});

test("a second step that must be set up; founding", async () => {
  const real = new Place({ second_factor: "required" });
  const path = /\/#\/found\/[\w-]+/.exec(await real.succeed("init", "--config", real.config))[0];
  const house = await real.serve();
  const { page, context } = await console_page(house, { browser });
  await page.goto(house.console + path);
  await heading(page, "Found the desk");
  await page.getByLabel("Name of the desk").waitFor();
  await look(page, "found");
  await page.getByLabel("Name of the desk").fill("North desk");
  await page.getByLabel("Your name at the desk").fill("maria");
  await choose_passphrase(page, passphrase);
  await press(page, "Found the desk");
  await heading(page, "The desk is founded");
  await look(page, "founded");
  await page.getByLabel("I have it on paper").check();
  await press(page, "Go to sign-in");
  await sign_in(page, { name: "maria" });
  await heading(page, "Set up a second step");
  await look(page, "must enrol");
  await context.close();
});

test("Spanish is chosen by the browser, can be changed, and stays", async () => {
  const { page, context } = await console_page(server, { browser, locale: "es-BZ" });
  await heading(page, "Entrar");
  assert.equal(await page.getAttribute("html", "lang"), "es");
  await accessible(page, "entrar");
  await press(page, "English");
  await heading(page, "Sign in");
  await page.reload();
  await heading(page, "Sign in");
  await press(page, "Espa\u00f1ol");
  await page.getByLabel("Nombre").fill("demo");
  await page.getByLabel("Frase de contrase\u00f1a").fill(passphrase);
  await press(page, "Entrar");
  await page.getByRole("link", { name: "Miembros" }).click();
  await heading(page, "Miembros");
  await look(page, "miembros");
  await page.getByRole("link", { name: "Cuenta" }).click();
  await page.getByRole("heading", { name: "Segundo paso" }).waitFor();
  await look(page, "cuenta");
  await context.close();
});

test("by keyboard alone: sign in, go by keys, a dialog keeps and gives back the focus", async () => {
  const { page, context } = await console_page(server, { browser });
  await heading(page, "Sign in");
  await page.keyboard.type("demo");
  await page.keyboard.press("Tab");
  await page.keyboard.type(passphrase);
  await page.keyboard.press("Enter");
  await at_work(page);
  await settled(page);
  await page.keyboard.press("g");
  await page.keyboard.press("s");
  await heading(page, "demo");
  await settled(page);
  await page.keyboard.press("g");
  await page.keyboard.press("m");
  await heading(page, "Members");
  await page.getByRole("button", { name: "Invite someone" }).focus();
  await page.keyboard.press("Enter");
  await page.getByRole("dialog").waitFor();
  assert.equal(await page.evaluate(() => document.activeElement.closest("dialog") !== null), true);
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "detached" });
  assert.equal(await page.evaluate(() => document.activeElement.textContent), "Invite someone");
  await page.keyboard.press("Shift+L");
  await heading(page, "Locked");
  await context.close();
});

test("colours can be chosen against those of the computer", async () => {
  const { page, context } = await console_page(server, { browser, colorScheme: "light" });
  await sign_in(page);
  await at_work(page);
  await page.getByRole("link", { name: "Account" }).click();
  const paper = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const light = await paper();
  await page.getByLabel("Colours").selectOption("dark");
  assert.notEqual(await paper(), light);
  await page.reload();
  assert.notEqual(await paper(), light);
  await context.close();
});
