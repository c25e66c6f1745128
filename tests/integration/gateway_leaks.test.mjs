#!/usr/bin/env node
// Of what gateways send nothing remains outside the sealed text: each built-in gateway gets a text, forgeries, nonsense, other methods
// and odd headers, with words and numbers of their own everywhere. Afterwards these are in no answer, no log, no file and no column, in
// no spelling, no encoding, and for numbers under no hash either. The same of what comes and goes by an operator's link.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import http from "node:http";
import { join } from "node:path";
import test from "node:test";
import { database_pages } from "./database_pages.mjs";
import { FakeOperator, smpp, utf16be } from "./fake_operator.mjs";
import { gateways, path_token, settings } from "./gateway_requests.mjs";
import { each_window, files_below, marker, Search, search_memory } from "./memory.mjs";
import { Place, root, until } from "./support.mjs";

const { load } = await import(`${root}/build/npm/load.mjs`);
const { blake2b } = await load("@noble/hashes/blake2.js");

/** Every word and every number that was sent, by what it was. */
const words = {};
const numbers = {};
const note = (name, value, to) => {
  assert.equal(to[name], undefined, `${name} is used twice`);
  return (to[name] = value);
};
let counted = 0;
const word = (name) => note(`${name} ${++counted}`, marker(24), words);
/** A number of the region that nobody else has. */
function number(name) {
  const digits = [...marker(6)].map((c) => c.charCodeAt(0) % 10).join("");
  const made = `+5016${digits}`;
  return Object.values(numbers).includes(made) ? number(name) : note(`${name} ${++counted}`, made, numbers);
}

/** Ways to write +5016123456. */
function spellings(e164) {
  const digits = e164.slice(1);
  const own = digits.slice(3);
  const dashed = `${own.slice(0, 3)}-${own.slice(3)}`;
  return [e164, digits, own, dashed, `+501 ${dashed}`, `+501-${dashed}`, `00${digits}`, `011${digits}`, `tel:${e164}`, `whatsapp:${e164}`];
}
const hashes = {
  md5: (text) => createHash("md5").update(text).digest(), sha1: (text) => createHash("sha1").update(text).digest(),
  sha256: (text) => createHash("sha256").update(text).digest(), sha512: (text) => createHash("sha512").update(text).digest(),
  "blake2b-256": (text) => Buffer.from(blake2b(Buffer.from(text), { dkLen: 32 })),
};

/** Everything that must not be found. Hashes also in hex and base64. */
function all_needles() {
  const needles = { ...words };
  for (const [name, e164] of Object.entries(numbers)) {
    for (const [i, text] of spellings(e164).entries()) {
      // The longer ones hold the digits or the dashed form: only those three are looked for by themselves.
      if (i >= 1 && i <= 3) {
        needles[`${name} as ${i}`] = text;
        needles[`${name} as ${i}, UTF-16BE`] = Buffer.from(text, "utf16le").swap16();
        needles[`${name} as ${i}, percent`] = Buffer.from([...text].map((c) => `%${c.charCodeAt(0).toString(16)}`).join(""));
      }
      for (const [kind, hash] of Object.entries(hashes)) {
        const bytes = hash(text);
        const forms = { "": bytes, hex: Buffer.from(bytes.toString("hex")), HEX: Buffer.from(bytes.toString("hex").toUpperCase()), base64: Buffer.from(bytes.toString("base64")) };
        // Its beginning tells it apart, and finds one that was cut.
        for (const [form, all] of Object.entries(forms)) needles[`${name} as ${i}, ${kind} ${form}`] = all.subarray(0, form === "" ? 8 : 10);
      }
    }
  }
  return needles;
}

const agent = new http.Agent({ keepAlive: true });
/** All that comes back, as one text. */
function send(server, { method, path, headers, body }) {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(server.public);
    const request = http.request({ agent, hostname, port, method, path, headers: body ? { ...headers, "Content-Length": Buffer.byteLength(body) } : headers }, (answer) => {
      const pieces = [];
      answer.on("data", (piece) => pieces.push(piece));
      answer.on("end", () => resolve({ status: answer.statusCode, all: Buffer.from(answer.rawHeaders.join("\n") + Buffer.concat(pieces).toString("latin1"), "latin1") }));
    });
    request.on("error", reject);
    request.end(body || undefined);
  });
}

