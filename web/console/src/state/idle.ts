// Locks after five minutes in which nobody touched the page. By the clock, so that a computer that slept is locked when it wakes.
import { effect } from "@preact/signals";
import { lock, startOver } from "./signing_in";
import { isUnlocked, phase } from "./session";

export const idleSecondsMax = 5 * 60;
const lookMilliseconds = 5000;

let touched = Date.now();
const touch = (): void => void (touched = Date.now());
const look = (): void => {
  if (Date.now() - touched < 1000 * idleSecondsMax) return;
  if (phase.value === "second") startOver();
  else void lock();
};

export function watchIdleness(): void {
  for (const name of ["pointerdown", "pointermove", "keydown", "wheel", "touchstart"]) addEventListener(name, touch, { passive: true, capture: true });
  document.addEventListener("visibilitychange", look);
  setInterval(look, lookMilliseconds);
  effect(() => {
    if (isUnlocked.value || phase.value === "second") touch();
  });
}
