#!/usr/bin/env node
// What the server itself answers to texts: one question at a time in the language of the first words, danger at any point, one neutral
// acknowledgement or nothing; and that nothing of it is on disk, in a log, or in memory afterwards.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test, { before } from "node:test";
import { FakeTwilio } from "./fake_twilio.mjs";
import { each_window, files_below, marker, Search, search_memory } from "./memory.mjs";
import { Place, post_form, root, twilio_message, twilio_signature, until } from "./support.mjs";

const token = "text-token";
const secret = "send-secret-nobody-sees";
const account = `AC${"a".repeat(32)}`;
const from = "+15005550006";

let place;
let server;
let fake;
let number = 6_230_000;
const new_number = () => `+501${++number}`;

const gateway = (name, automatic, send = true) => `
[sms.${name}]
gateway = "twilio"
token = "${token}"
${automatic ? `automatic = "${automatic}"` : ""}
${send ? `[sms.${name}.send]
url = "${fake.origin}"
account = "${account}"
secret = "${secret}"
from = "${from}"
hours = "03:00-03:01"
per_minute = 60000` : ""}
`;
const settings = () => `
[emergency]
phone = "911"
${gateway("tw")}${gateway("neutral", "neutral")}${gateway("none", "none")}${gateway("silent", "guided", false)}
[limits]
text_retry_min = 1
text_retry_max = 1
gateway_deadline = 120
`;

before(async () => {
  fake = await FakeTwilio.start({ account, secret, from });
  place = await Place.found({ settings: settings() });
  server = await place.serve();
});

/** A text reaches us by a gateway; it must be taken. */
async function deliver(fields, by = "tw") {
  const url = `http://report.test/sms/${by}`;
  const answer = await post_form(`${server.public}/sms/${by}`, fields, "--header", `X-Twilio-Signature: ${twilio_signature(token, url, fields)}`);
  assert.equal(answer.status, 200, answer.text);
}
const write = (person, text, by, more = {}) => deliver(twilio_message(text, { From: person, ...more }), by);
const texts_to = (person) => fake.accepted.filter(({ fields }) => fields.To === person).map(({ fields }) => fields.Body);
/** Writes, and gives the texts that come back: as many as `count`. */
async function ask(person, text, count = 1, by = "tw") {
  const had = texts_to(person).length;
  await write(person, text, by);
  await until(() => texts_to(person).length >= had + count, `${count} texts in answer to ${text}`);
  return texts_to(person).slice(had);
}
/** That nothing was answered until now: what leaves by one gateway leaves in its order, so somebody else's answer comes after it. */
async function silence(by = "tw") {
  const seen = fake.accepted.length;
  const other = new_number();
  await write(other, "hello", by);
  await until(() => texts_to(other).length === 1, "the answer to somebody else");
  return fake.accepted.slice(seen).filter(({ fields }) => fields.To !== other).map(({ fields }) => fields.Body);
}
async function case_with(text) {
  const found = (await server.cases()).filter((entry) => entry.text === text);
  assert.equal(found.length, 1, text);
  return found[0].id;
}

const wording = JSON.parse(readFileSync(`${root}/tests/vectors/sms/wording.json`, "utf8"));
/** A pattern for a text of the wording, with its code and number. */
const said = (key, language) => new RegExp(`^${wording[key][language].replace(/[.*+?^$()[\]\\|]/g, "\\$&").replace("{code}", "([A-Z]+-\\d\\d-[A-Z]+-\\d)").replace("{phone}", "911")}$`);

