#!/usr/bin/env node
// An operator's link: what it delivers stands at the desk before it is answered, each text once, whatever breaks in between; answers
// leave by it, and the case shows what the operator says has become of them.
import assert from "node:assert/strict";
import test, { before } from "node:test";
import { FakeOperator, smpp, utf16be } from "./fake_operator.mjs";
import { Place, make_certificate, until } from "./support.mjs";

const password = "pass-4me";
let operator;
let place;
let server;
let last_number = 5_016_310_000;
const new_number = () => String(++last_number);

const section = (name, port, more = "") => `
[sms.${name}]
automatic = "none"

[sms.${name}.smpp]
host = "localhost"
port = ${port}
system_id = "hotline"
password = "${password}"
${more}
[sms.${name}.send]
from = "555"
hours = "00:00-24:00"
time_zone = "Etc/UTC"
per_minute = 60000
`;
const limits = `
[limits]
text_retry_min = 1
text_retry_max = 1
gateway_deadline = 10
`;

before(async () => {
  operator = await FakeOperator.start({ password });
  place = await Place.found({ settings: section("op", operator.port) + limits });
  server = await place.serve();
  await operator.bound();
});

const plain = (text) => ({ short_message: { message: Buffer.from(text, "latin1") }, data_coding: 3 });
const saying = async (text) => (await server.cases()).filter((entry) => entry.text === text);
const content_of = async (id) => (await server.show_with_number(id)).timeline[0].content;
/** A person writes; gives their case. */
async function hear(text, number = new_number()) {
  assert.equal(await operator.deliver(number, plain(text)), smpp.ESME_ROK);
  return { id: (await server.case_of(text)).id, number };
}
const reply = (id, text) => place.succeed("case", "reply", id, "--text", text, ...server.as());
async function state_of(id, text) {
  const found = (await server.show(id)).timeline.filter((entry) => entry.kind === "reply" && entry.text === text);
  assert.equal(found.length, 1);
  return found[0].sms;
}
const until_state = (id, text, state) => until(async () => (await state_of(id, text)).state === state && state_of(id, text), `${text} to be ${state}`);

test("texts of every coding stand at the desk when they are answered", async () => {
  const long = "ñandú ".repeat(60).trim();
  const cases = [
    [{ short_message: { message: Buffer.from("Hola \x00 \x7d", "latin1") }, data_coding: 0 }, "Hola @ ñ"],
    [{ short_message: { message: Buffer.from("se\xf1ora", "latin1") }, data_coding: 3 }, "señora"],
    [{ short_message: { message: utf16be("тест 🙏🏽 ñ") }, data_coding: 8 }, "тест 🙏🏽 ñ"],
    [{ short_message: { message: Buffer.alloc(0) }, message_payload: { message: utf16be(long) }, data_coding: 8 }, long],
  ];
  for (const [fields, text] of cases) {
    const number = new_number();
    assert.equal(await operator.deliver(number, fields), smpp.ESME_ROK);
    const { id } = await server.case_of(text);
    const content = await content_of(id);
    assert.deepEqual([content.from, content.to, content.gateway, content.flags], [`+${number}`, "555", "op", []]);
  }
});

test("what cannot be read is kept as it came, and flagged", async () => {
  const number = new_number();
  assert.equal(await operator.deliver(number, { short_message: { message: Buffer.from([0x83, 0x01, 0x02, 0xff]) }, data_coding: 4 }), smpp.ESME_ROK);
  // A parameter that ends behind the end, after a text that is whole.
  const bytes = new smpp.PDU("deliver_sm", { source_addr: "5016319999", source_addr_ton: 1, destination_addr: "555", short_message: { message: Buffer.from("Ayuda, rota") }, sequence_number: 4711 }).toBuffer();
  const broken = Buffer.concat([bytes, Buffer.from([0x02, 0x0c, 0x00, 0x09])]);
  broken.writeUInt32BE(broken.length, 0);
  const answered = new Promise((resolve) => operator.session.once("deliver_sm_resp", resolve));
  operator.session.socket.write(broken);
  assert.equal((await answered).command_status, smpp.ESME_ROK);
  const rota = await content_of((await server.case_of("Ayuda, rota")).id);
  assert.deepEqual(rota.flags, ["unreadable"]);
  assert.ok(Buffer.from(rota.raw, "base64").equals(broken));
  const binary = (await Promise.all((await server.cases()).map(({ id }) => content_of(id)))).find(({ from }) => from === `+${number}`);
  assert.deepEqual(binary.flags, ["unreadable"]);
  assert.match(Buffer.from(binary.raw, "base64").toString("hex"), /830102ff/);
});

