// The return code as people write it: docs/formats.md, section 3.

const symbols = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const symbolsOfCode = 16;
// What phones put between symbols: spaces of all kinds, dashes, dots, underscores, line breaks, a byte order mark.
const separators = /[ \t\r\n\-._\u00a0\u2000-\u200b\u2010-\u2015\u202f\u2212\ufeff]/g;

/** Damm's scheme over GF(2^5) with x^5 + x^2 + 1; a right row of values ends at 0. */
export function checkOf(values: readonly number[]): number {
  let interim = 0;
  for (const value of values) {
    interim = (interim ^ value) << 1;
    if (interim > 31) interim ^= 37;
  }
  return interim;
}

export type Typed = { code: string } | { wrong: "empty" | "short" | "form" | "check" };

/** Reads what was typed. "short": so far so good, but not all of it; "check": one symbol was misread, or two swapped. */
export function readCode(typed: string): Typed {
  const bare = typed.replace(separators, "").toUpperCase().replace(/O/g, "0").replace(/[IL]/g, "1");
  if (bare === "") return { wrong: "empty" };
  const values = Array.from(bare, (symbol) => symbols.indexOf(symbol));
  if (values.length > symbolsOfCode || values.includes(-1)) return { wrong: "form" };
  if (values.length < symbolsOfCode) return { wrong: "short" };
  return checkOf(values) === 0 ? { code: bare } : { wrong: "check" };
}

/** The first 75 of the bits, highest first, as fifteen symbols and the check. */
export function codeOfBits(bits: Uint8Array): string {
  const values: number[] = [];
  for (let i = 0; i < symbolsOfCode - 1; i++) {
    const bit = 5 * i;
    const two = (bits[bit >> 3]! << 8) | bits[(bit >> 3) + 1]!;
    values.push((two >> (11 - (bit & 7))) & 31);
  }
  values.push(checkOf(values));
  return values.map((value) => symbols[value]).join("");
}

/** In four groups, as it is shown. */
export const groupsOf = (code: string): string => code.replace(/(.{4})(?=.)/g, "$1-");
