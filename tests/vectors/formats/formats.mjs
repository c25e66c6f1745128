// The formats of docs/formats.md, computed a second time: by node's own cryptography where it has the primitive (HKDF-SHA256,
// Ed25519), by the npm packages @noble/hashes and @noble/ciphers where it has not (BLAKE2b, Argon2id, XChaCha20-Poly1305).
// None of Hotline's code takes part. tests/vectors/formats/formats_test.cpp holds Hotline to the same files.
//   formats.mjs ROOT           compares with the files beside this one
//   formats.mjs ROOT --write   writes them
import assert from "node:assert/strict";
import { createPrivateKey, createPublicKey, hkdfSync, sign } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { casework } from "./casework.mjs";

const [root, option] = process.argv.slice(2);
const { load } = await import(`${root}/build/npm/load.mjs`);
const { blake2b } = await load("@noble/hashes/blake2.js");
const { argon2id } = await load("@noble/hashes/argon2.js");
const { xchacha20poly1305 } = await load("@noble/ciphers/chacha.js");

const utf8 = (text) => new TextEncoder().encode(text);
const join = (...parts) => Buffer.concat(parts.map((part) => (typeof part === "string" ? utf8(part) : part)));
const hex = (bytes) => Buffer.from(bytes).toString("hex");
const range = (from, count) => Uint8Array.from({ length: count }, (_, i) => (from + i) & 255);
const blake = (bytes, key) => blake2b(bytes, { dkLen: 32, key });
const hkdf = (key, info) => new Uint8Array(hkdfSync("sha256", key, new Uint8Array(0), info, 32));
const argon = (password, salt, t, mebibytes) => argon2id(password, salt, { t, m: mebibytes * 1024, p: 1, dkLen: 32 });

const pkcs8 = (seed) => createPrivateKey({ key: join(Buffer.from("302e020100300506032b657004220420", "hex"), seed), format: "der", type: "pkcs8" });
const publicKey = (seed) => createPublicKey(pkcs8(seed)).export({ format: "der", type: "spki" }).subarray(12);
const signature = (seed, message) => sign(null, message, pkcs8(seed));

// --- codes that people type ------------------------------------------------------------------------
const symbols = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const check = (values, start) => values.reduce((interim, value) => {
  const doubled = (interim ^ value) * 2;
  return doubled > 31 ? doubled ^ 37 : doubled;
}, start);
const row = (values, start) => [...values, check(values, start)].map((value) => symbols[value]).join("");
const grouped = (text) => text.match(/.{4}/g).join("-");
const returnCode = (token) => {
  const bits = [...hkdf(token, "hotline/v1/return-code")].map((byte) => byte.toString(2).padStart(8, "0")).join("");
  return row(Array.from({ length: 15 }, (_, i) => parseInt(bits.slice(5 * i, 5 * i + 5), 2)), 0);
};

const files = {};
const tokens = [range(0, 32), new Uint8Array(32), new Uint8Array(32).fill(255), blake(utf8("a token"))];
files.return_code = {
  source: "tests/vectors/formats/formats.mjs; HKDF-SHA256 by node:crypto",
  codes: tokens.map((token) => ({ token: hex(token), code: grouped(returnCode(token)) })),
};

const desk = range(16, 16);
files.mailbox = {
  source: "tests/vectors/formats/formats.mjs; Argon2id and BLAKE2b by @noble/hashes, HKDF-SHA256 by node:crypto",
  mailboxes: tokens.slice(0, 2).map((token) => {
    const code = returnCode(token);
    const salt = blake(join("hotline/v1/return-code", desk)).subarray(0, 16);
    const rootKey = argon(utf8(code), salt, 2, 19);
    const key = hkdf(rootKey, "hotline/v1/mailbox/tags");
    const tag = (i) => {
      const number = Buffer.alloc(4);
      number.writeUInt32BE(i);
      return hex(blake(join("hotline/v1/mailbox/tag", number), key).subarray(0, 16));
    };
    return {
      code: grouped(code), desk: hex(desk), salt: hex(salt), root: hex(rootKey), key: hex(key),
      seed: hex(hkdf(rootKey, "hotline/v1/mailbox/identity")),
      tags: [0, 1, 7, 8, 256, 4294967295].map((index) => ({ index, tag: tag(index) })),
    };
  }),
};

