// A form that goes as it is. It takes everything typed with it, since no page keeps that, and without a line the browser shows an error in
// its place. So our computer is asked first whether it answers.
import { find, say } from "./dom";
import { showTrouble } from "./trouble";

const answerMilliseconds = 10_000;

/** Whether our computer answers at all. */
export async function answers(): Promise<boolean> {
  if (!window.fetch) return true;   // too old to ask
  try {
    await Promise.race([
      fetch(location.pathname, { method: "HEAD", cache: "no-store", credentials: "omit" }),
      new Promise((_, reject) => setTimeout(reject, answerMilliseconds)),
    ]);
    return true;
  } catch {
    return false;
  }
}

/** The line under the form that asks for patience. */
export function showWait(shown: boolean): void {
  const wait = find("[data-wait]");
  if (!wait) return;
  if (shown) wait.textContent = say("wait");   // not what a try before has left there
  wait.hidden = !shown;
}

let asking = false;

/** Sends the form as it is once our computer answers; until then everything stays where it is, and the page says why. */
export async function goPlainly(form: HTMLFormElement): Promise<void> {
  if (asking) return;
  asking = true;
  showWait(true);
  const there = await answers();
  showWait(false);
  asking = false;
  if (there) return form.submit();
  const code = find('input[name="code"]:not([type="hidden"])', form);
  showTrouble(form, say(code ? "offline_code" : "offline"), "", null);
}
