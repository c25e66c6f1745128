#!/usr/bin/env node
// The console as it is built in: small enough, the same each time, and without what its policy would stop.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "node:test";
import { root } from "./parts.mjs";

const places = [1, 2].map(() => mkdtempSync(join(tmpdir(), "hotline-console-")));
process.on("exit", () => places.forEach((place) => rmSync(place, { recursive: true })));
for (const place of places) {
  const done = spawnSync(process.execPath, [join(root, "web/console/build.mjs"), join(root, "web/console"), join(root, "build/console_packages"), place], { encoding: "utf8" });
  assert.equal(done.status, 0, done.stderr);
}
const file = (name, place = places[0]) => readFileSync(join(place, name));

test("script, worker and style are 250 KiB on the wire at most, together", (t) => {
  for (const coding of ["br", "gz"]) {
    const sizes = ["console.js", "worker.js", "console.css"].map((name) => file(`${name}.${coding}`).length);
    const sum = sizes.reduce((all, one) => all + one);
    t.diagnostic(`${coding}: ${sizes.join(" + ")} = ${sum} bytes`);
    assert.ok(sum <= 250 * 1024);
  }
});

test("built twice it is the same, so that its words are", () => {
  for (const name of ["index.html", "console.js", "worker.js", "console.css"]) assert.ok(file(name).equals(file(name, places[1])), name);
});

test("nothing inline, nothing evaluated, nobody else named; the worker asks nobody for anything", () => {
  const page = file("index.html").toString();
  assert.doesNotMatch(page, /<style|<script(?![^>]*integrity=)| on\w+=|style=/);
  for (const name of ["console.js", "worker.js"]) assert.doesNotMatch(file(name).toString(), /\beval\(|new Function\(|document\.write|importScripts|\bWebSocket\b|\bEventSource\b|sendBeacon/, name);
  assert.doesNotMatch(file("worker.js").toString(), /(?<![.\w}])fetch\(|XMLHttpRequest/);
  assert.doesNotMatch(file("console.css").toString(), /url\(|@import/);
});
