// On every page, deferred: the way out, the questions one at a time, and, once something was answered, the script that seals.
// A browser that lacks what this needs does without: every page works as it is.
import { copyOf, find } from "./dom";
import { watchForLeaving } from "./leave";
import { Steps } from "./steps";

/** Left for the sealing script. */
export interface Page {
  /** A TrustedScriptURL where the browser knows them. */
  worker: string;
  questions: string;
  steps: Steps | null;
  /** Called by the sealing script when it can be used, or cannot. */
  settled(ready: boolean): void;
}
declare global {
  interface Window {
    page?: Page;
    trustedTypes?: { createPolicy(name: string, rules: { createScriptURL(url: string): string }): { createScriptURL(url: string): string } };
  }
}

const waitMilliseconds = 10_000;

function seals(own: HTMLScriptElement, form: HTMLFormElement, steps: Steps | null): void {
  const { seal = "", sealIntegrity = "", worker = "", questions = "" } = own.dataset;
  const check = (url: string): string => {
    if (!/^\/s\/[0-9a-f]+\.js$/.test(url)) throw new TypeError();
    return url;
  };
  const trust = window.trustedTypes?.createPolicy("page", { createScriptURL: check }) ?? { createScriptURL: check };
  let loading: Promise<boolean> | undefined;
  let over = false;

  const load = (): void => {
    loading ??= new Promise<boolean>((resolve) => {
      window.page = { worker: trust.createScriptURL(worker), questions, steps, settled: resolve };
      const script = document.createElement("script");
      script.src = trust.createScriptURL(seal);
      script.integrity = sealIntegrity;
      script.onerror = () => resolve(false);
      // One that an old browser cannot read is loaded, and never says anything.
      script.onload = () => setTimeout(() => { if (!script.dataset["read"]) resolve(false); });
      document.head.append(script);
    }).catch(() => false).then((ready) => {
      over = true;
      return ready;
    });
  };
  form.addEventListener("input", load);
  form.addEventListener("change", load);

  // Sent while the sealing script is still on its way: it is worth a few seconds.
  let waiting = false;
  form.addEventListener("submit", (event) => {
    if (steps && !steps.submits()) return event.preventDefault();
    if (!loading || over) return;
    event.preventDefault();
    if (waiting) return;
    waiting = true;
    const status = find("[data-wait]");
    if (status) status.hidden = false;
    Promise.race([loading, new Promise((resolve) => setTimeout(resolve, waitMilliseconds))]).then(() => {
      waiting = false;
      over = true;
      if (status) status.hidden = true;
      if (form.requestSubmit) form.requestSubmit();
      // submit() alone tells nobody: what locks here would be passed by.
      else if (form.dispatchEvent(new Event("submit", { bubbles: true, cancelable: true }))) form.submit();
    });
  });
}

const own = document.currentScript;
if (own instanceof HTMLScriptElement && "content" in document.createElement("template") && "closest" in own) {
  watchForLeaving();
  const form = find<HTMLFormElement>("main form");
  const template = copyOf("s_steps");
  if (form && document.getElementById("s_texts")) seals(own, form, template && new Steps(form, template));
}
