// The queue as far as it was fetched: the server's order, page after page; live.
import { effect, signal } from "@preact/signals";
import { ApiError } from "../../api/client";
import { casework, type Counts, type QueueItem, type View } from "../../api/casework";
import { phase, worksOnReports } from "../session";

const pageItems = 50;
/** What is fetched again when something changed; further pages are fetched when they come into view. */
const againItemsMax = 200;

export const view = signal<View>("all");
/** Null: being fetched for the first time. */
export const items = signal<readonly QueueItem[] | null>(null);
export const next = signal<string | null>(null);
export const failure = signal<unknown>(null);
export const counts = signal<Counts | null>(null);
export const loadingMore = signal(false);

export const itemId = (item: QueueItem): string => (item.kind === "report" ? item.report.id : item.case.id);

let run = new AbortController();

/** Fetches the view anew: as much as is shown, so that nobody loses their place. */
export async function refreshQueue(): Promise<void> {
  run.abort();
  run = new AbortController();
  const { signal: stop } = run;
  const wanted = view.value;
  const shown = Math.min(Math.max(pageItems, items.value?.length ?? 0), againItemsMax);
  try {
    let page = await casework.queue(wanted, null, Math.min(shown, 100), stop);
    const fetched = [...page.items];
    while (fetched.length < shown && page.next !== null) {
      page = await casework.queue(wanted, page.next, Math.min(shown - fetched.length, 100), stop);
      fetched.push(...page.items);
    }
    if (stop.aborted) return;
    items.value = fetched;
    next.value = page.next;
    failure.value = null;
  } catch (error) {
    if (stop.aborted) return;
    failure.value = error;
  }
}

export async function showMore(): Promise<void> {
  if (next.value === null || loadingMore.value || items.value === null) return;
  loadingMore.value = true;
  const { signal: stop } = run;
  try {
    const page = await casework.queue(view.value, next.value, pageItems, stop);
    if (stop.aborted) return;
    const known = new Set(items.value.map(itemId));
    items.value = [...items.value, ...page.items.filter((item) => !known.has(itemId(item)))];
    next.value = page.next;
  } catch (error) {
    if (!stop.aborted) failure.value = error;
  } finally {
    loadingMore.value = false;
  }
}

export function chooseView(chosen: View): void {
  if (view.value === chosen) return;
  view.value = chosen;
  items.value = null;
  next.value = null;
  void refreshQueue();
}

export async function refreshCounts(): Promise<void> {
  try {
    counts.value = await casework.counts();
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;   // the line says so itself; old counts are better than none
  }
}

effect(() => {
  if (phase.value === "in") return;
  run.abort();
  items.value = null;
  next.value = null;
  counts.value = null;
  failure.value = null;
});

/** Counts for everyone who sees them, the queue for those who work on reports. */
export const refreshAll = async (): Promise<void> => void (await Promise.all([refreshCounts(), worksOnReports.value ? refreshQueue() : undefined]));
