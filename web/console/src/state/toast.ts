// One line at the foot of the page that says what was just done, perhaps with a way back.
import { signal } from "@preact/signals";

export interface ToastLine {
  text: string;
  undo?: { label: string; run: () => void };
}
const shownMilliseconds = 8000;
export const toastLine = signal<ToastLine | null>(null);
let timer: ReturnType<typeof setTimeout> | undefined;

export function toast(text: string, undo?: ToastLine["undo"]): void {
  clearTimeout(timer);
  toastLine.value = undo ? { text, undo } : { text };
  timer = setTimeout(() => {
    toastLine.value = null;
  }, shownMilliseconds);
}
export const hideToast = (): void => void (toastLine.value = null);
