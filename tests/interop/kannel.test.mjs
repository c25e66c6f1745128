#!/usr/bin/env node
// Debian's Kannel in front of the server: its fake operator sends texts, Kannel calls our address as docs say, the desk reads them, and
// answers through Kannel's sendsms.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import { after, before, test } from "node:test";
import { Place, until } from "../integration/support.mjs";

const fakesmsc = "/usr/lib/kannel/test/fakesmsc";
const installed = existsSync("/usr/sbin/bearerbox") && existsSync(fakesmsc);
const skip = installed ? false : "needs Kannel: apt-get install kannel kannel-extras";
const token = `kannel:${randomBytes(16).toString("hex")}`;
const children = [];
let place;
let server;
let operator_port;
const password = randomBytes(8).toString("hex");

const free_ports = async (count) => {
  const servers = await Promise.all([...Array(count)].map(() => new Promise((resolve) => {
    const one = createServer().listen(0, "127.0.0.1", () => resolve(one));
  })));
  const found = servers.map((one) => one.address().port);
  await Promise.all(servers.map((one) => new Promise((resolve) => one.close(resolve))));
  return found;
};
const listens = (port) => new Promise((resolve) => {
  const socket = connect(port, "127.0.0.1", () => resolve(true));
  socket.on("error", () => resolve(false)).on("close", () => resolve(false)).on("connect", () => socket.destroy());
});
const start = (program, words) => {
  const child = spawn(program, words, { stdio: ["ignore", "pipe", "pipe"] });
  children.push(child);
  child.output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (piece) => (child.output += piece));
  return child;
};
/** The fake operator stays connected until it is stopped. */
const send_to = (port, ...message) => start(fakesmsc, ["-H", "127.0.0.1", "-r", String(port), "-i", "0.01", "-m", "1", message.join(" ")]);
const send = (...message) => send_to(operator_port, ...message);
const stop = async (operator) => {
  const ended = new Promise((resolve) => operator.on("close", resolve));
  operator.kill("SIGKILL");
  await ended;
};
const arrives = async (operator, text) => {
  const found = await until(async () => (await server.cases()).find((entry) => entry.text === text), JSON.stringify(text));
  await stop(operator);
  return found;
};

/** A Kannel with `more` in its core group; gives the port of its operator. */
async function start_kannel(name, more = "", sendsms_port = 0) {
  const ports = await free_ports(4);
  if (sendsms_port) ports[3] = sendsms_port;
  const address = `${server.public.replace("http://", `http://${token}@`)}/sms/kannel?id=%I&from=%p&to=%P&time=%T&text=%b&charset=%C&coding=%c`;
  const config = place.write(`${name}.conf`, `group = core
admin-port = ${ports[0]}
admin-password = ${randomBytes(8).toString("hex")}
admin-interface = 127.0.0.1
smsbox-port = ${ports[1]}
smsbox-interface = 127.0.0.1
box-allow-ip = 127.0.0.1
${more}

group = smsc
smsc = fake
smsc-id = fake
port = ${ports[2]}
connect-allow-ip = 127.0.0.1
allowed-prefix = "+501"

group = sendsms-user
username = hotline
password = ${password}

group = smsbox
bearerbox-host = 127.0.0.1
sendsms-port = ${ports[3]}
sendsms-interface = 127.0.0.1
mo-recode = true
http-request-retry = 30
http-queue-delay = 1

group = sms-service
keyword = default
catch-all = true
max-messages = 0
omit-empty = true
get-url = "${address}"
`);
  const bearerbox = start("/usr/sbin/bearerbox", ["-v", "0", config]);
  for (const port of ports.slice(0, 3)) await until(() => bearerbox.exitCode !== null || listens(port), "bearerbox");
  assert.equal(bearerbox.exitCode, null, bearerbox.output);
  const smsbox = start("/usr/sbin/smsbox", ["-v", "0", config]);
  await until(() => smsbox.exitCode !== null || listens(ports[3]), "smsbox");
  assert.equal(smsbox.exitCode, null, smsbox.output);
  return ports[2];
}

before(async () => {
  if (skip) return;
  const [port, sendsms_port] = await free_ports(2);
  place = await Place.found({
    settings: `[sms.kannel]
gateway = "kannel"
token = "${token}"
public_url = "http://127.0.0.1:${port}/sms/kannel"
automatic = "none"

[sms.kannel.send]
url = "http://127.0.0.1:${sendsms_port}"
account = "hotline"
secret = "${password}"
hours = "00:00-24:00"
`,
  });
  place.write("hotline.toml", readFileSync(place.config, "utf8").replace('["127.0.0.1:0"]', `["127.0.0.1:${port}"]`));
  server = await place.serve();
  operator_port = await start_kannel("kannel", "", sendsms_port);
});
after(() => {
  for (const child of children) child.kill("SIGKILL");
});

test("plain texts, each once", { skip }, async () => {
  const operator = send("+5016200001", "+5018005551", "text", "Ayuda por favor 50% a=b c+d");
  const found = await arrives(operator, "Ayuda por favor 50% a=b c+d");
  const { content } = (await server.show_with_number(found.id)).timeline[0];
  assert.deepEqual([content.from, content.to, content.flags], ["+5016200001", "+5018005551", []]);
  assert.notEqual(content.message_id, "");
});