for (const [language, words] of Object.entries({
  en: { first: "I need help please", yes: "Yes", skip: "skip", where: "Belmopan, the bakery by the bridge" },
  es: { first: "Necesito ayuda por favor", yes: "Sí", skip: "SALTAR", where: "Belmopán, la panadería del puente" },
})) {
  test(`a whole conversation (${language}), at any hour, and the case says what each text answers`, async () => {
    const person = new_number();
    const [safe] = await ask(person, words.first);
    assert.match(safe, said("safe", language));
    const [must_tell, child] = await ask(person, words.yes, 2);
    assert.match(must_tell, said("must_tell", language), "what we must tell stands before the question");
    assert.match(child, said("child", language));
    assert.match((await ask(person, words.skip))[0], said("leave", language));
    assert.match((await ask(person, "2"))[0], said("where", language));
    const [last] = await ask(person, words.where);
    assert.match(last, said("code", language));
    const [, code] = said("code", language).exec(last);
    await write(person, `One more thing (${language})`);
    assert.deepEqual(await silence(), [], "all was asked");
    assert.equal(texts_to(person).length, 6);

    const id = await case_with(words.first);
    const { timeline } = await server.show(id);
    assert.deepEqual(timeline.map((entry) => [entry.text, entry.content.asked?.question]), [[words.first, undefined], [words.yes, "safe"], [words.skip, "child"],
      ["2", "leave"], [words.where, "where"], [`One more thing (${language})`, ""]]);
    assert.deepEqual(timeline.at(-1).content.asked, { question: "", language, code });
    const page = await place.succeed("case", "show", id, ...server.as());
    assert.ok(page.includes(`\n  asked: ${wording.leave.en}\n  2\n`), page);
    assert.ok(page.includes(`Was told the code ${code} by text`), page);
  });
}

test("the language is asked when the first words do not tell it", async () => {
  const person = new_number();
  assert.deepEqual(await ask(person, "??"), ["1 English  2 Español"]);
  assert.match((await ask(person, "2"))[0], said("safe", "es"));
  const [no] = await ask(person, "no, está aquí");
  assert.match(no, said("not_safe", "es"));
  // The desk is warned, and the command line with it, also when more was written since.
  const id = await case_with("??");
  await write(person, "ok");
  await write(person, "no me conteste");
  assert.deepEqual(await silence(), []);
  assert.match(await place.refuse(1, "case", "reply", id, "--text", "¿Está bien?", ...server.as()), /not safe to get texts/);
  assert.match(await place.succeed("case", "show", id, ...server.as()), /! said that it is not safe to get texts/);
});

test("danger at any point: at once, with the number of the settings, and priority 0", async () => {
  const person = new_number();
  const both = "If you can call, call 911. If not, reply with the place. / Si puede llamar, llame al 911. Si no, responda con el lugar.";
  assert.deepEqual(await ask(person, "9"), [both], "no language is known yet");
  assert.match((await ask(person, "la casa blanca en Corozal"))[0], said("code", "es"));
  for (const steps of [["hola a todos por favor"], ["hello there 1", "1"], ["hello there 2", "1", "3", "3"], ["hello there 3", "2"]]) {
    const other = new_number();
    for (const [i, text] of steps.entries()) await ask(other, text, i === 1 && text === "1" ? 2 : 1);
    const language = steps[0].startsWith("hola") ? "es" : "en";
    const words = `PELIGRO ${other}`;
    assert.match((await ask(other, words))[0], said("danger", language));
    const { timeline } = await server.show(await case_with(steps[0]));
    assert.equal(timeline.find((entry) => entry.text === words).urgency, 0);
  }
});

test("STOP ends it until START; a short code, the same words again and a second delivery are not answered", async () => {
  const person = new_number();
  await ask(person, "hello, I am here");
  await write(person, "STOP");
  for (const text of ["1", "hello", "9"]) await write(person, text);
  assert.deepEqual(await silence(), []);
  assert.match((await ask(person, "START"))[0], /^1 English {2}2 Español$/);
  await write(person, "STOP");
  const before = texts_to(person).length;
  await write(person, "sigan, necesito ayuda", "tw", { OptOutType: "START" });
  await until(() => texts_to(person).length === before + 1, "the answer after what the gateway calls START");

  const twice = twilio_message("I say this once", { From: new_number() });
  await deliver(twice);
  await until(() => texts_to(twice.From).length === 1, "the first answer");
  await deliver(twice);
  await write(twice.From, "I say this once");
  await write("611", "hello from a short code");
  await write("BELTEL", "hello, you have won");
  assert.deepEqual(await silence(), []);
});

