// How words and numbers are written alike for the search: accents and case do not count, and a number is found in any writing of it:
// +501 622-1234 is 6221234.

/** Digits that name a telephone without its country. */
const localDigits = 7;
/** A run of digits in groups, as telephone numbers, plates and dates are written. */
const numberRun = /\+?\d(?:[\s().\-/\u2010-\u2015\u00A0\u202F]{0,2}\d)*/gu;

export const folded = (text: string): string => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().replace(/ß/g, "ss").replace(/[øð]/g, (letter) => (letter === "ø" ? "o" : "d"));

const wordsOf = (text: string): string[] => folded(text).match(/[\p{L}\p{N}]+/gu) ?? [];

/** A number under all that it may be looked for by: whole, and without its country. */
function numberTerms(run: string): string[] {
  const digits = run.replace(/\D/g, "");
  return digits.length > localDigits ? [digits, digits.slice(-localDigits)] : [digits];
}

/** Terms of a text that is to be found. */
export function termsOf(text: string): string[] {
  const numbers = Array.from(text.normalize("NFKC").matchAll(numberRun), ([run]) => run).filter((run) => /\d\D+\d/.test(run));
  return [...wordsOf(text), ...numbers.flatMap(numberTerms), ...wordsOf(text).filter((word) => /^\d{8,}$/.test(word)).map((word) => word.slice(-localDigits))];
}

/** What is looked for: all of `words`, and each of `numbers` as a whole or by its groups. The last word may be half typed. */
export interface Wanted {
  words: string[];
  numbers: { whole: string; groups: string[] }[];
}

export function wantedOf(query: string): Wanted {
  const text = query.normalize("NFKC");
  const runs = Array.from(text.matchAll(numberRun), ([run]) => run).filter((run) => /\d\D+\d/.test(run) || run.replace(/\D/g, "").length > localDigits);
  let rest = text;
  for (const run of runs) rest = rest.replace(run, " ");
  const numbers = runs.map((run) => {
    const digits = run.replace(/\D/g, "");
    return { whole: digits.length > localDigits ? digits.slice(-localDigits) : digits, groups: run.match(/\d+/g) ?? [] };
  });
  return { words: wordsOf(rest), numbers };
}