test("parts by header of 8 and 16 bits and by parameters, in any order: one text", async () => {
  const ways = {
    "8 bit": (n, text) => ({ esm_class: 0x40, short_message: { udh: Buffer.from([5, 0, 3, 42, 3, n]), message: text } }),
    "16 bit": (n, text) => ({ esm_class: 0x40, short_message: { udh: Buffer.from([6, 8, 4, 1, 2, 3, n]), message: text } }),
    sar: (n, text) => ({ sar_msg_ref_num: 700, sar_total_segments: 3, sar_segment_seqnum: n, short_message: text }),
  };
  for (const [way, part] of Object.entries(ways)) {
    const number = new_number();
    const words = [`primero ${way}, `, "luego DAN", "GER, al fin"];
    for (const n of [3, 1, 2]) assert.equal(await operator.deliver(number, part(n, words[n - 1])), smpp.ESME_ROK);
    const [entry, ...others] = await saying(words.join(""));
    assert.equal(others.length, 0);
    assert.ok(entry, `${way}: ${JSON.stringify(await server.cases())}`);
    assert.deepEqual([entry.messages, entry.reports, entry.urgency], [1, 3, 0]);
  }
});

test("killed between delivery and answer: it comes again, and is stored once", async () => {
  let unanswered_but_stored = 0;
  for (let round = 0; round < 40 && unanswered_but_stored === 0; ++round) {
    await operator.bound();
    const texts = Array.from({ length: 40 }, (_, i) => ({ text: `ronda ${round} texto ${i}`, number: new_number(), answered: false }));
    let killed = false;
    for (const one of texts) {
      operator.deliver(one.number, plain(one.text)).then((status) => {
        assert.equal(status, smpp.ESME_ROK);
        one.answered = true;
        if (!killed) server.child.kill("SIGKILL");
        killed = true;
      });
    }
    await server.ended;
    // What was on its way is not read: the line goes with the process.
    for (const session of operator.sessions) session.destroy();
    const binds = operator.binds.length;
    operator.refuse = smpp.ESME_RSYSERR;     // until we have looked
    server = await place.serve();
    const stored = new Set((await server.cases()).map((entry) => entry.text));
    for (const one of texts) {
      if (one.answered) assert.ok(stored.has(one.text), "what was answered is stored");
      else if (stored.has(one.text)) unanswered_but_stored += 1;
    }
    operator.refuse = 0;
    await until(() => operator.binds.length > binds && operator.session, "a bind");
    for (const one of texts) {
      if (!one.answered) assert.equal(await operator.deliver(one.number, plain(one.text)), smpp.ESME_ROK);
    }
    const after = (await server.cases()).map((entry) => entry.text);
    for (const { text } of texts) assert.equal(after.filter((said) => said === text).length, 1, text);
  }
  assert.ok(unanswered_but_stored > 0, "at least once it was killed in between");
});

test("an operator that restarts is connected to again", async () => {
  const heard = await hear("antes de la pausa");
  await operator.away();
  await reply(heard.id, "en la pausa");
  await until(() => server.errors.includes("smpp_not_connected"), "an attempt");
  assert.equal((await state_of(heard.id, "en la pausa")).state, "waiting");
  await operator.listen();
  await until_state(heard.id, "en la pausa", "sent");
  assert.equal(operator.to(heard.number).length, 1);
  await hear("después de la pausa");
});

test("an answer leaves, and receipts say what became of it", async () => {
  const heard = await hear("Necesito ayuda, no puedo salir");
  await reply(heard.id, "¿Puede hablar?");
  await until_state(heard.id, "¿Puede hablar?", "sent");
  const [sent] = operator.to(heard.number);
  assert.deepEqual([sent.text, sent.from, sent.pdu.registered_delivery, sent.pdu.data_coding, sent.pdu.dest_addr_ton], ["¿Puede hablar?", "555", 1, 0, 1]);
  assert.equal(await operator.receipt(sent.id, "ENROUTE"), smpp.ESME_ROK);
  assert.equal((await state_of(heard.id, "¿Puede hablar?")).state, "sent", "on its way is nothing new");
  assert.equal(await operator.receipt(sent.id, "DELIVRD"), smpp.ESME_ROK);
  assert.equal((await state_of(heard.id, "¿Puede hablar?")).state, "delivered");
  assert.equal((await saying("id:")).length, 0);

  const lost = await hear("no llegará");
  await reply(lost.id, "nunca llega");
  await until_state(lost.id, "nunca llega", "sent");
  assert.equal(await operator.receipt(operator.to(lost.number)[0].id, "UNDELIV", "034"), smpp.ESME_ROK);
  const state = await state_of(lost.id, "nunca llega");
  assert.deepEqual([state.state, state.reason, state.code], ["refused", "undelivered", "034"]);

  const quick = await hear("muy rápido");
  operator.answers.set(quick.number, [{ early: "DELIVRD" }]);
  await reply(quick.id, "el acuse se adelanta");
  await until_state(quick.id, "el acuse se adelanta", "delivered");
});

