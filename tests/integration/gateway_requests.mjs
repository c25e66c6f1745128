// What each built-in gateway sends for a text, and how it proves that: written after the gateways' documentation, apart from the server.
import { createHash, createHmac, createPrivateKey, randomBytes, sign as sign_with } from "node:crypto";

const secret = "a-secret-of-twenty-five-b";
export const path_token = randomBytes(16).toString("hex");
const now = () => String(Math.floor(Date.now() / 1000));
const mac = (algorithm, key, text, encoding) => createHmac(algorithm, key).update(text).digest(encoding);
const sha256 = (text) => createHash("sha256").update(text);
const bare = (number) => number.replace("+", "");

const json = (body, headers = {}) => ({ method: "POST", type: "application/json", body: JSON.stringify(body), query: "", headers });
const form = (fields) => ({ method: "POST", type: "application/x-www-form-urlencoded", body: new URLSearchParams(fields).toString(), query: "", headers: {} });
const get = (fields) => ({ method: "GET", type: "", body: "", query: new URLSearchParams(fields).toString(), headers: {} });
const fields_of = (request) => [...new URLSearchParams(request.method === "GET" ? request.query : request.body)]
  .sort(([a], [b]) => (a < b ? -1 : 1));

const encode = (object) => Buffer.from(JSON.stringify(object)).toString("base64url");
function jwt(key, claims, alg = "HS256") {
  const text = `${encode({ alg, typ: "JWT" })}.${encode(claims)}`;
  return `${text}.${mac(alg.replace("HS", "sha"), key, text, "base64url")}`;
}

// How a request is proved: each takes the request, the token and the signed address, and adds to the request.
const nothing = () => {};
const basic = (request, token) => { request.headers.Authorization = `Basic ${Buffer.from(token).toString("base64")}`; };
const vonage = (digest) => (request, token) => {
  const at = request.method === "GET" ? "query" : "body";
  request[at] += `&timestamp=${now()}`;
  const text = fields_of(request).map(([name, value]) => `&${name}=${value.replace(/[&=]/g, "_")}`).join("");
  request[at] += `&sig=${digest(token, text)}`;
};

const ed25519 = (seed) => createPrivateKey({ key: Buffer.concat([Buffer.from("302e020100300506032b657004220420", "hex"), seed]), format: "der", type: "pkcs8" });
const telnyx_seed = Buffer.from("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60", "hex");  // RFC 8032, 7.1, test 1
const telnyx_key = "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=";

const vonage_fields = ({ from, to, id, text, more }) => ({ msisdn: bare(from), to: bare(to), messageId: id, text, type: "text", keyword: more });
const plivo_fields = ({ from, to, id, text, more }) => ({ From: bare(from), To: bare(to), MessageUUID: id, Text: text, Type: "sms", TotalRate: more });
const operator_name = "operator";

/**
 * By name: `token` for the settings, `path` when a secret path is demanded, `write` gives the request for
 * { from, to, id, text, more } (`more` is what the server has no use for), `sign` proves it.
 */
