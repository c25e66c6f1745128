#!/usr/bin/env node
// Twilio's own library against the real server: what it signs is taken and stored once, what is tampered with is refused.
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { Place, run, sms_token } from "../integration/support.mjs";

const place = await Place.found();
const server = await place.serve();
const webhook = fileURLToPath(new URL("twilio_webhook.mjs", import.meta.url));
const sent = await run(process.execPath, [webhook], { env: { BASE_URL: server.sms, PUBLIC_URL: server.sms_signed, TOKEN: sms_token } });
assert.equal(sent.status, 0, sent.stderr);

const expected = sent.stdout.toString().trimEnd().split("\n").map((line) => JSON.parse(line).trim());
const found = (await server.cases()).map((entry) => {
  assert.equal(entry.channel, "sms");
  return entry.text.trim();
});
assert.deepEqual(found.sort(), expected.sort(), "the desk opens every text, each once, and nothing else");
await server.stop();
console.log(sent.stderr.trimEnd());
