#!/usr/bin/env node
// Each text once: whatever a gateway sends again, at the same instant, in another order, in other company, while the server is killed and
// comes back. A gateway is done with a text when one copy of it was acknowledged: that one must be stored. The mix is drawn from a seed,
// which is printed; HOTLINE_TEST_SEED=… draws the same one (when the server dies within it is up to the machine).
import assert from "node:assert/strict";
import { createHash, createHmac, generateKeyPairSync, randomBytes, randomInt, sign } from "node:crypto";
import { connect } from "node:net";
import test from "node:test";
import { Place, sms_token, twilio_signature } from "./support.mjs";

const seed = Number(process.env.HOTLINE_TEST_SEED ?? randomInt(2 ** 32));
let state = seed;
/** 0 ≤ x < 1 (mulberry32). */
function random() {
  state = (state + 0x6d2b79f5) | 0;
  let t = Math.imul(state ^ (state >>> 15), 1 | state);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
}
const below = (end) => Math.floor(random() * end);
const shuffled = (list) => list.map((one) => [random(), one]).sort(([a], [b]) => a - b).map(([, one]) => one);

const secret = "a-secret-of-twenty-five-b";
const path_token = randomBytes(16).toString("hex");
const { publicKey, privateKey } = generateKeyPairSync("ed25519");
const telnyx_key = publicKey.export({ type: "spki", format: "der" }).subarray(-32).toString("base64");
const basic = (name) => ({ Authorization: `Basic ${Buffer.from(`${name}:${secret}`).toString("base64")}` });
const now = () => String(Math.floor(Date.now() / 1000));
const url = (path) => `http://report.test${path}`;
const form = (fields) => new URLSearchParams(fields).toString();
const json = "application/json";
const urlencoded = "application/x-www-form-urlencoded";

// How each gateway sends texts ({ id, from, to, time, text }): one, or all of a list.
const kinds = {
  twilio: { path: "/sms/demo", write: ({ id, from, to, text }) => {
    const fields = { MessageSid: id, From: from, To: to, Body: text, NumMedia: "0" };
    return { type: urlencoded, body: form(fields), headers: { "X-Twilio-Signature": twilio_signature(sms_token, url("/sms/demo"), fields) } };
  } },
  telnyx: { path: "/sms/telnyx", token: telnyx_key, write: ({ id, from, to, text }) => {
    // Every try has an event id and a time of its own.
    const body = JSON.stringify({ data: { event_type: "message.received", id: randomBytes(8).toString("hex"),
      payload: { id, from: { phone_number: from }, to: [{ phone_number: to }], text, media: [] } } });
    const stamp = now();
    return { type: json, body, headers: { "Telnyx-Timestamp": stamp, "Telnyx-Signature-Ed25519": sign(null, Buffer.from(`${stamp}|${body}`), privateKey).toString("base64") } };
  } },
  android: { path: "/sms/android", token: secret, write: ({ id, from, text }) => {
    const body = JSON.stringify({ event: "sms:received", id, payload: { message: text, sender: from } });
    const stamp = now();
    return { type: json, body, headers: { "X-Timestamp": stamp, "X-Signature": createHmac("sha256", secret).update(body + stamp).digest("hex") } };
  } },
  // Neither of these gives an id.
  envayasms: { path: "/sms/envayasms", token: secret, write: ({ from, to, time, text }) => {
    const fields = { version: "30", phone_number: to, action: "incoming", from, message_type: "sms", message: text, timestamp: String(time * 1000) };
    const signed = `${url("/sms/envayasms")}${Object.keys(fields).sort().map((name) => `,${name}=${fields[name]}`).join("")},${secret}`;
    return { type: urlencoded, body: form(fields), headers: { "X-Request-Signature": createHash("sha1").update(signed).digest("base64") } };
  } },
  "kannel-post": { path: "/sms/kannel-post", token: `kannel:${secret}`, ascii: true, write: ({ from, to, time, text }) => ({
    type: "text/plain", body: text,
    headers: { ...basic("kannel"), "X-Kannel-From": from, "X-Kannel-To": to, "X-Kannel-Time": new Date(time * 1000).toISOString().slice(0, 19).replace("T", " ") },
  }) },
  infobip: { path: "/sms/infobip", token: `infobip:${secret}`, batch: true, write: (...list) => ({
    type: json, body: JSON.stringify({ results: list.map(({ id, from, to, text }) => ({ messageId: id, from, to, text })), messageCount: list.length }),
    headers: basic("infobip"),
  }) },
  whatsapp: { path: `/sms/whatsapp/${path_token}`, token: secret, more: `path_token = "${path_token}"\n`, batch: true, write: (...list) => {
    const change = ({ id, from, to, text }) => ({ field: "messages", value: { metadata: { display_phone_number: to }, messages: [{ id, from, type: "text", text: { body: text } }] } });
    const body = JSON.stringify({ object: "whatsapp_business_account", entry: list.map((one) => ({ id: "1", changes: [change(one)] })) });
    return { type: json, body, headers: { "X-Hub-Signature-256": `sha256=${createHmac("sha256", secret).update(body).digest("hex")}` } };
  } },
};