test("a long answer leaves in parts, and is delivered when all of them are", async () => {
  const heard = await hear("cuénteme todo");
  const long = `${"Le explicamos todo despacio. ".repeat(8)}Fin`;
  await reply(heard.id, long);
  await until_state(heard.id, long, "sent");
  const parts = operator.to(heard.number);
  assert.equal(parts.length, 2);
  assert.deepEqual(parts.map(({ udh }) => udh.slice(-2)), [[2, 1], [2, 2]]);
  assert.equal(parts.map(({ text }) => text).join(""), long);
  await operator.receipt(parts[1].id, "DELIVRD");
  assert.equal((await state_of(heard.id, long)).state, "sent");
  await operator.receipt(parts[0].id, "DELIVRD");
  assert.equal((await state_of(heard.id, long)).state, "delivered");
});

test("what the operator will not take is told; what it cannot take yet leaves later, once", async () => {
  for (const [status, reason, code] of [[smpp.ESME_RINVDSTADR, "bad-number", "0x0b"], [smpp.ESME_RINVSRCADR, "account", "0x0a"], [smpp.ESME_RINVMSGLEN, "content", "0x01"], [0x455, "other", "0x455"]]) {
    const heard = await hear(`rechazado ${code}`);
    operator.answers.set(heard.number, [{ command_status: status }]);
    await reply(heard.id, `respuesta ${code}`);
    const state = await until_state(heard.id, `respuesta ${code}`, "refused");
    assert.deepEqual([state.reason, state.code], [reason, code]);
  }
  const busy = await hear("cola llena");
  operator.answers.set(busy.number, [{ command_status: smpp.ESME_RMSGQFUL }, { command_status: smpp.ESME_RTHROTTLED }]);
  await reply(busy.id, "a la tercera");
  await until_state(busy.id, "a la tercera", "sent");
  assert.equal(operator.to(busy.number).length, 1);
});

test("a line that breaks after a text was handed over: it is not sent again, and said so", async () => {
  const heard = await hear("se corta");
  operator.answers.set(heard.number, ["drop"]);
  const seen = operator.seen;
  await reply(heard.id, "quizás");
  assert.equal((await until_state(heard.id, "quizás", "not-sent")).reason, "perhaps-sent");
  assert.equal(operator.seen, seen + 1);
  await operator.bound();
});

test("whoever says STOP gets no more", async () => {
  const heard = await hear("primera vez");
  assert.equal(await operator.deliver(heard.number, plain("STOP")), smpp.ESME_ROK);
  assert.match(await place.refuse(1, "case", "reply", heard.id, "--text", "no saldrá", ...server.as()), /STOP/);
  assert.equal(operator.to(heard.number).length, 0);
  // What outlives the process.
  assert.deepEqual((await server.cases()).find(({ text }) => text === "primera vez").flags, ["opt-out"]);
});

test("hundreds at once are all stored and answered", async (t) => {
  const begin = Date.now();
  const count = 500;
  const texts = Array.from({ length: count }, (_, i) => `de muchos ${i}`);
  await operator.bound();
  const deliver = async (text) => {
    const number = new_number();
    // More than the link takes at once are asked for again.
    while ((await operator.deliver(number, plain(text))) !== smpp.ESME_ROK);
  };
  await Promise.all(texts.map(deliver));
  t.diagnostic(`${Math.round(count / ((Date.now() - begin) / 1000))} texts/s`);
  const stored = (await server.cases()).map((entry) => entry.text).filter((text) => text.startsWith("de muchos "));
  assert.deepEqual(stored.sort(), texts.sort());
});

test("leaves in order when it is stopped", async () => {
  const before_it = operator.unbound;
  await server.stop();
  assert.equal(operator.unbound, before_it + 1);
  assert.ok(!server.errors.includes(password));
});

test("a wrong password is told without being named, and a certificate of another host is not trusted", async () => {
  const tls = make_certificate(place.folder, "operator");
  const other = make_certificate(place.folder, "other");
  const secure = await FakeOperator.start({ password, tls: { cert: (await import("node:fs")).readFileSync(tls.certificate), key: (await import("node:fs")).readFileSync(tls.key), secure: true } });
  const settings = section("op", operator.port).replace(password, "wrong-pw") + section("tls", secure.port, 'tls = "yes"') + limits;
  const second = await Place.found({ settings });
  process.env.SSL_CERT_FILE = tls.certificate;
  const running = await second.serve();
  await secure.bound();
  assert.equal(await secure.deliver(new_number(), plain("por TLS")), smpp.ESME_ROK);
  assert.equal((await running.cases()).filter((entry) => entry.text === "por TLS").length, 1);
  await until(() => /smpp_bind_refused command_status=14/.test(running.errors), "the refusal");
  assert.ok(!running.errors.includes("wrong-pw"));
  await running.stop();

  process.env.SSL_CERT_FILE = other.certificate;
  const binds = secure.binds.length;
  const distrusting = await second.serve();
  await until(() => (distrusting.errors.match(/smpp_not_connected/g) ?? []).length >= 2, "attempts");
  assert.equal(secure.binds.length, binds);
  await distrusting.stop();
  delete process.env.SSL_CERT_FILE;
  await secure.away();
  await operator.away();
});
