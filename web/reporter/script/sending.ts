// A form on its way: what was typed stays in the page, hidden, until the server has it.
import { all, arrive, copyOf, find, say } from "./dom";
import { dropFile, sizeOf } from "./files";
import type { Message, Progress } from "./messages";
import type { Office } from "./office";
import { Refusal } from "./office";

export function messageOf(form: HTMLFormElement): Message {
  const fields: Message["fields"] = [];
  const files: File[] = [];
  for (const [name, value] of Array.from(new FormData(form).entries())) {
    if (typeof value === "string") fields.push([name, value]);
    else if (value.name !== "") files.push(value);
  }
  const token = fields.find(([name]) => name === "t")?.[1] ?? "";
  return { fields: fields.filter(([name]) => !["t", "v", "code"].includes(name)), files, language: document.documentElement.lang, token };
}

/** Shows a message on its way in place of its form. Gives what the worker gave; throws its Refusal, and then the form is back. */
export class Sending {
  private readonly view: HTMLElement;
  private readonly status: HTMLElement;
  private readonly rows: HTMLElement[];

  constructor(private readonly form: HTMLFormElement, message: Message, office: Office) {
    for (const old of all("[data-trouble]")) old.remove();
    const copy = copyOf("s_sending")!;
    this.view = find("[data-sending]", copy)!;
    this.status = find("[data-status]", copy)!;
    this.rows = message.files.map((file, i) => {
      const row = find("li", copyOf("s_upload")!)!;
      find("[data-name]", row)!.textContent = `${file.name} (${sizeOf(file.size)})`;
      find("progress", row)!.setAttribute("aria-label", file.name);
      const button = find<HTMLButtonElement>("button", row)!;
      button.setAttribute("aria-label", `${button.textContent ?? ""} ${file.name}`);
      button.addEventListener("click", () => {
        void office.ask("cancel", { file: i });
        dropFile(file);
        find("[data-part]", row)!.textContent = say("file_cancelled");
        button.remove();
        arrive(this.heading, this.view);
      });
      return row;
    });
    find("[data-list]", copy)!.append(...this.rows);
    find("[data-stop]", copy)!.addEventListener("click", () => void office.ask("stop", null));
    form.hidden = true;
    form.after(copy);
    arrive(this.heading, this.view);
  }

  private get heading(): HTMLElement { return find("h2", this.view)!; }

  progress(what: Progress): void {
    if ("wait" in what) {
      this.status.textContent = say(what.wait === "offline" ? "wait_offline" : "wait_busy", { n: Math.ceil(what.seconds) });
      return;
    }
    this.status.textContent = "";
    const row = this.rows[what.file]!;
    if (!find("button", row)) return;
    find<HTMLProgressElement>("progress", row)!.value = what.sent / what.all;
    const done = what.sent === what.all;
    find("[data-part]", row)!.textContent = done ? say("file_done") : say("file_part", { n: Math.floor((100 * what.sent) / what.all) });
    if (done) find("button", row)!.remove();
  }

  end(): void {
    this.view.remove();
    this.form.hidden = false;
  }
}

/** Sends by the worker, and shows it. */
export async function send<T>(form: HTMLFormElement, office: Office, ask: (message: Message, progress: (what: Progress) => void) => Promise<T>): Promise<T> {
  const message = messageOf(form);
  const sending = new Sending(form, message, office);
  try {
    return await ask(message, (what) => sending.progress(what));
  } finally {
    sending.end();
  }
}

export const reasonOf = (error: unknown): string => (error instanceof Refusal ? error.reason : "broken");
