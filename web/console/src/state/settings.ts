// What a person chose for this browser: language, colours, whether keys of one letter work. Nothing else of a session is kept.
import { effect, signal } from "@preact/signals";

export type Language = "en" | "es";
export type Theme = "system" | "light" | "dark";

const kept = (name: string): string | null => {
  try {
    return localStorage.getItem(name);
  } catch {
    return null;
  }
};
const keep = (name: string, value: string): void => {
  try {
    localStorage.setItem(name, value);
  } catch {
    // a browser that keeps nothing: the choice holds for this page
  }
};

const byBrowser = (): Language => (navigator.languages.find((tag) => /^(en|es)\b/i.test(tag)) ?? "en").slice(0, 2).toLowerCase() as Language;
const keptLanguage = kept("language");

export const language = signal<Language>(keptLanguage === "en" || keptLanguage === "es" ? keptLanguage : byBrowser());
const keptTheme = kept("theme");
export const theme = signal<Theme>(keptTheme === "light" || keptTheme === "dark" ? keptTheme : "system");

export function chooseLanguage(chosen: Language): void {
  language.value = chosen;
  keep("language", chosen);
}
export function chooseTheme(chosen: Theme): void {
  theme.value = chosen;
  keep("theme", chosen);
}

/** Keys of one sign do something. Whoever speaks to the computer, or whose hand slips, switches them off. */
export const letterKeys = signal(kept("letter_keys") !== "off");
export function chooseLetterKeys(on: boolean): void {
  letterKeys.value = on;
  keep("letter_keys", on ? "on" : "off");
}

effect(() => {
  document.documentElement.lang = language.value;
});
effect(() => {
  if (theme.value === "system") delete document.documentElement.dataset["theme"];
  else document.documentElement.dataset["theme"] = theme.value;
});
