// Sealing and opening, with the package age-encryption; what hides lengths is docs/formats.md, section 1.
import { bech32 } from "@scure/base";
import { Decrypter, Encrypter } from "age-encryption";
import { fromUtf8, utf8, type Bytes } from "./bytes";
import { HybridIdentity } from "./hybrid_identity";

const jsonBytesMin = 1024;
const jsonBytesMax = 128 * 1024;

/** A JSON document filled with spaces to a power of two, or to `exactly` so many bytes. Throws "too_long". */
export function padJson(value: unknown, exactly?: number): Bytes {
  const json = utf8(JSON.stringify(value));
  if (json.length > (exactly ?? jsonBytesMax)) throw new Error("too_long");
  let size = exactly ?? jsonBytesMin;
  while (size < json.length) size *= 2;
  const padded = new Uint8Array(size).fill(0x20);
  padded.set(json);
  return padded;
}

/** An age identity and what belongs to it; made of a seed of 32 bytes. */
export class Identity {
  private constructor(readonly seed: Bytes, private readonly decrypter: Decrypter, readonly recipient: Bytes) {}

  static async of(seed: Bytes): Promise<Identity> {
    const keys = await HybridIdentity.of(seed);
    const decrypter = new Decrypter();
    decrypter.addIdentity(keys);
    return new Identity(seed, decrypter, keys.recipient);
  }

  /** Nothing when it is not for this identity, or was changed. */
  async open(sealed: Bytes): Promise<Uint8Array | undefined> {
    try {
      return await this.decrypter.decrypt(sealed);
    } catch {
      return undefined;
    }
  }

  /** The JSON object inside; nothing when it does not open or holds none. */
  async openJson(sealed: Bytes): Promise<Record<string, unknown> | undefined> {
    const opened = await this.open(sealed);
    return opened && parseObject(opened);
  }
}

export function parseObject(bytes: Uint8Array | string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(typeof bytes === "string" ? bytes : fromUtf8(bytes));
    return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

export const recipientText = (bytes: Uint8Array): string => bech32.encode("age1pq", bech32.toWords(bytes), false);
export const recipientBytes = (text: string): Bytes => new Uint8Array(bech32.fromWords(bech32.decode(text as `${string}1${string}`, false).words));

/** ML-KEM's key is numbers of 12 bits below 3,329 and 32 bytes more: FIPS 203, section 7.2. The package below this one does not look. */
const latticeBytes = 1152;
const modulus = 3329;
function isRecipient(bytes: Uint8Array): boolean {
  for (let at = 0; at < latticeBytes; at += 3) {
    const [low, middle, high] = bytes.subarray(at, at + 3) as unknown as [number, number, number];
    if ((low | ((middle & 15) << 8)) >= modulus || ((middle >> 4) | (high << 4)) >= modulus) return false;
  }
  return true;
}

/** Seals to an X-Wing public key (1,216 bytes) or to a recipient in age's own text. Throws "no_recipient" for what is no key. */
export async function seal(content: Uint8Array, recipient: Uint8Array | string): Promise<Bytes> {
  if (!isRecipient(typeof recipient === "string" ? recipientBytes(recipient) : recipient)) throw new Error("no_recipient");
  const encrypter = new Encrypter();
  encrypter.addRecipient(typeof recipient === "string" ? recipient : recipientText(recipient));
  return new Uint8Array(await encrypter.encrypt(content as Bytes));
}
