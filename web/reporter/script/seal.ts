// Loaded after the first answer: from here on the page locks what is typed on this device. Whenever that does not work, the form is what it
// would be without script, with everything typed still in it, and the page says so.
import { showAnswers, watchCode } from "./mailbox_page";
import { all, arrive, copyOf, find, say } from "./dom";
import { watchFiles } from "./files";
import type { Started } from "./messages";
import { Office } from "./office";
import type { Page } from "./page";
import { reasonOf, send, showTrouble } from "./sending";

/** After these, what the form holds can only be sent as it is. */
const isOver = (reason: string): boolean => reason === "refused" || reason === "broken";
const isOurs = (reason: string): boolean => reason === "offline" || reason === "busy";

export class Desk {
  /** Whether this page still locks on this device. */
  sealing = true;

  constructor(readonly page: Page, readonly office: Office, readonly limits: Started) {}

  /** What the page says about who locks what. */
  setMode(name: string, within: ParentNode = document): void {
    for (const mode of all("[data-mode]", within)) mode.textContent = say(name);
  }

  /** From now on the form goes as it is. */
  giveUp(): void {
    this.sealing = false;
    this.setMode("mode_server");
  }

  /** Says what went wrong; where locking here cannot work, or the person wants it so, the next Send is the form's own. */
  trouble(form: HTMLFormElement, error: unknown, before: () => void = () => undefined): void {
    const reason = reasonOf(error);
    if (isOver(reason)) {
      before();
      this.giveUp();
    }
    showTrouble(form, reason, isOurs(reason) ? () => {
      before();
      this.giveUp();
      form.submit();
    } : null);
  }

  /** Shows what a template holds in place of the page. */
  view(name: string, fill: (view: DocumentFragment) => void = () => undefined): void {
    const main = find("main")!;
    const view = copyOf(name)!;
    fill(view);
    main.replaceChildren(...all("template, .demo", main), view);
    for (const switches of all("nav.languages")) switches.hidden = true;   // another language is another page
    arrive(find("h1", main)!, main);
  }
}

function watchTell(desk: Desk, form: HTMLFormElement): void {
  watchFiles(form, desk.limits);
  form.addEventListener("submit", async (event) => {
    if (event.defaultPrevented || !desk.sealing) return;
    event.preventDefault();
    if (form.hidden) return;
    try {
      const code = await send(form, desk.office, (message, progress) => desk.office.ask("tell", message, progress));
      form.reset();
      desk.view("s_sent", (view) => {
        const output = find("output", view)!;
        output.textContent = code;
        const copy = find<HTMLButtonElement>("[data-copy]", view)!;
        output.parentElement!.after(copy.parentElement!);
        if (!navigator.clipboard) return copy.parentElement!.remove();
        copy.addEventListener("click", () => {
          navigator.clipboard.writeText(code).then(() => (copy.textContent = say("copied")), () => copy.remove());
        });
      });
    } catch (error) {
      desk.page.steps?.showEnd();
      desk.trouble(form, error);
    }
  });
}

async function start(page: Page): Promise<void> {
  const form = find<HTMLFormElement>("main form")!;
  const code = find<HTMLInputElement>('input[name="code"]:not([type="hidden"])', form);
  const token = code ? "" : find<HTMLInputElement>('input[name="t"]', form)?.value ?? "";
  const office = new Office(page.worker);
  const limits = await office.ask("start", { questions: page.questions, token });
  const desk = new Desk(page, office, limits);
  if (!code) {
    desk.setMode(limits.assisted ? "mode_assisted" : "mode_here");
    watchTell(desk, form);
  } else {
    // Without WebAssembly the server opens answers, and is told the code.
    if (limits.assisted) throw new Error("assisted");
    desk.setMode("mode_answers");
    watchCode(form, code);
    form.addEventListener("submit", (event) => void showAnswers(desk, form, code, event));
  }
}

const page = window.page;
if (page && document.currentScript instanceof HTMLScriptElement) {
  document.currentScript.dataset["read"] = "yes";
  start(page).then(() => page.settled(true), () => page.settled(false));
}
