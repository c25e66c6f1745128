// Loaded after the first answer: from here on the page locks what is typed on this device. Whenever that does not work, the form is what it
// would be without script, with everything typed still in it, and the page says so.
import { Desk, isOurs } from "./desk";
import { find, say } from "./dom";
import { watchFiles } from "./files";
import { showAnswers, watchCode } from "./mailbox_page";
import { Office } from "./office";
import type { Page } from "./page";
import { reasonOf, send } from "./sending";
import { showTrouble } from "./trouble";

function watchTell(desk: Desk, form: HTMLFormElement): void {
  const filesTold = watchFiles(form, desk.limits);
  form.addEventListener("submit", async (event) => {
    if (event.defaultPrevented || !desk.locks(form, event) || form.hidden) return;
    const problem = filesTold();
    if (problem) return showTrouble(form, problem, "", null, "file_field");
    let code: string;
    try {
      code = await send(form, desk.office, (message, progress) => desk.office.ask("tell", message, progress));
    } catch (error) {
      desk.page.steps?.showEnd();
      desk.trouble(form, error);
      return;
    }
    // From here on it is stored: nothing may say that it is not, and nothing may cost the code.
    form.reset();
    try {
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
    } catch {
      find("main")!.textContent = code;
    }
  });
}

async function start(page: Page): Promise<void> {
  const form = find<HTMLFormElement>("main form")!;
  const code = find<HTMLInputElement>('input[name="code"]:not([type="hidden"])', form);
  const token = code ? "" : find<HTMLInputElement>('input[name="t"]', form)?.value ?? "";
  const office = new Office(page.worker);
  const limits = await office.ask("start", { questions: page.questions, token }).catch((error) => {
    office.close();
    throw error;
  });
  // The form is on its way as it is: nothing here may say that it was locked, or send it a second time.
  if (page.late) return office.close();
  const desk = new Desk(page, office, limits);
  if (!code) {
    desk.setMode(limits.assisted ? "mode_assisted" : "mode_here");
    watchTell(desk, form);
  } else {
    // Without WebAssembly the server opens answers, and is told the code.
    if (limits.assisted) throw new Error("assisted");
    desk.sends = "code";
    desk.setMode("mode_answers");
    watchCode(form, code);
    form.addEventListener("submit", (event) => void showAnswers(desk, form, code, event));
  }
}

if (document.currentScript instanceof HTMLScriptElement) {
  document.currentScript.dataset["read"] = "yes";
  const { page } = window;
  delete window.page;   // one start for each
  if (page && !page.late) start(page).then(() => page.settled("ready"), (error) => page.settled(isOurs(reasonOf(error)) ? "later" : "never"));
}
