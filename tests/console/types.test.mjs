#!/usr/bin/env node
// The console's types hold, and those of the API are what server/console/openapi.json says.
//   node tests/console/types.test.mjs            checks both
//   node tests/console/types.test.mjs --write    writes web/console/src/api/schema.ts anew
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "node:test";
import { fileURLToPath } from "node:url";

const root = process.env.HOTLINE_ROOT ?? fileURLToPath(new URL("../..", import.meta.url));
const tools = join(root, "build/npm/node_modules");
const described = join(root, "server/console/openapi.json");
const schema = join(root, "web/console/src/api/schema.ts");

const generate = () => {
  const done = spawnSync(process.execPath, [join(tools, "openapi-typescript/bin/cli.js"), described], { encoding: "utf8", maxBuffer: 1 << 26 });
  assert.equal(done.status, 0, done.stderr);
  return done.stdout;
};

if (process.argv.includes("--write")) {
  writeFileSync(schema, generate());
} else {
  test("the API's types are current: tests/console/types.test.mjs --write mends them", () => {
    assert.ok(readFileSync(schema, "utf8").trimEnd() === generate().trimEnd());
  });

  test("types", () => {
    const place = mkdtempSync(join(tmpdir(), "hotline-types-"));
    try {
      cpSync(join(root, "web/console"), place, { recursive: true });
      symlinkSync(join(root, "build/console_packages/node_modules"), join(place, "node_modules"));
      const done = spawnSync(process.execPath, [join(tools, "typescript/bin/tsc"), "--project", place, "--preserveSymlinks"], { encoding: "utf8" });
      assert.equal(done.status, 0, done.stdout);
    } finally {
      rmSync(place, { recursive: true });
    }
  });
}