const member = range(32, 16);
const salt = range(48, 16);
const secret = range(64, 32);
const nonce = range(96, 24);
const passphrase = "cinco palabras sin conexi\u00f3n alguna";
const memberRoot = argon(utf8(passphrase), salt, 3, 64);
const auth = hkdf(memberRoot, "hotline/v1/member/auth");
const wrap = hkdf(memberRoot, "hotline/v1/member/wrap");
const wrapped = (key) => hex(join(nonce, xchacha20poly1305(key, nonce, member).encrypt(secret)));
const values = [...blake(utf8("a recovery code"))].map((byte) => byte & 31);
const recovery = row(values.slice(0, 15), 0) + row(values.slice(15, 30), 1);
const recoveryKey = hkdf(utf8(recovery), "hotline/v1/member/recovery");
const recoveryAuth = hkdf(Buffer.from(recovery), "hotline/v1/member/recovery-auth");
files.member_keys = {
  source: "tests/vectors/formats/formats.mjs; Argon2id, BLAKE2b and XChaCha20-Poly1305 by @noble, HKDF-SHA256 and Ed25519 by node:crypto",
  member: hex(member), passphrase, salt: hex(salt), root: hex(memberRoot), auth: hex(auth), auth_hash: hex(blake(auth)), wrap: hex(wrap),
  secret: hex(secret), wrapped_secret: wrapped(wrap), identity_seed: hex(hkdf(secret, "hotline/v1/member/age")),
  signing_seed: hex(hkdf(secret, "hotline/v1/member/sign")), signing_key: hex(publicKey(hkdf(secret, "hotline/v1/member/sign"))),
  recovery_code: grouped(recovery), recovery_key: hex(recoveryKey), recovery_wrapped: wrapped(recoveryKey),
  recovery_auth: hex(recoveryAuth), recovery_auth_hash: hex(blake(recoveryAuth)),
};

const deskSeed = range(128, 32);
const epoch = range(160, 16);
const recipient = Uint8Array.from({ length: 1216 }, (_, i) => (i * 7) & 255);
const number64 = (value) => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(value));
  return bytes;
};
const epochMessage = join("hotline/v1/epoch", desk, epoch, number64(1717718400), number64(1720310400), recipient);
const signKey = publicKey(range(224, 32));
const memberMessage = join("hotline/v1/member", desk, member, signKey, recipient);
const signedText = `{"v":1,"type":"event","id":"${hex(range(200, 16))}","case":"${hex(range(216, 16))}","author":"${hex(member)}","kind":"note","time":1717754400,"body":{"text":"Llam\u00f3 a las 10"}}`;
files.signing = {
  source: "tests/vectors/formats/formats.mjs; Ed25519 by node:crypto",
  epoch: {
    seed: hex(deskSeed), key: hex(publicKey(deskSeed)), desk: hex(desk), epoch: hex(epoch), not_before: 1717718400, not_after: 1720310400,
    recipient: hex(recipient), signature: hex(signature(deskSeed, epochMessage)),
  },
  member: {
    seed: hex(deskSeed), key: hex(publicKey(deskSeed)), desk: hex(desk), member: hex(member), sign_key: hex(signKey), recipient: hex(recipient),
    signature: hex(signature(deskSeed, memberMessage)),
  },
  event: {
    seed: hex(deskSeed), key: hex(publicKey(deskSeed)), signed: signedText,
    signature: signature(deskSeed, join("hotline/v1/event", signedText)).toString("base64url"),
  },
};

