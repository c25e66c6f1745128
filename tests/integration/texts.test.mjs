#!/usr/bin/env node
// Answers to people who wrote by SMS: from the command line through the outbox to a gateway's API, and what becomes of them.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test, { before } from "node:test";
import { FakeTwilio } from "./fake_twilio.mjs";
import { Place, post_form, twilio_message, twilio_signature, until } from "./support.mjs";

const token = "text-token";
const secret = "send-secret-nobody-sees";
const account = `AC${"a".repeat(32)}`;
const from = "+15005550006";
const signed = "http://report.test/sms/tw";

let place;
let server;
let fake;
let number = 6_220_000;
const new_number = () => `+501${++number}`;

const settings = (hours = "00:00-24:00") => `
[sms.tw]
gateway = "twilio"
token = "${token}"
automatic = "none"

[sms.tw.send]
url = "${fake.origin}"
account = "${account}"
secret = "${secret}"
from = "${from}"
hours = "${hours}"
time_zone = "Etc/UTC"
per_minute = 60000

[limits]
text_retry_min = 1
text_retry_max = 1
gateway_deadline = 10
`;

before(async () => {
  fake = await FakeTwilio.start({ account, secret, from });
  place = await Place.found({ settings: settings() });
  server = await place.serve();
});

const post = (fields) => post_form(`${server.public}/sms/tw`, fields, "--header", `X-Twilio-Signature: ${twilio_signature(token, signed, fields)}`);
/** A person writes; gives their case. */
async function hear(text, To_us = new_number()) {
  const answer = await post(twilio_message(text, { From: To_us }));
  assert.equal(answer.status, 200, answer.text);
  const found = (await server.cases()).filter((entry) => entry.text === text);
  assert.equal(found.length, 1);
  return { id: found[0].id, number: To_us };
}
const reply = (id, text, ...words) => place.succeed("case", "reply", id, "--text", text, ...words, ...server.as());
/** What has become of the answer that says `text`. */
async function state_of(id, text) {
  const found = (await server.show(id)).timeline.filter((entry) => entry.kind === "reply" && entry.text === text);
  assert.equal(found.length, 1);
  return found[0].sms;
}
const until_state = (id, text, state) => until(async () => (await state_of(id, text)).state === state && state_of(id, text), `${text} to be ${state}`);
const report = (sid, status, more = {}) => post({ MessageSid: sid, SmsSid: sid, MessageStatus: status, To: "+5016220001", From: from, AccountSid: account, ...more });

test("an answer reaches the phone, and the case shows each state", async () => {
  const heard = await hear("Necesito ayuda, no puedo salir");
  assert.match(await reply(heard.id, "Podemos ayudarle. ¿Puede hablar? +1&2"), /^Waiting to leave by tw\./);
  assert.equal((await until_state(heard.id, "Podemos ayudarle. ¿Puede hablar? +1&2", "sent")).reason, "");
  const sent = fake.accepted.find((text) => text.fields.To === heard.number);
  assert.equal(sent.fields.Body, "Podemos ayudarle. ¿Puede hablar? +1&2");
  assert.equal(sent.fields.StatusCallback, signed);
  assert.equal((await report(sent.sid, "sent")).status, 200);
  assert.equal((await state_of(heard.id, sent.fields.Body)).state, "sent", "on its way is nothing new");
  assert.equal((await report(sent.sid, "delivered")).status, 200);
  assert.equal((await state_of(heard.id, sent.fields.Body)).state, "delivered");
  assert.equal((await report(sent.sid, "failed", { ErrorCode: "30003" })).status, 200, "a late contradiction");
  assert.equal((await state_of(heard.id, sent.fields.Body)).state, "delivered", "what was delivered stays so");
  assert.match(await place.succeed("case", "show", heard.id, ...server.as()), /> delivered to the phone/);
});

test("what the gateway refuses is told with its reason", async () => {
  for (const [code, status, reason] of [[21610, 400, "opted-out"], [21211, 400, "bad-number"], [20003, 401, "account"], [21617, 400, "content"], [99999, 400, "other"]]) {
    const heard = await hear(`refused with ${code}`);
    fake.answers.set(heard.number, [{ status, code }]);
    await reply(heard.id, `answer ${code}`);
    const state = await until_state(heard.id, `answer ${code}`, "refused");
    assert.deepEqual([state.reason, state.code], [reason, String(code)]);
  }
});

test("a report of failure is told", async () => {
  const heard = await hear("will not be delivered");
  await reply(heard.id, "never arrives");
  await until_state(heard.id, "never arrives", "sent");
  const { sid } = fake.accepted.find((text) => text.fields.To === heard.number);
  assert.equal((await report(sid, "undelivered", { ErrorCode: "30006" })).status, 200);
  const state = await state_of(heard.id, "never arrives");
  assert.deepEqual([state.state, state.reason, state.code], ["refused", "bad-number", "30006"]);
});

test("too many requests, and a gateway that is away for a while: it is sent once, later", async () => {
  const heard = await hear("busy gateway");
  fake.answers.set(heard.number, [{ status: 429, code: 20429, headers: { "Retry-After": "1" } }, { status: 503, code: 0 }]);
  await reply(heard.id, "third time lucky");
  await until_state(heard.id, "third time lucky", "sent");
  assert.equal(fake.accepted.filter((text) => text.fields.To === heard.number).length, 1);

  const again = await hear("gateway away");
  const { port } = fake;
  await fake.stop();
  await reply(again.id, "while it is away");
  assert.equal((await state_of(again.id, "while it is away")).state, "waiting");
  await until(() => server.errors.includes("text_not_taken"), "a try that fails");
  const before_stop = fake;
  fake = await FakeTwilio.start({ account, secret, from, port });
  fake.accepted = before_stop.accepted;
  await until_state(again.id, "while it is away", "sent");
  assert.equal(fake.accepted.filter((text) => text.fields.To === again.number).length, 1);
});

