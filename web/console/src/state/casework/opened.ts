// What was opened in this tab: reports and the summaries of cases. In memory only, and gone when the keys go.
import { effect, signal, type Signal } from "@preact/signals";
import type { CaseRow } from "../../api/casework";
import { Casebook } from "../../casework/casebook";
import { type Content, isObject, type OpenedEvent, type OpenedReport, type ReportRow, textIn } from "../../casework/content";
import { type Summary, summaryFrom } from "../../casework/summary";
import { keys } from "../../keys/keys";
import type { OpenedEvent as KeysEvent } from "../../keys/types";
import { heldEpochs } from "../desk";
import { me, phase } from "../session";

export interface OpenedCase {
  row: CaseRow;
  /** Its key is held: it can be opened. */
  held: boolean;
  /** Null: nobody made one, or it is not what a colleague signed. */
  summary: Summary | null;
}

export let book = new Casebook();
/** Moves when something was opened. */
export const opened = signal(0);
const reports = new Map<string, Signal<OpenedReport | undefined>>();
const cases = new Map<string, Signal<OpenedCase | undefined>>();

const place = <T>(map: Map<string, Signal<T | undefined>>, id: string): Signal<T | undefined> => {
  const known = map.get(id);
  if (known) return known;
  const made = signal<T | undefined>(undefined);
  map.set(id, made);
  return made;
};
export const openedReport = (id: string): Signal<OpenedReport | undefined> => place(reports, id);
export const openedCase = (id: string): Signal<OpenedCase | undefined> => place(cases, id);

const heldNow = (): ReadonlySet<string> => new Set(heldEpochs.peek().map((epoch) => epoch.id));
/** Reports that no key opened which was held then, with the epochs whose keys were: of which as many may go as come. */
const denied = new Map<string, ReadonlySet<string>>();
const mayOpenNow = (id: string): boolean => {
  const before = denied.get(id);
  return before !== undefined && heldEpochs.peek().some((epoch) => !before.has(epoch.id));
};
/** Those of them that a key which came since may open. */
export const deniedBefore = (): string[] => [...denied.keys()].filter(mayOpenNow);

effect(() => {
  if (phase.value === "in") return;
  book = new Casebook();
  reports.clear();
  cases.clear();
  denied.clear();
});

/** Opens those that are not open yet; gives all. */
export async function openReports(rows: readonly ReportRow[]): Promise<OpenedReport[]> {
  const wanted = rows.filter((row) => !reports.get(row.id)?.peek() || mayOpenNow(row.id));
  if (wanted.length > 0) {
    const epochs = heldNow();
    const taken = await keys.openReports(wanted.map(({ id, number, epoch, sealed }) => ({ id, number, epoch, sealed })));
    taken.forEach((one, i) => {
      // What was sealed is not kept twice.
      const report: OpenedReport = { row: { ...wanted[i]!, sealed: "" }, content: (one.content ?? {}) as Content, problem: one.problem === "author_unknown" ? "changed" : one.problem ?? "" };
      if (report.problem === "no_key") denied.set(one.id, epochs);
      else denied.delete(one.id);
      book.addReport(report);
      openedReport(one.id).value = report;
    });
    opened.value += 1;
  }
  for (const row of rows) refreshRow(row);
  return rows.flatMap((row) => openedReport(row.id).peek() ?? []);
}

/** State and target may have changed at the server since it was opened. */
function refreshRow(row: ReportRow): void {
  const known = openedReport(row.id).peek();
  if (!known || (known.row.state === row.state && known.row.due_hour === row.due_hour)) return;
  const report = { ...known, row: { ...row, sealed: "" } };
  book.addReport(report);
  openedReport(row.id).value = report;
}

/** Opens summaries that are new or changed. */
export async function openCases(rows: readonly CaseRow[]): Promise<void> {
  const wanted = rows.filter((row) => {
    const known = cases.get(row.id)?.peek();
    return !known || known.row.recipient !== row.recipient || known.row.summary?.sealed !== row.summary?.sealed || (!known.held && row.grant);
  });
  if (wanted.length > 0) {
    const taken = await keys.openCases(wanted.map(({ id, recipient, grant, summary }) => ({ id, recipient, grant: grant ? { kind: "case" as const, scope: id, member: me.value!.id, sealed: grant } : null, summary: summary ?? null })));
    taken.forEach((one, i) => {
      const body: unknown = one.summary?.body;
      noteCase(wanted[i]!, one.held, isObject(body) ? summaryFrom(body) : null);
    });
    opened.value += 1;
  }
  for (const row of rows) {
    const known = openedCase(row.id).peek();
    if (known && !wanted.includes(row)) openedCase(row.id).value = { ...known, row };
  }
}

function noteCase(row: CaseRow, held: boolean, summary: Summary | null): void {
  book.addCase({ id: row.id, number: row.number ?? row.created_hour, reports: summary?.reports ?? [], ways: summary?.ways ?? [] });
  openedCase(row.id).value = { row, held, summary };
}

/** What was deleted: nothing of it stays here, nor in the search. */
export function forget(reportIds: readonly string[], caseIds: readonly string[]): void {
  for (const id of reportIds) {
    book.removeReport(id);
    reports.delete(id);
    denied.delete(id);
  }
  for (const id of caseIds) {
    book.removeCase(id);
    cases.delete(id);
  }
  opened.value += 1;
  void keys.searchRemove([...reportIds.map((id) => `report/${id}`), ...caseIds.map((id) => `case/${id}`)]).catch(() => undefined);
}

/** An event as the casework's logic takes it. */
export function eventFrom(event: KeysEvent, caseId: string): OpenedEvent {
  const content = event.content as Content | null;
  const body = content?.["body"];
  return {
    row: { number: event.number, id: event.id, case: caseId, author: event.author, recorded_hour: event.recorded_hour },
    kind: content ? textIn(content, "kind") : "", time: typeof content?.["time"] === "number" ? content["time"] : 3600 * event.recorded_hour,
    body: isObject(body) ? body : {}, problem: event.problem ?? "",
  };
}
