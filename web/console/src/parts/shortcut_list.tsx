import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { letterKeys } from "../state/settings";
import { working } from "../state/shortcuts";
import { say } from "../words/words";
import { Dialog } from "./dialog";

export function useShortcutList(): { shown: boolean; open: () => void; close: () => void } {
  const [shown, setShown] = useState(false);
  return { shown, open: () => setShown(true), close: () => setShown(false) };
}

/** The keys that work on this page. */
export function ShortcutList({ onClose }: { onClose: () => void }): JSX.Element {
  return (
    <Dialog title={say("shortcuts_title")} onClose={onClose}>
      <dl class="shortcuts">
        {working.value.map(({ key, does }) => <div key={key}><dt>{key.split(" ").map((one) => <kbd key={one}>{one}</kbd>)}</dt><dd>{say(does)}</dd></div>)}
      </dl>
      {letterKeys.value ? null : <p class="soft">{say("letter_keys_off")}</p>}
    </Dialog>
  );
}
