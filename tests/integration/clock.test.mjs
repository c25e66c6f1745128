#!/usr/bin/env node
// What goes by the clock, in a running server whose clock is moved: who is called again, what is kept, what is let go, and what is said of
// a clock that somebody set. libfaketime stands between the server and the machine's clock.
//
// Seen red: with DeskSchedule::danger_minutes of a day danger is called for once; with expiry an hour early the answer is gone before its day.
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import test, { after } from "node:test";
import { answers_on, code_on, curl, post_form, token_on, twilio_message, twilio_signature, until } from "./support.mjs";
import { FakeWeb } from "./fake_mail.mjs";
import { lent_session } from "./lent_session.mjs";
import { Moved, skip } from "./moved_clock.mjs";

const danger = { q_safe_now: "no", q_leave: "no" };
const now_words = "Something is waiting at the desk. Please look now.";
const soon_words = "Something is waiting at the desk. Please look soon.";
const webs = [];
const web_for_calls = async () => {
  const web = await FakeWeb.start();
  webs.push(web);
  return web;
};
after(async () => {
  for (const web of webs) await web.stop();
});

test("danger is called for again ten minutes later while nobody has opened it, and not when somebody has", { skip }, async () => {
  const web = await web_for_calls();
  const moved = await Moved.found({ settings: `[[call]]\nntfy = "${web.origin}/t"\n`, both: true });
  const server = await moved.serve();
  const bodies = () => web.calls.map((call) => call.body);
  // Made, and known to be made: what comes after a call is counted from there.
  const calls = (count) => until(() => web.calls.length === count && (server.errors.match(/call_sent/g) ?? []).length === count, `${count} calls`, 60);
  await server.tell("it is very bad", danger);
  await calls(1);
  moved.move("+9m");
  await server.tell("nothing much");                     // wakes those who call; it is not time yet
  moved.move("+11m");
  await server.tell("nothing much either");
  await calls(2);
  assert.deepEqual(bodies(), [now_words, now_words]);
  await server.show((await server.case_of("it is very bad")).id);
  moved.move("+33m");
  await server.tell("it is bad", { q_threat: "yes" });   // what is less urgent calls, so danger was not waiting
  await calls(3);
  assert.deepEqual(bodies(), [now_words, now_words, soon_words]);
  await server.stop();
});

test("what waits past its target calls, although it was not urgent enough to call when it came", { skip }, async () => {
  const web = await web_for_calls();
  const moved = await Moved.found({ settings: `[[call]]\nntfy = "${web.origin}/t"\nurgency = 0\n`, both: true });
  const server = await moved.serve();
  await server.tell("it is bad", { q_threat: "yes" });
  moved.move("+2d");
  await server.tell("nothing much");
  await until(() => web.calls.length === 1, "a call for what waits");
  assert.equal(web.calls[0].body, soon_words);
  await server.stop();
});

test("a clock set back: nothing is refused, taken twice, or let go early, and it is said", { skip }, async () => {
  const moved = await Moved.found();
  let server = await moved.serve();
  const t = token_on((await curl(`${server.public}/en/tell`)).text);
  const form = () => post_form(`${server.public}/en/tell`, { t, q_story: "sent before and after" });
  const code = code_on((await form()).text);
  const text = twilio_message("a text before and after");
  assert.equal((await server.text(text)).status, 200);
  await moved.place.succeed("case", "reply", (await server.case_of("sent before and after")).id, "--text", "we are here", ...server.as());
  const all_there = async () => {
    assert.equal(code_on((await form()).text), code, "the same form is the same report");
    assert.equal((await server.text(text)).status, 200);
    assert.equal((await server.case_of("sent before and after")).reports, 1);
    await server.case_of("a text before and after");
    assert.deepEqual(answers_on((await post_form(`${server.public}/en/answers`, { code })).text), ["we are here"]);
  };
  moved.move("-3d");
  await all_there();
  await server.tell("told while the clock was wrong");
  await until(() => /^warning clock_set seconds=-259(199|2\d\d)$/m.test(server.errors), "the operator to be told");
  await server.stop();
  server = await moved.serve();      // looks for what has expired as it starts
  await until(() => /^warning clock_behind hours=7[12]$/m.test(server.errors), "the operator to be told of a clock that is wrong from the start");
  await all_there();
  await server.stop();
  moved.move("+0");
  server = await moved.serve();
  await all_there();
  await server.case_of("told while the clock was wrong");
  assert.doesNotMatch(server.errors, /clock_set/);
  await server.stop();
});