/** What each gateway sends, right and wrong: { what, status, request }. `status` is what it must be answered, or several. */
function requests_of(name) {
  const { token, path, write, sign } = gateways[name];
  const base = `/sms/${name}`;
  const end = path ? `/${path_token}` : "";
  const url = `http://report.test${base}${end}`;
  const texts = [];
  const fresh = (what, spell = (e164) => e164) => {
    const text = `${word(`${name}: ${what}: text`)} ${spell(number(`${name}: ${what}: number in text`))}`;
    return { from: number(`${name}: ${what}: from`), to: number(`${name}: ${what}: to`), id: word(`${name}: ${what}: id`), text, more: word(`${name}: ${what}: more`) };
  };
  /** Headers that any client might send. */
  const around = (what) => ({ "User-Agent": word(`${what}: agent`), "X-Forwarded-For": number(`${what}: forwarded`), Cookie: `a=${word(`${what}: cookie`)}`,
    Referer: `http://${word(`${what}: referer`)}/`, [`X-${word(`${what}: header name`)}`]: number(`${what}: header`) });
  const as_sent = (what, request, more = {}, at = base + end) => ({ method: request.method, body: request.body,
    path: at + (request.query ? `?${request.query}` : ""), headers: { ...around(`${name}: ${what}`), ...(request.type ? { "Content-Type": request.type } : {}), ...request.headers, ...more } });
  const signed = (words_of, with_token = token, change = () => {}) => {
    const request = write(words_of);
    change(request);
    const query = request.query;
    sign(request, with_token, request.method === "GET" && query ? `${url}?${query}` : url);
    return request;
  };
  const one = fresh("valid");
  texts.push(one);
  const list = [["valid", 200, as_sent("valid", signed(one))]];
  if (!token || path) list.push(["wrong secret path", 403, as_sent("wrong path", signed(fresh("wrong path")), {}, `${base}/${word(`${name}: as secret path`)}`)]);
  if (token) {
    const other = token.includes(":") ? `${word(`${name}: as name`)}:${word(`${name}: as password`)}` : `whsec_${word(`${name}: as token`)}`;
    list.push(["wrong token", 403, as_sent("wrong token", signed(fresh("wrong token"), other))]);
    const odd = signed(fresh("odd proof"));
    for (const header of Object.keys(odd.headers)) odd.headers[header] = `${word(`${name}: odd ${header}`)} ${number(`${name}: odd ${header}`)}`;
    if (name === "smssync") odd.body = odd.body.replace(/secret=.*/, `secret=${word(`${name}: odd secret`)}`);
    if (name.startsWith("vonage-sms")) for (const at of ["query", "body"]) odd[at] = odd[at].replace(/sig=.*/, `sig=${word(`${name}: odd sig`)}`);
    list.push(["odd proof", 403, as_sent("odd proof", odd)]);
    list.push(["no proof", [403, 503], as_sent("no proof", write(fresh("no proof")))]);
  }
  const nonsense = ({ text, from, more }) => (request) => {
    const at = request.method === "GET" ? "query" : "body";
    request[at] = request.type === "application/json" ? `{"${more}":"${text}","${from}` : `${more}=${encodeURIComponent(text)}&${encodeURIComponent(from)}=%zz`;
  };
  const lost = fresh("nonsense");
  list.push(["nonsense", [200, 400, 403], as_sent("nonsense", signed(lost, token, nonsense(lost)))]);
  list.push(["put", 405, as_sent("put", { ...signed(fresh("put")), method: "PUT" })]);
  const typed = signed(fresh("other type"));
  if (typed.method === "POST") list.push(["other type", 415, as_sent("other type", typed, { "Content-Type": `text/${word(`${name}: type`)}` })]);
  list.push(["odd authorization", [200, 403, 415, 503], as_sent("odd authorization", write(fresh("odd authorization")), { Authorization: `Basic ${word(`${name}: authorization`)}`, Host: `${word(`${name}: host`)}.test` })]);
  list.push(["below it", [403, 404], { method: "GET", headers: around(`${name}: below it`), path: `${base}/${encodeURIComponent(number(`${name}: in path`))}/${word(`${name}: below`)}?from=${number(`${name}: in query`).slice(1)}` }]);
  list.push(["a query", [200, 400, 403, 405, 415, 503], { method: "GET", headers: around(`${name}: query`),
    path: `${base}${end}?from=${encodeURIComponent(number(`${name}: escaped`))}&text=${word(`${name}: query text`)}&${word(`${name}: field name`)}=tel:${number(`${name}: tel`)}` }]);
  // Who may send pictures may send as much, but not what cannot be read.
  list.push(["large", [400, 403, 413, 405], as_sent("large", { ...write(fresh("large")), method: "POST", query: "", body: `${word(`${name}: large`)}${"x".repeat(70_000)}${number(`${name}: large`)}` })]);
  return { list, texts };
}

