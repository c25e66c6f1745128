#!/usr/bin/env node
// The parts of the script against the known answers of tests/vectors/formats, which Hotline itself is held to as well.
import assert from "node:assert/strict";
import { createHash, createPublicKey, verify } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { part, root } from "./parts.mjs";

const vectors = (name) => JSON.parse(readFileSync(join(root, "tests/vectors/formats", `${name}.json`), "utf8"));
const hex = (bytes) => Buffer.from(bytes).toString("hex");
const bytes = (text) => new Uint8Array(Buffer.from(text, "hex"));

test("return codes", async () => {
  const { codeOfToken } = await part("mailbox");
  const { groupsOf, readCode } = await part("code");
  for (const { token, code } of vectors("return_code").codes) {
    const bare = code.replaceAll("-", "");
    assert.equal(codeOfToken(bytes(token)), bare);
    assert.equal(groupsOf(bare), code);
    for (const typed of [code, bare, code.toLowerCase(), ` ${code.replaceAll("-", " \u2013 ")}\n`, bare.split("").join("."), `\ufeff${code.replaceAll("-", "\u00a0")}`,
      bare.replaceAll("0", "o").replaceAll("1", "l"), bare.replaceAll("0", "O").replaceAll("1", "I")]) {
      assert.deepEqual(readCode(typed), { code: bare }, JSON.stringify(typed));
    }
  }
});

test("a wrong symbol and two swapped ones are always found", async () => {
  const { readCode } = await part("code");
  const symbols = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
  const right = "1A8D3PXW3JZW6PCJ";
  assert.deepEqual(readCode(right), { code: right });
  for (let i = 0; i < right.length; i++) {
    for (const other of symbols) {
      if (other === right[i]) continue;
      assert.deepEqual(readCode(right.slice(0, i) + other + right.slice(i + 1)), { wrong: "check" });
    }
    if (i > 0 && right[i] !== right[i - 1]) {
      assert.deepEqual(readCode(right.slice(0, i - 1) + right[i] + right[i - 1] + right.slice(i + 1)), { wrong: "check" });
    }
  }
  assert.deepEqual(readCode(""), { wrong: "empty" });
  assert.deepEqual(readCode(" - "), { wrong: "empty" });
  assert.deepEqual(readCode(right.slice(1)), { wrong: "short" });
  assert.deepEqual(readCode(`${right}0`), { wrong: "form" });
  assert.deepEqual(readCode(`${right.slice(1)}U`), { wrong: "form" });
  assert.deepEqual(readCode(`${right.slice(1)}\u0660`), { wrong: "form" });
});

test("mailboxes", async () => {
  const { openMailbox, tagOf } = await part("mailbox");
  for (const { code, desk, key, seed, tags } of vectors("mailbox").mailboxes) {
    const mailbox = await openMailbox(code.replaceAll("-", ""), desk);
    assert.equal(hex(mailbox.key), key);
    assert.match(mailbox.identity, /^AGE-SECRET-KEY-PQ-1/);
    assert.match(mailbox.recipient, /^age1pq1[a-z0-9]{1952}$/);
    for (const { index, tag } of tags) assert.equal(hex(tagOf(mailbox.key, index)), tag);
    // The identity is that of the seed: what is sealed to it by another implementation opens.
    const { load } = await import(`${root}/build/npm/load.mjs`);
    const age = await load("age-encryption");
    const { bech32 } = await part("sealing").then(async () => load("@scure/base"));
    assert.equal(bech32.encodeFromBytes("AGE-SECRET-KEY-PQ-", bytes(seed)).toUpperCase(), mailbox.identity);
    assert.equal(await age.identityToRecipient(mailbox.identity), mailbox.recipient);
  }
});

test("what a desk key signs, and a signature that is wrong", async () => {
  const { epochHolds, epochMessage } = await part("desks");
  const { load } = await import(`${root}/build/npm/load.mjs`);
  const { bech32 } = await load("@scure/base");
  const { epoch } = vectors("signing");
  const desk = {
    id: epoch.desk, name: "", desk_key: Buffer.from(epoch.key, "hex").toString("base64url"),
    epoch: {
      id: epoch.epoch, not_before: epoch.not_before, not_after: epoch.not_after, signature: Buffer.from(epoch.signature, "hex").toString("base64url"),
      recipient: bech32.encode("age1pq", bech32.toWords(bytes(epoch.recipient)), false),
    },
  };
  const key = createPublicKey({ key: Buffer.concat([Buffer.from("302a300506032b6570032100", "hex"), Buffer.from(epoch.key, "hex")]), format: "der", type: "spki" });
  assert.ok(verify(null, epochMessage(desk), key, Buffer.from(epoch.signature, "hex")));
  assert.equal(await epochHolds(desk), true);
  desk.epoch.not_after += 1;
  assert.equal(await epochHolds(desk), false);
});

