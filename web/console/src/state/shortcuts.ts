// Keys that do something on the page that is shown. They sleep while someone types, and while a dialog is open.
import { useEffect } from "preact/hooks";
import { computed, signal } from "@preact/signals";
import type { Word } from "../words/words";
import { letterKeys } from "./settings";

export interface Shortcut {
  /** As KeyboardEvent.key names it: "j", "Enter", "/", "?"; or two after each other: "g m". */
  key: string;
  does: Word;
  /** May be held down: what moves. What does something is done once for a press. */
  again?: boolean;
  run: () => void;
}

/** All that are there now, the newest screen first. */
export const shortcuts = signal<readonly Shortcut[]>([]);
/** "j", "?", "g m"; not "Enter". */
const isLetters = (key: string): boolean => key.split(" ").every((one) => one.length === 1);
/** Those of them that work. */
export const working = computed(() => shortcuts.value.filter(({ key }) => letterKeys.value || !isLetters(key)));

const typing = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));
/** Enter and Space belong to what has the focus. */
const pressing = (target: EventTarget | null): boolean => target instanceof HTMLElement && /^(BUTTON|A|SUMMARY)$/.test(target.tagName);

const secondKeyMilliseconds = 1500;
let before = { key: "", at: 0 };

addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || typing(event.target)) return;
  if (document.querySelector("dialog[open]")) return;
  if ((event.key === "Enter" || event.key === " ") && pressing(event.target)) return;
  const two = event.timeStamp - before.at < secondKeyMilliseconds ? `${before.key} ${event.key}` : "";
  const found = working.value.find((one) => one.key === two) ?? working.value.find((one) => one.key === event.key);
  before = found ? { key: "", at: 0 } : { key: event.key, at: event.timeStamp };
  if (!found) return;
  event.preventDefault();
  if (!event.repeat || found.again) found.run();
});

/** These keys work as long as the component is there. Give the same array, or say on what it depends. */
export function useShortcuts(mine: readonly Shortcut[], depends: readonly unknown[] = []): void {
  useEffect(() => {
    shortcuts.value = [...mine, ...shortcuts.peek()];
    return () => {
      shortcuts.value = shortcuts.peek().filter((one) => !mine.includes(one));
    };
  }, depends);
}
