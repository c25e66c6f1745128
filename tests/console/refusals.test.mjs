#!/usr/bin/env node
// What the server refuses is said in the person's language: every refusal that its sources word is known to the console.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { part, root } from "./parts.mjs";

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
