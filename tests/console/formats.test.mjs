#!/usr/bin/env node
// The console's own sealing and signing against the known answers of tests/vectors/formats, to which Hotline itself is held as well.
import assert from "node:assert/strict";
import { createPrivateKey, createPublicKey, sign } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { packaged, part, root } from "./parts.mjs";

const vectors = (name) => JSON.parse(readFileSync(join(root, "tests/vectors/formats", `${name}.json`), "utf8"));
const hex = (bytes) => Buffer.from(bytes).toString("hex");
const bytes = (text) => new Uint8Array(Buffer.from(text, "hex"));
const base64url = (text) => Buffer.from(text, "hex").toString("base64url");

test("base64url: one way to write each row of bytes", async () => {
  const { base64url: ours } = await part("keys/bytes");
  const random = new Uint8Array(20_000).map((_, at) => (at * 167) ^ (at >> 5));
  for (const length of [0, 1, 2, 3, 4, 5, 31, 32, 33, 8191, 8192, 8193, 20_000]) {
    const row = random.subarray(0, length);
    assert.equal(ours.encode(row), Buffer.from(row).toString("base64url"));
    assert.deepEqual(ours.decode(ours.encode(row)), row.slice());
  }
  for (const text of ["A", "AAAAA", "AB", "AAB", "AA==", "AA=", "A A", "AA\n", "AA+A", "AA/A", "A\u00e1AA", "____="]) assert.throws(() => ours.decode(text), /base64url/, text);
  for (const text of ["Ag", "AAE", "-_-_", ""]) assert.equal(ours.encode(ours.decode(text)), text);
});

test("member keys: passphrase, wrapped secret, identity and signing seeds", async () => {
  const { authHash, identitySeed, passphraseKeys, recoveryWrap, signingSeed, unwrapSecret, wrapSecret } = await part("keys/member_keys");
  const { publicKeyOf } = await part("keys/signing");
  const known = vectors("member_keys");
  const keys = await passphraseKeys(known.passphrase, bytes(known.salt));
  assert.equal(hex(keys.auth), known.auth);
  assert.equal(hex(keys.wrap), known.wrap);
  assert.equal(hex(authHash(keys.auth)), known.auth_hash);
  const nonce = bytes(known.wrapped_secret).slice(0, 24);
  assert.equal(hex(wrapSecret(keys.wrap, known.member, bytes(known.secret), nonce)), known.wrapped_secret);
  assert.equal(hex(unwrapSecret(keys.wrap, known.member, bytes(known.wrapped_secret))), known.secret);
  assert.equal(unwrapSecret(keys.wrap, known.member.replace(/^../, "ff"), bytes(known.wrapped_secret)), undefined, "another member's");
  assert.equal(unwrapSecret(keys.auth, known.member, bytes(known.wrapped_secret)), undefined, "another key");
  assert.equal(hex(identitySeed(bytes(known.secret))), known.identity_seed);
  assert.equal(hex(signingSeed(bytes(known.secret))), known.signing_seed);
  assert.equal(hex(publicKeyOf(bytes(known.signing_seed))), known.signing_key);
  const code = known.recovery_code.replaceAll("-", "");
  assert.equal(hex(recoveryWrap(code)), known.recovery_key);
  assert.equal(hex(wrapSecret(recoveryWrap(code), known.member, bytes(known.secret), nonce)), known.recovery_wrapped);
});

