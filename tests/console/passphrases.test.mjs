#!/usr/bin/env node
// What may be a passphrase, as the program says it too (tests/unit/cli/passphrase_rules_test.cpp).
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { part, root } from "./parts.mjs";

const { weakness } = await part("keys/passphrase_rules");
const { name, short, common, good } = JSON.parse(readFileSync(join(root, "tests/vectors/formats/passphrases.json"), "utf8"));

test("short and common passphrases are told from good ones", () => {
  for (const one of short) assert.equal(weakness(one, name), "passphrase_short", one);
  for (const one of common) assert.equal(weakness(one, name), "passphrase_common", one);
  for (const one of good) assert.equal(weakness(one, name), undefined, one);
});
