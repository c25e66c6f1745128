// HPKE (RFC 9180, base mode; X-Wing, HKDF-SHA256, ChaCha20-Poly1305) against the npm packages @hpke/core and
// @hpke/hybridkem-x-wing: what one seals the other opens, and neither opens what was changed.
//   hpke_known_answers.mjs ROOT HPKE_TOOL
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";

const [root, tool] = process.argv.slice(2);
const { load } = await import(`${root}/build/npm/load.mjs`);
const { CipherSuite, HkdfSha256 } = await load("@hpke/core");
const { XWing } = await load("@hpke/hybridkem-x-wing");

/** ChaCha20-Poly1305 as @hpke/core wants an AEAD, by node's own cryptography: a third implementation beside libsodium's. */
const { createCipheriv, createDecipheriv } = await import("node:crypto");
class ChaCha20Poly1305 {
  id = 0x0003;
  keySize = 32;
  nonceSize = 12;
  tagSize = 16;
  createEncryptionContext(key) {
    const options = { authTagLength: 16 };
    const exact = (buffer) => buffer.buffer.slice(buffer.byteOffset, buffer.byteOffset + buffer.length);
    return {
      async seal(nonce, data, aad) {
        const cipher = createCipheriv("chacha20-poly1305", new Uint8Array(key), new Uint8Array(nonce), options);
        cipher.setAAD(new Uint8Array(aad), { plaintextLength: data.byteLength });
        return exact(Buffer.concat([cipher.update(new Uint8Array(data)), cipher.final(), cipher.getAuthTag()]));
      },
      async open(nonce, data, aad) {
        const all = Buffer.from(new Uint8Array(data));
        const decipher = createDecipheriv("chacha20-poly1305", new Uint8Array(key), new Uint8Array(nonce), options);
        decipher.setAAD(new Uint8Array(aad), { plaintextLength: all.length - 16 });
        decipher.setAuthTag(all.subarray(all.length - 16));
        return exact(Buffer.concat([decipher.update(all.subarray(0, all.length - 16)), decipher.final()]));
      },
    };
  }
}
const suite = new CipherSuite({ kem: new XWing(), kdf: new HkdfSha256(), aead: new ChaCha20Poly1305() });

const hex = (bytes) => (bytes.length === 0 ? "-" : Buffer.from(bytes).toString("hex"));
const bytes = (text) => (text === "-" ? Buffer.alloc(0) : Buffer.from(text, "hex"));
const seeded = (label, size) => createHash("shake256", { outputLength: Math.max(size, 1) }).update(label).digest().subarray(0, size);
const flipped = (data, bit) => {
  const copy = Buffer.from(data);
  copy[bit >> 3] ^= 1 << (bit & 7);
  return copy;
};
function ask(requests) {
  const run = spawnSync(tool, { input: requests.map((r) => r.join(" ") + "\n").join(""), encoding: "utf8", maxBuffer: 1 << 26 });
  assert.equal(run.status, 0, run.stderr);
  const answers = run.stdout.trimEnd().split("\n");
  assert.equal(answers.length, requests.length);
  return answers;
}

const sizes = [0, 1, 15, 16, 17, 32, 100, 1000];
const requests = [];
const checks = [];
const request = (words, check) => void (requests.push(words), checks.push(check));

for (let i = 0; i < 32; ++i) {
  const seed = seeded(`seed ${i}`, 32);
  const info = seeded(`info ${i}`, sizes[i % sizes.length]);
  const aad = seeded(`aad ${i}`, sizes[(i + 3) % sizes.length]);
  const plaintext = seeded(`plaintext ${i}`, sizes[(i * 5) % sizes.length]);
  const privateKey = await suite.kem.deserializePrivateKey(new Uint8Array(seed).buffer);
  const [publicHex] = ask([["public", hex(seed)]]);
  const pair = await new XWing().generateKeyPairDerand(new Uint8Array(seed));
  const theirPublic = await suite.kem.serializePublicKey(pair.publicKey);
  assert.equal(publicHex, hex(Buffer.from(theirPublic)), "the public key of a seed");
  const recipient = await suite.kem.deserializePublicKey(new Uint8Array(bytes(publicHex)).buffer);

  // Theirs, opened by ours.
  const sender = await suite.createSenderContext({ recipientPublicKey: recipient, info: new Uint8Array(info).buffer });
  const theirs = Buffer.from(await sender.seal(new Uint8Array(plaintext).buffer, new Uint8Array(aad).buffer));
  const enc = Buffer.from(sender.enc);
  const opening = (s, inf, ad, e, c) => ["open", hex(s), hex(inf), hex(ad), hex(e), hex(c)];
  request(opening(seed, info, aad, enc, theirs), (answer) => assert.equal(answer, hex(plaintext)));
  const refused = (answer) => assert.equal(answer, "refused");
  request(opening(seeded("another", 32), info, aad, enc, theirs), refused);
  request(opening(seed, Buffer.concat([info, Buffer.from("x")]), aad, enc, theirs), refused);
  request(opening(seed, info, Buffer.concat([aad, Buffer.from("x")]), enc, theirs), refused);
  request(opening(seed, info, aad, flipped(enc, (i * 281) % (8 * enc.length)), theirs), refused);
  request(opening(seed, info, aad, enc, flipped(theirs, (i * 7) % (8 * theirs.length))), refused);
  request(opening(seed, info, aad, enc, theirs.subarray(0, theirs.length - 1)), refused);

  // Ours, opened by theirs.
  const [sealed] = ask([["seal", publicHex, hex(info), hex(aad), hex(plaintext)]]);
  const [ourEnc, ourCiphertext] = sealed.split(" ").map(bytes);
  const receiver = await suite.createRecipientContext({
    recipientKey: privateKey, enc: new Uint8Array(ourEnc).buffer, info: new Uint8Array(info).buffer });
  const opened = await receiver.open(new Uint8Array(ourCiphertext).buffer, new Uint8Array(aad).buffer);
  assert.equal(hex(Buffer.from(opened)), hex(plaintext));
}
ask(requests).forEach((answer, i) => checks[i](answer));
console.log(`${requests.length} of theirs and 32 of ours agree`);
