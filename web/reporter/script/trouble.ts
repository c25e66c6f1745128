// What went wrong, said above the form it went wrong with.
import { all, arrive, copyOf, find } from "./dom";

/** The place in the form where a problem can be set right: its id, by the problem. */
const places: Record<string, string> = {
  file: "file_field", full: "file_field", "problem.desk_never": "desk_field", "problem.desk_none": "desk_field", "problem.desk_missing": "desk_field",
  "problem.message_empty": "message_field", "problem.wish_two": "consents_field",
};
export const placeOf = (reason: string): string => places[reason] ?? "";

/** Another way that the person may choose: what the button says, where that is not what the page brought, and does. */
export interface Plainly {
  act: string;
  run: (button: HTMLButtonElement) => unknown;
}

/** In words, above the form. `note`: what the next try means. `place`: id of what is to be set right, or nothing. */
export function showTrouble(form: HTMLFormElement, text: string, note: string, plainly: Plainly | null, place = ""): void {
  for (const old of all("[data-trouble]")) old.remove();
  const copy = copyOf("s_trouble")!;
  const box = find("[data-trouble]", copy)!;
  find("[data-text]", box)!.textContent = text;
  const more = find("[data-note]", box)!;
  more.textContent = note;
  if (!note) more.remove();
  const link = find<HTMLAnchorElement>("[data-place]", box)!;
  const question = place && document.getElementById(place);
  if (question) {
    link.href = `#${place}`;
    link.textContent = find("legend, label", question)?.textContent ?? "";
  } else {
    link.parentElement!.remove();
  }
  const button = find<HTMLButtonElement>("button", box)!;
  if (plainly?.act) button.textContent = plainly.act;
  if (plainly) button.addEventListener("click", () => void plainly.run(button));
  else button.parentElement!.remove();
  form.before(copy);
  arrive(box);
}
