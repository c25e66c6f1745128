#!/usr/bin/env node
// An answer by text through gateways whose ways differ from Twilio's, each with a fake written after its documentation: Jasmin (GET, an answer
// that is no JSON, hex for what GSM-7 lacks, a report by form) and Bandwidth (JSON, two ids in the account, reports in a list).
import assert from "node:assert/strict";
import { createServer } from "node:http";
import test, { after, before } from "node:test";
import { Place, post_form, until } from "./support.mjs";

const path_token = "0123456789abcdef0123456789abcdef";
const seen = [];
let status = 200;
const fake = createServer(async (request, response) => {
  const pieces = [];
  for await (const piece of request) pieces.push(piece);
  seen.push({ method: request.method, url: new URL(request.url, "http://x"), authorization: request.headers.authorization, body: Buffer.concat(pieces).toString() });
  if (request.url.startsWith("/send?")) return response.writeHead(status).end(status === 200 ? 'Success "07033084-5cfd-4812-90a4-e4d24ffb6e3d"' : 'Error "User throughput exceeded"');
  if (request.url === "/api/v2/users/9900000/messages") return response.writeHead(202, { "Content-Type": "application/json" }).end('{"id":"14762070468292kw2fuqty55yp2b2","segmentCount":1}');
  if (request.url.startsWith("/cgi-bin/sendsms?")) return request.socket.destroy();
  return response.writeHead(404).end();
});
let place;
let server;
before(async () => {
  await new Promise((resolve) => fake.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${fake.address().port}`;
  place = await Place.found({
    settings: `[sms.jasmin]
gateway = "jasmin"
path_token = "${path_token}"
automatic = "none"
[sms.jasmin.send]
url = "${url}"
account = "hotline"
secret = "pass&word"
hours = "00:00-24:00"
[sms.bw]
gateway = "bandwidth"
token = "hook:a-password-for-the-hook"
automatic = "none"
[sms.bw.send]
url = "${url}"
account = "9900000/93de2206-9669"
secret = "api:pass word"
hours = "00:00-24:00"
[sms.kannel]
gateway = "kannel"
token = "kannel:a-password-for-it"
automatic = "none"
[sms.kannel.send]
url = "${url}"
account = "hotline"
secret = "x"
hours = "00:00-24:00"
[limits]
text_retry_min = 1
text_retry_max = 1
`,
  });
  server = await place.serve();
});
after(() => fake.close());

const answer_of = async (id) => (await server.show(id)).timeline.find((entry) => entry.kind === "reply").sms;
const becomes = (id, state) => until(async () => { const found = await answer_of(id); return found.state === state && found; }, `the answer to be ${state}`);

test("Jasmin: tried again when it is busy, sent in hex, delivered", async () => {
  const address = `${server.public}/sms/jasmin/${path_token}`;
  assert.equal((await post_form(address, { id: "j1", from: "5016220001", to: "15005550006", content: "by jasmin", binary: Buffer.from("by jasmin").toString("hex"), coding: "0", "origin-connector": "c" })).text, "ACK/Jasmin");
  status = 403;
  const { id } = await server.case_of("by jasmin");
  await place.succeed("case", "reply", id, "--text", "¿Está ahí?", ...server.as());
  await until(() => server.errors.includes("text_not_taken"), "a try that is put off");
  status = 200;
  await becomes(id, "sent");
  const sent = Object.fromEntries(seen.at(-1).url.searchParams);
  const { "dlr-url": dlr, ...rest } = sent;
  assert.deepEqual(rest, {
    username: "hotline", password: "pass&word", from: "+15005550006", to: "+5016220001", coding: "8", dlr: "yes", "dlr-level": "2", "dlr-method": "POST",
    "hex-content": Buffer.from("¿Está ahí?", "utf16le").swap16().toString("hex").toUpperCase(),
  });
  assert.equal(new URL(dlr).pathname, `/sms/jasmin/${path_token}`);
  const report = await post_form(address, { id: "07033084-5cfd-4812-90a4-e4d24ffb6e3d", id_smsc: "1", message_status: "DELIVRD", level: "2", err: "000" });
  assert.equal(report.text, "ACK/Jasmin", "or Jasmin would send it again and again");
  assert.equal((await answer_of(id)).state, "delivered");
});

test("Bandwidth: the account's two ids in their places, a failure reported", async () => {
  const login = { Authorization: `Basic ${Buffer.from("hook:a-password-for-the-hook").toString("base64")}`, "Content-Type": "application/json" };
  const hook = (events) => fetch(`${server.public}/sms/bw`, { method: "POST", headers: login, body: JSON.stringify(events) });
  assert.equal((await hook([{ type: "message-received", to: "+15005550006", message: { id: "b1", from: "+5016220002", to: ["+15005550006"], text: "by bandwidth" } }])).status, 200);
  const { id } = await server.case_of("by bandwidth");
  await place.succeed("case", "reply", id, "--text", "hola", ...server.as());
  await becomes(id, "sent");
  const { method, authorization, body } = seen.at(-1);
  assert.equal(method, "POST");
  assert.equal(authorization, `Basic ${Buffer.from("api:pass word").toString("base64")}`);
  const { tag, ...sent } = JSON.parse(body);
  assert.deepEqual(sent, { to: ["+5016220002"], from: "+15005550006", text: "hola", applicationId: "93de2206-9669" });
  assert.match(tag, /^[0-9a-f]{32}$/);
  assert.equal((await hook([{ type: "message-failed", errorCode: 4406, description: "rejected-unallocated-to-number", message: { id: "14762070468292kw2fuqty55yp2b2" } }])).status, 200);
  const { state, reason, code } = await answer_of(id);
  assert.deepEqual([state, reason, code], ["refused", "bad-number", "4406"]);
});

test("Kannel hangs up with the text in hand: not known, until its report tells", async () => {
  const login = { headers: { Authorization: `Basic ${Buffer.from("kannel:a-password-for-it").toString("base64")}` } };
  const address = `${server.public}/sms/kannel`;
  assert.equal((await fetch(`${address}?id=k1&from=%2B5016220003&to=%2B15005550006&text=by+kannel&charset=UTF-8`, login)).status, 200);
  const { id } = await server.case_of("by kannel");
  await place.succeed("case", "reply", id, "--text", "hola", ...server.as());
  assert.equal((await becomes(id, "not-sent")).reason, "perhaps-sent");
  assert.match(await place.succeed("case", "show", id, ...server.as()), /> not known whether it was sent \(code no-answer\): it may have arrived; ask the person/);
  const calls = seen.filter(({ url }) => url.pathname === "/cgi-bin/sendsms");
  assert.equal(calls.length, 1, "it is never asked twice");
  const dlr = new URL(calls[0].url.searchParams.get("dlr-url").replace("%d", "1"));
  assert.deepEqual([dlr.username, decodeURIComponent(dlr.password)], ["kannel", "a-password-for-it"]);
  assert.equal((await fetch(`${address}${dlr.search}`, login)).status, 200);
  assert.equal((await answer_of(id)).state, "delivered");
});

test("nothing of it is logged", () => {
  for (const word of ["622000", "hola", "pass&word", "pass word", path_token]) assert.ok(!server.errors.includes(word), word);
});
