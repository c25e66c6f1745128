#!/usr/bin/env node
// A second server on the database of one that runs, begun by mistake: it is refused before it touches anything.
//
// Seen red: without the lock (server/app/server.cpp) the second one serves, and takes the first one's waiting text for one that a killed
// server left behind.
import assert from "node:assert/strict";
import { statSync } from "node:fs";
import test, { before } from "node:test";
import { FakeTwilio } from "./fake_twilio.mjs";
import { Place, hotline, post_form, run, twilio_message, twilio_signature } from "./support.mjs";

const send = { account: `AC${"a".repeat(32)}`, secret: "send-secret-nobody-sees", from: "+15005550006" };
const hour = (later) => `${String((new Date().getUTCHours() + later) % 24).padStart(2, "0")}:00`;
let place;
let server;
before(async () => {
  const fake = await FakeTwilio.start(send);
  place = await Place.found({ settings: `
[sms.tw]
gateway = "twilio"
token = "text-token"
automatic = "none"

[sms.tw.send]
url = "${fake.origin}"
account = "${send.account}"
secret = "${send.secret}"
from = "${send.from}"
hours = "${hour(11)}-${hour(12)}"
time_zone = "Etc/UTC"
` });
  server = await place.serve();
});

/** Ends it when it serves after all. */
const second = () => run("timeout", ["20", hotline, "serve", "--config", place.config]);

test("a second server is refused, and a text that waits goes on waiting", async () => {
  const fields = twilio_message("please answer", { From: "+5016220001" });
  const signature = twilio_signature("text-token", "http://report.test/sms/tw", fields);
  assert.equal((await post_form(`${server.public}/sms/tw`, fields, "--header", `X-Twilio-Signature: ${signature}`)).status, 200);
  const { id } = await server.case_of("please answer");
  await place.succeed("case", "reply", id, "--text", "We read it.", ...server.as());
  const waits = async () => (await server.show(id)).timeline.some((entry) => entry.kind === "reply" && JSON.stringify(entry).includes('"waiting"'));
  assert.ok(await waits());

  const refused = await second();
  assert.equal(refused.status, 1, refused.stderr);
  assert.equal(refused.stderr.trimEnd().split("\n").at(-1), "hotline: another Hotline serves this database; stop it first");
  assert.equal(refused.stdout.toString(), "");
  assert.ok(await waits());
  await server.tell("the first one serves on");
});

test("what may run beside the server runs", async () => {
  await place.succeed("check", "--config", place.config);
  await place.succeed("backup", place.path("copy.db"), "--config", place.config);
  assert.equal(statSync(place.path("hotline.db.lock")).mode & 0o777, 0o600);
});

test("a server that was killed holds nothing", async () => {
  server.child.kill("SIGKILL");
  await server.ended;
  server = await place.serve();
  assert.equal((await second()).status, 1);
  await server.stop();
  server = await place.serve();
  await server.stop();
});