/** The whole answer to one request on a connection of its own, without its date, or null when there was none. `go` is awaited in between. */
async function send(server, { kind, texts }, go) {
  const { path, write } = kinds[kind];
  const { type, body, headers } = write(...texts);
  const lines = Object.entries({ Host: "report.test", Connection: "close", "Content-Type": type, "Content-Length": Buffer.byteLength(body), ...headers });
  const { hostname, port } = new URL(server.public);
  const socket = connect(port, hostname);
  const pieces = [];
  const closed = new Promise((resolve) => socket.on("close", resolve));
  const connected = new Promise((resolve) => socket.on("connect", resolve).on("close", resolve));
  socket.on("data", (piece) => pieces.push(piece)).on("error", () => {});
  await connected;
  await go?.();
  socket.write(`POST ${path} HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join("")}\r\n${body}`);
  await closed;
  const answer = Buffer.concat(pieces).toString("latin1");
  const end = answer.indexOf("\r\n\r\n");
  const length = Number(/\r\ncontent-length: (\d+)/i.exec(answer.slice(0, end))?.[1]);
  return end < 0 || answer.length !== end + 4 + length ? null : answer.replace(/\r\ndate: [^\r]*/i, "");
}

/** Gives a function that resolves once it was called `count` times. */
function meeting(count) {
  let open;
  const gate = new Promise((resolve) => (open = resolve));
  return () => {
    if (--count === 0) open();
    return gate;
  };
}

class Mix {
  constructor(place) {
    this.place = place;
    this.acknowledged = new Set();   // texts of which one copy was acknowledged
    this.answers = {};               // of each gateway, all that were different
    this.sent = 0;
  }

  note(delivery, answer) {
    ++this.sent;
    if (answer === null || /^HTTP\/1.1 5/.test(answer)) return false;
    assert.match(answer, /^HTTP\/1.1 200 /, `${delivery.kind}: ${answer}`);
    (this.answers[delivery.kind] ??= new Set()).add(answer);
    for (const text of delivery.texts) this.acknowledged.add(text);
    return true;
  }

  /** Sends `queue`, 50 at once, until `answers_max` were answered; then the server gets `signal`. Gives what is left to be sent. */
  async life(queue, answers_max = Infinity, signal = "SIGTERM") {
    const server = await this.place.serve();
    const left = [];
    let answered = 0;
    let over = false;
    const one = async (delivery, go) => {
      const taken = this.note(delivery, await send(server, delivery, go));
      if (taken && ++answered >= answers_max && !over) {
        over = true;
        server.child.kill(signal);
      }
      // A gateway tries again when nothing was acknowledged, and some do when it was.
      const known = delivery.texts.every((text) => this.acknowledged.has(text));
      return taken || (known && below(2) === 0);
    };
    const worker = async () => {
      for (let delivery; !over && (delivery = queue.pop());) {
        const { copies, ...single } = delivery;
        const go = meeting(copies ?? 1);
        const done = await Promise.all([...Array(copies ?? 1)].map(() => one(single, go)));
        if (done.includes(false) && !done.includes(true)) left.push(single);
      }
    };
    await Promise.all([...Array(50)].map(worker));
    if (!over) server.child.kill(signal);
    const end = await server.ended;
    assert.deepEqual(end, signal === "SIGTERM" ? { status: 0, signal: null } : { status: null, signal }, server.errors);
    return shuffled([...left, ...queue]);
  }
}

