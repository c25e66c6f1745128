// Files that were picked: shown with their sizes, each can be taken off again, and limits are said before anything is sent. They stay in the
// form's own field, so that the form as it is would send the same.
import { all, copyOf, find, say } from "./dom";
import type { Started } from "./messages";

const kilobyte = 1024;

export function sizeOf(bytes: number): string {
  if (bytes < kilobyte * kilobyte) return `${Math.max(1, Math.round(bytes / kilobyte))} KB`;
  return `${(bytes / kilobyte / kilobyte).toFixed(1)} MB`;
}

const shown: Files[] = [];
const isSame = (one: File, other: File): boolean => one.name === other.name && one.size === other.size && one.lastModified === other.lastModified;

export class Files {
  private files: File[];
  private readonly list = document.createElement("ul");
  private untold = "";
  private readonly problem = document.createElement("p");

  constructor(private readonly input: HTMLInputElement, private readonly limits: Started) {
    this.files = Array.from(input.files ?? []);
    this.list.className = "files";
    this.problem.className = "note";
    this.problem.setAttribute("role", "status");
    this.problem.hidden = true;
    input.after(this.problem, this.list);
    input.addEventListener("change", () => this.add(Array.from(input.files ?? [])));
    this.add(this.files.splice(0));
    this.untold = this.problem.textContent ?? "";
    shown.push(this);
  }

  /** What was wrong with files that were picked before anybody looked; said once, and not after another pick. */
  tell(): string {
    const problem = this.untold;
    this.untold = "";
    return problem;
  }

  /** Whoever gave up a file does not find it in the form again. */
  drop(file: File): void {
    const kept = this.files.filter((one) => !isSame(one, file));
    if (kept.length === this.files.length) return;
    this.files = kept;
    this.write();
  }

  private add(picked: File[]): void {
    let problem = "";
    this.untold = "";
    for (const file of picked) {
      if (this.files.some((one) => isSame(one, file))) continue;
      const together = this.files.reduce((sum, one) => sum + one.size, file.size);
      if (file.size > this.limits.file_bytes_max || together > this.limits.body_bytes_max) problem = say("problem.files_too_big");
      else if (file.size === 0) problem = say("problem.file_empty");
      else if (this.files.length >= this.limits.files_max) problem = say("problem.files_too_many");
      else this.files.push(file);
    }
    this.problem.textContent = problem;
    this.problem.hidden = problem === "";
    this.write();
  }

  private write(): void {
    try {
      const transfer = new DataTransfer();
      for (const file of this.files) transfer.items.add(file);
      this.input.files = transfer.files;
    } catch {
      // An old browser: the last pick is all there is, and none of it can be taken off alone.
      const picked = Array.from(this.input.files ?? []);
      if (picked.some((one) => !this.files.some((file) => isSame(one, file)))) this.input.value = "";
      this.files = Array.from(this.input.files ?? []);
    }
    this.list.textContent = "";
    for (const file of this.files) {
      const row = copyOf("s_file")!;
      find("[data-name]", row)!.textContent = `${file.name} (${sizeOf(file.size)})`;
      const button = find("button", row)!;
      button.setAttribute("aria-label", `${button.textContent ?? ""} ${file.name}`);
      button.addEventListener("click", () => {
        this.drop(file);
        this.input.dispatchEvent(new Event("input", { bubbles: true }));
        this.input.focus();
      });
      this.list.append(row);
    }
  }
}

/** Takes a file out of the form that it was to go with. */
export const dropFile = (file: File): void => shown.forEach((one) => one.drop(file));

/** For each file field below. Gives what tells of files that are not in the form any more without anybody having been told. */
export function watchFiles(within: ParentNode, limits: Started): () => string {
  const fields = all<HTMLInputElement>('input[type="file"]', within).map((input) => new Files(input, limits));
  return () => fields.map((field) => field.tell()).find((problem) => problem !== "") ?? "";
}