/** All that the server writes by itself. */
function traces_of(server) {
  const { folder } = server.place;
  const pages = database_pages(join(folder, "hotline.db"), readFileSync(join(folder, "hotline.key"), "latin1").trim());
  assert.notEqual(new Search({ schema: "CREATE TABLE", name: server.place.name }).in(pages).length, 0, "the database is read as it is");
  return [...files_below(folder).map((path) => [path, readFileSync(path)]), ["the database, opened with its key", pages],
    ["standard error", Buffer.from(server.errors)], ["standard output", Buffer.from(server.output)]];
}

function look_for(search, server, when) {
  for (const [where, bytes] of traces_of(server)) {
    const found = new Set(search.in(bytes).map(({ name, form }) => `${name} (${form})`));
    assert.deepEqual([...found], [], `${when}: found in ${where}`);
  }
}

/** That nothing is left in memory either, as soon as what is under way has ended. */
async function look_into_memory(t, server) {
  try {
    each_window(server.pid, () => {});
  } catch {
    t.diagnostic("this user may not read the server's memory, which is how it should be; run as root to have it searched");
    return;
  }
  // Whole numbers, and words in pieces.
  const plain = new Search({ ...words, ...Object.fromEntries(Object.entries(numbers).map(([name, e164]) => [name, e164.slice(1)])) });
  let left;
  const since = Date.now();
  await until(() => {
    left = search_memory(server.pid, plain).found;
    return left.length === 0 || Date.now() - since > 30_000;
  }, "memory to be clean", 60);
  assert.deepEqual(left.map(({ name, form, map, around }) => `${name} (${form}) in ${map}: ${around}`), []);
}

test("the search finds a number in every spelling and under every hash", () => {
  const e164 = number("tried");
  const needles = new Search(all_needles());
  for (const text of spellings(e164)) {
    const forms = [Buffer.from(text), Buffer.from(text, "utf16le"), Buffer.from(text, "utf16le").swap16(), Buffer.from(Buffer.from(text).toString("hex")), Buffer.from(encodeURIComponent(text)),
      Buffer.from([...text].map((c) => `%${c.charCodeAt(0).toString(16)}`).join("")), ...[0, 1, 2].map((n) => Buffer.from(Buffer.from("x".repeat(n) + text + "y".repeat(n)).toString("base64"))),
      ...Object.values(hashes).flatMap((hash) => [hash(text), Buffer.from(hash(text).toString("hex")), Buffer.from(hash(text).toString("base64"))])];
    for (const bytes of forms) assert.notEqual(needles.in(Buffer.concat([Buffer.from("before "), bytes, Buffer.from(" after")])).length, 0, `${text}: ${bytes.toString("latin1")}`);
  }
  assert.deepEqual(needles.in(Buffer.from(marker(1000))), []);
  delete numbers[Object.keys(numbers)[0]];
});