test("recovery codes: read as people write them, every slip found", async () => {
  const { groupsOf, newRecoveryCode, readRecoveryCode } = await part("keys/recovery_code");
  const known = vectors("member_keys").recovery_code;
  const right = known.replaceAll("-", "");
  assert.equal(groupsOf(right), known);
  for (const typed of [known, known.toLowerCase(), ` ${known.replaceAll("-", " \u2013 ")}\n`, right]) assert.deepEqual(readRecoveryCode(typed), { code: right });
  const symbols = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
  for (let i = 0; i < right.length; i++) {
    for (const other of symbols) if (other !== right[i]) assert.deepEqual(readRecoveryCode(right.slice(0, i) + other + right.slice(i + 1)), { wrong: "code_check" });
    if (i > 0 && right[i] !== right[i - 1]) assert.deepEqual(readRecoveryCode(right.slice(0, i - 1) + right[i] + right[i - 1] + right.slice(i + 1)), { wrong: "code_check" });
  }
  assert.deepEqual(readRecoveryCode(right.slice(16) + right.slice(0, 16)), { wrong: "code_check" }, "rows swapped");
  assert.deepEqual(readRecoveryCode(right.slice(1)), { wrong: "code_short" });
  assert.deepEqual(readRecoveryCode(`${right}0`), { wrong: "code_form" });
  for (let i = 0; i < 50; i++) {
    const made = newRecoveryCode();
    assert.deepEqual(readRecoveryCode(groupsOf(made)), { code: made });
  }
});

test("what a desk key says of epochs and members, and what it did not say", async () => {
  const { epochHolds, memberHolds } = await part("keys/signing");
  const { epoch, member } = vectors("signing");
  const epochRow = { id: epoch.epoch, recipient: base64url(epoch.recipient), not_before: epoch.not_before, not_after: epoch.not_after, signature: base64url(epoch.signature) };
  assert.equal(await epochHolds(bytes(epoch.key), epoch.desk, epochRow), true);
  const other = base64url(epoch.recipient.replace(/^../, "ff"));
  for (const change of [{ not_after: epoch.not_after + 1 }, { not_before: 0 }, { recipient: other }, { id: "0".repeat(32) }, { recipient: "AAAA" }, { signature: "" }, { signature: "!" }]) {
    assert.equal(await epochHolds(bytes(epoch.key), epoch.desk, { ...epochRow, ...change }), false, JSON.stringify(change).slice(0, 60));
  }
  assert.equal(await epochHolds(bytes(epoch.key), "0".repeat(32), epochRow), false, "another desk's");
  const row = { id: member.member, name: "", role: "admin", recipient: base64url(member.recipient), sign_key: base64url(member.sign_key), voucher: base64url(member.signature) };
  assert.equal(await memberHolds(bytes(member.key), member.desk, row), true);
  for (const change of [{ id: "0".repeat(32) }, { recipient: other }, { sign_key: base64url(member.sign_key.replace(/^../, "00")) }, { voucher: undefined }, { voucher: base64url(epoch.signature) }]) {
    assert.equal(await memberHolds(bytes(member.key), member.desk, { ...row, ...change }), false, Object.keys(change)[0]);
  }
});

