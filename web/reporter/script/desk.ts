// What the page says while it locks on this device, and how it goes on when it cannot.
import { all, arrive, copyOf, fill, find, say } from "./dom";
import type { Started } from "./messages";
import { type Office, Refusal } from "./office";
import type { Page } from "./page";
import { goPlainly, isAsking } from "./plainly";
import { reasonOf } from "./sending";
import { placeOf, showTrouble } from "./trouble";

/** After these, what the form holds can only be sent as it is. */
const isOver = (reason: string): boolean => reason === "refused" || reason === "broken";
/** Nothing is wrong with this phone: later it may work. */
export const isOurs = (reason: string): boolean => reason === "offline" || reason === "busy";

/** What the form that is shown sends: a report; a code, to read an answer; or more to one that was read, for which our computer needs the code. */
export type Sends = "report" | "code" | "more";

export class Desk {
  /** Whether this page still locks on this device. */
  sealing = true;
  sends: Sends = "report";

  constructor(readonly page: Page, readonly office: Office, readonly limits: Started) {}

  /** What the page says about who locks what. */
  setMode(name: string, within: ParentNode = document): void {
    for (const mode of all("[data-mode]", within)) mode.textContent = say(name);
  }

  /** From now on the form goes as it is. */
  giveUp(): void {
    this.sealing = false;
    this.setMode(this.sends === "code" ? "mode_server_code" : this.sends === "more" ? "mode_server_more" : "mode_server");
  }

  /** Whether this page still locks what is sent. If not, the form goes as it is, once there is a line. */
  locks(form: HTMLFormElement, event: Event): boolean {
    event.preventDefault();
    if (!this.sealing) void goPlainly(form);
    return this.sealing && !isAsking();   // else it would go twice
  }

  /** Says what went wrong; where locking here cannot work, or the person wants it so, the next Send is the form's own. */
  trouble(form: HTMLFormElement, error: unknown, before: () => void = () => undefined): void {
    const reason = reasonOf(error);
    if (isOver(reason)) {
      before();
      this.giveUp();
    }
    const plainly = (button: HTMLButtonElement): void => {
      button.disabled = true;
      void goPlainly(form, () => {
        before();
        this.giveUp();
      }, (why) => this.trouble(form, new Refusal(why), before));
    };
    const code = this.sends === "code";
    const text = code ? say(reason === "offline" ? "offline_code" : reason === "busy" ? "busy_code" : "broken_code") : say(reason);
    // Whatever goes as it is now takes the code along.
    const note = this.sends !== "report" && (isOurs(reason) || (isOver(reason) && !code)) ? say("mode_server_code") : "";
    // A copy that is locked here and one that goes as it is are two to our computer.
    const twice = isOurs(reason) && !code ? say("plainly_note") : "";
    showTrouble(form, text, `${twice} ${note}`.trim(), isOurs(reason) ? { act: code ? say("plainly_code") : "", run: plainly } : null, placeOf(reason));
  }

  /** Shows what a template holds in place of the page. */
  view(name: string, complete: (view: DocumentFragment) => void = () => undefined): void {
    const main = find("main")!;
    const view = copyOf(name)!;
    complete(view);
    fill(main, ...all("template, .demo", main), view);
    for (const way of all("nav.languages, footer")) way.hidden = true;   // another page is without what is shown here
    arrive(find("h1", main)!, main);
  }
}
