// The recovery code, for paper: docs/formats.md, section 3.
import { random } from "./bytes";

const symbols = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const rowSymbols = 16;
const rows = 2;
const separators = /[ \t\r\n\-._\u00a0\u2000-\u200b\u2010-\u2015\u202f\u2212\ufeff]/g;

/** Damm's scheme over GF(2^5) with x^5 + x^2 + 1. */
function check(values: readonly number[], start: number): number {
  let interim = start;
  for (const value of values) {
    interim = (interim ^ value) << 1;
    if (interim > 31) interim ^= 37;
  }
  return interim;
}

/** 32 symbols without separators, as they are hashed. */
export function newRecoveryCode(): string {
  let code = "";
  for (let row = 0; row < rows; row++) {
    const values = Array.from(random(rowSymbols - 1), (byte) => byte & 31);
    values.push(check(values, row));
    code += values.map((value) => symbols[value]).join("");
  }
  return code;
}

export type TypedCode = { code: string } | { wrong: "code_short" | "code_form" | "code_check" };

export function readRecoveryCode(typed: string): TypedCode {
  const bare = typed.replace(separators, "").toUpperCase().replace(/O/g, "0").replace(/[IL]/g, "1");
  const values = Array.from(bare, (symbol) => symbols.indexOf(symbol));
  if (values.includes(-1) || values.length > rows * rowSymbols) return { wrong: "code_form" };
  if (values.length < rows * rowSymbols) return { wrong: "code_short" };
  for (let row = 0; row < rows; row++) {
    if (check(values.slice(row * rowSymbols, (row + 1) * rowSymbols), row) !== 0) return { wrong: "code_check" };
  }
  return { code: bare };
}

/** In eight groups of four, as it is printed. */
export const groupsOf = (code: string): string => code.replace(/(.{4})(?=.)/g, "$1-");