/** Whatever the browser computes itself the page's own script computes as well: each in a copy of its own, since what was found out is kept. */
const arithmetics = { "the browser's": () => () => {}, "our own": () => {
  const kept = Object.getOwnPropertyDescriptor(globalThis.crypto, "subtle");
  Object.defineProperty(globalThis.crypto, "subtle", { value: undefined, configurable: true });
  return () => (kept ? Object.defineProperty(globalThis.crypto, "subtle", kept) : delete globalThis.crypto.subtle);
} };
for (const [whose, begin] of Object.entries(arithmetics)) test(`signing by ${whose} arithmetic: as node's own Ed25519 does; a signature in another form or by a weak key is none`, async (t) => {
  t.after(begin());
  const { eventMessage, publicKeyOf, sign: ours } = await part("keys/signing");
  const { holds } = await part("keys/browser_curves");
  const { event } = vectors("signing");
  const signature = new Uint8Array(Buffer.from(event.signature, "base64url"));
  assert.equal(await holds(bytes(event.key), eventMessage(event.signed), signature), true);
  assert.equal(Buffer.from(ours(bytes(event.seed), eventMessage(event.signed))).toString("base64url"), event.signature);
  const pkcs8 = createPrivateKey({ key: Buffer.concat([Buffer.from("302e020100300506032b657004220420", "hex"), bytes(event.seed)]), format: "der", type: "pkcs8" });
  assert.equal(hex(sign(null, eventMessage(event.signed), pkcs8)), hex(signature));
  assert.equal(hex(createPublicKey(pkcs8).export({ format: "der", type: "spki" }).subarray(12)), hex(publicKeyOf(bytes(event.seed))));
  assert.equal(await holds(bytes(event.key), eventMessage(`${event.signed} `), signature), false);
  // S + L names the same number: one right form only.
  const order = 2n ** 252n + 27742317777372353535851937790883648493n;
  const s = BigInt(`0x${hex(signature.slice(32).reverse())}`) + order;
  const other = new Uint8Array([...signature.slice(0, 32), ...Buffer.from(s.toString(16).padStart(64, "0"), "hex").reverse()]);
  assert.equal(await holds(bytes(event.key), eventMessage(event.signed), other), false);
  for (const short of [signature.slice(1), new Uint8Array()]) assert.equal(await holds(bytes(event.key), eventMessage(event.signed), short), false);
  assert.equal(await holds(bytes("ff".repeat(32)), eventMessage(event.signed), signature), false, "no point");
  const zero = new Uint8Array(32);
  zero[0] = 1;
  assert.equal(await holds(zero, eventMessage("x"), new Uint8Array([...zero, ...new Uint8Array(32)])), false, "a key of small order signs everything");
});

test("a browser that takes every signature is not asked about those that are never right", async (t) => {
  const kept = Object.getOwnPropertyDescriptor(crypto.subtle, "verify");
  Object.defineProperty(crypto.subtle, "verify", { value: async () => true, configurable: true });
  t.after(() => (kept ? Object.defineProperty(crypto.subtle, "verify", kept) : delete crypto.subtle.verify));
  const { holds } = await part("keys/browser_curves");
  const { event } = vectors("signing");
  const signature = new Uint8Array(Buffer.from(event.signature, "base64url"));
  const message = new Uint8Array(1);
  assert.equal(await holds(bytes(event.key), message, signature), true, "it is asked");
  const order = 2n ** 252n + 27742317777372353535851937790883648493n;
  const half = (number) => Buffer.from(number.toString(16).padStart(64, "0"), "hex").reverse();
  for (const s of [order, order + 1n, 2n ** 256n - 1n]) assert.equal(await holds(bytes(event.key), message, new Uint8Array([...signature.slice(0, 32), ...half(s)])), false);
  assert.equal(await holds(bytes(event.key), message, new Uint8Array([...signature.slice(0, 32), ...half(order - 1n)])), true);
  for (const size of [0, 32, 63, 65]) assert.equal(await holds(bytes(event.key), message, new Uint8Array(size)), false);
  for (const key of ["00".repeat(32), `01${"00".repeat(31)}`, `ec${"ff".repeat(30)}7f`, "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa"]) assert.equal(await holds(bytes(key), message, signature), false, key);
});

