// Stays in touch with the desk while someone is at work: asks again and again whether something changed, and tells whoever shows it.
import { effect, signal, untracked } from "@preact/signals";
import { casework } from "../../api/casework";
import { seesCounts } from "../../casework/rights";
import { refreshDesk } from "../desk";
import { pause } from "../pause";
import { hourNow } from "../clock";
import { me, phase, worksOnReports } from "../session";
import { fillInBackground } from "./background";
import { refreshAll } from "./queue";
import { loadQuestions } from "./questions";

/** The desk's last change; what depends on it is fetched anew. */
export const changed = signal(0);

const afterFailureMilliseconds = 5000;
/** Asks for the number first and looks afterwards: what changes in between is told by the next one. */
async function listen(stop: AbortSignal): Promise<void> {
  let number: number | undefined;   // another run of the server counts from elsewhere: only inequality tells
  while (!stop.aborted) {
    try {
      const told = await casework.changes(number, stop);
      if (stop.aborted) return;
      if (number === undefined) {
        await Promise.all([refreshDesk(), refreshAll()]);
        fillInBackground();
      } else if (told.number !== number) {
        await refreshDesk();   // what is shown anew names colleagues
        if (stop.aborted) return;
        changed.value = told.number;
        await refreshAll();
        fillInBackground();
      }
      number = told.number;
    } catch {
      if (number === undefined && !stop.aborted) await refreshAll();   // which says what is wrong
      await pause(afterFailureMilliseconds, stop);
    }
  }
}

let stop = new AbortController();

function begin(): void {
  if (worksOnReports.value) void loadQuestions().catch(() => undefined);
  if (me.value && seesCounts(me.value.role)) void listen(stop.signal);
  else void refreshAll();
}

/** With the hour more may be overdue, though nothing has changed. */
let hour = hourNow();
effect(() => {
  if (hour === hourNow()) return;
  hour = hourNow();
  untracked(() => {
    if (phase.value === "in" && me.value && seesCounts(me.value.role)) void refreshAll();
  });
});

effect(() => {
  stop.abort();
  if (phase.value !== "in") return;
  stop = new AbortController();
  untracked(begin);
});