const words = [...readFileSync(`${root}/crypto/fingerprint_words.inc`, "utf8").matchAll(/"([a-z]+)"/g)].map((match) => match[1]);
assert.equal(words.length, 256);
files.fingerprint = {
  source: "tests/vectors/formats/formats.mjs; BLAKE2b by @noble/hashes, words of crypto/fingerprint_words.inc",
  keys: [publicKey(deskSeed), range(0, 32), recipient, join(recipient, signKey)].map((key) => {
    const digest = blake(join("hotline/v1/fingerprint", key));
    return {
      key: hex(key), words: [...digest.subarray(0, 8)].map((byte) => words[byte]).join("-"),
      hex: hex(digest.subarray(0, 16)).match(/.{4}/g).join(" "),
    };
  }),
};

const sealed = utf8("age-encryption.org/v1\n-> mlkem768x25519 \u2026");
files.report_id = {
  source: "tests/vectors/formats/formats.mjs; BLAKE2b by @noble/hashes",
  reports: [sealed, new Uint8Array(0)].map((bytes) => ({ sealed: hex(bytes), id: hex(blake(join("hotline/v1/report-id", bytes)).subarray(0, 16)) })),
};

const replyText = "Podemos verle el martes.\n\"Traiga\" nada. \ud83d\ude42";
const reply = (options) => {
  const { day, desk: from, outcome, text } = options;
  const object = { v: 1, type: "reply", id: hex(range(96, 16)), part: 0, parts: 1, day, ...(from && { desk: from }), ...(outcome && { outcome }), text };
  return { ...options, id: object.id, document: JSON.stringify(object), padded_bytes: 4096 };
};
files.reply = {
  source: "tests/vectors/formats/formats.mjs; JSON.stringify",
  replies: [
    { day: 19880, text: replyText },
    { day: 19880, desk: hex(desk), text: replyText },
    { day: 20000, desk: hex(desk), outcome: "deleted", text: "Lo borramos." },
    { day: 20001, desk: hex(desk), outcome: "kept", text: "A child is in danger." },
  ].map(reply),
};

files.casework = casework;

for (const [name, content] of Object.entries(files)) {
  const path = new URL(`${name}.json`, import.meta.url);
  if (option === "--write") writeFileSync(path, `${JSON.stringify(content, null, 2)}\n`);
  else assert.deepEqual(JSON.parse(readFileSync(path, "utf8")), content, `${name}.json`);
  console.log(`${name}: ${option === "--write" ? "written" : "the same"}`);
}

// The examples of docs/formats.md are what they say they are.
const documented = readFileSync(`${root}/docs/formats.md`, "utf8");
const blocks = [...documented.matchAll(/```json\n([\s\S]*?)```/g)].map((match) => JSON.parse(match[1]));
const examples = Object.fromEntries(blocks.filter((object) => object.type).map((object) => [object.type, object]));
assert.deepEqual(Object.keys(examples), ["report", "followup", "sms", "media", "reply", "event", "identity"]);
for (const example of Object.values(examples)) assert.equal(example.v, 1);
assert.deepEqual(blocks.find((object) => object.title), casework.summaries[2]);
// Each kind of event with a body as it stands in the known answers.
for (const [, kinds, body] of documented.matchAll(/^\| (`\w+`(?:, `\w+`)*) \| .*? \| `(\{.*\})` \|$/gm)) {
  const known = casework.events.filter(({ kind }) => kinds.includes(`\`${kind}\``));
  if (known.length > 0) assert.ok(known.some((event) => JSON.stringify(Object.keys(JSON.parse(body)).sort()) === JSON.stringify(Object.keys(event.body).sort())), kinds);
  else JSON.parse(body);
}
assert.equal(examples.event.signed, files.signing.event.signed);
assert.equal(examples.event.signature, files.signing.event.signature);
for (const text of [files.return_code.codes[0].code, files.fingerprint.keys[0].words, files.fingerprint.keys[0].hex]) {
  assert.ok(documented.includes(`\`${text}\``), text);
}
console.log("docs/formats.md: its examples hold");
