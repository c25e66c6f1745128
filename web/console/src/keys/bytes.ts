import { blake2b } from "@noble/hashes/blake2.js";
import { hkdf } from "@noble/hashes/hkdf.js";
import { sha256 } from "@noble/hashes/sha2.js";

export type Bytes = Uint8Array<ArrayBuffer>;
export const utf8 = (text: string): Bytes => new TextEncoder().encode(text);
/** Throws for bytes that are no UTF-8. */
export const fromUtf8 = (bytes: Uint8Array): string => new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);

export function join(...parts: readonly (Uint8Array | string)[]): Bytes {
  const pieces = parts.map((part) => (typeof part === "string" ? utf8(part) : part));
  const all = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
}

export const hex = (bytes: Uint8Array): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
/** The 16 bytes of an id. Throws for anything else, also for a second way to write the same id: what is known of one must not be passed by with another. */
export function idBytes(id: string): Bytes {
  if (!/^[0-9a-f]{32}$/.test(id)) throw new Error("not an id");
  return Uint8Array.from(id.match(/../g)!, (pair) => parseInt(pair, 16));
}

/** `bytes` long, highest byte first. */
export function number(value: number, bytes: number): Bytes {
  const out = new Uint8Array(bytes);
  for (let i = bytes - 1; i >= 0; i--) {
    out[i] = value % 256;
    value = Math.floor(value / 256);
  }
  return out;
}

export const random = (bytes: number): Bytes => crypto.getRandomValues(new Uint8Array(bytes));
export const newId = (): string => hex(random(16));

/** BLAKE2b-256, keyed or not; HKDF-SHA256 with an empty salt, 32 bytes out: as docs/formats.md writes them. */
export const blake = (data: Uint8Array, key?: Uint8Array): Bytes => new Uint8Array(blake2b(data, key ? { dkLen: 32, key } : { dkLen: 32 }));
export const derive = (key: Uint8Array, info: string): Bytes => new Uint8Array(hkdf(sha256, key, undefined, utf8(info), 32));

/** So many bytes become characters at once: a call takes no more arguments than fit on the stack. */
const charactersAtOnce = 8192;
/** What the last character of a rest of two or three may be, so that each row of bytes has one way to be written. */
const lastOfRest: Record<number, RegExp> = { 0: /(?:)/, 2: /[AQgw]$/, 3: /[AEIMQUYcgkosw048]$/ };

/** base64url without padding (RFC 4648, section 5). By the browser's own functions: everything that is opened comes through here. */
export const base64url = {
  encode(bytes: Uint8Array): string {
    let binary = "";
    for (let at = 0; at < bytes.length; at += charactersAtOnce) binary += String.fromCharCode(...bytes.subarray(at, at + charactersAtOnce));
    return btoa(binary).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  },
  /** Throws for anything else, also for a second way to write the same bytes. */
  decode(text: string): Bytes {
    if (!/^[A-Za-z0-9_-]*$/.test(text) || !lastOfRest[text.length % 4]?.test(text)) throw new Error("not base64url");
    const binary = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
    const bytes = new Uint8Array(binary.length);
    for (let at = 0; at < binary.length; at++) bytes[at] = binary.charCodeAt(at);
    return bytes;
  },
};
