// What the page says while it locks on this device, and how it goes on when it cannot.
import { all, arrive, copyOf, find, say } from "./dom";
import type { Started } from "./messages";
import type { Office } from "./office";
import type { Page } from "./page";
import { reasonOf, showTrouble } from "./sending";

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
