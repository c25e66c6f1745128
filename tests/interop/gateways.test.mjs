#!/usr/bin/env node
// The vendors' own code against the real server: what their library signs, or what it takes for signed, is taken and stored once; what is
// changed afterwards is refused. Where a library only verifies we sign, and it must agree before the server is asked.
import assert from "node:assert/strict";
import { createHash, createHmac, generateKeyPairSync, randomBytes, sign } from "node:crypto";
import test, { before } from "node:test";
import { Place, curl, root } from "../integration/support.mjs";

const { load } = await import(`${root}/build/npm/load.mjs`);
const token = "a-secret-of-twenty-five-b";
const path_token = randomBytes(16).toString("hex");
const { publicKey, privateKey } = generateKeyPairSync("ed25519");
const telnyx_key = publicKey.export({ type: "spki", format: "der" }).subarray(-32).toString("base64");
const standard_key = `whsec_${randomBytes(24).toString("base64")}`;

let server;
before(async () => {
  const line = (name, more = "", secret = token) => `[sms.${name}]\ngateway = "${name}"\ntoken = "${secret}"\n${more}`;
  const by_path = `path_token = "${path_token}"\n`;
  const place = await Place.found({
    settings: [
      line("telnyx", "", telnyx_key), line("plivo"), line("plivo-v2", by_path), line("vonage-messages"), line("messagebird"), line("sinch"),
      line("whatsapp", by_path), line("standard-webhooks", "", standard_key), line("kannel", "", `kannel:${token}`), line("android"),
    ].join("\n"),
  });
  server = await place.serve();
});

const signed_url = (name) => `http://report.test/sms/${name}`;
let sent = 0;
/** A text that nobody sent before, with what makes parsers stumble, from a number of its own. */
const words = () => ({ id: randomBytes(12).toString("hex"), from: `+501${6_100_000 + ++sent}`, to: "+5018005551", text: `Ayúdame ${sent} 🙏\n50% & a=b + "c" \\` });
const now = () => Math.floor(Date.now() / 1000);
const form = (fields) => new URLSearchParams(fields).toString();
const hex_sha256 = (text) => createHash("sha256").update(text).digest("hex");

async function post(name, body, headers, { type = "application/json", path = "" } = {}) {
  const answer = await fetch(`${server.public}/sms/${name}${path}`, { method: "POST", headers: { "Content-Type": type, ...headers }, body });
  return { status: answer.status, text: await answer.text() };
}
const texts = async () => (await server.cases()).map((entry) => entry.text);

/**
 * `make(words)` gives { body, headers }, rightly signed. It is sent twice; then other words under the same proof, and without a proof.
 * Gives what the last two were answered.
 */
async function try_gateway(name, make, { type, path, answer } = {}) {
  const options = { type, path };
  const one = words();
  const good = await make(one);
  const first = await post(name, good.body, good.headers, options);
  assert.equal(first.status, 200, `${name}: ${first.text}`);
  if (answer !== undefined) assert.equal(first.text, answer);
  assert.deepEqual(await post(name, good.body, good.headers, options), first, `${name}: a duplicate gets the same answer`);
  const stored = await texts();
  assert.equal(stored.filter((text) => text === one.text).length, 1, `${name}: the desk opens it, once`);
  const other = words();
  const forged = await post(name, (await make(other)).body, good.headers, options);
  const bare = await post(name, (await make(other)).body, {}, options);
  assert.equal((await texts()).includes(other.text), forged.status === 200, `${name}: stored if it was taken`);
  return { forged: forged.status, bare: bare.status };
}

const is_form = { type: "application/x-www-form-urlencoded" };

test("telnyx takes our signatures for its own, and so does the server", async () => {
  const { default: Telnyx } = await load("telnyx");
  const client = new Telnyx({ apiKey: "KEY", publicKey: telnyx_key });
  const make = async ({ id, from, to, text }) => {
    const body = JSON.stringify({ data: { event_type: "message.received", id: randomBytes(8).toString("hex"), occurred_at: new Date().toISOString(), record_type: "event",
      payload: { id, direction: "inbound", type: "SMS", record_type: "message", from: { phone_number: from }, to: [{ phone_number: to, status: "webhook_delivered" }], text, media: [] } } });
    const stamp = String(now());
    const headers = { "telnyx-timestamp": stamp, "telnyx-signature-ed25519": sign(null, Buffer.from(`${stamp}|${body}`), privateKey).toString("base64") };
    const event = await client.webhooks.unwrap(body, { headers });
    assert.equal(event.data.payload.text, text);
    return { body, headers };
  };
  const { forged, bare } = await try_gateway("telnyx", make);
  assert.deepEqual([forged, bare], [403, 403]);
});

