#!/usr/bin/env node
// What the vendors' own libraries send for a text, and what our server sends for the same text: the same request, as far as it matters.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import test, { after, before } from "node:test";
import { Place, post_form, root, until } from "../integration/support.mjs";

const require = createRequire(`${root}/build/npm/load.mjs`);
const account = "MAXXXXXXXXXXXXXXXXXX";
const secret = "a-secret-for-the-api";
const from = "+15005550006";
const words = "¿Está bien? 50% & a=b + \"c\" \\\nñ 🙏";

const requests = [];
const answers = {
  twilio: [201, { sid: "SM1", status: "queued" }],
  telnyx: [200, { data: { id: "t1" } }],
  plivo: [202, { message: "queued", message_uuid: ["p1"], api_id: "a" }],
  sinch: [201, { id: "s1", to: ["1"], from: "1", canceled: false, body: "x", type: "mt_text" }],
  messagebird: [201, { id: "m1" }],
};
const vendor_of = (path) => Object.entries({ twilio: "/2010-04-01/", telnyx: "/v2/messages", plivo: "/v1/Account/", sinch: "/xms/v1/", messagebird: "/messages" }).find(([, start]) => path.startsWith(start))?.[0];
const fake = createServer(async (request, response) => {
  const pieces = [];
  for await (const piece of request) pieces.push(piece);
  const vendor = vendor_of(request.url);
  requests.push({ vendor, method: request.method, path: request.url, authorization: request.headers.authorization, type: request.headers["content-type"], body: Buffer.concat(pieces).toString() });
  const [status, body] = answers[vendor] ?? [404, {}];
  response.writeHead(status, { "Content-Type": "application/json" }).end(JSON.stringify(body));
});
let origin;
let place;
let server;

/** The vendor's [send], and texts that come in by a form with a secret in it. */
const descriptor = (vendor) => {
  const built_in = readFileSync(`${root}/server/sms/gateways/${vendor}.toml`, "utf8");
  return `name = "${vendor}"
methods = ["POST"]
accept = ["application/x-www-form-urlencoded"]
[[auth]]
kind = "equal"
field = "secret"
[message]
from = "from"
to = "to"
id = "id"
text = "text"
[dedupe]
by = ["id"]
[respond.accepted]
status = 200
${built_in.slice(built_in.indexOf("\n[send]"), built_in.indexOf("\n[report]"))}`;
};

before(async () => {
  await new Promise((resolve) => fake.listen(0, "127.0.0.1", resolve));
  origin = `http://127.0.0.1:${fake.address().port}`;
  place = await Place.found({
    settings: Object.keys(answers).map((name) => `[sms.${name}]\ndescriptor = "${name}.toml"\ntoken = "a-token-to-come-in"\nautomatic = "none"\n` +
      `[sms.${name}.send]\nurl = "${origin}"\naccount = "${account}"\nsecret = "${secret}"\nfrom = "${from}"\nhours = "00:00-24:00"\n`).join(""),
  });
  for (const name of Object.keys(answers)) place.write(`${name}.toml`, descriptor(name));
  server = await place.serve();
});
after(() => fake.close());

/** What our server sends for `words` to a number. */
async function ours(vendor, number) {
  const heard = `heard by ${vendor}`;
  const answer = await post_form(`${server.public}/sms/${vendor}`, { from: number, to: from, id: vendor, text: heard, secret: "a-token-to-come-in" });
  assert.equal(answer.status, 200, answer.text);
  const found = await server.case_of(heard);
  const count = requests.length;
  await place.succeed("case", "reply", found.id, "--text", words, ...server.as());
  await until(() => requests.length > count, `${vendor} to be called`);
  await until(async () => (await server.show(found.id)).timeline.some((entry) => entry.sms?.state === "sent"), `${vendor} to have taken it`);
  return requests.at(-1);
}
/** What the vendor's library sends. */
async function theirs(send) {
  const count = requests.length;
  await send();
  assert.equal(requests.length, count + 1);
  return requests.at(-1);
}
const fields_of = ({ type, body }) => (type.startsWith("application/json") ? JSON.parse(body) : Object.fromEntries(new URLSearchParams(body)));
function assert_alike(own, vendors) {
  assert.equal(own.method, vendors.method);
  assert.equal(own.path, vendors.path);
  assert.equal(own.authorization, vendors.authorization);
}
/** A request of a library that only speaks https to the vendor's host, turned to the fake. */
async function turned(send) {
  const https = require("node:https");
  const http = require("node:http");
  const real = https.request;
  const { port } = fake.address();
  https.request = (options, ...more) => http.request({ ...options, protocol: "http:", hostname: "127.0.0.1", host: "127.0.0.1", port, agent: undefined }, ...more);
  try {
    return await send();
  } finally {
    https.request = real;
  }
}