test("padding", async () => {
  const { padJson, padme } = await part("sealing");
  for (const [size, padded] of [[0, 1024], [1000, 1024], [1024, 1024], [1025, 2048], [5000, 8192], [128 * 1024, 128 * 1024]]) {
    const document = "x".repeat(Math.max(0, size - 2));
    const out = padJson(document);
    assert.equal(out.length, padded);
    assert.equal(JSON.parse(Buffer.from(out).toString()), document);
  }
  assert.equal(padJson("x".repeat(128 * 1024 - 1)), undefined);
  // By the definition, in arithmetic of its own.
  const expected = (length) => {
    if (length < 2) return length;
    const exponent = length.toString(2).length - 1;
    const kept = exponent.toString(2).length;
    const step = 2n ** BigInt(Math.max(0, exponent - kept));
    return Number(((BigInt(length) + step - 1n) / step) * step);
  };
  for (const size of [0, 1, 2, 3, 7, 8, 9, 255, 256, 257, 9999, 65_537, 1_000_003, 26_214_400, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1]) {
    assert.equal(padme(size), expected(size), String(size));
  }
});

test("a file is sealed as it is, hashed and padded", async () => {
  const { SealedFile, padme } = await part("sealing");
  const { load } = await import(`${root}/build/npm/load.mjs`);
  const age = await load("age-encryption");
  const identity = await age.generateHybridIdentity();
  const recipient = await age.identityToRecipient(identity);
  for (const size of [0, 1, 65_536, 700_001]) {
    const content = new Uint8Array(size).map((_, i) => i * 31);
    const sealed = await SealedFile.of(new Blob([content]), recipient);
    const pieces = [];
    for (let piece; (piece = await sealed.next(50_000)).length > 0;) pieces.push(piece);
    const whole = Buffer.concat(pieces);
    assert.equal(whole.length, sealed.size);
    assert.equal(sealed.sha256(), createHash("sha256").update(content).digest("hex"));
    const decrypter = new age.Decrypter();
    decrypter.addIdentity(identity);
    const opened = await decrypter.decrypt(new Uint8Array(whole));
    assert.equal(opened.length, padme(size));
    assert.deepEqual(opened.subarray(0, size), content);
    assert.ok(opened.subarray(size).every((byte) => byte === 0));
  }
});

test("answers are joined from their parts, and a lost part is told", async () => {
  const { joinParts, partOf } = await part("answers");
  const id = (digit) => digit.repeat(32);
  const parts = [
    { id: id("a"), part: 1, parts: 2, text: "two" }, { id: id("b"), part: 0, parts: 1, text: "other", outcome: "deleted" },
    { id: id("a"), part: 0, parts: 2, text: "one ", desk: id("d") }, { id: id("a"), part: 0, parts: 2, text: "again " }, { id: id("c"), part: 2, parts: 3, text: "rest" },
  ];
  assert.deepEqual(joinParts(parts), [
    { text: "one two", desk: id("d"), partMissing: false }, { text: "other", outcome: "deleted", partMissing: false }, { text: "rest", partMissing: true },
  ]);
  const of_day = (day, digit) => ({ id: id(digit), part: 0, parts: 1, day, text: digit });
  assert.equal(joinParts([of_day(9, "c"), of_day(9, "d"), of_day(2, "a"), of_day(2, "b")]).map(({ text }) => text).join(""), "abcd", "in the order of days, then of tags");
  const utf8 = (value) => new TextEncoder().encode(typeof value === "string" ? value : JSON.stringify(value));
  const good = { v: 1, type: "reply", id: id("a"), part: 0, parts: 1, day: 1, text: "ñ" };
  assert.deepEqual(partOf(utf8(good)), { id: id("a"), part: 0, parts: 1, day: 1, text: "ñ" });
  assert.deepEqual(partOf(utf8({ ...good, part: undefined, parts: undefined, day: undefined, outcome: "odd" })), { id: id("a"), part: 0, parts: 1, day: 0, text: "ñ" });
  for (const wrong of ["", "null", "[]", { ...good, v: 2 }, { ...good, type: "report" }, { ...good, id: "x" }, { ...good, text: 1 }, { ...good, part: 1 }, { ...good, part: -1 }, { ...good, part: "0" }]) {
    assert.equal(partOf(utf8(wrong)), undefined, JSON.stringify(wrong));
  }
  assert.equal(partOf(Uint8Array.of(0xff)), undefined);
});

test("text is cleaned as the server cleans it", async () => {
  const { baseName, cleanText } = await part("document");
  assert.equal(cleanText("a\r\nb\rc\n\td\0\x07\x7f e"), "a\nb\nc\n\td e");
  assert.equal(baseName("C:\\fakepath\\a/b.jpg"), "b.jpg");
  assert.equal(Buffer.byteLength(baseName("ñ".repeat(200))), 254);
});

test("the proof of work is one", async () => {
  const { solve } = await part("proof");
  const solution = await solve("challenge", 12);
  assert.match(solution, /^challenge\.\d+$/);
  const hash = createHash("sha256").update(solution).digest();
  assert.ok(hash[0] === 0 && hash[1] < 16);
});
