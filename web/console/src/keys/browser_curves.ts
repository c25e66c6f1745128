// X25519 and Ed25519 by the browser itself, which is many times quicker than JavaScript. Where it has no Web Crypto (a page without TLS) or does
// not know these curves, the package noble computes the same.
import { ed25519, x25519 } from "@noble/curves/ed25519.js";
import { base64url, join, type Bytes } from "./bytes";

/** What comes before the 32 bytes of a secret in PKCS #8: RFC 8410, section 7, with the curve's object identifier 1.3.101.110. */
const pkcs8X25519 = Uint8Array.of(0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x6e, 0x04, 0x22, 0x04, 0x20);

/** Nothing when the browser does not know the curve. */
async function unlessUnknown(made: () => Promise<CryptoKey>): Promise<CryptoKey | undefined> {
  const subtle: SubtleCrypto | undefined = globalThis.crypto.subtle;
  if (!subtle) return undefined;
  try {
    return await made();
  } catch (error) {
    if (error instanceof Error && error.name === "NotSupportedError") return undefined;
    throw error;
  }
}

const point = (bytes: Bytes): Promise<CryptoKey> => crypto.subtle.importKey("raw", bytes, { name: "X25519" }, false, []);
const multiplied = async (key: CryptoKey, other: Bytes): Promise<Bytes> => new Uint8Array(await crypto.subtle.deriveBits({ name: "X25519", public: await point(other) }, key, 256));

/** A secret of X25519 that many others are multiplied with. */
export class X25519Secret {
  private constructor(private readonly bytes: Bytes, private readonly key: CryptoKey | undefined, readonly publicKey: Bytes) {}

  static async of(bytes: Bytes): Promise<X25519Secret> {
    const key = await unlessUnknown(() => crypto.subtle.importKey("pkcs8", join(pkcs8X25519, bytes), { name: "X25519" }, false, ["deriveBits"]));
    return new X25519Secret(bytes, key, key ? await multiplied(key, new Uint8Array(x25519.GuBytes)) : new Uint8Array(x25519.getPublicKey(bytes)));
  }

  /** Throws for a point that gives nothing but zeros. */
  async sharedWith(other: Bytes): Promise<Bytes> {
    return this.key ? multiplied(this.key, other) : new Uint8Array(x25519.getSharedSecret(this.bytes, other));
  }
}

/** The order of Ed25519's group, least byte first: RFC 8032, section 5.1. */
const order = (2n ** 252n + 27742317777372353535851937790883648493n).toString(16).padStart(64, "0").match(/../g)!.map((byte) => parseInt(byte, 16)).reverse();

/** The second half of a signature in its one right form, so that nobody makes another valid signature of it. */
function isBelowOrder(half: Uint8Array): boolean {
  for (let at = 31; at >= 0; at--) if (half[at] !== order[at]) return half[at]! < order[at]!;
  return false;
}

type Verifier = (message: Bytes, signature: Bytes) => Promise<boolean>;

async function newVerifier(bytes: Bytes): Promise<Verifier | undefined> {
  try {
    // Keys of small order hold for every message. Browsers differ in whether they look.
    if (ed25519.Point.fromBytes(bytes, false).isSmallOrder()) return undefined;
  } catch {
    return undefined;
  }
  const key = await unlessUnknown(() => crypto.subtle.importKey("raw", bytes, { name: "Ed25519" }, false, ["verify"]));
  if (!key) return async (message, signature) => ed25519.verify(signature, message, bytes, { zip215: false });
  return async (message, signature) => isBelowOrder(signature.subarray(32)) && (await crypto.subtle.verify({ name: "Ed25519" }, key, signature, message));
}

/** By the public key: a few for a desk, each used for many signatures. */
const verifiers = new Map<string, Promise<Verifier | undefined>>();

/** Ed25519. Never for a key of small order, nor for a signature that is not in its one right form. */
export async function holds(key: Bytes, message: Bytes, signature: Bytes): Promise<boolean> {
  if (key.length !== 32 || signature.length !== 64) return false;
  const name = base64url.encode(key);
  const known = verifiers.get(name) ?? newVerifier(key);
  verifiers.set(name, known);
  try {
    return (await (await known)?.(message, signature)) === true;
  } catch {
    return false;
  }
}
