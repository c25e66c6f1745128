// What was typed and not sent: sealed under the member's own key, in this tab's storage until it is sent or signed out of.
import { keys } from "../keys/keys";

const prefix = "draft ";

/** What is being sealed: whoever looks for a draft waits for it, since a page that is left puts its words away while the next one opens. */
let saving: Promise<unknown> = Promise.resolve();

export async function saveDraft(name: string, text: string): Promise<void> {
  if (text === "") return dropDraft(name);
  const sealing = keys.sealDraft(text).then((sealed) => {
    try {
      sessionStorage.setItem(prefix + name, sealed);
    } catch {
      // a browser that keeps nothing, or no room: the draft stays in the page only
    }
  });
  saving = Promise.allSettled([saving, sealing]);
  return sealing;
}

export async function loadDraft(name: string): Promise<string> {
  await saving;
  let sealed: string | null = null;
  try {
    sealed = sessionStorage.getItem(prefix + name);
  } catch {
    return "";
  }
  return sealed === null ? "" : ((await keys.openDraft(sealed)) ?? "");
}

export function dropDraft(name: string): void {
  try {
    sessionStorage.removeItem(prefix + name);
  } catch {
    // nothing was kept
  }
}

export function forgetDrafts(): void {
  try {
    for (const name of Object.keys(sessionStorage)) if (name.startsWith(prefix)) sessionStorage.removeItem(name);
  } catch {
    // nothing was kept
  }
}
