// Where messages are that the server has as put to a case, while no case that is known here names them. As server/cli/casebook.cpp.
import { effect } from "@preact/signals";
import { ApiError } from "../../api/client";
import { type CaseRow, casework, type StoredEvent } from "../../api/casework";
import { counts, type OpenedEvent, type OpenedReport, textsIn } from "../../casework/content";
import { reportsMax } from "../../casework/summary";
import { keys } from "../../keys/keys";
import { refreshDesk } from "../desk";
import { phase } from "../session";
import { book, eventFrom, openCases, openedCase } from "./opened";

export async function openEvents(id: string, stored: readonly StoredEvent[]): Promise<OpenedEvent[]> {
  const open = async (): Promise<OpenedEvent[]> => (await keys.openEvents(id, [...stored])).map((event) => eventFrom(event, id));
  const events = await open();
  if (!events.some((event) => event.problem === "author_unknown")) return events;
  await refreshDesk();   // by somebody who was let in a moment ago
  return open();
}

/** Reports that a case's links name: `doubtful` by nobody's word that counts. */
export function linksIn(events: readonly OpenedEvent[]): { linked: Set<string>; doubtful: string[] } {
  const namedBy = (which: (event: OpenedEvent) => boolean): string[] => events.filter((event) => event.kind === "link" && which(event)).flatMap((event) => textsIn(event.body, "reports") ?? []);
  const linked = new Set(namedBy(counts));
  return { linked, doubtful: [...new Set(namedBy((event) => event.problem === "author_unknown"))].filter((report) => !linked.has(report)) };
}

interface Looked {
  lastEvent: number | undefined;
  doubtful: readonly string[];
  /** Somebody's word that counts was opened with its key. */
  proved: boolean;
}
const looked = new Map<string, Looked>();
effect(() => {
  if (phase.value !== "in") looked.clear();
});

/** The events know more of what belongs to a case than a summary that is missing or old. */
export function noteLinks(row: CaseRow, events: readonly OpenedEvent[]): void {
  const { linked, doubtful } = linksIn(events);
  const reports = [...linked];
  const known = openedCase(row.id).peek()?.summary;
  const ways = reports.flatMap((report) => book.report(report) ?? []).map((report) => book.wayOf(report)).filter((way) => !way.startsWith("alone:"));
  book.addCase({ id: row.id, number: row.number ?? row.created_hour, reports, ways: [...new Set([...(known?.ways ?? []), ...ways])] });
  looked.set(row.id, { lastEvent: row.last_event, doubtful, proved: events.some(counts) });
}

/** Whether its summary does not tell what it is about: to read its events is recorded by the server, so it is done in need only. */
function isUntold(row: CaseRow): boolean {
  const opened = openedCase(row.id).peek();
  const told = opened?.summary?.reports.length ?? 0;
  const before = looked.get(row.id);
  // The command line leaves out more where a summary would be too long.
  return opened?.held === true && (told === 0 || told === reportsMax / 4 || told >= reportsMax) && (!before || before.lastEvent !== row.last_event);
}

const look = (row: CaseRow): Promise<void> => casework.events(row.id).then(async (stored) => noteLinks(row, await openEvents(row.id, stored)), (error: unknown) => {
  if (!(error instanceof ApiError) || (error.status !== 403 && error.status !== 404)) throw error;   // a colleague's by now, or gone
});

const atATime = 8;
const pageRows = 100;

/** Opens all cases that may be read until one of them names each report. */
async function lookThrough(reports: readonly OpenedReport[]): Promise<CaseRow[]> {
  const rows: CaseRow[] = [];
  const isFound = (): boolean => reports.every((report) => book.caseOf(report) !== undefined);
  for (let more = true; more && !isFound();) {
    const page = await casework.casesAfter(rows.at(-1)?.number ?? 0, pageRows);
    await openCases(page);
    rows.push(...page);
    more = page.length === pageRows;
  }
  const untold = rows.filter(isUntold);
  for (let at = 0; at < untold.length && !isFound(); at += atATime) await Promise.all(untold.slice(at, at + atATime).map(look));
  return rows;
}

/** `free`: in a case whose key nothing proves, which may be of the server's making: it is taken anew. */
export type Place = { inCase: string } | "elsewhere" | "free";

/** Of reports that the server has as put to a case. */
export async function placesOf(reports: readonly OpenedReport[]): Promise<Map<string, Place>> {
  const rows = reports.length > 0 ? await lookThrough(reports) : [];
  return new Map(reports.map((report): [string, Place] => {
    const doubted = rows.filter((row) => looked.get(row.id)?.doubtful.includes(report.row.id));
    const inCase = book.caseOf(report) ?? doubted.find((row) => looked.get(row.id)!.proved)?.id;
    return [report.row.id, inCase ? { inCase } : doubted.length > 0 ? "free" : "elsewhere"];
  }));
}
