#!/usr/bin/env node
// Long texts, which a gateway delivers in parts: in any order, some of them twice, with a restart in between, they are one message.
import assert from "node:assert/strict";
import { createHmac, randomBytes } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import test, { before } from "node:test";
import { Place, post_form } from "./support.mjs";

const secret = randomBytes(16).toString("hex");
let place;
let server;
before(async () => {
  place = await Place.found({ settings: `[sms.parts]\ngateway = "vonage-sms"\ntoken = "${secret}"\n` });
  server = await place.serve();
});

/** Posts a part as Vonage does, signed by HMAC-SHA256; it must be taken. */
async function deliver(fields) {
  const sent = { ...fields, timestamp: String(Math.floor(Date.now() / 1000)) };
  const masked = Object.keys(sent).sort().map((name) => `&${name}=${sent[name].replace(/[&=]/g, "_")}`).join("");
  const answer = await post_form(`${server.public}/sms/parts`, { ...sent, sig: createHmac("sha256", secret).update(masked).digest("hex") });
  assert.deepEqual([answer.status, answer.text], [200, "OK"]);
}

/** The parts of a text, each with an id of its own. */
const parts_of = (words, reference, from) => words.map((text, index) => ({
  msisdn: from, to: "15005550006", messageId: randomBytes(8).toString("hex").toUpperCase(), type: "text", text, "concat": "true",
  "concat-ref": reference, "concat-part": String(index + 1), "concat-total": String(words.length),
}));
const from_number = async (from) => {
  const found = [];
  for (const entry of await server.cases()) {
    const shown = await server.show(entry.id);
    // Covered but for its ends.
    if (new RegExp(`"from":"[^"]*•${from.slice(-2)}"`).test(JSON.stringify(shown.timeline))) found.push({ entry, shown });
  }
  return found;
};

test("shuffled, twice, and over a restart: one line with the whole text", async () => {
  const words = ["Estoy en la finca grande ", "al sur del puente = 3 & río. Somos DAN", "GER cinco 🙂 ", "y no nos dejan salir."];
  const parts = parts_of(words, "201", "5016007001");
  // The same reference at the same time from somebody else.
  const others = parts_of(["Me quitaron ", "el pasaporte."], "201", "5016007002");

  await deliver(parts[2]);
  await deliver(others[1]);
  await deliver(parts[0]);
  await deliver(parts[0]);
  let [{ entry, shown }] = await from_number("5016007001");
  assert.equal(entry.text, `${words[0]}\n[part 2 of 4 has not come]\n${words[2]}\n[part 4 of 4 has not come]`);
  assert.deepEqual([entry.urgency, entry.flags, shown.timeline[0].missing], [3, ["incomplete"], [2, 4]]);

  await server.stop();
  server = await place.serve();

  // The gateway did not hear our answer; and the network delivers a part again, which then has another id.
  await Promise.all([parts[0], parts[2], { ...parts[2], messageId: "AGAIN0001" }].map(deliver));
  await Promise.all([parts[3], parts[1], others[0], parts[3]].map(deliver));
  await deliver({ ...parts[1], messageId: "AGAIN0002" });

  const lines = await from_number("5016007001");
  assert.equal(lines.length, 1);
  [{ entry, shown }] = lines;
  assert.equal(entry.text, words.join(""));
  assert.deepEqual([entry.messages, entry.reports, entry.urgency, entry.flags], [1, 6, 0, undefined], "DAN and GER are one word");
  assert.equal(shown.timeline.length, 1);
  const [message] = shown.timeline;
  assert.equal(message.text, words.join(""));
  assert.equal(message.missing, undefined);
  assert.deepEqual([...new Set(message.parts.map((part) => part.content.text))].sort(), [...words].sort());
  assert.deepEqual((await from_number("5016007002")).map(({ entry: other }) => other.text), ["Me quitaron el pasaporte."]);

  const page = await place.succeed("case", "show", entry.id, ...server.as());
  assert.ok(page.includes(`\n  ${words.join("")}\n`), page);

  // What came is kept as it came, and each part leads to the case.
  const folder = place.path("exported");
  await place.succeed("case", "export", entry.id, "--output", folder, ...server.as());
  const exported = JSON.parse(readFileSync(join(folder, "case.json"), "utf8"));
  // Who saw it grows with each look.
  const lasting = ({ views, unread, ...rest }) => rest;
  assert.deepEqual(lasting(exported), lasting(shown));
  for (const part of message.parts) {
    assert.ok(existsSync(join(folder, `${part.id}.age`)), "the sealed part");
    assert.equal((await server.show(part.id)).id, entry.id);
  }
});

test("all parts of a text are deleted with it", async () => {
  for (const part of parts_of(["delete ", "all ", "of this"], "202", "5016007003")) await deliver(part);
  const [{ entry }] = await from_number("5016007003");
  assert.deepEqual([entry.text, entry.reports], ["delete all of this", 3]);
  const count = (await server.cases()).length;
  await place.succeed("case", "delete", entry.id, "--yes", ...server.as());
  assert.deepEqual(await from_number("5016007003"), []);
  assert.equal((await server.cases()).length, count - 1);
});
