// What went wrong, said above the form it went wrong with.
import { all, arrive, copyOf, find } from "./dom";

/** Another way that the person may choose: what the button says, where that is not what the page brought, and does. */
export interface Plainly {
  act: string;
  run: (button: HTMLButtonElement) => unknown;
}

/** In words, above the form. `note`: what the next try means. */
export function showTrouble(form: HTMLFormElement, text: string, note: string, plainly: Plainly | null): void {
  for (const old of all("[data-trouble]")) old.remove();
  const copy = copyOf("s_trouble")!;
  const box = find("[data-trouble]", copy)!;
  find("[data-text]", box)!.textContent = text;
  const more = find("[data-note]", box)!;
  more.textContent = note;
  if (!note) more.remove();
  const button = find<HTMLButtonElement>("button", box)!;
  if (plainly?.act) button.textContent = plainly.act;
  if (plainly) button.addEventListener("click", () => void plainly.run(button));
  else button.parentElement!.remove();
  form.before(copy);
  arrive(box);
}
