#!/usr/bin/env node
// What the server refuses is said in the person's language: every refusal that its sources word is known to the console.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { part, root, together } from "./parts.mjs";

const { refusalDetails, refusalWords } = await part("words/refusals");
const folder = join(root, "server/console");
const source = readdirSync(folder).filter((name) => name.endsWith(".cpp")).map((name) => readFileSync(join(folder, name), "utf8")).join("\n");
const literal = String.raw`"(?:[^"\\]|\\.)*"`;
const worded = new RegExp(String.raw`problem_response\((\w+),\s*${literal},\s*((?:${literal}\s*)+)(,\s*${literal})?\)`, "g");
/** Without those that have a type: the console tells them apart by it. 4xx that only a program meets are left out. */
const said = [...source.matchAll(worded)].filter(([, status, , type]) => !type && !["400", "401", "405", "408", "431"].includes(status))
  .map(([, , detail]) => [...detail.matchAll(new RegExp(literal, "g"))].map(([one]) => JSON.parse(one)).join(""));

test("each of the server's refusals has words in both languages", () => {
  assert.ok(said.length > 30, `${said.length} found`);
  for (const detail of said) {
    assert.ok(refusalWords(detail, "en"), detail);
    const spanish = refusalWords(detail, "es");
    assert.ok(spanish && spanish !== detail, detail);
  }
  assert.equal(refusalWords("Expected a number.", "es"), undefined);
});

test("and none is kept that the server does not say", () => {
  const typed = [...source.matchAll(worded)].map(([, , detail]) => [...detail.matchAll(new RegExp(literal, "g"))].map(([one]) => JSON.parse(one)).join(""));
  assert.deepEqual(refusalDetails.filter((detail) => !typed.includes(detail)), []);
});

test("what was wrong is told at once and not sent again, also where too many who were wrong wait", async (t) => {
  const { client } = await together({ client: "api/client" });
  const detail = "This was wrong, and too many others who were wrong wait for their answer. Try again in half a minute.";
  assert.ok(refusalWords(detail, "es"));
  assert.ok(source.includes(detail));
  const { fetch } = globalThis;
  t.after(() => { globalThis.fetch = fetch; });
  let asked = 0;
  globalThis.fetch = async () => {
    assert.ok(++asked < 2, "once");
    return new Response(JSON.stringify({ type: "wrong-busy", title: "Not now", status: 503, detail }), { status: 503, headers: { "Retry-After": "30" } });
  };
  await assert.rejects(client.api.post("/api/v1/session", { body: {} }), (error) => error.status === 503 && error.detail === detail);
  assert.equal(client.connection.value, "fine");
});
