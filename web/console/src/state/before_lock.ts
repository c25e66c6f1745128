// What has to be put away before the keys are wiped: drafts that are not sealed yet.

const settling = new Set<() => Promise<void>>();
const waitMilliseconds = 3000;

/** Until the returned function is called, this runs before every lock. */
export function beforeLock(settle: () => Promise<void>): () => void {
  settling.add(settle);
  return () => void settling.delete(settle);
}

/** Waits for all of them, a few seconds at most: locking must not hang. */
export async function settleBeforeLock(): Promise<void> {
  const all = Promise.allSettled([...settling].map((settle) => settle()));
  await Promise.race([all, new Promise((resolve) => setTimeout(resolve, waitMilliseconds))]);
}