test("an answer is kept to its day and gone after it", { skip }, async () => {
  const moved = await Moved.found({ settings: "[limits]\nmailbox_days = 7\n" });
  let server = await moved.serve();
  const code = await server.tell("somebody asks");
  await moved.place.succeed("case", "reply", (await server.case_of("somebody asks")).id, "--text", "we are here", ...server.as());
  const answers = async () => answers_on((await post_form(`${server.public}/en/answers`, { code })).text);
  for (const [by, expected] of [["+6d", ["we are here"]], ["+9d", []]]) {
    await server.stop();
    moved.move(by);
    server = await moved.serve();
    assert.equal((await curl(`${server.public}/healthz`)).status, 200);   // a commit, which comes after what was removed at the start
    if (expected.length > 0) assert.deepEqual(await answers(), expected, by);
    else await until(async () => (await answers()).length === 0, "the answer to be gone");
  }
  await server.case_of("somebody asks");
  await server.stop();
});

test("an answer is found after more than all first tags were used and have expired", { skip }, async () => {
  const moved = await Moved.found({ settings: "[limits]\nmailbox_days = 7\n" });
  let server = await moved.serve();
  const code = await server.tell("somebody asks for long");
  const { id } = await server.case_of("somebody asks for long");
  const answer = (text) => moved.place.succeed("case", "reply", id, "--text", text, ...server.as(), { env: moved.env });
  const answers = async () => answers_on((await post_form(`${server.public}/en/answers`, { code })).text);
  // Of 17 parts each: more than the 32 tags that are always asked for.
  const many = ["a", "b"].map((letter) => letter.repeat(62_000));
  for (const text of many) await answer(text);
  assert.deepEqual(await answers(), many);
  await server.stop();
  moved.move("+9d");
  server = await moved.serve();
  await until(async () => (await answers()).length === 0, "those answers to be gone");
  await answer("we are still here");
  assert.deepEqual(await answers(), ["we are still here"]);
  await answer("and tomorrow too");
  assert.deepEqual(await answers(), ["we are still here", "and tomorrow too"]);
  await server.stop();
});

test("a picture that nobody hands out is asked for to its hour, and then the case is told", { skip }, async () => {
  let asked = 0;
  const host = createServer((request, response) => {
    asked += 1;
    response.writeHead(503).end();
  }).listen(0, "127.0.0.1");
  await once(host, "listening");
  const origin = `http://127.0.0.1:${host.address().port}`;
  const moved = await Moved.found({ settings: `[sms.tw]
gateway = "twilio"
token = "text-token"
automatic = "none"
media_origins = ["${origin}"]
[sms.tw.send]
account = "AC${"a".repeat(32)}"
secret = "send-secret"
[limits]
media_hours = 2
text_retry_min = 1
text_retry_max = 1
` });
  // Pictures are given up by the hour: the server's clock stands ten minutes after a full one, so that none ends meanwhile.
  const young = (70 - new Date().getUTCMinutes()) % 60;
  moved.move(`+${young}m`);
  const server = await moved.serve();
  const fields = twilio_message("mira", { From: "+5016230001", NumMedia: "1", MediaUrl0: `${origin}/x`, MediaContentType0: "image/jpeg" });
  const signature = twilio_signature("text-token", "http://report.test/sms/tw", fields);
  assert.equal((await post_form(`${server.public}/sms/tw`, fields, "--header", `X-Twilio-Signature: ${signature}`)).status, 200);
  const { id } = await server.case_of("mira");
  const state = async () => (await server.show(id)).timeline[0].pictures[0].state;
  for (const hours of [0, 1]) {
    const by = `+${young + 60 * hours}m`;
    moved.move(by);
    const before = asked;
    await until(() => asked > before + 2, `the picture to be asked for at ${by}`);
    assert.equal(await state(), "waiting", by);
  }
  moved.move(`+${young + 120}m`);
  await until(async () => (await state()) === "failed", "the case to be told");
  await server.stop();
  host.closeAllConnections();
  host.close();
});

test("a session that nobody uses ends, one that is used does not", { skip }, async () => {
  const moved = await Moved.found({ settings: "[limits]\nsession_idle_minutes = 30\n" });
  const server = await moved.serve();
  const session = await lent_session(moved.place, server);
  const asked = async () => (await curl(`${server.console}/api/v1/desk`, "--header", `Cookie: ${session}`)).status;
  for (const [by, status] of [["+0", 200], ["+29m", 200], ["+58m", 200], ["+89m", 401]]) {
    moved.move(by);
    assert.equal(await asked(), status, by);
  }
  await server.stop();
});

test("a session lasts its hours, and no longer", { skip }, async () => {
  const moved = await Moved.found({ settings: "[limits]\nsession_hours = 1\n" });
  const server = await moved.serve();
  const session = await lent_session(moved.place, server);
  const asked = async () => (await curl(`${server.console}/api/v1/desk`, "--header", `Cookie: ${session}`)).status;
  for (const [by, status] of [["+0", 200], ["+59m", 200], ["+61m", 401]]) {
    moved.move(by);
    assert.equal(await asked(), status, by);
  }
  await server.stop();
});