const percent = (bytes) => [...bytes].map((byte) => `%${byte.toString(16).padStart(2, "0")}`).join("");
const utf16be = (text) => Buffer.from(text, "utf16le").swap16();

test("texts in UCS-2: accents, a line end, emoji", { skip }, async () => {
  for (const [i, text] of ["Ayúdame, ¿dónde está?", "línea uno\nlínea dos", "тест 🙏🏽 ñ"].entries()) {
    await arrives(send(`+501620010${i}`, "+5018005551", "ucs2", percent(utf16be(text))), text);
  }
});

const long_text = (reference) => `${reference}. ${"They keep our passports; we are four in a house near the river and the man who drives us comes at six. ".repeat(4).trim()}`;
/** The three parts of such a text, with the header (UDH) by which telephones put them together. */
const parts_of = (reference) => [0, 1, 2].map((i) =>
  ({ header: percent(Buffer.from([5, 0, 3, reference, 3, i + 1])), text: long_text(reference).slice(i * 151, (i + 1) * 151) }));
/** The last first. Kannel listens to one fake operator at a time. */
async function send_parts(port, from, reference) {
  for (const { header, text } of parts_of(reference).reverse()) {
    const operator = send_to(port, from, "+5018005551", "udh-text", header, text);
    await until(() => operator.output.includes("sent message 1"), "the fake operator");
    await stop(operator);
  }
}

test("a text in three parts: Kannel puts it together by itself", { skip }, async () => {
  assert.equal(parts_of(42).map(({ text }) => text).join(""), long_text(42));
  await send_parts(operator_port, "+5016200400", 42);
  const found = await until(async () => (await server.cases()).find((entry) => entry.text === long_text(42)), "the long text");
  assert.equal(found.reports, 1);
});

test("a Kannel that leaves the parts apart: each is kept", { skip }, async () => {
  const port = await start_kannel("kannel-parts", "sms-combine-concatenated-mo = false");
  await send_parts(port, "+5016200500", 43);
  const texts = parts_of(43).map(({ text }) => text);
  const found = await until(async () => (await server.cases()).find((entry) => entry.reports === 3), "three parts from one number");
  const { timeline } = await server.show(found.id);
  assert.deepEqual(timeline.map(({ text }) => text).sort(), texts.sort());
});

const answer_of = async (id, text) => (await server.show(id)).timeline.find((entry) => entry.kind === "reply" && entry.text === text)?.sms;
async function hear(from, text) {
  const operator = send(from, "+5018005551", "text", text);
  const found = await until(async () => (await server.cases()).find((entry) => entry.text === text), text);
  return { operator, id: found.id };
}

test("an answer leaves through Kannel to the operator, from the number that was written to", { skip }, async () => {
  const { operator, id } = await hear("+5016200601", "please answer");
  await place.succeed("case", "reply", id, "--text", "Can you talk? 50% & a+b", ...server.as());
  await until(() => /Got message .*>/.test(operator.output), "the operator to get it");
  assert.match(operator.output, /Got message 1: <\+5018005551 \+5016200601 text Can you talk\? 50% & a\+b>/);
  await until(async () => (await answer_of(id, "Can you talk? 50% & a+b")).state === "delivered", "Kannel's report");
  await stop(operator);
});

test("accents go as UCS-2", { skip }, async () => {
  const { operator, id } = await hear("+5016200602", "con acentos");
  await place.succeed("case", "reply", id, "--text", "¿Está ahí?", ...server.as());
  await until(() => /Got message .*>/.test(operator.output), "the operator to get it");
  const as_kannel_writes = [...utf16be("¿Está ahí?")].map((byte) => (byte === 32 ? "+" : /[0-9A-Za-z]/.test(String.fromCharCode(byte)) ? String.fromCharCode(byte) : percent([byte]).toUpperCase())).join("");
  assert.ok(operator.output.includes(`<+5018005551 +5016200602 ucs-2 ${as_kannel_writes}>`), operator.output);
  await stop(operator);
});

test("what Kannel has no way for is refused", { skip }, async () => {
  const { operator, id } = await hear("+447700900123", "from far away");
  await place.succeed("case", "reply", id, "--text", "no way there", ...server.as());
  const state = await until(async () => { const found = await answer_of(id, "no way there"); return found.state === "refused" && found; }, "the refusal");
  assert.deepEqual([state.reason, state.code], ["bad-number", "403"]);
  await stop(operator);
});

test("what comes while we are away comes later, once", { skip }, async () => {
  const port = new URL(server.public).port;
  await server.stop();
  // Kannel must have met a closed door before we come back to it.
  const door = createServer();
  const met = new Promise((resolve) => door.on("connection", (socket) => {
    socket.on("error", () => {}).destroy();
    door.close(resolve);
  }));
  await new Promise((resolve) => door.listen(port, "127.0.0.1", resolve));
  const operator = send("+5016200300", "+5018005551", "text", "while nobody listened");
  await met;
  server = await place.serve();
  await arrives(operator, "while nobody listened");
  assert.equal((await server.cases()).filter((entry) => entry.text === "while nobody listened").length, 1);
});
