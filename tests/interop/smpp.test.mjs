#!/usr/bin/env node
// Our link against the npm package smpp as an operator's message centre: what it delivers comes through, each once, and what we send
// arrives as a phone would read it.
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";

const root = process.env.HOTLINE_ROOT ?? fileURLToPath(new URL("../..", import.meta.url));
const program = process.env.HOTLINE_SMPP_LINK ?? join(root, "build/release/tests/interop/smpp_link");
const { load } = await import(join(root, "build/npm/load.mjs"));
const smpp = (await load("smpp")).default;
const kinds = { accepted: 0, refused: 1, later: 2, unknown: 3 };

const started = new Set();
after(() => {
  for (const child of started) child.kill("SIGKILL");
});
const until = async (condition, what, seconds = 90) => {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    const found = await condition();
    if (found) return found;
    assert.ok(Date.now() < end, `waited in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
};

/** An operator: takes binds of hotline:secret, unless told otherwise, and counts what comes. */
class Operator {
  binds = [];
  submits = [];
  enquiries = 0;
  sessions = [];
  refuse = 0;             // command_status for binds
  answer = (pdu) => ({ message_id: `id-${this.submits.length}` });
  static async open(options = {}) {
    const operator = new Operator();
    operator.server = smpp.createServer(options, (session) => operator.take(session));
    await operator.listen(0);
    return operator;
  }
  async listen(port) {
    await new Promise((resolve) => this.server.listen(port, "127.0.0.1", resolve));
    this.port = this.server.address().port;
  }
  take(session) {
    this.sessions.push(session);
    session.on("error", () => {});
    session.on("bind_transceiver", (pdu) => {
      this.binds.push(Object.assign(pdu, { at: performance.now() }));
      const right = pdu.system_id === "hotline" && pdu.password === "secret";
      session.send(pdu.response({ command_status: this.refuse || (right ? 0 : smpp.ESME_RINVPASWD), system_id: "operator" }));
      session.is_bound = right && !this.refuse;
    });
    session.on("enquire_link", (pdu) => {
      this.enquiries += 1;
      session.send(pdu.response());
    });
    session.on("unbind", (pdu) => {
      this.unbound = true;
      session.send(pdu.response());
    });
    session.on("submit_sm", (pdu) => {
      this.submits.push(pdu);
      const answer = this.answer(pdu);
      if (answer) session.send(pdu.response(answer));
    });
  }
  get session() {
    return this.sessions.filter((session) => session.is_bound && !session.socket.destroyed).at(-1);
  }
  bound() {
    return until(() => this.session, "a bind");
  }
  deliver(fields, command = "deliver_sm") {
    return new Promise((resolve) => this.session[command]({ source_addr: "5016200001", source_addr_ton: 1, source_addr_npi: 1, destination_addr: "555", ...fields }, resolve));
  }
  close() {
    for (const session of this.sessions) session.destroy();
    return new Promise((resolve) => this.server.close(resolve));
  }
}

/** Our side. */
class Link {
  events = [];
  constructor(port, ...rest) {
    const [password = "secret", charset = "gsm-7", ca] = rest;
    this.child = spawn(program, ["127.0.0.1", String(port), "hotline", password, charset, ...(ca ? [ca] : [])], { stdio: ["pipe", "pipe", "pipe"] });
    started.add(this.child);
    this.log = "";
    this.child.stderr.on("data", (piece) => (this.log += piece));
    let rest_of_line = "";
    this.child.stdout.setEncoding("utf8").on("data", (piece) => {
      const lines = (rest_of_line + piece).split("\n");
      rest_of_line = lines.pop();
      this.events.push(...lines.map((line) => JSON.parse(line)));
    });
    this.ended = new Promise((resolve) => this.child.on("close", resolve));
  }
  say(line) {
    this.child.stdin.write(`${line}\n`);
  }
  of(kind) {
    return this.events.filter((event) => event.event === kind);
  }
  next(kind, count) {
    return until(() => this.of(kind)[count - 1], `${kind} ${count}: ${JSON.stringify(this.events)} ${this.log}`);
  }
  async stop() {
    this.say("stop");
    assert.equal(await this.ended, 0, this.log);
  }
}

const both = async (...rest) => {
  const operator = await Operator.open();
  const link = new Link(operator.port, ...rest);
  await operator.bound();
  return { operator, link };
};
const end = async ({ operator, link }) => {
  await link.stop();
  assert.ok(operator.unbound, "leaves in order");
  await operator.close();
};
const utf16be = (text) => Buffer.from(text, "utf16le").swap16();

test("texts of every coding, each answered after it is taken", async () => {
  const pair = await both();
  const { operator, link } = pair;
  const cases = [
    [{ short_message: "Ayúdame" }, "Ayúdame"],                                                     // the package chooses UCS-2
    [{ short_message: { message: Buffer.from("Hola \x00 \x7d", "latin1") }, data_coding: 0 }, "Hola @ ñ"],
    [{ short_message: { message: Buffer.from("se\xf1ora", "latin1") }, data_coding: 3 }, "señora"],
    [{ short_message: { message: utf16be("тест 🙏🏽 ñ") }, data_coding: 8 }, "тест 🙏🏽 ñ"],
    [{ short_message: { message: Buffer.alloc(0) }, message_payload: { message: utf16be("á".repeat(500)) }, data_coding: 8 }, "á".repeat(500)],
  ];
  for (const [i, [fields, text]] of cases.entries()) {
    const answer = await operator.deliver(fields);
    assert.equal(answer.command, "deliver_sm_resp");
    assert.equal(answer.command_status, smpp.ESME_ROK);
    const event = await link.next("message", i + 1);
    assert.deepEqual([event.text, event.from, event.to, event.flags], [text, "+5016200001", "555", []]);
  }
  const data = await operator.deliver({ data_coding: 8, message_payload: { message: utf16be("por datos") } }, "data_sm");
  assert.equal(data.command_status, smpp.ESME_ROK);
  assert.equal((await link.next("message", cases.length + 1)).text, "por datos");
  await end(pair);
});

test("what cannot be read is kept, and taken", async () => {
  const pair = await both();
  const { operator, link } = pair;
  const answer = await operator.deliver({ short_message: { message: Buffer.from([1, 2, 0xff]) }, data_coding: 4 });
  assert.equal(answer.command_status, smpp.ESME_ROK);
  const event = await link.next("message", 1);
  assert.deepEqual(event.flags, ["unreadable"]);
  assert.match(event.raw, /0301 ?02ff$/);
  // A parameter that ends too late, behind a text that is whole.
  const bytes = new smpp.PDU("deliver_sm", { source_addr: "501", destination_addr: "555", short_message: { message: Buffer.from("Ayuda") }, sequence_number: 4711 }).toBuffer();
  const broken = Buffer.concat([bytes, Buffer.from([0x02, 0x0c, 0x00, 0x09])]);
  broken.writeUInt32BE(broken.length, 0);
  const answered = new Promise((resolve) => operator.session.on("deliver_sm_resp", resolve));
  operator.session.socket.write(broken);
  assert.equal((await answered).command_status, smpp.ESME_ROK);
  const second = await link.next("message", 2);
  assert.deepEqual([second.text, second.flags], ["Ayuda", ["unreadable"]]);
  await end(pair);
});

test("parts by header and by parameters", async () => {
  const pair = await both();
  const { operator, link } = pair;
  await operator.deliver({ esm_class: 0x40, short_message: { udh: Buffer.from([5, 0, 3, 42, 2, 1]), message: "uno " } });
  await operator.deliver({ esm_class: 0x40, short_message: { udh: Buffer.from([6, 8, 4, 1, 2, 2, 2]), message: "dos" } });
  await operator.deliver({ sar_msg_ref_num: 700, sar_total_segments: 3, sar_segment_seqnum: 2, short_message: "tres" });
  await link.next("message", 3);
  assert.deepEqual(link.of("message").map(({ part, text }) => [part, text]), [["42:1/2", "uno "], ["258:2/2", "dos"], ["700:2/3", "tres"]]);
  await end(pair);
});

test("the same words again are another text; the same text again after a lost answer is not", async () => {
  const pair = await both();
  const { operator, link } = pair;
  for (const count of [1, 2]) {
    assert.equal((await operator.deliver({ short_message: "1" })).command_status, smpp.ESME_ROK);
    await link.next("message", count);
  }
  const enquiries = operator.enquiries;
  await until(() => operator.enquiries > enquiries + 1, "proof that both answers were read");
  // The line breaks before the answer is read: nothing is read from it any more.
  operator.session.pause();
  operator.session.deliver_sm({ source_addr: "5016200001", source_addr_ton: 1, source_addr_npi: 1, destination_addr: "555", short_message: "sí" });
  await link.next("message", 3);
  operator.session.destroy();
  await until(() => operator.binds.length === 2 && operator.session, "the second bind");
  assert.equal((await operator.deliver({ short_message: "sí" })).command_status, smpp.ESME_ROK);
  await link.next("duplicate", 1);
  assert.equal((await operator.deliver({ short_message: "1" })).command_status, smpp.ESME_ROK);
  await link.next("message", 4);
  await end(pair);
});

test("a fault of ours is answered with a temporary error, and the text is taken when it comes again", async () => {
  const pair = await both();
  const { operator, link } = pair;
  link.say("fail 1");
  await until(async () => (await operator.deliver({ short_message: "Ayuda" })).command_status === smpp.ESME_RX_T_APPN, "the failure");
  assert.equal((await operator.deliver({ short_message: "Ayuda" })).command_status, smpp.ESME_ROK);
  // What the link says comes by a pipe of its own.
  await link.next("failed", 1);
  await link.next("message", 1);
  assert.equal(link.of("failed").length, 1);
  await end(pair);
});

test("what we send, whole and in parts", async () => {
  const pair = await both();
  const { operator, link } = pair;
  const long = `${"a".repeat(159)}€ fin`;
  link.say("send +5016200001 555 Hola @ ñ");
  assert.deepEqual(await link.next("sent", 1), { event: "sent", text: "Hola @ ñ", kind: kinds.accepted, reason: 0, status: 0, ids: ["id-1"] });
  const [first] = operator.submits;
  assert.deepEqual([first.destination_addr, first.dest_addr_ton, first.dest_addr_npi, first.source_addr], ["5016200001", 1, 1, "555"]);
  assert.deepEqual([first.data_coding, first.registered_delivery, first.esm_class], [0, 1, 0]);
  link.say(`send +5016200001 BELTEL ${long}`);
  assert.deepEqual((await link.next("sent", 2)).ids, ["id-2", "id-3"]);
  const parts = operator.submits.slice(1);
  assert.equal(parts[0].source_addr_ton, 5);
  assert.ok(parts.every((pdu) => pdu.esm_class === 0x40));
  const headers = parts.map((pdu) => [...Buffer.concat(pdu.short_message.udh)]);
  const reference = headers[0][2];
  assert.deepEqual(headers, [[0, 3, reference, 2, 1], [0, 3, reference, 2, 2]]);
  assert.equal(parts.map((pdu) => pdu.short_message.message).join(""), long);
  link.say("send +5016200001 - ¿Está a salvo? 🙏");
  await link.next("sent", 3);
  assert.deepEqual([operator.submits[3].data_coding, operator.submits[3].short_message.message], [8, "¿Está a salvo? 🙏"]);
  await end(pair);
});

test("what the operator says to it", async () => {
  const pair = await both();
  const { operator, link } = pair;
  const say = async (answer, count) => {
    operator.answer = () => answer;
    link.say(`send +5016200001 555 ${count}`);
    const { kind, reason, status } = await link.next("sent", count);
    return { kind, reason, status };
  };
  assert.deepEqual(await say({ command_status: smpp.ESME_RTHROTTLED }, 1), { kind: kinds.later, reason: 0, status: 0x58 });
  assert.deepEqual(await say({ command_status: smpp.ESME_RMSGQFUL }, 2), { kind: kinds.later, reason: 0, status: 0x14 });
  assert.deepEqual(await say({ command_status: smpp.ESME_RINVDSTADR }, 3), { kind: kinds.refused, reason: 1, status: 0x0b });
  assert.deepEqual(await say({ command_status: smpp.ESME_RINVSRCADR }, 4), { kind: kinds.refused, reason: 2, status: 0x0a });
  assert.deepEqual(await say(null, 5), { kind: kinds.unknown, reason: 0, status: 0 }, "no answer within the time");
  operator.answer = () => {
    operator.session.destroy();
    return null;
  };
  link.say("send +5016200001 555 6");
  assert.equal((await link.next("sent", 6)).kind, kinds.unknown, "the line broke");
  await operator.bound();
  await end(pair);
});

test("answers out of order go to what they answer; the window holds", async () => {
  const pair = await both();
  const { operator, link } = pair;
  const waiting = [];
  operator.answer = (pdu) => {
    waiting.push(pdu);
    return null;
  };
  for (let i = 0; i < 14; ++i) link.say(`send +5016200001 555 n${i}`);
  await until(() => waiting.length === 10, "a full window");
  const answered = new Set();
  await until(() => {
    for (const pdu of waiting.filter((one) => !answered.has(one)).reverse()) {
      answered.add(pdu);
      operator.session.send(pdu.response({ message_id: pdu.short_message.message }));
    }
    return link.of("sent").length === 14;
  }, "all answers");
  for (const { text, ids } of link.of("sent")) assert.deepEqual(ids, [text]);
  await end(pair);
});

test("delivery reports, by text and by parameters", async () => {
  const pair = await both();
  const { operator, link } = pair;
  const text = "id:6699 sub:001 dlvrd:001 submit date:2611240310 done date:2611240311 stat:DELIVRD err:000 text:Hola";
  assert.equal((await operator.deliver({ esm_class: 4, short_message: text })).command_status, smpp.ESME_ROK);
  const report = await link.next("report", 1);
  assert.deepEqual([report.state, report.final, report.code], [2, true, ""]);
  assert.ok(report.ids.includes("1a2b"), "an operator may give the id in hexadecimal first");
  await operator.deliver({ esm_class: 4, receipted_message_id: "ABC", message_state: 5, network_error_code: Buffer.from([3, 0, 34]), short_message: "" });
  assert.deepEqual(await link.next("report", 2), { event: "report", ids: ["abc", "2748"], state: 5, final: true, code: "34" });
  await operator.deliver({ esm_class: 0, short_message: text });
  assert.equal((await link.next("message", 1)).text, text, "somebody's words are no report");
  await end(pair);
});

test("asks whether the link stands, and leaves one that is silent", async () => {
  const pair = await both();
  const { operator, link } = pair;
  await until(() => operator.enquiries >= 2, "enquire_link");
  operator.session.enquire_link({}, () => (operator.answered = true));
  await until(() => operator.answered, "enquire_link_resp");
  operator.session.pause();
  await until(() => operator.binds.length === 2, "a new connection");
  await operator.bound();
  await end(pair);
});

test("comes back when the operator does, with longer and longer pauses", async () => {
  const pair = await both();
  const { operator, link } = pair;
  const { port } = operator;
  await operator.close();
  const { status } = await new Promise((resolve) => {
    link.say("send +5016200001 555 ahora");
    link.next("sent", 1).then((event) => resolve({ status: event.kind }));
  });
  assert.equal(status, kinds.later, "nothing is sent into a line that is down");
  await until(() => (link.log.match(/smpp_not_connected/g) ?? []).length >= 2, "attempts");
  await operator.listen(port);
  await until(() => operator.binds.length === 2 && operator.session, "the second bind");
  await operator.deliver({ short_message: "de vuelta" });
  await link.next("message", 1);
  await end(pair);
});

test("a wrong password is said, and not tried in a hurry", async () => {
  const operator = await Operator.open();
  const link = new Link(operator.port, "wrong");
  await until(() => /smpp_bind_refused command_status=14/.test(link.log), "the refusal");
  await until(() => operator.binds.length === 2, "the second try");
  assert.ok(operator.binds[1].at - operator.binds[0].at >= 300, "after the longest pause");
  await link.stop();
  await operator.close();
});

test("what is no PDU ends the connection, not the program", async () => {
  const pair = await both();
  const { operator, link } = pair;
  for (const bytes of [[0, 0, 0, 3, 1, 2, 3, 4], [0xff, 0xff, 0xff, 0xff], [0, 0, 0, 16, 0, 0, 0, 0x99, 0, 0, 0, 0, 0, 0, 0, 9, 0, 0, 0, 1]]) {
    const before = operator.binds.length;
    const session = await operator.bound();
    const nack = new Promise((resolve) => session.on("generic_nack", resolve));
    session.socket.write(Buffer.from(bytes));
    assert.ok([2, 3].includes((await nack).command_status));
    await until(() => operator.binds.length > before && operator.session, "a new bind");
  }
  await end(pair);
});

test("TLS, with the operator's certificate verified", async () => {
  const folder = mkdtempSync(join(tmpdir(), "hotline-smpp-"));
  const [key, cert] = [join(folder, "key.pem"), join(folder, "cert.pem")];
  const made = spawnSync("openssl", ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", key, "-out", cert, "-days", "2",
    "-subj", "/CN=operator", "-addext", "subjectAltName=IP:127.0.0.1"]);
  assert.equal(made.status, 0, String(made.stderr));
  const operator = await Operator.open({ key: readFileSync(key), cert: readFileSync(cert) });
  const link = new Link(operator.port, "secret", "gsm-7", cert);
  await operator.bound();
  await operator.deliver({ short_message: "cifrado" });
  assert.equal((await link.next("message", 1)).text, "cifrado");
  link.say("send +5016200001 555 cifrado");
  assert.equal((await link.next("sent", 1)).kind, kinds.accepted);
  await link.stop();
  const stranger = new Link(operator.port, "secret", "gsm-7", "/etc/ssl/certs/ca-certificates.crt");
  await until(() => /smpp_not_connected/.test(stranger.log), "the refusal of a strange certificate");
  await stranger.stop();
  await operator.close();
  rmSync(folder, { recursive: true });
});
