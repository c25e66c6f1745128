// A form that goes as it is. It takes everything typed with it, since no page keeps that, and without a line the browser shows an error in
// its place. So our computer is asked first whether it answers.
import { find, say } from "./dom";
import { showTrouble } from "./trouble";

const answerMilliseconds = 10_000;

/** Why nothing can be sent just now. */
export type Obstacle = "offline" | "busy";

/** What keeps a form from our computer; nothing where that takes it. */
async function obstacle(): Promise<Obstacle | undefined> {
  if (!window.fetch) return undefined;   // too old to ask
  try {
    const { status } = await Promise.race([
      fetch(location.pathname, { method: "HEAD", cache: "no-store", credentials: "omit" }),
      new Promise<never>((_, reject) => setTimeout(reject, answerMilliseconds)),
    ]);
    // Also who stands in front of it answers, for as long as it is not there.
    return status >= 500 || status === 429 || status === 408 ? "busy" : undefined;
  } catch {
    return "offline";
  }
}

/** The line under the form that asks for patience. */
export function showWait(shown: boolean): void {
  const wait = find("[data-wait]");
  if (!wait) return;
  if (shown) wait.textContent = say("wait");   // not what a try before has left there
  wait.hidden = !shown;
  if (shown) wait.scrollIntoView({ block: "nearest" });   // the button may be far from it
}

let asking = false;
let going = false;

// Back at a page that the browser kept as it was left: whatever went has gone, and a lock may come.
addEventListener("pageshow", (event) => {
  if (event.persisted) going = false;
});

/** Whether our computer is just being asked if a form may go as it is. */
export const isAsking = (): boolean => asking;
/** Whether a form goes as it is, or has gone: nothing may say any more that it is locked. */
export const isGoing = (): boolean => going;

/** The form stayed. Said of this try alone: one before may have come in. */
function sayStayed(form: HTMLFormElement, why: Obstacle): void {
  const code = find('input[name="code"]:not([type="hidden"])', form);
  const offline = why === "offline";
  showTrouble(form, code ? say(offline ? "offline_code" : "busy_code") : say(offline ? "unsent_offline" : "unsent_busy"), "", null);
}

/** Sends the form as it is once our computer answers; until then everything stays where it is, and the page says why. */
export async function goPlainly(form: HTMLFormElement, before: () => void = () => undefined, stayed: (why: Obstacle) => void = (why) => sayStayed(form, why)): Promise<void> {
  if (asking) return;
  asking = going = true;
  showWait(true);
  const why = await obstacle();
  showWait(false);
  asking = false;
  if (!why) {
    before();
    return form.submit();
  }
  going = false;
  stayed(why);
}
