// What people compare: docs/formats.md, section 7.
import { blake, join } from "./bytes";
import { fingerprintWords } from "./fingerprint_words";

/** Eight words joined by dashes. */
export function wordsOf(...keys: Uint8Array[]): string {
  const digest = blake(join("hotline/v1/fingerprint", ...keys));
  return Array.from(digest.subarray(0, 8), (byte) => fingerprintWords[byte]!).join("-");
}
