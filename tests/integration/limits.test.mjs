#!/usr/bin/env node
// Bounds of config/limits that a client can touch, from both sides, on a server where they are as low as they may be set: what is exactly at
// the bound is taken, one more is refused with 413. The bounds that need a clock, threads or many connections have their tests elsewhere;
// docs/soundness.md lists them all.
//
// Seen red: with `>` made `>=` where text, fields and files are counted (server/intake/submission.cpp) what is exactly at the bound is refused.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import test, { before } from "node:test";
import { lent_session } from "./lent_session.mjs";
import { Place, curl, hotline, post_form, post_multipart, run } from "./support.mjs";

const limit = { console_sessions_max: 3, form_bytes_max: 4096, form_fields_max: 50, file_bytes_max: 64 * 1024, files_max: 5, body_bytes_max: 256 * 1024, api_body_bytes_max: 64 * 1024 };
const report_bytes_max = 128 * 1024;   // no setting: docs/formats.md
let place;
let server;
before(async () => {
  place = await Place.found({ settings: `[limits]\n${Object.entries(limit).map(([name, value]) => `${name} = ${value}\n`).join("")}` });
  server = await place.serve();
});
const sessions = [];
const tell = () => `${server.public}/en/tell`;
const file = (name, bytes) => `${place.write(name, randomBytes(bytes))};filename=${name};type=image/jpeg`;
const status = async (answer) => (await answer).status;

test("text of a form", async () => {
  const name = "q_story";
  const words = (count) => ({ [name]: "x".repeat(count - name.length) });
  for (const post of [post_form, post_multipart]) {
    assert.equal(await status(post(tell(), words(limit.form_bytes_max))), 200);
    assert.equal(await status(post(tell(), words(limit.form_bytes_max + 1))), 413);
  }
});

test("fields of a form", async () => {
  const fields = (count) => Object.fromEntries([["q_story", "words"], ...Array.from({ length: count - 1 }, (_, i) => [`more${i}`, ""])]);
  for (const post of [post_form, post_multipart]) {
    assert.equal(await status(post(tell(), fields(limit.form_fields_max))), 200);
    assert.equal(await status(post(tell(), fields(limit.form_fields_max + 1))), 413);
  }
});

test("a file, and how many", async () => {
  assert.equal(await status(post_multipart(tell(), {}, [file("whole", limit.file_bytes_max)])), 200);
  assert.equal(await status(post_multipart(tell(), {}, [file("more", limit.file_bytes_max + 1)])), 413);
  const small = (count) => Array.from({ length: count }, (_, i) => file(`small${i}`, 10));
  assert.equal(await status(post_multipart(tell(), {}, small(limit.files_max))), 200);
  assert.equal(await status(post_multipart(tell(), {}, small(limit.files_max + 1))), 413);
});

test("all files together", async () => {
  const files = (bytes) => [1, 2, 3, 4].map((i) => file(`together${i}`, 60_000)).concat(file("together5", bytes - 240_000));
  assert.equal(await status(post_multipart(tell(), {}, files(limit.body_bytes_max))), 200);
  assert.equal(await status(post_multipart(tell(), {}, files(limit.body_bytes_max + 1))), 413);
});

test("a whole body", async () => {
  // Announced, and refused or not before it is sent.
  const announced = async (bytes) => {
    const { status: answered } = await curl(`${server.public}/api/v1/reports`, "--request", "POST", "--header", "Content-Type: multipart/form-data; boundary=b",
      "--header", "Expect:", "--data-binary", `@${place.write("body", Buffer.alloc(bytes, "x"))}`);
    return answered;
  };
  assert.notEqual(await announced(limit.body_bytes_max), 413);
  assert.equal(await announced(limit.body_bytes_max + 1), 413);
});

test("a sealed report", async () => {
  const { epoch } = JSON.parse((await curl(`${server.public}/api/v1/desk`)).text);
  const sealed = async (bytes) => (await run(hotline, ["seal", "--recipient", epoch.recipient], { input: Buffer.alloc(bytes, " ") })).stdout;
  const send = async (bytes) => status(curl(`${server.public}/api/v1/reports`, "--form", `report=@${place.write("report", await sealed(bytes))}`, "--form", `epoch=${epoch.id}`));
  assert.equal(await send(report_bytes_max), 201);
  assert.equal(await send(2 * report_bytes_max), 413);
});

test("JSON to the console", async () => {
  const session = await lent_session(place, server);
  sessions.push(session);
  const post = (bytes) => curl(`${server.console}/api/v1/cases`, "--header", `Cookie: ${session}`, "--header", "Content-Type: application/json", "--header", "Expect:",
    "--data-binary", `@${place.write("json", `{"a":"${"x".repeat(bytes - 8)}"}`)}`);
  const at = await post(limit.api_body_bytes_max);
  assert.ok([400, 422].includes(at.status), `read, and found to be nonsense: ${at.status}`);
  assert.equal((await post(limit.api_body_bytes_max + 1)).status, 413);
});

test("sessions at the same time: who comes has one, and an earlier one makes room", async () => {
  const alive = async (session) => (await curl(`${server.console}/api/v1/desk`, "--header", `Cookie: ${session}`)).status === 200;
  while (sessions.length < limit.console_sessions_max) sessions.push(await lent_session(place, server));
  for (const session of sessions) assert.ok(await alive(session));
  sessions.push(await lent_session(place, server));
  assert.ok(await alive(sessions.at(-1)));
  assert.equal((await Promise.all(sessions.map(alive))).filter(Boolean).length, limit.console_sessions_max);
});
