#!/usr/bin/env node
// Twilio's side of a webhook, signed by Twilio's own library: posts texts to a running server and checks the answers.
//   BASE_URL=http://127.0.0.1:8080/sms/demo TOKEN=demo-token [PUBLIC_URL=…] node tests/interop/twilio_webhook.mjs
// PUBLIC_URL is the address that the gateway signs, when it is another one than BASE_URL. Prints each text that must now be there once,
// as JSON.
import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { fileURLToPath } from "node:url";

const root = process.env.HOTLINE_ROOT ?? fileURLToPath(new URL("../..", import.meta.url));
const { BASE_URL: base, TOKEN: token } = process.env;
assert.ok(base && token, "set BASE_URL (with /sms/NAME) and TOKEN");
const signed = process.env.PUBLIC_URL ?? base;
const { load } = await import(`${root}/build/npm/load.mjs`);
const { getExpectedTwilioSignature, validateRequest, validateRequestWithBody } = (await load("twilio")).default;

const sid = () => `SM${randomBytes(16).toString("hex")}`;
// Each text comes from a number of its own, so that each becomes a case.
let senders = 6_000_000;
const message = (text, more = {}) => ({
  ToCountry: "US", ToState: "", SmsMessageSid: "", NumMedia: "0", SmsStatus: "received", FromCountry: "BZ", To: "+15005550006",
  NumSegments: "1", AccountSid: `AC${"0".repeat(32)}`, From: `+501${++senders}`, ApiVersion: "2010-04-01", MessageSid: sid(), Body: text, ...more,
});
const form = (params) => {
  const pairs = new URLSearchParams();
  for (const [name, values] of Object.entries(params)) for (const value of [values].flat()) pairs.append(name, value);
  return pairs.toString();
};
const send = async (method, query, body, type, signature) => {
  const headers = { ...(type && { "Content-Type": type }), ...(signature && { "X-Twilio-Signature": signature }) };
  const answer = await fetch(base + query, { method, headers, body, redirect: "manual" });
  return { status: answer.status, type: answer.headers.get("content-type"), retry: answer.headers.get("retry-after"), text: await answer.text() };
};
const formType = "application/x-www-form-urlencoded";
const post = (params, { query = "", signature = getExpectedTwilioSignature(token, signed + query, params), body = form(params), type = formType } = {}) =>
  send("POST", query, body, type, signature);

let checks = 0;
const taken = (answer, what) => {
  assert.deepEqual(answer, { status: 200, type: "text/xml; charset=utf-8", retry: null, text: "<Response/>" }, what);
  checks += 1;
};
const refused = (answer, status, what) => {
  assert.equal(answer.status, status, `${what}: ${JSON.stringify(answer)}`);
  checks += 1;
};
const stored = [];
const expect = (text) => (stored.push(text), text);

// Their library accepts what it signs itself: our reading of the scheme is not in play yet.
const probe = message("probe");
assert.ok(validateRequest(token, getExpectedTwilioSignature(token, signed, probe), signed, probe));

const mark = randomBytes(4).toString("hex");
taken(await post(message(expect(`plain ${mark}`))), "a text");
taken(await post(message(expect(`áéíóú ñ ¿? + & = % ${mark} 🙏🏽`))), "a text in other scripts");
taken(await post(message(expect(""))), "an empty text");
taken(await post(message(expect(`long ${mark} ${"palabra ".repeat(190)}`))), "a long text");
taken(await post(message(expect(`query ${mark}`)), { query: "?desk=1&x=a%20b" }), "a text to an address with a query");
taken(await post(message(expect(`repeated ${mark}`), { "Tag": ["b", "a", "b"] })), "repeated fields");
taken(await post(message(expect(`picture ${mark}`), { NumMedia: "1", MediaUrl0: "https://api.twilio.com/m/1", MediaContentType0: "image/jpeg" })), "a picture");
taken(await post(message(expect(`type ${mark}`)), { type: `${formType}; charset=UTF-8` }), "a media type with a parameter");

// The port that Twilio adds, or leaves out, is no matter.
{
  const { protocol, port, host } = new URL(signed);
  const other = signed.replace(host, port ? host.replace(`:${port}`, "") : `${host}:${protocol === "https:" ? 443 : 80}`);
  const params = message(expect(`port ${mark}`));
  taken(await post(params, { signature: getExpectedTwilioSignature(token, other, params) }), "signed with the port, or without");
}

const query = `?${form(message(expect(`get ${mark}`)))}`;
taken(await send("GET", query, undefined, undefined, getExpectedTwilioSignature(token, signed + query, {})), "a GET");
refused(await send("GET", `${query}1`, undefined, undefined, getExpectedTwilioSignature(token, signed + query, {})), 403, "a GET with another query");

const json = JSON.stringify(message(expect(`json ${mark}`)));
const jsonQuery = `?bodySHA256=${createHash("sha256").update(json).digest("hex")}`;
const jsonSignature = getExpectedTwilioSignature(token, signed + jsonQuery, {});
assert.ok(validateRequestWithBody(token, jsonSignature, signed + jsonQuery, json));
taken(await send("POST", jsonQuery, json, "application/json", jsonSignature), "a JSON body");
refused(await send("POST", jsonQuery, json.replace("json", "jsom"), "application/json", jsonSignature), 403, "another JSON body");
refused(await send("POST", "", json, "application/json", getExpectedTwilioSignature(token, signed, {})), 403, "a JSON body without its hash");

// The same text again, and twice at once: the same answer, one report.
const twice = message(expect(`twice ${mark}`));
const both = await Promise.all([post(twice), post(twice), post(twice), post(twice)]);
for (const answer of [...both, await post(twice)]) taken(answer, "a duplicate");

const good = message(`never ${mark}`);
const signature = getExpectedTwilioSignature(token, signed, good);
refused(await post({ ...good, Body: `never ${mark} tampered` }, { signature }), 403, "another body");
refused(await post({ ...good, Extra: "1" }, { signature }), 403, "one field more");
refused(await post(good, { signature, query: "?a=1" }), 403, "another address");
refused(await post(good, { signature: signature.replace(/^./, (c) => (c === "A" ? "B" : "A")) }), 403, "another signature");
refused(await post(good, { signature: getExpectedTwilioSignature(`${token}x`, signed, good) }), 403, "another token");
refused(await post(good, { signature: "" }), 403, "no signature");
refused(await post(good, { signature: getExpectedTwilioSignature(token, signed, {}) }), 403, "a signature over the address alone");
const alike = [await post(good, { signature: "" }), await post(good, { signature: "x" }), await post({ ...good, Body: "x" }, { signature })];
for (const answer of alike) assert.deepEqual(answer, alike[0], "refusals look alike");

// What is signed but cannot be read is kept whole.
for (const name of ["From", "To", "Body"]) {
  const { [name]: _, ...rest } = message(`without ${name} ${mark}`);
  taken(await post(rest), `without ${name}`);
  expect(rest.Body ?? form(rest));
}
taken(await post({ ...message(expect(`no id ${mark}`)), MessageSid: "" }), "without an id");
refused(await post(good, { type: "text/plain", signature }), 415, "another media type");
refused(await post(message("x".repeat(70_000))), 413, "too large a body");
refused(await send("PUT", "", form(good), formType, signature), 405, "another method");
taken(await post({ MessageSid: sid(), MessageStatus: "delivered", SmsStatus: "delivered", To: "+5016001234" }), "a delivery report");

for (const text of stored) console.log(JSON.stringify(text));
console.error(`${checks} answers as they should be`);
