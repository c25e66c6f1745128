// The field's words in the reader's language; web/console/vocabulary.json.
import list from "../../../vocabulary.json";
import { language } from "../settings";

export interface Entry {
  key: string;
  en: string;
  es: string;
  help_en?: string;
  help_es?: string;
}
export interface Group extends Entry {
  not_for_child?: boolean;
  labels: Entry[];
}

export const vocabulary = list as unknown as Record<"close_types" | "statuses" | "decided_by" | "police" | "consents" | "urgency", Entry[]> & { groups: Group[] };

export const wordsFor = (entry: Entry): string => entry[language.value];
export const helpFor = (entry: Entry): string => (language.value === "es" ? entry.help_es : entry.help_en) ?? "";

type ListName = "close_types" | "statuses" | "decided_by" | "police" | "consents";
/** By key; the key with its lines made spaces when the list has it not. */
export function wordFor(name: ListName, key: string): string {
  const entry = vocabulary[name].find((one) => one.key === key);
  return entry ? wordsFor(entry) : key.replace(/_/g, " ");
}

const labels = new Map(vocabulary.groups.flatMap((group) => group.labels.map((label) => [label.key, label] as const)));
export const isKnownLabel = (key: string): boolean => labels.has(key);
/** A label as people say it; the desk's own without its mark. */
export function labelText(key: string): string {
  const known = labels.get(key);
  return known ? wordsFor(known) : key.replace(/^own:/, "");
}
/** In both languages, so that the search finds either. */
export function labelTerms(key: string): string {
  const known = labels.get(key);
  return known ? `${known.en} ${known.es}` : key.replace(/^own:/, "");
}
