// What the page says. en.ts and es.ts hold the shell's words, *_casework.ts those of the casework screens, *_desk.ts of what the desk keeps about itself; the same keys in both languages
// by type.
import { language } from "../state/settings";
import { en as shellEn } from "./en";
import { en as caseworkEn } from "./en_casework";
import { en as deskEn } from "./en_desk";
import { es as shellEs } from "./es";
import { es as caseworkEs } from "./es_casework";
import { es as deskEs } from "./es_desk";

const lists = { en: { ...shellEn, ...caseworkEn, ...deskEn }, es: { ...shellEs, ...caseworkEs, ...deskEs } };
export type Word = keyof typeof lists.en;

/** The words under that key in the person's language; {name} is filled with `values`. */
export function say(key: Word, values: Record<string, string | number> = {}): string {
  return lists[language.value][key].replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}

type Counted = { [W in Word]: W extends `${infer Stem}_one` ? (`${Stem}_other` extends Word ? Stem : never) : never }[Word];
/** Under "key_one" or "key_other", with {n} filled. */
export const count = (stem: Counted, n: number): string =>
  say(`${stem}_${new Intl.PluralRules(language.value).select(n) === "one" ? "one" : "other"}` as Word, { n: n.toLocaleString(language.value) });

/** Words by a name that came from elsewhere: a role, a state. The name itself when there are none. */
export const sayOf = (stem: string, name: string): string => {
  const key = `${stem}_${name}`;
  return key in lists.en ? say(key as Word) : name;
};
