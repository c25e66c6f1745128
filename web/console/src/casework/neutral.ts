// A text is seen by whoever holds the phone. Words that give away what it is about are named before it leaves; it is the caseworker who
// decides. Compared without accents and case, by the beginning of a word.

const givesAway = [
  // English
  "traffick", "hotline", "helpline", "help line", "victim", "survivor", "police", "report", "abus", "rape", "rapist", "assault", "violen", "exploit", "slave",
  "prostitut", "brothel", "sex", "rescue", "escape", "run away", "shelter", "safe house", "safehouse", "hurt you", "threat", "danger", "passport", "immigration",
  "deport", "smuggl", "kidnap", "pimp", "trafficker", "investigat", "caseworker", "case worker", "social worker", "embassy", "human rights", "forced", "captiv",
  // Spanish, without accents
  "trata de", "tratante", "linea de ayuda", "linea directa", "victima", "sobrevivient", "policia", "denunci", "reporte", "abuso", "abusa", "violacion", "violad", "violencia", "agresi",
  "explota", "esclav", "prostituc", "burdel", "sexual", "rescat", "escap", "huir", "huya", "refugio", "albergue", "casa segura", "amenaz", "peligro", "pasaporte",
  "migracion", "deporta", "coyote", "secuestr", "proxeneta", "investiga", "trabajador social", "trabajadora social", "embajada", "derechos humanos", "forzad", "cautiv",
];

export const withoutAccents = (text: string): string => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

export interface GivesAway {
  /** As it stands in the text, each once. */
  words: string[];
  /** An address of the web stands in it: whoever taps it sees where it leads. */
  link: boolean;
}

const isWordCharacter = (character: string | undefined): boolean => character !== undefined && /[\p{L}\p{N}]/u.test(character);

/** The whole word or words around a match that begins at `at`. */
function wordAt(text: string, at: number, length: number): string {
  let end = at + length;
  while (isWordCharacter(text[end])) ++end;
  return text.slice(at, end);
}

/** `names`: what the desk and its people are called, which give away as much. */
export function givenAway(text: string, names: readonly string[] = []): GivesAway {
  const composed = text.normalize("NFC");
  // Letter by letter, so that places in the folded text are places in the text.
  const folded = Array.from(composed, (character) => (character.length === 1 ? withoutAccents(character).padEnd(1).slice(0, 1) : "  ")).join("");
  const words = new Set<string>();
  for (const wanted of [...givesAway, ...names.map(withoutAccents).filter((name) => name.trim() !== "")]) {
    for (let at = folded.indexOf(wanted); at !== -1; at = folded.indexOf(wanted, at + 1)) {
      if (!isWordCharacter(folded[at - 1])) words.add(wordAt(composed, at, wanted.length).toLowerCase());
    }
  }
  return { words: [...words], link: /\bhttps?:\/\/|\bwww\.|\b[a-z0-9-]+\.(?:org|com|net|bz|info|gov)\b/i.test(text) };
}