test("who says in the first text that none may come gets none, and the desk is warned", async () => {
  for (const words of ["please dont reply to me", "No me llame, él tiene mi teléfono"]) {
    const person = new_number();
    await write(person, words);
    await write(person, "ok");
    assert.deepEqual(await silence(), []);
    assert.match(await place.refuse(1, "case", "reply", await case_with(words), "--text", "Hello", ...server.as()), /not safe to get texts/);
  }
  // What only begins like a yes opens no question.
  const person = new_number();
  await ask(person, "Necesito ayuda con mis papeles");
  assert.match((await ask(person, "Si él ve esto me mata"))[0], said("code", "es"));
});

test("a gateway whose answers are neutral, one that gives none, and one that cannot send", async () => {
  const person = new_number();
  assert.match((await ask(person, "necesito ayuda", 1, "neutral"))[0], said("neutral", "es"));
  for (const text of ["1", "9", "PELIGRO", "otra cosa"]) await write(person, text, "neutral");
  assert.deepEqual(await silence("neutral"), []);
  const requests = fake.requests;
  for (const by of ["none", "silent"]) {
    await write(new_number(), `nothing comes back by ${by}`, by);
    await write(new_number(), "9", by);
  }
  // Had anything left by these, it would have been on its way before this.
  assert.deepEqual(await silence(), []);
  assert.equal(fake.requests, requests + 1);
});

test("a caseworker's text ends the questions", async () => {
  const person = new_number();
  await ask(person, "hello, this is for a person");
  await place.succeed("case", "reply", await case_with("hello, this is for a person"), "--text", "This is Ana. Where are you?", "--at-any-hour", ...server.as());
  await until(() => texts_to(person).includes("This is Ana. Where are you?"), "the caseworker's text");
  await write(person, "In Dangriga");
  await write(person, "1");
  assert.deepEqual(await silence(), []);
  assert.match((await ask(person, "9"))[0], said("danger", "en"));
});

/** Nothing more leaves by `tw` until what this gives is called. */
async function nothing_leaves() {
  const other = new_number();
  fake.answers.set(other, ["hold"]);
  await write(other, "hello from somebody else");
  await until(() => fake.held.length === 1, "a text to be in the air");
  return () => fake.held.shift().accept();
}

test("a question that waits does not leave after a caseworker's text", async () => {
  const person = new_number();
  await ask(person, "hello, I would like to ask a person");
  const go_on = await nothing_leaves();
  await write(person, "1");
  await place.succeed("case", "reply", await case_with("hello, I would like to ask a person"), "--text", "This is Ana. I am here now.", "--at-any-hour", ...server.as());
  go_on();
  await until(() => texts_to(person).includes("This is Ana. I am here now."), "the caseworker's text");
  assert.deepEqual(await silence(), []);
  assert.equal(texts_to(person).length, 2, "neither what must be told nor the question about children");
});

test("a caseworker's text that the server does not take ends no questions", async () => {
  const person = new_number();
  await ask(person, "hello, a word after stop");
  await write(person, "STOP");
  assert.match(await place.refuse(1, "case", "reply", await case_with("hello, a word after stop"), "--text", "may I?", "--after-stop", "--at-any-hour", ...server.as()), /START/);
  assert.equal((await ask(person, "START")).length, 1, "the question is asked as if nobody had written");
});

test("a caseworker's text that waits does not leave once texts are not safe, unless it was ordered after that", async () => {
  const person = new_number();
  await ask(person, "hello, may I ask a person something");
  const id = await case_with("hello, may I ask a person something");
  const go_on = await nothing_leaves();
  await place.succeed("case", "reply", id, "--text", "We can come at nine.", "--at-any-hour", ...server.as());
  await write(person, "NO he is here dont text");
  go_on();
  const state_of = async (text) => (await server.show(id)).timeline.find((entry) => entry.kind === "reply" && entry.text === text).sms;
  await until(async () => (await state_of("We can come at nine.")).state !== "waiting", "the text to wait no more");
  assert.deepEqual(await state_of("We can come at nine.").then(({ state, reason }) => [state, reason]), ["not-sent", "became-unsafe"]);
  assert.match(await place.succeed("case", "show", id, ...server.as()), /not sent: the person said meanwhile that it is not safe to get texts/);
  assert.deepEqual(await silence(), []);
  assert.equal(texts_to(person).length, 1, "the first question, before all that");
  // Who was warned of it, and knows better, can still write.
  await place.succeed("case", "reply", id, "--text", "At your work now?", "--at-any-hour", ...server.as());
  await until(() => texts_to(person).includes("At your work now?"), "the text that was ordered after that");
});