test("of texts by every gateway, and of what is no text, nothing remains outside the sealed ones", async (t) => {
  const place = await Place.found({ settings, log: "debug" });
  const server = await place.serve();
  const answers = [];
  const wanted = [];
  for (const name of Object.keys(gateways)) {
    const { list, texts } = requests_of(name);
    wanted.push(...texts);
    for (const [what, status, request] of list) {
      const answer = await send(server, request);
      assert.ok([status].flat().includes(answer.status), `${name}: ${what}: ${answer.status} ${answer.all}`);
      answers.push([`the answer of ${name} to: ${what}`, answer.all]);
    }
  }
  // They did arrive, and what the desk opens has the numbers made alike.
  const cases = await server.cases();
  for (const { text, from } of wanted) {
    const found = cases.filter((entry) => entry.text === text);
    assert.equal(found.length, 1, text);
    if (text === wanted[0].text) assert.equal((await server.show_with_number(found[0].id)).timeline[0].content.from, from);
  }
  const search = new Search(all_needles());
  const look = (when) => look_for(search, server, when);
  for (const [where, bytes] of answers) assert.deepEqual(search.in(bytes), [], `found in ${where}`);
  assert.match(server.errors, /sms_signature_refused/, "the log is read as it is");
  look("while it runs");

  await look_into_memory(t, server);
  agent.destroy();
  await server.stop();
  look("after the end");
});

test("of texts that come and go by an operator's link nothing remains outside the sealed ones", async (t) => {
  const password = "pass-4me";
  const operator = await FakeOperator.start({ password });
  t.after(() => operator.away());
  const place = await Place.found({ log: "debug", settings: `
[sms.op]
automatic = "none"
[sms.op.smpp]
host = "127.0.0.1"
port = ${operator.port}
system_id = "hotline"
password = "${password}"
[sms.op.send]
from = "555"
hours = "00:00-24:00"
` });
  const server = await place.serve();
  const digits = (name) => number(`operator: ${name}`).slice(1);
  const deliver = async (name, fields) => assert.equal(await operator.deliver(digits(`${name}: from`), { destination_addr: digits(`${name}: to`), ...fields }), smpp.ESME_ROK);
  const latin = (text) => Buffer.from(text, "latin1");

  const first = `${word("operator: latin")} ${number("operator: latin: in text")}`;
  const from = digits("answered: from");
  assert.equal(await operator.deliver(from, { short_message: { message: latin(first) }, data_coding: 3 }), smpp.ESME_ROK);
  await deliver("wide", { short_message: { message: utf16be(`${word("operator: wide")} ñ`) }, data_coding: 8 });
  await deliver("payload", { short_message: { message: Buffer.alloc(0) }, message_payload: { message: latin(word("operator: payload")) }, data_coding: 3 });
  for (const n of [2, 1]) await deliver(`part ${n}`, { esm_class: 0x40, data_coding: 3, short_message: { udh: Buffer.from([5, 0, 3, 7, 2, n]), message: latin(word("operator: part")) } });
  await deliver("binary", { short_message: { message: latin(`\x83${word("operator: binary")}`) }, data_coding: 4 });
  assert.equal(await operator.deliver(digits("receipt: from"), { esm_class: 4, data_coding: 0,
    short_message: { message: latin(`id:${word("operator: receipt")} sub:001 dlvrd:001 submit date:2611240310 done date:2611240311 stat:DELIVRD err:000 text:${word("operator: receipt text")}`) } }), smpp.ESME_ROK);
  // What is no text, and what the session has no use for.
  const answered = new Promise((resolve) => operator.session.once("generic_nack", resolve));
  operator.session.submit_sm({ source_addr: digits("submit: from"), destination_addr: digits("submit: to"), short_message: { message: latin(word("operator: submit")) } });
  operator.session.send(new smpp.PDU("query_sm", { message_id: word("operator: query"), source_addr: digits("query: from"), sequence_number: 99 }));
  await answered;

  const { id } = await server.case_of(first);
  const answer = `${word("operator: answer")} ${number("operator: in answer")}`;
  await place.succeed("case", "reply", id, "--text", answer, ...server.as());
  await until(() => operator.to(from).length > 0, "the answer");
  assert.equal(operator.to(from)[0].text, answer);
  assert.equal(await operator.receipt(operator.to(from)[0].id, "DELIVRD"), smpp.ESME_ROK);
  assert.equal((await server.cases()).length, 6);

  const search = new Search(all_needles());
  look_for(search, server, "while it runs");
  await look_into_memory(t, server);
  await server.stop();
  look_for(search, server, "after the end");
  assert.ok(!server.errors.includes(password));
});

test("each built-in gateway is among them", () => {
  const built_in = files_below(join(root, "server/sms/gateways")).map((path) => path.replace(/.*\/(.*)\.toml/, "$1"));
  assert.deepEqual(Object.keys(gateways).sort(), built_in.sort());
});
