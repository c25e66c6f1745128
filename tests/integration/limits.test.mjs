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
import { Place, curl, hotline, post_form, post_multipart, problem_on, run, token_on } from "./support.mjs";

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
/** Refused, and told how much is taken. */
const too_large = ({ status: answered, text }, words) => {
  assert.equal(answered, 413, text);
  assert.equal(JSON.parse(text).detail, words);
};

test("text of a form", async () => {
  const name = "q_story";
  const words = (count) => ({ [name]: "x".repeat(count - name.length) });
  for (const post of [post_form, post_multipart]) {
    assert.equal(await status(post(tell(), words(limit.form_bytes_max))), 200);
    assert.equal(await status(post(tell(), words(limit.form_bytes_max + 1))), 413);
  }
});

test("what cannot be read to its end: the form is empty, and nobody is told otherwise", async () => {
  const still_there = /What you typed is still here/;
  const anew = (answer, code, words) => {
    assert.equal(answer.status, code);
    assert.match(problem_on(answer.text), words);
    assert.doesNotMatch(answer.text, still_there);
    assert.ok(token_on(answer.text), "a form to begin again with");
  };
  const shorter = await post_form(tell(), { q_story: "x".repeat(limit.form_bytes_max + 1) });
  assert.match(shorter.text, still_there);
  assert.match(shorter.text, /x{4000}/);
  const fields = Object.fromEntries(Array.from({ length: limit.form_fields_max + 1 }, (_, i) => [`more${i}`, ""]));
  for (const post of [post_form, post_multipart]) {
    anew(await post(tell(), { q_who: "me", q_story: "x".repeat(4 * limit.form_bytes_max + 1) }), 413, /^That is more text than we can take/);
    anew(await post(tell(), fields), 413, /^Something did not work/);
    const answers = await post(`${server.public}/en/answers`, { code: "K7QX-2M9P-4RTW-8ZHC", message: "x".repeat(4 * limit.form_bytes_max + 1) });
    assert.equal(answers.status, 413);
    assert.match(problem_on(answers.text), /^That is more text than we can take/);
  }
  const cut = place.write("cut", "--b\r\nContent-Disposition: form-data; name=\"q_story\"\r\n\r\nwords");
  anew(await curl(tell(), "--header", "Content-Type: multipart/form-data; boundary=b", "--data-binary", `@${cut}`), 400, /^Not all of it reached us/);
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
    const answer = await curl(`${server.public}/api/v1/reports`, "--request", "POST", "--header", "Content-Type: multipart/form-data; boundary=b",
      "--header", "Expect:", "--data-binary", `@${place.write("body", Buffer.alloc(bytes, "x"))}`);
    return answer;
  };
  assert.notEqual((await announced(limit.body_bytes_max)).status, 413);
  too_large(await announced(limit.body_bytes_max + 1), `The body of a request here has at most ${limit.body_bytes_max} bytes.`);
  too_large(await curl(`${server.public}/api/v1/desk`, "--request", "GET", "--data-binary", "x"), "This address takes no body.");
  too_large(await curl(`${server.public}/api/v1/mailbox`, "--data-binary", "x".repeat(1025)), "The body of a request here has at most 1024 bytes.");
});

test("a sealed report", async () => {
  const { epoch } = JSON.parse((await curl(`${server.public}/api/v1/desk`)).text);
  const sealed = async (bytes) => (await run(hotline, ["seal", "--recipient", epoch.recipient], { input: Buffer.alloc(bytes, " ") })).stdout;
  const send = async (bytes) => curl(`${server.public}/api/v1/reports`, "--form", `report=@${place.write("report", await sealed(bytes))}`, "--form", `epoch=${epoch.id}`);
  assert.equal((await send(report_bytes_max)).status, 201);
  too_large(await send(200_000), "The part named report has at most 196608 bytes.");
});

test("JSON to the console", async () => {
  const session = await lent_session(place, server);
  sessions.push(session);
  const post = (bytes) => curl(`${server.console}/api/v1/cases`, "--header", `Cookie: ${session}`, "--header", "Content-Type: application/json", "--header", "Expect:",
    "--data-binary", `@${place.write("json", `{"a":"${"x".repeat(bytes - 8)}"}`)}`);
  const at = await post(limit.api_body_bytes_max);
  assert.ok([400, 422].includes(at.status), `read, and found to be nonsense: ${at.status}`);
  too_large(await post(limit.api_body_bytes_max + 1), `The body of a request here has at most ${limit.api_body_bytes_max} bytes.`);
});

test("JSON from whoever has no session", async () => {
  const post = (bytes) => curl(`${server.console}/api/v1/members`, "--header", "Content-Type: application/json", "--header", "Expect:",
    "--data-binary", `@${place.write("json", `{"a":"${"x".repeat(bytes - 8)}"}`)}`);
  assert.equal((await post(16 * 1024)).status, 422, "read, and found to be nonsense");
  too_large(await post(16 * 1024 + 1), "The body of a request here has at most 16384 bytes.");
});

test("sessions at the same time: who comes has one, and an earlier one makes room", async () => {
  const alive = async (session) => (await curl(`${server.console}/api/v1/desk`, "--header", `Cookie: ${session}`)).status === 200;
  while (sessions.length < limit.console_sessions_max) sessions.push(await lent_session(place, server));
  for (const session of sessions) assert.ok(await alive(session));
  sessions.push(await lent_session(place, server));
  assert.ok(await alive(sessions.at(-1)));
  assert.equal((await Promise.all(sessions.map(alive))).filter(Boolean).length, limit.console_sessions_max);
});
