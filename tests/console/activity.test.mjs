#!/usr/bin/env node
// Every act that the server records, and everything that it is done to, has words in both languages.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { part, root } from "./parts.mjs";

const source = readFileSync(join(root, "server/console/case_records.cpp"), "utf8");
const names = (kind) => [...source.matchAll(new RegExp(String.raw`${kind}::\w+, "([a-z-]+)"`, "g"))].map(([, name]) => name.replaceAll("-", "_"));
const words = async (language) => ({ ...(await part(`words/${language}_casework`))[language], ...(await part(`words/${language}_desk`))[language] });

for (const language of ["en", "es"]) {
  test(`acts and subjects in ${language}`, async () => {
    const known = await words(language);
    const [acts, subjects] = [names("Act"), names("SubjectKind").filter((name) => name !== "none")];
    assert.ok(acts.length >= 32 && subjects.length >= 9);
    assert.deepEqual(acts.filter((act) => !known[`act_${act}`]), []);
    assert.deepEqual(subjects.filter((subject) => !known[`subject_${subject}`]), []);
  });
}
