// The questions one at a time, swapped in place: no address, no history entry. Without script they stand on one page.
import { all, arrive, find, say } from "./dom";

interface Step {
  question: HTMLElement;
  heading: HTMLElement;
  section: HTMLElement;
  fields: HTMLInputElement[];
  /** Asked only after one of these answers, or while that question has none. */
  when: { question: string; values: string[] }[];
}

const isChoice = (field: HTMLInputElement): boolean => /^(radio|checkbox)$/.test(field.type);

/** "q_who=someone_else both;…" */
function conditionsOf(text: string): Step["when"] {
  return text.split(";").filter(Boolean).map((entry) => {
    const [question = "", values = ""] = entry.trim().split("=");
    return { question, values: values.split(" ") };
  });
}

function stepOf(question: HTMLElement): Step {
  return {
    question,
    heading: find("legend, label", question) ?? question,
    section: question.closest("section") ?? question,
    fields: all<HTMLInputElement>("input, textarea", question),
    when: conditionsOf(question.dataset["when"] ?? ""),
  };
}

const answered = (step: Step): boolean => step.fields.some((field) => (isChoice(field) ? field.checked && field.value !== "" : field.value !== ""));

export class Steps {
  private readonly steps: Step[];
  private readonly sections: HTMLElement[];
  private readonly end: HTMLElement;
  private readonly endHeading: HTMLElement;
  private readonly title: HTMLElement;
  private readonly progress: HTMLElement;
  private readonly intro: HTMLElement[];
  private readonly buttons = new Map<string, HTMLElement>();
  private at = 0;

  constructor(private readonly form: HTMLFormElement, template: DocumentFragment) {
    const main = form.parentElement!;
    this.sections = all("section", form);
    this.end = this.sections[this.sections.length - 1]!;
    this.steps = all("[data-question]", form).map(stepOf);
    const mode = find("[data-mode]", main);
    this.intro = [...all(":scope > :not(h1):not(form):not(template):not(.demo):not([data-wait])", main), ...all(":scope > :not(section)", form)].filter((element) => element !== mode);

    this.title = find("h1", main)!;
    this.progress = find("[data-progress]", template)!;
    this.endHeading = find("[data-end]", template)!;
    const bar = find("[data-bar]", template)!;
    for (const button of all("button", bar)) {
      this.buttons.set(button.dataset["go"]!, button);
      button.addEventListener("click", () => this.press(button.dataset["go"]!));
    }
    form.classList.add("stepped");
    form.insertBefore(this.progress, this.sections[0]!);
    this.end.prepend(this.endHeading);
    form.append(bar);
    if (mode) form.append(mode);
    // The buttons below say it better than an answer among the others.
    for (const input of all<HTMLInputElement>('input[type="radio"][value=""]', form)) input.parentElement!.hidden = true;

    form.addEventListener("input", () => this.draw());
    form.addEventListener("change", () => this.draw());
    main.addEventListener("click", (event) => {
      const link = event.target instanceof Element ? event.target.closest<HTMLAnchorElement>('a[href^="#"]') : null;
      if (!link) return;
      event.preventDefault();
      this.follow(link.hash.slice(1));
    });
    this.draw();
  }

  /** Whether sending was meant; Enter in a question means the next one. */
  submits(): boolean {
    if (this.at === this.steps.length) return true;
    this.press("next");
    return false;
  }

  /** To the last step, where it can be sent. */
  showEnd(): void {
    this.show(this.steps.length);
  }

  private asked(step: Step): boolean {
    return step.when.every(({ question, values }) => {
      const given = all<HTMLInputElement>("input:checked", this.form).filter((input) => input.name === question && input.value !== "");
      return given.length === 0 || given.some((input) => values.includes(input.value));
    });
  }

  private press(go: string): void {
    if (go === "end") return this.showEnd();
    if (go === "skip") {
      for (const field of this.steps[this.at]!.fields) if (isChoice(field)) field.checked = false;
    }
    const by = go === "back" ? -1 : 1;
    let to = this.at + by;
    while (to > 0 && to < this.steps.length && !this.asked(this.steps[to]!)) to += by;
    this.show(Math.max(0, to));
  }

  private follow(id: string): void {
    const target = document.getElementById(id);
    if (!target) return;
    const step = this.steps.findIndex(({ question }) => target.contains(question) || question.contains(target));
    this.show(step < 0 ? this.steps.length : step);
  }

  private show(at: number): void {
    this.at = at;
    // Another page, or another language, is without what was typed: they do not come back with the first question either.
    for (const way of all("nav.languages, footer")) way.hidden = true;
    this.draw();
    arrive(this.steps[at]?.heading ?? this.endHeading, this.title);
  }

  private draw(): void {
    // What is no longer asked is no longer answered.
    for (const step of this.steps) if (!this.asked(step)) for (const field of step.fields) field.checked = false;
    const asked = this.steps.filter((step) => this.asked(step));
    const now = this.steps[this.at];
    for (const step of this.steps) step.question.hidden = step !== now;
    for (const section of this.sections) section.hidden = section !== (now?.section ?? this.end);
    for (const jump of all(".jump", this.form)) jump.hidden = this.steps.find(({ section }) => section.contains(jump)) !== now;
    for (const element of this.intro) element.hidden = this.at > 0;
    this.title.classList.toggle("small", this.at > 0);
    this.progress.textContent = now ? say("step", { n: asked.indexOf(now) + 1, all: asked.length }) : say("last");
    const writes = now !== undefined && now.fields.some((field) => !isChoice(field));
    const shown: Record<string, boolean> = { back: this.at > 0, skip: now !== undefined && !(writes && answered(now)), next: now !== undefined, end: now !== undefined };
    for (const [go, button] of this.buttons) button.hidden = !shown[go];
  }
}
