// On every page, deferred: the way out, the questions one at a time, and, once something was answered, the script that seals.
// A browser that lacks what this needs does without: every page works as it is.
import { all, copyOf, find } from "./dom";
import { watchInnerLinks } from "./inner_links";
import { watchForLeaving } from "./leave";
import { goPlainly, isAsking, isGoing, showWait } from "./plainly";
import { keepPressed } from "./pressed";
import { Steps } from "./steps";

/** What came of loading the sealing script. "later": it did not come, or not all that it needs; "never": this browser cannot use it. */
export type Settled = "ready" | "later" | "never";

/** Left for the sealing script. */
export interface Page {
  /** A TrustedScriptURL where the browser knows them. */
  worker: string;
  questions: string;
  steps: Steps | null;
  /** The form went without waiting any longer: the sealing script leaves it alone. */
  late: boolean;
  settled(how: Settled): void;
}
declare global {
  interface Window {
    page?: Page;
    trustedTypes?: { createPolicy(name: string, rules: { createScriptURL(url: string): string }): { createScriptURL(url: string): string } };
  }
}

const waitMilliseconds = 20_000;

function seals(own: HTMLScriptElement, form: HTMLFormElement, steps: Steps | null): void {
  const { seal = "", sealIntegrity = "", worker = "", questions = "" } = own.dataset;
  const check = (url: string): string => {
    if (!/^\/s\/[0-9a-f]+\.js$/.test(url)) throw new TypeError();
    return url;
  };
  const trust = window.trustedTypes?.createPolicy("page", { createScriptURL: check }) ?? { createScriptURL: check };
  let loading: Promise<void> | undefined;
  let current: Page | undefined;
  let how: Settled = "later";   // from "ready" on the sealing script has the form

  const giveUp = (): void => {
    if (current) current.late = true;
    loading = undefined;   // whatever is typed next tries again
  };
  const load = (): void => {
    // A form on its way as it is: a lock that came now would speak of it.
    if (loading || how !== "later" || isGoing()) return;
    const page: Page = { worker: trust.createScriptURL(worker), questions, steps, late: false, settled: () => undefined };
    window.page = current = page;
    loading = new Promise<Settled>((resolve) => {
      page.settled = resolve;
      const script = document.createElement("script");
      script.src = trust.createScriptURL(seal);
      script.integrity = sealIntegrity;
      script.onerror = () => resolve("later");
      // One that an old browser cannot read is loaded, and never says anything.
      script.onload = () => setTimeout(() => { if (!script.dataset["read"]) resolve("never"); });
      document.head.append(script);
    }).then((settled) => {
      if (page.late) return;
      how = settled;
      if (how === "later") giveUp();
    });
  };
  form.addEventListener("input", load);
  form.addEventListener("change", load);
  // Words, or a code, that came back with the page, to be mended: they are not typed again.
  const loadIfFilled = (): void => {
    const typed = all<HTMLTextAreaElement | HTMLInputElement>('textarea, input[type="text"]', form).some(({ value }) => value !== "");
    if (typed || find("input:checked", form)) load();
  };
  loadIfFilled();

  // Sent while the sealing script is still on its way: it is worth some seconds.
  let waiting = false;
  form.addEventListener("submit", (event) => {
    if (steps && !steps.submits()) return event.preventDefault();
    if (how === "ready") return;
    event.preventDefault();
    if (waiting || isAsking()) return;
    loadIfFilled();   // a browser may fill a field without saying so
    waiting = true;
    showWait(true);
    Promise.race([loading, loading && new Promise((resolve) => setTimeout(resolve, waitMilliseconds))]).then(() => {
      waiting = false;
      showWait(false);
      if (how !== "ready") {
        giveUp();
        return void goPlainly(form);
      }
      if (form.requestSubmit) form.requestSubmit();
      // submit() alone tells nobody: what locks here would be passed by.
      else form.dispatchEvent(new Event("submit", { bubbles: true, cancelable: true }));
    });
  });
}

/** Where our computer has opened the answers, what is written to them goes as it is. */
function staysPlain(form: HTMLFormElement): void {
  keepPressed(form);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    void goPlainly(form);
  });
}

const own = document.currentScript;
if (own instanceof HTMLScriptElement && "content" in document.createElement("template") && "closest" in own) {
  watchForLeaving();
  watchInnerLinks();
  const form = find<HTMLFormElement>("main form");
  const template = copyOf("s_steps");
  if (form && document.getElementById("s_texts")) {
    if (find('input[name="code"][type="hidden"]', form)) staysPlain(form);
    else seals(own, form, template && new Steps(form, template));
  }
}