for (const [whose, begin] of Object.entries(arithmetics)) test(`opening by ${whose} arithmetic: what age-encryption seals, and nothing else`, async (t) => {
  t.after(begin());
  const { Identity, recipientText, seal } = await part("keys/sealing");
  const { Decrypter, Encrypter, identityToRecipient } = await packaged("age-encryption");
  const { bech32 } = await packaged("@scure/base");
  const seed = new Uint8Array(32).fill(9);
  const identity = await Identity.of(seed);
  const theirs = bech32.encodeFromBytes("AGE-SECRET-KEY-PQ-", seed).toUpperCase();
  assert.equal(recipientText(identity.recipient), await identityToRecipient(theirs));
  const content = new TextEncoder().encode("ayuda");
  const sealed = await seal(content, identity.recipient);
  const decrypter = new Decrypter();
  decrypter.addIdentity(theirs);
  assert.deepEqual(await decrypter.decrypt(sealed), content, "ours is theirs");
  assert.deepEqual(await identity.open(sealed), content);
  const other = await Identity.of(new Uint8Array(32).fill(8));
  assert.equal(await other.open(sealed), undefined, "another's");
  const both = new Encrypter();
  both.addRecipient(recipientText(other.recipient));
  both.addRecipient(recipientText(identity.recipient));
  assert.deepEqual(await identity.open(await both.encrypt(content)), content, "the second of two");
  // Every part of the header and of what follows it counts.
  for (let at = 30; at < sealed.length; at += 17) {
    const changed = sealed.slice();
    changed[at] ^= 1;
    assert.equal(await identity.open(changed), undefined, `byte ${at}`);
  }
  const header = (stanza) => new TextEncoder().encode(`age-encryption.org/v1\n${stanza}\n--- ${"A".repeat(43)}\n`);
  for (const stanza of [`-> mlkem768x25519\n${"A".repeat(43)}`, `-> mlkem768x25519 ${"A".repeat(10)}\n${"A".repeat(43)}`, `-> mlkem768x25519 ${Buffer.alloc(1120).toString("base64").replace(/=/g, "")}\n${"A".repeat(43)}`]) {
    assert.equal(await identity.open(header(stanza)), undefined, stanza.slice(0, 40));
  }
});

test("words", async () => {
  const { wordsOf } = await part("keys/fingerprint");
  const { fingerprintWords } = await part("keys/fingerprint_words");
  for (const { key, words } of vectors("fingerprint").keys) assert.equal(wordsOf(bytes(key)), words);
  const list = [...readFileSync(join(root, "crypto/fingerprint_words.inc"), "utf8").matchAll(/"([a-z]+)"/g)].map((match) => match[1]);
  assert.deepEqual(fingerprintWords, list);
});

test("answers: tags, pieces and parts of one size", async () => {
  const { piecesOf, sealAnswerParts, tagOf } = await part("keys/answer");
  const { Identity, recipientText } = await part("keys/sealing");
  for (const { key, tags } of vectors("mailbox").mailboxes) {
    for (const { index, tag } of tags) assert.equal(hex(Buffer.from(tagOf({ key: base64url(key) }, index), "base64url")), tag);
  }
  const identity = await Identity.of(new Uint8Array(32).fill(7));
  const mailbox = { key: base64url("00".repeat(32)), recipient: recipientText(identity.recipient) };
  const text = `${"\u00f1\n\"\ud83d\ude42".repeat(2000)}end`;
  const sizes = new Set();
  let joined = "";
  const parts = await sealAnswerParts(mailbox, { text, desk: "d".repeat(32), outcome: "kept" });
  assert.ok(parts.length > 3);
  for (const [at, sealed] of parts.entries()) {
    const whole = new Uint8Array(Buffer.from(sealed, "base64url"));
    sizes.add(whole.length);
    const opened = await identity.openJson(whole);
    assert.deepEqual({ ...opened, id: "", text: "" }, { v: 1, type: "reply", id: "", part: at, parts: parts.length, day: Math.floor(Date.now() / 86_400_000), desk: "d".repeat(32), outcome: "kept", text: "" });
    joined += opened.text;
  }
  assert.equal(joined, text);
  assert.equal(sizes.size, 1);
  assert.deepEqual(piecesOf("short"), ["short"]);
  await assert.rejects(sealAnswerParts({ key: mailbox.key }, { text: "x" }), /no_way_back/);
  await assert.rejects(sealAnswerParts(mailbox, { text: "" }), /text_empty/);
});

test("padding of JSON", async () => {
  const { padJson } = await part("keys/sealing");
  for (const [size, padded] of [[0, 1024], [1024, 1024], [1025, 2048], [128 * 1024, 128 * 1024]]) assert.equal(padJson("x".repeat(Math.max(0, size - 2))).length, padded);
  assert.throws(() => padJson("x".repeat(128 * 1024)), /too_long/);
  assert.equal(padJson({ a: 1 }, 4096).length, 4096);
});