test("each text is stored once", async (t) => {
  t.diagnostic(`HOTLINE_TEST_SEED=${seed}`);
  const settings = Object.entries(kinds).filter(([, { token }]) => token)
    .map(([name, { token, more = "" }]) => `[sms.${name}]\ngateway = "${name}"\ntoken = "${token}"\n${more}`).join("\n");
  const place = await Place.found({ settings });

  const all = [];
  const alone = [];
  let queue = [];
  for (const [kind, { batch, ascii }] of Object.entries(kinds)) {
    const texts = [];
    for (let i = 0; i < 10; ++i) {
      // Said twice by the same number, which is two texts.
      const words = { from: `+501${6_100_000 + all.length + i}`, to: "+5018005551", text: `${kind} ${i}: ${ascii ? "help" : "¿ayuda? 🙏"} & a=b + "c"` };
      for (const time of [1_728_000_017, 1_728_000_018]) texts.push({ ...words, time, id: randomBytes(12).toString("hex") });
    }
    all.push(...texts.map((text) => ({ kind, texts: [text] })));
    for (let i = 0; i < 2; ++i) alone.push({ kind, texts: [texts.pop()], copies: 50 });
    const company = () => shuffled(texts).slice(0, below(4));
    for (const text of texts) {
      for (let copies = 1 + below(3); copies > 0; --copies) {
        queue.push({ kind, texts: batch ? shuffled([...new Set([text, ...company()])]) : [text] });
      }
    }
    for (const text of shuffled(texts).slice(0, 2)) queue.push({ kind, texts: batch ? [...new Set([text, ...company()])] : [text], copies: 50 });
  }
  queue = shuffled(queue);

  const mix = new Mix(place);
  // 50 copies at once of a text that never came, and the end with the first answer: no other copy follows.
  for (const delivery of alone) queue.push(...(await mix.life([delivery], 1, "SIGKILL")));
  for (let lives = 8; lives > 0; --lives) {
    queue = await mix.life(queue, 1 + below(120), below(4) === 0 ? "SIGTERM" : "SIGKILL");
  }
  while (queue.length > 0) queue = await mix.life(queue);
  for (const { kind, texts } of all) assert.ok(mix.acknowledged.has(texts[0]), `${kind} was acknowledged`);

  // What was acknowledged is there, once, before anything is sent again, and after everything was.
  const wanted = Object.fromEntries(all.map(({ texts: [{ text }] }) => [text, { messages: 2, reports: 2 }]));
  const count_stored = async () => {
    const server = await place.serve();
    const cases = await server.cases();
    assert.deepEqual(Object.fromEntries(cases.map(({ text, messages, reports }) => [text, { messages, reports }])), wanted);
    assert.equal(cases.length, all.length / 2);
    await server.stop();
    const checked = await place.succeed("check", "--config", place.config);
    assert.equal(Number(/reports (\d+)/.exec(checked)?.[1]), all.length, checked);
  };
  await count_stored();
  assert.deepEqual(await mix.life(shuffled([...all, ...all])), []);
  await count_stored();

  for (const [kind, answers] of Object.entries(mix.answers)) assert.equal(answers.size, 1, `${kind} always gets the same answer: ${[...answers]}`);
  t.diagnostic(`${mix.sent} requests, ${all.length} texts`);
});