test("a gateway that is away: the answer comes when it is back, once", async () => {
  const person = new_number();
  fake.answers.set(person, [{ status: 503, code: 0 }, { status: 429, code: 20429 }]);
  assert.match((await ask(person, "hello again"))[0], said("safe", "en"));
  fake.answers.set(person, ["drop"]);
  const requests = fake.requests;
  await write(person, "1");
  await until(() => fake.requests > requests, "the text to be handed over");
  assert.deepEqual(await silence(), [], "it may have arrived, so it is not sent again, and the question does not follow");
});

test("what waits does not leave once texts are not safe", async () => {
  const person = new_number();
  await ask(person, "hello, can you help");
  fake.answers.set(person, ["hold"]);
  await write(person, "yes");
  await until(() => fake.held.length === 1, "the first of two texts to be with the gateway");
  await write(person, "NO he is here dont text");
  fake.held.shift().accept();
  await until(() => texts_to(person).length === 3, "the answer to no");
  assert.deepEqual(await silence(), []);
  const [, must_tell, last] = texts_to(person);
  assert.match(must_tell, said("must_tell", "en"), "the gateway had it already");
  assert.match(last, said("not_safe", "en"), "and the question about children does not follow");
  const { timeline } = await server.show(await case_with("hello, can you help"));
  assert.deepEqual(timeline.map((entry) => entry.content.flags), [[], ["safe-again"], ["not-safe"]]);
});

test("after a restart it begins again", async () => {
  const person = new_number();
  await ask(person, "hola, buenas");
  await ask(person, "1", 2);
  await server.stop();
  server = await place.serve();
  assert.match((await ask(person, "3"))[0], /^1 English/, "nothing is known of before");
  assert.match((await ask(person, "2"))[0], said("safe", "es"));
});

test("nothing of a conversation is on disk, in the log or in memory afterwards", async (t) => {
  const digits = [...marker(6)].map((c) => c.charCodeAt(0) % 10).join("");
  const person = `+5017${digits}`;
  const told = [marker(24), marker(24), marker(24), marker(24)];
  await ask(person, `I need help ${told[0]}`);
  await ask(person, `yes ${told[1]}`, 2);
  await ask(person, `no ${told[2]}`);
  const [where] = await ask(person, `they may not go ${told[3]}`);
  assert.match(where, said("where", "en"));
  const [last] = await ask(person, "9");
  assert.match(last, said("danger", "en"));
  const [code_text] = await ask(person, "the yellow house");
  const [, code] = said("code", "en").exec(code_text);
  assert.deepEqual(await silence(), []);

  const words = Object.fromEntries([person.slice(1), person.slice(4), code, ...told].map((word, i) => [`needle ${i}`, word]));
  const search = new Search(words);
  assert.equal(search.in(Buffer.from(`before ${person} after`)).length > 0, true, "it would be found");
  const look = (when) => {
    for (const file of files_below(place.folder)) assert.deepEqual(search.in(readFileSync(file)), [], `${when}: found in ${file}`);
    for (const stream of [server.errors, server.output]) assert.deepEqual(search.in(Buffer.from(stream)), [], `${when}: found in the log`);
  };
  look("while it runs");
  let may_look = true;
  try {
    each_window(server.pid, () => {});
  } catch {
    may_look = false;
    t.diagnostic("this user may not read the server's memory, which is how it should be; run as root to have it searched");
  }
  if (may_look) {
    let left;
    const since = Date.now();
    await until(() => {
      left = search_memory(server.pid, search).found;
      return left.length === 0 || Date.now() - since > 30_000;
    }, "memory to be clean", 60);
    assert.deepEqual(left.map(({ name, form, map, around }) => `${name} (${form}) in ${map}: ${around}`), []);
  }
  await server.stop();
  look("after the end");
});
