// What is new in the conversation that lies open: it stays marked until the page is left, also when the case has taken it in.
import type { CaseFile } from "../../state/casework/case_file";

export class News {
  private readonly ids = new Set<string>();
  private readonly since = new Set<string>();
  private newest: number | undefined;

  /** How the conversation is now. */
  look({ reports, fresh }: CaseFile): void {
    for (const { row } of fresh) this.ids.add(row.id);
    const before = this.newest;
    for (const { row } of reports) {
      if (before !== undefined && row.number > before) this.since.add(row.id);
      this.newest = Math.max(this.newest ?? 0, row.number);
    }
  }

  has(report: string): boolean { return this.ids.has(report) || this.since.has(report); }
  /** How many came while it lay open. */
  get arrived(): number { return this.since.size; }
}
