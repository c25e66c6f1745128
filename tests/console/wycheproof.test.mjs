#!/usr/bin/env node
// The collection of Project Wycheproof (C2SP, Debian's package golang-github-c2sp-wycheproof-dev) through the console's own functions for curves,
// by node's Web Crypto and by the package that stands in for it, and through the packages for what they are asked directly.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { packaged, part, root } from "./parts.mjs";

const folder = join(root, "build/deps/wycheproof/usr/share/gocode/src/github.com/c2sp/wycheproof/testvectors_v1");
const bytes = (hex) => Uint8Array.from(Buffer.from(hex, "hex"));
async function each(name, look) {
  let count = 0;
  for (const { tests, ...group } of JSON.parse(readFileSync(join(folder, `${name}_test.json`), "utf8")).testGroups) {
    for (const one of tests) {
      await look(group, one, one.result !== "invalid", `${name} ${one.tcId}: ${one.comment}`);
      count += 1;
    }
  }
  return count;
}

async function curves(t) {
  const { X25519Secret, holds } = await part("keys/browser_curves");
  const points = await each("x25519", async (_, { private: secret, public: point, shared }, right, what) => {
    const made = X25519Secret.of(bytes(secret)).then((own) => own.sharedWith(bytes(point)));
    if (/^0*$/.test(shared)) await assert.rejects(made, undefined, what);
    else assert.deepEqual(await made, bytes(shared), what);
  });
  const signatures = await each("ed25519", async ({ publicKey }, { msg, sig }, right, what) => assert.equal(await holds(bytes(publicKey.pk), bytes(msg), bytes(sig)), right, what));
  t.diagnostic(`${points} points, ${signatures} signatures`);
}

test("curves by Web Crypto", curves);

test("curves by the package, where there is no Web Crypto", async (t) => {
  const { subtle } = globalThis.crypto;
  Object.defineProperty(globalThis.crypto, "subtle", { value: undefined, configurable: true });
  try {
    await curves(t);
  } finally {
    Object.defineProperty(globalThis.crypto, "subtle", { value: subtle, configurable: true });
  }
});

test("HKDF", async () => {
  const { hkdf } = await packaged("@noble/hashes/hkdf.js");
  const { sha256 } = await packaged("@noble/hashes/sha2.js");
  await each("hkdf_sha256", async (_, { ikm, salt, info, size, okm }, right, what) => {
    const make = () => hkdf(sha256, bytes(ikm), bytes(salt), bytes(info), size);
    if (right) assert.deepEqual(make(), bytes(okm), what);
    else assert.throws(make, undefined, what);
  });
});

test("authenticated encryption", async () => {
  const { chacha20poly1305, xchacha20poly1305 } = await packaged("@noble/ciphers/chacha.js");
  for (const [name, cipher, nonce_bytes] of [["chacha20_poly1305", chacha20poly1305, 12], ["xchacha20_poly1305", xchacha20poly1305, 24]]) {
    await each(name, async (_, { key, iv, aad, msg, ct, tag }, right, what) => {
      if (iv.length !== 2 * nonce_bytes) return assert.equal(right, false, what);
      const by = () => cipher(bytes(key), bytes(iv), bytes(aad));
      if (!right) return assert.throws(() => by().decrypt(bytes(ct + tag)), undefined, what);
      assert.deepEqual(by().decrypt(bytes(ct + tag)), bytes(msg), what);
      assert.deepEqual(by().encrypt(bytes(msg)), bytes(ct + tag), what);
    });
  }
});

test("ML-KEM", async () => {
  const { ml_kem768 } = await packaged("@noble/post-quantum/ml-kem.js");
  await each("mlkem_768", async (_, { seed, ek, c, K }, right, what) => {
    const open = () => {
      const { publicKey, secretKey } = ml_kem768.keygen(bytes(seed));
      return [Buffer.from(publicKey).toString("hex"), Buffer.from(ml_kem768.decapsulate(bytes(c), secretKey)).toString("hex")];
    };
    if (right) return assert.deepEqual(open(), [ek, K], what);
    let made;
    try {
      made = open();
    } catch {
      return undefined;
    }
    return assert.notDeepEqual(made, [ek, K], what);
  });
  // The package takes keys that are none; the console looks before it seals. A recipient is the key and a point of X25519.
  const { seal } = await part("keys/sealing");
  const point = new Uint8Array(32).fill(9);
  await each("mlkem_768_encaps", async (_, { ek, m, c, K }, right, what) => {
    if (!right) return assert.rejects(seal(new Uint8Array(1), Uint8Array.of(...bytes(ek), ...point)), ek.length === 2 * 1184 ? /no_recipient/ : undefined, what);
    const { cipherText, sharedSecret } = ml_kem768.encapsulate(bytes(ek), bytes(m));
    return assert.deepEqual([Buffer.from(cipherText).toString("hex"), Buffer.from(sharedSecret).toString("hex")], [c, K], what);
  });
});
