// A member's keys: docs/formats.md, section 5.
import { xchacha20poly1305 } from "@noble/ciphers/chacha.js";
import { argon2id } from "hash-wasm";
import { blake, derive, idBytes, join, random, utf8, type Bytes } from "./bytes";

export interface PassphraseKeys {
  auth: Bytes;
  wrap: Bytes;
}

export const memberPasses = 3;
export const memberBytes = 64 * 1024 * 1024;

/** Takes `bytes` of memory and about a second. The passphrase byte for byte, as typed. */
export async function passphraseKeys(passphrase: string, salt: Bytes, passes = memberPasses, bytes = memberBytes): Promise<PassphraseKeys> {
  const root = await argon2id({
    password: utf8(passphrase), salt, iterations: passes, memorySize: bytes / 1024, parallelism: 1, hashLength: 32, outputType: "binary",
  });
  return { auth: derive(root, "hotline/v1/member/auth"), wrap: derive(root, "hotline/v1/member/wrap") };
}

const nonceBytes = 24;
export function wrapSecret(wrap: Bytes, member: string, secret: Bytes, nonce = random(nonceBytes)): Bytes {
  return join(nonce, xchacha20poly1305(wrap, nonce, idBytes(member)).encrypt(secret));
}
/** Nothing: another key, another member, or changed. */
export function unwrapSecret(wrap: Bytes, member: string, wrapped: Bytes): Bytes | undefined {
  try {
    return new Uint8Array(xchacha20poly1305(wrap, wrapped.subarray(0, nonceBytes), idBytes(member)).decrypt(wrapped.subarray(nonceBytes)));
  } catch {
    return undefined;
  }
}

export const identitySeed = (secret: Bytes): Bytes => derive(secret, "hotline/v1/member/age");
export const signingSeed = (secret: Bytes): Bytes => derive(secret, "hotline/v1/member/sign");
/** What the server keeps of an auth key, or of a recovery auth key. */
export const authHash = (auth: Bytes): Bytes => blake(auth);

export const recoveryWrap = (code: string): Bytes => derive(utf8(code), "hotline/v1/member/recovery");
export const recoveryAuth = (code: string): Bytes => derive(utf8(code), "hotline/v1/member/recovery-auth");