test("plivo: signature V3 by its own verifier, and V2", async () => {
  const plivo = await load("plivo");
  const { validateV3Signature, validateSignature } = plivo.default ?? plivo;
  const fields = ({ id, from, to, text }) => ({ From: from.slice(1), To: to.slice(1), Text: text, MessageUUID: id, Type: "sms" });
  const v3 = async (of) => {
    const params = fields(of);
    const nonce = randomBytes(8).toString("hex");
    const text = `${signed_url("plivo")}?${Object.keys(params).sort().map((key) => key + params[key]).join("")}.${nonce}`;
    const signature = createHmac("sha256", token).update(text).digest("base64");
    assert.equal(validateV3Signature("POST", signed_url("plivo"), nonce, token, signature, params), true);
    return { body: form(params), headers: { "X-Plivo-Signature-V3": signature, "X-Plivo-Signature-V3-Nonce": nonce } };
  };
  const { forged, bare } = await try_gateway("plivo", v3, is_form);
  assert.deepEqual([forged, bare], [403, 403]);

  const address = `${signed_url("plivo-v2")}/${path_token}`;
  const v2 = async (of) => {
    const nonce = randomBytes(8).toString("hex");
    const signature = createHmac("sha256", token).update(address + nonce).digest("base64");
    assert.equal(validateSignature(address, nonce, signature, token), true);
    return { body: form(fields(of)), headers: { "X-Plivo-Signature-V2": signature, "X-Plivo-Signature-V2-Nonce": nonce } };
  };
  const weak = await try_gateway("plivo-v2", v2, { ...is_form, path: `/${path_token}` });
  assert.equal(weak.bare, 403);
  // It signs the address alone, as Plivo does: that is why the secret path is demanded.
  assert.equal(weak.forged, 200);
  const good = await v2(words());
  assert.equal((await post("plivo-v2", good.body, good.headers, is_form)).status, 403, "without the secret path");
});

const encode = (object) => Buffer.from(JSON.stringify(object)).toString("base64url");
const jwt = (claims, key = token, alg = "HS256") => {
  const text = `${encode({ alg, typ: "JWT" })}.${encode(claims)}`;
  return `${text}.${createHmac(alg.replace("HS", "sha"), key).update(text).digest("base64url")}`;
};

test("vonage: a JWT that @vonage/jwt verifies; and the body it does not look at is bound by us", async () => {
  const { verifySignature } = await load("@vonage/jwt");
  const make = async ({ id, from, to, text }) => {
    const body = JSON.stringify({ channel: "sms", message_uuid: id, from: from.slice(1), to: to.slice(1), text, timestamp: new Date().toISOString(), message_type: "text" });
    const proof = jwt({ iat: now(), jti: randomBytes(8).toString("hex"), iss: "Vonage", payload_hash: hex_sha256(body), api_key: "abcd1234" });
    assert.equal(verifySignature(proof, token), true);
    return { body, headers: { Authorization: `Bearer ${proof}` } };
  };
  const { forged, bare } = await try_gateway("vonage-messages", make);
  // On a fault of their own they call without a proof, and again with one when they hear 503.
  assert.deepEqual([forged, bare], [403, 503]);
});

test("messagebird: a JWT that its library verifies", async () => {
  const library = await load("messagebird/lib/webhook-signature-jwt.js");
  const { verify } = library.default ?? library;
  const { createSecretKey } = await import("node:crypto");
  const make = async ({ id, from, to, text }) => {
    const body = form({ id, originator: from.slice(1), recipient: to.slice(1), body: text, createdDatetime: new Date().toISOString() });
    const proof = jwt({ iss: "MessageBird", nbf: now() - 1, exp: now() + 60, jti: randomBytes(8).toString("hex"), url_hash: hex_sha256(signed_url("messagebird")), payload_hash: hex_sha256(body) }, token, "HS384");
    assert.equal(await verify(signed_url("messagebird"), Buffer.from(body), proof, createSecretKey(Buffer.from(token))), true);
    return { body, headers: { "MessageBird-Signature-JWT": proof } };
  };
  const { forged, bare } = await try_gateway("messagebird", make, { ...is_form, answer: "OK" });
  assert.deepEqual([forged, bare], [403, 403]);
});

