// Who goes first at the keys worker: what somebody waits for, then what is opened in the background.

let urgent = 0;
let waiting: (() => void)[] = [];

/** Holds the background back until this is done. */
export async function first<T>(work: () => Promise<T>): Promise<T> {
  urgent += 1;
  try {
    return await work();
  } finally {
    urgent -= 1;
    if (urgent === 0) {
      const free = waiting;
      waiting = [];
      for (const go of free) go();
    }
  }
}

/** At once, or when nobody waits any more. */
export const whenFree = (): Promise<void> => (urgent === 0 ? Promise.resolve() : new Promise((resolve) => waiting.push(resolve)));
