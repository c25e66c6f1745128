// Whether somebody has left since the newest epoch began: whoever kept its key opens what comes in until another one begins. Two requests make a removal, and
// a page can be closed between them; what was done stands in the activity, in order.
import { effect, signal } from "@preact/signals";
import { casework } from "../api/casework";
import { desk } from "./desk";
import { phase } from "./session";

const pageRows = 200;
const pagesMax = 50;

/** False also while that was not asked. */
export const leftSinceEpoch = signal(false);

effect(() => {
  if (phase.value !== "in") leftSinceEpoch.value = false;
});

/** Which of the two acts was the last one. What is older than the newest epoch matters no more; a day more is read, for clocks that differ. */
async function isRemovalLast(): Promise<boolean> {
  const newest = Math.floor(Math.max(0, ...(desk.value?.epochs ?? []).map((epoch) => epoch.not_before)) / 3600);
  for (let page = 0, before: number | undefined; page < pagesMax; ++page) {
    const { rows } = await casework.activity({ limit: pageRows, ...(before === undefined ? {} : { before }) });
    const last = rows.find(({ act }) => act === "member-removed" || act === "epoch-begun");
    if (last) return last.act === "member-removed";
    const oldest = rows.at(-1);
    if (!oldest || oldest.hour < newest - 24) return false;
    before = oldest.number;
  }
  return false;
}

export async function lookForDepartures(): Promise<void> {
  leftSinceEpoch.value = await isRemovalLast();
}
