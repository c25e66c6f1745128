// Whether somebody sits before the page: it is in view, and was touched lately.

const latelyMilliseconds = 60_000;

let touched = Date.now();
const waiting = new Set<() => void>();

/** By the clock, so that a computer that slept knows when it wakes. */
export const sinceTouch = (): number => Date.now() - touched;
export const isAttended = (): boolean => document.visibilityState === "visible" && sinceTouch() < latelyMilliseconds;

export function touch(): void {
  touched = Date.now();
  if (!isAttended()) return;
  const told = [...waiting];
  waiting.clear();
  for (const tell of told) tell();
}

/** Once, at the next touch. The returned function ends the waiting. */
export function whenAttended(tell: () => void): () => void {
  waiting.add(tell);
  return () => void waiting.delete(tell);
}

export function watchTouches(): void {
  for (const name of ["pointerdown", "pointermove", "keydown", "wheel", "touchstart"]) addEventListener(name, touch, { passive: true, capture: true });
}
