// The page of answers: the code is checked and used on this device, and never leaves it.
import type { Answer } from "./answers";
import { base64url } from "./base64url";
import { readCode } from "./code";
import { all, copyOf, fill, find, say } from "./dom";
import { watchFiles } from "./files";
import type { Desk } from "./desk";
import { showWait } from "./plainly";
import { keepPressed } from "./pressed";
import { messageOf, send } from "./sending";

const problems = { empty: "problem.code_empty", short: "problem.code_form", form: "problem.code_form", check: "problem.code_check" };

function hintOf(code: HTMLInputElement): HTMLElement {
  const old = find("[data-code-hint]");
  if (old) return old;
  const hint = document.createElement("p");
  hint.dataset["codeHint"] = "";
  hint.className = "note";
  hint.id = "code_problem";
  hint.setAttribute("role", "status");
  hint.hidden = true;
  code.after(hint);
  code.setAttribute("aria-describedby", `${code.getAttribute("aria-describedby") ?? ""} ${hint.id}`.trim());
  return hint;
}

function setHint(code: HTMLInputElement, text: string): void {
  const hint = hintOf(code);
  hint.textContent = text;
  hint.hidden = text === "";
  code.setAttribute("aria-invalid", String(text !== ""));
}

/** A wrong letter is named as soon as the code is whole. */
export function watchCode(form: HTMLFormElement, code: HTMLInputElement): void {
  const look = (): void => {
    const read = readCode(code.value);
    setHint(code, "wrong" in read && (read.wrong === "check" || read.wrong === "form") ? say(problems[read.wrong]) : "");
  };
  form.addEventListener("input", look);
  look();
}

function replyOf(answer: Answer, number: number, deskNames: Map<string, string>): DocumentFragment {
  const view = copyOf("s_reply")!;
  find("[data-number]", view)!.textContent = String(number);
  const desk = find("[data-desk]", view);
  if (desk) desk.textContent = deskNames.get(answer.desk ?? "") ?? "";
  for (const note of all("[data-if]", view)) {
    const name = note.dataset["if"];
    if (!(name === "part_missing" ? answer.partMissing : name === answer.outcome)) note.remove();
  }
  find(".words", view)!.textContent = answer.text;
  return view;
}

const newToken = (): string => base64url(crypto.getRandomValues(new Uint8Array(32)));

/** Names of desks by id, as the forms of this page show them. */
function deskNamesOf(view: ParentNode): Map<string, string> {
  return new Map(all<HTMLInputElement>('input[name="desk"]', view).map((input) => [input.value, find("bdi", input.parentElement!)?.textContent ?? ""]));
}

function showFound(desk: Desk, code: string, answers: Answer[]): void {
  desk.sends = "more";
  const visit = find<HTMLInputElement>('input[name="v"]')?.value ?? "";
  desk.view("s_found", (view) => {
    const replies = find("[data-replies]", view)!;
    const names = deskNamesOf(view);
    fill(replies, ...(answers.length > 0 ? answers.map((answer, i) => replyOf(answer, i + 1, names)) : [copyOf("s_no_reply")!]));
    const last = answers[answers.length - 1]?.desk;
    for (const input of all<HTMLInputElement>('input[name="desk"]', view)) input.checked = input.value === last;
    desk.setMode("mode_here", view);
    watchFiles(view, desk.limits);
    const form = find<HTMLFormElement>("form", view)!;
    find<HTMLInputElement>('input[name="t"]', form)!.value = newToken();
    find<HTMLInputElement>('input[name="v"]', form)!.value = visit;
    keepPressed(form);
    form.addEventListener("submit", (event) => void write(desk, form, code, event));
  });
}

async function write(desk: Desk, form: HTMLFormElement, code: string, event: Event): Promise<void> {
  if (!desk.locks(form, event) || form.hidden) return;
  const { fields } = messageOf(form);
  const has = (wanted: string): boolean => fields.some(([name, value]) => name === wanted && value !== "");
  const kind = has("delete") ? "s_delete_asked" : has("consents") || has("q_share") ? "s_consents_kept" : "s_message_sent";
  try {
    await send(form, desk.office, (message, progress) => desk.office.ask("write", message, progress));
  } catch (error) {
    // As it is, the form needs the code; only then is it put in.
    desk.trouble(form, error, () => {
      find<HTMLInputElement>('input[type="hidden"][name="code"]', form)!.value = code;
    });
    return;
  }
  form.reset();
  desk.view(kind);
}

let looking = false;

/** The code is derived in the worker, the answers are opened there. */
export async function showAnswers(desk: Desk, form: HTMLFormElement, code: HTMLInputElement, event: Event): Promise<void> {
  if (event.defaultPrevented || !desk.locks(form, event) || looking) return;
  const read = readCode(code.value);
  if ("wrong" in read) {
    setHint(code, say(problems[read.wrong]));
    code.focus();
    return;
  }
  looking = true;
  const status = find("[data-wait]");
  showWait(true);
  let answers: Answer[];
  try {
    answers = await desk.office.ask("open", { code: read.code }, (what) => {
      if (status && "wait" in what) status.textContent = say(what.wait === "offline" ? "wait_offline" : "wait_busy", { n: Math.ceil(what.seconds) });
    });
  } catch (error) {
    showWait(false);
    desk.trouble(form, error);
    return;
  } finally {
    looking = false;
  }
  form.reset();
  showFound(desk, read.code, answers);
}
