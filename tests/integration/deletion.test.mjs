#!/usr/bin/env node
// A deletion through everything that can come in between: the client killed, the server killed at each step, two at once, somebody who
// answers meanwhile, and members who may not.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import test, { before } from "node:test";
import { Casework, is_deletion } from "./casework.mjs";
import { curl, hotline } from "./support.mjs";

let work;
before(async () => {
  work = await Casework.begin();
});

/** Reads a deleted case's answers: one outcome, and nothing after it. */
const told_once = async (code) => {
  const answers = await work.read(code);
  assert.equal(answers.length, 1, JSON.stringify(answers));
  assert.match(answers[0], /What you sent to us is deleted/);
};

test("killed between the answer and the deletion: the same command finishes it, and the reporter is told once", async () => {
  for (const with_case of [false, true]) {
    const text = `the caseworker's machine dies, ${with_case}`;
    const code = await work.tell(text);
    const { id } = await work.listed(text);
    if (with_case) {
      await work.again(code, { delete: "1" });
      // A case of its own, opened by an answer that is not stored: its tag stays free.
      const stopped = await work.in_between(({ request, sent }) => (sent !== undefined && request.method === "POST" && request.url === "/api/v1/answers" ? "cut" : undefined));
      await work.place.refuse(1, "case", "reply", id, "--text", "never arrives", ...stopped.as());
      stopped.close();
    }
    let reached = 0;
    let dying;
    const between = await work.in_between(({ request, sent }) => {
      if (sent === undefined || !is_deletion(request)) return undefined;
      ++reached;
      dying();
      return "cut";
    });
    const client = spawn(hotline, ["case", "delete", id, "--yes", ...between.as()], { stdio: "ignore" });
    dying = () => client.kill("SIGKILL");
    const signal = await new Promise((resolve) => client.on("close", (_, by) => resolve(by)));
    between.close();
    assert.deepEqual([reached, signal], [1, "SIGKILL"]);
    await told_once(code);
    // Half done, and it says so.
    assert.equal((await work.listed(text)).wish, "delete");
    assert.equal((await work.listed(text)).deletion, "begun");
    assert.match(await work.shown(id), /^! Deletion was begun by demo and is not finished/m);
    assert.match(await work.place.refuse(1, "case", "keep", id, "--text", "after all", ...work.as()), /deletion was begun/);
    await work.place.succeed("case", "delete", id, "--yes", ...work.as());
    assert.equal(await work.listed(text), undefined);
    await told_once(code);
  }
});

test("the server killed at each step of a deletion: the same command finishes it", async () => {
  const steps = [
    ["before the record", ({ request, sent }) => sent !== undefined && request.method === "POST" && /\/events$|\/cases$/.test(request.url)],
    ["after the record", ({ request, status }) => status && request.method === "POST" && /\/events$|\/cases$/.test(request.url)],
    ["after the answer", ({ request, status }) => status && request.method === "POST" && request.url === "/api/v1/answers"],
    ["before the deletion", ({ request, sent }) => sent !== undefined && is_deletion(request)],
    ["after the deletion", ({ request, status }) => status && is_deletion(request)],
  ];
  for (const [step, is_it] of steps) {
    const text = `the server dies ${step}`;
    const photo = work.place.write("photo-2.jpg", randomBytes(100_000));
    const code = await work.tell(text, {}, [`${photo};filename=a.jpg`]);
    const { id } = await work.listed(text);
    await work.again(code, { delete: "1" });
    let killed = false;
    const between = await work.in_between(async (call) => {
      if (killed || !is_it(call)) return undefined;
      killed = true;
      await work.kill();
      return "cut";
    });
    const line = await work.place.refuse(1, "case", "delete", id, "--yes", ...between.as());
    between.close();
    assert.ok(killed, step);
    assert.doesNotMatch(line, /Deleted/);
    await work.serve();
    if (step === "after the deletion") {
      assert.match(await work.place.refuse(1, "case", "delete", id, "--yes", ...work.as()), /no case of that id/);
    } else {
      assert.ok(await work.listed(text), step);
      await work.place.succeed("case", "delete", id, "--yes", ...work.as());
    }
    assert.equal(await work.listed(text), undefined, step);
    await told_once(code);
  }
});

