#!/usr/bin/env node
// 50 MiB pass through seal and open, and the largest resident size does not grow on the way.
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const { HOTLINE_BINARY: hotline, HOTLINE_ROOT: root } = process.env;
assert.ok(hotline && root, "run through ctest, or set HOTLINE_BINARY and HOTLINE_ROOT");
const folder = mkdtempSync(join(tmpdir(), "hotline-memory-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));

const MiB = 1024 * 1024;
const growth_kib_max = 4096;
const peak_kib = (pid) => Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))[1]);

/** Feeds `input` and gives the output, having looked at the peak when some and when nearly all had come out. */
async function pass(words, input) {
  const child = spawn(hotline, words, { stdio: ["pipe", "pipe", "inherit"] });
  const ended = new Promise((resolve) => child.on("exit", resolve));
  // The last bytes are held back, so that the program is alive, and waiting, at the second look.
  const held = input.length - 1;
  child.stdin.write(input.subarray(0, held));
  const output = [];
  let bytes = 0;
  let early;
  let late;
  for await (const piece of child.stdout) {
    output.push(piece);
    bytes += piece.length;
    if (early === undefined && bytes > 2 * MiB) early = peak_kib(child.pid);
    if (late === undefined && bytes > input.length - MiB) {
      late = peak_kib(child.pid);
      child.stdin.end(input.subarray(held));
    }
  }
  assert.equal(await ended, 0);
  assert.ok(late - early < growth_kib_max, `${words[0]}: the peak grew by ${late - early} KiB on the way`);
  return Buffer.concat(output);
}

const made = spawnSync(join(root, "build/deps/age/usr/bin/age-keygen"), ["-pq"], { encoding: "utf8" });
assert.equal(made.status, 0, "age-keygen; run deploy/dependencies if it is missing");
const key = join(folder, "key");
writeFileSync(key, made.stdout);
const recipient = /public key: (age1pq1\S+)/.exec(made.stdout)[1];

const input = Buffer.alloc(50 * MiB);
for (let at = 0; at < input.length; at += 4) input.writeUInt32LE((at * 2654435761) >>> 0, at);
const sealed = await pass(["seal", "--recipient", recipient], input);
const opened = await pass(["open", "-", "--identity", key], sealed);
const digest = (data) => createHash("sha256").update(data).digest("hex");
assert.equal(digest(opened), digest(input));