export const gateways = {
  "africastalking": { path: true, write: ({ from, to, id, text, more }) => form({ id, from, to, text, linkId: more, networkCode: "70202" }), sign: nothing },
  "android": {
    token: secret,
    write: ({ from, to, id, text, more }) => json({ deviceId: more, event: "sms:received", id, payload: { messageId: "m", message: text, sender: from, recipient: to, simNumber: 1 } }),
    sign: (request, token) => {
      const stamp = now();
      Object.assign(request.headers, { "X-Timestamp": stamp, "X-Signature": mac("sha256", token, request.body + stamp, "hex") });
    },
  },
  "bandwidth": {
    token: `${operator_name}:${secret}`,
    write: ({ from, to, id, text, more }) => json([{ type: "message-received", time: more, message: { id, direction: "in", from, to: [to], text, applicationId: more } }]), sign: basic,
  },
  "bird": {
    token: secret,
    write: ({ from, to, id, text, more }) => json({ service: "channels", event: "sms.inbound", payload: { id, direction: "incoming", channelId: to,
      sender: { contact: { identifierKey: "phonenumber", identifierValue: from, annotations: { name: more } } }, body: { type: "text", text: { text } } } }),
    sign: (request, token, url) => {
      const stamp = now();
      const text = Buffer.concat([Buffer.from(`${stamp}\n${url}\n`), sha256(request.body).digest()]);
      Object.assign(request.headers, { "MessageBird-Request-Timestamp": stamp, "MessageBird-Signature": mac("sha256", token, text, "base64") });
    },
  },
  "clickatell-one": {
    token: `${operator_name}:${secret}`,
    write: ({ from, to, id, text, more }) => json({ event: { moText: [{ channel: "sms", messageId: id, from: bare(from), to: bare(to), content: text, charset: "UTF-8", udh: more }] } }), sign: basic,
  },
  "clickatell": {
    token: `${operator_name}:${secret}`,
    write: ({ from, to, id, text, more }) => json({ messageId: id, fromNumber: bare(from), toNumber: bare(to), text, charset: "UTF-8", keyword: more }), sign: basic,
  },
  "envayasms": {
    token: secret,
    write: ({ from, to, text, more }) => form({ version: "30", action: "incoming", message_type: "sms", timestamp: "1728000017000", from, phone_number: to, message: text, log: more }),
    sign: (request, token, url) => {
      const text = [url, ...fields_of(request).map(([name, value]) => `${name}=${value}`), token].join(",");
      request.headers["X-Request-Signature"] = createHash("sha1").update(text).digest("base64");
    },
  },
  "httpsms": {
    token: secret, path: true,
    write: ({ from, to, id, text, more }) => json({ specversion: "1.0", type: "message.phone.received", data: { contact: from, owner: to, content: text, message_id: id, user_id: more } }),
    sign: (request, token, url) => { request.headers.Authorization = `Bearer ${jwt(token, { aud: [url], exp: +now() + 600, iat: +now(), nbf: +now() - 600, iss: "api.httpsms.com" })}`; },
  },
  "infobip": {
    token: `${operator_name}:${secret}`,
    write: ({ from, to, id, text, more }) => json({ results: [{ messageId: id, from: bare(from), to: bare(to), text, receivedAt: "2024-10-04T00:00:17.000+0000", keyword: more }], messageCount: 1 }), sign: basic,
  },
  "jasmin": { path: true, write: ({ from, to, id, text, more }) => form({ id, from: bare(from), to: bare(to), content: text, "origin-connector": more }), sign: nothing },
  "kannel-post": {
    token: `${operator_name}:${secret}`,
    write: ({ from, to, text, more }) => ({ method: "POST", type: "text/plain", body: text, query: "", headers: { "X-Kannel-From": from, "X-Kannel-To": to, "X-Kannel-Time": "2024-10-04 00:00:17", "X-Kannel-SMSC": more } }), sign: basic,
  },
  "kannel": {
    token: `${operator_name}:${secret}`,
    write: ({ from, to, id, text, more }) => get({ id, from, to, time: "2024-10-04 00:00:17", text, charset: "UTF-8", smsc: more }), sign: basic,
  },
  "messagebird": {
    token: secret,
    write: ({ from, to, id, text, more }) => form({ id, originator: bare(from), recipient: bare(to), body: text, reference: more }),
    sign: (request, token, url) => {
      request.headers["MessageBird-Signature-JWT"] = jwt(token, { iss: "MessageBird", nbf: +now() - 1, exp: +now() + 60, jti: "x",
        url_hash: sha256(url).digest("hex"), payload_hash: sha256(request.body).digest("hex") });
    },
  },
  "plivo-v2": {
    token: secret, path: true, write: (words) => form(plivo_fields(words)),
    sign: (request, token, url) => Object.assign(request.headers, { "X-Plivo-Signature-V2-Nonce": "12345", "X-Plivo-Signature-V2": mac("sha256", token, `${url}12345`, "base64") }),
  },
  "plivo": {
    token: secret, write: (words) => form(plivo_fields(words)),
    sign: (request, token, url) => {
      const text = `${url}?${fields_of(request).map(([name, value]) => name + value).join("")}.12345`;
      Object.assign(request.headers, { "X-Plivo-Signature-V3-Nonce": "12345", "X-Plivo-Signature-V3": mac("sha256", token, text, "base64") });
    },
  },
  "sinch": {
    token: secret,
    write: ({ from, to, id, text, more }) => json({ type: "mo_text", id, from: bare(from), to: bare(to), body: text, client_reference: more }),
    sign: (request, token) => {
      const stamp = now();
      Object.assign(request.headers, { "x-sinch-webhook-signature-nonce": "nonce", "x-sinch-webhook-signature-timestamp": stamp,
        "x-sinch-webhook-signature": mac("sha256", token, `${request.body}.nonce.${stamp}`, "base64") });
    },
  },
  "smssync": {
    token: secret, write: ({ from, to, id, text, more }) => form({ from, sent_to: to, message_id: id, message: text, device_id: more }),
    sign: (request, token) => { request.body += `&secret=${encodeURIComponent(token)}`; },
  },
  "standard-webhooks": {
    token: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
    write: ({ from, to, id, text, more }) => json({ type: "message.received", timestamp: more, data: { from, to, text } }, { "webhook-id": id }),
    sign: (request, token) => {
      const stamp = now();
      const key = Buffer.from(token.replace("whsec_", ""), "base64");
      Object.assign(request.headers, { "webhook-timestamp": stamp, "webhook-signature": `v1,${mac("sha256", key, `${request.headers["webhook-id"]}.${stamp}.${request.body}`, "base64")}` });
    },
  },
  "telnyx": {
    token: telnyx_key,
    write: ({ from, to, id, text, more }) => json({ data: { event_type: "message.received", id: "event", payload: { id, direction: "inbound", type: "SMS", text, media: [],
      from: { phone_number: from, carrier: more }, to: [{ phone_number: to }] } } }),
    sign: (request, token) => {
      const stamp = now();
      const key = ed25519(token === telnyx_key ? telnyx_seed : Buffer.alloc(32, 1));
      Object.assign(request.headers, { "Telnyx-Timestamp": stamp, "Telnyx-Signature-Ed25519": sign_with(null, Buffer.from(`${stamp}|${request.body}`), key).toString("base64") });
    },
  },
  "twilio": {
    token: secret,
    write: ({ from, to, id, text, more }) => form({ MessageSid: id, From: from, To: to, Body: text, NumMedia: "0", FromCity: more }),
    sign: (request, token, url) => {
      request.headers["X-Twilio-Signature"] = mac("sha1", token, url + fields_of(request).map(([name, value]) => name + value).join(""), "base64");
    },
  },
  "vonage-messages": {
    token: secret,
    write: ({ from, to, id, text, more }) => json({ channel: "sms", message_type: "text", message_uuid: id, from: bare(from), to: bare(to), text, profile: { name: more } }),
    sign: (request, token) => { request.headers.Authorization = `Bearer ${jwt(token, { iat: +now(), jti: "x", iss: "Vonage", payload_hash: sha256(request.body).digest("hex") })}`; },
  },
  "vonage-sms-md5": { token: secret, write: (words) => form(vonage_fields(words)), sign: vonage((key, text) => createHash("md5").update(text + key).digest("hex")) },
  "vonage-sms-unsigned": { path: true, write: (words) => form(vonage_fields(words)), sign: nothing },
  "vonage-sms": { token: secret, write: (words) => get(vonage_fields(words)), sign: vonage((key, text) => mac("sha256", key, text, "hex")) },
  "whatsapp": {
    token: secret, path: true,
    write: ({ from, to, id, text, more }) => json({ object: "whatsapp_business_account", entry: [{ id: "1", changes: [{ field: "messages", value: {
      metadata: { display_phone_number: bare(to), phone_number_id: "1" }, contacts: [{ profile: { name: more }, wa_id: bare(from) }],
      messages: [{ from: bare(from), id, timestamp: now(), type: "text", text: { body: text } }] } }] }] }),
    sign: (request, token) => { request.headers["X-Hub-Signature-256"] = `sha256=${mac("sha256", token, request.body, "hex")}`; },
  },
};

/** A section of the settings for each. */
export const settings = Object.entries(gateways).map(([name, { token, path }]) =>
  `[sms.${name}]\ngateway = "${name}"\n${token ? `token = "${token}"\n` : ""}${path ? `path_token = "${path_token}"\n` : ""}`).join("\n");
