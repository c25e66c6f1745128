// Stays in touch with the desk while someone is at work: asks again and again whether something changed, and tells whoever shows it.
import { effect, signal, untracked } from "@preact/signals";
import { casework } from "../../api/casework";
import { seesCounts } from "../../casework/rights";
import { me, phase, worksOnReports } from "../session";
import { fillInBackground } from "./background";
import { refreshAll } from "./queue";
import { loadQuestions } from "./questions";

/** The desk's last change; what depends on it is fetched anew. */
export const changed = signal(0);

const afterFailureMilliseconds = 5000;
const pause = (milliseconds: number, stop: AbortSignal): Promise<void> => new Promise((resolve) => {
  const timer = setTimeout(resolve, milliseconds);
  stop.addEventListener("abort", () => {
    clearTimeout(timer);
    resolve();
  }, { once: true });
});

async function listen(stop: AbortSignal): Promise<void> {
  let number: number | undefined;   // another run of the server counts from elsewhere: only inequality tells
  while (!stop.aborted) {
    try {
      const told = await casework.changes(number, stop);
      if (stop.aborted) return;
      if (number !== undefined && told.number !== number) {
        changed.value = told.number;
        await refreshAll();
        fillInBackground();
      }
      number = told.number;
    } catch {
      await pause(afterFailureMilliseconds, stop);
    }
  }
}

let stop = new AbortController();

function begin(): void {
  void Promise.all([refreshAll(), worksOnReports.value ? loadQuestions().catch(() => undefined) : undefined]).then(fillInBackground);
  if (me.value && seesCounts(me.value.role)) void listen(stop.signal);
}

effect(() => {
  stop.abort();
  if (phase.value !== "in") return;
  stop = new AbortController();
  untracked(begin);
});
