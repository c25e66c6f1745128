// What may not be a passphrase. The server never sees one: both clients ask this, by the same rules (server/cli/passphrase_rules.hpp).
import common from "common-passphrases";

export const passphraseBytesMin = 12;
const differentBytesMin = 5;
const restBytesMin = 6;

let words: Set<string> | undefined;
const isCommon = (text: string): boolean => (words ??= new Set(common.split("\n"))).has(text);

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const small = (text: string): string => text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());

/** "abcabc" is "abc". */
function repeated(text: string): string {
  for (let length = 1; 2 * length <= text.length; length++) {
    if (text.length % length === 0 && text.slice(0, length).repeat(text.length / length) === text) return text.slice(0, length);
  }
  return text;
}

/** Why nobody should take it; nothing when it may be taken. */
export function weakness(passphrase: string, name: string): "passphrase_short" | "passphrase_common" | undefined {
  if (bytes(passphrase).length < passphraseBytesMin) return "passphrase_short";
  let rest = small(passphrase);
  if (new Set(bytes(rest)).size < differentBytesMin || isCommon(rest)) return "passphrase_common";
  for (const known of [small(name), "hotline"]) if (known.length >= 3) rest = rest.replaceAll(known, "");
  // Numbers and signs at the ends are what people put there when they are told to.
  const word = rest.replace(/^[\x20-\x60\x7b-\x7e]+|[\x20-\x60\x7b-\x7e]+$/g, "");
  const once = repeated(word);
  return bytes(once).length < restBytesMin || isCommon(word) || isCommon(once) ? "passphrase_common" : undefined;
}