test("a line that breaks after the text was handed over: not sent again, and said so", async () => {
  const heard = await hear("broken line");
  fake.answers.set(heard.number, ["drop"]);
  const before_it = fake.requests;
  await reply(heard.id, "perhaps");
  assert.equal((await until_state(heard.id, "perhaps", "not-sent")).reason, "perhaps-sent");
  assert.equal(fake.requests, before_it + 1);
});

test("a gateway that answers nonsense, too much, or without an end; one that sends us elsewhere", async () => {
  for (const [answer, state, reason] of [["page", "not-sent", "perhaps-sent"], ["flood", "not-sent", "perhaps-sent"], ["drip", "not-sent", "perhaps-sent"], ["redirect", "refused", "other"]]) {
    const heard = await hear(`answered by ${answer}`);
    fake.answers.set(heard.number, [answer]);
    const count = fake.requests;
    await reply(heard.id, `${answer} text`);
    assert.equal((await until_state(heard.id, `${answer} text`, state)).reason, reason, answer);
    assert.equal(fake.requests, count + 1, "once, and nowhere else");
  }
});

test("a graceful end waits for the text in the air", async () => {
  const heard = await hear("in the air when the server is told to end");
  fake.answers.set(heard.number, ["hold"]);
  const held = fake.held.length;
  await reply(heard.id, "answered at the last moment");
  await until(() => fake.held.length > held, "the text to be in the air");
  const ended = server.stop();
  fake.held.at(-1).accept();
  await ended;
  server = await place.serve();
  assert.equal((await state_of(heard.id, "answered at the last moment")).state, "sent");
});

test("a text that waits when the server ends is not lost silently", async () => {
  const waiting = await hear("waits when the server ends");
  const held = await hear("being handed over when the server ends");
  fake.answers.set(waiting.number, Array(50).fill({ status: 503, code: 0 }));
  await reply(waiting.id, "one that waits");
  await until(() => fake.answers.get(waiting.number).length < 50, "a try");
  fake.answers.set(held.number, ["hold"]);
  await reply(held.id, "one in the air");
  await until(() => fake.held.at(-1)?.fields.To === held.number, "the text to be in the air");
  server.child.kill("SIGKILL");
  await server.ended;
  server = await place.serve();
  assert.deepEqual(await state_of(waiting.id, "one that waits").then(({ state, reason }) => [state, reason]), ["not-sent", "restarted"]);
  assert.deepEqual(await state_of(held.id, "one in the air").then(({ state, reason }) => [state, reason]), ["not-sent", "perhaps-sent"]);
});

test("STOP silences a number, before and after a restart, until START", async () => {
  const heard = await hear("first words before stop");
  await post(twilio_message(" Stop. ", { From: heard.number }));
  const line = await place.refuse(1, "case", "reply", heard.id, "--text", "may I?", ...server.as());
  assert.match(line, /asked for no more texts \(STOP\)/);
  // Nor by hand-made means, while the process knows.
  assert.match(await place.refuse(1, "case", "reply", heard.id, "--text", "may I?", "--after-stop", ...server.as()), /START/);
  await server.stop();
  server = await place.serve();
  assert.match(await place.refuse(1, "case", "reply", heard.id, "--text", "may I?", ...server.as()), /STOP/);
  await post(twilio_message("START", { From: heard.number }));
  await reply(heard.id, "welcome back");
  await until_state(heard.id, "welcome back", "sent");
  const content = (await server.show(heard.id)).timeline.map((entry) => entry.content?.flags ?? []);
  assert.ok(content.some((flags) => flags.includes("opt-out")) && content.some((flags) => flags.includes("opt-in")), "the desk is told, sealed");
});

test("outside the hours a text waits, unless it may leave at any hour", async () => {
  const hour = new Date().getUTCHours();
  const two = (value) => String((value + 24) % 24).padStart(2, "0");
  await server.stop();
  const text = readFileSync(place.config, "utf8");
  place.write("hotline.toml", text.replace(/hours = "[^"]*"/, `hours = "${two(hour + 3)}:00-${two(hour + 5)}:00"`));
  server = await place.serve();
  const heard = await hear("at night");
  await reply(heard.id, "in the morning");
  await reply(heard.id, "right now", "--at-any-hour");
  await until_state(heard.id, "right now", "sent");
  assert.equal((await state_of(heard.id, "in the morning")).state, "waiting");
  await server.stop();
  place.write("hotline.toml", text);
  server = await place.serve();
});

test("too long, empty, no way out: refused with what to do", async () => {
  const heard = await hear("bad input");
  assert.match(await place.refuse(1, "case", "reply", heard.id, "--text", "x".repeat(1531), ...server.as()), /ten texts/);
  assert.match(await place.refuse(1, "case", "reply", heard.id, "--text", "á".repeat(671), ...server.as()), /ten texts/);
  assert.match(await place.refuse(1, "case", "reply", heard.id, "--text", "local", "--config", place.config, "--member", "demo", "--passphrase-file", place.passphrase_file), /--server/);
  const other = twilio_message("by a gateway that cannot send");
  await server.text(other);
  const found = await server.case_of(other.Body);
  assert.match(await place.refuse(1, "case", "reply", found.id, "--text", "no", ...server.as()), /\[sms\.demo\.send\]/);
});

test("nothing of numbers, words or secrets reaches the log", () => {
  for (const word of ["6220", "may I?", secret, "third time", from.slice(1)]) assert.ok(!server.errors.includes(word) && !server.output.includes(word), word);
});
