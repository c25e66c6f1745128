// The secret half of an age recipient "mlkem768x25519". The package age-encryption reads the file and asks this for its key; its own identity makes
// both keys anew from the seed for every file and multiplies in JavaScript, which was most of what opening took.
import { chacha20poly1305 } from "@noble/ciphers/chacha.js";
import { expand, extract } from "@noble/hashes/hkdf.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { sha3_256, shake256 } from "@noble/hashes/sha3.js";
import { ml_kem768 } from "@noble/post-quantum/ml-kem.js";
import { base64nopad } from "@scure/base";
import type { Identity as AgeIdentity, Stanza } from "age-encryption";
import { X25519Secret } from "./browser_curves";
import { join, number, utf8, type Bytes } from "./bytes";

const kind = "mlkem768x25519";
const mlkemSeedBytes = 64;
const mlkemCiphertextBytes = 1088;
const pointBytes = 32;
const wrappedKeyBytes = 16 + 16;
/** X-Wing's label (draft-connolly-cfrg-xwing-kem, section 5.3). */
const xwingLabel = utf8("\\.//^\\");

/** HPKE's names of what is used (RFC 9180, section 7): X-Wing, HKDF-SHA256, ChaCha20-Poly1305. */
const suite = join("HPKE", number(0x647a, 2), number(1, 2), number(3, 2));
const info = utf8("age-encryption.org/mlkem768x25519");

const labeledExtract = (salt: Uint8Array | undefined, label: string, secret: Uint8Array): Uint8Array => extract(sha256, join("HPKE-v1", suite, label, secret), salt);
const labeledExpand = (key: Uint8Array, label: string, context: Uint8Array, bytes: number): Uint8Array =>
  expand(sha256, key, join(number(bytes, 2), "HPKE-v1", suite, label, context), bytes);
/** Mode "base", nothing shared before: the same for every file. */
const context = join(Uint8Array.of(0), labeledExtract(undefined, "psk_id_hash", new Uint8Array()), labeledExtract(undefined, "info_hash", info));

/** What was wrapped for a shared secret; nothing when it was another's. */
function unwrap(shared: Uint8Array, wrapped: Uint8Array): Uint8Array | undefined {
  const secret = labeledExtract(shared, "secret", new Uint8Array());
  try {
    return chacha20poly1305(labeledExpand(secret, "key", context, 32), labeledExpand(secret, "base_nonce", context, 12)).decrypt(wrapped);
  } catch {
    return undefined;
  }
}

export class HybridIdentity implements AgeIdentity {
  private constructor(private readonly mlkemSecret: Uint8Array, private readonly mlkemPublic: Uint8Array, private readonly point: X25519Secret) {}

  /** From a seed of 32 bytes. */
  static async of(seed: Bytes): Promise<HybridIdentity> {
    const expanded = new Uint8Array(shake256(seed, { dkLen: mlkemSeedBytes + pointBytes }));
    const { publicKey, secretKey } = ml_kem768.keygen(expanded.subarray(0, mlkemSeedBytes));
    return new HybridIdentity(secretKey, publicKey, await X25519Secret.of(expanded.slice(mlkemSeedBytes)));
  }

  /** 1,216 bytes. */
  get recipient(): Bytes { return join(this.mlkemPublic, this.point.publicKey); }

  async unwrapFileKey(stanzas: Stanza[]): Promise<Uint8Array | null> {
    for (const { args, body } of stanzas) {
      if (args[0] !== kind) continue;
      const share = args.length === 2 ? new Uint8Array(base64nopad.decode(args[1]!)) : new Uint8Array();
      if (share.length !== mlkemCiphertextBytes + pointBytes || body.length !== wrappedKeyBytes) throw new Error("invalid mlkem768x25519 stanza");
      const theirs = share.slice(mlkemCiphertextBytes);
      const shared = [ml_kem768.decapsulate(share.subarray(0, mlkemCiphertextBytes), this.mlkemSecret), await this.point.sharedWith(theirs)] as const;
      const key = unwrap(sha3_256(join(...shared, theirs, this.point.publicKey, xwingLabel)), body);
      if (key) return key;
    }
    return null;
  }
}
