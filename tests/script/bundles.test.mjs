#!/usr/bin/env node
// The bundles as they are built in: small enough, and without what they promise to leave alone. Types hold.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "node:test";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { built, packages, root, sources } from "./parts.mjs";

const bundle = (name) => readFileSync(join(built, `${name}.js`));
const kib = 1024;

test("sizes on the wire", (t) => {
  const size = (name) => ({ brotli: brotliCompressSync(bundle(name)).length, gzip: gzipSync(bundle(name), { level: 9 }).length });
  const [page, seal, worker] = ["page", "seal", "worker"].map(size);
  t.diagnostic(`brotli: page ${page.brotli}, seal ${seal.brotli} + worker ${worker.brotli} = ${seal.brotli + worker.brotli} bytes; gzip: ${page.gzip}, ${seal.gzip} + ${worker.gzip} = ${seal.gzip + worker.gzip}`);
  assert.ok(page.gzip <= 4 * kib);
  assert.ok(seal.brotli + worker.brotli <= 40 * kib);
});

test("nothing is kept, said, or put into the page as markup; the history is left alone", () => {
  const never = /\b(localStorage|sessionStorage|indexedDB|serviceWorker|innerHTML|outerHTML|insertAdjacentHTML|document\.write|pushState|replaceState|console|eval|alert|sendBeacon|caches)\b|document\.cookie|location\.href|document\.title\s*=/;
  for (const name of ["page", "seal"]) assert.doesNotMatch(bundle(name).toString(), never, name);
  for (const name of readdirSync(sources).filter((file) => file.endsWith(".ts"))) assert.doesNotMatch(readFileSync(join(sources, name), "utf8").replace(/^\s*\/\/.*$/gm, ""), never, name);
});

test("the script on every page can be read by browsers of 2017", () => {
  // Syntax that came later: optional chaining, ??, spread in objects, async generators, private fields, optional catch.
  assert.doesNotMatch(bundle("page").toString(), /\?\.[a-zA-Z_$[(]|\?\?|\{\.\.\.|async\s*\*|catch\s*\{|#[a-z]+\s*[=(;]|\bimport\(|\d_\d/);
});

test("every text that the script asks for is on the page, and is asked for", () => {
  const parts = ["script_parts", "script_plain_texts"].map((name) => readFileSync(join(root, `web/reporter/${name}.mustache`), "utf8")).join("");
  const offered = new Set([...parts.matchAll(/data-say="([^"]+)"/g)].map((match) => match[1]));
  const code = readdirSync(sources).filter((file) => file.endsWith(".ts")).map((file) => readFileSync(join(sources, file), "utf8")).join("\n");
  const reasons = [...code.matchAll(/export type Reason = ([^;]+);/g)][0][1].match(/"(\w+)"/g).map((text) => text.slice(1, -1));
  const asked = new Set([...reasons, ...[...code.matchAll(/\b(?:say|setMode|Objection)\(([^;{]*)/g)].flatMap((match) => [...match[1].matchAll(/"([\w.]+)"/g)].map((text) => text[1])),
    ...[...code.matchAll(/"(problem\.\w+)"/g)].map((match) => match[1])]);
  for (const name of asked) if (/^(problem\.|mode_|wait_|file_|unsent_)/.test(name) || reasons.includes(name)) assert.ok(offered.has(name), `${name} is on the page`);
  for (const name of offered) assert.ok(asked.has(name), `${name} is asked for`);
});

test("types", () => {
  const place = mkdtempSync(join(tmpdir(), "hotline-types-"));
  try {
    cpSync(sources, place, { recursive: true });
    symlinkSync(join(packages, "node_modules"), join(place, "node_modules"));
    const done = spawnSync(process.execPath, [join(root, "build/npm/node_modules/typescript/bin/tsc"), "--project", place], { encoding: "utf8" });
    assert.equal(done.status, 0, done.stdout);
  } finally {
    rmSync(place, { recursive: true });
  }
});
