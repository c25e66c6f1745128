#!/usr/bin/env node
// Our seal and open against the npm package age-encryption, both ways.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const { HOTLINE_BINARY: hotline, HOTLINE_ROOT: root } = process.env;
assert.ok(hotline && root, "run through ctest, or set HOTLINE_BINARY and HOTLINE_ROOT");
const { load } = await import(`${root}/build/npm/load.mjs`);
const age = await load("age-encryption");

const folder = mkdtempSync(join(tmpdir(), "hotline-interop-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
const file = (name, content) => {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
};
const run = (words, input) => spawnSync(hotline, words, { input, maxBuffer: 1 << 28 });
const succeed = (words, input) => {
  const { status, stdout, stderr } = run(words, input);
  assert.equal(status, 0, stderr.toString());
  return stdout;
};

const identity = await age.generateHybridIdentity();
const recipient = await age.identityToRecipient(identity);
const key = file("key", `# ${recipient}\n${identity}\n`);
const stranger = file("stranger", `${await age.generateHybridIdentity()}\n`);

for (const size of [0, 1, 1024, 65535, 65536, 65537, 400_000]) {
  const plain = randomBytes(size);

  const encrypter = new age.Encrypter();
  encrypter.addRecipient(recipient);
  const theirs = await encrypter.encrypt(new Uint8Array(plain));
  assert.deepEqual(succeed(["open", "-", "--identity", key], theirs), plain, `we open theirs, ${size} bytes`);
  const armored = file("armored", age.armor.encode(theirs));
  assert.deepEqual(succeed(["open", armored, "--identity", key]), plain, `we open their armor, ${size} bytes`);
  assert.equal(run(["open", "-", "--identity", stranger], theirs).status, 1, "a stranger does not");

  const ours = succeed(["seal", "--recipient", recipient], plain);
  const decrypter = new age.Decrypter();
  decrypter.addIdentity(identity);
  const opened = await decrypter.decrypt(new Uint8Array(ours));
  assert.deepEqual(Buffer.from(opened), plain, `they open ours, ${size} bytes`);
}
console.log("age-encryption and hotline open each other's files");