test("two who delete at once: it is deleted, and the reporter is told once", async () => {
  for (let round = 0; round < 3; ++round) {
    const text = `two at once, ${round}`;
    const code = await work.tell(text);
    const { id } = await work.listed(text);
    await work.again(code, { delete: "1" });
    await work.place.succeed("case", "reply", id, "--text", "We will.", ...work.as());   // so that there is a case
    const both = await Promise.all([1, 2].map(() => work.place.hotline("case", "delete", id, "--yes", ...work.as())));
    assert.ok(both.some((done) => done.status === 0), both.map((done) => done.stderr).join());
    for (const done of both.filter((one) => one.status !== 0)) {
      assert.match(done.stderr, /^hotline: .*(A colleague has written in this case at the same time|deleted already|a colleague has deleted it|no case of that id).*\n$/);
    }
    assert.equal(await work.listed(text), undefined);
    const answers = await work.read(code);
    assert.equal(answers.length, 2, JSON.stringify(answers));
    assert.match(answers[1], /is deleted/);
  }
});

test("an answer written while a colleague deletes comes to nothing, and is said to", async () => {
  const text = "answered while it is deleted";
  const code = await work.tell(text);
  const { id } = await work.listed(text);
  let deleted = false;
  // One has read the report and is about to open a case for it with an answer; meanwhile a colleague deletes.
  const between = await work.in_between(async ({ request, sent }) => {
    if (sent === undefined || deleted || request.method !== "POST" || request.url !== "/api/v1/cases") return undefined;
    deleted = true;
    await work.place.succeed("case", "delete", id, "--yes", ...work.as());
    return undefined;
  });
  const reply = await work.place.hotline("case", "reply", id, "--text", "written too late", ...between.as());
  between.close();
  assert.equal(reply.status, 1);
  assert.match(reply.stderr, /^hotline: .*(not there any more|no such thing).*\n$/);
  // The case takes its report in the same commit: without the report there is no case, and nothing is left of it.
  const seen = await work.place.hotline("case", "list", ...work.as());
  assert.equal(seen.status, 0, seen.stderr);
  assert.doesNotMatch(seen.stderr, /messages of a case are deleted/);
  const answers = await work.read(code);
  assert.equal(answers.length, 1, "only that it is deleted");
  assert.match(answers[0], /is deleted/);
});

test("a member of another desk, and one without a key, cannot delete", async () => {
  const text = "not yours to delete";
  const code = await work.tell(text);
  const { id } = await work.listed(text);
  await work.place.succeed("case", "reply", id, "--text", "We read it.", ...work.as());
  const { case: file } = await work.server.show(id);
  assert.match(await work.place.refuse(1, "case", "delete", id, "--yes", ...work.as("rosa")), /no case of that id/);
  assert.match(await work.place.refuse(1, "case", "keep", id, "--text", "x", ...work.as("rosa")), /no case of that id/);

  work.files.ana = work.place.write("ana.passphrase", "ana's own long passphrase\n");
  const invited = await work.place.succeed("member", "invite", "ana", "--role", "supervisor", ...work.as());
  await work.place.succeed("member", "enrol", "--invitation", /^[A-Za-z0-9_-]{32}$/m.exec(invited)[0], "--server", work.server.console, "--passphrase-file", work.files.ana);
  assert.match(await work.place.refuse(1, "case", "delete", id, "--yes", ...work.as("ana")), /Nobody has compared words with you yet/);

  const body = JSON.stringify({ cases: [file], reports: [id] });
  // Of ana nobody has compared words: she deletes nothing, whatever it is.
  for (const [name, status, malformed] of [["rosa", 404, 422], ["ana", 403, 403]]) {
    let cookie;
    const between = await work.in_between(({ request, headers }) => {
      if (headers && request.url === "/api/v1/session" && request.method === "POST") cookie = headers["set-cookie"][0].split(";")[0];
    });
    await (name === "ana" ? work.place.refuse(1, "case", "list", ...between.as(name)) : work.place.succeed("case", "list", ...between.as(name)));
    between.close();
    const call = (sent) => curl(`${work.server.console}/api/v1/deletions`, "--header", `Cookie: ${cookie}`, "--header", "Content-Type: application/json", "--data-binary", sent);
    const answer = await call(body);
    assert.equal(answer.status, status, answer.text);
    assert.equal((await call(JSON.stringify({ cases: [randomBytes(16).toString("hex")], reports: [] }))).status, status);
    for (const wrong of ["{}", '{"cases":[],"reports":[]}', '{"cases":["x"]}', '{"reports":{}}', `{"cases":${JSON.stringify(Array(101).fill(file))}}`]) {
      assert.equal((await call(wrong)).status, malformed, wrong);
    }
  }
  assert.ok(await work.listed(text));
  assert.deepEqual(await work.read(code), ["We read it."]);
});

