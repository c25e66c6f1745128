// Sealing and opening, with the package age-encryption; what hides lengths is docs/formats.md, section 1.
import { Decrypter, Encrypter } from "age-encryption";
import { sha256 } from "@noble/hashes/sha2.js";
import { hex, utf8 } from "./bytes";

const jsonBytesMin = 1024;
const jsonBytesMax = 128 * 1024;

/** A JSON document filled with spaces to a power of two; nothing when it is too long for any. */
export function padJson(value: unknown): Uint8Array<ArrayBuffer> | undefined {
  const json = utf8(JSON.stringify(value));
  if (json.length > jsonBytesMax) return undefined;
  let size = jsonBytesMin;
  while (size < json.length) size *= 2;
  const padded = new Uint8Array(size).fill(0x20);
  padded.set(json);
  return padded;
}

/** The size to which a file below 4 GiB is filled with zeros: Padmé. */
export function padme(bytes: number): number {
  if (bytes < 2) return bytes;
  const exponent = 31 - Math.clz32(bytes);
  const kept = 32 - Math.clz32(exponent);
  const step = 2 ** Math.max(0, exponent - kept);
  return Math.ceil(bytes / step) * step;
}

export async function seal(content: Uint8Array<ArrayBuffer>, recipient: string): Promise<Uint8Array> {
  const encrypter = new Encrypter();
  encrypter.addRecipient(recipient);
  return encrypter.encrypt(content);
}

/** Nothing when it is not for this identity. */
export async function open(sealed: Uint8Array<ArrayBuffer>, identity: string): Promise<Uint8Array | undefined> {
  const decrypter = new Decrypter();
  decrypter.addIdentity(identity);
  try {
    return await decrypter.decrypt(sealed);
  } catch {
    return undefined;
  }
}

const readBytes = 256 * 1024;
const zeros = new Uint8Array(64 * 1024);

type Hash = ReturnType<typeof sha256.create>;

/** A file as it is sealed: read in slices, hashed, padded, never whole in memory. */
export class SealedFile {
  private constructor(
    readonly size: number,
    private readonly hash: Hash,
    private readonly reader: ReadableStreamDefaultReader<Uint8Array>,
  ) {}

  static async of(file: Blob, recipient: string): Promise<SealedFile> {
    const encrypter = new Encrypter();
    encrypter.addRecipient(recipient);
    const hash = sha256.create();
    let read = 0;
    let missing = padme(file.size) - file.size;
    const plain = new ReadableStream<Uint8Array>({
      async pull(controller) {
        if (read < file.size) {
          const piece = new Uint8Array(await file.slice(read, read + readBytes).arrayBuffer());
          if (piece.length === 0) throw new Error("the file ended early");
          read += piece.length;
          hash.update(piece);
          controller.enqueue(piece);
        } else if (missing > 0) {
          const piece = zeros.subarray(0, Math.min(missing, zeros.length));
          missing -= piece.length;
          controller.enqueue(piece);
        } else {
          controller.close();
        }
      },
    }, { highWaterMark: 0 });
    const sealed = await encrypter.encrypt(plain);
    return new SealedFile(sealed.size(padme(file.size)), hash, sealed.getReader());
  }

  /** The next sealed bytes, `atLeast` so many unless the file ends; fails when the file cannot be read. */
  async next(atLeast: number): Promise<Uint8Array<ArrayBuffer>> {
    const pieces: Uint8Array[] = [];
    let bytes = 0;
    while (bytes < atLeast) {
      const { done, value } = await this.reader.read();
      if (done) break;
      pieces.push(value);
      bytes += value.length;
    }
    const window = new Uint8Array(bytes);
    let at = 0;
    for (const piece of pieces) {
      window.set(piece, at);
      at += piece.length;
    }
    return window;
  }

  /** SHA-256 of the original; once, after the last byte. */
  sha256(): string {
    return hex(this.hash.digest());
  }
}
