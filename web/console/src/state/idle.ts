// Locks after five minutes in which nobody touched the page. By the clock, so that a computer that slept is locked when it wakes.
import { effect } from "@preact/signals";
import { sinceTouch, touch, watchTouches } from "./attention";
import { lock, startOver } from "./signing_in";
import { isUnlocked, phase } from "./session";

export const idleSecondsMax = 5 * 60;
const lookMilliseconds = 5000;

const look = (): void => {
  if (sinceTouch() < 1000 * idleSecondsMax) return;
  if (phase.value === "second") startOver();
  else void lock();
};

export function watchIdleness(): void {
  watchTouches();
  document.addEventListener("visibilitychange", look);
  setInterval(look, lookMilliseconds);
  effect(() => {
    if (isUnlocked.value || phase.value === "second") touch();
  });
}