test("sinch: signed by its own library", async () => {
  const library = await load("@sinch/sdk-core");
  const { calculateWebhookSignature, SmsCallbackWebhooks, computeSignedData } = library.default ?? library;
  const make = async ({ id, from, to, text }) => {
    const body = JSON.stringify({ type: "mo_text", id, from: from.slice(1), to: to.slice(1), body: text, operator_id: "70267", received_at: new Date().toISOString() });
    const nonce = randomBytes(12).toString("hex");
    const stamp = String(now());
    const signature = calculateWebhookSignature(computeSignedData(body, nonce, stamp), token);
    const headers = { "x-sinch-webhook-signature": signature, "x-sinch-webhook-signature-nonce": nonce, "x-sinch-webhook-signature-timestamp": stamp, "x-sinch-webhook-signature-algorithm": "HmacSHA256" };
    assert.equal(new SmsCallbackWebhooks(token).validateAuthenticationHeader(headers, body, "", "POST"), true);
    return { body, headers };
  };
  const { forged, bare } = await try_gateway("sinch", make);
  assert.deepEqual([forged, bare], [403, 403]);
});

test("whatsapp: a hub signature by @octokit/webhooks-methods, and the challenge", async () => {
  const hub = await load("@octokit/webhooks-methods");
  const make = async ({ id, from, to, text }) => {
    const value = { messaging_product: "whatsapp", metadata: { display_phone_number: to.slice(1), phone_number_id: "1" }, contacts: [{ profile: { name: "A Name" }, wa_id: from.slice(1) }],
      messages: [{ from: from.slice(1), id, timestamp: String(now()), type: "text", text: { body: text } }], statuses: [{ id: "x", status: "read" }] };
    const body = JSON.stringify({ object: "whatsapp_business_account", entry: [{ id: "1", changes: [{ field: "messages", value }] }] });
    return { body, headers: { "X-Hub-Signature-256": await hub.sign(token, body) } };
  };
  const path = `/${path_token}`;
  const { forged, bare } = await try_gateway("whatsapp", make, { path });
  assert.deepEqual([forged, bare], [403, 403]);
  const ask = (at, challenge = "1158201444") => curl(`${server.public}/sms/whatsapp${at}?hub.mode=subscribe&hub.challenge=${challenge}&hub.verify_token=x`);
  const answer = await ask(path);
  assert.deepEqual([answer.status, answer.text], [200, "1158201444"]);
  assert.equal((await ask("")).status, 403);
  assert.notEqual((await ask(path, "%3Cscript%3E")).status, 200, "only what a challenge looks like comes back");
  const forged_get = await curl(`${server.public}/sms/whatsapp${path}?entry.0.changes.0.value.messages.0.from=1&entry.0.changes.0.value.messages.0.id=1`);
  assert.equal(forged_get.status, 403, "the path alone proves no message");
});

test("standard webhooks: signed by its own library", async () => {
  const { Webhook } = await load("standardwebhooks");
  const webhook = new Webhook(standard_key);
  const make = async ({ id, from, to, text }) => {
    const body = JSON.stringify({ type: "message.received", timestamp: new Date().toISOString(), data: { from, to, text } });
    const at = new Date(now() * 1000);
    const headers = { "webhook-id": id, "webhook-timestamp": String(now()), "webhook-signature": webhook.sign(id, at, body) };
    webhook.verify(body, headers);
    return { body, headers };
  };
  const { forged, bare } = await try_gateway("standard-webhooks", make);
  assert.deepEqual([forged, bare], [403, 403]);
});

test("the phone: signed as its documentation says; stale is taken and flagged, a short time is not a time", async () => {
  const make = async ({ id, from, to, text }, stamp = String(now())) => {
    const body = JSON.stringify({ deviceId: "d", event: "sms:received", id, payload: { messageId: "m", message: text, sender: from, recipient: to, simNumber: 1, receivedAt: new Date().toISOString() }, webhookId: "w" });
    return { body, headers: { "X-Timestamp": stamp, "X-Signature": createHmac("sha256", token).update(body + stamp).digest("hex") } };
  };
  const { forged, bare } = await try_gateway("android", make);
  assert.deepEqual([forged, bare], [403, 403]);
  const late = words();
  const stale = await make(late, String(now() - 3600));
  assert.equal((await post("android", stale.body, stale.headers)).status, 200);
  const found = await server.case_of(late.text);
  assert.deepEqual((await server.show(found.id)).timeline[0].content.flags, ["late"]);
  // The last digits of the body could else be moved into the time.
  const moved = await make(words(), `1${now()}`);
  assert.equal((await post("android", moved.body, moved.headers)).status, 403);
});