test("twilio", async () => {
  const twilio = require("twilio");
  const http_client = {
    request: async ({ method, uri, username, password, data }) => {
      const answer = await fetch(uri.replace("https://api.twilio.com", origin), {
        method: method.toUpperCase(),
        headers: { Authorization: `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`, "Content-Type": "application/x-www-form-urlencoded" },
        body: new URLSearchParams(data).toString(),
      });
      return { statusCode: answer.status, body: await answer.json() };
    },
  };
  const sid = `AC${"a".repeat(32)}`;
  const vendors = await theirs(() => twilio(sid, secret, { httpClient: http_client }).messages.create({ to: "+5016220001", from, body: words, statusCallback: "http://report.test/sms/twilio" }));
  const own = await ours("twilio", "+5016220001");
  const as_ours = (text) => text.replaceAll(sid, account);
  assert_alike(own, { ...vendors, path: as_ours(vendors.path), authorization: `Basic ${Buffer.from(`${account}:${secret}`).toString("base64")}` });
  assert.deepEqual(fields_of(own), { ...fields_of(vendors), StatusCallback: fields_of(own).StatusCallback });
  assert.ok(fields_of(vendors).StatusCallback && fields_of(own).StatusCallback);
});

test("telnyx", async () => {
  const Telnyx = require("telnyx");
  const client = new (Telnyx.default ?? Telnyx)({ apiKey: secret, baseURL: `${origin}/v2`, maxRetries: 0 });
  const vendors = await theirs(() => client.messages.send({ from, to: "+5016220002", text: words, webhook_url: "http://report.test/" }));
  const own = await ours("telnyx", "+5016220002");
  assert_alike(own, vendors);
  assert.deepEqual(fields_of(own), { ...fields_of(vendors), webhook_url: fields_of(own).webhook_url });
});

test("plivo", async () => {
  const plivo = require("plivo");
  const client = new plivo.Client(account, secret, { url: `${origin}/v1/Account/${account}` });
  const vendors = await theirs(() => client.messages.create({ src: "15005550006", dst: "5016220003", text: words, url: "http://report.test/" }));
  const own = await ours("plivo", "+5016220003");
  assert_alike(own, vendors);
  const { url, ...rest } = fields_of(vendors);
  assert.deepEqual({ ...fields_of(own), url }, { ...rest, url });
});

test("sinch", async () => {
  const { SinchClient } = require("@sinch/sdk-core");
  const client = new SinchClient({ servicePlanId: account, apiToken: secret, smsHostname: origin });
  const vendors = await theirs(() => client.sms.batches.send({ sendSMSRequestBody: {
    from, to: ["+5016220004"], body: words, delivery_report: "per_recipient_final", callback_url: "http://report.test/", client_reference: "x" } }));
  const own = await ours("sinch", "+5016220004");
  assert_alike(own, vendors);
  const { type, ...rest } = fields_of(vendors);
  assert.ok(type === undefined || type === "mt_text");
  assert.deepEqual(fields_of(own), { ...rest, callback_url: fields_of(own).callback_url, client_reference: fields_of(own).client_reference });
});

test("messagebird", async () => {
  const client = require("messagebird").initClient(secret);
  const vendors = await theirs(() => turned(() => new Promise((resolve, reject) => {
    client.messages.create({ originator: "15005550006", recipients: ["5016220005"], body: words, datacoding: "auto", reference: "x", reportUrl: "http://report.test/" },
      (error, answer) => (error ? reject(error) : resolve(answer)));
  })));
  const own = await ours("messagebird", "+5016220005");
  assert_alike(own, vendors);
  const sent = fields_of(own);
  const vendors_fields = fields_of(vendors);
  assert.deepEqual({ ...sent, recipients: [sent.recipients].flat() }, { ...vendors_fields, recipients: [vendors_fields.recipients].flat(), reportUrl: sent.reportUrl, reference: sent.reference });
});
