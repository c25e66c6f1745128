// What someone wanted when they opened an item from the list: taken up once that item is there, and by no other.
import { effect, signal } from "@preact/signals";
import { phase } from "../../state/session";

export type Intent = "assign" | "reply" | "close";
export const intent = signal<{ what: Intent; item: string } | null>(null);
export const intend = (what: Intent, item: string): void => void (intent.value = { what, item });

/** What is wanted of this item, if anything is; from now on it is wanted no more. */
export function intentTaken(item: string): Intent | null {
  const wanted = intent.peek();
  if (wanted?.item !== item) return null;
  intent.value = null;
  return wanted.what;
}

/** The item is found under another id: a report in its case. */
export function intentFollows(item: string, to: string): void {
  const what = intentTaken(item);
  if (what) intend(what, to);
}

effect(() => {
  if (phase.value !== "in") intent.value = null;
});
