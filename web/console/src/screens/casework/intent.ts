// What someone wanted when they opened a case from the list: taken up once it is there.
import { signal } from "@preact/signals";

export type Intent = "assign" | "reply" | "close";
export const intent = signal<Intent | null>(null);
export const intend = (what: Intent): void => void (intent.value = what);
export const intentTaken = (): Intent | null => {
  const what = intent.peek();
  intent.value = null;
  return what;
};
