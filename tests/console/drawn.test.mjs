#!/usr/bin/env node
// What screens show and keep while a line breaks and words change: drawn without a browser.
import assert from "node:assert/strict";
import test from "node:test";
import { begin_desk, tell } from "./pages.mjs";
import { draw } from "./screen.mjs";

const screens = { unsure_link: "screens/casework/unsure_link" };
const ana = await begin_desk({ preact: "preact", ...screens });
const { server } = ana;

test("whoever is asked whether messages belong to a case reads them whole", async () => {
  const words = `Words that go on. ${"More of them. ".repeat(60)}And this is how they end.`;
  const file = await ana.files.loadReport(await tell(server, { text: words, answers: { q_contact: "at night" } }));
  const { text } = draw(ana, ana.unsure_link.UnsureLink, { file: { ...file, unsure: file.reports }, viewing: () => undefined });
  assert.match(text(), /And this is how they end\./);
  assert.match(text(), /at night/);
});
